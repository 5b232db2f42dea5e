/* Calls: names and inputs that are wrong, and examples that are right. */
#include <stdlib.h>
#include <string.h>

#include "check_world.h"
#include "json_schema.h"
#include "json_text.h"
#include "memory.h"

#define FUZZ_ROUNDS 300
#define CALL_MS 10000

static void expect(struct check_run *run, struct check_world *world, const soar_call *call,
                   soar_status wanted, const char *what)
{
    soar_status status = check_invoke(run, world, call, what, NULL);
    if (status != wanted)
        check_fail(run, "%.160s: %s instead of %s", what, host_status_name(status),
                   host_status_name(wanted));
}

/* ------------------------------------------------------------------ handles and arguments */

static void handles(struct check_run *run)
{
    struct check_world world;
    soar_call call;
    soar_result result = {.struct_size = sizeof(result)};
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &call))
        return;
    soar_plugin *second = NULL;
    if (!check_world_init(run, &world, NULL, &second))
        return;
    if (second == world.plugin)
        check_fail(run, "two calls of soar_init gave the same handle");
    if (world.api.shutdown(second, SOAR_NO_TIMEOUT) != SOAR_OK)
        check_fail(run, "soar_shutdown of an idle instance fails");
    soar_plugin *const bad[] = {NULL, second, (soar_plugin *)(uintptr_t)0x1,
                                (soar_plugin *)(uintptr_t)0x7fffdeadbee8};
    static const char *const names[] = {"NULL", "a handle that was shut down", "the handle 0x1",
                                        "a handle that was never given out"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (bad[i] == world.plugin)
            continue;
        soar_status invoked = world.api.invoke(bad[i], &call, &result);
        check_result(run, invoked, &result, names[i], NULL);
        world.api.release(&result);
        soar_status cancelled = world.api.cancel(bad[i], 1);
        soar_status closed = world.api.shutdown(bad[i], 0);
        if (invoked != SOAR_INVALID_ARGUMENT || cancelled != SOAR_INVALID_ARGUMENT ||
            closed != SOAR_INVALID_ARGUMENT)
            check_fail(run,
                       "%s: soar_invoke %s, soar_cancel %s, soar_shutdown %s instead of "
                       "INVALID_ARGUMENT",
                       names[i], host_status_name(invoked), host_status_name(cancelled),
                       host_status_name(closed));
    }
    check_invoke(run, &world, &call, "the other instance afterwards", NULL);
}

static void arguments(struct check_run *run)
{
    struct check_world world;
    soar_call call;
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &call))
        return;
    if (world.api.init(NULL, run->input->config, run->input->config_len, NULL, NULL, NULL) !=
            SOAR_INVALID_ARGUMENT ||
        world.api.init(NULL, NULL, 1, &world.plugin, NULL, NULL) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "soar_init takes a NULL argument");
    if (world.api.invoke(world.plugin, &call, NULL) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "soar_invoke takes NULL for the result");
    expect(run, &world, NULL, SOAR_INVALID_ARGUMENT, "a call of NULL");
    if (world.api.cancel(world.plugin, 0) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "soar_cancel takes the id 0");
    soar_call bad = call;
    bad.flags |= 1u << 31;
    expect(run, &world, &bad, SOAR_INVALID_ARGUMENT, "a call with an unknown flag");
    bad = call;
    bad.action = NULL;
    expect(run, &world, &bad, SOAR_INVALID_ARGUMENT, "a call without an action");
    bad = call;
    bad.input = NULL;
    bad.input_len = 2;
    expect(run, &world, &bad, SOAR_INVALID_ARGUMENT, "an input of NULL and two bytes");
}

/* ------------------------------------------------------------------ names */

static void expect_no_action(struct check_run *run, struct check_world *world, const char *name,
                             size_t len)
{
    soar_call call = check_call_of("", "{}", SOAR_CALL_DRY_RUN);
    char *what = host_format("the action \"%.*s\"", len < 100 ? (int)len : 100, name);
    call.action = name;
    call.action_len = len;
    expect(run, world, &call, SOAR_NOT_FOUND, what);
    free(what);
}

static void names(struct check_run *run)
{
    static const char *const suffixes[] = {"_", " ", "x", "\n", "/", ".so", "\xff", "%s"};
    struct check_world world;
    if (!check_world_open(run, &world))
        return;
    expect_no_action(run, &world, "", 0);
    expect_no_action(run, &world, "no_action_has_this_name", 23);
    for (size_t i = 0; i < world.actions.n; i++) {
        const char *name = world.actions.names[i];
        size_t len = strlen(name);
        const char *suffix = suffixes[check_random(run, sizeof(suffixes) / sizeof(suffixes[0]))];
        char *longer = host_format("%s%s", name, suffix);
        if (!actions_find(&world.actions, longer, NULL))
            expect_no_action(run, &world, longer, strlen(longer));
        free(longer);
        expect_no_action(run, &world, name, len + 1); /* the NUL is a byte of it */
        char *shorter = host_strndup(name, len - 1);
        if (!actions_find(&world.actions, shorter, NULL))
            expect_no_action(run, &world, name, len - 1);
        free(shorter);
    }
}

/* ------------------------------------------------------------------ inputs */

/* A good input, and then something: a reader that stops at the end of the object misses it. */
static void garbage_behind(struct check_run *run, struct check_world *world,
                           const struct action *action)
{
    static const char *const tails[] = {" x", "{}", ",", "]"};
    char *example = check_example(action, 0);
    for (size_t i = 0; example && i < sizeof(tails) / sizeof(tails[0]); i++) {
        char *input = host_format("%s%s", example, tails[i]);
        char *what = host_format("%s: its example with \"%s\" behind it", action->name, tails[i]);
        soar_call call = check_call_of(action->name, input, SOAR_CALL_DRY_RUN);
        expect(run, world, &call, SOAR_INVALID_ARGUMENT, what);
        free(what);
        free(input);
    }
    free(example);
}

static void bad_inputs(struct check_run *run)
{
    static const struct {
        const char *what, *text;
        size_t len;
    } table[] = {
        {"an input of no JSON", "no", 2},
        {"an input that is cut", "{\"a\":", 5},
        {"an input with garbage behind it", "{} x", 4},
        {"two inputs", "{}{}", 4},
        {"an input with a NUL behind it", "{}\0", 3},
        {"an input that is a list", "[]", 2},
        {"an input that is null", "null", 4},
        {"an input with a name that is not UTF-8", "{\"\xff\":1}", 7},
        {"an input with a member that no schema declares", "{\"~no such member~\":1}", 22},
    };
    struct check_world world;
    if (!check_world_open(run, &world))
        return;
    for (size_t i = 0; i < world.actions.n; i++) {
        const struct action *action = &world.actions.items[i];
        for (size_t j = 0; j < sizeof(table) / sizeof(table[0]); j++) {
            struct json_object *value = json_tokener_parse(table[j].text);
            struct schema_fault fault;
            bool declared = json_object_is_type(value, json_type_object) && j == 8 &&
                            json_schema_validate(action->input_schema, value, &fault);
            soar_call call = check_call_of(action->name, table[j].text, SOAR_CALL_DRY_RUN);
            char *what = host_format("%s: %s", action->name, table[j].what);
            call.input_len = table[j].len;
            if (!declared)
                expect(run, &world, &call, SOAR_INVALID_ARGUMENT, what);
            free(what);
            json_object_put(value);
        }
        garbage_behind(run, &world, action);
    }
}

/* The bytes of an example with a few of them changed, taken out or doubled. */
static size_t mutate(struct check_run *run, const char *text, char *ret, size_t size)
{
    size_t len = strlen(text) < size - 8 ? strlen(text) : size - 8;
    memcpy(ret, text, len);
    for (uint64_t n = 1 + check_random(run, 4); n > 0 && len > 0; n--) {
        size_t at = (size_t)check_random(run, len);
        switch (check_random(run, 3)) {
        case 0:
            ret[at] = (char)check_random(run, 256);
            break;
        case 1:
            memmove(ret + at, ret + at + 1, len - at - 1);
            len--;
            break;
        default:
            memmove(ret + at + 1, ret + at, len - at);
            len++;
        }
    }
    return len;
}

static void fuzzed_inputs(struct check_run *run)
{
    struct check_world world;
    char input[4096];
    if (!check_world_open(run, &world))
        return;
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
        const struct action *action = &world.actions.items[check_random(run, world.actions.n)];
        char *example = check_example(action, 0);
        size_t len = mutate(run, example ? example : "{}", input, sizeof(input));
        soar_call call = check_call_of(action->name, "", SOAR_CALL_DRY_RUN);
        struct json_object *value = NULL;
        struct schema_fault fault;
        struct host_error err;
        call.input = input;
        call.input_len = len;
        soar_status status = check_invoke(run, &world, &call, action->name, NULL);
        bool parsed = json_text_parse(input, len, "input", &value, &err);
        if (status == SOAR_OK && parsed &&
            !json_schema_validate(action->input_schema, value, &fault))
            check_fail(run, "%s takes an input that its schema refuses: %.200s (%s %s)",
                       action->name, input, fault.where, fault.what);
        json_object_put(value);
        free(example);
    }
}

/* ------------------------------------------------------------------ examples and outputs */

/* Whether an output example may really be carried out here. */
static bool may_run(const struct check_run *run, const struct action *action)
{
    return action->effect == EFFECT_READ || run->input->may_write;
}

static void call_example(struct check_run *run, struct check_world *world,
                         const struct action *action, const char *input, uint32_t flags,
                         size_t *ret_fine)
{
    struct json_object *document;
    struct schema_fault fault;
    soar_call call = check_call_of(action->name, input, flags);
    call.timeout_ms = CALL_MS;
    soar_status status = check_invoke(run, world, &call, action->name, &document);
    if (status == SOAR_INVALID_ARGUMENT && flags)
        check_fail(run, "%s: its own example is refused: %.300s", action->name,
                   document ? json_object_to_json_string(json_get(document, "error")) : "");
    if (document && !json_schema_validate(action->output_schema, document, &fault))
        check_fail(run, "%s: status %s: output%s %s", action->name, host_status_name(status),
                   fault.where, fault.what);
    *ret_fine += status == SOAR_OK;
    json_object_put(document);
}

static void each_example(struct check_run *run, bool really)
{
    struct check_world world;
    size_t n = 0, fine = 0;
    if (!check_world_open(run, &world))
        return;
    for (size_t i = 0; i < world.actions.n; i++) {
        const struct action *action = &world.actions.items[i];
        char *input;
        for (size_t j = 0; (input = check_example(action, j)) != NULL; j++) {
            if (!really || may_run(run, action)) {
                call_example(run, &world, action, input, really ? 0 : SOAR_CALL_DRY_RUN, &fine);
                n++;
            }
            free(input);
        }
    }
    if (n == 0)
        check_skip(run, really ? "no example reads only, and without --sandbox nothing is written"
                               : "no action has an example input");
    else
        check_note(run, "%zu calls, %zu of them OK", n, fine);
}

static void dry_runs(struct check_run *run)
{
    each_example(run, false);
}

static void outputs(struct check_run *run)
{
    each_example(run, true);
}

const struct check checks_calls[] = {
    {"calls.handles", "Handles that are none are refused, and instances are their own", handles,
     30},
    {"calls.arguments", "NULL arguments and unknown flags are refused", arguments, 30},
    {"calls.names", "A name with garbage behind it, or cut, is no action", names, 60},
    {"calls.bad_inputs", "What is no JSON object, or holds unknown members, is refused", bad_inputs,
     60},
    {"calls.fuzzed_inputs", "Damaged inputs are refused in good order", fuzzed_inputs, 60},
    {"calls.dry_runs",
     "The example of every action is accepted, and what comes fits its output schema", dry_runs,
     60},
    {"calls.outputs", "What really comes fits the output schema, success or not", outputs, 120},
    {NULL, NULL, NULL, 0},
};
