/*
 * The server that the benchmark measures clients against: one thread, epoll, answers made
 * beforehand, so that it costs less than what it measures. It knows just the requests of the
 * benchmark. "server CASE_FILE FILE_BYTES" prints its port on one line and runs until its standard
 * input ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server_answers.h"

#define MAX_EVENTS 64
#define MAX_HEAD 16384

struct client {
    int fd;
    char head[MAX_HEAD];
    size_t have;
    long long body_left; /* of a request that is being read                                      */
    long long body_len;
    char body[64]; /* its beginning */
    size_t body_have;
    const struct answer *answer;
    struct answer page; /* made for this client */
    size_t sent;
    long long file_left;
};

/* ------------------------------------------------------------------ one connection */

static long number_of(const char *head, const char *name, long otherwise)
{
    const char *end = strstr(head, "\r\n"), *at = strstr(head, name);

    return at != NULL && at < end ? atol(at + strlen(name)) : otherwise;
}

/* A page of the list, for whoever says from where. */
static const struct answer *page_of(const struct answers *a, struct client *client)
{
    long offset = number_of(client->head, "offset=", 0),
         limit = number_of(client->head, "limit=", 100);
    long n = offset >= LIST_ITEMS ? 0 : LIST_ITEMS - offset;

    n = n < limit ? n : limit;
    size_t len = n > 0 ? (size_t)n * ITEM_WIDTH - 1 : 0;
    char *resources = malloc(len + 1), *body = malloc(len + 512);
    if (resources == NULL || body == NULL)
        die("malloc");
    memcpy(resources, a->list + (size_t)offset * ITEM_WIDTH, len);
    resources[len] = '\0';
    snprintf(body, len + 512,
             "{\"meta\":{\"query_time\":0.004,\"pagination\":{\"limit\":%ld,\"offset\":%ld,"
             "\"total\":%d},\"powered_by\":\"cases\"},\"resources\":[%s],\"errors\":[]}",
             limit, offset, LIST_ITEMS, resources);
    free(resources);
    free(client->page.bytes);
    client->page = with_head("200 OK", body);
    return &client->page;
}

/* The cases that were asked for, which follow each other, in the reverse of that order. */
static const struct answer *cases_of(const struct answers *a, struct client *client)
{
    size_t head = strlen(IDS_HEAD), n = (size_t)(client->body_len - IDS_FIXED) / ITEM_WIDTH;

    if (client->body_len < (long long)sizeof(client->body) ||
        memcmp(client->body, IDS_HEAD, head) != 0)
        return &a->cases_100;
    size_t first = (size_t)atol(client->body + head);
    if (n == 100 && first == 0)
        return &a->cases_100;
    if (first + n > MANY_CASES)
        die("no such cases");
    size_t len = n * a->case_width - 1;
    char *resources = malloc(len + 1);
    if (resources == NULL)
        die("malloc");
    memcpy(resources, a->many + (MANY_CASES - first - n) * a->case_width, len);
    resources[len] = '\0';
    free(client->page.bytes);
    client->page = with_head("200 OK", envelope(resources, len, (int)n));
    free(resources);
    return &client->page;
}

static const struct answer *choose(const struct answers *a, struct client *client)
{
    const char *head = client->head;

    client->file_left = 0;
    if (strncmp(head, "POST /oauth2/token", 18) == 0)
        return &a->token;
    if (strncmp(head, "PATCH", 5) == 0)
        return &a->patched;
    if (strncmp(head, "POST /cases/entities/cases", 26) == 0)
        return cases_of(a, client);
    if (strncmp(head, "POST /case-files/entities/files/upload", 38) == 0)
        return &a->uploaded;
    if (strncmp(head, "GET /case-files/entities/files/download", 39) == 0) {
        client->file_left = a->file_bytes;
        return &a->file_head;
    }
    if (strncmp(head, "GET /cases/queries", 18) == 0 && strstr(head, "offset=") != NULL)
        return page_of(a, client);
    return memmem(head, client->have, "limit=10000", 11) != NULL ? &a->ids_10000 : &a->ids_100;
}

static long long content_length(const char *head, const char *end)
{
    for (const char *line = head; line < end; line = strstr(line, "\r\n") + 2)
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            return atoll(line + 15);
    return 0;
}

/* false = the connection is to be closed. */
static bool flush_client(const struct answers *a, struct client *client)
{
    while (client->answer != NULL) {
        const char *from = client->answer->bytes + client->sent;
        size_t left = client->answer->len - client->sent;
        if (left == 0 && client->file_left > 0) {
            from = a->block;
            left = client->file_left < FILE_BLOCK ? (size_t)client->file_left : FILE_BLOCK;
        }
        ssize_t n = send(client->fd, from, left, MSG_NOSIGNAL);
        if (n < 0)
            return errno == EAGAIN;
        if (client->sent < client->answer->len)
            client->sent += (size_t)n;
        else
            client->file_left -= n;
        if (client->sent == client->answer->len && client->file_left == 0)
            client->answer = NULL;
    }
    return true;
}

/* Keeps the beginning of a body. */
static void look_at_body(struct client *client, const char *bytes, size_t n)
{
    size_t room = sizeof(client->body) - 1 - client->body_have;

    memcpy(client->body + client->body_have, bytes, n < room ? n : room);
    client->body_have += n < room ? n : room;
    client->body[client->body_have] = '\0';
    client->body_left -= (long long)n;
}

/* Takes in what arrived; answers when a request is complete. */
static bool read_client(const struct answers *a, struct client *client)
{
    static char drain[262144];

    for (;;) {
        bool body = client->body_left > 0;
        char *to = body ? drain : client->head + client->have;
        size_t room = body ? sizeof(drain) : MAX_HEAD - 1 - client->have;
        if (body && client->body_left < (long long)room)
            room = (size_t)client->body_left;
        ssize_t n = recv(client->fd, to, room, 0);
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        if (body) {
            look_at_body(client, drain, (size_t)n);
        } else {
            client->have += (size_t)n;
            client->head[client->have] = '\0';
            char *end = strstr(client->head, "\r\n\r\n");
            if (end == NULL)
                continue;
            client->body_left = client->body_len = content_length(client->head, end);
            client->body_have = 0;
            look_at_body(client, end + 4, client->have - (size_t)(end + 4 - client->head));
        }
        if (client->body_left > 0)
            continue;
        client->answer = choose(a, client);
        client->sent = 0;
        client->have = 0;
        if (!flush_client(a, client))
            return false;
    }
}

/* ------------------------------------------------------------------ the loop */

static int listen_loopback(int *ret_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 1024) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        die("listen");
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static void watch(int epoll, int op, int fd, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data.ptr = what};

    if (epoll_ctl(epoll, op, fd, &event) != 0)
        die("epoll_ctl");
}

static void accept_all(int epoll, int listener)
{
    int fd, on = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *client = calloc(1, sizeof(*client));
        if (client == NULL)
            die("calloc");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        client->fd = fd;
        watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, client);
    }
}

int main(int argc, char **argv)
{
    int port, listener, epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[MAX_EVENTS];

    if (argc != 3)
        return 64;
    struct answers a = make_answers(argv[1], atoll(argv[2]));
    listener = listen_loopback(&port);
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    watch(epoll, EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, &a);
    printf("%d\n", port);
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < n; i++) {
            struct client *client = events[i].data.ptr;
            if (events[i].data.ptr == &a)
                return 0;
            if (client == NULL) {
                accept_all(epoll, listener);
            } else if (!flush_client(&a, client) || !read_client(&a, client)) {
                close(client->fd);
                free(client->page.bytes);
                free(client);
            }
        }
    }
}
