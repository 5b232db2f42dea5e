/* The thread that drives the calls of soar_submit. A call is asked what it wants whenever it can go
 * on; it is not asked while every connection is taken, so that what it decides is decided when it
 * can be done, and its request has not been counted before it goes out. */
#include <stddef.h>

#include "base/clock.h"
#include "run_async_private.h"

/* ------------------------------------------------------------------ lists */

static void append(struct run_list *list, struct run *run)
{
    run->previous = list->last;
    run->next = NULL;
    if (list->last != NULL)
        list->last->next = run;
    else
        list->first = run;
    list->last = run;
}

static void take_out(struct run_list *list, struct run *run)
{
    if (run->previous != NULL)
        run->previous->next = run->next;
    else
        list->first = run->next;
    if (run->next != NULL)
        run->next->previous = run->previous;
    else
        list->last = run->previous;
}

/* It waits for nothing now. */
static void lift(struct run *run)
{
    struct async *async = run->async;

    if (run->place == RUN_PARKED)
        take_out(&async->parked, run);
    if (run->place == RUN_READY)
        take_out(&async->ready, run);
    if (run->place == RUN_TOKEN)
        take_out(&async->token, run);
    timers_clear(&async->timers, &run->timer);
    run->place = RUN_NEW;
}

static void set_timer(struct run *run, int64_t at_ms)
{
    if (at_ms != INT64_MAX)
        timers_set(&run->async->timers, &run->timer, at_ms);
}

static void park(struct run *run)
{
    if (call_has_answer_ahead(run->call)) {
        run->place = RUN_READY;
        append(&run->async->ready, run);
        return;
    }
    run->place = RUN_PARKED;
    append(&run->async->parked, run);
    set_timer(run, call_deadline_ms(run->call));
}

static void finish(struct run *run)
{
    run->async->n--;
    run_drop_ahead(run);
    run_finish(run);
}

/* ------------------------------------------------------------------ exchanges */

static int32_t tell_progress(void *arg, uint64_t done, uint64_t total)
{
    struct run *run = arg;
    struct instance *instance = run->async->instance;

    if (instance->host.progress != NULL && instance_may_call_back(instance)) {
        events_tell(&instance->events); /* the host may take its time */
        return instance->host.progress(instance->host.ctx, run->flight.id, done, total);
    }
    events_progress(&instance->events, run->event, done, total);
    return 0;
}

/* What came of the exchange goes to the call; false = that was its end. */
static bool take_answer(struct run *run)
{
    struct async *async = run->async;
    struct slot *slot = run->slot;
    uint64_t before, done, total;

    call_progress(run->call, &before, &total);
    call_answer(run->call, &slot->job.response, slot->arrived ? slot->at : run_time(async));
    run->slot = NULL;
    run_give_slot(async, slot);
    if (call_progress(run->call, &done, &total) && done > before && !call_is_done(run->call) &&
        tell_progress(run, done, total) != 0)
        call_cancel(run->call);
    if (!call_is_done(run->call))
        return true;
    finish(run);
    return false;
}

/* ------------------------------------------------------------------ what waits for a disk */

static struct run *run_of(struct work *work)
{
    return (struct run *)((char *)work - offsetof(struct run, work));
}

static void keep(struct work *work)
{
    struct run *run = run_of(work);

    run_files_end(&run->files, &run->slot->job.response);
    run_work_done(run);
}

static void hash(struct work *work)
{
    struct run *run = run_of(work);

    run_files_hash(&run->files);
    run_work_done(run);
}

/* Without a worker to be had it is done here. */
static void work_on(struct run *run, enum run_place place)
{
    struct worker *worker = &run->async->worker;

    run->place = place;
    run->work.run = place == RUN_KEEPING ? keep : hash;
    atomic_store(&run->work_done, false);
    if (worker->started || worker_start(worker))
        worker_give(worker, &run->work);
    else
        run->work.run(&run->work);
}

/* The worker is through; false = that was the end of the call. */
static bool take_work(struct run *run)
{
    if (run->place == RUN_KEEPING)
        return take_answer(run);
    run_files_digest(&run->files);
    return true;
}

/* ------------------------------------------------------------------ answers */

/* The call then waits for its next turn. */
static void answer(struct run *run)
{
    if (run_files_keeps(&run->files, &run->slot->job.response)) {
        work_on(run, RUN_KEEPING);
        return;
    }
    run_files_end(&run->files, &run->slot->job.response);
    if (take_answer(run))
        park(run);
}

void run_loop_told(struct transport_job *job)
{
    struct slot *slot = (struct slot *)job;
    struct run *run = job->owner;

    if (slot == run->slot)
        answer(run);
    else
        run_ahead_is_told(run, slot);
}

/* Requests that may go before their turn follow at once. */
static void send_it(struct run *run, const struct call_step *step)
{
    struct async *async = run->async;
    struct slot *slot = run_take_slot(run, step->request);
    struct transport_job *job = &slot->job;

    job->io.progress = tell_progress;
    job->io.progress_arg = run;
    run->slot = slot;
    run->place = RUN_SENT;
    if (run_files_begin(&run->files, step->request, &job->io, &job->response) &&
        transport_loop_start(async->loop, job))
        run_send_ahead(run, async->parked.first != NULL);
    else
        answer(run);
}

/* It was sent before its turn, and may be through. */
static void await_it(struct run *run, const struct call_step *step)
{
    run_ahead_turn(run, step->request);
    run->place = RUN_SENT;
    run_send_ahead(run, run->async->parked.first != NULL);
    if (run->slot->arrived)
        answer(run);
}

/* ------------------------------------------------------------------ steps */

static void refuse_for_memory(struct run *run)
{
    struct error err;

    error_clear(&err);
    error_set(&err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "out of memory");
    call_refuse(run->call, &err);
}

/* Asks the call what it wants. It waits for nothing. */
static void step(struct run *run)
{
    struct async *async = run->async;

    if (!run_have_slot(async))
        refuse_for_memory(run);
    struct call_step step = call_step(run->call, run_time(async));
    run_drop_ahead(run);
    switch (step.want) {
    case CALL_SEND:
        send_it(run, &step);
        break;
    case CALL_AWAIT:
        await_it(run, &step);
        break;
    case CALL_DIGEST:
        work_on(run, RUN_HASHING);
        break;
    case CALL_WAIT:
        run->place = RUN_WAITING;
        set_timer(run, step.until_ms);
        break;
    case CALL_WAIT_TOKEN:
        run->place = RUN_TOKEN;
        append(&async->token, run);
        set_timer(run, step.until_ms);
        break;
    default:
        finish(run);
        break;
    }
}

/* A call that is new, was interrupted, or was with the worker. */
static void look_at(struct run *run)
{
    struct async *async = run->async;

    if (run->place == RUN_NEW) {
        async->n++;
        if (!timers_reserve(&async->timers, async->n))
            refuse_for_memory(run);
    }
    bool interrupted = interrupt_raised(&run->flight.interrupt);
    if (run->place == RUN_SENT) {
        if (interrupted) {
            call_cancel(run->call);
            transport_loop_stop(async->loop, &run->slot->job, HTTP_CANCELLED);
            answer(run);
        }
        return;
    }
    bool working = run->place == RUN_KEEPING || run->place == RUN_HASHING;
    if (working && (!atomic_load(&run->work_done) || !take_work(run)))
        return;
    lift(run);
    if (interrupted)
        call_cancel(run->call);
    if (interrupted || call_is_done(run->call))
        step(run);
    else
        park(run);
}

static bool look_at_what_is_called(struct async *async)
{
    struct run *run;
    bool ending = false;

    while ((run = run_called(async, &ending)) != NULL)
        look_at(run);
    return !ending;
}

static void go_on_with_the_token(struct async *async)
{
    struct run *run;

    if (!atomic_exchange(&async->token_ended, false))
        return;
    while ((run = async->token.first) != NULL) {
        lift(run);
        park(run);
    }
}

static void go_on_in_time(struct async *async)
{
    struct timer *first;
    int64_t now = clock_mono();

    while ((first = timers_first(&async->timers)) != NULL && first->at_ms <= now) {
        struct run *run = (struct run *)((char *)first - offsetof(struct run, timer));
        lift(run);
        if (now >= call_deadline_ms(run->call))
            step(run);
        else
            park(run);
    }
}

static void go_on_with_answers_ahead(struct async *async)
{
    struct run *run;

    while ((run = async->ready.first) != NULL) {
        lift(run);
        step(run);
    }
}

static void go_on_where_there_is_room(struct async *async)
{
    struct run *run;

    while ((run = async->parked.first) != NULL && transport_loop_room(async->loop)) {
        lift(run);
        step(run);
    }
}

void *run_loop(void *arg)
{
    struct async *async = arg;

    struct events *events = &async->instance->events;

    atomic_store(&async->instance->own_thread, (unsigned long)pthread_self());
    events_gather(events);
    while (look_at_what_is_called(async)) {
        go_on_with_the_token(async);
        go_on_in_time(async);
        go_on_with_answers_ahead(async);
        go_on_where_there_is_room(async);
        const struct timer *first = timers_first(&async->timers);
        int64_t until_ms = first != NULL ? first->at_ms : INT64_MAX;
        events_tell(events);
        transport_loop_wait(async->loop, async->ready.first != NULL ? 0 : until_ms);
    }
    events_gather_no_more(events);
    run_free_slots(async);
    return NULL;
}
