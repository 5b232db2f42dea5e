/* n8n: a community node in the declarative style, one file for the operations of each resource, and a
 * credential. What a node has no field for is in actions.json. export_n8n_text.c has the files that are
 * the same for every plugin. */
#include <stdlib.h>
#include <string.h>

#include "export_n8n.h"
#include "json_text.h"
#include "memory.h"

/* Types of the fields of a form. */
static const char *field_type(const struct export_field *field)
{
    if (field->choice)
        return "options";
    if (strcmp(field->kind, "integer") == 0 || strcmp(field->kind, "number") == 0)
        return "number";
    if (strcmp(field->kind, "boolean") == 0)
        return "boolean";
    return strcmp(field->kind, "string") == 0 || field->text_list ? "string" : "json";
}

static struct json_object *preset_of(const struct export_field *field)
{
    if (field->preset)
        return make_copy(field->preset);
    const char *type = field_type(field);
    if (strcmp(type, "number") == 0)
        return make_int(0);
    if (strcmp(type, "boolean") == 0)
        return make_bool(false);
    if (strcmp(type, "options") == 0)
        return make_copy(json_object_array_get_idx(field->choice, 0));
    if (strcmp(type, "json") == 0)
        return make_text(strcmp(field->kind, "array") == 0 ? "[]" : "{}");
    return field->text_list ? json_object_new_array() : make_text("");
}

static struct json_object *options_of(struct json_object *choice)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(choice); i++) {
        struct json_object *value = json_object_array_get_idx(choice, i);
        char *name = make_words(json_object_get_string(value), ' ');
        json_object_array_add(
            list, make_object("name", make_text(name), "value", make_copy(value), NULL));
        free(name);
    }
    return list;
}

/* Where the value goes. NULL for what only the plugin knows. */
static struct json_object *routing_of(const struct export_field *field)
{
    bool json = strcmp(field_type(field), "json") == 0;
    const char *parsed = "={{ typeof $value === 'string' ? JSON.parse($value) : $value }}";
    if (strcmp(field->in, "query") == 0 || strcmp(field->in, "body") == 0 ||
        strcmp(field->in, "form") == 0)
        return make_object(
            "send",
            make_object("type", make_text(strcmp(field->in, "query") == 0 ? "query" : "body"),
                        "property", make_text(field->path), "value",
                        json ? make_text(parsed) : NULL, NULL),
            NULL);
    if (strcmp(field->in, "whole-body") == 0)
        return json_tokener_parse("{\"send\":{\"preSend\":[\"" N8N_WHOLE_BODY "\"]}}");
    if (strcmp(field->in, "whole-query") == 0)
        return json_tokener_parse("{\"send\":{\"preSend\":[\"" N8N_WHOLE_QUERY "\"]}}");
    if (strcmp(field->path, "all") == 0)
        return make_object("send", make_object("paginate", make_text("={{ $value }}"), NULL), NULL);
    return NULL;
}

static struct json_object *form_field(const struct export_field *field)
{
    bool file = strcmp(field->in, "file") == 0;
    char *words = make_words(field->path, ' ');
    struct json_object *ui = json_get(field->schema, "x-ui");
    struct json_object *one = make_object(
        "displayName", make_text(*field->label ? field->label : words), "name",
        make_text(field->path), "type", make_text(file ? "string" : field_type(field)), "default",
        file ? make_text("data") : preset_of(field), "description",
        make_text(file ? "Name of the binary field that holds the file." : field->description),
        "placeholder", make_copy(json_get(ui, "placeholder")), "required",
        field->required ? make_bool(true) : NULL, "options",
        field->choice ? options_of(field->choice) : NULL, "hint",
        *field->type ? make_text(field->type) : NULL, "routing", file ? NULL : routing_of(field),
        NULL);
    if (field->text_list && strcmp(field_type(field), "string") == 0)
        json_object_object_add(one, "typeOptions",
                               make_object("multipleValues", make_bool(true), NULL));
    free(words);
    return one;
}

static bool is_in_form(const struct export_field *field)
{
    struct json_object *routing = routing_of(field);
    bool routed = routing != NULL;
    json_object_put(routing);
    return routed || strcmp(field->in, "file") == 0;
}

static struct json_object *shown_for(const struct action *action)
{
    struct json_object *resources = json_object_new_array(), *operations = json_object_new_array();
    json_object_array_add(resources, make_text(action->group));
    json_object_array_add(operations, make_text(action->name));
    return make_object("show", make_object("resource", resources, "operation", operations, NULL),
                       NULL);
}

/* ------------------------------------------------------------------ operations */

static struct json_object *pagination(const struct action *action)
{
    struct json_object *paging = json_get(action->meta, "paging");
    const char *style = json_get_text(paging, "style");
    if (!style)
        return NULL;
    if (strcmp(style, "offset") == 0)
        return json_tokener_parse(
            "{\"pagination\":{\"type\":\"offset\",\"properties\":{\"limitParameter\":\"limit\","
            "\"offsetParameter\":\"offset\",\"pageSize\":100,\"rootProperty\":\"resources\","
            "\"type\":\"query\"}}}");
    return json_tokener_parse(
        "{\"pagination\":{\"type\":\"generic\",\"properties\":{"
        "\"continue\":\"={{ !!$response.body?.meta?.pagination?.after }}\","
        "\"request\":{\"qs\":{\"after\":\"={{ $response.body?.meta?.pagination?.after }}\"}}}}}");
}

static struct json_object *operation_routing(const struct action *action,
                                             const struct export_wire *wire)
{
    struct json_object *request =
        make_object("method", make_text(wire->method), "url", make_text(wire->path), NULL);
    struct json_object *receive = NULL;
    if (strcmp(wire->answer, "resources") == 0) {
        receive = json_tokener_parse(
            "[{\"type\":\"rootProperty\",\"properties\":{\"property\":\"resources\"}}]");
    } else if (strcmp(wire->answer, "file") == 0) {
        json_object_object_add(request, "encoding", make_text("arraybuffer"));
        json_object_object_add(request, "json", make_bool(false));
        receive = json_tokener_parse(
            "[{\"type\":\"binaryData\",\"properties\":{\"destinationProperty\":\"data\"}}]");
    }
    struct json_object *routing = make_object(
        "request", request, "output", receive ? make_object("postReceive", receive, NULL) : NULL,
        "operations", pagination(action), NULL);
    if (wire->multipart)
        json_object_object_add(routing, "send",
                               json_tokener_parse("{\"preSend\":[\"" N8N_SEND_FILE "\"]}"));
    return routing;
}

static struct json_object *operation(const struct export *export, const struct action *action)
{
    struct export_wire wire;
    if (!export_wire_of(export, action, &wire))
        return NULL;
    return make_object("name", make_text(action->title), "value", make_text(action->name), "action",
                       make_text(action->title), "description", make_text(action->description),
                       "routing", operation_routing(action, &wire), NULL);
}

static void add_fields(struct json_object *properties, const struct action *action)
{
    struct export_fields inputs;
    struct json_object *others = json_object_new_array();
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++) {
        if (!is_in_form(&inputs.items[i]))
            continue;
        struct json_object *one = form_field(&inputs.items[i]);
        if (inputs.items[i].required) {
            json_object_object_add(one, "displayOptions", shown_for(action));
            json_object_array_add(properties, one);
        } else {
            json_object_array_add(others, one);
        }
    }
    export_fields_done(&inputs);
    if (json_object_array_length(others) > 0)
        json_object_array_add(
            properties,
            make_object("displayName", make_text("Additional Fields"), "name",
                        make_text("additionalFields"), "type", make_text("collection"),
                        "placeholder", make_text("Add Field"), "default", json_object_new_object(),
                        "displayOptions", shown_for(action), "options", make_ref(others), NULL));
    json_object_put(others);
}

/* The operations of one resource and their fields. NULL where an action has no place in HTTP. */
static struct json_object *properties_of(const struct export *export, const char *group)
{
    struct json_object *properties = json_object_new_array(), *options = json_object_new_array();
    struct json_object *resources = json_object_new_array(), *first = NULL;
    json_object_array_add(resources, make_text(group));
    for (size_t i = 0; i < export->actions->n; i++) {
        const struct action *action = &export->actions->items[i];
        struct json_object *one =
            strcmp(action->group, group) == 0 ? operation(export, action) : NULL;
        if (strcmp(action->group, group) == 0 && !one) {
            json_object_put(properties);
            json_object_put(options);
            json_object_put(resources);
            return NULL;
        }
        if (one && !first)
            first = make_text(action->name);
        if (one)
            json_object_array_add(options, one);
    }
    json_object_array_add(
        properties,
        make_object("displayName", make_text("Operation"), "name", make_text("operation"), "type",
                    make_text("options"), "noDataExpression", make_bool(true), "displayOptions",
                    make_object("show", make_object("resource", resources, NULL), NULL), "options",
                    options, "default", first, NULL));
    for (size_t i = 0; i < export->actions->n; i++)
        if (strcmp(export->actions->items[i].group, group) == 0)
            add_fields(properties, &export->actions->items[i]);
    return properties;
}

bool export_n8n(const struct export *export)
{
    struct json_object *groups = json_object_new_array();
    bool fine = true;
    for (size_t i = 0; fine && i < export->actions->n; i++) {
        const char *group = export->actions->items[i].group;
        bool known = false;
        for (size_t j = 0; j < json_object_array_length(groups); j++)
            known = known || strcmp(json_object_get_string(json_object_array_get_idx(groups, j)),
                                    group) == 0;
        if (known)
            continue;
        struct json_object *properties = properties_of(export, group);
        json_object_array_add(groups, make_text(group));
        fine = properties && n8n_write_group(export, group, properties);
    }
    fine = fine && n8n_write_rest(export, groups) &&
           export_write_json(export, make_ref(export->actions->document), "nodes/%s/actions.json",
                             export->pascal);
    json_object_put(groups);
    return fine;
}
