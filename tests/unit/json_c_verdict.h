/* What json-c says to a text, and where the scanner may say otherwise. */
#ifndef JSON_C_VERDICT_H
#define JSON_C_VERDICT_H

#include "base/scan.h"

#include <json-c/json.h>
#include <string.h>

/* In its strict mode and with its UTF-8 validation. */
static inline bool json_c_takes(const char *text, size_t len, unsigned max_depth)
{
    struct json_tokener *tokener = json_tokener_new_ex((int)max_depth + 1);
    struct json_object *value;
    size_t used;
    bool takes;

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    value = json_tokener_parse_ex(tokener, text, (int)len);
    used = json_tokener_get_parse_end(tokener);
    if (json_tokener_get_error(tokener) == json_tokener_continue) {
        value = json_tokener_parse_ex(tokener, "", -1);
        used = len;
    }
    takes = json_tokener_get_error(tokener) == json_tokener_success;
    while (used < len && text[used] != '\0' && strchr(" \t\r\n", text[used]) != NULL)
        used++;
    json_object_put(value);
    json_tokener_free(tokener);
    return takes && used == len;
}

/* json-c 0.16 in strict mode takes, against RFC 8259, RFC 3629 or this plugin's own rules:
 * control characters in strings; numbers with leading zeros or with no digit before or after the
 * point; NaN and Infinity; surrogates, escaped alone or as bytes, and other bytes past ASCII that
 * its bit tests let through; numbers past a double or past 64 bits with a sign or an exponent;
 * \u0000; names twice; one level more where nothing is in it (it counts scalars as a level). */
static inline bool known_to_be_stricter(const char *text, size_t len,
                                        const struct scan_error *error)
{
    unsigned char at = error->offset < len ? (unsigned char)text[error->offset] : 0;
    unsigned char before = error->offset > 0 ? (unsigned char)text[error->offset - 1] : 0;

    size_t inside = error->offset + 1;

    while (inside < len && strchr(" \t\r\n", text[inside]) != NULL && text[inside] != '\0')
        inside++;
    switch (error->problem) {
    case SCAN_TOO_DEEP:
        return inside < len && (text[inside] == ']' || text[inside] == '}');
    case SCAN_BIG_NUMBER:
    case SCAN_NUL:
    case SCAN_DUPLICATE:
        return true;
    case SCAN_UTF8:
        return at == '\\' || at >= 0x80;
    case SCAN_TRUNCATED:
        return before == '.';
    case SCAN_SYNTAX:
        return at < 0x20 || at == 'N' || at == 'I' || before == '.' ||
               (before == '0' && at >= '0' && at <= '9') || (before == '-' && at == '.');
    default:
        return false;
    }
}

#endif
