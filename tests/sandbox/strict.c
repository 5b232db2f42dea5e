#include "strict.h"
#include "routes.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const type_names[] = {"a string",  "an integer", "a number",
                                         "a boolean", "an object",  "any value"};

struct place {
    char pointer[192]; /* JSON Pointer, cut when too long */
    bool strict;
    char *error;
    size_t error_size;
};

static bool refuse(const struct place *place, const char *what)
{
    snprintf(place->error, place->error_size, "invalid body: %s: %s",
             place->pointer[0] != '\0' ? place->pointer : "/", what);
    return false;
}

static size_t push(struct place *place, const char *name)
{
    size_t end = strlen(place->pointer);
    snprintf(place->pointer + end, sizeof place->pointer - end, "/%s", name);
    return end;
}

static bool check_object(struct place *place, struct json_object *object,
                         const struct sb_key *members);

static bool check_value(struct place *place, struct json_object *value, const struct sb_key *key)
{
    bool good = true;
    switch (key->type) {
    case SB_TYPE_TEXT:
        good = json_object_is_type(value, json_type_string);
        break;
    case SB_TYPE_INTEGER:
        good = json_object_is_type(value, json_type_int);
        break;
    case SB_TYPE_NUMBER:
        good = json_object_is_type(value, json_type_int) ||
               json_object_is_type(value, json_type_double);
        break;
    case SB_TYPE_BOOLEAN:
        good = json_object_is_type(value, json_type_boolean);
        break;
    case SB_TYPE_OBJECT:
        good = json_object_is_type(value, json_type_object);
        break;
    case SB_TYPE_ANY:
        break;
    }
    if (!good) {
        char what[64];
        snprintf(what, sizeof what, "expected %s", type_names[key->type]);
        return refuse(place, what);
    }
    return key->type != SB_TYPE_OBJECT || check_object(place, value, key->members);
}

static bool check_list(struct place *place, struct json_object *list, const struct sb_key *key)
{
    if (!json_object_is_type(list, json_type_array)) {
        return refuse(place, "expected a list");
    }
    for (size_t i = 0; i < sb_length(list); i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i);
        size_t end = push(place, number);
        if (!check_value(place, json_object_array_get_idx(list, i), key)) {
            return false;
        }
        place->pointer[end] = '\0';
    }
    return true;
}

static const struct sb_key *find_key(const struct sb_key *members, const char *name)
{
    for (; members->name != NULL; members++) {
        if (strcmp(members->name, name) == 0) {
            return members;
        }
    }
    return NULL;
}

static bool check_object(struct place *place, struct json_object *object,
                         const struct sb_key *members)
{
    json_object_object_foreach(object, name, value)
    {
        const struct sb_key *key = find_key(members, name);
        size_t end = push(place, name);
        if (key == NULL) {
            if (place->strict) {
                return refuse(place, "unknown member");
            }
        } else if (value != NULL &&
                   !(key->list ? check_list(place, value, key) : check_value(place, value, key))) {
            return false;
        }
        place->pointer[end] = '\0';
    }
    return true;
}

bool sb_check_members(struct json_object *body, const struct sb_key *members, bool strict,
                      char *ret_error, size_t size)
{
    struct place place = {.strict = strict, .error = ret_error, .error_size = size};
    if (!json_object_is_type(body, json_type_object)) {
        return refuse(&place, "expected an object");
    }
    return check_object(&place, body, members);
}

static bool is_boolean(const char *value, bool strict)
{
    static const char *const words[] = {"true", "false", "1",    "0",     "t",    "f",
                                        "T",    "F",     "TRUE", "FALSE", "True", "False"};
    size_t count = strict ? 2 : sizeof words / sizeof *words;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const struct sb_parameter *find_parameter(const struct sb_parameter *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            return table;
        }
    }
    return NULL;
}

static bool check_query(struct sb_request *req, struct sb_response *res)
{
    bool strict = req->options->strict;
    for (size_t i = 0; i < req->query.count; i++) {
        const struct sb_param *given = &req->query.items[i];
        const struct sb_parameter *known = find_parameter(req->route->query, given->name);
        if (known == NULL) {
            if (strict) {
                return sb_fail(res, 400, "unknown query parameter: %s", given->name);
            }
            continue;
        }
        if (strict && !known->many && sb_query_count(req, given->name) > 1) {
            return sb_fail(res, 400, "query parameter %s may be given once", given->name);
        }
        if (known->type == SB_TYPE_BOOLEAN && !is_boolean(given->value, strict)) {
            return sb_fail(res, 400, "query parameter %s: expected true or false", given->name);
        }
    }
    for (const struct sb_parameter *p = req->route->query; p->name != NULL; p++) {
        const char *value = sb_query(req, p->name);
        if (p->required && (value == NULL || *value == '\0')) {
            return sb_fail(res, 400, "query parameter %s is required", p->name);
        }
    }
    return true;
}

static bool check_parts(struct sb_request *req, struct sb_response *res)
{
    bool strict = req->options->strict;
    for (size_t i = 0; i < req->part_count; i++) {
        const struct sb_part *part = &req->parts[i];
        const struct sb_parameter *known = find_parameter(req->route->parts, part->name);
        if (known == NULL) {
            if (strict) {
                return sb_fail(res, 400, "unknown form part: %s", part->name);
            }
            continue;
        }
        if (known->file != (part->filename != NULL)) {
            return sb_fail(res, 400, "form part %s: expected a %s", part->name,
                           known->file ? "file with a name" : "plain value");
        }
        if (known->type == SB_TYPE_BOOLEAN && !is_boolean(part->value, strict)) {
            return sb_fail(res, 400, "form part %s: expected true or false", part->name);
        }
        for (size_t k = 0; strict && k < i; k++) {
            if (strcmp(req->parts[k].name, part->name) == 0) {
                return sb_fail(res, 400, "form part %s may be given once", part->name);
            }
        }
    }
    for (const struct sb_parameter *p = req->route->parts; p->name != NULL; p++) {
        const struct sb_part *part = sb_part(req, p->name);
        if (p->required && (part == NULL || (!p->file && part->value[0] == '\0'))) {
            return sb_fail(res, 400, "form part %s is required", p->name);
        }
    }
    return true;
}

static bool check_required(struct sb_request *req, struct sb_response *res)
{
    for (const char *const *name = req->route->required; *name != NULL; name++) {
        struct json_object *value = sb_member(req->body, *name);
        bool empty = value == NULL || (json_object_is_type(value, json_type_string) &&
                                       json_object_get_string_len(value) == 0);
        if (empty) {
            return sb_fail(res, 400, "%s is required", *name);
        }
    }
    return true;
}

static bool check_json(struct sb_request *req, struct sb_response *res)
{
    char error[320];
    bool strict = req->options->strict;
    if (req->body == NULL) {
        return sb_fail(res, 400, "a JSON body is required");
    }
    if (req->route->body == SB_BODY_OBJECT) {
        return sb_check_members(req->body, req->route->members, strict, error, sizeof error)
                   ? check_required(req, res)
                   : sb_fail(res, 400, "%s", error);
    }
    if (!json_object_is_type(req->body, json_type_array)) {
        return sb_fail(res, 400, "invalid body: /: expected a list");
    }
    for (size_t i = 0; i < sb_length(req->body); i++) {
        if (!sb_check_members(json_object_array_get_idx(req->body, i), req->route->members, strict,
                              error, sizeof error)) {
            return sb_fail(res, 400, "%s (item %zu)", error, i);
        }
    }
    return true;
}

static bool type_is(const char *content_type, const char *wanted)
{
    size_t size = strlen(wanted);
    return content_type != NULL && strncasecmp(content_type, wanted, size) == 0 &&
           strchr("; \t", content_type[size]) != NULL;
}

bool sb_check_request(struct sb_request *req, struct sb_response *res, const char *content_type)
{
    bool strict = req->options->strict;
    if (!check_query(req, res)) {
        return false;
    }
    switch (req->route->body) {
    case SB_BODY_NONE:
        if (strict && req->body != NULL) {
            return sb_fail(res, 400, "this operation takes no body");
        }
        return true;
    case SB_BODY_MULTIPART:
        if (!type_is(content_type, "multipart/form-data")) {
            return sb_fail(res, 400, "Content-Type must be multipart/form-data");
        }
        return check_parts(req, res);
    case SB_BODY_OBJECT:
    case SB_BODY_LIST:
        if (strict && !type_is(content_type, "application/json")) {
            return sb_fail(res, 400, "Content-Type must be application/json");
        }
        return check_json(req, res);
    }
    return true;
}
