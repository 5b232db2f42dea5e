/* What an answer means: the service's odd shapes end here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const links[] = {"/link", "/resources/0/link", NULL};
static const struct action get_things = {
    .name = "get_things", .retry = RETRY_SAFE, .scope_name = "Cases"};
static const struct action put_thing = {
    .name = "put_thing", .retry = RETRY_RECONCILE, .scope_name = "Cases", .scope_write = true};
static const struct action tag_thing = {
    .name = "tag_thing", .retry = RETRY_IDEMPOTENT, .scope_name = "Cases", .scope_write = true};
static const struct action get_file = {.name = "get_file",
                                       .retry = RETRY_SAFE,
                                       .answer = ANSWER_FILE,
                                       .links = links,
                                       .scope_name = "Cases"};
static const struct action get_value = {
    .name = "get_value", .retry = RETRY_SAFE, .answer = ANSWER_VALUE, .scope_name = "Cases"};

/* An answer and what decode makes of it. */
struct read_answer {
    struct http_response response;
    struct decoded decoded;
};

static void read_it(struct read_answer *r, const struct action *action, int status,
                    const char *type, const char *body)
{
    memset(r, 0, sizeof(*r));
    http_response_init(&r->response, 1 << 20);
    r->response.status = status;
    r->response.request_sent = true;
    snprintf(r->response.content_type, sizeof(r->response.content_type), "%s", type);
    buf_adds(&r->response.body, body);
    decode(action, &r->response, &r->decoded);
}

static void done(struct read_answer *r)
{
    decode_done(&r->decoded);
    http_response_done(&r->response);
}

static void an_answer_with_success_is_read_by_its_shape(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        int status;
        const char *body;
        soar_status expected;
        bool resources, value;
    } rows[] = {
        {&get_things, 200, "{\"meta\":{},\"resources\":[{\"id\":\"a\"}],\"errors\":[]}", SOAR_OK,
         true, false},
        {&get_things, 200, "{\"meta\":{},\"resources\":[],\"errors\":null}", SOAR_OK, true, false},
        {&get_things, 200, "{\"meta\":{},\"resources\":null,\"errors\":null}", SOAR_OK, false,
         false},
        {&get_things, 200, "{\"meta\":{},\"errors\":[]}", SOAR_OK, false, false},
        {&get_things, 200, "{\"resources\":[\"a\",\"b\"]}", SOAR_OK, true, false},
        {&put_thing, 201, "{\"meta\":{},\"resources\":[{\"id\":\"a\"}]}", SOAR_OK, true, false},
        {&get_things, 200, "\"deleted\"", SOAR_DATA_LOSS, false, true},
        {&get_things, 200, "[1,2]", SOAR_DATA_LOSS, false, true},
        {&get_things, 200, "{\"link\":\"https://x.example/y\"}", SOAR_DATA_LOSS, false, true},
        {&get_value, 200, "\"deleted\"", SOAR_OK, false, true},
        {&get_value, 200, "null", SOAR_OK, false, true},
        {&get_things, 200, "", SOAR_DATA_LOSS, false, false},
        {&put_thing, 200, "", SOAR_OK, false, false},
        {&get_things, 204, "", SOAR_OK, false, false},
        {&get_things, 207,
         "{\"meta\":{},\"resources\":[{\"id\":\"a\"}],\"errors\":[{\"code\":404,\"message\":\"b\"}]"
         "}",
         SOAR_PARTIAL, true, false},
        {&get_things, 200,
         "{\"resources\":[{\"id\":\"a\"}],\"errors\":[{\"code\":404,\"message\":\"b\"}]}",
         SOAR_PARTIAL, true, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read_answer r;
        read_it(&r, rows[i].action, rows[i].status, "application/json", rows[i].body);
        if (r.decoded.status != rows[i].expected || r.decoded.has_resources != rows[i].resources ||
            r.decoded.has_value != rows[i].value)
            fail_msg("row %zu: status %d, resources %d, value %d: %s", i, r.decoded.status,
                     r.decoded.has_resources, r.decoded.has_value, r.decoded.error.message);
        done(&r);
    }
}

static void errors_inside_a_200_are_no_success(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        const char *errors;
        soar_status expected;
        enum outcome outcome;
        bool retryable;
    } rows[] = {
        {&get_things, "[{\"code\":404,\"message\":\"none\"}]", SOAR_NOT_FOUND, OUTCOME_NOT_APPLIED,
         false},
        {&put_thing, "[{\"code\":400,\"message\":\"bad\"}]", SOAR_INVALID_ARGUMENT,
         OUTCOME_NOT_APPLIED, false},
        {&put_thing, "[{\"code\":409,\"message\":\"old\"}]", SOAR_ABORTED, OUTCOME_NOT_APPLIED,
         false},
        {&put_thing, "[{\"code\":429,\"message\":\"slow\"}]", SOAR_RESOURCE_EXHAUSTED,
         OUTCOME_NOT_APPLIED, true},
        {&get_things, "[{\"code\":500,\"message\":\"down\"}]", SOAR_INTERNAL, OUTCOME_NOT_APPLIED,
         true},
        {&put_thing, "[{\"code\":500,\"message\":\"down\"}]", SOAR_UNKNOWN, OUTCOME_UNKNOWN, false},
        {&tag_thing, "[{\"code\":500,\"message\":\"down\"}]", SOAR_UNKNOWN, OUTCOME_UNKNOWN, true},
        {&get_things, "[{\"message\":\"without a code\"}]", SOAR_INTERNAL, OUTCOME_NOT_APPLIED,
         true},
        {&get_things, "[{\"code\":7}]", SOAR_INTERNAL, OUTCOME_NOT_APPLIED, true},
        {&get_things, "[{\"code\":\"404\"}]", SOAR_INTERNAL, OUTCOME_NOT_APPLIED, true},
        {&get_things, "[null]", SOAR_INTERNAL, OUTCOME_NOT_APPLIED, true},
    };
    static const char *const before[] = {"{\"meta\":{},\"resources\":[],\"errors\":",
                                         "{\"resources\":null,\"errors\":", "{\"errors\":"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(before); k++) {
            struct read_answer r;
            char body[256];
            snprintf(body, sizeof(body), "%s%s}", before[k], rows[i].errors);
            read_it(&r, rows[i].action, 200, "application/json", body);
            if (r.decoded.status != rows[i].expected ||
                r.decoded.error.status != rows[i].expected ||
                r.decoded.error.outcome != rows[i].outcome ||
                r.decoded.error.retryable != rows[i].retryable ||
                r.decoded.error.http_status != 200 || r.decoded.errors == NULL)
                fail_msg("row %zu, shape %zu: %d %s", i, k, r.decoded.status,
                         r.decoded.error.message);
            done(&r);
        }
    }
}

static void an_error_status_becomes_a_status_with_reason_and_hint(void **state)
{
    (void)state;
    static const struct {
        int status;
        soar_status expected;
        const char *reason, *hint;
        bool retryable;
    } rows[] = {
        {400, SOAR_INVALID_ARGUMENT, "bad_request", "examples of get_things", false},
        {401, SOAR_UNAUTHENTICATED, "token_refused", "falcon.cloud", false},
        {403, SOAR_PERMISSION_DENIED, "forbidden", "Cases: read", false},
        {404, SOAR_NOT_FOUND, "not_found", "ids", false},
        {405, SOAR_INVALID_ARGUMENT, "refused", "", false},
        {408, SOAR_DEADLINE_EXCEEDED, "refused", "", true},
        {409, SOAR_ABORTED, "version_conflict", "read it again", false},
        {410, SOAR_NOT_FOUND, "refused", "", false},
        {412, SOAR_ABORTED, "refused", "", false},
        {413, SOAR_RESOURCE_EXHAUSTED, "too_large", "less", false},
        {415, SOAR_INVALID_ARGUMENT, "refused", "", false},
        {422, SOAR_INVALID_ARGUMENT, "refused", "", false},
        {429, SOAR_RESOURCE_EXHAUSTED, "rate_limited", "retry_after_ms", true},
        {500, SOAR_INTERNAL, "service_error", "", true},
        {501, SOAR_UNIMPLEMENTED, "service_error", "", false},
        {502, SOAR_UNAVAILABLE, "service_error", "", true},
        {503, SOAR_UNAVAILABLE, "service_error", "", true},
        {504, SOAR_DEADLINE_EXCEEDED, "service_error", "", true},
        {301, SOAR_FAILED_PRECONDITION, "redirect_refused", "no redirects", false},
        {308, SOAR_FAILED_PRECONDITION, "redirect_refused", "no redirects", false},
        {418, SOAR_INTERNAL, "refused", "", false},
    };
    static const char *const bodies[] = {
        "{\"meta\":{},\"errors\":[{\"code\":1,\"message\":\"said so\"}]}", "<html>said so</html>",
        ""};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(bodies); k++) {
            struct read_answer r;
            read_it(&r, &get_things, rows[i].status, k == 0 ? "application/json" : "text/html",
                    bodies[k]);
            const struct error *err = &r.decoded.error;
            if (r.decoded.status != rows[i].expected || err->status != rows[i].expected ||
                strcmp(err->reason, rows[i].reason) != 0 || err->retryable != rows[i].retryable ||
                err->http_status != rows[i].status || err->outcome != OUTCOME_NOT_APPLIED ||
                strstr(err->hint, rows[i].hint) == NULL ||
                (k < 2 && strstr(err->message, "said so") == NULL))
                fail_msg("HTTP %d, body %zu: %d %s: %s (%s)", rows[i].status, k, err->status,
                         err->reason, err->message, err->hint);
            done(&r);
        }
    }
}

static void a_write_that_met_a_server_error_may_have_been_applied(void **state)
{
    (void)state;
    static const char *const bodies[] = {"{\"errors\":[{\"code\":500,\"message\":\"x\"}]}",
                                         "<html>502</html>", ""};
    for (size_t k = 0; k < COUNT(bodies); k++) {
        struct read_answer r;
        read_it(&r, &put_thing, 502, "", bodies[k]);
        assert_int_equal(r.decoded.status, SOAR_UNKNOWN);
        assert_int_equal(r.decoded.error.outcome, OUTCOME_UNKNOWN);
        assert_false(r.decoded.error.retryable);
        assert_non_null(strstr(r.decoded.error.hint, "look before you repeat"));
        done(&r);
        read_it(&r, &tag_thing, 502, "", bodies[k]);
        assert_int_equal(r.decoded.status, SOAR_UNKNOWN);
        assert_true(r.decoded.error.retryable);
        assert_non_null(strstr(r.decoded.error.hint, "does no harm"));
        done(&r);
    }
}

static void the_missing_scope_is_named(void **state)
{
    (void)state;
    struct read_answer r;

    read_it(&r, &put_thing, 403, "application/json",
            "{\"errors\":[{\"code\":403,\"message\":\"access denied\"}]}");
    assert_non_null(strstr(r.decoded.error.hint, "Cases: write"));
    assert_non_null(strstr(r.decoded.error.message, "access denied"));
    done(&r);
}

static void a_success_that_is_no_json_is_data_loss(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "<html>login</html>",         "{\"meta\":{},\"resources\":[",
        "{\"resources\":[\"\xff\"]}", "{\"resources\":[]}x",
        "{'resources':[]}",           "   ",
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct read_answer r;
        read_it(&r, &get_things, 200, "text/html", bodies[i]);
        if (r.decoded.status != SOAR_DATA_LOSS)
            fail_msg("%s: %d", bodies[i], r.decoded.status);
        assert_string_equal(r.decoded.error.reason, "bad_answer");
        assert_int_equal(r.decoded.error.outcome, OUTCOME_NOT_APPLIED);
        assert_true(r.decoded.error.retryable);
        assert_non_null(strstr(r.decoded.error.message, "text/html"));
        assert_non_null(strstr(r.decoded.error.message, "at byte"));
        done(&r);
        read_it(&r, &put_thing, 200, "", bodies[i]);
        assert_int_equal(r.decoded.status, SOAR_UNKNOWN);
        assert_int_equal(r.decoded.error.outcome, OUTCOME_UNKNOWN);
        assert_false(r.decoded.error.retryable);
        assert_non_null(strstr(r.decoded.error.message, "no Content-Type"));
        done(&r);
    }
}

static void an_answer_nested_too_deep_is_refused(void **state)
{
    (void)state;
    char body[2001];
    struct read_answer r;

    memset(body, '[', 1000);
    memset(body + 1000, ']', 1000);
    body[2000] = '\0';
    read_it(&r, &get_things, 200, "application/json", body);
    assert_int_equal(r.decoded.status, SOAR_DATA_LOSS);
    done(&r);
}

static void html_is_quoted_without_control_characters(void **state)
{
    (void)state;
    struct read_answer r;

    read_it(&r, &get_things, 502, "text/html", "<h1>\x1b[31mBad\r\nGateway\xff</h1>");
    assert_non_null(strstr(r.decoded.error.message, "<h1> [31mBad  Gateway </h1>"));
    done(&r);
}

static void a_file_comes_as_bytes_or_as_a_link(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        soar_status expected;
        const char *link, *reason;
    } rows[] = {
        {"{\"link\":\"https://x.example/f\"}", SOAR_OK, "https://x.example/f", NULL},
        {"{\"meta\":{},\"resources\":[{\"link\":\"https://x.example/g\"}]}", SOAR_OK,
         "https://x.example/g", NULL},
        {"{\"link\":\"\"}", SOAR_DATA_LOSS, NULL, "no_file"},
        {"{\"link\":7}", SOAR_DATA_LOSS, NULL, "no_file"},
        {"{\"meta\":{},\"resources\":[]}", SOAR_DATA_LOSS, NULL, "no_file"},
        {"\"text\"", SOAR_DATA_LOSS, NULL, "no_file"},
        {"{\"errors\":[{\"code\":404,\"message\":\"no such file\"}]}", SOAR_NOT_FOUND, NULL,
         "not_found"},
        {"", SOAR_DATA_LOSS, NULL, "bad_answer"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read_answer r;
        read_it(&r, &get_file, 200, "application/json", rows[i].body);
        if (r.decoded.status != rows[i].expected)
            fail_msg("row %zu: %d %s", i, r.decoded.status, r.decoded.error.message);
        if (rows[i].link != NULL)
            assert_string_equal(r.decoded.link, rows[i].link);
        else
            assert_null(r.decoded.link);
        if (rows[i].reason != NULL)
            assert_string_equal(r.decoded.error.reason, rows[i].reason);
        done(&r);
    }
    struct read_answer r = {.response = {.status = 200, .has_file = true}};
    decode(&get_file, &r.response, &r.decoded);
    assert_int_equal(r.decoded.status, SOAR_OK);
    assert_null(r.decoded.link);
    decode_done(&r.decoded);
}

static void no_more_errors_are_read_than_the_most(void **state)
{
    (void)state;
    struct read_answer r;
    struct buf body;

    buf_init(&body, 1 << 20);
    buf_adds(&body, "{\"errors\":[{\"code\":400}");
    for (int i = 0; i < 1500; i++)
        buf_adds(&body, ",{\"code\":404}");
    buf_adds(&body, "]}");
    read_it(&r, &get_things, 400, "application/json", body.ptr);
    assert_int_equal(json_object_array_length(r.decoded.errors), DECODE_MAX_ERRORS);
    done(&r);
    buf_done(&body);
}

static void errors_of_another_shape_inside_a_200_are_no_success(void **state)
{
    (void)state;
    static const struct {
        const char *errors;
        soar_status expected;
    } rows[] = {
        {"\"text\"", SOAR_INTERNAL},
        {"7000", SOAR_INTERNAL},
        {"7", SOAR_INTERNAL},
        {"-1", SOAR_INTERNAL},
        {"0", SOAR_OK},
        {"true", SOAR_INTERNAL},
        {"{\"code\":404,\"message\":\"none\"}", SOAR_NOT_FOUND},
        {"null", SOAR_OK},
        {"[]", SOAR_OK},
        {"{}", SOAR_OK},
        {"\"\"", SOAR_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct read_answer r;
        char body[128];
        snprintf(body, sizeof(body), "{\"resources\":[],\"errors\":%s}", rows[i].errors);
        read_it(&r, &get_things, 200, "application/json", body);
        if (r.decoded.status != rows[i].expected)
            fail_msg("%s: %d", rows[i].errors, r.decoded.status);
        assert_int_equal(r.decoded.errors != NULL, rows[i].expected != SOAR_OK);
        done(&r);
    }
}

static void errors_of_another_shape_beside_an_error_status_are_passed_over(void **state)
{
    (void)state;
    static const char *const bodies[] = {"{\"errors\":\"text\"}", "{\"errors\":{\"code\":1}}",
                                         "{\"errors\":7}", "{\"errors\":null}", "{\"errors\":[]}"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct read_answer r;
        read_it(&r, &get_things, 400, "application/json", bodies[i]);
        assert_int_equal(r.decoded.status, SOAR_INVALID_ARGUMENT);
        assert_null(r.decoded.errors);
        done(&r);
    }
}

static void an_exchange_without_answer_is_explained(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        enum http_failure failure;
        bool sent;
        soar_status expected;
        const char *reason;
        enum outcome outcome;
        bool retryable;
    } rows[] = {
        {&get_things, HTTP_RESOLVE, false, SOAR_UNAVAILABLE, "resolve_failed", OUTCOME_NOT_SENT,
         true},
        {&put_thing, HTTP_RESOLVE, false, SOAR_UNAVAILABLE, "resolve_failed", OUTCOME_NOT_SENT,
         true},
        {&put_thing, HTTP_CONNECT, false, SOAR_UNAVAILABLE, "connect_failed", OUTCOME_NOT_SENT,
         true},
        {&put_thing, HTTP_TLS, false, SOAR_UNAVAILABLE, "tls_failed", OUTCOME_NOT_SENT, false},
        {&put_thing, HTTP_PROXY, false, SOAR_UNAVAILABLE, "proxy_failed", OUTCOME_NOT_SENT, true},
        {&get_things, HTTP_LOST, true, SOAR_UNAVAILABLE, "connection_lost", OUTCOME_NOT_APPLIED,
         true},
        {&put_thing, HTTP_LOST, true, SOAR_UNKNOWN, "connection_lost", OUTCOME_UNKNOWN, false},
        {&tag_thing, HTTP_LOST, true, SOAR_UNKNOWN, "connection_lost", OUTCOME_UNKNOWN, true},
        {&get_things, HTTP_STALL, true, SOAR_DEADLINE_EXCEEDED, "stalled", OUTCOME_NOT_APPLIED,
         true},
        {&get_things, HTTP_DEADLINE, true, SOAR_DEADLINE_EXCEEDED, "deadline", OUTCOME_NOT_APPLIED,
         true},
        {&put_thing, HTTP_DEADLINE, true, SOAR_UNKNOWN, "deadline", OUTCOME_UNKNOWN, false},
        {&get_things, HTTP_CANCELLED, true, SOAR_CANCELLED, "cancelled", OUTCOME_NOT_APPLIED, true},
        {&put_thing, HTTP_CANCELLED, true, SOAR_UNKNOWN, "cancelled", OUTCOME_UNKNOWN, false},
        {&put_thing, HTTP_CANCELLED, false, SOAR_CANCELLED, "cancelled", OUTCOME_NOT_SENT, true},
        {&get_things, HTTP_TOO_BIG, true, SOAR_RESOURCE_EXHAUSTED, "answer_too_big",
         OUTCOME_NOT_APPLIED, false},
        {&get_things, HTTP_CUT, true, SOAR_DATA_LOSS, "answer_cut", OUTCOME_NOT_APPLIED, true},
        {&get_things, HTTP_NO_MEMORY, false, SOAR_RESOURCE_EXHAUSTED, "no_memory", OUTCOME_NOT_SENT,
         true},
        {&get_things, HTTP_OTHER, false, SOAR_INTERNAL, "transport", OUTCOME_NOT_SENT, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = {.failure = rows[i].failure,
                                         .request_sent = rows[i].sent,
                                         .detail = "what the transport says"};
        struct error err;
        error_clear(&err);
        decode_failure(rows[i].action, &response, &err);
        if (err.status != rows[i].expected || strcmp(err.reason, rows[i].reason) != 0 ||
            err.outcome != rows[i].outcome || err.retryable != rows[i].retryable ||
            strstr(err.message, "what the transport says") == NULL)
            fail_msg("row %zu: %d %s %d %d: %s", i, err.status, err.reason, err.outcome,
                     err.retryable, err.message);
    }
}

static void a_local_failure_keeps_its_own_words(void **state)
{
    (void)state;
    struct http_response response = {.failure = HTTP_LOCAL, .status = 200, .request_sent = true};
    struct error err;

    error_set(&response.local_error, SOAR_ALREADY_EXISTS, "file_exists", "x is there already");
    error_where(&response.local_error, "/out/x");
    decode_failure(&get_file, &response, &err);
    assert_int_equal(err.status, SOAR_ALREADY_EXISTS);
    assert_string_equal(err.reason, "file_exists");
    assert_string_equal(err.where, "/out/x");
    assert_int_equal(err.http_status, 200);
    assert_int_equal(err.outcome, OUTCOME_NOT_APPLIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_with_success_is_read_by_its_shape),
        cmocka_unit_test(errors_inside_a_200_are_no_success),
        cmocka_unit_test(an_error_status_becomes_a_status_with_reason_and_hint),
        cmocka_unit_test(a_write_that_met_a_server_error_may_have_been_applied),
        cmocka_unit_test(the_missing_scope_is_named),
        cmocka_unit_test(a_success_that_is_no_json_is_data_loss),
        cmocka_unit_test(an_answer_nested_too_deep_is_refused),
        cmocka_unit_test(html_is_quoted_without_control_characters),
        cmocka_unit_test(a_file_comes_as_bytes_or_as_a_link),
        cmocka_unit_test(no_more_errors_are_read_than_the_most),
        cmocka_unit_test(errors_of_another_shape_inside_a_200_are_no_success),
        cmocka_unit_test(errors_of_another_shape_beside_an_error_status_are_passed_over),
        cmocka_unit_test(an_exchange_without_answer_is_explained),
        cmocka_unit_test(a_local_failure_keeps_its_own_words),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
