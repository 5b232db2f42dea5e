#include "request.h"
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

const char *sb_query_nth(const struct sb_request *req, const char *name, size_t n)
{
    for (size_t i = 0; i < req->query.count; i++) {
        if (strcmp(req->query.items[i].name, name) == 0 && n-- == 0) {
            return req->query.items[i].value;
        }
    }
    return NULL;
}

const char *sb_query(const struct sb_request *req, const char *name)
{
    return sb_query_nth(req, name, 0);
}

size_t sb_query_count(const struct sb_request *req, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < req->query.count; i++) {
        count += strcmp(req->query.items[i].name, name) == 0;
    }
    return count;
}

struct sb_part *sb_part(struct sb_request *req, const char *name)
{
    for (size_t i = 0; i < req->part_count; i++) {
        if (strcmp(req->parts[i].name, name) == 0) {
            return &req->parts[i];
        }
    }
    return NULL;
}

bool sb_params_add(struct sb_params *params, const char *name, size_t name_size, const char *value,
                   size_t value_size)
{
    struct sb_param *items = reallocarray(params->items, params->count + 1, sizeof *params->items);
    if (items == NULL) {
        return false;
    }
    params->items = items;
    char *own_name = strndup(name, name_size);
    char *own_value = strndup(value != NULL ? value : "", value != NULL ? value_size : 0);
    if (own_name == NULL || own_value == NULL) {
        free(own_name);
        free(own_value);
        return false;
    }
    items[params->count++] = (struct sb_param){.name = own_name, .value = own_value};
    return true;
}

void sb_params_done(struct sb_params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        free(params->items[i].name);
        free(params->items[i].value);
    }
    free(params->items);
    *params = (struct sb_params){0};
}

bool sb_utf8_valid(const char *text, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        unsigned char c = s[i];
        size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : 3;
        if (more == 3 && (c < 0xf0 || c > 0xf4)) {
            return false;
        }
        if (i + more >= size) {
            return false;
        }
        for (size_t k = 1; k <= more; k++) {
            if ((s[i + k] & 0xc0) != 0x80) {
                return false;
            }
        }
        if ((c == 0xe0 && s[i + 1] < 0xa0) || (c == 0xed && s[i + 1] > 0x9f) ||
            (c == 0xf0 && s[i + 1] < 0x90) || (c == 0xf4 && s[i + 1] > 0x8f)) {
            return false;
        }
        i += more + 1;
    }
    return true;
}

struct json_object *sb_json_parse(const char *text, size_t size, const char **ret_error)
{
    struct json_tokener *tokener = json_tokener_new_ex(SB_JSON_DEPTH);
    if (tokener == NULL || size > SB_MAX_JSON) {
        json_tokener_free(tokener);
        *ret_error = "out of memory";
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *value = json_tokener_parse_ex(tokener, text, (int)size);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    if (error == json_tokener_continue) {
        /* A top-level number ends only with what follows it. */
        value = json_tokener_parse_ex(tokener, "", 1);
        error = json_tokener_get_error(tokener);
    }
    if (error != json_tokener_success) {
        *ret_error = json_tokener_error_desc(error);
        json_object_put(value);
        value = NULL;
    } else if (value == NULL) {
        *ret_error = "null is no body";
    }
    json_tokener_free(tokener);
    return value;
}
