/* Values against schemas: what is refused, where, and in which words. (That the verdicts on each
 * keyword are right is schema_suite.c's business.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/schema.h"
#include "validate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct example {
    const char *schema, *value;
    const char *violations; /* "pointer: message\n" of each, "" = valid                          */
};

static struct json_object *parse(const char *text)
{
    struct json_tokener *tokener = json_tokener_new_ex(2000);
    struct json_object *json = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
    assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
    json_tokener_free(tokener);
    return json;
}

static void describe(const struct violations *violations, struct buf *ret_text)
{
    buf_init(ret_text, 1 << 20);
    for (size_t i = 0; i < violations->n; i++)
        buf_addf(ret_text, "%s: %s\n", violations->items[i].pointer, violations->items[i].message);
}

static void check(const struct example *examples, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct schema_builder builder = {0};
        struct json_object *json = parse(examples[i].schema), *value = parse(examples[i].value);
        const struct schema *schema = schema_build(&builder, json);
        struct violations violations = {0};
        struct buf text;
        int answer = validate(schema, value, &violations);
        describe(&violations, &text);
        if (strcmp(text.ptr, examples[i].violations) != 0)
            fail_msg("%s of %s:\n%s-- expected:\n%s", examples[i].value, examples[i].schema,
                     text.ptr, examples[i].violations);
        assert_int_equal(answer, violations.n + violations.more);
        assert_int_equal(validate(schema, value, NULL) != 0, answer != 0);
        buf_done(&text);
        violations_done(&violations);
        json_object_put(json);
        json_object_put(value);
        schema_builder_done(&builder);
    }
}

static void a_violation_says_what_was_expected_and_what_was_found(void **state)
{
    static const struct example examples[] = {
        {"{\"type\":\"string\"}", "5", ": expected string, found number 5\n"},
        {"{\"type\":[\"string\",\"null\"]}", "[1,2]",
         ": expected null or string, found array of 2\n"},
        {"{\"type\":\"boolean\"}", "\"true\"", ": expected true or false, found string \"true\"\n"},
        {"{\"type\":\"integer\"}", "1.5", ": expected integer, found number 1.5\n"},
        {"{\"type\":\"object\"}", "null", ": expected object, found null\n"},
        {"{\"enum\":[\"new\",\"closed\"]}", "\"open\"",
         ": expected one of \"new\", \"closed\", found string \"open\"\n"},
        {"{\"const\":7}", "8", ": expected 7, found number 8\n"},
        {"{\"minimum\":1,\"maximum\":100}", "101", ": expected at most 100, found number 101\n"},
        {"{\"minimum\":0.5}", "0.25", ": expected at least 0.5, found number 0.25\n"},
        {"{\"exclusiveMinimum\":0}", "0", ": expected more than 0, found number 0\n"},
        {"{\"exclusiveMaximum\":9}", "9", ": expected less than 9, found number 9\n"},
        {"{\"minLength\":1}", "\"\"", ": expected at least 1 character, found 0\n"},
        {"{\"maxLength\":2}", "\"abc\"", ": expected at most 2 characters, found 3\n"},
        {"{\"minItems\":2}", "[1]", ": expected at least 2 items, found 1\n"},
        {"{\"uniqueItems\":true}", "[1,2,1.0]",
         "/2: expected no item twice, found number 1.0 again\n"},
        {"{\"maxProperties\":1}", "{\"a\":1,\"b\":2}", ": expected at most 1 member, found 2\n"},
        {"{\"not\":{\"type\":\"string\"}}", "\"x\"",
         ": expected another form, found string \"x\"\n"},
        {"{\"properties\":{\"a\":false}}", "{\"a\":1}", "/a: not allowed here\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void every_violation_is_named_with_its_place(void **state)
{
    static const struct example examples[] = {
        {"{\"type\":\"object\",\"required\":[\"name\",\"severity\"],\"properties\":{"
         "\"name\":{\"type\":\"string\"},\"tags\":{\"items\":{\"type\":\"string\"}}}}",
         "{\"name\":1,\"tags\":[\"a\",2,{}]}",
         "/severity: required, but missing\n"
         "/name: expected string, found number 1\n"
         "/tags/1: expected string, found number 2\n"
         "/tags/2: expected string, found object\n"},
        {"{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"a/b\":\"x\",\"m~n\":\"y\"}",
         "/a~1b: expected integer, found string \"x\"\n"
         "/m~0n: expected integer, found string \"y\"\n"},
        {"{\"minLength\":3,\"enum\":[\"abc\"]}", "\"z\"",
         ": expected \"abc\", found string \"z\"\n"
         ": expected at least 3 characters, found 1\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void an_unknown_name_gets_the_nearest_known_one(void **state)
{
    static const char schema[] = "{\"additionalProperties\":false,\"properties\":{"
                                 "\"severity\":{},\"status\":{},\"expected_version\":{}}}";
    const struct example examples[] = {
        {schema, "{\"severty\":1}", "/severty: unknown name, did you mean \"severity\"?\n"},
        {schema, "{\"expectedVersion\":1}",
         "/expectedVersion: unknown name, did you mean \"expected_version\"?\n"},
        {schema, "{\"xyz\":1}",
         "/xyz: unknown name, expected one of expected_version, severity, status\n"},
        {"{\"additionalProperties\":false}", "{\"a\":1}", "/a: unknown name\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void text_of_the_caller_is_quoted_and_shortened(void **state)
{
    static const struct example examples[] = {
        {"{\"type\":\"integer\"}", "\"a\\\"b\\\\c\\n\\u001b\"",
         ": expected integer, found string \"a\\\"b\\\\c\\u000a\\u001b\"\n"},
        {"{\"type\":\"integer\"}",
         "\"0123456789012345678901234567890123456789012345678901234567890123456789\"",
         ": expected integer, found string "
         "\"012345678901234567890123456789012345678901234567890123456789...\"\n"},
        /* the cut falls between characters: 59 bytes, then two of two bytes */
        {"{\"type\":\"integer\"}",
         "\"01234567890123456789012345678901234567890123456789012345678\xC3\xA9\xC3\xA9\"",
         ": expected integer, found string "
         "\"01234567890123456789012345678901234567890123456789012345678...\"\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void other_forms_of_a_value_are_accepted_and_checked_as_what_they_become(void **state)
{
    static const char split[] = "{\"type\":\"array\",\"x-split\":true,\"minItems\":1,"
                                "\"maxItems\":3,\"items\":{\"type\":\"string\",\"maxLength\":2}}";
    static const char list[] = "{\"type\":\"array\",\"x-list\":true,\"items\":{\"type\":"
                               "\"integer\",\"maximum\":9}}";
    static const char wrap[] = "{\"type\":\"object\",\"x-wrap\":\"id\",\"required\":[\"id\"],"
                               "\"additionalProperties\":false,"
                               "\"properties\":{\"id\":{\"type\":\"string\",\"minLength\":1}}}";
    static const char alerts[] = "{\"type\":\"array\",\"x-list\":true,\"items\":{\"type\":"
                                 "\"object\",\"x-wrap\":\"id\",\"properties\":{\"id\":{\"type\":"
                                 "\"string\",\"minLength\":1}}}}";
    const struct example examples[] = {
        {split, "[\"a\",\"b\"]", ""},
        {split, "\"a, b ,c\"", ""},
        {split, "\"a,,b\"", ""},
        {split, "\"\"", ": expected at least 1 item, found 0\n"},
        {split, "\" , \"", ": expected at least 1 item, found 0\n"},
        {split, "\"a,b,c,d\"", ": expected at most 3 items, found 4\n"},
        {split, "\"a,bcd\"", "/1: expected at most 2 characters, found 3\n"},
        {split, "5", ": expected string or array with commas, found number 5\n"},
        {list, "[1,2]", ""},
        {list, "3", ""},
        {list, "12", ": expected at most 9, found number 12\n"},
        {list, "null", ": expected array, found null\n"},
        {wrap, "{\"id\":\"x\"}", ""},
        {wrap, "\"x\"", ""},
        {wrap, "\"\"", ": expected at least 1 character, found 0\n"},
        {wrap, "5", ": expected string or object, found number 5\n"},
        {alerts, "\"a,b\"", ""},
        {alerts, "[\"a\",{\"id\":\"b\"}]", ""},
        {alerts, "{\"id\":\"\"}", "/id: expected at least 1 character, found 0\n"},
        {alerts, "[\"a\",\"\"]", "/1: expected at least 1 character, found 0\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void numbers_compare_by_value_over_the_whole_range(void **state)
{
    static const struct example examples[] = {
        {"{\"type\":\"integer\"}", "1.0", ""},
        {"{\"type\":\"integer\"}", "1e3", ""},
        {"{\"type\":\"integer\"}", "18446744073709551615", ""},
        {"{\"maximum\":9007199254740992}", "9007199254740993",
         ": expected at most 9007199254740992, found number 9007199254740993\n"},
        {"{\"maximum\":9223372036854775808}", "18446744073709551615",
         ": expected at most 9223372036854775808, found number 18446744073709551615\n"},
        {"{\"minimum\":0}", "18446744073709551615", ""},
        {"{\"minimum\":-5}", "-9223372036854775808",
         ": expected at least -5, found number -9223372036854775808\n"},
        {"{\"minimum\":0.5}", "1", ""},
        {"{\"maximum\":0.5}", "1", ": expected at most 0.5, found number 1\n"},
        {"{\"minimum\":-0.5}", "-1", ": expected at least -0.5, found number -1\n"},
        {"{\"const\":1.0}", "1", ""},
        {"{\"const\":18446744073709551615}", "18446744073709551614",
         ": expected 18446744073709551615, found number 18446744073709551614\n"},
        {"{\"const\":-1}", "18446744073709551615",
         ": expected -1, found number 18446744073709551615\n"},
        {"{\"const\":true}", "1", ": expected true, found number 1\n"},
        {"{\"uniqueItems\":true}", "[18446744073709551615,-1,9223372036854775807]", ""},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void lengths_count_characters(void **state)
{
    static const struct example examples[] = {
        {"{\"maxLength\":2}", "\"\xC3\xA9\xF0\x9F\x98\x80\"", ""},
        {"{\"minLength\":3}", "\"\xC3\xA9\xF0\x9F\x98\x80\"",
         ": expected at least 3 characters, found 2\n"},
        {"{\"const\":\"a\\\"b\"}", "\"a\\\"b\"", ""},
        {"{\"const\":\"\\u00e9\"}", "\"\xC3\xA9\"", ""},
    };
    (void)state;
    check(examples, COUNT(examples));
}

static void what_excludes_each_other_is_named_by_the_input_at_fault(void **state)
{
    static const char input[] =
        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"id\",\"tag\"],"
        "\"properties\":{\"id\":{\"x-in\":\"query\"},\"tag\":{\"x-in\":\"query\"},"
        "\"note\":{\"x-in\":\"body\"},\"parameters\":{\"x-in\":\"whole-query\"}}}";
    struct json_object *manifest = parse(input), *schema = schema_exclude(manifest);
    const char *text = json_object_to_json_string(schema);
    const struct example examples[] = {
        {text, "{\"id\":\"a\",\"tag\":\"b\"}", ""},
        {text, "{\"parameters\":{},\"note\":\"n\"}", ""},
        {text, "{\"id\":\"a\"}", "/tag: required, but missing\n"},
        {text, "{}", "/id: required, but missing\n/tag: required, but missing\n"},
        {text, "{\"id\":\"a\",\"tag\":\"b\",\"parameters\":{}}",
         "/id: not allowed together with \"parameters\"\n"
         "/tag: not allowed together with \"parameters\"\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
    json_object_put(manifest);
    json_object_put(schema);
}

static void of_several_forms_the_one_that_was_meant_is_explained(void **state)
{
    static const char forms[] =
        "{\"anyOf\":[{\"type\":\"string\",\"minLength\":2},{\"type\":\"object\",\"required\":"
        "[\"id\"]}]}";
    const struct example examples[] = {
        {forms, "\"ab\"", ""},
        {forms, "\"a\"", ": expected at least 2 characters, found 1\n"},
        {forms, "{}", "/id: required, but missing\n"},
        {forms, "5", ": expected string or object, found number 5\n"},
        {"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "3",
         ": expected exactly one of 2 forms, but several fit, found number 3\n"},
        {"{\"anyOf\":[{\"minimum\":1},{\"minimum\":2}]}", "0",
         ": expected one of 2 forms, none of which fits, found number 0\n"},
    };
    (void)state;
    check(examples, COUNT(examples));
}

/* ------------------------------------------------------------------ bounds */

static struct json_object *numbers(int n)
{
    struct json_object *list = json_object_new_array();
    for (int i = 0; i < n; i++)
        json_object_array_add(list, json_object_new_int(i));
    return list;
}

static void violations_beyond_the_most_are_counted(void **state)
{
    struct schema_builder builder = {0};
    struct json_object *json = parse("{\"items\":{\"type\":\"string\"}}"), *value = numbers(200);
    struct violations violations = {0};
    (void)state;
    assert_int_equal(validate(schema_build(&builder, json), value, &violations), 200);
    assert_int_equal(violations.n, VIOLATIONS_MAX);
    assert_int_equal(violations.more, 200 - VIOLATIONS_MAX);
    assert_string_equal(violations.items[VIOLATIONS_MAX - 1].pointer, "/63");
    violations_done(&violations);
    assert_int_equal(violations.n, 0);
    assert_null(violations.items);
    json_object_put(json);
    json_object_put(value);
    schema_builder_done(&builder);
}

static void violations_are_added_to_those_there_already(void **state)
{
    struct schema_builder builder = {0};
    struct json_object *json = parse("{\"type\":\"string\"}");
    struct violations violations = {0};
    const struct schema *schema = schema_build(&builder, json);
    (void)state;
    assert_int_equal(validate(schema, json, &violations), 1);
    assert_int_equal(validate(schema, json, &violations), 1);
    assert_int_equal(violations.n, 2);
    violations_done(&violations);
    json_object_put(json);
    schema_builder_done(&builder);
}

static void long_enumerations_and_long_names_stay_within_the_message(void **state)
{
    struct schema_builder builder = {0};
    struct json_object *json = json_object_new_object(), *values = json_object_new_array();
    char word[200];
    memset(word, 'w', sizeof(word));
    for (int i = 0; i < 50; i++) {
        snprintf(word + 100, 100, "-%d", i);
        json_object_array_add(values, json_object_new_string(word));
    }
    json_object_object_add(json, "enum", values);
    struct violations violations = {0};
    struct json_object *value = json_object_new_string(word + 1);
    (void)state;
    assert_int_equal(validate(schema_build(&builder, json), value, &violations), 1);
    assert_non_null(strstr(violations.items[0].message, " more, found string \"www"));
    violations_done(&violations);
    json_object_put(json);
    json_object_put(value);
    schema_builder_done(&builder);
}

static void a_deep_value_is_compared_without_harm(void **state)
{
    struct schema_builder builder = {0};
    struct json_object *json = parse("{\"uniqueItems\":true}");
    struct json_object *list = json_object_new_array();
    char deep[2001];
    memset(deep, '[', 1000);
    memset(deep + 1000, ']', 1000);
    deep[2000] = '\0';
    json_object_array_add(list, parse(deep));
    json_object_array_add(list, parse(deep));
    (void)state;
    assert_int_equal(validate(schema_build(&builder, json), list, NULL), 0);
    json_object_put(json);
    json_object_put(list);
    schema_builder_done(&builder);
}

static void a_repeated_item_is_found_in_a_long_list(void **state)
{
    struct schema_builder builder = {0};
    struct json_object *json = parse("{\"uniqueItems\":true}"), *list = numbers(20000);
    struct violations violations = {0};
    const struct schema *schema = schema_build(&builder, json);
    (void)state;
    assert_int_equal(validate(schema, list, &violations), 0);
    json_object_array_add(list, json_object_new_double(17.0));
    json_object_array_add(list, json_object_new_int(3));
    assert_int_equal(validate(schema, list, &violations), 1);
    assert_string_equal(violations.items[0].pointer, "/20000");
    violations_done(&violations);
    json_object_put(json);
    json_object_put(list);
    schema_builder_done(&builder);
}

/* ------------------------------------------------------------------ rules over several values */

static void limits_over_several_values_count_every_form(void **state)
{
    static const char *const lists[] = {"/evidence/alerts", "/evidence/events"};
    static const char *const tags[] = {"/tags"};
    static const struct action_limit limits[] = {
        {.joined_chars = false, .pointers = lists, .n_pointers = 2, .max = 3},
        {.joined_chars = true, .pointers = tags, .n_pointers = 1, .max = 6}};
    static const struct schema split = {.flags = SCHEMA_SPLIT}, list = {.flags = SCHEMA_LIST};
    static const struct schema_property inside[] = {{"alerts", &list}, {"events", &list}};
    static const struct schema evidence = {.properties = inside, .n_properties = 2};
    static const struct schema whole = {.in = SCHEMA_IN_WHOLE_BODY};
    static const struct schema_property inputs[] = {
        {"body", &whole}, {"evidence", &evidence}, {"tags", &split}};
    static const struct schema input_schema = {.properties = inputs, .n_properties = 3};
    static const struct action action = {.limits = limits, .n_limits = 2, .input = &input_schema};
    static const struct {
        const char *input, *violations;
    } examples[] = {
        {"{}", ""},
        {"{\"evidence\":5,\"tags\":{}}", ""},
        {"{\"evidence\":{\"alerts\":[\"a\",\"b\"],\"events\":\"c\"}}", ""},
        {"{\"evidence\":{\"alerts\":[\"a\",\"b\"],\"events\":[\"c\",\"d\"]}}",
         "/evidence/alerts: expected at most 3 items in /evidence/alerts and /evidence/events "
         "together, found 4\n"},
        {"{\"tags\":[\"abc\",\"d\xC3\xA9\xC3\xA9\"]}", ""},
        {"{\"tags\":[\"abc\",\"defg\"]}", "/tags: expected at most 6 characters in all, found 7\n"},
        {"{\"tags\":\" abc , def,\"}", ""},
        {"{\"tags\":\"abc,defg\"}", "/tags: expected at most 6 characters in all, found 7\n"},
        {"{\"evidence\":{\"alerts\":\"a,b,c,d\"}}", ""}, /* one id that holds commas */
        {"{\"body\":{\"evidence\":{\"alerts\":[{\"id\":\"a\"}],\"events\":[1,2]}}}", ""},
        {"{\"body\":{\"evidence\":{\"alerts\":[{\"id\":\"a\"}],\"events\":[1,2,3]}}}",
         "/body/evidence/alerts: expected at most 3 items in /body/evidence/alerts and "
         "/body/evidence/events together, found 4\n"},
        {"{\"body\":{\"tags\":[\"abc\",\"defg\"]}}",
         "/body/tags: expected at most 6 characters in all, found 7\n"},
        {"{\"body\":[1,2,3,4]}", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        struct json_object *input = parse(examples[i].input);
        struct violations violations = {0};
        struct buf text;
        int broken = validate_limits(&action, input, &violations);
        describe(&violations, &text);
        assert_string_equal(text.ptr, examples[i].violations);
        assert_int_equal(broken, violations.n);
        assert_int_equal(validate_limits(&action, input, NULL), broken);
        buf_done(&text);
        violations_done(&violations);
        json_object_put(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_violation_says_what_was_expected_and_what_was_found),
        cmocka_unit_test(every_violation_is_named_with_its_place),
        cmocka_unit_test(an_unknown_name_gets_the_nearest_known_one),
        cmocka_unit_test(text_of_the_caller_is_quoted_and_shortened),
        cmocka_unit_test(other_forms_of_a_value_are_accepted_and_checked_as_what_they_become),
        cmocka_unit_test(numbers_compare_by_value_over_the_whole_range),
        cmocka_unit_test(lengths_count_characters),
        cmocka_unit_test(what_excludes_each_other_is_named_by_the_input_at_fault),
        cmocka_unit_test(of_several_forms_the_one_that_was_meant_is_explained),
        cmocka_unit_test(violations_beyond_the_most_are_counted),
        cmocka_unit_test(violations_are_added_to_those_there_already),
        cmocka_unit_test(long_enumerations_and_long_names_stay_within_the_message),
        cmocka_unit_test(a_deep_value_is_compared_without_harm),
        cmocka_unit_test(a_repeated_item_is_found_in_a_long_list),
        cmocka_unit_test(limits_over_several_values_count_every_form),
    };
    return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
