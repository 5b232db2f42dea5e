/* The times by which lost writes are known again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static bool is_taken(void *ctx, const char *id)
{
    (void)ctx, (void)id;
    return false;
}

/* What a resource with these tags says of a write with those. */
static enum reconcile_verdict judge_tags(enum match_how how, const char *there, const char *asked)
{
    const struct match match = {
        .at = "/tags", .how = how, .fact = {.from = FACT_INPUT, .text = "/tags"}};
    const struct reconcile rules = {
        .finds = RECONCILE_STATE, .match = &match, .n_match = 1, .certain = true};
    const struct schema schema = {0};
    const struct action action = {.input = &schema, .reconcile = &rules};
    char text[128];

    snprintf(text, sizeof(text), "[{\"id\":\"c\",\"tags\":%s}]", there);
    struct json_object *resources = json_tokener_parse(text);
    snprintf(text, sizeof(text), "{%s}", asked);
    struct json_object *input = json_tokener_parse(text);
    const struct reconcile_facts facts = {.action = &action, .input = input, .file_size = -1};
    struct reconcile_finding finding = reconcile_judge(&facts, resources, true, is_taken, NULL, 0);
    enum reconcile_verdict verdict = finding.verdict;
    reconcile_finding_done(&finding);
    json_object_put(resources);
    json_object_put(input);
    return verdict;
}

static void lists_prove_by_what_they_hold_and_leave_doubt_by_halves(void **state)
{
    (void)state;
    static const struct {
        enum match_how how;
        const char *there, *asked;
        enum reconcile_verdict verdict;
    } rows[] = {
        {MATCH_COVERS, "[\"a\",\"b\",\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_APPLIED},
        {MATCH_COVERS, "[\"a\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_UNKNOWN},
        {MATCH_COVERS, "[\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_ABSENT},
        {MATCH_COVERS, "[\"a\"]", "\"tags\":\"a\"", VERDICT_UNKNOWN},
        {MATCH_SAME, "[\"b\",\"a\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_APPLIED},
        {MATCH_SAME, "[\"a\",\"b\",\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_ABSENT},
        {MATCH_SAME, "[]", "", VERDICT_APPLIED},
        {MATCH_LACKS, "[\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_APPLIED},
        {MATCH_LACKS, "[]", "\"tags\":[\"a\"]", VERDICT_APPLIED},
        {MATCH_LACKS, "[\"a\",\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_UNKNOWN},
        {MATCH_LACKS, "[\"a\",\"b\",\"c\"]", "\"tags\":[\"a\",\"b\"]", VERDICT_ABSENT},
        {MATCH_LACKS, "[\"c\"]", "\"tags\":\"a\"", VERDICT_UNKNOWN},
        {MATCH_LACKS, "[\"c\"]", "", VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum reconcile_verdict found = judge_tags(rows[i].how, rows[i].there, rows[i].asked);
        if (found != rows[i].verdict)
            fail_msg("row %zu: %d", i, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_in_every_form_that_the_standard_knows),
        cmocka_unit_test(lists_prove_by_what_they_hold_and_leave_doubt_by_halves),
    };
    return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}
