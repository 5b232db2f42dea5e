/*
 * What is no HTTP, or more of it than fits, is answered by libmicrohttpd itself, with pages of its
 * own in HTML. The service's gateway speaks as the service does; so the one function by which the
 * library sends such a page is taken over here: the program's own definition goes before the
 * library's, which is asked by the next name. Without that (a library that binds its calls within)
 * the pages would be sent as they are, and tests/e2e/sandbox_bad_http.c would say so.
 */
#include "exchange.h"
#include "ids.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static struct MHD_Response *refusal(unsigned status)
{
    char trace[SB_UUID_SIZE], *text = NULL;
    sb_uuid_random(trace);
    int size = asprintf(&text,
                        "{\"meta\":{\"query_time\":0.0,\"trace_id\":\"%s\"},"
                        "\"errors\":[{\"code\":%u,\"message\":\"%u: %s\"}]}",
                        trace, status, status, MHD_get_reason_phrase_for(status));
    if (size < 0) {
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer((size_t)size, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return NULL;
    }
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "X-Cs-TraceId", trace);
    return response;
}

__attribute__((visibility("default"))) enum MHD_Result
MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                   struct MHD_Response *response)
{
    struct MHD_Response *own = status >= 400 ? refusal(status) : NULL;
    enum MHD_Result result = sb_queue(connection, status, own != NULL ? own : response);
    if (own != NULL) {
        MHD_destroy_response(own);
    }
    return result;
}
