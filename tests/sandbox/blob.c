#include "store.h"
#include "store_private.h"
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sb_blob_writer {
    struct sb_store *store;
    bool locked;
    bool failed;
    int64_t id;
    int64_t part;
    uint64_t size;
    struct sha256_ctx hash;
    size_t fill;
    unsigned char chunk[SB_BLOB_CHUNK];
};

static void enter(struct sb_blob_writer *writer)
{
    if (!writer->locked) {
        sb_store_lock(writer->store);
        /* No transaction is open here, so an old failure is nobody's. */
        writer->store->failed = false;
    }
}

static void leave(struct sb_blob_writer *writer)
{
    if (!writer->locked) {
        sb_store_unlock(writer->store);
    }
}

struct sb_blob_writer *sb_blob_writer_new(struct sb_store *store, bool locked)
{
    struct sb_blob_writer *writer = malloc(sizeof *writer);
    if (writer == NULL) {
        return NULL;
    }
    writer->store = store;
    writer->locked = locked;
    writer->failed = false;
    writer->part = 0;
    writer->size = 0;
    writer->fill = 0;
    sha256_init(&writer->hash);
    enter(writer);
    sqlite3_stmt *statement =
        sb_store_prepare(store, "INSERT INTO blobs(size, sha256) VALUES(NULL, NULL)");
    sb_store_step(store, statement);
    writer->failed = sb_store_failed(store) != NULL;
    writer->id = sqlite3_last_insert_rowid(store->db);
    leave(writer);
    return writer;
}

static void flush(struct sb_blob_writer *writer)
{
    enter(writer);
    sqlite3_stmt *statement =
        sb_store_prepare(writer->store, "INSERT INTO chunks(blob, part, data) VALUES(?, ?, ?)");
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, writer->id);
        sqlite3_bind_int64(statement, 2, writer->part++);
        sqlite3_bind_blob64(statement, 3, writer->chunk, writer->fill, SQLITE_STATIC);
        sb_store_step(writer->store, statement);
        sqlite3_clear_bindings(statement);
    }
    writer->failed = writer->failed || sb_store_failed(writer->store) != NULL;
    writer->fill = 0;
    leave(writer);
}

bool sb_blob_append(struct sb_blob_writer *writer, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    sha256_update(&writer->hash, size, bytes);
    writer->size += size;
    while (size > 0 && !writer->failed) {
        size_t room = SB_BLOB_CHUNK - writer->fill;
        size_t now = size < room ? size : room;
        memcpy(writer->chunk + writer->fill, bytes, now);
        writer->fill += now;
        bytes += now;
        size -= now;
        if (writer->fill == SB_BLOB_CHUNK) {
            flush(writer);
        }
    }
    return !writer->failed;
}

int64_t sb_blob_finish(struct sb_blob_writer *writer, uint64_t *ret_size,
                       char ret_sha256[SB_SHA256_SIZE])
{
    if (writer->fill > 0) {
        flush(writer);
    }
    unsigned char digest[SHA256_DIGEST_SIZE];
    sha256_digest(&writer->hash, sizeof digest, digest);
    char hex[SB_SHA256_SIZE];
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
    enter(writer);
    sqlite3_stmt *statement =
        sb_store_prepare(writer->store, "UPDATE blobs SET size = ?, sha256 = ? WHERE id = ?");
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, (int64_t)writer->size);
        sqlite3_bind_text(statement, 2, hex, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(statement, 3, writer->id);
        sb_store_step(writer->store, statement);
    }
    writer->failed = writer->failed || sb_store_failed(writer->store) != NULL;
    leave(writer);
    if (writer->failed) {
        sb_blob_abandon(writer);
        return 0;
    }
    int64_t id = writer->id;
    if (ret_size != NULL) {
        *ret_size = writer->size;
    }
    if (ret_sha256 != NULL) {
        memcpy(ret_sha256, hex, sizeof hex);
    }
    free(writer);
    return id;
}

void sb_blob_abandon(struct sb_blob_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    enter(writer);
    sb_blob_delete(writer->store, writer->id);
    leave(writer);
    free(writer);
}

int64_t sb_blob_put(struct sb_store *store, const void *data, size_t size,
                    char ret_sha256[SB_SHA256_SIZE])
{
    struct sb_blob_writer *writer = sb_blob_writer_new(store, true);
    if (writer == NULL) {
        return 0;
    }
    sb_blob_append(writer, data, size);
    return sb_blob_finish(writer, NULL, ret_sha256);
}

int64_t sb_blob_size(struct sb_store *store, int64_t blob)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT size FROM blobs WHERE id = ?");
    int64_t size = -1;
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, blob);
        if (sb_store_step(store, statement)) {
            size = sqlite3_column_int64(statement, 0);
            sqlite3_reset(statement);
        }
    }
    return size;
}

/* Brings a chunk into the store's cache. */
static bool load_chunk(struct sb_store *store, int64_t blob, int64_t part)
{
    if (store->cached_blob == blob && store->cached_part == part) {
        return true;
    }
    sqlite3_stmt *statement =
        sb_store_prepare(store, "SELECT data FROM chunks WHERE blob = ? AND part = ?");
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, blob);
    sqlite3_bind_int64(statement, 2, part);
    if (!sb_store_step(store, statement)) {
        return false;
    }
    size_t size = (size_t)sqlite3_column_bytes(statement, 0);
    const void *data = sqlite3_column_blob(statement, 0);
    if (data != NULL && size <= SB_BLOB_CHUNK) {
        memcpy(store->cached, data, size);
        store->cached_blob = blob;
        store->cached_part = part;
        store->cached_size = size;
    }
    sqlite3_reset(statement);
    return store->cached_blob == blob && store->cached_part == part;
}

int64_t sb_blob_read(struct sb_store *store, int64_t blob, uint64_t offset, void *buffer,
                     size_t size)
{
    int64_t total = sb_blob_size(store, blob);
    if (total < 0) {
        return -1;
    }
    if (offset >= (uint64_t)total || size == 0) {
        return 0;
    }
    if (!load_chunk(store, blob, (int64_t)(offset / SB_BLOB_CHUNK))) {
        return -1;
    }
    size_t skip = (size_t)(offset % SB_BLOB_CHUNK);
    size_t count = store->cached_size > skip ? store->cached_size - skip : 0;
    count = count < size ? count : size;
    memcpy(buffer, store->cached + skip, count);
    return (int64_t)count;
}

void sb_blob_delete(struct sb_store *store, int64_t blob)
{
    static const char *const statements[] = {"DELETE FROM chunks WHERE blob = ?",
                                             "DELETE FROM blobs WHERE id = ?"};
    store->cached_blob = 0;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        sqlite3_stmt *statement = sb_store_prepare(store, statements[i]);
        if (statement != NULL) {
            sqlite3_bind_int64(statement, 1, blob);
            sb_store_step(store, statement);
        }
    }
}
