/* The sandbox's FQL: what each filter finds and each sort orders, over a real SQLite table. */
#include "sandbox_fql_world.h"

static void an_empty_filter_and_a_star_find_everything_newest_first(void **state)
{
    static const struct row rows[] = {
        {NULL, "c b a"}, {"", "c b a"}, {"*", "c b a"}, {"  ", "c b a"}};
    CHECK_CASES(rows);
}

static void a_plain_value_matches_exactly_and_by_letter_case(void **state)
{
    static const struct row rows[] = {
        {"status:'new'", "a"},
        {"status:'NEW'", ""},
        {"STATUS:'new'", "a"},
        {"name:'Suspicious'", ""},
        {"reference_id:'ABC-0002'", "b"},
        {"severity:50", "b"},
        {"severity:'50'", "b"},
        {"case_template_name:'Phish'", "a"},
        {"created_timestamp:'2025-11-23T16:00:00Z'", "a"},
        {"created_timestamp:'2025-11-23T17:00:00+01:00'", "a"},
        {" status : 'new' ", "a"},
    };
    CHECK_CASES(rows);
}

static void not_finds_also_what_lacks_the_value(void **state)
{
    static const struct row rows[] = {
        {"status:!'new'", "c b"},    {"case_template_id:!'t1'", "c b"}, {"tags:!'vip'", "c b"},
        {"tags:!['vip','eu']", "c"}, {"hostnames:!'WEB-02'", "c b"},
    };
    CHECK_CASES(rows);
}

static void comparisons_work_on_numbers_times_and_text(void **state)
{
    static const struct row rows[] = {
        {"severity:>50", "c"},
        {"severity:>=50", "c b"},
        {"severity:<50", "a"},
        {"severity:<=50", "b a"},
        {"severity:>-1", "c b a"},
        {"created_timestamp:>'2025-11-01T00:00:00Z'", "a"},
        {"created_timestamp:<'2024-01-15T08:30:00.501Z'", "c"},
        {"created_timestamp:<'2024-01-15T08:30:00.5Z'", ""},
        {"created_timestamp:>='2025-10-01'", "b a"},
        {"reference_id:>'ABC-0001'", "c b"},
        {"sla_active_timer_time_due:<=1764003600", "a"},
        {"sla_active_timer_time_due:<'now+1h'", ""},
        {"sla_active_timer_time_due:<='now+1h'", "a"},
    };
    CHECK_CASES(rows);
}

static void relative_times_count_from_now(void **state)
{
    static const struct row rows[] = {
        {"created_timestamp:>'now-1d'", ""},     {"created_timestamp:>='now-1d'", "a"},
        {"created_timestamp:>'now-30d'", "a"},   {"created_timestamp:<'now-52w'", "c"},
        {"created_timestamp:>'now-2M'", "b a"},  {"created_timestamp:<'now-1y'", "c"},
        {"created_timestamp:<'now'", "c b a"},   {"created_timestamp:>'now-86401s'", "a"},
        {"created_timestamp:>'now-1441m'", "a"}, {"created_timestamp:<'now+1h'", "c b a"},
    };
    CHECK_CASES(rows);
}

static void a_list_means_any_of_its_values(void **state)
{
    static const struct row rows[] = {
        {"status:['new','closed']", "c a"},
        {"status:!['new','closed']", "b"},
        {"severity:[25,75]", "c a"},
        {"status:['closed','n*']", "c a"},
        {"hostnames:['DB-01','WEB-02']", "c a"},
        {"name:*['*CPU*','*laptop']", "c b"},
        {"name:~['cpu','LAPTOP']", "c b"},
        {"status:[ 'new' ]", "a"},
    };
    CHECK_CASES(rows);
}

static void stars_match_any_text_and_nothing_else_is_special(void **state)
{
    static const struct row rows[] = {
        {"name:'Susp*'", "a"},     {"name:'*login'", "a"}, {"name:'*icious*'", "a"},
        {"name:'susp*'", ""},      {"name:*'*CPU*'", "b"}, {"name:*'100% CPU [miner]?'", "b"},
        {"name:'*[miner]?'", "b"}, {"name:'*[a-z]*'", ""}, {"name:'?uspicious*'", ""},
        {"name:!*'*CPU*'", "c a"}, {"name:!'S*'", "c b"},  {"hostnames:'WEB*'", "a"},
        {"name:'S***n'", "a"},
    };
    CHECK_CASES(rows);
}

static void a_star_alone_means_present_and_not_empty(void **state)
{
    static const struct row rows[] = {
        {"assigned_to_uuid:'*'", "c a"},
        {"assigned_to_uuid:!'*'", "b"},
        {"tags:'*'", "b a"},
        {"tags:!'*'", "c"},
        {"severity:'*'", "c b a"},
        {"case_template_id:'*'", "a"},
    };
    CHECK_CASES(rows);
}

static void text_match_ignores_letter_case_and_takes_percent_as_text(void **state)
{
    static const struct row rows[] = {
        {"name:~'LOGIN'", "a"}, {"name:!~'login'", "c b"}, {"name:~'100%'", "b"},
        {"name:~'1%0'", ""},    {"name:~'_PU'", ""},       {"all_text:~'suspicious'", "a"},
    };
    CHECK_CASES(rows);
}

static void quotes_and_backslashes_are_escaped_by_a_backslash(void **state)
{
    static const struct row rows[] = {
        {"name:'O\\'Neill\\'s laptop'", "c"},
        {"name:'O\\\\'", ""},
        {"name:*'O\\'*'", "c"},
        {"name:''", ""},
        {"name:'x\\' OR 1=1 --'", ""},
    };
    CHECK_CASES(rows);
}

static void and_binds_more_tightly_than_or_and_parentheses_group(void **state)
{
    static const struct row rows[] = {
        {"status:'new'+severity:25", "a"},
        {"status:'new'+severity:50", ""},
        {"status:'new',severity:50", "b a"},
        {"status:'new',status:'closed'+severity:1", "a"},
        {"(status:'new',status:'closed')+severity:>1", "c a"},
        {"((status:'new'))", "a"},
        {"status:'new'+(severity:1,(tags:'vip'+tags:'eu'))", "a"},
    };
    CHECK_CASES(rows);
}

static void the_switch_lets_or_bind_more_tightly(void **state)
{
    char found[FQL_ERROR_SIZE + 1];
    find(((struct world *)*state)->store, &fql_cases, "status:'new',status:'closed'+severity:75",
         NULL, FQL_OR_FIRST, found);
    assert_string_equal(found, "c");
    find(((struct world *)*state)->store, &fql_cases, "status:'new',status:'closed'+severity:75",
         NULL, FQL_AND_FIRST, found);
    assert_string_equal(found, "c a");
}

static void fields_of_evidence_and_slas_are_found_where_they_stand(void **state)
{
    static const struct row rows[] = {
        {"alerts:'al-1'", "a"},
        {"sla_active_timer.status:'in_progress'", "a"},
        {"assigned_to_name:'Bo*'", "c"},
        {"hostnames:'DB-01'", "c"},
    };
    CHECK_CASES(rows);
}

static void configuration_collections_have_quirks_of_their_own(void **state)
{
    static const struct row rows[] = {
        {"name:'Phishing'", "t1"},
        {"name:*'*ish*'", "t1"},
        {"name:'Phish*'", ""},    /* a star in a plain value is a plain star */
        {"name:~'phishing'", ""}, /* text match matches nothing */
        {"name:!~'phishing'", ""},
        {"name:!'Phishing'", "t2"},
        {"fields.name:'Subject'", "t1"},
        {"sla.name:'Gold'", "t1"},
        {"created_by.username:'bo@example.com'", "t2"},
        {"created_timestamp:>'now-10d'", "t2"},
    };
    CHECK_TEMPLATES(rows);
}

static void sorts_take_both_forms_and_unknown_ones_mean_the_default(void **state)
{
    static const struct {
        const char *sort, *found;
    } rows[] = {
        {"severity|asc", "a b c"},
        {"severity|desc", "c b a"},
        {"severity.asc", "a b c"},
        {"severity.desc", "c b a"},
        {"severity", "a b c"},
        {"created_timestamp|asc", "c b a"},
        {"SEVERITY|ASC", "a b c"},
        {"status|desc", "a b c"},
        {"colour|asc", "c b a"},
        {"severity|sideways", "c b a"},
        {"hostnames|asc", "c b a"},
        {"tags|desc", "b a c"},
        {"assigned_to_name|desc", "c a b"},
        {"cid|asc,severity|asc", "a b c"},
        {"|", "c b a"},
        {",", "c b a"},
        {"severity|asc;DROP", "c b a"},
    };
    char found[FQL_ERROR_SIZE + 1];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        find(((struct world *)*state)->store, &fql_cases, NULL, rows[i].sort, FQL_AND_FIRST, found);
        if (strcmp(found, rows[i].found) != 0) {
            fail_msg("%s gave '%s', expected '%s'", rows[i].sort, found, rows[i].found);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_filter_and_a_star_find_everything_newest_first),
        cmocka_unit_test(a_plain_value_matches_exactly_and_by_letter_case),
        cmocka_unit_test(not_finds_also_what_lacks_the_value),
        cmocka_unit_test(comparisons_work_on_numbers_times_and_text),
        cmocka_unit_test(relative_times_count_from_now),
        cmocka_unit_test(a_list_means_any_of_its_values),
        cmocka_unit_test(stars_match_any_text_and_nothing_else_is_special),
        cmocka_unit_test(a_star_alone_means_present_and_not_empty),
        cmocka_unit_test(text_match_ignores_letter_case_and_takes_percent_as_text),
        cmocka_unit_test(quotes_and_backslashes_are_escaped_by_a_backslash),
        cmocka_unit_test(and_binds_more_tightly_than_or_and_parentheses_group),
        cmocka_unit_test(the_switch_lets_or_bind_more_tightly),
        cmocka_unit_test(fields_of_evidence_and_slas_are_found_where_they_stand),
        cmocka_unit_test(configuration_collections_have_quirks_of_their_own),
        cmocka_unit_test(sorts_take_both_forms_and_unknown_ones_mean_the_default),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
