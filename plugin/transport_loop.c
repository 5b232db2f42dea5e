/* Many exchanges in one thread: libcurl says which sockets it waits for, epoll says which are
 * ready. So a wait costs as much as there is to do, and not as many as there are exchanges. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/timers.h"
#include "transport_private.h"

#define MAX_EVENTS 64
#define MAX_WAIT_MS 60000

struct transport_loop {
    struct transport *transport;
    void (*told)(struct transport_job *job);
    CURLM *multi;
    int epoll_fd, wake_fd;
    struct transport_sockets sockets;
    int64_t curl_at_ms; /* when libcurl wants to be called; INT64_MAX = not at all */
    struct timers due;
    struct transport_ride *idle;
    int64_t under_way;
    bool many_on_one; /* a server was seen to speak HTTP/2 */
};

/* ------------------------------------------------------------------ making */

static int on_timer(CURLM *multi, long timeout_ms, void *userdata)
{
    struct transport_loop *loop = userdata;

    (void)multi;
    loop->curl_at_ms = timeout_ms < 0 ? INT64_MAX : clock_mono() + timeout_ms;
    return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *userdata, void *known)
{
    struct transport_loop *loop = userdata;

    (void)easy;
    (void)known;
    if (what == CURL_POLL_REMOVE)
        transport_sockets_leave(&loop->sockets, fd);
    else
        transport_sockets_want(&loop->sockets, fd,
                               ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) |
                                   ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u));
    return 0;
}

static bool make_multi(struct transport_loop *loop)
{
    const struct config *config = loop->transport->config;

    loop->multi = curl_multi_init();
    if (loop->multi == NULL)
        return false;
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, (long)config->http.max_connections);
    curl_multi_setopt(loop->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      (long)config->http.max_connections);
    curl_multi_setopt(loop->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)config->http.max_streams);
    return true;
}

bool transport_loop_new(struct transport *transport, void (*told)(struct transport_job *job),
                        struct transport_loop **ret, struct error *err)
{
    struct transport_loop *loop = calloc(1, sizeof(*loop));
    struct epoll_event event = {.events = EPOLLIN};

    if (loop != NULL) {
        loop->transport = transport;
        loop->told = told;
        loop->curl_at_ms = INT64_MAX;
        loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
        loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        event.data.u64 = transport_word_of(loop->wake_fd);
        loop->sockets.epoll_fd = loop->epoll_fd;
    }
    if (loop != NULL && loop->epoll_fd >= 0 && loop->wake_fd >= 0 &&
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->wake_fd, &event) == 0 && make_multi(loop)) {
        *ret = loop;
        return true;
    }
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_loop",
              "no memory or descriptors for calls in flight");
    error_hint(err, "Look at the limits of the process, RLIMIT_NOFILE above all.");
    transport_loop_free(loop);
    return false;
}

void transport_loop_free(struct transport_loop *loop)
{
    if (loop == NULL)
        return;
    transport_rides_free(loop->idle);
    if (loop->multi != NULL)
        curl_multi_cleanup(loop->multi);
    if (loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    transport_sockets_done(&loop->sockets);
    timers_done(&loop->due);
    free(loop);
}

/* ------------------------------------------------------------------ time */

/* Looks again at the latest when the shortest limit could have passed: what is being waited for may
 * have changed by then. */
static void set_due(struct transport_loop *loop, struct transport_ride *ride, int64_t now_ms)
{
    const struct config *config = loop->transport->config;
    int64_t first = config->http.first_byte_timeout_ms, stall = config->http.stall_timeout_ms;
    int64_t due = transport_due_ms(&ride->exchange);

    if (first > 0 && now_ms + first < due)
        due = now_ms + first;
    if (stall > 0 && now_ms + stall < due)
        due = now_ms + stall;
    timers_set(&loop->due, &ride->due, due);
}

/* ------------------------------------------------------------------ the host's descriptors */

/* Where epoll refuses (no memory), the call is ended by its time. */
void transport_loop_watch(struct transport_loop *loop, struct exchange *exchange)
{
    struct transport_ride *ride =
        (struct transport_ride *)((char *)exchange - offsetof(struct transport_ride, exchange));
    struct epoll_event event = {.data.ptr = ride,
                                .events = exchange->awaits == POLLIN ? EPOLLIN : EPOLLOUT};

    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, exchange->awaits_fd, &event) == 0)
        ride->watched_fd = exchange->awaits_fd;
}

/* Before it is closed: the host may have others of the same file. */
static void unwatch(struct transport_loop *loop, struct transport_ride *ride)
{
    if (ride->watched_fd >= 0)
        (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, ride->watched_fd, NULL);
    ride->watched_fd = -1;
}

/* ------------------------------------------------------------------ jobs */

bool transport_loop_room(const struct transport_loop *loop)
{
    const struct config *config = loop->transport->config;
    int64_t each = loop->many_on_one ? config->http.max_streams : 1;

    return loop->under_way < config->http.max_connections * each;
}

static struct transport_ride *take_ride(struct transport_loop *loop)
{
    struct transport_ride *ride = loop->idle;

    if (ride != NULL) {
        loop->idle = ride->next;
        return ride;
    }
    ride = transport_ride_new(loop->transport);
    if (ride == NULL)
        return NULL;
    curl_easy_setopt(ride->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(ride->easy, CURLOPT_CLOSESOCKETFUNCTION, transport_sockets_close);
    curl_easy_setopt(ride->easy, CURLOPT_CLOSESOCKETDATA, &loop->sockets);
    return ride;
}

static void give_ride(struct transport_loop *loop, struct transport_ride *ride)
{
    if (ride->job != NULL)
        ride->job->ride = NULL;
    ride->job = NULL;
    ride->next = loop->idle;
    loop->idle = ride;
}

bool transport_loop_start(struct transport_loop *loop, struct transport_job *job)
{
    size_t n = (size_t)loop->under_way + 1;
    struct transport_ride *ride = timers_reserve(&loop->due, n) ? take_ride(loop) : NULL;

    job->response.failure = HTTP_NO_MEMORY;
    if (ride == NULL)
        return false;
    ride->exchange = (struct exchange){.config = loop->transport->config,
                                       .direct = loop->transport->direct,
                                       .request = job->request,
                                       .io = &job->io,
                                       .loop = loop,
                                       .response = &job->response};
    if (job->io.sink != NULL)
        file_sink_held(job->io.sink); /* this thread takes no signals */
    if (!transport_set_up(&ride->exchange, ride->easy, &ride->place)) {
        give_ride(loop, ride);
        return false;
    }
    curl_easy_setopt(ride->easy, CURLOPT_PRIVATE, ride);
    /* until the handshake has told whether a connection can be shared; without TLS none can */
    curl_easy_setopt(ride->easy, CURLOPT_PIPEWAIT,
                     strncasecmp(job->request->url.ptr, "https", 5) == 0 ? 1L : 0L);
    if (curl_multi_add_handle(loop->multi, ride->easy) != CURLM_OK) {
        transport_take_down(&ride->exchange);
        give_ride(loop, ride);
        return false;
    }
    ride->job = job;
    job->ride = ride;
    loop->under_way++;
    set_due(loop, ride, clock_mono());
    return true;
}

static void end_ride(struct transport_loop *loop, struct transport_ride *ride,
                     enum http_failure failure, CURLcode code)
{
    long version = 0;

    curl_easy_getinfo(ride->easy, CURLINFO_HTTP_VERSION, &version);
    loop->many_on_one = loop->many_on_one || version == CURL_HTTP_VERSION_2_0;
    timers_clear(&loop->due, &ride->due);
    unwatch(loop, ride);
    transport_conclude(&ride->exchange, failure, code);
    curl_multi_remove_handle(loop->multi, ride->easy);
    transport_take_down(&ride->exchange);
    loop->under_way--;
    give_ride(loop, ride);
}

void transport_loop_stop(struct transport_loop *loop, struct transport_job *job,
                         enum http_failure why)
{
    end_ride(loop, job->ride, why, CURLE_OK);
}

/* ------------------------------------------------------------------ moving */

static void tell_what_is_through(struct transport_loop *loop)
{
    const CURLMsg *message;
    int left = 0;

    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {
        struct transport_ride *ride = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &ride) != CURLE_OK)
            continue;
        struct transport_job *job = ride->job;
        end_ride(loop, ride, HTTP_FINE, code);
        loop->told(job);
    }
}

static void end_what_is_due(struct transport_loop *loop)
{
    struct timer *first;
    int64_t now = clock_mono();

    while ((first = timers_first(&loop->due)) != NULL && first->at_ms <= now) {
        struct transport_ride *ride =
            (struct transport_ride *)((char *)first - offsetof(struct transport_ride, due));
        enum http_failure failure = transport_expired(&ride->exchange, now);
        if (failure == HTTP_FINE) {
            set_due(loop, ride, now);
            continue;
        }
        struct transport_job *job = ride->job;
        end_ride(loop, ride, failure, CURLE_OK);
        loop->told(job);
    }
}

/* libcurl may be told to go on for the socket too, and does so in its own time. */
static void go_on(struct transport_loop *loop, struct transport_ride *ride)
{
    unwatch(loop, ride);
    if (ride->job != NULL && ride->exchange.awaits != 0)
        (void)transport_resume(&ride->exchange);
}

/* An event is of a descriptor of libcurl's, an odd number, or else of a ride whose host's descriptor is
 * ready. */
static void act_on(struct transport_loop *loop, const struct epoll_event *event)
{
    int running = 0, what = 0, fd = (int)(event->data.u64 >> 1);
    uint64_t count;

    if ((event->data.u64 & 1) == 0) {
        go_on(loop, event->data.ptr);
        return;
    }
    if (fd == loop->wake_fd) {
        (void)!read(loop->wake_fd, &count, sizeof(count));
        return;
    }
    if (!transport_sockets_told(&loop->sockets, fd))
        return;
    if ((event->events & EPOLLIN) != 0)
        what |= CURL_CSELECT_IN;
    if ((event->events & EPOLLOUT) != 0)
        what |= CURL_CSELECT_OUT;
    if ((event->events & (EPOLLERR | EPOLLHUP)) != 0)
        what |= CURL_CSELECT_ERR;
    curl_multi_socket_action(loop->multi, fd, what, &running);
}

static int time_left(const struct transport_loop *loop, int64_t until_ms)
{
    const struct timer *first = timers_first(&loop->due);
    int64_t now = clock_mono();

    if (first != NULL && first->at_ms < until_ms)
        until_ms = first->at_ms;
    if (loop->curl_at_ms < until_ms)
        until_ms = loop->curl_at_ms;
    if (until_ms <= now)
        return 0;
    return until_ms - now > MAX_WAIT_MS ? MAX_WAIT_MS : (int)(until_ms - now);
}

void transport_loop_wait(struct transport_loop *loop, int64_t until_ms)
{
    struct epoll_event events[MAX_EVENTS];
    int running = 0;
    int n = epoll_wait(loop->epoll_fd, events, MAX_EVENTS, time_left(loop, until_ms));

    for (int i = 0; i < n; i++)
        act_on(loop, &events[i]);
    if (loop->curl_at_ms <= clock_mono()) {
        loop->curl_at_ms = INT64_MAX;
        curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    tell_what_is_through(loop);
    end_what_is_due(loop);
}

void transport_loop_wake(struct transport_loop *loop)
{
    const uint64_t one = 1;

    (void)!write(loop->wake_fd, &one, sizeof(one));
}
