#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_request_init(struct http_request *request, size_t max_url, size_t max_body)
{
    memset(request, 0, sizeof(*request));
    buf_init(&request->url, max_url);
    buf_init(&request->body, max_body);
}

void http_request_done(struct http_request *request)
{
    buf_done(&request->url);
    buf_wipe_done(&request->body);
    request->n_parts = 0;
}

void http_file_done(struct http_file *file)
{
    free(file->path);
    free(file->name);
    *file = (struct http_file){0};
}

void http_response_init(struct http_response *response, size_t max_body)
{
    response->file = (struct http_file){0};
    buf_init(&response->body, max_body);
    http_response_reset(response);
}

void http_response_reset(struct http_response *response)
{
    http_file_done(&response->file);
    response->status = 0;
    response->failure = HTTP_FINE;
    response->request_sent = false;
    response->sent_again = false;
    response->request_cut = false;
    response->detail[0] = '\0';
    error_clear(&response->local_error);
    buf_clear(&response->body);
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
    response->has_file = false;
}

void http_response_done(struct http_response *response)
{
    http_file_done(&response->file);
    buf_done(&response->body);
}

size_t http_origin_len(const char *url)
{
    const char *authority;

    if (strncasecmp(url, "https://", 8) == 0)
        authority = url + 8;
    else if (strncasecmp(url, "http://", 7) == 0)
        authority = url + 7;
    else
        return 0;
    size_t host = strcspn(authority, "/?#");
    return host == 0 ? 0 : (size_t)(authority - url) + host;
}

/* A URL's origin in its parts; user information makes it unusable. */
struct origin {
    bool https;
    const char *host;
    size_t host_len;
    unsigned long port;
};

static bool split_origin(const char *url, struct origin *ret)
{
    size_t len = http_origin_len(url);

    if (len == 0)
        return false;
    ret->https = strncasecmp(url, "https", 5) == 0;
    ret->host = url + (ret->https ? 8 : 7);
    size_t rest = len - (size_t)(ret->host - url);
    if (memchr(ret->host, '@', rest) != NULL)
        return false;
    const char *bracket = ret->host[0] == '[' ? memchr(ret->host, ']', rest) : NULL;
    const char *from = bracket != NULL ? bracket : ret->host;
    const char *colon = memchr(from, ':', rest - (size_t)(from - ret->host));
    ret->host_len = colon != NULL ? (size_t)(colon - ret->host) : rest;
    ret->port = ret->https ? 443 : 80;
    if (colon == NULL)
        return ret->host_len > 0;
    char *end = NULL;
    ret->port = strtoul(colon + 1, &end, 10);
    return ret->host_len > 0 && end == ret->host + rest && end > colon + 1 && ret->port <= 65535;
}

bool http_same_origin(const char *a, const char *b)
{
    struct origin first, second;

    return split_origin(a, &first) && split_origin(b, &second) && first.https == second.https &&
           first.port == second.port && first.host_len == second.host_len &&
           strncasecmp(first.host, second.host, first.host_len) == 0;
}

enum outcome http_effect(enum action_retry kind, const struct http_response *response)
{
    if (!response->request_sent && response->status == 0)
        return OUTCOME_NOT_SENT;
    if (kind == RETRY_SAFE)
        return OUTCOME_NOT_APPLIED;
    if (response->request_cut && response->status == 0)
        return OUTCOME_NOT_APPLIED;
    if (response->status >= 300 && response->status < 500 && response->status != 408)
        return OUTCOME_NOT_APPLIED;
    return OUTCOME_UNKNOWN;
}

bool http_is_passing(const struct http_response *response)
{
    switch (response->failure) {
    case HTTP_FINE:
        break;
    case HTTP_RESOLVE:
    case HTTP_CONNECT:
    case HTTP_CONNECT_TIMEOUT:
    case HTTP_PROXY:
    case HTTP_LOST:
    case HTTP_FIRST_BYTE:
    case HTTP_STALL:
    case HTTP_CUT:
        return true;
    case HTTP_OTHER: /* no HTTP came, perhaps what the answer before left on the connection */
        return response->request_sent;
    default:
        return false;
    }
    switch (response->status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
        return true;
    default:
        return false;
    }
}
