/* StackStorm: a pack. One YAML file an action, all run by one Python script; inputs keep their JSON Schema,
 * and what an action has no key for stands in its tags. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "json_text.h"
#include "memory.h"

static const char run_py[] = "\"\"\"Each action of the pack is one call by soarhost.\"\"\"\n"
                             "\n"
                             "from st2common.runners.base_action import Action\n"
                             "\n"
                             "from lib.soar_call import call\n"
                             "\n\n"
                             "class Run(Action):\n"
                             "    def run(self, soar_action, **given):\n"
                             "        document = call(soar_action, given, self.config or {})\n"
                             "        return bool(document.get(\"ok\")), document\n";

static struct json_object *setting(const struct export_field *field)
{
    return make_object("type", make_text(field->kind), "description", make_text(field->description),
                       "required", make_bool(field->required), "secret", make_bool(field->secret),
                       "default", make_copy(field->preset), NULL);
}

static struct json_object *config_schema(const struct export *export)
{
    struct export_fields fields;
    struct json_object *all = json_object_new_object();
    export_config(export, &fields);
    for (size_t i = 0; i < fields.n; i++) {
        char *name = make_words(fields.items[i].path, '_');
        json_object_object_add(all, name, setting(&fields.items[i]));
        free(name);
    }
    export_fields_done(&fields);
    return all;
}

/* The keywords of a schema that need no other part of the document. */
static struct json_object *parameter(const struct export_field *field, int position)
{
    static const char *const kept[] = {"enum",      "minimum",  "maximum",  "minLength",
                                       "maxLength", "minItems", "maxItems", "pattern"};
    struct json_object *one =
        make_object("type", make_text(field->kind), "description", make_text(field->description),
                    "required", make_bool(field->required), "position", make_int(position),
                    "default", make_copy(field->preset), NULL);
    if (field->secret)
        json_object_object_add(one, "secret", make_bool(true));
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        bool of_texts = strcmp(kept[i], "minLength") == 0 || strcmp(kept[i], "maxLength") == 0;
        if (json_get(field->schema, kept[i]) && (!of_texts || strcmp(field->kind, "string") == 0))
            json_object_object_add(one, kept[i], make_copy(json_get(field->schema, kept[i])));
    }
    if (field->text_list)
        json_object_object_add(one, "items", make_object("type", make_text("string"), NULL));
    return one;
}

/* Each member of _meta and each annotation as a tag whose value is JSON. */
static struct json_object *tags(const struct action *action, struct json_object *tool)
{
    struct json_object *list = json_object_new_array();
    struct json_object *annotations = json_get(tool, "annotations");
    json_object_array_add(
        list, make_object("name", make_text("title"), "value", make_text(action->title), NULL));
    if (annotations)
        json_object_array_add(
            list,
            make_object("name", make_text("annotations"), "value",
                        make_text(json_object_to_json_string_ext(
                            annotations, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)),
                        NULL));
    if (action->meta) {
        json_object_object_foreach(action->meta, name, value)
        {
            json_object_array_add(list, make_object("name", make_text(name), "value",
                                                    make_text(json_object_to_json_string_ext(
                                                        value, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE)),
                                                    NULL));
        }
    }
    json_object_array_add(list,
                          make_object("name", make_text("inputSchema"), "value",
                                      make_text(json_object_to_json_string_ext(
                                          action->input_schema,
                                          JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)),
                                      NULL));
    return list;
}

static struct json_object *action_yaml(const struct export *export, const struct action *action,
                                       struct json_object *tool)
{
    struct export_fields inputs;
    struct json_object *parameters = json_object_new_object();
    json_object_object_add(parameters, "soar_action",
                           make_object("type", make_text("string"), "default",
                                       make_text(action->name), "immutable", make_bool(true),
                                       NULL));
    export_inputs(action, &inputs);
    for (size_t i = 0; i < inputs.n; i++)
        json_object_object_add(parameters, inputs.items[i].path,
                               parameter(&inputs.items[i], (int)i));
    export_fields_done(&inputs);
    return make_object("name", make_text(action->name), "pack", make_text(export->name),
                       "runner_type", make_text("python-script"), "entry_point",
                       make_text("run.py"), "enabled", make_bool(true), "description",
                       make_text(action->description), "parameters", parameters, "output_schema",
                       make_copy(action->output_schema), "tags", tags(action, tool), NULL);
}

bool export_stackstorm(const struct export *export)
{
    struct json_object *tools = json_get(export->actions->document, "tools");
    struct json_object *pack =
        make_object("ref", make_text(export->name), "name", make_text(export->name), "description",
                    make_format("%s: %s", export->title, export->description), "version",
                    make_text(export->version), "author", make_text("soarhost"), "email",
                    make_text("soar@example.com"), "python_versions", json_tokener_parse("[\"3\"]"),
                    "keywords", json_tokener_parse("[\"cases\",\"soar\"]"), NULL);
    bool fine = export_write_yaml(export, pack, "pack.yaml") &&
                export_write_yaml(export, config_schema(export), "config.schema.yaml");
    for (size_t i = 0; fine && i < export->actions->n; i++) {
        const struct action *action = &export->actions->items[i];
        fine = export_write_yaml(export,
                                 action_yaml(export, action, json_object_array_get_idx(tools, i)),
                                 "actions/%s.yaml", action->name);
    }
    char *runner = export_runner(export);
    fine = fine && export_write_text(export, run_py, "actions/run.py") &&
           export_write_text(export, runner, "actions/lib/soar_call.py") &&
           export_write_text(export, "", "actions/lib/__init__.py") &&
           export_write_text(export, "", "requirements.txt");
    free(runner);
    return fine;
}
