/* Service level agreements: goals (acknowledge, resolve) with escalation steps. */
#include "slas.h"

#include "config_docs.h"
#include "template_doc.h"

#include <stdio.h>
#include <string.h>

enum { SECONDS_MAX = 10 * 365 * 86400 }; /* no clock of ten years and more */

static struct json_object *step_new(struct sb_request *req, struct sb_response *res,
                                    struct json_object *step)
{
    const char *group = sb_text(step, "notification_group_id");
    int64_t after = json_object_get_int64(sb_member(step, "escalate_after_seconds"));
    if (after < 0 || after > SECONDS_MAX) {
        sb_fail(res, 400, "escalate_after_seconds must be within 0..%d", SECONDS_MAX);
        return NULL;
    }
    if (group == NULL || !sb_store_has(req->store, "group", req->caller.cid, group)) {
        sb_fail(res, 400, "notification group not found: %.64s", group == NULL ? "" : group);
        return NULL;
    }
    struct json_object *doc = json_object_new_object();
    sb_set_int(doc, "escalate_after_seconds", after);
    sb_set_text(doc, "notification_group_id", group);
    return doc;
}

static struct json_object *goal_new(struct sb_request *req, struct sb_response *res,
                                    struct json_object *goal)
{
    const char *type = sb_text(goal, "type");
    int64_t duration = json_object_get_int64(sb_member(goal, "duration_seconds"));
    struct json_object *steps = sb_member(sb_member(goal, "escalation_policy"), "steps");
    if (type == NULL || (strcmp(type, "ack") != 0 && strcmp(type, "resolve") != 0)) {
        sb_fail(res, 400, "invalid goal type: \"%.64s\"", type == NULL ? "" : type);
        return NULL;
    }
    if (duration < 1 || duration > SECONDS_MAX) {
        sb_fail(res, 400, "duration_seconds must be within 1..%d", SECONDS_MAX);
        return NULL;
    }
    struct json_object *doc = json_object_new_object();
    struct json_object *policy = json_object_new_object();
    struct json_object *list = json_object_new_array();
    sb_set_int(doc, "duration_seconds", duration);
    sb_set(policy, "steps", list);
    sb_set(doc, "escalation_policy", policy);
    sb_set_text(doc, "type", type);
    for (size_t i = 0; steps != NULL && i < json_object_array_length(steps); i++) {
        struct json_object *step = step_new(req, res, json_object_array_get_idx(steps, i));
        if (step == NULL) {
            json_object_put(doc);
            return NULL;
        }
        json_object_array_add(list, step);
    }
    return doc;
}

static bool has_goal(struct json_object *goals, const char *type)
{
    for (size_t i = 0; i < json_object_array_length(goals); i++) {
        if (strcmp(sb_text(json_object_array_get_idx(goals, i), "type"), type) == 0) {
            return true;
        }
    }
    return false;
}

static struct json_object *goals_new(struct sb_request *req, struct sb_response *res,
                                     struct json_object *goals)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; goals != NULL && i < json_object_array_length(goals); i++) {
        struct json_object *goal = goal_new(req, res, json_object_array_get_idx(goals, i));
        if (goal != NULL && has_goal(list, sb_text(goal, "type"))) {
            sb_fail(res, 400, "more than one goal of type %s", sb_text(goal, "type"));
            json_object_put(goal);
            goal = NULL;
        }
        if (goal == NULL) {
            json_object_put(list);
            return NULL;
        }
        json_object_array_add(list, goal);
    }
    return list;
}

/* Stores and answers the SLA that a create (`old` NULL) or an update makes. */
static void take_snapshot(struct sb_request *req, const char *id, struct json_object *doc)
{
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "INSERT INTO sla_snapshots(id, doc) VALUES(?, ?)");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2,
                          json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE),
                          -1, SQLITE_STATIC);
        sb_store_step(req->store, statement);
        sqlite3_clear_bindings(statement);
    }
}

struct json_object *sb_sla_snapshot(struct sb_request *req, const char *id)
{
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT doc FROM sla_snapshots WHERE id = ?");
    struct json_object *doc = json_object_get(sb_member(req->at_hand, id));
    if (doc != NULL || statement == NULL) {
        return doc;
    }
    sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
    if (sb_store_step(req->store, statement)) {
        doc = json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
        sqlite3_reset(statement);
    }
    sqlite3_clear_bindings(statement);
    return doc;
}

/* Stores an SLA and a snapshot of it. */
static void put(struct sb_request *req, struct json_object *doc)
{
    char snapshot_id[SB_UUID_SIZE];
    struct json_object *aux = json_object_new_object();
    sb_new_id(req, snapshot_id);
    sb_set_text(aux, "snapshot_id", snapshot_id);
    take_snapshot(req, snapshot_id, doc);
    sb_store_put(req->store, "sla", req->caller.cid, sb_text(doc, "id"), doc, aux);
    json_object_put(aux);
}

struct json_object *sb_sla_get(struct sb_request *req, const char *id,
                               char ret_snapshot_id[SB_UUID_SIZE])
{
    struct json_object *aux = NULL;
    struct json_object *sla = sb_store_get(req->store, "sla", req->caller.cid, id, &aux);
    const char *snapshot_id = sb_text(aux, "snapshot_id");
    snprintf(ret_snapshot_id, SB_UUID_SIZE, "%s", snapshot_id != NULL ? snapshot_id : "");
    json_object_put(aux);
    return sla;
}

static void save(struct sb_request *req, struct sb_response *res, struct json_object *old)
{
    struct json_object *goals = goals_new(req, res, sb_config_member(req, req->body, old, "goals"));
    struct json_object *doc = goals == NULL ? NULL : sb_config_new(req, res, req->body, old);
    if (doc == NULL) {
        json_object_put(goals);
        return;
    }
    sb_set(doc, "goals", goals);
    put(req, doc);
    sb_template_note_sla_name(req, sb_text(doc, "id"), sb_text(doc, "name"));
    sb_set_writes(res, 1);
    sb_add_object(res, doc);
}

void op_create_sla(struct sb_request *req, struct sb_response *res)
{
    save(req, res, NULL);
}

void op_update_sla(struct sb_request *req, struct sb_response *res)
{
    struct json_object *old = sb_config_named(req, res, "sla", "SLA");
    if (old != NULL) {
        save(req, res, old);
        json_object_put(old);
    }
}

void op_get_slas(struct sb_request *req, struct sb_response *res)
{
    sb_get_by_ids(req, res, "sla", "SLA");
}

static bool delete_one(struct sb_request *req, struct sb_response *res, const char *id)
{
    if (!sb_template_release_sla(req, res, id)) {
        return false;
    }
    return sb_store_delete(req->store, "sla", req->caller.cid, id);
}

void op_delete_sla(struct sb_request *req, struct sb_response *res)
{
    sb_config_delete(req, res, "sla", "SLA", delete_one);
}

void op_query_slas(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "sla",
                                              .collection = &fql_slas,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT,
                                              .sorts = true};
    sb_query_ids(req, res, &spec);
}

/* Takes the steps that notify `group` out of every goal of an SLA; true if there were any. */
static bool drop_steps(struct json_object *sla, const char *group)
{
    struct json_object *goals = sb_member(sla, "goals");
    bool dropped = false;
    for (size_t i = 0; i < json_object_array_length(goals); i++) {
        struct json_object *policy =
            sb_member(json_object_array_get_idx(goals, i), "escalation_policy");
        struct json_object *steps = sb_member(policy, "steps");
        for (size_t j = json_object_array_length(steps); j-- > 0;) {
            const char *named =
                sb_text(json_object_array_get_idx(steps, j), "notification_group_id");
            if (named != NULL && strcmp(named, group) == 0) {
                json_object_array_del_idx(steps, j, 1);
                dropped = true;
            }
        }
    }
    return dropped;
}

/* The id of one SLA whose steps notify `group`; the caller puts it. NULL if there is none. */
static struct json_object *sla_of_group(struct sb_request *req, const char *group)
{
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT id FROM docs WHERE kind = 'sla' AND cid = ? AND EXISTS(SELECT 1 FROM"
                    " json_each(doc, '$.goals') AS e1,"
                    " json_each(e1.value, '$.escalation_policy.steps') AS e2"
                    " WHERE json_extract(e2.value, '$.notification_group_id') = ?)");
    struct json_object *sla = NULL;
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, group, -1, SQLITE_STATIC);
    if (sb_store_step(req->store, statement)) {
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        sla = sb_store_get(req->store, "sla", req->caller.cid, id, NULL);
        sqlite3_reset(statement);
    }
    return sla;
}

bool sb_sla_release_group(struct sb_request *req, struct sb_response *res, const char *group)
{
    struct json_object *sla;
    while ((sla = sla_of_group(req, group)) != NULL) {
        bool dropped = false;
        if (!req->options->in_use_cascades) {
            sb_fail(res, 400, "notification group %s is in use by SLA %s", group,
                    sb_text(sla, "id"));
        } else {
            dropped = drop_steps(sla, group);
            sb_set_audit(req, sla, false);
            put(req, sla);
        }
        json_object_put(sla);
        if (!dropped || sb_store_failed(req->store) != NULL) {
            return false;
        }
    }
    return true;
}
