/* /_sandbox/clock and /_sandbox/notifications. */
#ifndef SANDBOX_CONTROL_TIME_H
#define SANDBOX_CONTROL_TIME_H

#include "exchange.h"

/* GET tells the time; POST {"advance_ms": N} or {"set_ms": N} moves the clock ahead, and tells it when
 * all that this made due has happened. Both answer {"now", "now_ms", "offset_ms"}. */
void sb_control_clock(struct sb_exchange *ex);
/* GET lists what escalation steps have told whom: sb_notifications_list. */
void sb_control_notifications(struct sb_exchange *ex);

#endif
