/* What the store knows of time: what is to happen when, and how far the clock has been moved. */
#include "store.h"
#include "store_private.h"
#include <stdio.h>

static sqlite3_stmt *bind_key(struct sb_store *store, const char *sql, const char *kind,
                              const char *cid, const char *id)
{
    sqlite3_stmt *statement = sb_store_prepare(store, sql);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, kind, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, cid, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 3, id, -1, SQLITE_TRANSIENT);
    }
    return statement;
}

void sb_store_due_set(struct sb_store *store, const char *kind, const char *cid, const char *id,
                      int64_t at_ms)
{
    sqlite3_stmt *statement =
        bind_key(store,
                 "INSERT INTO due(kind, cid, id, at_ms) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT DO UPDATE SET at_ms = ?4 WHERE at_ms <> ?4",
                 kind, cid, id);
    if (statement == NULL) {
        return;
    }
    sqlite3_bind_int64(statement, 4, at_ms);
    sb_store_step(store, statement);
    if (at_ms < store->awaited_ms) {
        sb_store_due_signal(store);
    }
}

void sb_store_due_clear(struct sb_store *store, const char *kind, const char *cid, const char *id)
{
    sb_store_step(store, bind_key(store, "DELETE FROM due WHERE kind = ? AND cid = ? AND id = ?",
                                  kind, cid, id));
}

int64_t sb_store_due_next(struct sb_store *store)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT min(at_ms) FROM due");
    int64_t at_ms = INT64_MAX;
    if (sb_store_step(store, statement)) {
        if (sqlite3_column_type(statement, 0) != SQLITE_NULL) {
            at_ms = sqlite3_column_int64(statement, 0);
        }
        sqlite3_reset(statement);
    }
    return at_ms;
}

bool sb_store_due_first(struct sb_store *store, int64_t now_ms, struct sb_due *ret_due)
{
    sqlite3_stmt *statement = sb_store_prepare(
        store, "SELECT kind, cid, id, at_ms FROM due WHERE at_ms <= ? ORDER BY at_ms LIMIT 1");
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, now_ms);
    if (!sb_store_step(store, statement)) {
        return false;
    }
    snprintf(ret_due->kind, sizeof ret_due->kind, "%s", sqlite3_column_text(statement, 0));
    snprintf(ret_due->cid, sizeof ret_due->cid, "%s", sqlite3_column_text(statement, 1));
    snprintf(ret_due->id, sizeof ret_due->id, "%s", sqlite3_column_text(statement, 2));
    ret_due->at_ms = sqlite3_column_int64(statement, 3);
    sqlite3_reset(statement);
    return true;
}

void sb_store_due_signal(struct sb_store *store)
{
    pthread_cond_signal(&store->due_changed);
}

bool sb_store_clock_offset(struct sb_store *store, int64_t *ret_ms)
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT offset_ms FROM clock");
    bool found = sb_store_step(store, statement);
    if (found) {
        *ret_ms = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return found;
}

void sb_store_set_clock_offset(struct sb_store *store, int64_t ms)
{
    sqlite3_stmt *statement =
        sb_store_prepare(store, "INSERT INTO clock(one, offset_ms) VALUES(1, ?1)"
                                " ON CONFLICT DO UPDATE SET offset_ms = ?1");
    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, ms);
        sb_store_step(store, statement);
    }
}
