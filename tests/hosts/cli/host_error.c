#include "host_error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

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

#define N_NAMES ((soar_status)(sizeof(names) / sizeof(names[0])))

_Bool host_error_set(struct host_error *err, soar_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->status = status;
    vsnprintf(err->message, sizeof(err->message), format, args);
    err->where[0] = '\0';
    err->hint[0] = '\0';
    va_end(args);
    return 0;
}

void host_error_where(struct host_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->where, sizeof(err->where), format, args);
    va_end(args);
}

void host_error_hint(struct host_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof(err->hint), format, args);
    va_end(args);
}

const char *host_status_name(soar_status status)
{
    return status >= 0 && status < N_NAMES ? names[status] : "UNKNOWN_STATUS";
}

int host_exit_code(soar_status status)
{
    return status >= 0 && status < N_NAMES ? (int)status : SOAR_INTERNAL;
}
