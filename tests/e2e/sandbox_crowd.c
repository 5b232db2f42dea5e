/* Ten thousand connections at once: each is served, and one more client beside them too. */
#include "check.h"
#include "raw.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define CROWD 10000
#define SPARE 200 /* descriptors for all else */

#define HALF "GET /cases/queries/cases/v1 HTTP/1.1\r\nHost: sandbox\r\n"
#define REST "Connection: close\r\n\r\n"

static struct world *world;
static char *login;

/* How many connections the system lets us have. */
static size_t crowd_size(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur >= CROWD + SPARE ? CROWD : (size_t)limit.rlim_cur - SPARE;
}

static int start(void **state)
{
    (void)state;
    world = world_new(NULL);
    login = raw_login(&world->sandbox);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    free(login);
    world_free(world);
    return 0;
}

static void one_more_is_served(void)
{
    struct raw_answer answer =
        raw_call(world->sandbox.url, "GET", "/cases/queries/cases/v1?limit=1", login, NULL);
    assert_int_equal(answer.status, 200);
    raw_done(&answer);
}

/* Connections of which each has sent half a request. */
static int *gather(size_t count)
{
    int *fds = calloc(count, sizeof *fds);
    assert_non_null(fds);
    for (size_t i = 0; i < count; i++) {
        fds[i] = raw_connect(world->sandbox.url);
        if (fds[i] < 0 || !raw_send(fds[i], HALF, sizeof HALF - 1)) {
            fail_msg("connection %zu of %zu", i, count);
        }
    }
    return fds;
}

static void every_connection_of_a_crowd_is_served(void **state)
{
    size_t count = crowd_size();
    int *fds = gather(count);
    (void)state;
    one_more_is_served();
    for (size_t i = 0; i < count; i++) {
        assert_true(raw_send(fds[i], REST, sizeof REST - 1));
    }
    for (size_t i = 0; i < count; i++) {
        struct raw_answer answer = raw_receive(fds[i], SIZE_MAX);
        if (answer.status != 401) {
            fail_msg("connection %zu of %zu: %s", i, count, answer.text);
        }
        raw_done(&answer);
    }
    one_more_is_served();
    free(fds);
}

static void a_crowd_that_goes_away_all_at_once_is_forgotten(void **state)
{
    size_t count = crowd_size();
    (void)state;
    for (int round = 0; round < 2; round++) {
        int *fds = gather(count);
        for (size_t i = 0; i < count; i++) {
            /* half of them by a reset */
            struct linger at_once = {.l_onoff = i % 2 == 0, .l_linger = 0};
            setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            close(fds[i]);
        }
        one_more_is_served();
        free(fds);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_connection_of_a_crowd_is_served),
        cmocka_unit_test(a_crowd_that_goes_away_all_at_once_is_forgotten),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, start, finish);
}
