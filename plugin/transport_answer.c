#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "transport_private.h"

/* ------------------------------------------------------------------ headers */

/* Copies a header's value, printable ASCII only, cut to size. */
static void keep_text(char *ret, size_t size, const char *value, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len && n + 1 < size; i++)
        if (value[i] >= 0x20 && value[i] < 0x7f)
            ret[n++] = value[i];
    ret[n] = '\0';
}

/* A number without sign that ends the value; -1 = it is none, or past 18 digits. */
static int64_t number(const char *value, size_t len)
{
    int64_t n = 0;

    if (len == 0 || len > 18)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (value[i] < '0' || value[i] > '9')
            return -1;
        n = n * 10 + (value[i] - '0');
    }
    return n;
}

/* An HTTP date in milliseconds; -1 = it is none. */
static int64_t date(const char *value, size_t len)
{
    char text[64];

    keep_text(text, sizeof(text), value, len);
    time_t at = curl_getdate(text, NULL);
    return at > 0 ? (int64_t)at * 1000 : -1;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The part after UTF-8'' of filename*, percent-decoded. */
static void keep_encoded_name(char *ret, size_t size, const char *value, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len && n + 1 < size && value[i] != ';'; i++) {
        int high = i + 2 < len && value[i] == '%' ? hex(value[i + 1]) : -1;
        int low = high >= 0 ? hex(value[i + 2]) : -1;
        if (low >= 0) {
            ret[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            ret[n++] = value[i];
        }
    }
    ret[n] = '\0';
}

static void keep_plain_name(char *ret, size_t size, const char *value, size_t len)
{
    bool quoted = len > 0 && value[0] == '"';
    size_t n = 0;

    for (size_t i = quoted ? 1 : 0; i < len && n + 1 < size; i++) {
        if (value[i] == (quoted ? '"' : ';'))
            break;
        if (quoted && value[i] == '\\' && i + 1 < len)
            i++;
        ret[n++] = value[i];
    }
    ret[n] = '\0';
}

/* Content-Disposition (RFC 6266): filename*= counts before filename=. The name is not trusted:
 * the sink makes it safe. */
static void disposition(struct exchange *exchange, const char *value, size_t len)
{
    static const char plain[] = "filename=", encoded[] = "filename*=UTF-8''";
    bool found = false;

    exchange->attachment = true;
    exchange->file_name[0] = '\0';
    for (size_t i = 0; i < len; i++) {
        size_t rest = len - i;
        bool starts = i == 0 || value[i - 1] == ' ' || value[i - 1] == ';';
        if (starts && rest > sizeof(encoded) - 1 &&
            strncasecmp(value + i, encoded, sizeof(encoded) - 1) == 0) {
            keep_encoded_name(exchange->file_name, sizeof(exchange->file_name),
                              value + i + sizeof(encoded) - 1, rest - (sizeof(encoded) - 1));
            return;
        }
        if (starts && !found && rest > sizeof(plain) - 1 &&
            strncasecmp(value + i, plain, sizeof(plain) - 1) == 0) {
            keep_plain_name(exchange->file_name, sizeof(exchange->file_name),
                            value + i + sizeof(plain) - 1, rest - (sizeof(plain) - 1));
            found = true;
        }
    }
}

/* A new answer begins (the one before was a 100 Continue or a proxy's). */
static void begin_answer(struct exchange *exchange)
{
    struct http_response *response = exchange->response;

    response->content_type[0] = '\0';
    response->trace_id[0] = '\0';
    response->region[0] = '\0';
    response->location[0] = '\0';
    response->date_ms = -1;
    response->retry_after_s = -1;
    response->retry_after_date_ms = -1;
    response->rate_retry_after = -1;
    response->rate_limit = -1;
    response->rate_remaining = -1;
    exchange->attachment = false;
    exchange->content_length = -1;
    exchange->file_name[0] = '\0';
}

/* Is the name of the line, len bytes long, this one? */
#define IS(name) (len == sizeof(name) - 1 && strncasecmp(line, name, len) == 0)

/* The headers that anything is made of, known by how long their names are before they are compared. */
enum header {
    HEADER_OTHER,
    HEADER_CONTENT_TYPE,
    HEADER_CONTENT_LENGTH,
    HEADER_CONTENT_DISPOSITION,
    HEADER_DATE,
    HEADER_LOCATION,
    HEADER_RETRY_AFTER,
    HEADER_TRACE_ID,
    HEADER_REGION,
    HEADER_RATE_LIMIT,
    HEADER_RATE_REMAINING,
    HEADER_RATE_RETRY_AFTER
};

static enum header header_of(const char *line, size_t len)
{
    switch (line[0] | 0x20) {
    case 'c':
        return IS("Content-Type")          ? HEADER_CONTENT_TYPE
               : IS("Content-Length")      ? HEADER_CONTENT_LENGTH
               : IS("Content-Disposition") ? HEADER_CONTENT_DISPOSITION
                                           : HEADER_OTHER;
    case 'd':
        return IS("Date") ? HEADER_DATE : HEADER_OTHER;
    case 'l':
        return IS("Location") ? HEADER_LOCATION : HEADER_OTHER;
    case 'r':
        return IS("Retry-After") ? HEADER_RETRY_AFTER : HEADER_OTHER;
    case 'x':
        return IS("X-Cs-TraceId")             ? HEADER_TRACE_ID
               : IS("X-Cs-Region")            ? HEADER_REGION
               : IS("X-RateLimit-Limit")      ? HEADER_RATE_LIMIT
               : IS("X-RateLimit-Remaining")  ? HEADER_RATE_REMAINING
               : IS("X-RateLimit-RetryAfter") ? HEADER_RATE_RETRY_AFTER
                                              : HEADER_OTHER;
    default:
        return HEADER_OTHER;
    }
}

static void keep_header(struct exchange *exchange, enum header header, const char *value,
                        size_t len)
{
    struct http_response *response = exchange->response;

    switch (header) {
    case HEADER_CONTENT_TYPE:
        keep_text(response->content_type, sizeof(response->content_type), value, len);
        break;
    case HEADER_CONTENT_LENGTH:
        exchange->content_length = number(value, len);
        break;
    case HEADER_CONTENT_DISPOSITION:
        disposition(exchange, value, len);
        break;
    case HEADER_DATE:
        response->date_ms = date(value, len);
        break;
    case HEADER_LOCATION:
        keep_text(response->location, sizeof(response->location), value, len);
        break;
    case HEADER_RETRY_AFTER:
        response->retry_after_s = number(value, len);
        if (response->retry_after_s < 0)
            response->retry_after_date_ms = date(value, len);
        break;
    case HEADER_TRACE_ID:
        keep_text(response->trace_id, sizeof(response->trace_id), value, len);
        break;
    case HEADER_REGION:
        keep_text(response->region, sizeof(response->region), value, len);
        break;
    case HEADER_RATE_LIMIT:
        response->rate_limit = number(value, len);
        break;
    case HEADER_RATE_REMAINING:
        response->rate_remaining = number(value, len);
        break;
    case HEADER_RATE_RETRY_AFTER:
        response->rate_retry_after = number(value, len);
        break;
    case HEADER_OTHER:
        break;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t transport_on_header(char *line, size_t size, size_t n, void *userdata)
{
    struct exchange *exchange = userdata;
    size_t len = size * n;

    if (len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        begin_answer(exchange);
        exchange->answering = exchange->requests > 0; /* else it is the proxy's */
        transport_moved(exchange);
        return len;
    }
    const char *colon = memchr(line, ':', len);
    enum header header = colon != NULL ? header_of(line, (size_t)(colon - line)) : HEADER_OTHER;
    if (header == HEADER_OTHER)
        return len;
    const char *value = colon + 1, *end = line + len;
    while (value < end && is_blank(*value))
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    keep_header(exchange, header, value, (size_t)(end - value));
    return len;
}

/* ------------------------------------------------------------------ body */

static bool is_json(const char *content_type)
{
    size_t len = strcspn(content_type, "; ");

    return (len == 16 && strncasecmp(content_type, "application/json", 16) == 0) ||
           (len > 5 && strncasecmp(content_type + len - 5, "+json", 5) == 0);
}

static bool is_html(const char *content_type)
{
    return strncasecmp(content_type, "text/html", 9) == 0 &&
           (content_type[9] == '\0' || content_type[9] == ';' || content_type[9] == ' ');
}

/* HTML that no header calls a file is a page of something in between, with HTTP 200, unless the
 * caller knows what is in the file. */
static bool is_page(const struct exchange *exchange)
{
    return is_html(exchange->response->content_type) && !exchange->attachment &&
           exchange->request->sha256 == NULL;
}

bool transport_decide(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    struct http_response *response = exchange->response;
    long status = 0;

    exchange->decided = true;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    if (exchange->io->sink == NULL || request->sink == HTTP_TO_MEMORY || status < 200 ||
        status > 299)
        return true;
    if (request->sink == HTTP_TO_FILE_UNLESS_JSON &&
        ((is_json(response->content_type) && !exchange->attachment) || is_page(exchange)))
        return true;
    exchange->to_file = true;
    exchange->local = !file_sink_begin(exchange->io->sink,
                                       exchange->file_name[0] != '\0' ? exchange->file_name : NULL,
                                       exchange->content_length, &response->local_error);
    if (!exchange->local && request->sha256 != NULL)
        file_sink_expect(exchange->io->sink, request->sha256);
    return !exchange->local;
}

/* A pipe of the host's that is full stops the answer; libcurl then gives the same bytes again. */
static size_t to_file(struct exchange *exchange, const char *bytes, size_t len)
{
    size_t before = exchange->body_taken, taken = 0;

    exchange->local = !file_sink_write(exchange->io->sink, bytes + before, len - before, &taken,
                                       &exchange->response->local_error);
    if (exchange->local)
        return CURL_WRITEFUNC_ERROR;
    exchange->body_taken = before + taken == len ? 0 : before + taken;
    if (before + taken == len)
        return len;
    transport_await(exchange, file_sink_fd(exchange->io->sink), POLLOUT);
    return CURL_WRITEFUNC_PAUSE;
}

size_t transport_on_body(char *bytes, size_t size, size_t n, void *userdata)
{
    struct exchange *exchange = userdata;
    struct http_response *response = exchange->response;
    size_t len = size * n;

    transport_moved(exchange);
    if (!exchange->decided && !transport_decide(exchange))
        return CURL_WRITEFUNC_ERROR;
    if (exchange->to_file)
        return to_file(exchange, bytes, len);
    if (response->body.len == 0 && exchange->content_length > 0 &&
        exchange->content_length <= exchange->request->max_response_bytes)
        buf_reserve(&response->body, (size_t)exchange->content_length);
    if (response->body.len + len > (size_t)exchange->request->max_response_bytes)
        exchange->too_big = true;
    else
        buf_add(&response->body, bytes, len);
    return exchange->too_big || response->body.failed ? CURL_WRITEFUNC_ERROR : len;
}
