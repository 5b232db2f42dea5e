/* The two clocks and the jitter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static uint64_t host_clock(void *ctx)
{
    return *(uint64_t *)ctx;
}

static void the_wall_clock_is_the_hosts_where_it_has_one(void **state)
{
    uint64_t at = 1764000000123u;
    (void)state;

    assert_int_equal(clock_now(host_clock, &at).wall_ms, 1764000000123);
}

static void a_host_clock_past_64_signed_bits_is_taken_as_the_far_future(void **state)
{
    uint64_t at = UINT64_MAX;
    (void)state;

    assert_true(clock_now(host_clock, &at).wall_ms == INT64_MAX);
}

static void without_a_host_clock_the_systems_is_read_in_milliseconds(void **state)
{
    struct now before, now, after;
    struct timespec wall;
    (void)state;

    before = clock_now(NULL, NULL);
    clock_gettime(CLOCK_REALTIME, &wall);
    now = clock_now(NULL, NULL);
    after = clock_now(NULL, NULL);
    assert_true(before.wall_ms / 1000 <= wall.tv_sec && wall.tv_sec <= after.wall_ms / 1000);
    assert_true(before.mono_ms <= now.mono_ms && now.mono_ms <= after.mono_ms);
}

static void the_hosts_clock_does_not_move_the_monotonic_one(void **state)
{
    uint64_t at = 5;
    int64_t before = clock_now(NULL, NULL).mono_ms;
    int64_t with_host = clock_now(host_clock, &at).mono_ms;
    (void)state;

    assert_true(with_host >= before);
    assert_true(with_host <= clock_now(NULL, NULL).mono_ms);
}

static void random_numbers_stay_within_the_bound(void **state)
{
    static const uint64_t bounds[] = {0, 1, 2, 5, 1000, UINT64_MAX - 1, UINT64_MAX};
    (void)state;

    for (size_t b = 0; b < sizeof(bounds) / sizeof(bounds[0]); b++)
        for (int i = 0; i < 200; i++)
            assert_true(clock_random(bounds[b]) <= bounds[b]);
}

static void every_number_up_to_the_bound_comes_up(void **state)
{
    int seen[6] = {0};
    (void)state;

    for (int i = 0; i < 2000; i++)
        seen[clock_random(5)]++;
    for (int i = 0; i < 6; i++)
        assert_true(seen[i] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_is_the_hosts_where_it_has_one),
        cmocka_unit_test(a_host_clock_past_64_signed_bits_is_taken_as_the_far_future),
        cmocka_unit_test(without_a_host_clock_the_systems_is_read_in_milliseconds),
        cmocka_unit_test(the_hosts_clock_does_not_move_the_monotonic_one),
        cmocka_unit_test(random_numbers_stay_within_the_bound),
        cmocka_unit_test(every_number_up_to_the_bound_comes_up),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
