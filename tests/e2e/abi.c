/* The contract from outside: what every function does with whatever a host may hand it, and what
 * the list of actions promises. */
#include "check.h"
#include "world.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char config[] = "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"i\"; "
                             "client_secret = \"s\"; };";

static soar_plugin *make(void)
{
    soar_plugin *instance = NULL;
    assert_int_equal(
        plugin_functions()->init(NULL, config, sizeof config - 1, &instance, NULL, NULL), SOAR_OK);
    return instance;
}

static soar_call dry_run(void)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .flags = SOAR_CALL_DRY_RUN,
                       .action = "query_case_ids",
                       .action_len = 14};
}

/* ------------------------------------------------------------------ arguments */

static void null_is_refused_by_every_function(void **state)
{
    (void)state;
    const struct plugin *soar = plugin_functions();
    soar_plugin *instance = make();
    soar_result result = {.struct_size = sizeof result};
    soar_call call = dry_run();
    const char *json = NULL;
    uint64_t len = 0;
    assert_int_equal(soar->list_actions(NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->list_actions(&json, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->list_actions(NULL, &len), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->init(NULL, NULL, 0, NULL, NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->init(NULL, NULL, 9, &instance, NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->init(NULL, NULL, 0, &instance, NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->invoke(NULL, NULL, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->invoke(instance, &call, NULL), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->invoke(instance, NULL, &result), SOAR_INVALID_ARGUMENT);
    soar->release(&result);
    assert_int_equal(soar->invoke(NULL, &call, &result), SOAR_INVALID_ARGUMENT);
    soar->release(&result);
    assert_int_equal(soar->cancel(NULL, 1), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->cancel(instance, 0), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->shutdown(NULL, 0), SOAR_INVALID_ARGUMENT);
    soar->release(NULL);
    plugin_close(instance);
}

static void structs_of_every_size_are_taken_or_refused(void **state)
{
    (void)state;
    const struct plugin *soar = plugin_functions();
    soar_plugin *instance = make();
    static const uint32_t more[] = {0, 1, 8, 1000, 1u << 20, UINT32_MAX - 200};
    for (uint32_t size = 0; size < offsetof(soar_call, plan); size++) {
        soar_result result = {.struct_size = sizeof result};
        soar_call call = dry_run();
        call.struct_size = size;
        assert_int_equal(soar->invoke(instance, &call, &result), SOAR_INVALID_ARGUMENT);
        assert_non_null(result.json);
        soar->release(&result);
    }
    for (uint32_t size = 0; size < sizeof(soar_result); size++) {
        soar_result result = {.struct_size = size}, untouched = result;
        soar_call call = dry_run();
        assert_int_equal(soar->invoke(instance, &call, &result), SOAR_INVALID_ARGUMENT);
        soar->release(&result);
        assert_memory_equal(&result, &untouched, sizeof result);
    }
    for (uint32_t size = 0; size < sizeof(soar_host); size++) {
        soar_host host = {.struct_size = size, .abi_version = SOAR_ABI_VERSION};
        soar_plugin *none = NULL;
        assert_int_equal(soar->init(&host, config, sizeof config - 1, &none, NULL, NULL),
                         SOAR_INVALID_ARGUMENT);
        assert_null(none);
    }
    for (size_t i = 0; i < COUNT(more); i++) {
        soar_result result = {.struct_size = (uint32_t)sizeof result + more[i]};
        soar_host host = {.struct_size = (uint32_t)sizeof host + more[i],
                          .abi_version = SOAR_ABI_VERSION};
        soar_plugin *other = NULL;
        soar_call call = dry_run();
        call.struct_size += more[i];
        assert_int_equal(soar->init(&host, config, sizeof config - 1, &other, NULL, NULL), SOAR_OK);
        assert_int_equal(soar->invoke(other, &call, &result), SOAR_OK);
        soar->release(&result);
        plugin_close(other);
    }
    plugin_close(instance);
}

static void unknown_flags_are_refused(void **state)
{
    (void)state;
    soar_plugin *instance = make();
    for (unsigned bit = 3; bit < 32; bit++) {
        soar_status status = SOAR_OK;
        soar_call call = dry_run();
        call.flags |= 1u << bit;
        json_object_put(plugin_invoke(instance, &call, &status));
        assert_int_equal(status, SOAR_INVALID_ARGUMENT);
    }
    plugin_close(instance);
}

static void a_host_of_another_major_version_is_refused(void **state)
{
    (void)state;
    static const uint32_t versions[] = {0, 2u << 16, 0xffffffffu};
    for (size_t i = 0; i < COUNT(versions); i++) {
        soar_host host = {.struct_size = sizeof host, .abi_version = versions[i]};
        soar_plugin *none = NULL;
        assert_int_equal(
            plugin_functions()->init(&host, config, sizeof config - 1, &none, NULL, NULL),
            SOAR_UNIMPLEMENTED);
        assert_null(none);
    }
}

static void garbage_is_no_handle(void **state)
{
    (void)state;
    const struct plugin *soar = plugin_functions();
    soar_plugin *instance = make();
    uint64_t seed = 88172645463325252u;
    for (int i = 0; i < 10000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        uintptr_t token = i % 2 == 0 ? (uintptr_t)seed : (uintptr_t)instance ^ (1u << (i % 32));
        if (token == (uintptr_t)instance) {
            continue;
        }
        if (soar->cancel((soar_plugin *)token, 1) != SOAR_INVALID_ARGUMENT ||
            soar->shutdown((soar_plugin *)token, 0) != SOAR_INVALID_ARGUMENT) {
            fail_msg("handle %zx", (size_t)token);
        }
    }
    assert_int_equal(soar->cancel(instance, 1), SOAR_NOT_FOUND);
    plugin_close(instance);
}

static void what_was_shut_down_is_refused_and_its_results_stay(void **state)
{
    (void)state;
    const struct plugin *soar = plugin_functions();
    soar_plugin *instance = make();
    soar_result kept = {.struct_size = sizeof kept}, result = kept;
    soar_call call = dry_run();
    assert_int_equal(soar->invoke(instance, &call, &kept), SOAR_OK);
    plugin_close(instance);
    assert_int_equal(soar->invoke(instance, &call, &result), SOAR_INVALID_ARGUMENT);
    assert_non_null(strstr(result.json, "bad_handle"));
    soar->release(&result);
    soar->release(&result);
    assert_int_equal(soar->shutdown(instance, 0), SOAR_INVALID_ARGUMENT);
    assert_int_equal(soar->cancel(instance, 1), SOAR_INVALID_ARGUMENT);
    assert_int_equal(strlen(kept.json), kept.json_len);
    soar->release(&kept);
    assert_null(kept.json);
    assert_null(kept.owner);
}

static void text_needs_no_nul_at_its_end(void **state)
{
    (void)state;
    soar_plugin *instance = make();
    soar_status status = SOAR_OK;
    soar_call call = dry_run();
    char *action = malloc(14), *input = malloc(12); /* of their very length */
    assert_non_null(action);
    assert_non_null(input);
    memcpy(action, "query_case_ids", 14);
    memcpy(input, "{\"limit\": 5}", 12);
    call.action = action;
    call.input = input;
    call.input_len = 12;
    json_object_put(plugin_invoke(instance, &call, &status));
    assert_int_equal(status, SOAR_OK);
    call.action_len = 13;
    json_object_put(plugin_invoke(instance, &call, &status));
    assert_int_equal(status, SOAR_NOT_FOUND);
    free(action);
    free(input);
    plugin_close(instance);
}

/* ------------------------------------------------------------------ the list of actions */

static struct json_object *at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? value : NULL;
}

/* Every $ref of a schema stays inside it; every object says what else it may hold. */
static void check_schema(const char *name, struct json_object *json)
{
    if (json_object_is_type(json, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(json); i++) {
            check_schema(name, json_object_array_get_idx(json, i));
        }
    }
    if (!json_object_is_type(json, json_type_object)) {
        return;
    }
    json_object_object_foreach(json, key, value)
    {
        if (strcmp(key, "$ref") == 0 && json_object_is_type(value, json_type_string) &&
            json_object_get_string(value)[0] != '#') {
            fail_msg("%s: remote $ref %s", name, json_object_get_string(value));
        }
        check_schema(name, value);
    }
}

static void check_tool(struct json_object *tool)
{
    const char *name = json_object_get_string(at(tool, "/name"));
    static const char *const texts[] = {"/title",        "/description", "/_meta/operation_id",
                                        "/_meta/method", "/_meta/path",  "/_meta/group"};
    static const char *const hints[] = {"/annotations/readOnlyHint", "/annotations/destructiveHint",
                                        "/annotations/idempotentHint",
                                        "/annotations/openWorldHint"};
    for (const char *c = name; *c != '\0'; c++) {
        assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!json_object_is_type(at(tool, texts[i]), json_type_string)) {
            fail_msg("%s has no %s", name, texts[i]);
        }
    }
    for (size_t i = 0; i < COUNT(hints); i++) {
        if (!json_object_is_type(at(tool, hints[i]), json_type_boolean)) {
            fail_msg("%s has no %s", name, hints[i]);
        }
    }
    struct json_object *input = at(tool, "/inputSchema"), *closed = NULL;
    if (strcmp(json_object_get_string(at(input, "/type")), "object") != 0 ||
        !json_object_object_get_ex(input, "additionalProperties", &closed) ||
        !json_object_is_type(closed, json_type_boolean) || json_object_get_boolean(closed)) {
        fail_msg("%s: the input is no closed object", name);
    }
    assert_string_equal(json_object_get_string(at(tool, "/outputSchema/type")), "object");
    check_schema(name, input);
    check_schema(name, at(tool, "/outputSchema"));
}

static void all_actions_are_listed_as_tools(void **state)
{
    (void)state;
    struct json_object *actions = plugin_actions(), *tools = at(actions, "/tools");
    size_t n = json_object_array_length(tools);
    assert_int_equal(n, 55);
    for (size_t i = 0; i < n; i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i);
        check_tool(tool);
        const char *name = json_object_get_string(at(tool, "/name"));
        assert_ptr_equal(plugin_action(actions, name), tool); /* no name twice */
    }
    char version[32];
    snprintf(version, sizeof version, "%u.%u", SOAR_ABI_MAJOR, SOAR_ABI_MINOR);
    assert_string_equal(json_object_get_string(at(actions, "/_meta/abi_version")), version);
    assert_int_equal(plugin_functions()->abi_version(), SOAR_ABI_VERSION);
    assert_non_null(at(actions, "/_meta/plugin_version"));
    assert_non_null(at(actions, "/_meta/configSchema/properties/falcon"));
    json_object_put(actions);
}

static void the_input_of_every_example_is_accepted(void **state)
{
    (void)state;
    soar_plugin *instance = make();
    struct json_object *actions = plugin_actions(), *tools = at(actions, "/tools");
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i);
        struct json_object *examples = at(tool, "/_meta/examples");
        const char *name = json_object_get_string(at(tool, "/name"));
        size_t n = examples != NULL ? json_object_array_length(examples) : 0;
        assert_true(n > 0);
        for (size_t k = 0; k < n; k++) {
            const char *input =
                json_object_to_json_string(at(json_object_array_get_idx(examples, k), "/input"));
            soar_status status = SOAR_OK;
            soar_call call = {.flags = SOAR_CALL_DRY_RUN,
                              .action = name,
                              .action_len = strlen(name),
                              .input = input,
                              .input_len = strlen(input)};
            struct json_object *document = plugin_invoke(instance, &call, &status);
            struct json_object *reason = at(document, "/error/reason");
            if (reason != NULL && strcmp(json_object_get_string(reason), "no_directory") == 0) {
                json_object_put(document); /* the input is fine: there is no place for files here */
                continue;
            }
            if (status != SOAR_OK) {
                fail_msg("%s %s: %s", name, input, json_object_to_json_string(document));
            }
            assert_string_equal(json_object_get_string(at(document, "/request/method")),
                                json_object_get_string(at(tool, "/_meta/method")));
            json_object_put(document);
        }
    }
    json_object_put(actions);
    plugin_close(instance);
}

static void what_closed_inputs_do_not_know_is_refused(void **state)
{
    (void)state;
    soar_plugin *instance = make();
    struct json_object *actions = plugin_actions(), *tools = at(actions, "/tools");
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        const char *name = json_object_get_string(at(json_object_array_get_idx(tools, i), "/name"));
        soar_status status = SOAR_OK;
        struct json_object *document =
            plugin_call(instance, name, "{\"no_such_member\":1}", &status);
        assert_int_equal(status, SOAR_INVALID_ARGUMENT);
        assert_non_null(strstr(json_object_to_json_string(document), "no_such_member"));
        json_object_put(document);
    }
    json_object_put(actions);
    plugin_close(instance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_refused_by_every_function),
        cmocka_unit_test(structs_of_every_size_are_taken_or_refused),
        cmocka_unit_test(unknown_flags_are_refused),
        cmocka_unit_test(a_host_of_another_major_version_is_refused),
        cmocka_unit_test(garbage_is_no_handle),
        cmocka_unit_test(what_was_shut_down_is_refused_and_its_results_stay),
        cmocka_unit_test(text_needs_no_nul_at_its_end),
        cmocka_unit_test(all_actions_are_listed_as_tools),
        cmocka_unit_test(the_input_of_every_example_is_accepted),
        cmocka_unit_test(what_closed_inputs_do_not_know_is_refused),
    };
    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
