/* What a response is made of, for the files that render, send, spoil and record it. */
#ifndef SANDBOX_RESPONSE_H
#define SANDBOX_RESPONSE_H

#include "sandbox.h"
#include <json-c/printbuf.h>

enum sb_shape {
    SB_SHAPE_RESOURCES, /* {meta, errors, resources} */
    SB_SHAPE_META,      /* {meta, errors} */
    SB_SHAPE_OBJECT,    /* any JSON value, no envelope */
    SB_SHAPE_BLOB,      /* bytes from the store */
    SB_SHAPE_FD,        /* bytes from a file */
    SB_SHAPE_RAW        /* `raw` as it stands, maybe empty */
};

#define SB_MAX_HEADERS 12

struct sb_header {
    char *name;
    char *value;
};

struct sb_response {
    unsigned status;
    enum sb_shape shape;
    bool failed;
    struct printbuf *resources; /* texts joined by commas */
    size_t resource_count;
    struct json_object *errors; /* array */
    bool has_pagination;
    int64_t offset, limit, total;
    char *after;
    int64_t writes; /* -1: not told */
    struct json_object *object;
    char *raw;
    size_t raw_size;
    int64_t blob;
    int fd; /* -1: none */
    uint64_t size;
    char *content_type;
    char *filename;
    struct sb_header headers[SB_MAX_HEADERS];
    size_t header_count;
};

void sb_response_init(struct sb_response *res);
void sb_response_done(struct sb_response *res);
/* Empties it, back to what sb_response_init makes, keeping the headers. */
void sb_response_reset(struct sb_response *res);
/* `text` as the whole body, copied. */
void sb_reply_raw(struct sb_response *res, unsigned status, const char *content_type,
                  const void *text, size_t size);
/* The JSON text of an answer of a JSON shape; `started_us` is when the request began (monotonic
 * microseconds) for meta.query_time. The caller frees it. */
char *sb_render(const struct sb_request *req, const struct sb_response *res, int64_t started_us,
                size_t *ret_size);

#endif
