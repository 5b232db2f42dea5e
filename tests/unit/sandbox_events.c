/* Server-sent events over real connections: in order, to many, past slow ones, until they go. */
#include "../sandbox/events.h"
#include "../sandbox/exchange.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    struct sb_events *events;
    struct MHD_Daemon *daemon;
    uint16_t port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int closed; /* connections that were */
};

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **own)
{
    struct world *world = cls;
    (void)url, (void)method, (void)version, (void)data, (void)size;
    if (*own == NULL) {
        *own = world;
        return MHD_YES;
    }
    struct MHD_Response *stream =
        sb_events_stream(world->events, connection,
                         MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Last-Event-ID"));
    enum MHD_Result queued = sb_queue(connection, 200, stream);
    MHD_destroy_response(stream);
    return queued;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **own,
                          enum MHD_ConnectionNotificationCode what)
{
    struct world *world = cls;
    (void)connection, (void)own;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        pthread_mutex_lock(&world->lock);
        world->closed++;
        pthread_cond_signal(&world->changed);
        pthread_mutex_unlock(&world->lock);
    }
}

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    pthread_mutex_init(&world->lock, NULL);
    pthread_cond_init(&world->changed, NULL);
    world->events = sb_events_new(20);
    world->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                         on_request, world, MHD_OPTION_NOTIFY_CONNECTION, on_connection, world,
                         MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
    if (world->events == NULL || world->daemon == NULL) {
        return -1;
    }
    world->port = MHD_get_daemon_info(world->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    sb_events_stop(world->events);
    MHD_stop_daemon(world->daemon);
    sb_events_free(world->events);
    free(world);
    return 0;
}

/* ------------------------------------------------------------------ one viewer */

struct viewer {
    int fd;
    FILE *in;
};

/* `after`: the number of the last event it has seen, or NULL. */
static struct viewer look(const struct world *world, const char *after, int receive_bytes)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(world->port)};
    struct viewer viewer = {.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (receive_bytes > 0) {
        setsockopt(viewer.fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    }
    assert_int_equal(connect(viewer.fd, (struct sockaddr *)&to, sizeof to), 0);
    dprintf(viewer.fd, "GET / HTTP/1.1\r\nHost: h\r\n%s%s%s\r\n",
            after != NULL ? "Last-Event-ID: " : "", after != NULL ? after : "",
            after != NULL ? "\r\n" : "");
    viewer.in = fdopen(viewer.fd, "r");
    return viewer;
}

/* The next line of the stream that begins so; without what begins it. Fails at the end. */
static const char *line_of(const struct viewer *viewer, const char *start)
{
    static char line[4096];
    while (fgets(line, sizeof line, viewer->in) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, start, strlen(start)) == 0) {
            return line + strlen(start);
        }
    }
    fail_msg("the stream ended before a line with %s", start);
    return NULL;
}

static void leave(struct viewer *viewer)
{
    fclose(viewer->in);
}

/* ------------------------------------------------------------------ tests */

static void every_viewer_gets_every_event_in_order(void **state)
{
    struct world *world = *state;
    struct viewer viewers[5];
    char json[32];
    for (size_t i = 0; i < 5; i++) {
        viewers[i] = look(world, NULL, 0);
        assert_string_equal(line_of(&viewers[i], "event: "), "hello");
    }
    for (int n = 0; n < 100; n++) {
        snprintf(json, sizeof json, "{\"n\":%d}", n);
        sb_events_tell(world->events, "case", json);
    }
    for (size_t i = 0; i < 5; i++) {
        for (int n = 0; n < 100; n++) {
            assert_string_equal(line_of(&viewers[i], "event: "), "case");
            snprintf(json, sizeof json, "{\"n\":%d}", n);
            assert_string_equal(line_of(&viewers[i], "data: "), json);
        }
        leave(&viewers[i]);
    }
}

static void who_comes_back_goes_on_where_it_broke_off(void **state)
{
    struct world *world = *state;
    struct viewer first = look(world, NULL, 0);
    char id[32];
    assert_string_equal(line_of(&first, "event: "), "hello");
    sb_events_tell(world->events, "a", "1");
    snprintf(id, sizeof id, "%s", line_of(&first, "id: "));
    sb_events_tell(world->events, "b", "2");
    sb_events_tell(world->events, "c", "3");
    struct viewer again = look(world, id, 0);
    assert_string_equal(line_of(&again, "event: "), "hello");
    assert_string_equal(line_of(&again, "event: "), "b");
    assert_string_equal(line_of(&again, "event: "), "c");
    leave(&again);
    leave(&first);
}

static void who_has_missed_what_is_not_there_any_more_is_told_to_look_anew(void **state)
{
    struct world *world = *state;
    static const char *const odd[] = {"999999", "-1", "x", "1x", ""};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct viewer viewer = look(world, odd[i], 0);
        assert_string_equal(line_of(&viewer, "event: "), "reset");
        leave(&viewer);
    }
    struct viewer viewer = look(world, NULL, 0);
    char id[32];
    assert_string_equal(line_of(&viewer, "event: "), "hello");
    sb_events_tell(world->events, "a", "1");
    snprintf(id, sizeof id, "%s", line_of(&viewer, "id: "));
    for (int i = 0; i < SB_EVENTS_KEPT + 1; i++) {
        sb_events_tell(world->events, "b", "2");
    }
    struct viewer again = look(world, id, 0);
    assert_string_equal(line_of(&again, "event: "), "reset");
    leave(&again);
    leave(&viewer);
}

static void a_viewer_that_does_not_read_holds_up_neither_the_teller_nor_another(void **state)
{
    struct world *world = *state;
    struct viewer slow = look(world, NULL, 4096), quick = look(world, NULL, 0);
    char json[2048], last[32];
    memset(json, 'x', sizeof json - 1);
    json[sizeof json - 1] = '\0';
    assert_string_equal(line_of(&slow, "event: "), "hello");
    assert_string_equal(line_of(&quick, "event: "), "hello");
    for (int i = 0; i < 10000; i++) {
        sb_events_tell(world->events, "case", json);
        if (i % 100 == 99) {
            sb_events_tell(world->events, "mark", "{}");
            while (strcmp(line_of(&quick, "event: "), "mark") != 0) {
            }
        }
    }
    sb_events_tell(world->events, "end", "{}");
    assert_string_equal(line_of(&quick, "event: "), "end");
    /* 20 MB were told; what lies between it and us holds far less */
    while (strcmp(line_of(&slow, "event: "), "reset") != 0) {
    }
    sb_events_tell(world->events, "after", "{}");
    snprintf(last, sizeof last, "%s", line_of(&slow, "event: "));
    while (strcmp(last, "after") != 0) {
        snprintf(last, sizeof last, "%s", line_of(&slow, "event: "));
    }
    leave(&slow);
    leave(&quick);
}

static void viewers_that_have_gone_are_forgotten_though_nothing_happens(void **state)
{
    struct world *world = *state;
    struct viewer viewers[8];
    for (size_t i = 0; i < 8; i++) {
        viewers[i] = look(world, NULL, 0);
        assert_string_equal(line_of(&viewers[i], "event: "), "hello");
    }
    assert_int_equal(sb_events_viewers(world->events), 8);
    for (size_t i = 0; i < 8; i++) {
        leave(&viewers[i]);
    }
    pthread_mutex_lock(&world->lock);
    while (world->closed < 8) {
        pthread_cond_wait(&world->changed, &world->lock);
    }
    pthread_mutex_unlock(&world->lock);
    assert_int_equal(sb_events_viewers(world->events), 0);
}

static void a_stream_in_which_nothing_happens_gives_signs_of_life(void **state)
{
    struct world *world = *state;
    struct viewer viewer = look(world, NULL, 0);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(line_of(&viewer, ": "), "still here");
    }
    leave(&viewer);
}

static void streams_end_in_order_when_it_stops(void **state)
{
    struct world *world = *state;
    struct viewer viewer = look(world, NULL, 0);
    char line[256];
    assert_string_equal(line_of(&viewer, "event: "), "hello");
    sb_events_stop(world->events);
    bool ended = false;
    while (!ended && fgets(line, sizeof line, viewer.in) != NULL) {
        ended = strcmp(line, "0\r\n") == 0; /* the last chunk */
    }
    assert_true(ended);
    assert_null(sb_events_stream(world->events, NULL, NULL));
    leave(&viewer);
}

static void there_is_room_for_so_many_and_for_others_when_those_have_gone(void **state)
{
    struct world *world = *state;
    struct MHD_Response *streams[SB_MAX_VIEWERS];
    for (size_t i = 0; i < SB_MAX_VIEWERS; i++) {
        streams[i] = sb_events_stream(world->events, NULL, NULL);
        assert_non_null(streams[i]);
    }
    assert_null(sb_events_stream(world->events, NULL, NULL));
    for (size_t i = 0; i < SB_MAX_VIEWERS; i++) {
        MHD_destroy_response(streams[i]);
    }
    assert_int_equal(sb_events_viewers(world->events), 0);
    struct MHD_Response *other = sb_events_stream(world->events, NULL, NULL);
    assert_non_null(other);
    MHD_destroy_response(other);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_A_WORLD(every_viewer_gets_every_event_in_order),
        IN_A_WORLD(who_comes_back_goes_on_where_it_broke_off),
        IN_A_WORLD(who_has_missed_what_is_not_there_any_more_is_told_to_look_anew),
        IN_A_WORLD(a_viewer_that_does_not_read_holds_up_neither_the_teller_nor_another),
        IN_A_WORLD(viewers_that_have_gone_are_forgotten_though_nothing_happens),
        IN_A_WORLD(a_stream_in_which_nothing_happens_gives_signs_of_life),
        IN_A_WORLD(streams_end_in_order_when_it_stops),
        IN_A_WORLD(there_is_room_for_so_many_and_for_others_when_those_have_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
