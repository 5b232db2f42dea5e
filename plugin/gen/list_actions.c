#include <stdio.h>
#include <string.h>

#include "gen/keywords.h"
#include "gen/schema.h"
#include "gen/tables.h"
#include "soar_plugin.h"

static void add(struct json_object *object, const char *name, struct json_object *value)
{
    json_object_object_add(object, name, value);
}

static void add_copy(struct json_object *object, const char *name, struct json_object *from)
{
    if (has(from, name))
        add(object, name, copy_of(member(from, name)));
}

/* ------------------------------------------------------------------ semantic types */

/* Collects x-type by JSON Pointer; "*" stands for any index. */
static void collect_types(const struct source *source, struct json_object *schema,
                          struct place *place, struct json_object *types, unsigned depth)
{
    const char *type = member_text(schema, "x-type");
    struct json_object *resolved = source_resolve(source, schema);
    if (type[0] == '\0')
        type = member_text(resolved, "x-type");
    if (type[0] != '\0' && !has(types, place->pointer))
        add(types, place->pointer, new_string(type));
    if (depth > SCHEMA_MAX_DEPTH)
        return;
    for (struct lh_entry *e = members_of(member(resolved, "properties")); e; e = lh_entry_next(e)) {
        size_t mark = enter(place, lh_entry_k(e));
        collect_types(source, lh_entry_v(e), place, types, depth + 1);
        leave(place, mark);
    }
    if (has(resolved, "items")) {
        size_t mark = enter(place, "*");
        collect_types(source, member(resolved, "items"), place, types, depth + 1);
        leave(place, mark);
    }
    static const char *const combined[] = {"anyOf", "oneOf", "allOf"};
    for (size_t i = 0; i < 3; i++) {
        struct json_object *list = member(resolved, combined[i]);
        for (size_t j = 0; j < length_of(list); j++)
            collect_types(source, json_object_array_get_idx(list, j), place, types, depth + 1);
    }
}

static struct json_object *types_of(const struct source *source, struct json_object *schema)
{
    struct json_object *types = new_object();
    struct place place = {"", ""};
    collect_types(source, schema, &place, types, 0);
    return types;
}

/* ------------------------------------------------------------------ tools */

static struct json_object *tool_meta(const struct source *source, const struct document *document,
                                     struct json_object *output)
{
    struct json_object *json = document->json, *http = member(json, "http");
    struct json_object *meta = new_object(), *types = new_object();
    bool documented =
        !has(json, "documented") || json_object_get_boolean(member(json, "documented"));
    add_copy(meta, "operation_id", json);
    add(meta, "documented", json_object_new_boolean(documented));
    add(meta, "group", new_string(document->group));
    add_copy(meta, "method", http);
    add_copy(meta, "path", http);
    add(meta, "answer",
        has(http, "answer") ? copy_of(member(http, "answer")) : new_string("resources"));
    add_copy(meta, "scope", json);
    add_copy(meta, "paging", json);
    add_copy(meta, "chunk", json);
    add_copy(meta, "retry", json);
    add_copy(meta, "limits", json);
    add(types, "input", types_of(source, member(json, "input")));
    add(types, "output", types_of(source, output));
    add(meta, "types", types);
    add_copy(meta, "examples", json);
    return meta;
}

static struct json_object *tool(const struct source *source, const struct document *document)
{
    struct json_object *json = document->json, *result = new_object();
    struct json_object *input = schema_exclude(member(json, "input"));
    struct json_object *output = schema_of_output(source, json);
    add_copy(result, "name", json);
    add_copy(result, "title", json);
    add_copy(result, "description", json);
    add(result, "inputSchema", schema_for_hosts(source, input));
    add(result, "outputSchema", schema_for_hosts(source, output));
    struct json_object *hints = copy_of(member(json, "annotations"));
    add(hints, "title", copy_of(member(json, "title")));
    add(result, "annotations", hints);
    add(result, "_meta", tool_meta(source, document, output));
    json_object_put(input);
    json_object_put(output);
    return result;
}

struct json_object *list_actions_json(const struct source *source, const char *version)
{
    struct json_object *list = new_object(), *tools = new_array(), *meta = new_object();
    struct json_object *service = source->service.json;
    char abi[32];
    for (size_t i = 0; i < source->n_actions; i++)
        json_object_array_add(tools, tool(source, &source->actions[i]));
    add(list, "tools", tools);
    snprintf(abi, sizeof(abi), "%u.%u", SOAR_ABI_MAJOR, SOAR_ABI_MINOR);
    add(meta, "abi_version", new_string(abi));
    add(meta, "plugin", new_string("falcon_case_management"));
    add(meta, "plugin_version", new_string(version));
    add(meta, "service", copy_of(member(service, "service")));
    add(meta, "title", copy_of(member(service, "title")));
    add(meta, "description", copy_of(member(service, "description")));
    struct json_object *clouds = new_array(), *all = member(service, "clouds");
    struct json_object *servers = new_array();
    for (size_t i = 0; i < length_of(all); i++) {
        struct json_object *cloud = json_object_array_get_idx(all, i), *server = new_object();
        json_object_array_add(clouds, copy_of(member(cloud, "name")));
        add(server, "name", copy_of(member(cloud, "name")));
        add(server, "url", copy_of(member(cloud, "base_url")));
        json_object_array_add(servers, server);
    }
    add(meta, "clouds", clouds);
    add(meta, "servers", servers);
    add(meta, "token_path", copy_of(member(member(service, "auth"), "token_path")));
    add(meta, "configSchema", config_schema_json());
    add(list, "_meta", meta);
    return list;
}
