#include "gen/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[] = {"null",   "boolean", "integer", "number",
                                         "string", "array",   "object"};

unsigned schema_type_of_name(const char *name)
{
    for (unsigned i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
        if (strcmp(type_names[i], name) == 0)
            return 1u << i;
    return 0;
}

enum schema_in schema_in_of_name(struct json_object *value)
{
    static const char *const names[] = {"query", "body",        "form",       "file",
                                        "local", "whole-query", "whole-body", "whole-form"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (json_object_is_type(value, json_type_string) &&
            strcmp(json_object_get_string(value), names[i]) == 0)
            return (enum schema_in)(i + 1);
    return SCHEMA_IN_NONE;
}

bool schema_is_count(struct json_object *value)
{
    double number = json_object_get_double(value);
    return (json_object_is_type(value, json_type_int) ||
            json_object_is_type(value, json_type_double)) &&
           number >= 0 && number <= 9007199254740992.0 && (double)(int64_t)number == number;
}

static struct schema_node *new_node(struct schema_builder *builder)
{
    struct schema_node *node = arena_alloc(&builder->arena, sizeof(*node));
    struct schema *s = &node->schema;
    s->min_length = s->max_length = s->min_items = s->max_items = -1;
    s->min_properties = s->max_properties = -1;
    return node;
}

static const struct schema *add_node(struct schema_builder *builder, struct schema_node *node)
{
    if (builder->n_nodes == builder->cap_nodes) {
        builder->cap_nodes = builder->cap_nodes == 0 ? 256 : builder->cap_nodes * 2;
        builder->nodes = realloc(builder->nodes, builder->cap_nodes * sizeof(*builder->nodes));
        if (builder->nodes == NULL) {
            fputs("mkcatalog: out of memory\n", stderr);
            exit(1);
        }
    }
    node->index = builder->n_nodes;
    builder->nodes[builder->n_nodes++] = node;
    return &node->schema;
}

static const struct schema *build_false(struct schema_builder *builder, const char *reason)
{
    struct schema_node *node = new_node(builder);
    node->schema.flags = SCHEMA_ACCEPT_NOTHING;
    if (reason != NULL)
        node->schema.reason = arena_printf(&builder->arena, "%s", reason);
    return add_node(builder, node);
}

static const char *text_of(struct schema_builder *builder, struct json_object *value)
{
    return arena_printf(&builder->arena, "%s",
                        json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void read_types(struct schema *s, struct json_object *json)
{
    struct json_object *type = member(json, "type");
    if (json_object_is_type(type, json_type_string))
        s->types = (uint16_t)schema_type_of_name(json_object_get_string(type));
    else if (type != NULL)
        for (size_t i = 0; i < length_of(type); i++) {
            struct json_object *one = json_object_array_get_idx(type, i);
            s->types |= (uint16_t)schema_type_of_name(json_object_get_string(one));
        }
}

static void read_bounds(struct schema *s, struct json_object *json)
{
    struct json_object *value;
    if ((value = member(json, "minimum")) != NULL) {
        s->flags |= SCHEMA_HAS_MINIMUM;
        s->minimum = json_object_get_double(value);
    }
    if ((value = member(json, "exclusiveMinimum")) != NULL &&
        (!(s->flags & SCHEMA_HAS_MINIMUM) || json_object_get_double(value) >= s->minimum)) {
        s->flags |= SCHEMA_HAS_MINIMUM | SCHEMA_EXCLUSIVE_MINIMUM;
        s->minimum = json_object_get_double(value);
    }
    if ((value = member(json, "maximum")) != NULL) {
        s->flags |= SCHEMA_HAS_MAXIMUM;
        s->maximum = json_object_get_double(value);
    }
    if ((value = member(json, "exclusiveMaximum")) != NULL &&
        (!(s->flags & SCHEMA_HAS_MAXIMUM) || json_object_get_double(value) <= s->maximum)) {
        s->flags |= SCHEMA_HAS_MAXIMUM | SCHEMA_EXCLUSIVE_MAXIMUM;
        s->maximum = json_object_get_double(value);
    }
    const struct {
        const char *name;
        int64_t *ret;
    } counts[] = {{"minLength", &s->min_length},         {"maxLength", &s->max_length},
                  {"minItems", &s->min_items},           {"maxItems", &s->max_items},
                  {"minProperties", &s->min_properties}, {"maxProperties", &s->max_properties}};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        if ((value = member(json, counts[i].name)) != NULL)
            *counts[i].ret = json_object_get_int64(value);
}

/* falcon.case.id, falcon.rtr.session_id, falcon.user.uuid, ... */
static bool is_id(const char *type)
{
    const char *last = type != NULL ? strrchr(type, '.') : NULL;
    if (last == NULL)
        return false;
    size_t len = strlen(last);
    return strcmp(last, ".id") == 0 || strcmp(last, ".uuid") == 0 ||
           (len > 3 && strcmp(last + len - 3, "_id") == 0);
}

static void read_flags(struct schema_builder *builder, struct schema *s, struct json_object *json)
{
    if (json_object_get_boolean(member(json, "uniqueItems")))
        s->flags |= SCHEMA_UNIQUE_ITEMS;
    if (has(json, "x-split"))
        s->flags |= SCHEMA_SPLIT;
    if (has(json, "x-list"))
        s->flags |= SCHEMA_LIST;
    if (is_id(member_text(json, "x-type")))
        s->flags |= SCHEMA_ID;
    s->in = (uint8_t)schema_in_of_name(member(json, "x-in"));
    if (has(json, "x-wrap"))
        s->wrap = arena_printf(&builder->arena, "%s", member_text(json, "x-wrap"));
}

static void read_enum(struct schema_builder *builder, struct schema *s, struct json_object *json)
{
    struct json_object *values = member(json, "enum");
    size_t n = values != NULL ? length_of(values) : has(json, "const");
    if (n == 0)
        return;
    const char **texts = arena_alloc(&builder->arena, n * sizeof(*texts));
    for (size_t i = 0; i < n; i++)
        texts[i] = text_of(builder, values != NULL ? json_object_array_get_idx(values, i)
                                                   : member(json, "const"));
    s->enum_values = texts;
    s->n_enum = n;
}

static int by_name(const void *left, const void *right)
{
    const struct schema_property *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static void read_object(struct schema_builder *builder, struct schema *s, struct json_object *json)
{
    struct json_object *members = member(json, "properties");
    size_t n = members != NULL ? (size_t)json_object_object_length(members) : 0;
    if (n > 0) {
        struct schema_property *list = arena_alloc(&builder->arena, n * sizeof(*list));
        size_t i = 0;
        for (struct lh_entry *e = members_of(members); e; e = lh_entry_next(e), i++) {
            list[i].name = arena_printf(&builder->arena, "%s", (const char *)lh_entry_k(e));
            list[i].schema = schema_build(builder, lh_entry_v(e));
        }
        qsort(list, n, sizeof(*list), by_name);
        s->properties = list;
        s->n_properties = n;
    }
    struct json_object *required = member(json, "required");
    n = required != NULL ? length_of(required) : 0;
    if (n > 0) {
        const char **names = arena_alloc(&builder->arena, n * sizeof(*names));
        for (size_t i = 0; i < n; i++)
            names[i] = arena_printf(&builder->arena, "%s",
                                    json_object_get_string(json_object_array_get_idx(required, i)));
        s->required = names;
        s->n_required = n;
    }
}

static const struct schema *const *
read_list(struct schema_builder *builder, struct json_object *json, const char *key, size_t *ret_n)
{
    struct json_object *values = member(json, key);
    if (values == NULL)
        return NULL;
    size_t n = length_of(values);
    const struct schema **list = arena_alloc(&builder->arena, n * sizeof(*list));
    for (size_t i = 0; i < n; i++)
        list[i] = schema_build(builder, json_object_array_get_idx(values, i));
    *ret_n = n;
    return list;
}

static const struct schema *read_one(struct schema_builder *builder, struct json_object *json,
                                     const char *key)
{
    struct json_object *value = member(json, key);
    /* true allows anything, as an absent schema does */
    if (value == NULL ||
        (json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value)))
        return NULL;
    return schema_build(builder, value);
}

static const struct schema *build_model(struct schema_builder *builder, const char *ref)
{
    const struct source *source = builder->source;
    size_t i = (size_t)(source_model(source, ref) - source->models);
    if (builder->models == NULL)
        builder->models = arena_alloc(&builder->arena, source->n_models * sizeof(*builder->models));
    if (builder->models[i] == NULL)
        builder->models[i] = schema_build(builder, source->models[i].json);
    return builder->models[i];
}

static const struct schema *build_ref(struct schema_builder *builder, struct json_object *json)
{
    const struct schema *model = build_model(builder, member_text(json, "$ref"));
    if (!has(json, "x-in"))
        return model;
    struct schema_node *node = new_node(builder);
    node->schema = *model;
    node->schema.in = (uint8_t)schema_in_of_name(member(json, "x-in"));
    return add_node(builder, node);
}

const struct schema *schema_build(struct schema_builder *builder, struct json_object *json)
{
    if (json_object_is_type(json, json_type_boolean))
        return json_object_get_boolean(json) ? add_node(builder, new_node(builder))
                                             : build_false(builder, NULL);
    if (has(json, "x-reason"))
        return build_false(builder, member_text(json, "x-reason"));
    if (has(json, "$ref"))
        return build_ref(builder, json);
    struct schema_node *node = new_node(builder);
    struct schema *s = &node->schema;
    read_types(s, json);
    read_bounds(s, json);
    read_flags(builder, s, json);
    read_enum(builder, s, json);
    read_object(builder, s, json);
    s->additional = read_one(builder, json, "additionalProperties");
    s->items = read_one(builder, json, "items");
    s->any_of = read_list(builder, json, "anyOf", &s->n_any_of);
    s->one_of = read_list(builder, json, "oneOf", &s->n_one_of);
    s->all_of = read_list(builder, json, "allOf", &s->n_all_of);
    if (has(json, "not"))
        s->not_schema = schema_build(builder, member(json, "not"));
    if (has(json, "if"))
        s->if_schema = schema_build(builder, member(json, "if"));
    s->then_schema = read_one(builder, json, "then");
    s->else_schema = read_one(builder, json, "else");
    return add_node(builder, node);
}

void schema_builder_done(struct schema_builder *builder)
{
    free(builder->nodes);
    arena_done(&builder->arena);
    const struct source *source = builder->source;
    memset(builder, 0, sizeof(*builder));
    builder->source = source;
}
