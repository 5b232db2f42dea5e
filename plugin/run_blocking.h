/*
 * run_blocking.h - drives one call in the caller's thread, on a connection that is kept open.
 */
#ifndef FCM_RUN_BLOCKING_H
#define FCM_RUN_BLOCKING_H

#include "call.h"
#include "instance.h"

/* run_blocking - until the call is done; asked is what the host gave (flags, descriptors, id), now
 * the time at which the call was made. */
void run_blocking(struct instance *instance, struct flight *flight, struct call *call,
                  const soar_call *asked, struct now now);

#endif
