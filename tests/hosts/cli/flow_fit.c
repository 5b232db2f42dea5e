/* May a value of one type stand where one of another belongs? */
#include <stdio.h>
#include <string.h>

#include "flow_type.h"
#include "json_text.h"

#define DEEPEST 8

static bool names_type(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0 ||
           (strcmp(name, "number") == 0 && strcmp(wanted, "integer") == 0) ||
           (strcmp(name, "integer") == 0 && strcmp(wanted, "number") == 0);
}

/* The n-th JSON type of a schema; NULL past the end, and where it gives none. */
static const char *type_name(struct json_object *node, size_t n)
{
    struct json_object *type = json_get(node, "type");
    if (json_object_is_type(type, json_type_string))
        return n == 0 ? json_object_get_string(type) : NULL;
    if (!json_object_is_type(type, json_type_array) || n >= json_object_array_length(type))
        return NULL;
    return json_object_get_string(json_object_array_get_idx(type, n));
}

bool flow_type_has(const struct flow_type *alternative, const char *json_type)
{
    const char *name;
    if (!type_name(alternative->node, 0))
        return true;
    for (size_t i = 0; (name = type_name(alternative->node, i)) != NULL; i++)
        if (names_type(name, json_type))
            return true;
    return false;
}

const char *flow_type_names(const struct flow_type *alternative, char *ret_text, size_t size)
{
    const char *name;
    size_t len = 0;
    snprintf(ret_text, size, "anything");
    for (size_t i = 0; (name = type_name(alternative->node, i)) != NULL && len < size; i++)
        len += (size_t)snprintf(ret_text + len, size - len, "%s%s", i ? " or " : "", name);
    return ret_text;
}

static bool share_type(const struct flow_type *wanted, const struct flow_type *given)
{
    const char *name;
    if (!type_name(given->node, 0))
        return true;
    for (size_t i = 0; (name = type_name(given->node, i)) != NULL; i++)
        if (flow_type_has(wanted, name))
            return true;
    return false;
}

static size_t most_items(const struct flow_type *type)
{
    struct json_object *most = json_get(type->node, "maxItems");
    if (type->most > 0)
        return type->most;
    return most ? (size_t)json_object_get_int64(most) : 0;
}

static bool fits(const struct flow_type *wanted, const struct flow_type *given, int depth,
                 char *ret_why, size_t size);

static bool members_fit(const struct flow_type *wanted, const struct flow_type *given, int depth,
                        char *ret_why, size_t size)
{
    struct json_object *wants = json_get(wanted->node, "properties");
    struct json_object *has = json_get(given->node, "properties");
    if (!json_object_is_type(wants, json_type_object) ||
        !json_object_is_type(has, json_type_object))
        return true;
    json_object_object_foreach(wants, key, node)
    {
        struct flow_type inner = {wanted->root, node, 0};
        struct flow_type below = {given->root, json_get(has, key), 0};
        char why[160];
        if (!below.node || fits(&inner, &below, depth + 1, why, sizeof(why)))
            continue;
        snprintf(ret_why, size, "%s: %s", key, why);
        return false;
    }
    return true;
}

static bool pair_fits(const struct flow_type *wanted, const char *wanted_semantic,
                      const struct flow_type *given, const char *given_semantic, int depth,
                      char *ret_why, size_t size)
{
    char names[64], given_names[64];
    struct json_object *wants = json_get(wanted->node, "items");
    struct json_object *has = json_get(given->node, "items");
    if (!share_type(wanted, given)) {
        snprintf(ret_why, size, "it is of type %s, where %s belongs",
                 flow_type_names(given, given_names, sizeof(given_names)),
                 flow_type_names(wanted, names, sizeof(names)));
        return false;
    }
    /* where a list may come as one item, the item means what those of the list mean */
    if (wants && !has && !wanted_semantic)
        wanted_semantic = json_get_text(wants, "x-type");
    if (wanted_semantic && given_semantic && strcmp(wanted_semantic, given_semantic) != 0) {
        snprintf(ret_why, size, "it is a %s, where a %s belongs", given_semantic, wanted_semantic);
        return false;
    }
    size_t most = most_items(wanted), may = most_items(given);
    if (most > 0 && may > most) {
        snprintf(ret_why, size, "it may have %zu items, where %zu are the most", may, most);
        return false;
    }
    if (wants && has) {
        struct flow_type inner = {wanted->root, wants, 0}, below = {given->root, has, 0};
        return fits(&inner, &below, depth + 1, ret_why, size);
    }
    return members_fit(wanted, given, depth, ret_why, size);
}

static bool fits(const struct flow_type *wanted, const struct flow_type *given, int depth,
                 char *ret_why, size_t size)
{
    struct flow_type wants[FLOW_TYPE_MAX], has[FLOW_TYPE_MAX];
    const char *wants_semantic[FLOW_TYPE_MAX], *has_semantic[FLOW_TYPE_MAX];
    size_t n_wants = flow_type_expand(wanted, wants, wants_semantic);
    size_t n_has = flow_type_expand(given, has, has_semantic);
    bool same_kind = false; /* a reason about values of one JSON type says more */
    if (n_wants == 0 || n_has == 0 || depth > DEEPEST)
        return true;
    for (size_t i = 0; i < n_has; i++)
        for (size_t j = 0; j < n_wants; j++) {
            char why[200];
            if (pair_fits(&wants[j], wants_semantic[j], &has[i], has_semantic[i], depth, why,
                          sizeof(why)))
                return true;
            bool same = share_type(&wants[j], &has[i]);
            if (same || !same_kind)
                snprintf(ret_why, size, "%s", why);
            same_kind = same_kind || same;
        }
    return false;
}

bool flow_type_fits(const struct flow_type *wanted, const struct flow_type *given, char *ret_why,
                    size_t size)
{
    return fits(wanted, given, 0, ret_why, size);
}
