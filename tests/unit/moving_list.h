/* A list that changes while it is read, and what is promised of it. Failures fail the running test. */
#ifndef UNIT_MOVING_LIST_H
#define UNIT_MOVING_LIST_H

#include "page_world.h"

#define MOST 4000

static inline uint64_t random_number(uint64_t *seed)
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

static inline void insert(struct list *list, size_t at)
{
    if (list->n == MOST || list->next == MOST)
        return;
    memmove(&list->items[at + 1], &list->items[at], (list->n - at) * sizeof(list->items[0]));
    list->items[at] = list->next++;
    list->n++;
}

static inline void drop(struct list *list, size_t at)
{
    list->here_all_along[list->items[at]] = false;
    memmove(&list->items[at], &list->items[at + 1], (list->n - at - 1) * sizeof(list->items[0]));
    list->n--;
}

/* What the service answers to this window, the list being as it is now. */
static inline void list_text(struct buf *text, const struct list *list, size_t from, size_t limit,
                             bool total, bool after)
{
    size_t to = from + limit < list->n ? from + limit : list->n;

    buf_init(text, 1 << 20);
    buf_adds(text, "{\"meta\":{\"pagination\":{");
    if (total)
        buf_addf(text, "\"total\":%zu", list->n);
    if (after && to < list->n)
        buf_addf(text, "%s\"after\":\"%zu\"", total ? "," : "", to);
    buf_adds(text, "}},\"resources\":[");
    for (size_t i = from; i < to; i++)
        buf_addf(text, "%s\"n%d\"", i > from ? "," : "", list->items[i]);
    buf_adds(text, "]}");
}

static inline void answer(struct plan *plan, const struct list *list, bool total, bool after)
{
    struct buf text;
    size_t from = after ? (plan->pages.after != NULL ? (size_t)atoi(plan->pages.after) : 0)
                        : (size_t)plan->pages.offset;

    list_text(&text, list, from, (size_t)plan->pages.limit, total, after);
    take(plan, text.ptr);
    buf_done(&text);
}

/* How the list changes between two requests. */
enum change { STILL, GROWS_ON_TOP, GROWS_ANYWHERE, SHRINKS, BOTH, CHANGES };

static inline void change_it(struct list *list, enum change change, uint64_t most, uint64_t *seed)
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
static inline void expect_whole(struct plan *plan, const struct list *list, enum page_more end,
                                uint64_t seed)
{
    static bool seen[MOST];
    struct page_sum sum;

    memset(seen, 0, sizeof(seen));
    assert_true(page_sum(&plan->pages, &sum));
    struct scan_answer listed = {0};
    struct buf text;
    buf_init(&text, 0);
    if (sum.text != NULL)
        outline_listed(sum.text, &text, &listed);
    else if (plan->pages.n > 0)
        assert_int_equal(plan->pages.n, 1);
    const struct scan_answer *outline =
        sum.text != NULL || plan->pages.n == 0 ? &listed : &plan->pages.list[0].outline;
    const char *at = sum.text != NULL ? text.ptr : plan->pages.list[0].body.ptr;
    for (size_t i = 0; i < outline->n_items; i++) {
        int number = atoi(at + outline->items[i].id.at + 1);
        if (seen[number])
            fail_msg("seed %llu: n%d twice", (unsigned long long)seed, number);
        seen[number] = true;
    }
    assert_int_equal(plan->pages.items, outline->n_items);
    assert_true(sum.text != NULL || sum.n_refs == SIZE_MAX || sum.n_refs == outline->n_items);
    scan_answer_done(&listed);
    buf_done(&text);
    assert_int_equal(plan->pages.complete, end == PAGE_END);
    for (int i = 0; i < list->next && end == PAGE_END; i++)
        if (list->here_all_along[i] && !seen[i])
            fail_msg("seed %llu: n%d lost", (unsigned long long)seed, i);
    page_sum_done(&sum);
}

#endif
