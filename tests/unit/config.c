/* The configuration: what is read, what is refused, and how a refusal reads. This program exports
 * functions of libconfig's names, as a host may: every test here passes beside them. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_texts.h"

/* ------------------------------------------------------------------ namesakes of libconfig */

#pragma GCC visibility push(default)
void *config_lookup_string(void);
int config_read_string(void);
int config_setting_get_int64(void);
int config_setting_get_bool(void);
#pragma GCC visibility pop

void *config_lookup_string(void)
{
    fail_msg("the host's function was called");
    return NULL;
}

int config_read_string(void)
{
    fail_msg("the host's function was called");
    return 0;
}

int config_setting_get_int64(void)
{
    fail_msg("the host's function was called");
    return 0;
}

int config_setting_get_bool(void)
{
    fail_msg("the host's function was called");
    return 0;
}

static void functions_of_the_host_that_only_share_a_name_are_not_called(void **state)
{
    (void)state;
    int (*mine)(void) = config_read_string;
    void *found = dlsym(RTLD_DEFAULT, "config_read_string");
    /* Linked with -rdynamic, or else this would prove nothing. */
    assert_memory_equal(&found, &mine, sizeof(found));
    struct config c;
    read_good(ID "policy = { read_only = true; };", &c);
    assert_true(c.policy.read_only);
    config_done(&c);
}

/* ------------------------------------------------------------------ what is read */

static void every_key_lands_in_its_setting(void **state)
{
    (void)state;
    struct config c;
    read_good(
        "falcon = { cloud = \"eu-1\"; base_url = \"https://gw.example.com/falcon/\";\n"
        "  client_id = \"id-1\"; client_secret = \"sec\"; member_cid = \"abc\";\n"
        "  tenant = \"Acme\"; };\n"
        "http = { timeout_ms = 1; connect_timeout_ms = 2; stall_timeout_ms = 3000;\n"
        "  max_connections = 4; max_response_bytes = 5000; proxy = \"http://p:1\";\n"
        "  proxy_credentials = \"u:p\"; no_proxy = \"a,b\"; ca_file = \"/ca\";\n"
        "  client_cert = \"/cert\"; client_key = \"/key\"; client_key_password = \"pw\"; };\n"
        "retry = { attempts = 6; base_ms = 7; max_ms = 8; };\n"
        "limits = { govern = false; reserve_percent = 0; max_requests = 11; window_ms = 600;\n"
        "  max_wait_ms = 1000; shared_file = \"/run/limits\"; ahead = 2; };\n"
        "files = { read_dirs = [\"/r1\", \"/r2\"]; write_dirs = (\"/w\"); max_bytes = 9; };\n"
        "policy = { read_only = true; allow = [\"get_*\"]; deny = [\"group:cases\"]; };\n"
        "log = { level = \"debug\"; };\n",
        &c);
    assert_string_equal(c.falcon.cloud, "eu-1");
    assert_string_equal(c.falcon.base_url, "https://gw.example.com/falcon");
    assert_string_equal(c.falcon.client_id.ptr, "id-1");
    assert_string_equal(c.falcon.client_secret.ptr, "sec");
    assert_int_equal(c.falcon.client_secret.len, 3);
    assert_string_equal(c.falcon.member_cid, "abc");
    assert_string_equal(c.falcon.tenant, "Acme");
    assert_int_equal(c.http.timeout_ms, 1);
    assert_int_equal(c.http.connect_timeout_ms, 2);
    assert_int_equal(c.http.stall_timeout_ms, 3000);
    assert_int_equal(c.http.max_connections, 4);
    assert_int_equal(c.http.max_response_bytes, 5000);
    assert_string_equal(c.http.proxy, "http://p:1");
    assert_string_equal(c.http.proxy_credentials.ptr, "u:p");
    assert_string_equal(c.http.no_proxy, "a,b");
    assert_string_equal(c.http.ca_file, "/ca");
    assert_string_equal(c.http.client_cert, "/cert");
    assert_string_equal(c.http.client_key, "/key");
    assert_string_equal(c.http.client_key_password.ptr, "pw");
    assert_int_equal(c.retry.attempts, 6);
    assert_int_equal(c.retry.base_ms, 7);
    assert_int_equal(c.retry.max_ms, 8);
    assert_false(c.limits.govern);
    assert_int_equal(c.limits.reserve_percent, 0);
    assert_int_equal(c.limits.max_requests, 11);
    assert_int_equal(c.limits.window_ms, 600);
    assert_int_equal(c.limits.max_wait_ms, 1000);
    assert_string_equal(c.limits.shared_file, "/run/limits");
    assert_int_equal(c.limits.ahead, 2);
    assert_int_equal(c.files.read_dirs.n, 2);
    assert_string_equal(c.files.read_dirs.items[1], "/r2");
    assert_int_equal(c.files.write_dirs.n, 1);
    assert_string_equal(c.files.write_dirs.items[0], "/w");
    assert_int_equal(c.files.max_bytes, 9);
    assert_true(c.policy.read_only);
    assert_string_equal(c.policy.allow.items[0], "get_*");
    assert_string_equal(c.policy.deny.items[0], "group:cases");
    assert_int_equal(c.log_level, SOAR_LOG_DEBUG);
    config_done(&c);
}

static void defaults_fill_what_is_left_out(void **state)
{
    (void)state;
    struct config c;
    read_good(ID, &c);
    assert_string_equal(c.falcon.cloud, "auto");
    assert_null(c.falcon.base_url);
    assert_null(c.falcon.tenant);
    assert_int_equal(c.http.timeout_ms, 60000);
    assert_int_equal(c.http.max_response_bytes, 67108864);
    assert_int_equal(c.retry.attempts, 4);
    assert_true(c.limits.govern);
    assert_int_equal(c.limits.reserve_percent, 10);
    assert_int_equal(c.limits.max_requests, 0);
    assert_int_equal(c.limits.window_ms, 60000);
    assert_int_equal(c.limits.max_wait_ms, 60000);
    assert_null(c.limits.shared_file);
    assert_int_equal(c.limits.ahead, 4);
    assert_int_equal(c.files.max_bytes, INT64_C(8589934592));
    assert_int_equal(c.files.read_dirs.n, 0);
    assert_false(c.policy.read_only);
    assert_true(c.log.audit);
    assert_int_equal(c.log_level, SOAR_LOG_INFO);
    config_done(&c);
    config_done(&c);
}

static void the_tenant_is_the_member_cid_where_it_has_no_name(void **state)
{
    (void)state;
    struct config c;
    read_good(FALCON("member_cid = \"0123\";"), &c);
    assert_string_equal(c.falcon.tenant, "0123");
    config_done(&c);
}

static void each_log_level_has_its_number(void **state)
{
    (void)state;
    static const char *const names[] = {"off", "error", "warn", "info", "debug"};
    for (int32_t i = 0; i < 5; i++) {
        struct config c;
        char text[200];
        snprintf(text, sizeof(text), ID "log = { level = \"%s\"; };", names[i]);
        read_good(text, &c);
        assert_int_equal(c.log_level, i);
        config_done(&c);
    }
}

static void an_integer_past_32_bits_is_not_cut(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
    } rows[] = {
        {"max_bytes = 5000000000;", INT64_C(5000000000)},
        {"max_bytes = 5000000000L;", INT64_C(5000000000)},
        {"max_bytes=2147483647;", 2147483647},
        {"max_bytes:2147483648", INT64_C(2147483648)},
        {"max_bytes = +4294967297;", INT64_C(4294967297)},
        {"/* 5000000000 */ max_bytes = # \"\n 7;", 7},
        {"max_bytes = 1125899906842624; // \"", INT64_C(1125899906842624)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        char text[200];
        snprintf(text, sizeof(text), ID "files = { %s\n };", rows[i].text);
        read_good(text, &c);
        assert_int_equal(c.files.max_bytes, rows[i].want);
        config_done(&c);
    }
}

static void windows_line_ends_and_a_byte_order_mark_are_fine(void **state)
{
    (void)state;
    struct config c;
    read_good("\xEF\xBB\xBF"
              "falcon = {\r\n client_id = \"a\";\r\n client_secret = \"b\";\r\n};\r\n",
              &c);
    assert_string_equal(c.falcon.client_id.ptr, "a");
    config_done(&c);
}

/* ------------------------------------------------------------------ what is refused */

static const struct {
    const char *text, *where, *message;
} mistakes[] = {
    {"", "config, falcon.client_id", "falcon.client_id: is missing"},
    {"falcon = { client_id = \"a\"; };", "config, falcon.client_secret", "is missing"},
    {FALCON("client_id = \"b\";"), "config line 1", "duplicate"},
    {ID "http = { timeout_ms = \"5\"; };", "config line 2, http.timeout_ms",
     "line 2, http.timeout_ms: expected an integer, found a string"},
    {ID "http = { timeout_ms = 1.5; };", "config line 2, http.timeout_ms", "found a float"},
    {ID "http = { timeout_ms = 0; };", "config line 2, http.timeout_ms",
     "is 0, 1 to 86400000 are allowed"},
    {ID "http = { timeout_ms = -1; };", "config line 2, http.timeout_ms", "is -1"},
    {ID "http = { timeout_ms = 99999999999999999999; };", "config line 2, http.timeout_ms",
     "is 9223372036854775807"},
    {ID "files = { max_bytes = 0x200000001; };", "config line 2, files.max_bytes", "decimal"},
    {ID "http = \"x\";", "config line 2, http", "expected a group { ... }, found a string"},
    {ID "http = { proxy = { }; };", "config line 2, http.proxy", "found a group"},
    {ID "policy = { read_only = 1; };", "config line 2, policy.read_only",
     "expected true or false, found an integer"},
    {ID "policy = { allow = \"x\"; };", "config line 2, policy.allow", "expected a list"},
    {ID "policy = { allow = [1]; };", "config line 2, policy.allow",
     "string 1 of the list is not a string"},
    {ID "policy = { allow = [\"get_*\", \"\"]; };", "config line 2, policy.allow",
     "string 2 of the list is empty"},
    {ID "policy = { deny = [\"delete_evrything\"]; };", "config line 2, policy.deny",
     "delete_evrything matches no action"},
    {ID "policy = { deny = [\"group:nothing\"]; };", "config line 2, policy.deny",
     "matches no action"},
    {ID "htpp = { };", "config line 2, htpp", "unknown section, did you mean http?"},
    {ID "client_id = \"x\";", "config line 2, client_id", "did you mean falcon.client_id?"},
    {ID "http = { timout_ms = 5; };", "config line 2, http.timout_ms",
     "unknown key, did you mean http.timeout_ms?"},
    {ID "http = { base_url = \"x\"; };", "config line 2, http.base_url",
     "did you mean falcon.base_url?"},
    {ID "http = { qwertz = 5; };", "config line 2, http.qwertz", "unknown key"},
    {FALCON("cloud = \"us-9\";"), "config line 1, falcon.cloud",
     "no cloud is named us-9; there are auto, us-1, eu-1"},
    {FALCON("cloud = \"\";"), "config line 1, falcon.cloud", "is empty"},
    {FALCON("member_cid = \"a\\nb\";"), "config line 1, falcon.member_cid", "control character"},
    {FALCON("member_cid = \"\\xff\";"), "config line 1, falcon.member_cid", "not UTF-8"},
    {FALCON("base_url = \"http://example.com\";"), "config line 1, falcon.base_url", "use https"},
    {ID "files = { read_dirs = [\"a\"]; };", "config line 2, files.read_dirs",
     "a is not an absolute path"},
    {ID "http = { ca_file = \"ca.pem\"; };", "config line 2, http.ca_file", "absolute"},
    {ID "http = { client_key = \"/k\"; };", "config line 2, http.client_key",
     "without a certificate"},
    {ID "http = { proxy = \"http://u:p@host\"; };", "config line 2, http.proxy",
     "http.proxy_credentials"},
    {ID "http = { proxy = \"ftp://host\"; };", "config line 2, http.proxy", "unknown scheme"},
    {ID "http = { proxy_credentials = \"nobody\"; };", "config line 2, http.proxy_credentials",
     "USER:PASSWORD"},
    {ID "retry = { base_ms = 100; max_ms = 50; };", "config line 2, retry.base_ms",
     "longer than the longest"},
    {ID "limits = { reserve_percent = 91; };", "config line 2, limits.reserve_percent",
     "0 to 90 are allowed"},
    {ID "limits = { ahead = 0; };", "config line 2, limits.ahead", "1 to 16 are allowed"},
    {ID "limits = { ahead = 17; };", "config line 2, limits.ahead", "1 to 16 are allowed"},
    {ID "limits = { window_ms = 599; };", "config line 2, limits.window_ms", "600 to 3600000"},
    {ID "limits = { shared_file = \"limits\"; };", "config line 2, limits.shared_file",
     "limits is not an absolute path"},
    {ID "log = { level = \"loud\"; };", "config line 2, log.level",
     "off, error, warn, info, debug"},
    {ID "\n= 5;", "config line 3", "syntax error"},
    {ID "http = {", "config line 2", "syntax error"},
    {ID "log = { level = \"off\", \"x\"; };", "config line 2", "where none can stand"},
    {ID "a = (((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))));", "config line 2",
     "nested too deep"},
    {ID "http = { proxy \"x\"; };", "config line 2", "a string where none can stand"},
    {ID "\"x\"", "config line 2", "a string where none can stand"},
    {ID "http = { timeout_ms = 1 # = \n\"x\"; };", "config line 3", "where none can stand"},
    {ID "http = { proxy = /* */ \"x\" y; };", "config line 2", "syntax error"},
    {ID "/* no end", "config line 2", "a comment without an end"},
    {ID "a = \"no end", "config line 2", "a string without an end"},
    {FALCON("tenant = \"a\\x00b\";"), "config line 1", "\\x00"},
    {ID "log = { level = \"caf\xE9\"; };", "config line 2", "not UTF-8"},
    {ID "@include \"/etc/hostname\"", "config line 2", "@include is not allowed"},
    {ID " \t@include\t\"x\"", "config line 2", "@include is not allowed"},
};

static void each_mistake_is_refused_with_its_line_and_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++)
        assert_refused(mistakes[i].text, mistakes[i].where, mistakes[i].message);
}

static void every_wrong_key_stands_in_one_error(void **state)
{
    (void)state;
    static const char text[] = "falcon = { client_id = 5; };\n"
                               "http = { timeout_ms = \"x\";\n"
                               "  nonsense = 1; };\n"
                               "log = { level = \"loud\"; };\n";
    struct config c;
    struct error err;
    assert_false(read_text(text, &c, &err));
    assert_string_equal(err.where, "config line 1, falcon.client_id");
    assert_holds(err.message, "line 1, falcon.client_id: expected a string");
    assert_holds(err.message, "; line 2, http.timeout_ms: expected an integer, found a string");
    assert_holds(err.message, "; line 3, http.nonsense: unknown key");
    assert_holds(err.message, "; falcon.client_secret: is missing");
    assert_holds(err.message, "; line 4, log.level: no level");
}

static void a_long_list_of_mistakes_is_cut_and_counted(void **state)
{
    (void)state;
    char text[4000] = ID "http = { ";
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "qqqqqqqq%d = 1; %s", i,
                 i == 59 ? "};" : "");
    struct config c;
    struct error err;
    assert_false(read_text(text, &c, &err));
    const char *and = strstr(err.message, "; and ");
    assert_non_null(and);
    int more = atoi(and+strlen("; and "));
    int named = 0;
    for (const char *p = err.message; (p = strstr(p, "qqqqqqqq")); p++)
        named++;
    assert_true(named > 3);
    assert_int_equal(named + more, 60);
}

static void nul_and_oversize_are_refused(void **state)
{
    (void)state;
    struct config c;
    struct error err;
    static const char nul[] = ID "log = { \0 };";
    assert_false(config_read(nul, sizeof(nul) - 1, NULL, &service, &c, &err));
    assert_holds(err.message, "line 2: a NUL byte");
    size_t big = ((size_t)1 << 20) + 1;
    char *text = test_malloc(big);
    memset(text, ' ', big);
    assert_false(config_read(text, big, NULL, &service, &c, &err));
    assert_string_equal(err.reason, "config_too_long");
    test_free(text);
    assert_false(config_read(NULL, 0, NULL, &service, &c, &err));
}

static void every_beginning_of_a_text_is_read_or_refused(void **state)
{
    (void)state;
    static const char text[] = FALCON(
        "tenant = \"\xC3\xA4\\x41\\\"\";") "# c\n// d\n/* e */ http : { timeout_ms = 5000000000L;"
                                           " ca_file = \"a\" \"b\"; }; policy = { deny = [ \"a\", "
                                           "\"b\" ]; allow = ( ); };";
    for (size_t n = 0; n <= sizeof(text) - 1; n++) {
        struct config c = {0};
        struct error err;
        error_clear(&err);
        if (config_read(text, n, NULL, &service, &c, &err))
            config_done(&c);
        else
            assert_int_not_equal(err.status, SOAR_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_the_host_that_only_share_a_name_are_not_called),
        cmocka_unit_test(every_key_lands_in_its_setting),
        cmocka_unit_test(defaults_fill_what_is_left_out),
        cmocka_unit_test(the_tenant_is_the_member_cid_where_it_has_no_name),
        cmocka_unit_test(each_log_level_has_its_number),
        cmocka_unit_test(an_integer_past_32_bits_is_not_cut),
        cmocka_unit_test(windows_line_ends_and_a_byte_order_mark_are_fine),
        cmocka_unit_test(each_mistake_is_refused_with_its_line_and_key),
        cmocka_unit_test(every_wrong_key_stands_in_one_error),
        cmocka_unit_test(a_long_list_of_mistakes_is_cut_and_counted),
        cmocka_unit_test(nul_and_oversize_are_refused),
        cmocka_unit_test(every_beginning_of_a_text_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
