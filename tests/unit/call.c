/* One invocation as a state machine: what it takes in, and how it sends, waits and ends. */
#include "call_world.h"

static void what_cannot_be_carried_out_is_done_before_anything_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *action, *input;
        soar_status status;
        const char *reason, *where;
    } rows[] = {
        {"get_casez", "{}", SOAR_NOT_FOUND, "unknown_action", NULL},
        {"", "{}", SOAR_NOT_FOUND, "unknown_action", NULL},
        {"get_cases", "{\"ids\":[\"a\"]", SOAR_INVALID_ARGUMENT, NULL, NULL},
        {"get_cases", "{\"ids\":[\"a\"],\"ids\":[\"b\"]}", SOAR_INVALID_ARGUMENT, NULL, "/ids"},
        {"get_cases", "{\"ids\":[\"\xff\"]}", SOAR_INVALID_ARGUMENT, NULL, "/ids/0"},
        {"get_cases", "{\"ids\":[\"a\\u0000\"]}", SOAR_INVALID_ARGUMENT, NULL, "/ids/0"},
        {"get_cases", "[]", SOAR_INVALID_ARGUMENT, "invalid_input", ""},
        {"get_cases", "null", SOAR_INVALID_ARGUMENT, NULL, NULL},
        {"get_cases", "{\"ids\":7}", SOAR_INVALID_ARGUMENT, "invalid_input", "/ids"},
        {"get_cases", "{\"ids\":[\"a\"],\"idz\":1}", SOAR_INVALID_ARGUMENT, "invalid_input", NULL},
        {"query_case_ids", "{\"limit\":99999999999999999999}", SOAR_INVALID_ARGUMENT, NULL,
         "/limit"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, rows[i].action, rows[i].input);
        assert_null(call_request(call));
        struct json_object *document = finish(&world, call, rows[i].status);
        if (rows[i].reason != NULL)
            expect_text(document, "/error/reason", rows[i].reason);
        if (rows[i].where != NULL && rows[i].where[0] != '\0')
            expect_text(document, "/error/where", rows[i].where);
        expect_text(document, "/error/outcome", "not_sent");
        assert_int_equal(json_int_at(document, "/meta/requests", -1), 0);
        json_object_put(document);
        close_world(&world);
    }
}

static void a_mistyped_action_gets_the_nearest_names(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "get_case", "{}");
    assert_string_equal(call_action(call), "");
    struct json_object *document = finish(&world, call, SOAR_NOT_FOUND);
    assert_non_null(strstr(json_string_at(document, "/error/hint"), "get_cases"));
    json_object_put(document);
    close_world(&world);
}

static void every_violation_is_listed(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct json_object *document = finish(
        &world, ask(&world, "query_case_ids", "{\"limit\":-1,\"offset\":\"x\",\"filter\":7}"),
        SOAR_INVALID_ARGUMENT);
    assert_int_equal(json_object_array_length(json_at(document, "/error/violations")), 3);
    json_object_put(document);
    close_world(&world);
}

static void a_trace_that_is_no_header_value_is_refused(void **state)
{
    (void)state;
    static char long_trace[600];
    static const struct {
        const char *trace;
        size_t len;
    } rows[] = {{"a\r\nX: y", 7}, {"a\0b", 3}, {"\xc3\xa9", 2}, {long_trace, 513}};

    memset(long_trace, 'a', sizeof(long_trace));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        soar_call asked = {.action = "query_case_ids",
                           .action_len = 14,
                           .trace = rows[i].trace,
                           .trace_len = rows[i].len};
        struct json_object *document =
            finish(&world, call_new(&world.env, &asked, world.now), SOAR_INVALID_ARGUMENT);
        expect_text(document, "/error/reason", "bad_trace");
        json_object_put(document);
        close_world(&world);
    }
}

static void what_the_policy_refuses_is_not_sent(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    world.config.policy.read_only = true;
    expect_end(&world, ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}"),
               SOAR_PERMISSION_DENIED, "policy", "not_sent");
    close_world(&world);
}

static void a_driver_may_refuse_a_call_before_it_is_sent(void **state)
{
    (void)state;
    struct call_world world;
    struct error err;

    open_world(&world);
    struct call *call = ask(&world, "get_cases", "{\"ids\":[\"a\"]}");
    assert_non_null(call_request(call));
    error_clear(&err);
    error_set(&err, SOAR_PERMISSION_DENIED, "outside", "not in an allowed directory");
    call_refuse(call, &err);
    expect_end(&world, call, SOAR_PERMISSION_DENIED, "outside", "not_sent");
    close_world(&world);
}

static void a_token_comes_first_and_then_the_request_with_it(void **state)
{
    (void)state;
    struct call_world world;
    static const char trace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    soar_call asked = {.action = "query_case_ids",
                       .action_len = 14,
                       .input = "{\"filter\":\"name:'a'+q:1\"}",
                       .input_len = 25,
                       .trace = trace,
                       .trace_len = sizeof(trace) - 1};

    open_world(&world);
    world.config.falcon.tenant = (char *)(uintptr_t) "acme";
    struct call *call = call_new(&world.env, &asked, world.now);
    struct http_request *request = expect_send(&world, call, "POST", BASE "/oauth2/token");
    assert_string_equal(request->body.ptr, "client_id=id&client_secret=hidden");
    assert_string_equal(request->trace, trace);
    answer(&world, call, 201, TOKEN);
    assert_int_equal(request->body.len, 0); /* the secret is not kept */
    request = expect_send(&world, call, "GET",
                          BASE "/cases/queries/cases/v1?filter=name%3A%27a%27%2Bq%3A1");
    assert_string_equal(request->authorization, "Authorization: Bearer tok-1");
    assert_string_equal(request->trace, trace);
    assert_int_equal(request->max_response_bytes, 1 << 20);
    snprintf(world.response.trace_id, sizeof(world.response.trace_id), "t-9");
    answer(&world, call, 200, "{\"resources\":[\"a\",\"b\"],\"errors\":[]}");
    assert_string_equal(call_action(call), "query_case_ids");
    assert_int_equal(call_items(call), 2);
    assert_int_equal(call_http_status(call), 200);
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources", "[\"a\",\"b\"]");
    expect_json(document, "/meta",
                "{\"trace_id\":\"t-9\",\"tenant\":\"acme\",\"requests\":1,\"attempts\":1}");
    json_object_put(document);

    call = ask(&world, "get_cases", "{\"ids\":[\"a\"]}"); /* the token is there already */
    request = expect_send(&world, call, "POST", BASE "/cases/entities/cases/v2");
    assert_string_equal(request->body.ptr, "{\"ids\":[\"a\"]}");
    answer(&world, call, 200, "{\"resources\":[{\"id\":\"a\"}]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void a_dry_run_shows_the_request_and_sends_nothing(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct json_object *document = finish(
        &world,
        ask_with(&world, "create_case", "{\"name\":\"n\",\"severity\":60}", 0, SOAR_CALL_DRY_RUN),
        SOAR_OK);
    expect_text(document, "/request/method", "PUT");
    expect_text(document, "/request/url", BASE "/cases/entities/cases/v2");
    expect_json(document, "/request/body", "{\"name\":\"n\",\"severity\":60}");
    assert_int_equal(json_int_at(document, "/meta/requests", -1), 0);
    assert_null(json_at(document, "/resources"));
    json_object_put(document);
    close_world(&world);
}

/* ------------------------------------------------------------------ repeating */

static void what_passes_is_tried_again_after_growing_waits(void **state)
{
    (void)state;
    static const int64_t waits[] = {100, 200, 400};
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    for (size_t i = 0; i < COUNT(waits); i++) {
        expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
        answer(&world, call, 503, "<html>busy</html>");
        expect_wait(&world, call, waits[i]);
        later(&world, waits[i] - 1);
        expect_wait(&world, call, 1);
        later(&world, 1);
    }
    expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
    answer(&world, call, 503, "<html>busy</html>");
    struct json_object *document = finish(&world, call, SOAR_UNAVAILABLE);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 4);
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 4);
    expect_text(document, "/error/outcome", "not_applied");
    json_object_put(document);
    close_world(&world);
}

static void success_after_trouble_is_success(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
    no_answer(&world, call, HTTP_LOST, true);
    expect_wait(&world, call, 100);
    later(&world, 100);
    expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
    answer(&world, call, 200, "{\"resources\":[\"a\"]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 2);
    json_object_put(document);
    close_world(&world);
}

static void a_write_that_cannot_be_looked_for_is_not_repeated(void **state)
{
    (void)state;
    static const char merge[] = "{\"source_id\":\"a\",\"destination_id\":\"b\"}";
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "merge_cases", merge);
    give_token(&world, call);
    expect_send(&world, call, "POST", BASE "/cases/entities/merge/v1");
    no_answer(&world, call, HTTP_LOST, true);
    expect_end(&world, call, SOAR_UNKNOWN, "connection_lost", "unknown");
    call = ask(&world, "merge_cases", merge);
    expect_send(&world, call, "POST", BASE "/cases/entities/merge/v1");
    answer(&world, call, 500, "{}");
    expect_end(&world, call, SOAR_UNKNOWN, "service_error", "unknown");
    close_world(&world);
}

static void a_write_that_was_not_sent_is_repeated(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}");
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    no_answer(&world, call, HTTP_CONNECT, false);
    expect_wait(&world, call, 100);
    later(&world, 100);
    struct http_request *request =
        expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    assert_string_equal(request->body.ptr, "{\"name\":\"n\",\"severity\":60}");
    answer(&world, call, 201, "{\"resources\":[{\"id\":\"a\"}]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void an_earlier_attempt_that_may_have_been_applied_is_not_forgotten(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "add_case_tags", "{\"id\":\"c\",\"tags\":[\"a\"]}");
        give_token(&world, call);
        expect_send(&world, call, "POST", BASE "/cases/entities/case-tags/v1");
        no_answer(&world, call, HTTP_LOST, true);
        expect_wait(&world, call, 100);
        if (how == 0) {
            call_cancel(call);
            expect_end(&world, call, SOAR_UNKNOWN, "cancelled", "unknown");
        } else if (how == 1) {
            later(&world, 60000);
            expect_end(&world, call, SOAR_UNKNOWN, "deadline", "unknown");
        } else {
            later(&world, 100);
            expect_send(&world, call, "POST", BASE "/cases/entities/case-tags/v1");
            answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
            expect_send(&world, call, "POST", BASE "/cases/entities/cases/v2");
            answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
            expect_end(&world, call, SOAR_PERMISSION_DENIED, "forbidden", "unknown");
        }
        close_world(&world);
    }
}

static void the_rate_limit_is_waited_for_as_the_service_says(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}");
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    world.response.rate_retry_after = world.now.wall_ms / 1000 + 7;
    answer(&world, call, 429, "{}");
    expect_wait(&world, call, 7100); /* as asked, and up to base_ms on top */
    later(&world, 7100);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    world.response.retry_after_s = 3600; /* past the deadline: told, not waited for */
    answer(&world, call, 429, "{}");
    struct json_object *document = finish(&world, call, SOAR_RESOURCE_EXHAUSTED);
    assert_int_equal(json_int_at(document, "/error/retry_after_ms", 0), 3600000);
    expect_text(document, "/error/reason", "rate_limited");
    expect_text(document, "/error/outcome", "not_applied");
    json_object_put(document);
    close_world(&world);
}

/* ------------------------------------------------------------------ time */

static void the_deadline_goes_with_each_request(void **state)
{
    (void)state;
    static const struct {
        uint64_t timeout_ms;
        int64_t until_ms;
    } rows[] = {{0, START_MS + 60000},
                {5, START_MS + 5},
                {SOAR_NO_TIMEOUT, INT64_MAX},
                {(uint64_t)INT64_MAX, INT64_MAX}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask_with(&world, "query_case_ids", "{}", rows[i].timeout_ms, 0);
        struct call_step step = call_step(call, world.now);
        assert_int_equal(step.want, CALL_SEND);
        assert_int_equal(step.until_ms, rows[i].until_ms);
        call_free(call);
        close_world(&world);
    }
}

static void a_call_whose_time_is_up_sends_nothing_more(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call =
        ask_with(&world, "create_case", "{\"name\":\"n\",\"severity\":60}", 1000, 0);
    later(&world, 1000);
    expect_end(&world, call, SOAR_DEADLINE_EXCEEDED, "deadline", "not_sent");
    call = ask_with(&world, "create_case", "{\"name\":\"n\",\"severity\":60}", 1000, 0);
    give_token(&world, call);
    later(&world, 1000);
    expect_end(&world, call, SOAR_DEADLINE_EXCEEDED, "deadline", "not_sent");
    close_world(&world);
}

static void a_write_cut_off_by_the_deadline_may_have_been_applied(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call =
        ask_with(&world, "create_case", "{\"name\":\"n\",\"severity\":60}", 1000, 0);
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    later(&world, 1000);
    no_answer(&world, call, HTTP_DEADLINE, true);
    expect_end(&world, call, SOAR_UNKNOWN, "deadline", "unknown");
    close_world(&world);
}

static void no_wait_is_begun_that_would_pass_the_deadline(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask_with(&world, "query_case_ids", "{}", 100, 0);
    give_token(&world, call);
    expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
    answer(&world, call, 503, "{}");
    expect_end(&world, call, SOAR_UNAVAILABLE, "service_error", "not_applied");
    close_world(&world);
}

/* ------------------------------------------------------------------ cancelling */

static void a_cancelled_call_ends_in_every_state(void **state)
{
    (void)state;
    enum { AT_START, TOKEN_SENT, TOKEN_PAUSE, BEFORE_DATA, PAUSE, STATES };
    for (int where = AT_START; where < STATES; where++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "query_case_ids", "{}");
        if (where == TOKEN_SENT || where == TOKEN_PAUSE) {
            expect_send(&world, call, "POST", BASE "/oauth2/token");
            no_answer(&world, call, where == TOKEN_SENT ? HTTP_CANCELLED : HTTP_LOST, true);
        } else if (where >= BEFORE_DATA) {
            give_token(&world, call);
        }
        if (where == PAUSE) {
            expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
            answer(&world, call, 503, "{}");
        }
        call_cancel(call);
        expect_end(&world, call, SOAR_CANCELLED, "cancelled",
                   where == PAUSE ? "not_applied" : "not_sent");
        if (where < BEFORE_DATA) { /* it does not keep the token to itself */
            call = ask(&world, "query_case_ids", "{}");
            give_token(&world, call);
            call_free(call);
        }
        close_world(&world);
    }
}

static void a_call_that_is_done_stays_as_it_ended(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    expect_send(&world, call, "GET", BASE "/cases/queries/cases/v1");
    answer(&world, call, 200, "{\"resources\":[]}");
    call_cancel(call);
    later(&world, 100000);
    json_object_put(finish(&world, call, SOAR_OK));
    call_free(NULL);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_carried_out_is_done_before_anything_is_sent),
        cmocka_unit_test(a_mistyped_action_gets_the_nearest_names),
        cmocka_unit_test(every_violation_is_listed),
        cmocka_unit_test(a_trace_that_is_no_header_value_is_refused),
        cmocka_unit_test(what_the_policy_refuses_is_not_sent),
        cmocka_unit_test(a_driver_may_refuse_a_call_before_it_is_sent),
        cmocka_unit_test(a_token_comes_first_and_then_the_request_with_it),
        cmocka_unit_test(a_dry_run_shows_the_request_and_sends_nothing),
        cmocka_unit_test(what_passes_is_tried_again_after_growing_waits),
        cmocka_unit_test(success_after_trouble_is_success),
        cmocka_unit_test(a_write_that_cannot_be_looked_for_is_not_repeated),
        cmocka_unit_test(a_write_that_was_not_sent_is_repeated),
        cmocka_unit_test(an_earlier_attempt_that_may_have_been_applied_is_not_forgotten),
        cmocka_unit_test(the_rate_limit_is_waited_for_as_the_service_says),
        cmocka_unit_test(the_deadline_goes_with_each_request),
        cmocka_unit_test(a_call_whose_time_is_up_sends_nothing_more),
        cmocka_unit_test(a_write_cut_off_by_the_deadline_may_have_been_applied),
        cmocka_unit_test(no_wait_is_begun_that_would_pass_the_deadline),
        cmocka_unit_test(a_cancelled_call_ends_in_every_state),
        cmocka_unit_test(a_call_that_is_done_stays_as_it_ended),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
