/* What the tests of lost writes share: a world whose calls share a ledger, and the looks of a
 * create_case. */
#ifndef UNIT_LOST_WORLD_H
#define UNIT_LOST_WORLD_H

#include "call_world.h"

#define CASES BASE "/cases/entities/cases/v2"
#define NEW "{\"name\":\"n\",\"severity\":60}"
#define FILTER "created_timestamp%3A%3E%3D%272023-11-14T22%3A13%3A15Z%27%2Bname%3A%27n%27"
#define LIST BASE "/cases/queries/cases/v1?filter=" FILTER "&limit=1000"
#define A_CASE(id, more)                                                                           \
    "{\"id\":\"" id "\",\"name\":\"n\",\"severity\":60,\"status\":\"new\",\"description\":\"\","   \
    "\"created_timestamp\":\"2023-11-14T22:13:20Z\",\"tags\":[],\"access_tags\":[],"               \
    "\"assigned_to\":{\"uuid\":\"\"},\"template\":{\"id\":\"\"}," more                             \
    "\"evidence\":{\"alerts\":{\"records\":[]},\"events\":{\"records\":[]},"                       \
    "\"leads\":{\"records\":[]}}}"

/* The world of these tests: a short while to settle, and a ledger that its calls share. */
static inline void open_lost_world(struct call_world *world)
{
    open_world(world);
    world->config.retry.settle_ms = 1000;
    world->config.retry.skew_ms = 5000;
    world->env.ledger = ledger_new();
    assert_non_null(world->env.ledger);
}

static inline void close_lost_world(struct call_world *world)
{
    ledger_free(world->env.ledger);
    close_world(world);
}

/* A create that went out; the first of a world fetches the token. */
static inline struct call *send_create(struct call_world *world, const char *input, bool first)
{
    struct call *call = ask(world, "create_case", input);

    if (first)
        give_token(world, call);
    expect_send(world, call, "PUT", CASES);
    return call;
}

static inline void show_cases(struct call_world *world, struct call *call, const char *cases)
{
    char body[4096];

    expect_send(world, call, "GET", LIST);
    answer(world, call, 200, "{\"meta\":{\"pagination\":{\"total\":1}},\"resources\":[\"x\"]}");
    expect_send(world, call, "POST", CASES);
    snprintf(body, sizeof(body), "{\"resources\":[%s]}", cases);
    answer(world, call, 200, body);
}

static inline void show_none(struct call_world *world, struct call *call)
{
    expect_send(world, call, "GET", LIST);
    answer(world, call, 200, "{\"meta\":{\"pagination\":{\"total\":0}},\"resources\":[]}");
}

#endif
