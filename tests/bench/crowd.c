/*
 * Many calls at once against the benchmark's server, by the plugin and by bare libcurl driven the same
 * way; prints what each cost as a line of JSON, as client.c does.
 *
 *     crowd PEER threads K N URL PLUGIN    K threads, each with N queries one after the other
 *     crowd PEER flight K N URL PLUGIN     N queries, K of them in flight from one thread
 *
 * Peers: bare (an easy handle for each thread; a multi handle with as many connections as the plugin
 * has, curl_multi_perform and curl_multi_poll), epoll (that handle by curl_multi_socket_action, as the
 * plugin drives it), plugin (soar_invoke; soar_submit and soar_next). A tenth of it goes before to warm up, on the
 * same handles and connections.
 */
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "measure.h"
#include "plugged.h"

#define CONNECTIONS 16
#define PATH "/cases/queries/cases/v1?limit=100"
#define MOST 16384

struct crowd {
    size_t k;
    long n;
    char target[512];
    struct curl_slist *headers;
    CURL **easy; /* bare: one for each of k                                                      */
    CURLM *multi;
    bool by_epoll;
    int epoll, timeout_ms;
    struct memory *answers;
    struct plugged plugged;
};

struct member {
    const struct crowd *crowd;
    size_t i;
    pthread_t thread;
};

/* ------------------------------------------------------------------ bare */

/* libcurl says which sockets and when, and epoll waits, as in the plugin. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *userdata, void *known)
{
    const struct crowd *crowd = userdata;
    struct epoll_event event = {.data.fd = fd};

    (void)easy;
    if (what == CURL_POLL_REMOVE)
        return epoll_ctl(crowd->epoll, EPOLL_CTL_DEL, fd, NULL) == 0 || errno == EBADF ? 0 : -1;
    event.events =
        ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0u) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0u);
    if (epoll_ctl(crowd->epoll, known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
        return -1;
    curl_multi_assign(crowd->multi, fd, userdata);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *userdata)
{
    struct crowd *crowd = userdata;

    (void)multi;
    crowd->timeout_ms = (int)timeout_ms;
    return 0;
}

static void make_bare(struct crowd *crowd)
{
    crowd->easy = calloc(crowd->k, sizeof(CURL *));
    crowd->answers = calloc(crowd->k, sizeof(*crowd->answers));
    crowd->multi = curl_multi_init();
    if (crowd->easy == NULL || crowd->answers == NULL || crowd->multi == NULL)
        die("calloc");
    crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (crowd->by_epoll)
        curl_multi_setopt(crowd->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(crowd->multi, CURLMOPT_SOCKETDATA, crowd);
    if (crowd->by_epoll)
        curl_multi_setopt(crowd->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(crowd->multi, CURLMOPT_TIMERDATA, crowd);
    curl_multi_setopt(crowd->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(crowd->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
    for (size_t i = 0; i < crowd->k; i++) {
        CURL *easy = crowd->easy[i] = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, crowd->target);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, crowd->headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, to_memory);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &crowd->answers[i]);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, &crowd->answers[i]);
    }
}

static void *bare_thread(void *arg)
{
    const struct member *member = arg;
    const struct crowd *crowd = member->crowd;

    for (long i = 0; i < crowd->n; i++) {
        crowd->answers[member->i].len = 0;
        if (curl_easy_perform(crowd->easy[member->i]) != CURLE_OK)
            die("curl_easy_perform");
    }
    return NULL;
}

static void socket_action(struct crowd *crowd, curl_socket_t fd, uint32_t events)
{
    int mask = ((events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
               ((events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
               ((events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);
    int running;

    if (curl_multi_socket_action(crowd->multi, fd, mask, &running) != CURLM_OK)
        die("curl_multi_socket_action");
}

/* How many ended; each that did begins anew while there are more. */
static long collect(struct crowd *crowd, long *begun)
{
    long ended = 0;
    int left;

    for (CURLMsg *message; (message = curl_multi_info_read(crowd->multi, &left)) != NULL;) {
        CURL *easy = message->easy_handle;
        struct memory *answer = NULL;
        if (message->data.result != CURLE_OK)
            die("an exchange failed");
        ended++;
        curl_multi_remove_handle(crowd->multi, easy);
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&answer);
        answer->len = 0;
        if (*begun < crowd->n) {
            ++*begun;
            curl_multi_add_handle(crowd->multi, easy);
        }
    }
    return ended;
}

/* One round of libcurl's, after waiting for what it waits for. */
static void turn(struct crowd *crowd)
{
    struct epoll_event events[CONNECTIONS];
    int running;

    if (!crowd->by_epoll) {
        if (curl_multi_perform(crowd->multi, &running) != CURLM_OK)
            die("curl_multi_perform");
        return;
    }
    int n = epoll_wait(crowd->epoll, events, CONNECTIONS, crowd->timeout_ms);
    for (int i = 0; i < n; i++)
        socket_action(crowd, events[i].data.fd, events[i].events);
    if (n == 0 || crowd->timeout_ms == 0) {
        crowd->timeout_ms = -1; /* libcurl tells the next one, if there is one */
        socket_action(crowd, CURL_SOCKET_TIMEOUT, 0);
    }
}

static void bare_flight(struct crowd *crowd)
{
    long begun = 0, ended = 0;

    for (size_t i = 0; i < crowd->k && begun < crowd->n; i++, begun++) {
        crowd->answers[i].len = 0;
        curl_multi_add_handle(crowd->multi, crowd->easy[i]);
    }
    while (ended < crowd->n) {
        turn(crowd);
        ended += collect(crowd, &begun);
        if (!crowd->by_epoll && ended < crowd->n)
            curl_multi_poll(crowd->multi, NULL, 0, 1000, NULL);
    }
}

/* ------------------------------------------------------------------ the plugin */

static soar_call query(void)
{
    return call_of("query_case_ids", "{\"limit\":100}");
}

static void *plugin_thread(void *arg)
{
    const struct member *member = arg;
    soar_call call = query();

    for (long i = 0; i < member->crowd->n; i++)
        plugged_call(&member->crowd->plugged, &call);
    return NULL;
}

static void plugin_flight(const struct crowd *crowd)
{
    const struct plugged *plugged = &crowd->plugged;
    long begun = 0, ended = 0;

    while (ended < crowd->n) {
        while (begun < crowd->n && begun - ended < (long)crowd->k) {
            soar_call call = query();
            call.call_id = (uint64_t)++begun;
            if (plugged->submit(plugged->plugin, &call) != SOAR_OK)
                die("soar_submit");
        }
        struct pollfd fd = {.fd = plugged->event_fd, .events = POLLIN};
        poll(&fd, 1, -1);
        soar_result result = {.struct_size = sizeof(result)};
        while (plugged->next(plugged->plugin, &result) == SOAR_OK) {
            if (result.kind == SOAR_KIND_DONE && result.status != SOAR_OK)
                die(result.json);
            ended += result.kind == SOAR_KIND_DONE;
            plugged->release(&result);
        }
    }
}

/* ------------------------------------------------------------------ measuring */

static void run(struct crowd *crowd, bool plugin, bool threads)
{
    static struct member all[MOST];

    if (!threads && plugin)
        plugin_flight(crowd);
    else if (!threads)
        bare_flight(crowd);
    for (size_t i = 0; threads && i < crowd->k; i++) {
        all[i] = (struct member){.crowd = crowd, .i = i};
        if (pthread_create(&all[i].thread, NULL, plugin ? plugin_thread : bare_thread, &all[i]))
            die("pthread_create");
    }
    for (size_t i = 0; threads && i < crowd->k; i++)
        pthread_join(all[i].thread, NULL);
}

int main(int argc, char **argv)
{
    struct crowd crowd = {0};
    char http[64];

    if (argc != 7)
        die("PEER threads|flight K N URL PLUGIN");
    bool plugin = strcmp(argv[1], "plugin") == 0, threads = strcmp(argv[2], "threads") == 0;
    crowd.by_epoll = strcmp(argv[1], "epoll") == 0;
    crowd.k = (size_t)atol(argv[3]);
    if (crowd.k < 1 || crowd.k > MOST)
        die("K");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    snprintf(crowd.target, sizeof(crowd.target), "%s%s", argv[5], PATH);
    /* what the plugin sends, to the byte */
    crowd.headers = curl_slist_append(NULL, USER_AGENT_LINE);
    crowd.headers = curl_slist_append(crowd.headers, ACCEPT_LINE);
    crowd.headers = curl_slist_append(crowd.headers, AUTHORIZATION_LINE);
    crowd.headers = curl_slist_append(crowd.headers, JSON_LINE);
    snprintf(http, sizeof(http), "max_connections = %d;", CONNECTIONS);
    /* the server tells each answer that 5,999 are left: nothing is to be spaced */
    if (plugin)
        plug(&crowd.plugged, argv[6], argv[5], NULL, http, "limits: { govern = false; };");
    else
        make_bare(&crowd);
    long n = atol(argv[4]);
    crowd.n = n / 10 + 1; /* to warm up */
    run(&crowd, plugin, threads);
    crowd.n = n;
    double cpu = cpu_seconds(), wall = wall_seconds();
    run(&crowd, plugin, threads);
    cpu = cpu_seconds() - cpu;
    wall = wall_seconds() - wall;
    print_figures(argv[1], argv[2], (double)n * (threads ? (double)crowd.k : 1), cpu, wall);
    if (plugin)
        crowd.plugged.shutdown(crowd.plugged.plugin, 10000);
    return 0;
}
