#include "notifications.h"
#include "query.h"
#include "store.h"
#include "store_changes.h"
#include <stdio.h>

static const char *text_or_empty(struct json_object *object, const char *key)
{
    const char *text = sb_text(object, key);
    return text != NULL ? text : "";
}

/* Parameters as the channel's system gets them: JSON where the text is, else the text. */
static struct json_object *params_of(struct json_object *channel)
{
    const char *text = text_or_empty(channel, "params");
    struct json_object *params = json_tokener_parse(text);
    return params != NULL ? params : json_object_new_string(text);
}

static struct json_object *channel_of(struct json_object *stored)
{
    static const char *const texts[] = {"type", "config_id", "config_name"};
    struct json_object *channel = json_object_new_object();
    struct json_object *params = params_of(stored);
    struct json_object *recipients = sb_member(params, "recipients");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sb_set_text(channel, texts[i], text_or_empty(stored, texts[i]));
    }
    sb_set(channel, "recipients",
           json_object_is_type(recipients, json_type_array) ? sb_copy(recipients)
                                                            : json_object_new_array());
    sb_set(channel, "params", params);
    return channel;
}

/* What the notifications of one step have in common. */
static struct json_object *notification_of(struct sb_request *req, const struct sb_escalation *e,
                                           struct json_object *group)
{
    struct json_object *sla = sb_member(e->doc, "sla");
    struct json_object *own = json_object_new_object();
    char due[SB_TIME_SIZE], sent[SB_TIME_SIZE];
    sb_time_text(e->due_ms, due);
    sb_time_text(req->now_ms, sent);
    sb_set_text(own, "cid", req->caller.cid);
    sb_set_text(own, "case_id", text_or_empty(e->doc, "id"));
    sb_set_text(own, "reference_id", text_or_empty(e->doc, "reference_id"));
    sb_set_text(own, "case_name", text_or_empty(e->doc, "name"));
    sb_set_text(own, "sla_id", text_or_empty(sla, "id"));
    sb_set_text(own, "sla_name", text_or_empty(sla, "name"));
    sb_set_text(own, "goal", e->goal);
    sb_set_text(own, "goal_id", e->goal_id);
    sb_set_int(own, "step", e->number);
    sb_set_int(own, "escalate_after_seconds",
               json_object_get_int64(sb_member(e->step, "escalate_after_seconds")));
    sb_set_text(own, "notification_group_id", text_or_empty(group, "id"));
    sb_set_text(own, "notification_group_name", text_or_empty(group, "name"));
    sb_set_text(own, "due", due);
    sb_set_text(own, "sent", sent);
    return own;
}

static void record(struct sb_request *req, const char *case_id, struct json_object *notification)
{
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "INSERT INTO notifications(cid, case_id, doc) VALUES(?, ?, ?)");
    if (statement == NULL) {
        return;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, case_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3,
                      json_object_to_json_string_ext(
                          notification, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                      -1, SQLITE_STATIC);
    sb_store_step(req->store, statement);
    sqlite3_clear_bindings(statement);
    sb_store_note_change(req->store, "notification", req->caller.cid, case_id, false);
}

void sb_notify(struct sb_request *req, const struct sb_escalation *escalation)
{
    struct json_object *group =
        sb_store_get(req->store, "group", req->caller.cid,
                     text_or_empty(escalation->step, "notification_group_id"), NULL);
    struct json_object *channels = sb_member(group, "channels");
    for (size_t i = 0; i < sb_length(channels); i++) {
        struct json_object *notification = notification_of(req, escalation, group);
        sb_set(notification, "channel", channel_of(json_object_array_get_idx(channels, i)));
        record(req, text_or_empty(escalation->doc, "id"), notification);
        json_object_put(notification);
    }
    json_object_put(group);
}

/* What the list is asked for; `total` counts all pages. */
struct wanted {
    const char *cid, *case_id; /* NULL: any */
    int64_t after, limit, total;
    bool newest; /* they come first, and `after` counts down */
};

#define WANTED " FROM notifications WHERE (?1 IS NULL OR cid = ?1) AND (?2 IS NULL OR case_id = ?2)"

static sqlite3_stmt *bind(struct sb_request *req, const struct wanted *wanted, const char *sql)
{
    sqlite3_stmt *statement = sb_store_prepare(req->store, sql);
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, wanted->cid, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, wanted->case_id, -1, SQLITE_TRANSIENT);
    }
    return statement;
}

static void count(struct sb_request *req, struct wanted *wanted)
{
    sqlite3_stmt *statement = bind(req, wanted, "SELECT count(*)" WANTED);
    if (sb_store_step(req->store, statement)) {
        wanted->total = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
}

/* Fills one page; the number of its last one goes to ret_last. True if more follow. */
static bool fill(struct sb_request *req, const struct wanted *wanted, struct json_object *list,
                 int64_t *ret_last)
{
    sqlite3_stmt *statement =
        bind(req, wanted,
             wanted->newest ? "SELECT seq, doc" WANTED
                              " AND (?3 = 0 OR seq < ?3) ORDER BY seq DESC LIMIT ?4"
                            : "SELECT seq, doc" WANTED " AND seq > ?3 ORDER BY seq LIMIT ?4");
    bool more = false;
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 3, wanted->after);
    sqlite3_bind_int64(statement, 4, wanted->limit + 1);
    while (sb_store_step(req->store, statement)) {
        more = (int64_t)sb_length(list) == wanted->limit;
        if (more) {
            sqlite3_reset(statement);
            break;
        }
        struct json_object *notification =
            json_tokener_parse((const char *)sqlite3_column_text(statement, 1));
        *ret_last = sqlite3_column_int64(statement, 0);
        sb_set_int(notification, "number", *ret_last);
        json_object_array_add(list, notification);
    }
    return more;
}

void sb_notifications_list(struct sb_request *req, struct sb_response *res)
{
    struct wanted wanted = {.cid = sb_query(req, "cid"), .case_id = sb_query(req, "case_id")};
    if (!sb_query_int(req, res, "after", 0, INT64_MAX / 2, 0, &wanted.after) ||
        !sb_query_int(req, res, "limit", 1, 1000, 100, &wanted.limit)) {
        return;
    }
    if (!sb_query_bool(req, res, "newest", &wanted.newest)) {
        return;
    }
    struct json_object *answer = json_object_new_object();
    struct json_object *list = json_object_new_array();
    int64_t last = 0;
    count(req, &wanted);
    bool more = fill(req, &wanted, list, &last);
    sb_set(answer, "notifications", list);
    sb_set_int(answer, "total", wanted.total);
    if (more) {
        sb_set_int(answer, "next", last);
    }
    sb_reply_object(res, answer);
}
