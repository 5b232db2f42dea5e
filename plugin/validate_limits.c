#include <string.h>

#include "validate_private.h"

/* Does a string at this JSON Pointer stand for a list of what is between its commas? */
static bool is_split(const struct schema *schema, const char *pointer)
{
    while (schema != NULL && *pointer == '/') {
        size_t len = strcspn(++pointer, "/");
        const struct schema *next = NULL;
        for (size_t i = 0; i < schema->n_properties; i++) {
            const char *name = schema->properties[i].name;
            if (strlen(name) == len && memcmp(name, pointer, len) == 0)
                next = schema->properties[i].schema;
        }
        schema = next;
        pointer += len;
    }
    return schema != NULL && (schema->flags & SCHEMA_SPLIT);
}

static size_t measure_split(struct json_object *value, bool characters)
{
    size_t total = 0;
    for (const char *at = json_object_get_string(value); *at != '\0';) {
        size_t len = strcspn(at, ",");
        size_t from = strspn(at, " ");
        size_t to = len;
        while (to > from && at[to - 1] == ' ')
            to--;
        if (to > from)
            total += characters ? utf8_count(at + from, to - from) : 1;
        at += len + (at[len] == ',');
    }
    return total;
}

static size_t measure_one(struct json_object *value, bool characters)
{
    if (!characters)
        return 1;
    return json_object_get_type(value) == json_type_string
               ? utf8_count(json_object_get_string(value),
                            (size_t)json_object_get_string_len(value))
               : 0;
}

/* What a list, or what stands for one, counts for: its items, or the characters of its strings. */
static size_t measure(struct json_object *value, bool split, bool characters)
{
    size_t total = 0;
    if (value == NULL)
        return 0;
    if (json_object_get_type(value) == json_type_array)
        for (size_t i = 0; i < json_object_array_length(value); i++)
            total += measure_one(json_object_array_get_idx(value, i), characters);
    else if (split && json_object_get_type(value) == json_type_string)
        total = measure_split(value, characters);
    else
        total = measure_one(value, characters);
    return total;
}

int validate_limits(const struct action *action, struct json_object *input, struct violations *ret)
{
    int broken = 0;
    for (size_t i = 0; i < action->n_limits; i++) {
        const struct action_limit *limit = &action->limits[i];
        size_t total = 0;
        for (size_t j = 0; j < limit->n_pointers; j++)
            total += measure(json_at(input, limit->pointers[j]),
                             is_split(action->input, limit->pointers[j]), limit->joined_chars);
        if (total <= (uint64_t)limit->max)
            continue;
        broken++;
        struct path root = {NULL, NULL, 0};
        struct text text;
        if (ret == NULL || !violation_begin(ret, &root, &text))
            continue;
        strncpy(ret->items[ret->n - 1].pointer, limit->pointers[0],
                sizeof(ret->items[0].pointer) - 1);
        text_add(&text, "expected at most %lld %s", (long long)limit->max,
                 limit->joined_chars ? "characters in all" : "items");
        for (size_t j = 0; j < limit->n_pointers && limit->n_pointers > 1; j++)
            text_add(&text, "%s%s", j == 0 ? " in " : " and ", limit->pointers[j]);
        if (limit->n_pointers > 1)
            text_add(&text, " together");
        text_add(&text, ", found %zu", total);
    }
    return broken;
}
