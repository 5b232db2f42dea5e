/*
 * Aggregates over configuration and files, as the service answers them: `terms` and `date_range`,
 * with `size`, `from` and `filter`; `sort`, unknown members, and the `ids` of the file aggregate do
 * nothing.
 */
#include "file_doc.h"
#include "operations.h"
#include "query.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_DEFAULT = 10, SIZE_MAX_BUCKETS = 10000 };

/* What is aggregated: the documents of a collection, by its fields. */
struct subject {
    const struct fql_collection *collection;
    const char *filter; /* of the query string; NULL for none */
};

/* A statement over the values that a field has in the documents that both filters find, bound up to
 * its `next` parameter. */
struct selection {
    struct fql_where by_query, by_item;
    sqlite3_stmt *statement;
    int next;
};

/* The condition that a filter is; what finds everything needn't be asked. The caller frees it. */
static char *in_set(const struct fql_where *where)
{
    char *sql = NULL;
    if (where->all) {
        return strdup("");
    }
    return asprintf(&sql, " AND seq IN (%s)", where->sql) >= 0 ? sql : NULL;
}

/* `select` stands before FROM, `rest` after the conditions. False: the response holds the refusal.
 */
static bool selection_init(struct sb_request *req, struct sb_response *res,
                           const struct subject *subject, struct json_object *item,
                           const struct fql_field *field, const char *select, const char *rest,
                           struct selection *ret_selection)
{
    struct selection selection = {0};
    char *sql = NULL;
    if (!sb_filter(req, res, subject->collection, subject->filter, NULL, &selection.by_query)) {
        return false;
    }
    if (!sb_filter(req, res, subject->collection, sb_text(item, "filter"), NULL,
                   &selection.by_item)) {
        fql_where_done(&selection.by_query);
        return false;
    }
    char *by_query = in_set(&selection.by_query), *by_item = in_set(&selection.by_item);
    if (by_query != NULL && by_item != NULL &&
        asprintf(&sql, "SELECT %s FROM terms WHERE field = %lld%s%s %s", select,
                 (long long)(sb_store_tenant(req->store, req->caller.cid) * FQL_TENANT_FIELDS +
                             fql_field_number(subject->collection, field)),
                 by_query, by_item, rest) >= 0) {
        selection.statement = sb_store_prepare(req->store, sql);
        free(sql);
    }
    free(by_query);
    free(by_item);
    if (selection.statement == NULL) {
        fql_where_done(&selection.by_query);
        fql_where_done(&selection.by_item);
        return sb_fail(res, 500, "cannot aggregate");
    }
    selection.next = 1;
    if (!selection.by_query.all) {
        selection.next = fql_where_bind(&selection.by_query, selection.statement, selection.next);
    }
    if (!selection.by_item.all) {
        selection.next = fql_where_bind(&selection.by_item, selection.statement, selection.next);
    }
    *ret_selection = selection;
    return true;
}

static void selection_done(struct selection *selection)
{
    sqlite3_reset(selection->statement);
    sqlite3_clear_bindings(selection->statement);
    fql_where_done(&selection->by_query);
    fql_where_done(&selection->by_item);
}

/* An integer member of an aggregate. False: it is out of bounds, and the response holds the 400. */
static bool bounded(struct sb_response *res, struct json_object *item, const char *key,
                    int64_t fallback, int64_t max, int64_t *ret_number)
{
    struct json_object *value = sb_member(item, key);
    int64_t number = value != NULL ? json_object_get_int64(value) : 0;
    *ret_number = number == 0 ? fallback : number;
    return (number >= 0 && number <= max) ||
           sb_fail(res, 400, "invalid %s: %lld", key, (long long)number);
}

static bool add_terms(struct sb_request *req, struct sb_response *res,
                      const struct subject *subject, struct json_object *item,
                      const struct fql_field *field, struct json_object *buckets)
{
    struct selection selection;
    int64_t size, from;
    if (!bounded(res, item, "size", SIZE_DEFAULT, SIZE_MAX_BUCKETS, &size) ||
        !bounded(res, item, "from", 0, INT32_MAX, &from)) {
        return false;
    }
    if (!selection_init(req, res, subject, item, field, "value, count(*)",
                        "GROUP BY value ORDER BY 2 DESC, 1 LIMIT ? OFFSET ?", &selection)) {
        return false;
    }
    sqlite3_bind_int64(selection.statement, selection.next, size);
    sqlite3_bind_int64(selection.statement, selection.next + 1, from);
    while (sb_store_step(req->store, selection.statement)) {
        struct json_object *bucket = json_object_new_object();
        sb_set_text(bucket, "label", (const char *)sqlite3_column_text(selection.statement, 0));
        sb_set_int(bucket, "count", sqlite3_column_int64(selection.statement, 1));
        json_object_array_add(buckets, bucket);
    }
    selection_done(&selection);
    return true;
}

/* One end of a date range: NULL or empty is open. False: the response holds the 400. */
static bool range_end(struct sb_request *req, struct sb_response *res, struct json_object *range,
                      const char *key, int64_t open, int64_t *ret_ms)
{
    const char *text = sb_text(range, key);
    *ret_ms = open;
    return text == NULL || *text == '\0' || fql_time_parse(text, req->now_ms, ret_ms) ||
           sb_fail(res, 400, "invalid date range: \"%.64s\" is not a time", text);
}

static bool add_date_range(struct sb_request *req, struct sb_response *res,
                           const struct subject *subject, struct json_object *item,
                           const struct fql_field *field, struct json_object *range,
                           struct json_object *buckets)
{
    struct selection selection;
    int64_t from, to;
    char from_text[FQL_TIME_SIZE], to_text[FQL_TIME_SIZE], label[2 * FQL_TIME_SIZE];
    if (!range_end(req, res, range, "from", INT64_MIN, &from) ||
        !range_end(req, res, range, "to", INT64_MAX, &to)) {
        return false;
    }
    fql_time_format(from, from_text);
    fql_time_format(to, to_text);
    if (!selection_init(req, res, subject, item, field, "count(*)", "AND value >= ? AND value < ?",
                        &selection)) {
        return false;
    }
    sqlite3_bind_text(selection.statement, selection.next, from_text, -1, SQLITE_STATIC);
    sqlite3_bind_text(selection.statement, selection.next + 1, to_text, -1, SQLITE_STATIC);
    struct json_object *bucket = json_object_new_object();
    snprintf(label, sizeof label, "%s-%s", from == INT64_MIN ? "*" : from_text,
             to == INT64_MAX ? "*" : to_text);
    sb_set_text(bucket, "label", label);
    sb_set_int(bucket, "count",
               sb_store_step(req->store, selection.statement)
                   ? sqlite3_column_int64(selection.statement, 0)
                   : 0);
    if (from != INT64_MIN) {
        sb_set(bucket, "from", json_object_new_double((double)from));
        sb_set_text(bucket, "string_from", from_text);
    }
    if (to != INT64_MAX) {
        sb_set(bucket, "to", json_object_new_double((double)to));
        sb_set_text(bucket, "string_to", to_text);
    }
    json_object_array_add(buckets, bucket);
    selection_done(&selection);
    return true;
}

static bool add_date_ranges(struct sb_request *req, struct sb_response *res,
                            const struct subject *subject, struct json_object *item,
                            const struct fql_field *field, struct json_object *buckets)
{
    struct json_object *ranges = sb_member(item, "date_ranges");
    bool added = true;
    if (field->kind != FQL_TIME) {
        return sb_fail(res, 400, "unsupported field for aggregation: %s", field->name);
    }
    if (ranges == NULL || json_object_array_length(ranges) == 0) {
        return sb_fail(res, 400, "date_ranges is required for type date_range");
    }
    for (size_t i = 0; added && i < json_object_array_length(ranges); i++) {
        added = add_date_range(req, res, subject, item, field, json_object_array_get_idx(ranges, i),
                               buckets);
    }
    return added;
}

static bool aggregate_one(struct sb_request *req, struct sb_response *res,
                          const struct subject *subject, struct json_object *item)
{
    const char *type = sb_text(item, "type"), *name = sb_text(item, "name");
    const char *field_name = sb_text(item, "field");
    bool terms = type != NULL && strcmp(type, "terms") == 0;
    if (!terms && (type == NULL || strcmp(type, "date_range") != 0)) {
        return sb_fail(res, 400, "invalid aggregate type: \"%.64s\"", type != NULL ? type : "");
    }
    const struct fql_field *field =
        field_name == NULL ? NULL : fql_field_find(subject->collection, field_name);
    if (field == NULL || !field->aggregates) {
        return sb_fail(res, 400, "unsupported field for aggregation: %.64s",
                       field_name != NULL ? field_name : "");
    }
    struct json_object *result = json_object_new_object();
    struct json_object *buckets = json_object_new_array();
    sb_set_text(result, "name", name != NULL ? name : "");
    sb_set(result, "buckets", buckets);
    if (terms ? add_terms(req, res, subject, item, field, buckets)
              : add_date_ranges(req, res, subject, item, field, buckets)) {
        sb_add_object(res, result);
        return true;
    }
    json_object_put(result);
    return false;
}

static void aggregate(struct sb_request *req, struct sb_response *res,
                      const struct subject *subject)
{
    size_t count = json_object_array_length(req->body);
    for (size_t i = 0; i < count; i++) {
        if (!aggregate_one(req, res, subject, json_object_array_get_idx(req->body, i))) {
            return;
        }
    }
}

void op_aggregates_file_details_post_v1(struct sb_request *req, struct sb_response *res)
{
    struct subject subject = {&fql_files, sb_query(req, "filter")};
    aggregate(req, res, &subject);
}

void op_get_notification_groups_aggregation(struct sb_request *req, struct sb_response *res)
{
    struct subject subject = {&fql_notification_groups, NULL};
    aggregate(req, res, &subject);
}

void op_get_notification_groups_aggregation_v2(struct sb_request *req, struct sb_response *res)
{
    op_get_notification_groups_aggregation(req, res);
}

void op_get_sla_aggregations(struct sb_request *req, struct sb_response *res)
{
    struct subject subject = {&fql_slas, NULL};
    aggregate(req, res, &subject);
}

void op_get_template_aggregations(struct sb_request *req, struct sb_response *res)
{
    struct subject subject = {&fql_templates, NULL};
    aggregate(req, res, &subject);
}

void op_get_access_tag_aggregations(struct sb_request *req, struct sb_response *res)
{
    struct subject subject = {&fql_access_tags, NULL};
    aggregate(req, res, &subject);
}
