/* A call under a clock of the test's own, with answers by hand and no driver. Failures fail the
 * running test. */
#ifndef UNIT_CALL_WORLD_H
#define UNIT_CALL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "call.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BASE "http://127.0.0.1:9"
#define START_MS 1000000
#define TOKEN "{\"access_token\":\"tok-1\",\"expires_in\":1799}"

/* An instance without connections, and the answer that is being prepared. */
struct call_world {
    struct config config;
    struct logger logger;
    struct call_env env;
    struct now now;
    struct http_response response;
    char logged[4096];
};

static inline uint64_t highest(uint64_t bound)
{
    return bound;
}

static inline void keep_log(void *ctx, int32_t level, const char *msg, uint64_t len)
{
    struct call_world *world = ctx;
    size_t used = strlen(world->logged);

    snprintf(world->logged + used, sizeof(world->logged) - used, "%d %.*s\n", level, (int)len, msg);
}

static inline void open_world(struct call_world *world)
{
    memset(world, 0, sizeof(*world));
    world->config.falcon.cloud = (char *)(uintptr_t) "auto";
    world->config.falcon.base_url = (char *)(uintptr_t)BASE;
    world->config.http.timeout_ms = 60000;
    world->config.http.max_response_bytes = 1 << 20;
    world->config.retry.attempts = 4;
    world->config.retry.base_ms = 100;
    world->config.retry.max_ms = 1000;
    assert_true(secret_set(&world->config.falcon.client_id, "id", 2));
    assert_true(secret_set(&world->config.falcon.client_secret, "hidden", 6));
    world->config.limits.govern = true;
    world->config.limits.window_ms = 60000;
    world->config.limits.reserve_percent = 10;
    world->config.limits.max_wait_ms = 60000;
    world->config.limits.max_result_bytes = 1 << 24;
    world->logger = (struct logger){keep_log, world, SOAR_LOG_DEBUG};
    world->env = (struct call_env){.config = &world->config,
                                   .service = &catalog_service,
                                   .auth = auth_new(&world->config, &catalog_service),
                                   .log = &world->logger,
                                   .random_up_to = highest};
    struct error err;
    error_clear(&err);
    world->env.governor = governor_new(&world->config, &world->logger, &err);
    assert_non_null(world->env.governor);
    world->now = (struct now){.mono_ms = START_MS, .wall_ms = 1700000000000};
    http_response_init(&world->response, 1 << 20);
}

/* Begins anew in the cloud that is asked for, instead of at a base URL. */
static inline void move_to_cloud(struct call_world *world, const char *cloud)
{
    world->config.falcon.base_url = NULL;
    world->config.falcon.cloud = (char *)(uintptr_t)cloud;
    auth_free(world->env.auth);
    world->env.auth = auth_new(&world->config, &catalog_service);
}

static inline void close_world(struct call_world *world)
{
    governor_free(world->env.governor);
    auth_free(world->env.auth);
    secret_done(&world->config.falcon.client_id);
    secret_done(&world->config.falcon.client_secret);
    http_response_done(&world->response);
}

static inline struct call *ask_with(struct call_world *world, const char *action, const char *input,
                                    uint64_t timeout_ms, uint32_t flags)
{
    soar_call asked = {.struct_size = sizeof(asked),
                       .flags = flags,
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input),
                       .timeout_ms = timeout_ms};
    struct call *call = call_new(&world->env, &asked, world->now);

    assert_non_null(call);
    return call;
}

static inline struct call *ask(struct call_world *world, const char *action, const char *input)
{
    return ask_with(world, action, input, 0, 0);
}

static inline void later(struct call_world *world, int64_t ms)
{
    world->now.mono_ms += ms;
    world->now.wall_ms += ms;
}

/* The call must want to send this. */
static inline struct http_request *expect_send(struct call_world *world, struct call *call,
                                               const char *method, const char *url)
{
    struct call_step step = call_step(call, world->now);

    if (step.want != CALL_SEND)
        fail_msg("wants %d instead of to send to %s", step.want, url);
    assert_string_equal(step.request->method, method);
    assert_string_equal(step.request->url.ptr, url);
    return step.request;
}

/* The call must want to be asked again in so many milliseconds. */
static inline void expect_wait(struct call_world *world, struct call *call, int64_t ms)
{
    struct call_step step = call_step(call, world->now);

    assert_int_equal(step.want, CALL_WAIT);
    assert_int_equal(step.until_ms - world->now.mono_ms, ms);
}

/* The answer to what was sent last; headers and file are set in world->response before. */
static inline void answer(struct call_world *world, struct call *call, int status, const char *body)
{
    world->response.status = status;
    world->response.request_sent = true;
    buf_adds(&world->response.body, body);
    call_answer(call, &world->response, world->now);
    http_response_reset(&world->response);
}

static inline void no_answer(struct call_world *world, struct call *call, enum http_failure failure,
                             bool sent)
{
    world->response.failure = failure;
    world->response.request_sent = sent;
    call_answer(call, &world->response, world->now);
    http_response_reset(&world->response);
}

/* The call fetches the token, and gets it. */
static inline void give_token(struct call_world *world, struct call *call)
{
    struct http_request *request = expect_send(world, call, "POST", BASE "/oauth2/token");

    assert_null(request->authorization);
    answer(world, call, 201, TOKEN);
}

/* The document of a call that is done; the caller puts it. Frees the call. */
static inline struct json_object *finish(struct call_world *world, struct call *call,
                                         soar_status expected)
{
    struct call_step step = call_step(call, world->now);
    struct buf document;
    struct error err;

    assert_int_equal(step.want, CALL_DONE);
    buf_init(&document, 1 << 22);
    soar_status status = call_result(call, &document);
    error_clear(&err);
    struct json_object *json = json_parse(document.ptr, document.len, 64, &err);
    if (json == NULL)
        fail_msg("%s: %s", err.message, document.ptr);
    if (status != expected)
        fail_msg("status %d: %s", status, document.ptr);
    assert_null(strstr(document.ptr, "tok-1"));
    assert_null(strstr(document.ptr, "hidden"));
    assert_null(strstr(world->logged, "tok-1"));
    assert_null(strstr(world->logged, "hidden"));
    assert_string_equal(json_string_at(json, "/status"), status_name(status));
    assert_int_equal(json_object_get_boolean(json_at(json, "/ok")), status == SOAR_OK);
    assert_int_equal(json_at(json, "/error") != NULL, status != SOAR_OK);
    buf_done(&document);
    call_free(call);
    return json;
}

static inline void expect_text(struct json_object *document, const char *pointer,
                               const char *expected)
{
    const char *text = json_string_at(document, pointer);

    if (text == NULL || strcmp(text, expected) != 0)
        fail_msg("%s: expected %s in %s", pointer, expected, json_text(document, NULL));
}

static inline void expect_json(struct json_object *document, const char *pointer,
                               const char *expected)
{
    assert_string_equal(json_text(json_at(document, pointer), NULL), expected);
}

/* Ends the call and looks at nothing but its status, reason and outcome. */
static inline void expect_end(struct call_world *world, struct call *call, soar_status status,
                              const char *reason, const char *outcome)
{
    struct json_object *document = finish(world, call, status);

    expect_text(document, "/error/reason", reason);
    expect_text(document, "/error/outcome", outcome);
    json_object_put(document);
}

#endif
