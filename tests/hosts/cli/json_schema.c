#include "json_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow_pointer.h"
#include "json_schema_value.h"
#include "json_text.h"
#include "term.h"

#define DEPTH_MAX 512

/* One validation. Only the first fault is kept; inside anyOf, not and the like none is. */
struct look {
    struct json_object *root;
    struct schema_fault *fault;
    char path[256];
    int quiet;
    int depth;
};

static bool holds(struct look *look, struct json_object *schema, struct json_object *value);

static bool wrong(struct look *look, const char *what, const char *detail)
{
    if (!look->quiet) {
        snprintf(look->fault->where, sizeof(look->fault->where), "%s", look->path);
        snprintf(look->fault->what, sizeof(look->fault->what), "%s%.160s", what, detail);
    }
    return false;
}

/* The same one level down, the pointer longer by a token meanwhile. */
static bool holds_below(struct look *look, struct json_object *schema, struct json_object *value,
                        const char *token)
{
    size_t len = strlen(look->path);
    snprintf(look->path + len, sizeof(look->path) - len, "/%s", token);
    bool fine = holds(look, schema, value);
    look->path[len] = '\0';
    return fine;
}

static bool holds_at(struct look *look, struct json_object *schema, struct json_object *value,
                     size_t i)
{
    char token[24];
    snprintf(token, sizeof(token), "%zu", i);
    return holds_below(look, schema, value, token);
}

static bool holds_quietly(struct look *look, struct json_object *schema, struct json_object *value)
{
    look->quiet++;
    bool fine = holds(look, schema, value);
    look->quiet--;
    return fine;
}

/* ------------------------------------------------------------------ keywords */

static bool check_type(struct look *look, struct json_object *type, struct json_object *value)
{
    if (!json_object_is_type(type, json_type_array))
        return schema_is_type(value, json_object_get_string(type)) ||
               wrong(look, "is not of the type ", json_object_get_string(type));
    for (size_t i = 0; i < json_object_array_length(type); i++)
        if (schema_is_type(value, json_object_get_string(json_object_array_get_idx(type, i))))
            return true;
    return wrong(look, "is of none of the types ", json_object_to_json_string(type));
}

static bool check_enum(struct look *look, struct json_object *all, struct json_object *value)
{
    for (size_t i = 0; i < json_object_array_length(all); i++)
        if (schema_equal(json_object_array_get_idx(all, i), value))
            return true;
    return wrong(look, "is none of ", json_object_to_json_string(all));
}

static bool check_const(struct look *look, struct json_object *only, struct json_object *value)
{
    return schema_equal(only, value) || wrong(look, "is not ", json_object_to_json_string(only));
}

static bool check_all_of(struct look *look, struct json_object *all, struct json_object *value)
{
    for (size_t i = 0; i < json_object_array_length(all); i++)
        if (!holds(look, json_object_array_get_idx(all, i), value))
            return false;
    return true;
}

static size_t how_many(struct look *look, struct json_object *all, struct json_object *value)
{
    size_t n = 0;
    for (size_t i = 0; i < json_object_array_length(all); i++)
        n += holds_quietly(look, json_object_array_get_idx(all, i), value);
    return n;
}

static bool check_any_of(struct look *look, struct json_object *all, struct json_object *value)
{
    return how_many(look, all, value) > 0 || wrong(look, "fits none of anyOf", "");
}

static bool check_one_of(struct look *look, struct json_object *all, struct json_object *value)
{
    return how_many(look, all, value) == 1 || wrong(look, "fits not exactly one of oneOf", "");
}

static bool check_not(struct look *look, struct json_object *schema, struct json_object *value)
{
    return !holds_quietly(look, schema, value) || wrong(look, "is what it must not be", "");
}

static bool check_ref(struct look *look, struct json_object *ref, struct json_object *value)
{
    struct json_object *target = NULL;
    const char *text = json_object_get_string(ref);
    if (text[0] != '#' || !pointer_get(look->root, text + 1, &target))
        return wrong(look, "cannot be looked at, no such $ref: ", text);
    return holds(look, target, value);
}

static bool check_minimum(struct look *look, struct json_object *limit, struct json_object *value)
{
    return !schema_is_number(value) || schema_order(value, limit) >= 0 ||
           wrong(look, "is smaller than ", json_object_to_json_string(limit));
}

static bool check_maximum(struct look *look, struct json_object *limit, struct json_object *value)
{
    return !schema_is_number(value) || schema_order(value, limit) <= 0 ||
           wrong(look, "is larger than ", json_object_to_json_string(limit));
}

static bool check_above(struct look *look, struct json_object *limit, struct json_object *value)
{
    return !schema_is_number(value) || schema_order(value, limit) > 0 ||
           wrong(look, "is not above ", json_object_to_json_string(limit));
}

static bool check_below(struct look *look, struct json_object *limit, struct json_object *value)
{
    return !schema_is_number(value) || schema_order(value, limit) < 0 ||
           wrong(look, "is not below ", json_object_to_json_string(limit));
}

static bool check_multiple(struct look *look, struct json_object *of, struct json_object *value)
{
    if (!schema_is_number(value))
        return true;
    double parts = json_object_get_double(value) / json_object_get_double(of);
    double rest = parts < 9e15 && parts > -9e15 ? parts - (double)(int64_t)parts : 0;
    rest = rest < 0 ? -rest : rest;
    return (parts - parts >= 0 && (rest < 1e-9 || rest > 1 - 1e-9)) ||
           wrong(look, "is no multiple of ", json_object_to_json_string(of));
}

/* What a length or count keyword measures; false where the value is not of its kind. */
static bool measure(const char *keyword, struct json_object *value, double *ret)
{
    const char *kind = keyword + 3; /* behind min or max */
    if (strcmp(kind, "Length") == 0 && json_object_is_type(value, json_type_string))
        *ret = (double)term_columns(json_object_get_string(value),
                                    (size_t)json_object_get_string_len(value));
    else if (strcmp(kind, "Items") == 0 && json_object_is_type(value, json_type_array))
        *ret = (double)json_object_array_length(value);
    else if (strcmp(kind, "Properties") == 0 && json_object_is_type(value, json_type_object))
        *ret = (double)json_object_object_length(value);
    else
        return false;
    return true;
}

static bool check_sizes(struct look *look, struct json_object *schema, struct json_object *value)
{
    static const char *const keywords[] = {"minLength", "maxLength",     "minItems",
                                           "maxItems",  "minProperties", "maxProperties"};
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        struct json_object *limit = json_get(schema, keywords[i]);
        double size;
        if (!limit || !measure(keywords[i], value, &size))
            continue;
        double bound = json_object_get_double(limit);
        if (keywords[i][1] == 'i' ? size < bound : size > bound)
            return wrong(look, "breaks the limit ", keywords[i]);
    }
    return true;
}

static bool check_pattern(struct look *look, struct json_object *pattern, struct json_object *value)
{
    return !json_object_is_type(value, json_type_string) ||
           schema_matches(json_object_get_string(pattern), json_object_get_string(value)) ||
           wrong(look, "does not match ", json_object_get_string(pattern));
}

/* ------------------------------------------------------------------ lists and objects */

static bool check_unique(struct look *look, struct json_object *on, struct json_object *value)
{
    if (!json_object_get_boolean(on) || !json_object_is_type(value, json_type_array))
        return true;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        for (size_t j = 0; j < i; j++)
            if (schema_equal(json_object_array_get_idx(value, i),
                             json_object_array_get_idx(value, j)))
                return wrong(look, "has the same item twice", "");
    return true;
}

static bool check_items(struct look *look, struct json_object *schema, struct json_object *value)
{
    struct json_object *prefix = json_get(schema, "prefixItems"), *items, *contains;
    bool has_items = json_object_object_get_ex(schema, "items", &items);
    bool found = !json_object_object_get_ex(schema, "contains", &contains);
    size_t n_prefix = prefix ? json_object_array_length(prefix) : 0;
    if (!json_object_is_type(value, json_type_array))
        return true;
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct json_object *item = json_object_array_get_idx(value, i);
        if (i < n_prefix ? !holds_at(look, json_object_array_get_idx(prefix, i), item, i)
                         : has_items && !holds_at(look, items, item, i))
            return false;
        found = found || holds_quietly(look, contains, item);
    }
    return found || wrong(look, "contains no such item", "");
}

static bool fits_a_pattern(struct look *look, struct json_object *patterns, const char *name,
                           struct json_object *member, bool *ret_matched)
{
    if (!patterns)
        return true;
    json_object_object_foreach(patterns, pattern, schema)
    {
        if (!schema_matches(pattern, name))
            continue;
        *ret_matched = true;
        if (!holds_below(look, schema, member, name))
            return false;
    }
    return true;
}

static bool check_members(struct look *look, struct json_object *schema, struct json_object *value)
{
    struct json_object *properties = json_get(schema, "properties"), *others, *names;
    struct json_object *patterns = json_get(schema, "patternProperties");
    bool has_others = json_object_object_get_ex(schema, "additionalProperties", &others);
    bool has_names = json_object_object_get_ex(schema, "propertyNames", &names);
    json_object_object_foreach(value, name, member)
    {
        struct json_object *own = NULL;
        bool matched = false;
        bool declared = json_object_object_get_ex(properties, name, &own);
        if (has_names) {
            struct json_object *text = json_object_new_string(name);
            bool fine = holds_quietly(look, names, text);
            json_object_put(text);
            if (!fine)
                return wrong(look, "has a name that is not allowed: ", name);
        }
        if (declared && !holds_below(look, own, member, name))
            return false;
        if (!fits_a_pattern(look, patterns, name, member, &matched))
            return false;
        if (declared || matched || !has_others)
            continue;
        if (json_object_is_type(others, json_type_boolean) && !json_object_get_boolean(others))
            return wrong(look, "has a member that is not declared: ", name);
        if (!holds_below(look, others, member, name))
            return false;
    }
    return true;
}

static bool has_all(struct look *look, struct json_object *names, struct json_object *value)
{
    for (size_t i = 0; i < json_object_array_length(names); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        if (!json_object_object_get_ex(value, name, NULL))
            return wrong(look, "lacks ", name);
    }
    return true;
}

static bool check_object(struct look *look, struct json_object *schema, struct json_object *value)
{
    struct json_object *required = json_get(schema, "required");
    struct json_object *lists = json_get(schema, "dependentRequired");
    struct json_object *schemas = json_get(schema, "dependentSchemas");
    if (!json_object_is_type(value, json_type_object))
        return true;
    if (required && !has_all(look, required, value))
        return false;
    if (lists) {
        json_object_object_foreach(lists, name, wanted)
        {
            if (json_object_object_get_ex(value, name, NULL) && !has_all(look, wanted, value))
                return false;
        }
    }
    if (schemas) {
        json_object_object_foreach(schemas, name, wanted)
        {
            if (json_object_object_get_ex(value, name, NULL) && !holds(look, wanted, value))
                return false;
        }
    }
    return check_members(look, schema, value);
}

static bool check_if(struct look *look, struct json_object *schema, struct json_object *value)
{
    struct json_object *condition, *branch;
    if (!json_object_object_get_ex(schema, "if", &condition))
        return true;
    const char *way = holds_quietly(look, condition, value) ? "then" : "else";
    return !json_object_object_get_ex(schema, way, &branch) || holds(look, branch, value);
}

static const struct {
    const char *name;
    bool (*check)(struct look *look, struct json_object *keyword, struct json_object *value);
} keywords[] = {
    {"$ref", check_ref},
    {"type", check_type},
    {"enum", check_enum},
    {"const", check_const},
    {"allOf", check_all_of},
    {"anyOf", check_any_of},
    {"oneOf", check_one_of},
    {"not", check_not},
    {"minimum", check_minimum},
    {"maximum", check_maximum},
    {"multipleOf", check_multiple},
    {"exclusiveMinimum", check_above},
    {"exclusiveMaximum", check_below},
    {"pattern", check_pattern},
    {"uniqueItems", check_unique},
};

static bool holds_all(struct look *look, struct json_object *schema, struct json_object *value)
{
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        struct json_object *keyword;
        if (json_object_object_get_ex(schema, keywords[i].name, &keyword) &&
            !keywords[i].check(look, keyword, value))
            return false;
    }
    return check_sizes(look, schema, value) && check_items(look, schema, value) &&
           check_object(look, schema, value) && check_if(look, schema, value);
}

static bool holds(struct look *look, struct json_object *schema, struct json_object *value)
{
    if (json_object_is_type(schema, json_type_boolean))
        return json_object_get_boolean(schema) || wrong(look, "is not allowed here", "");
    if (look->depth >= DEPTH_MAX)
        return wrong(look, "is nested too deeply for its schema", "");
    look->depth++;
    bool fine = holds_all(look, schema, value);
    look->depth--;
    return fine;
}

bool json_schema_validate(struct json_object *schema, struct json_object *value,
                          struct schema_fault *ret_fault)
{
    struct look look = {.root = schema, .fault = ret_fault};
    memset(ret_fault, 0, sizeof(*ret_fault));
    return holds(&look, schema, value);
}
