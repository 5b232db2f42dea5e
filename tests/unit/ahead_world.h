/* A call that sends requests before their turn, under a clock of the test's own. Failures fail the
 * running test. */
#ifndef UNIT_AHEAD_WORLD_H
#define UNIT_AHEAD_WORLD_H

#include "call_world.h"

#define LIST BASE "/cases/queries/cases/v1"
#define SORT "&sort=created_timestamp%7Cdesc"
#define GET BASE "/cases/entities/cases/v2"
#define BY_THREE "{\"all\":true,\"limit\":3}"

static inline void open_ahead(struct call_world *world, int64_t most)
{
    open_world(world);
    world->config.limits.ahead = most;
}

/* Items n<from> .. n<to - 1> of a list of so many. */
static inline const char *items(int from, int to, int total)
{
    static char text[4096];
    size_t at = (size_t)snprintf(
        text, sizeof(text), "{\"meta\":{\"pagination\":{\"total\":%d}},\"resources\":[", total);

    for (int i = from; i < to; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s\"n%d\"", i > from ? "," : "", i);
    snprintf(text + at, sizeof(text) - at, "]}");
    return text;
}

static inline const char *page_url(int offset, int limit)
{
    static char url[256];

    snprintf(url, sizeof(url), "%s?limit=%d&offset=%d%s", LIST, limit, offset, SORT);
    return url;
}

/* A call of pages of three of which the first has been read, out of so many items. */
static inline struct call *read_first(struct call_world *world, int total)
{
    struct call *call = ask(world, "query_case_ids", BY_THREE);

    give_token(world, call);
    expect_send(world, call, "GET", page_url(0, 3));
    assert_null(call_ahead(call, world->now)); /* nothing is known of the list */
    answer(world, call, 200, items(0, 3, total));
    return call;
}

static inline struct http_request *expect_ahead(struct call_world *world, struct call *call,
                                                const char *url)
{
    struct http_request *request = call_ahead(call, world->now);

    if (request == NULL)
        fail_msg("nothing goes ahead, and not %s", url);
    assert_string_equal(request->url.ptr, url);
    assert_string_equal(request->authorization, "Authorization: Bearer tok-1");
    return request;
}

/* An answer that came before its turn, and when. */
struct early {
    struct http_response response;
    struct now at;
};

static inline void arrive(struct call_world *world, struct call *call,
                          const struct http_request *request, int status, const char *body,
                          struct early *ret)
{
    ret->at = world->now;
    ret->response = world->response; /* with its headers */
    http_response_init(&world->response, 1 << 20);
    ret->response.status = status;
    ret->response.request_sent = true;
    buf_adds(&ret->response.body, body);
    call_ahead_told(call, request, &ret->response, ret->at);
}

/* It is that request's turn, and this is its answer. */
static inline void give(struct call_world *world, struct call *call,
                        const struct http_request *request, struct early *early)
{
    assert_true(call_has_answer_ahead(call));
    struct call_step step = call_step(call, world->now);
    assert_int_equal(step.want, CALL_AWAIT);
    assert_ptr_equal(step.request, request);
    call_answer(call, &early->response, early->at);
    http_response_done(&early->response);
}

/* The call does not want it any more; it was sent, and nothing came. */
static inline void expect_unwanted(struct call_world *world, struct call *call,
                                   const struct http_request *request, bool sent)
{
    struct http_response stopped;

    http_response_init(&stopped, 0);
    stopped.failure = HTTP_CANCELLED;
    stopped.request_sent = sent;
    assert_ptr_equal(call_unwanted(call), request);
    call_ahead_over(call, request, &stopped, world->now);
}

#endif
