/* What a seeded tenant's cases draw from: stories, hosts, people, alerts, and the configuration that
 * grows with it. For the seed files alone. */
#ifndef SANDBOX_SEED_POOL_H
#define SANDBOX_SEED_POOL_H

#include "seed.h"

#define SB_COUNT(a) (sizeof(a) / sizeof *(a))

/* One kind of trouble that tenants have. */
struct sb_story {
    const char *name;
    const char *tactic, *tactic_id;
    const char *technique, *technique_id;
    const char *command_line, *image; /* empty for none */
    const char *tag;
    int severity;
    const char *file; /* what analysts attach */
};

extern const struct sb_story sb_stories[];
extern const size_t sb_story_count;

#define SB_MOST_FAMILIES 12

/* How much of everything goes with so many cases. */
struct sb_pool {
    unsigned cases, hosts, people, families;
};
struct sb_pool sb_pool_of(unsigned cases);

/* A number below `count` from the store's generator. */
size_t sb_pick(struct sb_request *req, size_t count);
/* A list of one text. */
struct json_object *sb_list_of(const char *text);

/* Stores the alert (or with `event` the event) `number` of a story, gives its id, and leaves it in
 * req->at_hand. */
void sb_seed_evidence(struct sb_request *req, const struct sb_pool *pool, unsigned number,
                      const struct sb_story *story, bool event, char ret_id[128]);

/* seed_config.c: makes groups, SLAs and templates, one of each for each family. */
bool sb_seed_config(struct sb_request *req, const struct sb_pool *pool);
/* The template of a family; the id goes to ret_id. Family 0 is the fixed world's. */
void sb_seed_template(unsigned family, char ret_id[SB_UUID_SIZE]);

/* seed_files.c: attaches a file of the story to a case. */
bool sb_seed_file(struct sb_request *req, const char *case_id, const struct sb_story *story,
                  unsigned number);

#endif
