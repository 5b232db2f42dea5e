/* The exchanges of one call that overlap, in its caller's thread, on one handle from the pool. */
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "transport_private.h"

#define POLL_MS 1000

struct transport_few {
    struct transport *transport;
    struct transport_handle *handle;
    void (*told)(struct transport_job *job);
    struct transport_ride *under_way;
    int64_t n; /* of these */
    bool tls;  /* something may be written to a TLS connection */
};

struct transport_few *transport_few_new(struct transport *transport,
                                        void (*told)(struct transport_job *job))
{
    struct transport_few *few = calloc(1, sizeof(*few));

    if (few == NULL)
        return NULL;
    few->transport = transport;
    few->told = told;
    few->tls = !transport->direct;
    few->handle = transport_take(transport);
    if (few->handle != NULL)
        return few;
    free(few);
    return NULL;
}

static void hold(const struct transport_few *few, struct transport_signals *held)
{
    if (few->tls)
        transport_hold_signals(held);
}

static void release(const struct transport_few *few, const struct transport_signals *held)
{
    if (few->tls)
        transport_release_signals(held);
}

void transport_few_free(struct transport_few *few)
{
    struct transport_signals held;

    if (few == NULL)
        return;
    hold(few, &held);
    transport_give(few->transport, few->handle);
    release(few, &held);
    free(few);
}

/* ------------------------------------------------------------------ rides */

static struct transport_ride *take_ride(struct transport_few *few)
{
    struct transport_ride *ride = few->handle->rides;

    if (ride != NULL) {
        few->handle->rides = ride->next;
        ride->next = NULL;
        return ride;
    }
    return transport_ride_new(few->transport);
}

static void give_ride(struct transport_few *few, struct transport_ride *ride)
{
    ride->job = NULL;
    ride->next = few->handle->rides;
    few->handle->rides = ride;
}

bool transport_few_room(struct transport_few *few)
{
    return few->n < few->handle->width || transport_widen(few->transport, few->handle, false);
}

bool transport_few_start(struct transport_few *few, struct transport_job *job)
{
    struct transport_ride *ride = take_ride(few);
    struct transport_signals held;
    int running = 0;

    job->ride = NULL;
    job->response.failure = HTTP_NO_MEMORY;
    if (ride == NULL)
        return false;
    ride->exchange = (struct exchange){.config = few->transport->config,
                                       .direct = few->transport->direct,
                                       .request = job->request,
                                       .io = &job->io,
                                       .response = &job->response};
    if (!transport_set_up(&ride->exchange, ride->easy, &ride->place)) {
        give_ride(few, ride);
        return false;
    }
    curl_easy_setopt(ride->easy, CURLOPT_PRIVATE, ride);
    if (curl_multi_add_handle(few->handle->multi, ride->easy) != CURLM_OK) {
        transport_take_down(&ride->exchange);
        give_ride(few, ride);
        return false;
    }
    ride->job = job;
    job->ride = ride;
    ride->next = few->under_way;
    few->under_way = ride;
    if (++few->n > few->handle->width)
        (void)transport_widen(few->transport, few->handle, true);
    few->tls = few->tls || strncasecmp(job->request->url.ptr, "https", 5) == 0;
    hold(few, &held);
    curl_multi_perform(few->handle->multi, &running);
    release(few, &held);
    return true;
}

static void end_ride(struct transport_few *few, struct transport_ride *ride,
                     enum http_failure failure, CURLcode code)
{
    struct transport_job *job = ride->job;
    struct transport_ride **at = &few->under_way;

    while (*at != ride)
        at = &(*at)->next;
    *at = ride->next;
    few->n--;
    transport_conclude(&ride->exchange, failure, code);
    curl_multi_remove_handle(few->handle->multi, ride->easy);
    transport_take_down(&ride->exchange);
    give_ride(few, ride);
    job->ride = NULL;
    few->told(job);
}

void transport_few_stop(struct transport_few *few, struct transport_job *job, enum http_failure why)
{
    struct transport_signals held;

    hold(few, &held);
    end_ride(few, job->ride, why, CURLE_OK);
    release(few, &held);
}

/* ------------------------------------------------------------------ moving */

static void end_all(struct transport_few *few, enum http_failure why)
{
    while (few->under_way != NULL)
        end_ride(few, few->under_way, why, CURLE_OK);
}

static void end_what_is_through(struct transport_few *few)
{
    const CURLMsg *message;
    int left = 0;

    while ((message = curl_multi_info_read(few->handle->multi, &left)) != NULL) {
        struct transport_ride *ride = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &ride) == CURLE_OK)
            end_ride(few, ride, HTTP_FINE, code);
    }
}

/* Ends what has had its time; when to look again at the latest. */
static int64_t end_what_is_due(struct transport_few *few, int64_t now_ms)
{
    int64_t first = now_ms + POLL_MS;
    struct transport_ride *next;

    for (struct transport_ride *ride = few->under_way; ride != NULL; ride = next) {
        next = ride->next;
        enum http_failure failure = transport_expired(&ride->exchange, now_ms);
        int64_t due = transport_due_ms(&ride->exchange);
        if (failure != HTTP_FINE)
            end_ride(few, ride, failure, CURLE_OK);
        else if (due < first)
            first = due;
    }
    return first;
}

static void move_until(struct transport_few *few, const struct transport_job *job, int64_t until_ms,
                       struct interrupt *interrupt)
{
    CURLM *multi = few->handle->multi;
    int running = 0;

    for (;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            end_all(few, HTTP_NO_MEMORY);
        end_what_is_through(few);
        int64_t now = clock_mono();
        int64_t first = end_what_is_due(few, now);
        if (first > until_ms)
            first = until_ms;
        bool over = job != NULL ? job->ride == NULL : now >= until_ms;
        if (over || interrupt_raised(interrupt))
            return;
        if (curl_multi_poll(multi, NULL, 0, first > now ? (int)(first - now) : 0, NULL) !=
            CURLM_OK) {
            end_all(few, HTTP_NO_MEMORY);
            return;
        }
    }
}

static void kick_multi(void *multi)
{
    curl_multi_wakeup(multi);
}

void transport_few_wait(struct transport_few *few, struct transport_job *job, int64_t until_ms,
                        struct interrupt *interrupt)
{
    struct transport_signals held;

    hold(few, &held);
    interrupt_arm(interrupt, kick_multi, few->handle->multi);
    move_until(few, job, until_ms, interrupt);
    interrupt_arm(interrupt, NULL, NULL);
    if (job != NULL && job->ride != NULL)
        end_ride(few, job->ride, HTTP_CANCELLED, CURLE_OK);
    release(few, &held);
}
