/* The times by which lost writes are known again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_in_every_form_that_the_standard_knows),
    };
    return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}
