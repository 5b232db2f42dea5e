/* A few cases and templates in SQLite, and what a filter finds among them: shared by the tests of
 * FQL. */
#ifndef SANDBOX_FQL_WORLD_H
#define SANDBOX_FQL_WORLD_H

#include "../sandbox/fql.h"

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
    "\"_search\":{\"hostnames\":[\"WEB-01\",\"WEB-02\"],\"all_text\":[\"Suspicious login\"]}}",
    "{\"id\":\"b\",\"name\":\"100% CPU [miner]?\",\"status\":\"in_progress\",\"severity\":50,"
    "\"tags\":[\"eu\"],\"assigned_to\":{\"uuid\":\"\",\"full_name\":\"\"},"
    "\"created_timestamp\":\"2025-10-01T00:00:00.000Z\",\"reference_id\":\"ABC-0002\","
    "\"evidence\":{\"alerts\":{\"records\":[]}},"
    "\"_search\":{\"hostnames\":[],\"all_text\":[\"100% CPU\"]}}",
    "{\"id\":\"c\",\"name\":\"O'Neill's laptop\",\"status\":\"closed\",\"severity\":75,"
    "\"tags\":[],\"assigned_to\":{\"uuid\":\"u-2\",\"full_name\":\"Bo Li\"},"
    "\"created_timestamp\":\"2024-01-15T08:30:00.500Z\",\"reference_id\":\"ABC-0003\","
    "\"_search\":{\"hostnames\":[\"DB-01\"],\"all_text\":[\"O'Neill's laptop\"]}}",
};

static const char *const template_docs[] = {
    "{\"id\":\"t1\",\"name\":\"Phishing\",\"created_by\":{\"username\":\"ann@example.com\"},"
    "\"fields\":[{\"name\":\"Sender\",\"options\":[]},{\"name\":\"Subject\"}],"
    "\"created_timestamp\":\"2025-11-01T00:00:00.000Z\",\"_search\":{\"sla_name\":\"Gold\"}}",
    "{\"id\":\"t2\",\"name\":\"Malware\",\"created_by\":{\"username\":\"bo@example.com\"},"
    "\"fields\":[],\"created_timestamp\":\"2025-11-20T00:00:00.000Z\",\"_search\":{}}",
};

struct world {
    sqlite3 *cases, *templates;
};

static sqlite3 *open_docs(const char *const *docs, size_t count)
{
    sqlite3 *db;
    sqlite3_stmt *insert;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "CREATE TABLE docs(seq INTEGER PRIMARY KEY, doc TEXT)", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO docs(doc) VALUES(?)", -1, &insert, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < count; i++) {
        sqlite3_bind_text(insert, 1, docs[i], -1, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return db;
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        return -1;
    }
    world->cases = open_docs(case_docs, sizeof case_docs / sizeof *case_docs);
    world->templates = open_docs(template_docs, sizeof template_docs / sizeof *template_docs);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    sqlite3_close(world->cases);
    sqlite3_close(world->templates);
    free(world);
    return 0;
}

/* The ids found, joined by blanks, in the order of `sort`; or the error's text after `!`. */
static void find(sqlite3 *db, const struct fql_collection *collection, const char *filter,
                 const char *sort, enum fql_precedence precedence, char *found)
{
    struct fql_context context = {.now_ms = NOW_MS, .precedence = precedence};
    struct fql_where where = {0};
    char error[FQL_ERROR_SIZE], *order, *sql = NULL;
    sqlite3_stmt *statement;
    found[0] = '\0';
    if (!fql_compile(collection, filter, &context, &where, error)) {
        snprintf(found, FQL_ERROR_SIZE + 1, "!%s", error);
        assert_null(where.sql);
        return;
    }
    order = fql_order(collection, sort);
    assert_true(asprintf(&sql, "SELECT json_extract(doc,'$.id') FROM docs WHERE %s ORDER BY %s",
                         where.sql, order) > 0);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_bind_parameter_count(statement), (int)where.bind_count);
    assert_int_equal(fql_where_bind(&where, statement, 1), (int)where.bind_count + 1);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        size_t length = strlen(found);
        snprintf(found + length, FQL_ERROR_SIZE + 1 - length, "%s%s", length > 0 ? " " : "",
                 (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    fql_where_done(&where);
    free(order);
    free(sql);
}

struct row {
    const char *filter;
    const char *found; /* newest first; or !error */
};

static void check(sqlite3 *db, const struct fql_collection *collection, const struct row *rows,
                  size_t count)
{
    char found[FQL_ERROR_SIZE + 1];
    for (size_t i = 0; i < count; i++) {
        find(db, collection, rows[i].filter, NULL, FQL_AND_FIRST, found);
        if (strcmp(found, rows[i].found) != 0) {
            fail_msg("%s found '%s', expected '%s'", rows[i].filter, found, rows[i].found);
        }
    }
}

#define CHECK_CASES(rows)                                                                          \
    check(((struct world *)*state)->cases, &fql_cases, rows, sizeof(rows) / sizeof(*(rows)))
#define CHECK_TEMPLATES(rows)                                                                      \
    check(((struct world *)*state)->templates, &fql_templates, rows, sizeof(rows) / sizeof(*(rows)))

#endif
