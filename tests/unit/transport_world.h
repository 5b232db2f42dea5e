/* A transport and one exchange with a server of the test's own. Failures fail the running test. */
#ifndef UNIT_TRANSPORT_WORLD_H
#define UNIT_TRANSPORT_WORLD_H

#include "loopback.h"

#include <signal.h>

#include "base/clock.h"
#include "file_world.h"
#include "transport.h"

#define JSON_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Cs-TraceId: t-1\r\n"
#define JSON JSON_HEAD "Content-Length: 2\r\n\r\n{}"

/* A transport, a server, and one exchange. */
struct world {
    struct config config;
    struct loopback server;
    struct transport *transport;
    struct http_request request;
    struct http_response response;
    struct transport_io io;
};

static inline void open_world(struct world *world, const char *const *answers, size_t n)
{
    struct error err;

    memset(world, 0, sizeof(*world));
    loopback_start(&world->server, answers, n);
    world->config.http.connect_timeout_ms = 60000;
    world->config.http.first_byte_timeout_ms = 60000;
    world->config.http.stall_timeout_ms = 60000;
    world->config.http.max_connections = 1;
    assert_true(transport_new(&world->config, true, &world->transport, &err));
    http_request_init(&world->request, 1000, 1 << 20);
    buf_addf(&world->request.url, "%s/things?x=%%2B", world->server.url);
    world->request.method = "GET";
    world->request.max_response_bytes = 1000;
    http_response_init(&world->response, 1000);
    world->io.deadline_ms = INT64_MAX;
}

static inline void open_one(struct world *world, const char *reply)
{
    open_world(world, &reply, 1);
}

static inline void close_world(struct world *world)
{
    transport_free(world->transport);
    http_request_done(&world->request);
    http_response_done(&world->response);
    loopback_stop(&world->server);
}

static inline void send_it(struct world *world)
{
    transport_send(world->transport, &world->request, &world->io, &world->response);
}

static inline void give_body(struct world *world, const char *text)
{
    buf_adds(&world->request.body, text);
    world->request.has_body = true;
    world->request.content_type = "application/json";
}

static inline void expect_in(const char *request, const char *part)
{
    if (strstr(request, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, request);
}

#endif
