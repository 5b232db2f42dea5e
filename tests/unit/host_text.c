/*
 * What soarhost prints: tables, progress, results and foreign text made harmless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_text.h"
#include "json_text.h"
#include "progress.h"
#include "render_json.h"
#include "result_view.h"
#include "schema_required.h"
#include "schema_rows.h"
#include "table.h"
#include "term.h"

/* A term that is no terminal and prints into a text, to be freed after fclose(term->out). */
static struct term text_term(char **text, size_t *len, int width)
{
    struct term term = {open_memstream(text, len), false, false, width};
    assert_non_null(term.out);
    return term;
}

static struct json_object *parsed(const char *text)
{
    struct json_object *value = NULL;
    struct host_error err;
    assert_true(json_text_parse(text, strlen(text), "test", &value, &err));
    return value;
}

static void foreign_text_cannot_control_the_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"\033[31mred\033[0m", "?[31mred?[0m"},
        {"a\nb\tc", "a b c"},
        {"bell\a del\x7f cr\r", "bell? del? cr?"},
        {"c1 \xc2\x9b"
         "31m",
         "c1 ?31m"},
        {"\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = NULL;
        size_t len = 0;
        struct term term = text_term(&text, &len, 80);
        term_text(&term, cases[i].text, strlen(cases[i].text));
        fclose(term.out);
        assert_string_equal(text, cases[i].shown);
        free(text);
    }
}

static void columns_are_aligned_and_the_last_one_is_wrapped(void **state)
{
    (void)state;
    static const char *const headings[] = {"name", "what"};
    char *text = NULL;
    size_t len = 0;
    struct term term = text_term(&text, &len, 60);
    struct table *table = table_new(headings, 2);
    table_add(table,
              (const char *const[]){"a", "one two three four five six seven eight nine ten "
                                         "eleven twelve"},
              TERM_PLAIN);
    table_add(table, (const char *const[]){"\xc3\xa4\xc3\xb6\xc3\xbc", NULL}, TERM_PLAIN);
    table_print(table, &term, 2);
    table_free(table);
    fclose(term.out);
    assert_string_equal(text, "  name  what\n"
                              "  a     one two three four five six seven eight nine ten\n"
                              "        eleven twelve\n"
                              "  \xc3\xa4\xc3\xb6\xc3\xbc\n");
    free(text);
}

static void a_last_column_without_room_goes_below(void **state)
{
    (void)state;
    static const char *const headings[] = {"name", "what"};
    char *text = NULL;
    size_t len = 0;
    struct term term = text_term(&text, &len, 40);
    struct table *table = table_new(headings, 2);
    table_add(table, (const char *const[]){"a_rather_long_name", "some words that need room"},
              TERM_PLAIN);
    table_print(table, &term, 0);
    table_free(table);
    fclose(term.out);
    assert_string_equal(text, "name\na_rather_long_name\n      some words that need room\n");
    free(text);
}

static void progress_shows_bytes_or_items(void **state)
{
    (void)state;
    static const struct {
        uint64_t done, total;
        int width;
        bool items;
        const char *line;
    } cases[] = {
        {0, 0, 80, false, "get  0 B"},
        {1536, 0, 80, false, "get  1.5 KB"},
        {200, 0, 80, true, "get  200 items"},
        {50, 100, 53, true, "get  [#####-----]  50%  50 of 100"},
        {100, 100, 53, true, "get  [##########] 100%  100 of 100"},
        {101, 100, 53, true, "get  [##########] 100%  101 of 100"},
        {1048576, 4194304, 30, false, "get   25%"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char line[128];
        progress_line(line, sizeof(line), cases[i].width, "get", cases[i].done, cases[i].total,
                      cases[i].items);
        assert_string_equal(line, cases[i].line);
    }
}

static void a_result_is_told_in_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *document, *line;
    } cases[] = {
        {"{\"resources\":[]}", "no results"},
        {"{\"resources\":[\"a\",\"b\"]}", "2 results: a, ..."},
        {"{\"resources\":[{\"id\":\"x\"}]}", "x"},
        {"{\"resources\":[{\"id\":\"x\",\"name\":\"N\",\"status\":\"new\",\"version\":3,"
         "\"reference_id\":\"R-1\",\"evidence\":{\"alerts\":{\"records\":[1,2]},"
         "\"events\":{\"records\":[1]}}}]}",
         "R-1, status new, version 3, N, 2 alerts, 1 event"},
        {"{\"file\":{\"path\":\"/w/a\",\"bytes\":2048}}", "/w/a, 2.0 KB (2048 bytes)"},
        {"{\"request\":{\"method\":\"GET\",\"url\":\"http://x\"}}", "would send GET http://x"},
        {"{\"error\":{\"message\":\"no\"}}", "no"},
        {"{\"value\":\"deleted\"}", "one value"},
        {"{}", "done"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *document = parsed(cases[i].document);
        char *line = result_summary(document);
        assert_string_equal(line, cases[i].line);
        free(line);
        json_object_put(document);
    }
}

static void empty_members_are_left_out_for_people(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    struct term term = text_term(&text, &len, 80);
    struct json_object *value = parsed("{\"id\":\"x\",\"n\":0,\"no\":false,\"e\":\"\",\"o\":{\"a\":"
                                       "[],\"b\":null},\"list\":[{\"k\":1,\"l\":2},\"t\"]}");
    render_json(&term, value, 0);
    json_object_put(value);
    fclose(term.out);
    assert_string_equal(text, "id: x\nn: 0\nno: false\nlist:\n  - k: 1\n    l: 2\n  - t\n");
    free(text);
}

static void a_configuration_string_cannot_end_early(void **state)
{
    (void)state;
    static const struct {
        const char *text, *quoted;
    } cases[] = {
        {"/tmp/a b", "\"/tmp/a b\""},
        {"a\"; x = \"", "\"a\\\"; x = \\\"\""},
        {"back\\slash\n", "\"back\\\\slash\\x0a\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *quoted = config_text_quote(cases[i].text);
        assert_string_equal(quoted, cases[i].quoted);
        free(quoted);
    }
}

static void json_errors_name_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
    } cases[] = {
        {"{\n \"a\" 1}", "f:2:6"}, {"", "f:1:1"},    {"{\"a\":1", "f:1:7"},
        {"{} x", "f:1:4"},         {"'a'", "f:1:1"}, {"[1,]", "f:1:4"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *value = NULL;
        struct host_error err = {0};
        assert_false(json_text_parse(cases[i].text, strlen(cases[i].text), "f", &value, &err));
        assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
        assert_string_equal(err.where, cases[i].where);
        assert_null(value);
    }
}

static void schemas_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *schema, *type, *limits;
    } cases[] = {
        {"{\"type\":\"integer\",\"minimum\":1,\"maximum\":100}", "integer", "1..100"},
        {"{\"type\":\"string\",\"maxLength\":256}", "string", "up to 256 chars"},
        {"{\"type\":\"string\",\"minLength\":1}", "string", ""},
        {"{\"enum\":[\"new\",\"closed\"]}", "string", "new|closed"},
        {"{\"type\":[\"array\",\"string\"],\"items\":{\"type\":\"string\"},\"minItems\":1}",
         "list or string", ""},
        {"{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"maxItems\":3}", "list of integer",
         "up to 3 items"},
        {"{\"anyOf\":[{\"type\":\"object\"},{\"type\":\"string\"}]}", "object or string", ""},
        {"{\"$ref\":\"#/$defs/s\",\"$defs\":{\"s\":{\"type\":\"boolean\"}}}", "boolean", ""},
        {"{}", "any", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_object *schema = parsed(cases[i].schema);
        char *type = schema_type_name(schema, schema), *limits = schema_limits(schema);
        assert_string_equal(type, cases[i].type);
        assert_string_equal(limits, cases[i].limits);
        free(type);
        free(limits);
        json_object_put(schema);
    }
}

static void required_names_depend_on_what_is_given(void **state)
{
    (void)state;
    struct json_object *schema = parsed("{\"required\":[\"x\"],\"if\":{\"required\":[\"body\"]},"
                                        "\"then\":{},\"else\":{\"required\":[\"id\",\"tag\"]}}");
    struct json_object *body = parsed("{\"body\":{}}");
    assert_string_equal(schema_required(schema, NULL, 0), "x");
    assert_string_equal(schema_required(schema, NULL, 2), "tag");
    assert_null(schema_required(schema, NULL, 3));
    assert_string_equal(schema_required(schema, body, 0), "x");
    assert_null(schema_required(schema, body, 1));
    json_object_put(body);
    json_object_put(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_text_cannot_control_the_terminal),
        cmocka_unit_test(columns_are_aligned_and_the_last_one_is_wrapped),
        cmocka_unit_test(a_last_column_without_room_goes_below),
        cmocka_unit_test(progress_shows_bytes_or_items),
        cmocka_unit_test(a_result_is_told_in_one_line),
        cmocka_unit_test(empty_members_are_left_out_for_people),
        cmocka_unit_test(a_configuration_string_cannot_end_early),
        cmocka_unit_test(json_errors_name_line_and_column),
        cmocka_unit_test(schemas_are_told_in_words),
        cmocka_unit_test(required_names_depend_on_what_is_given),
    };
    return cmocka_run_group_tests_name("host_text", tests, NULL, NULL);
}
