/* The times of RFC 3339, and SHA-256: what lost writes are known again by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sha256.h"
#include "reconcile.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void times_are_read_in_every_form_that_the_standard_knows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } rows[] = {
        {"2023-11-14T22:13:20Z", 1700000000000},
        {"2023-11-14T22:13:20.5Z", 1700000000500},
        {"2023-11-14T22:13:20.123456789Z", 1700000000123},
        {"2023-11-14t22:13:20z", 1700000000000},
        {"2023-11-15T00:13:20+02:00", 1700000000000},
        {"2023-11-14T16:43:20-05:30", 1700000000000},
        {"1970-01-01T00:00:00Z", 0},
        {"0001-01-01T00:00:00Z", -62135596800000},
        {"2023-11-14 22:13:20Z", -1},
        {"2023-11-14T22:13:20", -1},
        {"2023-11-14T22:13:20.Z", -1},
        {"2023-13-14T22:13:20Z", -1},
        {"2023-11-14T24:13:20Z", -1},
        {"2023-11-14T22:13:20Zx", -1},
        {"2023-11-14T22:13:20+2:00", -1},
        {"2023-1x-14T22:13:20Z", -1},
        {"soon", -1},
        {"", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (reconcile_time_ms(rows[i].text) != rows[i].ms)
            fail_msg("%s: %lld", rows[i].text, (long long)reconcile_time_ms(rows[i].text));
    assert_int_equal(reconcile_time_ms(NULL), -1);
    char text[40];
    reconcile_time_text(1700000000999, text, sizeof(text));
    assert_string_equal(text, "2023-11-14T22:13:20Z");
}

/* Vectors of FIPS 180-4 and its examples. */
static void hashes_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t times;
        const char *hex;
    } rows[] = {
        {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sha256 hash;
        char hex[SHA256_HEX];
        sha256_begin(&hash);
        for (size_t j = 0; j < rows[i].times; j++)
            sha256_add(&hash, rows[i].text, strlen(rows[i].text));
        sha256_end(&hash, hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_in_every_form_that_the_standard_knows),
        cmocka_unit_test(hashes_are_those_of_the_standard),
    };
    return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}
