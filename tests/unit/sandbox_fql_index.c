/* The index behind filters, sorts, free text and totals: that it follows every change of a document,
 * and that no common query reads what it needn't. */
#include "sandbox_call.h"

#include "../sandbox/fql.h"

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

/* ------------------------------------------------------------------ plans */

/* What SQLite means to do for a query, one step a line. The caller frees it. */
static char *plan_of(struct sb_store *store, const char *filter, const char *sort)
{
    struct fql_context context = {.now_ms = CALL_NOW_MS};
    struct fql_where where;
    struct fql_order order;
    char error[FQL_ERROR_SIZE], *sql = NULL, *plan = strdup("");
    sqlite3_stmt *statement = NULL;
    assert_true(fql_compile(&fql_cases, filter, &context, &where, error));
    assert_true(fql_order(&fql_cases, sort, &order));
    assert_true(asprintf(&sql,
                         "EXPLAIN QUERY PLAN SELECT docs.id FROM docs%s WHERE docs.kind = 'case'"
                         " AND docs.cid = 'c1' AND %s ORDER BY %s LIMIT 100",
                         order.from, where.sql, order.by) > 0);
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

static void common_filters_search_the_index_and_never_walk_through_documents(void **state)
{
    static const struct {
        const char *filter, *sort, *by; /* what the plan must say */
    } rows[] = {
        {"id:'x'", NULL, "terms_by_value (field=? AND value=?)"},
        {"status:'new'", NULL, "terms_by_value (field=? AND value=?)"},
        {"status:['new','closed']", NULL, "terms_by_value (field=? AND value=?)"},
        {"severity:>70", NULL, "terms_by_value (field=? AND value>?)"},
        {"created_timestamp:>'now-30d'", NULL, "terms_by_value (field=? AND value>?)"},
        {"name:'Ransom*'", NULL, "terms_by_value (field=? AND value>? AND value<?)"},
        {"name:*'*ware*'", NULL, "terms_by_value (field=?)"},
        {"all_text:'x'", NULL, "terms_by_value (field=? AND value=?)"},
        {"name:~'ransomware'", NULL, "case_words VIRTUAL TABLE INDEX"},
        {"all_text:~'ransomware'", NULL, "case_words VIRTUAL TABLE INDEX"},
        {"hostnames:'FIN-WS-042'", NULL, "terms_by_value (field=? AND value=?)"},
        {"hostnames:'FIN-WS-042'+severity:>70", "severity|desc",
         "terms_by_value (field=? AND value=?)"},
        {"*", "severity|desc", "k0 USING COVERING INDEX terms_by_value (field=?)"},
        {"*", NULL, "docs_newest (kind=? AND cid=?)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *plan = plan_of(*state, rows[i].filter, rows[i].sort);
        if (strstr(plan, rows[i].by) == NULL || strstr(plan, "SCAN docs") != NULL ||
            strstr(plan, "SCAN terms") != NULL) {
            fail_msg("%s by %s is answered so:\n%s", rows[i].filter,
                     rows[i].sort != NULL ? rows[i].sort : "age", plan);
        }
        free(plan);
    }
}

static void a_sorted_page_of_everything_is_read_off_the_index_without_sorting(void **state)
{
    static const char *const sorts[] = {NULL,          "severity|asc",    "severity|desc",
                                        "name.desc",   "tags|asc",        "created_timestamp|desc",
                                        "status|desc", "reference_id|asc"};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        char *plan = plan_of(*state, NULL, sorts[i]);
        const char *sorted = strstr(plan, "USE TEMP B-TREE");
        if (sorted != NULL) {
            fail_msg("%s is answered so:\n%s", sorts[i] != NULL ? sorts[i] : "age", plan);
        }
        free(plan);
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
        EACH(common_filters_search_the_index_and_never_walk_through_documents),
        EACH(a_sorted_page_of_everything_is_read_off_the_index_without_sorting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
