/* Cortex XSOAR: a pack with one integration. Inputs become arguments, places of the output become context
 * paths; what the yml has no key for is in test_data/actions.json. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json_text.h"
#include "memory.h"

/* Kinds of configuration fields. */
enum { SHORT_TEXT = 0, ENCRYPTED = 4, TRUTH = 8, CREDENTIALS = 9 };

static const char script[] =
    "\n\nimport demistomock as demisto  # noqa: E402\n"
    "from CommonServerPython import *  # noqa: E402,F401,F403\n"
    "\n\n"
    "def settings_of(params):\n"
    "    \"\"\"The instance's parameters as settings; its credentials are a pair of them.\"\"\"\n"
    "    settings = {name: value for name, value in params.items() if name != \"credentials\"}\n"
    "    pair = params.get(\"credentials\") or {}\n"
    "    for name, part in zip(CREDENTIALS, (\"identifier\", \"password\")):\n"
    "        settings[name] = pair.get(part)\n"
    "    return settings\n"
    "\n\n"
    "def outputs_of(document):\n"
    "    \"\"\"What goes into the context: lists of bare ids as objects, so that they merge by "
    "id.\"\"\"\n"
    "    found = document.get(\"resources\", document.get(\"file\", document.get(\"value\")))\n"
    "    if isinstance(found, list):\n"
    "        return [{\"id\": one} if isinstance(one, str) else one for one in found]\n"
    "    return found\n"
    "\n\n"
    "def main():\n"
    "    command, settings = demisto.command(), settings_of(demisto.params())\n"
    "    if command == \"test-module\":\n"
    "        document = call(TEST_ACTION, {}, settings)\n"
    "        return_results(\"ok\" if document.get(\"ok\") else message_of(document))\n"
    "        return\n"
    "    action = command[len(COMMAND_PREFIX):].replace(\"-\", \"_\")\n"
    "    document = call(action, demisto.args(), settings)\n"
    "    if not document.get(\"ok\"):\n"
    "        return_error(message_of(document))\n"
    "        return\n"
    "    return_results(CommandResults(outputs_prefix=PREFIXES[action], outputs_key_field=\"id\",\n"
    "                                  outputs=outputs_of(document), raw_response=document))\n"
    "\n\n"
    "if __name__ in (\"__main__\", \"__builtin__\", \"builtins\"):\n"
    "    main()\n";

/* ------------------------------------------------------------------ configuration */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcmp(text + len - n, end) == 0;
}

static struct json_object *credentials(const struct export_fields *fields, const char **ret_names)
{
    for (size_t i = 0; i < fields->n; i++)
        if (ends_with(fields->items[i].path, "client_id") && fields->items[i].secret)
            ret_names[0] = fields->items[i].path;
        else if (ends_with(fields->items[i].path, "client_secret"))
            ret_names[1] = fields->items[i].path;
    if (!ret_names[0] || !ret_names[1])
        return NULL;
    return make_object("display", make_text("Client ID"), "displaypassword",
                       make_text("Client secret"), "name", make_text("credentials"), "type",
                       make_int(CREDENTIALS), "required", make_bool(true), "section",
                       make_text("Connect"), NULL);
}

static struct json_object *parameter(const struct export_field *field)
{
    char *name = make_words(field->path, '_'), *words = make_words(field->path, ' ');
    bool truth = strcmp(field->kind, "boolean") == 0,
         first = strncmp(field->path, "falcon.", 7) == 0;
    struct json_object *one =
        make_object("display", make_text(words), "name", make_text(name), "type",
                    make_int(truth           ? TRUTH
                             : field->secret ? ENCRYPTED
                                             : SHORT_TEXT),
                    "required", make_bool(field->required), "additionalinfo",
                    make_text(field->description), "section", make_text("Connect"), NULL);
    if (!first)
        json_object_object_add(one, "advanced", make_bool(true));
    if (field->preset)
        json_object_object_add(one, "defaultvalue",
                               make_text(json_object_get_string(field->preset)));
    free(name);
    free(words);
    return one;
}

static struct json_object *configuration(const struct export *export, char **ret_pair)
{
    struct json_object *list = json_object_new_array();
    struct export_fields fields;
    const char *pair[2] = {NULL, NULL};
    export_config(export, &fields);
    struct json_object *first = credentials(&fields, pair);
    if (first)
        json_object_array_add(list, first);
    for (size_t i = 0; i < fields.n; i++)
        if (!first || (fields.items[i].path != pair[0] && fields.items[i].path != pair[1]))
            json_object_array_add(list, parameter(&fields.items[i]));
    char *id = make_words(first ? pair[0] : "", '_'),
         *secret = make_words(first ? pair[1] : "", '_');
    *ret_pair = host_format("(\"%s\", \"%s\")", id, secret);
    free(id);
    free(secret);
    export_fields_done(&fields);
    return list;
}

/* ------------------------------------------------------------------ commands */

static struct json_object *argument(const struct export_field *field)
{
    struct json_object *one =
        make_object("name", make_text(field->path), "description", make_text(field->description),
                    "required", make_bool(field->required), NULL);
    bool truth = strcmp(field->kind, "boolean") == 0;
    if (strcmp(field->kind, "array") == 0)
        json_object_object_add(one, "isArray", make_bool(true));
    if (field->choice || truth) {
        json_object_object_add(one, "auto", make_text("PREDEFINED"));
        json_object_object_add(one, "predefined",
                               field->choice ? make_copy(field->choice)
                                             : json_tokener_parse("[\"true\",\"false\"]"));
    }
    if (field->preset)
        json_object_object_add(one, "defaultValue",
                               make_text(json_object_get_string(field->preset)));
    return one;
}

static const char *context_type(const struct export_field *field)
{
    if (strcmp(field->kind, "boolean") == 0)
        return "Boolean";
    if (strcmp(field->kind, "integer") == 0 || strcmp(field->kind, "number") == 0)
        return "Number";
    if (strcmp(field->kind, "string") != 0)
        return "Unknown";
    return ends_with(field->path, "timestamp") ? "Date" : "String";
}

static char *context_prefix(const struct export *export, const struct action *action)
{
    char *group = make_words(action->group, 'P');
    char *prefix = host_format("%s.%s", export->pascal, *group ? group : "Result");
    free(group);
    return prefix;
}

/* "resources.*.tags.*" is Prefix.tags: a context path goes through lists by itself. */
static char *context_path(const char *prefix, const char *path)
{
    char *result = host_strdup(prefix), *copy = host_strdup(path), *rest = copy, *part;
    size_t n = 0;
    while ((part = strsep(&rest, ".")) != NULL) {
        if (n++ == 0 || strcmp(part, "*") == 0)
            continue;
        char *longer = host_format("%s.%s", result, part);
        free(result);
        result = longer;
    }
    if (strcmp(path, "resources.*") == 0 || n == 1) {
        char *longer = host_format("%s.%s", result, n == 1 ? path : "id");
        free(result);
        result = longer;
    }
    free(copy);
    return result;
}

static struct json_object *command(const struct export *export, const struct action *action)
{
    struct export_fields inputs, outputs;
    struct json_object *arguments = json_object_new_array(), *list = json_object_new_array();
    char *prefix = context_prefix(export, action), *name = make_words(action->name, '-');
    export_inputs(action, &inputs);
    export_outputs(action, &outputs);
    for (size_t i = 0; i < inputs.n; i++)
        json_object_array_add(arguments, argument(&inputs.items[i]));
    for (size_t i = 0; i < outputs.n; i++) {
        char *path = context_path(prefix, outputs.items[i].path);
        json_object_array_add(list, make_object("contextPath", make_text(path), "description",
                                                make_text(outputs.items[i].description), "type",
                                                make_text(context_type(&outputs.items[i])), NULL));
        free(path);
    }
    struct json_object *one =
        make_object("name", make_format("%s-%s", export->kebab, name), "description",
                    make_text(action->description), "arguments", arguments, "outputs", list, NULL);
    if (action->effect == EFFECT_DESTRUCTIVE)
        json_object_object_add(one, "execution", make_bool(true)); /* asks before it runs */
    export_fields_done(&inputs);
    export_fields_done(&outputs);
    free(prefix);
    free(name);
    return one;
}

static struct json_object *integration(const struct export *export, struct json_object *parameters)
{
    struct json_object *commands = json_object_new_array();
    for (size_t i = 0; i < export->actions->n; i++)
        json_object_array_add(commands, command(export, &export->actions->items[i]));
    struct json_object *code = make_object(
        "commands", commands, "dockerimage", make_text("demisto/python3:3.11.10.115186"), "isfetch",
        make_bool(false), "runonce", make_bool(false), "script", make_text("-"), "subtype",
        make_text("python3"), "type", make_text("python"), NULL);
    return make_object("category", make_text("Case Management"), "commonfields",
                       make_object("id", make_text(export->pascal), "version", make_int(-1), NULL),
                       "configuration", parameters, "description", make_text(export->description),
                       "display", make_text(export->title), "name", make_text(export->pascal),
                       "script", code, "fromversion", make_text("6.10.0"), "tests",
                       json_tokener_parse("[\"No tests (auto formatted)\"]"), NULL);
}

/* An action that reads and wants nothing: it tells whether the connection works. */
static const char *test_action(const struct export *export)
{
    for (size_t i = 0; i < export->actions->n; i++) {
        const struct action *action = &export->actions->items[i];
        struct export_fields inputs;
        bool wants = false;
        export_inputs(action, &inputs);
        for (size_t j = 0; j < inputs.n; j++)
            wants = wants || inputs.items[j].required;
        export_fields_done(&inputs);
        if (action->effect == EFFECT_READ && action->paged && !wants)
            return action->name;
    }
    return export->actions->n > 0 ? export->actions->names[0] : "";
}

static char *python(const struct export *export, const char *pair)
{
    struct json_object *prefixes = json_object_new_object();
    for (size_t i = 0; i < export->actions->n; i++) {
        char *prefix = context_prefix(export, &export->actions->items[i]);
        json_object_object_add(prefixes, export->actions->names[i], make_text(prefix));
        free(prefix);
    }
    char *runner = export_runner(export);
    char *text = host_format(
        "%s\n\nCREDENTIALS = %s\nCOMMAND_PREFIX = \"%s-\"\nTEST_ACTION = \"%s\"\nPREFIXES = %s\n%s",
        runner, pair, export->kebab, test_action(export),
        json_object_to_json_string_ext(prefixes, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED),
        script);
    free(runner);
    json_object_put(prefixes);
    return text;
}

bool export_xsoar(const struct export *export)
{
    char *pair = NULL,
         *dir = host_format("Packs/%s/Integrations/%s", export->pascal, export->pascal);
    struct json_object *whole = integration(export, configuration(export, &pair));
    struct json_object *pack =
        make_object("name", make_text(export->title), "description", make_text(export->description),
                    "support", make_text("community"), "currentVersion", make_text(export->version),
                    "author", make_text("soarhost"), "categories",
                    json_tokener_parse("[\"Case Management\"]"), "tags", json_object_new_array(),
                    "useCases", json_object_new_array(), "keywords", json_object_new_array(),
                    "marketplaces", json_tokener_parse("[\"xsoar\",\"marketplacev2\"]"), NULL);
    char *code = python(export, pair);
    bool fine =
        export_write_yaml(export, whole, "%s/%s.yml", dir, export->pascal) &&
        export_write_text(export, code, "%s/%s.py", dir, export->pascal) &&
        export_write_json(export, make_ref(export->actions->document), "%s/test_data/actions.json",
                          dir) &&
        export_write_text(export, export->description, "%s/%s_description.md", dir,
                          export->pascal) &&
        export_write_json(export, make_ref(pack), "Packs/%s/pack_metadata.json", export->pascal);
    json_object_put(pack);
    free(code);
    free(pair);
    free(dir);
    return fine;
}
