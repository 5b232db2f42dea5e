/*
 * What is no HTTP, or more of it than fits, is answered by libmicrohttpd itself, with pages of its
 * own in HTML. The service's gateway speaks as the service does; so the one function by which the
 * library sends such a page is taken over here: the program's own definition goes before the
 * library's, which is asked by the next name. Without that (a library that binds its calls within)
 * the pages would be sent as they are, and tests/e2e/sandbox_bad_http.c would say so. The answer is
 * sent here, since libmicrohttpd 0.9.75 sends the head of some such answers twice.
 */
#include "exchange.h"
#include "ids.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

typedef enum MHD_Result queue_function(struct MHD_Connection *connection, unsigned status,
                                       struct MHD_Response *response);

static queue_function *library_queue;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_library(void)
{
    void *found = dlsym(RTLD_NEXT, "MHD_queue_response");
    memcpy(&library_queue, &found, sizeof library_queue);
}

enum MHD_Result sb_queue(struct MHD_Connection *connection, unsigned status,
                         struct MHD_Response *response)
{
    pthread_once(&once, find_library);
    return library_queue != NULL ? library_queue(connection, status, response) : MHD_NO;
}

/* Small enough for any socket's buffer; a client for which it isn't sees the connection close. */
static void send_refusal(struct MHD_Connection *connection, unsigned status)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const char *reason = MHD_get_reason_phrase_for(status);
    char trace[SB_UUID_SIZE], body[256], text[768];
    sb_uuid_random(trace);
    int size = snprintf(body, sizeof body,
                        "{\"meta\":{\"query_time\":0.0,\"powered_by\":\"crowdstrike-api-gateway\","
                        "\"trace_id\":\"%s\"},\"errors\":[{\"code\":%u,\"message\":\"%u: %s\"}]}",
                        trace, status, status, reason);
    size = snprintf(text, sizeof text,
                    "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    "X-Cs-TraceId: %s\r\nX-RateLimit-Limit: 6000\r\nX-RateLimit-Remaining: 5999\r\n"
                    "Content-Length: %d\r\n\r\n%s",
                    status, reason, trace, size, body);
    if (info != NULL) {
        (void)!send(info->connect_fd, text, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

__attribute__((visibility("default"))) enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                   struct MHD_Response *response)
{
    (void)response;
    send_refusal(connection, status);
    return MHD_NO; /* the library closes the connection */
}
