#include "schema_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "flow_pointer.h"
#include "json_text.h"
#include "memory.h"
#include "schema_required.h"

static struct json_object *follow(struct json_object *root, struct json_object *schema)
{
    for (int hops = 0; hops < 8; hops++) {
        const char *ref = json_get_text(schema, "$ref");
        struct json_object *target = NULL;
        if (!ref || ref[0] != '#' || !pointer_get(root, ref + 1, &target))
            return schema;
        schema = target;
    }
    return schema;
}

/* The schema that tells most among alternatives: the one with properties or items. */
static struct json_object *shape_of(struct json_object *root, struct json_object *schema)
{
    schema = follow(root, schema);
    struct json_object *any = json_get(schema, "anyOf");
    if (!any)
        any = json_get(schema, "oneOf");
    if (!json_object_is_type(any, json_type_array) || json_get(schema, "properties") ||
        json_get(schema, "items"))
        return schema;
    for (size_t i = 0; i < json_object_array_length(any); i++) {
        struct json_object *one = follow(root, json_object_array_get_idx(any, i));
        if (json_get(one, "properties") || json_get(one, "items"))
            return one;
    }
    return schema;
}

static void add_type(struct json_object *root, struct json_object *schema, FILE *out, int depth)
{
    struct json_object *type, *any;
    schema = follow(root, schema);
    type = json_get(schema, "type");
    any = json_get(schema, "anyOf");
    if (!any)
        any = json_get(schema, "oneOf");
    if (json_object_is_type(type, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(type); i++) {
            const char *name = json_object_get_string(json_object_array_get_idx(type, i));
            fprintf(out, "%s%s", i ? " or " : "", strcmp(name, "array") == 0 ? "list" : name);
        }
    } else if (type && strcmp(json_object_get_string(type), "array") == 0) {
        fputs("list", out);
        if (json_get(schema, "items") && depth < 3) {
            fputs(" of ", out);
            add_type(root, json_get(schema, "items"), out, depth + 1);
        }
    } else if (type) {
        fputs(json_object_get_string(type), out);
    } else if (json_object_is_type(any, json_type_array) && depth < 3) {
        /* "One alone needs no list" is told in the description; the type is the list. */
        size_t n = json_get(schema, "x-list") ? 1 : json_object_array_length(any);
        for (size_t i = 0; i < n; i++) {
            fputs(i ? " or " : "", out);
            add_type(root, json_object_array_get_idx(any, i), out, depth + 1);
        }
    } else {
        fputs(json_get(schema, "enum") ? "string" : "any", out);
    }
}

static FILE *stream(char **text, size_t *len)
{
    FILE *out = open_memstream(text, len);
    if (!out)
        abort();
    return out;
}

char *schema_type_name(struct json_object *root, struct json_object *schema)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = stream(&text, &len);
    add_type(root, schema, out, 0);
    fclose(out);
    return text;
}

static void add_range(FILE *out, struct json_object *schema, const char *least_key,
                      const char *most_key, const char *unit)
{
    struct json_object *least = json_get(schema, least_key), *most = json_get(schema, most_key);
    const char *gap = ftell(out) > 0 ? ", " : "";
    if (least && most)
        fprintf(out, "%s%s..%s%s", gap, json_object_get_string(least), json_object_get_string(most),
                unit);
    else if (most)
        fprintf(out, "%sup to %s%s", gap, json_object_get_string(most), unit);
    else if (least && json_object_get_int64(least) != 1)
        fprintf(out, "%sfrom %s%s", gap, json_object_get_string(least), unit);
    else if (least && !*unit)
        fprintf(out, "%sfrom 1", gap);
}

static void add_enum(FILE *out, struct json_object *list)
{
    size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < n; i++) {
        char *text = json_text_of(json_object_array_get_idx(list, i));
        fprintf(out, "%s%s", i ? "|" : ftell(out) > 0 ? ", " : "", text);
        free(text);
    }
}

char *schema_limits(struct json_object *schema)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = stream(&text, &len);
    add_enum(out, json_get(schema, "enum"));
    add_enum(out, json_get(json_get(schema, "items"), "enum"));
    add_range(out, schema, "minimum", "maximum", "");
    add_range(out, schema, "minLength", "maxLength", " chars");
    add_range(out, schema, "minItems", "maxItems", " items");
    fclose(out);
    return text;
}

static bool is_required(struct json_object *schema, const char *name)
{
    const char *required;
    for (size_t i = 0; (required = schema_required(schema, NULL, i)) != NULL; i++)
        if (strcmp(required, name) == 0)
            return true;
    return false;
}

static void add_level(struct table *table, struct json_object *root, struct json_object *schema,
                      const char *prefix, bool with_required, int depth)
{
    struct json_object *shape = shape_of(root, schema);
    struct json_object *properties = json_get(shape, "properties");
    if (!json_object_is_type(properties, json_type_object) || depth > SCHEMA_ROWS_DEPTH)
        return;
    json_object_object_foreach(properties, key, unresolved)
    {
        struct json_object *property = follow(root, unresolved);
        char *name = host_format("%s%s", prefix, key);
        char *type = schema_type_name(root, property);
        char *limits = schema_limits(shape_of(root, property));
        const char *about = json_get_text(unresolved, "description");
        if (!about)
            about = json_get_text(property, "description");
        const char *needed = is_required(shape, key) ? "yes" : "";
        if (with_required)
            table_add(table, (const char *const[]){name, type, needed, limits, about}, TERM_NAMES);
        else
            table_add(table, (const char *const[]){name, type, about}, TERM_NAMES);
        struct json_object *inner = shape_of(root, property);
        struct json_object *items = json_get(inner, "items");
        char *below = host_format("%s%s.", name, items ? "[]" : "");
        add_level(table, root, items ? items : inner, below, with_required, depth + 1);
        free(below);
        free(limits);
        free(type);
        free(name);
    }
}

void schema_rows_add(struct table *table, struct json_object *root, struct json_object *schema,
                     bool with_required)
{
    add_level(table, root, schema, "", with_required, 0);
}
