/* Tracecat: a template an action, in three steps: the token, the request put together without what was left
 * empty, the request. What a template has no key for is in actions.json. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json_text.h"
#include "memory.h"

#define SECRET "crowdstrike"

static const char build_script[] =
    "def main(query, body, whole_query, whole_body):\n"
    "    def given(values):\n"
    "        return {name: value for name, value in values.items() if value is not None}\n"
    "    return {\"query\": {**given(query), **(whole_query or {})},\n"
    "            \"body\": whole_body if whole_body is not None else given(body)}\n";

/* A type as Tracecat writes it. */
static char *type_of(const struct export_field *field)
{
    static const char *const kinds[][2] = {{"string", "str"},
                                           {"integer", "int"},
                                           {"number", "float"},
                                           {"boolean", "bool"},
                                           {"object", "dict[str, Any]"}};
    char *type = NULL;
    if (strcmp(field->kind, "array") == 0)
        type = host_strdup(field->text_list ? "list[str]" : "list[dict[str, Any]]");
    for (size_t i = 0; !type && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i][0], field->kind) == 0)
            type = host_strdup(kinds[i][1]);
    if (field->choice && strcmp(field->kind, "string") == 0) {
        const char *list = json_object_to_json_string_ext(field->choice, JSON_C_TO_STRING_PLAIN);
        free(type);
        type = host_format("enum%s", list);
    }
    if (!type)
        type = host_strdup("Any");
    if (!field->required) {
        char *optional = host_format("%s | None", type);
        free(type);
        type = optional;
    }
    return type;
}

/* Whether an input means something without the plugin: files and paths of this machine do not. */
static bool is_sent(const struct export_field *field)
{
    return strcmp(field->in, "local") != 0 && strcmp(field->in, "whole-form") != 0;
}

static struct json_object *expects(const struct export_fields *inputs)
{
    struct json_object *all = json_object_new_object();
    for (size_t i = 0; i < inputs->n; i++) {
        const struct export_field *field = &inputs->items[i];
        bool file = strcmp(field->in, "file") == 0;
        if (!is_sent(field))
            continue;
        char *type = type_of(field);
        struct json_object *one = make_object(
            "type", make_text(type), "description",
            make_text(file ? "The file as {filename, content_base64}." : field->description), NULL);
        if (file)
            json_object_object_add(one, "type", make_text("dict[str, Any]"));
        if (!field->required)
            json_object_object_add(one, "default", make_copy(field->preset));
        json_object_object_add(all, field->path, one);
        free(type);
    }
    return all;
}

static struct json_object *inputs_in(const struct export_fields *inputs, const char *in)
{
    struct json_object *all = json_object_new_object();
    for (size_t i = 0; i < inputs->n; i++)
        if (strcmp(inputs->items[i].in, in) == 0)
            json_object_object_add(all, inputs->items[i].path,
                                   make_format("${{ inputs.%s }}", inputs->items[i].path));
    return all;
}

/* The one input that stands for all of a place; null where the action has none. */
static void add_whole(struct json_object *args, const char *name,
                      const struct export_fields *inputs, const char *in)
{
    json_object_object_add(args, name, NULL);
    for (size_t i = 0; i < inputs->n; i++)
        if (strcmp(inputs->items[i].in, in) == 0)
            json_object_object_add(args, name,
                                   make_format("${{ inputs.%s }}", inputs->items[i].path));
}

static struct json_object *token_step(const struct export *export)
{
    const char *path = json_get_text(export->meta, "token_path");
    struct json_object *form =
        make_object("client_id", make_text("${{ SECRETS." SECRET ".CLIENT_ID }}"), "client_secret",
                    make_text("${{ SECRETS." SECRET ".CLIENT_SECRET }}"), NULL);
    return make_object("ref", make_text("token"), "action", make_text("core.http_request"), "args",
                       make_object("url",
                                   make_format("${{ SECRETS." SECRET ".BASE_URL }}%s",
                                               path ? path : "/oauth2/token"),
                                   "method", make_text("POST"), "form_data", form, NULL),
                       NULL);
}

static struct json_object *build_step(const struct export_wire *wire,
                                      const struct export_fields *inputs)
{
    struct json_object *given =
        make_object("query", inputs_in(inputs, "query"), "body",
                    inputs_in(inputs, wire->multipart ? "form" : "body"), NULL);
    add_whole(given, "whole_query", inputs, "whole-query");
    add_whole(given, "whole_body", inputs, "whole-body");
    return make_object("ref", make_text("build"), "action", make_text("core.script.run_python"),
                       "args",
                       make_object("inputs", given, "script", make_text(build_script), NULL), NULL);
}

static struct json_object *call_step(const struct export_wire *wire,
                                     const struct export_fields *inputs)
{
    struct json_object *args = make_object(
        "url", make_format("${{ SECRETS." SECRET ".BASE_URL }}%s", wire->path), "method",
        make_text(wire->method), "headers",
        make_object("Authorization",
                    make_text("Bearer ${{ steps.token.result.data.access_token }}"), NULL),
        "params", make_text("${{ steps.build.result.query }}"), NULL);
    bool body = false;
    for (size_t i = 0; i < inputs->n; i++)
        body = body || strcmp(inputs->items[i].in, "body") == 0 ||
               strcmp(inputs->items[i].in, "whole-body") == 0;
    if (wire->multipart) {
        json_object_object_add(args, "form_data", make_text("${{ steps.build.result.body }}"));
        json_object_object_add(args, "files", inputs_in(inputs, "file"));
    } else if (body) {
        json_object_object_add(args, "payload", make_text("${{ steps.build.result.body }}"));
    }
    return make_object("ref", make_text("call"), "action", make_text("core.http_request"), "args",
                       args, NULL);
}

static bool write_template(const struct export *export, const struct action *action)
{
    struct export_wire wire;
    struct export_fields inputs;
    if (!export_wire_of(export, action, &wire))
        return false;
    export_inputs(action, &inputs);
    struct json_object *steps = json_object_new_array(), *secrets = json_object_new_array();
    json_object_array_add(secrets, make_object("name", make_text(SECRET), "keys",
                                               json_tokener_parse("[\"BASE_URL\",\"CLIENT_ID\","
                                                                  "\"CLIENT_SECRET\"]"),
                                               NULL));
    json_object_array_add(steps, token_step(export));
    json_object_array_add(steps, build_step(&wire, &inputs));
    json_object_array_add(steps, call_step(&wire, &inputs));
    struct json_object *definition =
        make_object("title", make_text(action->title), "description",
                    make_text(action->description), "display_group", make_text(export->title),
                    "namespace", make_format("tools.%s", export->name), "name",
                    make_text(action->name), "secrets", secrets, "expects", expects(&inputs),
                    "steps", steps, "returns", make_text("${{ steps.call.result.data }}"), NULL);
    export_fields_done(&inputs);
    return export_write_yaml(
        export, make_object("type", make_text("action"), "definition", definition, NULL),
        "templates/tools/%s/%s.yml", export->name, action->name);
}

bool export_tracecat(const struct export *export)
{
    bool fine = export_write_listing(export, "actions.json");
    for (size_t i = 0; fine && i < export->actions->n; i++)
        fine = write_template(export, &export->actions->items[i]);
    return fine;
}
