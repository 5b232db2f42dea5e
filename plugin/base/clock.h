/*
 * clock.h - the two clocks. Deadlines and waits use the monotonic one, what the service says in
 * absolute times uses the wall clock. Thread-safe.
 */
#ifndef FCM_BASE_CLOCK_H
#define FCM_BASE_CLOCK_H

#include <stdint.h>

/* A point in time on both clocks, in milliseconds. */
struct now {
    int64_t mono_ms; /* since some fixed point; never goes back */
    int64_t wall_ms; /* since the Unix epoch */
};

/* clock_now - reads both; wall from the host's clock where host_now is not NULL. */
struct now clock_now(uint64_t (*host_now)(void *ctx), void *ctx);

/* clock_mono - the monotonic clock alone. */
int64_t clock_mono(void);

/* clock_mono_coarse - the same, up to 10 ms behind, at a fraction of the cost: for what is noted with
 * every piece that arrives. */
int64_t clock_mono_coarse(void);

/* clock_random - a number in 0 .. bound (bound included), from the system's generator; for jitter.
 * Answers bound where the system has none. */
uint64_t clock_random(uint64_t bound);

#endif
