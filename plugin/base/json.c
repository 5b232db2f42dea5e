#include "base/json.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* ------------------------------------------------------------------ reading */

struct json_object *json_at(struct json_object *root, const char *pointer)
{
    struct json_object *value = NULL;

    if (json_object_is_type(root, json_type_object) && pointer[0] == '/' &&
        strpbrk(pointer + 1, "/~") == NULL) { /* json-c would copy it to take it apart */
        json_object_object_get_ex(root, pointer + 1, &value);
        return value;
    }
    return root != NULL && json_pointer_get(root, pointer, &value) == 0 ? value : NULL;
}

const char *json_string_at(struct json_object *root, const char *pointer)
{
    struct json_object *value = json_at(root, pointer);

    if (json_object_get_type(value) != json_type_string)
        return NULL;
    return json_object_get_string(value);
}

int64_t json_int_at(struct json_object *root, const char *pointer, int64_t fallback)
{
    struct json_object *value = json_at(root, pointer);
    enum json_type type = json_object_get_type(value);

    if (type != json_type_int && type != json_type_double)
        return fallback;
    return json_object_get_int64(value);
}

const char *json_text(struct json_object *value, size_t *ret_len)
{
    return json_object_to_json_string_length(
        value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, ret_len);
}

/* An integer that is no more than INT64_MAX; json-c answers INT64_MAX for all that are. */
static bool is_signed(struct json_object *value)
{
    return json_object_get_int64(value) != INT64_MAX;
}

/* json-c's own printer does not notice when its buffer cannot grow, so that it prints only what
 * needs no growing: numbers. */
static void print_number(struct json_object *value, struct buf *out)
{
    size_t len = 0;
    const char *text = json_text(value, &len);

    if (text == NULL || len == 0)
        out->failed = BUF_NO_MEMORY;
    else
        buf_add(out, text, len);
}

static void print_members(struct json_object *object, struct buf *out)
{
    char before = '{';

    json_object_object_foreach(object, name, member)
    {
        buf_addc(out, before);
        buf_add_json(out, name, strlen(name));
        buf_addc(out, ':');
        json_print(member, out);
        before = ',';
    }
    if (before == '{')
        buf_addc(out, before);
    buf_addc(out, '}');
}

static void print_items(struct json_object *list, struct buf *out)
{
    size_t n = json_object_array_length(list);

    buf_addc(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_addc(out, ',');
        json_print(json_object_array_get_idx(list, i), out);
    }
    buf_addc(out, ']');
}

void json_print(struct json_object *value, struct buf *out)
{
    switch (json_object_get_type(value)) {
    case json_type_object:
        print_members(value, out);
        break;
    case json_type_array:
        print_items(value, out);
        break;
    case json_type_string:
        buf_add_json(out, json_object_get_string(value), (size_t)json_object_get_string_len(value));
        break;
    case json_type_null:
        buf_adds(out, "null");
        break;
    case json_type_boolean:
        buf_adds(out, json_object_get_boolean(value) ? "true" : "false");
        break;
    case json_type_int:
        if (is_signed(value))
            buf_add_int(out, json_object_get_int64(value));
        else
            print_number(value, out);
        break;
    default:
        print_number(value, out);
    }
}

/* ------------------------------------------------------------------ pointers */

void json_pointer_add(char *pointer, size_t size, const char *token)
{
    size_t len = strnlen(pointer, size), left = strlen(token);

    if (len + 1 >= size)
        return;
    pointer[len++] = '/';
    while (left != 0) {
        size_t n = utf8_length(token, left);
        const char *bytes = *token == '~' ? "~0" : *token == '/' ? "~1" : token;
        size_t wide = bytes != token ? 2 : n != 0 ? n : 1;

        if (size - len <= wide)
            break;
        memcpy(pointer + len, bytes, wide);
        len += wide;
        token += n != 0 ? n : 1;
        left -= n != 0 ? n : 1;
    }
    pointer[len] = '\0';
}

void json_pointer_add_index(char *pointer, size_t size, size_t index)
{
    char token[24];

    snprintf(token, sizeof(token), "%zu", index);
    json_pointer_add(pointer, size, token);
}
