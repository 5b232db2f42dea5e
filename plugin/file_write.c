#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "files_parts.h"

/* A closed pipe and a file size limit announce themselves by signals whose default is to end the
 * process, which is the host's. They are held back in this thread and taken away again. */
struct quiet {
    sigset_t signals, old, pending;
};

static void be_quiet(struct quiet *q)
{
    sigemptyset(&q->signals);
    sigaddset(&q->signals, SIGPIPE);
    sigaddset(&q->signals, SIGXFSZ);
    sigemptyset(&q->pending);
    (void)pthread_sigmask(SIG_BLOCK, &q->signals, &q->old);
    /* What the host holds back itself may be pending already and is not ours to take. */
    if (sigismember(&q->old, SIGPIPE) == 1 || sigismember(&q->old, SIGXFSZ) == 1)
        (void)sigpending(&q->pending);
}

static void take_away(const struct quiet *q, int signal)
{
    const struct timespec now = {0, 0};
    sigset_t one;
    if (sigismember(&q->pending, signal) == 1)
        return;
    sigemptyset(&one);
    sigaddset(&one, signal);
    while (sigtimedwait(&one, NULL, &now) < 0 && errno == EINTR)
        ;
}

static void end_quiet(const struct quiet *q, int failure)
{
    if (failure == EPIPE)
        take_away(q, SIGPIPE);
    if (failure == EFBIG)
        take_away(q, SIGXFSZ);
    (void)pthread_sigmask(SIG_SETMASK, &q->old, NULL);
}

/* Would a write of PIPE_BUF bytes not block? */
static bool has_room(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    return poll(&one, 1, 0) != 0;
}

int file_write(int fd, const void *bytes, size_t n, bool may_block, bool held, size_t *ret_written)
{
    struct quiet quiet;
    int failure = 0;
    size_t done = 0;
    if (!held)
        be_quiet(&quiet);
    while (done < n && failure == 0 && (!may_block || has_room(fd))) {
        size_t part = may_block && n - done > PIPE_BUF ? PIPE_BUF : n - done;
        ssize_t wrote = write(fd, (const char *)bytes + done, part);
        if (wrote > 0)
            done += (size_t)wrote;
        else if (wrote == 0)
            failure = EIO;
        else if (may_block && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        else if (errno != EINTR)
            failure = errno;
    }
    if (!held)
        end_quiet(&quiet, failure);
    *ret_written = done;
    return failure;
}
