#include "fill.h"
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *named(struct json_object *values, const char *name, size_t size)
{
    struct json_object *value = NULL;
    char key[128];
    snprintf(key, sizeof key, "%.*s", (int)size, name);
    if (!json_object_object_get_ex(values, key, &value)) {
        fail_msg("no value is saved as ${%s}", key);
    }
    return value;
}

static struct json_object *fill_text(const char *text, struct json_object *values)
{
    const char *end = strchr(text, '}');
    if (strncmp(text, "${", 2) == 0 && end != NULL && end[1] == '\0') {
        return json_object_get(named(values, text + 2, (size_t)(end - text) - 2));
    }
    char *filled = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&filled, &size);
    for (const char *at = text; *at != '\0';) {
        end = strncmp(at, "${", 2) == 0 ? strchr(at, '}') : NULL;
        if (end != NULL) {
            struct json_object *value = named(values, at + 2, (size_t)(end - at) - 2);
            fputs(json_object_get_string(value), out);
            at = end + 1;
        } else {
            fputc(*at++, out);
        }
    }
    fclose(out);
    struct json_object *string = json_object_new_string_len(filled, (int)size);
    free(filled);
    return string;
}

static void repeat(struct json_object *list, struct json_object *item, struct json_object *values)
{
    int64_t from = json_object_get_int64(json_object_object_get(item, "from"));
    int64_t count = json_object_get_int64(json_object_object_get(item, "$repeat"));
    for (int64_t n = from; n < from + count; n++) {
        json_object_object_add(values, "n", json_object_new_int64(n));
        json_object_array_add(list, fill(json_object_object_get(item, "of"), values));
    }
    json_object_object_del(values, "n");
}

struct json_object *fill(struct json_object *pattern, struct json_object *values)
{
    struct json_object *copy = NULL;
    switch (json_object_get_type(pattern)) {
    case json_type_string:
        return fill_text(json_object_get_string(pattern), values);
    case json_type_object: {
        copy = json_object_new_object();
        json_object_object_foreach(pattern, key, member)
        {
            json_object_object_add(copy, key, fill(member, values));
        }
        return copy;
    }
    case json_type_array:
        copy = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(pattern); i++) {
            struct json_object *item = json_object_array_get_idx(pattern, i);
            if (json_object_is_type(item, json_type_object) &&
                json_object_object_get_ex(item, "$repeat", NULL)) {
                repeat(copy, item, values);
            } else {
                json_object_array_add(copy, fill(item, values));
            }
        }
        return copy;
    default:
        return json_object_get(pattern);
    }
}
