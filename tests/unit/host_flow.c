/*
 * Flows of soarhost before they run: values, texts and conditions worked out against a context, and
 * the check that comes before the start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "actions.h"
#include "flow.h"
#include "flow_eval.h"
#include "json_text.h"

static struct json_object *parsed(const char *text)
{
    struct json_object *value = NULL;
    struct host_error err = {0};
    if (!json_text_parse(text, strlen(text), "test", &value, &err))
        fail_msg("%s: %s in %s", err.where, err.message, text);
    return value;
}

static const char context_text[] =
    "{\"trigger\":{\"id\":\"a:1\",\"severity\":90,\"list\":[\"x\",\"y\"],\"null\":null,"
    "\"a/b\":{\"c~d\":true},\"ratio\":1.0,\"big\":9007199254740993},"
    "\"steps\":{\"find\":{\"resources\":[{\"id\":\"c1\",\"version\":7}]},\"none\":{\"resources\":[]"
    "},"
    "\"skip\":{\"skipped\":true}},\"flow\":{\"workdir\":\"/w\"}}";

/* ------------------------------------------------------------------ values */

static void each_value_becomes_what_its_pointers_lead_to(void **state)
{
    (void)state;
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {"{\"$ref\":\"/trigger/severity\"}", "90"},
        {"{\"$ref\":\"/trigger/big\"}", "9007199254740993"},
        {"{\"$ref\":\"/trigger/list\"}", "[\"x\",\"y\"]"},
        {"{\"$ref\":\"/trigger/a~1b/c~0d\"}", "true"},
        {"{\"$ref\":\"/trigger/null\"}", "null"},
        {"{\"$ref\":[\"/steps/skip/resources/0/id\",\"/steps/find/resources/0/id\"]}", "\"c1\""},
        {"[{\"id\":{\"$ref\":\"/steps/find/resources/0/id\"}}]", "[{\"id\":\"c1\"}]"},
        {"{\"a\":{\"b\":\"${/trigger/id}\"}}", "{\"a\":{\"b\":\"a:1\"}}"},
        {"\"v${/steps/find/resources/0/version} of ${/trigger/list}\"",
         "\"v7 of [\\\"x\\\",\\\"y\\\"]\""},
        {"\"$${/trigger/id} costs $5 {x}\"", "\"${/trigger/id} costs $5 {x}\""},
        {"\"no end ${/trigger/id\"", "\"no end ${/trigger/id\""},
        {"{\"$ref\":\"/x\",\"more\":1}", "{\"$ref\":\"/x\",\"more\":1}"},
        {"null", "null"},
        {"12.5", "12.5"},
    };
    struct json_object *context = parsed(context_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *value = parsed(cases[i].value), *filled = NULL;
        struct json_object *expected = parsed(cases[i].expected);
        struct host_error err = {0};
        if (!flow_value(context, value, &filled, &err))
            fail_msg("%s: %s", cases[i].value, err.message);
        if (!json_object_equal(filled, expected))
            fail_msg("%s became %s", cases[i].value, json_object_to_json_string(filled));
        json_object_put(value);
        json_object_put(filled);
        json_object_put(expected);
    }
    json_object_put(context);
}

static void a_pointer_to_nothing_is_an_error_that_names_it(void **state)
{
    (void)state;
    static const struct {
        const char *value, *where;
    } cases[] = {
        {"{\"$ref\":\"/trigger/nope\"}", "/trigger/nope"},
        {"{\"$ref\":\"/steps/none/resources/0\"}", "/steps/none/resources/0"},
        {"{\"$ref\":[\"/trigger/p\",\"/trigger/q\"]}", "/trigger/p"},
        {"[\"${/trigger/list/2}\"]", "/trigger/list/2"},
        {"\"${trigger/id}\"", "trigger/id"},
        {"{\"$ref\":[]}", "(no pointer)"},
        {"{\"$ref\":7}", "(no pointer)"},
    };
    struct json_object *context = parsed(context_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *value = parsed(cases[i].value), *filled = NULL;
        struct host_error err = {0};
        assert_false(flow_value(context, value, &filled, &err));
        assert_null(filled);
        assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
        assert_string_equal(err.where, cases[i].where);
        json_object_put(value);
    }
    json_object_put(context);
}

static void a_lenient_text_puts_a_dash_where_nothing_stands(void **state)
{
    (void)state;
    struct json_object *context = parsed(context_text);
    struct host_error err = {0};
    char *text = NULL;
    assert_true(flow_text(context, "<${/nope}> ${/trigger/id}", true, &text, &err));
    assert_string_equal(text, "<-> a:1");
    free(text);
    json_object_put(context);
}

/* ------------------------------------------------------------------ conditions */

static void each_condition_holds_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {
        {"{\"exists\":\"/steps/find/resources/0\"}", true},
        {"{\"exists\":\"/steps/none/resources/0\"}", false},
        {"{\"exists\":{\"$ref\":\"/trigger/id\"}}", true},
        {"{\"exists\":\"/trigger/null\"}", false},
        {"{\"equals\":[{\"$ref\":\"/trigger/severity\"},90]}", true},
        {"{\"equals\":[{\"$ref\":\"/trigger/severity\"},\"90\"]}", false},
        {"{\"equals\":[{\"$ref\":\"/trigger/ratio\"},1]}", true},
        {"{\"equals\":[\"${/trigger/id}!\",\"a:1!\"]}", true},
        {"{\"equals\":[{\"$ref\":\"/trigger/list\"},[\"x\",\"y\"]]}", true},
        {"{\"equals\":[{\"$ref\":\"/trigger/nope\"},null]}", false},
        {"{\"greater\":[{\"$ref\":\"/trigger/big\"},9007199254740992]}", true},
        {"{\"greater\":[{\"$ref\":\"/trigger/severity\"},90]}", false},
        {"{\"greater\":[1.5,1]}", true},
        {"{\"greater\":[\"b\",\"a\"]}", true},
        {"{\"greater\":[\"2\",1]}", false},
        {"{\"greater\":[{\"$ref\":\"/nope\"},1]}", false},
        {"{\"not\":{\"exists\":\"/nope\"}}", true},
        {"{\"all\":[{\"exists\":\"/trigger\"},{\"exists\":\"/nope\"}]}", false},
        {"{\"all\":[]}", true},
        {"{\"any\":[{\"exists\":\"/nope\"},{\"exists\":\"/trigger\"}]}", true},
        {"{\"any\":[]}", false},
    };
    struct json_object *context = parsed(context_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *condition = parsed(cases[i].condition);
        struct host_error err = {0};
        bool holds = !cases[i].holds;
        if (!flow_test(context, condition, &holds, &err))
            fail_msg("%s: %s", cases[i].condition, err.message);
        if (holds != cases[i].holds)
            fail_msg("%s is %d", cases[i].condition, holds);
        json_object_put(condition);
    }
    json_object_put(context);
}

static void what_is_no_condition_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{}",
        "true",
        "{\"exsts\":\"/a\"}",
        "{\"exists\":7}",
        "{\"equals\":[1]}",
        "{\"greater\":{}}",
        "{\"all\":{}}",
        "{\"not\":[]}",
        "{\"exists\":\"/a\",\"not\":{}}",
        "{\"any\":[{\"exists\":\"/trigger\"},{\"bad\":1}]}",
    };
    struct json_object *context = parsed(context_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *condition = parsed(cases[i]);
        struct host_error err = {0};
        bool holds;
        if (flow_test(context, condition, &holds, &err))
            fail_msg("%s was taken", cases[i]);
        assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
        json_object_put(condition);
    }
    json_object_put(context);
}

/* ------------------------------------------------------------------ the check before the start */

static const char listing[] =
    "{\"tools\":[{\"name\":\"create_case\",\"inputSchema\":{\"type\":\"object\","
    "\"additionalProperties\":false,\"properties\":{\"name\":{},\"severity\":{},\"body\":{}},"
    "\"if\":{\"required\":[\"body\"]},\"else\":{\"required\":[\"name\",\"severity\"]}}},"
    "{\"name\":\"get_cases\",\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"ids\"],\"properties\":{\"ids\":{}}}},"
    "{\"name\":\"delete_case_tags\",\"inputSchema\":{\"type\":\"object\"}}]}";

/* All problems of a flow as "where message [hint]" lines; "" where there are none. */
static void problems_of(const char *text, char ret[4096])
{
    struct actions actions;
    struct host_error err;
    struct flow flow;
    struct flow_problems problems = {0};
    assert_true(actions_from_json(parsed(listing), &actions, &err));
    if (flow_from_json(parsed(text), &flow, &problems)) {
        (void)flow_check(&flow, &actions, &problems);
        flow_done(&flow);
    }
    ret[0] = '\0';
    for (size_t i = 0; i < problems.n; i++) {
        size_t used = strlen(ret);
        snprintf(ret + used, 4096 - used, "%s %s [%s]\n", problems.items[i].where,
                 problems.items[i].message, problems.items[i].hint);
    }
    flow_problems_done(&problems);
    actions_done(&actions);
}

#define ONE_STEP(members) "{\"name\":\"f\",\"steps\":[{\"id\":\"a\"," members "}]}"
#define GET "\"action\":\"get_cases\",\"input\":{\"ids\":[\"c\"]}"

static void a_sound_flow_has_no_problems(void **state)
{
    (void)state;
    char problems[4096];
    problems_of("{\"name\":\"f\",\"description\":\"d\",\"trigger\":{},\"steps\":["
                "{\"id\":\"a\"," GET ",\"until\":{\"condition\":{\"exists\":\"/steps/a/ok\"},"
                "\"every_ms\":1,\"max\":2},\"say\":\"${/steps/a/x}\",\"on_error\":\"continue\"},"
                "{\"id\":\"b\",\"action\":\"create_case\",\"input\":{\"body\":{}}},"
                "{\"id\":\"c\",\"for_each\":{\"$ref\":\"/steps/a/resources\"},\"as\":\"one\","
                "\"action\":\"create_case\",\"if\":{\"exists\":\"/trigger/x\"},"
                "\"input\":{\"name\":\"${/one/name} ${/index}\",\"severity\":1}},"
                "{\"id\":\"d\",\"compare_files\":[\"x\",\"${/flow/workdir}/y\"]},"
                "{\"id\":\"e\",\"write_file\":{\"path\":\"x\",\"text\":\"y\"}},"
                "{\"id\":\"f\",\"require\":{\"condition\":{\"exists\":\"/steps/d\"}}}]}",
                problems);
    assert_string_equal(problems, "");
}

static void each_flaw_of_a_flow_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *flow, *problem;
    } cases[] = {
        {"[]", "a flow is a JSON object"},
        {"{\"name\":\"f\",\"steps\":[]}", "/steps a flow has a list of steps"},
        {"{\"steps\":[{\"id\":\"a\"," GET "}]}", "/name a flow has a name"},
        {"{\"name\":\"f\",\"step\":1,\"steps\":[{\"id\":\"a\"," GET "}]}",
         "unknown key \"step\" [nearest: steps"},
        {ONE_STEP("\"acton\":\"x\""), "/steps/0 unknown key \"acton\" [nearest: action"},
        {ONE_STEP("\"title\":\"t\""), "/steps/0 a step has exactly one of"},
        {ONE_STEP(GET ",\"write_file\":{}"), "/steps/0 a step has exactly one of"},
        {ONE_STEP(GET ",\"as\":\"steps\""), "\"as\" must be a name of its own"},
        {ONE_STEP(GET ",\"on_error\":\"ignore\""), "\"on_error\" is"},
        {ONE_STEP(GET ",\"until\":{}"), "\"until\" takes"},
        {ONE_STEP(GET ",\"until\":{\"condition\":{\"exists\":\"/steps/a\"},\"max\":0}"),
         "\"max\" must be an integer from 1 to"},
        {"{\"name\":\"f\",\"steps\":[{\"id\":\"A b\"," GET "}]}", "\"id\" must be a name"},
        {"{\"name\":\"f\",\"steps\":[{\"id\":\"a\"," GET "},{\"id\":\"a\"," GET "}]}",
         "/steps/1 two steps are called \"a\""},
        {ONE_STEP("\"compare_files\":[\"x\"]"), "takes a list of two paths"},
        {ONE_STEP("\"action\":\"crate_case\""),
         "/steps/0/action no action is called \"crate_case\" [nearest: create_case]"},
        {ONE_STEP("\"action\":\"create_case\",\"input\":{\"name\":\"x\"}"),
         "/steps/0/input create_case wants \"severity\""},
        {ONE_STEP("\"action\":\"get_cases\""), "/steps/0/input get_cases wants \"ids\""},
        {ONE_STEP("\"action\":\"get_cases\",\"input\":{\"ids\":[],\"id\":1}"),
         "/steps/0/input get_cases has no input \"id\" [nearest: ids]"},
        {ONE_STEP(GET ",\"if\":{\"exists\":\"/steps/a/x\"}"),
         "/steps/0/if /steps/a/x: the step \"a\" has no result yet"},
        {ONE_STEP(GET ",\"if\":{\"exsts\":\"/trigger\"}"), "/steps/0/if exsts: no such condition"},
        {ONE_STEP("\"action\":\"get_cases\",\"input\":{\"ids\":[\"${/steps/b/x}\"]}"),
         "/steps/0/input /steps/b/x: no step is called \"b\""},
        {ONE_STEP("\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/item\"}}"),
         "/item: there is no \"item\" here"},
        {ONE_STEP("\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/triger/x\"}}"),
         "/triger/x: there is no \"triger\" here [nearest: trigger"},
        {ONE_STEP("\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"trigger\"}}"),
         "\"trigger\" is no JSON Pointer"},
        {"{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":"
         "{\"$ref\":\"/steps/b/x\"}}},{\"id\":\"b\"," GET "}]}",
         "/steps/0/input /steps/b/x: the step \"b\" has no result yet"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char problems[4096];
        problems_of(cases[i].flow, problems);
        if (!strstr(problems, cases[i].problem))
            fail_msg("%s\ngave: %s\nexpected: %s", cases[i].flow, problems, cases[i].problem);
    }
}

static void all_flaws_are_told_at_once(void **state)
{
    (void)state;
    char problems[4096];
    problems_of("{\"name\":\"f\",\"steps\":[{\"id\":\"a\",\"action\":\"nope\"},"
                "{\"id\":\"b\",\"action\":\"get_cases\",\"say\":\"${/item}\"}]}",
                problems);
    assert_non_null(strstr(problems, "/steps/0/action"));
    assert_non_null(strstr(problems, "/steps/1/input"));
    assert_non_null(strstr(problems, "/steps/1/say"));
}

static void a_trigger_that_lacks_what_the_flow_needs_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *trigger, *where;
    } cases[] = {
        {"null", ""},
        {"[]", ""},
        {"{}", ""},
        {"{\"device\":7}", "/device"},
        {"{\"device\":{}}", "/device"},
        {"{\"device\":{\"id\":\"x\"},\"severity\":\"high\"}", "/severity"},
        {"{\"device\":{\"id\":\"x\"},\"severity\":3}", NULL},
    };
    struct flow flow;
    struct flow_problems problems = {0};
    assert_true(flow_from_json(
        parsed("{\"name\":\"f\",\"trigger\":{\"type\":\"object\",\"required\":[\"device\"],"
               "\"properties\":{\"device\":{\"type\":\"object\",\"required\":[\"id\"]},"
               "\"severity\":{\"type\":\"integer\"}}},\"steps\":[{\"id\":\"a\"," GET "}]}"),
        &flow, &problems));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *trigger = parsed(cases[i].trigger);
        assert_int_equal(flow_check_trigger(&flow, trigger, &problems), cases[i].where == NULL);
        assert_int_equal(problems.n, cases[i].where ? 1 : 0);
        if (cases[i].where)
            assert_string_equal(problems.items[0].where, cases[i].where);
        flow_problems_done(&problems);
        json_object_put(trigger);
    }
    flow_done(&flow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_becomes_what_its_pointers_lead_to),
        cmocka_unit_test(a_pointer_to_nothing_is_an_error_that_names_it),
        cmocka_unit_test(a_lenient_text_puts_a_dash_where_nothing_stands),
        cmocka_unit_test(each_condition_holds_or_not),
        cmocka_unit_test(what_is_no_condition_is_refused),
        cmocka_unit_test(a_sound_flow_has_no_problems),
        cmocka_unit_test(each_flaw_of_a_flow_is_named_with_its_place),
        cmocka_unit_test(all_flaws_are_told_at_once),
        cmocka_unit_test(a_trigger_that_lacks_what_the_flow_needs_is_refused),
    };
    return cmocka_run_group_tests_name("host_flow", tests, NULL, NULL);
}
