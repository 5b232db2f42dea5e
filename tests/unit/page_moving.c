/* Lists that change while they are read: what is promised of them, tried on random changes with a
 * printed seed; and services that page in circles. */
#include "page_world.h"

#define MOST 4000

static uint64_t random_number(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* The list at the service: items in its order. Each has a number, never given twice. */
struct list {
    int items[MOST];
    size_t n;
    int next;
    bool here_all_along[MOST]; /* by number: was there at the start, and still is */
};

static void insert(struct list *list, size_t at)
{
    if (list->n == MOST || list->next == MOST)
        return;
    memmove(&list->items[at + 1], &list->items[at], (list->n - at) * sizeof(list->items[0]));
    list->items[at] = list->next++;
    list->n++;
}

static void drop(struct list *list, size_t at)
{
    list->here_all_along[list->items[at]] = false;
    memmove(&list->items[at], &list->items[at + 1], (list->n - at - 1) * sizeof(list->items[0]));
    list->n--;
}

static void answer(struct plan *plan, const struct list *list, bool total, bool after)
{
    struct buf text;
    size_t from = after ? (plan->pages.after != NULL ? (size_t)atoi(plan->pages.after) : 0)
                        : (size_t)plan->pages.offset;
    size_t to =
        from + (size_t)plan->pages.limit < list->n ? from + (size_t)plan->pages.limit : list->n;

    buf_init(&text, 1 << 20);
    buf_adds(&text, "{\"meta\":{\"pagination\":{");
    if (total)
        buf_addf(&text, "\"total\":%zu", list->n);
    if (after && to < list->n)
        buf_addf(&text, "%s\"after\":\"%zu\"", total ? "," : "", to);
    buf_adds(&text, "}},\"resources\":[");
    for (size_t i = from; i < to; i++)
        buf_addf(&text, "%s\"n%d\"", i > from ? "," : "", list->items[i]);
    buf_adds(&text, "]}");
    take(plan, text.ptr);
    buf_done(&text);
}

/* How the list changes between two requests. */
enum change { STILL, GROWS_ON_TOP, GROWS_ANYWHERE, SHRINKS, BOTH, CHANGES };

static void change_it(struct list *list, enum change change, uint64_t most, uint64_t *seed)
{
    uint64_t n = random_number(seed) % (most + 1);

    if (most > 0 && change >= SHRINKS && random_number(seed) % 4 == 0)
        n *= 20; /* a burst, of more than a page */
    for (uint64_t i = n; i > 0; i--) {
        bool grow = change == GROWS_ON_TOP || change == GROWS_ANYWHERE ||
                    (change == BOTH && random_number(seed) % 2 == 0);
        if (grow)
            insert(list, change == GROWS_ON_TOP ? 0 : random_number(seed) % (list->n + 1));
        else if (change != STILL && list->n > 0)
            drop(list, random_number(seed) % list->n);
    }
}

/* No item twice; and each that was there all along, unless the plan says that it cannot be sure. */
static void expect_whole(struct plan *plan, const struct list *list, enum page_more end,
                         uint64_t seed)
{
    static bool seen[MOST];
    struct page_sum sum;

    memset(seen, 0, sizeof(seen));
    assert_true(page_sum(&plan->pages, &sum));
    size_t n = 0;
    for (size_t p = 0; p < plan->pages.n; p++)
        for (size_t i = 0; i < plan->pages.list[p].outline.n_items; i++, n++) {
            int number =
                atoi(plan->pages.list[p].body.ptr + plan->pages.list[p].outline.items[i].id.at + 1);
            if (seen[number])
                fail_msg("seed %llu: n%d twice", (unsigned long long)seed, number);
            seen[number] = true;
        }
    assert_int_equal(plan->pages.items, n);
    assert_true(sum.n_refs == SIZE_MAX || sum.n_refs == n);
    assert_int_equal(plan->pages.complete, end == PAGE_END);
    for (int i = 0; i < list->next && end == PAGE_END; i++)
        if (list->here_all_along[i] && !seen[i])
            fail_msg("seed %llu: n%d lost", (unsigned long long)seed, i);
    page_sum_done(&sum);
}

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
