#include "held.h"
#include "canned.h"
#include "check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_CLIENTS 64
#define MOST_LINES 256
#define MAX_HEAD 65536
#define LEFT_OUT 10 /* bytes at the end of an answer that is given by half */
#define PATIENCE_SECONDS 60

struct client {
    int fd;
    bool unread;
    const char *waits; /* the answer, when another of a pair has come; NULL = it does not wait */
    size_t size;
    char text[MAX_HEAD];
};

struct held {
    const struct held_rule *rules;
    char *token;
    pthread_t thread;
    int listener, wake[2];
    char url[64];
    struct client *clients[MOST_CLIENTS];
    size_t n_clients;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved;
    size_t n_held, n_lines;
    char *lines[MOST_LINES];
};

static int listen_on_loopback(int backlog, char *url, size_t size, unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, backlog), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *ret_port = ntohs(address.sin_port);
    snprintf(url, size, "http://127.0.0.1:%u", *ret_port);
    return fd;
}

/* ------------------------------------------------------------------ a request */

static bool has_head(const struct client *client)
{
    return strstr(client->text, "\r\n\r\n") != NULL;
}

static bool is_whole(const struct client *client)
{
    const char *end = strstr(client->text, "\r\n\r\n");
    const char *length = strcasestr(client->text, "\r\nContent-Length:");
    if (end == NULL) {
        return false;
    }
    size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return client->size - (size_t)(end + 4 - client->text) >= body;
}

static const struct held_rule *rule_of(const struct held *held, const struct client *client)
{
    const char *end = strstr(client->text, "\r\n");
    for (const struct held_rule *rule = held->rules; rule->line != NULL; rule++) {
        const char *found = strstr(client->text, rule->line);
        if (found != NULL && found < end) {
            return rule;
        }
    }
    return NULL;
}

static void note(struct held *held, const struct client *client, bool is_held)
{
    pthread_mutex_lock(&held->lock);
    held->n_held += is_held;
    if (held->n_lines < MOST_LINES) {
        held->lines[held->n_lines++] =
            strndup(client->text, (size_t)(strstr(client->text, "\r\n") - client->text));
    }
    pthread_cond_broadcast(&held->moved);
    pthread_mutex_unlock(&held->lock);
}

static void give(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = send(fd, text, size, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        text += n;
        size -= (size_t)n;
    }
}

static void give_whole(const struct client *client, const char *answer)
{
    give(client->fd, answer, strlen(answer));
}

/* The second of a pair is answered, then the first. */
static void pair(const struct held *held, struct client *client, const char *answer)
{
    for (size_t i = 0; i < held->n_clients; i++) {
        struct client *first = held->clients[i];
        if (first->waits != NULL) {
            give_whole(client, answer);
            give_whole(first, first->waits);
            first->waits = NULL;
            return;
        }
    }
    client->waits = answer;
}

/* A request is there, or its head; false = the connection is over. */
static bool act(struct held *held, struct client *client)
{
    const struct held_rule *rule = rule_of(held, client);
    enum held_way way = rule != NULL ? rule->way : HELD_LOST;
    if (way != HELD_UNREAD && !is_whole(client)) {
        return true;
    }
    client->unread = way == HELD_UNREAD;
    const char *answer = rule != NULL && rule->answer != NULL ? rule->answer : held->token;
    bool whole = way == HELD_ANSWER || way == HELD_PAIR;
    if (whole) { /* who has an answer finds its request counted */
        note(held, client, false);
    }
    if (way == HELD_ANSWER) {
        give_whole(client, answer);
    } else if (way == HELD_PAIR) {
        pair(held, client, answer);
    } else if (way == HELD_HALF) {
        give(client->fd, answer, strlen(answer) - LEFT_OUT);
    }
    if (!whole) {
        note(held, client, way != HELD_LOST);
    }
    client->size = 0;
    client->text[0] = '\0';
    return way != HELD_LOST;
}

static bool read_some(struct held *held, struct client *client)
{
    size_t room = sizeof client->text - 1 - client->size;
    ssize_t n = read(client->fd, client->text + client->size, room);
    if (n <= 0) {
        return false;
    }
    client->size += (size_t)n;
    client->text[client->size] = '\0';
    return !has_head(client) || act(held, client);
}

/* ------------------------------------------------------------------ the thread */

static void drop(struct held *held, size_t i)
{
    close(held->clients[i]->fd);
    free(held->clients[i]);
    held->clients[i] = held->clients[--held->n_clients];
}

static void take_in(struct held *held)
{
    int fd = accept4(held->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0) {
        struct client *client = calloc(1, sizeof *client);
        client->fd = fd;
        held->clients[held->n_clients++] = client;
    }
}

static void *serve(void *arg)
{
    struct held *held = arg;
    for (;;) {
        struct pollfd ready[MOST_CLIENTS + 2];
        size_t n = held->n_clients;
        for (size_t i = 0; i < n; i++) {
            const struct client *client = held->clients[i];
            ready[i] = (struct pollfd){.fd = client->unread ? -1 : client->fd, .events = POLLIN};
        }
        ready[n] = (struct pollfd){.fd = held->wake[0], .events = POLLIN};
        ready[n + 1] =
            (struct pollfd){.fd = n < MOST_CLIENTS ? held->listener : -1, .events = POLLIN};
        poll(ready, n + 2, -1);
        if (ready[n].revents != 0) {
            return NULL;
        }
        for (size_t i = n; i-- > 0;) {
            if (ready[i].revents != 0 && !read_some(held, held->clients[i])) {
                drop(held, i);
            }
        }
        if (ready[n + 1].revents != 0) {
            take_in(held);
        }
    }
}

struct held *held_start(const struct held_rule *rules)
{
    unsigned port;
    struct held *held = calloc(1, sizeof *held);
    assert_non_null(held);
    held->rules = rules;
    held->token = canned_token();
    held->listener = listen_on_loopback(64, held->url, sizeof held->url, &port);
    pthread_mutex_init(&held->lock, NULL);
    pthread_cond_init(&held->moved, NULL);
    assert_int_equal(pipe2(held->wake, O_CLOEXEC), 0);
    assert_int_equal(pthread_create(&held->thread, NULL, serve, held), 0);
    return held;
}

const char *held_url(const struct held *held)
{
    return held->url;
}

void held_wait(struct held *held, size_t n)
{
    struct timespec until;
    int result = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_SECONDS;
    pthread_mutex_lock(&held->lock);
    while (held->n_held < n && result == 0) {
        result = pthread_cond_timedwait(&held->moved, &held->lock, &until);
    }
    size_t found = held->n_held;
    pthread_mutex_unlock(&held->lock);
    if (found < n) {
        fail_msg("%zu requests are held, and not %zu", found, n);
    }
}

size_t held_now(struct held *held)
{
    pthread_mutex_lock(&held->lock);
    size_t n = held->n_held;
    pthread_mutex_unlock(&held->lock);
    return n;
}

size_t held_count(struct held *held, const char *line)
{
    size_t n = 0;
    pthread_mutex_lock(&held->lock);
    for (size_t i = 0; i < held->n_lines; i++) {
        n += strstr(held->lines[i], line) != NULL;
    }
    pthread_mutex_unlock(&held->lock);
    return n;
}

void held_stop(struct held *held)
{
    close(held->wake[1]);
    pthread_join(held->thread, NULL);
    close(held->wake[0]);
    close(held->listener);
    while (held->n_clients > 0) {
        drop(held, held->n_clients - 1);
    }
    for (size_t i = 0; i < held->n_lines; i++) {
        free(held->lines[i]);
    }
    pthread_cond_destroy(&held->moved);
    pthread_mutex_destroy(&held->lock);
    free(held->token);
    free(held);
}

/* ------------------------------------------------------------------ nobody answers */

/* A listener whose queue is full: Linux drops what asks for more. */
void deaf_start(struct deaf *deaf)
{
    deaf->fds[0] = listen_on_loopback(0, deaf->url, sizeof deaf->url, &deaf->port);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)deaf->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    deaf->fds[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(deaf->fds[1], (struct sockaddr *)&address, sizeof address), 0);
}

void deaf_stop(struct deaf *deaf)
{
    close(deaf->fds[1]);
    close(deaf->fds[0]);
}

/* A socket of this machine that has asked for a connection to the port and has none (SYN_SENT). */
static bool somebody_asks(unsigned port)
{
    char line[512], wanted[32];
    bool found = false;
    FILE *file = fopen("/proc/net/tcp", "r");
    assert_non_null(file);
    snprintf(wanted, sizeof wanted, " 0100007F:%04X 02 ", port);
    while (!found && fgets(line, sizeof line, file) != NULL) {
        found = strstr(line, wanted) != NULL;
    }
    fclose(file);
    return found;
}

void deaf_wait(const struct deaf *deaf)
{
    while (!somebody_asks(deaf->port)) {
        sched_yield();
    }
}
