#include <signal.h>
#include <time.h>

#include "transport_private.h"

static const int ours[] = {SIGPIPE, SIGXFSZ};

#define N_OURS (sizeof(ours) / sizeof(ours[0]))

void transport_hold_signals(struct transport_signals *held)
{
    sigset_t all;

    sigemptyset(&all);
    sigemptyset(&held->pending);
    for (size_t i = 0; i < N_OURS; i++)
        sigaddset(&all, ours[i]);
    pthread_sigmask(SIG_BLOCK, &all, &held->before);
    /* only what the host holds back itself can be pending already */
    for (size_t i = 0; i < N_OURS; i++)
        if (sigismember(&held->before, ours[i]) == 1)
            sigpending(&held->pending);
}

void transport_release_signals(const struct transport_signals *held)
{
    static const struct timespec at_once = {0, 0};
    sigset_t one, pending;

    sigpending(&pending);
    for (size_t i = 0; i < N_OURS; i++)
        if (sigismember(&held->pending, ours[i]) == 0 && sigismember(&pending, ours[i]) == 1) {
            sigemptyset(&one);
            sigaddset(&one, ours[i]);
            sigtimedwait(&one, NULL, &at_once);
        }
    pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}
