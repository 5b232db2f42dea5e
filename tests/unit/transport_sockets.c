/* Which of libcurl's sockets epoll watches, between exchanges and over descriptors that come again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport_private.h"

/* A connection: the end that is watched, and the other. */
struct world {
    struct transport_sockets sockets;
    int ours, theirs;
};

static void connect_again(struct world *world, int as)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    world->ours = pair[0];
    world->theirs = pair[1];
    if (as < 0 || pair[0] == as)
        return;
    assert_int_equal(dup2(pair[0], as), as);
    close(pair[0]);
    world->ours = as;
}

static struct world make(void)
{
    struct world world = {.sockets.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};

    assert_true(world.sockets.epoll_fd >= 0);
    connect_again(&world, -1);
    return world;
}

static void done(struct world *world)
{
    close(world->ours);
    close(world->theirs);
    close(world->sockets.epoll_fd);
    transport_sockets_done(&world->sockets);
}

static void say(const struct world *world)
{
    assert_int_equal(write(world->theirs, "x", 1), 1);
}

/* The events that epoll has for our end now; 0 = none. */
static uint32_t events_of(const struct world *world)
{
    struct epoll_event event;
    int n = epoll_wait(world->sockets.epoll_fd, &event, 1, 0);

    if (n == 0)
        return 0;
    assert_int_equal(n, 1);
    assert_int_equal(event.data.u64, transport_word_of(world->ours));
    return event.events;
}

static void what_is_wanted_is_told(void **state)
{
    (void)state;
    struct world world = make();

    transport_sockets_want(&world.sockets, world.ours, EPOLLOUT);
    assert_int_equal(events_of(&world), EPOLLOUT);
    assert_true(transport_sockets_told(&world.sockets, world.ours));
    transport_sockets_want(&world.sockets, world.ours, EPOLLIN);
    assert_int_equal(events_of(&world), 0);
    say(&world);
    assert_int_equal(events_of(&world), EPOLLIN);
    assert_true(transport_sockets_told(&world.sockets, world.ours));
    assert_int_equal(events_of(&world), EPOLLIN); /* until it is read */
    done(&world);
}

static void what_is_left_and_wanted_again_is_told(void **state)
{
    (void)state;
    static const uint32_t again[] = {EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT};
    for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
        struct world world = make();
        transport_sockets_want(&world.sockets, world.ours, EPOLLIN);
        transport_sockets_leave(&world.sockets, world.ours);
        transport_sockets_want(&world.sockets, world.ours, again[i]);
        say(&world);
        assert_int_equal(events_of(&world), again[i]);
        assert_true(transport_sockets_told(&world.sockets, world.ours));
        done(&world);
    }
}

/* Of a connection that the service closes while it idles, a loop would turn for ever. */
static void what_is_left_is_told_once_at_most(void **state)
{
    (void)state;
    static const uint32_t before[] = {EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        struct world world = make();
        transport_sockets_want(&world.sockets, world.ours, before[i]);
        transport_sockets_leave(&world.sockets, world.ours);
        assert_int_equal(events_of(&world), 0);
        assert_int_equal(shutdown(world.theirs, SHUT_RDWR), 0);
        if (events_of(&world) != 0)
            assert_false(transport_sockets_told(&world.sockets, world.ours));
        assert_int_equal(events_of(&world), 0);
        transport_sockets_want(&world.sockets, world.ours, EPOLLIN); /* and yet it may come again */
        assert_int_not_equal(events_of(&world), 0);
        done(&world);
    }
}

static void a_descriptor_that_is_given_out_anew_is_another_connection(void **state)
{
    (void)state;
    struct world world = make();
    int fd = world.ours;

    transport_sockets_want(&world.sockets, fd, EPOLLIN);
    transport_sockets_leave(&world.sockets, fd);
    assert_int_equal(transport_sockets_close(&world.sockets, fd), 0);
    close(world.theirs);
    connect_again(&world, fd);
    transport_sockets_want(&world.sockets, fd, EPOLLIN);
    say(&world);
    assert_int_equal(events_of(&world), EPOLLIN);

    close(fd); /* by somebody who does not say so */
    close(world.theirs);
    connect_again(&world, fd);
    transport_sockets_want(&world.sockets, fd, EPOLLOUT);
    assert_int_equal(events_of(&world), EPOLLOUT);
    done(&world);
}

static void descriptors_of_any_number_are_known(void **state)
{
    (void)state;
    static const int numbers[] = {63, 64, 1000, 1023};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct world world = make();
        close(world.ours);
        close(world.theirs);
        connect_again(&world, numbers[i]);
        transport_sockets_want(&world.sockets, world.ours, EPOLLIN);
        transport_sockets_leave(&world.sockets, world.ours);
        say(&world);
        assert_int_equal(events_of(&world), EPOLLIN);
        assert_false(transport_sockets_told(&world.sockets, world.ours));
        done(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wanted_is_told),
        cmocka_unit_test(what_is_left_and_wanted_again_is_told),
        cmocka_unit_test(what_is_left_is_told_once_at_most),
        cmocka_unit_test(a_descriptor_that_is_given_out_anew_is_another_connection),
        cmocka_unit_test(descriptors_of_any_number_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
