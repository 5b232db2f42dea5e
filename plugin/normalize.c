#include "normalize.h"

#include <string.h>

static struct json_object *split(const char *text)
{
    struct json_object *list = json_object_new_array();

    while (list != NULL && *text != '\0') {
        size_t len = strcspn(text, ",");
        const char *from = text;
        size_t n = len;
        while (n > 0 && *from == ' ') {
            from++;
            n--;
        }
        while (n > 0 && from[n - 1] == ' ')
            n--;
        if (n > 0) {
            struct json_object *item = json_object_new_string_len(from, (int)n);
            if (item == NULL || json_object_array_add(list, item) != 0) {
                json_object_put(item);
                json_object_put(list);
                return NULL;
            }
        }
        text += len + (text[len] == ',' ? 1 : 0);
    }
    return list;
}

static struct json_object *list_of_one(struct json_object *value)
{
    struct json_object *list = json_object_new_array_ext(1);

    if (list != NULL && json_object_array_add(list, json_object_get(value)) != 0) {
        json_object_put(value);
        json_object_put(list);
        list = NULL;
    }
    return list;
}

static struct json_object *wrapped(const char *member, struct json_object *value)
{
    struct json_object *object = json_object_new_object();

    if (object != NULL && json_object_object_add(object, member, json_object_get(value)) != 0) {
        json_object_put(value);
        json_object_put(object);
        object = NULL;
    }
    return object;
}

static bool children(const struct schema *schema, struct json_object *value);

/* Sets *ret to what takes the value's place: a new reference, or NULL where it stays. */
static bool reshape(const struct schema *schema, struct json_object *value,
                    struct json_object **ret)
{
    enum json_type type = json_object_get_type(value);

    *ret = NULL;
    if ((schema->flags & SCHEMA_SPLIT) != 0 && type == json_type_string)
        *ret = split(json_object_get_string(value));
    else if ((schema->flags & (SCHEMA_LIST | SCHEMA_SPLIT)) != 0 && type != json_type_array &&
             type != json_type_null)
        *ret = list_of_one(value);
    else if (schema->wrap != NULL && type == json_type_string)
        *ret = wrapped(schema->wrap, value);
    else
        return children(schema, value);
    if (*ret == NULL)
        return false;
    if (children(schema, *ret))
        return true;
    json_object_put(*ret);
    *ret = NULL;
    return false;
}

static const struct schema *schema_of(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_properties; i++)
        if (strcmp(schema->properties[i].name, name) == 0)
            return schema->properties[i].schema;
    return NULL;
}

static bool members(const struct schema *schema, struct json_object *object)
{
    json_object_object_foreach(object, name, value)
    {
        const struct schema *own = schema_of(schema, name);
        struct json_object *changed;
        if (own == NULL)
            continue;
        if (!reshape(own, value, &changed))
            return false;
        if (changed != NULL && json_object_object_add(object, name, changed) != 0) {
            json_object_put(changed);
            return false;
        }
    }
    return true;
}

static bool items(const struct schema *schema, struct json_object *list)
{
    size_t n = json_object_array_length(list);

    for (size_t i = 0; i < n && schema->items != NULL; i++) {
        struct json_object *changed;
        if (!reshape(schema->items, json_object_array_get_idx(list, i), &changed))
            return false;
        if (changed != NULL && json_object_array_put_idx(list, i, changed) != 0) {
            json_object_put(changed);
            return false;
        }
    }
    return true;
}

static bool children(const struct schema *schema, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        return members(schema, value);
    case json_type_array:
        return items(schema, value);
    default:
        return true;
    }
}

bool normalize(const struct schema *schema, struct json_object *input)
{
    return children(schema, input);
}
