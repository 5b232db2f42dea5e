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

#define MAX_EVENTS 64
#define MAX_HEAD 16384
#define FILE_BLOCK 1048576
#define LIST_ITEMS 100000 /* of the list that is read page by page */
#define ITEM_WIDTH 39     /* of an id, with quotes and comma */

struct answer {
    char *bytes;
    size_t len;
};

struct answers {
    struct answer token, ids_100, ids_10000, cases_100, patched, uploaded, file_head;
    long long file_bytes;
    char *block;
    char *list; /* LIST_ITEMS ids, each as wide as the others */
};

struct client {
    int fd;
    char head[MAX_HEAD];
    size_t have;
    long long body_left; /* of a request that is being read                                      */
    const struct answer *answer;
    struct answer page; /* made for this client */
    size_t sent;
    long long file_left;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ------------------------------------------------------------------ answers */

static struct answer with_head(const char *status, char *body)
{
    struct answer answer;
    size_t len = strlen(body);

    answer.bytes = malloc(len + 512);
    if (answer.bytes == NULL)
        die("malloc");
    int head = snprintf(answer.bytes, 512,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "X-Cs-TraceId: 7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\r\n"
                        "X-RateLimit-Limit: 6000\r\nX-RateLimit-Remaining: 5999\r\n\r\n",
                        status, len);
    memcpy(answer.bytes + head, body, len);
    answer.len = (size_t)head + len;
    free(body);
    return answer;
}

static char *envelope(const char *resources, size_t len, int total)
{
    char *body = malloc(len + 512);

    if (body == NULL)
        die("malloc");
    snprintf(body, len + 512,
             "{\"meta\":{\"query_time\":0.004,\"pagination\":{\"limit\":%d,\"offset\":0,"
             "\"total\":%d},\"powered_by\":\"cases\",\"trace_id\":"
             "\"7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\"},\"resources\":[%s],\"errors\":[]}",
             total, total, resources);
    return body;
}

/* Case i of the benchmark; clients ask for the same ids. */
static void case_id(char *ret, int i)
{
    sprintf(ret, "0198f2c4-7b1e-7c3a-9d52-%012d", i);
}

static struct answer ids_answer(int n)
{
    char *list = malloc((size_t)n * 40 + 1), *at = list;
    struct answer answer;

    if (list == NULL)
        die("malloc");
    for (int i = 0; i < n; i++) {
        char id[64];
        case_id(id, i);
        at += sprintf(at, "%s\"%s\"", i > 0 ? "," : "", id);
    }
    answer = with_head("200 OK", envelope(list, (size_t)(at - list), n));
    free(list);
    return answer;
}

/* n cases in the reverse of the asked order, as the service does not keep it. */
static struct answer cases_answer(const char *template, int n)
{
    const char *mark = strstr(template, "@ID@");
    size_t one = strlen(template) + 64;
    char *list = malloc((size_t)n * one + 1), *at = list;
    struct answer answer;

    if (list == NULL || mark == NULL)
        die("case template");
    for (int i = n - 1; i >= 0; i--) {
        char id[64];
        case_id(id, i);
        at += sprintf(at, "%s%.*s%s%s", i < n - 1 ? "," : "", (int)(mark - template), template, id,
                      mark + 4);
    }
    answer = with_head("200 OK", envelope(list, (size_t)(at - list), n));
    free(list);
    return answer;
}

static struct answers make_answers(const char *case_file, long long file_bytes)
{
    struct answers a = {.file_bytes = file_bytes, .block = malloc(FILE_BLOCK)};
    static char template[65536];
    FILE *file = fopen(case_file, "r");
    size_t n = file != NULL ? fread(template, 1, sizeof(template) - 1, file) : 0;

    if (n == 0 || a.block == NULL)
        die(case_file);
    fclose(file);
    while (n > 0 && template[n - 1] == '\n')
        n--;
    template[n] = '\0';
    for (size_t i = 0; i < FILE_BLOCK; i++)
        a.block[i] = (char)(i * 2654435761u >> 13);
    a.token = with_head("201 Created", strdup("{\"access_token\":\"eyJhbGciOiJSUzI1NiJ9.bench\","
                                              "\"expires_in\":1799,\"token_type\":\"bearer\"}"));
    a.ids_100 = ids_answer(100);
    a.ids_10000 = ids_answer(10000);
    a.cases_100 = cases_answer(template, 100);
    a.patched = cases_answer(template, 1);
    a.list = malloc((size_t)LIST_ITEMS * ITEM_WIDTH + 1);
    if (a.list == NULL)
        die("malloc");
    for (int i = 0; i < LIST_ITEMS; i++) {
        char id[64];
        case_id(id, i);
        sprintf(a.list + (size_t)i * ITEM_WIDTH, "\"%s\",", id);
    }
    a.uploaded = with_head("200 OK", envelope("{\"id\":\"f1\"}", 11, 1));
    a.file_head.bytes = malloc(512);
    if (a.file_head.bytes == NULL)
        die("malloc");
    a.file_head.len = (size_t)snprintf(a.file_head.bytes, 512,
                                       "HTTP/1.1 200 OK\r\nContent-Type: "
                                       "application/octet-stream\r\nContent-Length: %lld\r\n"
                                       "Content-Disposition: attachment; filename=\"bench.bin\""
                                       "\r\n\r\n",
                                       file_bytes);
    return a;
}

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

static const struct answer *choose(const struct answers *a, struct client *client)
{
    const char *head = client->head;

    client->file_left = 0;
    if (strncmp(head, "POST /oauth2/token", 18) == 0)
        return &a->token;
    if (strncmp(head, "PATCH", 5) == 0)
        return &a->patched;
    if (strncmp(head, "POST /cases/entities/cases", 26) == 0)
        return &a->cases_100;
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
            client->body_left -= n;
        } else {
            client->have += (size_t)n;
            client->head[client->have] = '\0';
            char *end = strstr(client->head, "\r\n\r\n");
            if (end == NULL)
                continue;
            client->body_left = content_length(client->head, end) -
                                (long long)(client->have - (size_t)(end + 4 - client->head));
            client->answer = choose(a, client);
            client->sent = 0;
            client->have = 0;
        }
        if (client->body_left <= 0 && !flush_client(a, client))
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
