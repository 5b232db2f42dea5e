/* The flow of the demo: an endpoint alert worked from the open case to the closed one. */
#include "flow_run.h"
#include <stdio.h>
#include <unistd.h>

#define FLOW "tests/flows/endpoint_alert.json"
#define ALERT "tests/flows/endpoint_alert.alert.json"

static const char *const with_alert[] = {"--input", ALERT, NULL};

static struct flow_run run_demo(char *dir, const char *sandbox_arg)
{
    const char *more[] = {"--input", ALERT, sandbox_arg, NULL};
    return flow_run_in(dir, FLOW, more);
}

static int run_once(void **state)
{
    static struct flow_run run;
    run = run_demo(tmpdir_new(), NULL);
    *state = &run;
    return 0;
}

static int forget(void **state)
{
    flow_run_done(*state);
    return 0;
}

/* ------------------------------------------------------------------ a new alert */

struct step {
    const char *id;
    int item;
    const char *event; /* what the line must hold */
};

static const struct step steps[] = {
    {"find_case", -1, "{\"status\":\"OK\",\"result\":{\"resources\":[]}}"},
    {"known_case", -1, "{\"event\":\"skipped\"}"},
    {"open_case", -1,
     "{\"status\":\"OK\",\"result\":{\"http_status\":201,\"resources\":[{\"status\":\"new\","
     "\"name\":\"Ransomware behaviour on FIN-WS-042\",\"severity\":90,\"version\":1,"
     "\"tags\":[\"untriaged\",\"ransomware\"],\"evidence\":{\"alerts\":{\"records\":{\"$length\":1}"
     "}},"
     "\"template\":{\"name\":\"Endpoint incident\"}}]}}"},
    {"add_alerts", -1, "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":2}]}}"},
    {"add_events", -1, "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":3}]}}"},
    {"tag_case", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":4,"
     "\"tags\":[\"untriaged\",\"ransomware\",\"automated\",\"FIN-WS-042\"]}]}}"},
    {"start_work", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":5,\"status\":\"in_progress\"}]}}"},
    {"look_at_file", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"file_name\":\"svch0st.exe\"}]}}"},
    {"fetch_file", -1, "{\"status\":\"OK\"}"},
    {"wait_for_file", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"file_size_bytes\":262144,\"hash_value\":"
     "\"bd129de3b17072356bb8fed7b351aee4acf6f5e4ba3ab3d24c5317227de94c42\"}]}}"},
    {"write_report", -1, "{\"status\":\"OK\"}"},
    {"upload_report", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"name\":\"report.md\"}]}}"},
    {"list_files", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"name\":\"svch0st.exe\"},"
     "{\"name\":\"report.md\"}]}}"},
    {"download", 0, "{\"status\":\"OK\",\"result\":{\"file\":{\"bytes\":262144}}}"},
    {"download", 1,
     "{\"status\":\"OK\",\"result\":{\"file\":{\"name\":\"downloaded-1-report.md\"}}}"},
    {"check_size", -1, "{\"status\":\"OK\"}"},
    {"compare_report", -1,
     "{\"status\":\"OK\",\"result\":{\"summary\":{\"$regex\":\"^identical, [1-9]\"}}}"},
    {"download_all", -1,
     "{\"status\":\"OK\",\"result\":{\"file\":{\"name\":{\"$regex\":\"zip$\"}}}}"},
    {"note_verdict", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"description\":"
     "\"svch0st.exe of FIN-WS-042: ransomware, blocked\"}]}}"},
    {"untag_case", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":6,"
     "\"tags\":[\"ransomware\",\"automated\",\"FIN-WS-042\"]}]}}"},
    {"close_case", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":7,\"status\":\"closed\"}]}}"},
    {"final_state", -1,
     "{\"status\":\"OK\",\"result\":{\"resources\":[{\"version\":7,\"status\":\"closed\","
     "\"evidence\":{\"alerts\":{\"records\":{\"$length\":2}},\"events\":{\"records\":{\"$length\":"
     "1}}}}]}}"},
};

static void each_step_of_a_new_alert_does_what_its_title_says(void **state)
{
    const struct flow_run *run = *state;
    size_t count = sizeof steps / sizeof *steps;
    for (size_t i = 0; i < count; i++) {
        flow_expect(flow_event(run, steps[i].id, steps[i].item), steps[i].event, steps[i].id);
        flow_expect(json_object_array_get_idx(run->events, i),
                    json_object_to_json_string(flow_event(run, steps[i].id, steps[i].item)),
                    "the order of the steps");
    }
    assert_int_equal(json_object_array_length(run->events), count + 1);
}

static void the_flow_ends_with_ok_and_says_what_it_did(void **state)
{
    const struct flow_run *run = *state;
    flow_expect(flow_end(run),
                "{\"event\":\"end\",\"ok\":true,\"status\":\"OK\",\"done\":20,\"skipped\":1,"
                "\"failed\":0,\"files\":4}",
                "the end");
    assert_int_equal(run->program.code, 0);
    assert_string_equal(run->program.err, "");
}

static void the_requests_are_those_of_the_steps_in_their_order(void **state)
{
    char *requests = flow_requests(*state);
    assert_string_equal(requests, "GET /cases/queries/cases/v1\n"
                                  "PUT /cases/entities/cases/v2\n"
                                  "POST /cases/entities/alert-evidence/v1\n"
                                  "POST /cases/entities/event-evidence/v1\n"
                                  "POST /cases/entities/case-tags/v1\n"
                                  "PATCH /cases/entities/cases/v2\n"
                                  "POST /case-files/entities/get-rtr-file-metadata/v1\n"
                                  "POST /case-files/entities/retrieve-rtr-file/v1\n"
                                  "GET /case-files/combined/file-details/v1\n"
                                  "POST /case-files/entities/files/upload/v1\n"
                                  "GET /case-files/entities/file-details/v1\n"
                                  "GET /case-files/entities/files/download/v1\n"
                                  "GET /case-files/entities/files/download/v1\n"
                                  "POST /case-files/entities/files/bulk-download/v1\n"
                                  "PATCH /case-files/entities/file-details/v1\n"
                                  "DELETE /cases/entities/case-tags/v1\n"
                                  "PATCH /cases/entities/cases/v2\n"
                                  "POST /cases/entities/cases/v2\n");
    free(requests);
}

static void the_case_is_closed_only_in_the_version_that_the_flow_has_seen(void **state)
{
    const struct flow_run *run = *state;
    size_t size = 0;
    char *record = tmpdir_read(run->dir, "requests.jsonl", &size);
    struct json_object *requests = flow_lines(record);
    size_t count = json_object_array_length(requests);
    flow_expect(json_object_array_get_idx(requests, count - 2),
                "{\"method\":\"PATCH\",\"body\":{\"expected_version\":6,"
                "\"fields\":{\"status\":\"closed\"}}}",
                "the request that closes the case");
    json_object_put(requests);
    free(record);
}

static void the_report_that_comes_back_is_the_one_that_was_written(void **state)
{
    const struct flow_run *run = *state;
    size_t written_size = 0, back_size = 0;
    char *written = tmpdir_read(run->dir, "work/report.md", &written_size);
    char *back = tmpdir_read(run->dir, "work/downloaded-1-report.md", &back_size);
    assert_int_equal(back_size, written_size);
    assert_memory_equal(back, written, written_size);
    assert_non_null(strstr(back, "- Host: FIN-WS-042 (a1d00000000000000000000000000001)"));
    free(written);
    free(back);
}

static void the_archive_is_a_zip_with_both_files(void **state)
{
    const struct flow_run *run = *state;
    struct json_object *name = NULL;
    struct program unzip;
    json_pointer_get(flow_event(run, "download_all", -1), "/result/file/path", &name);
    const char *path = json_object_get_string(name);
    program_run(&unzip, (const char *[]){"python3", "-m", "zipfile", "-t", path, NULL}, NULL);
    assert_int_equal(unzip.code, 0);
    assert_null(strstr(unzip.out, "corrupted"));
    program_done(&unzip);
    program_run(&unzip, (const char *[]){"python3", "-m", "zipfile", "-l", path, NULL}, NULL);
    assert_non_null(strstr(unzip.out, "svch0st.exe"));
    assert_non_null(strstr(unzip.out, "report.md"));
    program_done(&unzip);
}

/* ------------------------------------------------------------------ a known alert */

/* Ends while the case of the alert is open. */
static const char half_worked[] =
    "{\"name\":\"Half\",\"steps\":[{\"id\":\"open\",\"action\":\"create_case\",\"input\":{"
    "\"name\":\"Opened before\",\"severity\":90,\"evidence\":{\"alerts\":[{\"id\":"
    "{\"$ref\":\"/trigger/composite_id\"}}]}}}]}";

static void an_alert_whose_case_is_open_goes_on_in_that_case(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    char *db = tmpdir_path(dir, "state.db"), *arg = NULL;
    assert_true(asprintf(&arg, "--sandbox-arg=--db=%s", db) > 0);
    const char *more[] = {"--input", ALERT, arg, NULL};
    struct flow_run first = flow_run_text(half_worked, more);
    struct json_object *id = NULL;
    assert_int_equal(first.program.code, 0);
    json_pointer_get(flow_event(&first, "open", -1), "/result/resources/0/id", &id);
    struct flow_run run = run_demo(dir, arg);
    assert_int_equal(run.program.code, 0);
    char *found = NULL;
    assert_true(asprintf(&found, "{\"status\":\"OK\",\"result\":{\"resources\":[\"%s\"]}}",
                         json_object_get_string(id)) > 0);
    flow_expect(flow_event(&run, "find_case", -1), found, "find_case");
    flow_expect(flow_event(&run, "known_case", -1), "{\"event\":\"step\",\"status\":\"OK\"}",
                "known_case");
    flow_expect(flow_event(&run, "open_case", -1), "{\"event\":\"skipped\"}", "open_case");
    flow_expect(flow_event(&run, "final_state", -1),
                "{\"result\":{\"resources\":[{\"name\":\"Opened before\",\"status\":\"closed\"}]}}",
                "final_state");
    free(found);
    free(arg);
    free(db);
    flow_run_done(&first);
    flow_run_done(&run);
}

static void an_alert_whose_case_is_closed_opens_another(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    char *db = tmpdir_path(dir, "state.db"), *arg = NULL;
    assert_true(asprintf(&arg, "--sandbox-arg=--db=%s", db) > 0);
    struct flow_run first = run_demo(tmpdir_new(), arg);
    struct flow_run second = run_demo(dir, arg);
    assert_int_equal(first.program.code, 0);
    assert_int_equal(second.program.code, 0);
    flow_expect(flow_event(&second, "known_case", -1), "{\"event\":\"skipped\"}", "known_case");
    struct json_object *one = NULL, *other = NULL;
    json_pointer_get(flow_event(&first, "open_case", -1), "/result/resources/0/id", &one);
    json_pointer_get(flow_event(&second, "open_case", -1), "/result/resources/0/id", &other);
    assert_string_not_equal(json_object_get_string(one), json_object_get_string(other));
    free(arg);
    free(db);
    flow_run_done(&first);
    flow_run_done(&second);
}

static void an_alert_that_lacks_what_the_flow_wants_is_refused_before_the_first_step(void **state)
{
    (void)state;
    struct flow_run run = flow_run_in(tmpdir_new(), FLOW, NULL);
    assert_int_equal(run.program.code, SOAR_INVALID_ARGUMENT);
    flow_expect(flow_end(&run), "{\"ok\":false,\"status\":\"INVALID_ARGUMENT\"}", "the refusal");
    assert_int_equal(json_object_array_length(run.events), 1);
    flow_run_done(&run);
}

static void a_dry_run_shows_the_steps_and_sends_nothing(void **state)
{
    (void)state;
    const char *more[] = {"--dry-run", with_alert[0], with_alert[1], NULL};
    struct flow_run run = flow_run_in(tmpdir_new(), FLOW, more);
    assert_int_equal(run.program.code, 0);
    assert_non_null(strstr(run.program.out, "final_state"));
    char *record = tmpdir_path(run.dir, "requests.jsonl");
    if (access(record, F_OK) == 0) { /* a dry run may do without the sandbox */
        char *requests = flow_requests(&run);
        assert_string_equal(requests, "");
        free(requests);
    }
    free(record);
    flow_run_done(&run);
}

int main(void)
{
    static const struct CMUnitTest once[] = {
        cmocka_unit_test(each_step_of_a_new_alert_does_what_its_title_says),
        cmocka_unit_test(the_flow_ends_with_ok_and_says_what_it_did),
        cmocka_unit_test(the_requests_are_those_of_the_steps_in_their_order),
        cmocka_unit_test(the_case_is_closed_only_in_the_version_that_the_flow_has_seen),
        cmocka_unit_test(the_report_that_comes_back_is_the_one_that_was_written),
        cmocka_unit_test(the_archive_is_a_zip_with_both_files),
        cmocka_unit_test(an_alert_whose_case_is_open_goes_on_in_that_case),
        cmocka_unit_test(an_alert_whose_case_is_closed_opens_another),
        cmocka_unit_test(an_alert_that_lacks_what_the_flow_wants_is_refused_before_the_first_step),
        cmocka_unit_test(a_dry_run_shows_the_steps_and_sends_nothing),
    };
    return cmocka_run_group_tests(once, run_once, forget);
}
