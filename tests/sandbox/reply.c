#include "exchange.h"
#include "source.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 65536

/* Takes one header of an answer. */
typedef void header_taker(void *cls, const char *name, const char *value);

static bool suffers(const struct sb_exchange *ex, enum sb_fault_kind kind)
{
    return ex->has_fault && ex->fault.kind == kind;
}

/* ------------------------------------------------------------------ headers */

/* A file name as a header may carry it; the exact one follows percent-encoded if it is another. */
static void give_disposition(const char *filename, header_taker *take, void *cls)
{
    char value[2048];
    size_t n = (size_t)snprintf(value, sizeof value, "attachment; filename=\"");
    bool exact = true;
    for (const char *c = filename; *c != '\0' && n < 600; c++) {
        bool plain = *c >= ' ' && *c < 0x7f && *c != '"' && *c != '\\';
        value[n++] = plain ? *c : '_';
        exact = exact && plain;
    }
    n += (size_t)snprintf(value + n, sizeof value - n, "\"%s", exact ? "" : "; filename*=UTF-8''");
    for (const char *c = exact ? "" : filename; *c != '\0' && n < sizeof value - 4; c++) {
        bool plain = isalnum((unsigned char)*c) || strchr("-._~", *c) != NULL;
        n += (size_t)snprintf(value + n, sizeof value - n, plain ? "%c" : "%%%02X",
                              (unsigned char)*c);
    }
    take(cls, "Content-Disposition", value);
}

/* By the sandbox's clock. */
static void give_date(int64_t now_ms, header_taker *take, void *cls)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm t;
    char value[64];
    if (gmtime_r(&seconds, &t) != NULL) {
        snprintf(value, sizeof value, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[t.tm_wday],
                 t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
        take(cls, "Date", value);
    }
}

/* All headers but those about the body's length. */
static void give_headers(struct sb_exchange *ex, header_taker *take, void *cls)
{
    struct sb_response *res = &ex->res;
    char number[32];
    const char *type = res->content_type != NULL ? res->content_type : "application/json";
    take(cls, "Content-Type", suffers(ex, SB_FAULT_WRONG_TYPE) ? "text/plain" : type);
    if (suffers(ex, SB_FAULT_GZIP) || suffers(ex, SB_FAULT_GZIP_BAD)) {
        take(cls, "Content-Encoding", "gzip");
    }
    if (res->filename != NULL) {
        give_disposition(res->filename, take, cls);
    }
    for (size_t i = 0; i < res->header_count; i++) {
        take(cls, res->headers[i].name, res->headers[i].value);
    }
    take(cls, "X-Cs-TraceId", ex->req.trace_id);
    give_date(ex->req.now_ms, take, cls);
    if (!ex->limited) {
        ex->rate = (struct sb_rate){.limit = 6000, .remaining = 5999};
    }
    snprintf(number, sizeof number, "%u", ex->rate.limit);
    take(cls, "X-RateLimit-Limit", number);
    snprintf(number, sizeof number, "%u", ex->rate.remaining);
    take(cls, "X-RateLimit-Remaining", number);
}

/* ------------------------------------------------------------------ the body */

/* The text of an answer that is one, spoiled where a fault says so; NULL when memory is short. */
static char *take_text(struct sb_exchange *ex, size_t *ret_size)
{
    struct sb_response *res = &ex->res;
    char *text = NULL;
    if (res->shape == SB_SHAPE_RAW) {
        text = res->raw;
        *ret_size = res->raw_size;
        res->raw = NULL;
    } else {
        text = sb_render(&ex->req, res, ex->started_us, ret_size);
    }
    sb_answers_write(ex->server->answers, ex, text, text != NULL ? *ret_size : 0);
    if (ex->has_fault && text != NULL) {
        sb_fault_spoil(&ex->fault, &text, ret_size);
    }
    sb_request_log_keep_answer(ex, text, text != NULL ? *ret_size : 0);
    return text;
}

static struct sb_source *make_blob(struct sb_exchange *ex)
{
    struct sb_source *source = sb_source_blob(ex->server->store, ex->res.blob);
    sb_answers_write(ex->server->answers, ex, NULL, 0);
    if (source != NULL) {
        sb_request_log_keep_answer(ex, NULL, (size_t)sb_source_size(source));
    }
    return source;
}

static struct sb_source *make_source(struct sb_exchange *ex)
{
    struct sb_response *res = &ex->res;
    size_t size = 0;
    int fd = res->fd;
    switch (res->shape) {
    case SB_SHAPE_BLOB:
        return make_blob(ex);
    case SB_SHAPE_FD:
        sb_answers_write(ex->server->answers, ex, NULL, 0);
        sb_request_log_keep_answer(ex, NULL, (size_t)res->size);
        res->fd = -1;
        return sb_source_fd(fd, res->size);
    default: {
        char *text = take_text(ex, &size);
        return text != NULL ? sb_source_text(text, size) : NULL;
    }
    }
}

/* ------------------------------------------------------------------ libmicrohttpd */

static ssize_t read_source(void *cls, uint64_t position, char *buffer, size_t max)
{
    ssize_t count = sb_source_read(cls, position, buffer, max);
    return count > 0 ? count : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void free_source(void *cls)
{
    sb_source_free(cls);
}

static struct MHD_Response *from_blob(struct sb_exchange *ex)
{
    struct sb_source *source = make_source(ex);
    struct MHD_Response *response =
        source == NULL ? NULL
                       : MHD_create_response_from_callback(sb_source_size(source), BLOCK,
                                                           read_source, source, free_source);
    if (response == NULL) {
        sb_source_free(source);
    }
    return response;
}

static struct MHD_Response *make_response(struct sb_exchange *ex)
{
    struct sb_response *res = &ex->res;
    struct MHD_Response *response = NULL;
    size_t size = 0;
    if (ex->stream != NULL) {
        response = ex->stream;
        ex->stream = NULL;
        return response;
    }
    if (res->shape == SB_SHAPE_BLOB) {
        return from_blob(ex);
    }
    if (res->shape == SB_SHAPE_FD) {
        sb_answers_write(ex->server->answers, ex, NULL, 0);
        sb_request_log_keep_answer(ex, NULL, (size_t)res->size);
        response = MHD_create_response_from_fd64(res->size, res->fd);
        res->fd = response != NULL ? -1 : res->fd;
        return response;
    }
    char *text = take_text(ex, &size);
    if (text != NULL) {
        response = MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
        if (response == NULL) {
            free(text);
        }
    }
    return response;
}

static void add_header(void *cls, const char *name, const char *value)
{
    MHD_add_response_header(cls, name, value);
}

static enum MHD_Result send_well(struct sb_exchange *ex)
{
    struct MHD_Response *response = make_response(ex);
    if (response == NULL) {
        return MHD_NO;
    }
    give_headers(ex, add_header, response);
    enum MHD_Result queued = sb_queue(ex->connection, ex->res.status, response);
    MHD_destroy_response(response);
    return queued;
}

/* ------------------------------------------------------------------ the raw side */

static void print_header(void *cls, const char *name, const char *value)
{
    fprintf(cls, "%s: %s\r\n", name, value);
}

static enum MHD_Result send_raw(struct sb_exchange *ex)
{
    char *headers = NULL;
    size_t size = 0;
    struct sb_script script;
    FILE *out = open_memstream(&headers, &size);
    if (out == NULL) {
        return MHD_NO;
    }
    give_headers(ex, print_header, out);
    bool good = fclose(out) == 0;
    struct sb_source *body = good ? make_source(ex) : NULL;
    good = body != NULL && sb_script_write(&script, &ex->fault, ex->res.status, headers, body) &&
           sb_front_play(ex->server->front, ex->connection, &script);
    free(headers);
    return good ? MHD_YES : MHD_NO;
}

enum MHD_Result sb_send(struct sb_exchange *ex)
{
    if (suffers(ex, SB_FAULT_REFUSED)) {
        sb_listen_refuse(ex->server->listen, ex->fault.number);
    }
    if (ex->has_fault && sb_fault_drops(&ex->fault)) {
        if (ex->fault.kind != SB_FAULT_CLOSED) {
            sb_front_reset(ex->connection);
        }
        return MHD_NO;
    }
    if (ex->has_fault && ex->fault.kind >= SB_FAULT_ON_THE_WIRE) {
        return send_raw(ex);
    }
    return send_well(ex);
}
