#include "flow_lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow_eval.h"
#include "flow_type.h"
#include "json_schema.h"
#include "json_text.h"
#include "memory.h"
#include "suggest.h"

#define DEEPEST 32

/* A step under inspection. */
struct lint {
    struct flow_place place;
    const char *where;
    struct flow_problems *problems;
    size_t references; /* of the value that was looked at last */
};

static char *below(const char *where, const char *key)
{
    char escaped[256];
    size_t len = 0;
    for (; *key && len + 3 < sizeof(escaped); key++) {
        if (*key == '~' || *key == '/') {
            escaped[len++] = '~';
            escaped[len++] = *key == '~' ? '0' : '1';
        } else {
            escaped[len++] = *key;
        }
    }
    escaped[len] = '\0';
    return host_format("%s/%s", where, escaped);
}

/* ------------------------------------------------------------------ references */

static bool type_at(struct lint *lint, const char *pointer, struct flow_type *ret)
{
    char part[128];
    struct json_object *in = NULL;
    if (flow_type_at(&lint->place, pointer, ret, part, sizeof(part), &in))
        return true;
    struct host_error *problem = flow_problem(lint->problems, lint->where,
                                              "%s: nothing is called \"%s\" there", pointer, part);
    struct json_object *properties = json_get(in, "properties");
    const char *names[64];
    size_t n = 0;
    if (json_object_is_type(properties, json_type_object)) {
        json_object_object_foreach(properties, key, unused)
        {
            (void)unused;
            if (n < sizeof(names) / sizeof(names[0]))
                names[n++] = key;
        }
        suggest_hint(part, names, n, problem->hint, sizeof(problem->hint));
    }
    return false;
}

static void visit(void *ctx, const char *pointer)
{
    struct lint *lint = ctx;
    struct flow_type unused;
    lint->references++;
    (void)type_at(lint, pointer, &unused);
}

static void count(void *ctx, const char *pointer)
{
    (void)pointer;
    ++*(size_t *)ctx;
}

static bool is_literal(struct json_object *value)
{
    size_t references = 0;
    flow_each_pointer(value, count, &references);
    return references == 0;
}

static void check_reference(struct lint *lint, const struct flow_type *wanted, const char *pointer,
                            const char *where)
{
    struct flow_type given;
    char why[256] = "";
    lint->where = where;
    if (type_at(lint, pointer, &given) && !flow_type_fits(wanted, &given, why, sizeof(why)))
        flow_problem(lint->problems, where, "%s does not fit: %s", pointer, why);
}

/* A text that is one reference and nothing else keeps what the value means; any other is a text. */
static bool is_one_reference(const char *text, char *ret_pointer, size_t size)
{
    size_t len = strlen(text);
    if (strncmp(text, "${", 2) != 0 || strchr(text, '}') != text + len - 1 || len - 3 >= size)
        return false;
    memcpy(ret_pointer, text + 2, len - 3);
    ret_pointer[len - 3] = '\0';
    return true;
}

/* ------------------------------------------------------------------ values */

static void check_literal(struct lint *lint, const struct flow_type *wanted,
                          struct json_object *value, const char *where)
{
    struct json_object *schema = json_object_new_object(), *all = json_object_new_array();
    struct schema_fault fault;
    json_object_array_add(all, json_object_get(wanted->node));
    json_object_object_add(schema, "allOf", all);
    struct json_object *defs = json_get(wanted->root, "$defs");
    if (defs)
        json_object_object_add(schema, "$defs", json_object_get(defs));
    if (!json_schema_validate(schema, value, &fault)) {
        char *at = host_format("%s%s", where, fault.where);
        flow_problem(lint->problems, at, "%s", fault.what);
        free(at);
    }
    json_object_put(schema);
}

static void check_value(struct lint *lint, const struct flow_type *wanted,
                        struct json_object *value, const char *where, int depth);

static void check_list(struct lint *lint, const struct flow_type *wanted, struct json_object *value,
                       const char *where, int depth)
{
    struct json_object *items = json_get(wanted->node, "items");
    struct json_object *most = json_get(wanted->node, "maxItems");
    size_t n = json_object_array_length(value);
    if (most && n > (size_t)json_object_get_int64(most))
        flow_problem(lint->problems, where, "%zu items, where %lld are the most", n,
                     (long long)json_object_get_int64(most));
    for (size_t i = 0; items && i < n; i++) {
        struct flow_type inner = {wanted->root, items, 0};
        char *at = host_format("%s/%zu", where, i);
        check_value(lint, &inner, json_object_array_get_idx(value, i), at, depth + 1);
        free(at);
    }
}

static void check_members(struct lint *lint, const struct flow_type *wanted,
                          struct json_object *value, const char *where, int depth)
{
    struct json_object *properties = json_get(wanted->node, "properties");
    struct json_object *more = json_get(wanted->node, "additionalProperties");
    struct json_object *required = json_get(wanted->node, "required");
    bool closed = json_object_is_type(more, json_type_boolean) && !json_object_get_boolean(more);
    if (!json_object_is_type(properties, json_type_object))
        return;
    json_object_object_foreach(value, key, member)
    {
        struct flow_type inner = {wanted->root, json_get(properties, key), 0};
        char *at = below(where, key);
        if (inner.node)
            check_value(lint, &inner, member, at, depth + 1);
        else if (closed)
            flow_problem(lint->problems, at, "there is no \"%s\" here", key);
        free(at);
    }
    for (size_t i = 0; required && i < json_object_array_length(required); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));
        if (!json_object_object_get_ex(value, name, NULL))
            flow_problem(lint->problems, where, "\"%s\" is missing", name);
    }
}

/* The alternative that takes values of that JSON type. */
static bool choose(struct lint *lint, const struct flow_type *wanted, const char *json_type,
                   const char *where, struct flow_type *ret)
{
    struct flow_type alternatives[FLOW_TYPE_MAX];
    const char *semantic[FLOW_TYPE_MAX];
    char names[64];
    size_t n = flow_type_expand(wanted, alternatives, semantic);
    for (size_t i = 0; i < n; i++)
        if (flow_type_has(&alternatives[i], json_type)) {
            *ret = alternatives[i];
            return true;
        }
    if (n > 0)
        flow_problem(lint->problems, where, "it is of type %s, where %s belongs", json_type,
                     flow_type_names(&alternatives[0], names, sizeof(names)));
    return false;
}

static void check_text(struct lint *lint, const struct flow_type *wanted, const char *text,
                       const char *where)
{
    char pointer[256];
    struct flow_type chosen;
    struct json_object *value = json_object_new_string(text);
    lint->where = where;
    if (choose(lint, wanted, "string", where, &chosen)) {
        if (is_one_reference(text, pointer, sizeof(pointer)))
            check_reference(lint, wanted, pointer, where);
        else
            flow_each_pointer(value, visit, lint);
    }
    json_object_put(value);
}

static void check_value(struct lint *lint, const struct flow_type *wanted,
                        struct json_object *value, const char *where, int depth)
{
    struct flow_type chosen;
    if (depth > DEEPEST)
        return;
    if (is_literal(value)) {
        check_literal(lint, wanted, value, where);
    } else if (flow_is_ref(value)) {
        struct json_object *pointers = json_get(value, "$ref");
        size_t n =
            json_object_is_type(pointers, json_type_array) ? json_object_array_length(pointers) : 1;
        for (size_t i = 0; i < n; i++) {
            struct json_object *one = json_object_is_type(pointers, json_type_array)
                                          ? json_object_array_get_idx(pointers, i)
                                          : pointers;
            check_reference(lint, wanted, json_object_get_string(one), where);
        }
    } else if (json_object_is_type(value, json_type_string)) {
        check_text(lint, wanted, json_object_get_string(value), where);
    } else if (json_object_is_type(value, json_type_array)) {
        if (choose(lint, wanted, "array", where, &chosen))
            check_list(lint, &chosen, value, where, depth);
    } else if (choose(lint, wanted, "object", where, &chosen)) {
        check_members(lint, &chosen, value, where, depth);
    }
}

/* ------------------------------------------------------------------ steps */

static void check_input(struct lint *lint, const struct flow_step *step, const char *where)
{
    const struct action *action = actions_find(lint->place.actions, step->doing, NULL);
    struct json_object *properties = json_get(action->input_schema, "properties");
    if (!step->input || flow_is_ref(step->input))
        return;
    json_object_object_foreach(step->input, key, value)
    {
        struct flow_type wanted = {action->input_schema, json_get(properties, key), 0};
        char *at = below(where, key);
        if (wanted.node)
            check_value(lint, &wanted, value, at, 0);
        free(at);
    }
    flow_lint_limits(json_get(action->meta, "limits"), step->input, where, step->doing,
                     lint->problems);
}

static void check_for_each(struct lint *lint, struct json_object *list)
{
    struct flow_type given, any_list = {NULL, NULL, 0};
    char why[256];
    struct json_object *pointer = json_get(list, "$ref");
    if (!flow_is_ref(list) || !json_object_is_type(pointer, json_type_string)) {
        flow_each_pointer(list, visit, lint);
        return;
    }
    any_list.node = json_tokener_parse("{\"type\":\"array\"}");
    if (type_at(lint, json_object_get_string(pointer), &given) &&
        !flow_type_fits(&any_list, &given, why, sizeof(why)))
        flow_problem(lint->problems, lint->where, "for_each takes a list; %s: %s",
                     json_object_get_string(pointer), why);
    json_object_put(any_list.node);
}

static void check_step(struct lint *lint, size_t i)
{
    const struct flow_step *step = &lint->place.flow->steps[i];
    char where[64];
    lint->where = where;
    lint->place.step = i;
    lint->place.own = lint->place.looping = false;
    snprintf(where, sizeof(where), "/steps/%zu/if", i);
    flow_each_condition_pointer(step->condition, visit, lint);
    snprintf(where, sizeof(where), "/steps/%zu/for_each", i);
    if (step->for_each)
        check_for_each(lint, step->for_each);
    lint->place.looping = step->for_each != NULL;
    snprintf(where, sizeof(where), "/steps/%zu/%s", i,
             step->kind == FLOW_ACTION ? "input" : step->doing);
    if (step->kind == FLOW_ACTION)
        check_input(lint, step, where);
    else if (step->kind == FLOW_REQUIRE)
        flow_each_condition_pointer(json_get(step->input, "condition"), visit, lint);
    else
        flow_each_pointer(step->input, visit, lint);
    lint->where = where;
    lint->place.own = true;
    snprintf(where, sizeof(where), "/steps/%zu/until", i);
    flow_each_condition_pointer(step->until, visit, lint);
    lint->place.looping = false;
    snprintf(where, sizeof(where), "/steps/%zu/say", i);
    if (step->say) {
        struct json_object *say = json_object_new_string(step->say);
        flow_each_pointer(say, visit, lint);
        json_object_put(say);
    }
}

bool flow_lint(const struct flow *flow, const struct actions *actions,
               struct flow_problems *problems)
{
    struct lint lint = {{flow, actions, NULL, 0, false, false}, "", problems, 0};
    if (!flow_check(flow, actions, problems))
        return false;
    lint.place.builtin = flow_type_builtin();
    for (size_t i = 0; i < flow->n_steps; i++)
        check_step(&lint, i);
    json_object_put(lint.place.builtin);
    return problems->n == 0;
}
