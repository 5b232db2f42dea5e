/* The protocol: https://modelcontextprotocol.io/specification */
#include <string.h>

#include "json_text.h"
#include "mcp.h"
#include "suggest.h"

#ifndef FCM_VERSION
#define FCM_VERSION "0.0.0"
#endif

/* The newest first: that is what a client gets that asks for one that isn't here. */
static const char *const versions[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};

static const char instructions[] = "Each tool is one action of a security service. Queries answer "
                                   "ids or a page of 25 items: narrow "
                                   "them with their filter, or go on with offset or after; get_* "
                                   "tools read what ids name. An answer "
                                   "says what it left out. isError with outcome \"unknown\" means "
                                   "that a change may have been made: "
                                   "look before you repeat it.";

struct request {
    struct json_object *id; /* NULL: a notification */
    struct json_object *params;
};

static void initialize(struct mcp *mcp, const struct request *request)
{
    const char *asked = json_get_text(request->params, "protocolVersion"), *version = versions[0];
    if (!asked) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS, "protocolVersion is missing");
        return;
    }
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
        if (strcmp(versions[i], asked) == 0)
            version = versions[i];
    struct json_object *result = json_object_new_object(), *server = json_object_new_object();
    struct json_object *capabilities = json_object_new_object();
    json_object_object_add(capabilities, "tools", json_object_new_object());
    json_object_object_add(server, "name", json_object_new_string("soarhost"));
    json_object_object_add(server, "title", json_object_new_string("soarhost"));
    json_object_object_add(server, "version", json_object_new_string(FCM_VERSION));
    json_object_object_add(result, "protocolVersion", json_object_new_string(version));
    json_object_object_add(result, "capabilities", capabilities);
    json_object_object_add(result, "serverInfo", server);
    json_object_object_add(result, "instructions", json_object_new_string(instructions));
    mcp_result(mcp, request->id, result);
}

static void ping(struct mcp *mcp, const struct request *request)
{
    mcp_result(mcp, request->id, json_object_new_object());
}

static void list_tools(struct mcp *mcp, const struct request *request)
{
    if (json_get(request->params, "cursor")) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS,
                  "no cursor was given out: the list is whole");
        return;
    }
    struct json_object *result = json_object_new_object();
    json_object_object_add(result, "tools", json_object_get(mcp->tools));
    mcp_result(mcp, request->id, result);
}

static void no_such_tool(struct mcp *mcp, const struct request *request, const char *name)
{
    const struct actions *actions = &mcp->instance->actions;
    char hint[256];
    if (actions_find(actions, name, NULL)) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS,
                  "Unknown tool: %s (this server was started without it)", name);
        return;
    }
    suggest_hint(name, actions->names, actions->n, hint, sizeof(hint));
    mcp_error(mcp, request->id, MCP_INVALID_PARAMS, "Unknown tool: %.200s%s%s%s", name,
              hint[0] ? " (" : "", hint, hint[0] ? ")" : "");
}

static void call_tool(struct mcp *mcp, const struct request *request)
{
    const char *name = json_get_text(request->params, "name");
    struct json_object *arguments = json_get(request->params, "arguments");
    struct json_object *token = json_get(json_get(request->params, "_meta"), "progressToken");
    if (!name) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS, "name is missing or no string");
        return;
    }
    if (arguments && !json_object_is_type(arguments, json_type_object)) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS, "arguments is no object");
        return;
    }
    if (token && !json_object_is_type(token, json_type_string) &&
        !json_object_is_type(token, json_type_int)) {
        mcp_error(mcp, request->id, MCP_INVALID_PARAMS,
                  "progressToken is neither string nor integer");
        return;
    }
    const struct action *action = mcp_tool(&mcp->instance->actions, mcp->instance->options, name);
    if (action)
        mcp_call_start(mcp, request->id, action, arguments, token);
    else
        no_such_tool(mcp, request, name);
}

static void cancelled(struct mcp *mcp, const struct request *request)
{
    mcp_call_cancel(mcp, json_get(request->params, "requestId"));
}

static const struct {
    const char *name;
    bool notification;
    void (*take)(struct mcp *mcp, const struct request *request);
} methods[] = {
    {"initialize", false, initialize},
    {"ping", false, ping},
    {"tools/list", false, list_tools},
    {"tools/call", false, call_tool},
    {"notifications/cancelled", true, cancelled},
};

static void take_message(struct mcp *mcp, struct json_object *message)
{
    const char *version = json_get_text(message, "jsonrpc"),
               *method = json_get_text(message, "method");
    struct request request = {json_get(message, "id"), json_get(message, "params")};
    bool bad_id = json_object_object_get_ex(message, "id", NULL) &&
                  !json_object_is_type(request.id, json_type_string) &&
                  !json_object_is_type(request.id, json_type_int);
    if (!method && (json_get(message, "result") || json_get(message, "error")))
        return; /* an answer, though nothing was asked */
    if (!version || strcmp(version, "2.0") != 0 || !method || bad_id) {
        mcp_error(
            mcp, bad_id ? NULL : request.id, MCP_INVALID_REQUEST,
            "no request of JSON-RPC 2.0: jsonrpc, method, and an id that is a string or integer");
        return;
    }
    if (request.params && !json_object_is_type(request.params, json_type_object)) {
        if (request.id)
            mcp_error(mcp, request.id, MCP_INVALID_PARAMS, "params is no object");
        return;
    }
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(methods[i].name, method) == 0 && methods[i].notification == !request.id) {
            methods[i].take(mcp, &request);
            return;
        }
    }
    if (request.id)
        mcp_error(mcp, request.id, MCP_NO_METHOD, "Method not found: %.200s", method);
}

void mcp_take_line(struct mcp *mcp, const char *line, size_t len)
{
    struct json_object *value = NULL;
    struct host_error err;
    if (!json_text_parse(line, len, "message", &value, &err)) {
        mcp_error(mcp, NULL, MCP_PARSE_ERROR, "Parse error: %s (%s)", err.message, err.where);
        return;
    }
    if (json_object_is_type(value, json_type_object)) {
        take_message(mcp, value);
    } else if (json_object_is_type(value, json_type_array) && json_object_array_length(value) > 0) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            take_message(mcp, json_object_array_get_idx(value, i));
    } else {
        mcp_error(mcp, NULL, MCP_INVALID_REQUEST, "a message is an object");
    }
    json_object_put(value);
}
