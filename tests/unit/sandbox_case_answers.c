/* Every operation on a case answers the whole case, as the service's models have it. */
#include "sandbox_call.h"

#include "../sandbox/case_doc.h"

#include <json-c/json_pointer.h>

/* All members of the models, as they stand in a case that has one of everything. */
static const struct {
    enum json_type type;
    const char *members[40]; /* JSON pointers */
} shape[] = {
    {json_type_string,
     {"/access_tags/0/cid",
      "/access_tags/0/id",
      "/access_tags/0/key",
      "/assigned_to/email",
      "/assigned_to/full_name",
      "/assigned_to/uuid",
      "/cid",
      "/created_by/email",
      "/created_by/full_name",
      "/created_by/uuid",
      "/created_timestamp",
      "/creation_actor/type",
      "/creation_actor/user/uuid",
      "/creation_actor/workflow/execution_id",
      "/creation_actor/workflow/id",
      "/description",
      "/description_format",
      "/description_tagged_users/0",
      "/end_timestamp",
      "/id",
      "/last_updated_by/uuid",
      "/name",
      "/reference_id",
      "/severity_info/level",
      "/start_timestamp",
      "/status",
      "/tags/0",
      "/template/id",
      "/template/name",
      "/template/snapshot_id",
      "/update_actor/type",
      "/update_actor/user/uuid",
      "/update_actor/workflow/id",
      "/updated_timestamp",
      "/workflows/0/execution_id",
      "/workflows/0/id",
      "/workflows/0/snapshot_id",
      "/workflows/0/status"}},
    {json_type_string,
     {"/analysis_results/alerts/records/0/id",
      "/analysis_results/events/records/0/id",
      "/analysis_results/data_domains/0",
      "/analysis_results/cloud_assets/records/0/account_id",
      "/analysis_results/cloud_assets/records/0/asset_id",
      "/analysis_results/cloud_assets/records/0/asset_type",
      "/analysis_results/cloud_assets/records/0/availability_zone",
      "/analysis_results/cloud_assets/records/0/cloud_provider",
      "/analysis_results/cloud_assets/records/0/gcrn",
      "/analysis_results/cloud_assets/records/0/region",
      "/analysis_results/files/records/0/filename",
      "/analysis_results/files/records/0/md5",
      "/analysis_results/files/records/0/path",
      "/analysis_results/files/records/0/sha256",
      "/analysis_results/hosts/records/0/agent_ip",
      "/analysis_results/hosts/records/0/aid",
      "/analysis_results/hosts/records/0/cloud_instance_id",
      "/analysis_results/hosts/records/0/hostname",
      "/analysis_results/hosts/records/0/local_ip",
      "/analysis_results/users/records/0/email_addresses/0",
      "/analysis_results/users/records/0/idp_user_id",
      "/analysis_results/users/records/0/sid",
      "/analysis_results/users/records/0/user_full_name",
      "/analysis_results/users/records/0/user_id",
      "/analysis_results/users/records/0/user_principal_id",
      "/analysis_results/users/records/0/user_token_key_id",
      "/analysis_results/users/records/0/username",
      "/evidence/alerts/records/0/id",
      "/evidence/alerts/records/0/selector/id",
      "/evidence/events/records/0/id",
      "/evidence/events/records/0/selector/id",
      "/fields/0/id",
      "/fields/0/name",
      "/fields/0/option_ids/0",
      "/fields/0/snapshot_id",
      "/fields/0/values/0"}},
    {json_type_string,
     {"/sla/active_timer_status", "/sla/id", "/sla/name", "/sla/snapshot_id",
      "/sla/timers/acknowledgement/goal_id", "/sla/timers/acknowledgement/status",
      "/sla/timers/resolution/goal_id", "/sla/timers/resolution/status"}},
    {json_type_array,
     {"/analysis_results/leads/records", "/evidence/custom_evidence/records",
      "/evidence/leads/records", "/evidence/users/records"}},
    {json_type_boolean,
     {"/consistency/consistent", "/fields/0/required", "/read_only/is_read_only"}},
    {json_type_int,
     {"/consistency/version", "/fields/0/display_order", "/severity", "/sla/active_timer_time_due",
      "/sla/timers/acknowledgement/duration_seconds", "/sla/timers/acknowledgement/time_completed",
      "/sla/timers/acknowledgement/time_due", "/sla/timers/acknowledgement/time_paused",
      "/sla/timers/acknowledgement/time_started", "/sla/timers/acknowledgement/total_pause_time",
      "/sla/timers/resolution/duration_seconds", "/sla/timers/resolution/time_completed",
      "/sla/timers/resolution/time_due", "/sla/timers/resolution/time_paused",
      "/sla/timers/resolution/time_started", "/sla/timers/resolution/total_pause_time",
      "/template/version", "/version", "/workflows/0/display_order"}},
};

static const char alert[] =
    "{\"hosts\":[{\"agent_ip\":\"203.0.113.1\",\"aid\":\"h1\",\"cloud_instance_id\":\"i-1\","
    "\"hostname\":\"WS-1\",\"local_ip\":\"10.0.0.1\"}],\"users\":[{\"email_addresses\":[\"j@e.x\"],"
    "\"idp_user_id\":\"\",\"sid\":\"S-1\",\"user_full_name\":\"J D\",\"user_id\":\"jd\","
    "\"user_principal_id\":\"j@e.x\",\"user_token_key_id\":\"\",\"username\":\"jd\"}],\"files\":[{"
    "\"filename\":\"a.exe\",\"md5\":\"m\",\"path\":\"C:\\\\a.exe\",\"sha256\":\"s\"}],"
    "\"cloud_assets\":[{\"account_id\":\"1\",\"asset_id\":\"i-1\",\"asset_type\":\"ec2\","
    "\"availability_zone\":\"z\",\"cloud_provider\":\"aws\",\"gcrn\":\"\",\"region\":\"r\"}],"
    "\"data_domains\":[\"Endpoint\"],\"tactics\":[\"Impact\"]}";

/* The first resource of an answer, which is freed. */
static struct json_object *first(struct json_object *answer)
{
    struct json_object *doc = json_object_get(json_object_array_get_idx(answer, 0));
    assert_non_null(doc);
    json_object_put(answer);
    return doc;
}

static struct json_object *make(struct sb_store *store, sb_handler *operation, const char *body)
{
    return first(call(store, &(struct call){.operation = operation, .body = body}));
}

/* A case with one of everything; the caller puts the answer. */
static struct json_object *make_case(struct sb_store *store)
{
    char *body = NULL;
    call_put(store, "alert", CALL_CID, "a1", alert);
    call_put(store, "event", CALL_CID, "e1", alert);
    struct json_object *sla =
        make(store, op_create_sla,
             "{\"name\":\"S\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":60},"
             "{\"type\":\"resolve\",\"duration_seconds\":600}]}");
    assert_true(asprintf(&body,
                         "{\"name\":\"T\",\"sla_id\":\"%s\",\"fields\":[{\"name\":\"F\","
                         "\"default_value\":\"x\",\"options\":[{\"value\":\"x\"}]}]}",
                         sb_text(sla, "id")) > 0);
    struct json_object *template_doc = make(store, op_create_template, body);
    free(body);
    assert_true(asprintf(&body,
                         "{\"name\":\"A\",\"severity\":60,\"template\":{\"id\":\"%s\"},\"tags\":["
                         "\"t\"],\"access_tags\":[{\"key\":\"hr\"}],\"description_tagged_users\":["
                         "\"u1\"],\"evidence\":{\"alerts\":[{\"id\":\"a1\"}],\"events\":[{\"id\":"
                         "\"e1\"}],\"leads\":[]}}",
                         sb_text(template_doc, "id")) > 0);
    struct json_object *doc = make(store, op_create_case, body);
    free(body);
    json_object_put(sla);
    json_object_put(template_doc);
    return doc;
}

/* Expects every member; those of `ahead` aren't there yet. */
static void assert_whole(const char *operation, struct json_object *doc, const char *ahead)
{
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        for (const char *const *member = shape[i].members; *member != NULL; member++) {
            struct json_object *value = NULL;
            if (ahead != NULL && strncmp(*member, ahead, strlen(ahead)) == 0) {
                continue;
            }
            if (json_pointer_get(doc, *member, &value) != 0 ||
                !json_object_is_type(value, shape[i].type)) {
                fail_msg("%s: %s is missing or no %s: %s", operation, *member,
                         json_type_to_name(shape[i].type), json_object_to_json_string(doc));
            }
        }
    }
    assert_int_equal(json_object_object_length(doc), 30);
    assert_null(sb_member(doc, "_search"));
}

static void every_operation_on_a_case_answers_all_of_it(void **state)
{
    static const struct {
        const char *name;
        sb_handler *operation;
        const char *body, *query; /* %s is the case's id */
    } rows[] = {
        {"update", op_update_case_fields,
         "{\"id\":\"%s\",\"fields\":{\"workflows\":[{\"id\":\"w\",\"execution_id\":\"x\",\"name\":"
         "\"n\",\"status\":\"done\"}]}}",
         NULL},
        {"get", op_get_cases, "{\"ids\":[\"%s\"]}", NULL},
        {"update of nothing", op_update_case_fields, "{\"id\":\"%s\",\"fields\":{}}", NULL},
        {"add tags", op_add_case_tags, "{\"id\":\"%s\",\"tags\":[\"u\"]}", NULL},
        {"delete tags", op_delete_case_tags, NULL, "id=%s&tag=u"},
        {"alert", op_add_case_alert_evidence, "{\"id\":\"%s\",\"alerts\":[{\"id\":\"a2\"}]}", NULL},
        {"event", op_add_case_event_evidence, "{\"id\":\"%s\",\"events\":[{\"id\":\"e2\"}]}", NULL},
    };
    struct json_object *doc = make_case(*state);
    assert_whole("create", doc, "/workflows");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *format = rows[i].body != NULL ? rows[i].body : rows[i].query;
        const char *gap = strstr(format, "%s");
        char *text = NULL;
        assert_true(asprintf(&text, "%.*s%s%s", (int)(gap - format), format, sb_text(doc, "id"),
                             gap + 2) > 0);
        struct json_object *answer =
            first(call(*state, &(struct call){.operation = rows[i].operation,
                                              .body = rows[i].body != NULL ? text : NULL,
                                              .query = rows[i].query != NULL ? text : NULL}));
        assert_whole(rows[i].name, answer, NULL);
        json_object_put(answer);
        free(text);
    }
    json_object_put(doc);
}

static void a_case_has_an_opaque_id_and_a_readable_reference(void **state)
{
    struct json_object *one = make(*state, op_create_case, "{\"name\":\"a\",\"severity\":1}");
    struct json_object *two = make(*state, op_create_case, "{\"name\":\"b\",\"severity\":1}");
    const char *references[] = {sb_text(one, "reference_id"), sb_text(two, "reference_id")};
    unsigned numbers[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(sscanf(references[i], "SBX-%4u", &numbers[i]), 1);
    }
    assert_true(numbers[1] > numbers[0]);
    assert_int_equal(strlen(sb_text(one, "id")), 36);
    assert_string_not_equal(sb_text(one, "id"), sb_text(two, "id"));
    char *body = NULL;
    assert_true(asprintf(&body, "{\"ids\":[\"%s\"]}", references[0]) > 0);
    assert_call(*state, &(struct call){.operation = op_get_cases, .body = body}, "[]");
    free(body);
    json_object_put(one);
    json_object_put(two);
}

static size_t count_of(struct json_object *doc, const char *pointer)
{
    struct json_object *list = NULL;
    assert_int_equal(json_pointer_get(doc, pointer, &list), 0);
    return json_object_array_length(list);
}

static void evidence_is_analysed_when_it_comes_and_each_thing_listed_once(void **state)
{
    static const struct {
        const char *pointer;
        size_t count;
    } rows[] = {
        {"/analysis_results/alerts/records", 1}, {"/analysis_results/events/records", 1},
        {"/analysis_results/hosts/records", 1},  {"/analysis_results/users/records", 1},
        {"/analysis_results/files/records", 1},  {"/analysis_results/cloud_assets/records", 1},
        {"/analysis_results/data_domains", 1},   {"/evidence/alerts/records", 2}};
    char *body = NULL;
    struct json_object *doc = make(*state, op_create_case, "{\"name\":\"a\",\"severity\":1}");
    assert_int_equal(count_of(doc, "/analysis_results/hosts/records"), 0);
    call_put(*state, "alert", CALL_CID, "a1", alert);
    call_put(*state, "event", CALL_CID, "e1", alert);
    assert_true(asprintf(&body, "{\"id\":\"%s\",\"alerts\":[{\"id\":\"a1\"},{\"id\":\"unknown\"}]}",
                         sb_text(doc, "id")) > 0);
    json_object_put(make(*state, op_add_case_alert_evidence, body));
    free(body);
    assert_true(
        asprintf(&body, "{\"id\":\"%s\",\"events\":[{\"id\":\"e1\"}]}", sb_text(doc, "id")) > 0);
    struct json_object *answer = make(*state, op_add_case_event_evidence, body);
    free(body);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (count_of(answer, rows[i].pointer) != rows[i].count) {
            fail_msg("%s: %s", rows[i].pointer, json_object_to_json_string(answer));
        }
    }
    json_object_put(answer);
    json_object_put(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(every_operation_on_a_case_answers_all_of_it),
        TEST(a_case_has_an_opaque_id_and_a_readable_reference),
        TEST(evidence_is_analysed_when_it_comes_and_each_thing_listed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
