/*
 * json_text.h - JSON by json-c, with errors that name the line.
 */
#ifndef SOARHOST_JSON_TEXT_H
#define SOARHOST_JSON_TEXT_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "host_error.h"

/* json_text_parse - parses strict JSON in UTF-8 (no comments, nothing behind the end). On success
 * the caller puts *ret_value, which is NULL for a JSON null.
 * Errors: SOAR_INVALID_ARGUMENT, where = "name:line:column". */
bool json_text_parse(const char *text, size_t len, const char *name, struct json_object **ret_value,
                     struct host_error *err);

/* json_text_read - the same of a file ("-" = standard input). */
bool json_text_read(const char *path, struct json_object **ret_value, struct host_error *err);

/* json_get - a member of an object; NULL where object is none or lacks it. Borrowed. */
struct json_object *json_get(struct json_object *object, const char *key);
/* json_get_text - a member that is a string; NULL where it is none. Borrowed. */
const char *json_get_text(struct json_object *object, const char *key);
/* json_get_bool - a member that is true. */
bool json_get_bool(struct json_object *object, const char *key);

/* json_text_of - the value as people read it: a string without quotes, else compact JSON; "null"
 * for NULL. To be freed with free. */
char *json_text_of(struct json_object *value);

#endif
