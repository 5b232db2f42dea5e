/* Calls that take more than one request: chunks of ids, and what comes back put together. */
#include "page_world.h"

static void ids_are_asked_for_in_chunks(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
    assert_int_equal(plan.pages.ids_from, 0);
    assert_int_equal(plan.pages.ids_to, 2);
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.ids_from, 2);
    assert_int_equal(plan.pages.ids_to, 4);
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.ids_from, 4);
    assert_int_equal(plan.pages.ids_to, 5);
    expect_next(&plan, PAGE_END);
    done(&plan);
}

static void few_ids_are_one_request(void **state)
{
    (void)state;
    static const char *const inputs[] = {"{\"ids\":[\"a\"]}", "{\"ids\":[\"a\",\"b\"]}",
                                         "{\"ids\":[]}", "{}", "{\"ids\":\"a\"}"};
    for (size_t i = 0; i < COUNT(inputs); i++) {
        struct plan plan;
        plan_it(&plan, &by_chunks, inputs[i]);
        expect_next(&plan, PAGE_END);
        done(&plan);
    }
}

static void resources_come_in_the_order_of_the_ids(void **state)
{
    (void)state;
    static const struct {
        const char *ids, *first, *second, *expected;
    } rows[] = {
        {"\"a\",\"b\"", "{\"resources\":[{\"id\":\"b\"},{\"id\":\"a\"}]}", NULL,
         "{\"id\":\"a\"} {\"id\":\"b\"}"},
        {"\"a\",\"b\"", "{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", NULL, "as it stands"},
        {"\"c\",\"a\",\"b\"", "{\"resources\":[{\"id\":\"a\"},{\"id\":\"c\"}]}",
         "{\"resources\":[{\"id\":\"b\"}]}", "{\"id\":\"c\"} {\"id\":\"a\"} {\"id\":\"b\"}"},
        {"\"b\",\"a\"", "{\"resources\":[ {\"x\":{\"id\":\"b\"},\"id\":\"a\"} , {\"id\":\"b\"} ]}",
         NULL, "{\"id\":\"b\"} {\"x\":{\"id\":\"b\"},\"id\":\"a\"}"},
        /* asked for twice: asked and there once */
        {"\"a\",\"a\"", "{\"resources\":[{\"id\":\"a\"}]}", NULL, "as it stands"},
        {"\"b\",\"a\",\"b\",\"a\",\"b\"", "{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", NULL,
         "{\"id\":\"b\"} {\"id\":\"a\"}"},
        /* sent twice: there once */
        {"\"a\",\"b\"", "{\"resources\":[{\"id\":\"b\"},{\"id\":\"a\"},{\"id\":\"b\"}]}", NULL,
         "{\"id\":\"a\"} {\"id\":\"b\"}"},
        /* not asked for, or without an id: not hidden, at the end */
        {"\"a\"", "{\"resources\":[{\"id\":\"x\"},{\"id\":\"a\"}]}", NULL,
         "{\"id\":\"a\"} {\"id\":\"x\"}"},
        {"\"a\"", "{\"resources\":[{},{\"id\":\"a\"},{}]}", NULL, "{\"id\":\"a\"} {} {}"},
        /* ids with escapes are compared by what they mean */
        {"\"\\u00e9\",\"a/b\",\"q\\\"\"", "{\"resources\":[{\"id\":\"q\\\"\"},{\"id\":\"a\\/b\"}]}",
         "{\"resources\":[{\"id\":\"\\u00e9\"}]}",
         "{\"id\":\"\\u00e9\"} {\"id\":\"a\\/b\"} {\"id\":\"q\\\"\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        char input[256];
        snprintf(input, sizeof(input), "{\"ids\":[%s]}", rows[i].ids);
        plan_it(&plan, &by_chunks, input);
        take(&plan, rows[i].first);
        if (rows[i].second != NULL) {
            expect_next(&plan, PAGE_MORE);
            take(&plan, rows[i].second);
        }
        expect_order(&plan, rows[i].expected);
        assert_null(plan.pages.errors);
        done(&plan);
    }
}

static void an_id_that_is_not_there_is_named_in_errors(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"gone\"]}");
    take(&plan, "{\"resources\":[{\"id\":\"a\"}]}");
    expect_order(&plan, "{\"id\":\"a\"}");
    assert_string_equal(
        json_text(plan.pages.errors, NULL),
        "[{\"code\":404,\"message\":\"no such resource in the answer\",\"id\":\"gone\"}]");
    done(&plan);
}

static void an_id_that_the_service_named_is_not_named_again(void **state)
{
    (void)state;
    struct plan plan;
    static const char said[] = "[{\"code\":404,\"message\":\"Case not found\",\"id\":\"gone\"}]";
    struct json_object *errors = json_tokener_parse(said);

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"gone\"]}");
    take(&plan, "{\"resources\":[{\"id\":\"a\"}]}");
    assert_true(page_errors(&plan.pages, &errors));
    assert_null(errors);
    expect_order(&plan, "{\"id\":\"a\"}");
    assert_string_equal(json_text(plan.pages.errors, NULL), said);
    done(&plan);
}

static void chunks_without_order_stay_as_they_came(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &chunks_as_they_come, "{\"ids\":[\"a\",\"b\",\"c\"]}");
    take(&plan, "{\"resources\":[\"b\"]}");
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[\"a\",\"c\"]}");
    expect_order(&plan, "\"b\" \"a\" \"c\"");
    assert_null(plan.pages.errors);
    done(&plan);
}

static void errors_of_all_answers_are_gathered(void **state)
{
    (void)state;
    struct plan plan;
    struct json_object *none = NULL;
    struct json_object *first = json_tokener_parse("[{\"code\":1}]");
    struct json_object *second = json_tokener_parse("[{\"code\":2},{\"code\":3}]");

    plan_it(&plan, &by_offset, "{}");
    assert_true(page_errors(&plan.pages, &none));
    assert_null(plan.pages.errors);
    assert_true(page_errors(&plan.pages, &first));
    assert_true(page_errors(&plan.pages, &second));
    assert_null(second);
    assert_string_equal(json_text(plan.pages.errors, NULL),
                        "[{\"code\":1},{\"code\":2},{\"code\":3}]");
    done(&plan);
}

static void where_a_chunk_fails_the_rest_is_named(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"b\",\"a\",\"c\",\"d\",\"e\"]}");
    take(&plan, "{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
    expect_next(&plan, PAGE_MORE);
    assert_true(page_failed(&plan.pages, 503, OUTCOME_NOT_APPLIED, "down"));
    expect_sum(
        &plan, "{\"id\":\"b\"} {\"id\":\"a\"}", "[\"b\",\"a\"]",
        "[{\"code\":503,\"message\":\"down\",\"id\":\"c\",\"outcome\":\"not_applied\"},"
        "{\"code\":503,\"message\":\"down\",\"id\":\"d\",\"outcome\":\"not_applied\"},"
        "{\"code\":503,\"message\":\"not asked for\",\"id\":\"e\",\"outcome\":\"not_sent\"}]");
    assert_string_equal(json_text(plan.pages.errors, NULL),
                        "[{\"code\":503,\"message\":\"down\",\"id\":\"c\"},"
                        "{\"code\":503,\"message\":\"down\",\"id\":\"d\"},"
                        "{\"code\":503,\"message\":\"not asked for\",\"id\":\"e\"}]");
    done(&plan);
}

static void ids_that_were_refused_are_apart_while_others_go_on(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
    assert_true(page_failed(&plan.pages, 404, OUTCOME_NOT_APPLIED, "unknown"));
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[{\"id\":\"d\"},{\"id\":\"c\"}]}");
    expect_next(&plan, PAGE_MORE);
    assert_true(page_failed(&plan.pages, 400, OUTCOME_NOT_APPLIED, "odd"));
    expect_next(&plan, PAGE_END);
    expect_sum(&plan, "{\"id\":\"c\"} {\"id\":\"d\"}", "[\"c\",\"d\"]",
               "[{\"code\":404,\"message\":\"unknown\",\"id\":\"a\",\"outcome\":\"not_applied\"},"
               "{\"code\":404,\"message\":\"unknown\",\"id\":\"b\",\"outcome\":\"not_applied\"},"
               "{\"code\":400,\"message\":\"odd\",\"id\":\"e\",\"outcome\":\"not_applied\"}]");
    done(&plan);
}

static void what_an_answer_to_a_write_leaves_out_is_not_called_done(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *done_ids, *failed;
    } rows[] = {
        /* it names all, or none at all: success is success */
        {"{\"resources\":[\"a\",\"b\"]}", "{\"resources\":[\"c\"]}", "", ""},
        {"{\"resources\":[]}", "{\"resources\":null}", "", ""},
        {"{\"resources\":[{\"id\":\"job-1\"}]}", "{}", "", ""},
        /* it names some */
        {"{\"resources\":[\"b\"]}", "{\"resources\":[\"c\"]}", "[\"b\",\"c\"]",
         "[{\"code\":404,\"message\":\"the answer does not name it\",\"id\":\"a\","
         "\"outcome\":\"unknown\"}]"},
        {"{\"resources\":[\"a\"]}", "{}", "[\"a\",\"c\"]",
         "[{\"code\":404,\"message\":\"the answer does not name it\",\"id\":\"b\","
         "\"outcome\":\"unknown\"}]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        struct page_sum sum;
        plan_it(&plan, &chunks_as_they_come, "{\"ids\":[\"a\",\"b\",\"c\"]}");
        take(&plan, rows[i].first);
        expect_next(&plan, PAGE_MORE);
        take(&plan, rows[i].second);
        expect_next(&plan, PAGE_END);
        assert_true(page_sum(&plan.pages, &sum));
        assert_string_equal(sum.done != NULL ? json_text(sum.done, NULL) : "", rows[i].done_ids);
        assert_string_equal(sum.failed != NULL ? json_text(sum.failed, NULL) : "", rows[i].failed);
        page_sum_done(&sum);
        done(&plan);
    }
}

static void an_error_that_the_service_gave_keeps_its_words(void **state)
{
    (void)state;
    struct plan plan;
    struct json_object *errors =
        json_tokener_parse("[{\"code\":403,\"message\":\"not yours\",\"id\":\"b\"}]");

    plan_it(&plan, &chunks_as_they_come, "{\"ids\":[\"a\",\"b\"]}");
    assert_true(page_errors(&plan.pages, &errors));
    take(&plan, "{\"resources\":[\"a\"]}");
    expect_sum(&plan, "\"a\"", "[\"a\"]",
               "[{\"code\":403,\"message\":\"not yours\",\"id\":\"b\","
               "\"outcome\":\"not_applied\"}]");
    assert_int_equal(json_object_array_length(plan.pages.errors), 1);
    done(&plan);
}

static void where_no_ids_were_asked_for_resources_and_errors_are_apart(void **state)
{
    (void)state;
    struct plan plan;
    struct page_sum sum;
    struct json_object *errors =
        json_tokener_parse("[{\"code\":400,\"message\":\"no such alert\"},7]");

    plan_it(&plan, &without, "{}");
    assert_true(page_errors(&plan.pages, &errors));
    take(&plan, "{\"resources\":[{\"id\":\"\\u00e9\"},{\"x\":1}]}");
    assert_true(page_sum(&plan.pages, &sum));
    assert_null(sum.done);
    assert_true(page_sum_apart(&plan.pages, OUTCOME_NOT_APPLIED, &sum));
    assert_string_equal(json_text(sum.done, NULL), "[\"\u00e9\"]");
    assert_string_equal(
        json_text(sum.failed, NULL),
        "[{\"code\":400,\"message\":\"no such alert\",\"outcome\":\"not_applied\"}]");
    page_sum_done(&sum);
    done(&plan);
}

static void the_urls_length_cuts_chunks_too(void **state)
{
    (void)state;
    static const struct schema ids_in_query = {.in = SCHEMA_IN_QUERY};
    static const struct schema_property ids_member[] = {{"ids", &ids_in_query}};
    static const struct schema ids_schema = {
        .types = SCHEMA_OBJECT, .properties = ids_member, .n_properties = 1};
    static const struct action in_url = {.name = "get",
                                         .chunk_input = "ids",
                                         .chunk_max = 100,
                                         .restore_order = true,
                                         .input = &ids_schema};
    static const struct action in_body = {.name = "get",
                                          .chunk_input = "ids",
                                          .chunk_max = 100,
                                          .restore_order = true,
                                          .input = &input_schema};
    static const struct {
        const struct action *action;
        const char *id; /* each id is this, and a number of two digits */
        size_t repeat;  /* so often */
        size_t chunk;   /* ids that a request takes; 50 were asked for */
    } rows[] = {
        {&in_url, "a", 1, 50},     /* &ids=a00 */
        {&in_url, "a", 293, 20},   /* 300 bytes each */
        {&in_url, "a", 294, 19},   /* 301 */
        {&in_url, "/", 98, 19},    /* %2F is three: 301 */
        {&in_url, "a", 5993, 1},   /* one alone that just fits */
        {&in_url, "a", 7000, 1},   /* and one that is too long: sent nevertheless */
        {&in_body, "a", 7000, 50}, /* a body may be long */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        struct buf input;
        buf_init(&input, 1 << 20);
        buf_adds(&input, "{\"ids\":[");
        for (int k = 0; k < 50; k++) {
            buf_adds(&input, k > 0 ? ",\"" : "\"");
            for (size_t n = 0; n < rows[i].repeat; n++)
                buf_adds(&input, rows[i].id);
            buf_addf(&input, "%02d\"", k);
        }
        buf_adds(&input, "]}");
        plan_it(&plan, rows[i].action, input.ptr);
        size_t to = 0;
        for (;;) {
            size_t expected = 50 - to < rows[i].chunk ? 50 - to : rows[i].chunk;
            assert_int_equal(plan.pages.ids_from, to);
            assert_int_equal(plan.pages.ids_to - plan.pages.ids_from, expected);
            to = plan.pages.ids_to;
            if (to == 50)
                break;
            expect_next(&plan, PAGE_MORE);
        }
        expect_next(&plan, PAGE_END);
        done(&plan);
        buf_done(&input);
    }
}

static void nothing_gathered_is_nothing_ordered(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\"]}");
    expect_order(&plan, "as it stands");
    assert_null(plan.pages.errors);
    done(&plan);
}

static void ten_thousand_ids_keep_their_order(void **state)
{
    (void)state;
    static const struct action big = {.name = "get",
                                      .chunk_input = "ids",
                                      .chunk_max = 10000,
                                      .restore_order = true,
                                      .input = &input_schema};
    struct plan plan;
    struct buf ids, answer;
    struct page_sum sum;

    buf_init(&ids, 1 << 20);
    buf_init(&answer, 1 << 20);
    buf_adds(&ids, "{\"ids\":[\"0\"");
    buf_adds(&answer, "{\"resources\":[{\"id\":\"9999\"}");
    for (int i = 1; i < 10000; i++) {
        buf_addf(&ids, ",\"%d\"", i);
        buf_addf(&answer, ",{\"id\":\"%d\"}", 9999 - i);
    }
    buf_adds(&ids, "]}");
    buf_adds(&answer, "]}");
    plan_it(&plan, &big, ids.ptr);
    take(&plan, answer.ptr);
    assert_true(page_sum(&plan.pages, &sum));
    assert_int_equal(sum.n_refs, 10000);
    for (int i = 0; i < 10000; i++) {
        char expected[32];
        int len = snprintf(expected, sizeof(expected), "{\"id\":\"%d\"}", i);
        assert_int_equal(sum.refs[i].len, len);
        assert_memory_equal(sum.refs[i].text, expected, (size_t)len);
    }
    page_sum_done(&sum);
    done(&plan);
    buf_done(&ids);
    buf_done(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_asked_for_in_chunks),
        cmocka_unit_test(few_ids_are_one_request),
        cmocka_unit_test(resources_come_in_the_order_of_the_ids),
        cmocka_unit_test(an_id_that_is_not_there_is_named_in_errors),
        cmocka_unit_test(an_id_that_the_service_named_is_not_named_again),
        cmocka_unit_test(chunks_without_order_stay_as_they_came),
        cmocka_unit_test(errors_of_all_answers_are_gathered),
        cmocka_unit_test(where_a_chunk_fails_the_rest_is_named),
        cmocka_unit_test(ids_that_were_refused_are_apart_while_others_go_on),
        cmocka_unit_test(what_an_answer_to_a_write_leaves_out_is_not_called_done),
        cmocka_unit_test(an_error_that_the_service_gave_keeps_its_words),
        cmocka_unit_test(where_no_ids_were_asked_for_resources_and_errors_are_apart),
        cmocka_unit_test(the_urls_length_cuts_chunks_too),
        cmocka_unit_test(nothing_gathered_is_nothing_ordered),
        cmocka_unit_test(ten_thousand_ids_keep_their_order),
    };
    return cmocka_run_group_tests_name("page_order", tests, NULL, NULL);
}
