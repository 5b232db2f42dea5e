/*
 * The store: SQLite. Documents are JSON texts, bytes are blobs cut in chunks.
 *
 *   docs(seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, cid TEXT, id TEXT,
 *        doc TEXT,  -- what the service shows
 *        aux TEXT,  -- what it keeps to itself: search terms, blob ids; '{}' if nothing
 *        UNIQUE(kind, cid, id))
 *
 * Beside them stand the terms that filters and sorts ask (store_terms.c): what a document's fields
 * hold. A document given to sb_store_put may have a member `_search`, what only filters see (a case's
 * hostnames, tactics and so on, each a list of strings): it becomes terms and is stored nowhere else,
 * so who changes such a document works `_search` out anew. Documents therefore change by sb_store_put
 * and sb_store_delete alone, never by SQL on `doc`.
 *
 * Kinds: case alert event user host host_file rtr_session template snapshot sla group access_tag
 * file. `seq` is the order of creation and survives updates.
 *
 * All functions below need the store's lock, which the dispatcher holds while a handler runs. When
 * SQLite fails, the store remembers the first failure (sb_store_failed), the functions answer as if
 * nothing were there, and the dispatcher rolls back and answers 500: handlers needn't check.
 */
#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include "sandbox.h"
#include <sqlite3.h>

#define SB_BLOB_CHUNK (256 * 1024)

/* Opens FILE, or when `file` is NULL a private database in memory, which spills to a temporary file
 * when it grows big, as the bytes of files always do.
 * On failure gives NULL and a message in ret_error. */
struct sb_store *sb_store_new(const char *file, char *ret_error, size_t size);
void sb_store_free(struct sb_store *store);

void sb_store_lock(struct sb_store *store);
void sb_store_unlock(struct sb_store *store);
/* BEGIN IMMEDIATE, COMMIT, ROLLBACK; false when SQLite refused. */
bool sb_store_begin(struct sb_store *store);
bool sb_store_commit(struct sb_store *store);
void sb_store_rollback(struct sb_store *store);
/* The message of the first failure since sb_store_begin, or NULL. */
const char *sb_store_failed(const struct sb_store *store);

/* The connection, for SQL of one's own. */
sqlite3 *sb_store_db(struct sb_store *store);
/* A prepared statement, reset and without bindings; cached by text, so don't finalize it, and don't
 * use the same text again while stepping through it. NULL on failure (remembered). */
sqlite3_stmt *sb_store_prepare(struct sb_store *store, const char *sql);
/* Steps: true with a row, false at the end or on failure (remembered). Resets at the end. */
bool sb_store_step(struct sb_store *store, sqlite3_stmt *statement);

/* A document, parsed; the caller puts it. NULL if there is none. `ret_aux` may be NULL. */
struct json_object *sb_store_get(struct sb_store *store, const char *kind, const char *cid,
                                 const char *id, struct json_object **ret_aux);
/* The same as the stored text; the caller frees it. */
char *sb_store_get_text(struct sb_store *store, const char *kind, const char *cid, const char *id);
bool sb_store_has(struct sb_store *store, const char *kind, const char *cid, const char *id);
/* Inserts, or replaces doc and aux in place. Takes neither, but takes `_search` out of `doc`; `aux`
 * NULL keeps the old one. */
void sb_store_put(struct sb_store *store, const char *kind, const char *cid, const char *id,
                  struct json_object *doc, struct json_object *aux);
/* The same for a document that cannot be there yet. */
void sb_store_add(struct sb_store *store, const char *kind, const char *cid, const char *id,
                  struct json_object *doc, struct json_object *aux);
/* True if it was there. */
bool sb_store_delete(struct sb_store *store, const char *kind, const char *cid, const char *id);
/* Makes a document that is there one of another kind. */
void sb_store_move(struct sb_store *store, const char *kind, const char *cid, const char *id,
                   const char *new_kind);
int64_t sb_store_count(struct sb_store *store, const char *kind, const char *cid);

/* The number of a tenant for filters, 0 if nothing of it was ever stored. */
int64_t sb_store_tenant(struct sb_store *store, const char *cid);
/* Between the two, many documents are written faster, and none can be searched or sorted. To be
 * called inside one transaction. */
void sb_terms_put_off(struct sb_store *store);
void sb_terms_catch_up(struct sb_store *store);

/* ---- time (store_time.c) ---- */

/* What is to happen at a time: to the document of that kind, tenant and id. */
struct sb_due {
    int64_t at_ms;
    char kind[16], cid[40], id[SB_UUID_SIZE];
};

/* Notes, or notes anew, when the next thing is to happen to a document; or that nothing is. */
void sb_store_due_set(struct sb_store *store, const char *kind, const char *cid, const char *id,
                      int64_t at_ms);
void sb_store_due_clear(struct sb_store *store, const char *kind, const char *cid, const char *id);
/* When the first of all things is to happen, INT64_MAX if nothing is. */
int64_t sb_store_due_next(struct sb_store *store);
/* The first thing that was to happen by now; false if there is none. */
bool sb_store_due_first(struct sb_store *store, int64_t now_ms, struct sb_due *ret_due);
/* Lets timekeeper.c look again. */
void sb_store_due_signal(struct sb_store *store);
/* How far the clock has been moved, kept over restarts; false if nobody has told. */
bool sb_store_clock_offset(struct sb_store *store, int64_t *ret_ms);
void sb_store_set_clock_offset(struct sb_store *store, int64_t ms);

/* True if the text is JSON by the letter of RFC 8259 (json-c takes a little more). */
bool sb_store_json_valid(struct sb_store *store, const char *text, size_t size);

/* ---- blobs ---- */

struct sb_blob_writer;
/* Starts a blob; each append stores whole chunks. Takes the lock itself if `locked` is false:
 * uploads run outside of a request's transaction. */
struct sb_blob_writer *sb_blob_writer_new(struct sb_store *store, bool locked);
bool sb_blob_append(struct sb_blob_writer *writer, const void *data, size_t size);
/* Ends it. Gives the blob's id (> 0), size and SHA-256 in hex; 0 on failure. Frees the writer. */
int64_t sb_blob_finish(struct sb_blob_writer *writer, uint64_t *ret_size,
                       char ret_sha256[SB_SHA256_SIZE]);
/* Throws away an unfinished blob and frees the writer; NULL is fine. */
void sb_blob_abandon(struct sb_blob_writer *writer);
/* A blob from memory in one call (needs the lock). */
int64_t sb_blob_put(struct sb_store *store, const void *data, size_t size,
                    char ret_sha256[SB_SHA256_SIZE]);
/* Reads up to `size` bytes at `offset`; 0 at the end, -1 if there is no such blob. */
int64_t sb_blob_read(struct sb_store *store, int64_t blob, uint64_t offset, void *buffer,
                     size_t size);
/* Size in bytes, or -1. */
int64_t sb_blob_size(struct sb_store *store, int64_t blob);
void sb_blob_delete(struct sb_store *store, int64_t blob);

#endif
