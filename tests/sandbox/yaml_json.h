/* YAML documents as JSON values and back, for template files. */
#ifndef SANDBOX_YAML_JSON_H
#define SANDBOX_YAML_JSON_H

#include <json-c/json.h>
#include <stddef.h>

enum { YAML_MAX_DEPTH = 32, YAML_MAX_NODES = 20000, YAML_ERROR_SIZE = 160 };

/* The one document in `text`. Plain scalars are null, booleans, integers and numbers by YAML 1.2's
 * core schema, all else is text. Aliases and duplicate keys are refused: a template needs none and
 * they can blow up. The caller puts the value. NULL: `error` (YAML_ERROR_SIZE bytes) says why. Any
 * thread. */
struct json_object *yaml_json_parse(const char *text, size_t size, char *error);

/* A JSON value as YAML in block style. The caller frees it; NULL when memory is out. Any thread. */
char *yaml_json_print(struct json_object *value);

#endif
