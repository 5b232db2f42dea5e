/* The inside of the store, for store*.c, blob.c, ids.c and timekeeper.c. */
#ifndef SANDBOX_STORE_PRIVATE_H
#define SANDBOX_STORE_PRIVATE_H

#include "store.h"
#include "store_changes.h"
#include <pthread.h>

#define SB_STATEMENTS 128

struct sb_store {
    sqlite3 *db;
    pthread_mutex_t lock;
    pthread_cond_t due_changed; /* something is due before awaited_ms; waits by CLOCK_MONOTONIC */
    int64_t awaited_ms;         /* what timekeeper.c waits for */
    bool in_transaction;
    sb_change_listener *listener; /* of store_changes.c */
    void *listener_cls;
    struct sb_changes changes; /* of the running transaction */
    bool failed;
    char failure[256];
    struct {
        char *sql;
        sqlite3_stmt *statement;
    } statements[SB_STATEMENTS];
    size_t statement_count;
    char *words_sql[2]; /* of store_terms.c: writes words, forgets them */
    /* The chunk that was read last: downloads and ZIPs read a chunk in several pieces. 0: none. */
    int64_t cached_blob;
    int64_t cached_part;
    size_t cached_size;
    unsigned char cached[SB_BLOB_CHUNK];
    uint64_t random_state;
    bool seeding; /* ids come from random_state */
};

/* Remembers SQLite's current error, if it is the first. */
void sb_store_note_failure(struct sb_store *store, const char *where);
/* Runs SQL without values; false, and the failure remembered, when SQLite refuses. */
bool sb_store_run(struct sb_store *store, const char *sql);

/* ---- store_changes.c ---- */

void sb_store_forget_changes(struct sb_store *store);
void sb_store_tell_changes(struct sb_store *store);

/* ---- store_terms.c ---- */

/* Makes the tables of terms and words in a new database. */
bool sb_terms_create(struct sb_store *store);
/* False, with the failure remembered, where a file's terms are those of other fields. */
bool sb_terms_check(struct sb_store *store);
/* Brings the terms of a document into line with it: `fresh`, it had none; `doc` NULL: it has gone. */
void sb_terms_put(struct sb_store *store, const char *kind, const char *cid, int64_t seq,
                  struct json_object *doc, bool fresh);

#endif
