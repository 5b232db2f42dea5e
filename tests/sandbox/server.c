#include "server.h"
#include "ids.h"
#include "request.h"
#include "routes.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define THREADS 4
#define CONNECTION_MEMORY (256 * 1024)
#define MAX_CONNECTIONS 12000

const char *sb_header_of(struct sb_exchange *ex, const char *name)
{
    return MHD_lookup_connection_value(ex->connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result add_query(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    struct sb_exchange *ex = cls;
    (void)kind;
    bool has_nul = memchr(name, 0, name_size) != NULL ||
                   (value != NULL && memchr(value, 0, value_size) != NULL);
    if (has_nul) {
        ex->refused = true;
        sb_fail(&ex->res, 400, "the query has a NUL character");
        return MHD_YES;
    }
    return sb_params_add(&ex->req.query, name, name_size, value, value_size) ? MHD_YES : MHD_NO;
}

static struct sb_exchange *begin(struct sb_server *server, struct MHD_Connection *connection,
                                 const char *path, const char *method)
{
    struct sb_exchange *ex = calloc(1, sizeof *ex);
    if (ex == NULL) {
        return NULL;
    }
    ex->server = server;
    ex->connection = connection;
    ex->started_us = sb_monotonic_us();
    ex->req.method = strdup(method);
    ex->req.path = strdup(path);
    ex->req.options = server->options;
    ex->req.store = server->store;
    ex->req.now_ms = sb_clock_ms(server->clock);
    sb_uuid_random(ex->req.trace_id);
    sb_response_init(&ex->res);
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, add_query, ex);
    bool admitted = sb_admit(ex);
    if (ex->refused && admitted) {
        sb_fail(&ex->res, 400, "the query has a NUL character");
    }
    ex->refused = ex->refused || !admitted;
    if (!ex->refused) {
        sb_body_begin(ex);
    }
    return ex;
}

static void end(struct sb_exchange *ex)
{
    sb_body_done(ex);
    sb_response_done(&ex->res);
    free((char *)ex->req.method);
    free((char *)ex->req.path);
    free(ex);
}

static void take_fault(struct sb_exchange *ex)
{
    if (ex->refused || ex->has_fault) {
        return;
    }
    if (ex->target == SB_TO_TOKEN) {
        ex->has_fault = sb_faults_take(ex->server->faults, "token", "token", &ex->fault);
    } else if (ex->target == SB_TO_OPERATION) {
        ex->has_fault =
            sb_faults_take(ex->server->faults, ex->req.route->id, ex->req.route->name, &ex->fault);
    }
}

/* The whole request is there. */
static enum MHD_Result finish(struct sb_exchange *ex)
{
    if (!ex->delayed) {
        sb_body_end(ex);
        take_fault(ex);
        if (ex->has_fault && ex->fault.moment == SB_FAULT_DELAY) {
            ex->delayed = true;
            if (sb_delay_suspend(ex->server->delay, ex->connection, ex->fault.number)) {
                return MHD_YES;
            }
        }
    }
    if (!ex->refused && !ex->body_failed) {
        sb_dispatch(ex);
    }
    enum MHD_Result result = sb_send(ex);
    if (ex->server->record != NULL && ex->target != SB_TO_CONTROL) {
        sb_record_write(ex->server->record, ex, result != MHD_YES);
    }
    return result;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_size, void **con_cls)
{
    struct sb_exchange *ex = *con_cls;
    (void)version;
    if (ex == NULL) {
        *con_cls = begin(cls, connection, url, method);
        return *con_cls != NULL ? MHD_YES : MHD_NO;
    }
    if (*data_size > 0) {
        sb_body_take(ex, data, *data_size);
        *data_size = 0;
        return MHD_YES;
    }
    return finish(ex);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)connection;
    (void)how;
    if (*con_cls != NULL) {
        end(*con_cls);
        *con_cls = NULL;
    }
}

static int open_socket(const struct addrinfo *address, bool fixed)
{
    int one = 1;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    /* a fixed port may be taken again at once; a free one is free of what was there before */
    if ((fixed && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

static unsigned port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    memset(&address, 0, sizeof address);
    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    /* the port stands at one place in both families */
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

bool sb_server_listen(struct sb_server *server, const char *host, unsigned port, unsigned *ret_port,
                      char *ret_error, size_t size)
{
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof service, "%u", port);
    int code = getaddrinfo(host, service, &hints, &found);
    if (code != 0) {
        snprintf(ret_error, size, "%s: %s", host, gai_strerror(code));
        return false;
    }
    server->socket = open_socket(found, port != 0);
    int why = errno;
    freeaddrinfo(found);
    if (server->socket < 0) {
        snprintf(ret_error, size, "cannot listen on %s port %u: %s", host, port, strerror(why));
        return false;
    }
    *ret_port = port_of(server->socket);
    return true;
}

bool sb_server_start(struct sb_server *server, char *ret_error, size_t size)
{
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
        0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)server->socket,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)THREADS, MHD_OPTION_CONNECTION_TIMEOUT, 120u, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)65536,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS, MHD_OPTION_END);
    if (server->daemon == NULL) {
        snprintf(ret_error, size, "the server cannot be started: %s", strerror(errno));
        return false;
    }
    return true;
}

void sb_server_stop(struct sb_server *server)
{
    if (server->daemon != NULL) {
        sb_delay_wake_all(server->delay);
        MHD_stop_daemon(server->daemon);
        server->daemon = NULL;
    }
}
