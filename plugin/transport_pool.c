#include <stdlib.h>
#include <string.h>

#include "transport_private.h"

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_ready; /* written once, under curl_once */

/* Never undone: another user of libcurl in this process may be alive. */
static void start_curl(void)
{
    curl_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Looked at here and not for each exchange, while other threads of the host may change it. */
static bool environment_names_a_proxy(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (getenv(names[i]) != NULL)
            return true;
    return false;
}

bool transport_new(const struct config *config, bool plain_http, struct transport **ret,
                   struct error *err)
{
    const curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    struct transport *transport = NULL;

    if ((version->features & CURL_VERSION_THREADSAFE) == 0) {
        error_set(err, SOAR_UNIMPLEMENTED, "libcurl_not_threadsafe",
                  "libcurl %s of this process is not built for threads", version->version);
        error_hint(err, "Use libcurl 7.84 or later, built with thread-safe initialisation.");
        return false;
    }
    pthread_once(&curl_once, start_curl);
    if (curl_ready == CURLE_OK)
        transport = calloc(1, sizeof(*transport));
    if (transport == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "libcurl could not be started");
        return false;
    }
    transport->config = config;
    transport->plain_http = plain_http;
    transport->direct = config->http.proxy == NULL && !environment_names_a_proxy();
    pthread_mutex_init(&transport->lock, NULL);
    *ret = transport;
    return true;
}

static void free_handle(struct transport_handle *handle)
{
    if (handle == NULL)
        return;
    transport_rides_free(handle->rides);
    curl_easy_cleanup(handle->easy);
    curl_multi_cleanup(handle->multi);
    transport_place_done(&handle->place);
    free(handle);
}

void transport_free(struct transport *transport)
{
    struct transport_signals held;

    if (transport == NULL)
        return;
    transport_hold_signals(&held); /* closing a connection says goodbye on it */
    while (transport->idle != NULL) {
        struct transport_handle *handle = transport->idle;
        transport->idle = handle->next;
        free_handle(handle);
    }
    transport_release_signals(&held);
    pthread_mutex_destroy(&transport->lock);
    free(transport);
}

static bool set_text(CURL *easy, CURLoption option, const char *text)
{
    return text == NULL || curl_easy_setopt(easy, option, text) == CURLE_OK;
}

/* What stays the same for every exchange of the instance. */
bool transport_settle(const struct transport *transport, CURL *easy)
{
    const struct config *config = transport->config;
    bool fine = true;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* a call that ends while a name is looked up does not wait for the resolver's answer */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, transport->plain_http ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    /* libcurl keeps parsed certificates for the next handshake only where no directory is set */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 86400L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->http.connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 4L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, TRANSPORT_BUFFER);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transport_on_header);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transport_on_body);
    fine = fine && set_text(easy, CURLOPT_CAINFO, config->http.ca_file);
    fine = fine && set_text(easy, CURLOPT_SSLCERT, config->http.client_cert);
    fine = fine && set_text(easy, CURLOPT_SSLKEY, config->http.client_key);
    fine = fine && set_text(easy, CURLOPT_KEYPASSWD, config->http.client_key_password.ptr);
    fine = fine && set_text(easy, CURLOPT_PROXY, transport->direct ? "" : config->http.proxy);
    fine = fine && set_text(easy, CURLOPT_PROXYUSERPWD, config->http.proxy_credentials.ptr);
    fine = fine && set_text(easy, CURLOPT_NOPROXY, transport->direct ? "" : config->http.no_proxy);
    return fine;
}

static struct transport_handle *make_handle(const struct transport *transport)
{
    struct transport_handle *handle = calloc(1, sizeof(*handle));

    if (handle == NULL)
        return NULL;
    handle->width = 1;
    handle->multi = curl_multi_init();
    handle->easy = curl_easy_init();
    if (handle->multi != NULL && handle->easy != NULL && transport_settle(transport, handle->easy))
        return handle;
    free_handle(handle);
    return NULL;
}

struct transport_handle *transport_take(struct transport *transport)
{
    pthread_mutex_lock(&transport->lock);
    struct transport_handle *handle = transport->idle;
    if (handle != NULL) {
        transport->idle = handle->next;
        transport->n_idle -= handle->width;
    } else {
        transport->n_open++;
    }
    pthread_mutex_unlock(&transport->lock);
    if (handle != NULL)
        return handle;
    handle = make_handle(transport);
    if (handle == NULL) {
        pthread_mutex_lock(&transport->lock);
        transport->n_open--;
        pthread_mutex_unlock(&transport->lock);
    }
    return handle;
}

bool transport_widen(struct transport *transport, struct transport_handle *handle, bool must)
{
    pthread_mutex_lock(&transport->lock);
    bool room = must || transport->n_open < transport->config->http.max_connections;
    if (room) {
        transport->n_open++;
        handle->width++;
    }
    pthread_mutex_unlock(&transport->lock);
    return room;
}

void transport_give(struct transport *transport, struct transport_handle *handle)
{
    pthread_mutex_lock(&transport->lock);
    bool keep = transport->n_idle + handle->width <= transport->config->http.max_connections;
    if (keep) {
        handle->next = transport->idle;
        transport->idle = handle;
        transport->n_idle += handle->width;
    } else {
        transport->n_open -= handle->width;
    }
    pthread_mutex_unlock(&transport->lock);
    if (!keep)
        free_handle(handle);
}
