/*
 * validate.h - a JSON value against a compiled schema (catalog.h), every violation with its place.
 * Pure: no I/O; allocates only to keep violations (and, for unique items, a scratch list that it
 * can do without). Any thread.
 */
#ifndef FCM_VALIDATE_H
#define FCM_VALIDATE_H

#include <stddef.h>

#include "base/json.h"
#include "catalog.h"

#define VIOLATIONS_MAX 64      /* most that are kept of one value */
#define VALIDATE_MAX_DEPTH 200 /* values nested deeper than this are refused */

/* What is wrong at one place. */
struct violation {
    char pointer[256]; /* JSON Pointer (RFC 6901) to the value, or to the member that is missing;
                          "" = the whole value; cut where it is longer */
    char message[384]; /* what was expected and what was found, one line; text from the value is
                          quoted as JSON and shortened */
};

/* What is wrong with one value. Start with all zero; free with violations_done. Where memory runs
 * out n may be 0 and more not. */
struct violations {
    struct violation *items; /* owned; in the order of the walk */
    size_t n;                /* at most VIOLATIONS_MAX */
    size_t cap;
    size_t more; /* violations beyond those kept (too many, or no memory) */
};

/* violations_done - frees; all zero again. */
void violations_done(struct violations *violations);

/* validate - does value (NULL = JSON null) conform to schema? Answers 0, or how many violations
 * there are. Adds them to *ret, after those that are there already; with ret NULL it stops at the
 * first and answers 1. The other forms that x-split, x-list and x-wrap allow are accepted: a
 * string that is split is taken apart at its commas and each part checked as an item, with its
 * index as in the list. A number without a fraction is an integer (1.0); numbers compare by value
 * over the whole range of int64, uint64 and double. Lengths count Unicode characters. */
int validate(const struct schema *schema, struct json_object *value, struct violations *ret);

/* validate_limits - the rules of an action over several values (action.limits) on its input, which
 * need not be valid otherwise: what is not there, or not a list, counts as nothing. As validate. */
int validate_limits(const struct action *action, struct json_object *input, struct violations *ret);

#endif
