/* A server of a few lines on 127.0.0.1: one thread, one answer a connection, in the order given.
 * Failures fail the running test where they are in its own thread. */
#ifndef UNIT_LOOPBACK_H
#define UNIT_LOOPBACK_H

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define LOOPBACK_MAX 16

/* Answers: the bytes to send; "" = the connection is closed without any; LOOPBACK_HOLD = nothing is
 * sent until the client goes. */
#define LOOPBACK_HOLD ((const char *)1)
/* In front of an answer: the connection stays open for one more request and breaks at that. */
#define LOOPBACK_KEEP "+"

struct loopback {
    int fd;
    char url[64]; /* http://127.0.0.1:PORT                                                       */
    pthread_t thread;
    const char *answers[LOOPBACK_MAX];
    size_t n_answers;
    pthread_mutex_t lock; /* of what follows                                                     */
    pthread_cond_t arrived;
    char *requests[LOOPBACK_MAX]; /* whole, as they came                                         */
    size_t n_requests;
};

static inline int loopback_whole(const char *text, size_t len)
{
    const char *body = strstr(text, "\r\n\r\n");
    const char *length = strcasestr(text, "\r\nContent-Length:");

    if (body == NULL)
        return 0;
    body += 4;
    if (strcasestr(text, "\r\nTransfer-Encoding: chunked") != NULL)
        return text + len >= body + 5 && memcmp(text + len - 5, "0\r\n\r\n", 5) == 0;
    return length == NULL || length > body ||
           len - (size_t)(body - text) >= strtoul(length + 17, NULL, 10);
}

static inline char *loopback_read(int fd)
{
    size_t cap = 1 << 16, len = 0;
    char *text = calloc(1, cap);

    while (text != NULL && len + 1 < cap && !loopback_whole(text, len)) {
        ssize_t got = recv(fd, text + len, cap - 1 - len, 0);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    return text;
}

static inline void loopback_take(struct loopback *loopback, int fd)
{
    char *request = loopback_read(fd);

    if (request == NULL || request[0] == '\0') { /* a connection on which nothing came */
        free(request);
        return;
    }
    pthread_mutex_lock(&loopback->lock);
    loopback->requests[loopback->n_requests++] = request;
    pthread_cond_broadcast(&loopback->arrived);
    pthread_mutex_unlock(&loopback->lock);
}

/* A connection that is not kept says so: else a client might send its next request into it just
 * before it ends. */
static inline void loopback_answer(int fd, const char *answer, bool keep)
{
    const char *rest = strstr(answer, "\r\n");

    if (!keep && strncmp(answer, "HTTP/1.1 ", 9) == 0 && rest != NULL) {
        (void)!send(fd, answer, (size_t)(rest - answer), MSG_NOSIGNAL);
        (void)!send(fd, "\r\nConnection: close", 19, MSG_NOSIGNAL);
        answer = rest;
    }
    (void)!send(fd, answer, strlen(answer), MSG_NOSIGNAL);
}

static inline void *loopback_serve(void *arg)
{
    struct loopback *loopback = arg;

    for (size_t i = 0; i < loopback->n_answers; i++) {
        char rest[256];
        int fd = accept(loopback->fd, NULL, NULL);
        if (fd < 0)
            break;
        loopback_take(loopback, fd);
        const char *answer = loopback->answers[i];
        bool keep = answer != LOOPBACK_HOLD && answer[0] == LOOPBACK_KEEP[0];
        if (keep)
            answer++;
        if (answer != LOOPBACK_HOLD && answer[0] != '\0')
            loopback_answer(fd, answer, keep);
        if (keep)
            loopback_take(loopback, fd);
        if (answer != LOOPBACK_HOLD)
            shutdown(fd, SHUT_WR);
        while (recv(fd, rest, sizeof(rest), 0) > 0)
            ;
        close(fd);
    }
    return NULL;
}

static inline void loopback_start(struct loopback *loopback, const char *const *answers, size_t n)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    assert_true(n <= LOOPBACK_MAX);
    memset(loopback, 0, sizeof(*loopback));
    for (size_t i = 0; i < n; i++)
        loopback->answers[i] = answers[i];
    loopback->n_answers = n;
    pthread_mutex_init(&loopback->lock, NULL);
    pthread_cond_init(&loopback->arrived, NULL);
    loopback->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(loopback->fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(loopback->fd, 8), 0);
    assert_int_equal(getsockname(loopback->fd, (struct sockaddr *)&address, &len), 0);
    snprintf(loopback->url, sizeof(loopback->url), "http://127.0.0.1:%u",
             (unsigned)ntohs(address.sin_port));
    assert_int_equal(pthread_create(&loopback->thread, NULL, loopback_serve, loopback), 0);
}

/* Waits until so many requests have arrived. */
static inline void loopback_wait(struct loopback *loopback, size_t n)
{
    pthread_mutex_lock(&loopback->lock);
    while (loopback->n_requests < n)
        pthread_cond_wait(&loopback->arrived, &loopback->lock);
    pthread_mutex_unlock(&loopback->lock);
}

/* A request that arrived, or will. */
static inline const char *loopback_request(struct loopback *loopback, size_t i)
{
    loopback_wait(loopback, i + 1);
    pthread_mutex_lock(&loopback->lock);
    const char *request = loopback->requests[i];
    pthread_mutex_unlock(&loopback->lock);
    return request;
}

/* How many have arrived by now. */
static inline size_t loopback_count(struct loopback *loopback)
{
    pthread_mutex_lock(&loopback->lock);
    size_t n = loopback->n_requests;
    pthread_mutex_unlock(&loopback->lock);
    return n;
}

/* Ends the server; every client must have gone. */
static inline void loopback_stop(struct loopback *loopback)
{
    shutdown(loopback->fd, SHUT_RDWR);
    pthread_join(loopback->thread, NULL);
    close(loopback->fd);
    for (size_t i = 0; i < loopback->n_requests; i++)
        free(loopback->requests[i]);
    pthread_cond_destroy(&loopback->arrived);
    pthread_mutex_destroy(&loopback->lock);
}

#endif
