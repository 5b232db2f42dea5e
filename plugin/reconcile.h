/*
 * reconcile.h - whether a write whose answer was lost took effect: what to ask the service, and what
 * its answer proves. All rules of an action are data (struct reconcile of catalog.h). Pure: no I/O,
 * no clock.
 */
#ifndef FCM_RECONCILE_H
#define FCM_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "catalog.h"

/* What is known of the write. All borrowed. */
struct reconcile_facts {
    const struct action *action;
    struct json_object *input; /* normalized */
    int64_t since_ms;          /* FACT_SINCE, since the epoch by the service's clock */
    const char *file_name;     /* NULL = no file */
    int64_t file_size;         /* -1 = not known */
    const char *file_sha256;   /* "" or NULL = not known */
    const char *marker;        /* "" or NULL = none */
};

/* reconcile_root - what the JSON Pointers of an action's facts start from: the whole body or form
 * where the caller gave that, else the input. */
struct json_object *reconcile_root(const struct action *action, struct json_object *input);

/* reconcile_look - the input of a look, which the caller puts; NULL = no memory. before is the list
 * of resources that the look before it found (NULL for the first). */
struct json_object *reconcile_look(const struct look *look, const struct reconcile_facts *facts,
                                   struct json_object *before);

enum reconcile_verdict {
    VERDICT_APPLIED, /* it took effect: resource number `at` is what a success would have given */
    VERDICT_ABSENT,  /* it has not taken effect so far */
    VERDICT_REFUSED, /* it did not: somebody else's change came first */
    VERDICT_UNKNOWN  /* what is there proves neither */
};

struct reconcile_finding {
    enum reconcile_verdict verdict;
    size_t at;                   /* APPLIED; SIZE_MAX = no resource */
    struct json_object *fitting; /* owned list of the ids of what may be the write's; NULL = none */
};

/* reconcile_judge - holds the resources of the last look against the write. complete = these are
 * all that the search had. taken(ctx, id) says that another write is known to have made that
 * resource; equals = other writes of this instance that asked for the same and have no answer either:
 * between things that are alike in all that was asked it does not matter which write made which.
 * Free with reconcile_finding_done. */
struct reconcile_finding reconcile_judge(const struct reconcile_facts *facts,
                                         struct json_object *resources, bool complete,
                                         bool (*taken)(void *ctx, const char *id), void *ctx,
                                         size_t equals);
void reconcile_finding_done(struct reconcile_finding *finding);

/* reconcile_time_ms - an RFC 3339 time in milliseconds since the epoch; -1 = it is none.
 * reconcile_time_text - the other way round, to the second. */
int64_t reconcile_time_ms(const char *text);
void reconcile_time_text(int64_t ms, char *ret, size_t size);

#endif
