/* Lines to the host's log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"

struct seen {
    int lines;
    int32_t level;
    char text[4096];
    uint64_t len;
};

static void note(void *ctx, int32_t level, const char *msg, uint64_t msg_len)
{
    struct seen *seen = ctx;

    seen->lines++;
    seen->level = level;
    seen->len = msg_len;
    memcpy(seen->text, msg, msg_len + 1);
}

static void a_line_reaches_the_host_with_its_level(void **state)
{
    struct seen seen = {0};
    struct logger log = {note, &seen, SOAR_LOG_INFO};
    (void)state;

    log_line(&log, SOAR_LOG_WARN, "attempt %d of %d", 2, 3);
    assert_int_equal(seen.lines, 1);
    assert_int_equal(seen.level, SOAR_LOG_WARN);
    assert_string_equal(seen.text, "attempt 2 of 3");
    assert_int_equal(seen.len, strlen("attempt 2 of 3"));
}

static void lines_above_the_level_are_dropped(void **state)
{
    struct seen seen = {0};
    struct logger log = {note, &seen, SOAR_LOG_WARN};
    (void)state;

    log_line(&log, SOAR_LOG_INFO, "no");
    log_line(&log, SOAR_LOG_DEBUG, "no");
    assert_int_equal(seen.lines, 0);
    log_line(&log, SOAR_LOG_WARN, "yes");
    log_line(&log, SOAR_LOG_ERROR, "yes");
    assert_int_equal(seen.lines, 2);
}

static void a_record_comes_whole_and_whatever_the_level(void **state)
{
    struct seen seen = {0};
    struct logger log = {note, &seen, 0};
    char text[2001];
    (void)state;

    memset(text, 'r', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_record(&log, SOAR_LOG_AUDIT, text, sizeof(text) - 1);
    assert_int_equal(seen.lines, 1);
    assert_int_equal(seen.level, SOAR_LOG_AUDIT);
    assert_string_equal(seen.text, text);
}

static void without_a_log_nothing_happens(void **state)
{
    struct logger log = {NULL, NULL, SOAR_LOG_DEBUG};
    (void)state;

    log_record(&log, SOAR_LOG_AUDIT, "{}", 2);

    log_line(&log, SOAR_LOG_ERROR, "nobody hears");
    log_line(NULL, SOAR_LOG_ERROR, "nobody hears");
}

static void a_line_cannot_break_into_two(void **state)
{
    struct seen seen = {0};
    struct logger log = {note, &seen, SOAR_LOG_INFO};
    (void)state;

    log_line(&log, SOAR_LOG_INFO, "name: %s", "x\r\nERROR fake\x1b[0m");
    assert_string_equal(seen.text, "name: x  ERROR fake [0m");
}

static void a_long_line_is_cut_between_characters(void **state)
{
    struct seen seen = {0};
    struct logger log = {note, &seen, SOAR_LOG_INFO};
    char text[3000];
    (void)state;

    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    log_line(&log, SOAR_LOG_INFO, "%s", text);
    assert_int_equal(seen.len, 1000);
    for (size_t at = 997; at <= 1000; at++) {
        memset(text, 'a', sizeof(text) - 1);
        memcpy(text + at, "\xf0\x9f\x98\x80", 4);
        log_line(&log, SOAR_LOG_INFO, "%s", text);
        assert_int_equal(seen.len, at);
    }
    memset(text, 'a', sizeof(text) - 1);
    memcpy(text + 996, "\xf0\x9f\x98\x80", 4);
    log_line(&log, SOAR_LOG_INFO, "%s", text);
    assert_int_equal(seen.len, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_reaches_the_host_with_its_level),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(a_record_comes_whole_and_whatever_the_level),
        cmocka_unit_test(without_a_log_nothing_happens),
        cmocka_unit_test(a_line_cannot_break_into_two),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
