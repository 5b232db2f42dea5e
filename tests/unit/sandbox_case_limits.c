/* What a case may be: severities, statuses, how long its texts, how many its tags and evidence, and what
 * of it a merge takes along. */
#include "sandbox_call.h"

#include "../sandbox/case_doc.h"

/* An answer's first resource, or the refusal; the caller puts it. */
static struct json_object *ask(struct sb_store *store, sb_handler *operation,
                               struct json_object *body)
{
    struct json_object *answer = call(
        store, &(struct call){.operation = operation, .body = json_object_to_json_string(body)});
    json_object_put(body);
    if (!json_object_is_type(answer, json_type_array)) {
        return answer;
    }
    struct json_object *doc = json_object_get(json_object_array_get_idx(answer, 0));
    json_object_put(answer);
    return doc;
}

static struct json_object *body_of(const char *json)
{
    struct json_object *body = json_tokener_parse(json);
    assert_non_null(body);
    return body;
}

static struct json_object *create(struct sb_store *store, const char *json)
{
    struct json_object *doc = ask(store, op_create_case, body_of(json));
    assert_non_null(sb_text(doc, "id"));
    return doc;
}

/* {"id": the case's, "fields": ...} */
static struct json_object *update(struct sb_store *store, struct json_object *doc,
                                  const char *fields)
{
    struct json_object *body = json_object_new_object();
    sb_set_text(body, "id", sb_text(doc, "id"));
    sb_set(body, "fields", body_of(fields));
    return ask(store, op_update_case_fields, body);
}

static void severity_and_its_level_follow_each_other(void **state)
{
    static const struct {
        const char *fields;
        int severity;
        const char *level;
    } rows[] = {
        {"{\"severity\":1}", 1, "informational"},
        {"{\"severity\":19}", 19, "informational"},
        {"{\"severity\":20}", 20, "low"},
        {"{\"severity\":39}", 39, "low"},
        {"{\"severity\":40}", 40, "medium"},
        {"{\"severity\":59}", 59, "medium"},
        {"{\"severity\":60}", 60, "high"},
        {"{\"severity\":79}", 79, "high"},
        {"{\"severity\":80}", 80, "critical"},
        {"{\"severity\":100}", 100, "critical"},
        {"{\"severity_info\":{\"level\":\"informational\"}}", 1, "informational"},
        {"{\"severity_info\":{\"level\":\"low\"}}", 25, "low"},
        {"{\"severity_info\":{\"level\":\"Medium\"}}", 50, "medium"},
        {"{\"severity_info\":{\"level\":\"HIGH\"}}", 75, "high"},
        {"{\"severity_info\":{\"level\":\"critical\"}}", 100, "critical"},
        {"{\"severity\":30,\"severity_info\":{\"level\":\"critical\"}}", 30, "low"},
    };
    struct json_object *doc =
        create(*state, "{\"name\":\"a\",\"severity_info\":{\"level\":\"medium\"}}");
    assert_int_equal(json_object_get_int(sb_member(doc, "severity")), 50);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *changed = update(*state, doc, rows[i].fields);
        assert_int_equal(json_object_get_int(sb_member(changed, "severity")), rows[i].severity);
        assert_string_equal(sb_text(sb_member(changed, "severity_info"), "level"), rows[i].level);
        json_object_put(changed);
    }
    struct json_object *refused =
        update(*state, doc, "{\"severity_info\":{\"level\":\"dreadful\"}}");
    assert_string_equal(sb_text(refused, "message"), "severity_info.level: unknown level dreadful");
    json_object_put(refused);
    json_object_put(doc);
}

static void any_status_may_follow_any_other_and_closing_ends_the_case(void **state)
{
    static const char *const statuses[] = {"new", "in_progress", "closed", "reopened"};
    static const char never[] = "0001-01-01T00:00:00Z";
    struct json_object *doc = create(*state, "{\"name\":\"a\",\"severity\":1}");
    assert_string_equal(sb_text(doc, "end_timestamp"), never);
    for (size_t from = 0; from < 4; from++) {
        for (size_t to = 0; to < 4; to++) {
            char fields[64];
            for (size_t step = 0; step < 2; step++) {
                snprintf(fields, sizeof fields, "{\"status\":\"%s\"}",
                         statuses[step == 0 ? from : to]);
                struct json_object *changed = update(*state, doc, fields);
                const char *status = statuses[step == 0 ? from : to];
                assert_string_equal(sb_text(changed, "status"), status);
                assert_int_equal(strcmp(sb_text(changed, "end_timestamp"), never) != 0,
                                 strcmp(status, "closed") == 0);
                json_object_put(changed);
            }
        }
    }
    struct json_object *refused = update(*state, doc, "{\"status\":\"done\"}");
    assert_int_equal(json_object_get_int(sb_member(refused, "status")), 400);
    json_object_put(refused);
    json_object_put(doc);
}

static struct json_object *text_of(size_t size)
{
    char text[4096];
    assert_true(size < sizeof text);
    memset(text, 'x', size);
    text[size] = '\0';
    return json_object_new_string(text);
}

/* A list of so many distinct tags of so many characters. */
static struct json_object *tags_of(size_t count, size_t size)
{
    struct json_object *tags = json_object_new_array();
    char text[256];
    for (size_t i = 0; i < count; i++) {
        memset(text, 'x', size);
        text[size] = '\0';
        text[0] = (char)('a' + i);
        json_object_array_add(tags, json_object_new_string(text));
    }
    return tags;
}

static void texts_and_tags_have_their_limits_in_a_new_case_and_in_a_changed_one(void **state)
{
    const struct {
        const char *member;
        struct json_object *fits, *exceeds;
    } rows[] = {
        {"name", text_of(256), text_of(257)},
        {"description", text_of(2048), text_of(2049)},
        {"tags", tags_of(8, 16), tags_of(3, 43)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *body = body_of("{\"name\":\"a\",\"severity\":1}");
        sb_set(body, rows[i].member, json_object_get(rows[i].fits));
        struct json_object *made = ask(*state, op_create_case, body);
        assert_non_null(sb_text(made, "id"));
        body = body_of("{\"name\":\"a\",\"severity\":1}");
        sb_set(body, rows[i].member, json_object_get(rows[i].exceeds));
        struct json_object *refused = ask(*state, op_create_case, body);
        assert_int_equal(json_object_get_int(sb_member(refused, "status")), 400);
        json_object_put(refused);
        if (strcmp(rows[i].member, "tags") != 0) {
            struct json_object *fields = json_object_new_object();
            sb_set(fields, rows[i].member, json_object_get(rows[i].exceeds));
            refused = update(*state, made, json_object_to_json_string(fields));
            assert_int_equal(json_object_get_int(sb_member(refused, "status")), 400);
            json_object_put(refused);
            json_object_put(fields);
        }
        json_object_put(made);
        json_object_put(rows[i].fits);
        json_object_put(rows[i].exceeds);
    }
}

static struct json_object *selectors(const char *prefix, int count)
{
    struct json_object *list = json_object_new_array();
    for (int i = 0; i < count; i++) {
        struct json_object *selector = json_object_new_object();
        char id[32];
        snprintf(id, sizeof id, "%s%d", prefix, i);
        sb_set_text(selector, "id", id);
        json_object_array_add(list, selector);
    }
    return list;
}

/* A new case with so many alerts and events. */
static struct json_object *with_evidence(struct sb_store *store, const char *prefix, int alerts,
                                         int events)
{
    struct json_object *body = body_of("{\"name\":\"a\",\"severity\":1}");
    struct json_object *evidence = json_object_new_object();
    sb_set(evidence, "alerts", selectors(prefix, alerts));
    sb_set(evidence, "events", selectors(prefix, events));
    sb_set(body, "evidence", evidence);
    return ask(store, op_create_case, body);
}

static void alerts_and_events_share_a_limit_of_a_hundred(void **state)
{
    struct json_object *full = with_evidence(*state, "x", 60, 40);
    struct json_object *refused = with_evidence(*state, "x", 60, 41);
    assert_int_equal(sb_length(sb_case_records(full, "alerts")), 60);
    assert_int_equal(sb_length(sb_case_records(full, "events")), 40);
    assert_int_equal(json_object_get_int(sb_member(refused, "status")), 400);
    json_object_put(refused);
    struct json_object *body = json_object_new_object();
    sb_set_text(body, "id", sb_text(full, "id"));
    sb_set(body, "alerts", selectors("x", 60));
    struct json_object *again = ask(*state, op_add_case_alert_evidence, body);
    assert_int_equal(sb_length(sb_case_records(again, "alerts")), 60); /* all there already */
    json_object_put(again);
    json_object_put(full);
}

static struct json_object *merge(struct sb_store *store, struct json_object *from,
                                 struct json_object *to)
{
    struct json_object *body = json_object_new_object();
    sb_set_text(body, "source_id", sb_text(from, "id"));
    sb_set_text(body, "destination_id", sb_text(to, "id"));
    return ask(store, op_merge_cases, body);
}

static void a_merge_counts_what_both_have_once_and_never_exceeds_the_limit(void **state)
{
    struct json_object *to = with_evidence(*state, "x", 90, 0);
    struct json_object *same = with_evidence(*state, "x", 20, 10);
    struct json_object *more = with_evidence(*state, "y", 1, 0);
    struct json_object *merged = merge(*state, same, to);
    assert_null(sb_text(merged, "message"));
    json_object_put(merged);
    struct json_object *refused = merge(*state, more, to);
    assert_string_equal(sb_text(refused, "message"), "a case holds at most 100 pieces of evidence");
    json_object_put(refused);
    sb_set_text(more, "id", "nope");
    refused = merge(*state, more, to);
    assert_int_equal(json_object_get_int(sb_member(refused, "status")), 404);
    json_object_put(refused);
    json_object_put(to);
    json_object_put(same);
    json_object_put(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(severity_and_its_level_follow_each_other),
        TEST(any_status_may_follow_any_other_and_closing_ends_the_case),
        TEST(texts_and_tags_have_their_limits_in_a_new_case_and_in_a_changed_one),
        TEST(alerts_and_events_share_a_limit_of_a_hundred),
        TEST(a_merge_counts_what_both_have_once_and_never_exceeds_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
