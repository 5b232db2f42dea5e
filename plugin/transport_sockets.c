/* Which of libcurl's sockets epoll watches. libcurl lets go of a connection's socket at the end of each
 * exchange and wants it again for the next one: epoll is not told of either, unless the socket has
 * something to say in between. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "transport_private.h"

#define LEFT 0x80u /* watched, though libcurl does not want to know now */

static_assert((EPOLLIN | EPOLLOUT) < LEFT, "both fit beside it");

/* What is watched of the descriptor; NULL = no memory. */
static unsigned char *entry_of(struct transport_sockets *sockets, int fd)
{
    size_t at = (size_t)fd, n = sockets->n > 0 ? sockets->n : 64;

    if (at < sockets->n)
        return &sockets->watched[at];
    while (n <= at)
        n *= 2;
    unsigned char *watched = realloc(sockets->watched, n);
    if (watched == NULL)
        return NULL;
    memset(watched + sockets->n, 0, n - sockets->n);
    sockets->watched = watched;
    sockets->n = n;
    return &watched[at];
}

void transport_sockets_want(struct transport_sockets *sockets, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = transport_word_of(fd)};
    unsigned char *entry = entry_of(sockets, fd);
    bool known = entry != NULL && *entry != 0;

    if (known && *entry == (events | LEFT)) {
        *entry = (unsigned char)events;
        return;
    }
    /* where epoll refuses (no memory), the exchange is ended by its limits: libcurl would end all */
    if (epoll_ctl(sockets->epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0 &&
        epoll_ctl(sockets->epoll_fd, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0)
        events = 0;
    if (entry != NULL)
        *entry = (unsigned char)events;
}

void transport_sockets_leave(struct transport_sockets *sockets, int fd)
{
    unsigned char *entry = entry_of(sockets, fd);

    if (entry != NULL &&
        *entry == EPOLLIN) { /* one that may be written to would tell of it at once */
        *entry |= LEFT;
        return;
    }
    (void)epoll_ctl(sockets->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    if (entry != NULL)
        *entry = 0;
}

bool transport_sockets_told(struct transport_sockets *sockets, int fd)
{
    unsigned char *entry = entry_of(sockets, fd);

    if (entry == NULL || (*entry & LEFT) == 0)
        return true;
    (void)epoll_ctl(sockets->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
    *entry = 0;
    return false;
}

int transport_sockets_close(void *userdata, curl_socket_t fd)
{
    struct transport_sockets *sockets = userdata;
    unsigned char *entry = entry_of(sockets, fd);

    if (entry != NULL)
        *entry = 0;
    return close(fd);
}

void transport_sockets_done(struct transport_sockets *sockets)
{
    free(sockets->watched);
    sockets->watched = NULL;
    sockets->n = 0;
}
