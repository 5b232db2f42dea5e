/* SIGPIPE and SIGXFSZ, held back from the host while a TLS library or a file may raise them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "transport_private.h"

static const int ours[] = {SIGPIPE, SIGXFSZ};

static bool is_blocked(int signal)
{
    sigset_t now;

    pthread_sigmask(SIG_SETMASK, NULL, &now);
    return sigismember(&now, signal) == 1;
}

static bool is_pending(int signal)
{
    sigset_t now;

    sigpending(&now);
    return sigismember(&now, signal) == 1;
}

static void one_that_comes_meanwhile_is_taken_away(void **state)
{
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct transport_signals held;
        assert_false(is_blocked(ours[i]));
        transport_hold_signals(&held);
        assert_true(is_blocked(ours[i]));
        pthread_kill(pthread_self(), ours[i]);
        transport_release_signals(&held); /* this process would end here, were it let through */
        assert_false(is_blocked(ours[i]));
        assert_false(is_pending(ours[i]));
    }
}

static void one_that_the_host_held_back_itself_stays_its_own(void **state)
{
    static const struct timespec at_once = {0, 0};
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        struct transport_signals held;
        sigset_t one, before;
        sigemptyset(&one);
        sigaddset(&one, ours[i]);
        pthread_sigmask(SIG_BLOCK, &one, &before);
        pthread_kill(pthread_self(), ours[i]);
        transport_hold_signals(&held);
        pthread_kill(pthread_self(), ours[i]);
        pthread_kill(pthread_self(), ours[1 - i]); /* which the host does not hold back */
        transport_release_signals(&held);
        assert_true(is_blocked(ours[i]));
        assert_true(is_pending(ours[i]));
        assert_false(is_pending(ours[1 - i]));
        assert_int_equal(sigtimedwait(&one, NULL, &at_once), ours[i]);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_comes_meanwhile_is_taken_away),
        cmocka_unit_test(one_that_the_host_held_back_itself_stays_its_own),
    };
    return cmocka_run_group_tests_name("transport_signals", tests, NULL, NULL);
}
