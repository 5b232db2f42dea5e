/* Making a request from what comes over the wire; for server.c, auth.c and their tests. */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "sandbox.h"

#define SB_MAX_JSON (16 * 1024 * 1024) /* bytes of a JSON body */
#define SB_JSON_DEPTH 64

/* Appends copies of a name and a value (NULL counts as empty). False when memory is out. */
bool sb_params_add(struct sb_params *params, const char *name, size_t name_size, const char *value,
                   size_t value_size);
void sb_params_done(struct sb_params *params);

/* True if the bytes are well-formed UTF-8 (no overlong forms, no surrogates). */
bool sb_utf8_valid(const char *text, size_t size);

/* Parses one JSON value of at most SB_MAX_JSON bytes; strict, nothing may follow it. The caller
 * puts the result. NULL on error, with a constant text in *ret_error. */
struct json_object *sb_json_parse(const char *text, size_t size, const char **ret_error);

#endif
