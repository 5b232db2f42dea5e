/*
 * Access tags: which templates (and so which cases) a caller may work with. They come with the
 * tenant; no operation makes one. A tag's `templates` are found anew with each answer; `has_access`
 * is told only where with_has_access asks for it.
 */
#include "access_tags.h"
#include "config_docs.h"

static struct json_object *templates_of(struct sb_request *req, const char *tag_id)
{
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT id, json_extract(doc, '$.name') FROM docs WHERE kind = 'template'"
                    " AND cid = ?1 AND EXISTS(SELECT 1 FROM json_each(doc, '$.access_tags') AS e1"
                    " WHERE json_extract(e1.value, '$.id') = ?2) ORDER BY seq");
    struct json_object *bindings = json_object_new_array();
    if (statement == NULL) {
        return bindings;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, tag_id, -1, SQLITE_STATIC);
    while (sb_store_step(req->store, statement)) {
        struct json_object *binding = json_object_new_object();
        sb_set_text(binding, "id", (const char *)sqlite3_column_text(statement, 0));
        sb_set_text(binding, "name", (const char *)sqlite3_column_text(statement, 1));
        json_object_array_add(bindings, binding);
    }
    return bindings;
}

struct json_object *sb_access_tag_find(struct sb_request *req, const char *id, const char *key)
{
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT doc FROM docs WHERE kind = 'access_tag' AND cid = ?1 AND"
                    " (id = ?2 OR (?2 = '' AND json_extract(doc, '$.key') = ?3))");
    struct json_object *tag = NULL;
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, key, -1, SQLITE_STATIC);
    if (sb_store_step(req->store, statement)) {
        tag = json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
        sqlite3_reset(statement);
    }
    sqlite3_clear_bindings(statement);
    return tag;
}

void op_get_access_tags(struct sb_request *req, struct sb_response *res)
{
    bool with_access = false;
    if (!sb_query_bool(req, res, "with_has_access", &with_access)) {
        return;
    }
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        struct json_object *tag = sb_store_get(req->store, "access_tag", req->caller.cid, id, NULL);
        if (tag == NULL) {
            sb_add_missing(req, res, id, "access tag");
            continue;
        }
        sb_set_bool(tag, "has_access",
                    with_access && json_object_get_boolean(sb_member(tag, "has_access")));
        sb_set(tag, "templates", templates_of(req, id));
        sb_add_object(res, tag);
    }
}

void op_query_access_tags(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "access_tag",
                                              .collection = &fql_access_tags,
                                              .limit_min = 1,
                                              .limit_max = SB_CONFIG_LIMIT_MAX,
                                              .limit_default = SB_CONFIG_LIMIT_DEFAULT,
                                              .sorts = true,
                                              .after = true};
    sb_query_ids(req, res, &spec);
}
