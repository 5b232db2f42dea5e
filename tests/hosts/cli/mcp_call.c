#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "interrupt.h"
#include "mcp.h"
#include "memory.h"

/* How often a cancel is tried again that came before the plugin knew of the call. */
#define AGAIN_NS 10000000

/* A call in flight. What json-c counts is not shared between threads, so id and token are texts. */
struct mcp_call {
    struct mcp_call *next;
    struct mcp *mcp;
    const struct action *action;
    char *id, *token; /* JSON; token NULL: progress is not wanted */
    char *input;
    uint64_t call_id;
    uint64_t told; /* progress so far; of the calling thread, inside the plugin */
    atomic_bool cancelled;
};

/* The call that this thread carries out. */
static _Thread_local struct mcp_call *mine;

static char *json_of(struct json_object *value)
{
    return value ? host_strdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN))
                 : NULL;
}

static void call_free(struct mcp_call *call)
{
    free(call->id);
    free(call->token);
    free(call->input);
    free(call);
}

/* The lock is held. NULL where there is none of that id. */
static struct mcp_call *find(struct mcp *mcp, const char *id)
{
    struct mcp_call *call = mcp->calls;
    while (call && strcmp(call->id, id) != 0)
        call = call->next;
    return call;
}

static void leave(struct mcp_call *call)
{
    struct mcp *mcp = call->mcp;
    pthread_mutex_lock(&mcp->lock);
    struct mcp_call **at = &mcp->calls;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    mcp->n_calls--;
    pthread_cond_broadcast(&mcp->ended);
    pthread_mutex_unlock(&mcp->lock);
    call_free(call);
}

static void *carry_out(void *cls)
{
    struct mcp_call *call = cls;
    struct mcp *mcp = call->mcp;
    struct outcome outcome;
    soar_call asked = {.struct_size = sizeof(asked),
                       .flags = mcp->instance->options->dry_run ? SOAR_CALL_DRY_RUN : 0,
                       .call_id = call->call_id,
                       .action = call->action->name,
                       .action_len = strlen(call->action->name),
                       .input = call->input,
                       .input_len = strlen(call->input),
                       .timeout_ms = mcp->instance->options->timeout_ms,
                       .in_fd = -1,
                       .out_fd = -1};
    mine = call;
    if (!atomic_load(&call->cancelled)) {
        instance_invoke(mcp->instance, &asked, &outcome);
        if (!atomic_load(&call->cancelled)) {
            struct json_object *id = json_tokener_parse(call->id);
            mcp_result(mcp, id, mcp_answer(mcp->instance->options, &outcome));
            json_object_put(id);
        }
        outcome_done(&outcome);
    }
    leave(call);
    return NULL;
}

/* Takes the call in; what is wrong with it, or NULL. */
static const char *enter(struct mcp *mcp, struct mcp_call *call)
{
    const char *wrong = NULL;
    pthread_mutex_lock(&mcp->lock);
    if (find(mcp, call->id)) {
        wrong = "a request of this id is in flight";
    } else if (mcp->n_calls == MCP_MOST_CALLS) {
        wrong = "too many calls at a time: wait for one to end";
    } else {
        call->call_id = ++mcp->last_call_id;
        call->next = mcp->calls;
        mcp->calls = call;
        mcp->n_calls++;
    }
    pthread_mutex_unlock(&mcp->lock);
    return wrong;
}

void mcp_call_start(struct mcp *mcp, struct json_object *id, const struct action *action,
                    struct json_object *arguments, struct json_object *token)
{
    struct mcp_call *call = host_alloc(sizeof(*call));
    pthread_attr_t detached;
    pthread_t thread;
    call->mcp = mcp;
    call->action = action;
    call->id = json_of(id);
    call->token = json_of(token);
    call->input = mcp_input(action, arguments);
    const char *wrong = enter(mcp, call);
    if (wrong) {
        mcp_error(mcp, id, MCP_BUSY, "%s", wrong);
        call_free(call);
        return;
    }
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &detached, carry_out, call) != 0) {
        mcp_error(mcp, id, MCP_BUSY, "no thread is left for the call");
        leave(call);
    }
    pthread_attr_destroy(&detached);
}

/* The lock is held. The plugin may not know the call yet: then it is told again. */
static void cancel(struct mcp_call *call)
{
    atomic_store(&call->cancelled, true);
    (void)call->mcp->instance->api.cancel(call->mcp->instance->plugin, call->call_id);
}

void mcp_call_cancel(struct mcp *mcp, struct json_object *id)
{
    char *text = json_of(id);
    pthread_mutex_lock(&mcp->lock);
    struct mcp_call *call = text ? find(mcp, text) : NULL;
    if (call)
        cancel(call);
    pthread_mutex_unlock(&mcp->lock);
    free(text);
}

bool mcp_calls_cancel_again(struct mcp *mcp)
{
    bool any = false;
    pthread_mutex_lock(&mcp->lock);
    for (struct mcp_call *call = mcp->calls; call; call = call->next) {
        if (atomic_load(&call->cancelled)) {
            cancel(call);
            any = true;
        }
    }
    pthread_mutex_unlock(&mcp->lock);
    return any;
}

void mcp_calls_end(struct mcp *mcp, bool cancel_all)
{
    pthread_mutex_lock(&mcp->lock);
    while (mcp->calls) {
        struct timespec until;
        for (struct mcp_call *call = mcp->calls; call; call = call->next)
            if (cancel_all || interrupted())
                cancel(call);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += AGAIN_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&mcp->ended, &mcp->lock, &until);
    }
    pthread_mutex_unlock(&mcp->lock);
}

int32_t mcp_progress(uint64_t done, uint64_t total)
{
    struct mcp_call *call = mine;
    if (!call || atomic_load(&call->cancelled))
        return call != NULL;
    if (call->token && done > call->told) {
        struct json_object *message = json_object_new_object(), *params = json_object_new_object();
        call->told = done;
        json_object_object_add(params, "progressToken", json_tokener_parse(call->token));
        json_object_object_add(params, "progress", json_object_new_int64((int64_t)done));
        if (total > 0)
            json_object_object_add(params, "total", json_object_new_int64((int64_t)total));
        json_object_object_add(message, "jsonrpc", json_object_new_string("2.0"));
        json_object_object_add(message, "method", json_object_new_string("notifications/progress"));
        json_object_object_add(message, "params", params);
        mcp_send(call->mcp, message);
    }
    return 0;
}
