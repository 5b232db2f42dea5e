/*
 * ledger.h - which writes of an instance are on their way, and what they made. Two calls that ask
 * for equal things at the same time must never take one thing for both: what a write is known to
 * have made belongs to it, and a write whose answer was lost takes nothing while another one, sent
 * before the look, may still be told that it is its own. Also how far the service's clock is from
 * this computer's, since what was made is found by its time. No I/O. Thread-safe.
 */
#ifndef FCM_LEDGER_H
#define FCM_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog.h"

/* Resources that are remembered; the oldest are forgotten first. */
#define LEDGER_MAX_MADE 65536u

struct ledger;

/* A write that makes something, from its first sending to its end. Lives in its call, zeroed at
 * first. */
struct ledger_write {
    const struct action *action;
    uint64_t asked;  /* hash of the input: writes of one hash asked for the same */
    uint64_t ticket; /* of its last sending */
    bool listed, sending;
    struct ledger_write *previous, *next;
};

/* ledger_new - NULL = no memory. ledger_free - no call may be using it; NULL is fine. */
struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

/* All of the following do nothing, and answer 0, false or LEDGER_NO_CLOCK, where
 * ledger is NULL. */

/* ledger_sent - the write goes out (again). */
void ledger_sent(struct ledger *ledger, struct ledger_write *write, const struct action *action,
                 uint64_t asked);
/* ledger_lost - it got no answer: it stays listed until ledger_over. */
void ledger_lost(struct ledger *ledger, struct ledger_write *write);
/* ledger_made - the resource is known to be the write's own. */
void ledger_made(struct ledger *ledger, const char *id);
/* ledger_over - the write is not looked for any more. */
void ledger_over(struct ledger *ledger, struct ledger_write *write);

/* ledger_ticket - of now: every later sending has a higher one. */
uint64_t ledger_ticket(struct ledger *ledger);

/* ledger_is_made - is the resource known to be some write's own? */
bool ledger_is_made(struct ledger *ledger, const char *id);

/* ledger_unsettled - is another write of the action, sent before the ticket, still without its
 * answer? Then what is there may be that one's. */
bool ledger_unsettled(struct ledger *ledger, const struct ledger_write *write, uint64_t ticket);

/* ledger_equals - how many other lost writes asked for the same. */
size_t ledger_equals(struct ledger *ledger, const struct ledger_write *write);

/* ledger_claim - makes the resource the write's own; false = it is another's by now. */
bool ledger_claim(struct ledger *ledger, const char *id);

/* ledger_claimed_since - has any been claimed since that ticket? Then what a look begun before showed
 * is stale: a claim may have taken what another lost write made, and left its own. */
bool ledger_claimed_since(struct ledger *ledger, uint64_t ticket);

/* ledger_forgot - has a resource made since that ticket been forgotten for want of room? */
bool ledger_forgot(struct ledger *ledger, uint64_t ticket);

/* ledger_note_clock - the service's clock was so many milliseconds ahead of this computer's monotonic
 * one (which nobody sets) when it answered. ledger_clock - the least of the last LEDGER_CLOCKS
 * answers: one server's clock may be wrong, and what is looked for from too late on is taken for not
 * there. LEDGER_NO_CLOCK = never heard of. */
#define LEDGER_CLOCKS 8u
#define LEDGER_NO_CLOCK INT64_MAX
void ledger_note_clock(struct ledger *ledger, int64_t ahead_ms);
int64_t ledger_clock(const struct ledger *ledger);

/* ledger_hash - a hash of bytes, for asked. */
uint64_t ledger_hash(uint64_t seed, const void *bytes, size_t n);

#endif
