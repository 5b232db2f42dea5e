/* Ways to the service: through a proxy and past it, and with a certificate of the client's own. The
 * service is the sandbox behind TLS (tls_front.h), the proxy a small one of its own (proxy.py). */
#include "check.h"
#include "tls_front.h"
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define CREDENTIALS "agent:Ky4mB7vD2xQ9"
#define PASSWORD "Ky4mB7vD2xQ9"

struct proxy {
    struct program program;
    char *url;
    char *port;
};

static int make_ways(void **state)
{
    (void)state;
    certificates = tmpdir_new();
    certificate_new(certificates, "good", "IP:127.0.0.1");
    certificate_new(certificates, "client", "DNS:client");
    certificate_new(certificates, "stranger", "DNS:client");
    openssl(certificates,
            (const char *[]){"openssl", "pkey", "-in", "client.key", "-aes256", "-passout",
                             "pass:" PASSWORD, "-out", "locked.key", NULL});
    return 0;
}

static struct proxy proxy_start(void)
{
    struct proxy proxy = {.url = NULL};
    const char *argv[] = {"python3", "tests/e2e/proxy.py", CREDENTIALS, NULL};
    program_start(&proxy.program, argv, NULL);
    proxy.port = program_line(&proxy.program);
    assert_non_null(proxy.port);
    assert_true(asprintf(&proxy.url, "http://127.0.0.1:%s", proxy.port) > 0);
    return proxy;
}

/* Ends it; what it has told, heap. */
static char *proxy_stop(struct proxy *proxy)
{
    kill(proxy->program.pid, SIGTERM);
    program_end(&proxy->program);
    char *told = strdup(proxy->program.out);
    program_done(&proxy->program);
    free(proxy->url);
    free(proxy->port);
    return told;
}

/* An instance for the front with further settings: keys and values, NULL at the end. */
static soar_plugin *open_way(const struct world *world, const struct front *front,
                             const char *const *more)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    char *ca_file = tmpdir_path(certificates, "good.pem");
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(front->url));
    json_object_object_add(settings, "http.ca_file", json_object_new_string(ca_file));
    json_object_object_add(settings, "retry.attempts", json_object_new_int(1));
    for (; more[0] != NULL; more += 2) {
        json_object_object_add(settings, more[0], json_object_new_string(more[1]));
    }
    soar_plugin *instance = plugin_open(settings);
    json_object_put(settings);
    free(ca_file);
    return instance;
}

/* The reason of a call's error, heap; "" where it went well. The password is in no part of it. */
static char *reason_of(soar_plugin *instance)
{
    soar_status status = SOAR_INTERNAL;
    struct json_object *reason = NULL;
    struct json_object *document =
        plugin_call(instance, "query_case_ids", "{\"limit\":1}", &status);
    assert_null(strstr(json_object_to_json_string(document), PASSWORD));
    char *text = strdup(json_pointer_get(document, "/error/reason", &reason) == 0
                            ? json_object_get_string(reason)
                            : "");
    json_object_put(document);
    return text;
}

static void expect_reason(soar_plugin *instance, const char *wanted)
{
    char *reason = reason_of(instance);
    assert_string_equal(reason, wanted);
    free(reason);
}

/* ------------------------------------------------------------------ proxies */

static void calls_go_through_the_proxy_sealed_and_with_its_credentials(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "pass");
    struct proxy proxy = proxy_start();
    char *wanted = NULL;
    const char *more[] = {"http.proxy", proxy.url, "http.proxy_credentials", CREDENTIALS, NULL};
    const char *address = front.url + strlen("https://");
    soar_plugin *instance = open_way(world, &front, more);
    assert_true(asprintf(&wanted, "tunnel %s sealed", address) > 0);
    expect_reason(instance, "");
    assert_int_equal(sandbox_count(&world->sandbox), 2); /* the token and the call */
    char *line = program_line(&proxy.program);
    assert_string_equal(line, wanted);
    free(line);
    plugin_close(instance);
    free(proxy_stop(&proxy));
    free(wanted);
    front_stop(&front);
    world_free(world);
}

static void a_proxy_that_refuses_is_told_and_nothing_is_sent_past_it(void **state)
{
    (void)state;
    static const char *const credentials[] = {NULL, "agent:" PASSWORD "x", "other:" PASSWORD};
    for (size_t i = 0; i < sizeof credentials / sizeof *credentials; i++) {
        struct world *world = world_new(NULL);
        struct front front = front_start(world, "good", "pass");
        struct proxy proxy = proxy_start();
        const char *more[] = {"http.proxy", proxy.url,
                              credentials[i] != NULL ? "http.proxy_credentials" : NULL,
                              credentials[i], NULL};
        soar_plugin *instance = open_way(world, &front, more);
        expect_reason(instance, "proxy_failed");
        assert_int_equal(sandbox_count(&world->sandbox), 0);
        plugin_close(instance);
        char *told = proxy_stop(&proxy);
        assert_int_equal(strncmp(told, "refused ", 8), 0);
        assert_null(strstr(told, "tunnel"));
        free(told);
        front_stop(&front);
        world_free(world);
    }
}

static void hosts_in_no_proxy_are_reached_past_it(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "pass");
    struct proxy proxy = proxy_start();
    const char *more[] = {"http.proxy", proxy.url, "http.no_proxy", "example.com,127.0.0.1", NULL};
    soar_plugin *instance = open_way(world, &front, more);
    expect_reason(instance, "");
    plugin_close(instance);
    char *told = proxy_stop(&proxy);
    assert_string_equal(told, "");
    free(told);
    front_stop(&front);
    world_free(world);
}

static void without_a_setting_the_environment_names_the_proxy(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front = front_start(world, "good", "pass");
    struct proxy proxy = proxy_start();
    const char *more[] = {NULL};
    assert_int_equal(setenv("https_proxy", proxy.url, 1), 0);
    soar_plugin *instance = open_way(world, &front, more);
    expect_reason(instance, "proxy_failed"); /* it wants credentials: so it was asked */
    assert_int_equal(setenv("no_proxy", "127.0.0.1", 1), 0);
    expect_reason(instance, "");
    unsetenv("https_proxy");
    unsetenv("no_proxy");
    plugin_close(instance);
    char *told = proxy_stop(&proxy);
    assert_int_equal(strncmp(told, "refused ", 8), 0);
    free(told);
    front_stop(&front);
    world_free(world);
}

/* ------------------------------------------------------------------ the client's certificate */

struct own {
    const char *what, *certificate, *key, *password;
    int fine;
};

static const struct own own[] = {
    {"its certificate", "client.pem", "client.key", NULL, 1},
    {"a key under a password", "client.pem", "locked.key", PASSWORD, 1},
    {"the wrong password", "client.pem", "locked.key", "Wrong" PASSWORD, 0},
    {"a certificate that the service does not know", "stranger.pem", "stranger.key", NULL, 0},
    {"none", NULL, NULL, NULL, 0},
};

static void a_service_that_wants_the_clients_certificate_gets_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        const char *more[7] = {NULL};
        size_t n = 0;
        struct world *world = world_new(NULL);
        struct front front = front_start(world, "good", "client");
        char *pem = tmpdir_path(certificates, own[i].certificate != NULL ? own[i].certificate : "");
        char *key = tmpdir_path(certificates, own[i].key != NULL ? own[i].key : "");
        if (own[i].certificate != NULL) {
            more[n++] = "http.client_cert";
            more[n++] = pem;
            more[n++] = "http.client_key";
            more[n++] = key;
        }
        if (own[i].password != NULL) {
            more[n++] = "http.client_key_password";
            more[n++] = own[i].password;
        }
        soar_plugin *instance = open_way(world, &front, more);
        char *reason = reason_of(instance);
        if ((reason[0] == '\0') != own[i].fine) {
            fail_msg("%s: %s", own[i].what, reason);
        }
        assert_int_equal(sandbox_count(&world->sandbox), own[i].fine ? 2 : 0);
        free(reason);
        plugin_close(instance);
        front_stop(&front);
        free(pem);
        free(key);
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_through_the_proxy_sealed_and_with_its_credentials),
        cmocka_unit_test(a_proxy_that_refuses_is_told_and_nothing_is_sent_past_it),
        cmocka_unit_test(hosts_in_no_proxy_are_reached_past_it),
        cmocka_unit_test(without_a_setting_the_environment_names_the_proxy),
        cmocka_unit_test(a_service_that_wants_the_clients_certificate_gets_it),
    };
    return cmocka_run_group_tests_name("proxy", tests, make_ways, remove_certificates);
}
