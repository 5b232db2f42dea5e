/* An instance's token under a clock of the test's own. Failures fail the running test. */
#ifndef UNIT_AUTH_WORLD_H
#define UNIT_AUTH_WORLD_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "auth.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cloud clouds[] = {
    {"us-1", "https://api.example.com", true},
    {"us-2", "https://api.us-2.example.com", true},
    {"gov", "https://api.gov.example.com", false},
};
static const struct service service = {.clouds = clouds,
                                       .n_clouds = COUNT(clouds),
                                       .token_path = "/oauth2/token",
                                       .token_renew_ahead_s = 120,
                                       .token_default_ttl_s = 1799};

/* An instance's token with its configuration. */
struct world {
    struct config config;
    struct auth *auth;
};

static inline void open_world(struct world *world, const char *cloud, const char *base_url,
                              const char *member_cid)
{
    memset(world, 0, sizeof(*world));
    world->config.falcon.cloud = (char *)(uintptr_t)cloud;
    world->config.falcon.base_url = (char *)(uintptr_t)base_url;
    world->config.falcon.member_cid = (char *)(uintptr_t)member_cid;
    assert_true(secret_set(&world->config.falcon.client_id, "my id", 5));
    assert_true(secret_set(&world->config.falcon.client_secret, "s+e&c=r", 7));
    world->auth = auth_new(&world->config, &service);
    assert_non_null(world->auth);
}

static inline void close_world(struct world *world)
{
    auth_free(world->auth);
    secret_done(&world->config.falcon.client_id);
    secret_done(&world->config.falcon.client_secret);
}

static inline struct now at(int64_t s)
{
    return (struct now){.mono_ms = s * 1000, .wall_ms = 1700000000000 + s * 1000};
}

static inline enum auth_progress tell(struct world *world, int status, const char *body,
                                      const char *region, const char *location, struct now now,
                                      struct error *err)
{
    struct http_response response;

    http_response_init(&response, 65536);
    response.status = status;
    response.request_sent = true;
    buf_adds(&response.body, body);
    snprintf(response.region, sizeof(response.region), "%s", region);
    snprintf(response.location, sizeof(response.location), "%s", location);
    error_clear(err);
    enum auth_progress progress = auth_answer(world->auth, &response, now, err);
    http_response_done(&response);
    return progress;
}

static inline void expect_base(struct world *world, const char *expected)
{
    assert_string_equal(auth_base_url(world->auth), expected);
}

static inline enum auth_state take(struct world *world, int64_t s, struct auth_grant *grant)
{
    struct error err;

    error_clear(&err);
    return auth_take(world->auth, at(s), grant, &err);
}

/* Fetches a token of 1799 seconds at second s. */
static inline void fetch(struct world *world, int64_t s, const char *token,
                         struct auth_grant *grant)
{
    char body[256];
    struct error err;

    assert_int_equal(take(world, s, grant), AUTH_FETCH);
    snprintf(body, sizeof(body), "{\"access_token\":\"%s\",\"expires_in\":1799}", token);
    assert_int_equal(tell(world, 201, body, "", "", at(s), &err), AUTH_DONE);
    assert_int_equal(take(world, s, grant), AUTH_READY);
}

#endif
