/*
 * The sandbox's time: what it calls now. It runs as fast as the computer's and may be moved ahead, so
 * that a test of four hours takes a moment. All that the service dates, lets expire or counts by the
 * minute goes by it; what a caller really waits for (a slow answer) goes by sb_monotonic_us.
 */
#ifndef SANDBOX_CLOCK_H
#define SANDBOX_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define SB_CLOCK_LATEST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* Safe to use from any thread. */
struct sb_clock;

/* A clock that is `offset_ms` ahead of the computer's (behind it, if negative). It goes on steadily
 * when somebody sets the computer's. NULL when memory is short. */
struct sb_clock *sb_clock_new(int64_t offset_ms);
void sb_clock_free(struct sb_clock *clock);

/* Milliseconds since 1970, never less than before. */
int64_t sb_clock_ms(struct sb_clock *clock);
/* How far ahead of the computer's clock it was made and has been moved since. */
int64_t sb_clock_offset_ms(struct sb_clock *clock);
/* Moves it ahead by `ms`. False, and nothing moves, if that is less than 0 or leads past
 * SB_CLOCK_LATEST_MS. */
bool sb_clock_advance(struct sb_clock *clock, int64_t ms);

/* Microseconds that pass for the computer, from some start. */
int64_t sb_monotonic_us(void);

#endif
