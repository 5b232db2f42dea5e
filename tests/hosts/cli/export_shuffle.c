/* Shuffle: an app. Its forms know texts only, so lists and objects are given as JSON; what api.yaml has no
 * key for is in actions.json. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json_text.h"
#include "memory.h"

static const char app_py[] =
    "\"\"\"Each action of the app is one call by soarhost.\"\"\"\n"
    "\n"
    "import json\n"
    "\n"
    "from shuffle_sdk import AppBase\n"
    "\n"
    "from soar_call import INPUTS, SETTINGS, call\n"
    "\n\n"
    "class App(AppBase):\n"
    "    __version__ = \"1.0.0\"\n"
    "    app_name = \"%s\"\n"
    "\n"
    "    def __init__(self, redis, logger, console_logger=None):\n"
    "        super().__init__(redis, logger, console_logger)\n"
    "\n\n"
    "def method(action):\n"
    "    def run(self, **given):\n"
    "        settings = {name: given.pop(name) for name in list(given) if name in SETTINGS}\n"
    "        return json.dumps(call(action, given, settings))\n"
    "    run.__name__ = action\n"
    "    return run\n"
    "\n\n"
    "for name in INPUTS:\n"
    "    setattr(App, name, method(name))\n"
    "\n"
    "if __name__ == \"__main__\":\n"
    "    App.run()\n";

/* Put soarhost and the plugin beside it. */
static const char dockerfile[] =
    "FROM python:3.11-slim-bookworm\n"
    "RUN apt-get update && apt-get install -y --no-install-recommends libcurl4 libconfig9 "
    "libjson-c5 \\\n"
    "    libyaml-0-2 && rm -rf /var/lib/apt/lists/* && pip install --no-cache-dir shuffle_sdk\n"
    "COPY soarhost %s.so /usr/local/bin/\n"
    "COPY src /app\n"
    "WORKDIR /app\n"
    "CMD [\"python\", \"app.py\", \"--log-level\", \"DEBUG\"]\n";

static struct json_object *parameter(const struct export_field *field)
{
    bool truth = strcmp(field->kind, "boolean") == 0;
    bool json = strcmp(field->kind, "array") == 0 || strcmp(field->kind, "object") == 0;
    struct json_object *one = make_object(
        "name", make_text(field->path), "description", make_text(field->description), "required",
        make_bool(field->required), "multiline", make_bool(json), "options",
        truth ? json_tokener_parse("[\"true\",\"false\"]") : make_copy(field->choice), "example",
        field->example ? make_text(json_object_get_string(field->example)) : NULL, "value",
        field->preset ? make_text(json_object_get_string(field->preset)) : NULL, NULL);
    json_object_object_add(one, "schema", make_object("type", make_text("string"), NULL));
    struct json_object *tags = json_object_new_array();
    json_object_array_add(tags, make_text(field->kind));
    if (*field->type)
        json_object_array_add(tags, make_text(field->type));
    json_object_object_add(one, "tags", tags);
    return one;
}

static struct json_object *returns(const struct action *action)
{
    struct json_object *examples = json_get(action->meta, "examples"), *output = NULL;
    for (size_t i = 0; examples && i < json_object_array_length(examples) && !output; i++)
        output = json_get(json_object_array_get_idx(examples, i), "output");
    return make_object(
        "example",
        make_text(output ? json_object_to_json_string_ext(
                               output, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
                         : ""),
        "schema", make_object("type", make_text("string"), NULL), NULL);
}

static struct json_object *app_action(const struct action *action)
{
    struct export_fields inputs;
    struct json_object *parameters = json_object_new_array(), *tags = json_object_new_array();
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++)
        json_object_array_add(parameters, parameter(&inputs.items[i]));
    export_fields_done(&inputs);
    json_object_array_add(tags, make_text(action->group));
    json_object_array_add(tags, make_text(action_effect_name(action->effect)));
    return make_object("name", make_text(action->name), "label", make_text(action->title),
                       "description", make_text(action->description), "tags", tags, "parameters",
                       parameters, "returns", returns(action), NULL);
}

static struct json_object *authentication(const struct export *export)
{
    struct export_fields fields;
    struct json_object *parameters = json_object_new_array();
    export_config(export, &fields);
    for (size_t i = 0; i < fields.n; i++) {
        struct json_object *one = parameter(&fields.items[i]);
        char *name = make_words(fields.items[i].path, '_');
        json_object_object_add(one, "name", make_text(name));
        json_object_object_add(one, "configuration", make_bool(true));
        json_object_array_add(parameters, one);
        free(name);
    }
    export_fields_done(&fields);
    return make_object("required", make_bool(true), "parameters", parameters, NULL);
}

bool export_shuffle(const struct export *export)
{
    struct json_object *actions = json_object_new_array();
    for (size_t i = 0; i < export->actions->n; i++)
        json_object_array_add(actions, app_action(&export->actions->items[i]));
    struct json_object *api =
        make_object("walkoff_version", make_text("1.0.0"), "app_version", make_text("1.0.0"),
                    "name", make_text(export->title), "description", make_text(export->description),
                    "tags", json_tokener_parse("[\"Cases\"]"), "categories",
                    json_tokener_parse("[\"Cases\"]"), "contact_info",
                    make_object("name", make_text("soarhost"), "url", make_text(""), "email",
                                make_text(""), NULL),
                    "authentication", authentication(export), "actions", actions, "large_image",
                    make_text(""), NULL);
    char *runner = export_runner(export), *code = host_format(app_py, export->title);
    char *docker = host_format(dockerfile, export->name);
    bool fine = export_write_yaml(export, api, "%s/1.0.0/api.yaml", export->kebab) &&
                export_write_text(export, code, "%s/1.0.0/src/app.py", export->kebab) &&
                export_write_text(export, runner, "%s/1.0.0/src/soar_call.py", export->kebab) &&
                export_write_text(export, docker, "%s/1.0.0/Dockerfile", export->kebab) &&
                export_write_text(export, "", "%s/1.0.0/requirements.txt", export->kebab) &&
                export_write_json(export, make_ref(export->actions->document),
                                  "%s/1.0.0/actions.json", export->kebab);
    free(runner);
    free(code);
    free(docker);
    return fine;
}
