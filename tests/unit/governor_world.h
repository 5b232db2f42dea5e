/* A service that counts requests in a sliding window, and callers that obey a governor, under a
 * clock of the test's own. Failures fail the running test. */
#ifndef UNIT_GOVERNOR_WORLD_H
#define UNIT_GOVERNOR_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "governor.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BASE "https://api.example"
#define START_MS 1000000

static inline struct config usual_limits(void)
{
    struct config config = {
        .limits = {
            .govern = true, .reserve_percent = 10, .window_ms = 60000, .max_wait_ms = 60000}};
    config.falcon.client_id.ptr = (char *)(uintptr_t) "client";
    return config;
}

static inline struct now at_ms(int64_t ms)
{
    return (struct now){.mono_ms = ms, .wall_ms = 1700000000000 + ms};
}

/* Lines of the log, joined. */
static char logged[4096];

static inline void keep_line(void *ctx, int32_t level, const char *msg, uint64_t len)
{
    size_t used = strlen(logged);

    (void)ctx;
    snprintf(logged + used, sizeof(logged) - used, "%d %.*s\n", level, (int)len, msg);
}

static const struct logger to_logged = {keep_line, NULL, SOAR_LOG_DEBUG};

static inline struct governor *open_governor(const struct config *config)
{
    struct error err;

    error_clear(&err);
    logged[0] = '\0';
    struct governor *governor = governor_new(config, &to_logged, &err);
    if (governor == NULL)
        fail_msg("%s", err.message);
    return governor;
}

static inline uint64_t random_number(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* ------------------------------------------------------------------ the service */

#define SERVICE_MAX 8192

/* Times of what it counted, as a ring; nothing is counted of what it refuses. */
struct service_model {
    int64_t limit, window_ms;
    int64_t times[SERVICE_MAX];
    size_t n;
    int64_t refused;
};

static inline int64_t service_used(const struct service_model *service, int64_t now_ms)
{
    int64_t used = 0;

    for (size_t i = service->n; i > 0 && service->n - i < SERVICE_MAX; i--) {
        if (service->times[(i - 1) % SERVICE_MAX] + service->window_ms <= now_ms)
            break;
        used++;
    }
    return used;
}

/* One request arrives. */
static inline struct gate_word service_take(struct service_model *service, int64_t now_ms)
{
    struct gate_word word = {.answered = true, .limit = service->limit, .wait_ms = -1};
    int64_t used = service_used(service, now_ms);

    if (used >= service->limit) {
        int64_t oldest = service->times[(service->n - (size_t)service->limit) % SERVICE_MAX];
        word.refused = true;
        word.wait_ms = oldest + service->window_ms - now_ms;
        service->refused++;
        return word;
    }
    service->times[service->n++ % SERVICE_MAX] = now_ms;
    word.remaining = service->limit - used - 1;
    return word;
}

/* ------------------------------------------------------------------ callers */

#define MAX_CALLERS 256

/* One call: asks, sends, is told. */
struct caller {
    struct governor *governor;
    struct governor_ticket ticket;
    int64_t due_ms; /* when it does its next step */
    enum { CALLER_ASKS, CALLER_ARRIVES, CALLER_IS_TOLD, CALLER_ENDED } step;
    struct gate_word word;
    int64_t sent_ms;
    int64_t left; /* requests still to be made */
};

/* Lets them all work to the end of what they want, or to until_ms; requests take 1 to latency_ms on
 * each way. Answers when the last one ended. sent (may be NULL) gets the numbers of the callers in
 * the order in which they sent, at most max. */
static inline int64_t let_work(struct service_model *service, struct caller *callers, size_t n,
                               int64_t now_ms, int64_t until_ms, uint64_t latency_ms,
                               uint64_t *seed, size_t *sent, size_t max)
{
    size_t n_sent = 0;

    for (;;) {
        struct caller *next = NULL;
        for (size_t i = 0; i < n; i++)
            if (callers[i].step != CALLER_ENDED &&
                (next == NULL || callers[i].due_ms < next->due_ms))
                next = &callers[i];
        if (next == NULL || next->due_ms > until_ms)
            return now_ms;
        now_ms = next->due_ms;
        if (next->step == CALLER_ASKS) {
            struct governor_turn turn =
                governor_ask(next->governor, BASE, &next->ticket, at_ms(now_ms));
            if (!turn.go) {
                if (turn.again_ms <= now_ms)
                    fail_msg("asked again at once");
                next->due_ms = turn.again_ms;
                continue;
            }
            if (sent != NULL && n_sent < max)
                sent[n_sent++] = (size_t)(next - callers);
            next->sent_ms = now_ms;
            next->step = CALLER_ARRIVES;
        } else if (next->step == CALLER_ARRIVES) {
            next->word = service_take(service, now_ms);
            next->step = CALLER_IS_TOLD;
        } else {
            governor_told(next->governor, &next->ticket, &next->word, at_ms(now_ms));
            next->left -= next->word.refused ? 0 : 1;
            next->step = next->left > 0 ? CALLER_ASKS : CALLER_ENDED;
            continue;
        }
        next->due_ms = now_ms + 1 + (int64_t)(random_number(seed) % latency_ms);
    }
}

#endif
