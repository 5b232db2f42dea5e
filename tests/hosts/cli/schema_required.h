/*
 * schema_required.h - which members an object's schema asks for. Pure.
 */
#ifndef SOARHOST_SCHEMA_REQUIRED_H
#define SOARHOST_SCHEMA_REQUIRED_H

#include <json-c/json.h>
#include <stddef.h>

/* schema_required - the n-th name that schema requires of an object like given (NULL = an empty
 * one), NULL past the end. "required" is looked at, and "if", "then", "else" where "if" asks for
 * nothing but that members are there. Borrowed from schema. */
const char *schema_required(struct json_object *schema, struct json_object *given, size_t n);

#endif
