/* Requests per sliding minute (or another window), of a tenant or of an address. Safe to call from any thread. */
#ifndef SANDBOX_RATELIMIT_H
#define SANDBOX_RATELIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct sb_ratelimit;

/* `limit` requests a minute; 0 enforces nothing and shows `shown`. */
struct sb_ratelimit *sb_ratelimit_new(unsigned limit, unsigned shown);
/* Counts over so many milliseconds instead of a minute. To be called before the first request. */
void sb_ratelimit_window(struct sb_ratelimit *limiter, unsigned window_ms);
void sb_ratelimit_free(struct sb_ratelimit *limiter);

struct sb_rate {
    unsigned limit;
    unsigned remaining;
    int64_t retry_at_ms; /* when refused: when the next request will be let through */
};

/* Counts one request of whom `key` names at `now_ms`. False when it is one too many. */
bool sb_ratelimit_take(struct sb_ratelimit *limiter, const char *key, int64_t now_ms,
                       struct sb_rate *ret_rate);

#endif
