#include "ratelimit.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_LIMIT 6000
#define MAX_TENANTS 64
#define MINUTE_MS 60000

/* The times of the last `limit` accepted requests, as a ring. */
struct window {
    char tenant[40];
    int64_t *times;
    size_t next;
};

struct sb_ratelimit {
    pthread_mutex_t lock;
    unsigned limit;
    struct window windows[MAX_TENANTS];
    size_t count;
};

struct sb_ratelimit *sb_ratelimit_new(unsigned limit)
{
    struct sb_ratelimit *limiter = calloc(1, sizeof *limiter);
    if (limiter != NULL) {
        limiter->limit = limit;
        pthread_mutex_init(&limiter->lock, NULL);
    }
    return limiter;
}

void sb_ratelimit_free(struct sb_ratelimit *limiter)
{
    if (limiter == NULL) {
        return;
    }
    for (size_t i = 0; i < limiter->count; i++) {
        free(limiter->windows[i].times);
    }
    pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

static struct window *find_window(struct sb_ratelimit *limiter, const char *tenant)
{
    for (size_t i = 0; i < limiter->count; i++) {
        if (strcmp(limiter->windows[i].tenant, tenant) == 0) {
            return &limiter->windows[i];
        }
    }
    if (limiter->count == MAX_TENANTS) {
        return NULL;
    }
    struct window *window = &limiter->windows[limiter->count];
    window->times = malloc(limiter->limit * sizeof *window->times);
    if (window->times == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < limiter->limit; i++) {
        window->times[i] = INT64_MIN / 2;
    }
    strncpy(window->tenant, tenant, sizeof window->tenant - 1);
    limiter->count++;
    return window;
}

bool sb_ratelimit_take(struct sb_ratelimit *limiter, const char *tenant, int64_t now_ms,
                       struct sb_rate *ret_rate)
{
    *ret_rate = (struct sb_rate){.limit = SHOWN_LIMIT, .remaining = SHOWN_LIMIT - 1};
    if (limiter->limit == 0) {
        return true;
    }
    bool accepted = true;
    pthread_mutex_lock(&limiter->lock);
    struct window *window = find_window(limiter, tenant);
    unsigned used = 0;
    if (window != NULL) {
        int64_t oldest = window->times[window->next];
        accepted = oldest <= now_ms - MINUTE_MS;
        if (accepted) {
            window->times[window->next] = now_ms;
            window->next = (window->next + 1) % limiter->limit;
        } else {
            ret_rate->retry_at_ms = oldest + MINUTE_MS;
        }
        for (unsigned i = 0; i < limiter->limit; i++) {
            used += window->times[i] > now_ms - MINUTE_MS;
        }
    }
    ret_rate->limit = limiter->limit;
    ret_rate->remaining = limiter->limit - used;
    pthread_mutex_unlock(&limiter->lock);
    return accepted;
}
