/*
 * http.h - one HTTP exchange as plain data: what the protocol stages ask for and what came back.
 * No stage does I/O with it; the drivers hand it to transport.c. Not thread-safe: a request and
 * its response belong to one call.
 */
#ifndef FCM_HTTP_H
#define FCM_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "catalog.h"

enum http_part_kind { HTTP_PART_TEXT, HTTP_PART_FILE };

/* A part of a multipart/form-data body. All text is borrowed and outlives the request. */
struct http_part {
    enum http_part_kind kind;
    const char *name;
    const char *text; /* HTTP_PART_TEXT */
    size_t text_len;
    const char *path;      /* HTTP_PART_FILE: local path; NULL = the host's descriptor */
    const char *file_name; /* HTTP_PART_FILE: what the service is told; NULL = from the path */
};

/* The most parts an operation has. */
#define HTTP_MAX_PARTS 8

/* Where the body of a successful answer goes. */
enum http_sink {
    HTTP_TO_MEMORY,
    HTTP_TO_FILE_UNLESS_JSON, /* a JSON answer without Content-Disposition goes to memory */
    HTTP_TO_FILE
};

/* A request. Owned memory is freed by http_request_done. */
struct http_request {
    const char *method;       /* static */
    struct buf url;           /* absolute */
    const char *content_type; /* static; NULL = none sent */
    struct buf body;          /* empty for multipart */
    bool has_body;
    struct http_part parts[HTTP_MAX_PARTS];
    size_t n_parts;            /* > 0: multipart/form-data */
    const char *authorization; /* borrowed header line; NULL = none */
    bool repeatable;           /* may be sent again by the transport on a broken connection */
    const char *trace;         /* borrowed W3C traceparent; NULL = none */
    enum http_sink sink;
    const char *save_as;        /* borrowed; NULL = the server's name */
    const char *sha256;         /* borrowed: that a file received must have; NULL = any */
    int64_t max_response_bytes; /* most bytes of an answer in memory */
};

/* Why an exchange has no usable answer. */
enum http_failure {
    HTTP_FINE,
    HTTP_RESOLVE,         /* the host's name was not found */
    HTTP_CONNECT,         /* no connection */
    HTTP_CONNECT_TIMEOUT, /* no connection within the time for it */
    HTTP_TLS,             /* certificate or handshake */
    HTTP_PROXY,           /* the proxy refused */
    HTTP_LOST,            /* the connection broke after the request may have gone out */
    HTTP_FIRST_BYTE,      /* the request is out and nothing of an answer came in the time for it */
    HTTP_STALL,           /* nothing moved for the stall time */
    HTTP_DEADLINE,        /* the call's time was up */
    HTTP_CANCELLED,       /* by soar_cancel, the host's progress callback, or shutdown */
    HTTP_TOO_BIG,         /* the answer passes max_response_bytes */
    HTTP_BIG_HEAD,        /* its head is longer than libcurl keeps, or memory ran out in it */
    HTTP_CUT,             /* the answer ended before its end */
    HTTP_LOCAL,           /* a local file could not be read or written: see local_error */
    HTTP_NO_MEMORY,
    HTTP_OTHER
};

/* A file that an answer went to. Owned: path, name. */
struct http_file {
    char *path; /* "" = the host's descriptor; NULL = there is none */
    char *name;
    int64_t bytes;
};

/* An answer. Text fields are cut to their size and hold printable ASCII only. */
struct http_response {
    int status; /* 0 = none */
    enum http_failure failure;
    bool request_sent; /* at least one byte of the request may have reached the service */
    bool sent_again;   /* by the transport, the connection of the first time having broken */
    bool request_cut;  /* the upload had not been read to its end: what arrived is no request */
    char detail[256];  /* what the transport says of a failure */
    struct error local_error; /* HTTP_LOCAL */
    struct buf body;          /* empty where the answer went to a file */
    char content_type[96];
    char trace_id[80];
    char region[32];
    char location[512];
    int64_t date_ms;             /* Date, in ms since the epoch; -1 = none */
    int64_t retry_after_s;       /* Retry-After in seconds; -1 = none */
    int64_t retry_after_date_ms; /* Retry-After as a date, in ms since the epoch; -1 = none */
    int64_t rate_retry_after;    /* X-RateLimit-RetryAfter as sent; -1 = none */
    int64_t rate_limit, rate_remaining; /* -1 = none */
    bool has_file;                      /* the answer went to a file, and it is whole and named */
    struct http_file file;
};

/* http_request_init - empty; max_url and max_body are the ceilings in bytes. */
void http_request_init(struct http_request *request, size_t max_url, size_t max_body);
/* http_request_done - frees, and wipes the body. */
void http_request_done(struct http_request *request);
/* http_file_done - frees; there is none afterwards. */
void http_file_done(struct http_file *file);
/* http_response_init - empty, nothing allocated. */
void http_response_init(struct http_response *response, size_t max_body);
/* http_response_reset - empty again for the next exchange; keeps the body's memory. */
void http_response_reset(struct http_response *response);
void http_response_done(struct http_response *response);

/* http_effect - what an exchange that did not succeed has done at the service, by the action's
 * kind: OUTCOME_NOT_SENT where no byte of the request can have arrived, OUTCOME_NOT_APPLIED where
 * the service said so (4xx), got only a part of the request, or the action only reads, else
 * OUTCOME_UNKNOWN. */
enum outcome http_effect(enum action_retry kind, const struct http_response *response);

/* http_is_passing - may the same exchange go well a little later (429, 5xx, a broken connection)?
 * Says nothing of whether repeating it is safe. */
bool http_is_passing(const struct http_response *response);

/* http_origin_len - length of "scheme://host[:port]" at the start of a URL; 0 where it is none. */
size_t http_origin_len(const char *url);
/* http_same_origin - do two URLs name the same scheme, host and port (defaults filled in)? */
bool http_same_origin(const char *a, const char *b);

#endif
