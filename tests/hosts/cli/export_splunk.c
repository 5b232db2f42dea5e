/* Splunk SOAR: an app. Inputs become parameters with `contains`, places of the output data paths with
 * columns; what the JSON has no key for is in actions.json. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json_text.h"
#include "memory.h"

#define COLUMNS 6

/* Semantic types that the platform has a word for already. */
static const struct {
    const char *type, *word;
} contains[] = {
    {"net.ip", "ip"},
    {"host.name", "host name"},
    {"host.file_path", "file path"},
    {"local.path", "file path"},
    {"file.name", "file name"},
    {"file.size", "file size"},
    {"file.hash", "hash"},
    {"file.md5", "md5"},
    {"file.sha256", "sha256"},
    {"user.email", "email"},
    {"user.name", "user name"},
    {"http.url", "url"},
    {"falcon.host.aid", "crowdstrike device id"},
};

static const char connector[] =
    "\"\"\"Each action of the app is one call by soarhost.\"\"\"\n"
    "\n"
    "import phantom.app as phantom\n"
    "from phantom.action_result import ActionResult\n"
    "from phantom.base_connector import BaseConnector\n"
    "\n"
    "from soar_call import INPUTS, call, message_of\n"
    "\n"
    "TEST_ACTION = \"%s\"\n"
    "\n\n"
    "class Connector(BaseConnector):\n"
    "    def handle_action(self, param):\n"
    "        action = self.get_action_identifier()\n"
    "        result = self.add_action_result(ActionResult(dict(param)))\n"
    "        if action == \"test_connectivity\":\n"
    "            return self._finish(result, call(TEST_ACTION, {}, self.get_config()))\n"
    "        if action not in INPUTS:\n"
    "            return result.set_status(phantom.APP_ERROR, \"no such action: \" + str(action))\n"
    "        return self._finish(result, call(action, param, self.get_config()))\n"
    "\n"
    "    def _finish(self, result, document):\n"
    "        found = document.get(\"resources\", document.get(\"file\", document.get(\"value\")))\n"
    "        for one in found if isinstance(found, list) else [found] if found is not None else "
    "[]:\n"
    "            result.add_data(one if isinstance(one, dict) else {\"id\": one})\n"
    "        result.update_summary({\"status\": document.get(\"status\"), \"meta\": "
    "document.get(\"meta\")})\n"
    "        done = phantom.APP_SUCCESS if document.get(\"ok\") else phantom.APP_ERROR\n"
    "        return result.set_status(done, message_of(document))\n";

static struct json_object *contains_of(const char *type)
{
    if (!*type)
        return NULL;
    struct json_object *list = json_object_new_array();
    char *word = NULL;
    for (size_t i = 0; i < sizeof(contains) / sizeof(contains[0]); i++)
        if (strcmp(contains[i].type, type) == 0)
            word = host_strdup(contains[i].word);
    if (!word) {
        bool falcon = strncmp(type, "falcon.", 7) == 0;
        word = host_format("%s%s", falcon ? "crowdstrike " : "", falcon ? type + 7 : type);
        for (char *at = word; *at; at++)
            *at = *at == '.' || *at == '_' ? ' ' : *at;
    }
    json_object_array_add(list, make_text(word));
    free(word);
    return list;
}

static const char *data_type(const struct export_field *field)
{
    if (field->secret)
        return "password";
    if (strcmp(field->kind, "integer") == 0 || strcmp(field->kind, "number") == 0)
        return "numeric";
    return strcmp(field->kind, "boolean") == 0 ? "boolean" : "string";
}

static struct json_object *parameter(const struct export_field *field, int order)
{
    struct json_object *words = contains_of(field->type);
    struct json_object *one = make_object(
        "description", make_text(field->description), "data_type", make_text(data_type(field)),
        "required", make_bool(field->required), "order", make_int(order), "contains", words,
        "primary", words ? make_bool(true) : NULL, "value_list", make_copy(field->choice),
        "default", make_copy(field->preset), NULL);
    if (strcmp(field->kind, "array") == 0)
        json_object_object_add(one, "allow_list", make_bool(true));
    return one;
}

/* "resources.*.id" is action_result.data.*.id; each item of a list of bare ids is {id}. */
static char *data_path(const char *path)
{
    if (strcmp(path, "resources.*") == 0)
        return host_strdup("action_result.data.*.id");
    if (strncmp(path, "resources.", 10) == 0)
        return host_format("action_result.data.%s", path + 10);
    const char *dot = strchr(path, '.');
    return host_format("action_result.data.*.%s", dot ? dot + 1 : "id");
}

static struct json_object *simple_output(const char *path, const char *type)
{
    return make_object("data_path", make_text(path), "data_type", make_text(type), NULL);
}

static void add_outputs(struct json_object *list, const struct action *action,
                        const struct export_fields *inputs)
{
    struct export_fields outputs;
    int columns = 0;
    json_object_array_add(list, simple_output("action_result.status", "string"));
    json_object_array_add(list, simple_output("action_result.message", "string"));
    json_object_array_add(list, simple_output("summary.total_objects", "numeric"));
    json_object_array_add(list, simple_output("summary.total_objects_successful", "numeric"));
    for (size_t i = 0; i < inputs->n; i++)
        json_object_array_add(
            list, make_object("data_path",
                              make_format("action_result.parameter.%s", inputs->items[i].path),
                              "data_type", make_text(data_type(&inputs->items[i])), "contains",
                              contains_of(inputs->items[i].type), NULL));
    export_outputs(action, &outputs);
    for (size_t i = 0; i < outputs.n; i++) {
        const struct export_field *field = &outputs.items[i];
        char *path = data_path(field->path);
        struct json_object *examples = field->example ? json_object_new_array() : NULL;
        struct json_object *one =
            make_object("data_path", make_text(path), "data_type", make_text(data_type(field)),
                        "contains", contains_of(field->type), NULL);
        if (examples) {
            json_object_array_add(examples, make_copy(field->example));
            json_object_object_add(one, "example_values", examples);
        }
        const char *last = strrchr(path, '.') + 1;
        if (columns < COLUMNS && strcmp(last, "*") != 0 && !strstr(path + 20, ".*")) {
            char *words = make_words(last, ' ');
            json_object_object_add(one, "column_name", make_text(words));
            json_object_object_add(one, "column_order", make_int(columns++));
            free(words);
        }
        json_object_array_add(list, one);
        free(path);
    }
    export_fields_done(&outputs);
}

static struct json_object *app_action(const struct action *action)
{
    struct export_fields inputs;
    struct json_object *parameters = json_object_new_object(), *outputs = json_object_new_array();
    struct json_object *scope = json_get(action->meta, "scope");
    const char *scope_name = json_get_text(scope, "name"), *access = json_get_text(scope, "access");
    char *words = make_words(action->name, ' ');
    *words = action->name[0]; /* action names are in small letters */
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++)
        json_object_object_add(parameters, inputs.items[i].path,
                               parameter(&inputs.items[i], (int)i));
    add_outputs(outputs, action, &inputs);
    bool reads = action->effect == EFFECT_READ;
    struct json_object *one = make_object(
        "action", make_text(words), "identifier", make_text(action->name), "description",
        make_text(action->title), "verbose",
        make_format("%s Scope: %s %s. Effect: %s.", action->description,
                    scope_name ? scope_name : "none", access ? access : "",
                    action_effect_name(action->effect)),
        "type", make_text(reads ? "investigate" : "generic"), "read_only", make_bool(reads),
        "versions", make_text("EQ(*)"), "parameters", parameters, "output", outputs, "render",
        make_object("type", make_text("table"), "title", make_text(action->title), NULL), NULL);
    export_fields_done(&inputs);
    free(words);
    return one;
}

/* A name-based id in the form of a UUID, so that a later export is the same app. */
static struct json_object *app_id(const char *name)
{
    uint64_t a = 0xcbf29ce484222325u, b = 0x84222325cbf29ce4u;
    for (const char *at = name; *at; at++) {
        a = (a ^ (unsigned char)*at) * 0x100000001b3u;
        b = (b ^ (unsigned char)*at) * 0x100000001b3u + a;
    }
    return make_format("%08x-%04x-5%03x-8%03x-%012llx", (unsigned)(a >> 32),
                       (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff, (unsigned)(b >> 52),
                       (unsigned long long)(b & 0xffffffffffff));
}

static struct json_object *app(const struct export *export)
{
    struct export_fields fields;
    struct json_object *configuration = json_object_new_object(),
                       *actions = json_object_new_array();
    export_config(export, &fields);
    for (size_t i = 0; i < fields.n; i++) {
        char *name = make_words(fields.items[i].path, '_');
        json_object_object_add(configuration, name, parameter(&fields.items[i], (int)i));
        free(name);
    }
    export_fields_done(&fields);
    json_object_array_add(actions,
                          make_object("action", make_text("test connectivity"), "identifier",
                                      make_text("test_connectivity"), "description",
                                      make_text("Signs in and reads"), "type", make_text("test"),
                                      "read_only", make_bool(true), "versions", make_text("EQ(*)"),
                                      "parameters", json_object_new_object(), "output",
                                      json_object_new_array(), NULL));
    for (size_t i = 0; i < export->actions->n; i++)
        json_object_array_add(actions, app_action(&export->actions->items[i]));
    return make_object(
        "appid", app_id(export->name), "name", make_text(export->title), "description",
        make_text(export->description), "type", make_text("ticketing"), "product_vendor",
        make_text(export->title), "product_name", make_text(export->title), "product_version_regex",
        make_text(".*"), "publisher", make_text("soarhost"), "package_name",
        make_format("phantom_%s", export->name), "main_module",
        make_format("%s_connector.py", export->name), "app_version", make_text(export->version),
        "min_phantom_version", make_text("6.1.0"), "python_version", make_text("3"),
        "fips_compliant", make_bool(false), "license", make_text("MIT"), "configuration",
        configuration, "actions", actions, NULL);
}

bool export_splunk(const struct export *export)
{
    const char *test = export->actions->n ? export->actions->names[0] : "";
    for (size_t i = 0; i < export->actions->n; i++)
        if (export->actions->items[i].paged && export->actions->items[i].effect == EFFECT_READ) {
            test = export->actions->names[i];
            break;
        }
    char *runner = export_runner(export), *code = host_format(connector, test);
    bool fine = export_write_json(export, app(export), "%s/%s.json", export->name, export->name) &&
                export_write_text(export, code, "%s/%s_connector.py", export->name, export->name) &&
                export_write_text(export, runner, "%s/soar_call.py", export->name) &&
                export_write_text(export, "", "%s/__init__.py", export->name) &&
                export_write_json(export, make_ref(export->actions->document), "%s/actions.json",
                                  export->name);
    free(runner);
    free(code);
    return fine;
}
