/* JSON text into json-c's values. */
#include <limits.h>
#include <string.h>

#include "base/json.h"
#include "base/run.h"

/* Levels that a reader which is kept has room for at least: as many as most texts need. */
#define READER_DEPTH 16u

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
static struct json_object *tokenize(struct json_tokener *tokener, const char *text, size_t len,
                                    int flags, bool *ret_ok)
{
    struct json_object *value = NULL;
    enum json_tokener_error state;

    *ret_ok = false;
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
    json_tokener_reset(tokener);
    return value;
}

static struct json_object *tokenize_once(const char *text, size_t len, unsigned depth, int flags,
                                         bool *ret_ok)
{
    struct json_tokener *tokener = json_tokener_new_ex((int)depth);

    *ret_ok = false;
    if (tokener == NULL)
        return NULL;
    struct json_object *value = tokenize(tokener, text, len, flags, ret_ok);
    json_tokener_free(tokener);
    return value;
}

/* ------------------------------------------------------------------ a reader for many texts */

void json_reader_done(struct json_reader *reader)
{
    if (reader->tokener != NULL)
        json_tokener_free(reader->tokener);
    *reader = (struct json_reader){0};
}

void json_reader_clear(struct json_reader *reader, size_t most)
{
    struct printbuf *text = reader->tokener != NULL ? reader->tokener->pb : NULL;

    if (text == NULL)
        return;
    explicit_bzero(text->buf, (size_t)text->size);
    if ((size_t)text->size > most)
        json_reader_done(reader);
}

static bool make_reader(struct json_reader *reader, unsigned depth)
{
    if (reader->tokener != NULL && reader->depth >= depth)
        return true;
    json_reader_done(reader);
    reader->tokener = json_tokener_new_ex((int)depth);
    reader->depth = depth;
    return reader->tokener != NULL;
}

static bool is_null(const char *text, struct span part)
{
    size_t at = part.at, end = part.at + part.len;

    while (at < end && is_blank(text[at]))
        at++;
    return end - at >= 4 && memcmp(text + at, "null", 4) == 0;
}

/* depth: of brackets, and one for the scalar inside, which json-c counts as a level too. */
static struct json_object *parse_with(struct json_reader *reader, const char *text, size_t len,
                                      unsigned depth, bool *ret_ok)
{
    *ret_ok = false;
    if (!make_reader(reader, depth))
        return NULL;
    return tokenize(reader->tokener, text, len, JSON_TOKENER_STRICT, ret_ok);
}

struct json_object *json_parse_with(struct json_reader *reader, const char *text, size_t len,
                                    unsigned max_depth, struct error *err)
{
    struct json_reader own = {0};
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
    value =
        parse_with(reader != NULL ? reader : &own, text, len,
                   reader != NULL && held.depth < READER_DEPTH ? READER_DEPTH : held.depth, &ok);
    json_reader_done(&own);
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

struct json_object *json_parse(const char *text, size_t len, unsigned max_depth, struct error *err)
{
    return json_parse_with(NULL, text, len, max_depth, err);
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
    struct json_object *value = tokenize_once(from, part.len, held.depth, 0, &ok);
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
