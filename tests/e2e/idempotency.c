/* The idempotency key of a call: one write, and its outcome for all who come with the key. */
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define INPUT "{\"name\":\"n\",\"severity\":5}"

struct asker {
    soar_plugin *instance;
    const char *action, *input, *key;
    size_t key_len;
    uint32_t struct_size;
    pthread_t thread;
    soar_status status;
    char *text; /* the result document */
};

static void *ask(void *arg)
{
    struct asker *asker = arg;
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = asker->struct_size != 0 ? asker->struct_size : sizeof call,
                      .action = asker->action,
                      .action_len = strlen(asker->action),
                      .input = asker->input,
                      .input_len = strlen(asker->input),
                      .idempotency_key = asker->key,
                      .idempotency_key_len = asker->key_len};
    asker->status = plugin_functions()->invoke(asker->instance, &call, &result);
    asker->text = result.json != NULL ? strdup(result.json) : NULL;
    plugin_functions()->release(&result);
    return NULL;
}

static struct asker asked(soar_plugin *instance, const char *action, const char *input,
                          const char *key)
{
    struct asker asker = {.instance = instance,
                          .action = action,
                          .input = input,
                          .key = key,
                          .key_len = key != NULL ? strlen(key) : 0};
    ask(&asker);
    return asker;
}

static void expect_cases(struct world *world, int64_t expected)
{
    struct json_object *total = NULL;
    struct json_object *document = plugin_call(world->instance, "query_case_ids", "{}", NULL);
    assert_int_equal(json_pointer_get(document, "/meta/pagination/total", &total), 0);
    assert_int_equal(json_object_get_int64(total), expected);
    json_object_put(document);
}

static void expect_text(const struct asker *asker, const char *pointer, const char *expected)
{
    struct json_object *found = NULL, *document = json_tokener_parse(asker->text);
    if (json_pointer_get(document, pointer, &found) != 0 ||
        strcmp(json_object_get_string(found), expected) != 0) {
        fail_msg("%s: expected %s in %s", pointer, expected, asker->text);
    }
    json_object_put(document);
}

static void the_same_key_again_gets_the_first_outcome_and_writes_nothing(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct asker first = asked(world->instance, "create_case", INPUT, "k1");
    struct asker again =
        asked(world->instance, "create_case", " {\"name\": \"n\",\"severity\":5}", "k1");
    struct asker other = asked(world->instance, "create_case", INPUT, "k2");
    assert_int_equal(first.status, SOAR_OK);
    assert_int_equal(again.status, SOAR_OK);
    assert_string_equal(first.text, again.text);
    assert_string_not_equal(first.text, other.text);
    expect_cases(world, 2);
    free(first.text);
    free(again.text);
    free(other.text);
    world_free(world);
}

static void a_key_for_another_action_or_input_is_refused(void **state)
{
    static const struct {
        const char *action, *input;
    } rows[] = {
        {"create_case", "{\"name\":\"m\",\"severity\":5}"},
        {"create_sla", "{\"name\":\"n\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":60}]}"}};
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct asker first = asked(world->instance, "create_case", INPUT, "k");
    for (size_t i = 0; i < 2; i++) {
        struct asker other = asked(world->instance, rows[i].action, rows[i].input, "k");
        assert_int_equal(other.status, SOAR_INVALID_ARGUMENT);
        expect_text(&other, "/error/reason", "idempotency_key_reused");
        expect_text(&other, "/error/where", "soar_call.idempotency_key");
        expect_text(&other, "/error/outcome", "not_sent");
        free(other.text);
    }
    struct asker again = asked(world->instance, "create_case", INPUT, "k");
    assert_string_equal(first.text, again.text);
    free(first.text);
    free(again.text);
    expect_cases(world, 1);
    world_free(world);
}

static void who_comes_while_the_first_is_in_flight_gets_its_outcome(void **state)
{
    static const char *const args[] = {"--fault", "create_case:slow=300", NULL};
    struct asker askers[8];
    (void)state;
    struct world *world = world_open_new(args, NULL);
    for (size_t i = 0; i < 8; i++) {
        askers[i] = (struct asker){.instance = world->instance,
                                   .action = "create_case",
                                   .input = INPUT,
                                   .key = "k",
                                   .key_len = 1};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].status, SOAR_OK);
        assert_string_equal(askers[i].text, askers[0].text);
    }
    for (size_t i = 0; i < 8; i++) {
        free(askers[i].text);
    }
    expect_cases(world, 1);
    world_free(world);
}

static void what_was_not_applied_and_may_go_well_leaves_the_key_free(void **state)
{
    static const char *const args[] = {"--fault", "create_case:status=503:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, "{\"retry.attempts\":1}");
    struct asker first = asked(world->instance, "create_case", INPUT, "k");
    struct asker again = asked(world->instance, "create_case", INPUT, "k");
    assert_int_equal(first.status, SOAR_UNAVAILABLE);
    expect_text(&first, "/error/outcome", "not_applied");
    assert_int_equal(again.status, SOAR_OK);
    free(first.text);
    free(again.text);
    expect_cases(world, 1);
    world_free(world);
}

/* The first call could not find out: the second must not write either. */
static void what_may_have_been_applied_keeps_the_key(void **state)
{
    static const char *const args[] = {"--fault", "create_case:reset_after:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, NULL);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    struct json_object *denied = json_tokener_parse("{\"policy.allow\":[\"create_case\"]}");
    settings_change(settings, denied);
    json_object_put(denied);
    soar_plugin *instance = plugin_open(settings);
    json_object_put(settings);
    struct asker first = asked(instance, "create_case", INPUT, "k");
    struct asker again = asked(instance, "create_case", INPUT, "k");
    assert_int_equal(first.status, SOAR_UNKNOWN);
    assert_string_equal(first.text, again.text);
    free(first.text);
    free(again.text);
    plugin_close(instance);
    expect_cases(world, 1);
    world_free(world);
}

static void what_was_refused_for_good_keeps_the_key(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    static const char input[] =
        "{\"id\":\"00000000-0000-4000-8000-00000000dead\",\"fields\":{\"severity\":5}}";
    struct asker first = asked(world->instance, "update_case_fields", input, "k");
    struct asker again = asked(world->instance, "update_case_fields", input, "k");
    assert_int_equal(first.status, SOAR_NOT_FOUND);
    assert_string_equal(first.text, again.text);
    free(first.text);
    free(again.text);
    world_free(world);
}

static void a_key_belongs_to_its_instance_and_reads_have_none(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    soar_plugin *other = plugin_open(settings);
    json_object_put(settings);
    free(asked(world->instance, "create_case", INPUT, "k").text);
    free(asked(other, "create_case", INPUT, "k").text);
    expect_cases(world, 2);
    struct asker read = asked(world->instance, "query_case_ids", "{}", "k");
    assert_int_equal(read.status, SOAR_OK);
    free(read.text);
    plugin_close(other);
    world_free(world);
}

static void a_key_that_is_too_long_or_nowhere_is_refused(void **state)
{
    static char text[257];
    (void)state;
    memset(text, 'k', sizeof text);
    struct world *world = world_open_new(NULL, NULL);
    struct asker longer = {.instance = world->instance,
                           .action = "create_case",
                           .input = INPUT,
                           .key = text,
                           .key_len = 257};
    ask(&longer);
    assert_int_equal(longer.status, SOAR_INVALID_ARGUMENT);
    expect_text(&longer, "/error/reason", "bad_idempotency_key");
    free(longer.text);
    longer.key_len = 256;
    ask(&longer);
    assert_int_equal(longer.status, SOAR_OK);
    free(longer.text);
    longer.key = NULL;
    ask(&longer);
    assert_int_equal(longer.status, SOAR_INVALID_ARGUMENT);
    expect_text(&longer, "/error/where", "soar_call.idempotency_key");
    free(longer.text);
    world_free(world);
}

/* A host compiled with 1.0 has a struct that ends before the key; what lies there is not its. */
static void a_host_of_version_1_0_has_no_keys(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    assert_int_equal(plugin_functions()->abi_version(), SOAR_ABI_VERSION);
    assert_int_equal(SOAR_ABI_VERSION, 1u << 16 | 1u);
    for (int i = 0; i < 2; i++) {
        struct asker old = {.instance = world->instance,
                            .action = "create_case",
                            .input = INPUT,
                            .key = (const char *)(uintptr_t)1, /* would crash where looked at */
                            .key_len = 8,
                            .struct_size = 80};
        ask(&old);
        assert_int_equal(old.status, SOAR_OK);
        free(old.text);
    }
    expect_cases(world, 2);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_key_again_gets_the_first_outcome_and_writes_nothing),
        cmocka_unit_test(a_key_for_another_action_or_input_is_refused),
        cmocka_unit_test(who_comes_while_the_first_is_in_flight_gets_its_outcome),
        cmocka_unit_test(what_was_not_applied_and_may_go_well_leaves_the_key_free),
        cmocka_unit_test(what_may_have_been_applied_keeps_the_key),
        cmocka_unit_test(what_was_refused_for_good_keeps_the_key),
        cmocka_unit_test(a_key_belongs_to_its_instance_and_reads_have_none),
        cmocka_unit_test(a_key_that_is_too_long_or_nowhere_is_refused),
        cmocka_unit_test(a_host_of_version_1_0_has_no_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
