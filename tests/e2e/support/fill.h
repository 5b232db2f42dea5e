/* Fills saved values into JSON. */
#ifndef E2E_FILL_H
#define E2E_FILL_H

#include <json-c/json.h>

/*
 * A copy of `pattern` in which
 *   - a string that is "${NAME}" and nothing else becomes the value NAME of the object `values`,
 *     with its type;
 *   - "${NAME}" within a longer string becomes the value as text;
 *   - an item {"$repeat": N, "of": X} of a list becomes N items X, with "${n}" counting from
 *     "from" (0 where it is not given).
 * A name that `values` lacks fails the running test. The caller puts the copy.
 */
struct json_object *fill(struct json_object *pattern, struct json_object *values);

#endif
