#include "json_text.h"

#include <limits.h>
#include <stdlib.h>

#include "memory.h"
#include "text_file.h"

static void locate(const char *text, size_t at, size_t *ret_line, size_t *ret_column)
{
    *ret_line = 1;
    *ret_column = 1;
    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\n') {
            (*ret_line)++;
            *ret_column = 1;
        } else {
            (*ret_column)++;
        }
    }
}

bool json_text_parse(const char *text, size_t len, const char *name, struct json_object **ret_value,
                     struct host_error *err)
{
    if (len >= INT_MAX)
        return host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "the JSON is too large");
    struct json_tokener *tokener = json_tokener_new_ex(64);
    if (!tokener)
        return host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "out of memory");
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* The NUL at the end is given too: a number alone ends only there. */
    struct json_object *value = json_tokener_parse_ex(tokener, text, (int)len + 1);
    enum json_tokener_error problem = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (problem == json_tokener_success && end >= len) {
        *ret_value = value;
        return true;
    }
    json_object_put(value);
    size_t line, column;
    locate(text, end < len ? end : len, &line, &column);
    if (problem == json_tokener_continue)
        host_error_set(err, SOAR_INVALID_ARGUMENT, "not JSON: it ends in the middle of a value");
    else
        host_error_set(err, SOAR_INVALID_ARGUMENT, "not JSON: %s",
                       problem == json_tokener_success ? "something follows the value"
                                                       : json_tokener_error_desc(problem));
    host_error_where(err, "%s:%zu:%zu", name, line, column);
    return false;
}

bool json_text_read(const char *path, struct json_object **ret_value, struct host_error *err)
{
    char *text;
    size_t len;
    if (!text_file_read(path, &text, &len, err))
        return false;
    bool ok = json_text_parse(text, len, path, ret_value, err);
    free(text);
    return ok;
}

struct json_object *json_get(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (!json_object_is_type(object, json_type_object))
        return NULL;
    return json_object_object_get_ex(object, key, &value) ? value : NULL;
}

const char *json_get_text(struct json_object *object, const char *key)
{
    struct json_object *value = json_get(object, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

bool json_get_bool(struct json_object *object, const char *key)
{
    struct json_object *value = json_get(object, key);
    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

char *json_text_of(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        return host_strdup(json_object_get_string(value));
    if (!value)
        return host_strdup("null");
    return host_strdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE));
}
