/* soar_list_actions: a promise that an engine builds forms and types from. */
#include <stdlib.h>
#include <string.h>

#include "check_world.h"
#include "json_schema.h"
#include "json_text.h"

static void stable(struct check_run *run)
{
    struct check_world world;
    const char *first = NULL, *again = NULL;
    uint64_t len = 0, len_again = 0;
    if (!check_world_load(run, &world))
        return;
    world.api.list_actions(&first, &len);
    char *copy = strndup(first, len);
    if (first[len] != '\0')
        check_fail(run, "no NUL stands behind the text");
    soar_plugin *plugin = NULL;
    if (world.api.init(NULL, run->input->config, run->input->config_len, &plugin, NULL, NULL) ==
        SOAR_OK)
        world.api.shutdown(plugin, SOAR_NO_TIMEOUT);
    world.api.list_actions(&again, &len_again);
    if (again != first || len_again != len || memcmp(copy, first, len) != 0)
        check_fail(run, "the text moves or changes; it is to be static");
    if (world.api.list_actions(NULL, &len) != SOAR_INVALID_ARGUMENT ||
        world.api.list_actions(&first, NULL) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "a NULL argument is not refused");
}

static bool is_name(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len <= 128 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == len;
}

static void check_annotations(struct check_run *run, const char *name, struct json_object *tool)
{
    static const char *const hints[] = {"readOnlyHint", "destructiveHint", "idempotentHint",
                                        "openWorldHint"};
    struct json_object *annotations = json_get(tool, "annotations");
    if (!json_object_is_type(annotations, json_type_object))
        check_fail(run, "%s: no annotations", name);
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        struct json_object *hint;
        if (json_object_object_get_ex(annotations, hints[i], &hint) &&
            !json_object_is_type(hint, json_type_boolean))
            check_fail(run, "%s: %s is not true or false", name, hints[i]);
    }
    if (json_get_bool(annotations, "readOnlyHint") && json_get_bool(annotations, "destructiveHint"))
        check_fail(run, "%s: says that it only reads, and that it destroys", name);
}

static void members(struct check_run *run)
{
    struct check_world world;
    if (!check_world_load(run, &world))
        return;
    for (size_t i = 0; i < world.actions.n; i++) {
        const struct action *action = &world.actions.items[i];
        struct json_object *tools = json_get(world.actions.document, "tools");
        if (!is_name(action->name))
            check_fail(run, "action %zu has no name of letters, digits, _, - and .", i);
        if (!*action->title || !*action->description)
            check_fail(run, "%s: title and description are wanted", action->name);
        if (actions_find(&world.actions, action->name, NULL) != action)
            check_fail(run, "two actions are called %s", action->name);
        check_annotations(run, action->name, json_object_array_get_idx(tools, i));
    }
    struct json_object *meta = json_get(world.actions.document, "_meta");
    if (!json_get_text(meta, "abi_version") || !json_get_text(meta, "plugin_version"))
        check_fail(run, "_meta of the listing has no abi_version and plugin_version");
    char version[32];
    snprintf(version, sizeof(version), "%u.%u", world.api.version >> 16,
             world.api.version & 0xffffu);
    if (json_get_text(meta, "abi_version") &&
        strcmp(json_get_text(meta, "abi_version"), version) != 0)
        check_fail(run, "_meta.abi_version is %s, soar_abi_version() %s",
                   json_get_text(meta, "abi_version"), version);
}

static void compile(struct check_run *run, const char *name, const char *which,
                    struct json_object *schema)
{
    struct schema_fault fault;
    if (!json_object_is_type(schema, json_type_object))
        check_fail(run, "%s: no %s", name, which);
    else if (!json_schema_compile(schema, &fault))
        check_fail(run, "%s: %s%s: %s", name, which, fault.where, fault.what);
    else if (!json_get_text(schema, "type") || strcmp(json_get_text(schema, "type"), "object") != 0)
        check_fail(run, "%s: %s is not of the type object", name, which);
}

static void schemas(struct check_run *run)
{
    struct check_world world;
    if (!check_world_load(run, &world))
        return;
    for (size_t i = 0; i < world.actions.n; i++) {
        const struct action *action = &world.actions.items[i];
        compile(run, action->name, "inputSchema", action->input_schema);
        compile(run, action->name, "outputSchema", action->output_schema);
    }
    struct json_object *config =
        json_get(json_get(world.actions.document, "_meta"), "configSchema");
    if (config)
        compile(run, "_meta", "configSchema", config);
}

/* An example of an output is the part that is telling, so what is required at the top is not asked
 * of it: each member is held against its own schema. */
static void check_output_example(struct check_run *run, const struct action *action, size_t i,
                                 struct json_object *output)
{
    struct schema_fault fault;
    struct json_object *loose = NULL;
    json_object_deep_copy(action->output_schema, &loose, NULL);
    json_object_object_del(loose, "required");
    if (!json_schema_validate(loose, output, &fault))
        check_fail(run, "%s: output of example %zu%s %s", action->name, i + 1, fault.where,
                   fault.what);
    json_object_put(loose);
}

static void examples(struct check_run *run)
{
    struct check_world world;
    size_t n = 0, without = 0;
    if (!check_world_load(run, &world))
        return;
    for (size_t i = 0; i < world.actions.n; i++) {
        const struct action *action = &world.actions.items[i];
        struct json_object *all = json_get(action->meta, "examples");
        size_t count =
            json_object_is_type(all, json_type_array) ? json_object_array_length(all) : 0;
        without += count == 0;
        for (size_t j = 0; j < count; j++) {
            struct json_object *example = json_object_array_get_idx(all, j), *output;
            struct schema_fault fault;
            n++;
            if (!json_schema_validate(action->input_schema, json_get(example, "input"), &fault))
                check_fail(run, "%s: input of example %zu%s %s", action->name, j + 1, fault.where,
                           fault.what);
            if (json_object_object_get_ex(example, "output", &output))
                check_output_example(run, action, j, output);
        }
    }
    check_note(run, "%zu examples; %zu actions have none", n, without);
}

const struct check checks_listing[] = {
    {"listing.stable", "The list of actions is static text, before and after soar_init", stable,
     20},
    {"listing.members", "Every action has a name of its own, texts and annotations", members, 20},
    {"listing.schemas", "Every schema compiles, and refers to nothing outside itself", schemas, 20},
    {"listing.examples", "Every example fits the schemas of its action", examples, 20},
    {NULL, NULL, NULL, 0},
};
