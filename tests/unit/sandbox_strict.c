/* What the sandbox refuses in a request, by default and under --strict. */
#include "../sandbox/response.h"
#include "../sandbox/routes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* One request and the refusals; NULL: it is let through. */
struct row {
    const char *operation;
    const char *body;
    const char *content_type;
    struct sb_param query[3];
    const char *by_default;
    const char *strict;
};

#define JSON "application/json"

static void check(const struct row *row, bool strict, const char *expected)
{
    struct sb_options options = {.strict = strict};
    struct sb_request req = {.path = "/cases/",
                             .route = sb_route_by_name(row->operation),
                             .body = row->body != NULL ? json_tokener_parse(row->body) : NULL,
                             .options = &options};
    struct sb_param query[3];
    struct sb_response res;
    memcpy(query, row->query, sizeof query);
    while (req.query.count < 3 && query[req.query.count].name != NULL) {
        req.query.count++;
    }
    req.query.items = query;
    sb_response_init(&res);
    bool passed = sb_check_request(&req, &res, row->content_type);
    const char *message = sb_text(json_object_array_get_idx(res.errors, 0), "message");
    if (passed != (expected == NULL) || (!passed && strcmp(message, expected) != 0)) {
        fail_msg("%s %s: got %s, expected %s", row->operation, row->body != NULL ? row->body : "",
                 passed ? "passed" : message, expected != NULL ? expected : "passed");
    }
    sb_response_done(&res);
    json_object_put(req.body);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check(&rows[i], false, rows[i].by_default);
        check(&rows[i], true, rows[i].strict);
    }
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))
#define NAME(text) ((char *)(uintptr_t)(text))

static void unknown_members_are_ignored_by_default_at_any_depth(void **state)
{
    static const struct row rows[] = {
        {"create_case", "{\"name\":\"a\",\"severity\":1}", JSON, {{0}}, NULL, NULL},
        {"create_case",
         "{\"name\":\"a\",\"title\":1}",
         JSON,
         {{0}},
         NULL,
         "invalid body: /title: unknown member"},
        {"create_case",
         "{\"name\":\"a\",\"evidence\":{\"alerts\":[{\"id\":\"x\",\"k\":1}]}}",
         JSON,
         {{0}},
         NULL,
         "invalid body: /evidence/alerts/0/k: unknown member"},
        {"update_case_fields",
         "{\"id\":\"c\",\"status\":\"closed\"}",
         JSON,
         {{0}},
         NULL,
         "invalid body: /status: unknown member"},
        {"update_case_fields",
         "{\"id\":\"c\",\"fields\":{\"tags\":[]}}",
         JSON,
         {{0}},
         NULL,
         "invalid body: /fields/tags: unknown member"},
        {"get_sla_aggregations",
         "[{\"type\":\"terms\",\"interval\":\"day\"}]",
         JSON,
         {{0}},
         NULL,
         "invalid body: /interval: unknown member (item 0)"},
        {"create_notification_group_v2",
         "{\"name\":\"g\",\"channels\":[{\"type\":\"slack\",\"params\":{\"any\":[1]}}]}",
         JSON,
         {{0}},
         NULL,
         NULL},
    };
    (void)state;
    CHECK(rows);
}

static void members_of_a_wrong_type_are_always_refused(void **state)
{
    static const struct row rows[] = {
        {"create_case",
         "{\"name\":1}",
         JSON,
         {{0}},
         "invalid body: /name: expected a string",
         "invalid body: /name: expected a string"},
        {"create_case",
         "{\"name\":\"a\",\"severity\":\"60\"}",
         JSON,
         {{0}},
         "invalid body: /severity: expected an integer",
         "invalid body: /severity: expected an integer"},
        {"get_cases",
         "{\"ids\":\"a\"}",
         JSON,
         {{0}},
         "invalid body: /ids: expected a list",
         "invalid body: /ids: expected a list"},
        {"get_cases",
         "{\"ids\":[null]}",
         JSON,
         {{0}},
         "invalid body: /ids/0: expected a string",
         "invalid body: /ids/0: expected a string"},
        {"get_sla_aggregations",
         "{\"type\":\"terms\"}",
         JSON,
         {{0}},
         "invalid body: /: expected a list",
         "invalid body: /: expected a list"},
        {"create_case",
         "[]",
         JSON,
         {{0}},
         "invalid body: /: expected an object",
         "invalid body: /: expected an object"},
    };
    (void)state;
    CHECK(rows);
}

static void null_stands_for_an_absent_member(void **state)
{
    static const struct row rows[] = {
        {"update_case_fields",
         "{\"id\":\"c\",\"fields\":{\"name\":null}}",
         JSON,
         {{0}},
         NULL,
         NULL},
        {"update_case_fields",
         "{\"id\":null,\"fields\":{}}",
         JSON,
         {{0}},
         "id is required",
         "id is required"},
    };
    (void)state;
    CHECK(rows);
}

static void query_parameters_are_checked_against_the_operation(void **state)
{
    const struct row rows[] = {
        {"query_case_ids",
         NULL,
         NULL,
         {{NAME("bogus"), NAME("1")}},
         NULL,
         "unknown query parameter: bogus"},
        {"query_case_ids",
         NULL,
         NULL,
         {{NAME("limit"), NAME("1")}, {NAME("limit"), NAME("2")}},
         NULL,
         "query parameter limit may be given once"},
        {"delete_case_tags",
         NULL,
         NULL,
         {{NAME("id"), NAME("c")}, {NAME("tag"), NAME("a")}, {NAME("tag"), NAME("b")}},
         NULL,
         NULL},
        {"delete_case_tags",
         NULL,
         NULL,
         {{NAME("id"), NAME("c")}},
         "query parameter tag is required",
         "query parameter tag is required"},
        {"get_templates",
         NULL,
         NULL,
         {{NAME("ids"), NAME("t")}, {NAME("with_has_access"), NAME("True")}},
         NULL,
         "query parameter with_has_access: expected true or false"},
        {"get_templates",
         NULL,
         NULL,
         {{NAME("ids"), NAME("t")}, {NAME("with_has_access"), NAME("yes")}},
         "query parameter with_has_access: expected true or false",
         "query parameter with_has_access: expected true or false"},
    };
    (void)state;
    CHECK(rows);
}

static void json_calls_must_say_that_they_are_json_under_strict(void **state)
{
    static const struct row rows[] = {
        {"get_cases",
         "{\"ids\":[\"a\"]}",
         NULL,
         {{0}},
         NULL,
         "Content-Type must be application/json"},
        {"get_cases",
         "{\"ids\":[\"a\"]}",
         "application/jsonp",
         {{0}},
         NULL,
         "Content-Type must be application/json"},
        {"get_cases", "{\"ids\":[\"a\"]}", "application/json; charset=utf-8", {{0}}, NULL, NULL},
        {"get_cases", NULL, JSON, {{0}}, "a JSON body is required", "a JSON body is required"},
        {"query_case_ids", "{}", JSON, {{0}}, NULL, "this operation takes no body"},
        {"upload_file",
         NULL,
         JSON,
         {{0}},
         "Content-Type must be multipart/form-data",
         "Content-Type must be multipart/form-data"},
    };
    (void)state;
    CHECK(rows);
}

static void form_parts_are_checked_against_the_operation(void **state)
{
    struct sb_part parts[] = {{.name = NAME("file"), .filename = NAME("a.txt")},
                              {.name = NAME("case_id"), .value = NAME("c")},
                              {.name = NAME("note"), .value = NAME("x")}};
    static const struct {
        size_t first, count;
        bool strict;
        const char *refusal;
    } rows[] = {
        {0, 2, true, NULL},
        {0, 3, false, NULL},
        {0, 3, true, "unknown form part: note"},
        {0, 1, false, "form part case_id is required"},
        {1, 1, false, "form part file is required"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_options options = {.strict = rows[i].strict};
        struct sb_request req = {.path = "/case-files/",
                                 .route = sb_route_by_name("upload_file"),
                                 .parts = parts + rows[i].first,
                                 .part_count = rows[i].count,
                                 .options = &options};
        struct sb_response res;
        sb_response_init(&res);
        bool passed = sb_check_request(&req, &res, "multipart/form-data; boundary=x");
        assert_int_equal(passed, rows[i].refusal == NULL);
        if (!passed) {
            assert_string_equal(sb_text(json_object_array_get_idx(res.errors, 0), "message"),
                                rows[i].refusal);
        }
        sb_response_done(&res);
    }
}

static void all_operations_have_their_own_method_and_path(void **state)
{
    (void)state;
    assert_int_equal(sb_route_count, 55);
    for (size_t i = 0; i < sb_route_count; i++) {
        bool known;
        assert_ptr_equal(sb_route_find(sb_routes[i].method, sb_routes[i].path, &known),
                         &sb_routes[i]);
        assert_ptr_equal(sb_route_by_name(sb_routes[i].id), &sb_routes[i]);
        assert_ptr_equal(sb_route_by_name(sb_routes[i].name), &sb_routes[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_members_are_ignored_by_default_at_any_depth),
        cmocka_unit_test(members_of_a_wrong_type_are_always_refused),
        cmocka_unit_test(null_stands_for_an_absent_member),
        cmocka_unit_test(query_parameters_are_checked_against_the_operation),
        cmocka_unit_test(json_calls_must_say_that_they_are_json_under_strict),
        cmocka_unit_test(form_parts_are_checked_against_the_operation),
        cmocka_unit_test(all_operations_have_their_own_method_and_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
