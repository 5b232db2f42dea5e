/* Templates seen from outside: who may use one, what is answered of it, and the SLAs it holds on
 * to. */
#include "config_docs.h"
#include "template_doc.h"

#include <string.h>

/* A template is open to a caller who has access to every access tag it carries. */
static bool caller_has_access(struct sb_request *req, struct json_object *doc)
{
    struct json_object *tags = sb_member(doc, "access_tags");
    bool access = true;
    for (size_t i = 0; i < json_object_array_length(tags); i++) {
        struct json_object *bound = json_object_array_get_idx(tags, i);
        struct json_object *tag =
            sb_store_get(req->store, "access_tag", req->caller.cid, sb_text(bound, "id"), NULL);
        bool open = json_object_get_boolean(sb_member(tag, "has_access"));
        sb_set_bool(bound, "has_access", open);
        access = access && open;
        json_object_put(tag);
    }
    return access;
}

void sb_template_answer(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                        bool with_access)
{
    sb_set_bool(doc, "has_access", with_access && caller_has_access(req, doc));
    sb_add_object(res, doc);
}

void sb_template_note_sla_name(struct sb_request *req, const char *sla_id, const char *name)
{
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT id, doc FROM docs WHERE kind = 'template' AND cid = ?1"
                                     " AND json_extract(doc, '$.sla_id') = ?2");
    if (statement == NULL) {
        return;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, sla_id, -1, SQLITE_STATIC);
    while (sb_store_step(req->store, statement)) {
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        struct json_object *doc =
            json_tokener_parse((const char *)sqlite3_column_text(statement, 1));
        sb_template_set_search(doc, name);
        sb_store_put(req->store, "template", req->caller.cid, id, doc, NULL);
        json_object_put(doc);
    }
}

/* One template that uses the SLA; the caller puts it. NULL if there is none. */
static struct json_object *template_of_sla(struct sb_request *req, const char *sla_id)
{
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT id FROM docs WHERE kind = 'template' AND cid = ?1"
                    " AND (json_extract(doc, '$.sla_id') = ?2 OR EXISTS(SELECT 1 FROM"
                    " json_each(doc, '$.sla_rules') AS e1"
                    " WHERE json_extract(e1.value, '$.sla_id') = ?2))");
    struct json_object *doc = NULL;
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, sla_id, -1, SQLITE_STATIC);
    if (sb_store_step(req->store, statement)) {
        const char *id = (const char *)sqlite3_column_text(statement, 0);
        doc = sb_store_get(req->store, "template", req->caller.cid, id, NULL);
        sqlite3_reset(statement);
    }
    return doc;
}

/* Under --patch replace as well, a template that loses its SLA keeps all the rest: so the whole
 * document is the body of its update. */
static bool take_sla_out(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                         const char *sla_id)
{
    struct json_object *body = sb_copy(doc);
    struct json_object *rules = sb_member(body, "sla_rules");
    if (strcmp(sb_text(body, "sla_id"), sla_id) == 0) {
        sb_set_text(body, "sla_id", "");
    }
    for (size_t i = json_object_array_length(rules); i-- > 0;) {
        if (strcmp(sb_text(json_object_array_get_idx(rules, i), "sla_id"), sla_id) == 0) {
            json_object_array_del_idx(rules, i, 1);
        }
    }
    struct json_object *changed = sb_template_build(req, res, body, doc);
    json_object_put(body);
    if (changed == NULL) {
        return false;
    }
    sb_template_save(req, changed);
    json_object_put(changed);
    return sb_store_failed(req->store) == NULL;
}

bool sb_template_release_sla(struct sb_request *req, struct sb_response *res, const char *sla_id)
{
    struct json_object *doc;
    while ((doc = template_of_sla(req, sla_id)) != NULL) {
        bool released =
            req->options->in_use_cascades
                ? take_sla_out(req, res, doc, sla_id)
                : sb_fail(res, 400, "SLA %s is in use by template %s", sla_id, sb_text(doc, "id"));
        json_object_put(doc);
        if (!released) {
            return false;
        }
    }
    return true;
}
