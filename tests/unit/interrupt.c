/* A flag that ends another thread's wait. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/interrupt.h"

static void count_up(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void it_is_lowered_at_first_and_stays_raised(void **state)
{
    (void)state;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    assert_false(interrupt_raised(&interrupt));
    interrupt_raise(&interrupt);
    assert_true(interrupt_raised(&interrupt));
    interrupt_raise(&interrupt);
    assert_true(interrupt_raised(&interrupt));
    interrupt_done(&interrupt);
}

static void a_wait_for_ever_ends_at_once_where_it_is_raised(void **state)
{
    (void)state;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    interrupt_raise(&interrupt);
    interrupt_wait(&interrupt, INT64_MAX);
    interrupt_done(&interrupt);
}

static void a_wait_until_the_past_ends(void **state)
{
    (void)state;
    struct interrupt interrupt;

    interrupt_init(&interrupt);
    interrupt_wait(&interrupt, 0);
    interrupt_wait(&interrupt, clock_now(NULL, NULL).mono_ms);
    assert_false(interrupt_raised(&interrupt));
    interrupt_done(&interrupt);
}

static void *wait_for_ever(void *arg)
{
    interrupt_wait(arg, INT64_MAX);
    return arg;
}

static void another_thread_ends_the_wait(void **state)
{
    (void)state;
    struct interrupt interrupt;
    pthread_t waiting[4];
    void *ended = NULL;

    interrupt_init(&interrupt);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&waiting[i], NULL, wait_for_ever, &interrupt), 0);
    interrupt_raise(&interrupt);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(waiting[i], &ended), 0);
        assert_ptr_equal(ended, &interrupt);
    }
    interrupt_done(&interrupt);
}

static void what_is_armed_is_kicked_and_what_is_disarmed_is_not(void **state)
{
    (void)state;
    struct interrupt interrupt;
    atomic_int kicks = 0;

    interrupt_init(&interrupt);
    interrupt_arm(&interrupt, count_up, &kicks);
    interrupt_raise(&interrupt);
    assert_int_equal(kicks, 1);
    interrupt_arm(&interrupt, NULL, NULL);
    interrupt_raise(&interrupt);
    assert_int_equal(kicks, 1);
    interrupt_done(&interrupt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_lowered_at_first_and_stays_raised),
        cmocka_unit_test(a_wait_for_ever_ends_at_once_where_it_is_raised),
        cmocka_unit_test(a_wait_until_the_past_ends),
        cmocka_unit_test(another_thread_ends_the_wait),
        cmocka_unit_test(what_is_armed_is_kicked_and_what_is_disarmed_is_not),
    };
    return cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
}
