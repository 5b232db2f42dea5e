/*
 * mcp.h - the inside of `soarhost mcp`, a server of the Model Context Protocol on stdin and stdout.
 *
 * One thread reads and answers; each tools/call has a thread of its own, so that pings, cancellations
 * and further calls are taken while it runs.
 */
#ifndef SOARHOST_MCP_H
#define SOARHOST_MCP_H

#include <json-c/json.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instance.h"

/* Most calls at a time; a further one is refused. */
#define MCP_MOST_CALLS 32
/* Items of a page where a call does not say how many. */
#define MCP_PAGE 25
/* Most bytes of the resources in an answer; at least one resource is given. */
#define MCP_MOST_BYTES 32768

/* Codes of JSON-RPC. */
#define MCP_PARSE_ERROR (-32700)
#define MCP_INVALID_REQUEST (-32600)
#define MCP_NO_METHOD (-32601)
#define MCP_INVALID_PARAMS (-32602)
#define MCP_BUSY (-32000)

struct mcp_call;

/* A session. */
struct mcp {
    struct instance *instance;
    struct json_object *tools; /* what tools/list answers; of the reading thread */
    pthread_mutex_t out_lock;  /* stdout */
    pthread_mutex_t lock;      /* calls, n_calls, last_call_id */
    pthread_cond_t ended;      /* a call has ended; waits by CLOCK_MONOTONIC */
    struct mcp_call *calls;
    size_t n_calls;
    uint64_t last_call_id;
};

/* ---- mcp_wire.c: messages */

/* mcp_send - writes a message as one line and puts it. Any thread. */
void mcp_send(struct mcp *mcp, struct json_object *message);
/* mcp_result, mcp_error - answers a request; id (NULL = JSON null) is borrowed, result is taken. */
void mcp_result(struct mcp *mcp, struct json_object *id, struct json_object *result);
void mcp_error(struct mcp *mcp, struct json_object *id, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- mcp_session.c: what a line asks for */

/* mcp_take_line - acts on one line: a message, or a batch of them. */
void mcp_take_line(struct mcp *mcp, const char *line, size_t len);

/* ---- mcp_tools.c: which actions are tools, and how they are told */

/* mcp_tools - the list for tools/list, which the caller puts: the actions that options allow, without
 * what only other hosts need. */
struct json_object *mcp_tools(const struct actions *actions, const struct options *options);
/* mcp_tool - an action that options allow, or NULL. */
const struct action *mcp_tool(const struct actions *actions, const struct options *options,
                              const char *name);

/* ---- mcp_call.c: calls in flight */

/* mcp_call_start - begins a call; it answers by itself. arguments and token may be NULL, all three
 * are borrowed. */
void mcp_call_start(struct mcp *mcp, struct json_object *id, const struct action *action,
                    struct json_object *arguments, struct json_object *token);
/* mcp_call_cancel - ends the call of that id, which then answers nothing. Unknown: nothing happens. */
void mcp_call_cancel(struct mcp *mcp, struct json_object *id);
/* mcp_calls_cancel_again - tells the plugin once more of calls that it may not have known yet. True
 * where there are such. */
bool mcp_calls_cancel_again(struct mcp *mcp);
/* mcp_calls_end - waits for all calls; with `cancel`, or once a signal comes, it cancels them. */
void mcp_calls_end(struct mcp *mcp, bool cancel);
/* mcp_progress - of the call that this thread carries out: sends it where the client wants to know.
 * Other than 0 where the call is cancelled. */
int32_t mcp_progress(uint64_t done, uint64_t total);

/* ---- mcp_answer.c: results small enough for a model */

/* mcp_input - the arguments as the plugin gets them: a page is MCP_PAGE items where nothing else is
 * said. The caller frees it. */
char *mcp_input(const struct action *action, struct json_object *arguments);
/* mcp_answer - the result of tools/call for an outcome, whose document it changes. The caller puts
 * it. */
struct json_object *mcp_answer(const struct options *options, struct outcome *outcome);

#endif
