/* What can be known of a flow before it starts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "flow_eval.h"
#include "flow_pointer.h"
#include "json_text.h"
#include "memory.h"
#include "schema_required.h"
#include "suggest.h"

/* Where a pointer stands, and what it may refer to. */
struct place {
    const struct flow *flow;
    size_t step;
    bool own;     /* the step's own result is there already: until, say */
    bool looping; /* the item of for_each is there */
    const char *where;
    struct flow_problems *problems;
};

static void unknown_step(const struct place *place, const char *pointer, const char *id)
{
    const struct flow *flow = place->flow;
    const char **earlier = host_alloc((place->step + 1) * sizeof(*earlier));
    for (size_t i = 0; i < place->step; i++)
        earlier[i] = flow->steps[i].id;
    bool ahead = false;
    for (size_t i = place->step; i < flow->n_steps; i++)
        ahead = ahead || strcmp(flow->steps[i].id, id) == 0;
    struct host_error *problem =
        ahead ? flow_problem(place->problems, place->where,
                             "%s: the step \"%s\" has no result yet at this point", pointer, id)
              : flow_problem(place->problems, place->where, "%s: no step is called \"%s\"", pointer,
                             id);
    if (!ahead)
        suggest_hint(id, earlier, place->step, problem->hint, sizeof(problem->hint));
    free((void *)earlier);
}

static void check_step_pointer(const struct place *place, const char *pointer)
{
    char id[128];
    if (!pointer_part(pointer, 1, id, sizeof(id))) {
        flow_problem(place->problems, place->where, "%s: which step?", pointer);
        return;
    }
    size_t end = place->own ? place->step + 1 : place->step;
    for (size_t i = 0; i < end; i++)
        if (strcmp(place->flow->steps[i].id, id) == 0)
            return;
    unknown_step(place, pointer, id);
}

static void check_pointer(void *ctx, const char *pointer)
{
    const struct place *place = ctx;
    const struct flow_step *step = &place->flow->steps[place->step];
    const char *roots[] = {"trigger", "steps", "flow", step->as, "index"};
    size_t n_roots = place->looping ? 5 : 3;
    char root[128] = "";
    if (pointer[0] != '/' || !pointer_part(pointer, 0, root, sizeof(root))) {
        flow_problem(place->problems, place->where, "\"%s\" is no JSON Pointer", pointer);
        return;
    }
    if (strcmp(root, "steps") == 0) {
        check_step_pointer(place, pointer);
        return;
    }
    for (size_t i = 0; i < n_roots; i++)
        if (strcmp(roots[i], root) == 0)
            return;
    struct host_error *problem =
        flow_problem(place->problems, place->where, "%s: there is no \"%s\" here", pointer, root);
    suggest_hint(root, roots, n_roots, problem->hint, sizeof(problem->hint));
    if (!problem->hint[0])
        host_error_hint(problem, "pointers begin with /trigger, /steps or /flow, in for_each also "
                                 "with the item's name");
}

static void check_condition(struct place place, struct json_object *condition, const char *where)
{
    struct host_error err;
    bool holds;
    struct json_object *nothing = json_object_new_object();
    place.where = where;
    if (!flow_test(nothing, condition, &holds, &err)) {
        struct host_error *problem =
            flow_problem(place.problems, where, "%s: %s", err.where, err.message);
        host_error_hint(problem, "%s", err.hint);
    }
    json_object_put(nothing);
    flow_each_condition_pointer(condition, check_pointer, &place);
}

static void check_pointers(const struct flow *flow, size_t i, struct flow_problems *problems)
{
    const struct flow_step *step = &flow->steps[i];
    char where[64];
    struct place place = {flow, i, false, false, where, problems};
    snprintf(where, sizeof(where), "/steps/%zu/if", i);
    if (step->condition)
        check_condition(place, step->condition, where);
    snprintf(where, sizeof(where), "/steps/%zu/for_each", i);
    if (step->for_each)
        flow_each_pointer(step->for_each, check_pointer, &place);
    place.looping = step->for_each != NULL;
    snprintf(where, sizeof(where), "/steps/%zu/%s", i,
             step->kind == FLOW_ACTION ? "input" : step->doing);
    if (step->kind == FLOW_REQUIRE)
        check_condition(place, json_get(step->input, "condition"), where);
    else
        flow_each_pointer(step->input, check_pointer, &place);
    place.own = true;
    snprintf(where, sizeof(where), "/steps/%zu/until", i);
    if (step->until)
        check_condition(place, step->until, where);
    place.looping = false;
    snprintf(where, sizeof(where), "/steps/%zu/say", i);
    if (step->say) {
        struct json_object *say = json_object_new_string(step->say);
        flow_each_pointer(say, check_pointer, &place);
        json_object_put(say);
    }
}

static void check_required(const struct flow_step *step, struct json_object *schema,
                           const char *where, struct flow_problems *problems)
{
    const char *name;
    for (size_t i = 0; (name = schema_required(schema, step->input, i)) != NULL; i++)
        if (!step->input || !json_object_object_get_ex(step->input, name, NULL))
            flow_problem(problems, where, "%s wants \"%s\"", step->doing, name);
}

static void check_names(const struct flow_step *step, struct json_object *schema, const char *where,
                        struct flow_problems *problems)
{
    struct json_object *properties = json_get(schema, "properties");
    struct json_object *more = json_get(schema, "additionalProperties");
    if (!json_object_is_type(properties, json_type_object) ||
        !json_object_is_type(more, json_type_boolean) || json_object_get_boolean(more))
        return;
    size_t n = 0;
    const char **names = host_alloc((size_t)json_object_object_length(properties) * sizeof(*names));
    json_object_object_foreach(properties, property, unused)
    {
        (void)unused;
        names[n++] = property;
    }
    json_object_object_foreach(step->input, key, value)
    {
        (void)value;
        if (json_object_object_get_ex(properties, key, NULL))
            continue;
        struct host_error *problem =
            flow_problem(problems, where, "%s has no input \"%s\"", step->doing, key);
        suggest_hint(key, names, n, problem->hint, sizeof(problem->hint));
    }
    free((void *)names);
}

static void check_action(const struct flow_step *step, size_t i, const struct actions *actions,
                         struct flow_problems *problems)
{
    char where[64];
    struct host_error err;
    const struct action *action = actions_find(actions, step->doing, &err);
    if (!action) {
        snprintf(where, sizeof(where), "/steps/%zu/action", i);
        struct host_error *problem = flow_problem(problems, where, "%s", err.message);
        problem->status = SOAR_NOT_FOUND;
        host_error_hint(problem, "%s", err.hint);
        return;
    }
    if (flow_is_ref(step->input))
        return;
    snprintf(where, sizeof(where), "/steps/%zu/input", i);
    check_required(step, action->input_schema, where, problems);
    if (step->input)
        check_names(step, action->input_schema, where, problems);
}

bool flow_check(const struct flow *flow, const struct actions *actions,
                struct flow_problems *problems)
{
    size_t before = problems->n;
    for (size_t i = 0; i < flow->n_steps; i++) {
        if (flow->steps[i].kind == FLOW_ACTION)
            check_action(&flow->steps[i], i, actions, problems);
        check_pointers(flow, i, problems);
    }
    return problems->n == before;
}
