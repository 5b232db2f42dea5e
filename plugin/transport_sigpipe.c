#include <signal.h>
#include <time.h>

#include "transport_private.h"

void transport_hold_sigpipe(struct transport_sigpipe *held)
{
    sigset_t pipe, pending;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    held->was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &held->before);
}

void transport_release_sigpipe(const struct transport_sigpipe *held)
{
    static const struct timespec at_once = {0, 0};
    sigset_t pipe, pending;

    sigpending(&pending);
    if (!held->was_pending && sigismember(&pending, SIGPIPE) == 1) {
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        sigtimedwait(&pipe, NULL, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}
