#include "base/interrupt.h"

#include <stddef.h>
#include <time.h>

void interrupt_init(struct interrupt *interrupt)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&interrupt->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&interrupt->raised_now, &attr);
    pthread_condattr_destroy(&attr);
    atomic_init(&interrupt->raised, false);
    interrupt->kick = NULL;
    interrupt->kick_arg = NULL;
}

void interrupt_done(struct interrupt *interrupt)
{
    pthread_cond_destroy(&interrupt->raised_now);
    pthread_mutex_destroy(&interrupt->lock);
}

void interrupt_raise(struct interrupt *interrupt)
{
    pthread_mutex_lock(&interrupt->lock);
    atomic_store(&interrupt->raised, true);
    if (interrupt->kick != NULL)
        interrupt->kick(interrupt->kick_arg);
    pthread_cond_broadcast(&interrupt->raised_now);
    pthread_mutex_unlock(&interrupt->lock);
}

bool interrupt_raised(struct interrupt *interrupt)
{
    return atomic_load_explicit(&interrupt->raised, memory_order_acquire);
}

void interrupt_arm(struct interrupt *interrupt, void (*kick)(void *arg), void *arg)
{
    pthread_mutex_lock(&interrupt->lock);
    interrupt->kick = kick;
    interrupt->kick_arg = arg;
    pthread_mutex_unlock(&interrupt->lock);
}

void interrupt_wait(struct interrupt *interrupt, int64_t until_ms)
{
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};
    int timed_out = 0;

    pthread_mutex_lock(&interrupt->lock);
    while (!atomic_load(&interrupt->raised) && timed_out == 0)
        timed_out = until_ms == INT64_MAX
                        ? pthread_cond_wait(&interrupt->raised_now, &interrupt->lock)
                        : pthread_cond_timedwait(&interrupt->raised_now, &interrupt->lock, &until);
    pthread_mutex_unlock(&interrupt->lock);
}
