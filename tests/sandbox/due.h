/* What happens by itself when its time has come: timers of cases that are missed, escalation steps,
 * files that a host has sent. */
#ifndef SANDBOX_DUE_H
#define SANDBOX_DUE_H

#include "sandbox.h"

/*
 * Carries out, in a transaction of its own, all that was to happen by `now_ms`. Whoever reads or
 * changes the store calls it first, so nobody ever sees a state in which it hasn't happened; a second
 * call does nothing more. Needs the store's lock, outside of a transaction. False when the store
 * failed: then nothing was changed.
 */
bool sb_due_settle(struct sb_store *store, const struct sb_options *options, int64_t now_ms);

#endif
