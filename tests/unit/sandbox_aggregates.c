/* The sandbox's aggregates: what they count, what they ignore, and the service's error texts. */
#include "sandbox_call.h"

static const struct {
    const char *kind, *cid, *id, *doc;
} docs[] = {
    {"sla", "c1", "s1",
     "{\"id\":\"s1\",\"cid\":\"c1\",\"name\":\"Gold\",\"created_by_name\":\"Ann\","
     "\"created_timestamp\":\"2025-11-20T00:00:00.000Z\"}"},
    {"sla", "c1", "s2",
     "{\"id\":\"s2\",\"cid\":\"c1\",\"name\":\"Silver\",\"created_by_name\":\"Bo\","
     "\"created_timestamp\":\"2025-11-23T16:00:00.000Z\"}"},
    {"sla", "c1", "s3",
     "{\"id\":\"s3\",\"cid\":\"c1\",\"name\":\"Silver\",\"created_by_name\":\"Ann\","
     "\"created_timestamp\":\"2025-01-01T00:00:00.000Z\"}"},
    {"sla", "c2", "s4", "{\"id\":\"s4\",\"cid\":\"c2\",\"name\":\"Gold\"}"},
    {"group", "c1", "g1", "{\"id\":\"g1\",\"cid\":\"c1\",\"name\":\"SOC\"}"},
    {"template", "c1", "t1", "{\"id\":\"t1\",\"cid\":\"c1\",\"name\":\"Phishing\"}"},
    {"access_tag", "c1", "a1", "{\"id\":\"a1\",\"cid\":\"c1\",\"key\":\"finance\"}"},
    {"file", "c1", "f1",
     "{\"id\":\"f1\",\"cid\":\"c1\",\"case_id\":\"k1\",\"name\":\"a\",\"file_size\":\"1 KB\"}"},
    {"file", "c1", "f2",
     "{\"id\":\"f2\",\"cid\":\"c1\",\"case_id\":\"k1\",\"name\":\"b\",\"file_size\":\"2 KB\"}"},
    {"file", "c1", "f3",
     "{\"id\":\"f3\",\"cid\":\"c1\",\"case_id\":\"k2\",\"name\":\"a\",\"file_size\":\"1 KB\"}"},
};

static int setup(void **state)
{
    if (call_setup(state) != 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
        call_put(*state, docs[i].kind, docs[i].cid, docs[i].id, docs[i].doc);
    }
    return 0;
}

struct row {
    const char *body, *answer;
};

static void check(struct sb_store *store, sb_handler *operation, const struct row *rows,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_call(store, &(struct call){.operation = operation, .body = rows[i].body},
                    rows[i].answer);
    }
}

#define CHECK(operation, rows) check(*state, operation, rows, sizeof(rows) / sizeof(*(rows)))

static void terms_count_values_the_most_frequent_first(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"name\",\"name\":\"by_name\"}]",
         "[{\"name\":\"by_name\",\"buckets\":[{\"label\":\"Silver\",\"count\":2},"
         "{\"label\":\"Gold\",\"count\":1}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"cid\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"c1\",\"count\":3}]}]"},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void size_and_from_cut_the_buckets(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"name\",\"size\":1}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Silver\",\"count\":2}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"from\":1}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Gold\",\"count\":1}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"from\":2}]",
         "[{\"name\":\"\",\"buckets\":[]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"size\":-1}]", "400 invalid size: -1"},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void sort_and_unknown_members_do_nothing(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"name\",\"sort\":\"count|asc\",\"colour\":\"red\","
         "\"ids\":[\"s1\"]}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Silver\",\"count\":2},"
         "{\"label\":\"Gold\",\"count\":1}]}]"},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void a_filter_limits_what_is_counted(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"created_by_name:'Ann'\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Gold\",\"count\":1},"
         "{\"label\":\"Silver\",\"count\":1}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"name:*'*old*'\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Gold\",\"count\":1}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"name:~'gold'\"}]",
         "[{\"name\":\"\",\"buckets\":[]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"name:'G*'\"}]",
         "[{\"name\":\"\",\"buckets\":[]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"created_by_name:'Ann',name:'Silver'"
         "\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"Silver\",\"count\":2},"
         "{\"label\":\"Gold\",\"count\":1}]}]"},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void date_ranges_hold_their_start_and_not_their_end(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"date_range\",\"field\":\"created_timestamp\",\"name\":\"n\",\"date_ranges\":"
         "[{\"from\":\"2025-11-20T00:00:00Z\",\"to\":\"2025-11-23T16:00:00Z\"}]}]",
         "[{\"name\":\"n\",\"buckets\":[{\"label\":\"2025-11-20T00:00:00.000Z-"
         "2025-11-23T16:00:00.000Z\",\"count\":1,\"from\":1763596800000.0,"
         "\"string_from\":\"2025-11-20T00:00:00.000Z\",\"to\":1763913600000.0,"
         "\"string_to\":\"2025-11-23T16:00:00.000Z\"}]}]"},
        {"[{\"type\":\"date_range\",\"field\":\"created_timestamp\",\"date_ranges\":"
         "[{\"from\":\"now-1d\"},{\"to\":\"\"}]}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"2025-11-23T16:00:00.000Z-*\",\"count\":1,"
         "\"from\":1763913600000.0,\"string_from\":\"2025-11-23T16:00:00.000Z\"},"
         "{\"label\":\"*-*\",\"count\":3}]}]"},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void what_the_service_refuses_is_refused_in_its_words(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"severity\"}]",
         "400 unsupported field for aggregation: severity"},
        {"[{\"type\":\"terms\"}]", "400 unsupported field for aggregation: "},
        {"[{\"type\":\"avg\",\"field\":\"name\"}]", "400 invalid aggregate type: \"avg\""},
        {"[{\"field\":\"name\"}]", "400 invalid aggregate type: \"\""},
        {"[{\"type\":\"terms\",\"field\":\"name\",\"filter\":\"colour:'red'\"}]",
         "400 unexpected filter field"},
        {"[{\"type\":\"date_range\",\"field\":\"created_timestamp\"}]",
         "400 date_ranges is required for type date_range"},
        {"[{\"type\":\"date_range\",\"field\":\"name\",\"date_ranges\":[{\"from\":\"now\"}]}]",
         "400 unsupported field for aggregation: name"},
        {"[{\"type\":\"date_range\",\"field\":\"created_timestamp\",\"date_ranges\":[{\"from\":"
         "\"soon\"}]}]",
         "400 invalid date range: \"soon\" is not a time"},
        {"[{\"type\":\"terms\",\"field\":\"name\"},{\"type\":\"avg\",\"field\":\"name\"}]",
         "400 invalid aggregate type: \"avg\""},
    };
    CHECK(op_get_sla_aggregations, rows);
}

static void each_item_of_the_list_has_its_answer(void **state)
{
    static const struct row rows[] = {
        {"[]", "[]"},
        {"[{\"type\":\"terms\",\"field\":\"id\",\"name\":\"a\"},"
         "{\"type\":\"terms\",\"field\":\"name\",\"name\":\"b\"}]",
         "[{\"name\":\"a\",\"buckets\":[{\"label\":\"t1\",\"count\":1}]},"
         "{\"name\":\"b\",\"buckets\":[{\"label\":\"Phishing\",\"count\":1}]}]"},
    };
    CHECK(op_get_template_aggregations, rows);
}

static void access_tags_are_aggregated_by_key_id_and_cid_alone(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"key\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"finance\",\"count\":1}]}]"},
        {"[{\"type\":\"terms\",\"field\":\"name\"}]",
         "400 unsupported field for aggregation: name"},
    };
    CHECK(op_get_access_tag_aggregations, rows);
}

static void both_versions_of_notification_groups_count_the_same(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"terms\",\"field\":\"name\"}]",
         "[{\"name\":\"\",\"buckets\":[{\"label\":\"SOC\",\"count\":1}]}]"},
    };
    CHECK(op_get_notification_groups_aggregation, rows);
    CHECK(op_get_notification_groups_aggregation_v2, rows);
}

static void ids_of_the_file_aggregate_filter_nothing(void **state)
{
    static const char *const queries[] = {NULL, "ids=f3", "ids=bogus"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_call(*state,
                    &(struct call){.operation = op_aggregates_file_details_post_v1,
                                   .body = "[{\"type\":\"terms\",\"field\":\"case_id\"}]",
                                   .query = queries[i]},
                    "[{\"name\":\"\",\"buckets\":[{\"label\":\"k1\",\"count\":2},"
                    "{\"label\":\"k2\",\"count\":1}]}]");
    }
}

static void files_are_filtered_by_the_query_and_by_the_body(void **state)
{
    assert_call(
        *state,
        &(struct call){.operation = op_aggregates_file_details_post_v1,
                       .body =
                           "[{\"type\":\"terms\",\"field\":\"file_size\",\"filter\":\"name:'a'\"}]",
                       .query = "filter=case_id:['k1']"},
        "[{\"name\":\"\",\"buckets\":[{\"label\":\"1 KB\",\"count\":1}]}]");
    assert_call(*state,
                &(struct call){.operation = op_aggregates_file_details_post_v1,
                               .body = "[{\"type\":\"terms\",\"field\":\"name\"}]",
                               .query = "filter=uploaded_by:'x'"},
                "400 unexpected filter field");
}

/* The six operations, and the fields that each is known to aggregate; every other is refused. */
#define CONFIGURATION                                                                              \
    "name id cid created_by_name updated_by_name created_timestamp updated_timestamp"
static const struct {
    const char *name;
    sb_handler *operation;
    const char *fields; /* separated by blanks */
} subjects[] = {
    {"slas", op_get_sla_aggregations, CONFIGURATION},
    {"templates", op_get_template_aggregations, CONFIGURATION},
    {"notification groups", op_get_notification_groups_aggregation, CONFIGURATION},
    {"notification groups v2", op_get_notification_groups_aggregation_v2, CONFIGURATION},
    {"access tags", op_get_access_tag_aggregations, "key id cid"},
    {"files", op_aggregates_file_details_post_v1, "name case_id id cid file_size"},
};

static bool has_word(const char *words, const char *word)
{
    size_t size = strlen(word);
    for (const char *found = words; (found = strstr(found, word)) != NULL; found++) {
        if ((found == words || found[-1] == ' ') && (found[size] == ' ' || found[size] == '\0')) {
            return true;
        }
    }
    return false;
}

static void each_of_the_six_takes_its_own_fields_and_refuses_all_others(void **state)
{
    static const char *const fields[] = {
        "name", "id", "cid", "created_by_name", "updated_by_name", "created_timestamp",
        "updated_timestamp", "key", "case_id", "file_size",
        /* known to filters of some of them, or to answers, but not to aggregates */
        "description", "fields.name", "sla.name", "created_by.username", "uploaded_by", "goals",
        "file_type", "severity", "status"};
    for (size_t s = 0; s < sizeof subjects / sizeof *subjects; s++) {
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            char body[128], refusal[128];
            snprintf(body, sizeof body, "[{\"type\":\"terms\",\"field\":\"%s\"}]", fields[i]);
            snprintf(refusal, sizeof refusal, "400 unsupported field for aggregation: %s",
                     fields[i]);
            char *answer =
                call_text(*state, &(struct call){.operation = subjects[s].operation, .body = body});
            bool refused = strcmp(answer, refusal) == 0;
            if (refused == has_word(subjects[s].fields, fields[i]) ||
                (!refused && strstr(answer, "\"buckets\"") == NULL)) {
                fail_msg("%s by %s answered %s", subjects[s].name, fields[i], answer);
            }
            free(answer);
        }
    }
}

static void each_of_the_six_refuses_in_the_same_words(void **state)
{
    static const struct row rows[] = {
        {"[{\"type\":\"avg\",\"field\":\"id\"}]", "400 invalid aggregate type: \"avg\""},
        {"[{\"type\":\"Terms\",\"field\":\"id\"}]", "400 invalid aggregate type: \"Terms\""},
        {"[{\"type\":\"terms\",\"field\":\"id\",\"filter\":\"colour:'red'\"}]",
         "400 unexpected filter field"},
        {"[{\"type\":\"terms\",\"field\":\"id\",\"filter\":\"id\"}]",
         "400 invalid filter: expected ':' after the property name at position 3"},
        {"[{\"type\":\"terms\",\"field\":\"id\",\"from\":-1}]", "400 invalid from: -1"},
        {"[{\"type\":\"terms\",\"field\":\"id\",\"filter\":\"id:~'x'\",\"size\":0}]",
         "[{\"name\":\"\",\"buckets\":[]}]"},
    };
    for (size_t s = 0; s < sizeof subjects / sizeof *subjects; s++) {
        CHECK(subjects[s].operation, rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_count_values_the_most_frequent_first),
        cmocka_unit_test(size_and_from_cut_the_buckets),
        cmocka_unit_test(sort_and_unknown_members_do_nothing),
        cmocka_unit_test(a_filter_limits_what_is_counted),
        cmocka_unit_test(date_ranges_hold_their_start_and_not_their_end),
        cmocka_unit_test(what_the_service_refuses_is_refused_in_its_words),
        cmocka_unit_test(each_item_of_the_list_has_its_answer),
        cmocka_unit_test(access_tags_are_aggregated_by_key_id_and_cid_alone),
        cmocka_unit_test(both_versions_of_notification_groups_count_the_same),
        cmocka_unit_test(ids_of_the_file_aggregate_filter_nothing),
        cmocka_unit_test(each_of_the_six_takes_its_own_fields_and_refuses_all_others),
        cmocka_unit_test(each_of_the_six_refuses_in_the_same_words),
        cmocka_unit_test(files_are_filtered_by_the_query_and_by_the_body),
    };
    return cmocka_run_group_tests(tests, setup, call_teardown);
}
