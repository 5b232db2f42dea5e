/*
 * flow_type.h - what kind of value stands at a pointer of a flow, known from the schemas of the
 * actions and of the trigger before anything runs. Pure.
 */
#ifndef SOARHOST_FLOW_TYPE_H
#define SOARHOST_FLOW_TYPE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "flow.h"

/* A type: a schema, and the document in which its $ref lead somewhere. Borrowed. node NULL: nothing
 * is known of it, so that everything fits. most: items that a slice of a list has at most, 0 = as
 * the schema says. */
struct flow_type {
    struct json_object *root, *node;
    size_t most;
};

/* Most alternatives of a type (anyOf, behind $ref) that are looked at. */
#define FLOW_TYPE_MAX 16

/* flow_type_expand - the alternatives that a type consists of, none of which is a $ref or has an
 * anyOf; x-type goes down with them. Returns how many (0: nothing is known). */
size_t flow_type_expand(const struct flow_type *type, struct flow_type ret[FLOW_TYPE_MAX],
                        const char *ret_semantic[FLOW_TYPE_MAX]);

/* flow_type_has - the alternative may be of that JSON type ("integer" is a "number" too). */
bool flow_type_has(const struct flow_type *alternative, const char *json_type);

/* flow_type_names - its JSON types as text: "string or array"; "anything" where none is given. */
const char *flow_type_names(const struct flow_type *alternative, char *ret_text, size_t size);

/* flow_type_fits - a value of type given may stand where one of type wanted belongs: JSON types,
 * semantic types (x-type), the most items, all the way down. Where it can't, ret_why says why. */
bool flow_type_fits(const struct flow_type *wanted, const struct flow_type *given, char *ret_why,
                    size_t size);

/* Where a pointer stands: in which step, and whether its loop's names and its own result are there.
 */
struct flow_place {
    const struct flow *flow;
    const struct actions *actions;
    struct json_object *builtin; /* flow_type_builtin */
    size_t step;
    bool own, looping;
};

/* flow_type_builtin - the schema of what flows have beside actions: results of built-in steps and
 * of loops, /flow and /index. The caller puts it. */
struct json_object *flow_type_builtin(void);

/* flow_type_at - the type at a pointer that flow_check lets pass. False where nothing can stand
 * there, since the schema tells all members: ret_part is the one that is not among them (may be
 * empty), ret_in the schema that lacks it. */
bool flow_type_at(const struct flow_place *place, const char *pointer, struct flow_type *ret_type,
                  char *ret_part, size_t size, struct json_object **ret_in);

#endif
