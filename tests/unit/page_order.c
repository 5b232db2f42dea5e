/* Calls that take more than one request: chunks of ids, and what comes back put together. */
#include "page_world.h"

static void ids_are_asked_for_in_chunks(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
    assert_int_equal(plan.pages.ids_from, 0);
    assert_int_equal(plan.pages.ids_to, 2);
    assert_true(page_next(&plan.pages));
    assert_int_equal(plan.pages.ids_from, 2);
    assert_int_equal(plan.pages.ids_to, 4);
    assert_true(page_next(&plan.pages));
    assert_int_equal(plan.pages.ids_from, 4);
    assert_int_equal(plan.pages.ids_to, 5);
    assert_false(page_next(&plan.pages));
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
        assert_false(page_next(&plan.pages));
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
        /* asked for twice: there once */
        {"\"a\",\"a\"", "{\"resources\":[{\"id\":\"a\"}]}", NULL, "{\"id\":\"a\"}"},
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
            assert_true(page_next(&plan.pages));
            take(&plan, rows[i].second);
        }
        expect_order(&plan, true, rows[i].expected);
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
    expect_order(&plan, true, "{\"id\":\"a\"}");
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
    expect_order(&plan, true, "{\"id\":\"a\"}");
    assert_string_equal(json_text(plan.pages.errors, NULL), said);
    done(&plan);
}

static void chunks_without_order_stay_as_they_came(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &chunks_as_they_come, "{\"ids\":[\"a\",\"b\",\"c\"]}");
    take(&plan, "{\"resources\":[\"b\"]}");
    assert_true(page_next(&plan.pages));
    take(&plan, "{\"resources\":[\"a\",\"c\"]}");
    expect_order(&plan, true, "\"b\" \"a\" \"c\"");
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
    assert_true(page_next(&plan.pages));
    page_fail_rest(&plan.pages, 503, "down");
    expect_order(&plan, false, "{\"id\":\"b\"} {\"id\":\"a\"}");
    assert_string_equal(json_text(plan.pages.errors, NULL),
                        "[{\"code\":503,\"message\":\"down\",\"id\":\"c\"},"
                        "{\"code\":503,\"message\":\"down\",\"id\":\"d\"},"
                        "{\"code\":503,\"message\":\"not asked for\",\"id\":\"e\"}]");
    done(&plan);
}

static void nothing_gathered_is_nothing_ordered(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\"]}");
    expect_order(&plan, true, "as it stands");
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
    struct page_ref *refs = NULL;
    size_t n = 0;

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
    assert_true(page_order(&plan.pages, true, &refs, &n));
    assert_int_equal(n, 10000);
    for (int i = 0; i < 10000; i++) {
        char expected[32];
        int len = snprintf(expected, sizeof(expected), "{\"id\":\"%d\"}", i);
        assert_int_equal(refs[i].len, len);
        assert_memory_equal(refs[i].text, expected, (size_t)len);
    }
    free(refs);
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
        cmocka_unit_test(nothing_gathered_is_nothing_ordered),
        cmocka_unit_test(ten_thousand_ids_keep_their_order),
    };
    return cmocka_run_group_tests_name("page_order", tests, NULL, NULL);
}
