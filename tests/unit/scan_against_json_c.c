/* The scanner's verdict on many damaged texts beside json-c's, in its strict mode and with its
 * UTF-8 validation. Whatever passes here passes there. What passes there and not here is one of
 * the kinds that known_to_be_stricter (json_c_verdict.h) lists. */
#include "scan_texts.h"

#include "json_c_verdict.h"

#define ROUNDS 150000
#define MAX_DEPTH 24

static const char *const seeds[] = {
    "{\"meta\":{\"query_time\":0.01,\"trace_id\":\"t-1\"},\"resources\":[{\"id\":\"c1\",\"tags\":"
    "[\"a\",\"b\"],\"version\":3},{\"id\":\"c2\",\"name\":null}],\"errors\":[]}",
    "{\"a\":[1,-2.5e+3,true,false,null,\"x\\u00e9\\ud83d\\ude00\"],"
    "\"b\":{\"c\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}}",
    "[0,-0,1e5,1E-2,18446744073709551615,-9223372036854775808,0.1,1e308]",
    "{\"id\":\"c1\",\"fields\":{\"name\":\"n\\n\\t\\\\\\\"\",\"tags\":[\"a\",\"b\"]}}",
    " [ [ ] , { } , { \"k\" : [ 1 ] } ] ",
    "\"a string longer than the sixteen bytes of one step, with \\\"quotes\\\" in it\"",
    "[1.5,2e30,12345678901234567890,\"\\u0001\"]",
    "-12.75e-3",
    "true",
};

static const char *const pieces[] = {"\"",
                                     "\\",
                                     "\\u0000",
                                     "\\ud800",
                                     "\\udc00",
                                     "{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     ":",
                                     "0",
                                     "-",
                                     "1",
                                     "e",
                                     "E",
                                     ".",
                                     "+",
                                     " ",
                                     "\n",
                                     "\x01",
                                     "\xc3",
                                     "\xa9",
                                     "\xed\xa0\x80",
                                     "\xff",
                                     "NaN",
                                     "null",
                                     "Infinity",
                                     "true",
                                     "/**/",
                                     "'",
                                     "\x7f",
                                     "//",
                                     "\"a\":1,",
                                     "\t",
                                     "\"a\":{\"a\":[",
                                     "nul",
                                     "TRUE",
                                     "01",
                                     "999999999999",
                                     "e308",
                                     "\xe2\x82",
                                     "\xf4\x90\x80\x80",
                                     "\xc0\x80",
                                     "[[[[[[[[[[[[[[[[[[[[[[[[",
                                     "\\u12",
                                     "]]",
                                     "}}"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static uint64_t dice;

/* xorshift64: the same texts in each run. */
static size_t roll(size_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice >> 11) % sides;
}

static size_t damaged(char *text)
{
    const char *seed = seeds[roll(COUNT(seeds))];
    size_t len = strlen(seed);

    memcpy(text, seed, len);
    for (size_t changes = roll(3) + 1; changes > 0; changes--) {
        size_t at = roll(len + 1), kind = roll(4), n;
        if (kind == 0 && at < len) {
            text[at] = (char)roll(256);
        } else if (kind == 1) {
            n = roll(5);
            n = n < len - at ? n : len - at;
            memmove(text + at, text + at + n, len - at - n);
            len -= n;
        } else {
            const char *piece = pieces[roll(COUNT(pieces))];
            n = strlen(piece);
            memmove(text + at + n, text + at, len - at);
            memcpy(text + at, piece, n);
            len += n;
        }
    }
    return len;
}

static void show(const char *text, size_t len, const char *what)
{
    char line[4096];
    size_t n = 0;

    for (size_t i = 0; i < len && n + 5 < sizeof(line); i++)
        n += (size_t)sprintf(line + n, text[i] >= 0x20 && text[i] < 0x7f ? "%c" : "<%02x>",
                             text[i] & 255);
    line[n] = '\0';
    fail_msg("%s: %s", what, line);
}

static void damaged_texts_are_refused_where_json_c_refuses_them(void **state)
{
    char room[1024];
    size_t passed = 0, stricter = 0;
    (void)state;

    dice = 88172645463325252u;
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = damaged(room);
        const char *text = at_edge(room, len);
        struct scan_error error;
        bool ours = scan_strict(text, len, MAX_DEPTH, &error) == SCAN_OK;
        bool theirs = json_c_takes(text, len, MAX_DEPTH);

        passed += ours;
        stricter += theirs && !ours;
        if (ours && !theirs)
            show(text, len, "refused by json-c only");
        if (theirs && !ours && !known_to_be_stricter(text, len, &error))
            show(text, len, scan_problem_text(error.problem));
    }
    assert_true(passed > ROUNDS / 50);
    assert_true(stricter > 0 && stricter < ROUNDS / 5);
}

/* Both entries run one machine; they may differ only in what scan_strict adds. */
static void both_entries_agree_on_damaged_texts(void **state)
{
    struct scan_answer answer = {0};
    char room[1024];
    (void)state;

    dice = 362436069362436069u;
    for (int round = 0; round < ROUNDS; round++) {
        size_t len = damaged(room);
        const char *text = at_edge(room, len);
        struct scan_error strict, plain;

        scan_strict(text, len, MAX_DEPTH, &strict);
        scan_answer(text, len, MAX_DEPTH, &answer, &plain);
        bool added = strict.problem == SCAN_BIG_NUMBER || strict.problem == SCAN_NUL ||
                     strict.problem == SCAN_DUPLICATE;
        if (!added && (strict.problem != plain.problem || strict.offset != plain.offset))
            show(text, len, scan_problem_text(plain.problem));
        if (added && plain.problem != SCAN_OK && plain.offset <= strict.offset)
            show(text, len, scan_problem_text(plain.problem));
        for (size_t i = 0; i < answer.n_items; i++)
            assert_true(answer.items[i].value.at + answer.items[i].value.len <= len);
    }
    scan_answer_done(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_texts_are_refused_where_json_c_refuses_them),
        cmocka_unit_test(both_entries_agree_on_damaged_texts),
    };
    return cmocka_run_group_tests_name("scan_against_json_c", tests, edge_setup, NULL);
}
