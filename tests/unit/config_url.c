/* Which addresses the plugin may be pointed at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "config_texts.h"

static const struct {
    const char *url;
    bool loopback;
} hosts[] = {
    {"http://127.0.0.1", true},
    {"http://127.0.0.1:8080", true},
    {"https://127.255.255.254/path?q#f", true},
    {"http://localhost", true},
    {"http://localhost:1/", true},
    {"http://[::1]:80", true},
    {"http://[::1]", true},
    {"http://127.0.0.1/@example.com", true},
    {"http://127.0.0.1.evil.com", false},
    {"http://localhost.evil.com", false},
    {"http://localhost@evil.com", false},
    {"http://127.0.0.1@evil.com", false},
    {"http://127.0.0.1:80@evil.com", false},
    {"http://user:pw@127.0.0.1", false},
    {"http://@127.0.0.1", false},
    {"http://127.0.0.1\\@evil.com", false},
    {"http://evil.com\\@127.0.0.1", false},
    {"http://evil.com#@127.0.0.1", false},
    {"http://127.1", false},
    {"http://127.0.1", false},
    {"http://0x7f.1", false},
    {"http://0x7f.0.0.1", false},
    {"http://0177.0.0.1", false},
    {"http://127.0.0.01", false},
    {"http://127.0.0.1.", false},
    {"http://127.0.0.256", false},
    {"http://127.0.0.0x1", false},
    {"http://2130706433", false},
    {"http://128.0.0.1", false},
    {"http://0.0.0.0", false},
    {"http://[::]", false},
    {"http://[::2]", false},
    {"http://[::ffff:127.0.0.1]", false},
    {"http://[::1", false},
    {"http://[::1]evil.com", false},
    {"http://[::1].evil.com", false},
    {"http://[::1%25lo]", false},
    {"http://LOCALHOST", false},
    {"http://localhost.", false},
    {"http://xlocalhost", false},
    {"http://127.0.0.1:", false},
    {"http://127.0.0.1:0", false},
    {"http://127.0.0.1:65536", false},
    {"http://127.0.0.1:8o", false},
    {"http://127.0.0.1:80:80", false},
    {"http://127.0.0.1%2eevil.com", false},
    {"http:// 127.0.0.1", false},
    {"http://127.0.0.1\t", false},
    {"http://\xE2\x91\xA0"
     "27.0.0.1",
     false},
    {"http:/127.0.0.1", false},
    {"http:127.0.0.1", false},
    {"//127.0.0.1", false},
    {"127.0.0.1", false},
    {"ftp://127.0.0.1", false},
    {"HTTP://127.0.0.1", false},
    {"http://", false},
    {"", false},
};

static void only_exact_forms_are_loopback(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hosts); i++)
        if (config_is_loopback(hosts[i].url) != hosts[i].loopback)
            fail_msg("%s", hosts[i].url);
    assert_false(config_is_loopback(NULL));
}

static void a_base_url_is_taken_in_plain_form_only(void **state)
{
    (void)state;
    static const struct {
        const char *url, *want; /* NULL = refused                                                */
    } rows[] = {
        {"https://api.crowdstrike.com", "https://api.crowdstrike.com"},
        {"https://api.crowdstrike.com///", "https://api.crowdstrike.com"},
        {"https://API.example.com:8443/a/b/", "https://API.example.com:8443/a/b"},
        {"https://10.1.2.3", "https://10.1.2.3"},
        {"https://[2001:db8::1]:443", "https://[2001:db8::1]:443"},
        {"http://127.0.0.1:9", "http://127.0.0.1:9"},
        {"http://localhost:9/", "http://localhost:9"},
        {"http://example.com", NULL},
        {"http://127.0.0.1.evil.com", NULL},
        {"https://user@example.com", NULL},
        {"https://user:pw@example.com", NULL},
        {"https://example.com?x=1", NULL},
        {"https://example.com/#x", NULL},
        {"https://example.com/a b", NULL},
        {"https://example.com/../x", NULL},
        {"https://example.com/..", NULL},
        {"https://example.com\\@evil", NULL},
        {"https://0x7f.1", NULL},
        {"https://127.1", NULL},
        {"https://-a.example.com", NULL},
        {"https://a..example.com", NULL},
        {"https://.example.com", NULL},
        {"https://example.com.", NULL},
        {"https://ex%61mple.com", NULL},
        {"https://ex\xC3\xA4mple.com", NULL},
        {"https://", NULL},
        {"https:///x", NULL},
        {"HTTPS://example.com", NULL},
        {"file:///etc/passwd", NULL},
        {"api.crowdstrike.com", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct error err;
        char text[400];
        snprintf(text, sizeof(text),
                 "falcon = { client_id = \"i\"; client_secret = \"s\";\n"
                 "base_url = \"%s\"; };",
                 rows[i].url);
        for (char *p = text; (p = strchr(p, '\\')); p += 2)
            memmove(p + 1, p, strlen(p) + 1);
        bool ok = read_text(text, &c, &err);
        if (ok != (rows[i].want != NULL))
            fail_msg("%s: %s", rows[i].url, ok ? "accepted" : err.message);
        if (ok) {
            assert_string_equal(c.falcon.base_url, rows[i].want);
            config_done(&c);
        } else {
            assert_string_equal(err.where, "config line 2, falcon.base_url");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_exact_forms_are_loopback),
        cmocka_unit_test(a_base_url_is_taken_in_plain_form_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
