#include "wire.h"
#include <microhttpd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LINE 65536 /* bytes of what comes again and again */

/* Adds to the head. */
static void put(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(FILE *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
}

static void put_letters(FILE *out, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        fputc('a', out);
    }
}

static void put_length(FILE *out, uint64_t size)
{
    put(out, "Content-Length: %llu\r\n", (unsigned long long)size);
}

/* `before`, so many letters, `after` as the tail. */
static bool set_tail(struct sb_script *script, const char *before, size_t letters,
                     const char *after)
{
    FILE *out = open_memstream(&script->tail, &script->tail_size);
    if (out == NULL) {
        return false;
    }
    put(out, "%s", before);
    put_letters(out, (int64_t)letters);
    put(out, "%s", after);
    return fclose(out) == 0;
}

/* Where the headers say how the body ends. */
static void put_framing(FILE *out, const struct sb_fault *fault, uint64_t size)
{
    uint64_t number = (uint64_t)fault->number;
    switch (fault->kind) {
    case SB_FAULT_ENDLESS:
    case SB_FAULT_CHUNK_BAD:
    case SB_FAULT_CHUNK_CUT:
    case SB_FAULT_CHUNK_HUGE:
        put(out, "Transfer-Encoding: chunked\r\n");
        break;
    case SB_FAULT_LENGTH_SHORT:
        put_length(out, size > number ? size - number : 0);
        break;
    case SB_FAULT_LENGTH_LONG:
        put_length(out, size + number);
        break;
    case SB_FAULT_LENGTH_WORD:
        put(out, "Content-Length: many\r\n");
        break;
    case SB_FAULT_LENGTH_TWICE:
        put_length(out, size);
        put_length(out, size + 1);
        break;
    case SB_FAULT_UNTIL_CLOSE:
        put(out, "Connection: close\r\n");
        break;
    default:
        put_length(out, size);
        break;
    }
}

/* What stands between the headers and the body. */
static void put_opening(FILE *out, const struct sb_fault *fault, uint64_t size)
{
    static const char endless[] = "{\"meta\":{\"query_time\":0.1,\"trace_id\":\"endless\"},"
                                  "\"errors\":[],\"resources\":[\"";
    if (fault->kind == SB_FAULT_ENDLESS) {
        put(out, "%zx\r\n%s\r\n", sizeof endless - 1, endless);
    } else if (fault->kind == SB_FAULT_CHUNK_HUGE) {
        put(out, "fffffffffffffffffffff\r\n");
    } else if (fault->kind == SB_FAULT_CHUNK_BAD || fault->kind == SB_FAULT_CHUNK_CUT) {
        put(out, "%llx\r\n", (unsigned long long)size);
    }
}

static void put_head(FILE *out, const struct sb_fault *fault, unsigned status, const char *headers,
                     uint64_t size)
{
    if (fault->kind == SB_FAULT_NO_HTTP) {
        put(out, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
        return;
    }
    put(out, "HTTP/1.%d %u %s\r\n%s", fault->kind != SB_FAULT_UNTIL_CLOSE, status,
        MHD_get_reason_phrase_for(status), headers);
    if (fault->kind == SB_FAULT_ENDLESS_HEAD) {
        return;
    }
    if (fault->kind == SB_FAULT_BIG_HEADER) {
        put(out, "X-Padding: ");
        put_letters(out, fault->number);
        put(out, "\r\n");
    }
    put_framing(out, fault, size);
    put(out, "\r\n");
    put_opening(out, fault, size);
}

/* How much of the body is sent, what follows, and when. */
static bool plan(struct sb_script *script, const struct sb_fault *fault, uint64_t size)
{
    script->body_size = size;
    switch (fault->kind) {
    case SB_FAULT_STALL:
        script->pause_at = script->head_size + size / 2;
        script->pause_ms = fault->number;
        return true;
    case SB_FAULT_DRIP:
    case SB_FAULT_DRIP_HEAD:
        script->drip_from = fault->kind == SB_FAULT_DRIP ? script->head_size : 0;
        script->drip_ms = fault->number;
        return true;
    case SB_FAULT_TRUNCATED:
    case SB_FAULT_RESET_IN_BODY:
        script->body_size = size / 2;
        script->reset = fault->kind == SB_FAULT_RESET_IN_BODY;
        return true;
    case SB_FAULT_ENDLESS:
        script->body_size = 0;
        script->endless = true;
        return set_tail(script, "10000\r\n", LINE, "\r\n");
    case SB_FAULT_ENDLESS_HEAD:
        script->body_size = 0;
        script->endless = true;
        return set_tail(script, "X-Padding: ", 1000, "\r\n");
    case SB_FAULT_NO_HTTP:
        script->body_size = 0;
        return true;
    case SB_FAULT_CHUNK_BAD:
        return set_tail(script, "\r\nsome\r\n", 4, "\r\n0\r\n\r\n");
    case SB_FAULT_CHUNK_CUT:
        return set_tail(script, "\r\n", 0, "");
    default:
        return true;
    }
}

bool sb_script_write(struct sb_script *script, const struct sb_fault *fault, unsigned status,
                     const char *headers, struct sb_source *body)
{
    memset(script, 0, sizeof *script);
    script->body = body;
    uint64_t size = body != NULL ? sb_source_size(body) : 0;
    FILE *out = open_memstream(&script->head, &script->head_size);
    if (out != NULL) {
        put_head(out, fault, status, headers, size);
    }
    if (out == NULL || fclose(out) != 0 || !plan(script, fault, size)) {
        sb_script_done(script);
        return false;
    }
    return true;
}

void sb_script_done(struct sb_script *script)
{
    free(script->head);
    free(script->tail);
    sb_source_free(script->body);
    memset(script, 0, sizeof *script);
}

static size_t copy(const char *from, size_t size, uint64_t position, char *buffer, size_t max)
{
    size_t rest = size - (size_t)position;
    size_t count = rest < max ? rest : max;
    memcpy(buffer, from + position, count);
    return count;
}

size_t sb_script_read(const struct sb_script *script, uint64_t position, char *buffer, size_t max)
{
    if (position < script->head_size) {
        return copy(script->head, script->head_size, position, buffer, max);
    }
    position -= script->head_size;
    if (position < script->body_size) {
        uint64_t rest = script->body_size - position;
        ssize_t count =
            sb_source_read(script->body, position, buffer, rest < max ? (size_t)rest : max);
        return count > 0 ? (size_t)count : 0;
    }
    position -= script->body_size;
    if (script->endless) {
        position %= script->tail_size;
    }
    return position < script->tail_size
               ? copy(script->tail, script->tail_size, position, buffer, max)
               : 0;
}
