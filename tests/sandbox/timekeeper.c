#include "timekeeper.h"
#include "due.h"
#include "store.h"
#include "store_private.h"
#include <stdlib.h>
#include <time.h>

struct sb_timekeeper {
    struct sb_store *store;
    struct sb_clock *clock;
    const struct sb_options *options;
    pthread_t thread;
    bool stopping; /* under the store's lock */
};

/* Waits, letting the store's lock go, until that time of the sandbox's clock or a signal. */
static void wait_until(struct sb_timekeeper *keeper, int64_t at_ms)
{
    struct sb_store *store = keeper->store;
    store->awaited_ms = at_ms;
    if (at_ms == INT64_MAX) {
        pthread_cond_wait(&store->due_changed, &store->lock);
    } else {
        int64_t wake_us = sb_monotonic_us() + (at_ms - sb_clock_ms(keeper->clock)) * 1000;
        struct timespec until = {.tv_sec = wake_us / 1000000, .tv_nsec = wake_us % 1000000 * 1000};
        pthread_cond_timedwait(&store->due_changed, &store->lock, &until);
    }
    store->awaited_ms = INT64_MIN;
}

static void *run(void *cls)
{
    struct sb_timekeeper *keeper = cls;
    sb_store_lock(keeper->store);
    while (!keeper->stopping) {
        int64_t next = sb_store_due_next(keeper->store);
        if (next > sb_clock_ms(keeper->clock)) {
            wait_until(keeper, next);
        } else if (!sb_due_settle(keeper->store, keeper->options, sb_clock_ms(keeper->clock))) {
            wait_until(keeper, INT64_MAX); /* who reads next is told that the store failed */
        }
    }
    sb_store_unlock(keeper->store);
    return NULL;
}

struct sb_timekeeper *sb_timekeeper_new(struct sb_store *store, struct sb_clock *clock,
                                        const struct sb_options *options)
{
    struct sb_timekeeper *keeper = calloc(1, sizeof *keeper);
    if (keeper == NULL) {
        return NULL;
    }
    *keeper = (struct sb_timekeeper){.store = store, .clock = clock, .options = options};
    store->awaited_ms = INT64_MIN;
    if (pthread_create(&keeper->thread, NULL, run, keeper) != 0) {
        free(keeper);
        return NULL;
    }
    return keeper;
}

void sb_timekeeper_free(struct sb_timekeeper *keeper)
{
    if (keeper == NULL) {
        return;
    }
    sb_store_lock(keeper->store);
    keeper->stopping = true;
    sb_store_due_signal(keeper->store);
    sb_store_unlock(keeper->store);
    pthread_join(keeper->thread, NULL);
    free(keeper);
}

/* What a clock that was moved makes due happens before anybody can ask: the lock is held. */
static bool move(struct sb_timekeeper *keeper, int64_t ms)
{
    struct sb_store *store = keeper->store;
    bool moved = false;
    if (sb_store_begin(store)) {
        moved = sb_clock_advance(keeper->clock, ms);
        sb_store_set_clock_offset(store, sb_clock_offset_ms(keeper->clock));
        moved = moved && sb_store_failed(store) == NULL && sb_store_commit(store);
    }
    if (!moved) {
        sb_store_rollback(store);
    }
    moved = moved && sb_due_settle(store, keeper->options, sb_clock_ms(keeper->clock));
    sb_store_due_signal(store);
    return moved;
}

bool sb_timekeeper_advance(struct sb_timekeeper *keeper, int64_t ms)
{
    sb_store_lock(keeper->store);
    bool moved = move(keeper, ms);
    sb_store_unlock(keeper->store);
    return moved;
}

bool sb_timekeeper_set(struct sb_timekeeper *keeper, int64_t to_ms)
{
    sb_store_lock(keeper->store);
    bool moved = to_ms >= 0 && to_ms <= SB_CLOCK_LATEST_MS &&
                 move(keeper, to_ms - sb_clock_ms(keeper->clock));
    sb_store_unlock(keeper->store);
    return moved;
}
