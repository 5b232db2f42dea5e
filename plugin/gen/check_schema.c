#include <stdlib.h>
#include <string.h>

#include "gen/check.h"
#include "gen/keywords.h"
#include "gen/schema.h"

struct context {
    const struct source *source;
    enum schema_side side;
    struct place *place;
    struct problems *problems;
};

static void walk(struct context *c, struct json_object *schema, unsigned depth, bool top_input);

static void say(struct context *c, const char *key, const char *reason)
{
    size_t mark = enter(c->place, key);
    problem(c->problems, c->place, "", "%s", reason);
    leave(c->place, mark);
}

/* ------------------------------------------------------------------ values of keywords */

static void check_type(struct context *c, struct json_object *value)
{
    size_t n = json_object_is_type(value, json_type_array) ? length_of(value) : 1;
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = json_object_is_type(value, json_type_array)
                                      ? json_object_array_get_idx(value, i)
                                      : value;
        unsigned type = json_object_is_type(one, json_type_string)
                            ? schema_type_of_name(json_object_get_string(one))
                            : 0;
        if (type == 0)
            problem(c->problems, c->place, "",
                    "expected null, boolean, integer, number, string, array or object");
        else if (seen & type)
            problem(c->problems, c->place, "", "a type stands twice");
        seen |= type;
    }
    if (n == 0)
        problem(c->problems, c->place, "", "an empty list allows nothing");
}

static void check_names(struct context *c, struct json_object *value)
{
    bool good = json_object_is_type(value, json_type_array);
    size_t n = good ? length_of(value) : 0;
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = json_object_array_get_idx(value, i);
        good &= json_object_is_type(one, json_type_string);
        for (size_t j = 0; j < i && good; j++)
            if (json_object_equal(one, json_object_array_get_idx(value, j)))
                problem(c->problems, c->place, "", "\"%s\" stands twice",
                        json_object_get_string(one));
    }
    if (!good)
        problem(c->problems, c->place, "", "expected a list of strings");
}

/* What has a type of its own is shown to people, and is described; a mere condition is not. */
static void check_described(struct context *c, struct json_object *schema)
{
    if (c->side == SIDE_PLAIN || !(has(schema, "type") || has(schema, "$ref")))
        return;
    struct json_object *resolved = source_resolve(c->source, schema);
    if (member_text(schema, "description")[0] == '\0' &&
        member_text(resolved, "description")[0] == '\0')
        say(c, "description", "required, but missing");
}

static void check_members(struct context *c, struct json_object *value, unsigned depth,
                          bool top_input)
{
    if (!json_object_is_type(value, json_type_object)) {
        problem(c->problems, c->place, "", "expected an object of schemas");
        return;
    }
    for (struct lh_entry *e = members_of(value); e; e = lh_entry_next(e)) {
        size_t mark = enter(c->place, lh_entry_k(e));
        walk(c, lh_entry_v(e), depth + 1, top_input);
        check_described(c, lh_entry_v(e));
        leave(c->place, mark);
    }
}

static void check_schemas(struct context *c, struct json_object *value, unsigned depth)
{
    if (!json_object_is_type(value, json_type_array) || length_of(value) == 0) {
        problem(c->problems, c->place, "", "expected a list of schemas, not empty");
        return;
    }
    for (size_t i = 0; i < length_of(value); i++) {
        size_t mark = enter_index(c->place, i);
        walk(c, json_object_array_get_idx(value, i), depth + 1, false);
        leave(c->place, mark);
    }
}

static void check_ref(struct context *c, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        problem(c->problems, c->place, "", "expected a string");
    else if (c->source == NULL)
        problem(c->problems, c->place, "", "not allowed here");
    else if (source_model(c->source, json_object_get_string(value)) == NULL)
        problem(c->problems, c->place, "",
                "leads nowhere: expected schemas/NAME.json of a file that exists, found \"%s\"",
                json_object_get_string(value));
}

static void check_number(struct context *c, struct json_object *value)
{
    bool integer = json_object_is_type(value, json_type_int);
    if (!integer && !json_object_is_type(value, json_type_double))
        problem(c->problems, c->place, "", "expected a number");
    else if (integer && llabs(json_object_get_int64(value)) > (1ll << 53))
        problem(c->problems, c->place, "", "too large to be kept exactly");
}

static void check_value(struct context *c, const struct keyword *keyword, struct json_object *value,
                        unsigned depth, bool top_input)
{
    switch (keyword->kind) {
    case KEYWORD_TYPE:
        check_type(c, value);
        break;
    case KEYWORD_VALUES:
        if (!json_object_is_type(value, json_type_array) || length_of(value) == 0)
            problem(c->problems, c->place, "", "expected a list, not empty");
        break;
    case KEYWORD_NUMBER:
        check_number(c, value);
        break;
    case KEYWORD_COUNT:
        if (!(schema_is_count(value)))
            problem(c->problems, c->place, "", "expected an integer from 0");
        break;
    case KEYWORD_BOOLEAN:
        if (!json_object_is_type(value, json_type_boolean))
            problem(c->problems, c->place, "", "expected true or false");
        break;
    case KEYWORD_TEXT:
        if (!json_object_is_type(value, json_type_string) || json_object_get_string_len(value) == 0)
            problem(c->problems, c->place, "", "expected a string, not empty");
        break;
    case KEYWORD_NAMES:
        check_names(c, value);
        break;
    case KEYWORD_SCHEMA:
        walk(c, value, depth + 1, false);
        break;
    case KEYWORD_SCHEMAS:
        check_schemas(c, value, depth);
        break;
    case KEYWORD_MEMBERS:
        check_members(c, value, depth, top_input);
        break;
    case KEYWORD_REF:
        check_ref(c, value);
        break;
    case KEYWORD_TRUE:
        if (!json_object_is_type(value, json_type_boolean) || !json_object_get_boolean(value))
            problem(c->problems, c->place, "", "expected true (or leave it out)");
        break;
    case KEYWORD_UI:
        problem_if_invalid(c->problems, c->place, "", schema_meta_ui(), value);
        break;
    case KEYWORD_IN:
        if (schema_in_of_name(value) == SCHEMA_IN_NONE)
            problem(c->problems, c->place, "",
                    "expected query, body, form, file, local, whole-query, whole-body or "
                    "whole-form");
        break;
    case KEYWORD_VALUE:
        break;
    }
}

/* ------------------------------------------------------------------ what must fit together */

static bool item_types_are(const struct source *source, struct json_object *schema,
                           const char *type)
{
    struct json_object *items = member(schema, "items");
    if (source != NULL)
        items = source_resolve(source, items);
    return member_is(items, "type", type);
}

static void check_other_forms(struct context *c, struct json_object *schema)
{
    bool input = c->side == SIDE_INPUT || c->side == SIDE_MODEL;
    static const char *const keys[] = {"x-split", "x-list", "x-wrap"};
    for (size_t i = 0; i < 3; i++)
        if (has(schema, keys[i]) && !input)
            say(c, keys[i], "only inputs have other forms");
    if (has(schema, "x-split") &&
        !(member_is(schema, "type", "array") && item_types_are(c->source, schema, "string")))
        say(c, "x-split", "needs \"type\": \"array\" and items that are strings");
    if (has(schema, "x-list") && !member_is(schema, "type", "array"))
        say(c, "x-list", "needs \"type\": \"array\"");
    struct json_object *least = member(schema, "minItems");
    if (has(schema, "x-list") && least != NULL && json_object_get_int64(least) > 1)
        say(c, "x-list", "one item alone is never enough for minItems");
    if (!has(schema, "x-wrap"))
        return;
    struct json_object *inner = member(member(schema, "properties"), member_text(schema, "x-wrap"));
    if (c->source != NULL)
        inner = source_resolve(c->source, inner);
    if (!member_is(schema, "type", "object") || !member_is(inner, "type", "string"))
        say(c, "x-wrap", "needs \"type\": \"object\" and names one of its strings");
    struct json_object *required = member(schema, "required");
    for (size_t i = 0; required != NULL && i < length_of(required); i++)
        if (!json_object_equal(json_object_array_get_idx(required, i), member(schema, "x-wrap")))
            say(c, "x-wrap", "another member is required too, so a string is never enough");
}

static void check_required(struct context *c, struct json_object *schema)
{
    struct json_object *properties = member(schema, "properties");
    struct json_object *required = member(schema, "required");
    if (!json_object_is_type(properties, json_type_object) ||
        !json_object_is_type(required, json_type_array) || c->side == SIDE_PLAIN)
        return;
    for (size_t i = 0; i < length_of(required); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));
        if (name != NULL && !has(properties, name)) {
            size_t mark = enter(c->place, "required");
            size_t inner = enter_index(c->place, i);
            problem(c->problems, c->place, "", "\"%s\" is not among the properties", name);
            leave(c->place, inner);
            leave(c->place, mark);
        }
    }
}

static void check_order(struct context *c, struct json_object *schema)
{
    static const char *const pairs[][2] = {{"minLength", "maxLength"},
                                           {"minItems", "maxItems"},
                                           {"minProperties", "maxProperties"},
                                           {"minimum", "maximum"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]) && c->side != SIDE_PLAIN; i++) {
        struct json_object *low = member(schema, pairs[i][0]), *high = member(schema, pairs[i][1]);
        if (low != NULL && high != NULL &&
            json_object_get_double(low) > json_object_get_double(high))
            say(c, pairs[i][0], "is above its maximum, so that nothing fits");
    }
}

static void check_beside_ref(struct context *c, struct json_object *schema)
{
    for (struct lh_entry *e = members_of(schema); e; e = lh_entry_next(e)) {
        const char *key = lh_entry_k(e);
        if (strcmp(key, "$ref") != 0 && keyword_find(key) != NULL && !keyword_is_annotation(key))
            say(c, key,
                "only annotations may stand beside $ref; put it into the model, or use "
                "allOf");
    }
}

static void check_semantic_type(struct context *c, struct json_object *schema)
{
    const char *type = member_text(schema, "x-type");
    if (type[strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789_.")] != '\0' || type[0] == '.')
        say(c, "x-type", "expected lower-case words with dots, such as falcon.case.id");
}

static void walk(struct context *c, struct json_object *schema, unsigned depth, bool top_input)
{
    if (json_object_is_type(schema, json_type_boolean) && !top_input)
        return;
    if (!json_object_is_type(schema, json_type_object)) {
        problem(c->problems, c->place, "", "expected a schema: an object%s",
                top_input ? "" : ", true or false");
        return;
    }
    if (depth > SCHEMA_MAX_DEPTH) {
        problem(c->problems, c->place, "", "nested more than %d deep", SCHEMA_MAX_DEPTH);
        return;
    }
    for (struct lh_entry *e = members_of(schema); e; e = lh_entry_next(e)) {
        const char *key = lh_entry_k(e);
        const struct keyword *keyword = keyword_find(key);
        size_t mark = enter(c->place, key);
        if (keyword == NULL) {
            const char *nearest = keyword_nearest(key);
            problem(c->problems, c->place, "", "a keyword that plugin/validate.c lacks%s%s%s",
                    nearest != NULL ? ", did you mean \"" : "", nearest != NULL ? nearest : "",
                    nearest != NULL ? "\"?" : "");
        } else {
            check_value(c, keyword, lh_entry_v(e), depth, c->side == SIDE_INPUT && depth == 0);
        }
        leave(c->place, mark);
    }
    if (top_input && !has(schema, "x-in"))
        problem(c->problems, c->place, "/x-in", "required, but missing");
    if (!top_input && has(schema, "x-in"))
        say(c, "x-in", "stands only on the inputs themselves, not below them nor in outputs");
    if (has(schema, "$ref"))
        check_beside_ref(c, schema);
    check_other_forms(c, schema);
    check_required(c, schema);
    check_order(c, schema);
    check_semantic_type(c, schema);
}

void check_schema(const struct source *source, struct json_object *schema, enum schema_side side,
                  struct place *place, struct problems *problems)
{
    struct context c = {source, side, place, problems};
    walk(&c, schema, 0, false);
}
