#include "run_async.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/kept.h"
#include "run_async_private.h"

#define MAX_RESULT (SIZE_MAX / 8)

/* ------------------------------------------------------------------ the thread, from outside */

/* Gives the lock back first: the thread that wakes takes it at once. */
static void unlock_and_wake(struct async *async)
{
    bool need = !async->woken;

    async->woken = true;
    pthread_mutex_unlock(&async->lock);
    if (need)
        transport_loop_wake(async->loop);
}

static void wake(struct async *async)
{
    pthread_mutex_lock(&async->lock);
    unlock_and_wake(async);
}

/* Gives the lock back. From then on the thread may look at the call and free it: whoever put it there
 * touches it no more. */
static void put_there_and_unlock(struct run *run)
{
    struct async *async = run->async;

    run->called = true;
    run->called_previous = async->called.last;
    run->called_next = NULL;
    if (async->called.last != NULL)
        async->called.last->called_next = run;
    else
        async->called.first = run;
    async->called.last = run;
    unlock_and_wake(async);
}

void run_work_done(struct run *run)
{
    pthread_mutex_lock(&run->async->lock);
    atomic_store(&run->work_done, true);
    if (run->called)
        unlock_and_wake(run->async);
    else
        put_there_and_unlock(run);
}

/* Under the lock. */
static void uncall(struct run *run)
{
    struct run_list *list = &run->async->called;

    if (run->called_previous != NULL)
        run->called_previous->called_next = run->called_next;
    else
        list->first = run->called_next;
    if (run->called_next != NULL)
        run->called_next->called_previous = run->called_previous;
    else
        list->last = run->called_previous;
    run->called = false;
}

struct run *run_called(struct async *async, bool *ret_ending)
{
    pthread_mutex_lock(&async->lock);
    struct run *run = async->called.first;
    if (run != NULL)
        uncall(run);
    else
        async->woken = false;
    *ret_ending = async->ending;
    pthread_mutex_unlock(&async->lock);
    return run;
}

static void token_ended(void *arg)
{
    struct async *async = arg;

    atomic_store(&async->token_ended, true);
    wake(async);
}

/* Of the call's interrupt, whose lock is held: so the call is still there. */
static void kick(void *arg)
{
    struct run *run = arg;

    pthread_mutex_lock(&run->async->lock);
    if (run->called)
        unlock_and_wake(run->async);
    else
        put_there_and_unlock(run);
}

/* A call that was begun goes to the thread. What interrupts it meanwhile finds that it is called
 * already, so that the thread does not see it before all is done here. */
static void hand_over(struct run *run)
{
    run->called = true;
    interrupt_arm(&run->flight.interrupt, kick, run);
    pthread_mutex_lock(&run->async->lock);
    put_there_and_unlock(run);
}

/* ------------------------------------------------------------------ making and ending */

static void free_async(struct async *async)
{
    if (async == NULL)
        return;
    transport_loop_free(async->loop);
    while (async->spare != NULL) {
        struct run *run = async->spare;
        async->spare = run->next;
        free(run);
    }
    timers_done(&async->timers);
    pthread_mutex_destroy(&async->lock);
    free(async);
}

/* All signals stay with the host's threads. */
static bool start_thread(struct async *async)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool fine = pthread_create(&async->thread, NULL, run_loop, async) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fine;
}

static struct async *make_async(struct instance *instance)
{
    struct async *async = calloc(1, sizeof(*async));
    struct error err;

    error_clear(&err);
    if (async == NULL)
        return NULL;
    async->instance = instance;
    async->env = instance->env;
    async->env.log = &instance->any_log;
    pthread_mutex_init(&async->lock, NULL);
    if (transport_loop_new(instance->transport, run_loop_told, &async->loop, &err) &&
        start_thread(async)) {
        auth_listen(instance->auth, token_ended, async);
        return async;
    }
    free_async(async);
    return NULL;
}

/* The instance's; made by the first that needs it. */
static struct async *need_async(struct instance *instance)
{
    struct async *async = atomic_load(&instance->async);

    if (async != NULL)
        return async;
    pthread_mutex_lock(&instance->making);
    async = atomic_load(&instance->async);
    if (async == NULL) {
        async = make_async(instance);
        atomic_store(&instance->async, async);
    }
    pthread_mutex_unlock(&instance->making);
    return async;
}

void run_async_end(struct instance *instance)
{
    struct async *async = atomic_load(&instance->async);

    if (async == NULL)
        return;
    auth_listen(instance->auth, NULL, NULL);
    pthread_mutex_lock(&async->lock);
    async->ending = true;
    unlock_and_wake(async);
    pthread_join(async->thread, NULL);
    worker_end(&async->worker);
    free_async(async);
    atomic_store(&instance->async, NULL);
}

/* ------------------------------------------------------------------ a call, from its beginning */

static void ask_host_for_time(struct async *async, struct now *ret)
{
    struct instance *instance = async->instance;

    *ret = clock_now(instance->host.now_ms, instance->host.ctx);
    atomic_store(&async->wall_minus_mono_ms, ret->wall_ms - ret->mono_ms);
}

struct now run_time(struct async *async)
{
    struct instance *instance = async->instance;
    struct now now;

    if (instance->host.now_ms == NULL || instance_may_call_back(instance))
        return clock_now(instance->host.now_ms, instance->host.ctx);
    now.mono_ms = clock_mono();
    now.wall_ms = now.mono_ms + atomic_load(&async->wall_minus_mono_ms);
    return now;
}

/* What can be said without sending anything. */
static bool begin_call(struct run *run, const soar_call *asked)
{
    struct async *async = run->async;
    struct error err;
    struct now now;

    error_clear(&err);
    ask_host_for_time(async, &now);
    run->call = call_new(&async->env, asked, now);
    if (run->call == NULL)
        return false;
    run->files = (struct run_files){.files = async->instance->files,
                                    .call = run->call,
                                    .interrupt = &run->flight.interrupt,
                                    .flags = asked->flags,
                                    .in_fd = asked->in_fd,
                                    .out_fd = asked->out_fd};
    if (!run_files_check(&run->files, &err)) {
        call_refuse(run->call, &err);
    } else if (call_request(run->call) != NULL && !run_files_copy(&run->files)) {
        error_set(&err, SOAR_RESOURCE_EXHAUSTED, "no_descriptor",
                  "the process has no descriptor left");
        call_refuse(run->call, &err);
    }
    run_files_close(&run->files);
    if ((asked->flags & SOAR_CALL_DRY_RUN) != 0)
        (void)call_step(run->call, now); /* sends nothing, and is done */
    return true;
}

static struct run *make_run(struct async *async)
{
    pthread_mutex_lock(&async->lock);
    struct run *run = async->spare;
    if (run != NULL) {
        async->spare = run->next;
        async->n_spare--;
    }
    pthread_mutex_unlock(&async->lock);
    if (run == NULL)
        run = malloc(sizeof(*run));
    if (run != NULL)
        memset(run, 0, sizeof(*run));
    return run;
}

/* It is not called any more, and memory for another. */
static void drop_run(struct run *run)
{
    struct async *async = run->async;

    pthread_mutex_lock(&async->lock);
    if (run->called)
        uncall(run);
    bool keep = async->n_spare != MOST_KEPT;
    if (keep) {
        run->next = async->spare;
        async->spare = run;
        async->n_spare++;
    }
    pthread_mutex_unlock(&async->lock);
    if (!keep)
        free(run);
}

static struct run *admit(struct async *async, uint64_t call_id)
{
    struct run *run = make_run(async);

    if (run == NULL)
        return NULL;
    run->async = async;
    run->event = events_admit(&async->instance->events, call_id);
    if (run->event != NULL)
        return run;
    drop_run(run);
    return NULL;
}

static void retract(struct run *run)
{
    events_retract(&run->async->instance->events, run->event);
    drop_run(run);
}

soar_status run_async_submit(struct instance *instance, const soar_call *asked)
{
    if (asked->call_id == 0)
        return SOAR_INVALID_ARGUMENT;
    struct async *async = need_async(instance);
    struct run *run = async != NULL ? admit(async, asked->call_id) : NULL;
    if (run == NULL)
        return SOAR_RESOURCE_EXHAUSTED;
    if (!instance_begin(instance, asked->call_id, &run->flight)) {
        retract(run);
        return SOAR_ALREADY_EXISTS;
    }
    if (!begin_call(run, asked)) {
        instance_end(instance, &run->flight);
        retract(run);
        return SOAR_RESOURCE_EXHAUSTED;
    }
    instance_stay(instance);
    if (call_is_done(run->call))
        run_finish(run);
    else
        hand_over(run);
    return SOAR_OK;
}

void run_finish(struct run *run)
{
    struct async *async = run->async;
    struct instance *instance = async->instance;
    struct buf document;
    int http_status = call_http_status(run->call);

    run_files_done(&run->files);
    buf_init(&document, MAX_RESULT);
    soar_status status = instance_conclude(instance, async->env.log, run->call, &document);
    struct event *event = run->event;
    instance_end(instance, &run->flight);
    drop_run(run);
    events_outcome(&instance->events, event, status, http_status, &document);
    instance_leave(instance);
}
