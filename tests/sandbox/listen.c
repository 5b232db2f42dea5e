#include "listen.h"
#include "clock.h"
#include "sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BURST 256 /* connections taken from one socket in a go */

struct sb_listen {
    pthread_t thread;
    pthread_mutex_t lock;
    struct MHD_Daemon *daemon; /* NULL: the thread doesn't run */
    int sockets[SB_MAX_CLOUDS];
    size_t count;
    int wake;  /* eventfd */
    int spare; /* closed to take and drop a connection when descriptors run out */
    int64_t refused_until_us;
    bool refusing;
    bool stopping;
};

struct sb_listen *sb_listen_new(void)
{
    struct sb_listen *listen = calloc(1, sizeof *listen);
    if (listen == NULL) {
        return NULL;
    }
    pthread_mutex_init(&listen->lock, NULL);
    listen->wake = eventfd(0, EFD_CLOEXEC);
    listen->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return listen;
}

void sb_listen_free(struct sb_listen *listen)
{
    if (listen == NULL) {
        return;
    }
    sb_listen_stop(listen);
    for (size_t i = 0; i < listen->count; i++) {
        close(listen->sockets[i]);
    }
    close(listen->wake);
    close(listen->spare);
    pthread_mutex_destroy(&listen->lock);
    free(listen);
}

/* A socket on exactly this address, which stays its own while it does not listen. */
static int bind_to(int family, const struct sockaddr *address, socklen_t size)
{
    int one = 1;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
                    bind(fd, address, size) != 0)) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/* A port that nobody uses. The kernel would give it back as soon as the socket listens no more, so
 * the port is bound once more by its number, before it is let go. */
static int bind_to_any(int family, struct sockaddr *address, socklen_t size)
{
    int one = 1;
    int first = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = -1;
    if (first >= 0 && bind(first, address, size) == 0 && getsockname(first, address, &size) == 0 &&
        setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0) {
        fd = bind_to(family, address, size);
    }
    int why = errno;
    if (first >= 0) {
        close(first);
    }
    errno = why;
    return fd;
}

static int open_socket(const struct addrinfo *found, bool fixed, unsigned *ret_port)
{
    struct sockaddr_storage address;
    socklen_t size = found->ai_addrlen;
    memset(&address, 0, sizeof address);
    memcpy(&address, found->ai_addr, size);
    int fd = fixed ? bind_to(found->ai_family, found->ai_addr, size)
                   : bind_to_any(found->ai_family, (struct sockaddr *)&address, size);
    size = sizeof address;
    if (fd < 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        int why = errno;
        if (fd >= 0) {
            close(fd);
        }
        errno = why;
        return -1;
    }
    /* the port stands at one place in both families */
    struct sockaddr_in in;
    memcpy(&in, &address, sizeof in);
    *ret_port = ntohs(in.sin_port);
    return fd;
}

bool sb_listen_open(struct sb_listen *listen, const char *host, unsigned port, unsigned *ret_port,
                    char *ret_error, size_t size)
{
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof service, "%u", port);
    int code = getaddrinfo(host, service, &hints, &found);
    if (code != 0) {
        snprintf(ret_error, size, "%s: %s", host, gai_strerror(code));
        return false;
    }
    int fd = open_socket(found, port != 0, ret_port);
    int why = errno;
    freeaddrinfo(found);
    if (fd < 0) {
        snprintf(ret_error, size, "cannot listen on %s port %u: %s", host, port, strerror(why));
        return false;
    }
    listen->sockets[listen->count++] = fd;
    return true;
}

/* Descriptors have run out: the oldest connection that waits is taken and closed, so that its client
 * knows, and the thread doesn't wake for it again and again. */
static void drop_one(struct sb_listen *listen, int fd)
{
    close(listen->spare);
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0) {
        close(client);
    }
    listen->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void take(struct sb_listen *listen, int fd)
{
    for (int i = 0; i < BURST; i++) {
        struct sockaddr_storage address;
        socklen_t size = sizeof address;
        int client = accept4(fd, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client >= 0) {
            /* closes it where it can't */
            MHD_add_connection(listen->daemon, client, (struct sockaddr *)&address, size);
        } else if (errno == EMFILE || errno == ENFILE) {
            drop_one(listen, fd);
            return;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
}

/* Stops or starts to listen as is wanted now; the milliseconds until that changes, or -1. */
static int settle(struct sb_listen *l)
{
    int64_t left = l->refused_until_us - sb_monotonic_us();
    if ((left > 0) != l->refusing) {
        l->refusing = left > 0;
        for (size_t i = 0; i < l->count; i++) {
            if (l->refusing) {
                shutdown(l->sockets[i], SHUT_RDWR);
            } else {
                listen(l->sockets[i], SOMAXCONN);
            }
        }
    }
    return l->refusing ? (int)(left / 1000 + 1) : -1;
}

static void *run(void *cls)
{
    struct sb_listen *listen = cls;
    for (;;) {
        struct pollfd polled[SB_MAX_CLOUDS + 1] = {{.fd = listen->wake, .events = POLLIN}};
        uint64_t number;
        pthread_mutex_lock(&listen->lock);
        bool stopping = listen->stopping;
        int timeout = settle(listen);
        pthread_mutex_unlock(&listen->lock);
        if (stopping) {
            return NULL;
        }
        for (size_t i = 0; i < listen->count; i++) {
            polled[i + 1] =
                (struct pollfd){.fd = timeout < 0 ? listen->sockets[i] : -1, .events = POLLIN};
        }
        if (poll(polled, (nfds_t)listen->count + 1, timeout) <= 0) {
            continue;
        }
        if (polled[0].revents != 0) {
            (void)!read(listen->wake, &number, sizeof number);
        }
        for (size_t i = 0; i < listen->count; i++) {
            if (polled[i + 1].revents != 0) {
                take(listen, listen->sockets[i]);
            }
        }
    }
}

static void call_thread(struct sb_listen *listen)
{
    uint64_t one = 1;
    while (write(listen->wake, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

bool sb_listen_start(struct sb_listen *listen, struct MHD_Daemon *daemon)
{
    listen->daemon = daemon;
    if (listen->wake < 0 || pthread_create(&listen->thread, NULL, run, listen) != 0) {
        listen->daemon = NULL;
    }
    return listen->daemon != NULL;
}

void sb_listen_stop(struct sb_listen *listen)
{
    if (listen->daemon == NULL) {
        return;
    }
    pthread_mutex_lock(&listen->lock);
    listen->stopping = true;
    pthread_mutex_unlock(&listen->lock);
    call_thread(listen);
    pthread_join(listen->thread, NULL);
    listen->daemon = NULL;
}

void sb_listen_refuse(struct sb_listen *listen, int64_t ms)
{
    pthread_mutex_lock(&listen->lock);
    int64_t until = sb_monotonic_us() + ms * 1000;
    listen->refused_until_us = until > listen->refused_until_us ? until : listen->refused_until_us;
    settle(listen);
    pthread_mutex_unlock(&listen->lock);
    call_thread(listen);
}
