/*
 * json_schema_value.h - values as JSON Schema sees them: types, equality, order. Pure.
 */
#ifndef SOARHOST_JSON_SCHEMA_VALUE_H
#define SOARHOST_JSON_SCHEMA_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>

/* schema_is_number - an integer or a fraction. */
bool schema_is_number(struct json_object *value);
/* schema_is_type - of the type that JSON Schema calls by that name; 1.0 is an integer. */
bool schema_is_type(struct json_object *value, const char *name);
/* schema_equal - 1 and 1.0 are equal, also inside of lists and objects. */
bool schema_equal(struct json_object *a, struct json_object *b);
/* schema_order - of two numbers: below 0, 0, above 0. */
int schema_order(struct json_object *a, struct json_object *b);
/* schema_matches - the pattern is found in the text, or is none. */
bool schema_matches(const char *pattern, const char *text);

#endif
