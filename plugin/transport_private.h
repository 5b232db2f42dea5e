/*
 * transport_private.h - shared by the files of the transport: transport.c (the exchange),
 * transport_pool.c (handles that are used again), transport_answer.c (what arrives),
 * transport_sigpipe.c (a signal that must not reach the host).
 */
#ifndef FCM_TRANSPORT_PRIVATE_H
#define FCM_TRANSPORT_PRIVATE_H

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>

#include "transport.h"

/* A handle with its connections and its parsed certificates. Used by one exchange at a time. */
struct transport_handle {
    CURLM *multi;
    CURL *easy;
    struct transport_handle *next;
};

struct transport {
    const struct config *config;
    bool plain_http;
    pthread_mutex_t lock;
    struct transport_handle *idle; /* last used first */
    int64_t n_idle;
};

/* One exchange while it runs. */
struct exchange {
    const struct http_request *request;
    const struct transport_io *io;
    struct http_response *response;
    CURL *easy;
    int requests;   /* times that libcurl began to send it */
    size_t body_at; /* bytes of the request's body handed to libcurl */
    bool absolute;  /* the whole URL is the request's target */
    bool decided;   /* where the answer goes */
    bool to_file;
    bool attachment;        /* Content-Disposition came */
    int64_t content_length; /* -1 = not announced */
    char file_name[256];    /* from Content-Disposition; "" = none */
    bool source_ended;      /* the file to upload was read to its end */
    bool too_big, cancelled, local;
};

/* transport_take - a handle with the settings of the instance; NULL = no memory.
 * transport_give - puts it back. */
struct transport_handle *transport_take(struct transport *transport);
void transport_give(struct transport *transport, struct transport_handle *handle);

/* What this thread's signals were before SIGPIPE was held back. */
struct transport_sigpipe {
    sigset_t before;
    bool was_pending;
};

/* transport_hold_sigpipe, transport_release_sigpipe - around whatever may write to a TLS
 * connection, its closing too: a TLS library writes to sockets without MSG_NOSIGNAL. The signal is
 * held back in this thread and taken away if it came; the process's disposition stays as it is. */
void transport_hold_sigpipe(struct transport_sigpipe *held);
void transport_release_sigpipe(const struct transport_sigpipe *held);

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
