/*
 * host_services.h - what this host offers a plugin: log, secrets and progress.
 */
#ifndef SOARHOST_HOST_SERVICES_H
#define SOARHOST_HOST_SERVICES_H

#include "soar_plugin.h"
#include "term.h"

/* What the callbacks need; must live until soar_shutdown has returned. */
struct host_services {
    const struct term *term; /* the log goes here                             */
    int32_t most;            /* SOAR_LOG_*: lines of this level and graver ones */
    /* Told of progress in place of progress.h, on the thread of the call; other than 0 cancels it. */
    int32_t (*progress)(uint64_t done, uint64_t total);
};

/* host_services_fill - sets the struct for soar_init. Secrets named NAME are read from the
 * environment, SOARHOST_SECRET_NAME. All callbacks may be called from any thread. */
void host_services_fill(struct host_services *services, soar_host *ret);

#endif
