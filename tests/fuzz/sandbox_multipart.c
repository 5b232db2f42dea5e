/* Bodies of any bytes for the operations that take forms, sent over a connection to the whole
 * sandbox in this process, in slices of any size. Each is answered in the service's shape or the
 * connection is closed; nothing is ever an error of the sandbox's own (5xx).
 * The first byte chooses operation and Content-Type, the second the slices; CASE_ID in the body
 * becomes the id of a case that is there. */
#include "fuzz.h"
#include <arpa/inet.h>
#include <json-c/json.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define CASE_ID "CASE_ID"
#define ANSWER_MAX (1 << 20)

int sandbox_main(int argc, char **argv); /* main.c of the sandbox */

static char token[512], case_id[128], answer[ANSWER_MAX];
static int connection = -1;
static struct sockaddr_in address = {.sin_family = AF_INET};

static void *run_sandbox(void *arg)
{
    static const char *const argv[] = {"falcon-sandbox", "--listen", "127.0.0.1:0",
                                       "--max-upload",   "1000",     NULL};
    sandbox_main(5, (char **)(uintptr_t)argv);
    return arg;
}

static bool connected(void)
{
    int on = 1;
    if (connection >= 0) {
        return true;
    }
    connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fuzz_assert(connection >= 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return connect(connection, (struct sockaddr *)&address, sizeof address) == 0;
}

static bool send_all(const char *bytes, size_t size, size_t slice)
{
    while (size > 0) {
        ssize_t sent = send(connection, bytes, size < slice ? size : slice, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* The status, 0 where the connection was closed without one. */
static int read_answer(void)
{
    size_t got = 0;
    for (;;) {
        ssize_t n = recv(connection, answer + got, ANSWER_MAX - 1 - got, 0);
        if (n <= 0) {
            close(connection);
            connection = -1;
            return 0;
        }
        got += (size_t)n;
        answer[got] = '\0';
        char *body = strstr(answer, "\r\n\r\n"), *length = strcasestr(answer, "Content-Length: ");
        if (body != NULL && length != NULL && length < body &&
            got - (size_t)(body + 4 - answer) >= strtoul(length + 16, NULL, 10)) {
            return (int)strtol(answer + 9, NULL, 10);
        }
    }
}

static int ask(const char *method, const char *path, const char *type, const char *body,
               size_t size, size_t slice)
{
    char head[2048];
    int head_size = snprintf(head, sizeof head,
                             "%s %s HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer %s\r\n"
                             "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                             method, path, token, type, size);
    fuzz_assert(connected());
    /* it may refuse by the head alone and close: what it said is read all the same */
    (void)(send_all(head, (size_t)head_size, (size_t)head_size) && send_all(body, size, slice));
    return read_answer();
}

static const char *at(struct json_object *root, const char *pointer)
{
    struct json_object *found = NULL;
    fuzz_assert(json_pointer_get(root, pointer, &found) == 0);
    return json_object_get_string(found);
}

static struct json_object *answered(void)
{
    struct json_object *body = json_tokener_parse(strstr(answer, "\r\n\r\n") + 4);
    fuzz_assert(body != NULL);
    return body;
}

/* The sandbox runs in a thread of its own; what it says of itself on stdout is read here. */
static void start(void)
{
    int ends[2], out = dup(STDOUT_FILENO);
    pthread_t thread;
    sigset_t ended;
    char line[2048] = "", form[512];
    sigemptyset(&ended);
    sigaddset(&ended, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ended, NULL);
    fuzz_assert(pipe(ends) == 0 && dup2(ends[1], STDOUT_FILENO) >= 0);
    fuzz_assert(pthread_create(&thread, NULL, run_sandbox, NULL) == 0);
    pthread_detach(thread);
    for (size_t n = 0; strchr(line, '\n') == NULL && n < sizeof line - 1; n++) {
        fuzz_assert(read(ends[0], line + n, 1) == 1);
    }
    dup2(out, STDOUT_FILENO);
    close(out);
    struct json_object *ready = json_tokener_parse(line);
    address.sin_port = htons((uint16_t)strtoul(strrchr(at(ready, "/url"), ':') + 1, NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    snprintf(form, sizeof form, "client_id=%s&client_secret=%s", at(ready, "/client_id"),
             at(ready, "/client_secret"));
    json_object_put(ready);
    fuzz_assert(ask("POST", "/oauth2/token", "application/x-www-form-urlencoded", form,
                    strlen(form), 4096) == 201);
    struct json_object *granted = answered();
    snprintf(token, sizeof token, "%s", at(granted, "/access_token"));
    json_object_put(granted);
    static const char opened[] = "{\"name\":\"Fuzz\",\"severity\":1}";
    fuzz_assert(ask("PUT", "/cases/entities/cases/v2", "application/json", opened,
                    sizeof opened - 1, 4096) == 201);
    struct json_object *created = answered();
    snprintf(case_id, sizeof case_id, "%s", at(created, "/resources/0/id"));
    json_object_put(created);
}

static char *with_case(const uint8_t *bytes, size_t size, size_t *ret_size)
{
    char *body = malloc(size + sizeof case_id);
    fuzz_assert(body != NULL);
    const uint8_t *place = memmem(bytes, size, CASE_ID, strlen(CASE_ID));
    if (place == NULL) {
        memcpy(body, bytes, size);
        *ret_size = size;
        return body;
    }
    size_t before = (size_t)(place - bytes), id = strlen(case_id), skip = strlen(CASE_ID);
    memcpy(body, bytes, before);
    memcpy(body + before, case_id, id);
    memcpy(body + before + id, place + skip, size - before - skip);
    *ret_size = size - skip + id;
    return body;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {"/case-files/entities/files/upload/v1",
                                        "/casemgmt/entities/templates/import/v1", "/oauth2/token",
                                        "/oauth2/revoke"};
    static const char *const types[] = {"multipart/form-data; boundary=b",
                                        "multipart/form-data; boundary=\"b\"",
                                        "multipart/form-data", "application/x-www-form-urlencoded"};
    if (address.sin_port == 0) {
        start();
    }
    if (size < 2) {
        return 0;
    }
    size_t body_size = 0;
    char *body = with_case(bytes + 2, size - 2, &body_size);
    int status = ask("POST", paths[bytes[0] & 3], types[(bytes[0] >> 2) & 3], body, body_size,
                     (size_t)bytes[1] + 1);
    free(body);
    fuzz_assert(status == 0 || (status >= 200 && status < 500));
    if (status != 0) {
        struct json_object *said = answered();
        json_object_put(said);
    }
    return 0;
}
