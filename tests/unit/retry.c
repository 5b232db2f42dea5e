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

/* The wait of a plan without a budget; -1 = it is not repeated. */
static int64_t wait_for(const struct retry_limits *bounds, enum action_retry kind, int64_t attempt,
                        const struct http_response *response, struct now now, int64_t deadline_ms,
                        uint64_t (*random_up_to)(uint64_t bound))
{
    struct retry_plan plan =
        retry_plan(bounds, NULL, kind, attempt, response, now, deadline_ms, random_up_to);

    return plan.why == RETRY_GO ? plan.wait_ms : -1;
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
        {HTTP_OTHER, 0, false, "----"},    {HTTP_OTHER, 0, true, "si--"},
        {HTTP_FINE, 200, true, "----"},    {HTTP_FINE, 308, true, "----"},
        {HTTP_FINE, 400, true, "----"},    {HTTP_FINE, 401, true, "----"},
        {HTTP_FINE, 403, true, "----"},    {HTTP_FINE, 404, true, "----"},
        {HTTP_FINE, 409, true, "----"},    {HTTP_FINE, 408, true, "si--"},
        {HTTP_FINE, 429, true, "sirn"},    {HTTP_FINE, 500, true, "si--"},
        {HTTP_FINE, 501, true, "----"},    {HTTP_FINE, 502, true, "si--"},
        {HTTP_FINE, 503, true, "si--"},    {HTTP_FINE, 504, true, "si--"},
    };
    static const enum action_retry kinds[] = {RETRY_SAFE, RETRY_IDEMPOTENT, RETRY_RECONCILE,
                                              RETRY_NEVER};
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(kinds); k++) {
            struct http_response response = answer(rows[i].failure, rows[i].status, rows[i].sent);
            int64_t wait = wait_for(&limits, kinds[k], 1, &response, start, INT64_MAX, highest);
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
            wait_for(&many, RETRY_SAFE, rows[i].attempt, &response, start, INT64_MAX, highest),
            rows[i].high);
        assert_int_equal(
            wait_for(&many, RETRY_SAFE, rows[i].attempt, &response, start, INT64_MAX, lowest), 0);
    }
}

static void a_base_over_the_maximum_is_cut_to_it(void **state)
{
    (void)state;
    static const struct retry_limits odd = {.attempts = 4, .base_ms = 5000, .max_ms = 10};
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_int_equal(wait_for(&odd, RETRY_SAFE, 1, &response, start, INT64_MAX, highest), 10);
}

static void the_last_attempt_is_not_repeated(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_true(wait_for(&limits, RETRY_SAFE, 3, &response, start, INT64_MAX, lowest) >= 0);
    assert_int_equal(wait_for(&limits, RETRY_SAFE, 4, &response, start, INT64_MAX, lowest), -1);
    static const struct retry_limits once = {.attempts = 1, .base_ms = 100, .max_ms = 1000};
    assert_int_equal(wait_for(&once, RETRY_SAFE, 1, &response, start, INT64_MAX, lowest), -1);
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
        {31536001, -1, RETRY_LONGEST_MS},           /* a year stands for ever */
        {999999999999999999, -1, RETRY_LONGEST_MS}, /* and nothing overflows */
        {-1, 1700000005, 5000},                     /* epoch seconds */
        {-1, 1700000005250, 5250},                  /* epoch milliseconds */
        {-1, 100000000000, RETRY_LONGEST_MS},       /* the last that is taken for seconds */
        {-1, 100000000001, 0},                      /* the first that is taken for milliseconds */
        {-1, 1699999999, 0},                        /* in the past */
        {-1, 0, 0},
        {2, 1700000005, 5000}, /* the longer of the two */
        {7, 1700000005, 7000},
        {-1, 999999999999999999, RETRY_LONGEST_MS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = answer(HTTP_FINE, 429, true);
        response.retry_after_s = rows[i].retry_after_s;
        response.rate_retry_after = rows[i].rate_retry_after;
        if (retry_asked_ms(&response, start) != rows[i].asked)
            fail_msg("row %zu: %lld", i, (long long)retry_asked_ms(&response, start));
    }
}

static void a_date_to_wait_for_is_compared_with_the_clock_of_the_service(void **state)
{
    (void)state;
    static const struct {
        int64_t at, date, asked;
    } rows[] = {
        {1700000005000, -1, 5000},            /* without one, with ours */
        {1700000005000, 1700000003000, 2000}, /* its clock is ahead of ours */
        {1700000005000, 1699999000000, 1005000},
        {1700000005000, 1700000006000, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = answer(HTTP_FINE, 503, true);
        response.retry_after_date_ms = rows[i].at;
        response.date_ms = rows[i].date;
        assert_int_equal(retry_asked_ms(&response, start), rows[i].asked);
    }
}

static void those_who_were_told_one_moment_do_not_all_come_back_in_it(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 429, true);

    response.retry_after_s = 5;
    assert_int_equal(wait_for(&limits, RETRY_NEVER, 3, &response, start, INT64_MAX, lowest), 5000);
    assert_int_equal(wait_for(&limits, RETRY_NEVER, 3, &response, start, INT64_MAX, highest), 5100);
    assert_int_equal(/* rather all at once than too late */
                     wait_for(&limits, RETRY_NEVER, 3, &response, start, start.mono_ms + 5050,
                              highest),
                     5000);
}

static void a_wait_past_the_deadline_is_told_and_not_made(void **state)
{
    (void)state;
    struct http_response response = answer(HTTP_FINE, 503, true);

    assert_int_equal(
        wait_for(&limits, RETRY_SAFE, 1, &response, start, start.mono_ms + 101, highest), 100);
    struct retry_plan plan =
        retry_plan(&limits, NULL, RETRY_SAFE, 1, &response, start, start.mono_ms + 100, highest);
    assert_int_equal(plan.why, RETRY_PAST_DEADLINE);
    assert_int_equal(plan.wait_ms, 100);
    response.retry_after_s = 60;
    plan =
        retry_plan(&limits, NULL, RETRY_SAFE, 1, &response, start, start.mono_ms + 59999, lowest);
    assert_int_equal(plan.why, RETRY_PAST_DEADLINE);
    assert_int_equal(plan.wait_ms, 60000);
}

static void what_is_not_repeated_says_why(void **state)
{
    (void)state;
    static const struct {
        enum http_failure failure;
        int status;
        enum action_retry kind;
        int64_t attempt;
        enum retry_why why;
    } rows[] = {
        {HTTP_FINE, 400, RETRY_SAFE, 1, RETRY_LASTING},
        {HTTP_TLS, 0, RETRY_SAFE, 1, RETRY_LASTING},
        {HTTP_LOST, 0, RETRY_RECONCILE, 1, RETRY_UNSAFE},
        {HTTP_FINE, 502, RETRY_NEVER, 1, RETRY_UNSAFE},
        {HTTP_FINE, 503, RETRY_SAFE, 4, RETRY_TOO_OFTEN},
        {HTTP_FINE, 503, RETRY_SAFE, 3, RETRY_GO},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct http_response response = answer(rows[i].failure, rows[i].status, true);
        struct retry_plan plan = retry_plan(&limits, NULL, rows[i].kind, rows[i].attempt, &response,
                                            start, INT64_MAX, lowest);
        assert_int_equal(plan.why, rows[i].why);
    }
}

/* ------------------------------------------------------------------ the budget of an instance */

static enum retry_why ask(struct retry_budget *budget)
{
    struct http_response response = answer(HTTP_FINE, 503, true);

    return retry_plan(&limits, budget, RETRY_SAFE, 1, &response, start, INT64_MAX, lowest).why;
}

static void repeats_of_all_calls_come_out_of_one_budget(void **state)
{
    (void)state;
    struct retry_budget budget;

    retry_budget_init(&budget, 2, 10);
    assert_int_equal(ask(&budget), RETRY_GO);
    assert_int_equal(ask(&budget), RETRY_GO);
    assert_int_equal(ask(&budget), RETRY_OVER_BUDGET);
    for (int i = 0; i < 9; i++)
        retry_budget_first(&budget);
    assert_int_equal(ask(&budget), RETRY_OVER_BUDGET);
    retry_budget_first(&budget); /* ten first requests make up for one repeat */
    assert_int_equal(ask(&budget), RETRY_GO);
    assert_int_equal(ask(&budget), RETRY_OVER_BUDGET);
}

static void a_budget_holds_no_more_than_its_most(void **state)
{
    (void)state;
    struct retry_budget budget;

    retry_budget_init(&budget, 1, 1000);
    for (int i = 0; i < 50; i++)
        retry_budget_first(&budget);
    assert_int_equal(ask(&budget), RETRY_GO);
    assert_int_equal(ask(&budget), RETRY_OVER_BUDGET);
    retry_budget_init(&budget, 0, 10);
    assert_int_equal(ask(&budget), RETRY_OVER_BUDGET);
}

/* A thousand calls that all fail, each repeated as often as it may be. */
static void in_an_outage_repeats_add_a_tenth_and_no_more(void **state)
{
    (void)state;
    struct retry_budget budget;
    int sent = 0;

    retry_budget_init(&budget, 50, 10);
    for (int call = 0; call < 1000; call++) {
        retry_budget_first(&budget);
        sent++;
        for (int attempt = 1; attempt < 4 && ask(&budget) == RETRY_GO; attempt++)
            sent++;
    }
    assert_in_range(sent, 1100, 1000 + 50 + 100);
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

    assert_int_equal(wait_for(&limits, RETRY_SAFE, 2, &response, start, INT64_MAX, spy), 100);
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
        cmocka_unit_test(a_date_to_wait_for_is_compared_with_the_clock_of_the_service),
        cmocka_unit_test(those_who_were_told_one_moment_do_not_all_come_back_in_it),
        cmocka_unit_test(a_wait_past_the_deadline_is_told_and_not_made),
        cmocka_unit_test(what_is_not_repeated_says_why),
        cmocka_unit_test(repeats_of_all_calls_come_out_of_one_budget),
        cmocka_unit_test(a_budget_holds_no_more_than_its_most),
        cmocka_unit_test(in_an_outage_repeats_add_a_tenth_and_no_more),
        cmocka_unit_test(the_wait_is_what_chance_says_below_the_ceiling),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
