#include "snapshots.h"

#include "config_docs.h"

#include <errno.h>
#include <stdlib.h>

struct json_object *sb_snapshot_find(struct sb_request *req, const char *template_id,
                                     int64_t version)
{
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT doc FROM docs WHERE kind = 'snapshot' AND cid = ?1"
                                     " AND json_extract(doc, '$.template_id') = ?2"
                                     " AND (?3 = 0 OR json_extract(doc, '$.version') = ?3)"
                                     " ORDER BY json_extract(doc, '$.version') DESC LIMIT 1");
    struct json_object *snapshot = NULL;
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, template_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, version);
    if (sb_store_step(req->store, statement)) {
        snapshot = json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
        sqlite3_reset(statement);
    }
    return snapshot;
}

void sb_snapshot_take(struct sb_request *req, struct json_object *template_doc)
{
    const char *template_id = sb_text(template_doc, "id");
    struct json_object *last = sb_snapshot_find(req, template_id, 0);
    struct json_object *frozen = sb_copy(template_doc);
    struct json_object *snapshot = json_object_new_object();
    char id[SB_UUID_SIZE];
    sb_new_id(req, id);
    sb_set_text(snapshot, "id", id);
    sb_set_text(snapshot, "cid", req->caller.cid);
    sb_set_text(snapshot, "template_id", template_id);
    sb_set_int(snapshot, "version", json_object_get_int64(sb_member(last, "version")) + 1);
    sb_set_text(snapshot, "template",
                json_object_to_json_string_ext(frozen, JSON_C_TO_STRING_PLAIN |
                                                           JSON_C_TO_STRING_NOSLASHESCAPE));
    sb_set_audit(req, snapshot, true);
    sb_store_put(req->store, "snapshot", req->caller.cid, id, snapshot, NULL);
    json_object_put(snapshot);
    json_object_put(frozen);
    json_object_put(last);
}

static bool version_at(struct sb_request *req, struct sb_response *res, size_t position,
                       int64_t *ret_version)
{
    const char *text = sb_query_nth(req, "versions", position);
    char *end;
    *ret_version = 0;
    if (text == NULL) {
        return true;
    }
    errno = 0;
    *ret_version = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *ret_version < 0) {
        return sb_fail(res, 400, "invalid versions: expected integers from 0");
    }
    return true;
}

static void get_by_templates(struct sb_request *req, struct sb_response *res)
{
    size_t count = sb_query_count(req, "template_ids");
    int64_t version;
    if (sb_query_count(req, "versions") > count) {
        sb_fail(res, 400, "more versions than template_ids");
        return;
    }
    for (size_t i = 0; i < count && version_at(req, res, i, &version); i++) {
        const char *template_id = sb_query_nth(req, "template_ids", i);
        struct json_object *snapshot = sb_snapshot_find(req, template_id, version);
        if (snapshot == NULL) {
            sb_add_missing(req, res, template_id, "template snapshot");
            if (sb_failed(res)) {
                return;
            }
        } else {
            sb_add_object(res, snapshot);
        }
    }
}

void op_get_template_snapshots(struct sb_request *req, struct sb_response *res)
{
    bool by_ids = sb_query_count(req, "ids") > 0;
    bool by_templates = sb_query_count(req, "template_ids") > 0;
    if (!by_ids && !by_templates) {
        sb_fail(res, 400, "ids or template_ids is required");
        return;
    }
    if (by_ids) {
        sb_get_by_ids(req, res, "snapshot", "template snapshot");
    }
    if (by_templates && !sb_failed(res)) {
        get_by_templates(req, res);
    }
}

void op_query_template_snapshots(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "snapshot",
                                              .collection = &fql_template_snapshots,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT};
    sb_query_ids(req, res, &spec);
}
