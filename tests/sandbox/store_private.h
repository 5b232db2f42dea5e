/* The inside of the store, for store.c, blob.c and ids.c. */
#ifndef SANDBOX_STORE_PRIVATE_H
#define SANDBOX_STORE_PRIVATE_H

#include "store.h"
#include <pthread.h>

#define SB_STATEMENTS 128

struct sb_store {
    sqlite3 *db;
    pthread_mutex_t lock;
    bool in_transaction;
    bool failed;
    char failure[256];
    struct {
        char *sql;
        sqlite3_stmt *statement;
    } statements[SB_STATEMENTS];
    size_t statement_count;
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
/* The whole answer text of a shown document: doc without `_search`. */
#define SB_SHOWN_SQL                                                                               \
    "CASE WHEN kind IN ('case', 'template') THEN json_remove(doc, '$._search') ELSE doc END"

#endif
