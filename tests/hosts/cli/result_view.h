/*
 * result_view.h - what came back from a call, for people.
 */
#ifndef SOARHOST_RESULT_VIEW_H
#define SOARHOST_RESULT_VIEW_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "term.h"

/* result_summary - one line about a result document: reference id, status and version of a case,
 * the number of results, path and bytes of a file, or the code of an error. To be freed with free.
 * Foreign text in it is not yet made harmless. */
char *result_summary(struct json_object *document);

/* result_print - the whole document on the terminal or plainly into a pipe: ids one a line, several
 * objects as a table, one object in full; below it, on a terminal only, the counts and the time. */
void result_print(const struct term *term, struct json_object *document, uint64_t ms);

#endif
