/* Secrets in pages of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/secret.h"

static void it_holds_a_copy_that_ends_with_nul(void **state)
{
    char bytes[] = "hunter2";
    struct secret s = {0};
    (void)state;

    assert_true(secret_set(&s, bytes, 7));
    memset(bytes, 'x', sizeof(bytes));
    assert_string_equal(s.ptr, "hunter2");
    assert_int_equal(s.len, 7);
    secret_done(&s);
    assert_null(s.ptr);
    assert_int_equal(s.len, 0);
    assert_int_equal(s.mapped, 0);
    secret_done(&s);
}

static void setting_again_replaces_it_even_by_a_part_of_itself(void **state)
{
    struct secret s = {0};
    (void)state;

    assert_true(secret_set(&s, "first-and-longer", 16));
    assert_true(secret_set(&s, s.ptr + 6, 3));
    assert_string_equal(s.ptr, "and");
    assert_int_equal(s.len, 3);
    secret_done(&s);
}

static void no_bytes_make_it_empty(void **state)
{
    struct secret s = {0};
    (void)state;

    assert_true(secret_set(&s, "x", 1));
    assert_true(secret_set(&s, "", 0));
    assert_null(s.ptr);
    assert_int_equal(s.len, 0);
}

static void a_secret_of_whole_pages_still_ends_with_nul(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char bytes[16384];
    struct secret s = {0};
    (void)state;

    assert_true(page <= sizeof(bytes));
    memset(bytes, 'k', sizeof(bytes));
    assert_true(secret_set(&s, bytes, page));
    assert_int_equal(s.mapped, 2 * page);
    assert_int_equal(s.ptr[page], 0);
    secret_done(&s);
}

static void what_cannot_be_held_leaves_it_empty(void **state)
{
    struct secret s = {0};
    (void)state;

    assert_true(secret_set(&s, "x", 1));
    assert_false(secret_set(&s, "x", SIZE_MAX - 1));
    assert_null(s.ptr);
}

/* Whether the mapping that begins at ptr has the flag in /proc/self/smaps. */
static int mapping_has_flag(const void *ptr, const char *flag)
{
    char line[512], begin[32];
    int inside = 0, found = 0;
    FILE *maps = fopen("/proc/self/smaps", "r");

    if (maps == NULL)
        return -1;
    snprintf(begin, sizeof(begin), "%lx-", (unsigned long)(uintptr_t)ptr);
    while (fgets(line, sizeof(line), maps) != NULL) {
        if (strncmp(line, begin, strlen(begin)) == 0)
            inside = 1;
        if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            found = strstr(line, flag) != NULL;
            break;
        }
    }
    fclose(maps);
    return inside ? found : -1;
}

static void its_pages_are_left_out_of_core_dumps(void **state)
{
    struct secret s = {0};
    int flag;
    (void)state;

    assert_true(secret_set(&s, "hunter2", 7));
    flag = mapping_has_flag(s.ptr, " dd");
    secret_done(&s);
    if (flag < 0)
        skip(); /* no such mapping to be seen here */
    assert_int_equal(flag, 1);
}

static void its_pages_are_gone_when_done(void **state)
{
    struct secret s = {0};
    unsigned char resident;
    char *pages;
    (void)state;

    assert_true(secret_set(&s, "hunter2", 7));
    pages = s.ptr;
    secret_done(&s);
    assert_int_equal(mincore(pages, 1, &resident), -1);
}

static void wiping_overwrites_every_byte(void **state)
{
    char bytes[] = "hunter2";
    (void)state;

    secret_wipe(bytes, 6);
    assert_memory_equal(bytes,
                        "\0\0\0\0\0\0"
                        "2",
                        8);
    secret_wipe(NULL, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_a_copy_that_ends_with_nul),
        cmocka_unit_test(setting_again_replaces_it_even_by_a_part_of_itself),
        cmocka_unit_test(no_bytes_make_it_empty),
        cmocka_unit_test(a_secret_of_whole_pages_still_ends_with_nul),
        cmocka_unit_test(what_cannot_be_held_leaves_it_empty),
        cmocka_unit_test(its_pages_are_left_out_of_core_dumps),
        cmocka_unit_test(its_pages_are_gone_when_done),
        cmocka_unit_test(wiping_overwrites_every_byte),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
