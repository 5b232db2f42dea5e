/*
 * flow_eval.h - values, texts and conditions of a flow, worked out against its context. Pure.
 *
 * The context is a JSON object: {"trigger": ..., "steps": {ID: result}, "flow": {"name",
 * "workdir"}}, and inside for_each "item" (or the name that "as" gives) and "index".
 */
#ifndef SOARHOST_FLOW_EVAL_H
#define SOARHOST_FLOW_EVAL_H

#include <json-c/json.h>
#include <stdbool.h>

#include "host_error.h"

/* flow_is_ref - the value is {"$ref": POINTER} or {"$ref": [POINTER, ...]}. */
bool flow_is_ref(struct json_object *value);

/* flow_value - a copy of value in which each {"$ref": ...} is what it points at (of a list of
 * pointers, the first at which something stands) and each "${POINTER}" in a string is the text at
 * the pointer. On success the caller puts *ret_value, NULL for a JSON null.
 * Errors: SOAR_INVALID_ARGUMENT where nothing stands at a pointer, where = the pointer. */
bool flow_value(struct json_object *context, struct json_object *value,
                struct json_object **ret_value, struct host_error *err);

/* flow_text - fills the "${POINTER}" of a text; "$${" stands for "${" itself. Numbers and truth
 * values are printed, lists and objects as compact JSON. lenient: where nothing stands at a pointer
 * a "-" is put and it is no error. *ret_text is to be freed with free. */
bool flow_text(struct json_object *context, const char *text, bool lenient, char **ret_text,
               struct host_error *err);

/* flow_test - works out a condition, one of
 *   {"exists": POINTER}     something other than null stands there
 *   {"equals": [A, B]}      same type and value (1 equals 1.0); false where a $ref finds nothing
 *   {"greater": [A, B]}     two numbers or two strings, A > B; false for anything else
 *   {"not": COND}  {"all": [COND, ...]}  {"any": [COND, ...]}
 * Errors: SOAR_INVALID_ARGUMENT where it is none of these, where = the offending member. */
bool flow_test(struct json_object *context, struct json_object *condition, bool *ret_holds,
               struct host_error *err);

/* flow_each_pointer - calls visit for every pointer that value refers to by $ref or "${...}". */
void flow_each_pointer(struct json_object *value, void (*visit)(void *ctx, const char *pointer),
                       void *ctx);

/* flow_each_condition_pointer - the same for a condition, with the operands of "exists". */
void flow_each_condition_pointer(struct json_object *condition,
                                 void (*visit)(void *ctx, const char *pointer), void *ctx);

#endif
