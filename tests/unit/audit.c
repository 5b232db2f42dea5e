/* The record of a write: what stands in it, when it comes, and what never stands in it. */
#include "audit.h"
#include "call_world.h"

#define CASE                                                                                       \
    "{\"meta\":{\"trace_id\":\"t-1\"},\"errors\":[],\"resources\":[{\"id\":\"new-case\","          \
    "\"name\":\"private words\"}]}"

/* The one audit record that was logged; the caller puts it. NULL = none. */
static struct json_object *record_of(const struct call_world *world)
{
    const char *line = strstr(world->logged, "5 {");
    struct error err;

    if (line == NULL)
        return NULL;
    if (strstr(line + 1, "\n5 {") != NULL)
        fail_msg("more than one: %s", world->logged);
    error_clear(&err);
    struct json_object *record = json_parse(line + 2, strcspn(line + 2, "\n"), 16, &err);
    if (record == NULL)
        fail_msg("%s: %s", err.message, line);
    return record;
}

static void audited_world(struct call_world *world)
{
    open_world(world);
    world->config.log.audit = true;
    world->logger.level = 0;
}

static void a_write_that_is_done_leaves_one_record(void **state)
{
    struct call_world world;
    (void)state;

    audited_world(&world);
    world.config.falcon.tenant = (char *)(uintptr_t) "emea";
    soar_call asked = {.struct_size = sizeof(asked),
                       .call_id = 77,
                       .action = "add_case_alert_evidence",
                       .action_len = strlen("add_case_alert_evidence"),
                       .input = "{\"id\":\"c1\",\"alerts\":[\"a1\",{\"id\":\"a2\"}]}",
                       .input_len = strlen("{\"id\":\"c1\",\"alerts\":[\"a1\",{\"id\":\"a2\"}]}"),
                       .trace = "00-1-2-01",
                       .trace_len = 9};
    struct call *call = call_new(&world.env, &asked, world.now);
    give_token(&world, call);
    expect_send(&world, call, "POST", BASE "/cases/entities/alert-evidence/v1");
    strcpy(world.response.trace_id, "t-1");
    later(&world, 1234);
    answer(&world, call, 200, CASE);
    json_object_put(finish(&world, call, SOAR_OK));
    struct json_object *record = record_of(&world);
    assert_non_null(record);
    expect_text(record, "/audit", "write");
    expect_text(record, "/time", "2023-11-14T22:13:21.234Z");
    expect_text(record, "/tenant", "emea");
    expect_text(record, "/action", "add_case_alert_evidence");
    expect_text(record, "/status", "OK");
    expect_text(record, "/outcome", "applied");
    expect_json(record, "/http_status", "200");
    expect_json(record, "/ids", "{\"id\":[\"c1\"],\"alerts\":[\"a1\",\"a2\"]}");
    expect_json(record, "/resources", "[\"new-case\"]");
    expect_text(record, "/trace_id", "t-1");
    expect_text(record, "/traceparent", "00-1-2-01");
    expect_json(record, "/call_id", "77");
    expect_json(record, "/requests", "1");
    expect_json(record, "/attempts", "1");
    assert_null(json_at(record, "/reason"));
    json_object_put(record);
    close_world(&world);
}

/* How a call ends, and what the record says of it. */
static void a_record_says_how_the_write_ended(void **state)
{
    static const char input[] = "{\"source_id\":\"c1\",\"destination_id\":\"c2\"}";
    static const struct {
        const char *title, *input;
        bool read_only;
        int status; /* of the answer; 0 = it is lost */
        soar_status end;
        const char *code, *reason, *outcome;
    } rows[] = {
        {"refused by the policy", input, true, 0, SOAR_PERMISSION_DENIED, "PERMISSION_DENIED",
         "policy", "not_sent"},
        {"an input that is wrong", "{\"source_id\":7}", false, 0, SOAR_INVALID_ARGUMENT,
         "INVALID_ARGUMENT", "invalid_input", "not_sent"},
        {"refused by the service", input, false, 403, SOAR_PERMISSION_DENIED, "PERMISSION_DENIED",
         NULL, "not_applied"},
        {"no answer", input, false, 0, SOAR_UNKNOWN, "UNKNOWN", NULL, "unknown"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        audited_world(&world);
        world.config.policy.read_only = rows[i].read_only;
        struct call *call = ask(&world, "merge_cases", rows[i].input);
        if (!rows[i].read_only && rows[i].input == input) {
            give_token(&world, call);
            assert_int_equal(call_step(call, world.now).want, CALL_SEND);
            if (rows[i].status == 0)
                no_answer(&world, call, HTTP_LOST, true);
            else
                answer(&world, call, rows[i].status,
                       "{\"meta\":{},\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
        }
        json_object_put(finish(&world, call, rows[i].end));
        struct json_object *record = record_of(&world);
        if (record == NULL)
            fail_msg("%s: no record", rows[i].title);
        expect_text(record, "/status", rows[i].code);
        expect_text(record, "/outcome", rows[i].outcome);
        if (rows[i].reason != NULL)
            expect_text(record, "/reason", rows[i].reason);
        assert_non_null(json_string_at(record, "/reason"));
        json_object_put(record);
        close_world(&world);
    }
}

static void nothing_of_what_was_written_stands_in_it(void **state)
{
    struct call_world world;
    (void)state;

    audited_world(&world);
    struct call *call =
        ask(&world, "create_case",
            "{\"body\":{\"name\":\"private words\",\"description\":\"private words\","
            "\"severity\":60,\"tags\":[\"private words\"],"
            "\"evidence\":{\"alerts\":[{\"id\":\"a9\"}]},\"template\":{\"id\":\"t9\"}}}");
    give_token(&world, call);
    assert_int_equal(call_step(call, world.now).want, CALL_SEND);
    answer(&world, call, 201, CASE);
    json_object_put(finish(&world, call, SOAR_OK));
    struct json_object *record = record_of(&world);
    assert_non_null(record);
    assert_null(strstr(json_text(record, NULL), "private"));
    expect_json(record, "/ids", "{\"evidence\":[\"a9\"],\"template\":[\"t9\"]}");
    json_object_put(record);
    close_world(&world);
}

static void many_and_long_ids_do_not_make_it_long(void **state)
{
    struct json_object *input = json_object_new_object(), *ids = json_object_new_array();
    struct audit record = {.action = catalog_find("delete_sla", 10), .input = input};
    struct buf line;
    char id[3 * AUDIT_MAX_ID];
    (void)state;

    memset(id, 1, sizeof(id)); /* a control character is six bytes of JSON */
    for (int i = 0; i < AUDIT_MAX_IDS + 6; i++)
        json_object_array_add(ids, json_object_new_string_len(id, (int)sizeof(id)));
    json_object_object_add(input, "ids", ids);
    buf_init(&line, 1 << 20);
    audit_write(&record, &line);
    assert_int_equal(line.failed, BUF_FINE);
    assert_true(line.len < 64 << 10);
    struct error err;
    error_clear(&err);
    struct json_object *read = json_parse(line.ptr, line.len, 16, &err);
    assert_non_null(read);
    assert_int_equal(json_object_array_length(json_at(read, "/ids/ids")), AUDIT_MAX_IDS);
    assert_int_equal(strlen(json_string_at(read, "/ids/ids/0")), AUDIT_MAX_ID);
    expect_json(read, "/ids_left_out", "6");
    json_object_put(read);
    json_object_put(input);
    buf_done(&line);
}

static void a_read_a_dry_run_and_an_unknown_action_leave_none(void **state)
{
    struct call_world world;
    (void)state;

    audited_world(&world);
    json_object_put(finish(
        &world,
        ask_with(&world, "create_case", "{\"name\":\"x\",\"severity\":1}", 0, SOAR_CALL_DRY_RUN),
        SOAR_OK));
    json_object_put(finish(&world, ask(&world, "no_such_action", "{}"), SOAR_NOT_FOUND));
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    assert_int_equal(call_step(call, world.now).want, CALL_SEND);
    answer(&world, call, 200, "{\"meta\":{},\"errors\":[],\"resources\":[\"c1\"]}");
    json_object_put(finish(&world, call, SOAR_OK));
    assert_null(record_of(&world));
    close_world(&world);
}

static void it_can_be_switched_off(void **state)
{
    struct call_world world;
    (void)state;

    audited_world(&world);
    world.config.log.audit = false;
    world.config.policy.read_only = true;
    json_object_put(
        finish(&world, ask(&world, "delete_sla", "{\"ids\":[\"s\"]}"), SOAR_PERMISSION_DENIED));
    assert_null(record_of(&world));
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_that_is_done_leaves_one_record),
        cmocka_unit_test(a_record_says_how_the_write_ended),
        cmocka_unit_test(nothing_of_what_was_written_stands_in_it),
        cmocka_unit_test(many_and_long_ids_do_not_make_it_long),
        cmocka_unit_test(a_read_a_dry_run_and_an_unknown_action_leave_none),
        cmocka_unit_test(it_can_be_switched_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
