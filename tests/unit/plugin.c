/* The edge of the ABI: what is refused there, and who owns what. */
#include "run_world.h"

static const char config[] = "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"i\"; "
                             "client_secret = \"s\"; };";

static soar_plugin *make(void)
{
    soar_plugin *plugin = NULL;
    int32_t event_fd = 7;

    assert_int_equal(soar_init(NULL, config, sizeof(config) - 1, &plugin, &event_fd, NULL),
                     SOAR_OK);
    assert_non_null(plugin);
    assert_true(event_fd >= 0);
    return plugin;
}

/* The reason of a refusal; releases the result. */
static void expect_refusal(soar_result *result, soar_status status, const char *reason,
                           const char *where)
{
    struct error err;
    struct json_object *document = json_parse(result->json, result->json_len, 64, &err);

    assert_non_null(document);
    assert_int_equal(result->status, status);
    assert_int_equal(result->kind, SOAR_KIND_DONE);
    assert_string_equal(json_string_at(document, "/error/reason"), reason);
    if (where != NULL)
        assert_string_equal(json_string_at(document, "/error/where"), where);
    json_object_put(document);
    soar_release(result);
}

static void the_version_and_the_list_are_there_before_anything_else(void **state)
{
    (void)state;
    const char *json = NULL, *again = NULL;
    uint64_t len = 0;

    assert_int_equal(soar_abi_version() >> 16, SOAR_ABI_MAJOR);
    assert_int_equal(soar_list_actions(&json, &len), SOAR_OK);
    assert_int_equal(strlen(json), len);
    assert_int_equal(soar_list_actions(&again, &len), SOAR_OK);
    assert_ptr_equal(json, again);
    assert_int_equal(soar_list_actions(NULL, &len), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar_list_actions(&json, NULL), SOAR_INVALID_ARGUMENT);
}

static void an_instance_is_not_made_from_bad_arguments(void **state)
{
    (void)state;
    const soar_host small = {.struct_size = sizeof(soar_host) - 1, .abi_version = SOAR_ABI_VERSION};
    const soar_host other = {.struct_size = sizeof(soar_host),
                             .abi_version = (SOAR_ABI_MAJOR + 1) << 16};
    const soar_host newer = {.struct_size = sizeof(soar_host), .abi_version = SOAR_ABI_VERSION + 7};
    soar_plugin *const untouched = (soar_plugin *)(uintptr_t)5;
    soar_plugin *plugin = untouched;
    soar_result err = {.struct_size = sizeof(err)};

    assert_int_equal(soar_init(NULL, config, sizeof(config) - 1, NULL, NULL, &err),
                     SOAR_INVALID_ARGUMENT);
    expect_refusal(&err, SOAR_INVALID_ARGUMENT, "null_argument", "ret_plugin");
    assert_int_equal(soar_init(NULL, NULL, 5, &plugin, NULL, &err), SOAR_INVALID_ARGUMENT);
    expect_refusal(&err, SOAR_INVALID_ARGUMENT, "null_argument", "config");
    assert_int_equal(soar_init(&small, config, sizeof(config) - 1, &plugin, NULL, &err),
                     SOAR_INVALID_ARGUMENT);
    expect_refusal(&err, SOAR_INVALID_ARGUMENT, "bad_struct_size", "soar_host.struct_size");
    assert_int_equal(soar_init(&other, config, sizeof(config) - 1, &plugin, NULL, &err),
                     SOAR_UNIMPLEMENTED);
    expect_refusal(&err, SOAR_UNIMPLEMENTED, "abi_version", "soar_host.abi_version");
    assert_int_equal(soar_init(NULL, "nonsense", 8, &plugin, NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_ptr_equal(plugin, untouched);
    assert_int_equal(soar_init(&newer, config, sizeof(config) - 1, &plugin, NULL, &err), SOAR_OK);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
}

static void a_call_is_not_taken_from_bad_arguments(void **state)
{
    (void)state;
    static const struct {
        soar_call call;
        const char *reason, *where;
    } rows[] = {
        {{.struct_size = 0, .action = "x"}, "bad_struct_size", "soar_call.struct_size"},
        {{.struct_size = offsetof(soar_call, plan) - 1, .action = "x"},
         "bad_struct_size",
         "soar_call.struct_size"},
        {{.struct_size = sizeof(soar_call)}, "bad_call", "soar_call.action"},
        {{.struct_size = sizeof(soar_call), .action = "x", .input_len = 1},
         "bad_call",
         "soar_call.input"},
        {{.struct_size = sizeof(soar_call), .action = "x", .trace_len = 1},
         "bad_call",
         "soar_call.trace"},
        {{.struct_size = sizeof(soar_call), .action = "x", .plan_len = 1},
         "bad_call",
         "soar_call.plan"},
        {{.struct_size = sizeof(soar_call), .action = "x", .flags = 8},
         "bad_call",
         "soar_call.flags"},
        {{.struct_size = sizeof(soar_call), .action = "x", .flags = 0x80000001u},
         "bad_call",
         "soar_call.flags"},
    };
    soar_plugin *plugin = make();
    soar_result result = {.struct_size = sizeof(result)};

    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(soar_invoke(plugin, &rows[i].call, &result), SOAR_INVALID_ARGUMENT);
        expect_refusal(&result, SOAR_INVALID_ARGUMENT, rows[i].reason, rows[i].where);
    }
    assert_int_equal(soar_invoke(plugin, NULL, &result), SOAR_INVALID_ARGUMENT);
    expect_refusal(&result, SOAR_INVALID_ARGUMENT, "null_argument", NULL);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
}

static void a_result_that_cannot_be_filled_is_left_alone(void **state)
{
    (void)state;
    soar_plugin *plugin = make();
    soar_call call = call_of("query_case_ids", "{}");
    soar_result result, before;

    assert_int_equal(soar_invoke(plugin, &call, NULL), SOAR_INVALID_ARGUMENT);
    for (uint32_t size = 0; size < sizeof(result); size += 9) {
        memset(&result, 0x5a, sizeof(result));
        result.struct_size = size;
        before = result;
        assert_int_equal(soar_invoke(plugin, &call, &result), SOAR_INVALID_ARGUMENT);
        assert_int_equal(soar_init(NULL, "x", 1, &plugin, NULL, &result), SOAR_INVALID_ARGUMENT);
        soar_release(&result);
        assert_memory_equal(&result, &before, sizeof(result));
    }
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
}

static void structs_of_a_later_version_are_read_as_far_as_they_are_known(void **state)
{
    (void)state;
    struct {
        soar_call known;
        char more[64];
    } call = {.known = call_of("query_case_ids", "{}")};
    struct {
        soar_result known;
        char more[64];
    } result = {.known = {.struct_size = sizeof(result)}};
    soar_plugin *plugin = make();
    char untouched[64];

    memset(call.more, 0xff, sizeof(call.more));
    memset(result.more, 0x5a, sizeof(result.more));
    memset(untouched, 0x5a, sizeof(untouched));
    call.known.struct_size = sizeof(call);
    call.known.flags = SOAR_CALL_DRY_RUN;
    assert_int_equal(soar_invoke(plugin, &call.known, &result.known), SOAR_OK);
    assert_int_equal(result.known.struct_size, sizeof(result));
    assert_memory_equal(result.more, untouched, sizeof(untouched));
    soar_release(&result.known);
    assert_memory_equal(result.more, untouched, sizeof(untouched));
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
}

static void a_call_of_the_first_version_is_read_no_further_than_it_goes(void **state)
{
    (void)state;
    soar_plugin *plugin = make();
    soar_call call = call_of("query_case_ids", "{}");
    soar_result result = {.struct_size = sizeof(result)};

    memset((char *)&call + offsetof(soar_call, plan), 0xff,
           sizeof(call) - offsetof(soar_call, plan));
    call.struct_size = offsetof(soar_call, plan);
    call.flags = SOAR_CALL_DRY_RUN;
    assert_int_equal(soar_invoke(plugin, &call, &result), SOAR_OK);
    soar_release(&result);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
}

static void a_result_is_released_once_and_stays_empty(void **state)
{
    (void)state;
    soar_plugin *plugin = make();
    soar_call call = call_of("query_case_ids", "{}");
    soar_result result = {.struct_size = sizeof(result)};
    static const soar_result empty = {.struct_size = sizeof(empty)};

    call.flags = SOAR_CALL_DRY_RUN;
    call.call_id = 9;
    assert_int_equal(soar_invoke(plugin, &call, &result), SOAR_OK);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
    assert_int_equal(result.json[result.json_len], '\0'); /* lives on without its instance */
    assert_int_equal(result.call_id, 9);
    for (int i = 0; i < 3; i++) {
        soar_release(&result);
        assert_memory_equal(&result, &empty, sizeof(result));
    }
    soar_release(NULL);
}

static void an_instance_that_was_shut_down_is_refused(void **state)
{
    (void)state;
    soar_plugin *plugin = make();
    soar_call call = call_of("query_case_ids", "{}");
    soar_result result = {.struct_size = sizeof(result)};

    assert_int_equal(soar_cancel(plugin, 0), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar_cancel(plugin, 1), SOAR_NOT_FOUND);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_OK);
    assert_int_equal(soar_shutdown(plugin, 0), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar_cancel(plugin, 1), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar_invoke(plugin, &call, &result), SOAR_INVALID_ARGUMENT);
    expect_refusal(&result, SOAR_INVALID_ARGUMENT, "bad_handle", "plugin");
    assert_int_equal(soar_shutdown(NULL, 0), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar_invoke(NULL, &call, &result), SOAR_INVALID_ARGUMENT);
    expect_refusal(&result, SOAR_INVALID_ARGUMENT, "bad_handle", "plugin");
}

struct second {
    struct run_world *world;
    soar_status status;
};

static void *ask_with_the_same_id(void *arg)
{
    struct second *second = arg;
    soar_call call = call_of("query_case_ids", "{}");
    soar_result result = {.struct_size = sizeof(result)};

    loopback_wait(&second->world->server, 1);
    call.call_id = 5;
    second->status = soar_invoke(second->world->plugin, &call, &result);
    soar_release(&result);
    soar_cancel(second->world->plugin, 5);
    return NULL;
}

static void an_id_in_flight_is_refused(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct run_world world;
    struct second second = {.world = &world};
    pthread_t thread;

    open_world(&world, NULL, answers, 1);
    soar_call call = call_of("query_case_ids", "{}");
    call.call_id = 5;
    assert_int_equal(pthread_create(&thread, NULL, ask_with_the_same_id, &second), 0);
    expect_reason(&world, &call, SOAR_CANCELLED, "cancelled");
    pthread_join(thread, NULL);
    assert_int_equal(second.status, SOAR_ALREADY_EXISTS);
    close_world(&world);
}

static void *shut_down(void *arg)
{
    struct second *second = arg;

    loopback_wait(&second->world->server, 1);
    second->status = soar_shutdown(second->world->plugin, SOAR_NO_TIMEOUT);
    return NULL;
}

static void shutting_down_ends_the_calls_in_flight(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct run_world world;
    struct second second = {.world = &world};
    pthread_t thread;

    open_world(&world, NULL, answers, 1);
    soar_call call = call_of("query_case_ids", "{}");
    assert_int_equal(pthread_create(&thread, NULL, shut_down, &second), 0);
    expect_reason(&world, &call, SOAR_CANCELLED, "cancelled");
    pthread_join(thread, NULL);
    assert_int_equal(second.status, SOAR_OK);
    loopback_stop(&world.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_and_the_list_are_there_before_anything_else),
        cmocka_unit_test(an_instance_is_not_made_from_bad_arguments),
        cmocka_unit_test(a_call_is_not_taken_from_bad_arguments),
        cmocka_unit_test(a_result_that_cannot_be_filled_is_left_alone),
        cmocka_unit_test(structs_of_a_later_version_are_read_as_far_as_they_are_known),
        cmocka_unit_test(a_call_of_the_first_version_is_read_no_further_than_it_goes),
        cmocka_unit_test(a_result_is_released_once_and_stays_empty),
        cmocka_unit_test(an_instance_that_was_shut_down_is_refused),
        cmocka_unit_test(an_id_in_flight_is_refused),
        cmocka_unit_test(shutting_down_ends_the_calls_in_flight),
    };
    return cmocka_run_group_tests_name("plugin", tests, NULL, NULL);
}
