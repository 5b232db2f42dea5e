/* Lists that change while they are read: what is promised of them, tried on random changes with a
 * printed seed; and services that page in circles. */
#include "moving_list.h"

/* Reads a list to its end while it changes; answers how that ended. */
static enum page_more read_moving(uint64_t seed, enum change change, size_t n, int limit,
                                  bool total, uint64_t most, size_t *requests)
{
    static struct list list;
    struct plan plan;
    char input[64];
    uint64_t random = seed;
    enum page_more more;

    memset(&list, 0, sizeof(list));
    for (size_t i = 0; i < n; i++)
        insert(&list, list.n);
    for (size_t i = 0; i < n; i++)
        list.here_all_along[i] = true;
    snprintf(input, sizeof(input), "{\"all\":true,\"limit\":%d}", limit);
    plan_it(&plan, &by_offset, input);
    *requests = 0;
    do {
        answer(&plan, &list, total, false);
        ++*requests;
        change_it(&list, change, most, &random);
        more = page_next(&plan.pages);
        if (*requests > 2000)
            fail_msg("seed %llu: no end", (unsigned long long)seed);
    } while (more == PAGE_MORE);
    expect_whole(&plan, &list, more, seed);
    done(&plan);
    return more;
}

static void nothing_that_stays_in_a_moving_list_is_lost_or_twice(void **state)
{
    (void)state;
    size_t ended = 0, rounds = 0, requests;

    for (uint64_t seed = 1; seed <= 4000; seed++) {
        uint64_t random = seed * 77;
        enum change change = (enum change)(random_number(&random) % CHANGES);
        size_t n = random_number(&random) % 300;
        bool total = random_number(&random) % 4 > 0;
        uint64_t most = random_number(&random) % 6; /* changes a page; it is read faster */
        int limit = 2 + (int)(most * 2) + (int)(random_number(&random) % 40);
        rounds++;
        ended += read_moving(seed, change, n, limit, total, most, &requests) == PAGE_END;
    }
    print_message("%zu of %zu lists were read to the end\n", ended, rounds);
    assert_true(ended > rounds * 8 / 10);
}

static void a_still_list_is_read_with_few_requests(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        int limit;
        size_t requests;
    } rows[] = {{0, 10, 1},  {1, 10, 1},    {10, 10, 1},   {11, 10, 2}, {19, 10, 2},
                {20, 10, 3}, {100, 10, 11}, {100, 1, 100}, {3, 2, 2},   {3000, 100, 31}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t requests;
        assert_int_equal(read_moving(1, STILL, rows[i].n, rows[i].limit, true, 0, &requests),
                         PAGE_END);
        if (requests != rows[i].requests)
            fail_msg("%zu items by %d: %zu requests, not %zu", rows[i].n, rows[i].limit, requests,
                     rows[i].requests);
    }
}

static void a_list_that_shrinks_below_where_it_was_read_to_is_looked_at_again(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":10}");
    take_items(&plan, 0, 10, "{\"total\":30}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 9);
    take(&plan, "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[]}"); /* 25 are gone */
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 4);
    take(&plan, "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"id25\"]}");
    expect_next(&plan, PAGE_MORE);
    assert_int_equal(plan.pages.offset, 0);
    take(&plan, "{\"meta\":{\"pagination\":{\"total\":5}},"
                "\"resources\":[\"id8\",\"id9\",\"id23\",\"id24\",\"id25\"]}");
    expect_next(&plan, PAGE_END);
    assert_int_equal(plan.pages.items, 13);
    assert_true(plan.pages.complete && plan.pages.moved);
    done(&plan);
}

static void a_list_that_never_stops_moving_is_told_to_be_unsure(void **state)
{
    (void)state;
    struct plan plan;
    enum page_more more = PAGE_MORE;
    int next = 0, requests = 0;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":10}");
    while (more == PAGE_MORE && requests < 200) { /* all of it is new each time */
        take_items(&plan, next, 10, "{\"total\":100}");
        next += 10;
        requests++;
        more = page_next(&plan.pages);
    }
    assert_int_equal(more, PAGE_UNSTABLE);
    assert_true(plan.pages.moved);
    assert_false(plan.pages.complete);
    assert_in_range(requests, 33, 60);
    done(&plan);
}

static void a_service_that_shows_the_same_page_again_and_again_is_left(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        const char *first, *second;
    } rows[] = {
        {&by_offset, "{\"total\":1000}", "{\"total\":1000}"},
        {&by_offset, "{}", "{}"},
        {&by_after, "{\"after\":\"x\"}", "{\"after\":\"y\"}"}, /* x, y, x, y */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        enum page_more more = PAGE_MORE;
        int requests = 0;
        plan_it(&plan, rows[i].action, "{\"all\":true,\"limit\":10}");
        while (more == PAGE_MORE && requests < 100) {
            take_items(&plan, 0, 10, requests % 2 == 0 ? rows[i].first : rows[i].second);
            requests++;
            more = page_next(&plan.pages);
        }
        assert_int_equal(more, PAGE_UNSTABLE);
        assert_in_range(requests, 4, 6);
        assert_int_equal(plan.pages.items, 10);
        assert_false(plan.pages.complete);
        done(&plan);
    }
}

static void pages_by_token_show_nothing_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        static struct list list;
        struct plan plan;
        uint64_t random = seed;
        enum page_more more;
        memset(&list, 0, sizeof(list));
        for (int i = 0; i < 100; i++)
            insert(&list, list.n);
        plan_it(&plan, &by_after, "{\"all\":true,\"limit\":7}");
        do {
            answer(&plan, &list, seed % 2 == 0, true);
            change_it(&list, GROWS_ANYWHERE, 3, &random);
            more = page_next(&plan.pages);
        } while (more == PAGE_MORE);
        for (int i = 0; i < 100; i++)
            list.here_all_along[i] = true;
        expect_whole(&plan, &list, more, seed);
        done(&plan);
    }
}

static void more_than_may_lie_in_memory_ends_it(void **state)
{
    (void)state;
    struct plan plan;
    enum page_more more = PAGE_MORE;
    int next = 0;

    memset(&plan, 0, sizeof(plan));
    plan.input = json_tokener_parse("{\"all\":true,\"limit\":10}");
    assert_true(page_plan(&plan.pages, &by_offset, &usual_service, 20000, plan.input));
    while (more == PAGE_MORE && next < 10000) {
        take_items(&plan, next, 10, "{\"total\":10000}");
        next += 9;
        more = page_next(&plan.pages);
    }
    assert_int_equal(more, PAGE_TOO_BIG);
    assert_in_range(plan.pages.bytes, 20000, 22000);
    assert_int_equal(plan.pages.end, plan.pages.items); /* where the next call goes on */
    done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_stays_in_a_moving_list_is_lost_or_twice),
        cmocka_unit_test(a_still_list_is_read_with_few_requests),
        cmocka_unit_test(a_list_that_shrinks_below_where_it_was_read_to_is_looked_at_again),
        cmocka_unit_test(a_list_that_never_stops_moving_is_told_to_be_unsure),
        cmocka_unit_test(a_service_that_shows_the_same_page_again_and_again_is_left),
        cmocka_unit_test(pages_by_token_show_nothing_twice),
        cmocka_unit_test(more_than_may_lie_in_memory_ends_it),
    };
    return cmocka_run_group_tests_name("page_moving", tests, NULL, NULL);
}
