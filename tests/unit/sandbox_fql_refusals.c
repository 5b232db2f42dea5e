/* The sandbox's FQL: what is refused and how, limits, fields, and times. */
#include "sandbox_fql_world.h"

static void what_is_not_a_filter_is_refused_with_its_place(void **state)
{
    static const struct row rows[] = {
        {"status", "!invalid filter: expected ':' after the property name at position 7"},
        {"status:", "!invalid filter: expected a quoted string, an integer, true or false at "
                    "position 8"},
        {"status:new", "!invalid filter: expected a quoted string, an integer, true or false at "
                       "position 8"},
        {"status:'new", "!invalid filter: string without its closing quote at position 12"},
        {"status:'new' severity:1", "!invalid filter: expected '+', ',' or the end at position 14"},
        {"status:'new'+", "!invalid filter: expected a property name at position 14"},
        {"(status:'new'", "!invalid filter: expected ')', '+' or ',' at position 14"},
        {"status:'new')", "!invalid filter: expected '+', ',' or the end at position 13"},
        {"status:['new'", "!invalid filter: list without its closing bracket at position 14"},
        {"status:[]", "!invalid filter: expected a quoted string, an integer, true or false at "
                      "position 9"},
        {"status:!>'a'", "!invalid filter: a comparison can't be negated at position 10"},
        {"severity:>[1,2]", "!invalid filter: a comparison takes one value at position 12"},
        {"severity:99999999999999999999",
         "!invalid filter: expected a quoted string, an integer, true or false at position 10"},
        {"severity:'high'", "!invalid filter: severity: expected an integer"},
        {"created_timestamp:>'soon'", "!invalid filter: created_timestamp: expected a time"},
        {"created_timestamp:>'2025-02-30'", "!invalid filter: created_timestamp: expected a time"},
        {"'new'", "!invalid filter: expected a property name at position 1"},
        {"* + *", "!invalid filter: expected '+', ',' or the end at position 3"},
    };
    CHECK_CASES(rows);
}

static void an_unknown_field_is_refused_by_name_in_each_collection(void **state)
{
    static const struct row rows[] = {{"colour:'red'", "!unexpected filter field"}};
    static const struct row template_rows[] = {{"severity:1", "!unexpected filter field"}};
    CHECK_CASES(rows);
    CHECK_TEMPLATES(template_rows);
}

static void repeat(char *text, size_t size, const char *part, size_t times, const char *between)
{
    text[0] = '\0';
    for (size_t i = 0; i < times; i++) {
        snprintf(text + strlen(text), size - strlen(text), "%s%s", i == 0 ? "" : between, part);
    }
}

static void twenty_properties_pass_and_one_more_is_refused(void **state)
{
    char filter[1024], found[FQL_ERROR_SIZE + 1];
    struct sb_store *db = ((struct world *)*state)->store;
    repeat(filter, sizeof filter, "severity:>1", 20, "+");
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_string_equal(found, "c b a");
    repeat(filter, sizeof filter, "severity:>1", 21, "+");
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_non_null(strstr(found, "!invalid filter: more than 20 properties"));
}

static void depth_and_numbers_of_values_are_bounded(void **state)
{
    size_t size = 128 * 1024;
    char found[FQL_ERROR_SIZE + 1], *filter = malloc(size), *values = malloc(size);
    struct sb_store *db = ((struct world *)*state)->store;
    assert_true(filter != NULL && values != NULL);
    repeat(filter, size, "(", 4000, "");
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_non_null(strstr(found, "nested too deeply"));
    repeat(values, size, "25", FQL_MAX_VALUES, ",");
    snprintf(filter, size, "severity:[%s]", values);
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_string_equal(found, "a");
    snprintf(filter, size, "severity:[%s,25]", values);
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_non_null(strstr(found, "too many values"));
    repeat(values, size, "'x'", 101, ",");
    snprintf(filter, size, "name:~[%s]", values);
    find(db, &fql_cases, filter, NULL, FQL_AND_FIRST, found);
    assert_string_equal(found, "!invalid filter: name: too many values");
    free(values);
    free(filter);
}

static void values_never_become_sql(void **state)
{
    static const char secret[] = "x'); DROP TABLE docs; --";
    struct fql_context context = {.now_ms = NOW_MS};
    struct fql_where where;
    char error[FQL_ERROR_SIZE];
    (void)state;
    assert_true(
        fql_compile(&fql_cases, "name:'x\\'); DROP TABLE docs; --'", &context, &where, error));
    assert_null(strstr(where.sql, "DROP"));
    assert_int_equal(where.bind_count, 1);
    assert_string_equal(where.binds[0].text, secret);
    fql_where_done(&where);
}

static const struct fql_collection *const collections[] = {&fql_cases,
                                                           &fql_files,
                                                           &fql_templates,
                                                           &fql_template_fields,
                                                           &fql_template_snapshots,
                                                           &fql_slas,
                                                           &fql_notification_groups,
                                                           &fql_access_tags};

static void every_field_of_every_collection_makes_sql_that_sqlite_takes(void **state)
{
    struct sb_store *store = ((struct world *)*state)->store;
    for (size_t c = 0; c < sizeof collections / sizeof *collections; c++) {
        for (size_t i = 0; i < collections[c]->field_count; i++) {
            const struct fql_field *field = &collections[c]->fields[i];
            char filter[128], found[FQL_ERROR_SIZE + 1];
            snprintf(filter, sizeof filter, "%s:!%s", field->name,
                     field->kind == FQL_BOOL     ? "true"
                     : field->kind == FQL_STRING ? "'x'"
                     : field->kind == FQL_TIME   ? "'now'"
                                                 : "1");
            find(store, collections[c], filter, field->name, FQL_AND_FIRST, found);
            if (found[0] == '!') {
                fail_msg("%s: %s: %s", collections[c]->name, filter, found);
            }
        }
    }
}

static void the_case_fields_are_those_the_service_is_known_to_take(void **state)
{
    static const char *const names[] = {"id",
                                        "reference_id",
                                        "status",
                                        "severity",
                                        "name",
                                        "description",
                                        "all_text",
                                        "created_timestamp",
                                        "updated_timestamp",
                                        "assigned_to_uuid",
                                        "assigned_to_name",
                                        "created_by",
                                        "modified_by",
                                        "tags",
                                        "cid",
                                        "alerts",
                                        "events",
                                        "data_domains",
                                        "source_vendors",
                                        "source_products",
                                        "tactic_ids",
                                        "tactics",
                                        "technique_ids",
                                        "techniques",
                                        "aids",
                                        "hostnames",
                                        "ips",
                                        "email_addresses",
                                        "sha256s",
                                        "md5s",
                                        "usernames",
                                        "command_lines",
                                        "file_names",
                                        "image_file_names",
                                        "cloud_providers",
                                        "cloud_account_ids",
                                        "cloud_regions",
                                        "cloud_instance_ids",
                                        "cloud_availability_zones",
                                        "cloud_service_names",
                                        "case_template_id",
                                        "case_template_name",
                                        "sla_name",
                                        "sla_active_timer.status",
                                        "sla_active_timer_time_due"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (fql_field_find(&fql_cases, names[i]) == NULL) {
            fail_msg("no field %s", names[i]);
        }
    }
}

static void times_are_read_strictly_and_written_to_sort_as_text(void **state)
{
    static const struct {
        const char *text, *written; /* NULL: refused */
    } rows[] = {
        {"2025-01-31T12:34:56Z", "2025-01-31T12:34:56.000Z"},
        {"2025-01-31T12:34:56.789Z", "2025-01-31T12:34:56.789Z"},
        {"2025-01-31T12:34:56.7891234Z", "2025-01-31T12:34:56.789Z"},
        {"2025-01-31t00:34:56-05:30", "2025-01-31T06:04:56.000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
        {"now-1M", "2025-10-24T16:00:00.000Z"},
        {"2025-02-29", NULL},
        {"2025-13-01", NULL},
        {"2025-00-01", NULL},
        {"2025-01-00", NULL},
        {"2025-01-31 12:34:56Z", NULL},
        {"2025-01-31T24:00:00Z", NULL},
        {"2025-01-31T12:34:56", NULL},
        {"2025-01-31T12:34:56.Z", NULL},
        {"2025-01-31T12:34:56Zx", NULL},
        {"now-", NULL},
        {"now-5", NULL},
        {"now-5q", NULL},
        {"nowhere", NULL},
        {"now-99999999999d", NULL},
        {"now-9999999999w", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[FQL_TIME_SIZE];
        int64_t ms = 0;
        bool parsed = fql_time_parse(rows[i].text, NOW_MS, &ms);
        if (parsed != (rows[i].written != NULL)) {
            fail_msg("%s was %s", rows[i].text, parsed ? "taken" : "refused");
        }
        if (!parsed) {
            continue;
        }
        fql_time_format(ms, text);
        assert_string_equal(text, rows[i].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_a_filter_is_refused_with_its_place),
        cmocka_unit_test(an_unknown_field_is_refused_by_name_in_each_collection),
        cmocka_unit_test(twenty_properties_pass_and_one_more_is_refused),
        cmocka_unit_test(depth_and_numbers_of_values_are_bounded),
        cmocka_unit_test(values_never_become_sql),
        cmocka_unit_test(every_field_of_every_collection_makes_sql_that_sqlite_takes),
        cmocka_unit_test(the_case_fields_are_those_the_service_is_known_to_take),
        cmocka_unit_test(times_are_read_strictly_and_written_to_sort_as_text),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
