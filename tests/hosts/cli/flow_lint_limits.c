/* Limits over several inputs of an action: items and characters that can be counted beforehand. */
#include <string.h>

#include "flow_eval.h"
#include "flow_lint.h"
#include "flow_pointer.h"
#include "json_text.h"

static size_t items_at(struct json_object *input, const char *pointer)
{
    struct json_object *value = NULL;
    if (!pointer_get(input, pointer, &value) || !json_object_is_type(value, json_type_array))
        return 0;
    return json_object_array_length(value);
}

/* Characters of the texts in a list; what a reference will put in is not counted. */
static size_t characters_at(struct json_object *input, const char *pointer)
{
    struct json_object *list = NULL;
    size_t n = 0;
    if (!pointer_get(input, pointer, &list) || !json_object_is_type(list, json_type_array))
        return 0;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *text = json_object_array_get_idx(list, i);
        const char *at =
            json_object_is_type(text, json_type_string) ? json_object_get_string(text) : "";
        for (; *at; at++) {
            const char *end = strncmp(at, "${", 2) == 0 ? strchr(at, '}') : NULL;
            if (end)
                at = end;
            else
                n += ((unsigned char)*at & 0xC0) != 0x80;
        }
    }
    return n;
}

static size_t counted(struct json_object *limit, struct json_object *input, const char **ret_what)
{
    struct json_object *sum = json_get(limit, "sum_items");
    const char *joined = json_get_text(limit, "joined_chars");
    size_t n = 0;
    *ret_what = joined ? "characters" : "items";
    if (joined)
        return characters_at(input, joined);
    for (size_t i = 0;
         json_object_is_type(sum, json_type_array) && i < json_object_array_length(sum); i++)
        n += items_at(input, json_object_get_string(json_object_array_get_idx(sum, i)));
    return n;
}

void flow_lint_limits(struct json_object *limits, struct json_object *input, const char *where,
                      const char *action, struct flow_problems *problems)
{
    if (!json_object_is_type(limits, json_type_array))
        return;
    for (size_t i = 0; i < json_object_array_length(limits); i++) {
        struct json_object *limit = json_object_array_get_idx(limits, i);
        const char *what = NULL;
        size_t n = counted(limit, input, &what);
        long long most = (long long)json_object_get_int64(json_get(limit, "max"));
        if (n > (size_t)most) {
            struct host_error *problem = flow_problem(
                problems, where, "%zu %s, where %s takes %lld together", n, what, action, most);
            if (strcmp(what, "items") == 0)
                host_error_hint(problem, "for_each with \"by\" makes slices of a list");
        }
    }
}
