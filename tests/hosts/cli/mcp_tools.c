#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "mcp.h"
#include "memory.h"

/* One of the patterns in a list by commas fits; no list fits all. */
static bool fits(const char *patterns, const char *name)
{
    if (!patterns)
        return true;
    char *copy = host_strdup(patterns), *rest = copy, *pattern;
    bool found = false;
    while (!found && (pattern = strsep(&rest, ",")) != NULL)
        found = fnmatch(pattern, name, 0) == 0;
    free(copy);
    return found;
}

static bool is_allowed(const struct action *action, const struct options *options)
{
    return (!options->read_only || action->effect == EFFECT_READ) &&
           fits(options->tools, action->name);
}

/* Words of schemas that decide nothing. Those for other hosts go from inputs; from outputs, which no
 * model fills in, the explanations too. With `loose` nothing is required: see --fields. */
struct taste {
    bool explained, loose;
};

static bool is_wanted(const char *key, const struct taste *taste)
{
    if (strncmp(key, "x-", 2) == 0)
        return false;
    if (taste->loose && strcmp(key, "required") == 0)
        return false;
    return taste->explained || (strcmp(key, "description") != 0 && strcmp(key, "title") != 0 &&
                                strcmp(key, "examples") != 0);
}

/* Whether the members of this keyword are names and not keywords. */
static bool holds_names(const char *key)
{
    static const char *const keys[] = {"properties", "patternProperties", "$defs",
                                       "dependentSchemas", "dependentRequired"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Whether a keyword's value is data: it stays as it is. */
static bool is_data(const char *key)
{
    return strcmp(key, "enum") == 0 || strcmp(key, "const") == 0 || strcmp(key, "default") == 0 ||
           strcmp(key, "examples") == 0;
}

static struct json_object *slim(struct json_object *schema, const struct taste *taste, bool names)
{
    if (json_object_is_type(schema, json_type_array)) {
        struct json_object *list = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(schema); i++)
            json_object_array_add(list, slim(json_object_array_get_idx(schema, i), taste, false));
        return list;
    }
    if (!json_object_is_type(schema, json_type_object))
        return json_object_get(schema);
    struct json_object *object = json_object_new_object();
    json_object_object_foreach(schema, key, value)
    {
        if (names)
            json_object_object_add(object, key, slim(value, taste, false));
        else if (is_wanted(key, taste))
            json_object_object_add(object, key,
                                   is_data(key) ? json_object_get(value)
                                                : slim(value, taste, holds_names(key)));
    }
    return object;
}

struct json_object *mcp_tools(const struct actions *actions, const struct options *options)
{
    static const char *const kept[] = {"name", "title", "description", "annotations"};
    const struct taste input = {.explained = true}, output = {.loose = options->fields != NULL};
    struct json_object *tools = json_get(actions->document, "tools");
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < actions->n; i++) {
        const struct action *action = &actions->items[i];
        struct json_object *tool = json_object_new_object();
        for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++) {
            struct json_object *value = json_get(json_object_array_get_idx(tools, i), kept[k]);
            if (value)
                json_object_object_add(tool, kept[k], json_object_get(value));
        }
        json_object_object_add(tool, "inputSchema", slim(action->input_schema, &input, false));
        if (action->output_schema)
            json_object_object_add(tool, "outputSchema",
                                   slim(action->output_schema, &output, false));
        if (is_allowed(action, options))
            json_object_array_add(list, tool);
        else
            json_object_put(tool);
    }
    return list;
}

const struct action *mcp_tool(const struct actions *actions, const struct options *options,
                              const char *name)
{
    const struct action *action = actions_find(actions, name, NULL);
    return action && is_allowed(action, options) ? action : NULL;
}
