/*
 * validate_private.h - what the files of the validator share: the way from the root to a value,
 * the writing of violations, equality of values. For validate*.c only.
 */
#ifndef FCM_VALIDATE_PRIVATE_H
#define FCM_VALIDATE_PRIVATE_H

#include <stdbool.h>

#include "validate.h"

/* One step from the root; lives on the stack of the walk. name NULL = index counts. The root has
 * no parent and is not written. */
struct path {
    const struct path *parent;
    const char *name;
    size_t index;
};

/* A message in the making: a fixed buffer, always ends with NUL, cut at a character's border. */
struct text {
    char *at;
    size_t size, len;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* text_add_quoted - as a JSON string, at most 60 bytes of it. */
void text_add_quoted(struct text *text, const char *bytes, size_t len);
void text_add_number(struct text *text, double number);
/* text_add_types - "string or array" for bits of enum schema_type. */
void text_add_types(struct text *text, unsigned types);
/* text_add_found - ", found string \"abc\"". */
void text_add_found(struct text *text, struct json_object *value);

/* violation_begin - room for one more violation at that path, its message to be written through
 * *ret_text. False = not kept (counted in more). */
bool violation_begin(struct violations *violations, const struct path *path, struct text *ret_text);

/* is_whole - a finite number without a fraction. */
bool is_whole(double number);
/* json_kind - the bits of enum schema_type that a value has: 1.0 is integer and number. */
unsigned json_kind(struct json_object *value);
/* json_compare_number - a number against a bound: < 0, 0, > 0. */
int json_compare_number(struct json_object *value, double bound);
/* json_equal - equal as JSON values: 1 and 1.0 are, and objects whatever the order of names. */
bool json_equal(struct json_object *a, struct json_object *b, unsigned depth);
/* json_equal_text - as json_equal with the value that text stands for. */
bool json_equal_text(struct json_object *value, const char *text);
/* json_repeated - the index of an item that equals an earlier one; the array's length = none. */
size_t json_repeated(struct json_object *array);
/* utf8_count - Unicode characters in a valid UTF-8 text. */
size_t utf8_count(const char *text, size_t len);

#endif
