/* Which calls a fault strikes, what a rule may say, and what becomes of an answer. The bytes on the
 * wire are tests/e2e/sandbox_faults.c's. */
#include "../sandbox/fault.h"
#include "../sandbox/response.h"
#include "../sandbox/wire.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ------------------------------------------------------------------ rules */

static struct sb_faults *with(const char *const *rules)
{
    struct sb_faults *faults = sb_faults_new();
    char error[256];
    for (; *rules != NULL; rules++) {
        if (!sb_faults_add(faults, *rules, error, sizeof error)) {
            fail_msg("%s", error);
        }
    }
    return faults;
}

/* One letter a call of create_case: the first of the kind's name that struck, or a dot. */
static void calls(struct sb_faults *faults, size_t count, char *ret_letters)
{
    for (size_t i = 0; i < count; i++) {
        struct sb_fault fault;
        ret_letters[i] = '.';
        if (sb_faults_take(faults, "entities_cases_put_v2", "create_case", &fault)) {
            for (size_t k = 0; k < sb_fault_row_count; k++) {
                const struct sb_fault_row *row = &sb_fault_rows[k];
                if (row->kind == fault.kind && row->applied == fault.applied) {
                    ret_letters[i] = row->name[0];
                }
            }
        }
    }
    ret_letters[count] = '\0';
}

static void a_rule_strikes_the_calls_it_names(void **state)
{
    static const struct {
        const char *rules[3];
        const char *struck; /* of the first nine calls of create_case */
    } rows[] = {
        {{"create_case:html"}, "hhhhhhhhh"},
        {{"entities_cases_put_v2:html:2"}, "hh......."},
        {{"get_cases:html"}, "........."},
        {{"token:html"}, "........."},
        {{"*:html:1"}, "h........"},
        {{"create_case@3:html:1"}, "..h......"},
        {{"create_case@3:html"}, "..hhhhhhh"},
        {{"create_case@2/3:html"}, ".h..h..h."},
        {{"create_case@1/4:html:2"}, "h...h...."},
        {{"create_case:html:2", "create_case:deep:1"}, "hhd......"},
        {{"create_case@1:html:1", "create_case@2:deep:1"}, "hd......."},
        {{"create_case@1/2:html", "create_case:deep"}, "hdhdhdhdh"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char struck[16];
        struct sb_faults *faults = with(rows[i].rules);
        calls(faults, 9, struck);
        if (strcmp(struck, rows[i].struck) != 0) {
            fail_msg("%s: %s instead of %s", rows[i].rules[0], struck, rows[i].struck);
        }
        sb_faults_free(faults);
    }
}

static void cleared_rules_strike_nothing(void **state)
{
    struct sb_faults *faults = with((const char *[]){"*:html", NULL});
    char struck[16];
    (void)state;
    calls(faults, 1, struck);
    assert_string_equal(struck, "h");
    sb_faults_clear(faults);
    calls(faults, 1, struck);
    assert_string_equal(struck, ".");
    sb_faults_free(faults);
}

static void the_list_says_what_is_left_of_each_rule(void **state)
{
    static const char *const rules[] = {"create_case:status=503:3", "create_case@4:slow=5",
                                        "create_case@2/3:deep", "get_cases:redirect=http://h:1/",
                                        NULL};
    struct sb_faults *faults = with(rules);
    char struck[16];
    (void)state;
    calls(faults, 2, struck);
    struct json_object *list = sb_faults_list(faults);
    assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE),
                        "[\"create_case:status=503:1\",\"create_case@2:slow=5\","
                        "\"create_case@3/3:deep\",\"get_cases:redirect=http://h:1/\"]");
    json_object_put(list);
    sb_faults_free(faults);
}

static void a_rule_gives_its_value_or_the_default(void **state)
{
    static const struct {
        const char *rule;
        int64_t number;
        const char *value;
        bool applied;
    } rows[] = {
        {"*:status=404", 404, "404", false},
        {"*:status", 500, "", false},
        {"*:status_after", 503, "", true},
        {"*:slow=0", 0, "0", true},
        {"*:redirect=http://h:80/:1", 0, "http://h:80/", false},
        {"*:redirect_308=https://h/a:b=c", 0, "https://h/a:b=c", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_faults *faults = with((const char *[]){rows[i].rule, NULL});
        struct sb_fault fault;
        assert_true(sb_faults_take(faults, "token", "token", &fault));
        assert_int_equal(fault.number, rows[i].number);
        assert_string_equal(fault.value, rows[i].value);
        assert_int_equal(fault.applied, rows[i].applied);
        sb_faults_free(faults);
    }
}

static void a_malformed_rule_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *rule, *reason;
    } rows[] = {
        {"html", "expected OP[@FIRST[/EVERY]]:KIND[=VALUE][:COUNT]"},
        {"", "expected OP[@FIRST[/EVERY]]:KIND[=VALUE][:COUNT]"},
        {"no_such:html", "no such operation"},
        {":html", "no such operation"},
        {"*:melt", "no such kind (falcon-sandbox --faults lists them)"},
        {"*:", "no such kind (falcon-sandbox --faults lists them)"},
        {"*:html:many", "no such kind (falcon-sandbox --faults lists them)"},
        {"*@0:html", "expected OP@FIRST or OP@FIRST/EVERY, counted from 1"},
        {"*@:html", "expected OP@FIRST or OP@FIRST/EVERY, counted from 1"},
        {"*@2/0:html", "expected OP@FIRST or OP@FIRST/EVERY, counted from 1"},
        {"*@2/x:html", "expected OP@FIRST or OP@FIRST/EVERY, counted from 1"},
        {"*:html:0", "COUNT starts at 1"},
        {"*:html=20", "the value is no whole number within the bounds of this kind"},
        {"*:html=600", "the value is no whole number within the bounds of this kind"},
        {"*:status=200", "the value is no whole number within the bounds of this kind"},
        {"*:slow=-1", "the value is no whole number within the bounds of this kind"},
        {"*:slow=", "the value is no whole number within the bounds of this kind"},
        {"*:partial=1", "this kind takes no value"},
        {"*:redirect", "it needs =URL, absolute"},
        {"*:redirect=/here", "it needs =URL, absolute"},
    };
    struct sb_faults *faults = sb_faults_new();
    char error[256], expected[256];
    struct sb_fault fault;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(expected, sizeof expected, "fault '%s': %s", rows[i].rule, rows[i].reason);
        assert_false(sb_faults_add(faults, rows[i].rule, error, sizeof error));
        assert_string_equal(error, expected);
    }
    assert_false(sb_faults_take(faults, "token", "token", &fault));
    sb_faults_free(faults);
}

static void more_rules_than_there_is_room_for_are_refused(void **state)
{
    struct sb_faults *faults = sb_faults_new();
    char error[256];
    int taken = 0;
    (void)state;
    while (taken < 1000 && sb_faults_add(faults, "*:html", error, sizeof error)) {
        taken++;
    }
    assert_int_equal(taken, 64);
    assert_string_equal(error, "fault '*:html': too many rules");
    char *longest = malloc(1000);
    memset(longest, 'a', 999);
    longest[999] = '\0';
    sb_faults_clear(faults);
    assert_false(sb_faults_add(faults, longest, error, sizeof error));
    free(longest);
    sb_faults_free(faults);
}

/* ------------------------------------------------------------------ the catalogue */

static void every_kind_is_in_the_catalogue_once_and_can_be_set(void **state)
{
    struct sb_faults *faults = sb_faults_new();
    char rule[96], error[256];
    (void)state;
    for (size_t i = 0; i < sb_fault_row_count; i++) {
        const struct sb_fault_row *row = &sb_fault_rows[i];
        bool url = row->value != NULL && strcmp(row->value, "URL") == 0;
        snprintf(rule, sizeof rule, "*:%s%s", row->name, url ? "=http://h/" : "");
        assert_true(sb_faults_add(faults, rule, error, sizeof error));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(sb_fault_rows[k].name, row->name);
            assert_false(sb_fault_rows[k].kind == row->kind &&
                         sb_fault_rows[k].applied == row->applied);
        }
        assert_true(row->number >= row->min && row->number <= row->max);
    }
    sb_faults_free(faults);
}

/* ------------------------------------------------------------------ answers */

static void half_of_the_resources_become_errors(void **state)
{
    static const struct {
        size_t count, kept;
    } rows[] = {{0, 0}, {1, 0}, {2, 1}, {5, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_response res;
        sb_response_init(&res);
        for (size_t k = 0; k < rows[i].count; k++) {
            char text[32];
            snprintf(text, sizeof text, k % 2 == 0 ? "\"c%zu\"" : "{\"id\":\"c%zu\"}", k);
            sb_add_json(&res, text);
        }
        sb_fault_halve(&res);
        assert_int_equal(res.status, 207);
        assert_int_equal(res.resource_count, rows[i].kept);
        assert_int_equal(sb_length(res.errors), rows[i].count - rows[i].kept);
        for (size_t k = rows[i].kept; k < rows[i].count; k++) {
            char id[32];
            snprintf(id, sizeof id, "c%zu", k);
            struct json_object *error = json_object_array_get_idx(res.errors, k - rows[i].kept);
            assert_string_equal(sb_text(error, "id"), id);
        }
        sb_response_done(&res);
    }
}

/* ------------------------------------------------------------------ scripts */

/* All that a script sends of an answer with the body "0123456789", up to `max` bytes. */
static size_t script_bytes(enum sb_fault_kind kind, int64_t number, size_t step, char *ret_bytes,
                           size_t max, struct sb_script *ret_plan)
{
    struct sb_fault fault = {.kind = kind, .number = number};
    struct sb_script script;
    size_t size = 0;
    assert_true(sb_script_write(&script, &fault, 200, "A: b\r\n",
                                sb_source_text(strdup("0123456789"), 10)));
    for (size_t n = 1; n > 0 && size < max; size += n) {
        n = sb_script_read(&script, size, ret_bytes + size, max - size < step ? max - size : step);
    }
    ret_bytes[size] = '\0';
    if (ret_plan != NULL) {
        *ret_plan = script;
    }
    sb_script_done(&script);
    return size;
}

static void a_script_says_what_the_fault_is_about(void **state)
{
#define HEAD "HTTP/1.1 200 OK\r\nA: b\r\n"
    static const struct {
        enum sb_fault_kind kind;
        int64_t number;
        const char *bytes;
    } rows[] = {
        {SB_FAULT_TRUNCATED, 0, HEAD "Content-Length: 10\r\n\r\n01234"},
        {SB_FAULT_RESET_IN_BODY, 0, HEAD "Content-Length: 10\r\n\r\n01234"},
        {SB_FAULT_LENGTH_SHORT, 3, HEAD "Content-Length: 7\r\n\r\n0123456789"},
        {SB_FAULT_LENGTH_SHORT, 30, HEAD "Content-Length: 0\r\n\r\n0123456789"},
        {SB_FAULT_LENGTH_LONG, 3, HEAD "Content-Length: 13\r\n\r\n0123456789"},
        {SB_FAULT_LENGTH_WORD, 0, HEAD "Content-Length: many\r\n\r\n0123456789"},
        {SB_FAULT_LENGTH_TWICE, 0,
         HEAD "Content-Length: 10\r\nContent-Length: 11\r\n\r\n0123456789"},
        {SB_FAULT_CHUNK_BAD, 0,
         HEAD "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\nsome\r\naaaa\r\n0\r\n\r\n"},
        {SB_FAULT_CHUNK_CUT, 0, HEAD "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n"},
        {SB_FAULT_CHUNK_HUGE, 0,
         HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n0123456789"},
        {SB_FAULT_NO_HTTP, 0, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"},
        {SB_FAULT_UNTIL_CLOSE, 0, "HTTP/1.0 200 OK\r\nA: b\r\nConnection: close\r\n\r\n0123456789"},
        {SB_FAULT_BIG_HEADER, 5, HEAD "X-Padding: aaaaa\r\nContent-Length: 10\r\n\r\n0123456789"},
        {SB_FAULT_STALL, 7, HEAD "Content-Length: 10\r\n\r\n0123456789"},
        {SB_FAULT_DRIP, 7, HEAD "Content-Length: 10\r\n\r\n0123456789"},
        {SB_FAULT_DRIP_HEAD, 7, HEAD "Content-Length: 10\r\n\r\n0123456789"},
    };
#undef HEAD
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t step = 1; step < 300; step += 7) {
            char bytes[512];
            script_bytes(rows[i].kind, rows[i].number, step, bytes, sizeof bytes - 1, NULL);
            assert_string_equal(bytes, rows[i].bytes);
        }
    }
}

static void waits_and_resets_stand_where_they_belong(void **state)
{
    const size_t head = strlen("HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 10\r\n\r\n");
    char bytes[512];
    struct sb_script plan;
    (void)state;
    script_bytes(SB_FAULT_STALL, 7, 100, bytes, sizeof bytes - 1, &plan);
    assert_int_equal(plan.pause_at, head + 5);
    assert_int_equal(plan.pause_ms, 7);
    script_bytes(SB_FAULT_DRIP, 7, 100, bytes, sizeof bytes - 1, &plan);
    assert_int_equal(plan.drip_from, head);
    assert_int_equal(plan.drip_ms, 7);
    script_bytes(SB_FAULT_DRIP_HEAD, 7, 100, bytes, sizeof bytes - 1, &plan);
    assert_int_equal(plan.drip_from, 0);
    script_bytes(SB_FAULT_RESET_IN_BODY, 0, 100, bytes, sizeof bytes - 1, &plan);
    assert_true(plan.reset);
    script_bytes(SB_FAULT_TRUNCATED, 0, 100, bytes, sizeof bytes - 1, &plan);
    assert_false(plan.reset);
}

static void endless_scripts_go_on(void **state)
{
    static char bytes[1024 * 1024];
    (void)state;
    assert_int_equal(script_bytes(SB_FAULT_ENDLESS, 0, 8192, bytes, sizeof bytes - 1, NULL),
                     sizeof bytes - 1);
    assert_non_null(strstr(bytes, "\r\n\r\n"));
    assert_int_equal(script_bytes(SB_FAULT_ENDLESS_HEAD, 0, 8192, bytes, sizeof bytes - 1, NULL),
                     sizeof bytes - 1);
    assert_null(strstr(bytes, "\r\n\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_strikes_the_calls_it_names),
        cmocka_unit_test(cleared_rules_strike_nothing),
        cmocka_unit_test(the_list_says_what_is_left_of_each_rule),
        cmocka_unit_test(a_rule_gives_its_value_or_the_default),
        cmocka_unit_test(a_malformed_rule_is_refused_with_its_reason),
        cmocka_unit_test(more_rules_than_there_is_room_for_are_refused),
        cmocka_unit_test(every_kind_is_in_the_catalogue_once_and_can_be_set),
        cmocka_unit_test(half_of_the_resources_become_errors),
        cmocka_unit_test(a_script_says_what_the_fault_is_about),
        cmocka_unit_test(waits_and_resets_stand_where_they_belong),
        cmocka_unit_test(endless_scripts_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
