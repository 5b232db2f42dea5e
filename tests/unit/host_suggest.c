/*
 * Names that are suggested for a mistyped one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "suggest.h"

static void a_mistyped_name_gets_the_nearest_ones(void **state)
{
    (void)state;
    static const char *const names[] = {"create_case",   "create_template",  "get_cases",
                                        "add_case_tags", "delete_case_tags", "get_slas"};
    static const struct {
        const char *typed, *hint;
    } cases[] = {
        {"crate_case", "nearest: create_case"},
        {"craete_case", "nearest: create_case"},
        {"CREATE_CASE", "nearest: create_case"},
        {"get_case", "nearest: get_cases, get_slas"},
        {"case_tags", "nearest: add_case_tags, delete_case_tags"},
        {"tags_case", "nearest: add_case_tags, delete_case_tags"},
        {"zzzzzz", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char hint[128];
        suggest_hint(cases[i].typed, names, 6, hint, sizeof(hint));
        assert_string_equal(hint, cases[i].hint);
    }
}

static void distance_counts_edits_and_swaps_of_neighbours(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {
        {"", "", 0},       {"", "abc", 3},   {"abc", "abc", 0}, {"abc", "ABC", 0},
        {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "axc", 1}, {"kitten", "sitting", 3},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(suggest_distance(cases[i].a, cases[i].b), cases[i].distance);
    char longer[80];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_true(suggest_distance(longer, "a") == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mistyped_name_gets_the_nearest_ones),
        cmocka_unit_test(distance_counts_edits_and_swaps_of_neighbours),
    };
    return cmocka_run_group_tests_name("host_suggest", tests, NULL, NULL);
}
