/* Characters of UTF-8 text: how long they are, where a text may be cut, what is cleaned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void a_character_has_its_length_and_other_bytes_have_none(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {
        {"a", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},
        {"\xbf", 0},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xed\xa0\x80", 0},
        {"\xed\xbf\xbf", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"\xc3(", 0},
        {"\xe2\x82(", 0},
        {"\xe2(\xac", 0},
        {"\xf0\x9f\x98(", 0},
        {"\xf0\x9f(\x80", 0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n = strlen(rows[i].text);
        assert_int_equal(utf8_length(rows[i].text, n), rows[i].length);
        for (size_t less = 0; less < rows[i].length; less++)
            assert_int_equal(utf8_length(rows[i].text, less), 0);
    }
    assert_int_equal(utf8_length("\0", 1), 1);
}

static void a_cut_never_splits_a_character(void **state)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    (void)state;

    for (size_t max = 0; max < sizeof(want) / sizeof(want[0]); max++)
        assert_int_equal(utf8_cut(text, sizeof(text) - 1, max), want[max]);
}

static void bytes_that_are_no_characters_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t max = 0; max <= 5; max++) {
        assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80", 5, max), max);
        assert_int_equal(utf8_cut("\xff\xff\xff\xff\xff", 5, max), max);
        assert_int_equal(utf8_cut("\xe2\x82"
                                  "abc",
                                  5, max),
                         max);
    }
}

static void code_points_are_written_in_their_shortest_form(void **state)
{
    static const struct {
        uint32_t code_point;
        const char *text;
    } rows[] = {{0x41, "A"},
                {0x7f, "\x7f"},
                {0x80, "\xc2\x80"},
                {0x7ff, "\xdf\xbf"},
                {0x800, "\xe0\xa0\x80"},
                {0xffff, "\xef\xbf\xbf"},
                {0x10000, "\xf0\x90\x80\x80"},
                {0x10ffff, "\xf4\x8f\xbf\xbf"}};
    char bytes[4];
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n = utf8_put(bytes, rows[i].code_point);
        assert_int_equal(n, strlen(rows[i].text));
        assert_memory_equal(bytes, rows[i].text, n);
    }
}

static void control_characters_are_cleaned_and_nothing_else(void **state)
{
    char text[] = "a\tb\r\n\x1b\x7f\xc3\xa9 ~";
    (void)state;

    utf8_clean(text, sizeof(text) - 1);
    assert_string_equal(text, "a b    \xc3\xa9 ~");
    utf8_clean(text, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_character_has_its_length_and_other_bytes_have_none),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(bytes_that_are_no_characters_may_be_cut_anywhere),
        cmocka_unit_test(code_points_are_written_in_their_shortest_form),
        cmocka_unit_test(control_characters_are_cleaned_and_nothing_else),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
