/*
 * The server that the benchmark measures clients against: one thread, epoll, answers made
 * beforehand, so that it costs less than what it measures. It knows just the requests of the
 * benchmark.
 *
 *     server CASE_FILE [CERTIFICATE KEY]
 *
 * prints its ports on one line: plain HTTP, then, with a certificate, TLS, and TLS that closes each
 * connection after one answer. It runs until its standard input ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answers.h"
#include "measure.h"

#define MAX_EVENTS 64
#define MAX_HEAD 16384
#define FIRST_OF_BODY 64 /* bytes of it that tell which answer is wanted */

/* What an epoll event is about begins with which of the two it is. */
struct listener {
    bool listens;
    int fd;
    SSL_CTX *tls; /* NULL: plain */
    const struct answers *answers;
};

struct client {
    bool listens;
    int fd;
    SSL *tls;
    const struct answers *answers;
    char head[MAX_HEAD];
    size_t have;
    long long body_left; /* of a request that is being read                                      */
    const struct answer *answer;
    struct answer room; /* made for this client */
    size_t sent;
    long long file_left;
    bool closes;
};

/* ------------------------------------------------------------------ bytes */

/* As recv and send; -1 with EAGAIN where TLS has to wait. */
static ssize_t tls_result(const struct client *client, int n)
{
    if (n > 0)
        return n;
    int why = SSL_get_error(client->tls, n);
    if (why == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    ERR_clear_error();
    return -1;
}

static ssize_t take(const struct client *client, void *to, size_t room)
{
    if (client->tls == NULL)
        return recv(client->fd, to, room, 0);
    return tls_result(client, SSL_read(client->tls, to, (int)room));
}

static ssize_t give(const struct client *client, const void *from, size_t len)
{
    if (client->tls == NULL)
        return send(client->fd, from, len, MSG_NOSIGNAL);
    return tls_result(client, SSL_write(client->tls, from, (int)len));
}

/* ------------------------------------------------------------------ one connection */

static long long content_length(const char *head, const char *end)
{
    for (const char *line = head; line < end; line = strstr(line, "\r\n") + 2)
        if (strncasecmp(line, "Content-Length:", 15) == 0)
            return atoll(line + 15);
    return 0;
}

/* false = the connection is to be closed. */
static bool flush_client(struct client *client)
{
    while (client->answer != NULL) {
        const char *from = client->answer->bytes + client->sent;
        size_t left = client->answer->len - client->sent;
        if (left == 0 && client->file_left > 0) {
            from = client->answers->block;
            left = client->file_left < FILE_BLOCK ? (size_t)client->file_left : FILE_BLOCK;
        }
        ssize_t n = give(client, from, left);
        if (n <= 0)
            return errno == EAGAIN;
        if (client->sent < client->answer->len)
            client->sent += (size_t)n;
        else
            client->file_left -= n;
        if (client->sent == client->answer->len && client->file_left == 0) {
            client->answer = NULL;
            if (client->closes)
                return false;
        }
    }
    return true;
}

/* A request's head and the first bytes of its body are there; false: more is to come. */
static bool head_is_there(struct client *client)
{
    const char *end = strstr(client->head, "\r\n\r\n");

    if (end == NULL)
        return false;
    long long length = content_length(client->head, end);
    size_t got = client->have - (size_t)(end + 4 - client->head);
    if (got < FIRST_OF_BODY && (long long)got < length)
        return false;
    client->body_left = length - (long long)got;
    client->answer = choose_answer(client->answers, client->head, client->have, &client->room,
                                   &client->file_left);
    client->sent = 0;
    client->have = 0;
    return true;
}

/* Takes in what arrived; answers when a request is complete. */
static bool read_client(struct client *client)
{
    static char drain[262144];

    for (;;) {
        bool body = client->body_left > 0;
        char *to = body ? drain : client->head + client->have;
        size_t room = body ? sizeof(drain) : MAX_HEAD - 1 - client->have;
        if (body && client->body_left < (long long)room)
            room = (size_t)client->body_left;
        ssize_t n = take(client, to, room);
        if (n <= 0)
            return n < 0 && errno == EAGAIN;
        if (body) {
            client->body_left -= n;
        } else {
            client->have += (size_t)n;
            client->head[client->have] = '\0';
            if (!head_is_there(client))
                continue;
        }
        if (client->body_left <= 0 && !flush_client(client))
            return false;
    }
}

static void close_client(struct client *client)
{
    if (client->tls != NULL) {
        SSL_shutdown(client->tls);
        SSL_free(client->tls);
    }
    close(client->fd);
    free(client->room.bytes);
    free(client);
}

/* ------------------------------------------------------------------ the loop */

static struct listener listen_loopback(int *ret_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 1024) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0)
        die("listen");
    *ret_port = ntohs(at.sin_port);
    return (struct listener){.listens = true, .fd = fd};
}

static SSL_CTX *tls_context(const char *certificate, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        die("certificate or key");
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

static void watch(int epoll, int fd, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data.ptr = what};

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll_ctl");
}

static void accept_all(int epoll, const struct listener *listener)
{
    int fd, on = 1;

    while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *client = calloc(1, sizeof(*client));
        if (client == NULL)
            die("calloc");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        client->fd = fd;
        client->answers = listener->answers;
        client->closes = listener->answers->line[0] != '\0';
        if (listener->tls != NULL) {
            client->tls = SSL_new(listener->tls);
            if (client->tls == NULL || SSL_set_fd(client->tls, fd) != 1)
                die("SSL_new");
            SSL_set_accept_state(client->tls);
        }
        watch(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, client);
    }
}

static void serve(int epoll)
{
    struct epoll_event events[MAX_EVENTS];

    for (;;) {
        int n = epoll_wait(epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < n; i++) {
            const struct listener *listener = events[i].data.ptr;
            struct client *client = events[i].data.ptr;
            if (listener == NULL)
                return;
            if (listener->listens)
                accept_all(epoll, listener);
            else if (!flush_client(client) || !read_client(client))
                close_client(client);
        }
    }
}

int main(int argc, char **argv)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC), ports[3];
    struct listener listeners[3];
    size_t n = argc == 4 ? 3 : 1;

    if (argc != 2 && argc != 4)
        die("server CASE_FILE [CERTIFICATE KEY]");
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
    struct answers kept = make_answers(argv[1], ""),
                   closing = make_answers(argv[1], "Connection: close\r\n");
    SSL_CTX *tls = n > 1 ? tls_context(argv[2], argv[3]) : NULL;
    for (size_t i = 0; i < n; i++) {
        listeners[i] = listen_loopback(&ports[i]);
        listeners[i].tls = i > 0 ? tls : NULL;
        listeners[i].answers = i == 2 ? &closing : &kept;
        watch(epoll, listeners[i].fd, EPOLLIN, &listeners[i]);
        printf("%s%d", i > 0 ? " " : "", ports[i]);
    }
    watch(epoll, STDIN_FILENO, EPOLLIN, NULL);
    puts("");
    fflush(stdout);
    serve(epoll);
    return 0;
}
