#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mcp.h"
#include "memory.h"

void mcp_send(struct mcp *mcp, struct json_object *message)
{
    const char *text = json_object_to_json_string_ext(message, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE);
    pthread_mutex_lock(&mcp->out_lock);
    fprintf(stdout, "%s\n", text);
    fflush(stdout);
    pthread_mutex_unlock(&mcp->out_lock);
    json_object_put(message);
}

static struct json_object *answer_to(struct json_object *id)
{
    struct json_object *message = json_object_new_object();
    json_object_object_add(message, "jsonrpc", json_object_new_string("2.0"));
    json_object_object_add(message, "id", json_object_get(id));
    return message;
}

void mcp_result(struct mcp *mcp, struct json_object *id, struct json_object *result)
{
    struct json_object *message = answer_to(id);
    json_object_object_add(message, "result", result);
    mcp_send(mcp, message);
}

void mcp_error(struct mcp *mcp, struct json_object *id, int code, const char *format, ...)
{
    struct json_object *message = answer_to(id), *error = json_object_new_object();
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    json_object_object_add(error, "code", json_object_new_int(code));
    json_object_object_add(error, "message", json_object_new_string(text));
    json_object_object_add(message, "error", error);
    mcp_send(mcp, message);
}
