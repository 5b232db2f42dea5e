#include "flow_eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow_pointer.h"
#include "json_text.h"
#include "memory.h"

bool flow_is_ref(struct json_object *value)
{
    return json_object_is_type(value, json_type_object) && json_object_object_length(value) == 1 &&
           json_get(value, "$ref");
}

static bool nothing_there(struct host_error *err, const char *pointer)
{
    host_error_set(err, SOAR_INVALID_ARGUMENT, "nothing stands at %s", pointer);
    host_error_where(err, "%s", pointer);
    return false;
}

/* ------------------------------------------------------------------ texts */

/* Finds the next "${...}". Gives where it begins and its pointer (to be freed), or NULL. */
static const char *next_reference(const char *text, char **ret_pointer, const char **ret_end)
{
    for (const char *at = strstr(text, "${"); at; at = strstr(at + 2, "${")) {
        const char *end = strchr(at, '}');
        if (at > text && at[-1] == '$')
            continue;
        if (!end)
            return NULL;
        *ret_pointer = host_strndup(at + 2, (size_t)(end - at - 2));
        *ret_end = end + 1;
        return at;
    }
    return NULL;
}

static void put_unescaped(FILE *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '$' && i + 2 < len && text[i + 1] == '$' && text[i + 2] == '{')
            i++;
        putc(text[i], out);
    }
}

static bool put_reference(struct json_object *context, const char *pointer, bool lenient, FILE *out,
                          struct host_error *err)
{
    struct json_object *value = NULL;
    if (!pointer_get(context, pointer, &value)) {
        if (!lenient)
            return nothing_there(err, pointer);
        putc('-', out);
        return true;
    }
    char *text = json_text_of(value);
    fputs(text, out);
    free(text);
    return true;
}

bool flow_text(struct json_object *context, const char *text, bool lenient, char **ret_text,
               struct host_error *err)
{
    char *filled = NULL, *pointer = NULL;
    const char *at, *end = NULL;
    size_t len = 0;
    bool ok = true;
    FILE *out = open_memstream(&filled, &len);
    if (!out)
        return host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "out of memory");
    while (ok && (at = next_reference(text, &pointer, &end)) != NULL) {
        put_unescaped(out, text, (size_t)(at - text));
        ok = put_reference(context, pointer, lenient, out, err);
        free(pointer);
        text = end;
    }
    put_unescaped(out, text, strlen(text));
    fclose(out);
    if (ok)
        *ret_text = filled;
    else
        free(filled);
    return ok;
}

/* ------------------------------------------------------------------ values */

/* The pointers of a $ref, one or several. NULL past the end. */
static const char *ref_pointer(struct json_object *ref, size_t n)
{
    struct json_object *pointers = json_get(ref, "$ref");
    if (json_object_is_type(pointers, json_type_string))
        return n == 0 ? json_object_get_string(pointers) : NULL;
    if (!json_object_is_type(pointers, json_type_array) || n >= json_object_array_length(pointers))
        return NULL;
    struct json_object *one = json_object_array_get_idx(pointers, n);
    return json_object_is_type(one, json_type_string) ? json_object_get_string(one) : NULL;
}

static bool find_ref(struct json_object *context, struct json_object *ref,
                     struct json_object **ret_value)
{
    const char *pointer;
    for (size_t i = 0; (pointer = ref_pointer(ref, i)) != NULL; i++)
        if (pointer_get(context, pointer, ret_value))
            return true;
    return false;
}

static bool value_of_ref(struct json_object *context, struct json_object *ref,
                         struct json_object **ret_value, struct host_error *err)
{
    struct json_object *found = NULL;
    const char *first = ref_pointer(ref, 0);
    if (!find_ref(context, ref, &found))
        return nothing_there(err, first ? first : "(no pointer)");
    *ret_value = json_object_get(found);
    return true;
}

static bool value_of_array(struct json_object *context, struct json_object *array,
                           struct json_object **ret_value, struct host_error *err)
{
    struct json_object *copy = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *item = NULL;
        if (!flow_value(context, json_object_array_get_idx(array, i), &item, err)) {
            json_object_put(copy);
            return false;
        }
        json_object_array_add(copy, item);
    }
    *ret_value = copy;
    return true;
}

static bool value_of_object(struct json_object *context, struct json_object *object,
                            struct json_object **ret_value, struct host_error *err)
{
    struct json_object *copy = json_object_new_object();
    json_object_object_foreach(object, key, member)
    {
        struct json_object *value = NULL;
        if (!flow_value(context, member, &value, err)) {
            json_object_put(copy);
            return false;
        }
        json_object_object_add(copy, key, value);
    }
    *ret_value = copy;
    return true;
}

bool flow_value(struct json_object *context, struct json_object *value,
                struct json_object **ret_value, struct host_error *err)
{
    if (flow_is_ref(value))
        return value_of_ref(context, value, ret_value, err);
    if (json_object_is_type(value, json_type_array))
        return value_of_array(context, value, ret_value, err);
    if (json_object_is_type(value, json_type_object))
        return value_of_object(context, value, ret_value, err);
    if (json_object_is_type(value, json_type_string)) {
        char *text = NULL;
        if (!flow_text(context, json_object_get_string(value), false, &text, err))
            return false;
        *ret_value = json_object_new_string(text);
        free(text);
        return true;
    }
    *ret_value = json_object_get(value);
    return true;
}

/* ------------------------------------------------------------------ pointers */

static void each_in_text(const char *text, void (*visit)(void *, const char *), void *ctx)
{
    char *pointer = NULL;
    const char *end = NULL;
    while (next_reference(text, &pointer, &end)) {
        visit(ctx, pointer);
        free(pointer);
        text = end;
    }
}

void flow_each_pointer(struct json_object *value, void (*visit)(void *ctx, const char *pointer),
                       void *ctx)
{
    if (flow_is_ref(value)) {
        const char *pointer;
        for (size_t i = 0; (pointer = ref_pointer(value, i)) != NULL; i++)
            visit(ctx, pointer);
    } else if (json_object_is_type(value, json_type_string)) {
        each_in_text(json_object_get_string(value), visit, ctx);
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            flow_each_pointer(json_object_array_get_idx(value, i), visit, ctx);
    } else if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, key, member)
        {
            (void)key;
            flow_each_pointer(member, visit, ctx);
        }
    }
}
