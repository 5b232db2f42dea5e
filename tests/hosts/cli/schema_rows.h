/*
 * schema_rows.h - a JSON Schema as rows of a table: one for each property, all the way down.
 */
#ifndef SOARHOST_SCHEMA_ROWS_H
#define SOARHOST_SCHEMA_ROWS_H

#include <json-c/json.h>

#include "table.h"

/* How many levels below the top are shown. */
#define SCHEMA_ROWS_DEPTH 5

/* schema_rows_add - adds a row {name, type, required, limits, description} for each property of an
 * object's schema. Names of nested ones are dotted, "[]" stands for each item of a list. $ref that
 * are local to root (the whole schema) are followed. with_required: the table has the columns
 * "required" and "limits". */
void schema_rows_add(struct table *table, struct json_object *root, struct json_object *schema,
                     bool with_required);

/* schema_type_name - "string", "list of integer", "object or string"; to be freed with free. */
char *schema_type_name(struct json_object *root, struct json_object *schema);

/* schema_limits - "1..100", "up to 256 characters", "one of new, closed"; may be "". To be freed
 * with free. */
char *schema_limits(struct json_object *schema);

#endif
