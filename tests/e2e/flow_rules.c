/* The rules of flows, end to end: what is refused before the first step, how steps fail, and what
 * if, for_each and until do. */
#include "flow_run.h"

/* ------------------------------------------------------------------ refused before the start */

struct refusal {
    const char *what;
    const char *flow;
    soar_status code;
    const char *error; /* what the error must hold */
};

static const struct refusal refusals[] = {
    {"an action that is not there, with the nearest names",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"ok\",\"action\":\"query_case_ids\"},"
     "{\"id\":\"a\",\"action\":\"get_casess\",\"input\":{\"ids\":[\"x\"]}}]}",
     SOAR_NOT_FOUND,
     "{\"where\":\"/steps/1/action\",\"hint\":{\"$regex\":\"get_cases\"},"
     "\"message\":{\"$regex\":\"get_casess\"}}"},
    {"a reference to a step that is not there, with the nearest names",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"find\",\"action\":\"query_case_ids\"},"
     "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/steps/fnd/x\"}}}]}",
     SOAR_INVALID_ARGUMENT,
     "{\"where\":\"/steps/1/input\",\"message\":{\"$regex\":\"/steps/fnd\"},"
     "\"hint\":{\"$regex\":\"find\"}}"},
    {"a reference to a step that comes after",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":"
     "{\"$ref\":\"/steps/find/resources\"}}},{\"id\":\"find\",\"action\":\"query_case_ids\"}]}",
     SOAR_INVALID_ARGUMENT,
     "{\"where\":\"/steps/0/input\",\"message\":{\"$regex\":\"no result yet\"}}"},
    {"an input that is missing",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"ok\",\"action\":\"query_case_ids\"},"
     "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"id\":\"c\"}}]}",
     SOAR_INVALID_ARGUMENT, "{\"where\":\"/steps/1/input\",\"message\":{\"$regex\":\"tags\"}}"},
    {"an input that the action has not, with the nearest names",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"ok\",\"action\":\"query_case_ids\"},{\"id\":\"a\","
     "\"action\":\"query_case_ids\",\"input\":{\"filtre\":\"x\"}}]}",
     SOAR_INVALID_ARGUMENT,
     "{\"where\":\"/steps/1/input\",\"message\":{\"$regex\":\"filtre\"},"
     "\"hint\":{\"$regex\":\"filter\"}}"},
    {"a key that steps have not",
     "{\"name\":\"F\",\"steps\":[{\"id\":\"ok\",\"action\":\"query_case_ids\",\"iff\":1}]}",
     SOAR_INVALID_ARGUMENT, "{\"message\":{\"$regex\":\"iff\"}}"},
    {"a text that is no JSON", "{\"name\":\"F\",", SOAR_INVALID_ARGUMENT, "{}"},
};

static void a_flow_is_refused_before_its_first_step_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct flow_run run = flow_run_text(refusals[i].flow, NULL);
        struct json_object *error = NULL;
        if (run.program.code != refusals[i].code) {
            fail_msg("%s: exit code %d, %s", refusals[i].what, run.program.code, run.program.out);
        }
        assert_int_equal(json_object_array_length(run.events), 1);
        error = json_object_object_get(flow_end(&run), "error");
        flow_expect(error, refusals[i].error, refusals[i].what);
        flow_run_done(&run);
    }
}

static void all_flaws_of_a_flow_are_told_at_once(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"get_casess\"},"
        "{\"id\":\"b\",\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/steps/x/y\"}}},"
        "{\"id\":\"c\",\"action\":\"add_case_tags\",\"input\":{\"id\":\"c\"}}]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_NOT_FOUND);
    flow_expect(flow_end(&run),
                "{\"error\":{\"violations\":[{\"where\":\"/steps/0/action\"},"
                "{\"where\":\"/steps/1/input\"},{\"where\":\"/steps/2/input\"}]}}",
                "violations");
    flow_run_done(&run);
}

/* ------------------------------------------------------------------ steps that fail */

#define CASE                                                                                       \
    "{\"id\":\"open\",\"action\":\"create_case\",\"input\":{\"name\":\"C\",\"severity\":50}}"

static void a_failing_step_ends_the_flow_with_its_error_and_its_exit_code(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[" CASE ","
        "{\"id\":\"stale\",\"action\":\"update_case_fields\",\"input\":{"
        "\"id\":{\"$ref\":\"/steps/open/resources/0/id\"},\"fields\":{\"status\":\"closed\"},"
        "\"expected_version\":7}},"
        "{\"id\":\"never\",\"action\":\"query_case_ids\"}]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_ABORTED);
    flow_expect(flow_event(&run, "stale", -1),
                "{\"status\":\"ABORTED\",\"result\":{\"http_status\":409,"
                "\"error\":{\"code\":\"ABORTED\",\"outcome\":\"not_applied\"}}}",
                "the failing step");
    flow_expect(flow_end(&run),
                "{\"event\":\"end\",\"ok\":false,\"status\":\"ABORTED\",\"done\":1,\"failed\":1}",
                "the end");
    char *requests = flow_requests(&run);
    assert_string_equal(requests, "PUT /cases/entities/cases/v2\nPATCH /cases/entities/cases/v2\n"
                                  "POST /cases/entities/cases/v2\n" /* which version is there? */);
    free(requests);
    flow_run_done(&run);
}

static void a_failing_step_that_may_fail_lets_the_flow_end_with_partial(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"gone\",\"action\":\"add_case_tags\",\"input\":{"
        "\"id\":\"00000000-0000-4000-8000-00000000dead\",\"tags\":[\"t\"]},"
        "\"on_error\":\"continue\"}," CASE "]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_PARTIAL);
    flow_expect(flow_event(&run, "gone", -1), "{\"status\":\"NOT_FOUND\"}", "the failing step");
    flow_expect(flow_event(&run, "open", -1), "{\"status\":\"OK\"}", "the next step");
    flow_run_done(&run);
}

static void a_requirement_that_does_not_hold_is_a_failed_precondition(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[" CASE ",{\"id\":\"want\",\"require\":{\"condition\":{"
        "\"equals\":[{\"$ref\":\"/steps/open/resources/0/severity\"},51]},"
        "\"message\":\"severity ${/steps/open/resources/0/severity}\"}}]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_FAILED_PRECONDITION);
    flow_expect(flow_event(&run, "want", -1),
                "{\"status\":\"FAILED_PRECONDITION\","
                "\"result\":{\"error\":{\"message\":{\"$regex\":\"severity 50\"}}}}",
                "the requirement");
    flow_run_done(&run);
}

static void a_built_in_step_writes_nowhere_but_in_the_flows_directory(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"out\",\"write_file\":{\"path\":\"../escaped\","
        "\"text\":\"x\"}}]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_PERMISSION_DENIED);
    struct json_object *files = tmpdir_list(run.dir, ".");
    assert_null(strstr(json_object_to_json_string(files), "escaped"));
    json_object_put(files);
    flow_run_done(&run);
}

/* ------------------------------------------------------------------ if, for_each, until */

static void a_step_is_skipped_where_its_condition_does_not_hold(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[" CASE ","
        "{\"id\":\"no\",\"if\":{\"equals\":[{\"$ref\":\"/steps/open/resources/0/severity\"},51]},"
        "\"action\":\"query_case_ids\"},"
        "{\"id\":\"yes\",\"if\":{\"not\":{\"greater\":[{\"$ref\":"
        "\"/steps/open/resources/0/severity\"},50]}},\"action\":\"query_fields\"}]}",
        NULL);
    assert_int_equal(run.program.code, 0);
    flow_expect(flow_event(&run, "no", -1), "{\"event\":\"skipped\"}", "no");
    flow_expect(flow_event(&run, "yes", -1), "{\"event\":\"step\",\"status\":\"OK\"}", "yes");
    char *requests = flow_requests(&run);
    assert_null(strstr(requests, "/cases/queries/cases/v1"));
    free(requests);
    flow_run_done(&run);
}

static void a_loop_calls_once_for_each_item(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"each\",\"for_each\":[\"one\",\"two\",\"three\"],"
        "\"as\":\"word\",\"action\":\"create_case\",\"input\":{"
        "\"name\":\"${/index}: ${/word}\",\"severity\":50}},"
        "{\"id\":\"last\",\"action\":\"get_cases\",\"input\":{\"ids\":["
        "{\"$ref\":\"/steps/each/items/2/resources/0/id\"}]}}]}",
        NULL);
    assert_int_equal(run.program.code, 0);
    flow_expect(flow_event(&run, "each", 0), "{\"result\":{\"resources\":[{\"name\":\"0: one\"}]}}",
                "item 0");
    flow_expect(flow_event(&run, "each", 2),
                "{\"result\":{\"resources\":[{\"name\":\"2: three\"}]}}", "item 2");
    flow_expect(flow_event(&run, "last", -1),
                "{\"result\":{\"resources\":[{\"name\":\"2: three\"}]}}", "the step behind it");
    flow_run_done(&run);
}

/* Each new case has the next number. */
static void a_call_is_repeated_until_its_condition_holds(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"wait\",\"action\":\"create_case\",\"input\":{"
        "\"name\":\"C\",\"severity\":50},\"until\":{\"condition\":{\"greater\":["
        "{\"$ref\":\"/steps/wait/resources/0/reference_id\"},\"SBX-0033\"]},"
        "\"every_ms\":1,\"max\":9}}]}",
        NULL);
    assert_int_equal(run.program.code, 0);
    flow_expect(flow_event(&run, "wait", -1),
                "{\"status\":\"OK\",\"polls\":3,"
                "\"result\":{\"resources\":[{\"reference_id\":\"SBX-0034\"}]}}",
                "wait");
    flow_run_done(&run);
}

static void a_condition_that_never_holds_ends_after_so_many_calls(void **state)
{
    (void)state;
    struct flow_run run = flow_run_text(
        "{\"name\":\"F\",\"steps\":[{\"id\":\"wait\",\"action\":\"query_fields\",\"until\":{"
        "\"condition\":{\"exists\":\"/steps/wait/no\"},\"every_ms\":1,\"max\":3}}]}",
        NULL);
    assert_int_equal(run.program.code, SOAR_DEADLINE_EXCEEDED);
    flow_expect(flow_event(&run, "wait", -1), "{\"status\":\"DEADLINE_EXCEEDED\",\"polls\":3}",
                "wait");
    char *requests = flow_requests(&run);
    assert_string_equal(requests, "GET /casemgmt/queries/fields/v1\n"
                                  "GET /casemgmt/queries/fields/v1\n"
                                  "GET /casemgmt/queries/fields/v1\n");
    free(requests);
    flow_run_done(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_is_refused_before_its_first_step_for),
        cmocka_unit_test(all_flaws_of_a_flow_are_told_at_once),
        cmocka_unit_test(a_failing_step_ends_the_flow_with_its_error_and_its_exit_code),
        cmocka_unit_test(a_failing_step_that_may_fail_lets_the_flow_end_with_partial),
        cmocka_unit_test(a_requirement_that_does_not_hold_is_a_failed_precondition),
        cmocka_unit_test(a_built_in_step_writes_nowhere_but_in_the_flows_directory),
        cmocka_unit_test(a_step_is_skipped_where_its_condition_does_not_hold),
        cmocka_unit_test(a_loop_calls_once_for_each_item),
        cmocka_unit_test(a_call_is_repeated_until_its_condition_holds),
        cmocka_unit_test(a_condition_that_never_holds_ends_after_so_many_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
