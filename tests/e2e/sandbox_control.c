/* The sandbox's control endpoint, as curl sees it: who may use it, and that its faults strike. */
#include "check.h"
#include "program.h"
#include "world.h"
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* "STATUS BODY" of a request; `header` and `body` may be NULL. Heap. */
static char *ask(const struct sandbox *sandbox, const char *method, const char *path,
                 const char *header, const char *body)
{
    char *url = NULL;
    struct program curl;
    assert_true(asprintf(&url, "%s%s", sandbox->url, path) > 0);
    const char *argv[16] = {"curl", "-sS", "-w", "\n%{http_code}", "-X", method, url};
    size_t count = 7;
    if (header != NULL) {
        argv[count++] = "-H";
        argv[count++] = header;
    }
    if (body != NULL) {
        argv[count++] = "-d";
        argv[count++] = body;
    }
    program_run(&curl, argv, NULL);
    char *status = strrchr(curl.out, '\n'), *text = NULL;
    if (curl.code != 0 || status == NULL) {
        fail_msg("curl %s: %s", path, curl.err);
    }
    *status = '\0';
    assert_true(asprintf(&text, "%s %s", status + 1, curl.out) > 0);
    program_done(&curl);
    free(url);
    return text;
}

static char *ask_with_token(const struct sandbox *sandbox, const char *method, const char *path,
                            const char *body)
{
    char *header = NULL;
    assert_true(asprintf(&header, "X-Sandbox-Token: %s", sandbox->token) > 0);
    char *answer = ask(sandbox, method, path, header, body);
    free(header);
    return answer;
}

static void nothing_is_told_or_changed_without_the_token(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *path, *header;
    } rows[] = {
        {"/_sandbox/faults", NULL},
        {"/_sandbox/faults", "X-Sandbox-Token;"},
        {"/_sandbox/faults", "X-Sandbox-Token: wrong"},
        {"/_sandbox/faults", "X-Sandbox-Token: 00000000-0000-4000-8000-000000000000"},
        {"/_sandbox/faults?token=", NULL},
        {"/_sandbox/faults?token=wrong", NULL},
        {"/_sandbox/no_such_path", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *answer =
            ask(&world->sandbox, "POST", rows[i].path, rows[i].header, "{\"faults\":[\"*:html\"]}");
        struct json_object *json = json_tokener_parse(answer + 4), *found = NULL;
        if (strncmp(answer, "401 ", 4) != 0 ||
            json_pointer_get(json, "/errors/0/code", &found) != 0 ||
            json_object_get_int(found) != 401 ||
            json_pointer_get(json, "/meta/trace_id", &found) != 0) {
            fail_msg("%s %s: %s", rows[i].path, rows[i].header, answer);
        }
        json_object_put(json);
        free(answer);
    }
    char *left = ask_with_token(&world->sandbox, "GET", "/_sandbox/faults", NULL);
    assert_string_equal(left, "200 {\"faults\":[]}");
    free(left);
}

static void the_token_is_taken_in_the_header_and_in_the_query(void **state)
{
    struct world *world = *state;
    char *path = NULL;
    assert_true(asprintf(&path, "/_sandbox/faults?token=%s", world->sandbox.token) > 0);
    char *by_query = ask(&world->sandbox, "GET", path, NULL, NULL);
    char *by_header = ask_with_token(&world->sandbox, "GET", "/_sandbox/faults", NULL);
    assert_string_equal(by_query, "200 {\"faults\":[]}");
    assert_string_equal(by_header, by_query);
    free(by_header);
    free(by_query);
    free(path);
}

static void every_sandbox_makes_a_token_of_its_own_unless_told_one(void **state)
{
    struct world *world = *state;
    const char *const told[] = {"--console-token", "told-one_2.~", NULL};
    struct world *other = world_new(NULL), *third = world_new(told);
    assert_string_not_equal(other->sandbox.token, world->sandbox.token);
    assert_true(strlen(other->sandbox.token) >= 32);
    assert_string_equal(third->sandbox.token, "told-one_2.~");
    world_free(other);
    world_free(third);
}

static void what_is_no_path_or_no_method_of_it_is_refused(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *method, *path, *body, *starts;
    } rows[] = {
        {"GET", "/_sandbox/", NULL, "404 "},
        {"GET", "/_sandbox/no_such_path", NULL, "404 "},
        {"PUT", "/_sandbox/faults", "{}", "405 "},
        {"POST", "/_sandbox/faults", "{\"faults\":", "400 "},
        {"POST", "/_sandbox/faults", "{\"faults\":\"*:html\"}", "400 "},
        {"POST", "/_sandbox/faults", "{\"faults\":[\"*:melt\"]}", "400 "},
        {"GET", "/_sandbox/faults?cid=5a9dbd0c0ffee00000000000000000010000000000", NULL, "400 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *answer = ask_with_token(&world->sandbox, rows[i].method, rows[i].path, rows[i].body);
        if (strncmp(answer, rows[i].starts, 4) != 0) {
            fail_msg("%s %s: %s", rows[i].method, rows[i].path, answer);
        }
        free(answer);
    }
}

static void a_fault_added_while_it_runs_strikes_the_next_call(void **state)
{
    struct world *world = *state;
    soar_status status = SOAR_OK;
    char *added = ask_with_token(&world->sandbox, "POST", "/_sandbox/faults",
                                 "{\"faults\":[\"get_fields:status=403\",\"token:slow=1:7\"]}");
    assert_string_equal(added, "200 {\"faults\":[\"get_fields:status=403\",\"token:slow=1:7\"]}");
    json_object_put(plugin_call(world->instance, "get_fields", "{\"ids\":[\"x\"]}", &status));
    assert_int_equal(status, SOAR_PERMISSION_DENIED);
    char *cleared = ask_with_token(&world->sandbox, "DELETE", "/_sandbox/faults", NULL);
    assert_string_equal(cleared, "200 {\"faults\":[]}");
    json_object_put(plugin_call(world->instance, "query_fields", "{}", &status));
    assert_int_equal(status, SOAR_OK);
    free(added);
    free(cleared);
}

static void control_calls_are_not_in_the_record(void **state)
{
    struct world *world = *state;
    size_t before = sandbox_count(&world->sandbox);
    free(ask_with_token(&world->sandbox, "GET", "/_sandbox/faults", NULL));
    free(ask(&world->sandbox, "GET", "/_sandbox/faults", NULL, NULL));
    assert_int_equal(sandbox_count(&world->sandbox), before);
}

static void secrets_of_channels_and_tokens_of_links_are_not_in_the_record(void **state)
{
    struct world *world = *state;
    soar_status status = SOAR_OK;
    json_object_put(
        plugin_call(world->instance, "create_notification_group_v2",
                    "{\"name\":\"g\",\"description\":\"\",\"channels\":[{\"type\":\"slack\","
                    "\"config_name\":\"c\","
                    "\"params\":{\"room\":\"soc\",\"webhook\":\"https://hooks.example/s3cr3t\"}}]}",
                    &status));
    assert_int_equal(status, SOAR_OK);
    free(ask(&world->sandbox, "GET", "/_sandbox/links/00000000-5ec4-4222-8333-4", NULL, NULL));
    struct json_object *requests = sandbox_requests(&world->sandbox, 0, 1);
    const char *record = json_object_to_json_string_ext(
        requests, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    assert_null(strstr(record, "s3cr3t"));
    assert_null(strstr(record, "5ec4"));
    assert_non_null(strstr(record, "{\"room\":\"soc\",\"webhook\":\"(redacted)\"}"));
    assert_non_null(strstr(record, "\"path\":\"/_sandbox/links/(redacted)\""));
    json_object_put(requests);
}

static int open_world(void **state)
{
    *state = world_open_new(NULL, NULL);
    return 0;
}

static int close_world(void **state)
{
    world_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_or_changed_without_the_token),
        cmocka_unit_test(the_token_is_taken_in_the_header_and_in_the_query),
        cmocka_unit_test(every_sandbox_makes_a_token_of_its_own_unless_told_one),
        cmocka_unit_test(what_is_no_path_or_no_method_of_it_is_refused),
        cmocka_unit_test(a_fault_added_while_it_runs_strikes_the_next_call),
        cmocka_unit_test(control_calls_are_not_in_the_record),
        cmocka_unit_test(secrets_of_channels_and_tokens_of_links_are_not_in_the_record),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
