/* The index behind filters, sorts, free text and totals: that it follows every change of a document,
 * and that no common query reads what it needn't. */
#include "sandbox_call.h"

#include "../sandbox/fql.h"
#include "../sandbox/seed.h"

static void put(struct sb_store *store, const char *id, const char *json)
{
    call_put(store, "case", CALL_CID, id, json);
}

static char *ids(struct sb_store *store, const char *query)
{
    return call_text(store, &(struct call){.operation = op_query_case_ids, .query = query});
}

static void assert_ids(struct sb_store *store, const char *query, const char *expected)
{
    char *found = ids(store, query);
    if (strcmp(found, expected) != 0) {
        fail_msg("%s found %s, expected %s", query, found, expected);
    }
    free(found);
}

static void a_changed_document_is_found_by_what_it_holds_now_and_by_nothing_else(void **state)
{
    put(*state, "k1",
        "{\"id\":\"k1\",\"name\":\"Old name\",\"severity\":10,\"tags\":[\"a\",\"b\"],"
        "\"_search\":{\"hostnames\":[\"H-1\"]}}");
    put(*state, "k1",
        "{\"id\":\"k1\",\"name\":\"New name\",\"severity\":20,\"tags\":[\"b\",\"c\"],"
        "\"_search\":{\"hostnames\":[\"H-2\"]}}");
    static const struct {
        const char *query, *found;
    } rows[] = {
        {"filter=name:'Old name'", "[]"},
        {"filter=name:~'old'", "[]"},
        {"q=old", "[]"},
        {"filter=severity:10", "[]"},
        {"filter=tags:'a'", "[]"},
        {"filter=hostnames:'H-1'", "[]"},
        {"q=H-1", "[]"},
        {"filter=name:'New name'", "[\"k1\"]"},
        {"filter=name:~'new'", "[\"k1\"]"},
        {"q=new", "[\"k1\"]"},
        {"filter=severity:20", "[\"k1\"]"},
        {"filter=tags:'b'", "[\"k1\"]"},
        {"filter=tags:'c'", "[\"k1\"]"},
        {"filter=hostnames:'H-2'", "[\"k1\"]"},
        {"q=H-2", "[\"k1\"]"},
        {"sort=severity|asc", "[\"k1\"]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ids(*state, rows[i].query, rows[i].found);
    }
}

static void a_deleted_document_leaves_nothing_behind(void **state)
{
    static const char *const queries[] = {"filter=name:'Gone'", "filter=name:~'gone'", "q=gone",
                                          "sort=name|asc", ""};
    put(*state, "k1", "{\"id\":\"k1\",\"name\":\"Gone\",\"severity\":10}");
    assert_true(sb_store_delete(*state, "case", CALL_CID, "k1"));
    assert_false(sb_store_delete(*state, "case", CALL_CID, "k1"));
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_ids(*state, *queries[i] != '\0' ? queries[i] : "limit=5", "[]");
    }
    assert_int_equal(sb_store_count(*state, "case", CALL_CID), 0);
    sqlite3_stmt *left = sb_store_prepare(*state, "SELECT count(*) FROM terms");
    assert_true(sb_store_step(*state, left));
    assert_int_equal(sqlite3_column_int(left, 0), 0);
    sqlite3_reset(left);
}

static void free_text_asks_for_all_its_words_anywhere_in_the_case(void **state)
{
    put(*state, "k1",
        "{\"id\":\"k1\",\"name\":\"Na\xc3\xafve login\",\"description\":\"from Oslo\","
        "\"tags\":[\"vip\"],\"_search\":{\"hostnames\":[\"FIN-WS-042\"]}}");
    put(*state, "k2", "{\"id\":\"k2\",\"name\":\"Login\",\"description\":\"from Lima\"}");
    static const struct {
        const char *query, *found;
    } rows[] = {
        {"q=login", "[\"k2\",\"k1\"]"},
        {"q=LOGIN oslo", "[\"k1\"]"},
        {"q=oslo lima", "[]"},
        {"q=fin-ws-042", "[\"k1\"]"},
        {"q=WS FIN", "[\"k1\"]"},
        {"q=naive", "[\"k1\"]"}, /* accents don't count */
        {"q=log", "[]"},
        {"q=log*", "[\"k2\",\"k1\"]"},
        {"q=vip", "[\"k1\"]"},
        {"q=k2", "[\"k2\"]"},
        {"q=%", "[]"},
        {"q=\"", "[]"},
        {"q=login OR oslo", "[]"}, /* words, no operators */
        {"q=login AND", "[]"},
        {"q=f1000:login", "[]"},
        {"q=*", "[]"},
        {"q=", "[\"k2\",\"k1\"]"},
        {"q=login&filter=description:'from Lima'", "[\"k2\"]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ids(*state, rows[i].query, rows[i].found);
    }
}

static void a_sort_keeps_documents_that_lack_the_field_and_shows_each_once(void **state)
{
    put(*state, "k1", "{\"id\":\"k1\",\"tags\":[\"b\",\"z\"],\"severity\":5}");
    put(*state, "k2", "{\"id\":\"k2\"}");
    put(*state, "k3", "{\"id\":\"k3\",\"tags\":[\"a\",\"y\"],\"severity\":5}");
    assert_ids(*state, "sort=tags|asc", "[\"k2\",\"k3\",\"k1\"]");
    assert_ids(*state, "sort=tags.desc", "[\"k1\",\"k3\",\"k2\"]");
    assert_ids(*state, "sort=severity|desc", "[\"k3\",\"k1\",\"k2\"]");
    assert_ids(*state, "sort=severity|desc,tags|desc", "[\"k1\",\"k3\",\"k2\"]");
    assert_ids(*state, "sort=severity|desc&limit=1&offset=1", "[\"k1\"]");
}

static void totals_follow_what_is_made_moved_and_deleted(void **state)
{
    put(*state, "k1", "{\"id\":\"k1\"}");
    put(*state, "k1", "{\"id\":\"k1\",\"name\":\"twice\"}");
    put(*state, "k2", "{\"id\":\"k2\"}");
    assert_int_equal(sb_store_count(*state, "case", CALL_CID), 2);
    sb_store_delete(*state, "case", CALL_CID, "k2");
    assert_int_equal(sb_store_count(*state, "case", CALL_CID), 1);
    call_put(*state, "file_pending", CALL_CID, "f1", "{\"id\":\"f1\",\"name\":\"dump\"}");
    sb_store_move(*state, "file_pending", CALL_CID, "f1", "file");
    assert_int_equal(sb_store_count(*state, "file_pending", CALL_CID), 0);
    assert_int_equal(sb_store_count(*state, "file", CALL_CID), 1);
    assert_int_equal(sb_store_count(*state, "case", "elsewhere"), 0);
}

/* ------------------------------------------------------------------ sets */

static int64_t found(struct sb_store *store, const char *filter)
{
    struct fql_context context = {.now_ms = CALL_NOW_MS,
                                  .tenant = sb_store_tenant(store, SB_SEED_CID)};
    struct fql_where where;
    char error[FQL_ERROR_SIZE], *sql = NULL;
    sqlite3_stmt *statement = NULL;
    if (!fql_compile(&fql_cases, filter, &context, &where, error)) {
        fail_msg("%s: %s", filter, error);
    }
    assert_true(asprintf(&sql, "SELECT count(seq), count(DISTINCT seq) FROM (%s)", where.sql) > 0);
    assert_int_equal(sqlite3_prepare_v2(sb_store_db(store), sql, -1, &statement, NULL), SQLITE_OK);
    fql_where_bind(&where, statement, 1);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(statement, 0);
    if (count != sqlite3_column_int64(statement, 1)) {
        fail_msg("%s finds documents twice", filter);
    }
    sqlite3_finalize(statement);
    fql_where_done(&where);
    free(sql);
    return count;
}

/* However a filter is carried out: what A and B find together, either, and neither must add up. */
static void and_or_and_not_add_up_whatever_drives(void **state)
{
    static const struct {
        const char *is, *is_not;
    } rows[] = {
        {"status:'closed'", "status:!'closed'"},
        {"status:['new','reopened']", "status:!['new','reopened']"},
        {"tags:'vip'", "tags:!'vip'"},
        {"tags:['vip','i*','*are']", "tags:!['vip','i*','*are']"},
        {"severity:>60", "severity:<=60"},
        {"severity:>=0", "severity:<0"},
        {"name:'Ran*'", "name:!'Ran*'"},
        {"name:*'*o*'", "name:!*'*o*'"},
        {"name:~'oslo'", "name:!~'oslo'"},
        {"all_text:~'runbook psexec'", "all_text:!~'runbook psexec'"},
        {"all_text:'psexec.exe'", "all_text:!'psexec.exe'"},
        {"hostnames:'FIN*'", "hostnames:!'FIN*'"},
        {"created_by:'SOAR*'", "created_by:!'SOAR*'"},
        {"assigned_to_uuid:'*'", "assigned_to_uuid:!'*'"},
        {"(tags:'vip'+severity:>20),name:~'lima'", "(tags:!'vip',severity:<=20)+name:!~'lima'"},
        {"id:'nothing'", "id:!'nothing'"},
    };
    const size_t count = sizeof rows / sizeof *rows;
    const int64_t all = found(*state, "*");
    assert_int_equal(all, 300);
    for (size_t i = 0; i < count; i++) {
        int64_t a = found(*state, rows[i].is);
        if (a + found(*state, rows[i].is_not) != all) {
            fail_msg("%s finds %lld, and %s not the rest", rows[i].is, (long long)a,
                     rows[i].is_not);
        }
        for (size_t k = 0; k < count; k++) {
            char both[256], either[256], only[256], neither[256];
            snprintf(both, sizeof both, "(%s)+(%s)", rows[i].is, rows[k].is);
            snprintf(either, sizeof either, "(%s),(%s)", rows[i].is, rows[k].is);
            snprintf(only, sizeof only, "(%s)+(%s)", rows[i].is, rows[k].is_not);
            snprintf(neither, sizeof neither, "(%s)+(%s)", rows[i].is_not, rows[k].is_not);
            int64_t b = found(*state, rows[k].is), ab = found(*state, both);
            if (found(*state, either) != a + b - ab || found(*state, only) != a - ab ||
                found(*state, neither) != all - (a + b - ab)) {
                fail_msg("%s (%lld) and %s (%lld): both %lld, either %lld, only the first %lld,"
                         " neither %lld",
                         rows[i].is, (long long)a, rows[k].is, (long long)b, (long long)ab,
                         (long long)found(*state, either), (long long)found(*state, only),
                         (long long)found(*state, neither));
            }
        }
    }
}

static int setup_tenant(void **state)
{
    static const struct sb_options options = {0};
    char error[256];
    struct sb_store *store = sb_store_new(NULL, error, sizeof error);
    *state = store;
    return store != NULL && sb_seed(store, &options, 300, error, sizeof error) ? 0 : -1;
}

static int teardown_tenant(void **state)
{
    sb_store_free(*state);
    return 0;
}

/* ------------------------------------------------------------------ plans */

/* What SQLite means to do for a query, one step a line. The caller frees it. */
static char *plan_of(struct sb_store *store, const char *filter, const char *sort)
{
    struct fql_context context = {.now_ms = CALL_NOW_MS, .tenant = 1};
    struct fql_where where;
    struct fql_order order;
    char error[FQL_ERROR_SIZE], *sql = NULL, *plan = strdup("");
    sqlite3_stmt *statement = NULL;
    assert_true(fql_compile(&fql_cases, filter, &context, &where, error));
    assert_true(fql_order(&fql_cases, sort, 1, &order));
    assert_true(asprintf(&sql,
                         "EXPLAIN QUERY PLAN SELECT d.seq FROM (%s) AS d%s ORDER BY %s LIMIT 100",
                         where.sql, order.from, order.by) > 0);
    assert_int_equal(sqlite3_prepare_v2(sb_store_db(store), sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        char *longer = NULL;
        assert_true(asprintf(&longer, "%s%s\n", plan, sqlite3_column_text(statement, 3)) > 0);
        free(plan);
        plan = longer;
    }
    sqlite3_finalize(statement);
    fql_where_done(&where);
    fql_order_done(&order);
    free(sql);
    return plan;
}

/* What drives is the first step; the rest is asked of each document, by its own terms. */
static void each_filter_is_driven_by_what_the_index_finds_best(void **state)
{
    static const struct {
        const char *filter, *driver;
    } rows[] = {
        {"id:'x'", "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"status:'new'", "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"severity:>70", "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value>?)"},
        {"created_timestamp:>'now-30d'",
         "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value>?)"},
        {"severity:>70+status:'new'",
         "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"name:*'*ware*'+status:'new'",
         "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"status:!'new'+(tags:!'x'+severity:>70)",
         "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value>?)"},
        {"tags:!'x'", "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"*", "SEARCH t USING COVERING INDEX terms_by_value (field=? AND value=?)"},
        {"name:~'ransomware'", "SCAN case_words VIRTUAL TABLE INDEX"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *plan = plan_of(*state, rows[i].filter, NULL);
        if (strncmp(plan, rows[i].driver, strlen(rows[i].driver)) != 0) {
            fail_msg("%s is answered so:\n%s", rows[i].filter, plan);
        }
        free(plan);
    }
}

static void no_filter_and_no_sort_walks_through_a_table(void **state)
{
    static const char *const filters[] = {"*",
                                          "id:'x'",
                                          "id:'x'+severity:>70",
                                          "status:['new','closed']",
                                          "status:'new',hostnames:'H'",
                                          "(status:'new',severity:>70)+(tags:'a',tags:!'b')",
                                          "name:'Ransom*'",
                                          "hostnames:['a*','b']",
                                          "name:*'*ware*'",
                                          "all_text:'x'",
                                          "all_text:~'x'+status:'new'",
                                          "status:'new'+all_text:!~'x'",
                                          "status:!'new'",
                                          "created_by:'a',modified_by:'b'"};
    static const char *const sorts[] = {NULL, "severity|desc", "tags.asc", "status|asc,name|desc"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        for (size_t k = 0; k < sizeof sorts / sizeof *sorts; k++) {
            char *plan = plan_of(*state, filters[i], sorts[k]), *rest = plan, *step;
            char *copy = strdup(plan);
            while ((step = strsep(&rest, "\n")) != NULL) {
                if (strncmp(step, "SCAN", 4) == 0 && strstr(step, "VIRTUAL TABLE INDEX") == NULL &&
                    strcmp(step, "SCAN d") != 0 && strcmp(step, "SCAN t") != 0) {
                    fail_msg("%s by %s is answered so:\n%s", filters[i],
                             sorts[k] != NULL ? sorts[k] : "age", copy);
                }
            }
            free(copy);
            free(plan);
        }
    }
}

static void a_page_of_what_one_value_or_everything_finds_is_read_off_the_index(void **state)
{
    static const struct {
        const char *filter, *sort;
    } rows[] = {
        {NULL, NULL},           {NULL, "severity|asc"}, {NULL, "severity|desc"},
        {NULL, "name.desc"},    {NULL, "tags|asc"},     {NULL, "created_timestamp|desc"},
        {"status:'new'", NULL}, {"tags:'vip'", NULL},   {"status:'new'+severity:>70", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *plan = plan_of(*state, rows[i].filter, rows[i].sort);
        if (strstr(plan, "TEMP B-TREE") != NULL) {
            fail_msg("%s by %s is sorted:\n%s", rows[i].filter, rows[i].sort, plan);
        }
        free(plan);
    }
}

static void another_tenant_is_never_found(void **state)
{
    static const char doc[] = "{\"id\":\"k1\",\"name\":\"Mine\",\"severity\":5}";
    call_put(*state, "case", "elsewhere", "k1", doc);
    static const char *const queries[] = {
        "limit=5",          "filter=severity:5", "filter=name:~'mine'", "q=mine",
        "filter=tags:!'x'", "sort=name|asc",     "filter=id:'k1'"};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        assert_ids(*state, queries[i], "[]");
    }
    put(*state, "k2", "{\"id\":\"k2\",\"name\":\"Mine too\",\"severity\":5}");
    for (size_t i = 0; i + 1 < sizeof queries / sizeof *queries; i++) {
        assert_ids(*state, queries[i], "[\"k2\"]");
    }
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, call_setup, call_teardown)
    const struct CMUnitTest tests[] = {
        EACH(a_changed_document_is_found_by_what_it_holds_now_and_by_nothing_else),
        EACH(a_deleted_document_leaves_nothing_behind),
        EACH(free_text_asks_for_all_its_words_anywhere_in_the_case),
        EACH(a_sort_keeps_documents_that_lack_the_field_and_shows_each_once),
        EACH(totals_follow_what_is_made_moved_and_deleted),
        EACH(another_tenant_is_never_found),
        cmocka_unit_test_setup_teardown(and_or_and_not_add_up_whatever_drives, setup_tenant,
                                        teardown_tenant),
        EACH(each_filter_is_driven_by_what_the_index_finds_best),
        EACH(no_filter_and_no_sort_walks_through_a_table),
        EACH(a_page_of_what_one_value_or_everything_finds_is_read_off_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
