/*
 * The way of a flow through its steps: if, for_each, until, on_error, against a world that is made
 * of a list of answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "flow_exec.h"
#include "json_text.h"

static struct json_object *parsed(const char *text)
{
    struct json_object *value = NULL;
    struct host_error err = {0};
    if (!json_text_parse(text, strlen(text), "test", &value, &err))
        fail_msg("%s: %s in %s", err.where, err.message, text);
    return value;
}

/* A world whose n-th call gives the n-th answer, and that writes down what was asked of it. */
struct world {
    const char *answers[8]; /* documents; "ok": false in them means NOT_FOUND */
    size_t n_calls;
    char asked[1024]; /* "action input\n" of each call, "wait N\n", "skip ID\n", "say TEXT\n" */
    bool patience;
};

static void note(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void note(struct world *world, const char *format, ...)
{
    size_t used = strlen(world->asked);
    va_list args;
    va_start(args, format);
    vsnprintf(world->asked + used, sizeof(world->asked) - used, format, args);
    va_end(args);
}

static void answer(void *ctx, const char *action, struct json_object *input,
                   struct flow_result *ret)
{
    struct world *world = ctx;
    note(world, "%s %s\n", action,
         json_object_to_json_string_ext(input,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    const char *text = world->n_calls < 8 ? world->answers[world->n_calls] : NULL;
    world->n_calls++;
    ret->document = parsed(text ? text : "{\"ok\":true}");
    ret->status = json_get_bool(ret->document, "ok") ? SOAR_OK : SOAR_NOT_FOUND;
}

static bool wait_for(void *ctx, uint64_t ms)
{
    struct world *world = ctx;
    note(world, "wait %llu\n", (unsigned long long)ms);
    return world->patience;
}

static void ended(void *ctx, size_t index, const struct flow_step *step, soar_status status,
                  bool skipped, const char *said)
{
    (void)index;
    (void)status;
    if (skipped)
        note(ctx, "skip %s\n", step->id);
    if (said)
        note(ctx, "say %s\n", said);
}

static struct flow_summary carry_out(struct world *world, const char *text)
{
    const struct flow_world functions = {
        .ctx = world, .invoke = answer, .wait_ms = wait_for, .step_ended = ended};
    struct flow flow;
    struct flow_problems problems = {0};
    struct flow_summary summary;
    struct json_object *trigger = parsed("{\"list\":[\"x\",\"y\"]}");
    assert_true(flow_from_json(parsed(text), &flow, &problems));
    json_object_put(flow_exec(&flow, trigger, "/w", &functions, &summary));
    json_object_put(trigger);
    flow_done(&flow);
    return summary;
}

static void later_steps_get_what_earlier_ones_gave(void **state)
{
    (void)state;
    struct world world = {.answers = {"{\"ok\":true,\"resources\":[{\"id\":\"c1\"}]}"}};
    struct flow_summary summary =
        carry_out(&world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"one\","
                          "\"say\":\"got ${/steps/a/resources/0/id}\"},{\"id\":\"b\","
                          "\"action\":\"two\",\"input\":{\"id\":{\"$ref\":"
                          "\"/steps/a/resources/0/id\"},\"dir\":\"${/flow/workdir}\"}}]}");
    assert_string_equal(world.asked, "one {}\nsay got c1\ntwo {\"id\":\"c1\",\"dir\":\"/w\"}\n");
    assert_int_equal(summary.status, SOAR_OK);
    assert_int_equal(summary.done, 2);
}

static void a_step_whose_condition_does_not_hold_is_skipped(void **state)
{
    (void)state;
    struct world world = {.answers = {"{\"ok\":true,\"resources\":[]}"}};
    struct flow_summary summary = carry_out(
        &world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"find\"},"
                "{\"id\":\"b\",\"action\":\"use\",\"if\":{\"exists\":\"/steps/a/resources/0\"}},"
                "{\"id\":\"c\",\"action\":\"make\",\"if\":{\"not\":{\"exists\":\"/steps/b/"
                "resources\"}}}]}");
    assert_string_equal(world.asked, "find {}\nskip b\nmake {}\n");
    assert_int_equal(summary.skipped, 1);
    assert_int_equal(summary.done, 2);
}

static void for_each_calls_once_for_each_item_and_keeps_all_results(void **state)
{
    (void)state;
    struct world world = {.answers = {"{\"ok\":true,\"n\":1}", "{\"ok\":true,\"n\":2}"}};
    carry_out(&world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"get\",\"for_each\":"
                      "{\"$ref\":\"/trigger/list\"},\"as\":\"one\",\"input\":{\"i\":{\"$ref\":"
                      "\"/index\"},\"v\":{\"$ref\":\"/one\"}},\"say\":\"${/steps/a/count}: "
                      "${/steps/a/items/1/n}, ${/one}\"}]}");
    assert_string_equal(world.asked,
                        "get {\"i\":0,\"v\":\"x\"}\nget {\"i\":1,\"v\":\"y\"}\nsay 2: 2, -\n");
}

static void for_each_stops_at_the_first_failure(void **state)
{
    (void)state;
    struct world world = {.answers = {"{\"ok\":false}"}};
    struct flow_summary summary =
        carry_out(&world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"get\","
                          "\"for_each\":[1,2,3]},{\"id\":\"b\",\"action\":\"more\"}]}");
    assert_string_equal(world.asked, "get {}\n");
    assert_int_equal(summary.status, SOAR_NOT_FOUND);
    assert_int_equal(summary.failed_step, 0);
}

static void for_each_over_what_is_no_list_is_an_error(void **state)
{
    (void)state;
    struct world world = {0};
    struct flow_summary summary = carry_out(
        &world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"get\",\"for_each\":7}]}");
    assert_string_equal(world.asked, "");
    assert_int_equal(summary.status, SOAR_INVALID_ARGUMENT);
}

#define UNTIL                                                                                      \
    "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"look\",\"until\":{\"condition\":"       \
    "{\"exists\":\"/steps/a/resources/0\"},\"every_ms\":250,\"max\":3}},{\"id\":\"b\","            \
    "\"action\":\"go\"}]}"

static void until_asks_again_after_a_wait_until_it_is_so(void **state)
{
    (void)state;
    struct world world = {
        .patience = true,
        .answers = {"{\"ok\":true,\"resources\":[]}", "{\"ok\":true,\"resources\":[\"f1\"]}"}};
    struct flow_summary summary = carry_out(&world, UNTIL);
    assert_string_equal(world.asked, "look {}\nwait 250\nlook {}\ngo {}\n");
    assert_int_equal(summary.status, SOAR_OK);
}

static void until_gives_up_after_max_calls(void **state)
{
    (void)state;
    struct world world = {.patience = true};
    struct flow_summary summary = carry_out(&world, UNTIL);
    assert_string_equal(world.asked, "look {}\nwait 250\nlook {}\nwait 250\nlook {}\n");
    assert_int_equal(summary.status, SOAR_DEADLINE_EXCEEDED);
}

static void until_ends_at_once_when_the_wait_is_interrupted(void **state)
{
    (void)state;
    struct world world = {.patience = false};
    struct flow_summary summary = carry_out(&world, UNTIL);
    assert_string_equal(world.asked, "look {}\nwait 250\n");
    assert_int_equal(summary.status, SOAR_CANCELLED);
}

static void until_does_not_repeat_a_call_that_failed(void **state)
{
    (void)state;
    struct world world = {.patience = true, .answers = {"{\"ok\":false}"}};
    struct flow_summary summary = carry_out(&world, UNTIL);
    assert_string_equal(world.asked, "look {}\n");
    assert_int_equal(summary.status, SOAR_NOT_FOUND);
}

static void a_failed_step_stops_the_flow_unless_it_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *on_error, *asked;
        soar_status status;
    } cases[] = {
        {"stop", "one {}\n", SOAR_NOT_FOUND},
        {"continue", "one {}\ntwo {}\n", SOAR_PARTIAL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world world = {.answers = {"{\"ok\":false}"}};
        char text[256];
        snprintf(text, sizeof(text),
                 "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"one\",\"on_error\":\"%s\"},"
                 "{\"id\":\"b\",\"action\":\"two\"}]}",
                 cases[i].on_error);
        struct flow_summary summary = carry_out(&world, text);
        assert_string_equal(world.asked, cases[i].asked);
        assert_int_equal(summary.status, cases[i].status);
        assert_int_equal(summary.failed, 1);
    }
}

static void an_input_that_points_at_nothing_is_never_sent(void **state)
{
    (void)state;
    struct world world = {.answers = {"{\"ok\":true,\"resources\":[]}"}};
    struct flow_summary summary = carry_out(
        &world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"one\"},{\"id\":\"b\","
                "\"action\":\"two\",\"input\":{\"id\":{\"$ref\":\"/steps/a/resources/0\"}}}]}");
    assert_string_equal(world.asked, "one {}\n");
    assert_int_equal(summary.status, SOAR_INVALID_ARGUMENT);
    assert_int_equal(summary.failed_step, 1);
}

static void a_requirement_that_does_not_hold_stops_the_flow(void **state)
{
    (void)state;
    struct world world = {0};
    struct flow_summary summary = carry_out(
        &world, "{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"require\":{\"condition\":{\"equals\":"
                "[{\"$ref\":\"/trigger/list/0\"},\"x\"]}}},{\"id\":\"b\",\"require\":"
                "{\"condition\":{\"exists\":\"/trigger/nope\"},\"message\":\"no\"}},"
                "{\"id\":\"c\",\"action\":\"one\"}]}");
    assert_string_equal(world.asked, "");
    assert_int_equal(summary.status, SOAR_FAILED_PRECONDITION);
    assert_int_equal(summary.done, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_steps_get_what_earlier_ones_gave),
        cmocka_unit_test(a_step_whose_condition_does_not_hold_is_skipped),
        cmocka_unit_test(for_each_calls_once_for_each_item_and_keeps_all_results),
        cmocka_unit_test(for_each_stops_at_the_first_failure),
        cmocka_unit_test(for_each_over_what_is_no_list_is_an_error),
        cmocka_unit_test(until_asks_again_after_a_wait_until_it_is_so),
        cmocka_unit_test(until_gives_up_after_max_calls),
        cmocka_unit_test(until_ends_at_once_when_the_wait_is_interrupted),
        cmocka_unit_test(until_does_not_repeat_a_call_that_failed),
        cmocka_unit_test(a_failed_step_stops_the_flow_unless_it_says_otherwise),
        cmocka_unit_test(an_input_that_points_at_nothing_is_never_sent),
        cmocka_unit_test(a_requirement_that_does_not_hold_stops_the_flow),
    };
    return cmocka_run_group_tests_name("host_flow_exec", tests, NULL, NULL);
}
