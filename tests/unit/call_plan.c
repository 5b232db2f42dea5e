/* A dry run says what would be sent; a call that is bound to it sends that or nothing. */
#include "call_world.h"
#include "plan.h"

#define CREATE "{\"name\":\"n\",\"severity\":60}"
#define UPLOAD "{\"file\":\"/in/a.txt\",\"case_id\":\"c1\"}"
#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* The plan of a call; the file, if it sends one, has that SHA-256. Free it. */
static char *plan(struct call_world *world, const char *action, const char *input,
                  const char *sha256, const char *member)
{
    struct call *call = ask_with(world, action, input, 0, SOAR_CALL_DRY_RUN);

    if (call_plans_file(call))
        assert_null(call_plan_file(call, "a.txt", 5, sha256));
    struct json_object *document = finish(world, call, SOAR_OK);
    const char *text = json_string_at(document, member);
    char *kept = text != NULL ? strdup(text) : NULL;
    json_object_put(document);
    return kept;
}

static struct call *ask_bound(struct call_world *world, const char *action, const char *input,
                              const char *text)
{
    soar_call asked = {.struct_size = sizeof(asked),
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input),
                       .plan = text,
                       .plan_len = strlen(text)};
    struct call *call = call_new(&world->env, &asked, world->now);
    assert_non_null(call);
    return call;
}

static void a_dry_run_says_what_it_would_do(void **state)
{
    struct call_world world;
    (void)state;

    open_world(&world);
    struct json_object *document =
        finish(&world, ask_with(&world, "delete_sla", "{\"ids\":[\"s1\"]}", 0, SOAR_CALL_DRY_RUN),
               SOAR_OK);
    expect_text(document, "/request/url", BASE "/casemgmt/entities/slas/v1?ids=s1");
    expect_text(document, "/plan/action", "delete_sla");
    expect_json(document, "/plan/scope", "{\"name\":\"Case Templates\",\"access\":\"write\"}");
    expect_json(document, "/plan/effect",
                "{\"writes\":true,\"destructive\":true,\"idempotent\":true,\"sends_file\":false,"
                "\"writes_file\":false,\"retry\":\"idempotent\"}");
    expect_json(document, "/plan/requests", "1");
    assert_int_equal(strlen(json_string_at(document, "/plan/hash")), 64);
    json_object_put(document);
    close_world(&world);
}

static void a_call_that_takes_several_requests_shows_and_binds_all(void **state)
{
    struct call_world world;
    struct buf input;
    (void)state;

    open_world(&world);
    buf_init(&input, 1 << 20);
    buf_adds(&input, "{\"ids\":[");
    for (int i = 0; i < 250; i++)
        buf_addf(&input, "%s\"s%03d\"", i == 0 ? "" : ",", i);
    buf_adds(&input, "]}");
    char *text = plan(&world, "delete_sla", input.ptr, "", "/plan/text");
    struct json_object *document =
        finish(&world, ask_with(&world, "delete_sla", input.ptr, 0, SOAR_CALL_DRY_RUN), SOAR_OK);
    expect_json(document, "/plan/requests", "3");
    assert_int_equal(json_object_array_length(json_at(document, "/plan/further")), 2);
    assert_non_null(strstr(json_string_at(document, "/request/url"), "ids=s000&"));
    assert_non_null(strstr(json_string_at(document, "/plan/further/1/url"), "ids=s249"));
    json_object_put(document);
    struct call *call = ask_bound(&world, "delete_sla", input.ptr, text);
    give_token(&world, call);
    struct call_step step = call_step(call, world.now);
    assert_int_equal(step.want, CALL_SEND);
    assert_non_null(strstr(step.request->url.ptr, "?ids=s000&"));
    call_free(call);
    input.ptr[input.len - 6] = '9'; /* the last of the ids: s949 */
    expect_end(&world, ask_bound(&world, "delete_sla", input.ptr, text), SOAR_FAILED_PRECONDITION,
               "plan_changed", "not_sent");
    free(text);
    buf_done(&input);
    close_world(&world);
}

static void a_call_that_sends_what_was_planned_goes_out(void **state)
{
    static const char *const members[] = {"/plan/text", "/plan/hash"};
    (void)state;

    for (size_t i = 0; i < COUNT(members); i++) {
        struct call_world world;
        open_world(&world);
        char *text = plan(&world, "create_case", CREATE, "", members[i]);
        struct call *call = ask_bound(&world, "create_case", " " CREATE, text);
        give_token(&world, call);
        struct http_request *request =
            expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
        assert_string_equal(request->body.ptr, CREATE);
        answer(&world, call, 201, "{\"meta\":{},\"resources\":[{\"id\":\"c\"}]}");
        json_object_put(finish(&world, call, SOAR_OK));
        free(text);
        close_world(&world);
    }
}

/* What was planned, what is asked for instead, and how the refusal names the difference. */
static void anything_else_is_refused_and_named(void **state)
{
    static const struct {
        const char *planned, *input, *action, *other, *sha256, *tenant, *differs;
    } rows[] = {
        {"create_case", CREATE, "create_case", "{\"name\":\"m\",\"severity\":60}", "", NULL,
         "what differs: the body"},
        {"create_case", CREATE, "create_case", CREATE, "", "other", "what differs: the tenant"},
        {"add_case_tags", "{\"id\":\"c\",\"tags\":[\"a\"]}", "delete_case_tags",
         "{\"id\":\"c\",\"tag\":[\"a\"]}", "", NULL,
         "what differs: the action, method or path, the query, the body"},
        {"delete_sla", "{\"ids\":[\"a\",\"b\"]}", "delete_sla", "{\"ids\":[\"b\",\"a\"]}", "", NULL,
         "what differs: the query"},
        {"upload_file", UPLOAD, "upload_file", UPLOAD, SHA_B, NULL, "what differs: the file"},
        {"upload_file", UPLOAD, "upload_file", "{\"file\":\"/in/a.txt\",\"case_id\":\"c2\"}", SHA_A,
         NULL, "what differs: the body"},
        {"upload_file", UPLOAD, "upload_file", UPLOAD, "", NULL, "the file cannot be read twice"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        char *text = plan(&world, rows[i].planned, rows[i].input, SHA_A, "/plan/text");
        assert_non_null(text);
        world.config.falcon.tenant = (char *)(uintptr_t)rows[i].tenant;
        struct call *call = ask_bound(&world, rows[i].action, rows[i].other, text);
        if (call_plans_file(call))
            call_plan_file(call, "a.txt", 5, rows[i].sha256);
        struct json_object *document = finish(&world, call, SOAR_FAILED_PRECONDITION);
        expect_text(document, "/error/reason", "plan_changed");
        expect_text(document, "/error/outcome", "not_sent");
        const char *message = json_string_at(document, "/error/message");
        const char *at = strstr(message, rows[i].differs);
        if (at == NULL || strcmp(at, rows[i].differs) != 0)
            fail_msg("row %zu: %s", i, message);
        json_object_put(document);
        free(text);
        close_world(&world);
    }
}

static void the_bytes_of_a_file_are_part_of_the_plan(void **state)
{
    struct call_world world;
    (void)state;

    open_world(&world);
    char *text = plan(&world, "upload_file", UPLOAD, SHA_A, "/plan/text");
    struct call *call = ask_bound(&world, "upload_file", UPLOAD, text);
    assert_true(call_plans_file(call));
    assert_string_equal(call_plan_file(call, "a.txt", 5, SHA_A), SHA_A);
    give_token(&world, call);
    assert_int_equal(call_step(call, world.now).want, CALL_SEND);
    call_free(call);
    free(text);
    assert_null(plan(&world, "upload_file", UPLOAD, "", "/plan/text")); /* a pipe has no plan */
    close_world(&world);
}

static void a_plan_holds_wherever_the_cloud_turns_out_to_be(void **state)
{
    struct call_world world;
    (void)state;

    open_world(&world);
    move_to_cloud(&world, "auto");
    char *text = plan(&world, "create_case", CREATE, "", "/plan/text");
    struct call *call = ask_bound(&world, "create_case", CREATE, text);
    assert_int_equal(call_step(call, world.now).want, CALL_SEND);
    strcpy(world.response.region, "eu-1");
    answer(&world, call, 201, TOKEN);
    struct call_step step = call_step(call, world.now);
    assert_int_equal(step.want, CALL_SEND);
    assert_non_null(strstr(step.request->url.ptr, "eu-1"));
    call_free(call);
    char *after = plan(&world, "create_case", CREATE, "", "/plan/text");
    assert_string_equal(after, text);
    free(after);
    free(text);
    close_world(&world);
}

static void what_is_no_plan_is_refused(void **state)
{
    static const char *const texts[] = {"x", SHA_A "a", SHA_A ".", "A" SHA_A};
    struct call_world world;
    (void)state;

    open_world(&world);
    for (size_t i = 0; i < COUNT(texts); i++)
        expect_end(&world, ask_bound(&world, "create_case", CREATE, texts[i]),
                   SOAR_INVALID_ARGUMENT, "bad_plan", "not_sent");
    expect_end(&world, ask_bound(&world, "create_case", CREATE, SHA_A), SOAR_FAILED_PRECONDITION,
               "plan_changed", "not_sent");
    close_world(&world);
}

static void the_record_of_a_bound_write_names_its_plan(void **state)
{
    struct call_world world;
    (void)state;

    open_world(&world);
    world.config.log.audit = true;
    expect_end(&world, ask_bound(&world, "create_case", CREATE, SHA_A), SOAR_FAILED_PRECONDITION,
               "plan_changed", "not_sent");
    assert_non_null(strstr(world.logged, "\"plan\":\"" SHA_A "\""));
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dry_run_says_what_it_would_do),
        cmocka_unit_test(a_call_that_takes_several_requests_shows_and_binds_all),
        cmocka_unit_test(a_call_that_sends_what_was_planned_goes_out),
        cmocka_unit_test(anything_else_is_refused_and_named),
        cmocka_unit_test(the_bytes_of_a_file_are_part_of_the_plan),
        cmocka_unit_test(a_plan_holds_wherever_the_cloud_turns_out_to_be),
        cmocka_unit_test(what_is_no_plan_is_refused),
        cmocka_unit_test(the_record_of_a_bound_write_names_its_plan),
    };
    return cmocka_run_group_tests_name("call_plan", tests, NULL, NULL);
}
