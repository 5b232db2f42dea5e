#include "server.h"
#include "ids.h"
#include "request.h"
#include "routes.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

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

/* The switches of the cloud that this connection came to. */
static const struct sb_options *options_of(struct sb_server *server,
                                           struct MHD_Connection *connection)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    size_t i = 0;
    if (server->cloud_count > 1 &&
        getsockname(
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
            (struct sockaddr *)&address, &size) == 0) {
        /* the port stands at one place in all families */
        while (i < server->cloud_count - 1 && server->clouds[i].port != ntohs(address.sin_port)) {
            i++;
        }
    }
    return &server->clouds[i].options;
}

static void take_fault(struct sb_exchange *ex)
{
    struct sb_faults *faults = ex->server->faults;
    if (ex->target == SB_TO_TOKEN) {
        ex->has_fault = sb_faults_take(faults, "token", "token", &ex->fault);
    } else if (ex->target == SB_TO_OPERATION) {
        ex->has_fault = sb_faults_take(faults, ex->req.route->id, ex->req.route->name, &ex->fault);
    }
    if (ex->has_fault && ex->fault.kind == SB_FAULT_CLOCK_AHEAD) {
        ex->ahead_ms = ex->fault.number * 1000;
        ex->req.now_ms += ex->ahead_ms;
    }
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
    ex->req.options = options_of(server, connection);
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
        take_fault(ex);
        sb_body_begin(ex);
    }
    return ex;
}

static void end(struct sb_exchange *ex)
{
    sb_body_done(ex);
    sb_response_done(&ex->res);
    if (ex->stream != NULL) {
        MHD_destroy_response(ex->stream);
    }
    free(ex->shown);
    free((char *)ex->req.method);
    free((char *)ex->req.path);
    free(ex);
}

/* Goes to sleep if the fault is this kind of wait. */
static bool waits(struct sb_exchange *ex, enum sb_fault_kind kind)
{
    return ex->has_fault && ex->fault.kind == kind &&
           sb_delay_suspend(ex->server->delay, ex->connection, ex->fault.number);
}

static void note(struct sb_exchange *ex, bool dropped)
{
    char *summary = sb_request_log_add(ex->server->log, ex, dropped);
    if (summary != NULL) {
        sb_events_tell(ex->server->events, "request", summary);
    }
    free(summary);
}

/* Recorded first: who gets the answer, or sees the connection drop, may look. */
static enum MHD_Result record_and_send(struct sb_exchange *ex)
{
    bool dropped = ex->has_fault && sb_fault_drops(&ex->fault);
    bool shown = ex->target != SB_TO_CONTROL && ex->target != SB_TO_PAGE;
    ex->stage = SB_SENT;
    if (ex->server->record != NULL && shown) {
        sb_record_write(ex->server->record, ex, dropped);
    }
    enum MHD_Result result = sb_send(ex);
    if (shown) {
        note(ex, dropped || result != MHD_YES);
    }
    return result;
}

/* The whole request is there. Called again after each sleep. */
static enum MHD_Result finish(struct sb_exchange *ex)
{
    if (ex->stage == SB_READING) {
        sb_body_end(ex);
        ex->stage = SB_READ;
        if (waits(ex, SB_FAULT_WAIT_FIRST)) {
            return MHD_YES;
        }
    }
    if (ex->stage == SB_READ) {
        ex->stage = SB_ANSWERED;
        if (!ex->refused) {
            sb_dispatch(ex);
        }
        if (waits(ex, SB_FAULT_WAIT_LAST)) {
            return MHD_YES;
        }
    }
    /* What the raw side has sent ends here: the connection is dropped. */
    return ex->stage == SB_ANSWERED ? record_and_send(ex) : MHD_NO;
}

/* Some bytes of the body. */
static enum MHD_Result take(struct sb_exchange *ex, const char *data, size_t size)
{
    sb_body_take(ex, data, size);
    ex->received += size;
    bool cut = ex->has_fault && ex->fault.kind == SB_FAULT_RESET_UPLOAD &&
               ex->received >= (uint64_t)ex->fault.number;
    return cut ? record_and_send(ex) : MHD_YES;
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
        size_t size = *data_size;
        *data_size = 0;
        return take(ex, data, size);
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

bool sb_server_listen(struct sb_server *server, const char *host, unsigned port, char *ret_error,
                      size_t size)
{
    for (size_t i = 0; i < server->cloud_count; i++) {
        struct sb_cloud *cloud = &server->clouds[i];
        if (!sb_listen_open(server->listen, host, i == 0 ? port : 0, &cloud->port, ret_error,
                            size)) {
            return false;
        }
        snprintf(cloud->url, sizeof cloud->url,
                 strchr(host, ':') != NULL ? "http://[%s]:%u" : "http://%s:%u", host, cloud->port);
        cloud->options.base_url = cloud->url;
    }
    return true;
}

/* Each connection takes a descriptor, as does each client's end of it where that is in the same
 * shell: as many as the system lets us have. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

bool sb_server_start(struct sb_server *server, char *ret_error, size_t size)
{
    raise_limit();
    /* poll and not epoll: on edges alone libmicrohttpd misses the end of a stream that comes together
     * with the last bytes, and holds the dead connection until it times out. */
    server->daemon = MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
            MHD_USE_NO_LISTEN_SOCKET,
        0, NULL, NULL, on_request, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_TIMEOUT, 120u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)65536, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MAX_CONNECTIONS, MHD_OPTION_END);
    if (server->daemon == NULL || !sb_listen_start(server->listen, server->daemon)) {
        snprintf(ret_error, size, "the server cannot be started: %s", strerror(errno));
        return false;
    }
    return true;
}

void sb_server_stop(struct sb_server *server)
{
    if (server->daemon != NULL) {
        sb_listen_stop(server->listen);
        sb_delay_wake_all(server->delay);
        sb_front_stop(server->front);
        sb_events_stop(server->events);
        MHD_stop_daemon(server->daemon);
        server->daemon = NULL;
    }
}
