#include "flow_pointer.h"

#include <string.h>

bool pointer_get(struct json_object *root, const char *pointer, struct json_object **ret_value)
{
    struct json_object *value = NULL;
    if (json_pointer_get(root, pointer, &value) != 0)
        return false;
    *ret_value = value;
    return true;
}

bool pointer_part(const char *pointer, size_t n, char *ret_part, size_t size)
{
    for (size_t i = 0; i <= n; i++) {
        pointer = strchr(pointer, '/');
        if (!pointer)
            return false;
        pointer++;
    }
    size_t len = 0;
    for (; *pointer && *pointer != '/'; pointer++) {
        char c = *pointer;
        if (c == '~' && (pointer[1] == '0' || pointer[1] == '1')) {
            c = pointer[1] == '0' ? '~' : '/';
            pointer++;
        }
        if (len + 1 >= size)
            return false;
        ret_part[len++] = c;
    }
    ret_part[len] = '\0';
    return true;
}
