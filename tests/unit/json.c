/* json-c as the plugin uses it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static struct json_object *parsed(const char *text)
{
    struct error err;
    struct json_object *value;

    error_clear(&err);
    value = json_parse(text, strlen(text), 32, &err);
    if (value == NULL)
        fail_msg("%s: %s", text, err.message);
    assert_int_equal(err.status, SOAR_OK);
    return value;
}

/* Whole where there is room, and never cut without a word where there is not. */
static void expect_printed(struct json_object *value, const char *text)
{
    struct buf out;

    buf_init(&out, strlen(text));
    json_print(value, &out);
    assert_int_equal(out.failed, BUF_FINE);
    assert_string_equal(out.ptr, text);
    buf_done(&out);
    buf_init(&out, strlen(text) - 1);
    json_print(value, &out);
    assert_int_equal(out.failed, BUF_TOO_BIG);
    buf_done(&out);
}

static void what_is_parsed_is_printed_the_same(void **state)
{
    static const char *const texts[] = {
        "{\"a\":[1,-2,true,false,null,\"x\"],\"b\":{}}",
        "[9223372036854775807,-9223372036854775808,18446744073709551615]",
        "[0.1,1e5,1E-7,-0.0,1.0,123456789.123456789,1.7976931348623157e308,1e-400]",
        "\"a\\\"b\\\\c/d\\n\\u0001\"",
        "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
        "12",
        "-0.50",
        "true",
        "[]",
    };
    (void)state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct json_object *value = parsed(texts[i]);
        size_t len = 0;
        assert_string_equal(json_text(value, &len), texts[i]);
        assert_int_equal(len, strlen(texts[i]));
        expect_printed(value, texts[i]);
        json_object_put(value);
    }
}

static void an_integer_minus_zero_is_zero(void **state)
{
    struct json_object *value = parsed("[-0]");
    (void)state;

    assert_string_equal(json_text(value, NULL), "[0]");
    json_object_put(value);
}

static void a_text_need_not_end_with_nul(void **state)
{
    static const char text[] = {'1', '2', '3', '4'};
    struct error err;
    (void)state;

    error_clear(&err);
    struct json_object *value = json_parse(text, 3, 4, &err);
    assert_int_equal(json_object_get_int64(value), 123);
    json_object_put(value);
}

static void refusals_say_what_where_and_what_to_do(void **state)
{
    static const struct {
        const char *text, *reason, *where, *message;
    } rows[] = {
        {"", "bad_json", "", "there is no JSON value, at byte 0 of 0"},
        {"{\"a\":[1,}", "bad_json", "/a/1", "not valid JSON, at byte 8 of 9"},
        {"{\"a\":{\"b\":", "bad_json", "/a/b", "the text ends inside a value, at byte 10 of 10"},
        {"{} 1", "bad_json", "", "more follows after the value, at byte 3 of 4"},
        {"{\"a\":\"\xff\"}", "bad_utf8", "/a", "not valid UTF-8, at byte 6 of 9"},
        {"{\"a\":\"\\ud800\"}", "bad_utf8", "/a", "not valid UTF-8, at byte 6 of 14"},
        {"{\"a\":[[[[]]]]}", "too_deep", "/a/0/0/0", "nested too deep, at byte 8 of 14"},
        {"[1,1e999]", "number_out_of_range", "/1", "number out of range, at byte 3 of 9"},
        {"{\"a\":99999999999999999999}", "number_out_of_range", "/a",
         "number out of range, at byte 5 of 26"},
        {"[\"a\\u0000b\"]", "nul_in_string", "/0", "NUL in a string, at byte 3 of 12"},
        {"{\"a\":{\"x/y\":1,\"x/y\":2}}", "duplicate_name", "/a/x~1y",
         "member name stands twice, at byte 14 of 23"},
    };
    struct error err;
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        error_clear(&err);
        assert_null(json_parse(rows[i].text, strlen(rows[i].text), 4, &err));
        assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
        assert_string_equal(err.reason, rows[i].reason);
        assert_string_equal(err.where, rows[i].where);
        assert_string_equal(err.message, rows[i].message);
        assert_string_not_equal(err.hint, "");
        assert_int_equal(err.outcome, OUTCOME_NOT_SENT);
    }
}

static void null_alone_is_refused(void **state)
{
    struct error err;
    (void)state;

    error_clear(&err);
    assert_null(json_parse(" null ", 6, 4, &err));
    assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
    assert_string_equal(err.message, "the JSON value is null");
}

static void a_text_past_what_json_c_counts_is_refused_unread(void **state)
{
    struct error err;
    (void)state;

    error_clear(&err);
    assert_null(json_parse("1", (size_t)INT32_MAX + 1, 4, &err));
    assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
    assert_string_equal(err.reason, "too_big");
}

static void every_depth_that_the_scanner_takes_is_parsed(void **state)
{
    char text[2 * 1024 + 2];
    struct error err;
    (void)state;

    for (unsigned depth = 1; depth <= 1024; depth *= 2) {
        memset(text, '[', depth);
        text[depth] = '1';
        memset(text + depth + 1, ']', depth);
        error_clear(&err);
        struct json_object *value = json_parse(text, 2 * depth + 1, depth, &err);
        assert_non_null(value);
        json_object_put(value);
        struct span whole = {0, 2 * depth + 1};
        value = json_parse_span(text, whole);
        assert_non_null(value);
        json_object_put(value);
    }
}

static void a_reader_reads_one_text_after_the_other_and_keeps_nothing_of_them(void **state)
{
    static const struct {
        const char *text;
        bool fine;
    } rows[] = {
        {"{\"a\":\"the first\"}", true},
        {"{\"a\":[1,}", false},
        {"[[[[[[[[[[[[[[[[[[[[7]]]]]]]]]]]]]]]]]]]]", true},
        {"{\"b\":{\"c\":2.50}}", true},
        {"[99999999999999999999]", false},
        {"\"the last\"", true},
        {"-17", true},
    };
    struct json_reader reader = {0};
    struct error err;
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        error_clear(&err);
        struct json_object *value =
            json_parse_with(&reader, rows[i].text, strlen(rows[i].text), 64, &err);
        assert_int_equal(value != NULL, rows[i].fine);
        if (value != NULL)
            expect_printed(value, rows[i].text);
        json_object_put(value);
        json_reader_clear(&reader, 4096);
        if (reader.tokener == NULL)
            continue;
        const struct printbuf *text = reader.tokener->pb;
        for (int k = 0; k < text->size; k++)
            assert_int_equal(text->buf[k], 0);
    }
    assert_non_null(reader.tokener);
    json_reader_clear(&reader, 1);
    assert_null(reader.tokener); /* more than was to be kept */
    json_reader_done(&reader);
}

static void a_part_of_an_answer_is_parsed_in_place(void **state)
{
    static const char text[] = "{\"meta\":{\"n\":12},\"x\":7,\"y\":null,\"z\":-1.5}";
    struct span meta = {8, 8}, number = {21, 1}, null = {27, 4}, nothing = {0, 0}, real = {36, 4};
    struct json_object *value;
    (void)state;

    value = json_parse_span(text, meta);
    assert_int_equal(json_int_at(value, "/n", -1), 12);
    json_object_put(value);
    value = json_parse_span(text, number);
    assert_int_equal(json_object_get_int64(value), 7);
    json_object_put(value);
    value = json_parse_span(text, real);
    assert_string_equal(json_text(value, NULL), "-1.5");
    json_object_put(value);
    assert_null(json_parse_span(text, null));
    assert_null(json_parse_span(text, nothing));
}

static void a_number_past_64_bits_in_an_answer_does_not_lose_the_rest(void **state)
{
    static const char text[] = "{\"big\":123456789012345678901234567890,\"id\":\"a\"}";
    struct span whole = {0, sizeof(text) - 1};
    struct json_object *value = json_parse_span(text, whole);
    (void)state;

    assert_string_equal(json_string_at(value, "/id"), "a");
    json_object_put(value);
}

static void values_are_read_by_pointer(void **state)
{
    struct json_object *root = parsed("{\"a\":{\"b\":[\"x\",{\"c/d\":5}]},\"n\":null,\"f\":2.9,"
                                      "\"t\":true,\"u\":18446744073709551615,\"e~\":\"tilde\"}");
    (void)state;

    assert_ptr_equal(json_at(root, ""), root);
    assert_string_equal(json_string_at(root, "/a/b/0"), "x");
    assert_int_equal(json_int_at(root, "/a/b/1/c~1d", -1), 5);
    assert_string_equal(json_string_at(root, "/e~0"), "tilde");
    assert_int_equal(json_int_at(root, "/f", -1), 2);
    assert_true(json_int_at(root, "/u", -1) == INT64_MAX);
    json_object_put(root);
}

static void what_is_not_there_or_of_another_type_is_none(void **state)
{
    struct json_object *root = parsed("{\"a\":[1],\"s\":\"7\",\"n\":null,\"t\":true}");
    (void)state;

    assert_null(json_at(root, "/b"));
    assert_null(json_at(root, "/a/1"));
    assert_null(json_at(root, "/a/x"));
    assert_null(json_at(root, "/n"));
    assert_null(json_at(root, "a"));
    assert_null(json_at(NULL, "/a"));
    assert_null(json_at(NULL, ""));
    assert_null(json_string_at(root, "/a"));
    assert_null(json_string_at(root, "/n"));
    assert_int_equal(json_int_at(root, "/s", -1), -1);
    assert_int_equal(json_int_at(root, "/t", -1), -1);
    assert_int_equal(json_int_at(root, "/n", -1), -1);
    json_object_put(root);
}

static void null_is_printed_as_null(void **state)
{
    size_t len = 0;
    (void)state;

    assert_string_equal(json_text(NULL, &len), "null");
    assert_int_equal(len, 4);
}

static void pointers_grow_by_escaped_tokens(void **state)
{
    char pointer[64] = "";
    (void)state;

    json_pointer_add(pointer, sizeof(pointer), "a");
    json_pointer_add_index(pointer, sizeof(pointer), 120);
    json_pointer_add(pointer, sizeof(pointer), "x/y~z");
    json_pointer_add(pointer, sizeof(pointer), "");
    json_pointer_add(pointer, sizeof(pointer), "\xc3\xa9\xff");
    assert_string_equal(pointer, "/a/120/x~1y~0z//\xc3\xa9\xff");
}

static void a_pointer_without_room_is_cut_between_characters(void **state)
{
    static const char *const want[] = {
        "", "", "/", "/a", "/a", "/a~0", "/a~0", "/a~0\xc3\xa9", "/a~0\xc3\xa9", "/a~0\xc3\xa9~1"};
    (void)state;

    for (size_t size = 0; size < sizeof(want) / sizeof(want[0]); size++) {
        char pointer[16];
        memset(pointer, 'x', sizeof(pointer));
        if (size != 0)
            pointer[0] = '\0';
        json_pointer_add(pointer, size, "a~\xc3\xa9/");
        if (size != 0)
            assert_string_equal(pointer, want[size]);
        assert_int_equal(pointer[size], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_parsed_is_printed_the_same),
        cmocka_unit_test(an_integer_minus_zero_is_zero),
        cmocka_unit_test(a_text_need_not_end_with_nul),
        cmocka_unit_test(refusals_say_what_where_and_what_to_do),
        cmocka_unit_test(null_alone_is_refused),
        cmocka_unit_test(a_text_past_what_json_c_counts_is_refused_unread),
        cmocka_unit_test(every_depth_that_the_scanner_takes_is_parsed),
        cmocka_unit_test(a_reader_reads_one_text_after_the_other_and_keeps_nothing_of_them),
        cmocka_unit_test(a_part_of_an_answer_is_parsed_in_place),
        cmocka_unit_test(a_number_past_64_bits_in_an_answer_does_not_lose_the_rest),
        cmocka_unit_test(values_are_read_by_pointer),
        cmocka_unit_test(what_is_not_there_or_of_another_type_is_none),
        cmocka_unit_test(null_is_printed_as_null),
        cmocka_unit_test(pointers_grow_by_escaped_tokens),
        cmocka_unit_test(a_pointer_without_room_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
