/*
 * json.h - json-c as the plugin uses it: strict, bounded, and with errors that say where.
 * Every file that touches json-c includes this header and not json-c's own.
 */
#ifndef FCM_BASE_JSON_H
#define FCM_BASE_JSON_H

#include <json-c/json.h>
#include <json-c/printbuf.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/scan.h"

/* json_parse - parses text that a caller gave (scan_strict first, then json-c in strict mode).
 * Answers the value, which the caller puts (json_object_put), or NULL with *err filled: status
 * SOAR_INVALID_ARGUMENT, where = JSON Pointer, message = problem and byte offset, hint = what to
 * do, reason one of bad_json, bad_utf8, too_deep, number_out_of_range, nul_in_string,
 * duplicate_name, too_big (past 2 GiB); or SOAR_RESOURCE_EXHAUSTED, no_memory. Printed again
 * (json_text), every number but an integer -0 has the digits it came with. A JSON null is refused
 * too (json-c has no object for it). Depth at most max_depth. */
struct json_object *json_parse(const char *text, size_t len, unsigned max_depth, struct error *err);

/* What parsing needs and the next text can use too. Zeroed = nothing yet. */
struct json_reader {
    struct json_tokener *tokener; /* owned */
    unsigned depth;
};

/* json_parse_with - as json_parse, with what *reader has; NULL = nothing is kept. Not thread-safe.
 * json_reader_clear - overwrites what it still holds of a text, and frees it where that takes more than
 * most bytes. json_reader_done - frees. */
struct json_object *json_parse_with(struct json_reader *reader, const char *text, size_t len,
                                    unsigned max_depth, struct error *err);
void json_reader_clear(struct json_reader *reader, size_t most);
void json_reader_done(struct json_reader *reader);

/* json_parse_span - parses a part of a text that scan_answer has checked. NULL for JSON null, an
 * empty span, or no memory. The caller puts it. */
struct json_object *json_parse_span(const char *text, struct span part);

/* json_parse_part - the same, and says where NULL means that memory ran out. */
struct json_object *json_parse_part(const char *text, struct span part, bool *ret_no_memory);

/* json_at - the value at a JSON Pointer, borrowed; NULL where there is none. "" is root itself. */
struct json_object *json_at(struct json_object *root, const char *pointer);

/* json_string_at, json_int_at - as json_at; NULL or fallback where there is no such string or
 * number. The string is borrowed. */
const char *json_string_at(struct json_object *root, const char *pointer);
int64_t json_int_at(struct json_object *root, const char *pointer, int64_t fallback);

/* json_text - the value as compact JSON, slashes not escaped; borrowed from the value. Only a number
 * or a boolean is sure to be whole where memory runs out (else json_print); NULL = no memory. */
const char *json_text(struct json_object *value, size_t *ret_len);

/* json_print - appends the value as compact JSON; NULL is null. Sets out->failed where memory or
 * room runs out: what stands there then is not whole. */
void json_print(struct json_object *value, struct buf *out);

/* json_pointer_add - appends "/" and token, ~ and / escaped, to a pointer of at most size bytes
 * with its NUL; cut where there is no room. */
void json_pointer_add(char *pointer, size_t size, const char *token);
void json_pointer_add_index(char *pointer, size_t size, size_t index);

#endif
