/*
 * run_ahead.h - the exchanges of a call of soar_invoke that overlap: the one whose turn it is, and
 * those that the call sends before their turn (call_ahead). In the caller's thread.
 */
#ifndef FCM_RUN_AHEAD_H
#define FCM_RUN_AHEAD_H

#include "call.h"
#include "instance.h"

struct run_ahead;

/* run_ahead_new - for a call that goes ahead, which all are borrowed from. NULL = no memory: then the
 * requests go one after the other. run_ahead_free - stops what is still under way. NULL is fine. */
struct run_ahead *run_ahead_new(struct instance *instance, struct flight *flight,
                                struct call *call);
void run_ahead_free(struct run_ahead *ahead);

/* run_ahead_exchange - does what a CALL_SEND or CALL_AWAIT says, and gives the answer to the call. */
void run_ahead_exchange(struct run_ahead *ahead, const struct call_step *step);

/* run_ahead_wait - until until_ms (monotonic) or until the call is interrupted; what is under way moves
 * on meanwhile. */
void run_ahead_wait(struct run_ahead *ahead, int64_t until_ms);

/* run_ahead_drop - stops what the call does not want any more; after each step. */
void run_ahead_drop(struct run_ahead *ahead);

#endif
