/*
 * The timekeeper: a thread that sleeps until something is due and lets it happen, so that a missed
 * timer and its notifications are there though nobody asks; and the one way to move the clock.
 */
#ifndef SANDBOX_TIMEKEEPER_H
#define SANDBOX_TIMEKEEPER_H

#include "clock.h"
#include "sandbox.h"

/* Safe to use from any thread. Takes the store's lock, so its callers don't hold it. */
struct sb_timekeeper;

/* All three must outlive it. NULL when there is no memory or no thread. */
struct sb_timekeeper *sb_timekeeper_new(struct sb_store *store, struct sb_clock *clock,
                                        const struct sb_options *options);
/* Ends the thread; NULL is fine. */
void sb_timekeeper_free(struct sb_timekeeper *keeper);

/* Moves the clock ahead by so many milliseconds, or to a time, keeps how far in the store, and lets all
 * happen that this makes due. False if that leads back or past SB_CLOCK_LATEST_MS (then nothing
 * moves), or if the store failed. */
bool sb_timekeeper_advance(struct sb_timekeeper *keeper, int64_t ms);
bool sb_timekeeper_set(struct sb_timekeeper *keeper, int64_t to_ms);

#endif
