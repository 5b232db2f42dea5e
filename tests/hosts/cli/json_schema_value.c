#include "json_schema_value.h"

#include <regex.h>
#include <string.h>

static bool is_whole(struct json_object *value)
{
    double number = json_object_get_double(value);
    if (!json_object_is_type(value, json_type_double))
        return json_object_is_type(value, json_type_int);
    /* beyond 2^53 a double has no fraction */
    return number > 9e15 || number < -9e15 ||
           !(number - (double)(int64_t)number < 0 || number - (double)(int64_t)number > 0);
}

bool schema_is_number(struct json_object *value)
{
    return json_object_is_type(value, json_type_int) ||
           json_object_is_type(value, json_type_double);
}

bool schema_equal(struct json_object *a, struct json_object *b)
{
    if (schema_is_number(a) && schema_is_number(b))
        return json_object_is_type(a, json_type_int) && json_object_is_type(b, json_type_int)
                   ? json_object_equal(a, b)
                   : json_object_get_double(a) >= json_object_get_double(b) &&
                         json_object_get_double(a) <= json_object_get_double(b);
    if (json_object_get_type(a) != json_object_get_type(b))
        return false;
    if (json_object_is_type(a, json_type_array)) {
        size_t n = json_object_array_length(a);
        for (size_t i = 0; i < n && n == json_object_array_length(b); i++)
            if (!schema_equal(json_object_array_get_idx(a, i), json_object_array_get_idx(b, i)))
                return false;
        return n == json_object_array_length(b);
    }
    if (json_object_is_type(a, json_type_object)) {
        json_object_object_foreach(a, key, member)
        {
            struct json_object *other = NULL;
            if (!json_object_object_get_ex(b, key, &other) || !schema_equal(member, other))
                return false;
        }
        return json_object_object_length(a) == json_object_object_length(b);
    }
    return json_object_equal(a, b);
}

bool schema_is_type(struct json_object *value, const char *name)
{
    if (strcmp(name, "integer") == 0)
        return is_whole(value);
    if (strcmp(name, "number") == 0)
        return schema_is_number(value);
    return strcmp(name, json_type_to_name(json_object_get_type(value))) == 0;
}

bool schema_matches(const char *pattern, const char *text)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return true;
    bool found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

int schema_order(struct json_object *a, struct json_object *b)
{
    if (json_object_is_type(a, json_type_int) && json_object_is_type(b, json_type_int)) {
        int64_t x = json_object_get_int64(a), y = json_object_get_int64(b);
        return (x > y) - (x < y);
    }
    double x = json_object_get_double(a), y = json_object_get_double(b);
    return (x > y) - (x < y);
}
