#include <stdio.h>
#include <string.h>

#include "gen/keywords.h"
#include "gen/schema.h"

struct rewrite {
    const struct source *source;
    struct json_object *defs; /* name -> rewritten model                                         */
};

static struct json_object *rewrite(struct rewrite *r, struct json_object *schema);

static void add(struct json_object *object, const char *name, struct json_object *value)
{
    json_object_object_add(object, name, value);
}

static struct json_object *reference(struct rewrite *r, const char *ref)
{
    const struct document *model = source_model(r->source, ref);
    if (!has(r->defs, model->name)) {
        add(r->defs, model->name, NULL); /* its place, before the models that it leads to        */
        add(r->defs, model->name, rewrite(r, model->json));
    }
    char local[256];
    snprintf(local, sizeof(local), "#/$defs/%s", model->name);
    return new_string(local);
}

static struct json_object *rewrite_members(struct rewrite *r, struct json_object *members)
{
    struct json_object *result = new_object();
    for (struct lh_entry *e = members_of(members); e; e = lh_entry_next(e))
        add(result, lh_entry_k(e), rewrite(r, lh_entry_v(e)));
    return result;
}

static struct json_object *rewrite_list(struct rewrite *r, struct json_object *list)
{
    struct json_object *result = new_array();
    for (size_t i = 0; i < length_of(list); i++)
        json_object_array_add(result, rewrite(r, json_object_array_get_idx(list, i)));
    return result;
}

static struct json_object *rewrite_value(struct rewrite *r, const char *key,
                                         struct json_object *value)
{
    const struct keyword *keyword = keyword_find(key);
    if (keyword == NULL)
        return copy_of(value);
    switch (keyword->kind) {
    case KEYWORD_REF:
        return reference(r, json_object_get_string(value));
    case KEYWORD_SCHEMA:
        return rewrite(r, value);
    case KEYWORD_SCHEMAS:
        return rewrite_list(r, value);
    case KEYWORD_MEMBERS:
        return rewrite_members(r, value);
    default:
        return copy_of(value);
    }
}

static bool describes(const char *key)
{
    return strncmp(key, "x-", 2) == 0 || keyword_is_annotation(key);
}

/* {annotations..., "anyOf": [{the rest}, other]}. Takes both. */
static struct json_object *with_other_form(struct json_object *schema, struct json_object *other)
{
    struct json_object *outer = new_object(), *inner = new_object(), *forms = new_array();
    for (struct lh_entry *e = members_of(schema); e; e = lh_entry_next(e))
        add(describes(lh_entry_k(e)) ? outer : inner, lh_entry_k(e),
            json_object_get(lh_entry_v(e)));
    json_object_array_add(forms, inner);
    json_object_array_add(forms, other);
    add(outer, "anyOf", forms);
    json_object_put(schema);
    return outer;
}

/* The string that stands for an object (x-wrap), with the bounds of the member it becomes. */
static struct json_object *wrapped_form(struct rewrite *r, struct json_object *schema)
{
    struct json_object *inner = member(member(schema, "properties"), member_text(schema, "x-wrap"));
    struct json_object *rewritten = rewrite(r, inner), *form = new_object();
    for (struct lh_entry *e = members_of(rewritten); e; e = lh_entry_next(e))
        if (!describes(lh_entry_k(e)))
            add(form, lh_entry_k(e), json_object_get(lh_entry_v(e)));
    json_object_put(rewritten);
    return form;
}

static struct json_object *rewrite(struct rewrite *r, struct json_object *schema)
{
    if (!json_object_is_type(schema, json_type_object))
        return copy_of(schema);
    struct json_object *result = new_object();
    for (struct lh_entry *e = members_of(schema); e; e = lh_entry_next(e))
        add(result, lh_entry_k(e), rewrite_value(r, lh_entry_k(e), lh_entry_v(e)));
    bool split = has(schema, "x-split");
    if (split) {
        struct json_object *types = new_array();
        json_object_array_add(types, new_string("array"));
        json_object_array_add(types, new_string("string"));
        add(result, "type", types);
        struct json_object *least = member(schema, "minItems");
        if (least != NULL && json_object_get_int64(least) > 0 && !has(result, "minLength"))
            add(result, "minLength", json_object_new_int(1));
    } else if (has(schema, "x-list")) {
        struct json_object *items = member(schema, "items");
        result = with_other_form(result, items != NULL ? rewrite(r, items) : new_object());
    } else if (has(schema, "x-wrap")) {
        result = with_other_form(result, wrapped_form(r, schema));
    }
    return result;
}

struct json_object *schema_for_hosts(const struct source *source, struct json_object *schema)
{
    struct rewrite r = {source, new_object()};
    struct json_object *result = new_object();
    struct json_object *body = rewrite(&r, schema);
    add(result, "$schema", new_string("https://json-schema.org/draft/2020-12/schema"));
    for (struct lh_entry *e = members_of(body); e; e = lh_entry_next(e))
        add(result, lh_entry_k(e), json_object_get(lh_entry_v(e)));
    json_object_put(body);
    if (json_object_object_length(r.defs) > 0)
        add(result, "$defs", r.defs);
    else
        json_object_put(r.defs);
    return result;
}

struct json_object *schema_of_output(const struct source *source, struct json_object *action)
{
    const struct document *common = source_model(source, "schemas/result.json");
    struct json_object *result =
        common != NULL && common->json != NULL ? copy_of(common->json) : new_object();
    struct json_object *added = member(member(action, "output"), "properties");
    if (!has(result, "type"))
        add(result, "type", new_string("object"));
    if (!has(result, "properties"))
        add(result, "properties", new_object());
    for (struct lh_entry *e = members_of(added); e; e = lh_entry_next(e))
        add(member(result, "properties"), lh_entry_k(e), copy_of(lh_entry_v(e)));
    json_object_object_del(result, "title");
    json_object_object_del(result, "description");
    return result;
}
