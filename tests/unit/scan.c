/* What the scanner takes for JSON, and where it says that a text is wrong. */
#include "scan_texts.h"

#include <iconv.h>

static void valid_texts_pass(void **state)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "true",
        "false",
        "null",
        " \t\r\n[ ] \n",
        "[1,2 , 3]",
        "{\"a\":1,\"b\" : [ ] , \"\":{}}",
        "[[[[[[]]]]]]",
        "[{\"a\":[{\"b\":[{}]}]}]",
        "[-1,0.5,-0.0,1e5,1E5,1e+5,1e-5,123.456e-789]",
        "[1e308,-1.7976931348623157e308,1e-400,0e999999999999999999999,0.0e9999]",
        "[9223372036854775807,-9223372036854775808,18446744073709551615]",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\u00e9\\uFFFF\\ud83d\\uDE00\"",
        "\"\x7f\"",
        "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"",
        "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"",
        "\"\xef\xbb\xbf\"",
        "[\"\xe2\x80\xa8\"]",
        "{\"a\":{\"a\":1},\"b\":{\"a\":2}}",
        "{\"a\":1,\"A\":2}",
        "[\"a\",\"a\"]"};
    (void)state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct verdict row = {texts[i], 0, SCAN_OK, 0, SCAN_OK};
        check_verdict(&row);
    }
}

static void no_value_is_said_to_be_empty(void **state)
{
    static const struct verdict rows[] = {{"", 0, SCAN_EMPTY, 0, SCAN_EMPTY},
                                          {" \n\t\r ", 0, SCAN_EMPTY, 5, SCAN_EMPTY}};
    (void)state;
    CHECK_VERDICTS(rows);
}

/* Texts with the offset of the first byte that cannot stand there. */
static const struct {
    const char *text;
    size_t offset;
} broken[] = {
    {"[1,]", 3},
    {"[,1]", 1},
    {"[1 2]", 3},
    {"[1}", 2},
    {"{\"a\":1]", 6},
    {"{\"a\"}", 4},
    {"{\"a\":}", 5},
    {"{\"a\" 1}", 5},
    {"{,}", 1},
    {"{\"a\":1,}", 7},
    {"{a:1}", 1},
    {"{'a':1}", 1},
    {"{1:1}", 1},
    {"{\"a\"::1}", 5},
    {"{null:1}", 1},
    {"[\"a\":1]", 4},
    {"]", 0},
    {"}", 0},
    {":", 0},
    {"[::]", 1},
    {"01", 1},
    {"-01", 2},
    {"00", 1},
    {"[0 1]", 3},
    {"+1", 0},
    {".5", 0},
    {"-.5", 1},
    {"[1.]", 3},
    {"[1.e5]", 3},
    {"[1e]", 3},
    {"[1e+]", 4},
    {"[-]", 2},
    {"--1", 1},
    {"[0x10]", 2},
    {"[1_000]", 2},
    {"[1eE2]", 3},
    {"NaN", 0},
    {"Infinity", 0},
    {"-Infinity", 1},
    {"nan", 1},
    {"True", 0},
    {"nulL", 3},
    {"[tru]", 4},
    {"[fals e]", 5},
    {"//c\n1", 0},
    {"/*c*/1", 0},
    {"[1,#\n2]", 3},
    {"'a'", 0},
    {"\"a\nb\"", 2},
    {"\"\t\"", 1},
    {"[\"\x1f\"]", 2},
    {"\"\\x41\"", 2},
    {"\"\\a\"", 2},
    {"\"\\'\"", 2},
    {"\"\\u00g0\"", 5},
    {"\"\\u-123\"", 3},
    {"\"\\U0041\"", 2},
    {"\"\\ud83d\\u00g0\"", 11},
    {"\xef\xbb\xbf{}", 0},
    {"[\xc3\xa9]", 1},
    {"[1\x0b]", 2},
    {"[\x0c]", 1},
    {"[\xc2\xa0]", 1},
    {"{\"a\":1\x01}", 6},
    {"undefined", 0},
    {"[\"a\"\"b\"]", 4},
    {"[true false]", 6},
    {"[[]{}]", 3},
};

static void a_byte_that_cannot_stand_there_is_found(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct verdict row = {broken[i].text, 0, SCAN_SYNTAX, broken[i].offset, SCAN_SYNTAX};
        check_verdict(&row);
    }
}

static void a_nul_byte_is_no_white_space_and_ends_nothing(void **state)
{
    static const struct verdict rows[] = {{"[]\0", 3, SCAN_TRAILING, 2, SCAN_TRAILING},
                                          {"[\0]", 3, SCAN_SYNTAX, 1, SCAN_SYNTAX},
                                          {"\"a\0b\"", 5, SCAN_SYNTAX, 2, SCAN_SYNTAX},
                                          {"\0", 1, SCAN_SYNTAX, 0, SCAN_SYNTAX}};
    (void)state;
    CHECK_VERDICTS(rows);
}

static void every_proper_beginning_of_a_value_is_cut_off(void **state)
{
    static const char text[] =
        " {\"a\\n\\u00e9\\ud83d\\ude00\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\" : "
        "[ true , false,null,-1.5e+3,[], {} ,{\"b\":\"c\"}] }";
    (void)state;

    for (size_t len = 2; len < sizeof(text) - 1; len++) {
        struct verdict row = {text, len, SCAN_TRUNCATED, len, SCAN_TRUNCATED};
        check_verdict(&row);
    }
}

static void numbers_that_lack_digits_at_the_end_are_cut_off(void **state)
{
    static const char *const texts[] = {"-",       "1.",        "1e",          "1E+",  "1.5e-",
                                        "tru",     "n",         "\"",          "\"\\", "\"\\u",
                                        "\"\\u12", "\"\\ud83d", "\"\\ud83d\\", "[1",   "{"};
    (void)state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct verdict row = {texts[i], 0, SCAN_TRUNCATED, strlen(texts[i]), SCAN_TRUNCATED};
        check_verdict(&row);
    }
}

static void what_follows_the_value_is_refused(void **state)
{
    static const struct verdict rows[] = {{"{} {}", 0, SCAN_TRAILING, 3, SCAN_TRAILING},
                                          {"1 2", 0, SCAN_TRAILING, 2, SCAN_TRAILING},
                                          {"[]]", 0, SCAN_TRAILING, 2, SCAN_TRAILING},
                                          {"truex", 0, SCAN_TRAILING, 4, SCAN_TRAILING},
                                          {"\"a\"\"b\"", 0, SCAN_TRAILING, 3, SCAN_TRAILING},
                                          {"{}//", 0, SCAN_TRAILING, 2, SCAN_TRAILING},
                                          {"1,", 0, SCAN_TRAILING, 1, SCAN_TRAILING}};
    (void)state;
    CHECK_VERDICTS(rows);
}

static void lone_surrogates_are_no_characters(void **state)
{
    static const struct verdict rows[] = {
        {"\"\\ud800\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"x\\udc00\"", 0, SCAN_UTF8, 2, SCAN_UTF8},
        {"\"\\ud83dx\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\\ud83d\\n\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\\ud83d\\ud83d\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\\ud83d\\u0041\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\\ud83d\\ue000\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\\udc00\\udc00\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
        {"\"\xed\xa0\x80\"", 0, SCAN_UTF8, 1, SCAN_UTF8},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

static void only_what_a_caller_gives_must_keep_numbers_within_64_bits(void **state)
{
    static const struct verdict rows[] = {
        {"[9223372036854775808,18446744073709551616]", 0, SCAN_BIG_NUMBER, 21, SCAN_OK},
        {"-9223372036854775809", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"99999999999999999999", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"100000000000000000000", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"[1e309]", 0, SCAN_BIG_NUMBER, 1, SCAN_OK},
        {"-1e400", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"1.7976931348623158e308", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"179769313486231580e291", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"0.0017976931348623158e311", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"1e99999999999999999999999", 0, SCAN_BIG_NUMBER, 0, SCAN_OK},
        {"1.7976931348623157999e308", 0, SCAN_OK, 0, SCAN_OK},
        {"0.00017976931348623157e312", 0, SCAN_OK, 0, SCAN_OK},
        {"17976931348623157.9e292", 0, SCAN_OK, 0, SCAN_OK},
        {"1e-99999999999999999999999", 0, SCAN_OK, 0, SCAN_OK},
        {"0.000e999", 0, SCAN_OK, 0, SCAN_OK},
    };
    (void)state;
    CHECK_VERDICTS(rows);
}

static void only_what_a_caller_gives_must_be_free_of_nul(void **state)
{
    static const struct verdict rows[] = {{"\"\\u0000\"", 0, SCAN_NUL, 1, SCAN_OK},
                                          {"{\"a\\u0000\":1}", 0, SCAN_NUL, 3, SCAN_OK},
                                          {"\"\\\\u0000\"", 0, SCAN_OK, 0, SCAN_OK}};
    (void)state;
    CHECK_VERDICTS(rows);
}

/* Strings of all lengths around the width of a vector, with one byte that matters at each place. */
static void a_string_is_checked_at_every_place_of_every_length(void **state)
{
    static const struct {
        const char *put;
        enum scan_problem problem;
    } rows[] = {{"x", SCAN_OK},          {"\\n", SCAN_OK},
                {"\xc3\xa9", SCAN_OK},   {"\x1f", SCAN_SYNTAX},
                {"\x80", SCAN_UTF8},     {"\xff", SCAN_UTF8},
                {"\xe2\x82", SCAN_UTF8}, {"\xf0\x9f\x98", SCAN_UTF8},
                {"\"", SCAN_TRAILING}};
    char text[160];
    (void)state;

    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        size_t width = strlen(rows[r].put);
        for (size_t len = width; len <= 140; len++) {
            for (size_t at = 0; at + width <= len; at++) {
                struct verdict row = {text, len + 2, rows[r].problem, 0, rows[r].problem};
                memset(text, 'a', sizeof(text));
                text[0] = text[len + 1] = '"';
                memcpy(text + 1 + at, rows[r].put, width);
                if (rows[r].problem != SCAN_OK)
                    row.offset = at + 1 + (rows[r].problem == SCAN_TRAILING);
                check_verdict(&row);
            }
        }
    }
}

/* Tokens that begin at every place of the scanner's blocks, and texts that end at each. */
static void strings_follow_each_other_at_every_place(void **state)
{
    char text[400];
    (void)state;

    for (size_t before = 0; before <= 66; before++)
        for (size_t len = 0; len <= 66; len++) {
            size_t at = before;
            memset(text, ' ', sizeof(text));
            text[at++] = '[';
            for (int i = 0; i < 3; i++) {
                text[at++] = '"';
                memset(text + at, 'a', len);
                at += len;
                text[at++] = '"';
                text[at++] = i < 2 ? ',' : ']';
            }
            struct verdict whole = {text, at, SCAN_OK, 0, SCAN_OK};
            check_verdict(&whole);
            struct verdict cut = {text, at - 2, SCAN_TRUNCATED, at - 2, SCAN_TRUNCATED};
            check_verdict(&cut);
        }
}

static void white_space_of_every_length_is_passed_over(void **state)
{
    char text[128];
    (void)state;

    for (size_t len = 0; len <= 70; len++) {
        for (size_t at = 0; at < len; at++) {
            struct verdict row = {text, len + 2, SCAN_OK, 0, SCAN_OK};
            memset(text, ' ', sizeof(text));
            text[0] = '[';
            text[1 + at] = "\t\n\r "[at % 4];
            text[len + 1] = ']';
            check_verdict(&row);
            text[1 + at] = "\v\f\x01\x85"[at % 4];
            row.strict = row.answer = SCAN_SYNTAX;
            row.offset = at + 1;
            check_verdict(&row);
        }
    }
}

/* glibc's own decoder is the judge. */
static void bytes_past_ascii_pass_exactly_where_they_are_utf8(void **state)
{
    static const unsigned char edges[] = {0x20, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                          0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
                                          0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    size_t n = sizeof(edges);
    iconv_t judge = iconv_open("UTF-32LE", "UTF-8");
    (void)state;

    if (judge == (iconv_t)-1)
        skip(); /* no UTF-8 converter here */
    for (size_t i = 0; i < n * n * n * n; i++) {
        char text[8] = {'"',
                        (char)edges[i % n],
                        (char)edges[i / n % n],
                        (char)edges[i / n / n % n],
                        (char)edges[i / n / n / n],
                        ' ',
                        '"',
                        0};
        char wide[64], *in = text + 1, *out = wide;
        size_t in_left = 5, out_left = sizeof(wide);
        bool valid = iconv(judge, &in, &in_left, &out, &out_left) != (size_t)-1;
        enum scan_problem problem = scan_strict(at_edge(text, 7), 7, 1, NULL);

        iconv(judge, NULL, NULL, NULL, NULL);
        if (problem != (valid ? SCAN_OK : SCAN_UTF8))
            fail_msg("%02x %02x %02x %02x: %s", text[1] & 255, text[2] & 255, text[3] & 255,
                     text[4] & 255, scan_problem_text(problem));
    }
    iconv_close(judge);
}

/* depth containers, one in the other. */
static size_t nest(char *text, size_t depth, bool objects)
{
    size_t len = 0;

    for (size_t i = 0; i < depth; i++) {
        memcpy(text + len, objects ? "{\"a\":" : "[", objects ? 5 : 1);
        len += objects ? 5 : 1;
    }
    text[len++] = '1';
    for (size_t i = 0; i < depth; i++)
        text[len++] = objects ? '}' : ']';
    return len;
}

static void nesting_stops_at_the_depth_that_was_asked_for(void **state)
{
    static const unsigned depths[] = {0, 1, 2, 3, 4, 63, 64, 65, 1023, 1024};
    static char text[8192];
    struct scan_answer answer = {0};
    struct scan_error error;
    (void)state;

    for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
        for (int objects = 0; objects < 2; objects++) {
            unsigned depth = depths[i];
            size_t len = nest(text, depth, objects);
            assert_int_equal(scan_strict(at_edge(text, len), len, depth, &error), SCAN_OK);
            assert_int_equal(scan_answer(at_edge(text, len), len, depth, &answer, &error), SCAN_OK);
            len = nest(text, depth + 1, objects);
            assert_int_equal(scan_strict(at_edge(text, len), len, depth, &error), SCAN_TOO_DEEP);
            assert_int_equal(error.offset, depth * (objects ? 5 : 1));
            assert_int_equal(scan_answer(at_edge(text, len), len, depth, &answer, &error),
                             SCAN_TOO_DEEP);
            assert_int_equal(error.offset, depth * (objects ? 5 : 1));
        }
    }
    size_t len = nest(text, 1025, false);
    assert_int_equal(scan_strict(text, len, 5000, &error), SCAN_TOO_DEEP);
    scan_answer_done(&answer);
}

static void a_flood_of_brackets_is_refused_where_it_gets_too_deep(void **state)
{
    static char text[EDGE_BYTES];
    struct verdict row = {text, sizeof(text), SCAN_TOO_DEEP, 64, SCAN_TOO_DEEP};
    (void)state;

    memset(text, '[', sizeof(text));
    check_verdict(&row);
}

static void problems_have_words(void **state)
{
    (void)state;
    for (int problem = SCAN_OK; problem <= SCAN_NO_MEMORY; problem++)
        assert_string_not_equal(scan_problem_text((enum scan_problem)problem), "unknown problem");
    assert_string_equal(scan_problem_text(SCAN_UTF8), "not valid UTF-8");
    assert_string_equal(scan_problem_text((enum scan_problem)99), "unknown problem");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_pass),
        cmocka_unit_test(no_value_is_said_to_be_empty),
        cmocka_unit_test(a_byte_that_cannot_stand_there_is_found),
        cmocka_unit_test(a_nul_byte_is_no_white_space_and_ends_nothing),
        cmocka_unit_test(every_proper_beginning_of_a_value_is_cut_off),
        cmocka_unit_test(numbers_that_lack_digits_at_the_end_are_cut_off),
        cmocka_unit_test(what_follows_the_value_is_refused),
        cmocka_unit_test(lone_surrogates_are_no_characters),
        cmocka_unit_test(only_what_a_caller_gives_must_keep_numbers_within_64_bits),
        cmocka_unit_test(only_what_a_caller_gives_must_be_free_of_nul),
        cmocka_unit_test(a_string_is_checked_at_every_place_of_every_length),
        cmocka_unit_test(strings_follow_each_other_at_every_place),
        cmocka_unit_test(white_space_of_every_length_is_passed_over),
        cmocka_unit_test(bytes_past_ascii_pass_exactly_where_they_are_utf8),
        cmocka_unit_test(nesting_stops_at_the_depth_that_was_asked_for),
        cmocka_unit_test(a_flood_of_brackets_is_refused_where_it_gets_too_deep),
        cmocka_unit_test(problems_have_words),
    };
    return cmocka_run_group_tests_name("scan", tests, edge_setup, NULL);
}
