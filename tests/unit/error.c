/* Errors as values: what they hold, how they are cut, what codes are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void a_cleared_error_is_no_error(void **state)
{
    struct error err;
    (void)state;

    memset(&err, 0x55, sizeof(err));
    error_clear(&err);
    assert_int_equal(err.status, SOAR_OK);
    assert_int_equal(err.http_status, 0);
    assert_string_equal(err.message, "");
    assert_string_equal(err.where, "");
    assert_string_equal(err.hint, "");
    assert_string_equal(err.reason, "");
    assert_false(err.retryable);
    assert_int_equal(err.retry_after_ms, -1);
    assert_int_equal(err.outcome, OUTCOME_NOT_SENT);
}

static void setting_replaces_all_but_the_http_status(void **state)
{
    struct error err;
    (void)state;

    error_clear(&err);
    err.http_status = 409;
    err.retryable = true;
    err.retry_after_ms = 5;
    err.outcome = OUTCOME_UNKNOWN;
    error_where(&err, "/old");
    error_hint(&err, "old");
    error_set(&err, SOAR_ABORTED, "stale_version", "version %d is stale", 3);
    assert_int_equal(err.status, SOAR_ABORTED);
    assert_int_equal(err.http_status, 409);
    assert_string_equal(err.reason, "stale_version");
    assert_string_equal(err.message, "version 3 is stale");
    assert_string_equal(err.where, "");
    assert_string_equal(err.hint, "");
    assert_false(err.retryable);
    assert_int_equal(err.retry_after_ms, -1);
    assert_int_equal(err.outcome, OUTCOME_NOT_SENT);
}

static void control_characters_become_spaces_in_every_text(void **state)
{
    struct error err;
    (void)state;

    error_clear(&err);
    error_set(&err, SOAR_INTERNAL, "x", "a%sb", "\r\n\x1b\x7f");
    error_where(&err, "/a\tb");
    error_hint(&err, "do\nthis");
    assert_string_equal(err.message, "a    b");
    assert_string_equal(err.where, "/a b");
    assert_string_equal(err.hint, "do this");
}

/* Long texts of one character of width bytes, shifted so that each cut position occurs. */
static void check_cut(const char *character)
{
    char text[2048];
    struct error err;
    size_t width = strlen(character);

    error_clear(&err);
    for (size_t shift = 0; shift < width; shift++) {
        size_t len = shift;
        memset(text, 'a', shift);
        for (; len + width < sizeof(text); len += width)
            memcpy(text + len, character, width);
        text[len] = '\0';
        error_set(&err, SOAR_INTERNAL, "x", "%s", text);
        size_t kept = strlen(err.message);
        assert_true(kept > sizeof(err.message) - 1 - width);
        assert_int_equal((kept - shift) % width, 0);
        assert_memory_equal(err.message, text, kept);
    }
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    check_cut("a");
    check_cut("\xc3\xa9");
    check_cut("\xe2\x82\xac");
    check_cut("\xf0\x9f\x98\x80");
}

static void every_status_of_the_contract_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(status_name(SOAR_OK), "OK");
    assert_string_equal(status_name(SOAR_CANCELLED), "CANCELLED");
    assert_string_equal(status_name(SOAR_UNKNOWN), "UNKNOWN");
    assert_string_equal(status_name(SOAR_INVALID_ARGUMENT), "INVALID_ARGUMENT");
    assert_string_equal(status_name(SOAR_DEADLINE_EXCEEDED), "DEADLINE_EXCEEDED");
    assert_string_equal(status_name(SOAR_NOT_FOUND), "NOT_FOUND");
    assert_string_equal(status_name(SOAR_ALREADY_EXISTS), "ALREADY_EXISTS");
    assert_string_equal(status_name(SOAR_PERMISSION_DENIED), "PERMISSION_DENIED");
    assert_string_equal(status_name(SOAR_RESOURCE_EXHAUSTED), "RESOURCE_EXHAUSTED");
    assert_string_equal(status_name(SOAR_FAILED_PRECONDITION), "FAILED_PRECONDITION");
    assert_string_equal(status_name(SOAR_ABORTED), "ABORTED");
    assert_string_equal(status_name(SOAR_OUT_OF_RANGE), "OUT_OF_RANGE");
    assert_string_equal(status_name(SOAR_UNIMPLEMENTED), "UNIMPLEMENTED");
    assert_string_equal(status_name(SOAR_INTERNAL), "INTERNAL");
    assert_string_equal(status_name(SOAR_UNAVAILABLE), "UNAVAILABLE");
    assert_string_equal(status_name(SOAR_DATA_LOSS), "DATA_LOSS");
    assert_string_equal(status_name(SOAR_UNAUTHENTICATED), "UNAUTHENTICATED");
    assert_string_equal(status_name(SOAR_PARTIAL), "PARTIAL");
    assert_string_equal(status_name(SOAR_EMPTY), "EMPTY");
}

static void codes_out_of_range_have_a_name_too(void **state)
{
    (void)state;
    assert_string_equal(status_name(-1), "UNKNOWN_STATUS");
    assert_string_equal(status_name(19), "UNKNOWN_STATUS");
    assert_string_equal(status_name(INT32_MAX), "UNKNOWN_STATUS");
}

static void outcomes_have_the_names_of_the_result_document(void **state)
{
    (void)state;
    assert_string_equal(outcome_name(OUTCOME_NOT_SENT), "not_sent");
    assert_string_equal(outcome_name(OUTCOME_NOT_APPLIED), "not_applied");
    assert_string_equal(outcome_name(OUTCOME_APPLIED), "applied");
    assert_string_equal(outcome_name(OUTCOME_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cleared_error_is_no_error),
        cmocka_unit_test(setting_replaces_all_but_the_http_status),
        cmocka_unit_test(control_characters_become_spaces_in_every_text),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(every_status_of_the_contract_has_its_name),
        cmocka_unit_test(codes_out_of_range_have_a_name_too),
        cmocka_unit_test(outcomes_have_the_names_of_the_result_document),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
