#include "history.h"
#include "routes.h"
#include "store.h"
#include "store_private.h"
#include <string.h>

/* Takes `entry`. */
static void record(struct sb_request *req, const char *case_id, struct json_object *entry)
{
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "INSERT INTO history(cid, case_id, doc) VALUES(?, ?, ?)");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, case_id, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3,
                          json_object_to_json_string_ext(entry, JSON_C_TO_STRING_PLAIN |
                                                                    JSON_C_TO_STRING_NOSLASHESCAPE),
                          -1, SQLITE_STATIC);
        sb_store_step(req->store, statement);
        sqlite3_clear_bindings(statement);
    }
    json_object_put(entry);
}

static struct json_object *entry_of(const struct sb_request *req)
{
    struct json_object *entry = json_object_new_object();
    char at[SB_TIME_SIZE];
    sb_time_text(req->now_ms, at);
    sb_set_text(entry, "at", at);
    /* no route: time itself did it */
    sb_set(entry, "by", req->route != NULL ? json_object_new_string(req->caller.username) : NULL);
    sb_set_text(entry, "action", req->route != NULL ? req->route->name : "time");
    sb_set_text(entry, "trace_id", req->trace_id);
    return entry;
}

void sb_history_note(struct sb_request *req, struct json_object *doc)
{
    const char *id = sb_text(doc, "id");
    if (req->store->seeding) {
        return;
    }
    struct json_object *before = sb_store_get(req->store, "case", req->caller.cid, id, NULL);
    struct json_object *entry = entry_of(req);
    sb_set(entry, "version", sb_copy(sb_member(doc, "version")));
    sb_set(entry, "changes",
           before != NULL ? sb_case_changes(before, doc) : json_object_new_array());
    record(req, id, entry);
    json_object_put(before);
}

void sb_history_note_file(struct sb_request *req, const char *case_id, const char *name, bool gone)
{
    if (req->store->seeding || case_id == NULL) {
        return;
    }
    struct json_object *entry = entry_of(req);
    struct json_object *changes = json_object_new_array();
    struct json_object *change = json_object_new_object();
    struct json_object *names = json_object_new_array();
    json_object_array_add(names, json_object_new_string(name));
    sb_set_text(change, "what", "files");
    sb_set(change, gone ? "removed" : "added", names);
    json_object_array_add(changes, change);
    sb_set(entry, "version", NULL);
    sb_set(entry, "changes", changes);
    record(req, case_id, entry);
}

struct json_object *sb_history_list(struct sb_store *store, const char *cid, const char *case_id,
                                    int64_t before, int64_t limit)
{
    struct json_object *list = json_object_new_array();
    sqlite3_stmt *statement =
        sb_store_prepare(store, "SELECT seq, doc FROM history WHERE cid = ? AND case_id = ?"
                                " AND seq < ? ORDER BY seq DESC LIMIT ?");
    if (statement == NULL) {
        return list;
    }
    sqlite3_bind_text(statement, 1, cid, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 2, case_id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statement, 3, before > 0 ? before : INT64_MAX);
    sqlite3_bind_int64(statement, 4, limit);
    while (sb_store_step(store, statement)) {
        struct json_object *entry =
            json_tokener_parse((const char *)sqlite3_column_text(statement, 1));
        sb_set_int(entry, "number", sqlite3_column_int64(statement, 0));
        json_object_array_add(list, entry);
    }
    return list;
}
