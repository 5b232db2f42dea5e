/* falcon-sandbox as a process: its ready line, its state over a restart, its record, its end. */
#include "check.h"
#include "plugin.h"
#include "program.h"
#include "settings.h"
#include "tmpdir.h"
#include "world.h"
#include <json-c/json.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUARD_SECONDS 120

/* A world whose sandbox keeps its state in state.db of `dir`, which stays the caller's. */
static struct sandbox start_on(const char *dir, const char *seed)
{
    struct sandbox sandbox = {0};
    char *db = tmpdir_path(dir, "state.db"), *record = tmpdir_path(dir, "requests.jsonl");
    const char *args[] = {"--db", db, seed != NULL ? "--seed" : NULL, seed, NULL};
    sandbox_start(&sandbox, record, args);
    free(db);
    free(record);
    return sandbox;
}

static soar_plugin *open_on(const struct sandbox *sandbox, const char *dir)
{
    struct json_object *settings = settings_new(sandbox, dir);
    soar_plugin *instance = plugin_open(settings);
    json_object_put(settings);
    return instance;
}

/* Calls the action, expects OK, and answers what stands at the pointer as text, heap. */
static char *ask(soar_plugin *instance, const char *action, const char *input, const char *pointer)
{
    soar_status status = SOAR_OK;
    struct json_object *found = NULL;
    struct json_object *document = plugin_call(instance, action, input, &status);
    if (status != SOAR_OK || json_pointer_get(document, pointer, &found) != 0) {
        fail_msg("%s %s: %s", action, input, json_object_to_json_string(document));
    }
    char *text = strdup(json_object_get_string(found));
    json_object_put(document);
    return text;
}

static char *with_id(const char *format, const char *id)
{
    const char *hole = strstr(format, "%s");
    char *text = NULL;
    assert_non_null(hole);
    assert_true(asprintf(&text, "%.*s%s%s", (int)(hole - format), format, id, hole + 2) > 0);
    return text;
}

/* ------------------------------------------------------------------ state */

static void a_case_its_version_and_its_files_are_there_after_a_restart(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    struct sandbox sandbox = start_on(dir, NULL);
    soar_plugin *instance = open_on(&sandbox, dir);
    tmpdir_write_pattern(dir, "in/evidence.bin", 700000);
    char *id =
        ask(instance, "create_case", "{\"name\":\"Kept\",\"severity\":60}", "/resources/0/id");
    char *tag = with_id("{\"id\":\"%s\",\"tags\":[\"kept\"]}", id);
    char *upload = with_id("{\"file\":\"evidence.bin\",\"case_id\":\"%s\"}", id);
    char *get = with_id("{\"ids\":[\"%s\"]}", id);
    free(ask(instance, "add_case_tags", tag, "/resources/0/id"));
    char *file = ask(instance, "upload_file", upload, "/resources/0/id");
    char *before = ask(instance, "get_cases", get, "/resources");
    plugin_close(instance);
    sandbox_stop(&sandbox);

    sandbox = start_on(dir, NULL);
    instance = open_on(&sandbox, dir);
    char *after = ask(instance, "get_cases", get, "/resources");
    char *download = with_id("{\"id\":\"%s\",\"save_as\":\"back.bin\"}", file);
    size_t size = 0, back_size = 0;
    assert_string_equal(after, before);
    free(ask(instance, "download_existing_files", download, "/file/bytes"));
    char *bytes = tmpdir_read(dir, "in/evidence.bin", &size);
    char *back = tmpdir_read(dir, "out/back.bin", &back_size);
    assert_int_equal(back_size, size);
    assert_memory_equal(back, bytes, size);
    plugin_close(instance);
    sandbox_stop(&sandbox);
    char *all[] = {id, tag, upload, get, file, before, after, download, bytes, back};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
    tmpdir_free(dir);
}

/* What a control of the sandbox answers; `body` NULL for GET. The caller puts it. */
static struct json_object *control(const struct sandbox *sandbox, const char *path,
                                   const char *body)
{
    struct program run;
    char *url = NULL, *token = NULL;
    assert_true(asprintf(&url, "%s/_sandbox/%s", sandbox->url, path) > 0);
    assert_true(asprintf(&token, "X-Sandbox-Token: %s", sandbox->token) > 0);
    program_run(&run,
                (const char *[]){"curl", "-sS", "-H", token, url, body != NULL ? "--json" : NULL,
                                 body, NULL},
                NULL);
    assert_int_equal(run.code, 0);
    struct json_object *answer = json_tokener_parse(run.out);
    assert_non_null(answer);
    program_done(&run);
    free(token);
    free(url);
    return answer;
}

static int64_t control_number(const struct sandbox *sandbox, const char *path, const char *body,
                              const char *member)
{
    struct json_object *answer = control(sandbox, path, body);
    int64_t number = json_object_get_int64(json_object_object_get(answer, member));
    json_object_put(answer);
    return number;
}

static void four_hours_pass_in_a_moment_and_stay_passed_over_a_restart(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    struct sandbox sandbox = start_on(dir, NULL);
    soar_plugin *instance = open_on(&sandbox, dir);
    char *id = ask(instance, "create_case",
                   "{\"name\":\"Slow\",\"severity\":90,\"template\":"
                   "\"00000000-0000-4000-8000-000000000070\"}",
                   "/resources/0/id");
    char *get = with_id("{\"ids\":[\"%s\"]}", id);
    char *told = with_id("notifications?case_id=%s", id);
    static const char missed[] =
        "{\"filter\":\"sla_name:'Critical incidents'+sla_active_timer.status:'missed'\"}";
    assert_int_equal(control_number(&sandbox, told, NULL, "total"), 0);
    for (int run = 0; run < 2; run++) {
        if (run == 0) {
            assert_int_equal(
                control_number(&sandbox, "clock", "{\"advance_ms\":14400000}", "offset_ms"),
                14400000);
        }
        /* Its token is over as well: the plugin takes another. */
        char *status = ask(instance, "get_cases", get, "/resources/0/sla/active_timer_status");
        char *version = ask(instance, "get_cases", get, "/resources/0/version");
        char *found = ask(instance, "query_case_ids", missed, "/resources/0");
        assert_string_equal(status, "missed");
        assert_string_equal(version, "1");
        assert_string_equal(found, id);
        assert_int_equal(control_number(&sandbox, told, NULL, "total"), 4);
        assert_int_equal(control_number(&sandbox, "clock", NULL, "offset_ms"), 14400000);
        free(status);
        free(version);
        free(found);
        plugin_close(instance);
        sandbox_stop(&sandbox);
        if (run == 0) {
            sandbox = start_on(dir, NULL);
            instance = open_on(&sandbox, dir);
        }
    }
    free(id);
    free(get);
    free(told);
    tmpdir_free(dir);
}

static void what_was_told_is_told_once_though_the_sandbox_is_killed(void **state)
{
    (void)state;
    char *dir = tmpdir_new();
    struct sandbox sandbox = start_on(dir, NULL);
    soar_plugin *instance = open_on(&sandbox, dir);
    char *id = ask(instance, "create_case",
                   "{\"name\":\"Slow\",\"severity\":90,\"template\":"
                   "\"00000000-0000-4000-8000-000000000070\"}",
                   "/resources/0/id");
    char *told = with_id("notifications?case_id=%s", id);
    plugin_close(instance);
    static const int64_t expected[] = {2, 4, 4}; /* after 2, 4 and 6 hours */
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        control_number(&sandbox, "clock", "{\"advance_ms\":7200000}", "now_ms");
        assert_int_equal(kill(sandbox.pid, SIGKILL), 0);
        assert_int_equal(waitpid(sandbox.pid, NULL, 0), sandbox.pid);
        sandbox.pid = 0;
        sandbox_stop(&sandbox);
        sandbox = start_on(dir, NULL);
        assert_int_equal(control_number(&sandbox, told, NULL, "total"), expected[i]);
    }
    sandbox_stop(&sandbox);
    free(id);
    free(told);
    tmpdir_free(dir);
}

static void the_clock_starts_where_it_is_told_and_never_before_its_state(void **state)
{
    (void)state;
    char *dir = tmpdir_new(), *db = tmpdir_path(dir, "state.db");
    char *record = tmpdir_path(dir, "requests.jsonl"), *program = plugin_built("falcon-sandbox");
    struct sandbox sandbox = {0};
    sandbox_start(&sandbox, record,
                  (const char *[]){"--db", db, "--clock-offset", "3600000", NULL});
    assert_int_equal(control_number(&sandbox, "clock", NULL, "offset_ms"), 3600000);
    struct json_object *refused = control(&sandbox, "clock", "{\"set_ms\":0}");
    assert_non_null(json_object_object_get(refused, "errors"));
    json_object_put(refused);
    sandbox_stop(&sandbox);
    struct program run;
    program_run(&run, (const char *[]){program, "--db", db, "--clock-offset", "0", NULL}, NULL);
    assert_int_equal(run.code, 1);
    assert_non_null(strstr(run.err, "--clock-offset"));
    program_done(&run);
    free(db);
    free(record);
    free(program);
    tmpdir_free(dir);
}

static void a_sandbox_without_a_file_forgets(void **state)
{
    (void)state;
    char *dir = tmpdir_new(), *record = tmpdir_path(dir, "requests.jsonl");
    struct sandbox sandbox = {0};
    sandbox_start(&sandbox, record, NULL);
    soar_plugin *instance = open_on(&sandbox, dir);
    char *id =
        ask(instance, "create_case", "{\"name\":\"Gone\",\"severity\":60}", "/resources/0/id");
    plugin_close(instance);
    sandbox_stop(&sandbox);
    sandbox_start(&sandbox, record, NULL);
    instance = open_on(&sandbox, dir);
    soar_status status = SOAR_OK;
    char *get = with_id("{\"ids\":[\"%s\"]}", id);
    json_object_put(plugin_call(instance, "get_cases", get, &status));
    assert_int_equal(status, SOAR_NOT_FOUND);
    plugin_close(instance);
    sandbox_stop(&sandbox);
    free(get);
    free(id);
    free(record);
    tmpdir_free(dir);
}

static char *seeded(const char *dir, const char *seed)
{
    struct sandbox sandbox = start_on(dir, seed);
    soar_plugin *instance = open_on(&sandbox, dir);
    static const char query[] = "{\"sort\":\"reference_id|asc\",\"limit\":100}";
    char *ids = ask(instance, "query_case_ids", query, "/resources");
    plugin_close(instance);
    sandbox_stop(&sandbox);
    return ids;
}

static void a_seed_gives_so_many_cases_and_the_same_ones_each_time(void **state)
{
    (void)state;
    char *dirs[] = {tmpdir_new(), tmpdir_new(), tmpdir_new()};
    char *none = seeded(dirs[0], "0");
    char *seven = seeded(dirs[1], "7");
    char *again = seeded(dirs[2], "7");
    struct json_object *few = json_tokener_parse(none), *more = json_tokener_parse(seven);
    assert_int_equal(json_object_array_length(more), json_object_array_length(few) + 7);
    assert_string_equal(again, seven);
    json_object_put(few);
    json_object_put(more);
    free(none);
    free(seven);
    free(again);
    for (size_t i = 0; i < 3; i++) {
        tmpdir_free(dirs[i]);
    }
}

static void a_file_that_is_no_state_is_refused_and_left_alone(void **state)
{
    (void)state;
    static const char text[] = "This is no database, and it is longer than a header of one is. "
                               "It must stay as it is, whatever the sandbox makes of it.\n";
    char *dir = tmpdir_new(), *sandbox = plugin_built("falcon-sandbox");
    tmpdir_write(dir, "notes.txt", text, strlen(text));
    char *path = tmpdir_path(dir, "notes.txt");
    struct program run;
    size_t size = 0;
    program_run(&run, (const char *[]){sandbox, "--db", path, NULL}, NULL);
    assert_int_equal(run.code, 1);
    assert_string_equal(run.out, "");
    assert_string_not_equal(run.err, "");
    program_done(&run);
    char *after = tmpdir_read(dir, "notes.txt", &size);
    assert_string_equal(after, text);
    free(after);
    free(path);
    free(sandbox);
    tmpdir_free(dir);
}

/* ------------------------------------------------------------------ the process */

static void it_prints_one_line_of_json_and_ends_with_0_on_a_signal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    static const char *const keys[] = {"url", "client_id", "client_secret"};
    char *sandbox = plugin_built("falcon-sandbox");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct program run;
        program_start(&run, (const char *[]){sandbox, "--listen", "127.0.0.1:0", NULL}, NULL);
        char *line = program_line(&run);
        assert_non_null(line);
        struct json_object *ready = json_tokener_parse(line);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            struct json_object *value = json_object_object_get(ready, keys[k]);
            assert_true(json_object_is_type(value, json_type_string));
            assert_true(json_object_get_string_len(value) > 0);
        }
        assert_int_equal(kill(run.pid, signals[i]), 0);
        program_end(&run);
        assert_int_equal(run.code, 0);
        assert_string_equal(run.out, "");
        assert_string_equal(run.err, "");
        program_done(&run);
        json_object_put(ready);
        free(line);
    }
    free(sandbox);
}

static void a_wrong_command_line_ends_with_64(void **state)
{
    (void)state;
    static const char *const wrong[][3] = {{"--nonsense"}, {"--seed", "many"}, {"extra"}};
    char *sandbox = plugin_built("falcon-sandbox");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct program run;
        program_run(&run, (const char *[]){sandbox, wrong[i][0], wrong[i][1], NULL}, NULL);
        if (run.code != 64 || *run.out != '\0' || *run.err == '\0') {
            fail_msg("%s: exit code %d, %s%s", wrong[i][0], run.code, run.out, run.err);
        }
        program_done(&run);
    }
    free(sandbox);
}

static void the_record_holds_every_request_and_no_secret(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    size_t size = 0;
    free(world_new_case(world, "Recorded"));
    char *record = tmpdir_read(world->dir, "requests.jsonl", &size);
    assert_non_null(strstr(record, "/oauth2/token"));
    assert_non_null(strstr(record, "\"Recorded\""));
    assert_null(strstr(record, world->sandbox.client_secret));
    assert_null(strcasestr(record, "bearer"));
    assert_null(strcasestr(record, "\"authorization\""));
    struct json_object *requests = sandbox_requests(&world->sandbox, 0, 1);
    assert_int_equal(json_object_array_length(requests), 2);
    json_object_put(requests);
    free(record);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_its_version_and_its_files_are_there_after_a_restart),
        cmocka_unit_test(four_hours_pass_in_a_moment_and_stay_passed_over_a_restart),
        cmocka_unit_test(what_was_told_is_told_once_though_the_sandbox_is_killed),
        cmocka_unit_test(the_clock_starts_where_it_is_told_and_never_before_its_state),
        cmocka_unit_test(a_sandbox_without_a_file_forgets),
        cmocka_unit_test(a_seed_gives_so_many_cases_and_the_same_ones_each_time),
        cmocka_unit_test(a_file_that_is_no_state_is_refused_and_left_alone),
        cmocka_unit_test(it_prints_one_line_of_json_and_ends_with_0_on_a_signal),
        cmocka_unit_test(a_wrong_command_line_ends_with_64),
        cmocka_unit_test(the_record_holds_every_request_and_no_secret),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
