/*
 * error.h - an error as a value: what happened, where, and what to do.
 * Plain data without ownership: may be copied and dropped. Status codes are those of
 * soar_plugin.h.
 */
#ifndef FCM_BASE_ERROR_H
#define FCM_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "soar_plugin.h"

/* What became of the effect that was asked for. */
enum outcome { OUTCOME_NOT_SENT, OUTCOME_NOT_APPLIED, OUTCOME_APPLIED, OUTCOME_UNKNOWN };

struct error {
    soar_status status;     /* SOAR_OK = no error */
    int http_status;        /* 0 = none */
    const char *reason;     /* static, snake_case, for machines: "connect_failed" */
    char where[192];        /* JSON Pointer, "config line 7", a path or "" */
    char message[512];      /* a sentence for a person */
    char hint[320];         /* what to do about it, or "" */
    bool retryable;         /* the same call may succeed later without harm */
    int64_t retry_after_ms; /* wait at least this long; -1 = not known */
    enum outcome outcome;
};

/* error_clear - no error. */
void error_clear(struct error *err);

/* error_set - fills all but where and hint (which become ""); not retryable, outcome not_sent,
 * no retry_after. Keeps http_status. Control characters in the message become spaces. */
void error_set(struct error *err, soar_status status, const char *reason, const char *format, ...)
    __attribute__((cold, format(printf, 4, 5)));
void error_where(struct error *err, const char *format, ...)
    __attribute__((cold, format(printf, 2, 3)));
void error_hint(struct error *err, const char *format, ...)
    __attribute__((cold, format(printf, 2, 3)));

/* status_name - "INVALID_ARGUMENT" for SOAR_INVALID_ARGUMENT; static; "UNKNOWN_STATUS" for others
 * than those of soar_plugin.h. */
const char *status_name(soar_status status);
/* outcome_name - "not_sent", "not_applied", "applied", "unknown"; static. */
const char *outcome_name(enum outcome outcome);

#endif
