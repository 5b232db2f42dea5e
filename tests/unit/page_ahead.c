/* The requests of a long call foretold: right where the list stays as it is, none where it cannot be
 * told; and what is promised of moving lists, with pages that were read before their turn. */
#include "page_ahead.h"
#include "moving_list.h"

#define MOST_AHEAD 6

static void expect_window(const struct page_window *window, int64_t offset, int64_t limit)
{
    assert_int_equal(window->offset, offset);
    assert_int_equal(window->limit, limit);
}

static void the_pages_after_the_first_are_foretold_to_the_end_of_the_list(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":10}");
    take_items(&plan, 0, 10, "{\"total\":25}");
    expect_next(&plan, PAGE_MORE);
    struct page_window window = page_at_hand(&plan.pages);
    expect_window(&window, 9, 10);
    assert_true(page_ahead(&plan.pages, &window, &window));
    expect_window(&window, 18, 10);
    assert_false(page_ahead(&plan.pages, &window, &window)); /* it holds the last of 25 */
    done(&plan);
}

static void the_last_page_asks_for_no_more_than_is_wanted(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"max_items\":22,\"limit\":10,\"offset\":5}");
    take_items(&plan, 0, 10, "{\"total\":1000}");
    expect_next(&plan, PAGE_MORE);
    struct page_window window = page_at_hand(&plan.pages);
    expect_window(&window, 14, 10);
    assert_true(page_ahead(&plan.pages, &window, &window));
    expect_window(&window, 23, 4); /* the last that is known, and three */
    assert_false(page_ahead(&plan.pages, &window, &window));
    done(&plan);
}

static void parts_of_a_list_of_ids_are_foretold_from_the_first_on(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
    struct page_window window = page_at_hand(&plan.pages);
    assert_true(page_is_at_hand(&plan.pages, &window));
    assert_true(page_ahead(&plan.pages, &window, &window));
    assert_false(page_is_at_hand(&plan.pages, &window));
    assert_int_equal(window.ids_from, 2);
    assert_int_equal(window.ids_to, 4);
    assert_true(page_ahead(&plan.pages, &window, &window));
    assert_int_equal(window.ids_from, 4);
    assert_int_equal(window.ids_to, 5);
    assert_false(page_ahead(&plan.pages, &window, &window));
    done(&plan);
}

static void nothing_is_foretold_that_cannot_be_told(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        const char *input, *pagination; /* NULL = nothing has been read */
        bool ever;
    } rows[] = {
        {&without, "{}", NULL, false},
        {&by_chunks, "{\"ids\":[\"a\",\"b\"]}", NULL, false},
        {&by_offset, "{\"limit\":10}", NULL, false},
        {&by_after, "{\"all\":true,\"limit\":10}", "{\"total\":50,\"after\":\"x\"}", false},
        {&by_offset, "{\"all\":true,\"limit\":10}", NULL, true},
        {&by_offset, "{\"all\":true,\"limit\":10}", "{}", true},
        {&by_offset, "{\"all\":true,\"limit\":10}", "{\"total\":19}", true},
        {&by_offset, "{\"max_items\":19,\"limit\":10}", "{\"total\":50}", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        plan_it(&plan, rows[i].action, rows[i].input);
        if (rows[i].pagination != NULL) {
            take_items(&plan, 0, 10, rows[i].pagination);
            expect_next(&plan, PAGE_MORE);
        }
        struct page_window window = page_at_hand(&plan.pages);
        if (page_goes_ahead(&plan.pages) != rows[i].ever ||
            page_ahead(&plan.pages, &window, &window))
            fail_msg("row %zu", i);
        done(&plan);
    }
}

static void a_list_that_has_just_moved_is_not_foretold(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":10}");
    take_items(&plan, 0, 10, "{\"total\":90}");
    expect_next(&plan, PAGE_MORE);
    take_items(&plan, 12, 10, "{\"total\":87}");
    expect_next(&plan, PAGE_MORE); /* back */
    struct page_window window = page_at_hand(&plan.pages);
    assert_false(page_ahead(&plan.pages, &window, &window));
    take_items(&plan, 4, 10, "{\"total\":87}");
    expect_next(&plan, PAGE_MORE);
    window = page_at_hand(&plan.pages);
    assert_true(page_ahead(&plan.pages, &window, &window));
    done(&plan);
}

static void nothing_is_foretold_that_would_pass_the_most_of_memory(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":10}");
    take_items(&plan, 0, 10, "{\"total\":90}");
    expect_next(&plan, PAGE_MORE);
    struct page_window window = page_at_hand(&plan.pages), next;
    plan.pages.max_bytes = plan.pages.bytes * 3; /* what is there, at hand, and one more */
    assert_true(page_ahead(&plan.pages, &window, &next));
    assert_false(page_ahead(&plan.pages, &next, &next));
    plan.pages.max_bytes--;
    assert_false(page_ahead(&plan.pages, &window, &next));
    done(&plan);
}

static void of_a_still_list_all_is_foretold_and_nothing_else(void **state)
{
    (void)state;
    static struct list list;

    for (uint64_t seed = 1; seed <= 500; seed++) {
        uint64_t random = seed * 31;
        struct plan plan;
        char input[128], most[64] = "";
        size_t requests = 0, foretold = 0;
        bool told = false;
        struct page_window next;
        memset(&list, 0, sizeof(list));
        for (size_t n = random_number(&random) % 300; n > 0; n--)
            insert(&list, list.n);
        if (random_number(&random) % 2 == 0)
            snprintf(most, sizeof(most), ",\"max_items\":%d", (int)(random_number(&random) % 400));
        snprintf(input, sizeof(input), "{\"all\":true,\"limit\":%d,\"offset\":%d%s}",
                 (int)(1 + random_number(&random) % 40), (int)(random_number(&random) % 20), most);
        plan_it(&plan, &by_offset, input);
        do {
            if (told && !page_is_at_hand(&plan.pages, &next))
                fail_msg("seed %llu: another one", (unsigned long long)seed);
            struct page_window window = page_at_hand(&plan.pages);
            told = page_ahead(&plan.pages, &window, &next);
            foretold += told;
            answer(&plan, &list, true, false);
            requests++;
        } while (page_next(&plan.pages) == PAGE_MORE);
        if (told || (requests > 1 && foretold != requests - 2))
            fail_msg("seed %llu: %zu of %zu", (unsigned long long)seed, foretold, requests);
        done(&plan);
    }
}

/* ------------------------------------------------------------------ pages read before their turn */

struct guess {
    struct page_window window;
    struct buf text;
};

static void drop_guesses(struct guess *guesses, size_t *n)
{
    while (*n > 0)
        buf_done(&guesses[--*n].text);
}

/* Reads a moving list with pages of which some were read before the one at hand; how many of these were
 * of use. */
static enum page_more read_ahead(uint64_t seed, size_t *of_use)
{
    static struct list list;
    struct guess guesses[MOST_AHEAD];
    uint64_t random = seed * 77;
    enum change change = (enum change)(random_number(&random) % CHANGES);
    uint64_t most = random_number(&random) % 4;
    size_t n = random_number(&random) % 300, n_guesses = 0;
    char input[64];
    struct plan plan;
    enum page_more more;

    memset(&list, 0, sizeof(list));
    for (size_t i = 0; i < n; i++)
        insert(&list, list.n);
    for (size_t i = 0; i < n; i++)
        list.here_all_along[i] = true;
    snprintf(input, sizeof(input), "{\"all\":true,\"limit\":%d}",
             10 + (int)(most * 4) + (int)(random_number(&random) % 40));
    plan_it(&plan, &by_offset, input);
    do {
        struct page_window last = page_at_hand(&plan.pages);
        bool ahead = n_guesses > 0 && page_is_at_hand(&plan.pages, &guesses[0].window);
        if (!ahead)
            drop_guesses(guesses, &n_guesses);
        else if (n_guesses > 0)
            last = guesses[n_guesses - 1].window;
        while (n_guesses < MOST_AHEAD &&
               page_ahead(&plan.pages, &last, &guesses[n_guesses].window)) {
            struct guess *guess = &guesses[n_guesses++];
            last = guess->window;
            change_it(&list, change, most, &random);
            list_text(&guess->text, &list, (size_t)last.offset, (size_t)last.limit, true, false);
        }
        change_it(&list, change, most, &random);
        if (ahead) {
            take(&plan, guesses[0].text.ptr);
            buf_done(&guesses[0].text);
            n_guesses--;
            for (size_t i = 0; i < n_guesses; i++)
                guesses[i] = guesses[i + 1];
            ++*of_use;
        } else {
            answer(&plan, &list, true, false);
        }
        more = page_next(&plan.pages);
    } while (more == PAGE_MORE);
    drop_guesses(guesses, &n_guesses);
    expect_whole(&plan, &list, more, seed);
    done(&plan);
    return more;
}

static void nothing_that_stays_is_lost_or_twice_whenever_the_pages_were_read(void **state)
{
    (void)state;
    size_t ended = 0, rounds = 0, of_use = 0;

    for (uint64_t seed = 1; seed <= 3000; seed++, rounds++)
        ended += read_ahead(seed, &of_use) == PAGE_END;
    print_message("%zu of %zu lists were read to the end, %zu pages before their turn\n", ended,
                  rounds, of_use);
    assert_true(ended > rounds * 8 / 10);
    assert_true(of_use > rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pages_after_the_first_are_foretold_to_the_end_of_the_list),
        cmocka_unit_test(the_last_page_asks_for_no_more_than_is_wanted),
        cmocka_unit_test(parts_of_a_list_of_ids_are_foretold_from_the_first_on),
        cmocka_unit_test(nothing_is_foretold_that_cannot_be_told),
        cmocka_unit_test(a_list_that_has_just_moved_is_not_foretold),
        cmocka_unit_test(nothing_is_foretold_that_would_pass_the_most_of_memory),
        cmocka_unit_test(of_a_still_list_all_is_foretold_and_nothing_else),
        cmocka_unit_test(nothing_that_stays_is_lost_or_twice_whenever_the_pages_were_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
