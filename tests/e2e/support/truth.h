/* What must be true at the service after calls of which each has told what became of it: a model of
 * cases that follows the outcomes, and looks at the service without the plugin. A lane's part is
 * used by one thread at a time; truth_check by one thread while no call is in flight. */
#ifndef E2E_TRUTH_H
#define E2E_TRUTH_H

#include "random_plan.h"
#include "world.h"

/* What may be the case with a thing; both after a call whose outcome is unknown. */
#define ABSENT 1u
#define PRESENT 2u

struct truth_case {
    char name[64];
    char id[64]; /* "" = not told */
    int64_t version;
    unsigned there;
    bool untold_tags[PLAN_SLOTS]; /* a request about it may still be on its way */
    unsigned tags[PLAN_SLOTS], alerts[PLAN_SLOTS], files[PLAN_SLOTS];
    char file_ids[PLAN_SLOTS][64];
    unsigned long description, other_description; /* 0 = none; the second where it is not known */
};

struct truth_lane {
    char name[48]; /* begins the names of its cases */
    struct truth_case cases[PLAN_STEPS];
    size_t count; /* the last one is worked on */
    unsigned long descriptions;
    char fault[600];    /* what contradicts the model, or "" */
    char history[1400]; /* its calls and their outcomes */
};

/* A call made ready. */
struct task {
    const struct step *step;
    struct truth_case *about; /* NULL = the whole lane */
    const char *action;
    char input[512], key[64], file[128];
    unsigned long description;
    bool again; /* the same call was made before, with the same key */
};

/* Makes the call of a step ready, with files of the world where it needs some; false where the lane
 * has nothing that it could be about. */
bool truth_prepare(struct truth_lane *lane, const struct world *world, const struct step *step,
                   struct task *ret_task);
/* Takes the outcome in. True where the same call is to be made once more with its key. */
bool truth_take(struct truth_lane *lane, const struct world *world, struct task *task,
                struct json_object *document);
/* Compares all cases and files of these lanes with what the service has under `prefix`; a difference
 * is written to the lane's fault. */
void truth_check(struct truth_lane *lanes, size_t count, const struct world *world,
                 const char *prefix);
/* Writes the lane's first fault. */
void truth_fault(struct truth_lane *lane, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text at a JSON pointer, or "". */
const char *truth_text(struct json_object *root, const char *pointer);
/* Whether what the service or a call shows of a case is what the model allows; else a fault. */
void truth_compare(struct truth_lane *lane, const struct truth_case *wanted,
                   struct json_object *found, const char *where);

#endif
