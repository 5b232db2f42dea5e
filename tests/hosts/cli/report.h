/*
 * report.h - errors for people on stderr: what, where, what to do; for machines on stdout.
 */
#ifndef SOARHOST_REPORT_H
#define SOARHOST_REPORT_H

#include "host_error.h"
#include "instance.h"
#include "term.h"

/* report_host_error - an error of the host's own. what: the command or file it belongs to, or NULL.
 * With json a result document goes to stdout, else text to term (stderr). Returns the exit code. */
int report_host_error(const struct term *term, bool json, const char *what,
                      const struct host_error *err);

/* report_document_error - the "error" and "errors" of a result document, as text on term. what: the
 * action or step. Prints nothing where the document holds none. */
void report_document_error(const struct term *term, const char *what, soar_status status,
                           struct json_object *document);

/* report_outcome_error - a failed call: the document on stdout with json, else text. Returns the
 * exit code. */
int report_outcome_error(const struct term *term, bool json, const char *what,
                         const struct outcome *outcome);

#endif
