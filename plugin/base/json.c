#include "base/json.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/run.h"
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

/* What a valid JSON text holds, counted without parsing it. */
struct measure {
    unsigned depth; /* of brackets, at most what was asked */
    size_t values;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t string_end(const char *text, size_t len, size_t at)
{
    const char *end = text + len, *p = run_plain(text + at + 1, end);

    while (p < end && *p != '"') {
        p += *p == '\\' && end - p > 1 ? 2 : 1;
        p = run_plain(p, end);
    }
    return (size_t)(p - text);
}

static struct measure measure(const char *text, size_t len, unsigned max_depth)
{
    unsigned most = max_depth < SCAN_MAX_DEPTH ? max_depth : SCAN_MAX_DEPTH;
    struct measure found = {0, 1};

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"') {
            i = string_end(text, len, i);
        } else if (text[i] == ',') {
            found.values++;
        } else if (text[i] == '{' || text[i] == '[') {
            size_t next = i + 1;
            while (next < len && is_blank(text[next]))
                next++;
            found.values += next < len && text[next] != '}' && text[next] != ']';
            found.depth += found.depth < most;
        }
    }
    found.depth++; /* json-c counts the scalar inside as a level too */
    return found;
}

static size_t count_values(struct json_object *value)
{
    size_t count = 1;

    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member)
        {
            (void)name;
            count += count_values(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            count += count_values(json_object_array_get_idx(value, i));
    }
    return count;
}

/* The tokener gathers each string in its buffer and does not notice when that cannot grow. */
static bool make_room(struct json_tokener *tokener, size_t len)
{
    if (printbuf_memset(tokener->pb, 0, 0, (int)len + 1) < 0)
        return false;
    printbuf_reset(tokener->pb);
    return true;
}

/* Parses a text that was scanned. *ret_ok tells JSON null from a failure. */
static struct json_object *tokenize(const char *text, size_t len, unsigned depth, int flags,
                                    bool *ret_ok)
{
    struct json_tokener *tokener = json_tokener_new_ex((int)depth);
    struct json_object *value = NULL;
    enum json_tokener_error state;

    *ret_ok = false;
    if (tokener == NULL)
        return NULL;
    json_tokener_set_flags(tokener, flags);
    if (make_room(tokener, len)) {
        value = json_tokener_parse_ex(tokener, text, (int)len);
        state = json_tokener_get_error(tokener);
        if (state == json_tokener_continue) { /* a number at the end: its end is still to be seen */
            value = json_tokener_parse_ex(tokener, "", -1);
            state = json_tokener_get_error(tokener);
        }
        *ret_ok = state == json_tokener_success;
    }
    json_tokener_free(tokener);
    return value;
}

static bool is_null(const char *text, struct span part)
{
    size_t at = part.at, end = part.at + part.len;

    while (at < end && is_blank(text[at]))
        at++;
    return end - at >= 4 && memcmp(text + at, "null", 4) == 0;
}

struct json_object *json_parse(const char *text, size_t len, unsigned max_depth, struct error *err)
{
    struct scan_error wrong;
    struct json_object *value;
    struct measure held;
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
    held = measure(text, len, max_depth);
    value = tokenize(text, len, held.depth, JSON_TOKENER_STRICT, &ok);
    /* json-c leaves out a member for which there was no memory, and says nothing */
    if (value != NULL && ok && count_values(value) == held.values)
        return value;
    json_object_put(value);
    if (ok && is_null(text, (struct span){0, len})) {
        error_set(err, SOAR_INVALID_ARGUMENT, "bad_json", "the JSON value is null");
        error_hint(err, "Give a value; {} is an object without members.");
    } else {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the JSON value");
    }
    return NULL;
}

struct json_object *json_parse_part(const char *text, struct span part, bool *ret_no_memory)
{
    const char *from = text + part.at;
    struct scan_error wrong;
    bool ok;

    *ret_no_memory = false;
    if (part.len == 0 || part.len > INT_MAX - 1)
        return NULL;
    struct measure held = measure(from, part.len, SCAN_MAX_DEPTH);
    /* Not strict: the scan was, and what it lets pass (numbers past 64 bits) is kept as near as
     * json-c can. */
    struct json_object *value = tokenize(from, part.len, held.depth, 0, &ok);
    if (value == NULL)
        *ret_no_memory = !ok || !is_null(text, part);
    else if (count_values(value) != held.values) /* a name that stands twice, or one lost */
        *ret_no_memory = scan_strict(from, part.len, SCAN_MAX_DEPTH, &wrong) == SCAN_OK;
    if (*ret_no_memory) {
        json_object_put(value);
        value = NULL;
    }
    return value;
}

struct json_object *json_parse_span(const char *text, struct span part)
{
    bool no_memory;

    return json_parse_part(text, part, &no_memory);
}

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
