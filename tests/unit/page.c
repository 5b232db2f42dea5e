/* Calls that take more than one request: which page is asked next, and when it ends. */
#include "page_world.h"

static void the_input_decides_how_much_is_asked(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        const char *input;
        bool all;
        int64_t limit, offset, max_items;
    } rows[] = {
        {&by_offset, "{}", false, -1, -1, -1},
        {&by_offset, "{\"limit\":5,\"offset\":2}", false, -1, -1, -1},
        {&by_offset, "{\"all\":false}", false, -1, -1, -1},
        {&by_offset, "{\"all\":true}", true, 100, 0, -1},
        {&by_offset, "{\"all\":true,\"limit\":5,\"offset\":2}", true, 5, 2, -1},
        {&by_offset, "{\"all\":true,\"limit\":0}", true, 100, 0, -1},
        {&by_offset, "{\"all\":true,\"limit\":5000}", true, 100, 0, -1},
        {&by_offset, "{\"max_items\":250}", true, 100, 0, 250},
        {&by_offset, "{\"max_items\":7}", true, 7, 0, 7},
        {&by_offset, "{\"max_items\":7,\"limit\":3}", true, 3, 0, 7},
        {&by_offset, "{\"max_items\":0}", true, 1, 0, 0},
        {&by_offset, "{\"all\":true,\"parameters\":{\"limit\":5,\"offset\":40}}", true, 5, 40, -1},
        {&by_offset, "{\"all\":true,\"parameters\":{\"limit\":\"5\"}}", true, 100, 0, -1},
        {&by_after, "{\"all\":true}", true, 100, -1, -1},
        {&without, "{\"all\":true,\"max_items\":3}", false, -1, -1, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        plan_it(&plan, rows[i].action, rows[i].input);
        if (plan.pages.all != rows[i].all || plan.pages.limit != rows[i].limit ||
            plan.pages.offset != rows[i].offset || plan.pages.max_items != rows[i].max_items)
            fail_msg("%s: all %d, limit %lld, offset %lld, max_items %lld", rows[i].input,
                     plan.pages.all, (long long)plan.pages.limit, (long long)plan.pages.offset,
                     (long long)plan.pages.max_items);
        done(&plan);
    }
}

static void one_page_is_all_where_no_more_was_asked(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"limit\":2}");
    take_items(&plan, 0, 2, "{\"total\":100}");
    expect_next(&plan, PAGE_END);
    expect_order(&plan, "as it stands");
    done(&plan);
}

static void pages_by_offset_go_on_to_the_total(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":3,\"offset\":1}");
    take_items(&plan, 1, 3, "{\"offset\":1,\"limit\":3,\"total\":7}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 3); /* the last one known comes first again */
    assert_int_equal(plan.pages.limit, 3);
    take_items(&plan, 3, 3, "{\"total\":7}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 5);
    take_items(&plan, 5, 2, "{\"total\":7}");
    expect_next(&plan, PAGE_END);
    assert_true(plan.pages.complete);
    assert_false(plan.pages.moved);
    expect_order(&plan, "\"id1\" \"id2\" \"id3\" \"id4\" \"id5\" \"id6\"");
    done(&plan);
}

static void without_a_total_a_short_page_is_the_last(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":3}");
    take_items(&plan, 0, 3, "{}");
    expect_next(&plan, PAGE_MORE);
    take_items(&plan, 2, 2, "null");
    expect_next(&plan, PAGE_END);
    done(&plan);
}

static void an_empty_page_is_the_last_whatever_the_total_says(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true}");
    take_items(&plan, 0, 0, "{\"total\":1000}");
    expect_next(&plan, PAGE_END);
    done(&plan);
}

static void a_short_page_under_a_clamped_limit_goes_on_from_where_it_ended(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true}");
    take_items(&plan, 0, 10, "{\"total\":25}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 9);
    done(&plan);
}

static void an_offset_at_the_end_of_numbers_ends_the_list(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"offset\":9223372036854775807}");
    take_items(&plan, 0, 2, "{}");
    expect_next(&plan, PAGE_END);
    done(&plan);
}

static void pages_by_token_go_on_to_an_empty_or_repeated_one(void **state)
{
    (void)state;
    static const char *const last[] = {"{}", "{\"after\":\"\"}", "{\"after\":null}",
                                       "{\"after\":7}", "{\"after\":\"t2\"}"};
    for (size_t i = 0; i < COUNT(last); i++) {
        struct plan plan;
        plan_it(&plan, &by_after, "{\"all\":true}");
        assert_null(plan.pages.after);
        take_items(&plan, 0, 2, "{\"after\":\"t1\"}");
        expect_next(&plan, PAGE_MORE);
        assert_string_equal(plan.pages.after, "t1");
        take_items(&plan, 2, 2, "{\"after\":\"t2\"}");
        expect_next(&plan, PAGE_MORE);
        assert_string_equal(plan.pages.after, "t2");
        take_items(&plan, 4, 1, last[i]);
        expect_next(&plan, PAGE_END);
        done(&plan);
    }
}

static void max_items_cuts_the_last_page_and_the_list(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"max_items\":6,\"limit\":3}");
    take_items(&plan, 0, 3, "{\"total\":9}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.limit, 3);
    take_items(&plan, 2, 3, "{\"total\":9}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.limit, 2);    /* one that is known, one more */
    take_items(&plan, 4, 4, "{\"total\":9}"); /* more than was asked for */
    expect_next(&plan, PAGE_END);
    expect_order(&plan, "\"id0\" \"id1\" \"id2\" \"id3\" \"id4\" \"id5\"");
    assert_int_equal(plan.pages.items, 6);
    assert_int_equal(plan.pages.end, 6);
    assert_false(plan.pages.complete);
    done(&plan);
}

static void max_items_cuts_a_single_page(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"max_items\":2}");
    take_items(&plan, 0, 4, "{\"total\":4}");
    expect_next(&plan, PAGE_END);
    expect_order(&plan, "\"id0\" \"id1\"");
    done(&plan);
}

static void what_a_moving_list_shows_twice_counts_once(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":3}");
    take(&plan, "{\"resources\":[\"z\",\"b\",{\"id\":\"c\",\"v\":1}]}");
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[\"b\",{\"id\":\"c\",\"v\":2},{\"v\":3},{\"v\":3},\"a\"]}");
    expect_order(&plan, "\"z\" \"b\" {\"id\":\"c\",\"v\":1} {\"v\":3} {\"v\":3} \"a\"");
    done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_input_decides_how_much_is_asked),
        cmocka_unit_test(one_page_is_all_where_no_more_was_asked),
        cmocka_unit_test(pages_by_offset_go_on_to_the_total),
        cmocka_unit_test(without_a_total_a_short_page_is_the_last),
        cmocka_unit_test(an_empty_page_is_the_last_whatever_the_total_says),
        cmocka_unit_test(a_short_page_under_a_clamped_limit_goes_on_from_where_it_ended),
        cmocka_unit_test(an_offset_at_the_end_of_numbers_ends_the_list),
        cmocka_unit_test(pages_by_token_go_on_to_an_empty_or_repeated_one),
        cmocka_unit_test(max_items_cuts_the_last_page_and_the_list),
        cmocka_unit_test(max_items_cuts_a_single_page),
        cmocka_unit_test(what_a_moving_list_shows_twice_counts_once),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
