/* What bad answers of the server get: a clear error with status and trace id, memory bounded. */
#include "canned.h"
#include "check.h"
#include "match.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char get[] = "{\"ids\":[\"a\"]}";

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

static void expect(struct json_object *document, const char *expected)
{
    char *differences = NULL;
    size_t size = 0;
    struct json_object *wanted = json_tokener_parse(expected);
    FILE *out = open_memstream(&differences, &size);
    assert_non_null(wanted);
    size_t count = match(wanted, document, MATCH_SUBSET, "result", out);
    fclose(out);
    if (count > 0) {
        fail_msg("\n%sThe result: %s", differences, json_object_to_json_string(document));
    }
    free(differences);
    json_object_put(wanted);
}

/* ------------------------------------------------------------------ the sandbox's faults */

static const struct bad_answer {
    const char *what;
    const char *fault; /* of an operation; its name goes before it */
    const char *expected;
} bad_answers[] = {
    {"a page of HTML with 200", "html",
     "{\"status\":\"DATA_LOSS\",\"http_status\":200,\"error\":{\"reason\":\"bad_answer\","
     "\"message\":"
     "{\"$regex\":\"HTTP 200, text/html.*not valid JSON\"}},\"meta\":{\"trace_id\":{\"$type\":"
     "\"string\"}}}"},
    {"a page of HTML with 503", "html=503",
     "{\"status\":\"UNAVAILABLE\",\"http_status\":503,\"error\":{\"message\":{\"$regex\":"
     "\"HTTP "
     "503.*text/html\"},\"retryable\":true},\"meta\":{\"trace_id\":{\"$type\":\"string\"}}}"},
    {"a page of HTML with 403", "html=403",
     "{\"status\":\"PERMISSION_DENIED\",\"http_status\":403,\"error\":{\"hint\":{\"$regex\":"
     "\"Cases: read\"}},\"meta\":{\"trace_id\":{\"$type\":\"string\"}}}"},
    {"a body that breaks off", "truncated",
     "{\"status\":\"DATA_LOSS\",\"http_status\":200,\"error\":{\"reason\":\"answer_cut\","
     "\"retryable\":true}}"},
    {"a string that is no UTF-8", "bad_utf8",
     "{\"status\":\"DATA_LOSS\",\"http_status\":200,\"error\":{\"reason\":\"bad_answer\","
     "\"message\":"
     "{\"$regex\":\"UTF-8.* at byte\"}},\"meta\":{\"trace_id\":{\"$type\":\"string\"}}}"},
    {"lists that are nested too deep", "deep",
     "{\"status\":\"DATA_LOSS\",\"http_status\":200,\"error\":{\"reason\":\"bad_answer\"},"
     "\"meta\":{\"trace_id\":{\"$type\":\"string\"}}}"},
    {"a bare string with 500", "bare=500",
     "{\"status\":\"INTERNAL\",\"http_status\":500,\"meta\":{\"trace_id\":{\"$type\":\"string\"}}"
     "}"},
    {"an empty body with 200", "empty",
     "{\"status\":\"DATA_LOSS\",\"http_status\":200,\"error\":{\"reason\":\"bad_answer\"},"
     "\"meta\":{\"trace_id\":{\"$type\":\"string\"}}}"},
    {"an empty body with 500", "empty=500",
     "{\"status\":\"INTERNAL\",\"http_status\":500,\"error\":{\"reason\":\"service_error\"}}"},
    {"a body without end", "endless",
     "{\"status\":\"RESOURCE_EXHAUSTED\",\"error\":{\"reason\":\"answer_too_"
     "big\","
     "\"message\":{\"$regex\":\"http.max_response_bytes\"},\"retryable\":false}}"},
    {"a redirect", "redirect=http://127.0.0.1:9/",
     "{\"status\":\"FAILED_PRECONDITION\",\"http_status\":302,\"error\":{\"reason\":"
     "\"redirect_refused\"}}"},
    {"an error inside HTTP 200", "errors_in_200=403",
     "{\"status\":\"PERMISSION_DENIED\",\"http_status\":200,\"errors\":[{\"code\":403}]}"},
    {"no answer but a closed connection", "reset_before",
     "{\"status\":\"UNAVAILABLE\",\"http_status\":0,\"error\":{\"reason\":\"connection_lost\","
     "\"retryable\":true}}"},
};

static void a_read_ends_in_a_clear_error(void **state)
{
    const struct bad_answer *bad = *state;
    char fault[128];
    snprintf(fault, sizeof fault, "get_cases:%s", bad->fault);
    const char *args[] = {"--fault", fault, NULL};
    struct world *world =
        world_open_new(args, "{\"retry.attempts\":2,\"http.max_response_bytes\":1048576}");
    struct json_object *document = plugin_call(world->instance, "get_cases", get, NULL);
    expect(document, bad->expected);
    json_object_put(document);
    world_free(world);
}

/* The same spoiling all answers to a write: what is reported is what the service holds. */
static void a_write_is_reported_as_done_where_it_was_and_only_there(void **state)
{
    static const struct {
        const char *fault;
        soar_status status;
        const char *outcome; /* NULL = done */
        int64_t cases;
    } rows[] = {
        {"html", SOAR_UNAVAILABLE, "not_applied", 0},
        {"deep", SOAR_UNAVAILABLE, "not_applied", 0},
        {"endless", SOAR_UNAVAILABLE, "not_applied", 0},
        {"bare=500", SOAR_UNAVAILABLE, "not_applied", 0},
        {"empty=500", SOAR_UNAVAILABLE, "not_applied", 0},
        {"empty=201", SOAR_UNAVAILABLE, "not_applied", 0},
        {"no_envelope=201", SOAR_UNAVAILABLE, "not_applied", 0},
        {"reset_before", SOAR_UNAVAILABLE, "not_applied", 0},
        {"truncated", SOAR_OK, NULL, 1},
        {"bad_utf8", SOAR_OK, NULL, 1},
        {"reset_after", SOAR_OK, NULL, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fault[128];
        soar_status status = SOAR_OK;
        snprintf(fault, sizeof fault, "create_case:%s", rows[i].fault);
        const char *args[] = {"--fault", fault, NULL};
        struct world *world =
            world_open_new(args, "{\"http.max_response_bytes\":1048576,\"retry.attempts\":2}");
        struct json_object *document =
            plugin_call(world->instance, "create_case", "{\"name\":\"n\",\"severity\":5}", &status);
        struct json_object *found = plugin_call(world->instance, "query_case_ids", "{}", NULL);
        const char *outcome = text_at(document, "/error/outcome");
        struct json_object *total = NULL;
        json_pointer_get(found, "/meta/pagination/total", &total);
        if ((rows[i].outcome == NULL) != (status == SOAR_OK) ||
            (rows[i].outcome != NULL && strcmp(outcome, rows[i].outcome) != 0) ||
            json_object_get_int64(total) != rows[i].cases) {
            fail_msg("%s: %s cases, %s", rows[i].fault, json_object_to_json_string(total),
                     json_object_to_json_string(document));
        }
        assert_int_equal(status, rows[i].status);
        json_object_put(found);
        json_object_put(document);
        world_free(world);
    }
}

static void bad_answers_to_the_token_request_end_in_a_clear_error(void **state)
{
    static const char *const faults[] = {"html",     "empty",     "bare",      "no_envelope",
                                         "deep",     "bad_utf8",  "truncated", "endless",
                                         "html=503", "status=500"};
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char fault[128];
        soar_status status = SOAR_OK;
        snprintf(fault, sizeof fault, "token:%s", faults[i]);
        const char *args[] = {"--fault", fault, NULL};
        struct world *world = world_open_new(args, "{\"retry.attempts\":2}");
        struct json_object *document = plugin_call(world->instance, "get_cases", get, &status);
        struct json_object *requests = sandbox_requests(&world->sandbox, 0, 0);
        if (status == SOAR_OK || json_object_array_length(requests) != 0 ||
            strcmp(text_at(document, "/error/outcome"), "not_sent") != 0) {
            fail_msg("%s: %s", faults[i], json_object_to_json_string(document));
        }
        json_object_put(requests);
        json_object_put(document);
        world_free(world);
    }
}

/* ------------------------------------------------------------------ what no library sends */

static void odd_answers_on_the_wire_end_in_a_clear_error(void **state)
{
    static const char *const answers[] = {
        "",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"a",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{\"a",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Odd\r\nX-Cs-TraceId: a\x01\x7f\xff\"b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Slow\r\nX-RateLimit-RetryAfter: 99999999999999999999\r\nContent-Length: "
        "0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: "
        "43\r\n\r\n{\"meta\":{},\"resources\":7,\"errors\":[1,null]}",
    };
    struct world *world = world_new(NULL);
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char *token = canned_token();
        const char *list[] = {token, answers[i], NULL};
        struct canned *server = canned_start(list);
        struct json_object *settings = settings_new(&world->sandbox, NULL);
        json_object_object_add(settings, "falcon.base_url",
                               json_object_new_string(canned_url(server)));
        json_object_object_add(settings, "retry.attempts", json_object_new_int(1));
        soar_plugin *instance = plugin_open(settings);
        struct json_object *document = plugin_call(instance, "get_cases", get, NULL);
        if (json_object_get_boolean(json_object_object_get(document, "ok"))) {
            fail_msg("%s: %s", answers[i], json_object_to_json_string(document));
        }
        json_object_put(document);
        plugin_close(instance);
        json_object_put(settings);
        json_object_put(canned_stop(server));
        free(token);
    }
    world_free(world);
}

/* ------------------------------------------------------------------ memory */

/* In a process of its own, since peaks never go down: KiB by which the peak rose in the calls. */
static long peak_rise(const char *fault, const char *changes, const char *action, const char *input)
{
    int ends[2];
    long rise = -1;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rusage before, after;
        const char *args[] = {"--fault", fault, NULL};
        struct world *world = world_open_new(args, changes);
        json_object_put(plugin_call(world->instance, "query_slas", "{}", NULL));
        getrusage(RUSAGE_SELF, &before);
        for (int i = 0; i < 3; i++) {
            json_object_put(plugin_call(world->instance, action, input, NULL));
        }
        getrusage(RUSAGE_SELF, &after);
        rise = after.ru_maxrss - before.ru_maxrss;
        world_free(world);
        _exit(write(ends[1], &rise, sizeof rise) == (ssize_t)sizeof rise ? 0 : 1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &rise, sizeof rise), sizeof rise);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return rise;
}

#define MEMORY_KIB (32 * 1024) /* ASan keeps freed memory for a while */

static void an_endless_answer_takes_no_more_memory_than_allowed(void **state)
{
    (void)state;
    assert_in_range(peak_rise("get_cases:endless",
                              "{\"http.max_response_bytes\":1048576,\"retry.attempts\":1}",
                              "get_cases", get),
                    0, MEMORY_KIB);
}

static void an_endless_answer_to_the_token_request_takes_little_memory(void **state)
{
    (void)state;
    assert_in_range(peak_rise("token:endless", "{\"retry.attempts\":1}", "get_cases", get), 0,
                    MEMORY_KIB);
}

static void an_endless_download_takes_no_memory_and_leaves_no_file(void **state)
{
    const char *args[] = {"--fault", "download_existing_files:endless", NULL};
    soar_status status = SOAR_OK;
    (void)state;
    struct world *world =
        world_open_new(args, "{\"files.max_bytes\":50000000,\"http.max_response_bytes\":1048576}");
    struct json_object *document =
        plugin_call(world->instance, "download_existing_files", "{\"id\":\"f\"}", &status);
    struct json_object *left = tmpdir_list(world->dir, "out");
    assert_int_equal(status, SOAR_RESOURCE_EXHAUSTED);
    assert_int_equal(json_object_array_length(left), 0);
    json_object_put(left);
    json_object_put(document);
    world_free(world);
    assert_in_range(peak_rise("download_existing_files:endless",
                              "{\"files.max_bytes\":50000000,\"http.max_response_bytes\":1048576}",
                              "download_existing_files", "{\"id\":\"f\"}"),
                    0, MEMORY_KIB);
}

#define BAD_ANSWERS (sizeof bad_answers / sizeof *bad_answers)

int main(void)
{
    static char names[BAD_ANSWERS][96];
    struct CMUnitTest tests[BAD_ANSWERS + 6] = {
        cmocka_unit_test(a_write_is_reported_as_done_where_it_was_and_only_there),
        cmocka_unit_test(bad_answers_to_the_token_request_end_in_a_clear_error),
        cmocka_unit_test(odd_answers_on_the_wire_end_in_a_clear_error),
        cmocka_unit_test(an_endless_answer_takes_no_more_memory_than_allowed),
        cmocka_unit_test(an_endless_answer_to_the_token_request_takes_little_memory),
        cmocka_unit_test(an_endless_download_takes_no_memory_and_leaves_no_file),
    };
    for (size_t i = 0; i < BAD_ANSWERS; i++) {
        snprintf(names[i], sizeof names[i], "a read ends in a clear error after %s",
                 bad_answers[i].what);
        tests[6 + i] = (struct CMUnitTest){.name = names[i],
                                           .test_func = a_read_ends_in_a_clear_error,
                                           .initial_state = (void *)(uintptr_t)&bad_answers[i]};
    }
    return cmocka_run_group_tests_name("hostile_answers", tests, NULL, NULL);
}
