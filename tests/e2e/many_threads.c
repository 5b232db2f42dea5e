/* 64 threads on one instance and on many that come and go: soar_invoke, soar_submit, soar_next,
 * soar_cancel and soar_shutdown all at once. Made for ThreadSanitizer; what is counted holds without
 * it: one outcome for each call that was accepted, no twin, and no lost write that was called done. */
#include "async.h"
#include "check.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 240
#define INVOKERS 20
#define SUBMITTERS 16
#define TAKERS 8
#define CANCELLERS 8
#define SHUTTERS 12
#define THREADS (INVOKERS + SUBMITTERS + TAKERS + CANCELLERS + SHUTTERS)
#define EACH 12 /* calls of an invoker or submitter */
#define CALLS ((INVOKERS + SUBMITTERS) * EACH)
#define ENDED_BY_CHANCE 6 /* calls of a canceller that would end without it */
#define ROUNDS 3          /* instances of a shutter */

_Static_assert(THREADS == 64, "as many threads as are promised");

/* What was seen of a call; its id is its place and one. */
struct seen {
    atomic_int accepted, outcomes;
    atomic_int status;
};

struct crowd {
    struct world *world;
    char *config;
    soar_plugin *instance;
    int32_t fd;
    struct seen calls[CALLS];
    atomic_int working; /* invokers and submitters that are not through */
    atomic_int accepted, taken;
    atomic_int faults;
    char *_Atomic fault; /* the first that was found */
};

struct worker {
    struct crowd *crowd;
    size_t number; /* among those of its kind */
    pthread_t thread;
};

static void found(struct crowd *crowd, const char *what, int status)
{
    char *text = NULL, *none = NULL;
    atomic_fetch_add(&crowd->faults, 1);
    if (asprintf(&text, "%s: status %d", what, status) > 0 &&
        !atomic_compare_exchange_strong(&crowd->fault, &none, text)) {
        free(text);
    }
}

/* Every third call is a write under a name of its own, every third has no end of its own. */
static soar_call call_of(uint64_t id, char *input, size_t size)
{
    static const char *const actions[] = {"create_case", "query_case_ids", "query_slas"};
    const char *action = actions[id % 3];
    if (id % 3 == 0) {
        snprintf(input, size, "{\"name\":\"Call %u\",\"severity\":60}", (unsigned)id);
    } else {
        snprintf(input, size, "{\"limit\":3}");
    }
    return async_call(id, action, input);
}

static bool may_end_like_this(uint64_t id, soar_status status)
{
    return status == SOAR_OK || status == SOAR_CANCELLED || (id % 3 == 0 && status == SOAR_UNKNOWN);
}

static void ended(struct crowd *crowd, uint64_t id, soar_status status)
{
    struct seen *seen = &crowd->calls[id - 1];
    if (atomic_fetch_add(&seen->outcomes, 1) != 0) {
        found(crowd, "a second outcome", status);
    }
    atomic_store(&seen->status, status);
    if (!may_end_like_this(id, status)) {
        found(crowd, "an outcome that cannot be", status);
    }
}

/* ------------------------------------------------------------------ on one instance */

static void *invoke(void *arg)
{
    struct worker *worker = arg;
    struct crowd *crowd = worker->crowd;
    for (uint64_t i = 0; i < EACH; i++) {
        char input[96];
        uint64_t id = worker->number * EACH + i + 1;
        soar_call call = call_of(id, input, sizeof input);
        soar_result result = {.struct_size = sizeof result};
        soar_status status = plugin_functions()->invoke(crowd->instance, &call, &result);
        if (result.call_id != id || result.kind != SOAR_KIND_DONE || result.json == NULL) {
            found(crowd, "a result that is no outcome of the call", status);
        }
        ended(crowd, id, status);
        plugin_functions()->release(&result);
    }
    atomic_fetch_sub(&crowd->working, 1);
    return NULL;
}

static void *submit(void *arg)
{
    struct worker *worker = arg;
    struct crowd *crowd = worker->crowd;
    for (uint64_t i = 0; i < EACH; i++) {
        char input[96];
        uint64_t id = (INVOKERS + worker->number) * EACH + i + 1;
        soar_call call = call_of(id, input, sizeof input);
        atomic_fetch_add(&crowd->accepted, 1);
        atomic_store(&crowd->calls[id - 1].accepted, 1);
        soar_status status = plugin_functions()->submit(crowd->instance, &call);
        if (status != SOAR_OK) {
            found(crowd, "a call that was not accepted", status);
        }
    }
    atomic_fetch_sub(&crowd->working, 1);
    return NULL;
}

static bool all_is_over(struct crowd *crowd)
{
    return atomic_load(&crowd->working) == 0 &&
           atomic_load(&crowd->taken) == atomic_load(&crowd->accepted);
}

static void *take(void *arg)
{
    struct worker *worker = arg;
    struct crowd *crowd = worker->crowd;
    while (!all_is_over(crowd) && atomic_load(&crowd->faults) == 0) {
        struct pollfd ready = {.fd = crowd->fd, .events = POLLIN};
        soar_result result = {.struct_size = sizeof result};
        poll(&ready, 1, 20);
        soar_status status = plugin_functions()->next(crowd->instance, &result);
        if (status == SOAR_OK && result.kind == SOAR_KIND_DONE) {
            if (atomic_load(&crowd->calls[result.call_id - 1].accepted) == 0) {
                found(crowd, "an outcome of a call that was not submitted", result.status);
            }
            ended(crowd, result.call_id, result.status);
            atomic_fetch_add(&crowd->taken, 1);
        } else if (status != SOAR_OK && status != SOAR_EMPTY) {
            found(crowd, "soar_next", status);
        }
        plugin_functions()->release(&result);
    }
    return NULL;
}

/* query_slas takes for ever, so somebody has to end these; and now and then another one. */
static void *cancel(void *arg)
{
    struct worker *worker = arg;
    struct crowd *crowd = worker->crowd;
    unsigned step = (unsigned)worker->number, left = ENDED_BY_CHANCE;
    while (!all_is_over(crowd) && atomic_load(&crowd->faults) == 0) {
        for (uint64_t id = 2; id <= CALLS; id += 3) {
            (void)plugin_functions()->cancel(crowd->instance, id);
        }
        step = step * 1103515245u + 12345u;
        if (left > 0 &&
            plugin_functions()->cancel(crowd->instance, step / 65536u % CALLS + 1) == SOAR_OK) {
            left--;
        }
        sched_yield();
    }
    return NULL;
}

/* ------------------------------------------------------------------ instances that come and go */

/* A thread that submits to an instance and takes from it until it is gone. */
struct guest {
    struct crowd *crowd;
    soar_plugin *instance;
};

static void *use_while_it_lasts(void *arg)
{
    struct guest *guest = arg;
    const struct plugin *soar = plugin_functions();
    soar_status status = SOAR_OK;
    for (uint64_t id = 1; status == SOAR_OK; id++) {
        char input[96];
        soar_result result = {.struct_size = sizeof result};
        soar_call call = call_of(id * 3 + 2, input, sizeof input);
        status = soar->submit(guest->instance, &call);
        (void)soar->next(guest->instance, &result);
        (void)soar->cancel(guest->instance, id);
        soar->release(&result);
    }
    if (status != SOAR_FAILED_PRECONDITION && status != SOAR_INVALID_ARGUMENT &&
        status != SOAR_RESOURCE_EXHAUSTED) {
        found(guest->crowd, "soar_submit to an instance that is shut down", status);
    }
    return NULL;
}

static void *shut_down(void *arg)
{
    struct worker *worker = arg;
    struct crowd *crowd = worker->crowd;
    const struct plugin *soar = plugin_functions();
    for (int i = 0; i < ROUNDS; i++) {
        struct guest guest = {crowd, NULL};
        pthread_t thread;
        int32_t fd;
        soar_status status =
            soar->init(NULL, crowd->config, strlen(crowd->config), &guest.instance, &fd, NULL);
        if (status != SOAR_OK || pthread_create(&thread, NULL, use_while_it_lasts, &guest) != 0) {
            found(crowd, "soar_init", status);
            return NULL;
        }
        char input[96];
        soar_result result = {.struct_size = sizeof result};
        soar_call call = call_of(1, input, sizeof input);
        (void)soar->invoke(guest.instance, &call, &result);
        soar->release(&result);
        while ((status = soar->shutdown(guest.instance, i % 2 == 0 ? SOAR_NO_TIMEOUT : 0)) ==
               SOAR_FAILED_PRECONDITION) {
            sched_yield();
        }
        if (status != SOAR_OK) {
            found(crowd, "soar_shutdown", status);
        }
        pthread_join(thread, NULL);
    }
    return NULL;
}

/* ------------------------------------------------------------------ all of them */

static void run_all(struct crowd *crowd)
{
    static const struct {
        size_t n;
        void *(*work)(void *);
    } kinds[] = {{INVOKERS, invoke},
                 {SUBMITTERS, submit},
                 {TAKERS, take},
                 {CANCELLERS, cancel},
                 {SHUTTERS, shut_down}};
    struct worker workers[THREADS];
    size_t n = 0;
    atomic_store(&crowd->working, INVOKERS + SUBMITTERS);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (size_t i = 0; i < kinds[kind].n; i++) {
            workers[n] = (struct worker){.crowd = crowd, .number = i};
            assert_int_equal(
                pthread_create(&workers[n].thread, NULL, kinds[kind].work, &workers[n]), 0);
            n++;
        }
    }
    for (size_t i = 0; i < n; i++) {
        pthread_join(workers[i].thread, NULL);
    }
}

/* How often the case of each call is at the service. */
static void look_at_the_service(struct crowd *crowd, size_t there[CALLS + 1])
{
    soar_status status = SOAR_OK;
    struct json_object *list = NULL, *ids = NULL;
    struct json_object *found_ids =
        plugin_call(crowd->instance, "query_case_ids", "{\"all\":true}", &status);
    assert_int_equal(status, SOAR_OK);
    assert_int_equal(json_pointer_get(found_ids, "/resources", &ids), 0);
    if (json_object_array_length(ids) > 0) {
        struct json_object *input = json_object_new_object();
        json_object_object_add(input, "ids", json_object_get(ids));
        struct json_object *cases =
            plugin_call(crowd->instance, "get_cases", json_object_to_json_string(input), &status);
        assert_int_equal(status, SOAR_OK);
        assert_int_equal(json_pointer_get(cases, "/resources", &list), 0);
        for (size_t i = 0; i < json_object_array_length(list); i++) {
            unsigned id = 0;
            struct json_object *one = json_object_array_get_idx(list, i);
            const char *name = json_object_get_string(json_object_object_get(one, "name"));
            if (sscanf(name, "Call %u", &id) == 1 && id <= CALLS) {
                there[id]++;
            }
        }
        json_object_put(cases);
        json_object_put(input);
    }
    json_object_put(found_ids);
}

/* Writes that were called done are there, and none is there twice. */
static void compare_with_the_service(struct crowd *crowd)
{
    size_t there[CALLS + 1] = {0}, done = 0;
    look_at_the_service(crowd, there);
    for (size_t id = 3; id <= CALLS; id += 3) {
        int status = atomic_load(&crowd->calls[id - 1].status);
        done += status == SOAR_OK;
        if (there[id] > 1 || (status == SOAR_OK && there[id] == 0) ||
            (status == SOAR_CANCELLED && there[id] != 0)) {
            fail_msg("call %zu: there %zu times, reported with status %d", id, there[id], status);
        }
    }
    print_message("# %zu of %d writes were done, the others ended before\n", done, CALLS / 3);
}

static void each_call_has_one_true_outcome_whatever_64_threads_do(void **state)
{
    (void)state;
    static const char *const slow[] = {"--fault", "query_slas:slow=600000", NULL};
    struct world *world = world_new(slow);
    struct crowd *crowd = calloc(1, sizeof *crowd);
    struct async async;
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    size_t threads = async_threads();
    assert_non_null(crowd);
    crowd->world = world;
    crowd->config = settings_text(settings);
    async_open(&async, world, NULL, NULL);
    crowd->instance = async.instance;
    crowd->fd = async.fd;
    run_all(crowd);
    if (atomic_load(&crowd->faults) != 0) {
        fail_msg("%d faults, the first: %s", atomic_load(&crowd->faults), crowd->fault);
    }
    for (size_t i = 0; i < CALLS; i++) {
        assert_int_equal(atomic_load(&crowd->calls[i].outcomes), 1);
    }
    compare_with_the_service(crowd);
    async_close(&async);
    async_wait_for_threads(threads);
    json_object_put(settings);
    free(crowd->config);
    free(crowd);
    world_free(world);
}

static void *nothing(void *arg)
{
    return arg;
}

/* ThreadSanitizer has a thread of its own from the first of the program on. */
static int start_a_thread(void **state)
{
    pthread_t thread;
    (void)state;
    return pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_has_one_true_outcome_whatever_64_threads_do),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, start_a_thread, NULL);
}
