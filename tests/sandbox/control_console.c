#include "control_console.h"
#include "exchange.h"
#include "history.h"
#include "query.h"
#include "request.h"
#include "request_log.h"
#include "routes.h"
#include "seed.h"
#include "watch.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAGE 200
#define MAX_FILES 200 /* of a case that are shown */

/* ------------------------------------------------------------------ the tenants */

static struct json_object *tenants(struct sb_request *req)
{
    struct json_object *list = json_object_new_array();
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT cid, sum(count * (kind = 'case')) FROM totals GROUP BY cid");
    while (sb_store_step(req->store, statement)) {
        struct json_object *tenant = json_object_new_object();
        sb_set_text(tenant, "cid", (const char *)sqlite3_column_text(statement, 0));
        sb_set_int(tenant, "cases", sqlite3_column_int64(statement, 1));
        json_object_array_add(list, tenant);
    }
    return list;
}

void sb_control_console(struct sb_exchange *ex)
{
    struct json_object *answer = json_object_new_object();
    struct json_object *operations = json_object_new_array();
    for (size_t i = 0; i < sb_route_count; i++) {
        json_object_array_add(operations, json_object_new_string(sb_routes[i].name));
    }
    sb_set_text(answer, "cid", SB_SEED_CID);
    sb_set(answer, "tenants", tenants(&ex->req));
    sb_set(answer, "operations", operations);
    sb_set_bool(answer, "strict", ex->req.options->strict);
    sb_reply_object(&ex->res, answer);
}

/* ------------------------------------------------------------------ cases */

static const char *text_or(const char *text, const char *other)
{
    return text != NULL && *text != '\0' ? text : other;
}

/* Makes the filter of a column: the status, and what was asked for beside it. */
static bool column_filter(struct sb_exchange *ex, char **ret_filter)
{
    const char *status = text_or(sb_query(&ex->req, "status"), NULL);
    const char *filter = text_or(sb_query(&ex->req, "filter"), NULL);
    *ret_filter = NULL;
    if (status != NULL && strspn(status, "abcdefghijklmnopqrstuvwxyz_") != strlen(status)) {
        return sb_fail(&ex->res, 400, "status: expected a word");
    }
    int size = 0;
    if (status != NULL) {
        size = asprintf(ret_filter, filter != NULL ? "status:'%s'+(%s)" : "status:'%s'", status,
                        filter);
    } else if (filter != NULL) {
        *ret_filter = strdup(filter);
    }
    return size >= 0 || sb_fail(&ex->res, 500, "out of memory");
}

/* Answers of the operations that query are in the envelope; the page wants summaries. */
static void reply_summaries(struct sb_exchange *ex)
{
    struct sb_response *res = &ex->res;
    struct json_object *answer = json_object_new_object(), *list = json_object_new_array();
    char *text = NULL;
    if (res->resources != NULL && asprintf(&text, "[%s]", res->resources->buf) >= 0) {
        struct json_object *docs = json_tokener_parse(text);
        for (size_t i = 0; i < sb_length(docs); i++) {
            json_object_array_add(list, sb_case_summary(json_object_array_get_idx(docs, i)));
        }
        json_object_put(docs);
    }
    free(text);
    sb_set(answer, "cases", list);
    sb_set_int(answer, "total", res->total);
    sb_reply_object(res, answer);
}

void sb_control_board(struct sb_exchange *ex)
{
    static const struct sb_query_spec spec = {.kind = "case",
                                              .collection = &fql_cases,
                                              .limit_min = 1,
                                              .limit_max = MAX_PAGE,
                                              .limit_default = 50,
                                              .sorts = true,
                                              .free_text = true};
    static const char *const passed[] = {"q", "offset", "limit"};
    struct sb_params own = {0}, asked = ex->req.query;
    char *filter;
    if (!column_filter(ex, &filter)) {
        return;
    }
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
        const char *value = text_or(sb_query(&ex->req, passed[i]), NULL);
        if (value != NULL) {
            sb_params_add(&own, passed[i], strlen(passed[i]), value, strlen(value));
        }
    }
    if (filter != NULL) {
        sb_params_add(&own, "filter", strlen("filter"), filter, strlen(filter));
    }
    sb_params_add(&own, "sort", strlen("sort"), "updated_timestamp|desc",
                  strlen("updated_timestamp|desc"));
    ex->req.query = own;
    sb_query_docs(&ex->req, &ex->res, &spec);
    ex->req.query = asked;
    sb_params_done(&own);
    free(filter);
    if (!sb_failed(&ex->res)) {
        reply_summaries(ex);
    }
}

static int64_t count_files(struct sb_request *req, const char *case_id)
{
    int64_t count = 0;
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT count(*) FROM docs WHERE kind = 'file' AND cid = ?"
                                     " AND json_extract(doc, '$.case_id') = ?");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, case_id, -1, SQLITE_TRANSIENT);
    }
    if (sb_store_step(req->store, statement)) {
        count = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return count;
}

static void add_rows(struct sb_request *req, struct json_object *list, sqlite3_stmt *statement)
{
    while (sb_store_step(req->store, statement)) {
        json_object_array_add(list,
                              json_tokener_parse((const char *)sqlite3_column_text(statement, 0)));
    }
}

static struct json_object *files_of(struct sb_request *req, const char *case_id)
{
    struct json_object *list = json_object_new_array();
    sqlite3_stmt *statement =
        sb_store_prepare(req->store, "SELECT doc FROM docs WHERE kind = 'file' AND cid = ?"
                                     " AND json_extract(doc, '$.case_id') = ?"
                                     " ORDER BY seq DESC LIMIT ?");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, req->caller.cid, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, case_id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(statement, 3, MAX_FILES);
    }
    add_rows(req, list, statement);
    return list;
}

void sb_control_case(struct sb_exchange *ex)
{
    struct sb_request *req = &ex->req;
    const char *id = text_or(sb_query(req, "id"), "");
    int64_t before = 0;
    if (!sb_query_int(req, &ex->res, "before", 0, INT64_MAX, 0, &before)) {
        return;
    }
    struct json_object *doc = sb_store_get(req->store, "case", req->caller.cid, id, NULL);
    if (doc == NULL) {
        sb_fail(&ex->res, 404, "Case not found");
        return;
    }
    struct json_object *answer = json_object_new_object();
    sb_set(answer, "case", doc);
    sb_set(answer, "files", files_of(req, id));
    sb_set_int(answer, "file_count", count_files(req, id));
    sb_set(answer, "history", sb_history_list(req->store, req->caller.cid, id, before, MAX_PAGE));
    sb_reply_object(&ex->res, answer);
}

/* ------------------------------------------------------------------ documents of other kinds */

void sb_control_documents(struct sb_exchange *ex)
{
    static const char *const kinds[] = {"template",   "snapshot", "field",     "sla",
                                        "group",      "host",     "host_file", "user",
                                        "access_tag", "alert",    "event"};
    struct sb_request *req = &ex->req;
    const char *kind = text_or(sb_query(req, "kind"), "");
    const char *prefix = text_or(sb_query(req, "prefix"), "");
    int64_t limit, offset, total = 0;
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && strcmp(kinds[i], kind) != 0) {
        i++;
    }
    if (i == sizeof kinds / sizeof *kinds) {
        sb_fail(&ex->res, 400, "kind: there are no documents %.40s", kind);
        return;
    }
    if (!sb_query_int(req, &ex->res, "limit", 1, MAX_PAGE, 50, &limit) ||
        !sb_query_int(req, &ex->res, "offset", 0, INT64_MAX / 2, 0, &offset)) {
        return;
    }
    struct json_object *answer = json_object_new_object(), *list = json_object_new_array();
    sqlite3_stmt *statement = sb_store_prepare(
        req->store, "SELECT doc FROM docs WHERE kind = ?1 AND cid = ?2 AND id >= ?3"
                    " AND id <= ?3 || char(0x10ffff) ORDER BY id LIMIT ?4 OFFSET ?5");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, kind, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 2, req->caller.cid, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(statement, 3, prefix, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(statement, 4, limit);
        sqlite3_bind_int64(statement, 5, offset);
    }
    add_rows(req, list, statement);
    total = *prefix == '\0' ? sb_store_count(req->store, kind, req->caller.cid)
                            : offset + (int64_t)sb_length(list);
    sb_set(answer, "documents", list);
    sb_set_int(answer, "total", total);
    sb_reply_object(&ex->res, answer);
}

/* ------------------------------------------------------------------ what happens */

void sb_control_requests(struct sb_exchange *ex)
{
    struct sb_request_log *log = ex->server->log;
    int64_t before, limit, number;
    if (!sb_query_int(&ex->req, &ex->res, "before", 0, INT64_MAX, 0, &before) ||
        !sb_query_int(&ex->req, &ex->res, "limit", 1, MAX_PAGE, 100, &limit) ||
        !sb_query_int(&ex->req, &ex->res, "number", 0, INT64_MAX, 0, &number)) {
        return;
    }
    struct json_object *answer =
        number > 0 ? sb_request_log_get(log, number) : sb_request_log_list(log, before, limit);
    if (answer == NULL) {
        sb_fail(&ex->res, 404, "request not found: the log keeps the last %d", SB_LOG_ENTRIES);
        return;
    }
    sb_reply_object(&ex->res, answer);
}

void sb_control_events(struct sb_exchange *ex)
{
    const char *after = sb_header_of(ex, "Last-Event-ID");
    ex->stream = sb_events_stream(ex->server->events, ex->connection, after);
    if (ex->stream == NULL) {
        sb_fail(&ex->res, 503, "too many viewers: there are %d", SB_MAX_VIEWERS);
        return;
    }
    sb_reply_raw(&ex->res, 200, "text/event-stream", "", 0);
    sb_set_header(&ex->res, "Cache-Control", "no-store");
}
