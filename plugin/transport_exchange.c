/* One exchange, whoever drives it: what libcurl is told of the request, how long may pass without
 * anything moving, and what its end means. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "transport_private.h"

#define FILE_BUFFER 131072L
#define EXPECTING                                                                                  \
    1024u /* libcurl asks before it sends a longer body, the one version or the other */

/* ------------------------------------------------------------------ the request's body */

/* libcurl sends a request again by itself where a connection that was used before breaks without an
 * answer. What must not be sent twice stops here. */
static int on_request(void *userdata, char *to_ip, char *from_ip, int to_port, int from_port)
{
    struct exchange *exchange = userdata;

    (void)to_ip;
    (void)from_ip;
    (void)to_port;
    (void)from_port;
    exchange->requests++; /* called before the first byte of the request is sent */
    exchange->answering = false;
    transport_moved(exchange);
    return exchange->requests > 1 && !exchange->request->repeatable ? CURL_PREREQFUNC_ABORT
                                                                    : CURL_PREREQFUNC_OK;
}

static int on_seek(void *userdata, curl_off_t offset, int origin)
{
    struct exchange *exchange = userdata;

    return offset == 0 && origin == SEEK_SET && exchange->body_at == 0 ? CURL_SEEKFUNC_OK
                                                                       : CURL_SEEKFUNC_FAIL;
}

static size_t on_file_read(char *bytes, size_t size, size_t n, void *userdata)
{
    struct exchange *exchange = userdata;
    struct file_source *source = exchange->io->source;
    int awaits = file_source_awaits(source);

    if (awaits >= 0) {
        transport_await(exchange, awaits, POLLIN);
        return CURL_READFUNC_PAUSE;
    }
    int64_t got = file_source_read(source, bytes, size * n, &exchange->response->local_error);
    if (got < 0) {
        exchange->local = true;
        return CURL_READFUNC_ABORT;
    }
    exchange->body_at += (size_t)got;
    exchange->source_ended = got == 0;
    transport_moved(exchange);
    return (size_t)got;
}

static curl_mime *make_mime(struct exchange *exchange)
{
    const struct http_request *request = exchange->request;
    curl_mime *mime = curl_mime_init(exchange->easy);
    bool fine = mime != NULL;

    for (size_t i = 0; fine && i < request->n_parts; i++) {
        const struct http_part *from = &request->parts[i];
        curl_mimepart *part = curl_mime_addpart(mime);
        fine = part != NULL && curl_mime_name(part, from->name) == CURLE_OK;
        if (fine && from->kind == HTTP_PART_TEXT)
            fine = curl_mime_data(part, from->text, from->text_len) == CURLE_OK;
        else if (fine)
            fine = curl_mime_data_cb(part, exchange->io->source->size, on_file_read, on_seek, NULL,
                                     exchange) == CURLE_OK &&
                   curl_mime_filename(part, exchange->io->source->name) == CURLE_OK;
    }
    if (fine)
        return mime;
    curl_mime_free(mime);
    return NULL;
}

/* ------------------------------------------------------------------ setting up */

static void add_header(struct transport_headers *headers, const char *line)
{
    struct curl_slist *node = &headers->nodes[headers->n];

    node->data = (char *)(uintptr_t)line;
    node->next = NULL;
    if (headers->n > 0)
        headers->nodes[headers->n - 1].next = node;
    headers->n++;
}

/* A line of a name and a value, put together in room, and cut to it. */
static void add_line(struct transport_headers *headers, char *room, size_t size, const char *name,
                     const char *value)
{
    size_t n = strlen(name), len = strnlen(value, size - n - 1);

    memcpy(room, name, n);
    memcpy(room + n, value, len);
    room[n + len] = '\0';
    add_header(headers, room);
}

static void make_headers(const struct http_request *request, struct transport_headers *headers)
{
    headers->n = 0;
    /* as a setting of its own, libcurl would put it together twice */
    add_header(headers, "User-Agent: falcon-case-management/" FCM_VERSION);
    add_header(headers, "Accept: application/json, */*;q=0.5");
    if (request->body.len >= EXPECTING || request->n_parts > 0)
        add_header(headers, "Expect:");
    if (request->authorization != NULL)
        add_header(headers, request->authorization);
    if (request->content_type != NULL && request->n_parts == 0) {
        add_line(headers, headers->content_type, sizeof(headers->content_type),
                 "Content-Type: ", request->content_type);
    }
    if (request->trace != NULL) {
        add_line(headers, headers->trace, sizeof(headers->trace), "traceparent: ", request->trace);
    }
}

static int on_progress(void *userdata, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    struct exchange *exchange = userdata;
    const struct transport_io *io = exchange->io;
    bool upload = io->source != NULL;
    curl_off_t total = upload ? up_total : down_total, at = upload ? up : down;

    if (io->progress(io->progress_arg, at > 0 ? (uint64_t)at : 0,
                     total > 0 ? (uint64_t)total : 0) != 0)
        exchange->cancelled = true;
    return exchange->cancelled ? 1 : 0;
}

/* Path and query as they go out. Left to itself libcurl 7.88 sends a request without its query where
 * memory for that runs out. A proxy that is asked for a plain URL wants all of it: then libcurl's. */
static const char *target_of(const struct exchange *exchange)
{
    const struct buf *url = &exchange->request->url;
    size_t host = sizeof("http://") - 1; /* or its last slash */

    return exchange->absolute || url->len <= host ? NULL : strchr(url->ptr + host + 1, '/');
}

static bool set_target(struct exchange *exchange, struct transport_place *place)
{
    const struct buf *url = &exchange->request->url;
    const char *target = target_of(exchange);
    size_t origin = target != NULL ? (size_t)(target - url->ptr) : 0;

    return curl_easy_setopt(exchange->easy, CURLOPT_REQUEST_TARGET, target) == CURLE_OK &&
           transport_place_go(place, exchange->easy, url->ptr, origin);
}

static bool set_body(struct exchange *exchange, curl_mime *mime)
{
    const struct http_request *request = exchange->request;
    CURL *easy = exchange->easy;

    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    if (mime != NULL) {
        curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime);
    } else if (request->has_body && request->body.secret) {
        transport_secret_body(exchange);
    } else if (request->has_body) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.ptr);
    }
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
}

/* What only an exchange with a file needs; unset_file is what all others have. */
static void set_file(struct exchange *exchange)
{
    CURL *easy = exchange->easy;

    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, FILE_BUFFER);
    if (exchange->io->source != NULL)
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, FILE_BUFFER);
    if (exchange->io->progress == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, exchange);
}

static void unset_file(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, TRANSPORT_BUFFER);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 65536L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, NULL);
}

static bool set_up(struct exchange *exchange, curl_mime *mime, struct transport_place *place)
{
    CURL *easy = exchange->easy;
    bool file = exchange->io->source != NULL || exchange->io->sink != NULL;

    make_headers(exchange->request, &exchange->headers);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers.nodes);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->error_text);
    if (file)
        set_file(exchange);
    return set_body(exchange, mime) && set_target(exchange, place);
}

bool transport_set_up(struct exchange *exchange, CURL *easy, struct transport_place *place)
{
    bool https = strncasecmp(exchange->request->url.ptr, "https", 5) == 0;

    exchange->easy = easy;
    exchange->absolute = !exchange->direct && !https;
    exchange->content_length = -1;
    if (exchange->request->n_parts > 0)
        exchange->mime = make_mime(exchange);
    bool fine = exchange->request->n_parts == 0 || exchange->mime != NULL;
    if (fine && set_up(exchange, exchange->mime, place))
        return true;
    transport_take_down(exchange);
    exchange->response->failure = HTTP_NO_MEMORY;
    return false;
}

void transport_take_down(struct exchange *exchange)
{
    CURL *easy = exchange->easy;

    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
    if (exchange->mime != NULL)
        curl_easy_setopt(easy, CURLOPT_MIMEPOST, NULL);
    if (exchange->io->source != NULL || exchange->io->sink != NULL)
        unset_file(easy);
    if (exchange->request->body.secret)
        transport_secret_over(easy);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, NULL);
    if (exchange->mime != NULL)
        curl_mime_free(exchange->mime);
    exchange->mime = NULL;
}

/* ------------------------------------------------------------------ time */

void transport_moved(struct exchange *exchange)
{
    exchange->moved_ms = clock_mono_coarse();
}

/* Has libcurl taken all of the file? Only then can a whole request have arrived. */
static bool is_sending(const struct exchange *exchange)
{
    const struct file_source *source = exchange->io->source;

    if (source == NULL)
        return false;
    return source->size >= 0 ? source->done < source->size : !exchange->source_ended;
}

int64_t transport_due_ms(const struct exchange *exchange)
{
    const struct config *config = exchange->config;
    bool waits = !exchange->answering && !is_sending(exchange);
    int64_t limit = waits ? config->http.first_byte_timeout_ms : config->http.stall_timeout_ms;

    if (exchange->requests == 0 || limit == 0 || exchange->awaits != 0 ||
        exchange->io->deadline_ms - exchange->moved_ms < limit)
        return exchange->io->deadline_ms;
    return exchange->moved_ms + limit;
}

/* libcurl tells of what it sends only where it is asked. */
static bool has_sent_more(struct exchange *exchange)
{
    curl_off_t sent = 0;

    curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    bool more = sent > exchange->sent;
    exchange->sent = sent;
    return more;
}

enum http_failure transport_expired(struct exchange *exchange, int64_t now_ms)
{
    if (now_ms >= exchange->io->deadline_ms)
        return HTTP_DEADLINE;
    if (now_ms < transport_due_ms(exchange))
        return HTTP_FINE;
    if (!exchange->answering && has_sent_more(exchange)) {
        exchange->moved_ms = now_ms;
        return HTTP_FINE;
    }
    return exchange->answering || is_sending(exchange) ? HTTP_STALL : HTTP_FIRST_BYTE;
}

/* ------------------------------------------------------------------ how it ended */

static enum http_failure failure_of(CURLcode code, const struct exchange *exchange)
{
    switch (code) {
    case CURLE_OK:
        return HTTP_FINE;
    case CURLE_COULDNT_RESOLVE_HOST:
        return HTTP_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return HTTP_CONNECT;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return HTTP_PROXY;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        return HTTP_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_CONNECT_TIMEOUT; /* the only time that libcurl itself is given */
    case CURLE_PARTIAL_FILE:
        return HTTP_CUT;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_FAIL_REWIND:
        return HTTP_LOST;
    case CURLE_ABORTED_BY_CALLBACK:
        if (exchange->requests > 1 && !exchange->request->repeatable)
            return HTTP_LOST;
        return exchange->local ? HTTP_LOCAL : HTTP_CANCELLED;
    case CURLE_OUT_OF_MEMORY: /* libcurl says so of a header line of 100 KiB too */
        return exchange->answering ? HTTP_BIG_HEAD : HTTP_NO_MEMORY;
    case CURLE_WRITE_ERROR:
        if (exchange->too_big)
            return HTTP_TOO_BIG;
        return exchange->local ? HTTP_LOCAL : HTTP_NO_MEMORY;
    default:
        return exchange->local ? HTTP_LOCAL : HTTP_OTHER;
    }
}

/* libcurl says that it could not connect, and leaves out what the system said of it. */
static void keep_detail(const struct exchange *exchange, CURLcode code)
{
    const char *text =
        exchange->error_text[0] != '\0' ? exchange->error_text : curl_easy_strerror(code);
    const char *said = NULL;
    long number = 0;

    if (code == CURLE_COULDNT_CONNECT &&
        curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK && number != 0)
        said = strerrordesc_np((int)number);
    if (said == NULL)
        said = "";
    snprintf(exchange->response->detail, sizeof(exchange->response->detail), "%.160s%s%.80s", text,
             said[0] != '\0' ? ": " : "", said);
}

void transport_conclude(struct exchange *exchange, enum http_failure failure, CURLcode code)
{
    struct http_response *response = exchange->response;
    long status = 0, tunnel = 0;
    bool begun = exchange->requests > 0;

    if (failure == HTTP_FINE)
        failure = failure_of(code, exchange);
    curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    if (failure == HTTP_LOST && !begun && tunnel >= 300)
        failure = HTTP_PROXY;
    /* the request went out on a connection that broke, and no other could be made */
    if (begun && (failure == HTTP_CONNECT || failure == HTTP_CONNECT_TIMEOUT ||
                  failure == HTTP_RESOLVE || failure == HTTP_TLS))
        failure = HTTP_LOST;
    if (failure == HTTP_FINE && !exchange->decided && !transport_decide(exchange))
        failure = HTTP_LOCAL;
    if (exchange->cancelled)
        failure = HTTP_CANCELLED;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    response->status = (int)status;
    response->failure = failure;
    response->request_sent = begun;
    response->sent_again = exchange->requests > 1 && exchange->request->repeatable;
    response->request_cut = begun && is_sending(exchange);
    response->has_file = failure == HTTP_FINE && exchange->to_file;
    if (failure != HTTP_FINE && code != CURLE_OK && code != CURLE_ABORTED_BY_CALLBACK &&
        failure != HTTP_LOCAL && failure != HTTP_CANCELLED)
        keep_detail(exchange, code);
}
