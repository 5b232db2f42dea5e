/* soarhost's look at JSON Schemas against the JSON Schema Test Suite. Debian has its draft 7, which
 * for these keywords says what 2020-12 says; the groups that differ are named here, and must exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json_schema.h"
#include "json_text.h"

#define SUITE "/usr/share/json-schema-test-suite/tests/draft7/"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char *const files[] = {
    "additionalProperties", "allOf", "anyOf", "boolean_schema", "const", "contains", "default",
    "enum", "exclusiveMaximum", "exclusiveMinimum", "if-then-else", "items", "maxItems",
    "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum",
    "multipleOf", "not", "oneOf", "pattern", "patternProperties", "properties", "propertyNames",
    "required", "type", "uniqueItems"};
/* clang-format on */

static const struct {
    const char *file, *group, *why;
} left_out[] = {
    {"items", "an array of schemas for items", "it is prefixItems since 2020-12"},
    {"items", "items with boolean schemas", "it is prefixItems since 2020-12"},
};

static bool is_left_out(const char *file, const char *group)
{
    for (size_t i = 0; i < COUNT(left_out); i++)
        if (strcmp(left_out[i].file, file) == 0 && strcmp(left_out[i].group, group) == 0)
            return true;
    return false;
}

static struct json_object *read_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), SUITE "%s.json", name);
    struct json_object *json = json_object_from_file(path);
    if (json == NULL)
        fail_msg("%s cannot be read; is json-schema-test-suite installed?", path);
    return json;
}

static int run_group(const char *file, struct json_object *group)
{
    struct json_object *schema = NULL, *tests = json_get(group, "tests");
    struct schema_fault fault;
    int wrong = 0;
    json_object_object_get_ex(group, "schema", &schema);
    if (!json_schema_compile(schema, &fault)) {
        print_error("%s: %s: %s: %s\n", file, json_get_text(group, "description"), fault.where,
                    fault.what);
        return 1;
    }
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        bool expected = json_get_bool(test, "valid");
        if (json_schema_validate(schema, json_get(test, "data"), &fault) == expected &&
            (fault.what[0] == '\0') == expected)
            continue;
        print_error("%s: %s: %s: expected %s\n", file, json_get_text(group, "description"),
                    json_get_text(test, "description"), expected ? "valid" : "invalid");
        wrong++;
    }
    return wrong;
}

static void the_verdicts_are_those_of_the_suite(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct json_object *groups = read_file(files[i]);
        for (size_t j = 0; j < json_object_array_length(groups); j++) {
            struct json_object *group = json_object_array_get_idx(groups, j);
            if (!is_left_out(files[i], json_get_text(group, "description")))
                wrong += run_group(files[i], group);
        }
        json_object_put(groups);
    }
    assert_int_equal(wrong, 0);
}

static void every_group_that_is_left_out_exists(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(left_out); i++) {
        struct json_object *groups = read_file(left_out[i].file);
        bool found = false;
        for (size_t j = 0; j < json_object_array_length(groups); j++)
            found |= strcmp(json_get_text(json_object_array_get_idx(groups, j), "description"),
                            left_out[i].group) == 0;
        json_object_put(groups);
        if (!found)
            fail_msg("%s: no group \"%s\"", left_out[i].file, left_out[i].group);
    }
}

static void what_2020_12_has_of_its_own_decides_too(void **state)
{
    static const struct {
        const char *schema, *good, *bad;
    } table[] = {
        {"{\"$defs\":{\"a~b\":{\"type\":\"string\"}},\"$ref\":\"#/$defs/a~0b\"}", "\"x\"", "1"},
        {"{\"$defs\":{\"n\":{\"type\":\"integer\"}},\"$ref\":\"#/$defs/n\",\"minimum\":3}", "3",
         "2"},
        {"{\"properties\":{\"next\":{\"$ref\":\"#\"}},\"additionalProperties\":false}",
         "{\"next\":{\"next\":{}}}", "{\"next\":{\"other\":1}}"},
        {"{\"prefixItems\":[{\"type\":\"string\"}],\"items\":{\"type\":\"integer\"}}", "[\"a\",1]",
         "[\"a\",\"b\"]"},
        {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1,\"b\":2}", "{\"a\":1}"},
        {"{\"dependentSchemas\":{\"a\":{\"maxProperties\":1}}}", "{\"a\":1}", "{\"a\":1,\"b\":2}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct json_object *schema = json_tokener_parse(table[i].schema);
        struct json_object *good = json_tokener_parse(table[i].good);
        struct json_object *bad = json_tokener_parse(table[i].bad);
        struct schema_fault fault;
        assert_true(json_schema_compile(schema, &fault));
        if (!json_schema_validate(schema, good, &fault))
            fail_msg("%s refuses %s: %s", table[i].schema, table[i].good, fault.what);
        if (json_schema_validate(schema, bad, &fault))
            fail_msg("%s takes %s", table[i].schema, table[i].bad);
        json_object_put(schema);
        json_object_put(good);
        json_object_put(bad);
    }
}

static void what_is_no_schema_is_told_with_its_place(void **state)
{
    static const struct {
        const char *schema, *where;
    } table[] = {
        {"[]", ""},
        {"{\"type\":\"text\"}", ""},
        {"{\"properties\":{\"a\":{\"minLength\":-1}}}", "/properties/a"},
        {"{\"anyOf\":[{},{\"required\":[1]}]}", "/anyOf/1"},
        {"{\"items\":{\"$ref\":\"#/$defs/none\"}}", "/items"},
        {"{\"$ref\":\"https://example.com/a.json\"}", ""},
        {"{\"properties\":{\"a\":7}}", "/properties/a"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct json_object *schema = json_tokener_parse(table[i].schema);
        struct schema_fault fault;
        if (json_schema_compile(schema, &fault))
            fail_msg("%s compiles", table[i].schema);
        assert_string_equal(fault.where, table[i].where);
        json_object_put(schema);
    }
}

static void a_schema_that_turns_in_a_circle_ends(void **state)
{
    struct schema_fault fault;
    struct json_object *schema = json_tokener_parse("{\"$ref\":\"#\"}");
    (void)state;
    assert_false(json_schema_validate(schema, NULL, &fault));
    json_object_put(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdicts_are_those_of_the_suite),
        cmocka_unit_test(every_group_that_is_left_out_exists),
        cmocka_unit_test(what_2020_12_has_of_its_own_decides_too),
        cmocka_unit_test(what_is_no_schema_is_told_with_its_place),
        cmocka_unit_test(a_schema_that_turns_in_a_circle_ends),
    };
    return cmocka_run_group_tests_name("JSON Schema in soarhost", tests, NULL, NULL);
}
