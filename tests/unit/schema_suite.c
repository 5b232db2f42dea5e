/* The validator against the JSON Schema Test Suite (draft 7), for every keyword that it claims. A
 * group is left out only where it needs a keyword, or a $ref inside its own document, that
 * manifests do not have; each such group is named here, and must exist. ref.json and the like are
 * not here: manifests refer to schemas/NAME.json and to nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gen/check.h"
#include "gen/keywords.h"
#include "gen/schema.h"
#include "validate.h"

#define SUITE "/usr/share/json-schema-test-suite/tests/draft7/"

/* clang-format off */
static const char *const files[] = {
    "additionalProperties", "allOf", "anyOf", "boolean_schema", "const", "default", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "if-then-else", "items", "maxItems", "maxLength",
    "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "not",
    "oneOf", "properties", "required", "type", "uniqueItems"};
/* clang-format on */

static const struct {
    const char *file, *group, *why;
} left_out[] = {
    {"additionalProperties", "additionalProperties being false does not allow other properties",
     "patternProperties"},
    {"additionalProperties", "non-ASCII pattern with additionalProperties", "patternProperties"},
    {"if-then-else", "if and else without then", "multipleOf"},
    {"if-then-else", "validate against correct branch, then vs else", "multipleOf"},
    {"if-then-else", "non-interference across combined schemas", "multipleOf"},
    {"items", "an array of schemas for items", "items is one schema, not a list of them"},
    {"items", "items with boolean schemas", "items is one schema, not a list of them"},
    {"properties", "properties, patternProperties, additionalProperties interaction",
     "patternProperties"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

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

static bool is_claimed(struct json_object *schema, struct buf *ret_why)
{
    struct problems problems;
    struct place place = {"schema", ""};
    problems_init(&problems);
    check_schema(NULL, schema, SIDE_PLAIN, &place, &problems);
    bool claimed = problems.n == 0;
    buf_adds(ret_why, problems.lines.ptr);
    problems_done(&problems);
    return claimed;
}

/* How many tests of a group have another verdict than the suite gives. */
static int run_group(const char *file, const char *name, struct json_object *group)
{
    struct schema_builder builder = {0};
    const struct schema *schema = schema_build(&builder, member(group, "schema"));
    struct json_object *tests = member(group, "tests");
    int wrong = 0;
    for (size_t i = 0; i < length_of(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        struct violations violations = {0};
        bool expected = json_object_get_boolean(member(test, "valid"));
        bool quiet = validate(schema, member(test, "data"), NULL) == 0;
        bool valid = validate(schema, member(test, "data"), &violations) == 0;
        if (valid != expected || quiet != expected || valid != (violations.n == 0)) {
            print_error("%s: %s: %s: expected %s\n", file, name, member_text(test, "description"),
                        expected ? "valid" : "invalid");
            wrong++;
        }
        violations_done(&violations);
    }
    schema_builder_done(&builder);
    return wrong;
}

static void the_verdicts_are_those_of_the_suite(void **state)
{
    int wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct json_object *groups = read_file(files[i]);
        for (size_t j = 0; j < length_of(groups); j++) {
            struct json_object *group = json_object_array_get_idx(groups, j);
            const char *name = member_text(group, "description");
            struct buf why;
            buf_init(&why, 1 << 16);
            bool claimed = is_claimed(member(group, "schema"), &why);
            if (claimed == is_left_out(files[i], name)) {
                print_error(
                    "%s: %s: %s %s", files[i], name,
                    claimed ? "need not be left out\n" : "must be named as left out:", why.ptr);
                wrong++;
            }
            buf_done(&why);
            if (claimed)
                wrong += run_group(files[i], name, group);
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
        for (size_t j = 0; j < length_of(groups); j++)
            found |=
                member_is(json_object_array_get_idx(groups, j), "description", left_out[i].group);
        json_object_put(groups);
        if (!found)
            fail_msg("%s: no group \"%s\" (%s)", left_out[i].file, left_out[i].group,
                     left_out[i].why);
    }
}

static bool has_a_file(const char *keyword)
{
    static const char *const together[] = {"if", "then", "else"};
    for (size_t i = 0; i < COUNT(together); i++)
        if (strcmp(together[i], keyword) == 0)
            keyword = "if-then-else";
    for (size_t i = 0; i < COUNT(files); i++)
        if (strcmp(files[i], keyword) == 0)
            return true;
    return false;
}

static void every_keyword_that_decides_has_its_file_of_the_suite(void **state)
{
    (void)state;
    for (size_t i = 0; keyword_at(i) != NULL; i++) {
        const char *name = keyword_at(i)->name;
        bool decides = !keyword_is_annotation(name) && strncmp(name, "x-", 2) != 0;
        if (decides && strcmp(name, "$ref") != 0 && !has_a_file(name))
            fail_msg("%s is claimed, and nothing of the suite tries it", name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdicts_are_those_of_the_suite),
        cmocka_unit_test(every_keyword_that_decides_has_its_file_of_the_suite),
        cmocka_unit_test(every_group_that_is_left_out_exists),
    };
    int failed = cmocka_run_group_tests_name("schema suite", tests, NULL, NULL);
    schema_meta_done();
    return failed;
}
