/* Names that stand twice in one object. */
#include "scan_texts.h"

static void a_name_may_stand_once_in_an_object(void **state)
{
    static const struct verdict rows[] = {
        {"{\"a\":1,\"a\":2}", 0, SCAN_DUPLICATE, 7, SCAN_OK},
        {"{\"\":1,\"\":2}", 0, SCAN_DUPLICATE, 6, SCAN_OK},
        {"{\"a\":1,\"b\":2,\"a\":3}", 0, SCAN_DUPLICATE, 13, SCAN_OK},
        {"[{\"a\":{\"b\":1,\"b\":2}}]", 0, SCAN_DUPLICATE, 13, SCAN_OK},
        {"{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}", 0, SCAN_OK, 0, SCAN_OK},
        {"{\"a\":[1,\"a\",\"a\",{\"c\":1},\"a\"],\"b\":\"a\"}", 0, SCAN_OK, 0, SCAN_OK},
        {"{\"a\":{},\"b\":[],\"a\":1}", 0, SCAN_DUPLICATE, 15, SCAN_OK},
        {"{\"a\":[[{}],{\"a\":[]}],\"a\":1}", 0, SCAN_DUPLICATE, 21, SCAN_OK},
        {"{\"abcdefgh1\":1,\"abcdefgh2\":1,\"abcdefgh\":1}", 0, SCAN_OK, 0, SCAN_OK},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

static void names_are_compared_as_they_read_not_as_they_are_written(void **state)
{
    static const struct verdict rows[] = {
        {"{\"a\":1,\"\\u0061\":2}", 0, SCAN_DUPLICATE, 7, SCAN_OK},
        {"{\"\\u00e9\":1,\"\xc3\xa9\":2}", 0, SCAN_DUPLICATE, 12, SCAN_OK},
        {"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", 0, SCAN_DUPLICATE, 18, SCAN_OK},
        {"{\"a\\/b\":1,\"a/b\":2}", 0, SCAN_DUPLICATE, 10, SCAN_OK},
        {"{\"\\n\":1,\"\\u000A\":2}", 0, SCAN_DUPLICATE, 8, SCAN_OK},
        {"{\"\\\\n\":1,\"\\n\":2}", 0, SCAN_OK, 0, SCAN_OK},
        {"{\"\\\"\":1,\"\\\\\":2,\"\\\\\\\"\":3}", 0, SCAN_OK, 0, SCAN_OK},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

static void of_several_the_first_in_the_text_is_told(void **state)
{
    static const struct verdict rows[] = {
        {"{\"a\":1,\"a\":{\"x\":1,\"x\":2}}", 0, SCAN_DUPLICATE, 7, SCAN_OK},
        {"{\"o\":{\"x\":1,\"x\":2},\"a\":1,\"a\":2}", 0, SCAN_DUPLICATE, 12, SCAN_OK},
        {"{\"a\":1,\"b\":1,\"b\":2,\"a\":2}", 0, SCAN_DUPLICATE, 13, SCAN_OK},
        {"{\"a\":1,\"a\":2,\"a\":3}", 0, SCAN_DUPLICATE, 7, SCAN_OK},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

static void broken_text_is_told_before_names_that_stand_twice(void **state)
{
    static const struct verdict rows[] = {
        {"{\"a\":1,\"a\":2", 0, SCAN_TRUNCATED, 12, SCAN_TRUNCATED},
        {"{\"a\":1,\"a\":2}x", 0, SCAN_TRAILING, 13, SCAN_TRAILING},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

/* A name is head, a number, and tail, which also holds the value. */
struct form {
    const char *head, *tail;
};

static size_t member(char *text, const struct form *form, int number)
{
    return (size_t)sprintf(text, "%s%d%s", form->head, number, form->tail);
}

/* n members; one more at the end named as number again, unless it is negative. */
static size_t members(char *text, int n, const struct form *form, int again)
{
    size_t len = 0;

    text[len++] = '{';
    for (int i = 0; i < n; i++) {
        len += member(text + len, form, i);
        text[len++] = ',';
    }
    if (again >= 0)
        len += member(text + len, form, again);
    else
        len--;
    text[len++] = '}';
    return len;
}

static void objects_of_any_size_are_searched(void **state)
{
    static const struct form forms[] = {
        {"\"n", "\":1"}, {"\"a-rather-long-name-", "\":[]"}, {"\"\\u006e", "\":{\"x\":1}"}};
    static char text[EDGE_BYTES];
    struct scan_error error;
    (void)state;

    for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
        for (int n = 1; n <= 1500; n = n < 70 ? n + 1 : n * 3) {
            size_t len = members(text, n, &forms[f], -1);
            assert_int_equal(scan_strict(at_edge(text, len), len, 3, &error), SCAN_OK);
            for (int again = 0; again < n; again += 1 + n / 7) {
                size_t longer = members(text, n, &forms[f], again);
                assert_int_equal(scan_strict(at_edge(text, longer), longer, 3, &error),
                                 SCAN_DUPLICATE);
                assert_int_equal(error.offset, len);
            }
        }
    }
}

static void names_of_many_open_objects_are_kept_apart(void **state)
{
    static char text[EDGE_BYTES];
    struct scan_error error;
    size_t len = 0;
    (void)state;

    for (int i = 0; i < 500; i++)
        len += (size_t)sprintf(text + len, "{\"a\":1,\"b\":");
    text[len++] = '0';
    for (int i = 0; i < 500; i++)
        len += (size_t)sprintf(text + len, ",\"c\":2}");
    assert_int_equal(scan_strict(at_edge(text, len), len, 1024, &error), SCAN_OK);
    memcpy(strrchr(text, 'c'), "a", 1);
    assert_int_equal(scan_strict(at_edge(text, len), len, 1024, &error), SCAN_DUPLICATE);
    assert_int_equal(error.offset, len - 6);
}

static void the_error_need_not_be_asked_for(void **state)
{
    (void)state;
    assert_int_equal(scan_strict("{\"a\":1,\"a\":2}", 13, 8, NULL), SCAN_DUPLICATE);
    assert_int_equal(scan_strict("[", 1, 8, NULL), SCAN_TRUNCATED);
    assert_int_equal(scan_strict(NULL, 0, 8, NULL), SCAN_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_may_stand_once_in_an_object),
        cmocka_unit_test(names_are_compared_as_they_read_not_as_they_are_written),
        cmocka_unit_test(of_several_the_first_in_the_text_is_told),
        cmocka_unit_test(broken_text_is_told_before_names_that_stand_twice),
        cmocka_unit_test(objects_of_any_size_are_searched),
        cmocka_unit_test(names_of_many_open_objects_are_kept_apart),
        cmocka_unit_test(the_error_need_not_be_asked_for),
    };
    return cmocka_run_group_tests_name("scan_strict", tests, edge_setup, NULL);
}
