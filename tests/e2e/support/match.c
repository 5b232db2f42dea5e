#include "match.h"
#include "check.h"
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 600 /* bytes of a value in a difference */

struct walk {
    char pointer[1024];
    enum match_mode mode;
    FILE *out; /* NULL: only counted */
};

static size_t compare(struct walk *walk, struct json_object *expected, struct json_object *found);

static size_t differ(struct walk *walk, const char *wanted, struct json_object *found)
{
    if (walk->out != NULL) {
        const char *text = json_object_to_json_string_ext(
            found, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
        fprintf(walk->out, "  %s: expected %.*s, found %.*s\n", walk->pointer, SHOWN, wanted, SHOWN,
                text);
    }
    return 1;
}

static size_t push(struct walk *walk, const char *name)
{
    size_t end = strlen(walk->pointer);
    snprintf(walk->pointer + end, sizeof walk->pointer - end, "/%s", name);
    return end;
}

/* ------------------------------------------------------------------ matchers */

static size_t match_type(struct walk *walk, const char *type, struct json_object *found)
{
    static const struct {
        const char *name;
        enum json_type type;
    } types[] = {{"string", json_type_string},   {"integer", json_type_int},
                 {"boolean", json_type_boolean}, {"object", json_type_object},
                 {"array", json_type_array},     {"null", json_type_null},
                 {"number", json_type_double}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, type) == 0) {
            bool good =
                json_object_is_type(found, types[i].type) ||
                (types[i].type == json_type_double && json_object_is_type(found, json_type_int));
            return good ? 0 : differ(walk, type, found);
        }
    }
    return differ(walk, "a known $type", found);
}

static size_t match_regex(struct walk *walk, const char *pattern, struct json_object *found)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        return differ(walk, "a valid $regex", found);
    }
    bool good = json_object_is_type(found, json_type_string) &&
                regexec(&regex, json_object_get_string(found), 0, NULL, 0) == 0;
    regfree(&regex);
    return good ? 0 : differ(walk, pattern, found);
}

static size_t match_length(struct walk *walk, int64_t length, struct json_object *found)
{
    char wanted[64];
    int64_t own = -1;
    if (json_object_is_type(found, json_type_array)) {
        own = (int64_t)json_object_array_length(found);
    } else if (json_object_is_type(found, json_type_string)) {
        own = json_object_get_string_len(found);
    }
    snprintf(wanted, sizeof wanted, "a length of %lld, not %lld", (long long)length,
             (long long)own);
    return own == length ? 0 : differ(walk, wanted, found);
}

static size_t match_contains(struct walk *walk, struct json_object *item, struct json_object *found)
{
    struct walk silent = {.mode = walk->mode};
    if (json_object_is_type(found, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(found); i++) {
            if (compare(&silent, item, json_object_array_get_idx(found, i)) == 0) {
                return 0;
            }
        }
    }
    return differ(walk, json_object_to_json_string(item), found);
}

static size_t match_in_mode(struct walk *walk, enum match_mode mode, struct json_object *expected,
                            struct json_object *found)
{
    enum match_mode outer = walk->mode;
    walk->mode = mode;
    size_t differences = compare(walk, expected, found);
    walk->mode = outer;
    return differences;
}

/* The matcher's name without "$", with its argument; NULL where `expected` is a plain value. */
static const char *matcher_of(struct json_object *expected, struct json_object **ret_argument)
{
    if (!json_object_is_type(expected, json_type_object) ||
        json_object_object_length(expected) != 1) {
        return NULL;
    }
    json_object_object_foreach(expected, key, value)
    {
        *ret_argument = value;
        return key[0] == '$' ? key + 1 : NULL;
    }
    return NULL;
}

static size_t use_matcher(struct walk *walk, const char *name, struct json_object *argument,
                          struct json_object *found)
{
    if (strcmp(name, "any") == 0) {
        return 0;
    }
    if (strcmp(name, "type") == 0) {
        return match_type(walk, json_object_get_string(argument), found);
    }
    if (strcmp(name, "regex") == 0) {
        return match_regex(walk, json_object_get_string(argument), found);
    }
    if (strcmp(name, "length") == 0) {
        return match_length(walk, json_object_get_int64(argument), found);
    }
    if (strcmp(name, "contains") == 0) {
        return match_contains(walk, argument, found);
    }
    if (strcmp(name, "exact") == 0) {
        return match_in_mode(walk, MATCH_EXACT, argument, found);
    }
    if (strcmp(name, "subset") == 0) {
        return match_in_mode(walk, MATCH_SUBSET, argument, found);
    }
    return differ(walk, strcmp(name, "absent") == 0 ? "nothing" : "a known matcher", found);
}

static bool is_absent(struct json_object *expected)
{
    struct json_object *argument = NULL;
    const char *name = matcher_of(expected, &argument);
    return name != NULL && strcmp(name, "absent") == 0;
}

/* ------------------------------------------------------------------ plain values */

static size_t compare_member(struct walk *walk, const char *name, struct json_object *expected,
                             struct json_object *object)
{
    struct json_object *found = NULL;
    size_t differences = 0;
    size_t end = push(walk, name);
    if (json_object_object_get_ex(object, name, &found)) {
        differences = compare(walk, expected, found);
    } else if (!is_absent(expected)) {
        differences = 1;
        if (walk->out != NULL) {
            fprintf(walk->out, "  %s: expected %.*s, but it is not there\n", walk->pointer, SHOWN,
                    json_object_to_json_string(expected));
        }
    }
    walk->pointer[end] = '\0';
    return differences;
}

static size_t compare_objects(struct walk *walk, struct json_object *expected,
                              struct json_object *found)
{
    size_t differences = 0;
    json_object_object_foreach(expected, name, value)
    {
        differences += compare_member(walk, name, value, found);
    }
    if (walk->mode == MATCH_EXACT) {
        json_object_object_foreach(found, own, own_value)
        {
            if (!json_object_object_get_ex(expected, own, NULL)) {
                size_t end = push(walk, own);
                differences += differ(walk, "nothing", own_value);
                walk->pointer[end] = '\0';
            }
        }
    }
    return differences;
}

static size_t compare_lists(struct walk *walk, struct json_object *expected,
                            struct json_object *found)
{
    size_t length = json_object_array_length(expected);
    size_t own = json_object_array_length(found);
    size_t differences = 0;
    if (length != own) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "%zu items and not %zu", length, own);
        differences += differ(walk, wanted, found);
    }
    for (size_t i = 0; i < length && i < own; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i);
        size_t end = push(walk, number);
        differences += compare(walk, json_object_array_get_idx(expected, i),
                               json_object_array_get_idx(found, i));
        walk->pointer[end] = '\0';
    }
    return differences;
}

static size_t compare(struct walk *walk, struct json_object *expected, struct json_object *found)
{
    struct json_object *argument = NULL;
    const char *matcher = matcher_of(expected, &argument);
    if (matcher != NULL) {
        return use_matcher(walk, matcher, argument, found);
    }
    enum json_type type = json_object_get_type(expected);
    if (type == json_object_get_type(found)) {
        if (type == json_type_object) {
            return compare_objects(walk, expected, found);
        }
        if (type == json_type_array) {
            return compare_lists(walk, expected, found);
        }
        if (expected == NULL || json_object_equal(expected, found)) {
            return 0;
        }
    }
    return differ(walk, json_object_to_json_string(expected), found);
}

size_t match(struct json_object *expected, struct json_object *found, enum match_mode mode,
             const char *at, FILE *out)
{
    struct walk walk = {.mode = mode, .out = out};
    snprintf(walk.pointer, sizeof walk.pointer, "%s", at);
    return compare(&walk, expected, found);
}
