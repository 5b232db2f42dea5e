/*
 * governor.h - the request limit of a tenant, respected before it is hit. The service counts the
 * requests of a customer, whoever sends them, and says with every answer how many are left; the
 * governor learns from that, spaces requests out when little is left, holds all back for as long as
 * a 429 asks, and then lets them through one after the other. Calls of an instance go in the order
 * in which they came.
 *
 * By default an instance counts for itself, in memory of its own. With limits.shared_file all
 * instances of a tenant on a machine count together (governor_file.h). No I/O but for that file, and
 * nothing here waits: the driver asks again at the time that it is told. Thread-safe.
 */
#ifndef FCM_GOVERNOR_H
#define FCM_GOVERNOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "config.h"
#include "governor_gate.h"

struct governor;

/* A call's place in the queue, and its request that is on its way. Zeroed at first; the call's, and
 * it must not move while it is queued. */
struct governor_ticket {
    struct governor_ticket *previous, *next; /* in the queue; this and what follows: its lock */
    uint64_t number;                         /* 0 = not queued */
    int64_t again_ms;
    bool waits;            /* was told to; this and what follows: the call's own */
    struct gate_pass pass; /* number 0 = nothing is on its way */
    struct gate_state *state;
};

/* What the governor says. */
struct governor_turn {
    bool go;             /* send now */
    int64_t again_ms;    /* else: ask again then (monotonic) */
    int64_t expected_ms; /* when it will be the call's turn, as far as is known now */
};

/* governor_new - borrows config and log, which must outlive it. Opens limits.shared_file where it
 * is set. NULL with *err filled: no memory, or the file is refused. */
struct governor *governor_new(const struct config *config, const struct logger *log,
                              struct error *err);
/* governor_free - no ticket may be in its queue. NULL is fine. */
void governor_free(struct governor *governor);

/* governor_ask - may the request to base_url go out now? Where it may, it counts as sent, and
 * governor_told must follow. A ticket whose turn has come and that does not ask for a while is
 * passed over and queues anew. */
struct governor_turn governor_ask(struct governor *governor, const char *base_url,
                                  struct governor_ticket *ticket, struct now now);

/* governor_spare - the same for a request that need not go out yet: only where there is more than
 * enough room, nobody waits, and the limit is known. It never queues. */
bool governor_spare(struct governor *governor, const char *base_url, struct governor_ticket *ticket,
                    struct now now);

/* governor_told - what became of the request; NULL = it never reached the service. Nothing happens
 * where none of this ticket is on its way. */
void governor_told(struct governor *governor, struct governor_ticket *ticket,
                   const struct gate_word *word, struct now now);

/* governor_leave - the call wants nothing any more: its place in the queue is given up. */
void governor_leave(struct governor *governor, struct governor_ticket *ticket);

#endif
