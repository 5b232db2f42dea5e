/* One HTTP exchange as plain data: origins, what an exchange did, what may pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "http.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void an_origin_ends_where_the_path_begins(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *origin;
    } rows[] = {
        {"https://api.example.com/cases?x=1", "https://api.example.com"},
        {"http://127.0.0.1:8080/x", "http://127.0.0.1:8080"},
        {"HTTPS://Api.example.com", "HTTPS://Api.example.com"},
        {"https://a.example?x", "https://a.example"},
        {"https://a.example#x", "https://a.example"},
        {"https://[::1]:9/x", "https://[::1]:9"},
        {"https://", ""},
        {"https:///x", ""},
        {"ftp://a.example/x", ""},
        {"//a.example/x", ""},
        {"/cases", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (http_origin_len(rows[i].url) != strlen(rows[i].origin))
            fail_msg("%s", rows[i].url);
}

static void origins_are_equal_by_scheme_host_and_port(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"https://a.example/x", "https://a.example/y", true},
        {"https://a.example", "https://A.EXAMPLE:443/y", true},
        {"http://a.example:80/", "http://a.example", true},
        {"http://[::1]:80/", "http://[::1]", true},
        {"https://a.example", "http://a.example", false},
        {"https://a.example", "https://a.example:444", false},
        {"https://a.example", "https://a.example.evil.example", false},
        {"https://a.example", "https://b.example", false},
        {"https://a.example", "https://a.example@b.example", false},
        {"https://a.example@b.example", "https://a.example@b.example", false},
        {"https://a.example", "https://a.example:443x", false},
        {"https://a.example:", "https://a.example:", false},
        {"https://a.example:99999", "https://a.example:99999", false},
        {"https://a.example", "", false},
        {"/x", "/x", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (http_same_origin(rows[i].a, rows[i].b) != rows[i].same ||
            http_same_origin(rows[i].b, rows[i].a) != rows[i].same)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    }
}

static void what_an_exchange_did_follows_from_what_was_sent_and_answered(void **state)
{
    (void)state;
    static const struct {
        enum action_retry kind;
        bool sent;
        int status;
        enum outcome outcome;
        bool cut; /* the upload broke off */
    } rows[] = {
        {RETRY_NEVER, true, 0, OUTCOME_NOT_APPLIED, true},
        {RETRY_RECONCILE, true, 0, OUTCOME_NOT_APPLIED, true},
        {RETRY_RECONCILE, true, 500, OUTCOME_UNKNOWN, true}, /* it answered nevertheless */
        {RETRY_RECONCILE, true, 413, OUTCOME_NOT_APPLIED, true},
        {RETRY_NEVER, false, 0, OUTCOME_NOT_SENT, false},
        {RETRY_SAFE, false, 0, OUTCOME_NOT_SENT, false},
        {RETRY_SAFE, true, 0, OUTCOME_NOT_APPLIED, false},
        {RETRY_SAFE, true, 500, OUTCOME_NOT_APPLIED, false},
        {RETRY_NEVER, true, 0, OUTCOME_UNKNOWN, false},
        {RETRY_IDEMPOTENT, true, 0, OUTCOME_UNKNOWN, false},
        {RETRY_RECONCILE, true, 500, OUTCOME_UNKNOWN, false},
        {RETRY_RECONCILE, true, 503, OUTCOME_UNKNOWN, false},
        {RETRY_RECONCILE, true, 408, OUTCOME_UNKNOWN, false},
        {RETRY_RECONCILE, true, 200, OUTCOME_UNKNOWN, false},
        {RETRY_RECONCILE, true, 308, OUTCOME_NOT_APPLIED, false},
        {RETRY_RECONCILE, true, 400, OUTCOME_NOT_APPLIED, false},
        {RETRY_RECONCILE, true, 429, OUTCOME_NOT_APPLIED, false},
        {RETRY_RECONCILE, false, 400, OUTCOME_NOT_APPLIED, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = {
            .status = rows[i].status, .request_sent = rows[i].sent, .request_cut = rows[i].cut};
        if (http_effect(rows[i].kind, &response) != rows[i].outcome)
            fail_msg("row %zu", i);
    }
}

static void some_failures_pass_by_themselves(void **state)
{
    (void)state;
    static const struct {
        enum http_failure failure;
        int status;
        bool passing;
    } rows[] = {
        {HTTP_FINE, 200, false},      {HTTP_FINE, 400, false},    {HTTP_FINE, 401, false},
        {HTTP_FINE, 409, false},      {HTTP_FINE, 501, false},    {HTTP_FINE, 308, false},
        {HTTP_FINE, 408, true},       {HTTP_FINE, 429, true},     {HTTP_FINE, 500, true},
        {HTTP_FINE, 502, true},       {HTTP_FINE, 503, true},     {HTTP_FINE, 504, true},
        {HTTP_RESOLVE, 0, true},      {HTTP_CONNECT, 0, true},    {HTTP_PROXY, 0, true},
        {HTTP_LOST, 0, true},         {HTTP_STALL, 0, true},      {HTTP_CUT, 200, true},
        {HTTP_TLS, 0, false},         {HTTP_DEADLINE, 0, false},  {HTTP_CANCELLED, 0, false},
        {HTTP_CANCELLED, 503, false}, {HTTP_TOO_BIG, 200, false}, {HTTP_LOCAL, 200, false},
        {HTTP_NO_MEMORY, 0, false},   {HTTP_OTHER, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = {.failure = rows[i].failure, .status = rows[i].status};
        if (http_is_passing(&response) != rows[i].passing)
            fail_msg("row %zu", i);
    }
}

static void a_response_is_used_again_from_a_clean_state(void **state)
{
    (void)state;
    struct http_response response;

    http_response_init(&response, 1000);
    assert_int_equal(response.retry_after_s, -1);
    assert_int_equal(response.rate_retry_after, -1);
    assert_int_equal(response.rate_limit, -1);
    assert_int_equal(response.rate_remaining, -1);
    buf_adds(&response.body, "bytes");
    response.status = 200;
    response.failure = HTTP_LOST;
    response.retry_after_s = 3;
    response.has_file = true;
    response.file.path = strdup("/a/b");
    response.file.name = strdup("b");
    response.trace_id[0] = 't';
    http_response_reset(&response);
    assert_int_equal(response.status, 0);
    assert_int_equal(response.failure, HTTP_FINE);
    assert_int_equal(response.retry_after_s, -1);
    assert_false(response.has_file);
    assert_null(response.file.path);
    assert_null(response.file.name);
    assert_string_equal(response.trace_id, "");
    assert_int_equal(response.body.len, 0);
    assert_int_equal(response.body.max, 1000);
    http_response_done(&response);
}

static void a_request_begins_empty_and_keeps_its_ceilings(void **state)
{
    (void)state;
    struct http_request request;

    http_request_init(&request, 10, 20);
    assert_int_equal(request.url.max, 10);
    assert_int_equal(request.body.max, 20);
    assert_int_equal(request.n_parts, 0);
    assert_false(request.has_body);
    assert_null(request.authorization);
    buf_adds(&request.body, "client_secret=s");
    http_request_done(&request);
    assert_int_equal(request.body.len, 0);
    http_request_done(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_origin_ends_where_the_path_begins),
        cmocka_unit_test(origins_are_equal_by_scheme_host_and_port),
        cmocka_unit_test(what_an_exchange_did_follows_from_what_was_sent_and_answered),
        cmocka_unit_test(some_failures_pass_by_themselves),
        cmocka_unit_test(a_response_is_used_again_from_a_clean_state),
        cmocka_unit_test(a_request_begins_empty_and_keeps_its_ceilings),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
