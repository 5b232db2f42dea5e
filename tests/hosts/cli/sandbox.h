/*
 * sandbox.h - a private falcon-sandbox as a child process, for calls that need no real service.
 */
#ifndef SOARHOST_SANDBOX_H
#define SOARHOST_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "host_error.h"

/* A running sandbox. Texts are owned. pid is 0 where none runs. One thread. */
struct sandbox {
    pid_t pid;
    char *url, *client_id, *client_secret;
    int out_fd; /* its standard output; kept open so that it never writes to a closed pipe */
};

/* sandbox_start - starts it on a free port of 127.0.0.1 and waits, for at most 15 s, until it says
 * that it is ready. binary: NULL = $SOARHOST_SANDBOX, falcon-sandbox beside this program, in
 * ../bin, or on PATH. extra: more arguments, NULL at the end, or NULL. It has its own process
 * group (so that Ctrl-C does not end it before the call is cancelled), default signals, and dies
 * with this process. On success stop it with sandbox_stop.
 * Errors: SOAR_NOT_FOUND (no such program), SOAR_UNAVAILABLE (it ended, or did not get ready). */
bool sandbox_start(const char *binary, const char *const *extra, struct sandbox *ret,
                   struct host_error *err);

/* sandbox_stop - SIGTERM, after 3 s SIGKILL, and waits for its end. */
void sandbox_stop(struct sandbox *sandbox);

#endif
