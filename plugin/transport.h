/*
 * transport.h - bytes out, bytes in: libcurl, and nothing else includes its header. Knows requests
 * and answers (http.h), files by their source and sink, and nothing of the service.
 *
 * Connections are kept open and used again, last used first. The certificates to trust are parsed
 * once for each of them, not for each TLS handshake.
 */
#ifndef FCM_TRANSPORT_H
#define FCM_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "config.h"
#include "files.h"
#include "http.h"

struct transport;

/* transport_new - borrows config, which must outlive it. plain_http = http:// is allowed (only
 * where the base URL is a loopback address). Errors: SOAR_RESOURCE_EXHAUSTED,
 * SOAR_UNIMPLEMENTED (a libcurl that is not thread-safe). */
bool transport_new(const struct config *config, bool plain_http, struct transport **ret,
                   struct error *err);
/* transport_free - closes all connections. No exchange may be under way. NULL is fine. */
void transport_free(struct transport *transport);

/* What an exchange needs beside its request. */
struct transport_io {
    struct file_source *source; /* of the request's file part; NULL = none */
    struct file_sink *sink;     /* for the answer; NULL = memory only */
    /* Bytes of the file done and in all (0 = not known); other than 0 cancels. NULL = not told. */
    int32_t (*progress)(void *arg, uint64_t done, uint64_t total);
    void *progress_arg;
    struct interrupt *interrupt; /* ends the exchange when raised */
    int64_t deadline_ms;         /* monotonic; INT64_MAX = none */
};

/* transport_send - one exchange, in the caller's thread; blocks until it is through. Fills
 * *response (initialised or reset). A sink that was begun is neither committed nor dropped here.
 * Redirects are never followed. Blocks SIGPIPE and SIGXFSZ in this thread while it
 * runs, where they may come. Any thread. */
void transport_send(struct transport *transport, const struct http_request *request,
                    const struct transport_io *io, struct http_response *response);

/* One exchange of several. The caller's; must not move while it is under way. */
struct transport_job {
    const struct http_request *request;
    struct transport_io io;        /* interrupt is not looked at */
    struct http_response response; /* initialised or reset */
    void *owner;                   /* the caller's own */
    struct transport_ride *ride;   /* the transport's own; NULL = it is not under way */
};

/* ------------------------------------------------------------------ a few at a time */

/* The exchanges of one call that overlap, in its caller's thread; none has a file. They share the
 * connections of one handle. One thread at a time; SIGPIPE is held back in it
 * while a function runs. */
struct transport_few;

/* transport_few_new - told is called for each job that is through, from within transport_few_wait and
 * transport_few_stop, and must not start or stop any. NULL = no memory. transport_few_free - no job may
 * be under way. NULL is fine. */
struct transport_few *transport_few_new(struct transport *transport,
                                        void (*told)(struct transport_job *job));
void transport_few_free(struct transport_few *few);

/* transport_few_room - is there a connection for one more? At most http.max_connections are open for all
 * calls together, but that each has one. */
bool transport_few_room(struct transport_few *few);

/* transport_few_start - begins an exchange, and sends what can be sent. false = no memory, and the answer
 * says so. */
bool transport_few_start(struct transport_few *few, struct transport_job *job);

/* transport_few_stop - ends one that is under way, and fills its answer with that failure. */
void transport_few_stop(struct transport_few *few, struct transport_job *job,
                        enum http_failure why);

/* transport_few_wait - moves what can be moved, once at least, until the job is through; NULL = until
 * until_ms (monotonic). Where *interrupt is raised the job is stopped, or the wait ends. */
void transport_few_wait(struct transport_few *few, struct transport_job *job, int64_t until_ms,
                        struct interrupt *interrupt);

/* ------------------------------------------------------------------ many at a time */

/* Any number of exchanges in one thread, over connections of its own, at most
 * http.max_connections; over HTTP/2 where a server offers it with TLS. All functions but
 * transport_loop_wake belong to one thread, in which all signals are blocked. */
struct transport_loop;

/* transport_loop_new - told is called for each job that is through, from within
 * transport_loop_wait. Borrows transport. Errors: SOAR_RESOURCE_EXHAUSTED. */
bool transport_loop_new(struct transport *transport, void (*told)(struct transport_job *job),
                        struct transport_loop **ret, struct error *err);
/* transport_loop_free - closes all its connections. No job may be under way. NULL is fine. */
void transport_loop_free(struct transport_loop *loop);

/* transport_loop_room - may another job be started? As many go at a time as there are connections,
 * and over HTTP/2 several on each. */
bool transport_loop_room(const struct transport_loop *loop);

/* transport_loop_start - begins an exchange. false = no memory, and the answer says so. */
bool transport_loop_start(struct transport_loop *loop, struct transport_job *job);

/* transport_loop_stop - ends one that is under way, and fills its answer with that failure; told is
 * not called. */
void transport_loop_stop(struct transport_loop *loop, struct transport_job *job,
                         enum http_failure why);

/* transport_loop_wait - moves what can be moved, and waits until something was, until until_ms
 * (monotonic; INT64_MAX = for ever) or until it is woken. */
void transport_loop_wait(struct transport_loop *loop, int64_t until_ms);

/* transport_loop_wake - ends a wait that is under way, or the next one. Any thread. */
void transport_loop_wake(struct transport_loop *loop);

#endif
