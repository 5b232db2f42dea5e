#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "memory.h"

struct json_object *make_object(const char *key, ...)
{
    struct json_object *object = json_object_new_object();
    va_list args;
    va_start(args, key);
    for (; key; key = va_arg(args, const char *)) {
        struct json_object *value = va_arg(args, struct json_object *);
        if (value)
            json_object_object_add(object, key, value);
    }
    va_end(args);
    return object;
}

struct json_object *make_text(const char *text)
{
    return text ? json_object_new_string(text) : NULL;
}

struct json_object *make_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0)
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    struct json_object *value = json_object_new_string(text);
    free(text);
    return value;
}

struct json_object *make_bool(bool value)
{
    return json_object_new_boolean(value);
}

struct json_object *make_int(int64_t value)
{
    return json_object_new_int64(value);
}

struct json_object *make_copy(struct json_object *value)
{
    struct json_object *copy = NULL;
    if (value && json_object_deep_copy(value, &copy, NULL) != 0)
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    return copy;
}

struct json_object *make_ref(struct json_object *value)
{
    return json_object_get(value);
}

char *make_words(const char *name, char style)
{
    char *words = host_strdup(name), *to = words;
    bool begins = true;
    for (const char *at = name; *at; at++) {
        if (!isalnum((unsigned char)*at)) {
            if (style != 'P')
                *to++ = style;
            begins = style == 'P';
            continue;
        }
        bool upper = style == 'P' ? begins : style == ' ' && at == name;
        *to++ = (char)(upper ? toupper((unsigned char)*at) : *at);
        begins = false;
    }
    *to = '\0';
    return words;
}
