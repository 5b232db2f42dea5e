#include "case_doc.h"
#include "response.h"
#include "slas.h"
#include "snapshots.h"
#include "store.h"
#include <string.h>

static const char *text_or_empty(struct json_object *object, const char *key)
{
    const char *text = sb_text(object, key);
    return text != NULL ? text : "";
}

static struct json_object *find_by_id(struct json_object *list, const char *id)
{
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        if (strcmp(text_or_empty(item, "id"), id) == 0) {
            return item;
        }
    }
    return NULL;
}

/* The ids of the options that the values name; false when a value is none of them. */
static bool match_options(struct json_object *options, struct json_object *values,
                          struct json_object *ret_ids)
{
    for (size_t v = 0; v < sb_length(values); v++) {
        const char *value = json_object_get_string(json_object_array_get_idx(values, v));
        bool found = false;
        for (size_t i = 0; i < sb_length(options) && !found; i++) {
            struct json_object *option = json_object_array_get_idx(options, i);
            found = strcmp(text_or_empty(option, "value"), value) == 0;
            if (found) {
                json_object_array_add(ret_ids, json_object_new_string(text_or_empty(option, "id")));
            }
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* A field of the template as a case holds it, with the default as its value. */
static struct json_object *case_field(struct json_object *field, const char *snapshot_id)
{
    struct json_object *own = json_object_new_object();
    struct json_object *values = json_object_new_array();
    struct json_object *option_ids = json_object_new_array();
    const char *fallback = text_or_empty(field, "default_value");
    sb_set_int(own, "display_order", json_object_get_int64(sb_member(field, "display_order")));
    sb_set_text(own, "id", text_or_empty(field, "id"));
    sb_set_text(own, "name", text_or_empty(field, "name"));
    sb_set_bool(own, "required", json_object_get_boolean(sb_member(field, "required")));
    sb_set_text(own, "snapshot_id", snapshot_id);
    if (*fallback != '\0') {
        json_object_array_add(values, json_object_new_string(fallback));
    }
    match_options(sb_member(field, "options"), values, option_ids);
    sb_set(own, "option_ids", option_ids);
    sb_set(own, "values", values);
    return own;
}

static bool set_values(struct sb_response *res, struct json_object *own,
                       struct json_object *definition, struct json_object *values)
{
    struct json_object *options = sb_member(definition, "options");
    struct json_object *ids = json_object_new_array();
    const char *name = text_or_empty(own, "name");
    bool good = true;
    if (!json_object_get_boolean(sb_member(definition, "multivalued")) && sb_length(values) > 1) {
        good = sb_fail(res, 400, "custom field %.80s takes one value", name);
    } else if (sb_length(options) > 0 && !match_options(options, values, ids)) {
        good = sb_fail(res, 400, "custom field %.80s: a value is none of its options", name);
    }
    if (good) {
        sb_set(own, "values", sb_copy(values));
        sb_set(own, "option_ids", json_object_get(ids));
    }
    json_object_put(ids);
    return good;
}

/* What a case held of a template's earlier version stays where it fits. */
static void keep_values(struct json_object *own, struct json_object *definition,
                        struct json_object *before)
{
    struct json_object *old = find_by_id(before, text_or_empty(own, "id"));
    struct sb_response ignored;
    if (old != NULL) {
        sb_response_init(&ignored);
        set_values(&ignored, own, definition, sb_member(old, "values"));
        sb_response_done(&ignored);
    }
}

static void bind_fields(struct json_object *doc, struct json_object *template_doc,
                        const char *snapshot_id)
{
    struct json_object *fields = sb_member(template_doc, "fields");
    struct json_object *before = sb_member(doc, "fields");
    struct json_object *all = json_object_new_array();
    for (size_t i = 0; i < sb_length(fields); i++) {
        struct json_object *field = json_object_array_get_idx(fields, i);
        struct json_object *own = case_field(field, snapshot_id);
        keep_values(own, field, before);
        json_object_array_add(all, own);
    }
    sb_set(doc, "fields", all);
}

/* Starts the timers of the template's SLA, unless they run already. */
static void bind_sla(struct sb_request *req, struct json_object *doc, const char *sla_id)
{
    char snapshot_id[SB_UUID_SIZE];
    struct json_object *sla = sb_sla_get(req, sla_id, snapshot_id);
    if (sla == NULL) {
        sb_set(doc, "sla", sb_case_no_sla());
    } else if (strcmp(text_or_empty(sb_member(doc, "sla"), "id"), sla_id) != 0) {
        sb_case_start_sla(req, doc, sla, snapshot_id);
    }
    json_object_put(sla);
}

bool sb_case_bind_template(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                           const char *template_id)
{
    struct json_object *snapshot = NULL;
    if (sb_store_has(req->store, "template", req->caller.cid, template_id)) {
        snapshot = sb_snapshot_find(req, template_id, 0);
    }
    if (snapshot == NULL) {
        return sb_fail(res, 400, "template not found: %.80s", template_id);
    }
    const char *snapshot_id = sb_text(snapshot, "id");
    struct json_object *template_doc = json_tokener_parse(text_or_empty(snapshot, "template"));
    struct json_object *bound = json_object_new_object();
    sb_set_text(bound, "id", template_id);
    sb_set_text(bound, "name", text_or_empty(template_doc, "name"));
    sb_set_text(bound, "snapshot_id", snapshot_id);
    sb_set_int(bound, "version", json_object_get_int64(sb_member(snapshot, "version")));
    sb_set(doc, "template", bound);
    bind_fields(doc, template_doc, snapshot_id);
    bind_sla(req, doc, text_or_empty(template_doc, "sla_id"));
    json_object_put(template_doc);
    json_object_put(snapshot);
    return true;
}

/* The definitions of the case's fields in the snapshot that it is bound to; the caller puts it. */
static struct json_object *bound_template(struct sb_request *req, struct json_object *doc)
{
    struct json_object *bound = sb_member(doc, "template");
    struct json_object *snapshot = sb_store_get(req->store, "snapshot", req->caller.cid,
                                                text_or_empty(bound, "snapshot_id"), NULL);
    struct json_object *template_doc =
        snapshot != NULL ? json_tokener_parse(text_or_empty(snapshot, "template")) : NULL;
    json_object_put(snapshot);
    return template_doc;
}

bool sb_case_set_custom_fields(struct sb_request *req, struct sb_response *res,
                               struct json_object *doc, struct json_object *list)
{
    struct json_object *template_doc = bound_template(req, doc);
    struct json_object *definitions = sb_member(template_doc, "fields");
    bool good = true;
    for (size_t i = 0; good && i < sb_length(list); i++) {
        struct json_object *given = json_object_array_get_idx(list, i);
        const char *id = text_or_empty(given, "id");
        struct json_object *own = find_by_id(sb_member(doc, "fields"), id);
        struct json_object *values = sb_member(given, "values");
        if (own == NULL) {
            good = sb_fail(res, 400, "custom field not found in the case's template: %.80s", id);
        } else if (values == NULL) {
            good = sb_fail(res, 400, "custom field %.80s: values is required", id);
        } else {
            good = set_values(res, own, find_by_id(definitions, id), values);
        }
    }
    json_object_put(template_doc);
    return good;
}
