/* A write that is planned, looked at, and then carried out as planned or not at all. */
#include "check.h"
#include "world.h"
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static soar_call call_of(const char *action, const char *input, const char *plan)
{
    return (soar_call){.action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input),
                       .plan = plan,
                       .plan_len = plan != NULL ? strlen(plan) : 0};
}

static char *text_at(struct json_object *document, const char *pointer)
{
    struct json_object *value = NULL;
    if (json_pointer_get(document, pointer, &value) != 0) {
        fail_msg("no %s in %s", pointer, json_object_to_json_string(document));
    }
    char *text = strdup(json_object_get_string(value));
    assert_non_null(text);
    return text;
}

static char *plan_of(struct world *world, const char *action, const char *input)
{
    soar_call call = call_of(action, input, NULL);
    soar_status status = SOAR_INTERNAL;
    call.flags = SOAR_CALL_DRY_RUN;
    struct json_object *document = plugin_invoke(world->instance, &call, &status);
    assert_int_equal(status, SOAR_OK);
    char *plan = text_at(document, "/plan/text");
    json_object_put(document);
    return plan;
}

static void expect_refused(struct world *world, soar_call *call, const char *differs)
{
    size_t before = sandbox_count(&world->sandbox);
    soar_status status = SOAR_OK;
    struct json_object *document = plugin_invoke(world->instance, call, &status);
    assert_int_equal(status, SOAR_FAILED_PRECONDITION);
    char *reason = text_at(document, "/error/reason"),
         *message = text_at(document, "/error/message");
    assert_string_equal(reason, "plan_changed");
    if (strstr(message, differs) == NULL) {
        fail_msg("%s", message);
    }
    assert_int_equal(sandbox_count(&world->sandbox), before);
    free(reason);
    free(message);
    json_object_put(document);
}

static void what_was_planned_is_what_the_service_gets(void **state)
{
    (void)state;
    static const char input[] = "{\"name\":\"Planned\",\"severity\":60,\"tags\":[\"a\",\"b\"]}";
    struct world *world = world_open_new(NULL, NULL);
    soar_status status = SOAR_INTERNAL;
    soar_call call = call_of("create_case", input, NULL);
    call.flags = SOAR_CALL_DRY_RUN;
    struct json_object *planned = plugin_invoke(world->instance, &call, &status);
    assert_int_equal(sandbox_count(&world->sandbox), 0);
    char *plan = text_at(planned, "/plan/text");
    call = call_of("create_case", input, plan);
    struct json_object *document = plugin_invoke(world->instance, &call, &status);
    assert_int_equal(status, SOAR_OK);
    struct json_object *sent = sandbox_requests(&world->sandbox, 0, 0), *body = NULL, *shown = NULL;
    assert_int_equal(json_object_array_length(sent), 1);
    assert_int_equal(json_pointer_get(sent, "/0/body", &body), 0);
    assert_int_equal(json_pointer_get(planned, "/request/body", &shown), 0);
    assert_true(json_object_equal(body, shown));
    json_object_put(sent);
    json_object_put(document);
    json_object_put(planned);
    free(plan);
    world_free(world);
}

static void another_input_is_refused_before_anything_is_sent(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *plan = plan_of(world, "add_case_tags", "{\"id\":\"c1\",\"tags\":[\"a\"]}");
    soar_call call = call_of("add_case_tags", "{\"id\":\"c2\",\"tags\":[\"a\"]}", plan);
    expect_refused(world, &call, "the body");
    call = call_of("add_case_tags", "{\"id\":\"c1\",\"tags\":[\"a\"]}", plan);
    call.plan_len = 64; /* the hash alone binds as well */
    call.input = "{\"id\":\"c2\",\"tags\":[\"a\"]}";
    expect_refused(world, &call, "not send what was planned");
    free(plan);
    world_free(world);
}

static void a_file_is_sent_as_it_was_when_it_was_planned(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *id = world_new_case(world, "With a file"), *input = NULL;
    soar_status status = SOAR_INTERNAL;
    assert_true(asprintf(&input, "{\"file\":\"a.txt\",\"case_id\":\"%s\"}", id) > 0);
    tmpdir_write(world->dir, "in/a.txt", "first", 5);
    char *plan = plan_of(world, "upload_file", input);
    soar_call call = call_of("upload_file", input, plan);
    tmpdir_write(world->dir, "in/a.txt", "other", 5);
    expect_refused(world, &call, "the file");
    tmpdir_write(world->dir, "in/a.txt", "first", 5);
    struct json_object *document = plugin_invoke(world->instance, &call, &status);
    assert_int_equal(status, SOAR_OK);
    json_object_put(document);
    free(plan);
    free(input);
    free(id);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_planned_is_what_the_service_gets),
        cmocka_unit_test(another_input_is_refused_before_anything_is_sent),
        cmocka_unit_test(a_file_is_sent_as_it_was_when_it_was_planned),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
