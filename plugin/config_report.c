#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "config_parts.h"

/* Room that is kept for "; and N more". */
#define TAIL 24

static void first_problem(struct config_report *report, unsigned line, const char *key,
                          soar_status status, const char *reason, const char *hint)
{
    error_set(report->err, status, reason, "%s", "");
    if (line > 0)
        error_where(report->err, "config line %u, %s", line, key);
    else
        error_where(report->err, "config, %s", key);
    error_hint(report->err, "%s", hint ? hint : "");
}

void config_report_add(struct config_report *report, unsigned line, const char *key,
                       soar_status status, const char *reason, const char *hint, const char *format,
                       ...)
{
    char problem[sizeof(report->text)];
    char one[sizeof(report->text)];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(problem, sizeof(problem), format, args);
    va_end(args);
    if (line > 0)
        (void)snprintf(one, sizeof(one), "line %u, %.80s: %.360s", line, key, problem);
    else
        (void)snprintf(one, sizeof(one), "%.80s: %.360s", key, problem);

    if (report->found++ == 0)
        first_problem(report, line, key, status, reason, hint);
    size_t n = strlen(one);
    if (report->unnamed > 0 || report->len + n + 2 + TAIL >= sizeof(report->text)) {
        report->unnamed++;
        return;
    }
    if (report->len > 0) {
        memcpy(report->text + report->len, "; ", 2);
        report->len += 2;
    }
    memcpy(report->text + report->len, one, n + 1);
    report->len += n;
}

bool config_report_done(struct config_report *report)
{
    if (report->found == 0)
        return true;
    struct error first = *report->err;
    if (report->unnamed > 0)
        (void)snprintf(report->text + report->len, sizeof(report->text) - report->len,
                       "; and %u more", report->unnamed);
    error_set(report->err, first.status, first.reason, "%s", report->text);
    error_where(report->err, "%s", first.where);
    error_hint(report->err, "%s", first.hint);
    return false;
}
