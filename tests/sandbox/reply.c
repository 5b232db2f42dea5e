#include "exchange.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 65536

/* A body that is made while it is sent. */
struct source {
    struct sb_store *store;
    int64_t blob; /* or: */
    char *text;
    uint64_t size;
    uint64_t stop; /* where the connection is cut; UINT64_MAX: nowhere */
    bool endless;
};

static ssize_t read_endless(uint64_t position, char *buffer, size_t max)
{
    static const char head[] =
        "{\"meta\":{\"query_time\":0.1,\"trace_id\":\"endless\"},\"errors\":[],"
        "\"resources\":[\"";
    if (position < sizeof head - 1) {
        size_t rest = sizeof head - 1 - (size_t)position;
        size_t count = rest < max ? rest : max;
        memcpy(buffer, head + position, count);
        return (ssize_t)count;
    }
    memset(buffer, 'a', max);
    return (ssize_t)max;
}

static ssize_t read_source(void *cls, uint64_t position, char *buffer, size_t max)
{
    struct source *source = cls;
    if (source->endless) {
        return read_endless(position, buffer, max);
    }
    if (position >= source->stop) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    uint64_t rest = (source->stop < source->size ? source->stop : source->size) - position;
    size_t wanted = rest < max ? (size_t)rest : max;
    if (source->text != NULL) {
        memcpy(buffer, source->text + position, wanted);
        return (ssize_t)wanted;
    }
    sb_store_lock(source->store);
    int64_t count = sb_blob_read(source->store, source->blob, position, buffer, wanted);
    sb_store_unlock(source->store);
    return count > 0 ? (ssize_t)count : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void free_source(void *cls)
{
    struct source *source = cls;
    free(source->text);
    free(source);
}

static struct MHD_Response *from_source(struct source *plan)
{
    struct source *source = malloc(sizeof *source);
    if (source == NULL) {
        free(plan->text);
        return NULL;
    }
    *source = *plan;
    return MHD_create_response_from_callback(plan->endless ? MHD_SIZE_UNKNOWN : plan->size, BLOCK,
                                             read_source, source, free_source);
}

static uint64_t cut_at(const struct sb_exchange *ex, uint64_t size)
{
    bool cut = ex->has_fault && ex->fault.kind == SB_FAULT_TRUNCATED;
    return cut ? size / 2 : UINT64_MAX;
}

static struct MHD_Response *from_text(struct sb_exchange *ex, char *text, size_t size)
{
    if (text == NULL) {
        return NULL;
    }
    if (ex->has_fault && ex->fault.kind == SB_FAULT_BAD_UTF8) {
        sb_fault_spoil_text(text, size);
    }
    if (ex->has_fault && ex->fault.kind == SB_FAULT_TRUNCATED && size > 0) {
        return from_source(&(struct source){.text = text, .size = size, .stop = cut_at(ex, size)});
    }
    return MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
}

static struct MHD_Response *make_response(struct sb_exchange *ex)
{
    struct sb_response *res = &ex->res;
    struct MHD_Response *response = NULL;
    size_t size = 0;
    char *text;
    int64_t total;
    if (ex->has_fault && ex->fault.kind == SB_FAULT_ENDLESS) {
        return from_source(&(struct source){.endless = true});
    }
    switch (res->shape) {
    case SB_SHAPE_BLOB:
        sb_store_lock(ex->server->store);
        total = sb_blob_size(ex->server->store, res->blob);
        sb_store_unlock(ex->server->store);
        if (total < 0) {
            return NULL;
        }
        sb_answers_write(ex->server->answers, ex, NULL, 0);
        return from_source(&(struct source){.store = ex->server->store,
                                            .blob = res->blob,
                                            .size = (uint64_t)total,
                                            .stop = cut_at(ex, (uint64_t)total)});
    case SB_SHAPE_FD:
        sb_answers_write(ex->server->answers, ex, NULL, 0);
        response = MHD_create_response_from_fd64(res->size, res->fd);
        res->fd = response != NULL ? -1 : res->fd;
        return response;
    case SB_SHAPE_RAW:
        text = res->raw;
        sb_answers_write(ex->server->answers, ex, text, res->raw_size);
        res->raw = NULL;
        return from_text(ex, text, res->raw_size);
    default:
        text = sb_render(&ex->req, res, ex->started_us, &size);
        sb_answers_write(ex->server->answers, ex, text, size);
        return from_text(ex, text, size);
    }
}

/* A file name as a header may carry it; the exact one follows percent-encoded if it is another. */
static void add_disposition(struct MHD_Response *response, const char *filename)
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
    MHD_add_response_header(response, "Content-Disposition", value);
}

/* By the sandbox's clock. */
static void add_date(struct MHD_Response *response, int64_t now_ms)
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
        MHD_add_response_header(response, "Date", value);
    }
}

static void add_headers(struct sb_exchange *ex, struct MHD_Response *response)
{
    struct sb_response *res = &ex->res;
    char number[32];
    const char *type = res->content_type != NULL ? res->content_type : "application/json";
    if (ex->has_fault && ex->fault.kind == SB_FAULT_WRONG_TYPE) {
        type = "text/plain";
    }
    MHD_add_response_header(response, "Content-Type", type);
    if (res->filename != NULL) {
        add_disposition(response, res->filename);
    }
    for (size_t i = 0; i < res->header_count; i++) {
        MHD_add_response_header(response, res->headers[i].name, res->headers[i].value);
    }
    MHD_add_response_header(response, "X-Cs-TraceId", ex->req.trace_id);
    add_date(response, ex->req.now_ms);
    if (!ex->limited) {
        ex->rate = (struct sb_rate){.limit = 6000, .remaining = 5999};
    }
    snprintf(number, sizeof number, "%u", ex->rate.limit);
    MHD_add_response_header(response, "X-RateLimit-Limit", number);
    snprintf(number, sizeof number, "%u", ex->rate.remaining);
    MHD_add_response_header(response, "X-RateLimit-Remaining", number);
}

enum MHD_Result sb_send(struct sb_exchange *ex)
{
    if (ex->has_fault &&
        (ex->fault.kind == SB_FAULT_RESET_BEFORE || ex->fault.kind == SB_FAULT_RESET_AFTER)) {
        return MHD_NO;
    }
    struct MHD_Response *response = make_response(ex);
    if (response == NULL) {
        return MHD_NO;
    }
    add_headers(ex, response);
    enum MHD_Result queued = MHD_queue_response(ex->connection, ex->res.status, response);
    MHD_destroy_response(response);
    return queued;
}
