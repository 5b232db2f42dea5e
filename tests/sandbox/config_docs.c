#include "config_docs.h"

#include <string.h>

struct json_object *sb_config_member(const struct sb_request *req, struct json_object *body,
                                     struct json_object *old, const char *key)
{
    struct json_object *value = sb_member(body, key);
    if (value == NULL && old != NULL && !req->options->patch_replaces) {
        value = sb_member(old, key);
    }
    return value;
}

const char *sb_config_text(const struct sb_request *req, struct json_object *body,
                           struct json_object *old, const char *key)
{
    struct json_object *value = sb_config_member(req, body, old, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

void sb_config_keep_audit(const struct sb_request *req, struct json_object *to,
                          struct json_object *from)
{
    static const char *const members[] = {"created_by", "created_by_name", "created_timestamp",
                                          "updated_by", "updated_by_name", "updated_timestamp"};
    if (from == NULL) {
        sb_set_audit(req, to, true);
        return;
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        sb_set(to, members[i], sb_copy(sb_member(from, members[i])));
    }
}

struct json_object *sb_config_new(struct sb_request *req, struct sb_response *res,
                                  struct json_object *body, struct json_object *old)
{
    char id[SB_UUID_SIZE];
    const char *name = sb_text(body, "name");
    if (name == NULL && old != NULL) {
        name = sb_text(old, "name");
    }
    if (name == NULL || name[strspn(name, " \t\r\n")] == '\0') {
        sb_fail(res, 400, "name is required");
        return NULL;
    }
    struct json_object *doc = json_object_new_object();
    if (old == NULL) {
        sb_new_id(req, id);
    }
    sb_set_text(doc, "id", old == NULL ? id : sb_text(old, "id"));
    sb_set_text(doc, "cid", req->caller.cid);
    sb_set_text(doc, "name", name);
    sb_set_text(doc, "description", sb_config_text(req, body, old, "description"));
    sb_config_keep_audit(req, doc, old);
    sb_set_audit(req, doc, old == NULL);
    return doc;
}

struct json_object *sb_config_named(struct sb_request *req, struct sb_response *res,
                                    const char *kind, const char *what)
{
    const char *id = sb_text(req->body, "id");
    struct json_object *doc =
        id == NULL ? NULL : sb_store_get(req->store, kind, req->caller.cid, id, NULL);
    if (doc == NULL) {
        sb_fail(res, 404, "%s not found", what);
    }
    return doc;
}

void sb_config_delete(struct sb_request *req, struct sb_response *res, const char *kind,
                      const char *what, sb_config_deleter *deleter)
{
    size_t count = sb_query_count(req, "ids");
    int64_t deleted = 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = sb_query_nth(req, "ids", i);
        if (!sb_store_has(req->store, kind, req->caller.cid, id)) {
            sb_add_missing(req, res, id, what);
        } else if (deleter(req, res, id)) {
            sb_add_string(res, id);
            deleted++;
        }
        if (sb_failed(res)) {
            return;
        }
    }
    sb_set_writes(res, deleted);
}
