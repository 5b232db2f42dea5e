/*
 * run_async.h - drives many calls at a time in one thread of the instance's own, which is made with
 * the first call that needs it and ends with the instance.
 */
#ifndef FCM_RUN_ASYNC_H
#define FCM_RUN_ASYNC_H

#include "instance.h"

/* run_async_submit - takes a call in, or refuses it: SOAR_INVALID_ARGUMENT (id 0),
 * SOAR_ALREADY_EXISTS (the id is in flight), SOAR_RESOURCE_EXHAUSTED (as many as are allowed are
 * under way, or no memory, thread or descriptor is left). With SOAR_OK its outcome will be an event;
 * what is wrong with the action or the input is told there. Any thread. */
soar_status run_async_submit(struct instance *instance, const soar_call *asked);

/* run_async_end - ends the thread, and frees. No call may be in flight. */
void run_async_end(struct instance *instance);

#endif
