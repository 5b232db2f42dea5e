/*
 * flow_pointer.h - JSON Pointers (RFC 6901) into the context of a flow. Pure.
 */
#ifndef SOARHOST_FLOW_POINTER_H
#define SOARHOST_FLOW_POINTER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* pointer_get - finds the value at pointer ("" = root itself). On success *ret_value is borrowed
 * from root and is NULL where a JSON null stands there. False where nothing stands there or the
 * pointer does not begin with "/". */
bool pointer_get(struct json_object *root, const char *pointer, struct json_object **ret_value);

/* pointer_part - copies the n-th part (0 = the first) of a pointer, with ~0 and ~1 undone. False
 * where it has fewer parts or the part does not fit. */
bool pointer_part(const char *pointer, size_t n, char *ret_part, size_t size);

#endif
