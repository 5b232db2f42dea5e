/* The command line host: what it shows, on a terminal and in a pipe, and what it takes. */
#include "soarhost_run.h"

#define ESCAPE '\033'

/* ------------------------------------------------------------------ list and describe */

static void list_shows_all_actions_by_group(void **state)
{
    (void)state;
    struct program run;
    struct json_object *actions = plugin_actions();
    struct json_object *tools = json_object_object_get(actions, "tools");
    soarhost(&run, NULL, "list");
    assert_int_equal(run.code, 0);
    assert_int_equal(json_object_array_length(tools), 55);
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        struct json_object *name =
            json_object_object_get(json_object_array_get_idx(tools, i), "name");
        char *line = NULL;
        assert_true(asprintf(&line, "\n  %s ", json_object_get_string(name)) > 0);
        assert_non_null(strstr(run.out, line));
        free(line);
    }
    json_object_put(actions);
    program_done(&run);
}

static void list_as_json_is_the_plugins_own_listing(void **state)
{
    (void)state;
    struct program run;
    struct json_object *actions = plugin_actions();
    soarhost(&run, NULL, "--json", "list");
    struct json_object *listed = soarhost_json(&run);
    assert_true(json_object_equal(json_object_object_get(listed, "tools"),
                                  json_object_object_get(actions, "tools")));
    json_object_put(listed);
    json_object_put(actions);
    program_done(&run);
}

static void list_with_a_word_shows_what_has_it(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "list", "snapshot");
    assert_non_null(strstr(run.out, "get_template_snapshots"));
    assert_null(strstr(run.out, "create_case"));
    program_done(&run);
    soarhost(&run, NULL, "list", "snapshto");
    assert_int_equal(run.code, SOAR_NOT_FOUND);
    program_done(&run);
}

/* What stands behind the name of the action in the listing. */
static void assert_effect(const char *listing, const char *action, const char *effect)
{
    const char *line = strstr(listing, action);
    assert_non_null(line);
    line += strlen(action);
    line += strspn(line, " ");
    if (strncmp(line, effect, strlen(effect)) != 0) {
        fail_msg("%s is no \"%s\" but %.16s", action, effect, line);
    }
}

static void list_tells_reading_saving_writing_and_destroying_apart(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "list");
    assert_effect(run.out, "  get_cases ", "read ");
    assert_effect(run.out, "  download_existing_files ", "saves file ");
    assert_effect(run.out, "  create_case ", "write ");
    assert_effect(run.out, "  delete_case_tags ", "destructive ");
    program_done(&run);
}

static void describe_shows_request_scope_inputs_and_an_example(void **state)
{
    (void)state;
    static const char *const wanted[] = {"PUT /cases/entities/cases/v2", "Cases: write", "severity",
                                         "Example"};
    struct program run;
    soarhost(&run, NULL, "describe", "create_case");
    assert_int_equal(run.code, 0);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (strstr(run.out, wanted[i]) == NULL) {
            fail_msg("no \"%s\" in: %s", wanted[i], run.out);
        }
    }
    program_done(&run);
}

static void describe_as_json_is_the_action_of_the_listing(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "--json", "describe", "create_case");
    soarhost_expect(&run, "{\"name\":\"create_case\",\"inputSchema\":{\"type\":\"object\"},"
                          "\"outputSchema\":{\"$type\":\"object\"}}");
    program_done(&run);
}

static void a_mistyped_action_gets_the_nearest_names(void **state)
{
    (void)state;
    static const char *const commands[] = {"describe", "invoke"};
    for (size_t i = 0; i < 2; i++) {
        struct program run;
        soarhost(&run, NULL, commands[i], "creat_case");
        assert_int_equal(run.code, SOAR_NOT_FOUND);
        assert_non_null(strstr(run.err, "create_case"));
        assert_string_equal(run.out, "");
        program_done(&run);
        soarhost(&run, NULL, "--json", commands[i], "creat_case");
        assert_int_equal(run.code, SOAR_NOT_FOUND);
        soarhost_expect(&run, "{\"ok\":false,\"status\":\"NOT_FOUND\","
                              "\"error\":{\"hint\":{\"$regex\":\"create_case\"}}}");
        assert_string_equal(run.err, "");
        program_done(&run);
    }
}

/* ------------------------------------------------------------------ terminal and pipe */

static void a_pipe_gets_no_escape_codes(void **state)
{
    (void)state;
    static const char *const env[] = {"TERM=xterm", NULL};
    static const struct program_setting setting = {.env = env};
    static const char *const lines[][5] = {
        {"list"}, {"describe", "create_case"}, {"invoke", "creat_case"}, {"--help"}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct program run;
        soarhost_by(program_run, &run, lines[i], &setting);
        assert_null(strchr(run.out, ESCAPE));
        assert_null(strchr(run.err, ESCAPE));
        program_done(&run);
    }
}

static int has_colours_on_terminal(const char *const *args, const char *const *env)
{
    const struct program_setting setting = {.env = env};
    struct program run;
    soarhost_by(program_start_on_terminal, &run, args, &setting);
    program_end(&run);
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(run.out, "create_case"));
    int has = strchr(run.out, ESCAPE) != NULL;
    program_done(&run);
    return has;
}

static void a_terminal_gets_colours_unless_they_are_unwanted(void **state)
{
    (void)state;
    static const char *const list[] = {"list", NULL};
    static const char *const plain[] = {"--no-color", "list", NULL};
    static const char *const json[] = {"--json", "list", NULL};
    static const char *const usual[] = {"NO_COLOR", NULL};
    static const char *const no_color[] = {"NO_COLOR=1", NULL};
    static const char *const dumb[] = {"NO_COLOR", "TERM=dumb", NULL};
    assert_true(has_colours_on_terminal(list, usual));
    assert_false(has_colours_on_terminal(list, no_color));
    assert_false(has_colours_on_terminal(list, dumb));
    assert_false(has_colours_on_terminal(plain, usual));
    assert_false(has_colours_on_terminal(json, usual));
}

/* ------------------------------------------------------------------ the command line */

struct wrong {
    const char *args[6];
    const char *says;
};

static const struct wrong wrong[] = {
    {{NULL}, "a command is missing"},
    {{"lits"}, "nearest: list"},
    {{"describe"}, "describe ACTION"},
    {{"invoke", "get_cases", "{}", "{}"}, "invoke ACTION"},
    {{"--nonsense", "list"}, "nonsense"},
    {{"--timeout", "soon", "list"}, "milliseconds"},
    {{"--timeout", "0", "list"}, "milliseconds"},
    {{"--sandbox", "--config", "f", "list"}, "exclude"},
    {{"--sandbox-arg=--seed=1", "list"}, "--sandbox"},
    {{"--input", "f", "list"}, "run"},
};

static void a_wrong_command_line_ends_with_64_and_says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct program run;
        soarhost_by(program_run, &run, wrong[i].args, NULL);
        if (run.code != 64 || strstr(run.err, wrong[i].says) == NULL) {
            fail_msg("case %zu: exit code %d, %s", i, run.code, run.err);
        }
        assert_string_equal(run.out, "");
        program_done(&run);
    }
}

static void help_and_version_are_told_on_standard_output(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "--help");
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(run.out, "--sandbox"));
    program_done(&run);
    soarhost(&run, NULL, "--version");
    assert_int_equal(run.code, 0);
    assert_string_equal(run.out, "soarhost " FCM_VERSION "\n");
    program_done(&run);
}

static void a_plugin_that_cannot_be_loaded_is_named(void **state)
{
    (void)state;
    struct program run;
    soarhost(&run, NULL, "--plugin", "/nonexistent/other.so", "list");
    assert_int_not_equal(run.code, 0);
    assert_int_not_equal(run.code, 64);
    assert_non_null(strstr(run.err, "/nonexistent/other.so"));
    program_done(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_shows_all_actions_by_group),
        cmocka_unit_test(list_as_json_is_the_plugins_own_listing),
        cmocka_unit_test(list_with_a_word_shows_what_has_it),
        cmocka_unit_test(list_tells_reading_saving_writing_and_destroying_apart),
        cmocka_unit_test(describe_shows_request_scope_inputs_and_an_example),
        cmocka_unit_test(describe_as_json_is_the_action_of_the_listing),
        cmocka_unit_test(a_mistyped_action_gets_the_nearest_names),
        cmocka_unit_test(a_pipe_gets_no_escape_codes),
        cmocka_unit_test(a_terminal_gets_colours_unless_they_are_unwanted),
        cmocka_unit_test(a_wrong_command_line_ends_with_64_and_says_what_is_wrong),
        cmocka_unit_test(help_and_version_are_told_on_standard_output),
        cmocka_unit_test(a_plugin_that_cannot_be_loaded_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
