/* The sandbox's cases: what each operation on them changes, refuses and answers. */
#include "sandbox_call.h"

#include "../sandbox/case_doc.h"

/* A case made of `body`; its id goes to ret_id. */
static void make_case(struct sb_store *store, const char *body, char ret_id[SB_UUID_SIZE])
{
    struct json_object *answer =
        call(store, &(struct call){.operation = op_create_case, .body = body});
    const char *id = sb_text(json_object_array_get_idx(answer, 0), "id");
    assert_non_null(id);
    snprintf(ret_id, SB_UUID_SIZE, "%s", id);
    json_object_put(answer);
}

/* The case as get_cases answers it; the caller puts it. */
static struct json_object *get_case(struct sb_store *store, const char *id)
{
    char body[96];
    snprintf(body, sizeof body, "{\"ids\":[\"%s\"]}", id);
    struct json_object *answer =
        call(store, &(struct call){.operation = op_get_cases, .body = body});
    struct json_object *doc = json_object_get(json_object_array_get_idx(answer, 0));
    json_object_put(answer);
    return doc;
}

static int64_t version_of(struct sb_store *store, const char *id)
{
    struct json_object *doc = get_case(store, id);
    int64_t version = json_object_get_int64(sb_member(doc, "version"));
    int64_t consistency =
        json_object_get_int64(sb_member(sb_member(doc, "consistency"), "version"));
    assert_int_equal(consistency - SB_CONSISTENCY_START, version - 1);
    json_object_put(doc);
    return version;
}

/* Calls with a body in which %s is the case's id; the caller frees the answer's text. */
static char *call_on(struct sb_store *store, sb_handler *operation, const char *format,
                     const char *id)
{
    struct json_object *template_body = json_tokener_parse(format);
    assert_non_null(template_body);
    sb_set_text(template_body, "id", id);
    char *text =
        call_text(store, &(struct call){.operation = operation,
                                        .body = json_object_to_json_string(template_body)});
    json_object_put(template_body);
    return text;
}

static void assert_refused(struct sb_store *store, sb_handler *operation, const char *body,
                           const char *id, const char *expected)
{
    char *text = call_on(store, operation, body, id);
    assert_string_equal(text, expected);
    free(text);
}

static void change(struct sb_store *store, sb_handler *operation, const char *body, const char *id)
{
    char *text = call_on(store, operation, body, id);
    assert_int_equal(text[0], '[');
    free(text);
}

static void a_new_case_shows_every_member_and_no_search_terms(void **state)
{
    static const char *const members[] = {"access_tags",
                                          "analysis_results",
                                          "assigned_to",
                                          "cid",
                                          "consistency",
                                          "created_by",
                                          "created_timestamp",
                                          "creation_actor",
                                          "description",
                                          "description_format",
                                          "description_tagged_users",
                                          "end_timestamp",
                                          "evidence",
                                          "fields",
                                          "id",
                                          "last_updated_by",
                                          "name",
                                          "read_only",
                                          "reference_id",
                                          "severity",
                                          "severity_info",
                                          "sla",
                                          "start_timestamp",
                                          "status",
                                          "tags",
                                          "template",
                                          "update_actor",
                                          "updated_timestamp",
                                          "version",
                                          "workflows"};
    char id[SB_UUID_SIZE];
    make_case(*state, "{\"name\":\"a\",\"severity\":60}", id);
    struct json_object *doc = get_case(*state, id);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        assert_true(json_object_object_get_ex(doc, members[i], NULL));
        assert_non_null(sb_member(doc, members[i]));
    }
    assert_int_equal(json_object_object_length(doc), sizeof members / sizeof *members);
    assert_string_equal(sb_text(sb_member(doc, "severity_info"), "level"), "high");
    json_object_put(doc);
}

static void a_case_that_breaks_a_limit_is_refused(void **state)
{
    static const struct {
        const char *body, *refusal;
    } rows[] = {
        {"{\"name\":\"a\"}", "400 severity is required"},
        {"{\"name\":\"a\",\"severity\":0}", "400 severity: 0 is not within 1..100"},
        {"{\"name\":\"a\",\"severity\":101}", "400 severity: 101 is not within 1..100"},
        {"{\"name\":\"a\",\"severity\":1,\"status\":\"closed\"}",
         "400 status: a new case is new or in_progress, not closed"},
        {"{\"name\":\"a\",\"severity\":1,\"template\":{\"id\":\"none\"}}",
         "400 template not found: none"},
        {"{\"name\":\"a\",\"severity\":1,\"evidence\":{\"alerts\":[{}]}}",
         "400 alerts: item 0 has no id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_call(*state, &(struct call){.operation = op_create_case, .body = rows[i].body},
                    rows[i].refusal);
    }
    assert_int_equal(sb_store_count(*state, "case", CALL_CID), 0);
}

static void texts_are_measured_in_characters_not_bytes(void **state)
{
    char body[1024] = "{\"severity\":1,\"name\":\"";
    for (int i = 0; i < SB_MAX_NAME; i++) {
        strcat(body, "\xc3\xa9");
    }
    size_t end = strlen(body);
    strcpy(body + end, "\"}");
    char id[SB_UUID_SIZE];
    make_case(*state, body, id);
    strcpy(body + end, "x\"}");
    assert_call(*state, &(struct call){.operation = op_create_case, .body = body},
                "400 name is longer than 256 characters");
}

static void every_change_raises_both_versions_and_no_change_neither(void **state)
{
    static const struct {
        sb_handler *operation;
        const char *body;
        int raised;
    } rows[] = {
        {op_update_case_fields, "{\"fields\":{\"name\":\"b\"}}", 1},
        {op_update_case_fields, "{\"name\":\"c\"}", 0},
        {op_update_case_fields, "{\"fields\":{}}", 0},
        {op_update_case_fields, "{\"fields\":{\"name\":null,\"severity\":null}}", 0},
        {op_add_case_tags, "{\"tags\":[\"x\",\"x\"]}", 1},
        {op_add_case_tags, "{\"tags\":[\"x\"]}", 0},
        {op_add_case_alert_evidence, "{\"alerts\":[{\"id\":\"a1\"}]}", 1},
        {op_add_case_alert_evidence, "{\"alerts\":[{\"id\":\"a1\"}]}", 0},
        {op_add_case_event_evidence, "{\"events\":[{\"id\":\"e1\"}]}", 1},
    };
    char id[SB_UUID_SIZE];
    make_case(*state, "{\"name\":\"a\",\"severity\":60}", id);
    int64_t version = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        change(*state, rows[i].operation, rows[i].body, id);
        version += rows[i].raised;
        assert_int_equal(version_of(*state, id), version);
    }
}

static void a_stale_version_conflicts_and_changes_nothing(void **state)
{
    char id[SB_UUID_SIZE];
    make_case(*state, "{\"name\":\"a\",\"severity\":60}", id);
    change(*state, op_update_case_fields,
           "{\"expected_version\":1,\"expected_consistency_version\":100,"
           "\"fields\":{\"name\":\"b\"}}",
           id);
    assert_refused(*state, op_update_case_fields,
                   "{\"expected_version\":1,\"fields\":{\"name\":\"c\"}}", id,
                   "409 Version conflict");
    assert_refused(*state, op_update_case_fields,
                   "{\"expected_consistency_version\":2,\"fields\":{\"name\":\"c\"}}", id,
                   "409 Version conflict");
    struct json_object *doc = get_case(*state, id);
    assert_string_equal(sb_text(doc, "name"), "b");
    json_object_put(doc);
    assert_int_equal(version_of(*state, id), 2);
}

static void an_assignment_is_removed_only_when_asked(void **state)
{
    char id[SB_UUID_SIZE];
    call_put(*state, "user", CALL_CID, "u9",
             "{\"uuid\":\"u9\",\"email\":\"u9@example.com\",\"full_name\":\"Nina\"}");
    make_case(*state, "{\"name\":\"a\",\"severity\":60,\"assigned_to_user_uuid\":\"u9\"}", id);
    change(*state, op_update_case_fields, "{\"fields\":{\"assigned_to_user_uuid\":\"\"}}", id);
    struct json_object *doc = get_case(*state, id);
    assert_string_equal(sb_text(sb_member(doc, "assigned_to"), "full_name"), "Nina");
    json_object_put(doc);
    change(*state, op_update_case_fields, "{\"fields\":{\"remove_user_assignment\":true}}", id);
    doc = get_case(*state, id);
    assert_string_equal(sb_text(sb_member(doc, "assigned_to"), "uuid"), "");
    json_object_put(doc);
}

static void tags_of_a_case_share_one_limit(void **state)
{
    char id[SB_UUID_SIZE];
    char body[256] = "{\"tags\":[\"";
    make_case(*state, "{\"name\":\"a\",\"severity\":60,\"tags\":[\"t\"]}", id);
    memset(body + strlen(body), 'x', SB_MAX_TAGS - 1);
    strcpy(body + 10 + SB_MAX_TAGS - 1, "\"]}");
    change(*state, op_add_case_tags, body, id);
    assert_refused(*state, op_add_case_tags, "{\"tags\":[\"y\"]}", id,
                   "400 all tags of a case together are longer than 128 characters");
}

static void removing_tags_passes_over_those_that_are_not_there(void **state)
{
    char id[SB_UUID_SIZE];
    char query[128];
    make_case(*state, "{\"name\":\"a\",\"severity\":60,\"tags\":[\"x\",\"y\",\"z\"]}", id);
    snprintf(query, sizeof query, "id=%s&tag=x&tag=none&tag=z", id);
    json_object_put(call(*state, &(struct call){.operation = op_delete_case_tags, .query = query}));
    struct json_object *doc = get_case(*state, id);
    assert_string_equal(
        json_object_to_json_string_ext(sb_member(doc, "tags"), JSON_C_TO_STRING_PLAIN), "[\"y\"]");
    json_object_put(doc);
}

static void a_case_holds_a_hundred_pieces_of_evidence(void **state)
{
    char id[SB_UUID_SIZE];
    char body[4096] = "{\"alerts\":[";
    for (int i = 0; i < SB_MAX_EVIDENCE; i++) {
        snprintf(body + strlen(body), 32, "%s{\"id\":\"a%d\"}", i > 0 ? "," : "", i);
    }
    strcat(body, "]}");
    make_case(*state, "{\"name\":\"a\",\"severity\":60}", id);
    change(*state, op_add_case_alert_evidence, body, id);
    assert_refused(*state, op_add_case_event_evidence, "{\"events\":[{\"id\":\"e\"}]}", id,
                   "400 a case holds at most 100 pieces of evidence");
}

static void known_alerts_fill_the_analysis(void **state)
{
    char id[SB_UUID_SIZE];
    call_put(*state, "alert", CALL_CID, "a1",
             "{\"hosts\":[{\"aid\":\"h1\",\"hostname\":\"WS-1\",\"agent_ip\":\"203.0.113.1\"}],"
             "\"data_domains\":[\"Endpoint\"],\"tactics\":[\"Impact\"]}");
    call_put(*state, "alert", CALL_CID, "a2",
             "{\"hosts\":[{\"aid\":\"h1\",\"hostname\":\"WS-1\",\"agent_ip\":\"203.0.113.1\"}]}");
    make_case(*state,
              "{\"name\":\"a\",\"severity\":60,\"evidence\":{\"alerts\":[{\"id\":\"a1\"},"
              "{\"id\":\"a2\"},{\"id\":\"unknown\"}]}}",
              id);
    struct json_object *doc = get_case(*state, id);
    struct json_object *results = sb_member(doc, "analysis_results");
    assert_int_equal(sb_length(sb_member(sb_member(results, "hosts"), "records")), 1);
    assert_int_equal(sb_length(sb_member(sb_member(results, "alerts"), "records")), 2);
    assert_int_equal(sb_length(sb_case_records(doc, "alerts")), 3);
    json_object_put(doc);
    struct json_object *found = call(
        *state, &(struct call){.operation = op_query_case_ids, .query = "filter=tactics:'Impact'"});
    assert_int_equal(json_object_array_length(found), 1);
    json_object_put(found);
}

static void get_cases_never_answers_in_the_asked_order(void **state)
{
    char ids[3][SB_UUID_SIZE];
    char body[256];
    for (size_t i = 0; i < 3; i++) {
        make_case(*state, "{\"name\":\"a\",\"severity\":60}", ids[i]);
    }
    snprintf(body, sizeof body, "{\"ids\":[\"%s\",\"%s\",\"%s\",\"none\"]}", ids[0], ids[1],
             ids[2]);
    for (int trial = 0; trial < 50; trial++) {
        struct json_object *answer =
            call(*state, &(struct call){.operation = op_get_cases, .body = body});
        bool asked_order = true;
        assert_int_equal(json_object_array_length(answer), 3);
        for (size_t i = 0; i < 3; i++) {
            const char *id = sb_text(json_object_array_get_idx(answer, i), "id");
            asked_order = asked_order && strcmp(id, ids[i]) == 0;
        }
        assert_false(asked_order);
        json_object_put(answer);
    }
}

static void a_merge_moves_evidence_and_tags_and_closes_the_source(void **state)
{
    char from[SB_UUID_SIZE], to[SB_UUID_SIZE], body[160];
    make_case(*state,
              "{\"name\":\"a\",\"severity\":60,\"tags\":[\"x\"],\"evidence\":{\"alerts\":"
              "[{\"id\":\"a1\"}],\"events\":[{\"id\":\"e1\"}]}}",
              from);
    make_case(*state, "{\"name\":\"b\",\"severity\":60,\"tags\":[\"y\"]}", to);
    snprintf(body, sizeof body, "{\"source_id\":\"%s\",\"destination_id\":\"%s\"}", from, to);
    assert_call(*state, &(struct call){.operation = op_merge_cases, .body = body}, "[]");
    struct json_object *source = get_case(*state, from), *destination = get_case(*state, to);
    assert_string_equal(sb_text(source, "status"), "closed");
    assert_int_equal(sb_length(sb_case_records(source, "alerts")), 0);
    assert_int_equal(sb_length(sb_member(source, "tags")), 0);
    assert_int_equal(sb_length(sb_case_records(destination, "alerts")), 1);
    assert_int_equal(sb_length(sb_case_records(destination, "events")), 1);
    assert_int_equal(sb_length(sb_member(destination, "tags")), 2);
    json_object_put(source);
    json_object_put(destination);
    snprintf(body, sizeof body, "{\"source_id\":\"%s\",\"destination_id\":\"%s\"}", to, to);
    assert_call(*state, &(struct call){.operation = op_merge_cases, .body = body},
                "400 source_id and destination_id are the same case");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(a_new_case_shows_every_member_and_no_search_terms),
        TEST(a_case_that_breaks_a_limit_is_refused),
        TEST(texts_are_measured_in_characters_not_bytes),
        TEST(every_change_raises_both_versions_and_no_change_neither),
        TEST(a_stale_version_conflicts_and_changes_nothing),
        TEST(an_assignment_is_removed_only_when_asked),
        TEST(tags_of_a_case_share_one_limit),
        TEST(removing_tags_passes_over_those_that_are_not_there),
        TEST(a_case_holds_a_hundred_pieces_of_evidence),
        TEST(known_alerts_fill_the_analysis),
        TEST(get_cases_never_answers_in_the_asked_order),
        TEST(a_merge_moves_evidence_and_tags_and_closes_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
