#include <stdio.h>
#include <string.h>

#include "gen/schema.h"

static const char *named_place(const char *whole)
{
    return strncmp(whole, "whole-", 6) == 0 ? whole + 6 : NULL;
}

/* A file is a part of the form like the others. */
static bool is_in(struct json_object *schema, const char *place)
{
    return member_is(schema, "x-in", place) ||
           (strcmp(place, "form") == 0 && member_is(schema, "x-in", "file"));
}

static bool is_required(struct json_object *input, const char *name)
{
    struct json_object *required = member(input, "required");
    for (size_t i = 0; required != NULL && i < length_of(required); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(required, i)), name) == 0)
            return true;
    return false;
}

static void add(struct json_object *object, const char *name, struct json_object *value)
{
    json_object_object_add(object, name, value);
}

/* {"not": {}, "x-reason": "not allowed together with body"}: hosts read the first, we the second.
 */
static struct json_object *refusal(const char *whole_name)
{
    char reason[128];
    snprintf(reason, sizeof(reason), "not allowed together with \"%.60s\"", whole_name);
    struct json_object *schema = new_object();
    add(schema, "not", new_object());
    add(schema, "x-reason", new_string(reason));
    return schema;
}

/* The condition for one whole-* input; NULL where its place has no named inputs. */
static struct json_object *condition(struct json_object *input, const char *whole_name,
                                     const char *place, struct json_object *moved)
{
    struct json_object *refused = new_object(), *required = new_array();
    struct json_object *properties = member(input, "properties");
    for (struct lh_entry *e = members_of(properties); e; e = lh_entry_next(e)) {
        const char *name = lh_entry_k(e);
        if (!is_in(lh_entry_v(e), place))
            continue;
        add(refused, name, refusal(whole_name));
        if (is_required(input, name)) {
            json_object_array_add(required, new_string(name));
            add(moved, name, new_object());
        }
    }
    if (json_object_object_length(refused) == 0) {
        json_object_put(refused);
        json_object_put(required);
        return NULL;
    }
    struct json_object *result = new_object(), *test = new_object(), *then = new_object();
    struct json_object *names = new_array();
    json_object_array_add(names, new_string(whole_name));
    add(test, "required", names);
    add(then, "properties", refused);
    add(result, "if", test);
    add(result, "then", then);
    if (length_of(required) > 0) {
        struct json_object *otherwise = new_object();
        add(otherwise, "required", required);
        add(result, "else", otherwise);
    } else {
        json_object_put(required);
    }
    return result;
}

static void leave_out_moved(struct json_object *input, struct json_object *moved)
{
    struct json_object *kept = new_array(), *required = member(input, "required");
    for (size_t i = 0; required != NULL && i < length_of(required); i++) {
        struct json_object *name = json_object_array_get_idx(required, i);
        if (!has(moved, json_object_get_string(name)))
            json_object_array_add(kept, json_object_get(name));
    }
    bool empty = length_of(kept) == 0;
    if (empty)
        json_object_put(kept);
    if (required != NULL && empty)
        json_object_object_del(input, "required");
    else if (!empty)
        add(input, "required", kept);
}

struct json_object *schema_exclude(struct json_object *input)
{
    struct json_object *result = copy_of(input), *moved = new_object(), *all = new_array();
    struct json_object *properties = member(input, "properties");
    struct lh_entry *first = members_of(properties);
    for (struct lh_entry *e = first; e; e = lh_entry_next(e)) {
        const char *place = named_place(member_text(lh_entry_v(e), "x-in"));
        struct json_object *one =
            place != NULL ? condition(input, lh_entry_k(e), place, moved) : NULL;
        if (one != NULL)
            json_object_array_add(all, one);
    }
    size_t n = length_of(all);
    if (n > 0)
        leave_out_moved(result, moved);
    if (n == 1 && !has(result, "if")) {
        struct json_object *one = json_object_array_get_idx(all, 0);
        static const char *const keys[] = {"if", "then", "else"};
        for (size_t i = 0; i < 3; i++)
            if (has(one, keys[i]))
                add(result, keys[i], json_object_get(member(one, keys[i])));
    } else if (n > 0) {
        if (!has(result, "allOf"))
            add(result, "allOf", new_array());
        for (size_t i = 0; i < n; i++)
            json_object_array_add(member(result, "allOf"),
                                  json_object_get(json_object_array_get_idx(all, i)));
    }
    json_object_put(moved);
    json_object_put(all);
    return result;
}
