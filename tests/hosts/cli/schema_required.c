#include "schema_required.h"

#include <stdbool.h>

#include "json_text.h"

static size_t length_of(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static bool holds(struct json_object *condition, struct json_object *given)
{
    struct json_object *names = json_get(condition, "required");
    struct json_object *any = json_get(condition, "anyOf");
    for (size_t i = 0; i < length_of(any); i++)
        if (holds(json_object_array_get_idx(any, i), given))
            return true;
    for (size_t i = 0; i < length_of(names); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        if (!given || !json_object_object_get_ex(given, name, NULL))
            return false;
    }
    return length_of(names) > 0;
}

const char *schema_required(struct json_object *schema, struct json_object *given, size_t n)
{
    struct json_object *condition = json_get(schema, "if");
    const char *branch = holds(condition, given) ? "then" : "else";
    struct json_object *lists[] = {
        json_get(schema, "required"),
        condition ? json_get(json_get(schema, branch), "required") : NULL,
    };
    for (size_t i = 0; i < 2; i++) {
        if (n < length_of(lists[i]))
            return json_object_get_string(json_object_array_get_idx(lists[i], n));
        n -= length_of(lists[i]);
    }
    return NULL;
}
