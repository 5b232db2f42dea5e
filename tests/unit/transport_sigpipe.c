/* SIGPIPE, held back from the host while a TLS library may raise it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "transport_private.h"

static bool is_blocked(void)
{
    sigset_t now;

    pthread_sigmask(SIG_SETMASK, NULL, &now);
    return sigismember(&now, SIGPIPE) == 1;
}

static bool is_pending(void)
{
    sigset_t now;

    sigpending(&now);
    return sigismember(&now, SIGPIPE) == 1;
}

static void one_that_comes_meanwhile_is_taken_away(void **state)
{
    (void)state;
    struct transport_sigpipe held;

    assert_false(is_blocked());
    transport_hold_sigpipe(&held);
    assert_true(is_blocked());
    pthread_kill(pthread_self(), SIGPIPE);
    transport_release_sigpipe(&held); /* this process would end here, were it let through */
    assert_false(is_blocked());
    assert_false(is_pending());
}

static void one_that_the_host_held_back_itself_stays_its_own(void **state)
{
    (void)state;
    struct transport_sigpipe held;
    sigset_t pipe, before;
    static const struct timespec at_once = {0, 0};

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    pthread_kill(pthread_self(), SIGPIPE);
    transport_hold_sigpipe(&held);
    pthread_kill(pthread_self(), SIGPIPE);
    transport_release_sigpipe(&held);
    assert_true(is_blocked());
    assert_true(is_pending());
    assert_int_equal(sigtimedwait(&pipe, NULL, &at_once), SIGPIPE);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_comes_meanwhile_is_taken_away),
        cmocka_unit_test(one_that_the_host_held_back_itself_stays_its_own),
    };
    return cmocka_run_group_tests_name("transport_sigpipe", tests, NULL, NULL);
}
