/* Conditions of flow_eval.h. */
#include <string.h>

#include "flow_eval.h"
#include "flow_pointer.h"
#include "json_text.h"

/* Deeper conditions than this are refused; nobody can read them. */
#define DEEPEST 16

static bool is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_int) ||
           json_object_is_type(value, json_type_double);
}

static bool refused(struct host_error *err, const char *where, const char *message)
{
    host_error_set(err, SOAR_INVALID_ARGUMENT, "%s", message);
    host_error_where(err, "%s", where);
    host_error_hint(err, "a condition is one of exists, equals, greater, not, all, any");
    return false;
}

static bool exists(struct json_object *context, struct json_object *operand, bool *ret_holds,
                   struct host_error *err)
{
    struct json_object *value = NULL;
    const char *pointer = NULL;
    if (flow_is_ref(operand))
        operand = json_get(operand, "$ref");
    if (json_object_is_type(operand, json_type_string))
        pointer = json_object_get_string(operand);
    if (!pointer)
        return refused(err, "exists", "exists takes one pointer");
    *ret_holds = pointer_get(context, pointer, &value) && value;
    return true;
}

static bool is_greater(struct json_object *a, struct json_object *b)
{
    if (json_object_is_type(a, json_type_int) && json_object_is_type(b, json_type_int))
        return json_object_get_int64(a) > json_object_get_int64(b);
    if (is_number(a) && is_number(b))
        return json_object_get_double(a) > json_object_get_double(b);
    if (json_object_is_type(a, json_type_string) && json_object_is_type(b, json_type_string))
        return strcmp(json_object_get_string(a), json_object_get_string(b)) > 0;
    return false;
}

static bool is_equal(struct json_object *a, struct json_object *b)
{
    if (is_number(a) && is_number(b) && json_object_get_type(a) != json_object_get_type(b)) {
        double x = json_object_get_double(a), y = json_object_get_double(b);
        return !(x < y) && !(x > y);
    }
    return json_object_equal(a, b);
}

static bool compare(struct json_object *context, const char *name, struct json_object *operands,
                    bool *ret_holds, struct host_error *err)
{
    struct json_object *a = NULL, *b = NULL;
    struct host_error missing;
    if (!json_object_is_type(operands, json_type_array) || json_object_array_length(operands) != 2)
        return refused(err, name, "it takes a list of two values");
    bool there = flow_value(context, json_object_array_get_idx(operands, 0), &a, &missing) &&
                 flow_value(context, json_object_array_get_idx(operands, 1), &b, &missing);
    *ret_holds = there && (strcmp(name, "equals") == 0 ? is_equal(a, b) : is_greater(a, b));
    json_object_put(a);
    json_object_put(b);
    return true;
}

static bool test(struct json_object *context, struct json_object *condition, int depth,
                 bool *ret_holds, struct host_error *err);

static bool combine(struct json_object *context, bool all, struct json_object *list, int depth,
                    bool *ret_holds, struct host_error *err)
{
    if (!json_object_is_type(list, json_type_array))
        return refused(err, all ? "all" : "any", "it takes a list of conditions");
    bool result = all;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        bool one = false;
        if (!test(context, json_object_array_get_idx(list, i), depth + 1, &one, err))
            return false;
        result = all ? result && one : result || one;
    }
    *ret_holds = result;
    return true;
}

static bool test(struct json_object *context, struct json_object *condition, int depth,
                 bool *ret_holds, struct host_error *err)
{
    if (depth > DEEPEST)
        return refused(err, "condition", "the condition is nested too deeply");
    if (!json_object_is_type(condition, json_type_object) ||
        json_object_object_length(condition) != 1)
        return refused(err, "condition", "a condition is an object with one member");
    struct json_object_iterator it = json_object_iter_begin(condition);
    const char *name = json_object_iter_peek_name(&it);
    struct json_object *operand = json_object_iter_peek_value(&it);
    if (strcmp(name, "exists") == 0)
        return exists(context, operand, ret_holds, err);
    if (strcmp(name, "equals") == 0 || strcmp(name, "greater") == 0)
        return compare(context, name, operand, ret_holds, err);
    if (strcmp(name, "all") == 0 || strcmp(name, "any") == 0)
        return combine(context, name[1] == 'l', operand, depth, ret_holds, err);
    if (strcmp(name, "not") == 0) {
        bool inner = false;
        if (!test(context, operand, depth + 1, &inner, err))
            return false;
        *ret_holds = !inner;
        return true;
    }
    return refused(err, name, "no such condition");
}

bool flow_test(struct json_object *context, struct json_object *condition, bool *ret_holds,
               struct host_error *err)
{
    return test(context, condition, 0, ret_holds, err);
}

static void each(struct json_object *condition, void (*visit)(void *, const char *), void *ctx,
                 int depth)
{
    if (!json_object_is_type(condition, json_type_object) || depth > DEEPEST)
        return;
    json_object_object_foreach(condition, name, operand)
    {
        if (strcmp(name, "exists") == 0) {
            if (flow_is_ref(operand))
                flow_each_pointer(operand, visit, ctx);
            else if (json_object_is_type(operand, json_type_string))
                visit(ctx, json_object_get_string(operand));
        } else if (strcmp(name, "equals") == 0 || strcmp(name, "greater") == 0) {
            flow_each_pointer(operand, visit, ctx);
        } else if (json_object_is_type(operand, json_type_array)) {
            for (size_t i = 0; i < json_object_array_length(operand); i++)
                each(json_object_array_get_idx(operand, i), visit, ctx, depth + 1);
        } else {
            each(operand, visit, ctx, depth + 1);
        }
    }
}

void flow_each_condition_pointer(struct json_object *condition,
                                 void (*visit)(void *ctx, const char *pointer), void *ctx)
{
    each(condition, visit, ctx, 0);
}
