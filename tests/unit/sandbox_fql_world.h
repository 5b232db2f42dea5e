/* A few documents of every collection in a store, and what a filter finds among them: shared by the tests of
 * FQL. */
#ifndef SANDBOX_FQL_WORLD_H
#define SANDBOX_FQL_WORLD_H

#include "../sandbox/fql.h"
#include "../sandbox/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t NOW_MS = 1764000000000; /* 2025-11-24T16:00:00Z */

static const char *const case_docs[] = {
    "{\"id\":\"a\",\"name\":\"Suspicious login\",\"status\":\"new\",\"severity\":25,"
    "\"tags\":[\"vip\",\"eu\"],\"assigned_to\":{\"uuid\":\"u-1\",\"full_name\":\"Ann Lee\"},"
    "\"created_timestamp\":\"2025-11-23T16:00:00.000Z\",\"reference_id\":\"ABC-0001\","
    "\"template\":{\"id\":\"t1\",\"name\":\"Phish\"},"
    "\"evidence\":{\"alerts\":{\"records\":[{\"id\":\"r1\",\"selector\":{\"id\":\"al-1\"}}]}},"
    "\"sla\":{\"active_timer_status\":\"in_progress\",\"active_timer_time_due\":1764003600},"
    "\"_search\":{\"hostnames\":[\"WEB-01\",\"WEB-02\"]}}",
    "{\"id\":\"b\",\"name\":\"100% CPU [miner]?\",\"status\":\"in_progress\",\"severity\":50,"
    "\"tags\":[\"eu\"],\"assigned_to\":{\"uuid\":\"\",\"full_name\":\"\"},"
    "\"created_timestamp\":\"2025-10-01T00:00:00.000Z\",\"reference_id\":\"ABC-0002\","
    "\"evidence\":{\"alerts\":{\"records\":[]}},"
    "\"_search\":{\"hostnames\":[]}}",
    "{\"id\":\"c\",\"name\":\"O'Neill's laptop\",\"status\":\"closed\",\"severity\":75,"
    "\"tags\":[],\"assigned_to\":{\"uuid\":\"u-2\",\"full_name\":\"Bo Li\"},"
    "\"created_timestamp\":\"2024-01-15T08:30:00.500Z\",\"reference_id\":\"ABC-0003\","
    "\"_search\":{\"hostnames\":[\"DB-01\"]}}",
};

static const char *const template_docs[] = {
    "{\"id\":\"t1\",\"name\":\"Phishing\",\"created_by\":{\"username\":\"ann@example.com\"},"
    "\"fields\":[{\"name\":\"Sender\",\"options\":[]},{\"name\":\"Subject\"}],"
    "\"created_timestamp\":\"2025-11-01T00:00:00.000Z\",\"_search\":{\"sla_name\":\"Gold\"}}",
    "{\"id\":\"t2\",\"name\":\"Malware\",\"created_by\":{\"username\":\"bo@example.com\"},"
    "\"fields\":[],\"created_timestamp\":\"2025-11-20T00:00:00.000Z\",\"_search\":{}}",
};

static const struct {
    const char *kind, *json;
} other_docs[] = {
    {"file", "{\"id\":\"f1\",\"cid\":\"c1\",\"case_id\":\"a\",\"name\":\"mail.eml\","
             "\"file_size\":\"1.5 KB\",\"uploaded_by\":\"ann@example.com\"}"},
    {"file", "{\"id\":\"f2\",\"cid\":\"c1\",\"case_id\":\"b\",\"name\":\"a*b\","
             "\"file_size\":\"20 B\"}"},
    {"field", "{\"id\":\"d1\",\"name\":\"Sender\",\"data_type\":\"string\",\"required\":true}"},
    {"field", "{\"id\":\"d2\",\"name\":\"Subject\",\"data_type\":\"string\","
              "\"required\":false}"},
    {"snapshot", "{\"id\":\"n1\",\"template_id\":\"t1\",\"version\":1}"},
    {"snapshot", "{\"id\":\"n2\",\"template_id\":\"t1\",\"version\":10}"},
    {"sla", "{\"id\":\"s1\",\"name\":\"Gold\",\"created_by_name\":\"Ann\"}"},
    {"sla", "{\"id\":\"s2\",\"name\":\"Silver\",\"created_by_name\":\"Bo\"}"},
    {"group", "{\"id\":\"g1\",\"name\":\"SOC\"}"},
    {"group", "{\"id\":\"g2\",\"name\":\"Managers\"}"},
    {"access_tag", "{\"id\":\"x1\",\"cid\":\"c1\",\"key\":\"finance\"}"},
    {"access_tag", "{\"id\":\"x2\",\"cid\":\"c1\",\"key\":\"hr\"}"},
};

#define FQL_CID "c1"

/* The documents are in one store; another tenant's case and template are there too. */
struct world {
    struct sb_store *store;
};

static void put_doc(struct sb_store *store, const char *kind, const char *cid, const char *json)
{
    struct json_object *doc = json_tokener_parse(json);
    char *id = strdup(sb_text(doc, "id"));
    assert_non_null(id);
    sb_store_put(store, kind, cid, id, doc, NULL);
    json_object_put(doc);
    free(id);
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    char error[256];
    if (world == NULL || (world->store = sb_store_new(NULL, error, sizeof error)) == NULL) {
        free(world);
        return -1;
    }
    for (size_t i = 0; i < sizeof case_docs / sizeof *case_docs; i++) {
        put_doc(world->store, "case", FQL_CID, case_docs[i]);
        put_doc(world->store, "case", "c2", case_docs[i]);
    }
    for (size_t i = 0; i < sizeof template_docs / sizeof *template_docs; i++) {
        put_doc(world->store, "template", FQL_CID, template_docs[i]);
    }
    for (size_t i = 0; i < sizeof other_docs / sizeof *other_docs; i++) {
        put_doc(world->store, other_docs[i].kind, FQL_CID, other_docs[i].json);
    }
    assert_null(sb_store_failed(world->store));
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    sb_store_free(world->store);
    free(world);
    return 0;
}

/* The ids found, joined by blanks, in the order of `sort`; or the error's text after `!`. */
static void find(struct sb_store *store, const struct fql_collection *collection,
                 const char *filter, const char *sort, enum fql_precedence precedence, char *found)
{
    struct fql_context context = {
        .now_ms = NOW_MS, .precedence = precedence, .tenant = sb_store_tenant(store, FQL_CID)};
    struct fql_where where = {0};
    struct fql_order order;
    char error[FQL_ERROR_SIZE], *sql = NULL;
    sqlite3_stmt *statement;
    sqlite3 *db = sb_store_db(store);
    found[0] = '\0';
    if (!fql_compile(collection, filter, &context, &where, error)) {
        snprintf(found, FQL_ERROR_SIZE + 1, "!%s", error);
        assert_null(where.sql);
        return;
    }
    assert_true(fql_order(collection, sort, context.tenant, &order));
    assert_true(asprintf(&sql,
                         "SELECT (SELECT id FROM docs WHERE docs.seq=d.seq) FROM (%s) AS d%s"
                         " ORDER BY %s",
                         where.sql, order.from, order.by) > 0);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_bind_parameter_count(statement), (int)where.bind_count);
    assert_int_equal(fql_where_bind(&where, statement, 1), (int)where.bind_count + 1);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        size_t length = strlen(found);
        snprintf(found + length, FQL_ERROR_SIZE + 1 - length, "%s%s", length > 0 ? " " : "",
                 (const char *)sqlite3_column_text(statement, 0));
    }
    if (code != SQLITE_DONE) {
        fail_msg("%s: %s: %s", filter, sql, sqlite3_errmsg(db));
    }
    sqlite3_finalize(statement);
    fql_where_done(&where);
    fql_order_done(&order);
    free(sql);
}

struct row {
    const char *filter;
    const char *found; /* newest first; or !error */
};

static void check(struct world *world, const struct fql_collection *collection,
                  const struct row *rows, size_t count)
{
    char found[FQL_ERROR_SIZE + 1];
    for (size_t i = 0; i < count; i++) {
        find(world->store, collection, rows[i].filter, NULL, FQL_AND_FIRST, found);
        if (strcmp(found, rows[i].found) != 0) {
            fail_msg("%s: %s found '%s', expected '%s'", collection->name, rows[i].filter, found,
                     rows[i].found);
        }
    }
}

#define CHECK(collection, rows) check(*state, collection, rows, sizeof(rows) / sizeof(*(rows)))
#define CHECK_CASES(rows) CHECK(&fql_cases, rows)
#define CHECK_TEMPLATES(rows) CHECK(&fql_templates, rows)

#endif
