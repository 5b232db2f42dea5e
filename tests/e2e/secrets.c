/* Secrets after all kinds of calls: where copies are left in the host's memory, and that none is in
 * what the plugin says. The calls are made by a process of its own (support/secrets_child.h). */
#include "canned.h"
#include "check.h"
#include "program.h"
#include "secrets_child.h"
#include "tls_front.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* their shadows cannot be searched, and freed memory is kept on purpose */
#else
#define SANITIZED 0
#endif

/* A secret, and how many copies there may be. -1 = any number. */
struct expected {
    const char *name, *text;
    long live, closed;                 /* in pages left out of core dumps */
    long live_visible, closed_visible; /* elsewhere */
};

struct trial {
    char *dir;
    char *config, *needles, *calls, *output;
};

static void open_trial(struct trial *trial)
{
    trial->dir = tmpdir_new();
    trial->config = tmpdir_path(trial->dir, "config");
    trial->needles = tmpdir_path(trial->dir, "needles");
    trial->calls = tmpdir_path(trial->dir, "calls");
    trial->output = tmpdir_path(trial->dir, "output");
}

static void close_trial(struct trial *trial)
{
    tmpdir_free(trial->dir);
    free(trial->config);
    free(trial->needles);
    free(trial->calls);
    free(trial->output);
}

static void write_needles(const struct trial *trial, const struct expected *secrets)
{
    char text[4096];
    int size = 0;
    for (; secrets->name != NULL; secrets++) {
        size += snprintf(text + size, sizeof text - (size_t)size, "%s ", secrets->name);
        for (const char *at = secrets->text; *at != '\0'; at++) {
            size += snprintf(text + size, sizeof text - (size_t)size, "%02x",
                             (unsigned)(unsigned char)*at ^ SECRETS_MASK);
        }
        size += snprintf(text + size, sizeof text - (size_t)size, "\n");
    }
    tmpdir_write(trial->dir, "needles", text, (size_t)size);
}

static void compare(const struct expected *one, const char *when, long kept, long visible)
{
    int live = strcmp(when, "live") == 0;
    long most = live ? one->live : one->closed;
    long most_visible = live ? one->live_visible : one->closed_visible;
    if (kept != most && most >= 0) {
        fail_msg("%s, %s: %ld copies in pages kept out of core dumps, not %ld", when, one->name,
                 kept, most);
    }
    if (visible != most_visible && most_visible >= 0) {
        fail_msg("%s, %s: %ld copies elsewhere, not %ld", when, one->name, visible, most_visible);
    }
}

static void run(const struct trial *trial, const struct expected *secrets, const char *config,
                const char *calls)
{
    char name[32], when[16];
    long kept = 0, visible = 0;
    struct program program;
    size_t size = 0, lines = 0, wanted = 0;
    tmpdir_write(trial->dir, "config", config, strlen(config));
    tmpdir_write(trial->dir, "calls", calls, strlen(calls));
    write_needles(trial, secrets);
    const char *argv[] = {"/proc/self/exe", "child",       trial->config, trial->needles,
                          trial->calls,     trial->output, NULL};
    program_run(&program, argv, NULL);
    char *output = tmpdir_read(trial->dir, "output", &size);
    if (program.code != 0) {
        fail_msg("exit code %d: %s %s", program.code, program.err, output);
    }
    for (const struct expected *one = secrets; one->name != NULL; one++, wanted += 2) {
        if (memmem(output, size, one->text, strlen(one->text)) != NULL) {
            fail_msg("%s is in what the plugin said: %s", one->name, output);
        }
    }
    for (const char *at = program.out;
         sscanf(at, "%15s %31s %ld %ld", when, name, &kept, &visible) == 4;
         at = strchr(at, '\n') + 1, lines++) {
        for (const struct expected *one = secrets; one->name != NULL; one++) {
            if (!SANITIZED && strcmp(one->name, name) == 0) {
                compare(one, when, kept, visible);
            }
        }
    }
    assert_int_equal(lines, wanted);
    free(output);
    program_done(&program);
}

/* ------------------------------------------------------------------ the client's secret */

static void the_clients_secret_leaves_no_copy(void **state)
{
    (void)state;
    static const struct expected secrets[] = {
        {"client", "Rk7vQ2wX9zL4mN8pT3sY6uB1cD5fG0hJ", 1, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}};
    static const char calls[] = "query_case_ids {}\n"
                                "create_case {\"name\":\"n\",\"severity\":60}\n"
                                "?create_case {\"name\":\"n\",\"severity\":60}\n"
                                "create_case {\"name\":7}\n"
                                "no_such_action {}\n"
                                "get_cases {\"ids\":[\"nope\"]}\n"
                                "query_case_ids {\"filter\":\"nonsense:::\"}\n"
                                "upload_file {\"file\":\"missing\",\"case_id\":\"c\"}\n"
                                "update_case_fields {\"id\":\"none\",\"fields\":{\"name\":\"x\"}}\n"
                                "query_case_ids {\"all\":true}\n"
                                "query_slas {}\n";
    struct trial trial;
    char *client = NULL, *config = NULL, *record = NULL;
    size_t size = 0;
    open_trial(&trial);
    assert_true(asprintf(&client, "known:%s:all", secrets[0].text) > 0);
    const char *args[] = {
        "--client",           client, "--fault", "query_slas:status=500:2", "--fault",
        "token:status=503:1", NULL};
    struct world *world = world_new(args);
    assert_true(asprintf(&config,
                         "falcon = { base_url = \"%s\"; client_id = \"known\"; client_secret = "
                         "\"secret:client\"; };\nretry = { base_ms = 1; max_ms = 5; };\n"
                         "log = { level = \"debug\"; };\n",
                         world->sandbox.url) > 0);
    run(&trial, secrets, config, calls);
    record = tmpdir_read(world->dir, strrchr(world->sandbox.record, '/') + 1, &size);
    assert_true(size > 0);
    assert_null(strstr(record, secrets[0].text));
    free(record);
    free(config);
    free(client);
    world_free(world);
    close_trial(&trial);
}

/* With TLS the library of it has each request in clear once. */
static void the_clients_secret_leaves_no_copy_behind_tls(void **state)
{
    (void)state;
    static const struct expected secrets[] = {
        {"client", "Rk7vQ2wX9zL4mN8pT3sY6uB1cD5fG0hJ", 1, 0, 0, 0}, {NULL, NULL, 0, 0, 0, 0}};
    struct trial trial;
    char *client = NULL, *config = NULL;
    open_trial(&trial);
    assert_true(asprintf(&client, "known:%s:all", secrets[0].text) > 0);
    struct world *world = world_new((const char *[]){"--client", client, NULL});
    make_certificates(NULL);
    struct front front = front_start(world, "good", "pass");
    assert_true(asprintf(&config,
                         "falcon = { base_url = \"%s\"; client_id = \"known\"; client_secret = "
                         "\"secret:client\"; };\nhttp = { ca_file = \"%s/good.pem\"; };\n"
                         "log = { level = \"debug\"; };\n",
                         front.url, certificates) > 0);
    run(&trial, secrets, config,
        "query_case_ids {}\ncreate_case {\"name\":\"n\",\"severity\":60}\nquery_slas {}\n");
    expect_line(&front, "served /oauth2/token");
    front_stop(&front);
    remove_certificates(NULL);
    free(config);
    free(client);
    world_free(world);
    close_trial(&trial);
}

/* ------------------------------------------------------------------ tokens, the proxy's password */

static char *token_answer(const char *token)
{
    char *body = NULL;
    assert_true(asprintf(&body, "{\"access_token\":\"%s\",\"expires_in\":1799}", token) > 0);
    char *answer = canned_answer("201 Created", "Content-Type: application/json\r\n", body);
    free(body);
    return answer;
}

static void tokens_and_the_proxys_password_are_gone_when_they_are_done_with(void **state)
{
    (void)state;
    /* libcurl keeps copies of its own of the proxy's password and of headers, and frees them without
     * wiping: what is not the plugin's to wipe is not counted */
    static const struct expected secrets[] = {
        {"client", "Rk7vQ2wX9zL4mN8pT3sY6uB1cD5fG0hJ", 1, 0, 0, 0},
        {"proxy", "user:Wq8eR5tY2uI9oP3aS6dF1gH4", 1, 0, 0, 0},
        {"password", "Wq8eR5tY2uI9oP3aS6dF1gH4", 1, 0, -1, -1},
        {"basic", "dXNlcjpXcThlUjV0WTJ1STlvUDNhUzZkRjFnSDQ=", 0, 0, -1, -1},
        {"expired", "eyJhbGci.expired-token-text-0123456789", 0, 0, -1, -1},
        {"token", "eyJhbGci.present-token-text-9876543210", 1, 0, -1, -1},
        {NULL, NULL, 0, 0, 0, 0}};
    struct trial trial;
    char *config = NULL;
    char *answers[] = {token_answer(secrets[4].text),
                       canned_answer("200 OK", "Content-Type: application/json\r\n",
                                     "{\"meta\":{},\"errors\":[],\"resources\":[\"a\"]}"),
                       canned_answer("401 Unauthorized", "Content-Type: application/json\r\n",
                                     "{\"meta\":{},\"errors\":[{\"code\":401,\"message\":\"x\"}]}"),
                       token_answer(secrets[5].text),
                       canned_answer("200 OK", "Content-Type: application/json\r\n",
                                     "{\"meta\":{},\"errors\":[],\"resources\":[\"b\"]}"),
                       canned_answer("404 Not Found", "", "nothing"),
                       NULL};
    struct canned *canned = canned_start((const char *const *)answers);
    open_trial(&trial);
    assert_true(asprintf(&config,
                         "falcon = { base_url = \"http://127.0.0.1:9\"; client_id = \"known\"; "
                         "client_secret = \"secret:client\"; };\n"
                         "http = { proxy = \"%s\"; proxy_credentials = \"secret:proxy\"; };\n"
                         "retry = { attempts = 1; };\nlog = { level = \"debug\"; };\n",
                         canned_url(canned)) > 0);
    run(&trial, secrets, config, "query_case_ids {}\nquery_case_ids {}\nquery_case_ids {}\n");
    struct json_object *requests = canned_stop(canned);
    assert_int_equal(json_object_array_length(requests), 6);
    const char *last = json_object_get_string(json_object_array_get_idx(requests, 4));
    assert_non_null(strstr(last, secrets[5].text));
    assert_non_null(strstr(last, "Proxy-Authorization: Basic "));
    json_object_put(requests);
    for (size_t i = 0; answers[i] != NULL; i++) {
        free(answers[i]);
    }
    free(config);
    close_trial(&trial);
}

/* ------------------------------------------------------------------ the key's password */

static void the_password_of_the_key_is_gone_after_the_end(void **state)
{
    (void)state;
    static const struct expected secrets[] = {
        {"client", "Rk7vQ2wX9zL4mN8pT3sY6uB1cD5fG0hJ", 1, 0, 0, 0},
        {"key", "Zx5cV7bN3mQ1wE9rT6yU2iO4", 1, 0, -1, -1}, /* libcurl has one too */
        {NULL, NULL, 0, 0, 0, 0}};
    struct trial trial;
    char *config = NULL;
    const char *no_tls[] = {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", NULL};
    struct canned *canned = canned_start(no_tls);
    open_trial(&trial);
    certificate_new(trial.dir, "client", "DNS:client");
    openssl(trial.dir,
            (const char *[]){"openssl", "pkey", "-in", "client.key", "-aes256", "-passout",
                             "pass:Zx5cV7bN3mQ1wE9rT6yU2iO4", "-out", "locked.key", NULL});
    assert_true(asprintf(&config,
                         "falcon = { base_url = \"https%s\"; client_id = \"known\"; "
                         "client_secret = \"secret:client\"; };\n"
                         "http = { client_cert = \"%s/client.pem\"; client_key = "
                         "\"%s/locked.key\"; client_key_password = \"secret:key\"; "
                         "connect_timeout_ms = 500; };\n"
                         "retry = { attempts = 1; };\nlog = { level = \"debug\"; };\n",
                         canned_url(canned) + strlen("http"), trial.dir, trial.dir) > 0);
    run(&trial, secrets, config, "query_case_ids {}\n");
    struct json_object *requests = canned_stop(canned);
    const char *hello = json_object_get_string(json_object_array_get_idx(requests, 0));
    assert_int_equal(hello[0], 0x16); /* the key was opened: a handshake began */
    json_object_put(requests);
    free(config);
    close_trial(&trial);
}

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "child") == 0) {
        return secrets_child(argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clients_secret_leaves_no_copy),
        cmocka_unit_test(the_clients_secret_leaves_no_copy_behind_tls),
        cmocka_unit_test(the_password_of_the_key_is_gone_after_the_end),
        cmocka_unit_test(tokens_and_the_proxys_password_are_gone_when_they_are_done_with),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
