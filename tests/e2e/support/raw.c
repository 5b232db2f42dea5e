#include "raw.h"
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int raw_connect(const char *url)
{
    const char *port = strrchr(url, ':');
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)atoi(port + 1))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        fd = -1;
    }
    return fd;
}

bool raw_send(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static void find_parts(struct raw_answer *answer)
{
    char *end = memmem(answer->text, answer->size, "\r\n\r\n", 4);
    if (strncmp(answer->text, "HTTP/1.", 7) == 0 && answer->size > 12) {
        answer->status = atoi(answer->text + 9);
    }
    if (answer->status != 0 && end != NULL) {
        answer->body = end + 4;
        answer->body_size = answer->size - (size_t)(answer->body - answer->text);
    }
}

/* Are the head and as many bytes of body as it announces there? */
static bool is_whole(const struct raw_answer *answer)
{
    struct raw_answer parts = *answer;
    find_parts(&parts);
    char *length = parts.body != NULL ? raw_header(&parts, "Content-Length") : NULL;
    bool whole = length != NULL && parts.body_size >= strtoul(length, NULL, 10);
    free(length);
    return whole;
}

static struct raw_answer receive(int fd, size_t most, bool one)
{
    struct raw_answer answer = {.text = calloc(1, 1)};
    size_t room = 0;
    ssize_t n = 1;
    while (n > 0 && answer.size < most) {
        if (room - answer.size < 65536) {
            room = 2 * room + 65536;
            answer.text = realloc(answer.text, room + 1);
        }
        size_t wanted =
            room - answer.size < most - answer.size ? room - answer.size : most - answer.size;
        n = recv(fd, answer.text + answer.size, wanted, 0);
        answer.size += n > 0 ? (size_t)n : 0;
        answer.text[answer.size] = '\0';
        if (one && is_whole(&answer)) {
            break;
        }
    }
    answer.reset = n < 0 && errno == ECONNRESET;
    close(fd);
    find_parts(&answer);
    return answer;
}

struct raw_answer raw_receive(int fd, size_t most)
{
    return receive(fd, most, false);
}

struct raw_answer raw_receive_one(int fd)
{
    return receive(fd, SIZE_MAX, true);
}

void raw_done(struct raw_answer *answer)
{
    free(answer->text);
    *answer = (struct raw_answer){0};
}

struct raw_answer raw_exchange(const char *url, const void *bytes, size_t size)
{
    int fd = raw_connect(url);
    if (fd < 0) {
        return (struct raw_answer){.text = calloc(1, 1)};
    }
    raw_send(fd, bytes, size);
    return raw_receive(fd, SIZE_MAX);
}

char *raw_request(const char *method, const char *target, const char *headers, const char *body)
{
    char *text = NULL, length[64] = "";
    if (body != NULL) {
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
    }
    if (asprintf(&text, "%s %s HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n%s%s\r\n%s",
                 method, target, headers != NULL ? headers : "", length,
                 body != NULL ? body : "") < 0) {
        abort();
    }
    return text;
}

struct raw_answer raw_call(const char *url, const char *method, const char *target,
                           const char *headers, const char *body)
{
    char *request = raw_request(method, target, headers, body);
    struct raw_answer answer = raw_exchange(url, request, strlen(request));
    free(request);
    return answer;
}

char *raw_header(const struct raw_answer *answer, const char *name)
{
    size_t size = strlen(name);
    const char *end = answer->body != NULL ? answer->body - 2 : answer->text + answer->size;
    for (const char *at = strstr(answer->text, "\r\n"); at != NULL && at < end;
         at = strstr(at + 2, "\r\n")) {
        if (strncasecmp(at + 2, name, size) == 0 && at[2 + size] == ':') {
            const char *value = at + 2 + size + 1;
            value += strspn(value, " ");
            return strndup(value, strcspn(value, "\r\n"));
        }
    }
    return NULL;
}

struct json_object *raw_json(const struct raw_answer *answer)
{
    enum json_tokener_error error = json_tokener_success;
    return answer->body != NULL ? json_tokener_parse_verbose(answer->body, &error) : NULL;
}

char *raw_bearer(const char *url, const char *client_id, const char *client_secret)
{
    char *form = NULL, *headers = NULL;
    if (asprintf(&form, "client_id=%s&client_secret=%s", client_id, client_secret) < 0) {
        abort();
    }
    struct raw_answer answer = raw_call(
        url, "POST", "/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n", form);
    struct json_object *json = raw_json(&answer), *token = NULL;
    if (json_object_object_get_ex(json, "access_token", &token) &&
        asprintf(&headers, "Authorization: Bearer %s\r\nContent-Type: application/json\r\n",
                 json_object_get_string(token)) < 0) {
        abort();
    }
    json_object_put(json);
    raw_done(&answer);
    free(form);
    return headers;
}

char *raw_login(const struct sandbox *sandbox)
{
    char *headers = raw_bearer(sandbox->url, sandbox->client_id, sandbox->client_secret);
    assert_non_null(headers);
    return headers;
}

static struct raw_answer control(const struct sandbox *sandbox, const char *method,
                                 const char *name, const char *body)
{
    char *path = NULL, *header = NULL;
    assert_true(asprintf(&path, "/_sandbox/%s", name) > 0);
    assert_true(asprintf(&header, "X-Sandbox-Token: %s\r\n", sandbox->token) > 0);
    struct raw_answer answer = raw_call(sandbox->url, method, path, header, body);
    if (answer.status != 200) {
        fail_msg("%s %s: %s", path, body != NULL ? body : "", answer.text);
    }
    free(path);
    free(header);
    return answer;
}

void raw_set_faults(const struct sandbox *sandbox, const char *const *faults)
{
    struct json_object *body = json_object_new_object(), *list = json_object_new_array();
    json_object_object_add(body, "faults", list);
    for (; *faults != NULL; faults++) {
        json_object_array_add(list, json_object_new_string(*faults));
    }
    struct raw_answer answer = control(sandbox, "DELETE", "faults", NULL);
    raw_done(&answer);
    answer = control(sandbox, "POST", "faults", json_object_to_json_string(body));
    raw_done(&answer);
    json_object_put(body);
}

struct json_object *raw_control(const struct sandbox *sandbox, const char *name)
{
    struct raw_answer answer = control(sandbox, "GET", name, NULL);
    struct json_object *json = raw_json(&answer);
    raw_done(&answer);
    return json;
}
