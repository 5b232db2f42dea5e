/*
 * handles.h - the handles that hosts hold are tokens, not addresses: looked up here, so that a
 * handle that was shut down, was never given out, or crossed a fork is refused and never followed.
 * This table is the one piece of state that the process shares; it is needed because a handle
 * outlives what it names. Thread-safe.
 */
#ifndef FCM_HANDLES_H
#define FCM_HANDLES_H

#include "instance.h"

enum handle_state {
    HANDLE_FINE,
    HANDLE_UNKNOWN, /* never given out, or shut down */
    HANDLE_FORKED,  /* made by the process that this one was forked from */
    HANDLE_CLOSING  /* being shut down */
};

/* handles_add - gives an instance a handle; NULL = no room (65,536 instances) or no memory. */
soar_plugin *handles_add(struct instance *instance);

/* handles_enter - the instance behind a handle, with one more thread inside: instance_leave. */
enum handle_state handles_enter(soar_plugin *handle, struct instance **ret);

/* handles_enter_to_take - the same where it is being shut down, as long as that lasts: for who only
 * takes what is there already. */
enum handle_state handles_enter_to_take(soar_plugin *handle, struct instance **ret);

/* handles_close - instance_close, and then forgets the handle and frees the instance. *ret_idle is
 * false where the time was up; the handle stays then. One thread closes, others get
 * HANDLE_CLOSING. */
enum handle_state handles_close(soar_plugin *handle, int64_t until_ms, bool *ret_idle);

#endif
