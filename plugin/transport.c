/* One exchange in the caller's thread, on a handle from the pool. */
#include "transport.h"

#include <strings.h>

#include "base/clock.h"
#include "transport_private.h"

#define POLL_MS 1000

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

/* Until something moves, the exchange is due, or a second has passed. */
static bool wait_for_it(struct exchange *exchange, CURLM *multi, int64_t now_ms)
{
    int64_t left = transport_due_ms(exchange) - now_ms;
    struct pollfd ready = {.fd = exchange->awaits_fd, .events = exchange->awaits};
    struct curl_waitfd hosts = {
        .fd = ready.fd, .events = ready.events == POLLIN ? CURL_WAIT_POLLIN : CURL_WAIT_POLLOUT};

    if (left > POLL_MS)
        left = POLL_MS;
    if (curl_multi_poll(multi, &hosts, ready.events != 0, left > 0 ? (int)left : 0, NULL) !=
        CURLM_OK)
        return false;
    return ready.events == 0 || poll(&ready, 1, 0) == 0 || transport_resume(exchange);
}

/* Drives the handle until it is through, cancelled, or out of time. */
static enum http_failure drive(struct exchange *exchange, CURLM *multi, CURLcode *ret_code)
{
    struct interrupt *interrupt = exchange->io->interrupt;
    int running = 1;

    for (;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return HTTP_NO_MEMORY;
        if (running == 0)
            break;
        if (interrupt != NULL && interrupt_raised(interrupt))
            return HTTP_CANCELLED;
        int64_t now = clock_mono();
        enum http_failure failure = transport_expired(exchange, now);
        if (failure != HTTP_FINE)
            return failure;
        if (!wait_for_it(exchange, multi, now))
            return HTTP_NO_MEMORY;
    }
    *ret_code = result_of(multi);
    return HTTP_FINE;
}

static void run(struct exchange *exchange, struct transport_handle *handle)
{
    struct interrupt *interrupt = exchange->io->interrupt;
    enum http_failure failure = HTTP_NO_MEMORY;
    CURLcode code = CURLE_OK;

    if (!transport_set_up(exchange, handle->easy, &handle->place))
        return;
    if (curl_multi_add_handle(handle->multi, handle->easy) == CURLM_OK) {
        if (interrupt != NULL)
            interrupt_arm(interrupt, kick_multi, handle->multi);
        failure = drive(exchange, handle->multi, &code);
        if (interrupt != NULL)
            interrupt_arm(interrupt, NULL, NULL);
    }
    transport_conclude(exchange, failure, code);
    curl_multi_remove_handle(handle->multi, handle->easy);
    transport_take_down(exchange);
}

void transport_send(struct transport *transport, const struct http_request *request,
                    const struct transport_io *io, struct http_response *response)
{
    struct exchange exchange = {.config = transport->config,
                                .direct = transport->direct,
                                .request = request,
                                .io = io,
                                .response = response};
    /* libcurl itself raises none: a TLS library under it does, and a file may */
    bool hold =
        !transport->direct || strncasecmp(request->url.ptr, "https", 5) == 0 || io->sink != NULL;
    struct transport_handle *handle = transport_take(transport);
    struct transport_signals held;

    if (handle == NULL) {
        response->failure = HTTP_NO_MEMORY;
        return;
    }
    if (io->sink != NULL)
        file_sink_held(io->sink);
    if (hold)
        transport_hold_signals(&held);
    run(&exchange, handle);
    transport_give(transport, handle);
    if (hold)
        transport_release_signals(&held);
}
