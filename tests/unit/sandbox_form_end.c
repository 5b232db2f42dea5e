/* Where a multipart body ends, in whatever pieces it arrives. */
#include "form_end.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TYPE "multipart/form-data; boundary="
#define FORM "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--"

static size_t taken(const char *type, const char *body, size_t piece)
{
    struct sb_form_end end;
    size_t total = 0, size = strlen(body);
    sb_form_end_begin(&end, type);
    for (size_t at = 0; at < size; at += piece) {
        total += sb_form_end_take(&end, body + at, size - at < piece ? size - at : piece);
    }
    return total;
}

static void what_stands_behind_the_last_delimiter_is_not_the_forms(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        size_t epilogue;
    } rows[] = {
        {TYPE "b", FORM, 0},
        {TYPE "b", FORM "\r\n", 0},
        {TYPE "\"b\"", FORM "\r\n\r\n", 2},
        {TYPE "b", FORM "\r\nanything\r\n--b\r\n", 15},
        {TYPE "b", FORM "anything", 8},
        {TYPE "b", FORM "\rx", 1},
        {TYPE "b", "--b--\r\nx", 1},
        {TYPE "b", "--b\r\n\r\nx--b--\r\n--b--y", 1},
        {TYPE "b", "--b\r\n\r\n\r\n--c--\r\n", 0},
        {TYPE "c", FORM "\r\n\r\n", 0},
        {TYPE, "------\r\nx", 0},
        {"multipart/form-data", FORM "\r\n\r\n", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t piece = 1; piece <= strlen(rows[i].body); piece++) {
            size_t form = strlen(rows[i].body) - rows[i].epilogue;
            if (taken(rows[i].type, rows[i].body, piece) != form) {
                fail_msg("row %zu in pieces of %zu: %zu of %zu", i, piece,
                         taken(rows[i].type, rows[i].body, piece), form);
            }
        }
    }
}

static void a_boundary_that_is_too_long_is_not_watched(void **state)
{
    (void)state;
    char type[400] = TYPE;
    memset(type + strlen(TYPE), 'b', 300);
    assert_int_equal(taken(type, FORM "\r\n\r\n", 7), strlen(FORM "\r\n\r\n"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_behind_the_last_delimiter_is_not_the_forms),
        cmocka_unit_test(a_boundary_that_is_too_long_is_not_watched),
    };
    return cmocka_run_group_tests_name("form_end", tests, NULL, NULL);
}
