/*
 * check_report.h - what the checks found: text, JSON, and JUnit for build servers.
 */
#ifndef SOARHOST_CHECK_REPORT_H
#define SOARHOST_CHECK_REPORT_H

#include "check.h"
#include "host_error.h"
#include "term.h"

/* check_report_text - one outcome for people, printed at once. */
void check_report_text(const struct term *term, const struct check_outcome *outcome);
/* check_report_end - the counts, and how to run what failed again. */
void check_report_end(const struct term *term, const struct check_input *input,
                      const struct check_outcome *outcomes, size_t n);
/* check_report_json - all outcomes as one JSON object on stdout. */
void check_report_json(const struct check_input *input, const struct check_outcome *outcomes,
                       size_t n);
/* check_report_junit - the same as JUnit XML in a file. Errors: SOAR_PERMISSION_DENIED or
 * SOAR_INTERNAL where it cannot be written. */
bool check_report_junit(const char *path, const struct check_input *input,
                        const struct check_outcome *outcomes, size_t n, struct host_error *err);

#endif
