/* The growing string: what it holds, where it stops, how it quotes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void assert_holds(const struct buf *b, const char *text)
{
    assert_int_equal(b->failed, BUF_FINE);
    assert_int_equal(b->len, strlen(text));
    assert_string_equal(b->ptr, text);
}

static void an_empty_buffer_is_an_empty_string_without_memory(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 10);
    assert_holds(&b, "");
    assert_int_equal(b.cap, 0);
    buf_add(&b, "", 0);
    assert_holds(&b, "");
    buf_done(&b);
    assert_holds(&b, "");
}

static void appends_follow_one_another(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    buf_adds(&b, "one");
    buf_addc(&b, ' ');
    buf_add(&b, "two-and-more", 3);
    buf_addf(&b, " %d %s", 3, "four");
    assert_holds(&b, "one two 3 four");
    buf_done(&b);
}

static void bytes_may_hold_nul(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    buf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.ptr, "a\0b", 4);
    buf_done(&b);
}

static void it_grows_to_its_ceiling_and_not_past_it(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++)
        buf_addc(&b, 'x');
    assert_int_equal(b.len, 1000);
    assert_int_equal(b.failed, BUF_FINE);
    assert_int_equal(b.cap, 1001);
    buf_addc(&b, 'x');
    assert_int_equal(b.len, 1000);
    assert_int_equal(b.ptr[1000], 0);
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_done(&b);
}

static void a_failed_buffer_takes_nothing_more_until_cleared(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 4);
    buf_adds(&b, "abc");
    buf_adds(&b, "de");
    buf_addc(&b, 'f');
    buf_addf(&b, "%s", "g");
    buf_add_int(&b, 1);
    assert_string_equal(b.ptr, "abc");
    assert_int_equal(b.failed, BUF_TOO_BIG);
    assert_false(buf_reserve(&b, 0));
    buf_clear(&b);
    buf_adds(&b, "wxyz");
    assert_holds(&b, "wxyz");
    buf_done(&b);
}

static void a_formatted_append_past_the_ceiling_leaves_what_was_there(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 20);
    buf_adds(&b, "before");
    buf_addf(&b, "%s", "0123456789012345");
    assert_int_equal(b.failed, BUF_TOO_BIG);
    assert_string_equal(b.ptr, "before");
    buf_done(&b);
}

static void reserving_makes_room_at_once(void **state)
{
    struct buf b;
    const char *before;
    (void)state;

    buf_init(&b, 100000);
    assert_true(buf_reserve(&b, 50000));
    before = b.ptr;
    for (int i = 0; i < 50000; i++)
        buf_addc(&b, 'x');
    assert_ptr_equal(b.ptr, before);
    assert_false(buf_reserve(&b, 50001));
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_done(&b);
}

static void more_than_the_address_space_is_too_big_and_no_overflow(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 100);
    buf_adds(&b, "abc");
    assert_false(buf_reserve(&b, SIZE_MAX));
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_clear(&b);
    buf_add_json(&b, "x", SIZE_MAX - 1);
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_done(&b);
}

static void integers_keep_all_their_digits(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {{0, "0"},
                {-1, "-1"},
                {1234567890123, "1234567890123"},
                {INT64_MAX, "9223372036854775807"},
                {INT64_MIN, "-9223372036854775808"}};
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&b);
        buf_add_int(&b, rows[i].value);
        assert_holds(&b, rows[i].text);
    }
    buf_done(&b);
}

static void json_strings_are_quoted_and_escaped(void **state)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a/b", "\"a/b\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
        {"a long text with a quote \" behind more than sixteen bytes",
         "\"a long text with a quote \\\" behind more than sixteen bytes\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&b);
        buf_add_json(&b, rows[i].text, strlen(rows[i].text));
        assert_holds(&b, rows[i].json);
    }
    buf_clear(&b);
    buf_add_json(&b, "a\0b", 3);
    assert_holds(&b, "\"a\\u0000b\"");
    buf_done(&b);
}

static void a_json_string_that_does_not_fit_fails(void **state)
{
    struct buf b;
    (void)state;

    buf_init(&b, 6);
    buf_add_json(&b, "abcd", 4);
    assert_holds(&b, "\"abcd\"");
    buf_clear(&b);
    buf_add_json(&b, "abcde", 5);
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_clear(&b);
    buf_add_json(&b, "a\x01", 2);
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_done(&b);
}

static void url_parts_keep_only_unreserved_bytes(void **state)
{
    static const struct {
        const char *text, *url;
    } rows[] = {
        {"AZaz09-._~", "AZaz09-._~"},       {"a b+c", "a%20b%2Bc"},
        {"name:*'x'", "name%3A%2A%27x%27"}, {"/?#&=%", "%2F%3F%23%26%3D%25"},
        {"\xc3\xa9\n", "%C3%A9%0A"},
    };
    struct buf b;
    (void)state;

    buf_init(&b, 1000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&b);
        buf_add_url(&b, rows[i].text, strlen(rows[i].text));
        assert_holds(&b, rows[i].url);
    }
    buf_done(&b);
}

static void taking_hands_over_the_memory_and_leaves_the_buffer_usable(void **state)
{
    struct buf b;
    size_t len = 0;
    char *text;
    (void)state;

    buf_init(&b, 100);
    buf_adds(&b, "hello");
    text = buf_take(&b, &len);
    assert_string_equal(text, "hello");
    assert_int_equal(len, 5);
    assert_holds(&b, "");
    free(text);
    text = buf_take(&b, NULL);
    assert_string_equal(text, "");
    free(text);
    buf_adds(&b, "again");
    assert_holds(&b, "again");
    buf_done(&b);
}

static void a_failed_buffer_gives_nothing_but_still_says_why(void **state)
{
    struct buf b;
    size_t len = 7;
    (void)state;

    buf_init(&b, 2);
    buf_adds(&b, "ab");
    buf_adds(&b, "c");
    assert_null(buf_take(&b, &len));
    assert_int_equal(len, 7);
    assert_int_equal(b.len, 0);
    assert_int_equal(b.failed, BUF_TOO_BIG);
    buf_done(&b);
    assert_int_equal(b.failed, BUF_FINE);
}

static void a_secret_buffer_keeps_its_text_when_it_grows(void **state)
{
    struct buf b;
    (void)state;

    buf_init_secret(&b, 10000);
    for (int i = 0; i < 1000; i++)
        buf_adds(&b, "secret");
    assert_int_equal(b.failed, BUF_FINE);
    assert_int_equal(b.len, 6000);
    for (size_t i = 0; i < 6000; i += 6)
        assert_memory_equal(b.ptr + i, "secret", 6);
    buf_wipe_done(&b);
    assert_holds(&b, "");
}

static void memory_to_be_used_again_changes_hands_overwritten(void **state)
{
    static const struct {
        size_t most, max;
        bool kept;
    } rows[] = {{4096, 4096, true}, {100, 4096, false}, {4096, 100, false}};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf from, to;
        buf_init(&from, 4096);
        buf_init(&to, rows[i].max);
        buf_adds(&from, "what somebody asked for");
        assert_true(buf_reserve(&from, 1000));
        size_t cap = from.cap;
        buf_keep(&from, rows[i].most, &to);
        assert_int_equal(from.cap, 0);
        assert_holds(&to, "");
        assert_int_equal(to.cap, rows[i].kept ? cap : 0);
        for (size_t k = 0; k < to.cap; k++)
            assert_int_equal(to.ptr[k], 0);
        buf_done(&from);
        buf_done(&to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_string_without_memory),
        cmocka_unit_test(appends_follow_one_another),
        cmocka_unit_test(bytes_may_hold_nul),
        cmocka_unit_test(it_grows_to_its_ceiling_and_not_past_it),
        cmocka_unit_test(a_failed_buffer_takes_nothing_more_until_cleared),
        cmocka_unit_test(a_formatted_append_past_the_ceiling_leaves_what_was_there),
        cmocka_unit_test(reserving_makes_room_at_once),
        cmocka_unit_test(more_than_the_address_space_is_too_big_and_no_overflow),
        cmocka_unit_test(integers_keep_all_their_digits),
        cmocka_unit_test(json_strings_are_quoted_and_escaped),
        cmocka_unit_test(a_json_string_that_does_not_fit_fails),
        cmocka_unit_test(url_parts_keep_only_unreserved_bytes),
        cmocka_unit_test(taking_hands_over_the_memory_and_leaves_the_buffer_usable),
        cmocka_unit_test(a_failed_buffer_gives_nothing_but_still_says_why),
        cmocka_unit_test(memory_to_be_used_again_changes_hands_overwritten),
        cmocka_unit_test(a_secret_buffer_keeps_its_text_when_it_grows),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
