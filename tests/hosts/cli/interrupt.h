/*
 * interrupt.h - SIGINT, SIGTERM and SIGHUP: the call in flight is cancelled, waits end, and the
 * program comes to its orderly end. A second signal ends it at once, and the sandbox with it.
 *
 * A thread of its own waits for the signals, so that nothing runs in a signal handler.
 */
#ifndef SOARHOST_INTERRUPT_H
#define SOARHOST_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "host_error.h"
#include "plugin_load.h"

/* interrupt_start - blocks the signals for this thread and all that it starts, and starts the
 * signal thread. Once per process, before any other thread. */
bool interrupt_start(struct host_error *err);
void interrupt_stop(void);

/* interrupt_watch - from now on a signal cancels this call; one that came already does so too.
 * interrupt_unwatch ends that: when it returns, the signal thread touches the plugin no more. */
void interrupt_watch(const struct plugin_api *api, soar_plugin *plugin, uint64_t call_id);
void interrupt_unwatch(void);

/* interrupt_set_child - a process to be killed where a second signal ends the program; 0 = none. */
void interrupt_set_child(pid_t pid);

/* interrupted - a signal has come. Any thread. */
bool interrupted(void);

/* interrupt_fd - readable from the moment a signal has come; for poll alone. */
int interrupt_fd(void);

/* interrupt_wait_ms - waits; false at once where a signal has come or comes. */
bool interrupt_wait_ms(uint64_t ms);

#endif
