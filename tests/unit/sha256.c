/* SHA-256, against the examples of FIPS 180-4 and a long text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/sha256.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void it_is_that_of_the_standard(void **state)
{
    static const struct {
        const char *text, *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
         "mnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sha256 sum;
        char hex[SHA256_HEX];
        sha256_begin(&sum);
        sha256_add(&sum, rows[i].text, strlen(rows[i].text));
        sha256_end(&sum, hex);
        assert_string_equal(hex, rows[i].digest);
    }
}

static void it_does_not_matter_in_which_pieces_the_bytes_come(void **state)
{
    static char text[1000000];
    char hex[SHA256_HEX];
    (void)state;

    memset(text, 'a', sizeof(text));
    for (size_t piece = 1; piece < 300; piece += 13) {
        struct sha256 sum;
        sha256_begin(&sum);
        for (size_t at = 0; at < sizeof(text); at += piece)
            sha256_add(&sum, text + at, sizeof(text) - at < piece ? sizeof(text) - at : piece);
        sha256_end(&sum, hex);
        assert_string_equal(hex,
                            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_that_of_the_standard),
        cmocka_unit_test(it_does_not_matter_in_which_pieces_the_bytes_come),
    };
    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
