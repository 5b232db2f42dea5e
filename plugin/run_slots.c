/* What exchanges of calls of soar_submit need, used again for the next ones; and the requests that
 * calls send before their turn: only where a connection is free and nobody waits for one. */
#include <stdlib.h>

#include "run_async_private.h"

bool run_have_slot(struct async *async)
{
    if (async->idle != NULL)
        return true;
    async->idle = calloc(1, sizeof(*async->idle));
    if (async->idle != NULL)
        http_response_init(&async->idle->job.response, 0);
    return async->idle != NULL;
}

struct slot *run_take_slot(struct run *run, struct http_request *request)
{
    struct async *async = run->async;
    struct slot *slot = async->idle;
    struct transport_job *job = &slot->job;

    async->idle = slot->next;
    slot->next = NULL;
    slot->arrived = false;
    job->request = request;
    job->owner = run;
    job->io = (struct transport_io){.deadline_ms = call_deadline_ms(run->call)};
    instance_take_spare(async->instance, &job->response.body);
    job->response.body.max = (size_t)request->max_response_bytes;
    return slot;
}

void run_give_slot(struct async *async, struct slot *slot)
{
    struct http_response *response = &slot->job.response;

    http_response_reset(response);
    instance_keep_spare(async->instance, &response->body);
    slot->next = async->idle;
    async->idle = slot;
}

void run_free_slots(struct async *async)
{
    while (async->idle != NULL) {
        struct slot *slot = async->idle;
        async->idle = slot->next;
        http_response_done(&slot->job.response);
        free(slot);
    }
}

/* ------------------------------------------------------------------ before their turn */

/* Takes the slot of that request out of what the call sent ahead. */
static struct slot *take_out(struct run *run, const struct http_request *request)
{
    struct slot **at = &run->ahead;

    while ((*at)->job.request != request)
        at = &(*at)->next;
    struct slot *slot = *at;
    *at = slot->next;
    slot->next = NULL;
    return slot;
}

static void give_up(struct run *run, struct http_request *request)
{
    struct async *async = run->async;
    struct slot *slot = take_out(run, request);

    if (!slot->arrived)
        transport_loop_stop(async->loop, &slot->job, HTTP_CANCELLED);
    call_ahead_over(run->call, request, &slot->job.response, run_time(async));
    run_give_slot(async, slot);
}

void run_send_ahead(struct run *run, bool others_wait)
{
    struct async *async = run->async;
    struct http_request *request;

    while (!others_wait && transport_loop_room(async->loop) && run_have_slot(async) &&
           (request = call_ahead(run->call, run_time(async))) != NULL) {
        struct slot *slot = run_take_slot(run, request);
        slot->next = run->ahead;
        run->ahead = slot;
        slot->arrived = !transport_loop_start(async->loop, &slot->job);
        if (slot->arrived) {
            give_up(run, request);
            return;
        }
    }
}

void run_ahead_is_told(struct run *run, struct slot *slot)
{
    slot->arrived = true;
    slot->at = run_time(run->async);
    call_ahead_told(run->call, slot->job.request, &slot->job.response, slot->at);
}

void run_ahead_turn(struct run *run, const struct http_request *request)
{
    run->slot = take_out(run, request);
}

void run_drop_ahead(struct run *run)
{
    struct http_request *request;

    while (run->ahead != NULL && (request = call_unwanted(run->call)) != NULL)
        give_up(run, request);
}
