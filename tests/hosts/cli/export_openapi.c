/* OpenAPI 3.1: the service behind the actions, as its clients see it. Shared models become components; what
 * OpenAPI has no word for stands in x-soar. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export_models.h"
#include "json_schema.h"
#include "json_text.h"
#include "memory.h"

struct api {
    const struct export *export;
    struct models models;
    struct json_object *paths, *tags, *scopes;
};

/* ------------------------------------------------------------------ what is sent */

static struct json_object *part_of(struct json_object *whole, const struct export_field *field)
{
    struct json_object *schema = make_copy(json_get(json_get(whole, "properties"), field->path));
    json_object_object_del(schema, "description");
    return schema;
}

static struct json_object *parameters(struct json_object *whole, const struct export_fields *inputs)
{
    struct json_object *all = json_object_new_array();
    for (size_t i = 0; i < inputs->n; i++) {
        const struct export_field *field = &inputs->items[i];
        if (strcmp(field->in, "query") != 0)
            continue;
        struct json_object *one =
            make_object("name", make_text(field->path), "in", make_text("query"), "description",
                        make_text(field->description), "required", make_bool(field->required),
                        "schema", part_of(whole, field), NULL);
        if (strcmp(field->kind, "array") == 0) {
            json_object_object_add(one, "style", make_text("form"));
            json_object_object_add(one, "explode", make_bool(true));
        }
        if (field->example && strcmp(field->kind, "array") != 0)
            json_object_object_add(one, "example", make_copy(field->example));
        json_object_array_add(all, one);
    }
    return all;
}

static struct json_object *properties_in(struct json_object *whole,
                                         const struct export_fields *inputs, const char *in,
                                         struct json_object *required)
{
    struct json_object *properties = json_object_new_object();
    for (size_t i = 0; i < inputs->n; i++) {
        const struct export_field *field = &inputs->items[i];
        bool file = strcmp(field->in, "file") == 0;
        if (strcmp(field->in, in) != 0 && !(file && strcmp(in, "form") == 0))
            continue;
        struct json_object *schema =
            file ? make_object("type", make_text("string"), "contentMediaType",
                               make_text("application/octet-stream"), NULL)
                 : part_of(whole, field);
        if (*field->description)
            json_object_object_add(schema, "description", make_text(field->description));
        json_object_object_add(properties, field->path, schema);
        if (field->required)
            json_object_array_add(required, make_text(field->path));
    }
    return properties;
}

static const struct export_field *in_place(const struct export_fields *inputs, const char *in)
{
    for (size_t i = 0; i < inputs->n; i++)
        if (strcmp(inputs->items[i].in, in) == 0)
            return &inputs->items[i];
    return NULL;
}

/* Whether a body is as it is sent: examples may be in the short forms that only the plugin takes. */
static bool fits(struct api *api, struct json_object *schema, struct json_object *value)
{
    struct schema_fault fault;
    struct json_object *whole = make_copy(schema);
    json_object_object_add(whole, "components",
                           make_object("schemas", make_ref(api->models.schemas), NULL));
    bool fine = json_schema_validate(whole, value, &fault);
    json_object_put(whole);
    return fine;
}

static struct json_object *request_examples(struct api *api, const struct action *action,
                                            struct json_object *schema,
                                            struct json_object *properties)
{
    struct json_object *examples = json_get(action->meta, "examples");
    struct json_object *all = json_object_new_object();
    for (size_t i = 0; examples && i < json_object_array_length(examples); i++) {
        struct json_object *example = json_object_array_get_idx(examples, i);
        struct json_object *input = json_get(example, "input"), *value = json_object_new_object();
        bool whole = true;
        json_object_object_foreach(input, name, member)
        {
            if (json_get(properties, name))
                json_object_object_add(value, name, make_copy(member));
            else
                whole = false;
        }
        char key[32];
        snprintf(key, sizeof(key), "example_%zu", i + 1);
        if (whole && fits(api, schema, value))
            json_object_object_add(all, key, make_object("value", make_ref(value), NULL));
        json_object_put(value);
    }
    return all;
}

/* The body of a request; NULL where there is none. */
static struct json_object *request_body(struct api *api, const struct action *action,
                                        const struct export_wire *wire, struct json_object *whole,
                                        const struct export_fields *inputs)
{
    const struct export_field *other = in_place(inputs, "whole-body");
    const char *in = wire->multipart ? "form" : "body";
    struct json_object *required = json_object_new_array();
    struct json_object *properties = properties_in(whole, inputs, in, required), *schema, *media;
    bool has = json_object_object_length(properties) > 0;
    if (!has && !other) {
        json_object_put(required);
        json_object_put(properties);
        return NULL;
    }
    if (has) {
        schema = make_object("type", make_text("object"), "properties", make_ref(properties), NULL);
        if (json_object_array_length(required) > 0)
            json_object_object_add(schema, "required", make_ref(required));
    } else {
        schema = part_of(whole, other);
    }
    media = make_object("schema", schema, NULL);
    if (has && !wire->multipart) {
        struct json_object *examples = request_examples(api, action, schema, properties);
        if (json_object_object_length(examples) > 0)
            json_object_object_add(media, "examples", make_ref(examples));
        json_object_put(examples);
    }
    json_object_put(required);
    json_object_put(properties);
    return make_object(
        "required", make_bool(true), "content",
        make_object(wire->multipart ? "multipart/form-data" : "application/json", media, NULL),
        NULL);
}

/* ------------------------------------------------------------------ what comes back */

static struct json_object *answer(const struct export_wire *wire, struct json_object *output)
{
    struct json_object *properties = json_get(output, "properties");
    struct json_object *response =
        make_object("description", make_text("What was asked for."), NULL);
    struct json_object *schema = NULL;
    const char *type = "application/json";
    if (strcmp(wire->answer, "resources") == 0) {
        schema = make_object(
            "type", make_text("object"), "properties",
            make_object("meta", make_object("$ref", make_text("#/components/schemas/_meta"), NULL),
                        "resources", make_copy(json_get(properties, "resources")), "errors",
                        make_object("$ref", make_text("#/components/schemas/_errors"), NULL), NULL),
            NULL);
    } else if (strcmp(wire->answer, "file") == 0) {
        type = "application/octet-stream";
        schema = make_object("type", make_text("string"), "contentMediaType",
                             make_text("application/octet-stream"), NULL);
    } else if (strcmp(wire->answer, "value") == 0) {
        schema = make_copy(json_get(properties, "value"));
    }
    if (schema)
        json_object_object_add(response, "content",
                               make_object(type, make_object("schema", schema, NULL), NULL));
    return response;
}

static struct json_object *responses(const struct export_wire *wire, struct json_object *output)
{
    struct json_object *failure = make_object(
        "description", make_text("Refused or failed; errors say why."), "content",
        make_object(
            "application/json",
            make_object("schema",
                        make_object("$ref", make_text("#/components/schemas/_failure"), NULL),
                        NULL),
            NULL),
        NULL);
    return make_object("2XX", answer(wire, output), "default", failure, NULL);
}

static void common_models(struct api *api)
{
    static const char text[] =
        "{\"_meta\":{\"type\":\"object\",\"properties\":{\"trace_id\":{\"type\":\"string\"},"
        "\"query_time\":{\"type\":\"number\"},\"pagination\":{\"type\":[\"object\",\"null\"]}}},"
        "\"_errors\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"properties\":{"
        "\"code\":{\"type\":\"integer\"},\"message\":{\"type\":\"string\"},\"id\":{\"type\":"
        "\"string\"}}}},"
        "\"_failure\":{\"type\":\"object\",\"properties\":{"
        "\"meta\":{\"$ref\":\"#/components/schemas/_meta\"},"
        "\"errors\":{\"$ref\":\"#/components/schemas/_errors\"}}}}";
    models_init(&api->models, json_tokener_parse(text));
}

/* ------------------------------------------------------------------ operations */

/* "Case Templates", "write": case-templates:write. */
static char *scope_name(const struct action *action)
{
    struct json_object *scope = json_get(action->meta, "scope");
    const char *name = json_get_text(scope, "name"), *access = json_get_text(scope, "access");
    if (!name || !access)
        return NULL;
    char *joined = host_format("%s:%s", name, access);
    for (char *at = joined; *at; at++)
        *at = (char)(*at == ' ' ? '-' : tolower((unsigned char)*at));
    return joined;
}

static struct json_object *security(struct api *api, const struct action *action)
{
    char *scope = scope_name(action);
    struct json_object *list = json_object_new_array(), *scopes = json_object_new_array();
    if (scope) {
        json_object_array_add(scopes, make_text(scope));
        if (!json_get(api->scopes, scope))
            json_object_object_add(api->scopes, scope, make_format("The scope %s.", scope));
    }
    json_object_array_add(list, make_object("oauth2", scopes, NULL));
    free(scope);
    return list;
}

static struct json_object *own_facts(const struct action *action, struct json_object *tool,
                                     struct json_object *whole, const struct export_fields *inputs)
{
    struct json_object *facts = make_copy(action->meta), *beside = json_object_new_object();
    struct json_object *properties = json_get(whole, "properties");
    for (size_t i = 0; i < inputs->n; i++) {
        const struct export_field *field = &inputs->items[i];
        if (strcmp(field->in, "local") == 0 || strncmp(field->in, "whole-", 6) == 0)
            json_object_object_add(beside, field->path,
                                   make_object("in", make_text(field->in), "schema",
                                               make_copy(json_get(properties, field->path)), NULL));
    }
    json_object_object_add(facts, "name", make_text(action->name));
    json_object_object_add(facts, "annotations", make_copy(json_get(tool, "annotations")));
    json_object_object_add(facts, "inputs_beside", beside);
    return facts;
}

static bool add_operation(struct api *api, const struct action *action, struct json_object *tool)
{
    struct export_wire wire;
    struct export_fields inputs;
    if (!export_wire_of(api->export, action, &wire))
        return false;
    export_inputs(action, &inputs);
    struct json_object *whole = models_take_apart(&api->models, action->input_schema, true);
    struct json_object *output = models_take_apart(&api->models, action->output_schema, false);
    struct json_object *tags = json_object_new_array(), *path = json_get(api->paths, wire.path);
    json_object_array_add(tags, make_text(action->group));
    struct json_object *operation = make_object(
        "operationId", make_text(action->name), "summary", make_text(action->title), "description",
        make_text(action->description), "tags", tags, "security", security(api, action),
        "parameters", parameters(whole, &inputs), "requestBody",
        request_body(api, action, &wire, whole, &inputs), "responses", responses(&wire, output),
        "x-soar", own_facts(action, tool, whole, &inputs), NULL);
    if (!path) {
        path = json_object_new_object();
        json_object_object_add(api->paths, wire.path, path);
    }
    char method[16];
    size_t n = 0;
    for (; wire.method[n] && n + 1 < sizeof(method); n++)
        method[n] = (char)tolower((unsigned char)wire.method[n]);
    method[n] = '\0';
    json_object_object_add(path, method, operation);
    json_object_put(whole);
    json_object_put(output);
    export_fields_done(&inputs);
    return true;
}

static struct json_object *servers(const struct export *export)
{
    struct json_object *all = json_get(export->meta, "servers"), *list = json_object_new_array();
    for (size_t i = 0; all && i < json_object_array_length(all); i++) {
        struct json_object *server = json_object_array_get_idx(all, i);
        json_object_array_add(list,
                              make_object("url", make_copy(json_get(server, "url")), "description",
                                          make_copy(json_get(server, "name")), NULL));
    }
    return list;
}

static struct json_object *document(struct api *api)
{
    const struct export *export = api->export;
    const char *token = json_get_text(export->meta, "token_path");
    struct json_object *flow = make_object("tokenUrl", make_text(token ? token : "/oauth2/token"),
                                           "scopes", make_ref(api->scopes), NULL);
    struct json_object *oauth2 = make_object("type", make_text("oauth2"), "flows",
                                             make_object("clientCredentials", flow, NULL), NULL);
    return make_object(
        "openapi", make_text("3.1.0"), "info",
        make_object(
            "title", make_text(export->title), "description", make_text(export->description),
            "version", make_text(export->version), "license",
            make_object("name", make_text("MIT"), "identifier", make_text("MIT"), NULL), NULL),
        "servers", servers(export), "tags", make_ref(api->tags), "paths", make_ref(api->paths),
        "components",
        make_object("schemas", make_ref(api->models.schemas), "securitySchemes",
                    make_object("oauth2", oauth2, NULL), NULL),
        NULL);
}

static void add_tags(struct api *api)
{
    const struct actions *actions = api->export->actions;
    for (size_t i = 0; i < actions->n; i++) {
        bool known = false;
        for (size_t j = 0; j < json_object_array_length(api->tags); j++)
            known = known || strcmp(json_get_text(json_object_array_get_idx(api->tags, j), "name"),
                                    actions->items[i].group) == 0;
        char *words = make_words(actions->items[i].group, ' ');
        if (!known)
            json_object_array_add(api->tags, make_object("name", make_text(actions->items[i].group),
                                                         "description", make_text(words), NULL));
        free(words);
    }
}

bool export_openapi(const struct export *export)
{
    struct api api = {.export = export,
                      .paths = json_object_new_object(),
                      .tags = json_object_new_array(),
                      .scopes = json_object_new_object()};
    struct json_object *tools = json_get(export->actions->document, "tools");
    bool fine = true;
    common_models(&api);
    add_tags(&api);
    for (size_t i = 0; fine && i < export->actions->n; i++)
        fine = add_operation(&api, &export->actions->items[i], json_object_array_get_idx(tools, i));
    if (fine) {
        struct json_object *whole = document(&api);
        fine = export_write_yaml(export, make_ref(whole), "openapi.yaml") &&
               export_write_json(export, whole, "openapi.json");
    }
    models_done(&api.models);
    json_object_put(api.paths);
    json_object_put(api.tags);
    json_object_put(api.scopes);
    return fine;
}
