#include "run_ahead.h"

#include <stdlib.h>

#include "base/clock.h"

/* An exchange, and its answer until its turn comes. */
struct place {
    struct transport_job job; /* first: the transport knows no more */
    bool used;
    struct now at; /* when it was through */
};

struct run_ahead {
    struct instance *instance;
    struct flight *flight;
    struct call *call;
    struct transport_few *few;
    const struct http_request *turn; /* whose turn it is; NULL = none */
    size_t n;
    struct place places[];
};

static void on_told(struct transport_job *job)
{
    struct place *place = (struct place *)job;
    struct run_ahead *ahead = job->owner;

    place->at = clock_now(ahead->instance->host.now_ms, ahead->instance->host.ctx);
    if (job->request != ahead->turn)
        call_ahead_told(ahead->call, job->request, &job->response, place->at);
}

struct run_ahead *run_ahead_new(struct instance *instance, struct flight *flight, struct call *call)
{
    size_t most = (size_t)instance->config.limits.ahead;
    struct run_ahead *ahead = calloc(1, sizeof(*ahead) + most * sizeof(struct place));
    if (ahead == NULL)
        return NULL;
    ahead->instance = instance;
    ahead->flight = flight;
    ahead->call = call;
    ahead->n = most;
    for (size_t i = 0; i < ahead->n; i++)
        http_response_init(&ahead->places[i].job.response, 0);
    ahead->few = transport_few_new(instance->transport, on_told);
    if (ahead->few != NULL)
        return ahead;
    free(ahead);
    return NULL;
}

/* ------------------------------------------------------------------ places */

static struct place *find(struct run_ahead *ahead, const struct http_request *request)
{
    for (size_t i = 0; i < ahead->n; i++)
        if (ahead->places[i].used && ahead->places[i].job.request == request)
            return &ahead->places[i];
    return NULL;
}

static struct place *unused(struct run_ahead *ahead)
{
    for (size_t i = 0; i < ahead->n; i++)
        if (!ahead->places[i].used)
            return &ahead->places[i];
    return NULL;
}

static bool start(struct run_ahead *ahead, struct place *place, struct http_request *request)
{
    struct transport_job *job = &place->job;

    http_response_reset(&job->response);
    job->response.body.max = (size_t)request->max_response_bytes;
    if (job->response.body.cap == 0)
        instance_take_spare(ahead->instance, &job->response.body);
    job->request = request;
    job->owner = ahead;
    job->io = (struct transport_io){.deadline_ms = call_deadline_ms(ahead->call)};
    place->used = true;
    return transport_few_start(ahead->few, job);
}

static void give_up(struct run_ahead *ahead, struct place *place)
{
    struct http_response *response = &place->job.response;
    struct now now = clock_now(ahead->instance->host.now_ms, ahead->instance->host.ctx);

    if (place->job.ride != NULL)
        transport_few_stop(ahead->few, &place->job, HTTP_CANCELLED);
    call_ahead_over(ahead->call, place->job.request, response, now);
    http_response_reset(response);
    place->used = false;
}

void run_ahead_drop(struct run_ahead *ahead)
{
    struct http_request *request;

    while ((request = call_unwanted(ahead->call)) != NULL)
        give_up(ahead, find(ahead, request));
}

void run_ahead_free(struct run_ahead *ahead)
{
    if (ahead == NULL)
        return;
    run_ahead_drop(ahead);
    for (size_t i = 0; i < ahead->n; i++) {
        instance_keep_spare(ahead->instance, &ahead->places[i].job.response.body);
        http_response_done(&ahead->places[i].job.response);
    }
    transport_few_free(ahead->few);
    free(ahead);
}

/* ------------------------------------------------------------------ exchanges */

static void send_ahead(struct run_ahead *ahead)
{
    struct now now = clock_now(ahead->instance->host.now_ms, ahead->instance->host.ctx);
    struct http_request *request;
    struct place *place;

    while ((place = unused(ahead)) != NULL && transport_few_room(ahead->few) &&
           (request = call_ahead(ahead->call, now)) != NULL)
        if (!start(ahead, place, request)) {
            give_up(ahead, place);
            return;
        }
}

void run_ahead_exchange(struct run_ahead *ahead, const struct call_step *step)
{
    bool send = step->want == CALL_SEND;
    /* one is free: that of the answer before */
    struct place *place = send ? unused(ahead) : find(ahead, step->request);

    ahead->turn = step->request;
    bool fine = !send || start(ahead, place, step->request);
    if (fine)
        send_ahead(ahead);
    transport_few_wait(ahead->few, &place->job, INT64_MAX, &ahead->flight->interrupt);
    ahead->turn = NULL;
    if (!fine)
        place->at = clock_now(ahead->instance->host.now_ms, ahead->instance->host.ctx);
    call_answer(ahead->call, &place->job.response, place->at);
    place->used = false;
}

void run_ahead_wait(struct run_ahead *ahead, int64_t until_ms)
{
    transport_few_wait(ahead->few, NULL, until_ms, &ahead->flight->interrupt);
}
