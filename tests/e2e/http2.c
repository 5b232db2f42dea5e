/* HTTP/2: a real server that offers it with TLS (nginx), in front of the sandbox, under a certificate
 * of a private authority: many calls over few connections, and each with its own answer. */
#include "async.h"
#include "canned.h"
#include "check.h"
#include "held.h"
#include "program.h"
#include "raw.h"
#include "tls_certificates.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define CALLS 300
#define CONNECTIONS 2
#define STREAMS 25
#define FILE_SIZE (3 << 20)

/* A line of its log: how a request came, on which connection, which it was. */
#define LOG_FORMAT "$server_protocol $connection $status $request_uri"

struct front {
    struct program program;
    int reserved; /* its port */
    char url[64];
};

static char *certificates;

static int make_certificates(void **state)
{
    (void)state;
    certificates = tmpdir_new();
    certificate_new(certificates, "good", "IP:127.0.0.1");
    certificate_new(certificates, "other", "IP:127.0.0.1");
    return 0;
}

static int remove_certificates(void **state)
{
    (void)state;
    tmpdir_free(certificates);
    return 0;
}

/* Takes a free port that nobody but nginx, under the same user, can listen on then. */
static unsigned reserve_port(struct front *front)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    const int yes = 1;
    front->reserved = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(setsockopt(front->reserved, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes), 0);
    assert_int_equal(bind(front->reserved, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(front->reserved, (struct sockaddr *)&address, &len), 0);
    unsigned port = ntohs(address.sin_port);
    snprintf(front->url, sizeof front->url, "https://127.0.0.1:%u", port);
    return port;
}

static char *configuration(const char *dir, unsigned port, const char *target)
{
    char *text = NULL;
    assert_true(
        asprintf(&text,
                 "daemon off;\nmaster_process off;\npid %s/nginx.pid;\nerror_log stderr;\n"
                 "events { worker_connections 512; }\n"
                 "http {\n"
                 "  log_format how '" LOG_FORMAT "';\n  access_log /dev/stdout how;\n"
                 "  client_body_temp_path %s/t1;\n  proxy_temp_path %s/t2;\n"
                 "  fastcgi_temp_path %s/t3;\n  uwsgi_temp_path %s/t4;\n  scgi_temp_path %s/t5;\n"
                 "  client_max_body_size 0;\n  lingering_close off;\n"
                 "  server {\n    listen 127.0.0.1:%u ssl http2 reuseport;\n"
                 "    ssl_certificate %s/good.pem;\n    ssl_certificate_key %s/good.key;\n"
                 "    location / {\n      proxy_pass %s;\n      proxy_http_version 1.1;\n"
                 "      proxy_set_header Connection \"\";\n      proxy_read_timeout 600;\n"
                 "    }\n  }\n}\n",
                 dir, dir, dir, dir, dir, dir, port, certificates, certificates, target) > 0);
    return text;
}

/* nginx in front of a service; its files are in dir. */
static void front_start(struct front *front, const char *dir, const char *target)
{
    int fd;
    char *text = configuration(dir, reserve_port(front), target);
    tmpdir_write(dir, "nginx.conf", text, strlen(text));
    char *path = tmpdir_path(dir, "nginx.conf");
    const char *argv[] = {"/usr/sbin/nginx", "-e", "stderr", "-c", path, NULL};
    program_start(&front->program, argv, NULL);
    while ((fd = raw_connect(front->url)) < 0) { /* until it listens */
        sched_yield();
    }
    close(fd);
    free(path);
    free(text);
}

/* What its log says so far: lines of a status that begins like this (NULL = any), and over how many
 * connections they came. */
struct told {
    const char *status;
    size_t found, n;
    unsigned long connections[CALLS];
};

static void take_line(struct told *told, const char *line)
{
    unsigned long connection = 0;
    char seen[8] = "";
    size_t i = 0;
    if (sscanf(line, "HTTP/2.0 %lu %7s", &connection, seen) != 2) {
        fail_msg("not by HTTP/2: %s", line);
    }
    told->found += told->status == NULL || strncmp(seen, told->status, strlen(told->status)) == 0;
    while (i < told->n && told->connections[i] != connection) {
        i++;
    }
    if (i == told->n && told->n < CALLS) {
        told->connections[told->n++] = connection;
    }
}

/* Waits until its log has `lines` such lines, and ends it: there must be no more of them then, and all
 * by HTTP/2. Over how many connections they came. */
static size_t front_stop(struct front *front, size_t lines, const char *status)
{
    struct told told = {.status = status};
    char *line;
    while (told.found < lines && (line = program_line(&front->program)) != NULL) {
        take_line(&told, line);
        free(line);
    }
    kill(front->program.pid, SIGQUIT);
    program_end(&front->program);
    for (line = strtok(front->program.out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        take_line(&told, line);
    }
    if (told.found != lines) {
        fail_msg("%zu requests, and not %zu: %s", told.found, lines, front->program.err);
    }
    program_done(&front->program);
    close(front->reserved);
    return told.n;
}

/* An instance for the front that trusts this certificate only. */
static void open_front(struct async *async, const struct front *front, const struct sandbox *from,
                       const char *dir, const char *trusted, int connections)
{
    struct json_object *settings = settings_new(from, dir);
    char *ca_file = tmpdir_path(certificates, trusted);
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(front->url));
    json_object_object_add(settings, "http.ca_file", json_object_new_string(ca_file));
    json_object_object_add(settings, "limits.govern", json_object_new_boolean(false));
    json_object_object_add(settings, "http.max_connections", json_object_new_int(connections));
    json_object_object_add(settings, "http.max_streams", json_object_new_int(STREAMS));
    memset(async, 0, sizeof *async);
    async->instance = plugin_open_host(settings, NULL, &async->fd);
    json_object_put(settings);
    free(ca_file);
}

/* ------------------------------------------------------------------ tests */

static void many_calls_share_few_connections_and_each_gets_its_own_answer(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front;
    struct async async;
    size_t seen[CALLS + 1] = {0};
    front_start(&front, world->dir, world->sandbox.url);
    open_front(&async, &front, &world->sandbox, world->dir, "good.pem", CONNECTIONS);
    for (uint64_t id = 1; id <= CALLS; id++) {
        char input[64];
        snprintf(input, sizeof input, "{\"name\":\"case %u\",\"severity\":10}", (unsigned)id);
        async_submit(&async, id, "create_case", input);
    }
    for (size_t i = 0; i < CALLS; i++) {
        char expected[32];
        uint64_t id = 0;
        soar_status status = SOAR_OK;
        struct json_object *name = NULL, *document = async_document(&async, &id, &status);
        assert_int_equal(status, SOAR_OK);
        assert_in_range(id, 1, CALLS);
        assert_int_equal(seen[id]++, 0);
        snprintf(expected, sizeof expected, "case %u", (unsigned)id);
        assert_int_equal(json_pointer_get(document, "/resources/0/name", &name), 0);
        assert_string_equal(json_object_get_string(name), expected);
        json_object_put(document);
    }
    async_close(&async);
    assert_in_range(front_stop(&front, CALLS + 1, "20"), 1, CONNECTIONS); /* and the token */
    world_free(world);
}

static void as_many_requests_are_under_way_as_connections_have_streams(void **state)
{
    (void)state;
    static const struct held_rule silent[] = {{"POST /oauth2/token", HELD_ANSWER, NULL},
                                              {"", HELD_SILENT, NULL}};
    const struct sandbox anybody = {.client_id = (char *)(uintptr_t) "id",
                                    .client_secret = (char *)(uintptr_t) "secret",
                                    .url = (char *)(uintptr_t) ""};
    char *dir = tmpdir_new();
    struct held *held = held_start(silent);
    struct front front;
    struct async async;
    front_start(&front, dir, held_url(held));
    open_front(&async, &front, &anybody, dir, "good.pem", CONNECTIONS);
    for (uint64_t id = 1; id <= 2 * CONNECTIONS * STREAMS; id++) {
        async_submit(&async, id, "query_case_ids", "{}");
    }
    held_wait(held, CONNECTIONS * STREAMS);
    async_close(&async);
    assert_int_equal(held_now(held), CONNECTIONS * STREAMS); /* the others waited */
    held_stop(held);
    assert_int_equal(front_stop(&front, CONNECTIONS * STREAMS, "499"), CONNECTIONS);
    tmpdir_free(dir);
}

/* The service answers none of two pages before both have come. */
static void pages_of_one_call_overlap_on_one_connection(void **state)
{
    (void)state;
    static const char *const type = "Content-Type: application/json\r\n";
    char *pages[] = {
        canned_answer("200 OK", type,
                      "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"a\",\"b\"]}"),
        canned_answer("200 OK", type,
                      "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"b\",\"c\"]}"),
        canned_answer("200 OK", type,
                      "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"c\",\"d\"]}"),
        canned_answer("200 OK", type,
                      "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"d\",\"e\"]}")};
    const struct held_rule rules[] = {
        {"POST /oauth2/token", HELD_ANSWER, NULL}, {"offset=0", HELD_ANSWER, pages[0]},
        {"offset=1", HELD_PAIR, pages[1]},         {"offset=2", HELD_PAIR, pages[2]},
        {"offset=3", HELD_ANSWER, pages[3]},       {NULL, HELD_LOST, NULL}};
    const struct sandbox anybody = {.client_id = (char *)(uintptr_t) "id",
                                    .client_secret = (char *)(uintptr_t) "secret",
                                    .url = (char *)(uintptr_t) ""};
    char *dir = tmpdir_new();
    struct held *held = held_start(rules);
    struct json_object *ids = NULL;
    struct front front;
    struct async async;
    front_start(&front, dir, held_url(held));
    open_front(&async, &front, &anybody, dir, "good.pem", 1);
    async_submit(&async, 1, "query_case_ids", "{\"all\":true,\"limit\":2}");
    struct json_object *document = async_document(&async, NULL, NULL);
    assert_int_equal(json_pointer_get(document, "/resources", &ids), 0);
    assert_int_equal(json_object_array_length(ids), 5);
    json_object_put(document);
    async_close(&async);
    assert_int_equal(front_stop(&front, 5, "20"), 1);
    held_stop(held);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        free(pages[i]);
    }
    tmpdir_free(dir);
}

static void write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        assert_true(n > 0);
        bytes += n;
        size -= (size_t)n;
    }
}

/* Meanwhile, on the same connection. */
static void another_goes_through(struct async *async)
{
    async_submit(async, 9, "query_slas", "{}");
    assert_int_equal(async_expect(async, 9, NULL, NULL), SOAR_OK);
}

/* Uploads from a pipe that is filled by and by; the id of the file, heap. */
static char *upload_by_pipe(struct async *async, const char *case_id, const char *bytes)
{
    char input[256];
    int ends[2];
    soar_status status = SOAR_OK;
    struct json_object *found = NULL;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    snprintf(input, sizeof input, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", case_id);
    soar_call call = async_call(1, "upload_file", input);
    call.flags = SOAR_CALL_IN_FD;
    call.in_fd = ends[0];
    assert_int_equal(plugin_functions()->submit(async->instance, &call), SOAR_OK);
    another_goes_through(async);
    write_all(ends[1], bytes, 1000);
    another_goes_through(async);
    write_all(ends[1], bytes + 1000, FILE_SIZE - 1000);
    close(ends[0]);
    close(ends[1]);
    struct json_object *document = async_document(async, NULL, &status);
    assert_int_equal(status, SOAR_OK);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &found), 0);
    char *id = strdup(json_object_get_string(found));
    json_object_put(document);
    return id;
}

/* Downloads into a pipe that is emptied late. */
static void download_by_pipe(struct async *async, const char *id, const char *bytes)
{
    char input[256], *got = malloc(FILE_SIZE);
    size_t size = 1;
    int ends[2];
    soar_status status = SOAR_OK;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    snprintf(input, sizeof input, "{\"id\":\"%s\"}", id);
    soar_call call = async_call(2, "download_existing_files", input);
    call.flags = SOAR_CALL_OUT_FD;
    call.out_fd = ends[1];
    assert_int_equal(plugin_functions()->submit(async->instance, &call), SOAR_OK);
    close(ends[1]);
    assert_int_equal(read(ends[0], got, 1), 1);
    another_goes_through(async);
    for (ssize_t n = 1; n > 0 && size < FILE_SIZE; size += (size_t)n) {
        n = read(ends[0], got + size, FILE_SIZE - size);
        assert_true(n >= 0);
    }
    assert_int_equal(size, FILE_SIZE);
    assert_memory_equal(got, bytes, FILE_SIZE);
    json_object_put(async_document(async, NULL, &status));
    assert_int_equal(status, SOAR_OK);
    close(ends[0]);
    free(got);
}

static void files_go_both_ways_unchanged_and_beside_other_calls(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct front front;
    struct async async;
    size_t size = 0;
    char *case_id = world_new_case(world, "With a file");
    tmpdir_write_pattern(world->dir, "in/sent.bin", FILE_SIZE);
    char *bytes = tmpdir_read(world->dir, "in/sent.bin", &size);
    front_start(&front, world->dir, world->sandbox.url);
    open_front(&async, &front, &world->sandbox, world->dir, "good.pem", CONNECTIONS);
    char *id = upload_by_pipe(&async, case_id, bytes);
    download_by_pipe(&async, id, bytes);
    async_close(&async);
    assert_in_range(front_stop(&front, 6, "20"), 1, CONNECTIONS);
    free(id);
    free(bytes);
    free(case_id);
    world_free(world);
}

static void nothing_is_sent_under_a_certificate_of_an_unknown_authority(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct front front;
    struct async async;
    front_start(&front, world->dir, world->sandbox.url);
    open_front(&async, &front, &world->sandbox, world->dir, "other.pem", CONNECTIONS);
    async_submit(&async, 1, "query_case_ids", "{}");
    assert_int_equal(async_expect(&async, 1, "tls_failed", "not_sent"), SOAR_UNAVAILABLE);
    async_close(&async);
    (void)front_stop(&front, 0, NULL);
    assert_int_equal(sandbox_count(&world->sandbox), 0);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_calls_share_few_connections_and_each_gets_its_own_answer),
        cmocka_unit_test(as_many_requests_are_under_way_as_connections_have_streams),
        cmocka_unit_test(pages_of_one_call_overlap_on_one_connection),
        cmocka_unit_test(files_go_both_ways_unchanged_and_beside_other_calls),
        cmocka_unit_test(nothing_is_sent_under_a_certificate_of_an_unknown_authority),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, make_certificates, remove_certificates);
}
