#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "validate_private.h"

#define QUOTED_BYTES 60

size_t utf8_count(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

/* The most bytes of text, at most max, that end at a character's border. */
static size_t utf8_cut(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80)
        max--;
    return max;
}

static void append(struct text *text, const char *bytes, size_t len)
{
    size_t room = text->size - 1 - text->len;
    size_t n = utf8_cut(bytes, len, room);
    memcpy(text->at + text->len, bytes, n);
    text->len += n;
    text->at[text->len] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
    char part[384];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(part, sizeof(part), format, args);
    va_end(args);
    if (n > 0)
        append(text, part, strlen(part));
}

void text_add_quoted(struct text *text, const char *bytes, size_t len)
{
    size_t shown = utf8_cut(bytes, len, QUOTED_BYTES);
    append(text, "\"", 1);
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '"' || c == '\\')
            text_add(text, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            text_add(text, "\\u%04x", c);
        else {
            size_t n = 1;
            while (i + n < shown && ((unsigned char)bytes[i + n] & 0xC0) == 0x80)
                n++;
            append(text, bytes + i, n);
            i += n - 1;
        }
    }
    append(text, shown < len ? "...\"" : "\"", shown < len ? 4 : 1);
}

void text_add_number(struct text *text, double number)
{
    char digits[40];
    bool whole = is_whole(number) && number < 1e20 && number > -1e20;
    snprintf(digits, sizeof(digits), whole ? "%.0f" : "%.12g", number);
    /* The host's locale may write a decimal comma. */
    for (char *c = digits; *c != '\0'; c++)
        if (*c == ',')
            *c = '.';
    text_add(text, "%s", digits);
}

void text_add_types(struct text *text, unsigned types)
{
    static const char *const names[] = {"null",   "true or false", "integer", "number",
                                        "string", "array",         "object"};
    if (types & SCHEMA_NUMBER)
        types &= ~(unsigned)SCHEMA_INTEGER;
    const char *between = "";
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (types & (1u << i)) {
            text_add(text, "%s%s", between, names[i]);
            between = " or ";
        }
}

void text_add_found(struct text *text, struct json_object *value)
{
    text_add(text, ", found ");
    switch (json_object_get_type(value)) {
    case json_type_null:
        text_add(text, "null");
        break;
    case json_type_boolean:
        text_add(text, "%s", json_object_get_boolean(value) ? "true" : "false");
        break;
    case json_type_int:
    case json_type_double:
        text_add(text, "number %.40s", json_object_to_json_string(value));
        break;
    case json_type_string:
        text_add(text, "string ");
        text_add_quoted(text, json_object_get_string(value),
                        (size_t)json_object_get_string_len(value));
        break;
    case json_type_array:
        text_add(text, "array of %zu", json_object_array_length(value));
        break;
    case json_type_object:
        text_add(text, "object");
        break;
    }
}

static void write_path(const struct path *path, char *pointer, size_t size)
{
    if (path->parent == NULL) {
        pointer[0] = '\0';
        return;
    }
    write_path(path->parent, pointer, size);
    if (path->name != NULL)
        json_pointer_add(pointer, size, path->name);
    else
        json_pointer_add_index(pointer, size, path->index);
}

void violations_done(struct violations *violations)
{
    free(violations->items);
    *violations = (struct violations){0};
}

bool violation_begin(struct violations *violations, const struct path *path, struct text *ret_text)
{
    if (violations->n == violations->cap && violations->cap < VIOLATIONS_MAX) {
        size_t cap = violations->cap == 0 ? 4 : violations->cap * 4;
        struct violation *items = realloc(violations->items, cap * sizeof(*items));
        if (items != NULL) {
            violations->items = items;
            violations->cap = cap;
        }
    }
    if (violations->n == violations->cap) {
        violations->more++;
        return false;
    }
    struct violation *item = &violations->items[violations->n++];
    write_path(path, item->pointer, sizeof(item->pointer));
    item->message[0] = '\0';
    *ret_text = (struct text){item->message, sizeof(item->message), 0};
    return true;
}
