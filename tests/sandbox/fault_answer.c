#include "fault.h"
#include "response.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MIB (UINT64_C(1024) * 1024)
#define GZIP_WINDOW (15 + 16) /* zlib: the largest window, with gzip's header */

bool sb_fault_drops(const struct sb_fault *fault)
{
    return fault->kind == SB_FAULT_REFUSED || fault->kind == SB_FAULT_RESET ||
           fault->kind == SB_FAULT_CLOSED || fault->kind == SB_FAULT_RESET_UPLOAD;
}

static void answer_deep(struct sb_response *res, size_t levels)
{
    char *text = malloc(2 * levels + 1);
    if (text == NULL) {
        sb_fail(res, 500, "out of memory");
        return;
    }
    memset(text, '[', levels);
    memset(text + levels, ']', levels);
    sb_reply_raw(res, 200, "application/json", text, 2 * levels);
    free(text);
}

/* Packs what is given into `out`, which must be large enough. */
static bool pack(z_stream *z, const char *text, size_t size, int flush)
{
    z->next_in = (Bytef *)(uintptr_t)text;
    z->avail_in = (uInt)size;
    int code = deflate(z, flush);
    return z->avail_in == 0 && (flush == Z_FINISH ? code == Z_STREAM_END : code == Z_OK);
}

static void answer_bomb(struct sb_response *res, uint64_t mib)
{
    static const char head[] = "{\"meta\":{\"query_time\":0.1,\"trace_id\":\"bomb\"},\"errors\":[],"
                               "\"resources\":[\"";
    static const char tail[] = "\"]}";
    z_stream z = {0};
    size_t room = (size_t)(mib * 2048 + 65536); /* letters pack to less than a five-hundredth */
    char *block = malloc(MIB), *packed = malloc(room);
    bool good = block != NULL && packed != NULL &&
                deflateInit2(&z, 9, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK;
    if (good) {
        memset(block, 'a', MIB);
        z.next_out = (Bytef *)packed;
        z.avail_out = (uInt)room;
        good = pack(&z, head, sizeof head - 1, Z_NO_FLUSH);
        for (uint64_t i = 0; good && i < mib; i++) {
            good = pack(&z, block, MIB, Z_NO_FLUSH);
        }
        good = good && pack(&z, tail, sizeof tail - 1, Z_FINISH);
        size_t size = room - z.avail_out;
        deflateEnd(&z);
        if (good) {
            sb_set_header(res, "Content-Encoding", "gzip");
            sb_reply_raw(res, 200, "application/json", packed, size);
        }
    }
    if (!good) {
        sb_fail(res, 500, "out of memory");
    }
    free(block);
    free(packed);
}

static void answer_limited(struct sb_response *res, int64_t at_ms, bool in_ms)
{
    char number[32];
    sb_fail(res, 429, "API rate limit exceeded.");
    snprintf(number, sizeof number, "%lld", (long long)(in_ms ? at_ms : (at_ms + 999) / 1000));
    sb_set_header(res, "X-RateLimit-RetryAfter", number);
}

static void answer_redirect(struct sb_response *res, unsigned status, const char *url)
{
    sb_set_header(res, "Location", url);
    sb_reply_raw(res, status, "text/plain", "", 0);
}

void sb_fault_answer(const struct sb_fault *fault, struct sb_request *req, struct sb_response *res)
{
    static const char page[] =
        "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head>\n"
        "<body><h1>Service temporarily unavailable</h1><p>The gateway got no answer.</p></body>"
        "</html>\n";
    static const char bare[] = "\"something went wrong\"";
    unsigned status = (unsigned)fault->number;
    switch (fault->kind) {
    case SB_FAULT_HTML:
        sb_reply_raw(res, status, "text/html; charset=utf-8", page, sizeof page - 1);
        break;
    case SB_FAULT_EMPTY:
        sb_reply_raw(res, status, "application/json", "", 0);
        break;
    case SB_FAULT_BARE:
        sb_reply_raw(res, status, "application/json", bare, sizeof bare - 1);
        break;
    case SB_FAULT_NO_ENVELOPE:
        sb_reply_raw(res, status, "application/json", "{}", 2);
        break;
    case SB_FAULT_DEEP:
        answer_deep(res, (size_t)fault->number);
        break;
    case SB_FAULT_GZIP_BOMB:
        answer_bomb(res, (uint64_t)fault->number);
        break;
    case SB_FAULT_STATUS:
        sb_fail(res, status, "injected fault");
        break;
    case SB_FAULT_RATELIMIT:
    case SB_FAULT_RATELIMIT_MS:
        answer_limited(res, req->now_ms + fault->number * 1000,
                       fault->kind == SB_FAULT_RATELIMIT_MS);
        break;
    case SB_FAULT_EXPIRED_TOKEN:
        sb_fail(res, 401, "access denied, invalid bearer token");
        break;
    case SB_FAULT_ERRORS_IN_200:
        sb_response_reset(res);
        sb_add_error(res, (int)fault->number, "something went wrong inside", NULL);
        break;
    case SB_FAULT_REDIRECT:
        answer_redirect(res, 302, fault->value);
        break;
    case SB_FAULT_REDIRECT_308:
        answer_redirect(res, 308, fault->value);
        break;
    default:
        break;
    }
}

/* Half of the resources, rounded down, stay. */
static void keep_half(struct sb_response *res, struct json_object *all)
{
    size_t count = sb_length(all);
    printbuf_reset(res->resources);
    res->resource_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *one = json_object_array_get_idx(all, i);
        if (i < count / 2) {
            sb_add_object(res, json_object_get(one));
        } else {
            bool is_id = json_object_is_type(one, json_type_string);
            sb_add_error(res, 500, "something went wrong inside",
                         is_id ? json_object_get_string(one) : sb_text(one, "id"));
        }
    }
}

void sb_fault_halve(struct sb_response *res)
{
    char *text = NULL;
    if (res->shape != SB_SHAPE_RESOURCES || res->failed) {
        return;
    }
    res->status = 207;
    if (res->resources != NULL &&
        asprintf(&text, "[%.*s]", res->resources->bpos, res->resources->buf) >= 0) {
        struct json_object *all = json_tokener_parse(text);
        keep_half(res, all);
        json_object_put(all);
        free(text);
    }
}

/* The first character inside the last string that isn't empty. */
static void break_utf8(char *text, size_t size)
{
    for (size_t i = size; i-- > 1;) {
        if (text[i - 1] == '"' && isalnum((unsigned char)text[i])) {
            text[i] = (char)0xff;
            return;
        }
    }
}

static void gzip(char **text, size_t *size)
{
    z_stream z = {0};
    char *packed = NULL;
    if (deflateInit2(&z, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK) {
        size_t room = deflateBound(&z, *size);
        packed = malloc(room);
        z.next_out = (Bytef *)packed;
        z.avail_out = (uInt)room;
        if (packed != NULL && pack(&z, *text, *size, Z_FINISH)) {
            *size = room - z.avail_out;
        } else {
            free(packed);
            packed = NULL;
        }
        deflateEnd(&z);
    }
    free(*text);
    *text = packed;
}

void sb_fault_spoil(const struct sb_fault *fault, char **text, size_t *size)
{
    if (fault->kind == SB_FAULT_BAD_UTF8) {
        break_utf8(*text, *size);
    } else if (fault->kind == SB_FAULT_BAD_JSON) {
        *size /= 2;
    } else if (fault->kind == SB_FAULT_GZIP) {
        gzip(text, size);
    }
}
