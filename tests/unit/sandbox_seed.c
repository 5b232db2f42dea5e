/* The seeded tenant: that it is believable, the same each time, and grows with its number of cases. */
#include "sandbox_call.h"

#include "../sandbox/seed.h"

static const struct sb_options options = {0};

static struct sb_store *seeded(unsigned cases)
{
    char error[256];
    struct sb_store *store = sb_store_new(NULL, error, sizeof error);
    assert_non_null(store);
    if (!sb_seed(store, &options, cases, error, sizeof error)) {
        fail_msg("%s", error);
    }
    sb_store_lock(store);
    return store;
}

static void done(struct sb_store *store)
{
    sb_store_unlock(store);
    sb_store_free(store);
}

static int64_t number(struct sb_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(sb_store_db(store), sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

/* Everything documents say, in order. */
static char *everything(struct sb_store *store)
{
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    assert_int_equal(sqlite3_prepare_v2(
                         sb_store_db(store),
                         "SELECT group_concat(kind || ' ' || id || ' ' || doc || ' ' || aux, x'0a')"
                         " FROM (SELECT * FROM docs ORDER BY seq)",
                         -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    text = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

static void the_same_number_gives_the_same_tenant_to_the_byte(void **state)
{
    (void)state;
    struct sb_store *one = seeded(60), *two = seeded(60);
    char *first = everything(one), *second = everything(two);
    assert_string_equal(first, second);
    free(first);
    free(second);
    done(one);
    done(two);
}

static void a_tenant_has_of_everything_in_proportion(void **state)
{
    (void)state;
    struct sb_store *store = seeded(1000);
    static const struct {
        const char *what, *sql;
        int64_t least, most;
    } rows[] = {
        {"cases", "SELECT count(*) FROM docs WHERE kind='case'", 1000, 1000},
        {"alerts", "SELECT count(*) FROM docs WHERE kind='alert'", 1500, 2500},
        {"events", "SELECT count(*) FROM docs WHERE kind='event'", 200, 400},
        {"files", "SELECT count(*) FROM docs WHERE kind='file'", 300, 600},
        {"templates", "SELECT count(*) FROM docs WHERE kind='template'", 5, 12},
        {"SLAs", "SELECT count(*) FROM docs WHERE kind='sla'", 5, 12},
        {"groups", "SELECT count(*) FROM docs WHERE kind='group'", 5, 12},
        {"snapshots", "SELECT count(*) FROM docs WHERE kind='snapshot'", 6, 36},
        {"closed cases",
         "SELECT count(*) FROM docs WHERE kind='case' AND json_extract(doc,'$.status')='closed'",
         350, 650},
        {"new cases",
         "SELECT count(*) FROM docs WHERE kind='case' AND json_extract(doc,'$.status')='new'", 120,
         280},
        {"assigned cases",
         "SELECT count(*) FROM docs WHERE kind='case'"
         " AND json_extract(doc,'$.assigned_to.uuid')<>''",
         700, 900},
        {"cases with an SLA",
         "SELECT count(*) FROM docs WHERE kind='case' AND json_extract(doc,'$.sla.id')<>''", 500,
         800},
        {"hosts in evidence",
         "SELECT count(DISTINCT json_extract(h.value,'$.aid')) FROM docs,"
         " json_each(doc,'$.analysis_results.hosts.records') AS h WHERE kind='case'",
         80, 120},
        {"cases without evidence",
         "SELECT count(*) FROM docs WHERE kind='case'"
         " AND json_array_length(doc,'$.evidence.alerts.records')=0",
         0, 0},
        {"days covered",
         "SELECT count(DISTINCT substr(json_extract(doc,'$.created_timestamp'),1,10)) FROM docs"
         " WHERE kind='case'",
         89, 91},
        {"files of no case",
         "SELECT count(*) FROM docs AS f WHERE kind='file' AND NOT EXISTS(SELECT 1 FROM docs"
         " WHERE kind='case' AND id=json_extract(f.doc,'$.case_id'))",
         0, 0},
        {"totals that are wrong",
         "SELECT count(*) FROM totals AS t WHERE count <> (SELECT count(*) FROM docs"
         " WHERE docs.kind=t.kind AND docs.cid=t.cid)",
         0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t found = number(store, rows[i].sql);
        if (found < rows[i].least || found > rows[i].most) {
            fail_msg("%s: %lld, expected %lld to %lld", rows[i].what, (long long)found,
                     (long long)rows[i].least, (long long)rows[i].most);
        }
    }
    done(store);
}

static void a_small_tenant_is_whole_too_and_none_adds_nothing(void **state)
{
    (void)state;
    struct sb_store *store = seeded(0), *small = seeded(1);
    assert_int_equal(number(store, "SELECT count(*) FROM docs WHERE kind='case'"), 0);
    assert_int_equal(number(store, "SELECT count(*) FROM docs WHERE kind='template'"), 1);
    assert_int_equal(number(small, "SELECT count(*) FROM docs WHERE kind='case'"), 1);
    done(store);
    done(small);
}

static void seeded_cases_are_found_sorted_and_read_like_any_other(void **state)
{
    (void)state;
    struct sb_store *store = seeded(50);
    struct sb_request req = {.path = "/cases/",
                             .options = &options,
                             .store = store,
                             .now_ms = CALL_NOW_MS,
                             .caller = {.client_id = "client", .cid = SB_SEED_CID}};
    static const char *const queries[][2] = {
        {"filter", "alerts:'*'"},         {"filter", "name:~'runbook',description:~'runbook'"},
        {"filter", "created_by:'SOAR*'"}, {"q", "runbook"},
        {"sort", "severity|desc"},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct sb_param param = {(char *)queries[i][0], (char *)queries[i][1]};
        struct sb_response res;
        req.query = (struct sb_params){&param, 1};
        sb_response_init(&res);
        op_query_case_ids(&req, &res);
        if (res.total != 50 || res.resource_count != 50) {
            fail_msg("%s=%s found %lld cases", queries[i][0], queries[i][1], (long long)res.total);
        }
        sb_response_done(&res);
    }
    done(store);
}

/* Seeding binds in a shortcut: what it makes must be what clients get. */
static void a_seeded_case_is_bound_to_its_template_as_a_new_one_is(void **state)
{
    (void)state;
    struct sb_store *store = seeded(400);
    struct sb_request req = {.path = "/cases/",
                             .options = &options,
                             .store = store,
                             .now_ms = CALL_NOW_MS,
                             .caller = {.client_id = "client", .cid = SB_SEED_CID}};
    int compared = 0;
    sqlite3_stmt *statement = NULL;
    sb_seed_caller(&req);
    assert_int_equal(sqlite3_prepare_v2(sb_store_db(store),
                                        "SELECT doc FROM docs WHERE kind='case' AND"
                                        " json_extract(doc,'$.template.id')<>'' ORDER BY seq DESC"
                                        " LIMIT 100",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        struct json_object *old =
            json_tokener_parse((const char *)sqlite3_column_text(statement, 0));
        struct json_object *body = json_object_new_object();
        char id[SB_UUID_SIZE];
        static const char *const members[] = {"template", "fields", "access_tags", "workflows"};
        sb_set_text(body, "name", "New");
        sb_set_int(body, "severity", 5);
        struct json_object *selector = json_object_new_object();
        sb_set_text(selector, "id", sb_text(sb_member(old, "template"), "id"));
        sb_set(body, "template", selector);
        assert_true(sb_seed_run(&req, op_create_case, body, NULL, id));
        struct json_object *made = sb_store_get(store, "case", SB_SEED_CID, id, NULL);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            if (!json_object_equal(sb_member(old, members[i]), sb_member(made, members[i]))) {
                fail_msg("%s: %s, a new case has %s", members[i],
                         json_object_to_json_string(sb_member(old, members[i])),
                         json_object_to_json_string(sb_member(made, members[i])));
            }
        }
        assert_string_equal(sb_text(sb_member(old, "sla"), "id"),
                            sb_text(sb_member(made, "sla"), "id"));
        assert_string_equal(sb_text(sb_member(old, "sla"), "snapshot_id"),
                            sb_text(sb_member(made, "sla"), "snapshot_id"));
        json_object_put(old);
        json_object_put(made);
        compared++;
    }
    sqlite3_finalize(statement);
    assert_int_equal(compared, 100);
    done(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_number_gives_the_same_tenant_to_the_byte),
        cmocka_unit_test(a_tenant_has_of_everything_in_proportion),
        cmocka_unit_test(a_small_tenant_is_whole_too_and_none_adds_nothing),
        cmocka_unit_test(a_seeded_case_is_bound_to_its_template_as_a_new_one_is),
        cmocka_unit_test(seeded_cases_are_found_sorted_and_read_like_any_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
