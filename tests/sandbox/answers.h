/*
 * Every answer as it was sent, for a check against the service's declared models: one line of JSON
 * each in DIR/PID.jsonl,
 *   {"method", "route", "status", "content_type", "faulted", "body"}
 * `route` is the declared path; `body` is the text that was sent, null for bytes; `faulted` says
 * that a fault spoilt it or stood in for it. Tokens read "(redacted)". May be called from any
 * thread.
 */
#ifndef SANDBOX_ANSWERS_H
#define SANDBOX_ANSWERS_H

#include <stddef.h>

struct sb_answers;
struct sb_exchange;

/* NULL where the file cannot be made; errno says why. */
struct sb_answers *sb_answers_new(const char *dir);
void sb_answers_free(struct sb_answers *answers);
/* `text` NULL: the body is bytes. NULL `answers`: nothing happens. */
void sb_answers_write(struct sb_answers *answers, const struct sb_exchange *ex, const char *text,
                      size_t size);

#endif
