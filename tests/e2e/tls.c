/* TLS: whom the plugin trusts, what it refuses, and that it reads the trusted certificates once.
 * The service is the sandbox behind a front (tls_front.py) that closes each connection after its
 * answer, so that each request is a handshake of its own. */
#include "check.h"
#include "plugin.h"
#include "program.h"
#include "settings.h"
#include "tls_front.h"
#include "tmpdir.h"
#include "world.h"
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define QUERY "{\"limit\":1}"

/* Copies a certificate to ca.pem in the world's directory. */
static char *trust(const struct world *world, const char *certificate)
{
    char pem[64];
    size_t size = 0;
    snprintf(pem, sizeof pem, "%s.pem", certificate);
    char *text = tmpdir_read(certificates, pem, &size);
    tmpdir_write(world->dir, "ca.pem", text, size);
    free(text);
    return tmpdir_path(world->dir, "ca.pem");
}

/* An instance for the front that trusts ca_file (NULL = the system's certificates). */
static soar_plugin *open_front(const struct world *world, const char *url, const char *ca_file)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(url));
    if (ca_file != NULL) {
        json_object_object_add(settings, "http.ca_file", json_object_new_string(ca_file));
    }
    soar_plugin *instance = plugin_open(settings);
    json_object_put(settings);
    return instance;
}

static void expect_status(soar_plugin *instance, soar_status wanted)
{
    soar_status status = SOAR_OK;
    struct json_object *document = plugin_call(instance, "query_case_ids", QUERY, &status);
    if (status != wanted) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    json_object_put(document);
}

/* ------------------------------------------------------------------ trust */

static void a_service_with_a_trusted_certificate_is_used(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "pass");
    char *ca_file = trust(world, "good");
    soar_plugin *instance = open_front(world, front.url, ca_file);
    expect_status(instance, SOAR_OK);
    expect_line(&front, "served /oauth2/token");
    expect_line(&front, "served /cases/queries/cases/v1?limit=1");
    plugin_close(instance);
    front_stop(&front);
    free(ca_file);
    world_free(world);
}

struct untrusted {
    const char *what;
    const char *certificate; /* of the service                          */
    const char *trusted;     /* by the plugin; NULL = the system's only */
    const char *mode;
};

static const struct untrusted untrusted[] = {
    {"a certificate of an unknown authority", "good", "other", "pass"},
    {"a certificate that the system does not know", "good", NULL, "pass"},
    {"a certificate for another host", "elsewhere", "elsewhere", "pass"},
    {"a certificate that has expired", "expired", "expired", "pass"},
    {"a service that speaks nothing newer than TLS 1.1", "good", "good", "tls1.1"},
};

static void expect_tls_failed(struct json_object *document, const char *what)
{
    struct json_object *reason = NULL, *message = NULL, *hint = NULL, *outcome = NULL;
    assert_int_equal(json_pointer_get(document, "/error/reason", &reason), 0);
    assert_int_equal(json_pointer_get(document, "/error/message", &message), 0);
    assert_int_equal(json_pointer_get(document, "/error/hint", &hint), 0);
    assert_int_equal(json_pointer_get(document, "/error/outcome", &outcome), 0);
    if (strcmp(json_object_get_string(reason), "tls_failed") != 0 ||
        strstr(json_object_get_string(message), "TLS") == NULL ||
        strstr(json_object_get_string(hint), "http.ca_file") == NULL ||
        strcmp(json_object_get_string(outcome), "not_sent") != 0) {
        fail_msg("%s: %s", what, json_object_to_json_string(document));
    }
}

static void nothing_is_sent_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof untrusted / sizeof *untrusted; i++) {
        const struct untrusted *one = &untrusted[i];
        soar_status status = SOAR_OK;
        struct world *world = world_new(NULL);
        struct front front = front_start(world, one->certificate, one->mode);
        char *ca_file = one->trusted != NULL ? trust(world, one->trusted) : NULL;
        soar_plugin *instance = open_front(world, front.url, ca_file);
        struct json_object *document = plugin_call(instance, "query_case_ids", QUERY, &status);
        assert_int_equal(status, SOAR_UNAVAILABLE);
        expect_tls_failed(document, one->what);
        assert_int_equal(sandbox_count(&world->sandbox), 0);
        json_object_put(document);
        plugin_close(instance);
        front_stop(&front);
        free(ca_file);
        world_free(world);
    }
}

static void plain_http_is_for_loopback_addresses_only(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://203.0.113.1", "http://falcon.example.com:8080",
                                       "http://127.0.0.1.example.com", "http://0.0.0.0:80"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        char config[256];
        soar_status status = SOAR_OK;
        int size = snprintf(config, sizeof config,
                            "falcon = { base_url = \"%s\"; client_id = \"a\"; "
                            "client_secret = \"b\"; };",
                            urls[i]);
        struct json_object *document = plugin_refused(config, (size_t)size, &status);
        assert_int_equal(status, SOAR_INVALID_ARGUMENT);
        assert_non_null(strstr(json_object_to_json_string(document), "base_url"));
        json_object_put(document);
    }
}

/* ------------------------------------------------------------------ once */

static void the_trusted_certificates_are_read_once(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "pass");
    char *ca_file = trust(world, "good");
    soar_plugin *instance = open_front(world, front.url, ca_file);
    expect_status(instance, SOAR_OK);
    expect_line(&front, "served /oauth2/token");
    expect_line(&front, "served /cases/queries/cases/v1?limit=1");
    tmpdir_write(world->dir, "ca.pem", "garbage\n", 8);
    expect_status(instance, SOAR_OK);
    expect_line(&front, "served /cases/queries/cases/v1?limit=1"); /* a connection of its own */
    soar_plugin *late = open_front(world, front.url, ca_file);
    expect_status(late, SOAR_UNAVAILABLE); /* it is garbage indeed */
    plugin_close(late);
    plugin_close(instance);
    front_stop(&front);
    free(ca_file);
    world_free(world);
}

/* ------------------------------------------------------------------ SIGPIPE */

static void a_connection_that_is_reset_in_the_middle_of_a_write_never_raises_sigpipe(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "reset");
    char *ca_file = trust(world, "good");
    soar_plugin *instance = open_front(world, front.url, ca_file);
    tmpdir_write_pattern(world->dir, "in/large.bin", 4 << 20);
    expect_status(instance, SOAR_UNAVAILABLE); /* a read may be tried again, and was */
    for (int i = 0; i < 5; i++) {
        soar_status status = SOAR_OK;
        struct json_object *document = plugin_call(
            instance, "upload_file", "{\"file\":\"large.bin\",\"case_id\":\"c\"}", &status);
        if (status != SOAR_UNKNOWN && status != SOAR_UNAVAILABLE) {
            fail_msg("%s", json_object_to_json_string(document));
        }
        json_object_put(document);
    }
    plugin_close(instance);
    front_stop(&front);
    free(ca_file);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_with_a_trusted_certificate_is_used),
        cmocka_unit_test(nothing_is_sent_to),
        cmocka_unit_test(plain_http_is_for_loopback_addresses_only),
        cmocka_unit_test(the_trusted_certificates_are_read_once),
        cmocka_unit_test(a_connection_that_is_reset_in_the_middle_of_a_write_never_raises_sigpipe),
    };
    signal(SIGPIPE, SIG_DFL);
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
