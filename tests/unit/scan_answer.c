/* The outline of an answer: where meta, errors, resources, their elements and ids stand. */
#include "scan_texts.h"

static void assert_part(const char *text, struct span part, const char *want)
{
    if (part.len != strlen(want) || memcmp(text + part.at, want, part.len) != 0)
        fail_msg("'%.*s' is not '%s'", (int)part.len, text + part.at, want);
}

static const char *outline(const char *text, struct scan_answer *answer)
{
    const char *placed = at_edge(text, strlen(text));
    struct scan_error error;

    if (scan_answer(placed, strlen(text), 64, answer, &error) != SCAN_OK)
        fail_msg("%s: %s at %zu", text, scan_problem_text(error.problem), error.offset);
    return placed;
}

static void the_parts_of_an_envelope_are_found(void **state)
{
    struct scan_answer answer = {0};
    (void)state;

    const char *text = outline(" {\"meta\" : {\"trace_id\":\"t\"} , \"errors\":[ ],\n"
                               "\"resources\": [ {\"id\":\"a\"} , {\"x\":[1],\"id\":\"b\"} ] } ",
                               &answer);
    assert_int_equal(answer.kind, '{');
    assert_int_equal(answer.whole.at, 1);
    assert_int_equal(answer.whole.len, (size_t)(edge_end - text) - 2);
    assert_part(text, answer.meta, "{\"trace_id\":\"t\"}");
    assert_part(text, answer.errors, "[ ]");
    assert_part(text, answer.resources, "[ {\"id\":\"a\"} , {\"x\":[1],\"id\":\"b\"} ]");
    assert_true(answer.resources_is_array);
    assert_int_equal(answer.n_items, 2);
    assert_part(text, answer.items[0].value, "{\"id\":\"a\"}");
    assert_part(text, answer.items[0].id, "a");
    assert_part(text, answer.items[1].value, "{\"x\":[1],\"id\":\"b\"}");
    assert_part(text, answer.items[1].id, "b");
    scan_answer_done(&answer);
}

static void elements_of_every_kind_are_items(void **state)
{
    static const struct {
        const char *value, *id;
        bool escaped;
    } want[] = {
        {"\"plain\"", "plain", false},
        {"\"a\\\"b\"", "a\\\"b", true},
        {"\"\"", "", false},
        {"12.5", "", false},
        {"null", "", false},
        {"true", "", false},
        {"[\"id\"]", "", false},
        {"{}", "", false},
        {"{\"id\":7}", "", false},
        {"{\"id\":\"\"}", "", false},
        {"{\"id\":{\"id\":\"in\"}}", "", false},
        {"{\"of\":{\"id\":\"in\"},\"ID\":\"x\",\"idx\":\"y\",\"i\":\"z\"}", "", false},
        {"{\"id\":\"caf\\u00e9\"}", "caf\\u00e9", true},
        {"{\"\\u0069d\":\"e\"}", "e", false},
        {"{\"i\\u0064\":\"f\"}", "f", false},
        {"{\"id\":\"one\",\"id\":\"two\"}", "two", false},
        {"{\"id\":\"one\",\"id\":2}", "", false},
    };
    size_t n = sizeof(want) / sizeof(want[0]);
    struct scan_answer answer = {0};
    char text[1024] = "{\"resources\":[";
    (void)state;

    for (size_t i = 0; i < n; i++) {
        strcat(text, want[i].value);
        strcat(text, i + 1 < n ? "," : "]}");
    }
    const char *placed = outline(text, &answer);
    assert_int_equal(answer.n_items, n);
    for (size_t i = 0; i < n; i++) {
        assert_part(placed, answer.items[i].value, want[i].value);
        assert_part(placed, answer.items[i].id, want[i].id);
        assert_int_equal(answer.items[i].id_escaped, want[i].escaped);
    }
    scan_answer_done(&answer);
}

static void items_may_be_counted_only(void **state)
{
    static const struct {
        const char *resources;
        size_t n;
    } rows[] = {{"[]", 0},
                {"[\"a\"]", 1},
                {"[\"a\",\"b\",\"c\"]", 3},
                {"[{\"id\":\"a\"},\"b\\n\",3, \"c\" , [\"d\",\"e\"],\"f\"]", 6},
                {"null", 0}};
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scan_answer answer = {.count_only = true};
        char text[200];
        snprintf(text, sizeof(text), "{\"meta\":{},\"resources\":%s,\"errors\":[]}",
                 rows[i].resources);
        assert_int_equal(scan_answer(text, strlen(text), 8, &answer, NULL), SCAN_OK);
        assert_int_equal(answer.n_items, rows[i].n);
        assert_null(answer.items);
        assert_int_equal(answer.resources.len, strlen(rows[i].resources));
        answer.count_only = false; /* and now listed */
        assert_int_equal(scan_answer(text, strlen(text), 8, &answer, NULL), SCAN_OK);
        assert_int_equal(answer.n_items, rows[i].n);
        assert_int_equal(answer.items != NULL, rows[i].n > 0);
        scan_answer_done(&answer);
    }
}

static void what_is_not_there_has_no_length(void **state)
{
    struct scan_answer answer = {0};
    (void)state;

    outline("{\"meat\":{},\"resource\":[1],\"x\":{\"meta\":1,\"resources\":[2],\"errors\":3}}",
            &answer);
    assert_int_equal(answer.meta.len, 0);
    assert_int_equal(answer.errors.len, 0);
    assert_int_equal(answer.resources.len, 0);
    assert_false(answer.resources_is_array);
    assert_int_equal(answer.n_items, 0);
    scan_answer_done(&answer);
}

static void resources_need_not_be_a_list(void **state)
{
    static const char *const values[] = {"null", "\"done\"", "{\"id\":\"a\"}", "0", "false"};
    struct scan_answer answer = {0};
    char text[64];
    (void)state;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        snprintf(text, sizeof(text), "{\"resources\":%s}", values[i]);
        const char *placed = outline(text, &answer);
        assert_part(placed, answer.resources, values[i]);
        assert_false(answer.resources_is_array);
        assert_int_equal(answer.n_items, 0);
    }
    scan_answer_done(&answer);
}

static void the_last_of_two_equal_names_counts(void **state)
{
    struct scan_answer answer = {0};
    (void)state;

    const char *text = outline("{\"resources\":[1,2,3],\"meta\":1,\"resources\":[4],\"meta\":2,"
                               "\"errors\":1,\"\\u0065rrors\":5}",
                               &answer);
    assert_part(text, answer.resources, "[4]");
    assert_int_equal(answer.n_items, 1);
    assert_part(text, answer.items[0].value, "4");
    assert_part(text, answer.meta, "2");
    assert_part(text, answer.errors, "5");
    scan_answer_done(&answer);
}

static void a_value_without_an_envelope_has_its_kind(void **state)
{
    static const char *const values[] = {
        "\"deleted\"", "[{\"id\":\"a\"}]", "true", "false", "null", "-1.5", "{}"};
    struct scan_answer answer = {0};
    (void)state;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const char *placed = outline(values[i], &answer);
        assert_int_equal(answer.kind, values[i][0]);
        assert_part(placed, answer.whole, values[i]);
        assert_int_equal(answer.resources.len, 0);
        assert_int_equal(answer.n_items, 0);
    }
    scan_answer_done(&answer);
}

static void many_items_keep_their_order_and_the_memory_is_used_again(void **state)
{
    static char text[EDGE_BYTES];
    struct scan_answer answer = {0};
    size_t len = 0;
    (void)state;

    len += (size_t)sprintf(text, "{\"resources\":[");
    for (int i = 0; i < 5000; i++)
        len += (size_t)sprintf(text + len, "%s\"id%d\"", i == 0 ? "" : ",", i);
    sprintf(text + len, "]}");
    const char *placed = outline(text, &answer);
    assert_int_equal(answer.n_items, 5000);
    for (int i = 0; i < 5000; i++) {
        char want[16];
        snprintf(want, sizeof(want), "id%d", i);
        assert_part(placed, answer.items[i].id, want);
    }
    const struct scan_item *items = answer.items;
    size_t cap = answer.cap_items;
    outline("{\"resources\":[1]}", &answer);
    assert_ptr_equal(answer.items, items);
    assert_int_equal(answer.cap_items, cap);
    assert_int_equal(answer.n_items, 1);
    scan_answer_done(&answer);
    assert_null(answer.items);
    scan_answer_done(&answer);
    scan_answer_done(NULL);
}

static void a_damaged_answer_has_no_outline(void **state)
{
    static const struct verdict rows[] = {
        {"<html><body>502</body></html>", 0, SCAN_SYNTAX, 0, SCAN_SYNTAX},
        {"{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"", 0, SCAN_TRUNCATED, 34, SCAN_TRUNCATED},
        {"{\"resources\":[{\"id\":\"a\xff\"}]}", 0, SCAN_UTF8, 22, SCAN_UTF8},
        {"{\"resources\":[{\"id\" \"a\"}]}", 0, SCAN_SYNTAX, 20, SCAN_SYNTAX},
        {"{\"resources\":[{\"id\":\"a\",}]}", 0, SCAN_SYNTAX, 24, SCAN_SYNTAX},
        {"{\"resources\":[1,]}", 0, SCAN_SYNTAX, 16, SCAN_SYNTAX},
        {"{\"resources\":[,1]}", 0, SCAN_SYNTAX, 14, SCAN_SYNTAX},
        {"{\"resources\":[1,", 0, SCAN_TRUNCATED, 16, SCAN_TRUNCATED},
        {"{\"resources\":[", 0, SCAN_TRUNCATED, 14, SCAN_TRUNCATED},
        {"{\"resources\":[{", 0, SCAN_TRUNCATED, 15, SCAN_TRUNCATED},
        {"{\"resources\":[{\"id\":", 0, SCAN_TRUNCATED, 20, SCAN_TRUNCATED},
        {"{\"resources\":", 0, SCAN_TRUNCATED, 13, SCAN_TRUNCATED},
        {"{\"resources\":[1}", 0, SCAN_SYNTAX, 15, SCAN_SYNTAX},
        {"{\"resources\":[{\"a\":1]}", 0, SCAN_SYNTAX, 20, SCAN_SYNTAX},
        {"{\"resources\":[]]", 0, SCAN_SYNTAX, 15, SCAN_SYNTAX},
        {"{\"meta\":1}{", 0, SCAN_TRAILING, 10, SCAN_TRAILING},
    };
    struct scan_answer answer = {0};
    (void)state;

    CHECK_VERDICTS(rows);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        scan_answer(rows[i].text, strlen(rows[i].text), 64, &answer, NULL);
        assert_int_equal(answer.whole.len, 0);
        assert_int_equal(answer.meta.len, 0);
        assert_int_equal(answer.n_items, 0);
    }
    scan_answer_done(&answer);
}

static void depth_counts_from_the_envelope(void **state)
{
    static const struct {
        const char *text;
        unsigned depth;
        size_t offset; /* of what is one too deep */
    } rows[] = {{"{}", 1, 0},
                {"{\"meta\":{}}", 2, 8},
                {"{\"resources\":[]}", 2, 13},
                {"{\"resources\":[{}]}", 3, 14},
                {"{\"resources\":[[]]}", 3, 14},
                {"{\"resources\":[{\"a\":[]}]}", 4, 19},
                {"{\"resources\":[{\"a\":[{}]}]}", 5, 20},
                {"{\"resources\":[[[]]]}", 4, 15}};
    struct scan_answer answer = {0};
    struct scan_error error;
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = strlen(rows[i].text);
        assert_int_equal(scan_answer(rows[i].text, len, rows[i].depth, &answer, &error), SCAN_OK);
        assert_int_equal(scan_answer(rows[i].text, len, rows[i].depth - 1, &answer, &error),
                         SCAN_TOO_DEEP);
        assert_int_equal(error.offset, rows[i].offset);
    }
    scan_answer_done(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_an_envelope_are_found),
        cmocka_unit_test(elements_of_every_kind_are_items),
        cmocka_unit_test(items_may_be_counted_only),
        cmocka_unit_test(what_is_not_there_has_no_length),
        cmocka_unit_test(resources_need_not_be_a_list),
        cmocka_unit_test(the_last_of_two_equal_names_counts),
        cmocka_unit_test(a_value_without_an_envelope_has_its_kind),
        cmocka_unit_test(many_items_keep_their_order_and_the_memory_is_used_again),
        cmocka_unit_test(a_damaged_answer_has_no_outline),
        cmocka_unit_test(depth_counts_from_the_envelope),
    };
    return cmocka_run_group_tests_name("scan_answer", tests, edge_setup, NULL);
}
