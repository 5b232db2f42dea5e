/* The form of a flow: flow_from_json and the list of problems. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "json_text.h"
#include "memory.h"
#include "suggest.h"

#define EVERY_MS_DEFAULT 1000
#define EVERY_MS_MOST 3600000
#define MAX_DEFAULT 60
#define MAX_MOST 100000
#define BY_MOST 100000

static const char *const flow_keys[] = {"name", "description", "trigger", "steps"};
static const char *const step_keys[] = {
    "id",    "title",    "action", "input",         "if",         "for_each", "by", "as",
    "until", "on_error", "say",    "compare_files", "write_file", "require"};
static const char *const until_keys[] = {"condition", "every_ms", "max"};
static const char *const builtins[] = {"action", "compare_files", "write_file", "require"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct host_error *flow_problem(struct flow_problems *problems, const char *where,
                                const char *format, ...)
{
    va_list args;
    problems->items = host_realloc(problems->items, (problems->n + 1) * sizeof(*problems->items));
    struct host_error *problem = &problems->items[problems->n++];
    char message[sizeof(problem->message)];
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    host_error_set(problem, SOAR_INVALID_ARGUMENT, "%s", message);
    host_error_where(problem, "%s", where);
    return problem;
}

void flow_problems_done(struct flow_problems *problems)
{
    free(problems->items);
    memset(problems, 0, sizeof(*problems));
}

static void check_keys(struct json_object *object, const char *where, const char *const *known,
                       size_t n, struct flow_problems *problems)
{
    json_object_object_foreach(object, key, value)
    {
        (void)value;
        bool found = false;
        for (size_t i = 0; i < n && !found; i++)
            found = strcmp(known[i], key) == 0;
        if (found)
            continue;
        struct host_error *problem = flow_problem(problems, where, "unknown key \"%s\"", key);
        suggest_hint(key, known, n, problem->hint, sizeof(problem->hint));
    }
}

static bool is_id(const char *id)
{
    return id && id[0] >= 'a' && id[0] <= 'z' &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(id);
}

static const char *read_text(struct json_object *object, const char *key, const char *where,
                             struct flow_problems *problems)
{
    struct json_object *value = json_get(object, key);
    if (value && !json_object_is_type(value, json_type_string))
        flow_problem(problems, where, "\"%s\" must be a string", key);
    return json_get_text(object, key);
}

static uint64_t read_count(struct json_object *object, const char *key, const char *where,
                           uint64_t otherwise, uint64_t most, struct flow_problems *problems)
{
    struct json_object *value = json_get(object, key);
    if (!value)
        return otherwise;
    int64_t n = json_object_get_int64(value);
    if (!json_object_is_type(value, json_type_int) || n < 1 || (uint64_t)n > most) {
        flow_problem(problems, where, "\"%s\" must be an integer from 1 to %llu", key,
                     (unsigned long long)most);
        return otherwise;
    }
    return (uint64_t)n;
}

static void read_kind(struct json_object *object, const char *where, struct flow_step *step,
                      struct flow_problems *problems)
{
    size_t found = 0;
    for (size_t i = 0; i < COUNT(builtins); i++) {
        if (!json_get(object, builtins[i]))
            continue;
        found++;
        step->kind = (enum flow_kind)i;
        step->doing = builtins[i];
        step->input = json_get(object, builtins[i]);
    }
    if (found != 1)
        flow_problem(problems, where,
                     "a step has exactly one of action, compare_files, write_file, require");
    if (step->kind != FLOW_ACTION)
        return;
    step->doing = read_text(object, "action", where, problems);
    step->input = json_get(object, "input");
    if (step->input && !json_object_is_type(step->input, json_type_object))
        flow_problem(problems, where, "\"input\" must be an object");
}

static void check_operands(const struct flow_step *step, const char *where,
                           struct flow_problems *problems)
{
    struct json_object *input = step->input;
    bool list = json_object_is_type(input, json_type_array);
    if (step->kind == FLOW_COMPARE_FILES && (!list || json_object_array_length(input) != 2))
        flow_problem(problems, where, "\"compare_files\" takes a list of two paths");
    if (step->kind == FLOW_WRITE_FILE && (!json_get(input, "path") || !json_get(input, "text")))
        flow_problem(problems, where, "\"write_file\" takes {\"path\", \"text\"}");
    if (step->kind == FLOW_REQUIRE && !json_get(input, "condition"))
        flow_problem(problems, where, "\"require\" takes {\"condition\", \"message\"}");
}

static void read_until(struct json_object *object, const char *where, struct flow_step *step,
                       struct flow_problems *problems)
{
    struct json_object *until = json_get(object, "until");
    if (!until)
        return;
    step->until = json_get(until, "condition");
    if (!step->until) {
        flow_problem(problems, where, "\"until\" takes {\"condition\", \"every_ms\", \"max\"}");
        return;
    }
    check_keys(until, where, until_keys, COUNT(until_keys), problems);
    step->until_every_ms =
        read_count(until, "every_ms", where, EVERY_MS_DEFAULT, EVERY_MS_MOST, problems);
    step->until_max = read_count(until, "max", where, MAX_DEFAULT, MAX_MOST, problems);
    if (step->kind != FLOW_ACTION)
        flow_problem(problems, where, "\"until\" goes with an action");
}

static void read_step(struct json_object *object, const char *where, struct flow_step *step,
                      struct flow_problems *problems)
{
    check_keys(object, where, step_keys, COUNT(step_keys), problems);
    step->id = read_text(object, "id", where, problems);
    step->title = read_text(object, "title", where, problems);
    step->say = read_text(object, "say", where, problems);
    step->as = read_text(object, "as", where, problems);
    step->condition = json_get(object, "if");
    step->for_each = json_get(object, "for_each");
    step->by = (size_t)read_count(object, "by", where, 0, BY_MOST, problems);
    if (step->by > 0 && !step->for_each)
        flow_problem(problems, where, "\"by\" goes with for_each");
    read_kind(object, where, step, problems);
    check_operands(step, where, problems);
    read_until(object, where, step, problems);
    const char *on_error = read_text(object, "on_error", where, problems);
    step->go_on = on_error && strcmp(on_error, "continue") == 0;
    if (on_error && !step->go_on && strcmp(on_error, "stop") != 0)
        flow_problem(problems, where, "\"on_error\" is \"stop\" or \"continue\"");
    if (!is_id(step->id))
        flow_problem(problems, where, "\"id\" must be a name of a-z, 0-9 and _");
    if (!step->title)
        step->title = step->id ? step->id : "";
    if (!step->as)
        step->as = "item";
    else if (!is_id(step->as) || strcmp(step->as, "steps") == 0 ||
             strcmp(step->as, "trigger") == 0 || strcmp(step->as, "flow") == 0)
        flow_problem(problems, where, "\"as\" must be a name of its own");
}

static void check_unique(const struct flow *flow, size_t at, const char *where,
                         struct flow_problems *problems)
{
    for (size_t i = 0; i < at; i++)
        if (flow->steps[at].id && flow->steps[i].id &&
            strcmp(flow->steps[i].id, flow->steps[at].id) == 0)
            flow_problem(problems, where, "two steps are called \"%s\"", flow->steps[at].id);
}

bool flow_from_json(struct json_object *document, struct flow *ret, struct flow_problems *problems)
{
    struct flow flow = {.document = document};
    struct json_object *steps = json_get(document, "steps");
    if (!json_object_is_type(document, json_type_object))
        flow_problem(problems, "", "a flow is a JSON object");
    else
        check_keys(document, "", flow_keys, COUNT(flow_keys), problems);
    flow.name = read_text(document, "name", "", problems);
    flow.description = read_text(document, "description", "", problems);
    flow.trigger = json_get(document, "trigger");
    if (!flow.name)
        flow_problem(problems, "/name", "a flow has a name");
    if (!json_object_is_type(steps, json_type_array) || json_object_array_length(steps) == 0) {
        flow_problem(problems, "/steps", "a flow has a list of steps, at least one");
    } else {
        flow.n_steps = json_object_array_length(steps);
        flow.steps = host_alloc(flow.n_steps * sizeof(*flow.steps));
    }
    for (size_t i = 0; i < flow.n_steps; i++) {
        char where[32];
        struct json_object *step = json_object_array_get_idx(steps, i);
        snprintf(where, sizeof(where), "/steps/%zu", i);
        if (!json_object_is_type(step, json_type_object)) {
            flow_problem(problems, where, "a step is an object");
            continue;
        }
        read_step(step, where, &flow.steps[i], problems);
        check_unique(&flow, i, where, problems);
    }
    if (problems->n == 0) {
        *ret = flow;
        return true;
    }
    flow_done(&flow);
    return false;
}

void flow_done(struct flow *flow)
{
    free(flow->steps);
    json_object_put(flow->document);
    memset(flow, 0, sizeof(*flow));
}
