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
 * Redirects are never followed. Blocks SIGPIPE in this thread while it runs. Any thread. */
void transport_send(struct transport *transport, const struct http_request *request,
                    const struct transport_io *io, struct http_response *response);

#endif
