/*
 * transport_private.h - shared by the files of the transport: transport.c (one exchange at a time,
 * in the caller's thread), transport_few.c (a few of one call, there too), transport_loop.c (many in
 * one thread), transport_sockets.c (which sockets that waits for), transport_exchange.c (what all share), transport_pool.c (handles that are used again),
 * transport_place.c (where to), transport_answer.c (what arrives),
 * transport_await.c (pipes of the host's), transport_signals.c (signals that must not reach the
 * host).
 */
#ifndef FCM_TRANSPORT_PRIVATE_H
#define FCM_TRANSPORT_PRIVATE_H

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include "base/timers.h"
#include "transport.h"

#ifndef FCM_VERSION
#define FCM_VERSION "0.0.0"
#endif

#ifndef CURL_WRITEFUNC_ERROR
#define CURL_WRITEFUNC_ERROR 0xFFFFFFFF
#endif

/* What libcurl receives at a time, in bytes; a transfer has one such buffer while it runs. Its own
 * 16 KiB cost a long answer four times as many calls of the system. */
#define TRANSPORT_BUFFER 65536L

/* Scheme, host and port that an easy handle goes to, read once and not for each exchange. Owned;
 * zeroed at first. */
struct transport_place {
    CURLU *url;
    char *origin; /* NULL = none yet, or the easy handle has a whole URL */
    size_t len;   /* of origin */
};

struct transport_ride;

/* A handle with its connections and its parsed certificates. Used by one exchange at a time, or by a
 * few of one call. */
struct transport_handle {
    CURLM *multi;
    CURL *easy;
    struct transport_place place;
    struct transport_ride *rides; /* idle, of the few; owned */
    int64_t width;                /* connections that it may keep open */
    struct transport_handle *next;
};

struct transport {
    const struct config *config;
    bool plain_http;
    bool direct; /* neither the configuration nor the environment names a proxy */
    pthread_mutex_t lock;
    struct transport_handle *idle; /* last used first */
    int64_t n_idle;                /* connections that these may keep open */
    int64_t n_open;                /* and that all handles may */
};

/* Header lines of one exchange, without memory of their own. */
#define TRANSPORT_MAX_HEADERS 8
struct transport_headers {
    struct curl_slist nodes[TRANSPORT_MAX_HEADERS];
    char content_type[128];
    char trace[640];
    size_t n;
};

/* One exchange while it runs. The first six are given, the rest is zeroed at first. */
struct exchange {
    const struct config *config;
    bool direct; /* no proxy in between */
    const struct http_request *request;
    const struct transport_io *io;
    struct http_response *response;
    struct transport_loop *loop; /* NULL = none */
    CURL *easy;
    curl_mime *mime; /* owned */
    struct transport_headers headers;
    int requests;     /* times that libcurl began to send it */
    size_t body_at;   /* bytes of the request's body handed to libcurl */
    int64_t moved_ms; /* when something of it last moved; monotonic */
    curl_off_t sent;  /* bytes of the body gone out when that was last looked at */
    bool answering;   /* the first byte of the answer is there */
    bool absolute;    /* the whole URL is the request's target */
    bool decided;     /* where the answer goes */
    bool to_file;
    bool attachment;        /* Content-Disposition came */
    int64_t content_length; /* -1 = not announced */
    char file_name[256];    /* from Content-Disposition; "" = none */
    bool source_ended;      /* the file to upload was read to its end */
    short awaits;      /* POLLIN or POLLOUT: it is paused until awaits_fd is ready; 0 = it is not */
    int awaits_fd;     /* the host's */
    size_t body_taken; /* of the bytes that libcurl gives again after a pause */
    bool too_big, cancelled, local;
    char error_text[CURL_ERROR_SIZE];
};

/* An exchange of a few or of many on its way, with its handle; used again for the next one. */
struct transport_ride {
    CURL *easy;
    struct transport_place place;
    struct transport_job *job; /* NULL = idle */
    struct exchange exchange;
    struct timer due;            /* of a loop, as what follows */
    int watched_fd;              /* the host's, that epoll watches for it; -1 = none */
    struct transport_ride *next; /* among the idle, or of a few */
};

/* transport_set_up - tells easy, whose place it is, of the exchange; it must not move from now on.
 * false = no memory, and the answer says so. transport_take_down - easy keeps nothing of it, and must
 * not be running. */
bool transport_set_up(struct exchange *exchange, CURL *easy, struct transport_place *place);
void transport_take_down(struct exchange *exchange);

/* transport_place_go - easy goes to where the url is, the first origin_len bytes of it being scheme,
 * host and port, and what it asks for there is told otherwise; origin_len 0: the whole URL is told.
 * false = no memory. transport_place_done - frees; no easy handle may use it any more. */
bool transport_place_go(struct transport_place *place, CURL *easy, const char *url,
                        size_t origin_len);
void transport_place_done(struct transport_place *place);

/* transport_conclude - fills the answer. failure HTTP_FINE: libcurl ended it with code; anything
 * else is why it was ended, and code is CURLE_OK. */
void transport_conclude(struct exchange *exchange, enum http_failure failure, CURLcode code);

/* transport_moved - something of it moved just now. transport_due_ms - when to ask
 * transport_expired (monotonic; INT64_MAX = never), which says why it is to be ended, or HTTP_FINE.
 * Limits: the deadline; to the first byte of the answer; and while bytes should be moving. How long
 * connecting may take is libcurl's to watch. */
void transport_moved(struct exchange *exchange);
int64_t transport_due_ms(const struct exchange *exchange);
enum http_failure transport_expired(struct exchange *exchange, int64_t now_ms);

/* transport_await - the exchange goes on when the host's descriptor is ready (POLLIN or POLLOUT); its
 * time runs on, and nothing counts as stalled. transport_resume - it is ready; false = no memory. */
void transport_await(struct exchange *exchange, int fd, short events);
bool transport_resume(struct exchange *exchange);

/* transport_loop_watch - of an exchange of the loop, which awaits that descriptor. */
void transport_loop_watch(struct transport_loop *loop, struct exchange *exchange);

/* The sockets of a loop that libcurl has told it of; watched owned, all zeroed at first but epoll_fd. */
struct transport_sockets {
    int epoll_fd;
    unsigned char *watched; /* by descriptor: events of epoll */
    size_t n;
};

/* transport_word_of - what epoll gives back with an event of the descriptor: an odd number. */
static inline uint64_t transport_word_of(int fd)
{
    return (uint64_t)(unsigned)fd << 1 | 1;
}

/* transport_sockets_want - libcurl waits for these events (EPOLLIN, EPOLLOUT). transport_sockets_leave -
 * for none now. transport_sockets_told - epoll tells of one; false = libcurl does not wait for it, and
 * epoll tells no more. transport_sockets_close - closes one; for CURLOPT_CLOSESOCKETFUNCTION, so that
 * what is known of a descriptor does not outlive it; userdata is a struct transport_sockets. */
void transport_sockets_want(struct transport_sockets *sockets, int fd, uint32_t events);
void transport_sockets_leave(struct transport_sockets *sockets, int fd);
bool transport_sockets_told(struct transport_sockets *sockets, int fd);
int transport_sockets_close(void *userdata, curl_socket_t fd);
void transport_sockets_done(struct transport_sockets *sockets);

/* transport_ride_new - an idle one with the settings of the instance; NULL = no memory.
 * transport_rides_free - frees a list of idle ones. */
struct transport_ride *transport_ride_new(const struct transport *transport);
void transport_rides_free(struct transport_ride *rides);

/* transport_settle - gives an easy handle what stays the same for every exchange; false = no
 * memory. */
bool transport_settle(const struct transport *transport, CURL *easy);

/* transport_take - a handle with the settings of the instance; NULL = no memory.
 * transport_widen - it may have one more connection; false = all handles have as many as are wanted,
 * unless it must have it.
 * transport_give - puts it back. */
struct transport_handle *transport_take(struct transport *transport);
bool transport_widen(struct transport *transport, struct transport_handle *handle, bool must);
void transport_give(struct transport *transport, struct transport_handle *handle);

/* What this thread's signals were before SIGPIPE and SIGXFSZ were held back. */
struct transport_signals {
    sigset_t before, pending;
};

/* transport_hold_signals, transport_release_signals - around whatever may write to a TLS
 * connection, its closing too: a TLS library writes to sockets without MSG_NOSIGNAL; and around an
 * answer that goes to a file. The signals are held back in this thread and taken away if they came;
 * the process's dispositions stay as they are. */
void transport_hold_signals(struct transport_signals *held);
void transport_release_signals(const struct transport_signals *held);

/* transport_secret_body - gives libcurl a request's body that holds a secret, so that no copy is
 * left behind in what it frees. transport_secret_over - afterwards. */
void transport_secret_body(struct exchange *exchange);
void transport_secret_over(CURL *easy);

/* libcurl callbacks: a header line, and bytes of the body. userdata is a struct exchange. */
size_t transport_on_header(char *line, size_t size, size_t n, void *userdata);
size_t transport_on_body(char *bytes, size_t size, size_t n, void *userdata);
/* transport_decide - memory or file? Called with the first byte, or at the end without one. */
bool transport_decide(struct exchange *exchange);

#endif
