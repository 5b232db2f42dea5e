/* Compares JSON with what a test expects of it. Pure but for the text of the differences. */
#ifndef E2E_MATCH_H
#define E2E_MATCH_H

#include <json-c/json.h>
#include <stdio.h>

/* Whether members of objects that are not expected are differences. */
enum match_mode { MATCH_SUBSET, MATCH_EXACT };

/*
 * Answers the number of differences and writes each as one line "POINTER: expected X, found Y" to
 * `out`, `at` before each pointer. Lists must be of equal length and order in both modes. In place
 * of any expected value may stand an object with one member:
 *   {"$any": true}          anything, null too
 *   {"$absent": true}       as a member of an object: it is not there
 *   {"$type": "string"}     a value of that type: string, integer, number, boolean, object, array,
 *                           null
 *   {"$regex": "^a.*"}      a string in which the POSIX extended expression is found
 *   {"$length": 3}          a list or string of so many items or bytes
 *   {"$contains": X}        a list with an item that matches X
 *   {"$exact": X}           matches X with no member more (MATCH_EXACT from here on)
 *   {"$subset": X}          the opposite
 */
size_t match(struct json_object *expected, struct json_object *found, enum match_mode mode,
             const char *at, FILE *out);

#endif
