/* What soar_next gives beside outcomes, progress and lines of the log; in which threads a host's
 * callbacks are called, with SOAR_HOST_ANY_THREAD and without; and calls that are planned. */
#include "async.h"
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define SIZE (4 << 20)

/* What a host's callbacks have seen. */
struct ears {
    pthread_t own; /* the thread of the test */
    atomic_int lines, lines_elsewhere, steps, steps_elsewhere;
    atomic_ullong last_id;
};

static void hear_log(void *ctx, int32_t level, const char *line, uint64_t len)
{
    struct ears *ears = ctx;
    (void)level;
    (void)line;
    (void)len;
    atomic_fetch_add(
        pthread_equal(ears->own, pthread_self()) ? &ears->lines : &ears->lines_elsewhere, 1);
}

static int32_t hear_progress(void *ctx, uint64_t call_id, uint64_t done, uint64_t total)
{
    struct ears *ears = ctx;
    (void)done;
    (void)total;
    atomic_store(&ears->last_id, call_id);
    atomic_fetch_add(
        pthread_equal(ears->own, pthread_self()) ? &ears->steps : &ears->steps_elsewhere, 1);
    return 0;
}

static soar_host host_with(struct ears *ears, uint32_t flags)
{
    *ears = (struct ears){.own = pthread_self()};
    return (soar_host){.struct_size = sizeof(soar_host),
                       .abi_version = SOAR_ABI_VERSION,
                       .ctx = ears,
                       .log = hear_log,
                       .progress = hear_progress,
                       .flags = flags};
}

/* Puts an upload in flight under the id 7; there must be an instance for the case. */
static void submit_upload(struct async *async, struct world *world)
{
    char input[256], *case_id = world_new_case(world, "With a file");
    tmpdir_write_pattern(world->dir, "in/sent.bin", SIZE);
    snprintf(input, sizeof input, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", case_id);
    async_submit(async, 7, "upload_file", input);
    free(case_id);
}

/* ------------------------------------------------------------------ events */

static void expect_progress(const soar_result *result, uint64_t before)
{
    struct json_object *document = json_tokener_parse(result->json);
    assert_int_equal(result->call_id, 7);
    assert_in_range(result->done, before, result->total != 0 ? result->total : UINT64_MAX);
    assert_int_equal(json_object_get_int64(json_object_object_get(document, "done")), result->done);
    assert_int_equal(json_object_get_int64(json_object_object_get(document, "total")),
                     result->total);
    json_object_put(document);
}

/* The call is held by the service until progress has been told, and then ended. */
static void expect_progress_and_then_the_outcome(struct async *async, soar_status wanted)
{
    soar_result result;
    uint64_t before = 0;
    for (async_next(async, &result); result.kind != SOAR_KIND_DONE; async_next(async, &result)) {
        if (result.kind == SOAR_KIND_PROGRESS) {
            expect_progress(&result, before);
            before = result.done;
        }
        if (before > 0) {
            (void)plugin_functions()->cancel(async->instance, 7);
        }
        plugin_functions()->release(&result);
    }
    assert_int_equal(result.status, wanted);
    plugin_functions()->release(&result);
    assert_true(before > 0);
    while (async_readable(async)) { /* no progress comes after the outcome */
        async_next(async, &result);
        assert_int_equal(result.kind, SOAR_KIND_LOG);
        plugin_functions()->release(&result);
    }
}

static void progress_of_a_file_is_told_and_ends_before_the_outcome(void **state)
{
    (void)state;
    static const char *const held[] = {"--fault", "download_existing_files:stall=600000", NULL};
    struct world *world = world_open_new(held, NULL);
    struct async async;
    struct json_object *found = NULL;
    char input[256], *case_id = world_new_case(world, "With a file");
    tmpdir_write_pattern(world->dir, "in/sent.bin", SIZE);
    snprintf(input, sizeof input, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", case_id);
    struct json_object *document = plugin_call(world->instance, "upload_file", input, NULL);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &found), 0);
    async_open(&async, world, NULL, NULL);
    snprintf(input, sizeof input, "{\"id\":\"%s\"}", json_object_get_string(found));
    async_submit(&async, 7, "download_existing_files", input);
    expect_progress_and_then_the_outcome(&async, SOAR_CANCELLED);
    json_object_put(document);
    free(case_id);
    async_close(&async);
    world_free(world);
}

static void pages_of_a_long_list_are_progress_too(void **state)
{
    (void)state;
    static const char *const held[] = {"--fault", "query_case_ids@2:slow=600000", NULL};
    struct world *world = world_open_new(held, NULL);
    struct async async;
    for (int i = 0; i < 5; i++) {
        free(world_new_case(world, "One of five"));
    }
    async_open(&async, world, NULL, NULL);
    async_submit(&async, 7, "query_case_ids", "{\"all\":true,\"limit\":2}");
    expect_progress_and_then_the_outcome(&async, SOAR_PARTIAL);
    async_close(&async);
    world_free(world);
}

static void lines_of_the_log_are_events_of_the_configured_level(void **state)
{
    (void)state;
    static const struct {
        const char *level;
        bool told;
    } levels[] = {{"{\"log.level\":\"info\"}", true}, {"{\"log.level\":\"error\"}", false}};
    for (size_t i = 0; i < 2; i++) {
        struct world *world = world_new(NULL);
        struct async async;
        soar_result result;
        size_t told = 0;
        async_open(&async, world, NULL, levels[i].level);
        for (uint64_t id = 1; id <= 2; id++) { /* the first one's line is there with the second */
            async_submit(&async, id, "query_slas", "{}");
            for (async_next(&async, &result); result.kind != SOAR_KIND_DONE;
                 async_next(&async, &result)) {
                struct json_object *line = json_tokener_parse(result.json), *text = NULL;
                assert_int_equal(result.kind, SOAR_KIND_LOG);
                assert_int_equal(result.call_id, 0);
                assert_int_equal(json_pointer_get(line, "/level", NULL), 0);
                assert_int_equal(json_pointer_get(line, "/message", &text), 0);
                told += strstr(json_object_get_string(text), "query_slas") != NULL;
                json_object_put(line);
                plugin_functions()->release(&result);
            }
            plugin_functions()->release(&result);
        }
        assert_int_equal(told > 0, levels[i].told);
        async_close(&async);
        world_free(world);
    }
}

/* ------------------------------------------------------------------ callbacks */

static void without_any_thread_callbacks_are_called_in_the_hosts_threads_only(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    struct ears ears;
    soar_host host = host_with(&ears, 0);
    async_open(&async, world, &host, "{\"log.level\":\"debug\"}");
    submit_upload(&async, world);
    json_object_put(async_document(&async, NULL, NULL));
    assert_int_equal(atomic_load(&ears.lines_elsewhere), 0);
    assert_int_equal(atomic_load(&ears.steps_elsewhere), 0);
    assert_int_equal(atomic_load(&ears.steps), 0); /* of a submitted call: they are events */
    json_object_put(plugin_call(async.instance, "query_slas", "{}", NULL));
    assert_true(atomic_load(&ears.lines) > 0); /* of soar_invoke: in this thread */
    async_close(&async);
    world_free(world);
}

static void with_any_thread_callbacks_take_the_place_of_events(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    struct ears ears;
    soar_host host = host_with(&ears, SOAR_HOST_ANY_THREAD);
    async_open(&async, world, &host, "{\"log.level\":\"debug\"}");
    submit_upload(&async, world);
    json_object_put(async_document(&async, NULL, NULL));
    async_close(&async);
    assert_int_equal(async.progress, 0);
    assert_int_equal(async.logs, 0);
    assert_true(atomic_load(&ears.steps_elsewhere) > 0);
    assert_true(atomic_load(&ears.lines_elsewhere) > 0);
    assert_int_equal(atomic_load(&ears.last_id), 7);
    world_free(world);
}

/* ------------------------------------------------------------------ plans */

static void a_call_can_be_planned_and_bound_to_its_plan(void **state)
{
    (void)state;
    static const char planned[] = "{\"name\":\"As planned\",\"severity\":60}";
    static const char other[] = "{\"name\":\"Not as planned\",\"severity\":60}";
    struct world *world = world_new(NULL);
    struct async async;
    struct json_object *text = NULL;
    soar_status status = SOAR_INTERNAL;
    async_open(&async, world, NULL, NULL);
    soar_call call = async_call(1, "create_case", planned);
    call.flags = SOAR_CALL_DRY_RUN;
    assert_int_equal(plugin_functions()->submit(async.instance, &call), SOAR_OK);
    struct json_object *document = async_document(&async, NULL, &status);
    assert_int_equal(status, SOAR_OK);
    assert_int_equal(json_pointer_get(document, "/plan/text", &text), 0);
    assert_int_equal(json_pointer_get(document, "/request/method", NULL), 0);
    assert_int_equal(sandbox_count(&world->sandbox), 0); /* nothing was sent */
    call = async_call(2, "create_case", other);
    call.plan = json_object_get_string(text);
    call.plan_len = strlen(call.plan);
    assert_int_equal(plugin_functions()->submit(async.instance, &call), SOAR_OK);
    assert_int_equal(async_expect(&async, 2, "plan_changed", "not_sent"), SOAR_FAILED_PRECONDITION);
    call = async_call(3, "create_case", planned);
    call.plan = json_object_get_string(text);
    call.plan_len = strlen(call.plan);
    assert_int_equal(plugin_functions()->submit(async.instance, &call), SOAR_OK);
    assert_int_equal(async_expect(&async, 3, NULL, NULL), SOAR_OK);
    json_object_put(document);
    async_close(&async);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_of_a_file_is_told_and_ends_before_the_outcome),
        cmocka_unit_test(pages_of_a_long_list_are_progress_too),
        cmocka_unit_test(lines_of_the_log_are_events_of_the_configured_level),
        cmocka_unit_test(without_any_thread_callbacks_are_called_in_the_hosts_threads_only),
        cmocka_unit_test(with_any_thread_callbacks_take_the_place_of_events),
        cmocka_unit_test(a_call_can_be_planned_and_bound_to_its_plan),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
