#include "template_doc.h"

#include "access_tags.h"
#include "config_docs.h"
#include "snapshots.h"

#include <string.h>

/* The item of a list that has this id, or NULL. Borrowed. */
static struct json_object *item_by_id(struct json_object *list, const char *id)
{
    for (size_t i = 0; id != NULL && list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        const char *own = sb_text(item, "id");
        if (own != NULL && strcmp(own, id) == 0) {
            return item;
        }
    }
    return NULL;
}

/* Sets the id of an item: the one it names, which the old list must have, or a new one. `ret_old`
 * gets the old item or NULL. False: the response holds the 400. */
static bool set_item_id(struct sb_request *req, struct sb_response *res, struct json_object *item,
                        struct json_object *body, struct json_object *old_list, const char *what,
                        struct json_object **ret_old)
{
    const char *id = sb_text(body, "id");
    char fresh[SB_UUID_SIZE];
    *ret_old = item_by_id(old_list, id);
    if (id != NULL && *id != '\0' && *ret_old == NULL) {
        return sb_fail(res, 400, "%s not found: %.64s", what, id);
    }
    if (*ret_old == NULL) {
        sb_new_id(req, fresh);
        id = fresh;
    }
    sb_set_text(item, "id", id);
    return true;
}

/* Old items keep their author; a changed one has a new editor. */
static void set_item_audit(struct sb_request *req, struct json_object *item,
                           struct json_object *old)
{
    sb_config_keep_audit(req, item, old);
    if (old != NULL && !json_object_equal(item, old)) {
        sb_set_audit(req, item, false);
    }
}

typedef struct json_object *item_maker(struct sb_request *req, struct sb_response *res,
                                       struct json_object *body, struct json_object *old_list,
                                       size_t position);

/* A list made item by item. NULL: one was refused. */
static struct json_object *list_new(struct sb_request *req, struct sb_response *res,
                                    struct json_object *bodies, struct json_object *old_list,
                                    item_maker *make)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; bodies != NULL && i < json_object_array_length(bodies); i++) {
        struct json_object *item =
            make(req, res, json_object_array_get_idx(bodies, i), old_list, i);
        if (item == NULL) {
            json_object_put(list);
            return NULL;
        }
        json_object_array_add(list, item);
    }
    return list;
}

static const char *text_or(struct json_object *body, const char *key, const char *fallback)
{
    const char *text = sb_text(body, key);
    return text != NULL ? text : fallback;
}

/* What an item's member becomes: given, else kept, else `fallback`. */
static void set_item_text(const struct sb_request *req, struct json_object *item,
                          struct json_object *body, struct json_object *old, const char *key,
                          const char *fallback)
{
    struct json_object *value = sb_config_member(req, body, old, key);
    sb_set_text(item, key, value != NULL ? json_object_get_string(value) : fallback);
}

static void set_item_bool(const struct sb_request *req, struct json_object *item,
                          struct json_object *body, struct json_object *old, const char *key)
{
    sb_set_bool(item, key, json_object_get_boolean(sb_config_member(req, body, old, key)));
}

static void set_item_order(const struct sb_request *req, struct json_object *item,
                           struct json_object *body, struct json_object *old, size_t position)
{
    struct json_object *order = sb_config_member(req, body, old, "display_order");
    sb_set_int(item, "display_order",
               order != NULL ? json_object_get_int64(order) : (int64_t)position);
}

static struct json_object *option_new(struct sb_request *req, struct sb_response *res,
                                      struct json_object *body, struct json_object *old_list,
                                      size_t position)
{
    struct json_object *option = json_object_new_object(), *old;
    (void)position;
    if (!set_item_id(req, res, option, body, old_list, "field option", &old)) {
        json_object_put(option);
        return NULL;
    }
    set_item_text(req, option, body, old, "value", "");
    set_item_audit(req, option, old);
    return option;
}

static struct json_object *field_new(struct sb_request *req, struct sb_response *res,
                                     struct json_object *body, struct json_object *old_list,
                                     size_t position)
{
    struct json_object *field = json_object_new_object(), *old, *options = NULL;
    if (set_item_id(req, res, field, body, old_list, "field", &old)) {
        set_item_text(req, field, body, old, "name", "");
        if (*sb_text(field, "name") == '\0') {
            sb_fail(res, 400, "field name is required");
        } else {
            options = list_new(req, res, sb_config_member(req, body, old, "options"),
                               sb_member(old, "options"), option_new);
        }
    }
    if (options == NULL) {
        json_object_put(field);
        return NULL;
    }
    sb_set(field, "options", options);
    set_item_text(req, field, body, old, "data_type", "string");
    set_item_text(req, field, body, old, "default_value", "");
    set_item_order(req, field, body, old, position);
    set_item_text(req, field, body, old, "input_type", "text");
    set_item_bool(req, field, body, old, "multivalued");
    set_item_bool(req, field, body, old, "required");
    set_item_audit(req, field, old);
    return field;
}

static bool check_sla(struct sb_request *req, struct sb_response *res, const char *sla_id)
{
    return sb_store_has(req->store, "sla", req->caller.cid, sla_id) ||
           sb_fail(res, 400, "SLA not found: %.64s", sla_id);
}

static struct json_object *rule_new(struct sb_request *req, struct sb_response *res,
                                    struct json_object *body, struct json_object *old_list,
                                    size_t position)
{
    struct json_object *rule = json_object_new_object(), *old;
    (void)position;
    if (!set_item_id(req, res, rule, body, old_list, "SLA rule", &old)) {
        json_object_put(rule);
        return NULL;
    }
    set_item_text(req, rule, body, old, "condition", "");
    set_item_text(req, rule, body, old, "sla_id", "");
    set_item_text(req, rule, body, old, "type", "");
    if (!check_sla(req, res, sb_text(rule, "sla_id"))) {
        json_object_put(rule);
        return NULL;
    }
    set_item_audit(req, rule, old);
    return rule;
}

static struct json_object *workflow_new(struct sb_request *req, struct sb_response *res,
                                        struct json_object *body, struct json_object *old_list,
                                        size_t position)
{
    const char *id = text_or(body, "id", "");
    (void)old_list;
    if (*id == '\0') {
        sb_fail(res, 400, "workflow id is required");
        return NULL;
    }
    struct json_object *workflow = json_object_new_object();
    set_item_order(req, workflow, body, NULL, position);
    sb_set_text(workflow, "id", id);
    return workflow;
}

/* An access tag is named by its id or its key; the template holds both. */
static struct json_object *access_tag_new(struct sb_request *req, struct sb_response *res,
                                          struct json_object *body, struct json_object *old_list,
                                          size_t position)
{
    const char *id = text_or(body, "id", ""), *key = text_or(body, "key", "");
    struct json_object *known = sb_access_tag_find(req, id, key);
    (void)old_list;
    (void)position;
    if (known == NULL) {
        sb_fail(res, 400, "access tag not found: %.64s", *id != '\0' ? id : key);
        return NULL;
    }
    struct json_object *tag = json_object_new_object();
    sb_set_text(tag, "cid", req->caller.cid);
    sb_set_bool(tag, "has_access", false);
    sb_set_text(tag, "id", sb_text(known, "id"));
    sb_set_text(tag, "key", sb_text(known, "key"));
    sb_set(tag, "templates", json_object_new_array());
    json_object_put(known);
    return tag;
}

static bool set_list(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                     struct json_object *body, struct json_object *old, const char *key,
                     item_maker *make)
{
    struct json_object *list =
        list_new(req, res, sb_config_member(req, body, old, key), sb_member(old, key), make);
    if (list != NULL) {
        sb_set(doc, key, list);
    }
    return list != NULL;
}

void sb_template_set_search(struct json_object *doc, const char *sla_name)
{
    struct json_object *search = json_object_new_object();
    sb_set_text(search, "sla_name", sla_name != NULL ? sla_name : "");
    sb_set(doc, "_search", search);
}

/* How a template gets its SLA: by rules, always the same one, or not at all. */
static void set_sla(struct sb_request *req, struct json_object *doc, const char *sla_id)
{
    bool rules = json_object_array_length(sb_member(doc, "sla_rules")) > 0;
    struct json_object *sla = sb_store_get(req->store, "sla", req->caller.cid, sla_id, NULL);
    sb_set_text(doc, "sla_id", sla_id);
    sb_set_text(doc, "sla_method", rules ? "rules" : *sla_id != '\0' ? "static" : "none");
    sb_template_set_search(doc, sb_text(sla, "name"));
    json_object_put(sla);
}

struct json_object *sb_template_build(struct sb_request *req, struct sb_response *res,
                                      struct json_object *body, struct json_object *old)
{
    const char *sla_id = sb_config_text(req, body, old, "sla_id");
    if (*sla_id != '\0' && !check_sla(req, res, sla_id)) {
        return NULL;
    }
    struct json_object *doc = sb_config_new(req, res, body, old);
    if (doc == NULL) {
        return NULL;
    }
    sb_set_bool(doc, "has_access", false);
    if (!set_list(req, res, doc, body, old, "fields", field_new) ||
        !set_list(req, res, doc, body, old, "sla_rules", rule_new) ||
        !set_list(req, res, doc, body, old, "workflows", workflow_new) ||
        !set_list(req, res, doc, body, old, "access_tags", access_tag_new)) {
        json_object_put(doc);
        return NULL;
    }
    set_sla(req, doc, sla_id);
    return doc;
}

/* Takes away the field documents of a template, or of all its fields that `doc` no longer has. */
static void drop_fields(struct sb_request *req, const char *template_id, struct json_object *doc)
{
    struct json_object *old =
        sb_store_get(req->store, "template", req->caller.cid, template_id, NULL);
    struct json_object *fields = sb_member(old, "fields");
    for (size_t i = 0; fields != NULL && i < json_object_array_length(fields); i++) {
        const char *id = sb_text(json_object_array_get_idx(fields, i), "id");
        if (item_by_id(sb_member(doc, "fields"), id) == NULL) {
            sb_store_delete(req->store, "field", req->caller.cid, id);
        }
    }
    json_object_put(old);
}

void sb_template_save(struct sb_request *req, struct json_object *doc)
{
    const char *id = sb_text(doc, "id");
    struct json_object *fields = sb_member(doc, "fields");
    drop_fields(req, id, doc);
    for (size_t i = 0; i < json_object_array_length(fields); i++) {
        struct json_object *field = json_object_array_get_idx(fields, i);
        sb_store_put(req->store, "field", req->caller.cid, sb_text(field, "id"), field, NULL);
    }
    sb_store_put(req->store, "template", req->caller.cid, id, doc, NULL);
    sb_snapshot_take(req, doc);
}

void sb_template_remove(struct sb_request *req, const char *id)
{
    drop_fields(req, id, NULL);
    sb_store_delete(req->store, "template", req->caller.cid, id);
}
