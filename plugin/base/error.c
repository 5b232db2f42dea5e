#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void error_clear(struct error *err)
{
    err->status = SOAR_OK;
    err->http_status = 0;
    err->reason = "";
    err->where[0] = '\0'; /* the rest of the texts is never read; a call clears many errors */
    err->message[0] = '\0';
    err->hint[0] = '\0';
    err->retryable = false;
    err->retry_after_ms = -1;
    err->outcome = OUTCOME_NOT_SENT;
}

/* Formats into field and leaves no control character and no half of a character. */
static __attribute__((format(printf, 3, 0))) void fill(char *field, size_t size, const char *format,
                                                       va_list args)
{
    int n = vsnprintf(field, size, format, args);
    size_t len;

    if (n < 0) {
        field[0] = '\0';
        return;
    }
    len = (size_t)n;
    if (len >= size) {
        len = size - 1;
        /* What vsnprintf left out is not known, so a character at the end may be a half one. */
        for (size_t back = 1; back <= 3 && back <= len; back++) {
            unsigned char c = (unsigned char)field[len - back];
            if (c < 0x80)
                break;
            if (c >= 0xc0) {
                if (utf8_length(field + len - back, back) != back)
                    len -= back;
                break;
            }
        }
        field[len] = '\0';
    }
    utf8_clean(field, len);
}

void error_set(struct error *err, soar_status status, const char *reason, const char *format, ...)
{
    va_list args;

    err->status = status;
    err->reason = reason;
    err->where[0] = '\0';
    err->hint[0] = '\0';
    err->retryable = false;
    err->retry_after_ms = -1;
    err->outcome = OUTCOME_NOT_SENT;
    va_start(args, format);
    fill(err->message, sizeof(err->message), format, args);
    va_end(args);
}

void error_where(struct error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err->where, sizeof(err->where), format, args);
    va_end(args);
}

void error_hint(struct error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(err->hint, sizeof(err->hint), format, args);
    va_end(args);
}

const char *status_name(soar_status status)
{
    static const char *const names[] = {
        [SOAR_OK] = "OK",
        [SOAR_CANCELLED] = "CANCELLED",
        [SOAR_UNKNOWN] = "UNKNOWN",
        [SOAR_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
        [SOAR_DEADLINE_EXCEEDED] = "DEADLINE_EXCEEDED",
        [SOAR_NOT_FOUND] = "NOT_FOUND",
        [SOAR_ALREADY_EXISTS] = "ALREADY_EXISTS",
        [SOAR_PERMISSION_DENIED] = "PERMISSION_DENIED",
        [SOAR_RESOURCE_EXHAUSTED] = "RESOURCE_EXHAUSTED",
        [SOAR_FAILED_PRECONDITION] = "FAILED_PRECONDITION",
        [SOAR_ABORTED] = "ABORTED",
        [SOAR_OUT_OF_RANGE] = "OUT_OF_RANGE",
        [SOAR_UNIMPLEMENTED] = "UNIMPLEMENTED",
        [SOAR_INTERNAL] = "INTERNAL",
        [SOAR_UNAVAILABLE] = "UNAVAILABLE",
        [SOAR_DATA_LOSS] = "DATA_LOSS",
        [SOAR_UNAUTHENTICATED] = "UNAUTHENTICATED",
        [SOAR_PARTIAL] = "PARTIAL",
        [SOAR_EMPTY] = "EMPTY",
    };

    if (status < 0 || (size_t)status >= sizeof(names) / sizeof(names[0]))
        return "UNKNOWN_STATUS";
    return names[status];
}

const char *outcome_name(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_NOT_SENT:
        return "not_sent";
    case OUTCOME_NOT_APPLIED:
        return "not_applied";
    case OUTCOME_APPLIED:
        return "applied";
    case OUTCOME_UNKNOWN:
        break;
    }
    return "unknown";
}
