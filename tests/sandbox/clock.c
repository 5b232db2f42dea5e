#include "clock.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct sb_clock {
    int64_t wall_ms; /* the computer's time when this one was made, and */
    int64_t started_us;
    _Atomic int64_t offset_ms;
};

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t sb_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

struct sb_clock *sb_clock_new(int64_t offset_ms)
{
    struct sb_clock *clock = calloc(1, sizeof *clock);
    if (clock != NULL) {
        clock->wall_ms = read_us(CLOCK_REALTIME) / 1000;
        clock->started_us = sb_monotonic_us();
        atomic_init(&clock->offset_ms, offset_ms);
    }
    return clock;
}

void sb_clock_free(struct sb_clock *clock)
{
    free(clock);
}

int64_t sb_clock_ms(struct sb_clock *clock)
{
    return clock->wall_ms + (sb_monotonic_us() - clock->started_us) / 1000 +
           atomic_load(&clock->offset_ms);
}

int64_t sb_clock_offset_ms(struct sb_clock *clock)
{
    return atomic_load(&clock->offset_ms);
}

bool sb_clock_advance(struct sb_clock *clock, int64_t ms)
{
    if (ms < 0 || ms > SB_CLOCK_LATEST_MS - sb_clock_ms(clock)) {
        return false;
    }
    atomic_fetch_add(&clock->offset_ms, ms);
    return true;
}
