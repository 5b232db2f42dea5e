/* The sandbox's FQL, field by field and collection by collection: what each holds and which forms
 * each takes. */
#include "../sandbox/seed.h"
#include "sandbox_fql_world.h"

#include "../sandbox/operations.h"
#include "../sandbox/response.h"

/* A case of the fixed world with evidence of every sort, made as any client makes one, beside one
 * that has nothing. */
static int setup_full_case(void **state)
{
    static const struct sb_options options = {0};
    char error[256];
    struct sb_store *store = sb_store_new(NULL, error, sizeof error);
    if (store == NULL || !sb_seed(store, &options, 0, error, sizeof error)) {
        return -1;
    }
    struct sb_request req = {.path = "/cases/",
                             .options = &options,
                             .store = store,
                             .now_ms = NOW_MS,
                             .caller = {.client_id = "client", .cid = SB_SEED_CID}};
    sb_seed_caller(&req);
    sb_store_lock(store);
    char *body = NULL, id[SB_UUID_SIZE];
    static const char *const full_id[] = {"00000000-0000-4000-8000-00000000f001", NULL};
    if (asprintf(&body,
                 "{\"name\":\"Full case\",\"description\":\"All there is\",\"severity\":90,"
                 "\"tags\":[\"first\",\"second\"],\"assigned_to_user_uuid\":\"" SB_SEED_ANALYST
                 "\",\"template\":{\"id\":\"" SB_SEED_TEMPLATE
                 "\"},\"evidence\":{\"alerts\":[{\"id\":\"%s\"},{\"id\":\"%s\"}],\"events\":"
                 "[{\"id\":\"f1f1f1f1-0000-4000-8000-000000000001\"}]}}",
                 sb_seed_alert(0), sb_seed_alert(3)) < 0 ||
        !sb_seed_run(&req, op_create_case, json_tokener_parse(body), full_id, id) ||
        !sb_seed_run(&req, op_create_case, json_tokener_parse("{\"name\":\"Bare\",\"severity\":1}"),
                     NULL, NULL)) {
        return -1;
    }
    free(body);
    sb_store_unlock(store);
    *state = store;
    return 0;
}

static int teardown_full_case(void **state)
{
    sb_store_free(*state);
    return 0;
}

static int64_t count(struct sb_store *store, const char *filter)
{
    struct fql_context context = {.now_ms = NOW_MS, .tenant = sb_store_tenant(store, SB_SEED_CID)};
    struct fql_where where;
    char error[FQL_ERROR_SIZE], *sql = NULL;
    sqlite3_stmt *statement = NULL;
    if (!fql_compile(&fql_cases, filter, &context, &where, error)) {
        fail_msg("%s: %s", filter, error);
    }
    assert_true(asprintf(&sql, "SELECT count(*) FROM (%s)", where.sql) > 0);
    assert_int_equal(sqlite3_prepare_v2(sb_store_db(store), sql, -1, &statement, NULL), SQLITE_OK);
    fql_where_bind(&where, statement, 1);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    fql_where_done(&where);
    free(sql);
    return found;
}

/* Each of these finds the full case and not the bare one. */
static const char *const full_filters[] = {
    "id:'00000000-0000-4000-8000-00000000f001'",
    "reference_id:*'SBX-*'+severity:90",
    "status:'new'+severity:>50",
    "severity:90",
    "name:'Full case'",
    "description:'All there is'",
    "all_text:~'SVCH0ST full'",
    "all_text:'svch0st.exe'",
    "created_timestamp:<='now'+severity:90",
    "updated_timestamp:>'now-1m'+severity:90",
    "assigned_to_uuid:'" SB_SEED_ANALYST "'",
    "assigned_to_name:'Ada Analyst'",
    "assigned_to_userid:'ada.analyst@example.com'",
    "created_by:'soar-automation@example.com'+severity:90",
    "created_by:'SOAR Automation'+severity:90",
    "modified_by:'" SB_SEED_AUTOMATION "'+severity:90",
    "tags:'second'",
    "cid:'" SB_SEED_CID "'+severity:90",
    "alerts:*'*1001-10-1001'",
    "events:'f1f1f1f1-0000-4000-8000-000000000001'",
    "data_domains:'Cloud'",
    "source_vendors:'Example Firewalls'",
    "source_products:'Falcon Cloud Security'",
    "tactic_ids:'TA0040'",
    "tactics:'Command and Control'",
    "technique_ids:'T1486'",
    "techniques:'Resource Hijacking'",
    "aids:'" SB_SEED_HOST_LINUX "'",
    "hostnames:'FIN-WS-042'",
    "ips:'203.0.113.42'",
    "ips:'10.20.30.42'",
    "email_addresses:'jdoe@example.com'",
    "sha256s:'bd129de3b17072356bb8fed7b351aee4acf6f5e4ba3ab3d24c5317227de94c42'",
    "md5s:'bb9fbfdc8efd85b5036fbdbcd31a77b0'",
    "usernames:'jdoe'",
    "command_lines:'svch0st.exe --encrypt*'",
    "file_names:'svch0st.exe'",
    "image_file_names:'miner'",
    "cloud_providers:'aws'",
    "cloud_account_ids:'123456789012'",
    "cloud_regions:'eu-central-1'",
    "cloud_instance_ids:'i-0a1b2c3d4e5f60718'",
    "cloud_availability_zones:'eu-central-1a'",
    "cloud_service_names:'ec2'",
    "case_template_id:'" SB_SEED_TEMPLATE "'",
    "case_template_name:'Endpoint incident'",
    "sla_name:'Critical incidents'",
    "sla_active_timer.status:'in_progress'",
    "sla_active_timer_time_due:<='now+15m'+severity:90",
};

static void every_field_of_cases_finds_what_a_case_and_its_evidence_say(void **state)
{
    for (size_t i = 0; i < sizeof full_filters / sizeof *full_filters; i++) {
        if (count(*state, full_filters[i]) != 1) {
            fail_msg("%s found %lld cases, expected 1", full_filters[i],
                     (long long)count(*state, full_filters[i]));
        }
    }
    for (size_t i = 0; i < fql_cases.field_count; i++) {
        size_t size = strlen(fql_cases.fields[i].name);
        bool tried = false;
        for (size_t k = 0; !tried && k < sizeof full_filters / sizeof *full_filters; k++) {
            tried = strncmp(full_filters[k], fql_cases.fields[i].name, size) == 0 &&
                    full_filters[k][size] == ':';
        }
        if (!tried) {
            fail_msg("no filter above tries the field %s", fql_cases.fields[i].name);
        }
    }
}

static void text_match_takes_whole_words_in_any_case_and_order_and_skips_punctuation(void **state)
{
    static const struct row rows[] = {
        {"name:~'suspicious'", "a"},
        {"name:~'LOGIN suspicious'", "a"},
        {"name:~'susp'", ""}, /* a word, not a part of one */
        {"name:~'100%'", "b"},
        {"name:~'[miner]'", "b"},
        {"name:~'neill'", "c"},
        {"name:~'login laptop'", ""},
        {"name:~['login','laptop']", "c a"},
        {"name:!~['login','laptop']", "b"},
        {"hostnames:~'web 01'", "a"},
        {"hostnames:~'WEB-01'", "a"},
        {"name:~'web'", ""}, /* that is another field */
        {"all_text:~'web'", "a"},
        {"name:~''", ""},
        {"name:~'%'", ""},
        {"name:~'\" OR *'", ""},
        {"severity:~'25'", "!invalid filter: severity: operator not allowed here"},
        {"created_timestamp:~'2025'",
         "!invalid filter: created_timestamp: operator not allowed here"},
    };
    CHECK(&fql_cases, rows);
}

static void all_text_asks_every_text_of_a_case(void **state)
{
    static const struct row rows[] = {
        {"all_text:'WEB-01'", "a"},    {"all_text:'Suspicious login'", "a"},
        {"all_text:*'*EB-0*'", "a"},   {"all_text:'ABC-0002'", "b"},
        {"all_text:!'WEB-01'", "c b"}, {"all_text:'25'", ""}, /* a number is no text */
        {"all_text:'*'", "c b a"},
    };
    CHECK(&fql_cases, rows);
}

static void wildcards_have_two_forms_on_cases(void **state)
{
    static const struct row rows[] = {
        {"name:'Susp*'", "a"},
        {"name:*'Susp*'", "a"},
        {"tags:'e*'", "b a"},
        {"tags:!'e*'", "c"},
        {"reference_id:'ABC-000*'", "c b a"},
        {"reference_id:'*-0003'", "c"},
        {"reference_id:'abc*'", ""},
        {"created_timestamp:'2025-1*'", "b a"},
        {"severity:*'*5'", "c a"},
    };
    CHECK(&fql_cases, rows);
}

static void files_are_asked_by_five_fields_and_without_text_match_or_plain_stars(void **state)
{
    static const struct row rows[] = {
        {"case_id:['a','b']", "f2 f1"},
        {"case_id:'a'+name:'mail.eml'", "f1"},
        {"name:*'*mail*'", "f1"},
        {"name:'mail*'", ""},
        {"name:'a*b'", "f2"}, /* a plain star */
        {"name:~'mail'", ""},
        {"file_size:'1.5 KB'", "f1"},
        {"id:'f1',id:'f2'", "f2 f1"},
        {"cid:'c1'", "f2 f1"},
        {"uploaded_by:'ann@example.com'", "!unexpected filter field"},
    };
    CHECK(&fql_files, rows);
}

static void configuration_is_asked_by_its_names_people_and_times(void **state)
{
    static const struct row slas[] = {
        {"name:'Gold'", "s1"},    {"created_by_name:'Bo'", "s2"},
        {"name:*'*l*'", "s2 s1"}, {"name:'G*'", ""},
        {"name:>'H'", "s2"},      {"goals.type:'ack'", "!unexpected filter field"},
    };
    static const struct row groups[] = {
        {"name:'SOC',name:'Managers'", "g2 g1"},
        {"name:!'SOC'", "g2"},
        {"channels.type:'email'", "!unexpected filter field"},
    };
    static const struct row tags[] = {
        {"key:'hr'", "x2"},
        {"key:*'*an*'", "x1"},
        {"name:'hr'", "!unexpected filter field"},
    };
    static const struct row fields[] = {
        {"required:true", "d1"},
        {"required:!true", "d2"},
        {"name:'Sender'", "d1"},
        {"required:>true", "!invalid filter: required: operator not allowed here"},
        {"required:'yes'", "!invalid filter: required: expected true or false"},
    };
    static const struct row snapshots[] = {
        {"template_id:'t1'", "n2 n1"},
        {"version:>9", "n2"},
        {"version:1", "n1"},
    };
    CHECK(&fql_slas, slas);
    CHECK(&fql_notification_groups, groups);
    CHECK(&fql_access_tags, tags);
    CHECK(&fql_template_fields, fields);
    CHECK(&fql_template_snapshots, snapshots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_field_of_cases_finds_what_a_case_and_its_evidence_say,
                                        setup_full_case, teardown_full_case),
        cmocka_unit_test_setup_teardown(
            text_match_takes_whole_words_in_any_case_and_order_and_skips_punctuation, setup,
            teardown),
        cmocka_unit_test_setup_teardown(all_text_asks_every_text_of_a_case, setup, teardown),
        cmocka_unit_test_setup_teardown(wildcards_have_two_forms_on_cases, setup, teardown),
        cmocka_unit_test_setup_teardown(
            files_are_asked_by_five_fields_and_without_text_match_or_plain_stars, setup, teardown),
        cmocka_unit_test_setup_teardown(configuration_is_asked_by_its_names_people_and_times, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
