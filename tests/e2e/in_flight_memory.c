/* As many calls in flight as the default allows: what they take of memory, and the one too many. */
#include "async.h"
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS 10000
#define MOST_KIB (64 * 1024)

static long resident_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    while (kib < 0 && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "VmRSS: %ld", &kib);
    }
    fclose(file);
    assert_true(kib > 0);
    return kib;
}

/* Puts one more call before the thread of the instance, ends it and takes its outcome: whatever was
 * submitted before has been looked at. */
static void fence(struct async *async, uint64_t id)
{
    async_submit(async, id, "query_slas", "{}");
    (void)plugin_functions()->cancel(async->instance, id);
    json_object_put(async_document(async, NULL, NULL));
}

static void ten_thousand_calls_in_flight_take_at_most_64_mib_and_the_next_is_refused(void **state)
{
    (void)state;
    static const char *const slow[] = {"--fault", "query_case_ids:slow=600000", "--fault",
                                       "create_case:slow=600000", NULL};
    static const char *const actions[] = {"query_case_ids", "create_case"};
    static const char *const inputs[] = {
        "{\"filter\":\"status:'new'+severity:>50\",\"limit\":100}",
        "{\"name\":\"Suspicious login of user 4711\",\"severity\":60,\"tags\":[\"vip\"],"
        "\"description\":\"from a new country\"}"};
    struct world *world = world_new(slow);
    struct async async;
    async_open(&async, world, NULL, NULL);
    long before = resident_kib();
    for (uint64_t id = 1; id < CALLS; id++) {
        async_submit(&async, id, actions[id % 2], inputs[id % 2]);
    }
    fence(&async, CALLS + 1);
    async_submit(&async, CALLS, actions[0], inputs[0]);
    long took = resident_kib() - before;
    print_message("# %d calls in flight take %ld KiB\n", CALLS, took);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they take their own */
    assert_in_range(took, 1, MOST_KIB);
#endif
    soar_call one_more = async_call(CALLS + 1, actions[0], inputs[0]);
    assert_int_equal(plugin_functions()->submit(async.instance, &one_more),
                     SOAR_RESOURCE_EXHAUSTED);
    assert_int_equal(plugin_functions()->cancel(async.instance, CALLS), SOAR_OK);
    json_object_put(async_document(&async, NULL, NULL));
    async_submit(&async, CALLS + 1, actions[0], inputs[0]); /* there is room again */
    async_close(&async);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_calls_in_flight_take_at_most_64_mib_and_the_next_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
