#include "base/clock.h"

#include <stddef.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t = {0, 0};

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct now clock_now(uint64_t (*host_now)(void *ctx), void *ctx)
{
    struct now now;
    uint64_t host;

    now.mono_ms = read_ms(CLOCK_MONOTONIC);
    if (host_now == NULL) {
        now.wall_ms = read_ms(CLOCK_REALTIME);
        return now;
    }
    host = host_now(ctx);
    now.wall_ms = host > INT64_MAX ? INT64_MAX : (int64_t)host;
    return now;
}

int64_t clock_mono(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_mono_coarse(void)
{
    return read_ms(CLOCK_MONOTONIC_COARSE);
}

uint64_t clock_random(uint64_t bound)
{
    uint64_t number, tries = 64;
    uint64_t mask = bound;

    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    if (bound == 0)
        return 0;
    while (tries-- > 0) { /* each try hits with at least one half */
        if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != (ssize_t)sizeof(number))
            return bound;
        if ((number & mask) <= bound)
            return number & mask;
    }
    return bound;
}
