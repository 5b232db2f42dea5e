/* soarhost invoke: the input, the configuration, and exit codes that follow the status. */
#include "soarhost_run.h"

#define CASE "{\"name\":\"Suspicious login\",\"severity\":60}"
#define NO_CASE "00000000-0000-4000-8000-00000000dead"

static int start(void **state)
{
    *state = world_open_new(NULL, NULL);
    return 0;
}

static int stop(void **state)
{
    world_free(*state);
    return 0;
}

/* ------------------------------------------------------------------ input */

static void a_sandbox_needs_no_configuration(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "--sandbox", "invoke", "create_case", CASE);
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(run.out, "name: Suspicious login\n"));
    assert_non_null(strstr(run.out, "severity: 60\n"));
    assert_null(strchr(run.out, '\033'));
    assert_string_equal(run.err, "");
    program_done(&run);
}

static void the_input_comes_from_the_line_a_file_or_standard_input(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL);
    static const char *const inputs[] = {CASE, "@case.json", "-"};
    tmpdir_write(world->dir, "case.json", CASE, strlen(CASE));
    const struct program_setting setting = {.dir = world->dir, .input = CASE};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct program run;
        soarhost(&run, &setting, "--json", "--config", config, "invoke", "create_case", inputs[i]);
        assert_int_equal(run.code, 0);
        soarhost_expect(&run, "{\"ok\":true,\"status\":\"OK\",\"http_status\":201,"
                              "\"resources\":[{\"name\":\"Suspicious login\",\"severity\":60}]}");
        assert_string_equal(run.err, "");
        program_done(&run);
    }
    free(config);
}

static void an_input_file_that_is_not_there_is_named(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL);
    struct program run;
    soarhost(&run, NULL, "--config", config, "invoke", "create_case", "@/nonexistent.json");
    assert_int_equal(run.code, SOAR_NOT_FOUND);
    assert_non_null(strstr(run.err, "/nonexistent.json"));
    program_done(&run);
    free(config);
}

static void a_dry_run_shows_the_request_and_sends_nothing(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL);
    size_t before = sandbox_count(&world->sandbox);
    struct program run;
    soarhost(&run, NULL, "--json", "--dry-run", "--config", config, "invoke", "add_case_tags",
             "{\"id\":\"c1\",\"tags\":[\"triage\"]}");
    assert_int_equal(run.code, 0);
    soarhost_expect(&run, "{\"ok\":true,\"request\":{\"method\":\"POST\","
                          "\"url\":{\"$regex\":\"/cases/entities/case-tags/v1$\"},"
                          "\"body\":{\"$exact\":{\"id\":\"c1\",\"tags\":[\"triage\"]}}}}");
    assert_null(strstr(run.out, world->sandbox.client_secret));
    program_done(&run);
    assert_int_equal(sandbox_count(&world->sandbox), before);
    free(config);
}

static void a_call_is_held_to_the_plan_that_was_shown(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL);
    struct program run;
    struct json_object *plan = NULL;
    soarhost(&run, NULL, "--json", "--dry-run", "--config", config, "invoke", "create_case",
             "{\"name\":\"planned\",\"severity\":5}");
    struct json_object *shown = json_tokener_parse(run.out);
    assert_int_equal(json_pointer_get(shown, "/plan/text", &plan), 0);
    program_done(&run);
    size_t before = sandbox_count(&world->sandbox);
    soarhost(&run, NULL, "--json", "--plan", json_object_get_string(plan), "--config", config,
             "invoke", "create_case", "{\"name\":\"another\",\"severity\":5}");
    assert_int_not_equal(run.code, 0);
    soarhost_expect(&run, "{\"status\":\"FAILED_PRECONDITION\",\"error\":{\"outcome\":"
                          "\"not_sent\"}}");
    assert_int_equal(sandbox_count(&world->sandbox), before);
    program_done(&run);
    soarhost(&run, NULL, "--json", "--plan", json_object_get_string(plan), "--config", config,
             "invoke", "create_case", "{\"name\":\"planned\",\"severity\":5}");
    assert_int_equal(run.code, 0);
    soarhost_expect(&run, "{\"ok\":true,\"resources\":[{\"name\":\"planned\"}]}");
    program_done(&run);
    json_object_put(shown);
    free(config);
}

static void a_write_may_carry_an_idempotency_key(void **state)
{
    (void)state;
    struct program run;
    char key[300];
    soarhost(&run, NULL, "--json", "--sandbox", "--key", "a key", "invoke", "create_case",
             "{\"name\":\"keyed\",\"severity\":5}");
    assert_int_equal(run.code, SOAR_OK);
    program_done(&run);
    memset(key, 'k', sizeof key);
    key[257] = '\0'; /* one more than a key may have */
    soarhost(&run, NULL, "--json", "--sandbox", "--key", key, "invoke", "create_case",
             "{\"name\":\"keyed\",\"severity\":5}");
    assert_int_equal(run.code, SOAR_INVALID_ARGUMENT);
    soarhost_expect(&run, "{\"error\":{\"reason\":\"bad_idempotency_key\"}}");
    program_done(&run);
}

/* ------------------------------------------------------------------ configuration */

static void the_configuration_may_be_named_by_the_environment(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL), *variable = NULL;
    assert_true(asprintf(&variable, "SOARHOST_CONFIG=%s", config) > 0);
    const char *env[] = {variable, NULL};
    struct program run;
    soarhost(&run, &(struct program_setting){.env = env}, "invoke", "create_case", CASE);
    assert_int_equal(run.code, 0);
    program_done(&run);
    free(variable);
    free(config);
}

static void a_secret_by_name_comes_from_the_environment(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, "{\"falcon.client_secret\":\"secret:FALCON\"}");
    char *variable = NULL;
    assert_true(asprintf(&variable, "SOARHOST_SECRET_FALCON=%s", world->sandbox.client_secret) > 0);
    const char *env[] = {variable, NULL};
    struct program run;
    soarhost(&run, &(struct program_setting){.env = env}, "--config", config, "invoke",
             "create_case", CASE);
    assert_int_equal(run.code, 0);
    program_done(&run);
    soarhost(&run, NULL, "--config", config, "invoke", "create_case", CASE);
    assert_int_equal(run.code, SOAR_NOT_FOUND);
    assert_non_null(strstr(run.err, "FALCON"));
    program_done(&run);
    free(variable);
    free(config);
}

static void a_flaw_of_the_configuration_is_told_with_its_line(void **state)
{
    struct world *world = *state;
    static const char text[] = "falcon: {\n  client_id = \"a\";\n  client_secrte = \"b\";\n};\n";
    tmpdir_write(world->dir, "bad.conf", text, strlen(text));
    char *config = tmpdir_path(world->dir, "bad.conf");
    struct program run;
    soarhost(&run, NULL, "--config", config, "invoke", "create_case", CASE);
    assert_int_equal(run.code, SOAR_INVALID_ARGUMENT);
    assert_non_null(strstr(run.err, "client_secrte"));
    assert_non_null(strstr(run.err, "line 3"));
    program_done(&run);
    free(config);
}

/* ------------------------------------------------------------------ exit codes */

struct ending {
    const char *action;
    const char *input; /* %s = the id of a case that is there */
    const char *settings;
    soar_status code;
};

static const struct ending endings[] = {
    {"get_cases", "{\"ids\":[\"%s\"]}", NULL, SOAR_OK},
    {"create_case", "{\"name\":\"no severity\"}", NULL, SOAR_INVALID_ARGUMENT},
    {"create_case", "{", NULL, SOAR_INVALID_ARGUMENT},
    {"get_cases", "{\"ids\":[\"" NO_CASE "\"]}", NULL, SOAR_NOT_FOUND},
    {"create_case", CASE, "{\"policy.read_only\":true}", SOAR_PERMISSION_DENIED},
    {"update_case_fields",
     "{\"id\":\"%s\",\"fields\":{\"status\":\"closed\"},\"expected_version\":77}", NULL,
     SOAR_ABORTED},
    {"get_cases", "{\"ids\":[\"%s\"]}", "{\"falcon.client_secret\":\"wrong\"}",
     SOAR_UNAUTHENTICATED},
    {"get_cases", "{\"ids\":[\"%s\",\"" NO_CASE "\"]}", NULL, SOAR_PARTIAL},
    {"get_cases", "{\"ids\":[\"%s\"]}",
     "{\"falcon.base_url\":\"http://127.0.0.1:1\",\"retry.attempts\":1}", SOAR_UNAVAILABLE},
};

static char *input_of(const struct ending *ending, const char *id)
{
    const char *hole = strstr(ending->input, "%s");
    char *text = NULL;
    if (hole == NULL) {
        return strdup(ending->input);
    }
    assert_true(
        asprintf(&text, "%.*s%s%s", (int)(hole - ending->input), ending->input, id, hole + 2) > 0);
    return text;
}

static void the_exit_code_is_the_status_of_the_call(void **state)
{
    struct world *world = *state;
    char *id = world_new_case(world, "There");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const struct ending *ending = &endings[i];
        char *config = soarhost_config(world, ending->settings);
        char *input = input_of(ending, id), *pattern = NULL;
        struct program run;
        assert_true(asprintf(&pattern, "{\"ok\":%s,\"status\":\"%s\"}",
                             ending->code == SOAR_OK ? "true" : "false",
                             plugin_status_name(ending->code)) > 0);
        soarhost(&run, NULL, "--json", "--config", config, "invoke", ending->action, input);
        soarhost_expect(&run, pattern);
        assert_int_equal(run.code, ending->code);
        assert_string_equal(run.err, "");
        program_done(&run);
        soarhost(&run, NULL, "--config", config, "invoke", ending->action, input);
        assert_int_equal(run.code, ending->code);
        if (ending->code != SOAR_OK) {
            assert_non_null(strstr(run.err, plugin_status_name(ending->code)));
        }
        program_done(&run);
        free(pattern);
        free(input);
        free(config);
    }
    free(id);
}

static void what_the_service_sends_cannot_steer_the_terminal(void **state)
{
    struct world *world = *state;
    char *config = soarhost_config(world, NULL);
    static const char *const args[] = {"invoke", "create_case",
                                       "{\"name\":\"a\\u001b[2Jb\",\"severity\":60}", NULL};
    char *variable = NULL;
    struct program run;
    assert_true(asprintf(&variable, "SOARHOST_CONFIG=%s", config) > 0);
    const char *env[] = {"NO_COLOR=1", variable, NULL};
    soarhost_by(program_start_on_terminal, &run, args, &(struct program_setting){.env = env});
    program_end(&run);
    assert_null(strstr(run.out, "\033[2J"));
    assert_int_equal(run.code, 0);
    program_done(&run);
    free(variable);
    free(config);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sandbox_needs_no_configuration),
        cmocka_unit_test_setup_teardown(the_input_comes_from_the_line_a_file_or_standard_input,
                                        start, stop),
        cmocka_unit_test_setup_teardown(an_input_file_that_is_not_there_is_named, start, stop),
        cmocka_unit_test_setup_teardown(a_dry_run_shows_the_request_and_sends_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_call_is_held_to_the_plan_that_was_shown, start, stop),
        cmocka_unit_test(a_write_may_carry_an_idempotency_key),
        cmocka_unit_test_setup_teardown(the_configuration_may_be_named_by_the_environment, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_secret_by_name_comes_from_the_environment, start, stop),
        cmocka_unit_test_setup_teardown(a_flaw_of_the_configuration_is_told_with_its_line, start,
                                        stop),
        cmocka_unit_test_setup_teardown(the_exit_code_is_the_status_of_the_call, start, stop),
        cmocka_unit_test_setup_teardown(what_the_service_sends_cannot_steer_the_terminal, start,
                                        stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
