/* The sandbox's templates, snapshots, fields and SLAs: ids, versions, what a PATCH keeps, what is
 * in use. */
#include "sandbox_call.h"

static struct json_object *first(struct json_object *answer)
{
    struct json_object *resource = json_object_get(json_object_array_get_idx(answer, 0));
    assert_non_null(resource);
    json_object_put(answer);
    return resource;
}

static struct json_object *create(struct sb_store *store, sb_handler *operation, const char *body)
{
    return first(call(store, &(struct call){.operation = operation, .body = body}));
}

static struct json_object *create_phishing(struct sb_store *store)
{
    return create(store, op_create_template,
                  "{\"name\":\"Phishing\",\"description\":\"d\",\"fields\":[{\"name\":\"Verdict\","
                  "\"options\":[{\"value\":\"bad\"},{\"value\":\"good\"}]}]}");
}

/* A body with the id of `doc` put in place of `%s`. The caller frees it. */
static char *with_id(const char *format, struct json_object *doc)
{
    const char *gap = strstr(format, "%s");
    char *text = NULL;
    assert_non_null(gap);
    assert_true(
        asprintf(&text, "%.*s%s%s", (int)(gap - format), format, sb_text(doc, "id"), gap + 2) > 0);
    return text;
}

static struct json_object *at(struct json_object *doc, const char *list, size_t position)
{
    return json_object_array_get_idx(sb_member(doc, list), position);
}

static void a_new_template_has_every_member_and_ids_for_fields_and_options(void **state)
{
    static const char *const members[] = {"access_tags",
                                          "cid",
                                          "created_by",
                                          "created_by_name",
                                          "created_timestamp",
                                          "description",
                                          "fields",
                                          "has_access",
                                          "id",
                                          "name",
                                          "sla_id",
                                          "sla_method",
                                          "sla_rules",
                                          "updated_by",
                                          "updated_by_name",
                                          "workflows",
                                          "updated_timestamp"};
    static const char *const field_members[] = {"created_by",
                                                "created_by_name",
                                                "created_timestamp",
                                                "data_type",
                                                "default_value",
                                                "display_order",
                                                "id",
                                                "input_type",
                                                "multivalued",
                                                "name",
                                                "options",
                                                "required",
                                                "updated_by_name",
                                                "updated_by",
                                                "updated_timestamp"};
    struct json_object *doc = create_phishing(*state);
    struct json_object *field = at(doc, "fields", 0);
    assert_int_equal(json_object_object_length(doc), sizeof members / sizeof *members);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        assert_true(json_object_object_get_ex(doc, members[i], NULL));
    }
    assert_int_equal(json_object_object_length(field),
                     sizeof field_members / sizeof *field_members);
    for (size_t i = 0; i < sizeof field_members / sizeof *field_members; i++) {
        assert_true(json_object_object_get_ex(field, field_members[i], NULL));
    }
    assert_non_null(sb_text(at(field, "options", 0), "id"));
    assert_string_not_equal(sb_text(at(field, "options", 0), "id"),
                            sb_text(at(field, "options", 1), "id"));
    json_object_put(doc);
}

static void an_update_keeps_what_it_does_not_mention_and_the_ids_it_names(void **state)
{
    struct json_object *doc = create_phishing(*state), *field = at(doc, "fields", 0);
    char *body = NULL;
    assert_true(
        asprintf(&body,
                 "{\"id\":\"%s\",\"name\":\"Phish\",\"fields\":[{\"id\":\"%s\",\"required\":"
                 "true},{\"name\":\"Sender\"}]}",
                 sb_text(doc, "id"), sb_text(field, "id")) > 0);
    struct json_object *updated = create(*state, op_update_template, body);
    assert_string_equal(sb_text(updated, "name"), "Phish");
    assert_string_equal(sb_text(updated, "description"), "d");
    assert_string_equal(sb_text(at(updated, "fields", 0), "id"), sb_text(field, "id"));
    assert_string_equal(sb_text(at(updated, "fields", 0), "name"), "Verdict");
    assert_true(json_object_get_boolean(sb_member(at(updated, "fields", 0), "required")));
    assert_true(json_object_equal(sb_member(at(updated, "fields", 0), "options"),
                                  sb_member(field, "options")));
    assert_string_not_equal(sb_text(at(updated, "fields", 1), "id"), sb_text(field, "id"));
    free(body);
    json_object_put(updated);
    json_object_put(doc);
}

static void under_patch_replace_what_is_not_mentioned_is_cleared(void **state)
{
    struct json_object *doc = create_phishing(*state);
    char *body = with_id("{\"id\":\"%s\"}", doc);
    struct json_object *updated =
        first(call(*state, &(struct call){.operation = op_update_template,
                                          .body = body,
                                          .options = {.patch_replaces = true}}));
    assert_string_equal(sb_text(updated, "name"), "Phishing");
    assert_string_equal(sb_text(updated, "description"), "");
    assert_int_equal(json_object_array_length(sb_member(updated, "fields")), 0);
    free(body);
    json_object_put(updated);
    json_object_put(doc);
}

static void what_a_template_may_not_be_is_refused(void **state)
{
    static const struct {
        const char *body, *answer;
    } rows[] = {
        {"{}", "400 name is required"},
        {"{\"name\":\" \"}", "400 name is required"},
        {"{\"name\":\"a\",\"sla_id\":\"nope\"}", "400 SLA not found: nope"},
        {"{\"name\":\"a\",\"fields\":[{}]}", "400 field name is required"},
        {"{\"name\":\"a\",\"fields\":[{\"id\":\"x\",\"name\":\"b\"}]}", "400 field not found: x"},
        {"{\"name\":\"a\",\"sla_rules\":[{\"sla_id\":\"x\"}]}", "400 SLA not found: x"},
        {"{\"name\":\"a\",\"workflows\":[{}]}", "400 workflow id is required"},
        {"{\"name\":\"a\",\"access_tags\":[{\"key\":\"x\"}]}", "400 access tag not found: x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_call(*state, &(struct call){.operation = op_create_template, .body = rows[i].body},
                    rows[i].answer);
    }
    assert_call(*state, &(struct call){.operation = op_query_templates}, "[]");
    assert_call(*state, &(struct call){.operation = op_update_template, .body = "{\"id\":\"x\"}"},
                "404 template not found");
}

static int64_t version_of(struct sb_store *store, const char *query, size_t position)
{
    struct json_object *answer =
        call(store, &(struct call){.operation = op_get_template_snapshots, .query = query});
    int64_t version =
        json_object_get_int64(sb_member(json_object_array_get_idx(answer, position), "version"));
    json_object_put(answer);
    return version;
}

static void each_version_leaves_a_snapshot_and_zero_means_the_latest(void **state)
{
    struct json_object *doc = create_phishing(*state);
    char *body = with_id("{\"id\":\"%s\",\"name\":\"Second\"}", doc);
    json_object_put(create(*state, op_update_template, body));
    char *latest = with_id("template_ids=%s", doc),
         *zero = with_id("template_ids=%s&versions=0", doc);
    char *old = with_id("template_ids=%s&versions=1", doc),
         *none = with_id("template_ids=%s&versions=3", doc);
    assert_int_equal(version_of(*state, latest, 0), 2);
    assert_int_equal(version_of(*state, zero, 0), 2);
    assert_int_equal(version_of(*state, old, 0), 1);
    assert_int_equal(version_of(*state, none, 0), 0);
    struct json_object *snapshot =
        first(call(*state, &(struct call){.operation = op_get_template_snapshots, .query = old}));
    struct json_object *frozen = json_tokener_parse(sb_text(snapshot, "template"));
    assert_string_equal(sb_text(frozen, "name"), "Phishing");
    char *by_id = with_id("ids=%s", snapshot);
    assert_int_equal(version_of(*state, by_id, 0), 1);
    json_object_put(frozen);
    json_object_put(snapshot);
    json_object_put(doc);
    free(body), free(latest), free(zero), free(old), free(none), free(by_id);
}

static void versions_stand_beside_the_template_ids_they_belong_to(void **state)
{
    struct json_object *one = create_phishing(*state), *two = create_phishing(*state);
    char *body = with_id("{\"id\":\"%s\",\"name\":\"Second\"}", one);
    json_object_put(create(*state, op_update_template, body));
    char *query = NULL;
    assert_true(asprintf(&query, "template_ids=%s&template_ids=%s&versions=1&versions=0",
                         sb_text(two, "id"), sb_text(one, "id")) > 0);
    assert_int_equal(version_of(*state, query, 0), 1);
    assert_int_equal(version_of(*state, query, 1), 2);
    free(query);
    free(body);
    json_object_put(one);
    json_object_put(two);
}

static void snapshots_want_ids_and_no_more_versions_than_templates(void **state)
{
    assert_call(*state, &(struct call){.operation = op_get_template_snapshots},
                "400 ids or template_ids is required");
    assert_call(*state,
                &(struct call){.operation = op_get_template_snapshots,
                               .query = "template_ids=a&versions=1&versions=2"},
                "400 more versions than template_ids");
    assert_call(*state,
                &(struct call){.operation = op_get_template_snapshots,
                               .query = "template_ids=a&versions=x"},
                "400 invalid versions: expected integers from 0");
}

static size_t count_of(struct sb_store *store, sb_handler *operation, const char *query)
{
    struct json_object *answer =
        call(store, &(struct call){.operation = operation, .query = query});
    size_t count = json_object_array_length(answer);
    json_object_put(answer);
    return count;
}

static void fields_come_and_go_with_their_template_while_snapshots_stay(void **state)
{
    struct json_object *doc = create_phishing(*state);
    char *ids = with_id("ids=%s", doc);
    char *quoted = with_id("\"%s\"", doc);
    assert_int_equal(count_of(*state, op_query_fields, "filter=name:'Verdict'"), 1);
    assert_call(*state, &(struct call){.operation = op_delete_templates, .query = ids}, quoted);
    assert_int_equal(count_of(*state, op_query_fields, NULL), 0);
    assert_int_equal(count_of(*state, op_query_templates, NULL), 0);
    assert_int_equal(count_of(*state, op_query_template_snapshots, NULL), 1);
    free(ids), free(quoted);
    json_object_put(doc);
}

static void access_is_told_where_asked_and_needs_every_tag(void **state)
{
    struct json_object *answer;
    call_put(*state, "access_tag", CALL_CID, "a1",
             "{\"id\":\"a1\",\"cid\":\"c1\",\"key\":\"hr\",\"has_access\":true}");
    call_put(*state, "access_tag", CALL_CID, "a2",
             "{\"id\":\"a2\",\"cid\":\"c1\",\"key\":\"fin\",\"has_access\":false}");
    struct json_object *open =
        create(*state, op_create_template, "{\"name\":\"O\",\"access_tags\":[{\"key\":\"hr\"}]}");
    struct json_object *closed =
        create(*state, op_create_template,
               "{\"name\":\"C\",\"access_tags\":[{\"id\":\"a1\"},{\"id\":\"a2\"}]}");
    char *query = NULL;
    assert_true(asprintf(&query, "ids=%s&ids=%s&with_has_access=true", sb_text(open, "id"),
                         sb_text(closed, "id")) > 0);
    answer = call(*state, &(struct call){.operation = op_get_templates, .query = query});
    assert_true(
        json_object_get_boolean(sb_member(json_object_array_get_idx(answer, 0), "has_access")));
    assert_false(
        json_object_get_boolean(sb_member(json_object_array_get_idx(answer, 1), "has_access")));
    json_object_put(answer);
    answer = first(call(*state, &(struct call){.operation = op_get_access_tags,
                                               .query = "ids=a1&with_has_access=true"}));
    assert_true(json_object_get_boolean(sb_member(answer, "has_access")));
    assert_int_equal(json_object_array_length(sb_member(answer, "templates")), 2);
    assert_string_equal(sb_text(at(answer, "templates", 0), "name"), "O");
    json_object_put(answer);
    free(query);
    json_object_put(open);
    json_object_put(closed);
}

static void an_sla_or_group_in_use_stays_unless_the_switch_cascades(void **state)
{
    struct json_object *group =
        create(*state, op_create_notification_group, "{\"name\":\"SOC\",\"channels\":[]}");
    char *sla_body = with_id("{\"name\":\"Gold\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":"
                             "60,\"escalation_policy\":{\"steps\":[{\"escalate_after_seconds\":30,"
                             "\"notification_group_id\":\"%s\"}]}}]}",
                             group);
    struct json_object *sla = create(*state, op_create_sla, sla_body);
    char *template_body = with_id("{\"name\":\"T\",\"sla_id\":\"%s\"}", sla);
    struct json_object *doc = create(*state, op_create_template, template_body);
    char *group_ids = with_id("ids=%s", group), *sla_ids = with_id("ids=%s", sla),
         *ids = with_id("ids=%s", doc);
    struct sb_options cascade = {.in_use_cascades = true};
    char *refusal = call_text(*state, &(struct call){.operation = op_delete_sla, .query = sla_ids});
    assert_int_equal(strncmp(refusal, "400 SLA ", 8), 0);
    free(refusal);
    refusal = call_text(
        *state, &(struct call){.operation = op_delete_notification_group, .query = group_ids});
    assert_int_equal(strncmp(refusal, "400 notification group ", 23), 0);
    free(refusal);
    json_object_put(call(*state, &(struct call){.operation = op_delete_notification_group_v2,
                                                .query = group_ids,
                                                .options = cascade}));
    struct json_object *found =
        first(call(*state, &(struct call){.operation = op_get_slas, .query = sla_ids}));
    assert_int_equal(json_object_array_length(
                         sb_member(sb_member(at(found, "goals", 0), "escalation_policy"), "steps")),
                     0);
    json_object_put(found);
    json_object_put(call(
        *state, &(struct call){.operation = op_delete_sla, .query = sla_ids, .options = cascade}));
    found = first(call(*state, &(struct call){.operation = op_get_templates, .query = ids}));
    assert_string_equal(sb_text(found, "sla_id"), "");
    assert_string_equal(sb_text(found, "sla_method"), "none");
    json_object_put(found);
    assert_int_equal(count_of(*state, op_query_template_snapshots, NULL), 2);
    free(sla_body), free(template_body), free(group_ids), free(sla_ids), free(ids);
    json_object_put(group);
    json_object_put(sla);
    json_object_put(doc);
}

static void templates_are_found_by_their_slas_present_name(void **state)
{
    struct json_object *sla = create(*state, op_create_sla, "{\"name\":\"Gold\",\"goals\":[]}");
    char *body = with_id("{\"name\":\"T\",\"sla_id\":\"%s\"}", sla),
         *rename = with_id("{\"id\":\"%s\",\"name\":\"Platinum\"}", sla);
    json_object_put(create(*state, op_create_template, body));
    assert_int_equal(count_of(*state, op_query_templates, "filter=sla.name:'Gold'"), 1);
    json_object_put(create(*state, op_update_sla, rename));
    assert_int_equal(count_of(*state, op_query_templates, "filter=sla.name:'Gold'"), 0);
    assert_int_equal(count_of(*state, op_query_templates, "filter=sla.name:'Platinum'"), 1);
    free(body), free(rename);
    json_object_put(sla);
}

static void goals_of_an_sla_are_checked(void **state)
{
    static const struct {
        const char *body, *answer;
    } rows[] = {
        {"{\"name\":\"a\",\"goals\":[{\"type\":\"fix\",\"duration_seconds\":1}]}",
         "400 invalid goal type: \"fix\""},
        {"{\"name\":\"a\",\"goals\":[{\"type\":\"ack\"}]}",
         "400 duration_seconds must be within 1..315360000"},
        {"{\"name\":\"a\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":1},{\"type\":\"ack\","
         "\"duration_seconds\":2}]}",
         "400 more than one goal of type ack"},
        {"{\"name\":\"a\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":1,\"escalation_"
         "policy\":{\"steps\":[{\"notification_group_id\":\"x\"}]}}]}",
         "400 notification group not found: x"},
        {"{\"goals\":[]}", "400 name is required"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_call(*state, &(struct call){.operation = op_create_sla, .body = rows[i].body},
                    rows[i].answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(a_new_template_has_every_member_and_ids_for_fields_and_options),
        TEST(an_update_keeps_what_it_does_not_mention_and_the_ids_it_names),
        TEST(under_patch_replace_what_is_not_mentioned_is_cleared),
        TEST(what_a_template_may_not_be_is_refused),
        TEST(each_version_leaves_a_snapshot_and_zero_means_the_latest),
        TEST(versions_stand_beside_the_template_ids_they_belong_to),
        TEST(snapshots_want_ids_and_no_more_versions_than_templates),
        TEST(fields_come_and_go_with_their_template_while_snapshots_stay),
        TEST(access_is_told_where_asked_and_needs_every_tag),
        TEST(an_sla_or_group_in_use_stays_unless_the_switch_cascades),
        TEST(templates_are_found_by_their_slas_present_name),
        TEST(goals_of_an_sla_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
