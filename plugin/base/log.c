#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/utf8.h"

#define LINE_MAX_BYTES 1000

void log_line(const struct logger *log, int32_t level, const char *format, ...)
{
    char line[LINE_MAX_BYTES + 4]; /* room to see whether the last character is whole */
    va_list args;
    size_t len;
    int n;

    if (log == NULL || log->write == NULL || level > log->level)
        return;
    va_start(args, format);
    n = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (n < 0)
        return;
    len = (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1;
    len = utf8_cut(line, len, LINE_MAX_BYTES);
    utf8_clean(line, len);
    line[len] = '\0';
    log->write(log->ctx, level, line, len);
}

void log_record(const struct logger *log, int32_t level, const char *text, size_t len)
{
    if (log != NULL && log->write != NULL)
        log->write(log->ctx, level, text, len);
}
