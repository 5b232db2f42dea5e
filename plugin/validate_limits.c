#include <stdio.h>
#include <string.h>

#include "validate_private.h"

/* The schema at this JSON Pointer; NULL = none is declared there. */
static const struct schema *schema_at(const struct schema *schema, const char *pointer)
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
    return schema;
}

/* Does a string there stand for a list of what is between its commas? */
static bool is_split(const struct schema *schema, const char *pointer)
{
    const struct schema *list = schema_at(schema, pointer);

    return list != NULL && (list->flags & SCHEMA_SPLIT);
}

/* Does the list's own schema say as much? */
static bool is_said(const struct action_limit *limit, const struct schema *schema)
{
    const struct schema *list = schema_at(schema, limit->pointers[0]);

    return limit->n_pointers == 1 && !limit->joined_chars && list != NULL && list->max_items >= 0 &&
           list->max_items <= limit->max;
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

/* What is measured: a limit's lists in the input, or in the property that holds the whole body. */
struct measured {
    const struct schema *schema;
    struct json_object *input;
    const char *prefix; /* name of that property; NULL = the input itself */
};

static void report(const struct action_limit *limit, const struct measured *in, size_t total,
                   struct violations *ret)
{
    struct path root = {NULL, NULL, 0};
    struct text text;
    const char *slash = in->prefix != NULL ? "/" : "",
               *prefix = in->prefix != NULL ? in->prefix : "";

    if (ret == NULL || !violation_begin(ret, &root, &text))
        return;
    (void)snprintf(ret->items[ret->n - 1].pointer, sizeof(ret->items[0].pointer), "%s%s%s", slash,
                   prefix, limit->pointers[0]);
    text_add(&text, "expected at most %lld %s", (long long)limit->max,
             limit->joined_chars ? "characters in all" : "items");
    for (size_t j = 0; j < limit->n_pointers && limit->n_pointers > 1; j++)
        text_add(&text, "%s%s%s%s", j == 0 ? " in " : " and ", slash, prefix, limit->pointers[j]);
    if (limit->n_pointers > 1)
        text_add(&text, " together");
    text_add(&text, ", found %zu", total);
}

static int check_one(const struct action_limit *limit, const struct measured *in,
                     struct violations *ret)
{
    size_t total = 0;

    for (size_t j = 0; j < limit->n_pointers; j++)
        total += measure(json_at(in->input, limit->pointers[j]),
                         in->prefix == NULL && is_split(in->schema, limit->pointers[j]),
                         limit->joined_chars);
    if (total <= (uint64_t)limit->max)
        return 0;
    report(limit, in, total, ret);
    return 1;
}

int validate_limits(const struct action *action, struct json_object *input, struct violations *ret)
{
    const struct schema *schema = action->input;
    int broken = 0;

    for (size_t i = 0; i < action->n_limits; i++) {
        struct measured named = {schema, input, NULL};
        if (!is_said(&action->limits[i], schema))
            broken += check_one(&action->limits[i], &named, ret);
        for (size_t k = 0; k < schema->n_properties; k++) {
            struct measured whole = {schema, NULL, schema->properties[k].name};
            if (schema->properties[k].schema->in == SCHEMA_IN_WHOLE_BODY &&
                json_object_object_get_ex(input, whole.prefix, &whole.input))
                broken += check_one(&action->limits[i], &whole, ret);
        }
    }
    return broken;
}
