#include "store.h"
#include "store_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCHEMA_VERSION 5
#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)

static const char schema[] =
    "CREATE TABLE docs(seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
    " cid TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL, aux TEXT NOT NULL DEFAULT '{}',"
    " UNIQUE(kind, cid, id));"
    "CREATE INDEX snapshots_of_template ON docs(cid, json_extract(doc, '$.template_id'))"
    " WHERE kind = 'snapshot';"
    "CREATE INDEX files_of_case ON docs(cid, json_extract(doc, '$.case_id')) WHERE kind = 'file';"
    "CREATE TABLE links(token TEXT PRIMARY KEY, blob INTEGER NOT NULL, content_type TEXT NOT NULL,"
    " filename TEXT);"
    "CREATE TABLE totals(kind TEXT NOT NULL, cid TEXT NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY(kind, cid)) WITHOUT ROWID;"
    "CREATE TABLE due(kind TEXT NOT NULL, cid TEXT NOT NULL, id TEXT NOT NULL,"
    " at_ms INTEGER NOT NULL, PRIMARY KEY(kind, cid, id)) WITHOUT ROWID;"
    "CREATE INDEX due_in_order ON due(at_ms);"
    "CREATE TABLE clock(one INTEGER PRIMARY KEY, offset_ms INTEGER NOT NULL);"
    "CREATE TABLE sla_snapshots(id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE escalations(goal_id TEXT PRIMARY KEY, sent INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE notifications(seq INTEGER PRIMARY KEY AUTOINCREMENT, cid TEXT NOT NULL,"
    " case_id TEXT NOT NULL, doc TEXT NOT NULL);"
    "CREATE TABLE history(seq INTEGER PRIMARY KEY AUTOINCREMENT, cid TEXT NOT NULL,"
    " case_id TEXT NOT NULL, doc TEXT NOT NULL);"
    "CREATE INDEX history_of_case ON history(cid, case_id, seq);"
    "PRAGMA user_version = " TEXT_OF(SCHEMA_VERSION) ";";

static const char blob_schema[] =
    "CREATE TABLE %s.blobs(id INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER, sha256 TEXT);"
    "CREATE TABLE %s.chunks(blob INTEGER NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY(blob, part)) WITHOUT ROWID;";

void sb_store_note_failure(struct sb_store *store, const char *where)
{
    if (!store->failed) {
        store->failed = true;
        snprintf(store->failure, sizeof store->failure, "%s: %s", where, sqlite3_errmsg(store->db));
    }
}

bool sb_store_run(struct sb_store *store, const char *sql)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        sb_store_note_failure(store, sql);
        return false;
    }
    return true;
}

static int schema_version(struct sb_store *store)
{
    int version = -1;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        version = sqlite3_column_int(statement, 0);
    } else {
        sb_store_note_failure(store, "schema version");
    }
    sqlite3_finalize(statement);
    return version;
}

/* Without a file the blobs go to a temporary database on disk: SQLite spills its pages there, so
 * big files never fill the memory. */
static bool create_blobs(struct sb_store *store, bool in_file)
{
    char sql[sizeof blob_schema + 16];
    const char *where = in_file ? "main" : "bytes";
    snprintf(sql, sizeof sql, blob_schema, where, where);
    return (in_file ||
            sb_store_run(store,
                         "ATTACH '' AS bytes; PRAGMA bytes.synchronous = OFF;"
                         "PRAGMA bytes.journal_mode = MEMORY; PRAGMA bytes.cache_size = -4000;"
                         "PRAGMA bytes.page_size = 32768;")) &&
           sb_store_run(store, sql);
}

/* Without a file, documents fill the memory up to cache_size and then a temporary file, in pages on
 * which a case has room. */
static const char *pragmas(bool in_file)
{
    return in_file ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                     "PRAGMA cache_size = -65536; PRAGMA secure_delete = OFF;"
                   : "PRAGMA page_size = 16384; PRAGMA journal_mode = MEMORY;"
                     "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;"
                     "PRAGMA secure_delete = OFF;";
}

static bool prepare_database(struct sb_store *store, bool in_file)
{
    if (!sb_store_run(store, pragmas(in_file))) {
        return false;
    }
    int version = schema_version(store);
    if (version == 0) {
        return sb_store_run(store, "BEGIN") && sb_store_run(store, schema) &&
               sb_terms_create(store) && (!in_file || create_blobs(store, true)) &&
               sb_store_run(store, "COMMIT") && (in_file || create_blobs(store, false));
    }
    if (version == SCHEMA_VERSION) {
        /* What a killed process left half-uploaded. */
        return sb_terms_check(store) &&
               sb_store_run(
                   store,
                   "DELETE FROM chunks WHERE blob IN (SELECT id FROM blobs WHERE size IS NULL);"
                   "DELETE FROM blobs WHERE size IS NULL;");
    }
    if (!store->failed) {
        store->failed = true;
        snprintf(store->failure, sizeof store->failure,
                 "schema version %d, but this sandbox knows %d: use another file", version,
                 SCHEMA_VERSION);
    }
    return false;
}

struct sb_store *sb_store_new(const char *file, char *ret_error, size_t size)
{
    struct sb_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        snprintf(ret_error, size, "out of memory");
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_mutex_init(&store->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&store->due_changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    bool opened = sqlite3_open_v2(file != NULL ? file : "", &store->db, flags, NULL) == SQLITE_OK;
    if (!opened) {
        sb_store_note_failure(store, "open");
    }
    if (!opened || sqlite3_busy_timeout(store->db, 2000) != SQLITE_OK ||
        !prepare_database(store, file != NULL)) {
        snprintf(ret_error, size, "%s", store->failure);
        sb_store_free(store);
        return NULL;
    }
    return store;
}

void sb_store_free(struct sb_store *store)
{
    if (store == NULL) {
        return;
    }
    for (size_t i = 0; i < store->statement_count; i++) {
        sqlite3_finalize(store->statements[i].statement);
        free(store->statements[i].sql);
    }
    free(store->words_sql[0]);
    free(store->words_sql[1]);
    sqlite3_close(store->db);
    pthread_cond_destroy(&store->due_changed);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

void sb_store_lock(struct sb_store *store)
{
    pthread_mutex_lock(&store->lock);
}

void sb_store_unlock(struct sb_store *store)
{
    pthread_mutex_unlock(&store->lock);
}

bool sb_store_begin(struct sb_store *store)
{
    store->failed = false;
    sb_store_forget_changes(store);
    return sb_store_run(store, "BEGIN IMMEDIATE");
}

static void reset_statements(struct sb_store *store)
{
    for (size_t i = 0; i < store->statement_count; i++) {
        sqlite3_reset(store->statements[i].statement);
    }
}

bool sb_store_commit(struct sb_store *store)
{
    reset_statements(store);
    if (!sb_store_run(store, "COMMIT")) {
        return false;
    }
    sb_store_tell_changes(store);
    return true;
}

void sb_store_rollback(struct sb_store *store)
{
    store->cached_blob = 0;
    reset_statements(store);
    if (sqlite3_get_autocommit(store->db) == 0) {
        sb_store_run(store, "ROLLBACK");
    }
}

const char *sb_store_failed(const struct sb_store *store)
{
    return store->failed ? store->failure : NULL;
}

sqlite3 *sb_store_db(struct sb_store *store)
{
    return store->db;
}

sqlite3_stmt *sb_store_prepare(struct sb_store *store, const char *sql)
{
    for (size_t i = 0; i < store->statement_count; i++) {
        if (strcmp(store->statements[i].sql, sql) == 0) {
            sqlite3_reset(store->statements[i].statement);
            sqlite3_clear_bindings(store->statements[i].statement);
            return store->statements[i].statement;
        }
    }
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK) {
        sb_store_note_failure(store, sql);
        return NULL;
    }
    /* Filters make ever new texts: when the table is full, one that isn't in use makes room. */
    size_t slot = store->statement_count;
    if (slot == SB_STATEMENTS) {
        slot = SB_STATEMENTS / 2;
        while (slot < SB_STATEMENTS - 1 && sqlite3_stmt_busy(store->statements[slot].statement)) {
            slot++;
        }
        sqlite3_finalize(store->statements[slot].statement);
        free(store->statements[slot].sql);
        memmove(&store->statements[slot], &store->statements[slot + 1],
                (SB_STATEMENTS - slot - 1) * sizeof store->statements[0]);
        slot = SB_STATEMENTS - 1;
        store->statement_count--;
    }
    store->statements[slot].sql = strdup(sql);
    store->statements[slot].statement = statement;
    store->statement_count++;
    return statement;
}

bool sb_store_step(struct sb_store *store, sqlite3_stmt *statement)
{
    if (statement == NULL) {
        return false;
    }
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        sb_store_note_failure(store, "step");
    }
    sqlite3_reset(statement);
    return false;
}

bool sb_store_json_valid(struct sb_store *store, const char *text, size_t size)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT json_valid(?)");
    bool valid = false;
    if (statement != NULL) {
        sqlite3_bind_text64(statement, 1, text, size, SQLITE_STATIC, SQLITE_UTF8);
        valid = sb_store_step(store, statement) && sqlite3_column_int(statement, 0) != 0;
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
    return valid;
}
