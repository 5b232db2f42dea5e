#include "base/json.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* ------------------------------------------------------------------ parsing */

/* Why a text is refused, for machines and with what to do about it. */
static void explain(enum scan_problem problem, const char **ret_reason, const char **ret_hint)
{
    *ret_reason = "bad_json";
    *ret_hint = "Give one JSON value as RFC 8259 has it: names and strings in double quotes, no "
                "comments, no comma behind the last element.";
    switch (problem) {
    case SCAN_EMPTY:
        *ret_hint = "Give one JSON value; {} is an object without members.";
        break;
    case SCAN_TRUNCATED:
        *ret_hint =
            "Close every string, object and array, and check that the text was not cut off.";
        break;
    case SCAN_TRAILING:
        *ret_hint = "Give exactly one JSON value, with nothing but white space after it.";
        break;
    case SCAN_UTF8:
        *ret_reason = "bad_utf8";
        *ret_hint =
            "Encode the text as UTF-8, and escape characters past U+FFFF as surrogate pairs.";
        break;
    case SCAN_TOO_DEEP:
        *ret_reason = "too_deep";
        *ret_hint = "Nest arrays and objects less deeply.";
        break;
    case SCAN_BIG_NUMBER:
        *ret_reason = "number_out_of_range";
        *ret_hint = "Integers have at most 64 bits; give a greater number as a string.";
        break;
    case SCAN_NUL:
        *ret_reason = "nul_in_string";
        *ret_hint = "Leave \\u0000 out of strings.";
        break;
    case SCAN_DUPLICATE:
        *ret_reason = "duplicate_name";
        *ret_hint = "Give each member of an object once.";
        break;
    case SCAN_OK:
    case SCAN_SYNTAX:
    case SCAN_NO_MEMORY:
        break;
    }
}

static void refuse(const char *text, size_t len, const struct scan_error *wrong, struct error *err)
{
    const char *reason, *hint;
    char where[sizeof(err->where)];

    if (wrong->problem == SCAN_NO_MEMORY) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory to read the JSON text");
        return;
    }
    explain(wrong->problem, &reason, &hint);
    error_set(err, SOAR_INVALID_ARGUMENT, reason, "%s, at byte %zu of %zu",
              scan_problem_text(wrong->problem), wrong->offset, len);
    scan_pointer(text, len, wrong->offset, where, sizeof(where));
    error_where(err, "%s", where);
    error_hint(err, "%s", hint);
}

/* Parses a text that was scanned. *ret_ok tells JSON null from a failure. */
static struct json_object *tokenize(const char *text, size_t len, unsigned depth, int flags,
                                    bool *ret_ok)
{
    struct json_tokener *tokener = json_tokener_new_ex((int)depth);
    struct json_object *value;
    enum json_tokener_error state;

    *ret_ok = false;
    if (tokener == NULL)
        return NULL;
    json_tokener_set_flags(tokener, flags);
    value = json_tokener_parse_ex(tokener, text, (int)len);
    state = json_tokener_get_error(tokener);
    if (state == json_tokener_continue) { /* a number at the end: its end is still to be seen */
        value = json_tokener_parse_ex(tokener, "", -1);
        state = json_tokener_get_error(tokener);
    }
    *ret_ok = state == json_tokener_success;
    json_tokener_free(tokener);
    return value;
}

/* As deep as brackets could lead; the tokener takes memory for each level. json-c counts the scalar
 * inside as a level too. */
static unsigned tokener_depth(const char *text, size_t len, unsigned max_depth)
{
    unsigned most = max_depth < SCAN_MAX_DEPTH ? max_depth : SCAN_MAX_DEPTH, depth = 0;

    for (size_t i = 0; i < len && depth < most; i++)
        depth += text[i] == '{' || text[i] == '[';
    return depth + 1;
}

struct json_object *json_parse(const char *text, size_t len, unsigned max_depth, struct error *err)
{
    struct scan_error wrong;
    struct json_object *value;
    bool ok;

    if (len > INT_MAX - 1) {
        error_set(err, SOAR_INVALID_ARGUMENT, "too_big", "the JSON text has %zu bytes", len);
        error_hint(err, "Give at most %d bytes.", INT_MAX - 1);
        return NULL;
    }
    if (scan_strict(text, len, max_depth, &wrong) != SCAN_OK) {
        refuse(text, len, &wrong, err);
        return NULL;
    }
    value = tokenize(text, len, tokener_depth(text, len, max_depth),
                     JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8, &ok);
    if (value != NULL && ok)
        return value;
    if (ok) {
        error_set(err, SOAR_INVALID_ARGUMENT, "bad_json", "the JSON value is null");
        error_hint(err, "Give a value; {} is an object without members.");
    } else {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the JSON value");
    }
    return NULL;
}

struct json_object *json_parse_span(const char *text, struct span part)
{
    bool ok;

    if (part.len == 0 || part.len > INT_MAX - 1)
        return NULL;
    /* Not strict: the scan was, and what it lets pass (numbers past 64 bits) is kept as near as
     * json-c can. */
    return tokenize(text + part.at, part.len,
                    tokener_depth(text + part.at, part.len, SCAN_MAX_DEPTH), 0, &ok);
}

/* ------------------------------------------------------------------ reading */

struct json_object *json_at(struct json_object *root, const char *pointer)
{
    struct json_object *value = NULL;

    if (root == NULL || json_pointer_get(root, pointer, &value) != 0)
        return NULL;
    return value;
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
