/* The contract under many threads: one instance for all, several tenants at once, calls that are
 * cancelled, and an instance that is shut down while calls are in flight. */
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 16
#define CALLS 20

static const char *const slow[] = {"--fault", "query_case_ids:slow=30000", NULL};

/* What one thread does, and what came of it. */
struct worker {
    pthread_t thread;
    soar_plugin *instance;
    uint64_t call_id;
    const char *tenant;
    soar_status status;
    const char *fault;
};

static void start(struct worker *worker, void *(*work)(void *))
{
    assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
}

static soar_status ask(soar_plugin *instance, uint64_t call_id, uint32_t flags)
{
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call,
                      .flags = flags,
                      .call_id = call_id,
                      .action = "query_case_ids",
                      .action_len = 14,
                      .timeout_ms = SOAR_NO_TIMEOUT};
    soar_status status = plugin_functions()->invoke(instance, &call, &result);
    plugin_functions()->release(&result);
    return status;
}

static void *ask_once(void *arg)
{
    struct worker *worker = arg;
    do { /* the id may be taken by a probe of wait_for_flight */
        worker->status = ask(worker->instance, worker->call_id, 0);
    } while (worker->status == SOAR_ALREADY_EXISTS);
    return NULL;
}

/* Until a call of that id is in flight: then no other may have it. */
static void wait_for_flight(soar_plugin *instance, uint64_t call_id)
{
    while (ask(instance, call_id, SOAR_CALL_DRY_RUN) != SOAR_ALREADY_EXISTS) {
        sched_yield();
    }
}

/* ------------------------------------------------------------------ one for all */

static void *work_hard(void *arg)
{
    struct worker *worker = arg;
    static const struct {
        const char *action, *input;
        soar_status status;
    } mix[] = {
        {"query_case_ids", "{\"limit\":3}", SOAR_OK},
        {"create_case", "{\"name\":\"One of many\",\"severity\":60}", SOAR_OK},
        {"get_cases", "{\"ids\":[\"no-such-case\"]}", SOAR_NOT_FOUND},
        {"query_templates", "{\"limit\":999}", SOAR_INVALID_ARGUMENT},
        {"query_access_tags", "{\"all\":true}", SOAR_OK},
    };
    for (size_t i = 0; i < CALLS && worker->fault == NULL; i++) {
        size_t n = (i + worker->call_id) % (sizeof mix / sizeof *mix);
        worker->fault = plugin_try(worker->instance, mix[n].action, mix[n].input, &worker->status);
        if (worker->fault == NULL && worker->status != mix[n].status) {
            worker->fault = mix[n].action;
        }
    }
    return NULL;
}

static void many_threads_share_an_instance_and_one_token(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct worker workers[THREADS] = {0};
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].instance = world->instance;
        workers[i].call_id = i;
        start(&workers[i], work_hard);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        if (workers[i].fault != NULL) {
            fail_msg("thread %zu: %s (status %d)", i, workers[i].fault, workers[i].status);
        }
    }
    struct json_object *all = sandbox_requests(&world->sandbox, 0, 1);
    struct json_object *data = sandbox_requests(&world->sandbox, 0, 0);
    assert_int_equal(json_object_array_length(all), json_object_array_length(data) + 1);
    json_object_put(all);
    json_object_put(data);
    world_free(world);
}

/* ------------------------------------------------------------------ tenants */

static void *work_for_tenant(void *arg)
{
    struct worker *worker = arg;
    char input[128];
    snprintf(input, sizeof input, "{\"name\":\"Of %s\",\"severity\":60}", worker->tenant);
    for (int i = 0; i < CALLS && worker->fault == NULL; i++) {
        worker->fault = plugin_try(worker->instance, "create_case", input, &worker->status);
    }
    return NULL;
}

static soar_plugin *open_tenant(struct world *world, const char *client, const char *tenant)
{
    struct json_object *settings = settings_new(&world->sandbox, NULL);
    json_object_object_add(settings, "falcon.client_id", json_object_new_string(client));
    json_object_object_add(settings, "falcon.client_secret", json_object_new_string("secret"));
    json_object_object_add(settings, "falcon.tenant", json_object_new_string(tenant));
    soar_plugin *instance = plugin_open(settings);
    json_object_put(settings);
    return instance;
}

static size_t count_cases(struct worker *worker, const char *of)
{
    char input[128];
    struct json_object *list = NULL, *tenant = NULL;
    soar_status status = SOAR_OK;
    snprintf(input, sizeof input, "{\"filter\":\"name:'Of %s'\"}", of);
    struct json_object *document = plugin_call(worker->instance, "query_case_ids", input, &status);
    assert_int_equal(status, SOAR_OK);
    assert_int_equal(json_pointer_get(document, "/resources", &list), 0);
    assert_int_equal(json_pointer_get(document, "/meta/tenant", &tenant), 0);
    assert_string_equal(json_object_get_string(tenant), worker->tenant);
    size_t n = json_object_array_length(list);
    json_object_put(document);
    return n;
}

static void tenants_side_by_side_see_only_their_own(void **state)
{
    (void)state;
    static const char *const args[] = {
        "--client", "client-a:secret:all:00000000000000000000000000000a01", "--client",
        "client-b:secret:all:00000000000000000000000000000b02", NULL};
    struct world *world = world_new(args);
    struct worker workers[2] = {{.tenant = "tenant a"}, {.tenant = "tenant b"}};
    workers[0].instance = open_tenant(world, "client-a", workers[0].tenant);
    workers[1].instance = open_tenant(world, "client-b", workers[1].tenant);
    for (size_t i = 0; i < 2; i++) {
        start(&workers[i], work_for_tenant);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_null(workers[i].fault);
        assert_int_equal(workers[i].status, SOAR_OK);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(count_cases(&workers[i], workers[i].tenant), CALLS);
        assert_int_equal(count_cases(&workers[i], workers[1 - i].tenant), 0);
        plugin_close(workers[i].instance);
    }
    world_free(world);
}

/* ------------------------------------------------------------------ ends from outside */

static void a_call_is_ended_by_its_id_from_another_thread(void **state)
{
    (void)state;
    struct world *world = world_open_new(slow, NULL);
    struct worker worker = {.instance = world->instance, .call_id = 42};
    start(&worker, ask_once);
    wait_for_flight(world->instance, 42);
    assert_int_equal(plugin_functions()->cancel(world->instance, 41), SOAR_NOT_FOUND);
    assert_int_equal(plugin_functions()->cancel(world->instance, 42), SOAR_OK);
    pthread_join(worker.thread, NULL);
    assert_int_equal(worker.status, SOAR_CANCELLED);
    assert_int_equal(plugin_functions()->cancel(world->instance, 42), SOAR_NOT_FOUND);
    json_object_put(plugin_call(world->instance, "query_templates", "{}", &worker.status));
    assert_int_equal(worker.status, SOAR_OK); /* and the instance goes on */
    world_free(world);
}

static void only_the_call_that_is_meant_is_ended(void **state)
{
    (void)state;
    struct world *world = world_open_new(slow, NULL);
    struct worker workers[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        workers[i].instance = world->instance;
        workers[i].call_id = i + 1;
        start(&workers[i], ask_once);
    }
    for (size_t i = 0; i < 4; i++) {
        wait_for_flight(world->instance, i + 1);
    }
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = i; k < 4; k++) { /* those that were not meant are in flight still */
            assert_int_equal(ask(world->instance, k + 1, SOAR_CALL_DRY_RUN), SOAR_ALREADY_EXISTS);
        }
        assert_int_equal(plugin_functions()->cancel(world->instance, i + 1), SOAR_OK);
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].status, SOAR_CANCELLED);
    }
    world_free(world);
}

static void an_id_in_flight_is_refused_and_free_afterwards(void **state)
{
    (void)state;
    struct world *world = world_open_new(slow, NULL);
    struct worker worker = {.instance = world->instance, .call_id = 7};
    start(&worker, ask_once);
    wait_for_flight(world->instance, 7);
    assert_int_equal(ask(world->instance, 7, SOAR_CALL_DRY_RUN), SOAR_ALREADY_EXISTS);
    assert_int_equal(ask(world->instance, 0, SOAR_CALL_DRY_RUN), SOAR_OK);
    assert_int_equal(plugin_functions()->cancel(world->instance, 7), SOAR_OK);
    pthread_join(worker.thread, NULL);
    assert_int_equal(ask(world->instance, 7, SOAR_CALL_DRY_RUN), SOAR_OK);
    world_free(world);
}

static void shutting_down_ends_what_is_in_flight(void **state)
{
    (void)state;
    static const uint64_t timeouts[] = {SOAR_NO_TIMEOUT, 60000, 0};
    for (size_t t = 0; t < 3; t++) {
        struct world *world = world_open_new(slow, NULL);
        struct worker workers[8] = {0};
        soar_status status;
        for (size_t i = 0; i < 8; i++) {
            workers[i].instance = world->instance;
            workers[i].call_id = i + 1;
            start(&workers[i], ask_once);
        }
        for (size_t i = 0; i < 8; i++) {
            wait_for_flight(world->instance, i + 1);
        }
        while ((status = plugin_functions()->shutdown(world->instance, timeouts[t])) ==
               SOAR_FAILED_PRECONDITION) { /* with no time to wait: call again */
            assert_int_equal(timeouts[t], 0);
            sched_yield();
        }
        assert_int_equal(status, SOAR_OK);
        for (size_t i = 0; i < 8; i++) {
            pthread_join(workers[i].thread, NULL);
            assert_int_equal(workers[i].status, SOAR_CANCELLED);
        }
        assert_int_equal(ask(world->instance, 0, SOAR_CALL_DRY_RUN), SOAR_INVALID_ARGUMENT);
        world->instance = NULL;
        world_free(world);
    }
}

static void *come_and_go(void *arg)
{
    struct worker *worker = arg;
    static const char config[] = "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"i\"; "
                                 "client_secret = \"s\"; };";
    for (int i = 0; i < CALLS && worker->status == SOAR_OK; i++) {
        soar_plugin *instance = NULL;
        worker->status =
            plugin_functions()->init(NULL, config, sizeof config - 1, &instance, NULL, NULL);
        if (worker->status == SOAR_OK) {
            worker->status = ask(instance, 1, SOAR_CALL_DRY_RUN);
        }
        if (worker->status == SOAR_OK) {
            worker->status = plugin_functions()->shutdown(instance, SOAR_NO_TIMEOUT);
        }
    }
    return NULL;
}

static void instances_come_and_go_on_many_threads(void **state)
{
    (void)state;
    struct worker workers[THREADS] = {0};
    plugin_functions();
    for (size_t i = 0; i < THREADS; i++) {
        start(&workers[i], come_and_go);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        assert_int_equal(workers[i].status, SOAR_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_threads_share_an_instance_and_one_token),
        cmocka_unit_test(tenants_side_by_side_see_only_their_own),
        cmocka_unit_test(a_call_is_ended_by_its_id_from_another_thread),
        cmocka_unit_test(only_the_call_that_is_meant_is_ended),
        cmocka_unit_test(an_id_in_flight_is_refused_and_free_afterwards),
        cmocka_unit_test(shutting_down_ends_what_is_in_flight),
        cmocka_unit_test(instances_come_and_go_on_many_threads),
    };
    return cmocka_run_group_tests_name("abi_threads", tests, NULL, NULL);
}
