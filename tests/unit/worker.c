/* The thread that does one thing after another. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/worker.h"

#define THINGS 1000

static size_t done[THINGS], n_done;
static pthread_t done_by;
static bool signals_blocked;

struct thing {
    struct work work;
    size_t number;
};

/* It gives itself back: the worker must not look at it afterwards. */
static void do_thing(struct work *work)
{
    struct thing *thing = (struct thing *)work;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    signals_blocked = sigismember(&blocked, SIGTERM) == 1;
    done[n_done++] = thing->number;
    done_by = pthread_self();
    free(thing);
}

static void give(struct worker *worker, size_t number)
{
    struct thing *thing = malloc(sizeof(*thing));
    assert_non_null(thing);
    *thing = (struct thing){{.run = do_thing}, number};
    worker_give(worker, &thing->work);
}

static void everything_is_done_once_in_order_in_another_thread(void **state)
{
    struct worker worker = {0};
    (void)state;
    n_done = 0;
    assert_true(worker_start(&worker));
    for (size_t i = 0; i < THINGS; i++)
        give(&worker, i);
    worker_end(&worker);
    assert_int_equal(n_done, THINGS);
    for (size_t i = 0; i < THINGS; i++)
        assert_int_equal(done[i], i);
    assert_false(pthread_equal(done_by, pthread_self()));
    assert_true(signals_blocked);
}

static void one_that_was_not_started_ends_too_and_one_that_ended_starts_again(void **state)
{
    struct worker worker = {0};
    (void)state;
    worker_end(&worker);
    for (size_t i = 1; i <= 3; i++) {
        n_done = 0;
        worker = (struct worker){0};
        assert_true(worker_start(&worker));
        give(&worker, i);
        worker_end(&worker);
        worker_end(&worker);
        assert_int_equal(n_done, 1);
        assert_int_equal(done[0], i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_done_once_in_order_in_another_thread),
        cmocka_unit_test(one_that_was_not_started_ends_too_and_one_that_ended_starts_again),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
