#include "canned.h"
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_ANSWERS 8
#define MAX_REQUEST 65536

struct canned {
    pthread_t thread;
    int listener;
    int wake[2]; /* closed at [1] to end the thread */
    char url[64];
    char *answers[MAX_ANSWERS];
    size_t count;
    struct json_object *requests; /* the thread's until it has ended */
};

/* Are the headers there, and as many bytes of body as they announce? */
static int is_whole(const char *text, size_t size)
{
    const char *end = memmem(text, size, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    const char *length = strcasestr(text, "\r\nContent-Length:");
    size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return size - (size_t)(end + 4 - text) >= body;
}

static void answer(struct canned *canned, int client)
{
    char text[MAX_REQUEST];
    size_t size = 0;
    for (ssize_t n = 1; n > 0 && size < sizeof text - 1 && !(size > 0 && is_whole(text, size));) {
        n = read(client, text + size, sizeof text - 1 - size);
        size += n > 0 ? (size_t)n : 0;
        text[size] = '\0';
    }
    size_t number = json_object_array_length(canned->requests);
    json_object_array_add(canned->requests, json_object_new_string_len(text, (int)size));
    const char *reply = canned->answers[number < canned->count ? number : canned->count - 1];
    size_t left = strlen(reply);
    while (left > 0) {
        ssize_t n = send(client, reply, left, MSG_NOSIGNAL);
        if (n <= 0) {
            break;
        }
        reply += n;
        left -= (size_t)n;
    }
    /* What the client still sends is read, so that closing does not reset the connection. */
    shutdown(client, SHUT_WR);
    while (read(client, text, sizeof text) > 0) {
    }
}

static void *serve(void *arg)
{
    struct canned *canned = arg;
    struct pollfd ready[2] = {{.fd = canned->listener, .events = POLLIN},
                              {.fd = canned->wake[0], .events = POLLIN}};
    while (poll(ready, 2, -1) > 0 && ready[1].revents == 0) {
        int client = accept(canned->listener, NULL, NULL);
        if (client >= 0) {
            answer(canned, client);
            close(client);
        }
    }
    return NULL;
}

struct canned *canned_start(const char *const *answers)
{
    struct canned *canned = calloc(1, sizeof *canned);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    assert_non_null(canned);
    for (; answers[canned->count] != NULL; canned->count++) {
        assert_true(canned->count < MAX_ANSWERS);
        canned->answers[canned->count] = strdup(answers[canned->count]);
    }
    canned->requests = json_object_new_array();
    canned->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(canned->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(canned->listener, 16), 0);
    assert_int_equal(getsockname(canned->listener, (struct sockaddr *)&address, &size), 0);
    snprintf(canned->url, sizeof canned->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
    assert_int_equal(pipe2(canned->wake, O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&canned->thread, NULL, serve, canned), 0);
    return canned;
}

const char *canned_url(const struct canned *canned)
{
    return canned->url;
}

struct json_object *canned_stop(struct canned *canned)
{
    close(canned->wake[1]);
    pthread_join(canned->thread, NULL);
    close(canned->wake[0]);
    close(canned->listener);
    for (size_t i = 0; i < canned->count; i++) {
        free(canned->answers[i]);
    }
    struct json_object *requests = canned->requests;
    free(canned);
    return requests;
}

char *canned_answer(const char *status, const char *headers, const char *body)
{
    char *text = NULL;
    if (asprintf(&text, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                 status, headers, strlen(body), body) < 0) {
        fail_msg("out of memory");
    }
    return text;
}

char *canned_token(void)
{
    return canned_answer("201 Created", "Content-Type: application/json\r\n",
                         "{\"access_token\":\"canned-token\",\"expires_in\":1799}");
}
