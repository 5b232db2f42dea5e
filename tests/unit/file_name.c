/* What becomes of the name that a server gives to a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "files_parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void a_servers_name_is_reduced_to_a_safe_one(void **state)
{
    (void)state;
    static const struct {
        const char *server, *want;
    } rows[] = {
        {NULL, "download"},
        {"", "download"},
        {"report.pdf", "report.pdf"},
        {"two words.txt", "two words.txt"},
        {"\xC3\xA4\xE6\x97\xA5.txt", "\xC3\xA4\xE6\x97\xA5.txt"},
        {"/etc/passwd", "passwd"},
        {"../../.ssh/authorized_keys", "authorized_keys"},
        {"C:\\Windows\\system32\\evil.dll", "evil.dll"},
        {"a/b\\c/d", "d"},
        {"dir/", "download"},
        {"..", "download"},
        {".", "download"},
        {"...", "download"},
        {".bashrc", "bashrc"},
        {". .hidden", "hidden"},
        {"  x", "x"},
        {"name. .", "name"},
        {"-rf", "_-rf"},
        {"~root", "_~root"},
        {"a\nb\tc\x7F", "a_b_c_"},
        {"a\xC2\x85"
         "b",
         "a_b"},
        {"invoice\xE2\x80\xAE"
         "fdp.exe",
         "invoice_fdp.exe"},
        {"zero\xE2\x80\x8Bwidth", "zero_width"},
        {"bad\xFF\xC3.txt", "bad__.txt"},
        {"a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"},
        {"NUL", "_NUL"},
        {"con.txt", "_con.txt"},
        {"Com1.log", "_Com1.log"},
        {"com0", "com0"},
        {"console", "console"},
        {"aux.tar.gz", "_aux.tar.gz"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[FILE_NAME_BYTES + 1];
        file_name_reduce(rows[i].server, name);
        assert_string_equal(name, rows[i].want);
    }
}

static void a_name_that_is_too_long_is_cut_and_keeps_its_extension(void **state)
{
    (void)state;
    static const size_t lengths[] = {250, 251, 252, 300, 831, 832, 833, 5000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        static char server[6000];
        char name[FILE_NAME_BYTES + 1];
        memset(server, 'n', lengths[i]);
        memcpy(server + lengths[i], ".pdf", 5);
        file_name_reduce(server, name);
        size_t want = lengths[i] + 4 < 255 ? lengths[i] + 4 : 255;
        assert_int_equal(strlen(name), want);
        assert_string_equal(name + want - 5, "n.pdf");
    }
}

static void a_cut_does_not_split_a_character(void **state)
{
    (void)state;
    static char server[1000];
    char name[FILE_NAME_BYTES + 1];
    struct error err;
    for (size_t shift = 0; shift < 3; shift++) {
        memset(server, 'x', shift);
        for (size_t at = shift; at + 3 < 900; at += 3)
            memcpy(server + at, "\xE6\x97\xA5", 4);
        file_name_reduce(server, name);
        assert_true(strlen(name) > 250);
        assert_true(file_name_check(name, &err));
        assert_null(strchr(name, '_'));
    }
}

static void a_number_stands_before_the_extension(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned number;
        const char *want;
    } rows[] = {
        {"a.txt", 0, "a.txt"},
        {"a.txt", 1, "a (1).txt"},
        {"a", 12, "a (12)"},
        {"a.tar.gz", 1, "a (1).tar.gz"},
        {"a.b.c", 1, "a.b (1).c"},
        {"a.", 1, "a. (1)"},
        {".tar.gz", 1, ".tar (1).gz"},
        {"a.this is far too long to be an extension", 1,
         "a.this is far too long to be an extension (1)"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[FILE_NAME_BYTES + 1];
        file_name_number(rows[i].name, rows[i].number, name);
        assert_string_equal(name, rows[i].want);
    }
    char longest[FILE_NAME_BYTES + 1], name[FILE_NAME_BYTES + 1];
    memset(longest, 'n', FILE_NAME_BYTES);
    longest[FILE_NAME_BYTES] = '\0';
    memcpy(longest + FILE_NAME_BYTES - 4, ".zip", 4);
    file_name_number(longest, 9999, name);
    assert_int_equal(strlen(name), FILE_NAME_BYTES);
    assert_string_equal(name + FILE_NAME_BYTES - 11, " (9999).zip");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_servers_name_is_reduced_to_a_safe_one),
        cmocka_unit_test(a_name_that_is_too_long_is_cut_and_keeps_its_extension),
        cmocka_unit_test(a_cut_does_not_split_a_character),
        cmocka_unit_test(a_number_stands_before_the_extension),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
