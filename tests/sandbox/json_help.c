#include "sandbox.h"
#include <string.h>

struct json_object *sb_member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_is_type(object, json_type_object)) {
        json_object_object_get_ex(object, key, &value);
    }
    return value;
}

const char *sb_text(struct json_object *object, const char *key)
{
    struct json_object *value = sb_member(object, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

size_t sb_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

struct json_object *sb_new_list(void)
{
    return json_object_new_array_ext(2);
}

void sb_set(struct json_object *object, const char *key, struct json_object *value)
{
    json_object_object_add(object, key, value);
}

void sb_set_text(struct json_object *object, const char *key, const char *value)
{
    sb_set(object, key, json_object_new_string(value));
}

void sb_set_int(struct json_object *object, const char *key, int64_t value)
{
    sb_set(object, key, json_object_new_int64(value));
}

void sb_set_bool(struct json_object *object, const char *key, bool value)
{
    sb_set(object, key, json_object_new_boolean(value));
}

struct json_object *sb_copy(struct json_object *object)
{
    struct json_object *copy = NULL;
    if (object == NULL || json_object_deep_copy(object, &copy, NULL) != 0) {
        return NULL;
    }
    return copy;
}
