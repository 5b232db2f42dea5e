/* Many threads on one instance, cancelling, shutting down, and the asynchronous pair. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "check_world.h"

#define THREADS 8
#define CALLS_EACH 50
#define CANCEL_ROUNDS 100
#define SUBMITTED 200
#define EVENT_MS 10000

struct crew {
    struct check_world *world;
    soar_call call;
    atomic_size_t wrong_id, wrong_status, done;
    soar_status wanted;
};

static void *work(void *arg)
{
    struct crew *crew = arg;
    size_t self = atomic_fetch_add(&crew->done, 1);
    for (size_t i = 0; i < CALLS_EACH; i++) {
        soar_result result = {.struct_size = sizeof(result)};
        soar_call call = crew->call;
        call.call_id = self * CALLS_EACH + i + 1;
        soar_status status = crew->world->api.invoke(crew->world->plugin, &call, &result);
        if (result.call_id != call.call_id || !result.json)
            atomic_fetch_add(&crew->wrong_id, 1);
        if (status != crew->wanted)
            atomic_fetch_add(&crew->wrong_status, 1);
        crew->world->api.release(&result);
    }
    return NULL;
}

static void parallel(struct check_run *run)
{
    struct check_world world;
    struct crew crew = {.world = &world};
    pthread_t threads[THREADS];
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &crew.call))
        return;
    crew.wanted = check_invoke(run, &world, &crew.call, "the call alone", NULL);
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, &crew);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&crew.wrong_id))
        check_fail(run, "%zu of %d results belong to another call", atomic_load(&crew.wrong_id),
                   THREADS * CALLS_EACH);
    if (atomic_load(&crew.wrong_status))
        check_fail(run, "%zu of %d calls end otherwise than alone (%s)",
                   atomic_load(&crew.wrong_status), THREADS * CALLS_EACH,
                   host_status_name(crew.wanted));
    if (world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT) != SOAR_OK)
        check_fail(run, "soar_shutdown after them fails");
}

/* ------------------------------------------------------------------ cancel */

struct one_call {
    struct check_world *world;
    soar_call call;
    soar_result result;
    soar_status status;
};

static void *call_once(void *arg)
{
    struct one_call *one = arg;
    one->result = (soar_result){.struct_size = sizeof(one->result)};
    one->status = one->world->api.invoke(one->world->plugin, &one->call, &one->result);
    return NULL;
}

static void cancel(struct check_run *run)
{
    struct check_world world;
    struct one_call one = {.world = &world};
    size_t cancelled = 0;
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &one.call))
        return;
    if (world.api.cancel(world.plugin, 4711) != SOAR_NOT_FOUND)
        check_fail(run, "soar_cancel of an id that is not in flight is not NOT_FOUND");
    for (size_t i = 0; i < CANCEL_ROUNDS; i++) {
        pthread_t thread;
        one.call.call_id = i + 1;
        pthread_create(&thread, NULL, call_once, &one);
        soar_status status = SOAR_NOT_FOUND;
        for (uint64_t n = check_random(run, 200); n > 0 && status == SOAR_NOT_FOUND; n--)
            status = world.api.cancel(world.plugin, one.call.call_id);
        pthread_join(thread, NULL);
        if (status != SOAR_OK && status != SOAR_NOT_FOUND)
            check_fail(run, "soar_cancel answers %s", host_status_name(status));
        check_result(run, one.status, &one.result, "a call that was cancelled", NULL);
        cancelled += one.status == SOAR_CANCELLED;
        world.api.release(&one.result);
        if (world.api.cancel(world.plugin, one.call.call_id) != SOAR_NOT_FOUND)
            check_fail(run, "an id is still known when its call has returned");
    }
    check_note(run, "%zu of %d calls were cut short", cancelled, CANCEL_ROUNDS);
    if (check_invoke(run, &world, &one.call, "a call afterwards", NULL) == SOAR_CANCELLED)
        check_fail(run, "a later call of the same id is cancelled too");
}

static void shutdown_meanwhile(struct check_run *run)
{
    struct check_world world;
    struct crew crew = {.world = &world};
    pthread_t threads[THREADS];
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &crew.call))
        return;
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, &crew);
    soar_status status = world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT);
    if (status != SOAR_OK)
        check_fail(run, "soar_shutdown with calls in flight ends with %s",
                   host_status_name(status));
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    if (world.api.shutdown(world.plugin, 0) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "the handle is still known after soar_shutdown");
}

/* ------------------------------------------------------------------ submit and next */

/* Takes events until `wanted` outcomes have come; counts those of each call. */
static size_t take_outcomes(struct check_run *run, struct check_world *world, size_t wanted,
                            unsigned char seen[SUBMITTED + 1])
{
    size_t n = 0;
    while (n < wanted) {
        soar_result event = {.struct_size = sizeof(event)};
        struct pollfd wait = {.fd = world->event_fd, .events = POLLIN};
        soar_status status = world->api.next(world->plugin, &event);
        if (status == SOAR_EMPTY) {
            if (poll(&wait, 1, EVENT_MS) <= 0)
                break;
            continue;
        }
        if (status != SOAR_OK) {
            check_fail(run, "soar_next answers %s", host_status_name(status));
            break;
        }
        if (event.kind == SOAR_KIND_DONE) {
            check_result(run, event.status, &event, "an event", NULL);
            if (event.call_id > 0 && event.call_id <= SUBMITTED)
                seen[event.call_id]++;
            n++;
        }
        world->api.release(&event);
    }
    return n;
}

static void asynchronous(struct check_run *run)
{
    struct check_world world;
    unsigned char seen[SUBMITTED + 1] = {0};
    size_t accepted = 0;
    soar_call call;
    soar_result event = {.struct_size = sizeof(event)};
    if (!check_world_open(run, &world) || !check_probe_call(run, &world, &call))
        return;
    if (!world.api.submit || !world.api.next) {
        if (world.event_fd != -1)
            check_fail(run, "an event descriptor without soar_next: %d", world.event_fd);
        check_skip(run, "the plugin has no soar_submit and soar_next");
        return;
    }
    if (world.event_fd < 0)
        check_fail(run, "soar_next is there and no event descriptor");
    if (world.api.next(world.plugin, &event) != SOAR_EMPTY)
        check_fail(run, "soar_next has an event before anything was submitted");
    if (world.api.submit(world.plugin, &call) != SOAR_INVALID_ARGUMENT)
        check_fail(run, "soar_submit takes the call_id 0");
    call.flags = SOAR_CALL_DRY_RUN;
    for (size_t i = 1; i <= SUBMITTED; i++) {
        call.call_id = i;
        soar_status status = world.api.submit(world.plugin, &call);
        accepted += status == SOAR_OK;
        if (status != SOAR_OK && status != SOAR_RESOURCE_EXHAUSTED)
            check_fail(run, "soar_submit answers %s", host_status_name(status));
    }
    size_t n = take_outcomes(run, &world, accepted, seen);
    if (n != accepted)
        check_fail(run, "%zu calls were accepted and %zu outcomes came", accepted, n);
    for (size_t i = 1; i <= SUBMITTED && accepted == SUBMITTED; i++)
        if (seen[i] != 1)
            check_fail(run, "call %zu has %u outcomes", i, seen[i]);
    if (world.api.next(world.plugin, &event) == SOAR_OK && event.kind == SOAR_KIND_DONE)
        check_fail(run, "one more outcome comes than calls were accepted");
    if (world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT) != SOAR_OK)
        check_fail(run, "soar_shutdown afterwards fails");
}

const struct check checks_threads[] = {
    {"threads.parallel", "Eight threads call one instance, and each gets its own results", parallel,
     60},
    {"threads.cancel", "A call ends in good order whenever it is cancelled", cancel, 60},
    {"threads.shutdown", "soar_shutdown ends an instance that is in use", shutdown_meanwhile, 60},
    {"threads.async", "Each submitted call has exactly one outcome", asynchronous, 60},
    {NULL, NULL, NULL, 0},
};
