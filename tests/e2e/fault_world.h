/* What the tests of the sandbox's faults share: one sandbox for all of them, and the case that a
 * fault may have spoiled. */
#ifndef E2E_FAULT_WORLD_H
#define E2E_FAULT_WORLD_H

#include "check.h"
#include "raw.h"
#include "world.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST (1024 * 1024) /* bytes that are read of what has no end */

static struct world *world;

static inline int start(void **state)
{
    (void)state;
    world = world_new(NULL);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    world_free(world);
    return 0;
}

/* A connection, however long it is refused. */
static inline int connect_at_last(void)
{
    int fd;
    while ((fd = raw_connect(world->sandbox.url)) < 0) {
        assert_int_equal(errno, ECONNREFUSED);
        poll(NULL, 0, 1);
    }
    return fd;
}

static inline struct raw_answer create_case(const char *login, const char *name)
{
    char *body = NULL;
    assert_true(asprintf(&body, "{\"name\":\"%s\",\"severity\":60}", name) > 0);
    char *request = raw_request("PUT", "/cases/entities/cases/v2", login, body);
    int fd = connect_at_last();
    raw_send(fd, request, strlen(request));
    struct raw_answer answer = raw_receive(fd, MOST);
    free(request);
    free(body);
    return answer;
}

/* How many cases have the name. */
static inline size_t cases_named(const char *name)
{
    char *login, target[160];
    close(connect_at_last());
    login = raw_login(&world->sandbox);
    snprintf(target, sizeof target, "/cases/queries/cases/v1?filter=name:%%27%s%%27", name);
    struct raw_answer answer = raw_call(world->sandbox.url, "GET", target, login, NULL);
    struct json_object *json = raw_json(&answer), *ids = NULL;
    assert_true(json_object_object_get_ex(json, "resources", &ids));
    size_t count = json_object_array_length(ids);
    json_object_put(json);
    raw_done(&answer);
    free(login);
    return count;
}

#endif
