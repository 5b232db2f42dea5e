#include "retry.h"

/* ------------------------------------------------------------------ the budget */

void retry_budget_init(struct retry_budget *budget, int64_t most, int64_t percent)
{
    budget->most = most * 100;
    budget->percent = percent;
    atomic_init(&budget->hundredths, budget->most);
}

/* Adds by, within 0 .. most; false = it would fall below 0. */
static bool move_budget(struct retry_budget *budget, int64_t by)
{
    int64_t left = atomic_load_explicit(&budget->hundredths, memory_order_relaxed);
    int64_t next;

    do {
        next = left + by;
        if (next < 0)
            return false;
        if (next > budget->most)
            next = budget->most;
    } while (next != left &&
             !atomic_compare_exchange_weak_explicit(&budget->hundredths, &left, next,
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

void retry_budget_first(struct retry_budget *budget)
{
    if (budget != NULL)
        move_budget(budget, budget->percent);
}

bool retry_budget_take(struct retry_budget *budget)
{
    return budget == NULL || move_budget(budget, -100);
}

/* ------------------------------------------------------------------ what the service asks */

static int64_t longer(int64_t a, int64_t b)
{
    int64_t most = a > b ? a : b;

    return most > RETRY_LONGEST_MS ? RETRY_LONGEST_MS : most;
}

static int64_t until(int64_t at, int64_t from)
{
    return at > from ? at - from : 0;
}

int64_t retry_asked_ms(const struct http_response *response, struct now now)
{
    int64_t asked = -1;

    if (response->rate_retry_after >= 0) {
        int64_t at = response->rate_retry_after;
        if (at <= INT64_C(100000000000)) /* the specification says ms, the service sends seconds */
            at *= 1000;
        asked = longer(asked, until(at, now.wall_ms));
    }
    if (response->retry_after_s > RETRY_LONGEST_MS / 1000)
        asked = RETRY_LONGEST_MS;
    else if (response->retry_after_s >= 0)
        asked = longer(asked, response->retry_after_s * 1000);
    if (response->retry_after_date_ms >= 0)
        asked = longer(asked, until(response->retry_after_date_ms,
                                    response->date_ms >= 0 ? response->date_ms : now.wall_ms));
    return asked;
}

/* ------------------------------------------------------------------ whether and when */

int64_t retry_pause_ms(const struct retry_limits *limits, int64_t attempt,
                       uint64_t (*random_up_to)(uint64_t bound))
{
    int64_t ceiling = limits->base_ms;

    for (int64_t i = 1; i < attempt && ceiling < limits->max_ms; i++)
        ceiling *= 2;
    if (ceiling > limits->max_ms)
        ceiling = limits->max_ms;
    return (int64_t)random_up_to((uint64_t)ceiling);
}

struct retry_plan retry_plan(const struct retry_limits *limits, struct retry_budget *budget,
                             enum action_retry kind, int64_t attempt,
                             const struct http_response *response, struct now now,
                             int64_t deadline_ms, uint64_t (*random_up_to)(uint64_t bound))
{
    bool repeatable = kind == RETRY_SAFE || kind == RETRY_IDEMPOTENT ||
                      http_effect(kind, response) != OUTCOME_UNKNOWN;
    int64_t asked = retry_asked_ms(response, now);
    int64_t left = deadline_ms == INT64_MAX ? INT64_MAX : deadline_ms - now.mono_ms;

    if (!http_is_passing(response))
        return (struct retry_plan){RETRY_LASTING, asked};
    if (!repeatable)
        return (struct retry_plan){RETRY_UNSAFE, asked};
    if (attempt >= limits->attempts)
        return (struct retry_plan){RETRY_TOO_OFTEN, asked};
    int64_t wait = asked >= 0 ? asked + retry_pause_ms(limits, 1, random_up_to)
                              : retry_pause_ms(limits, attempt, random_up_to);
    if (wait >= left && asked >= 0 && asked < left)
        wait = asked; /* better without the part on top than not at all */
    if (wait >= left)
        return (struct retry_plan){RETRY_PAST_DEADLINE, asked >= 0 ? asked : wait};
    if (!retry_budget_take(budget))
        return (struct retry_plan){RETRY_OVER_BUDGET, wait};
    return (struct retry_plan){RETRY_GO, wait};
}
