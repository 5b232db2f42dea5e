/*
 * host_error.h - an error that the host itself has found: what, where, what to do. Errors of the
 * plugin come as JSON documents and are shown by report.c.
 */
#ifndef SOARHOST_HOST_ERROR_H
#define SOARHOST_HOST_ERROR_H

#include "soar_plugin.h"

/* Exit code for a wrong command line (EX_USAGE of sysexits.h). */
#define HOST_EXIT_USAGE 64

/* Plain data, may be copied. status SOAR_OK means that there is no error; where and hint may be
 * empty; the texts hold no control characters of their own, but may quote foreign text. */
struct host_error {
    soar_status status;
    char where[256];
    char message[512];
    char hint[512];
};

/* host_error_set - fills status and message (cut where too long) and empties where and hint.
 * Always returns false, so that a check can end with it. */
_Bool host_error_set(struct host_error *err, soar_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void host_error_where(struct host_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void host_error_hint(struct host_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* host_status_name - "INVALID_ARGUMENT" for SOAR_INVALID_ARGUMENT; static; "UNKNOWN_STATUS" for
 * others than those of soar_plugin.h. */
const char *host_status_name(soar_status status);

/* host_exit_code - what the process ends with: the status where it is one of soar_plugin.h, else
 * SOAR_INTERNAL. */
int host_exit_code(soar_status status);

#endif
