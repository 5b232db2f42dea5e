#include "clock.h"
#include "response.h"
#include "routes.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sb_response_init(struct sb_response *res)
{
    memset(res, 0, sizeof *res);
    res->status = 200;
    res->writes = -1;
    res->fd = -1;
    res->errors = json_object_new_array();
}

static void free_content(struct sb_response *res)
{
    if (res->resources != NULL) {
        printbuf_free(res->resources);
    }
    json_object_put(res->errors);
    json_object_put(res->object);
    free(res->after);
    free(res->raw);
    free(res->content_type);
    free(res->filename);
    if (res->fd >= 0) {
        close(res->fd);
    }
}

void sb_response_done(struct sb_response *res)
{
    free_content(res);
    for (size_t i = 0; i < res->header_count; i++) {
        free(res->headers[i].name);
        free(res->headers[i].value);
    }
    memset(res, 0, sizeof *res);
    res->fd = -1;
}

void sb_response_reset(struct sb_response *res)
{
    struct sb_response fresh;
    sb_response_init(&fresh);
    memcpy(fresh.headers, res->headers, sizeof fresh.headers);
    fresh.header_count = res->header_count;
    free_content(res);
    *res = fresh;
}

static void append_resource(struct sb_response *res, const char *json, size_t size)
{
    if (res->resources == NULL) {
        res->resources = printbuf_new();
    }
    if (res->resource_count++ > 0) {
        printbuf_memappend(res->resources, ",", 1);
    }
    printbuf_memappend(res->resources, json, (int)size);
}

void sb_add_json(struct sb_response *res, const char *json)
{
    append_resource(res, json, strlen(json));
}

void sb_add_object(struct sb_response *res, struct json_object *object)
{
    size_t size;
    const char *json = json_object_to_json_string_length(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &size);
    append_resource(res, json, size);
    json_object_put(object);
}

void sb_add_string(struct sb_response *res, const char *text)
{
    sb_add_object(res, json_object_new_string(text));
}

void sb_add_error(struct sb_response *res, int code, const char *message, const char *id)
{
    struct json_object *error = json_object_new_object();
    sb_set_int(error, "code", code);
    if (id != NULL) {
        sb_set_text(error, "id", id);
    }
    sb_set_text(error, "message", message);
    json_object_array_add(res->errors, error);
}

void sb_add_missing(struct sb_request *req, struct sb_response *res, const char *id,
                    const char *what)
{
    char message[128];
    snprintf(message, sizeof message, "%s not found", what);
    if (req->options->missing == SB_MISSING_ERRORS) {
        sb_add_error(res, 404, message, id);
    } else if (req->options->missing == SB_MISSING_404) {
        sb_fail(res, 404, "%s", message);
    }
}

void sb_set_pagination(struct sb_response *res, int64_t offset, int64_t limit, int64_t total)
{
    res->has_pagination = true;
    res->offset = offset;
    res->limit = limit;
    res->total = total;
}

void sb_set_after(struct sb_response *res, const char *token)
{
    free(res->after);
    res->after = strdup(token);
}

void sb_set_writes(struct sb_response *res, int64_t affected)
{
    res->writes = affected;
}

void sb_set_status(struct sb_response *res, unsigned status)
{
    res->status = status;
}

void sb_set_header(struct sb_response *res, const char *name, const char *value)
{
    if (res->header_count < SB_MAX_HEADERS) {
        res->headers[res->header_count].name = strdup(name);
        res->headers[res->header_count++].value = strdup(value);
    }
}

bool sb_fail(struct sb_response *res, unsigned status, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    sb_response_reset(res);
    res->status = status;
    res->failed = true;
    sb_add_error(res, (int)status, message, NULL);
    return false;
}

bool sb_failed(const struct sb_response *res)
{
    return res->failed;
}

void sb_reply_meta_only(struct sb_response *res)
{
    res->shape = SB_SHAPE_META;
}

void sb_reply_object(struct sb_response *res, struct json_object *object)
{
    res->shape = SB_SHAPE_OBJECT;
    json_object_put(res->object);
    res->object = object;
}

static void set_type(struct sb_response *res, const char *content_type, const char *filename)
{
    free(res->content_type);
    free(res->filename);
    res->content_type = strdup(content_type);
    res->filename = filename != NULL ? strdup(filename) : NULL;
}

void sb_reply_blob(struct sb_response *res, int64_t blob, const char *content_type,
                   const char *filename)
{
    res->shape = SB_SHAPE_BLOB;
    res->blob = blob;
    set_type(res, content_type, filename);
}

void sb_reply_fd(struct sb_response *res, int fd, uint64_t size, const char *content_type,
                 const char *filename)
{
    if (res->fd >= 0) {
        close(res->fd);
    }
    res->shape = SB_SHAPE_FD;
    res->fd = fd;
    res->size = size;
    set_type(res, content_type, filename);
}

void sb_reply_raw(struct sb_response *res, unsigned status, const char *content_type,
                  const void *text, size_t size)
{
    sb_response_reset(res);
    res->status = status;
    res->shape = SB_SHAPE_RAW;
    res->raw = malloc(size + 1);
    if (res->raw != NULL) {
        memcpy(res->raw, text, size);
        res->raw[size] = '\0';
        res->raw_size = size;
    }
    set_type(res, content_type, NULL);
}

static struct json_object *render_meta(const struct sb_request *req, const struct sb_response *res,
                                       int64_t started_us)
{
    struct json_object *meta = json_object_new_object();
    char seconds[32];
    double elapsed = (double)(sb_monotonic_us() - started_us) / 1e6;
    snprintf(seconds, sizeof seconds, "%.9f", elapsed > 0 ? elapsed : 0.0);
    json_object_object_add(meta, "query_time", json_object_new_double_s(elapsed, seconds));
    if (res->has_pagination) {
        struct json_object *pagination = json_object_new_object();
        sb_set_int(pagination, "offset", res->offset);
        sb_set_int(pagination, "limit", res->limit);
        sb_set_int(pagination, "total", res->total);
        if (res->after != NULL) {
            sb_set_text(pagination, "after", res->after);
        }
        sb_set(meta, "pagination", pagination);
    }
    if (res->writes >= 0) {
        struct json_object *writes = json_object_new_object();
        sb_set_int(writes, "resources_affected", res->writes);
        sb_set(meta, "writes", writes);
    }
    sb_set_text(meta, "powered_by", sb_route_service(req->path));
    sb_set_text(meta, "trace_id", req->trace_id);
    return meta;
}

/* Of the refusals only those of /cases carry `resources`, and of these not 401, 403 and 429. */
static bool shows_resources(const struct sb_request *req, const struct sb_response *res)
{
    if (res->shape == SB_SHAPE_META) {
        return false;
    }
    if (!res->failed) {
        return true;
    }
    return strncmp(req->path, "/cases/", 7) == 0 && res->status != 401 && res->status != 403 &&
           res->status != 429 && strstr(req->path, "/merge/") == NULL;
}

char *sb_render(const struct sb_request *req, const struct sb_response *res, int64_t started_us,
                size_t *ret_size)
{
    const int style = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
    struct printbuf *out = printbuf_new();
    if (out == NULL) {
        return NULL;
    }
    if (res->shape == SB_SHAPE_OBJECT) {
        const char *text = json_object_to_json_string_ext(res->object, style);
        printbuf_memappend(out, text, (int)strlen(text));
    } else {
        struct json_object *meta = render_meta(req, res, started_us);
        sprintbuf(out, "{\"meta\":%s,\"errors\":", json_object_to_json_string_ext(meta, style));
        json_object_put(meta);
        const char *errors = json_object_to_json_string_ext(res->errors, style);
        printbuf_memappend(out, errors, (int)strlen(errors));
        if (shows_resources(req, res)) {
            printbuf_strappend(out, ",\"resources\":[");
            if (res->resources != NULL) {
                printbuf_memappend(out, res->resources->buf, res->resources->bpos);
            }
            printbuf_strappend(out, "]");
        }
        printbuf_strappend(out, "}");
    }
    char *text = out->buf;
    *ret_size = (size_t)out->bpos;
    free(out);
    return text;
}
