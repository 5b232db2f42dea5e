/* The earliest of many timers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/timers.h"

#define MOST 300
#define CHANGES 20000

/* The same numbers each time. */
static unsigned next_number(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 16;
}

static int64_t earliest(const struct timer *timers, size_t n)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < n; i++)
        if (timers[i].place != 0 && timers[i].at_ms < first)
            first = timers[i].at_ms;
    return first;
}

static void the_first_is_the_earliest_whatever_is_set_moved_and_cleared(void **state)
{
    static struct timer all[MOST];
    struct timers timers = {0};
    unsigned random = 1;
    (void)state;
    assert_true(timers_reserve(&timers, MOST));
    for (size_t i = 0; i < CHANGES; i++) {
        struct timer *timer = &all[next_number(&random) % MOST];
        if (next_number(&random) % 3 == 0)
            timers_clear(&timers, timer);
        else
            timers_set(&timers, timer, next_number(&random) % 1000);
        const struct timer *first = timers_first(&timers);
        assert_int_equal(first != NULL ? first->at_ms : INT64_MAX, earliest(all, MOST));
    }
    timers_done(&timers);
}

static void timers_come_out_in_the_order_of_their_time(void **state)
{
    static const int64_t times[] = {5, 3, INT64_MAX - 1, 3, 0, -7, 9};
    static const int64_t sorted[] = {-7, 0, 3, 3, 5, 9, INT64_MAX - 1};
    struct timer all[7] = {{0, 0}};
    struct timers timers = {0};
    (void)state;
    assert_true(timers_reserve(&timers, 7));
    for (size_t i = 0; i < 7; i++)
        timers_set(&timers, &all[i], times[i]);
    for (size_t i = 0; i < 7; i++) {
        struct timer *first = timers_first(&timers);
        assert_non_null(first);
        assert_int_equal(first->at_ms, sorted[i]);
        timers_clear(&timers, first);
        assert_int_equal(first->place, 0);
    }
    assert_null(timers_first(&timers));
    timers_done(&timers);
}

static void one_that_is_not_set_is_cleared_without_harm(void **state)
{
    struct timer set = {0}, other = {0};
    struct timers timers = {0};
    (void)state;
    assert_null(timers_first(&timers));
    timers_clear(&timers, &other);
    assert_true(timers_reserve(&timers, 1));
    timers_set(&timers, &set, 4);
    timers_clear(&timers, &other);
    assert_ptr_equal(timers_first(&timers), &set);
    timers_set(&timers, &set, 6); /* moved, and not there twice */
    timers_clear(&timers, &set);
    assert_null(timers_first(&timers));
    timers_done(&timers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_the_earliest_whatever_is_set_moved_and_cleared),
        cmocka_unit_test(timers_come_out_in_the_order_of_their_time),
        cmocka_unit_test(one_that_is_not_set_is_cleared_without_harm),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
