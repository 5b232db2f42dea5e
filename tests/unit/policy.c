/* Which actions an instance may carry out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct schema file = {.in = SCHEMA_IN_FILE};
static const struct schema_property file_input = {"file", &file};
static const struct schema upload_input = {.properties = &file_input, .n_properties = 1};
static const struct action upload = {.name = "upload_file",
                                     .group = "files",
                                     .scope_write = true,
                                     .documented = true,
                                     .input = &upload_input};
static const struct action download = {.name = "download_files",
                                       .group = "files",
                                       .answer = ANSWER_FILE,
                                       .annotations = ANNOTATION_IDEMPOTENT};

static const struct action get_cases = {
    .name = "get_cases", .group = "cases", .annotations = ANNOTATION_READ_ONLY};
static const struct action create_case = {
    .name = "create_case", .group = "cases", .scope_write = true};
static const struct action delete_slas = {.name = "delete_slas",
                                          .group = "slas",
                                          .scope_write = true,
                                          .annotations = ANNOTATION_DESTRUCTIVE};

static bool check(bool read_only, const char *allow, const char *deny, const struct action *action,
                  struct error *err)
{
    char *allowed[] = {(char *)(uintptr_t) "no_such_action", (char *)(uintptr_t)allow};
    char *denied[] = {(char *)(uintptr_t) "no_such_action", (char *)(uintptr_t)deny};
    struct config config = {.policy = {.read_only = read_only,
                                       .allow = {allowed, allow ? 2 : 0},
                                       .deny = {denied, deny ? 2 : 0}}};
    error_clear(err);
    return policy_check(&config, action, err);
}

static void the_lists_decide_what_is_carried_out(void **state)
{
    (void)state;
    static const struct {
        bool read_only;
        const char *allow, *deny;
        bool get_cases, create_case, delete_slas;
    } rows[] = {
        {false, NULL, NULL, true, true, true},
        {true, NULL, NULL, true, false, false},
        {true, "write", NULL, false, false, false},
        {false, "read", NULL, true, false, false},
        {false, "write", NULL, false, true, true},
        {false, "destructive", NULL, false, false, true},
        {false, "get_*", NULL, true, false, false},
        {false, "*", NULL, true, true, true},
        {false, "*case*", NULL, true, true, false},
        {false, "get_case?", NULL, true, false, false},
        {false, "get_case", NULL, false, false, false},
        {false, "*_*_*", NULL, false, false, false},
        {false, "group:cases", NULL, true, true, false},
        {false, "group:s*", NULL, false, false, true},
        {false, NULL, "destructive", true, true, false},
        {false, NULL, "group:*", false, false, false},
        {false, "get_cases", "get_cases", false, false, false},
        {false, "group:cases", "write", true, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err;
        bool got[] = {check(rows[i].read_only, rows[i].allow, rows[i].deny, &get_cases, &err),
                      check(rows[i].read_only, rows[i].allow, rows[i].deny, &create_case, &err),
                      check(rows[i].read_only, rows[i].allow, rows[i].deny, &delete_slas, &err)};
        if (got[0] != rows[i].get_cases || got[1] != rows[i].create_case ||
            got[2] != rows[i].delete_slas)
            fail_msg("row %zu: %d %d %d", i, got[0], got[1], got[2]);
    }
}

static void the_words_name_what_an_action_does(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool upload, download, delete_slas;
    } rows[] = {{"read", false, true, false},        {"write", true, false, true},
                {"destructive", false, false, true}, {"idempotent", false, true, false},
                {"local_read", true, false, false},  {"local_write", false, true, false},
                {"undocumented", false, true, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err;
        bool refused[] = {!check(false, NULL, rows[i].word, &upload, &err),
                          !check(false, NULL, rows[i].word, &download, &err),
                          !check(false, NULL, rows[i].word, &delete_slas, &err)};
        if (refused[0] != rows[i].upload || refused[1] != rows[i].download ||
            refused[2] != rows[i].delete_slas)
            fail_msg("%s: %d %d %d", rows[i].word, refused[0], refused[1], refused[2]);
    }
}

static void a_refusal_names_the_setting_and_the_way_out(void **state)
{
    (void)state;
    static const struct {
        bool read_only;
        const char *allow, *deny, *message, *hint;
    } rows[] = {
        {true, NULL, NULL, "policy.read_only refuses create_case", "policy.read_only = false"},
        {false, NULL, "create_*", "policy.deny refuses create_case (by \"create_*\")",
         "Take \"create_*\" out of policy.deny"},
        {false, "read", NULL, "policy.allow does not name create_case",
         "Add \"create_case\" to policy.allow"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error err;
        assert_false(check(rows[i].read_only, rows[i].allow, rows[i].deny, &create_case, &err));
        assert_int_equal(err.status, SOAR_PERMISSION_DENIED);
        assert_string_equal(err.reason, "policy");
        assert_int_equal(err.outcome, OUTCOME_NOT_SENT);
        assert_non_null(strstr(err.message, rows[i].message));
        assert_non_null(strstr(err.hint, rows[i].hint));
    }
}

static void a_pattern_must_match_an_action(void **state)
{
    (void)state;
    const struct action actions[] = {get_cases, create_case};
    static const struct {
        const char *pattern;
        bool ok;
    } rows[] = {{"get_cases", true},   {"get_*", true},       {"*", true},
                {"read", true},        {"write", true},       {"destructive", false},
                {"group:cases", true}, {"group:?ases", true}, {"group:", false},
                {"group:slas", false}, {"get_case", false},   {"Get_cases", false},
                {"get_cases ", false}, {"", false},           {"[g]et_cases", false},
                {"get_cases?", false}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (policy_pattern_ok(rows[i].pattern, actions, COUNT(actions)) != rows[i].ok)
            fail_msg("\"%s\"", rows[i].pattern);
}

static void a_pattern_of_many_stars_ends_soon(void **state)
{
    (void)state;
    static char name[2001], pattern[201];
    memset(name, 'a', sizeof(name) - 1);
    for (size_t i = 0; i + 1 < sizeof(pattern); i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[sizeof(pattern) - 2] = 'b';
    const struct action action = {.name = name, .group = "x"};
    assert_false(policy_pattern_ok(pattern, &action, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists_decide_what_is_carried_out),
        cmocka_unit_test(the_words_name_what_an_action_does),
        cmocka_unit_test(a_refusal_names_the_setting_and_the_way_out),
        cmocka_unit_test(a_pattern_must_match_an_action),
        cmocka_unit_test(a_pattern_of_many_stars_ends_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
