/* The trigger against what the flow says it must be. */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "json_text.h"
#include "memory.h"

#define DEEPEST 16

static bool is_of_type(struct json_object *value, const char *type)
{
    static const struct {
        const char *name;
        enum json_type type;
    } types[] = {
        {"object", json_type_object},   {"array", json_type_array}, {"string", json_type_string},
        {"integer", json_type_int},     {"number", json_type_int},  {"number", json_type_double},
        {"boolean", json_type_boolean}, {"null", json_type_null},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].name, type) == 0 && json_object_is_type(value, types[i].type))
            return true;
    return false;
}

static void check(struct json_object *schema, struct json_object *value, const char *where,
                  int depth, struct flow_problems *problems)
{
    const char *type = json_get_text(schema, "type");
    struct json_object *required = json_get(schema, "required");
    struct json_object *properties = json_get(schema, "properties");
    if (type && !is_of_type(value, type)) {
        struct host_error *problem =
            flow_problem(problems, where, "the trigger must be of type %s", type);
        if (!value)
            host_error_hint(problem, "give the event that starts the flow with --input FILE");
        return;
    }
    size_t n =
        json_object_is_type(required, json_type_array) ? json_object_array_length(required) : 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));
        if (!json_get(value, name))
            flow_problem(problems, where, "the trigger lacks \"%s\"", name);
    }
    if (!json_object_is_type(properties, json_type_object) || depth > DEEPEST)
        return;
    json_object_object_foreach(properties, key, property)
    {
        struct json_object *member = json_get(value, key);
        char *below = host_format("%s/%s", where, key);
        if (member)
            check(property, member, below, depth + 1, problems);
        free(below);
    }
}

bool flow_check_trigger(const struct flow *flow, struct json_object *trigger,
                        struct flow_problems *problems)
{
    size_t before = problems->n;
    if (flow->trigger)
        check(flow->trigger, trigger, "", 0, problems);
    return problems->n == before;
}
