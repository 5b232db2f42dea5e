#include "retry.h"

int64_t retry_asked_ms(const struct http_response *response, struct now now)
{
    int64_t asked = -1;

    if (response->rate_retry_after >= 0) {
        int64_t at = response->rate_retry_after;
        if (at <= 100000000000) /* the specification says ms, the service sends seconds */
            at *= 1000;
        asked = at > now.wall_ms ? at - now.wall_ms : 0;
    }
    if (response->retry_after_s >= 0 && response->retry_after_s <= 86400 &&
        response->retry_after_s * 1000 > asked)
        asked = response->retry_after_s * 1000;
    return asked;
}

int64_t retry_wait_ms(const struct retry_limits *limits, enum action_retry kind, int64_t attempt,
                      const struct http_response *response, struct now now, int64_t deadline_ms,
                      uint64_t (*random_up_to)(uint64_t bound))
{
    bool repeatable = kind == RETRY_SAFE || kind == RETRY_IDEMPOTENT ||
                      http_effect(kind, response) != OUTCOME_UNKNOWN;

    if (!http_is_passing(response) || !repeatable || attempt >= limits->attempts)
        return -1;
    int64_t ceiling = limits->base_ms;
    for (int64_t i = 1; i < attempt && ceiling < limits->max_ms; i++)
        ceiling *= 2;
    if (ceiling > limits->max_ms)
        ceiling = limits->max_ms;
    int64_t wait = (int64_t)random_up_to((uint64_t)ceiling);
    int64_t asked = retry_asked_ms(response, now);
    if (asked > wait)
        wait = asked;
    if (deadline_ms != INT64_MAX && wait >= deadline_ms - now.mono_ms)
        return -1;
    return wait;
}
