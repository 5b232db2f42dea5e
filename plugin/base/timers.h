/*
 * timers.h - which of many points in time comes first: a binary heap of timers that lie in the
 * structs they are for. Not thread-safe.
 */
#ifndef FCM_BASE_TIMERS_H
#define FCM_BASE_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed = not set. Must not move while it is set. */
struct timer {
    int64_t at_ms;
    size_t place; /* in the heap, from 1; 0 = not set */
};

/* Zeroed = empty. */
struct timers {
    struct timer **heap;
    size_t n, cap;
};

/* timers_reserve - makes room, so that n timers may be set at a time; false = no memory. */
bool timers_reserve(struct timers *timers, size_t n);
/* timers_set - sets it, or moves it where it is set already. Room must be reserved. */
void timers_set(struct timers *timers, struct timer *timer, int64_t at_ms);
/* timers_clear - takes it out; nothing happens where it is not set. */
void timers_clear(struct timers *timers, struct timer *timer);
/* timers_first - the earliest, or NULL. */
struct timer *timers_first(const struct timers *timers);
/* timers_done - frees; no timer may be used with it any more. */
void timers_done(struct timers *timers);

#endif
