#include "transport.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "transport_private.h"

#define MAX_HEADERS 7
#define POLL_MS 1000
#define FILE_BUFFER 131072L

#ifndef FCM_VERSION
#define FCM_VERSION "0.0.0"
#endif

#ifndef CURL_WRITEFUNC_ERROR
#define CURL_WRITEFUNC_ERROR 0xFFFFFFFF
#endif

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
    int64_t got =
        file_source_read(exchange->io->source, bytes, size * n, &exchange->response->local_error);

    if (got < 0) {
        exchange->local = true;
        return CURL_READFUNC_ABORT;
    }
    exchange->body_at += (size_t)got;
    exchange->source_ended = got == 0;
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

/* Header lines of one exchange, without memory of their own. */
struct headers {
    struct curl_slist nodes[MAX_HEADERS];
    char content_type[128];
    char trace[640];
    size_t n;
};

static void add_header(struct headers *headers, const char *line)
{
    struct curl_slist *node = &headers->nodes[headers->n];

    node->data = (char *)(uintptr_t)line;
    node->next = NULL;
    if (headers->n > 0)
        headers->nodes[headers->n - 1].next = node;
    headers->n++;
}

static void make_headers(const struct http_request *request, struct headers *headers)
{
    headers->n = 0;
    add_header(headers, "Accept: application/json, */*;q=0.5");
    add_header(headers, "User-Agent: falcon-case-management/" FCM_VERSION);
    add_header(headers, "Expect:");
    if (request->authorization != NULL)
        add_header(headers, request->authorization);
    if (request->content_type != NULL && request->n_parts == 0) {
        snprintf(headers->content_type, sizeof(headers->content_type), "Content-Type: %s",
                 request->content_type);
        add_header(headers, headers->content_type);
    }
    if (request->trace != NULL) {
        snprintf(headers->trace, sizeof(headers->trace), "traceparent: %s", request->trace);
        add_header(headers, headers->trace);
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
    const char *url = exchange->request->url.ptr, *host = strstr(url, "://");

    return exchange->absolute || host == NULL ? NULL : strchr(host + 3, '/');
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
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_URL, request->url.ptr) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, target_of(exchange)) == CURLE_OK;
}

static bool set_up(struct exchange *exchange, struct headers *headers, curl_mime *mime,
                   char *error_text)
{
    CURL *easy = exchange->easy;
    bool file = exchange->io->source != NULL || exchange->io->sink != NULL;

    make_headers(exchange->request, headers);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers->nodes);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, file ? FILE_BUFFER : 16384L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE,
                     exchange->io->source != NULL ? FILE_BUFFER : 65536L);
    bool told = file && exchange->io->progress != NULL;
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, told ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, told ? on_progress : NULL);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, exchange);
    return set_body(exchange, mime);
}

/* Nothing that the handle keeps may point into this exchange afterwards. */
static void take_down(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, NULL);
    transport_secret_over(easy);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, NULL);
}

/* ------------------------------------------------------------------ running */

static void kick_multi(void *multi)
{
    curl_multi_wakeup(multi);
}

static CURLcode result_of(CURLM *multi)
{
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(multi, &left);

    return message != NULL && message->msg == CURLMSG_DONE ? message->data.result
                                                           : CURLE_FAILED_INIT;
}

/* Drives the handle until it is through, cancelled, or out of time. */
static enum http_failure drive(struct exchange *exchange, CURLM *multi, CURLcode *ret_code)
{
    const struct transport_io *io = exchange->io;
    int running = 1;

    for (;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return HTTP_NO_MEMORY;
        if (running == 0)
            break;
        if (io->interrupt != NULL && interrupt_raised(io->interrupt))
            return HTTP_CANCELLED;
        int64_t left = POLL_MS;
        if (io->deadline_ms != INT64_MAX) {
            left = io->deadline_ms - clock_now(NULL, NULL).mono_ms;
            if (left <= 0)
                return HTTP_DEADLINE;
        }
        if (curl_multi_poll(multi, NULL, 0, left < POLL_MS ? (int)left : POLL_MS, NULL) != CURLM_OK)
            return HTTP_NO_MEMORY;
    }
    *ret_code = result_of(multi);
    return HTTP_FINE;
}

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
        return exchange->requests > 0 ? HTTP_STALL : HTTP_CONNECT;
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
    case CURLE_OUT_OF_MEMORY:
        return HTTP_NO_MEMORY;
    case CURLE_WRITE_ERROR:
        if (exchange->too_big)
            return HTTP_TOO_BIG;
        return exchange->local ? HTTP_LOCAL : HTTP_NO_MEMORY;
    default:
        return exchange->local ? HTTP_LOCAL : HTTP_OTHER;
    }
}

/* libcurl says that it could not connect, and leaves out what the system said of it. */
static void keep_detail(const struct exchange *exchange, CURLcode code, const char *error_text)
{
    const char *text = error_text[0] != '\0' ? error_text : curl_easy_strerror(code);
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

/* Has libcurl taken all of the file? Only then can a whole request have arrived. */
static bool source_read(const struct exchange *exchange)
{
    const struct file_source *source = exchange->io->source;

    return source->size >= 0 ? source->done >= source->size : exchange->source_ended;
}

static void conclude(struct exchange *exchange, enum http_failure failure, CURLcode code,
                     const char *error_text)
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
    if (begun && (failure == HTTP_CONNECT || failure == HTTP_RESOLVE || failure == HTTP_TLS))
        failure = HTTP_LOST;
    if (failure == HTTP_FINE && !exchange->decided && !transport_decide(exchange))
        failure = HTTP_LOCAL;
    if (exchange->cancelled)
        failure = HTTP_CANCELLED;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    response->status = (int)status;
    response->failure = failure;
    response->request_sent = begun;
    response->request_cut = begun && exchange->io->source != NULL && !source_read(exchange);
    response->has_file = failure == HTTP_FINE && exchange->to_file;
    if (failure != HTTP_FINE && code != CURLE_OK && code != CURLE_ABORTED_BY_CALLBACK &&
        failure != HTTP_LOCAL && failure != HTTP_CANCELLED)
        keep_detail(exchange, code, error_text);
}

static void run(struct exchange *exchange, struct transport_handle *handle)
{
    char error_text[CURL_ERROR_SIZE] = "";
    struct headers headers;
    CURLcode code = CURLE_OK;
    enum http_failure failure = HTTP_NO_MEMORY;
    curl_mime *mime = NULL;

    exchange->easy = handle->easy;
    if (exchange->request->n_parts > 0)
        mime = make_mime(exchange);
    if ((exchange->request->n_parts == 0 || mime != NULL) &&
        set_up(exchange, &headers, mime, error_text) &&
        curl_multi_add_handle(handle->multi, handle->easy) == CURLM_OK) {
        if (exchange->io->interrupt != NULL)
            interrupt_arm(exchange->io->interrupt, kick_multi, handle->multi);
        failure = drive(exchange, handle->multi, &code);
        if (exchange->io->interrupt != NULL)
            interrupt_arm(exchange->io->interrupt, NULL, NULL);
        conclude(exchange, failure, code, error_text);
        curl_multi_remove_handle(handle->multi, handle->easy);
    } else {
        exchange->response->failure = HTTP_NO_MEMORY;
    }
    take_down(handle->easy);
    curl_mime_free(mime);
}

void transport_send(struct transport *transport, const struct http_request *request,
                    const struct transport_io *io, struct http_response *response)
{
    struct exchange exchange = {
        .request = request, .io = io, .response = response, .content_length = -1};
    /* libcurl itself never raises it: only a TLS library under it does */
    bool tls =
        transport->config->http.proxy != NULL || strncasecmp(request->url.ptr, "https", 5) == 0;
    struct transport_handle *handle = transport_take(transport);
    struct transport_sigpipe held;

    exchange.absolute =
        transport->config->http.proxy != NULL && strncasecmp(request->url.ptr, "https", 5) != 0;

    if (handle == NULL) {
        response->failure = HTTP_NO_MEMORY;
        return;
    }
    if (tls)
        transport_hold_sigpipe(&held);
    run(&exchange, handle);
    transport_give(transport, handle);
    if (tls)
        transport_release_sigpipe(&held);
}
