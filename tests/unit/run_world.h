/* A whole instance against a server of the test's own. Failures fail the running test. */
#ifndef UNIT_RUN_WORLD_H
#define UNIT_RUN_WORLD_H

#include "loopback.h"

#include "base/buf.h"
#include "base/json.h"
#include "file_world.h"
#include "soar_plugin.h"

#define HEAD(type) "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n"
#define TOKEN_ANSWER HEAD("application/json") "{\"access_token\":\"tok-1\",\"expires_in\":1799}"
#define LIST_ANSWER HEAD("application/json") "{\"meta\":{},\"resources\":[\"a\"],\"errors\":[]}"
#define SLOW_DOWN "HTTP/1.1 429 Slow\r\nConnection: close\r\n\r\n"

struct run_world {
    struct loopback server;
    soar_plugin *plugin;
};

static inline void open_world(struct run_world *world, const soar_host *host,
                              const char *const *answers, size_t n)
{
    soar_result err = {.struct_size = sizeof(err)};
    struct buf config;

    loopback_start(&world->server, answers, n);
    buf_init(&config, 4096);
    buf_addf(&config,
             "falcon: { base_url = \"%s\"; client_id = \"i\"; client_secret = \"hidden\"; };\n"
             "retry: { base_ms = 1; max_ms = 1; attempts = 3; };\n",
             world->server.url);
    if (files != NULL)
        buf_addf(&config, "files: { read_dirs = [\"%s\"]; write_dirs = [\"%s\"]; };\n",
                 in_root("read"), in_root("write"));
    if (soar_init(host, config.ptr, config.len, &world->plugin, NULL, &err) != SOAR_OK)
        fail_msg("%s", err.json);
    buf_done(&config);
}

static inline void close_world(struct run_world *world)
{
    assert_int_equal(soar_shutdown(world->plugin, SOAR_NO_TIMEOUT), SOAR_OK);
    loopback_stop(&world->server);
}

static inline soar_call call_of(const char *action, const char *input)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input)};
}

/* Carries out a call; the parsed document, which the caller puts. */
static inline struct json_object *invoke(struct run_world *world, const soar_call *call,
                                         soar_status expected)
{
    soar_result result = {.struct_size = sizeof(result)};
    struct error err;
    soar_status status = soar_invoke(world->plugin, call, &result);

    if (status != expected || result.status != expected)
        fail_msg("status %d: %s", status, result.json);
    assert_int_equal(result.kind, SOAR_KIND_DONE);
    assert_int_equal(result.call_id, call->call_id);
    assert_int_equal(strlen(result.json), result.json_len);
    struct json_object *document = json_parse(result.json, result.json_len, 64, &err);
    assert_non_null(document);
    soar_release(&result);
    assert_null(result.json);
    return document;
}

static inline void expect_reason(struct run_world *world, const soar_call *call,
                                 soar_status expected, const char *reason)
{
    struct json_object *document = invoke(world, call, expected);

    assert_string_equal(json_string_at(document, "/error/reason"), reason);
    json_object_put(document);
}

#endif
