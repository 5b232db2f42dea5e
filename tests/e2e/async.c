/* Calls in flight on the strict sandbox: one outcome each, under its id, in whatever order, and an
 * event descriptor that says exactly when there is something to take. */
#include "async.h"
#include "check.h"
#include <json-c/json.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS 300
#define CANCELLED_AT_ONCE 2000
#define CANCELLERS 4

static void every_call_has_one_outcome_under_its_id(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct async async;
    uint64_t seen[CALLS + 1] = {0};

    async_open(&async, world, NULL, NULL);
    for (uint64_t id = 1; id <= CALLS; id++) {
        char input[64];
        snprintf(input, sizeof input, "{\"name\":\"case %u\",\"severity\":10}", (unsigned)id);
        async_submit(&async, id, "create_case", input);
    }
    for (size_t i = 0; i < CALLS; i++) {
        struct json_object *name = NULL;
        char expected[32];
        uint64_t id = 0;
        soar_status status = SOAR_UNKNOWN;
        struct json_object *document = async_document(&async, &id, &status);
        assert_int_equal(status, SOAR_OK);
        assert_in_range(id, 1, CALLS);
        seen[id]++;
        snprintf(expected, sizeof expected, "case %u", (unsigned)id);
        assert_int_equal(json_pointer_get(document, "/resources/0/name", &name), 0);
        assert_string_equal(json_object_get_string(name), expected);
        json_object_put(document);
    }
    for (uint64_t id = 1; id <= CALLS; id++) {
        assert_int_equal(seen[id], 1);
    }
    async_close(&async);
    world_free(world);
}

/* Cancels the call of that number without a pause. */
struct canceller {
    soar_plugin *instance;
    atomic_uint_fast64_t call_id; /* 0 = no more */
};

static void *cancel_without_a_pause(void *arg)
{
    struct canceller *canceller = arg;
    uint64_t call_id;
    while ((call_id = atomic_load(&canceller->call_id)) != 0) {
        (void)plugin_functions()->cancel(canceller->instance, call_id);
    }
    return NULL;
}

static void a_call_that_is_cancelled_while_it_is_submitted_has_one_outcome(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct async async;
    struct canceller canceller;
    pthread_t threads[CANCELLERS];

    async_open(&async, world, NULL, NULL);
    canceller.instance = async.instance;
    atomic_init(&canceller.call_id, 1);
    for (size_t i = 0; i < CANCELLERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, cancel_without_a_pause, &canceller), 0);
    }
    for (uint64_t id = 1; id <= CANCELLED_AT_ONCE; id++) {
        soar_result result = {.struct_size = sizeof result};
        atomic_store(&canceller.call_id, id);
        async_submit(&async, id, "query_slas", "{}");
        async_outcome(&async, &result);
        assert_int_equal(result.call_id, id);
        assert_true(result.status == SOAR_CANCELLED || result.status == SOAR_OK);
        plugin_functions()->release(&result);
    }
    atomic_store(&canceller.call_id, 0);
    for (size_t i = 0; i < CANCELLERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(async.outcomes, CANCELLED_AT_ONCE);
    async_close(&async);
    world_free(world);
}

static void a_quick_call_does_not_wait_for_a_slow_one(void **state)
{
    (void)state;
    static const char *const slow[] = {"--fault", "query_case_ids:slow=600000", NULL};
    struct world *world = world_new(slow);
    struct async async;

    async_open(&async, world, NULL, NULL);
    async_submit(&async, 1, "query_case_ids", "{}");
    async_submit(&async, 2, "query_slas", "{}");
    assert_int_equal(async_expect(&async, 2, NULL, NULL), SOAR_OK);
    assert_int_equal(plugin_functions()->cancel(async.instance, 1), SOAR_OK);
    assert_int_equal(async_expect(&async, 1, "cancelled", "not_applied"), SOAR_CANCELLED);
    async_close(&async);
    world_free(world);
}

static void the_descriptor_is_readable_exactly_while_there_is_something(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct async async;
    soar_result result = {.struct_size = sizeof result};

    async_open(&async, world, NULL, NULL);
    assert_false(async_readable(&async));
    assert_int_equal(plugin_functions()->next(async.instance, &result), SOAR_EMPTY);
    async_submit(&async, 1, "query_slas", "{}");
    async_submit(&async, 2, "query_slas", "{}");
    while (async.outcomes < 2) {
        async_next(&async, &result);
        plugin_functions()->release(&result);
    }
    while (async_readable(&async)) { /* the line of the log may come a little later */
        assert_int_equal(plugin_functions()->next(async.instance, &result), SOAR_OK);
        plugin_functions()->release(&result);
    }
    assert_int_equal(plugin_functions()->next(async.instance, &result), SOAR_EMPTY);
    assert_null(result.json);
    async_close(&async);
    world_free(world);
}

static void what_is_wrong_with_the_input_is_the_outcome(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct async async;

    async_open(&async, world, NULL, NULL);
    async_submit(&async, 1, "get_cases", "{\"ids\":7}");
    assert_int_equal(async_expect(&async, 1, "invalid_input", "not_sent"), SOAR_INVALID_ARGUMENT);
    async_submit(&async, 2, "get_case", "{}");
    assert_int_equal(async_expect(&async, 2, "unknown_action", "not_sent"), SOAR_NOT_FOUND);
    assert_int_equal(sandbox_count(&world->sandbox), 0);
    async_close(&async);
    world_free(world);
}

static void more_than_are_allowed_are_refused_and_not_taken(void **state)
{
    (void)state;
    soar_host host = {
        .struct_size = sizeof host, .abi_version = SOAR_ABI_VERSION, .max_inflight = 2};
    struct world *world = world_new(NULL);
    struct async async;
    soar_call third = async_call(3, "query_slas", "{}");

    async_open(&async, world, &host, NULL);
    async_submit(&async, 1, "query_slas", "{}");
    async_submit(&async, 2, "query_slas", "{}");
    assert_int_equal(plugin_functions()->submit(async.instance, &third), SOAR_RESOURCE_EXHAUSTED);
    json_object_put(async_document(&async, NULL, NULL));
    async_submit(&async, 3, "query_slas", "{}");
    json_object_put(async_document(&async, NULL, NULL));
    json_object_put(async_document(&async, NULL, NULL));
    assert_int_equal(async.outcomes, 3);
    async_close(&async);
    world_free(world);
}

static void a_shutdown_ends_what_is_in_flight_and_leaves_nothing(void **state)
{
    (void)state;
    static const char *const slow[] = {"--fault", "query_case_ids:slow=600000", NULL};
    struct world *world = world_new(slow);
    struct async async;
    size_t fds = async_fds(), threads = async_threads();

    async_open(&async, world, NULL, NULL);
    for (uint64_t id = 1; id <= 100; id++) {
        async_submit(&async, id, "query_case_ids", "{}");
    }
    async_close(&async);
    assert_int_equal(async_fds(), fds);
    async_wait_for_threads(threads);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_has_one_outcome_under_its_id),
        cmocka_unit_test(a_call_that_is_cancelled_while_it_is_submitted_has_one_outcome),
        cmocka_unit_test(a_quick_call_does_not_wait_for_a_slow_one),
        cmocka_unit_test(the_descriptor_is_readable_exactly_while_there_is_something),
        cmocka_unit_test(what_is_wrong_with_the_input_is_the_outcome),
        cmocka_unit_test(more_than_are_allowed_are_refused_and_not_taken),
        cmocka_unit_test(a_shutdown_ends_what_is_in_flight_and_leaves_nothing),
    };
    return cmocka_run_group_tests_name("calls in flight", tests, NULL, NULL);
}
