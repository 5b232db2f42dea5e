/*
 * interrupt.h - ends another thread's wait: a flag that one thread raises and another sees at once,
 * whether it waits here or inside something that can be kicked. Thread-safe.
 */
#ifndef FCM_BASE_INTERRUPT_H
#define FCM_BASE_INTERRUPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct interrupt {
    pthread_mutex_t lock;
    pthread_cond_t raised_now;
    atomic_bool raised;
    void (*kick)(void *arg); /* wakes the waiting thread where it waits elsewhere; NULL = none */
    void *kick_arg;
};

void interrupt_init(struct interrupt *interrupt);
void interrupt_done(struct interrupt *interrupt);
/* interrupt_raise - from any thread; stays raised. */
void interrupt_raise(struct interrupt *interrupt);
bool interrupt_raised(struct interrupt *interrupt);
/* interrupt_arm - kick(arg) is called, under the lock, when it is raised; NULL disarms. After
 * disarming returns, kick is not called any more. */
void interrupt_arm(struct interrupt *interrupt, void (*kick)(void *arg), void *arg);
/* interrupt_wait - blocks until raised or until_ms (monotonic; INT64_MAX = for ever). */
void interrupt_wait(struct interrupt *interrupt, int64_t until_ms);

#endif
