/*
 * json_schema.h - JSON Schema 2020-12 as action listings use it: schemas without remote references.
 *
 * Looked at are all keywords of the vocabularies core, applicator and validation but for the
 * dynamic references, unevaluated* and minContains/maxContains; `format` and other annotations
 * decide nothing. Patterns are read as POSIX extended regular expressions; one that is none decides
 * nothing either.
 */
#ifndef SOARHOST_JSON_SCHEMA_H
#define SOARHOST_JSON_SCHEMA_H

#include <json-c/json.h>
#include <stdbool.h>

/* What is wrong, and where. Plain data. */
struct schema_fault {
    char where[256]; /* JSON Pointer into the schema, or into the value; "" is the whole of it */
    char what[256];
};

/* json_schema_compile - looks whether a schema is one: each keyword has the type it must have, each
 * $ref is local and leads somewhere. False with *ret_fault filled where it isn't. */
bool json_schema_compile(struct json_object *schema, struct schema_fault *ret_fault);

/* json_schema_validate - holds a value (NULL = JSON null) against a schema that compiles. False with
 * the first fault found. Values or $ref nested more than 512 deep are a fault. */
bool json_schema_validate(struct json_object *schema, struct json_object *value,
                          struct schema_fault *ret_fault);

#endif
