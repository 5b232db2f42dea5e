#include "query.h"
#include "store.h"
#include <errno.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sb_query_int(struct sb_request *req, struct sb_response *res, const char *name, int64_t min,
                  int64_t max, int64_t fallback, int64_t *ret)
{
    const char *text = sb_query(req, name);
    if (text == NULL) {
        *ret = fallback;
        return true;
    }
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || errno != 0 ||
        strspn(text, "-0123456789") != strlen(text)) {
        return sb_fail(res, 400, "query parameter %s: expected an integer", name);
    }
    if (value > max && req->options->clamp_limits) {
        value = max;
    }
    if (value < min || value > max) {
        return sb_fail(res, 400, "query parameter %s: %lld is not within %lld..%lld", name, value,
                       (long long)min, (long long)max);
    }
    *ret = value;
    return true;
}

bool sb_query_bool(struct sb_request *req, struct sb_response *res, const char *name, bool *ret)
{
    const char *text = sb_query(req, name);
    if (text == NULL) {
        return true;
    }
    /* strict.c has refused all other spellings. */
    if (strchr("tT1fF0", *text) == NULL || *text == '\0') {
        return sb_fail(res, 400, "query parameter %s: expected true or false", name);
    }
    *ret = strchr("tT1", *text) != NULL;
    return true;
}

bool sb_filter(struct sb_request *req, struct sb_response *res,
               const struct fql_collection *collection, const char *filter, const char *words,
               struct fql_where *ret_where)
{
    char error[FQL_ERROR_SIZE];
    struct fql_context context = {.now_ms = req->now_ms,
                                  .precedence = FQL_AND_FIRST,
                                  .tenant = sb_store_tenant(req->store, req->caller.cid),
                                  .words = words};
    if (!fql_compile(collection, filter, &context, ret_where, error)) {
        return sb_fail(res, 400, "%s", error);
    }
    return true;
}

/* The token is a position: opaque to clients, and of no use after 'after' changes. */
static void after_text(int64_t position, char ret_text[64])
{
    char plain[32];
    int size = snprintf(plain, sizeof plain, "after:%lld", (long long)position);
    base64_encode_raw(ret_text, (size_t)size, (const uint8_t *)plain);
    ret_text[BASE64_ENCODE_RAW_LENGTH((size_t)size)] = '\0';
}

static bool after_position(struct sb_request *req, struct sb_response *res, int64_t *ret_position)
{
    const char *token = sb_query(req, "after");
    struct base64_decode_ctx base64;
    uint8_t plain[BASE64_DECODE_LENGTH(64) + 1];
    size_t size = sizeof plain - 1;
    long long position = 0;
    *ret_position = 0;
    if (token == NULL || *token == '\0') {
        return true;
    }
    base64_decode_init(&base64);
    if (strlen(token) >= 64 || !base64_decode_update(&base64, &size, plain, strlen(token), token) ||
        !base64_decode_final(&base64)) {
        return sb_fail(res, 400, "invalid after token");
    }
    plain[size] = '\0';
    if (sscanf((const char *)plain, "after:%lld", &position) != 1 || position < 0) {
        return sb_fail(res, 400, "invalid after token");
    }
    *ret_position = position;
    return true;
}

struct page {
    int64_t offset;
    int64_t limit;
    struct fql_where where;
    struct fql_order order;
};

static bool read_page(struct sb_request *req, struct sb_response *res,
                      const struct sb_query_spec *spec, struct page *page)
{
    const char *words = spec->free_text ? sb_query(req, "q") : NULL;
    *page = (struct page){0};
    if (words != NULL && *words == '\0') {
        words = NULL;
    }
    if (!sb_query_int(req, res, "limit", spec->limit_min, spec->limit_max, spec->limit_default,
                      &page->limit) ||
        !(spec->after ? after_position(req, res, &page->offset)
                      : sb_query_int(req, res, "offset", 0, INT64_MAX / 2, 0, &page->offset)) ||
        !sb_filter(req, res, spec->collection, sb_query(req, "filter"), words, &page->where)) {
        return false;
    }
    return fql_order(spec->collection, spec->sorts ? sb_query(req, "sort") : NULL,
                     sb_store_tenant(req->store, req->caller.cid), &page->order) ||
           sb_fail(res, 500, "out of memory");
}

/* Prepares a statement in which the filter's set stands, with its values bound; takes `sql`, and
 * `ret_next` gets the number of the first parameter after them. */
static sqlite3_stmt *prepare(struct sb_request *req, const struct page *page, char *sql,
                             int *ret_next)
{
    sqlite3_stmt *statement = sql != NULL ? sb_store_prepare(req->store, sql) : NULL;
    free(sql);
    *ret_next = statement != NULL ? fql_where_bind(&page->where, statement, 1) : 0;
    return statement;
}

/* The page's `seq` are found and ordered first, so that only what is shown is read. */
static sqlite3_stmt *prepare_page(struct sb_request *req, const struct page *page, bool whole,
                                  int *ret_next)
{
    char *sql = NULL;
    if (asprintf(&sql,
                 "SELECT (SELECT %s FROM docs WHERE docs.seq = page.seq) FROM (SELECT d.seq AS seq"
                 " FROM (%s) AS d%s ORDER BY %s LIMIT ? OFFSET ?) AS page",
                 whole ? "doc" : "id", page->where.sql, page->order.from, page->order.by) < 0) {
        return NULL;
    }
    return prepare(req, page, sql, ret_next);
}

static int64_t count_all(struct sb_request *req, const struct sb_query_spec *spec,
                         const struct page *page)
{
    int next;
    int64_t total = 0;
    char *sql = NULL;
    if (page->where.all) {
        return sb_store_count(req->store, spec->kind, req->caller.cid);
    }
    if (asprintf(&sql, "SELECT count(*) FROM (%s)", page->where.sql) < 0) {
        return 0;
    }
    sqlite3_stmt *statement = prepare(req, page, sql, &next);
    if (sb_store_step(req->store, statement)) {
        total = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return total;
}

static void add_row(struct sb_response *res, sqlite3_stmt *statement, bool whole)
{
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (whole) {
        sb_add_json(res, text);
    } else {
        sb_add_string(res, text);
    }
}

static void answer(struct sb_request *req, struct sb_response *res,
                   const struct sb_query_spec *spec, bool whole)
{
    struct page page;
    if (read_page(req, res, spec, &page)) {
        int next = 0;
        int64_t rows = 0;
        sqlite3_stmt *statement = prepare_page(req, &page, whole, &next);
        if (statement != NULL) {
            sqlite3_bind_int64(statement, next, page.limit);
            sqlite3_bind_int64(statement, next + 1, page.offset);
        }
        while (sb_store_step(req->store, statement)) {
            add_row(res, statement, whole);
            rows++;
        }
        bool all_seen = rows < page.limit && (rows > 0 || page.offset == 0);
        int64_t total = all_seen ? page.offset + rows : count_all(req, spec, &page);
        sb_set_pagination(res, page.offset, page.limit, total);
        if (spec->after && page.offset + rows < total) {
            char token[64];
            after_text(page.offset + rows, token);
            sb_set_after(res, token);
        }
    }
    fql_order_done(&page.order);
    fql_where_done(&page.where);
}

void sb_query_ids(struct sb_request *req, struct sb_response *res, const struct sb_query_spec *spec)
{
    answer(req, res, spec, false);
}

void sb_query_docs(struct sb_request *req, struct sb_response *res,
                   const struct sb_query_spec *spec)
{
    answer(req, res, spec, true);
}

void sb_get_by_ids(struct sb_request *req, struct sb_response *res, const char *kind,
                   const char *what)
{
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        char *text = sb_store_get_text(req->store, kind, req->caller.cid, id);
        if (text != NULL) {
            sb_add_json(res, text);
        } else {
            sb_add_missing(req, res, id, what);
        }
        free(text);
    }
}
