/* Wakes suspended connections at their time, in one thread of its own. */
#ifndef SANDBOX_DELAY_H
#define SANDBOX_DELAY_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct sb_delay;

/* NULL when no thread could be made. */
struct sb_delay *sb_delay_new(void);
/* Wakes all that still sleep; to be called before MHD_stop_daemon. */
void sb_delay_wake_all(struct sb_delay *delay);
void sb_delay_free(struct sb_delay *delay);
/* Suspends the connection for `ms` milliseconds. False (and not suspended) when it can't. */
bool sb_delay_suspend(struct sb_delay *delay, struct MHD_Connection *connection, int64_t ms);

#endif
