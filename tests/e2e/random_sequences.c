/* Random sequences of calls, cancels, faults and clock jumps on both drivers, from a seed. After all
 * of them the service must have exactly what the outcomes said: no twin, no lost write that was
 * reported as done, none that was denied and yet happened; and each call has one outcome.
 *     SEED=7 FIRST=120 SEQUENCES=1 build/release/e2e/random_sequences
 * makes sequence 120 of seed 7 again. */
#include "async.h"
#include "check.h"
#include "raw.h"
#include "truth.h"
#include <json-c/json.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USUAL_SEED 20261126u
#define USUAL_SEQUENCES 240u
#define BATCH 20u       /* sequences between two looks at the service */
#define OF_A_WORLD 400u /* sequences before it gets a new sandbox */

struct lane_run {
    struct truth_lane *truth;
    const struct lane *plan;
    struct run *run;
    size_t step;
    uint64_t call_id; /* of the call in flight, 0 = none; calls of a lane count up from its first */
    uint64_t calls;
    struct task task;
    pthread_t thread;
};

/* A sequence that runs. */
struct run {
    const struct sequence *plan;
    struct world *world;
    struct async async; /* the instance, for both drivers */
    struct lane_run lanes[PLAN_LANES];
};

struct canceller {
    soar_plugin *instance;
    uint64_t call_id;
    int after;
    atomic_bool over;
};

static _Atomic int64_t host_offset_ms;
static uint64_t seed, calls_made;

static uint64_t host_now_ms(void *ctx)
{
    struct timespec now;
    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 +
                      atomic_load(&host_offset_ms));
}

/* ------------------------------------------------------------------ a step */

static void give_away(int turns)
{
    for (int i = 0; i < turns; i++) {
        sched_yield();
    }
}

static void move_service_clock(struct lane_run *lane, int64_t ms)
{
    const struct sandbox *sandbox = &lane->run->world->sandbox;
    char header[160], body[64];
    snprintf(header, sizeof header, "X-Sandbox-Token: %s\r\n", sandbox->token);
    snprintf(body, sizeof body, "{\"advance_ms\":%lld}", (long long)ms);
    struct raw_answer answer = raw_call(sandbox->url, "POST", "/_sandbox/clock", header, body);
    if (answer.status != 200) {
        truth_fault(lane->truth, "the clock: %.300s", answer.text);
    }
    raw_done(&answer);
}

/* Goes to the next step that is a call, and makes it ready; false at the end of the lane. */
static bool next_call(struct lane_run *lane)
{
    for (; lane->step < lane->plan->count && lane->truth->fault[0] == '\0'; lane->step++) {
        const struct step *step = &lane->plan->steps[lane->step];
        if (step->act == ACT_HOST_CLOCK) {
            atomic_fetch_add(&host_offset_ms, step->jump_ms);
        } else if (step->act == ACT_CLOCK) {
            move_service_clock(lane, step->jump_ms);
        } else if (truth_prepare(lane->truth, lane->run->world, step, &lane->task)) {
            return true;
        }
    }
    return false;
}

static soar_call call_of(struct lane_run *lane)
{
    size_t place = (size_t)(lane - lane->run->lanes);
    soar_call call = async_call(place * 1000 + ++lane->calls, lane->task.action, lane->task.input);
    call.timeout_ms = lane->task.again ? 0 : lane->task.step->timeout_ms;
    call.idempotency_key = lane->task.key;
    call.idempotency_key_len = strlen(lane->task.key);
    lane->call_id = call.call_id;
    return call;
}

static bool is_cancelled(const struct lane_run *lane)
{
    return lane->task.step->cancel_after >= 0 && !lane->task.again;
}

/* True where the same call is to be made again. */
static bool take(struct lane_run *lane, const soar_result *result)
{
    struct json_object *document = result->json != NULL ? json_tokener_parse(result->json) : NULL;
    bool again = false;
    lane->call_id = 0;
    if (document == NULL ||
        strcmp(truth_text(document, "/status"), plugin_status_name(result->status)) != 0) {
        truth_fault(lane->truth, "no document, or of another status: %.400s", result->json);
    } else {
        again = truth_take(lane->truth, lane->run->world, &lane->task, document);
        if (lane->truth->fault[0] != '\0') {
            print_message("# after %s %s: %.600s\n", lane->task.action, lane->task.input,
                          result->json);
        }
    }
    json_object_put(document);
    return again && lane->truth->fault[0] == '\0';
}

/* ------------------------------------------------------------------ blocking */

static void *cancel(void *arg)
{
    struct canceller *canceller = arg;
    give_away(canceller->after);
    while (!atomic_load(&canceller->over) &&
           plugin_functions()->cancel(canceller->instance, canceller->call_id) != SOAR_OK) {
        sched_yield();
    }
    return NULL;
}

static bool invoke(struct lane_run *lane)
{
    soar_plugin *instance = lane->run->async.instance;
    soar_call call = call_of(lane);
    soar_result result = {.struct_size = sizeof result};
    struct canceller canceller = {
        .instance = instance, .call_id = call.call_id, .after = lane->task.step->cancel_after};
    pthread_t thread;
    bool cancelled = is_cancelled(lane) && pthread_create(&thread, NULL, cancel, &canceller) == 0;
    plugin_functions()->invoke(instance, &call, &result);
    atomic_store(&canceller.over, true);
    if (cancelled) {
        pthread_join(thread, NULL);
    }
    bool again = take(lane, &result);
    plugin_functions()->release(&result);
    return again;
}

static void *run_lane(void *arg)
{
    struct lane_run *lane = arg;
    for (; next_call(lane); lane->step++) {
        while (invoke(lane)) {
        }
    }
    return NULL;
}

static void run_blocking(struct run *run)
{
    for (size_t i = 0; i < run->plan->lane_count; i++) {
        assert_int_equal(pthread_create(&run->lanes[i].thread, NULL, run_lane, &run->lanes[i]), 0);
    }
    for (size_t i = 0; i < run->plan->lane_count; i++) {
        pthread_join(run->lanes[i].thread, NULL);
    }
}

/* ------------------------------------------------------------------ in flight */

static void submit(struct lane_run *lane)
{
    soar_plugin *instance = lane->run->async.instance;
    soar_call call = call_of(lane);
    assert_int_equal(plugin_functions()->submit(instance, &call), SOAR_OK);
    if (is_cancelled(lane)) {
        give_away(lane->task.step->cancel_after);
        plugin_functions()->cancel(instance, call.call_id);
    }
}

static void run_async(struct run *run)
{
    size_t in_flight = 0;
    for (size_t i = 0; i < run->plan->lane_count; i++) {
        if (next_call(&run->lanes[i])) {
            submit(&run->lanes[i]);
            in_flight++;
        }
    }
    while (in_flight > 0) {
        soar_result result;
        async_outcome(&run->async, &result);
        assert_true(result.call_id / 1000 < run->plan->lane_count);
        struct lane_run *lane = &run->lanes[result.call_id / 1000];
        assert_int_equal(lane->call_id, result.call_id); /* else an outcome came twice */
        bool again = take(lane, &result);
        plugin_functions()->release(&result);
        lane->step += !again;
        if (again || next_call(lane)) {
            submit(lane);
        } else {
            in_flight--;
        }
    }
    soar_result more = {.struct_size = sizeof more};
    soar_status left;
    while ((left = plugin_functions()->next(run->async.instance, &more)) == SOAR_OK) {
        assert_int_not_equal(more.kind, SOAR_KIND_DONE);
        plugin_functions()->release(&more);
    }
    assert_int_equal(left, SOAR_EMPTY);
}

/* ------------------------------------------------------------------ a sequence, a batch, all */

static void run_sequence(struct world *world, const struct sequence *plan, struct truth_lane *truth)
{
    static const char *const settings =
        "{\"http.timeout_ms\":1500,\"http.max_response_bytes\":1048576,\"limits.max_wait_ms\":1000,"
        "\"retry.budget\":1000}";
    soar_host host = {
        .struct_size = sizeof host, .abi_version = SOAR_ABI_VERSION, .now_ms = host_now_ms};
    struct run run = {.plan = plan, .world = world};
    const char *faults[PLAN_FAULTS + 1] = {NULL};
    for (size_t i = 0; i < plan->fault_count; i++) {
        faults[i] = plan->faults[i];
    }
    raw_set_faults(&world->sandbox, faults);
    async_open(&run.async, world, &host, settings);
    for (size_t i = 0; i < plan->lane_count; i++) {
        run.lanes[i] = (struct lane_run){.truth = &truth[i], .plan = &plan->lanes[i], .run = &run};
    }
    (plan->async ? run_async : run_blocking)(&run);
    async_close(&run.async);
    for (size_t i = 0; i < plan->lane_count; i++) {
        calls_made += run.lanes[i].calls;
    }
}

static void show(const struct sequence *plan)
{
    print_message("# SEED=%llu FIRST=%llu SEQUENCES=1 makes it again: %s, %zu lanes\n",
                  (unsigned long long)seed, (unsigned long long)plan->number,
                  plan->async ? "async" : "blocking", plan->lane_count);
    for (size_t i = 0; i < plan->fault_count; i++) {
        print_message("#   fault %s\n", plan->faults[i]);
    }
}

/* `first` and the next ones, and then a look at the service. */
static void run_batch(struct world *world, uint64_t first, size_t count)
{
    static struct sequence plans[BATCH];
    static struct truth_lane lanes[BATCH * PLAN_LANES];
    char prefix[32];
    snprintf(prefix, sizeof prefix, "b%llu-", (unsigned long long)first);
    memset(lanes, 0, sizeof lanes);
    for (size_t i = 0; i < count; i++) {
        plan_make(seed, first + i, &plans[i]);
        for (size_t k = 0; k < PLAN_LANES; k++) {
            struct truth_lane *lane = &lanes[i * PLAN_LANES + k];
            snprintf(lane->name, sizeof lane->name, "%s%zu-%zu-", prefix, i, k);
        }
        run_sequence(world, &plans[i], &lanes[i * PLAN_LANES]);
    }
    raw_set_faults(&world->sandbox, (const char *[]){NULL});
    truth_check(lanes, count * PLAN_LANES, world, prefix);
    for (size_t i = 0; i < count * PLAN_LANES; i++) {
        if (lanes[i].fault[0] != '\0') {
            show(&plans[i / PLAN_LANES]);
            print_message("#   calls%s\n", lanes[i].history);
            fail_msg("%s: %s", lanes[i].name, lanes[i].fault);
        }
    }
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void what_is_told_of_random_calls_is_true_at_the_service(void **state)
{
    uint64_t first = number_of("FIRST", 0);
    uint64_t end = first + number_of("SEQUENCES", USUAL_SEQUENCES);
    struct world *world = NULL;
    (void)state;
    seed = number_of("SEED", USUAL_SEED);
    print_message("# SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t at = first; at < end; at += BATCH) {
        if (world == NULL || (at - first) % OF_A_WORLD == 0) {
            world_free(world);
            world = world_new(NULL);
        }
        run_batch(world, at, end - at < BATCH ? (size_t)(end - at) : BATCH);
    }
    world_free(world);
    print_message("# %llu sequences, %llu calls\n", (unsigned long long)(end - first),
                  (unsigned long long)calls_made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_of_random_calls_is_true_at_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
