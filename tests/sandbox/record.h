/* --record: one line of JSON for each request, as it came over the wire, secrets out. */
#ifndef SANDBOX_RECORD_H
#define SANDBOX_RECORD_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct sb_record;
struct sb_exchange;

/* Opens FILE for appending (emptied first). NULL with errno set when it can't. */
struct sb_record *sb_record_new(const char *file);
void sb_record_free(struct sb_record *record);
/* Writes the line of an exchange that has been answered; `dropped` when the connection was cut
 * instead (status 0). Safe to call from any thread. */
void sb_record_write(struct sb_record *record, struct sb_exchange *ex, bool dropped);

/* What the record shows of a request, secrets out: its headers, names in lower case; its body as JSON,
 * {"form"}, {"parts"}, {"bytes"} or NULL. The caller puts it. */
struct json_object *sb_record_headers(struct sb_exchange *ex);
struct json_object *sb_record_body(const struct sb_exchange *ex);

#endif
