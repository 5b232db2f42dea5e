#include "front.h"
#include "clock.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 65536
#define TURN 16 /* blocks that one connection gets before the others */

struct play {
    struct play *next;
    struct MHD_Connection *connection;
    struct sb_script script;
    int fd;
    uint64_t position;
    bool paused;     /* the one wait is over or on */
    int64_t wake_us; /* monotonic; nothing is sent before */
};

struct sb_front {
    pthread_t thread;
    pthread_mutex_t lock;
    struct play *arrived; /* not yet seen by the thread */
    struct play *plays;   /* the thread's own */
    bool stopping;        /* nothing arrives any more */
    bool joined;
    int wake; /* eventfd */
};

static int socket_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info != NULL ? info->connect_fd : -1;
}

static void reset_socket(int fd)
{
    /* Taking a TCP socket's peer away resets the connection at once, whatever is still to be sent;
     * the descriptor stays, for libmicrohttpd to close. */
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    (void)connect(fd, &nobody, sizeof nobody);
}

void sb_front_reset(struct MHD_Connection *connection)
{
    reset_socket(socket_of(connection));
}

/* How many bytes may be sent now in one go; sets the time of the next ones. */
static size_t portion(struct play *play)
{
    const struct sb_script *script = &play->script;
    if (script->drip_ms > 0 && play->position >= script->drip_from) {
        return 1;
    }
    uint64_t stop = UINT64_MAX;
    if (script->drip_ms > 0) {
        stop = script->drip_from;
    } else if (script->pause_ms > 0 && !play->paused) {
        stop = script->pause_at;
    }
    uint64_t rest = stop - play->position;
    return rest < BLOCK ? (size_t)rest : BLOCK;
}

static bool takes_pause(struct play *play)
{
    const struct sb_script *script = &play->script;
    if (script->pause_ms == 0 || play->paused || play->position != script->pause_at) {
        return false;
    }
    play->paused = true;
    play->wake_us = sb_monotonic_us() + script->pause_ms * 1000;
    return true;
}

/* Sends what goes; false when the play is over. */
static bool go_on(struct play *play)
{
    char buffer[BLOCK];
    for (int i = 0; i < TURN && !takes_pause(play); i++) {
        size_t size = sb_script_read(&play->script, play->position, buffer, portion(play));
        if (size == 0) {
            return false;
        }
        ssize_t sent = send(play->fd, buffer, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        bool drips = play->script.drip_ms > 0 && play->position >= play->script.drip_from;
        play->position += (uint64_t)sent;
        if (drips) {
            play->wake_us = sb_monotonic_us() + play->script.drip_ms * 1000;
            return true;
        }
    }
    return true;
}

static void finish(struct play *play)
{
    if (play->script.reset) {
        reset_socket(play->fd);
    }
    sb_script_done(&play->script);
    MHD_resume_connection(play->connection);
    free(play);
}

/* Takes over what has arrived; false when the thread is to end. */
static bool take_arrived(struct sb_front *front)
{
    pthread_mutex_lock(&front->lock);
    struct play **end = &front->plays;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = front->arrived;
    front->arrived = NULL;
    bool more = !front->stopping;
    pthread_mutex_unlock(&front->lock);
    return more;
}

/* Waits until a socket takes bytes, a client goes, a wait is over or something arrives. */
static bool await(struct sb_front *front, struct pollfd *polled, size_t count)
{
    int64_t now = sb_monotonic_us(), first = INT64_MAX;
    size_t i = 1;
    polled[0] = (struct pollfd){.fd = front->wake, .events = POLLIN};
    for (struct play *play = front->plays; play != NULL; play = play->next, i++) {
        bool waits = play->wake_us > now;
        polled[i] =
            (struct pollfd){.fd = play->fd, .events = (short)(POLLRDHUP | (waits ? 0 : POLLOUT))};
        first = waits && play->wake_us < first ? play->wake_us : first;
    }
    int timeout = first == INT64_MAX ? -1 : (int)((first - now) / 1000 + 1);
    if (poll(polled, (nfds_t)count, timeout) < 0) {
        return false;
    }
    uint64_t number;
    return polled[0].revents == 0 || read(front->wake, &number, sizeof number) > 0;
}

static void step(struct sb_front *front, const struct pollfd *polled)
{
    struct play **at = &front->plays;
    for (size_t i = 1; *at != NULL; i++) {
        struct play *play = *at;
        bool gone = (polled[i].revents & (POLLERR | POLLHUP | POLLRDHUP)) != 0;
        bool due = play->wake_us <= sb_monotonic_us();
        if (gone || (due && !go_on(play))) {
            *at = play->next;
            finish(play);
        } else {
            at = &play->next;
        }
    }
}

static void *run(void *cls)
{
    struct sb_front *front = cls;
    struct pollfd *polled = NULL;
    while (take_arrived(front)) {
        size_t count = 1;
        for (struct play *play = front->plays; play != NULL; play = play->next) {
            count++;
        }
        struct pollfd *larger = reallocarray(polled, count, sizeof *polled);
        if (larger == NULL) {
            break;
        }
        polled = larger;
        if (await(front, polled, count)) {
            step(front, polled);
        }
    }
    pthread_mutex_lock(&front->lock);
    front->stopping = true;
    pthread_mutex_unlock(&front->lock);
    take_arrived(front);
    while (front->plays != NULL) {
        struct play *play = front->plays;
        front->plays = play->next;
        finish(play);
    }
    free(polled);
    return NULL;
}

struct sb_front *sb_front_new(void)
{
    struct sb_front *front = calloc(1, sizeof *front);
    if (front == NULL) {
        return NULL;
    }
    pthread_mutex_init(&front->lock, NULL);
    front->wake = eventfd(0, EFD_CLOEXEC);
    if (front->wake < 0 || pthread_create(&front->thread, NULL, run, front) != 0) {
        if (front->wake >= 0) {
            close(front->wake);
        }
        pthread_mutex_destroy(&front->lock);
        free(front);
        return NULL;
    }
    return front;
}

static void call_thread(struct sb_front *front)
{
    uint64_t one = 1;
    while (write(front->wake, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void sb_front_stop(struct sb_front *front)
{
    pthread_mutex_lock(&front->lock);
    front->stopping = true;
    pthread_mutex_unlock(&front->lock);
    if (!front->joined) {
        call_thread(front);
        pthread_join(front->thread, NULL);
        front->joined = true;
    }
}

void sb_front_free(struct sb_front *front)
{
    if (front != NULL) {
        sb_front_stop(front);
        close(front->wake);
        pthread_mutex_destroy(&front->lock);
        free(front);
    }
}

bool sb_front_play(struct sb_front *front, struct MHD_Connection *connection,
                   struct sb_script *script)
{
    struct play *play = calloc(1, sizeof *play);
    pthread_mutex_lock(&front->lock);
    bool accepted = play != NULL && !front->stopping;
    if (accepted) {
        play->connection = connection;
        play->script = *script;
        play->fd = socket_of(connection);
        MHD_suspend_connection(connection);
        play->next = front->arrived;
        front->arrived = play;
    }
    pthread_mutex_unlock(&front->lock);
    if (accepted) {
        call_thread(front);
    } else {
        free(play);
        sb_script_done(script);
    }
    return accepted;
}
