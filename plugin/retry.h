/*
 * retry.h - what may be repeated, when, and how often. Pure: the caller gives the time and the
 * random number.
 */
#ifndef FCM_RETRY_H
#define FCM_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "catalog.h"
#include "http.h"

/* Bounds of repetition; times in milliseconds. */
struct retry_limits {
    int64_t attempts; /* most requests for one page, the first included */
    int64_t base_ms;  /* ceiling of the first wait, doubled each time */
    int64_t max_ms;   /* highest ceiling */
};

/* retry_asked_ms - how long the service asks to wait, from Retry-After (seconds) or the absolute
 * X-RateLimit-RetryAfter (epoch seconds, or milliseconds where over 1e11); -1 = it does not say. */
int64_t retry_asked_ms(const struct http_response *response, struct now now);

/* retry_wait_ms - the wait before the next attempt, or -1: do not repeat. attempt counts from 1 for
 * the exchange that just failed. Repeats what is passing, and only where the request was not
 * applied for certain, or where the action may be repeated (safe, idempotent). Waits a random
 * time up to base * 2^(attempt - 1) (full jitter), at least what the service asks, and never past
 * deadline_ms (monotonic; INT64_MAX = none). random_up_to(bound) answers 0 .. bound. */
int64_t retry_wait_ms(const struct retry_limits *limits, enum action_retry kind, int64_t attempt,
                      const struct http_response *response, struct now now, int64_t deadline_ms,
                      uint64_t (*random_up_to)(uint64_t bound));

#endif
