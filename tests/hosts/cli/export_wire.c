#include <string.h>

#include "export.h"
#include "json_text.h"

bool export_wire_of(const struct export *export, const struct action *action,
                    struct export_wire *ret)
{
    struct export_fields inputs;
    memset(ret, 0, sizeof(*ret));
    ret->method = json_get_text(action->meta, "method");
    ret->path = json_get_text(action->meta, "path");
    ret->answer = json_get_text(action->meta, "answer");
    if (!ret->method || !ret->path || !ret->answer)
        return host_error_set(export->err, SOAR_UNIMPLEMENTED,
                              "%.100s tells no HTTP method, path and answer, and this format is "
                              "about HTTP",
                              action->name);
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++)
        if (strcmp(inputs.items[i].in, "file") == 0)
            ret->multipart = true;
    export_fields_done(&inputs);
    return true;
}

static struct json_object *wire_list(struct json_object *all)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(all); i++)
        json_object_array_add(list, export_wire_schema(json_object_array_get_idx(all, i)));
    return list;
}

static bool says_type(struct json_object *schema, const char *type)
{
    const char *own = json_get_text(schema, "type");
    return own && strcmp(own, type) == 0;
}

/* Of a schema that takes a long and a short form, what both share with the long one's keywords. */
static void take_long_form(struct json_object *schema, const char *type)
{
    struct json_object *any = json_get(schema, "anyOf"), *chosen = NULL;
    for (size_t i = 0; any && i < json_object_array_length(any); i++) {
        struct json_object *branch = json_object_array_get_idx(any, i);
        if (!chosen && (says_type(branch, type) || json_get(branch, "$ref")))
            chosen = make_ref(branch);
    }
    if (!chosen)
        return;
    json_object_object_del(schema, "anyOf");
    json_object_object_foreach(chosen, name, value)
    {
        if (!json_get(schema, name))
            json_object_object_add(schema, name, make_ref(value));
    }
    json_object_put(chosen);
}

struct json_object *export_wire_schema(struct json_object *schema)
{
    if (!json_object_is_type(schema, json_type_object))
        return json_object_is_type(schema, json_type_array) ? wire_list(schema) : make_copy(schema);
    struct json_object *wire = json_object_new_object();
    json_object_object_foreach(schema, name, value)
    {
        bool data = strcmp(name, "enum") == 0 || strcmp(name, "default") == 0 ||
                    strcmp(name, "examples") == 0 || strncmp(name, "x-", 2) == 0;
        json_object_object_add(wire, name, data ? make_copy(value) : export_wire_schema(value));
    }
    if (json_get_bool(wire, "x-list"))
        take_long_form(wire, "array");
    if (json_get_text(wire, "x-wrap"))
        take_long_form(wire, "object");
    if (json_get_bool(wire, "x-split")) {
        json_object_object_add(wire, "type", make_text("array"));
        json_object_object_del(wire, "minLength");
    }
    static const char *const ours[] = {"x-in",    "x-list",   "x-wrap",
                                       "x-split", "x-reason", "$schema"};
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        json_object_object_del(wire, ours[i]);
    return wire;
}
