/*
 * retry.h - what may be repeated, when, and how often. The caller gives the time and the random
 * number; the only state is the budget that the calls of an instance share.
 */
#ifndef FCM_RETRY_H
#define FCM_RETRY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "catalog.h"
#include "http.h"

/* Bounds of repetition within one call; times in milliseconds. */
struct retry_limits {
    int64_t attempts; /* most requests for one page, the first included */
    int64_t base_ms;  /* ceiling of the first wait, doubled each time */
    int64_t max_ms;   /* highest ceiling */
};

/* How many repeats the calls of an instance may make together: a bucket of at most `most` of them,
 * full at first, that every request made for the first time fills by percent / 100 of one and every
 * repeat takes one from. So however many calls fail, repeats add at most that part to the load.
 * Thread-safe. */
struct retry_budget {
    _Atomic int64_t hundredths; /* what is left */
    int64_t most, percent;
};

void retry_budget_init(struct retry_budget *budget, int64_t most, int64_t percent);
/* retry_budget_first - a request goes out for the first time. NULL = no budget is kept. */
void retry_budget_first(struct retry_budget *budget);
/* retry_budget_take - takes one repeat out; false = there is none left. NULL always has one. */
bool retry_budget_take(struct retry_budget *budget);

/* retry_asked_ms - how long the service asks to wait, from Retry-After (seconds, or a date, which is
 * compared with the answer's own Date) or the absolute X-RateLimit-RetryAfter (epoch seconds, or
 * milliseconds where over 1e11); the longest of them, at most RETRY_LONGEST_MS. -1 = it does not
 * say. */
#define RETRY_LONGEST_MS INT64_C(31536000000)
int64_t retry_asked_ms(const struct http_response *response, struct now now);

/* Why an exchange is not repeated. */
enum retry_why {
    RETRY_GO,            /* it is */
    RETRY_LASTING,       /* it would fail again */
    RETRY_UNSAFE,        /* it may have been applied, and may not be applied twice */
    RETRY_TOO_OFTEN,     /* limits.attempts */
    RETRY_PAST_DEADLINE, /* the wait would pass the deadline: wait_ms tells it all the same */
    RETRY_OVER_BUDGET    /* the instance has no repeats left; wait_ms as it would have been */
};

struct retry_plan {
    enum retry_why why;
    int64_t wait_ms; /* before the next attempt; -1 = none to tell */
};

/* retry_plan - whether and when to repeat. attempt counts from 1 for the exchange that just failed.
 * Repeats what is passing, and only where the request was not applied for certain, or where the
 * action may be repeated (safe, idempotent). Waits a random time up to base * 2^(attempt - 1) (full
 * jitter), or what the service asks and a random time up to base_ms on top, so that those who were
 * told one moment do not all come back in it. Never past deadline_ms (monotonic; INT64_MAX = none).
 * Takes from the budget where it says RETRY_GO. random_up_to(bound) answers 0 .. bound. */
struct retry_plan retry_plan(const struct retry_limits *limits, struct retry_budget *budget,
                             enum action_retry kind, int64_t attempt,
                             const struct http_response *response, struct now now,
                             int64_t deadline_ms, uint64_t (*random_up_to)(uint64_t bound));

/* retry_pause_ms - the wait of the same growing kind before another attempt at something that is no
 * exchange by itself; attempt as above. */
int64_t retry_pause_ms(const struct retry_limits *limits, int64_t attempt,
                       uint64_t (*random_up_to)(uint64_t bound));

#endif
