/* What is repeated, when, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "retry.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct retry_limits limits = {.attempts = 4, .base_ms = 100, .max_ms = 1000};
static const struct now start = {.mono_ms = 50000, .wall_ms = 1700000000000};

static uint64_t highest(uint64_t bound)
{
    return bound;
}

static uint64_t lowest(uint64_t bound)
{
    (void)bound;
    return 0;
}

static struct http_response answer(enum http_failure failure, int status, bool sent)
{
    struct http_response response;

    http_response_init(&response, 0);
    response.failure = failure;
    response.status = status;
    response.request_sent = sent;
    return response;
}

/* One letter for each class: safe, idempotent, reconcile, never; "-" = is not repeated. */
static void each_failure_is_repeated_by_the_class_of_the_action(void **state)
{
    (void)state;
    static const struct {
        enum http_failure failure;
        int status;
        bool sent;
        const char *repeated;
    } rows[] = {
        {HTTP_RESOLVE, 0, false, "sirn"},  {HTTP_CONNECT, 0, false, "sirn"},
        {HTTP_PROXY, 0, false, "sirn"},    {HTTP_TLS, 0, false, "----"},
        {HTTP_LOST, 0, false, "sirn"},     {HTTP_LOST, 0, true, "si--"},
        {HTTP_STALL, 0, true, "si--"},     {HTTP_CUT, 200, true, "si--"},
        {HTTP_CUT, 429, true, "sirn"},     {HTTP_DEADLINE, 0, true, "----"},
        {HTTP_DEADLINE, 0, false, "----"}, {HTTP_CANCELLED, 0, false, "----"},
        {HTTP_TOO_BIG, 200, true, "----"}, {HTTP_LOCAL, 200, true, "----"},
        {HTTP_LOCAL, 0, false, "----"},    {HTTP_NO_MEMORY, 0, false, "----"},
        {HTTP_OTHER, 0, false, "----"},    {HTTP_FINE, 200, true, "----"},
        {HTTP_FINE, 308, true, "----"},    {HTTP_FINE, 400, true, "----"},
        {HTTP_FINE, 401, true, "----"},    {HTTP_FINE, 403, true, "----"},
        {HTTP_FINE, 404, true, "----"},    {HTTP_FINE, 409, true, "----"},
        {HTTP_FINE, 408, true, "si--"},    {HTTP_FINE, 429, true, "sirn"},
        {HTTP_FINE, 500, true, "si--"},    {HTTP_FINE, 501, true, "----"},
        {HTTP_FINE, 502, true, "si--"},    {HTTP_FINE, 503, true, "si--"},
        {HTTP_FINE, 504, true, "si--"},
    };
    static const enum action_retry kinds[] = {RETRY_SAFE, RETRY_IDEMPOTENT, RETRY_RECONCILE,
                                              RETRY_NEVER};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            struct http_response response = answer(rows[i].failure, rows[i].status, rows[i].sent);
            int64_t wait =
                retry_wait_ms(&limits, kinds[k], 1, &response, start, INT64_MAX, highest);
            if (wait != (rows[i].repeated[k] == '-' ? -1 : 100))
                fail_msg("row %zu (failure %d, HTTP %d), class %zu: %lld", i, rows[i].failure,
                         rows[i].status, k, (long long)wait);
        }
    }
}

static void the_ceiling_doubles_up_to_the_highest(void **state)
{
    (void)state;
    static const struct retry_limits many = {.attempts = 100, .base_ms = 100, .max_ms = 1000};
    static const struct {
        int64_t attempt, high;
    } rows[] = {{1, 100}, {2, 200}, {3, 400}, {4, 800}, {5, 1000}, {6, 1000}, {99, 1000}};
    struct http_response response = answer(HTTP_FINE, 503, true);

    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(
            retry_wait_ms(&many, RETRY_SAFE, rows[i].attempt, &response, start, INT64_MAX, highest),
            rows[i].high);
        assert_int_equal(
            retry_wait_ms(&many, RETRY_SAFE, rows[i].attempt, &response, start, INT64_MAX, lowest),
            0);
    }
}

static void a_base_over_the_maximum_is_cut_to_it(void **state)
{
    (void)state;
    static const struct retry_limits odd = {.attempts = 4, .base_ms = 5000, .max_ms = 10};
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_int_equal(retry_wait_ms(&odd, RETRY_SAFE, 1, &response, start, INT64_MAX, highest), 10);
}

static void the_last_attempt_is_not_repeated(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_true(retry_wait_ms(&limits, RETRY_SAFE, 3, &response, start, INT64_MAX, lowest) >= 0);
    assert_int_equal(retry_wait_ms(&limits, RETRY_SAFE, 4, &response, start, INT64_MAX, lowest),
                     -1);
    static const struct retry_limits once = {.attempts = 1, .base_ms = 100, .max_ms = 1000};
    assert_int_equal(retry_wait_ms(&once, RETRY_SAFE, 1, &response, start, INT64_MAX, lowest), -1);
}

static void the_service_says_how_long_to_wait(void **state)
{
    (void)state;
    static const struct {
        int64_t retry_after_s, rate_retry_after, asked;
    } rows[] = {
        {-1, -1, -1},
        {0, -1, 0},
        {3, -1, 3000},
        {86400, -1, 86400000},
        {86401, -1, -1},              /* more than a day is no sensible answer */
        {999999999999999999, -1, -1}, /* and nothing overflows */
        {-1, 1700000005, 5000},       /* epoch seconds */
        {-1, 1700000005250, 5250},    /* epoch milliseconds */
        {-1, 1699999999, 0},          /* in the past */
        {-1, 0, 0},
        {2, 1700000005, 5000}, /* the longer of the two */
        {7, 1700000005, 7000},
        {-1, 999999999999999999, 999999999999999999 - 1700000000000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = answer(HTTP_FINE, 429, true);
        response.retry_after_s = rows[i].retry_after_s;
        response.rate_retry_after = rows[i].rate_retry_after;
        if (retry_asked_ms(&response, start) != rows[i].asked)
            fail_msg("row %zu: %lld", i, (long long)retry_asked_ms(&response, start));
    }
}

static void what_the_service_asks_is_the_least(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 429, true);

    response.retry_after_s = 5;
    assert_int_equal(retry_wait_ms(&limits, RETRY_NEVER, 1, &response, start, INT64_MAX, highest),
                     5000);
    response.retry_after_s = 0;
    assert_int_equal(retry_wait_ms(&limits, RETRY_NEVER, 1, &response, start, INT64_MAX, highest),
                     100);
}

static void no_wait_passes_the_deadline(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_int_equal(
        retry_wait_ms(&limits, RETRY_SAFE, 1, &response, start, start.mono_ms + 101, highest), 100);
    assert_int_equal(
        retry_wait_ms(&limits, RETRY_SAFE, 1, &response, start, start.mono_ms + 100, highest), -1);
    response.retry_after_s = 60;
    assert_int_equal(
        retry_wait_ms(&limits, RETRY_SAFE, 1, &response, start, start.mono_ms + 59999, lowest), -1);
}

static uint64_t asked_bound;

static uint64_t spy(uint64_t bound)
{
    asked_bound = bound;
    return bound / 2;
}

static void the_wait_is_what_chance_says_below_the_ceiling(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_int_equal(retry_wait_ms(&limits, RETRY_SAFE, 2, &response, start, INT64_MAX, spy), 100);
    assert_int_equal(asked_bound, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_failure_is_repeated_by_the_class_of_the_action),
        cmocka_unit_test(the_ceiling_doubles_up_to_the_highest),
        cmocka_unit_test(a_base_over_the_maximum_is_cut_to_it),
        cmocka_unit_test(the_last_attempt_is_not_repeated),
        cmocka_unit_test(the_service_says_how_long_to_wait),
        cmocka_unit_test(what_the_service_asks_is_the_least),
        cmocka_unit_test(no_wait_passes_the_deadline),
        cmocka_unit_test(the_wait_is_what_chance_says_below_the_ceiling),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
