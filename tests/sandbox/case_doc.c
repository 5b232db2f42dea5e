#include "case_doc.h"
#include "history.h"
#include "store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char never[] = "0001-01-01T00:00:00Z";

size_t sb_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

static struct json_object *user_object(const char *uuid, const char *email, const char *full_name)
{
    struct json_object *user = json_object_new_object();
    sb_set_text(user, "uuid", uuid);
    sb_set_text(user, "email", email);
    sb_set_text(user, "full_name", full_name);
    return user;
}

struct json_object *sb_case_user(struct sb_request *req, const char *uuid)
{
    struct json_object *known =
        uuid != NULL ? sb_store_get(req->store, "user", req->caller.cid, uuid, NULL) : NULL;
    struct json_object *user =
        known != NULL ? user_object(uuid, sb_text(known, "email"), sb_text(known, "full_name"))
                      : user_object(uuid != NULL ? uuid : "", "", "");
    json_object_put(known);
    return user;
}

static struct json_object *caller_object(const struct sb_request *req)
{
    return user_object(req->caller.user_uuid, req->caller.username, req->caller.full_name);
}

static struct json_object *actor_object(const struct sb_request *req)
{
    struct json_object *actor = json_object_new_object();
    struct json_object *workflow = json_object_new_object();
    sb_set_text(workflow, "execution_id", "");
    sb_set_text(workflow, "id", "");
    sb_set_text(actor, "type", "user");
    sb_set(actor, "user", caller_object(req));
    sb_set(actor, "workflow", workflow);
    return actor;
}

static struct json_object *empty_records(const char *const *names)
{
    struct json_object *object = json_object_new_object();
    for (; *names != NULL; names++) {
        struct json_object *records = json_object_new_object();
        sb_set(records, "records", sb_new_list());
        sb_set(object, *names, records);
    }
    return object;
}

static struct json_object *no_template(void)
{
    struct json_object *object = json_object_new_object();
    sb_set_text(object, "id", "");
    sb_set_text(object, "name", "");
    sb_set_text(object, "snapshot_id", "");
    sb_set_int(object, "version", 0);
    return object;
}

/* "ABC-1234": letters and a number that counts up. */
static void set_reference(struct sb_request *req, struct json_object *doc)
{
    char text[32];
    int64_t number = 1;
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'docs'");
    if (sb_store_step(req->store, statement)) {
        number = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    snprintf(text, sizeof text, "SBX-%04lld", (long long)number);
    sb_set_text(doc, "reference_id", text);
}

static void set_people(struct sb_request *req, struct json_object *doc)
{
    char now[SB_TIME_SIZE];
    sb_time_text(req->now_ms, now);
    sb_set(doc, "assigned_to", sb_case_user(req, NULL));
    sb_set(doc, "created_by", caller_object(req));
    sb_set_text(doc, "created_timestamp", now);
    sb_set(doc, "creation_actor", actor_object(req));
    sb_set(doc, "last_updated_by", caller_object(req));
    sb_set(doc, "update_actor", actor_object(req));
    sb_set_text(doc, "updated_timestamp", now);
    sb_set_text(doc, "start_timestamp", now);
    sb_set_text(doc, "end_timestamp", never);
}

struct json_object *sb_case_new(struct sb_request *req)
{
    static const char *const evidence[] = {"alerts", "custom_evidence", "events",
                                           "leads",  "users",           NULL};
    static const char *const lists[] = {"access_tags", "description_tagged_users", "fields", "tags",
                                        "workflows"};
    struct json_object *doc = json_object_new_object();
    char id[SB_UUID_SIZE];
    sb_new_id(req, id);
    sb_set_text(doc, "id", id);
    sb_set_text(doc, "cid", req->caller.cid);
    set_reference(req, doc);
    sb_set_text(doc, "name", "");
    sb_set_text(doc, "description", "");
    sb_set_text(doc, "description_format", "plaintext");
    sb_set_text(doc, "status", "new");
    sb_set_int(doc, "severity", 1);
    sb_set_int(doc, "version", 1);
    set_people(req, doc);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        sb_set(doc, lists[i], sb_new_list());
    }
    sb_set(doc, "evidence", empty_records(evidence));
    struct json_object *consistency = json_object_new_object();
    sb_set_bool(consistency, "consistent", true);
    sb_set_int(consistency, "version", SB_CONSISTENCY_START);
    sb_set(doc, "consistency", consistency);
    struct json_object *read_only = json_object_new_object();
    sb_set_bool(read_only, "is_read_only", false);
    sb_set(doc, "read_only", read_only);
    sb_set(doc, "sla", sb_case_no_sla());
    sb_set(doc, "template", no_template());
    return doc;
}

struct json_object *sb_case_load(struct sb_request *req, struct sb_response *res, const char *id)
{
    struct json_object *doc = sb_store_get(req->store, "case", req->caller.cid, id, NULL);
    if (doc == NULL) {
        sb_fail(res, 404, "Case not found");
    }
    return doc;
}

void sb_case_store(struct sb_request *req, struct json_object *doc)
{
    sb_case_analyse(req, doc);
    sb_history_note(req, doc);
    sb_store_put(req->store, "case", req->caller.cid, sb_text(doc, "id"), doc, NULL);
    sb_case_schedule(req, doc);
}

void sb_case_change(struct sb_request *req, struct json_object *doc)
{
    char now[SB_TIME_SIZE];
    struct json_object *consistency = sb_member(doc, "consistency");
    sb_time_text(req->now_ms, now);
    sb_set_int(doc, "version", json_object_get_int64(sb_member(doc, "version")) + 1);
    sb_set_int(consistency, "version",
               json_object_get_int64(sb_member(consistency, "version")) + 1);
    sb_set(doc, "last_updated_by", caller_object(req));
    sb_set(doc, "update_actor", actor_object(req));
    sb_set_text(doc, "updated_timestamp", now);
    bool closed = strcmp(sb_text(doc, "status"), "closed") == 0;
    bool ended = strcmp(sb_text(doc, "end_timestamp"), never) != 0;
    if (closed != ended) {
        sb_set_text(doc, "end_timestamp", closed ? now : never);
    }
    sb_case_store(req, doc);
}

void sb_case_answer(struct sb_response *res, struct json_object *doc)
{
    sb_add_object(res, json_object_get(doc));
}

struct json_object *sb_case_records(struct json_object *doc, const char *sort)
{
    return sb_member(sb_member(sb_member(doc, "evidence"), sort), "records");
}
