#include "ratelimit.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WINDOWS 64
#define MINUTE_MS 60000

/* The times of the last `limit` accepted requests of one key, as a ring. */
struct window {
    char key[64];
    int64_t *times;
    size_t next;
};

struct sb_ratelimit {
    pthread_mutex_t lock;
    unsigned limit, shown;
    int64_t window_ms;
    struct window windows[MAX_WINDOWS];
    size_t count;
};

struct sb_ratelimit *sb_ratelimit_new(unsigned limit, unsigned shown)
{
    struct sb_ratelimit *limiter = calloc(1, sizeof *limiter);
    if (limiter != NULL) {
        limiter->limit = limit;
        limiter->shown = shown;
        limiter->window_ms = MINUTE_MS;
        pthread_mutex_init(&limiter->lock, NULL);
    }
    return limiter;
}

void sb_ratelimit_window(struct sb_ratelimit *limiter, unsigned window_ms)
{
    limiter->window_ms = window_ms;
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

static int64_t last_time(const struct sb_ratelimit *limiter, const struct window *window)
{
    return window->times[(window->next + limiter->limit - 1) % limiter->limit];
}

/* A window without requests: a new one, or that of who has been quiet for the longest time. */
static struct window *make_window(struct sb_ratelimit *limiter)
{
    struct window *window = &limiter->windows[0];
    if (limiter->count < MAX_WINDOWS) {
        window = &limiter->windows[limiter->count];
        window->times = malloc(limiter->limit * sizeof *window->times);
        if (window->times == NULL) {
            return NULL;
        }
        limiter->count++;
    } else {
        for (size_t i = 1; i < limiter->count; i++) {
            struct window *other = &limiter->windows[i];
            window = last_time(limiter, other) < last_time(limiter, window) ? other : window;
        }
    }
    for (unsigned i = 0; i < limiter->limit; i++) {
        window->times[i] = INT64_MIN / 2;
    }
    window->next = 0;
    return window;
}

static struct window *find_window(struct sb_ratelimit *limiter, const char *key)
{
    for (size_t i = 0; i < limiter->count; i++) {
        if (strcmp(limiter->windows[i].key, key) == 0) {
            return &limiter->windows[i];
        }
    }
    struct window *window = make_window(limiter);
    if (window != NULL) {
        strncpy(window->key, key, sizeof window->key - 1);
    }
    return window;
}

bool sb_ratelimit_take(struct sb_ratelimit *limiter, const char *key, int64_t now_ms,
                       struct sb_rate *ret_rate)
{
    *ret_rate = (struct sb_rate){.limit = limiter->shown, .remaining = limiter->shown - 1};
    if (limiter->limit == 0) {
        return true;
    }
    bool accepted = true;
    pthread_mutex_lock(&limiter->lock);
    struct window *window = find_window(limiter, key);
    unsigned used = 0;
    if (window != NULL) {
        int64_t oldest = window->times[window->next];
        accepted = oldest <= now_ms - limiter->window_ms;
        if (accepted) {
            window->times[window->next] = now_ms;
            window->next = (window->next + 1) % limiter->limit;
        } else {
            ret_rate->retry_at_ms = oldest + limiter->window_ms;
        }
        for (unsigned i = 0; i < limiter->limit; i++) {
            used += window->times[i] > now_ms - limiter->window_ms;
        }
    }
    ret_rate->limit = limiter->limit;
    ret_rate->remaining = limiter->limit - used;
    pthread_mutex_unlock(&limiter->lock);
    return accepted;
}
