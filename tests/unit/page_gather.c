/* The items of a list of several pages: each once, in whatever order their ids come, behind each other
 * where the result will be. */
#include "page_world.h"

#define MOST 6000

/* Pages by token, so that their windows are as the rows say; the last one ends the list. */
static void read_pages(struct plan *plan, const char *const *pages, size_t n)
{
    plan_it(plan, &by_after, "{\"all\":true}");
    for (size_t i = 0; i < n && pages[i] != NULL; i++) {
        struct buf text;
        bool last = i + 1 == n || pages[i + 1] == NULL;
        buf_init(&text, 1 << 20);
        buf_addf(&text, "{\"meta\":{\"pagination\":{");
        if (!last)
            buf_addf(&text, "\"after\":\"t%zu\"", i);
        buf_addf(&text, "}},\"resources\":[%s]}", pages[i]);
        take(plan, text.ptr);
        expect_next(plan, last ? PAGE_END : PAGE_MORE);
        buf_done(&text);
    }
}

static void an_item_counts_once_whatever_its_pages_look_like(void **state)
{
    (void)state;
    static const struct {
        const char *pages[4], *joined;
    } rows[] = {
        {{"\"a\",\"b\"", "\"b\",\"c\""}, "\"a\" \"b\" \"c\""},
        {{"\"c\",\"b\"", "\"b\",\"a\""}, "\"c\" \"b\" \"a\""},
        {{"\"a\",\"c\"", "\"b\",\"a\"", "\"c\",\"d\""}, "\"a\" \"c\" \"b\" \"d\""},
        {{"\"b\",\"a\",\"c\"", "\"c\",\"a\",\"d\",\"b\""}, "\"b\" \"a\" \"c\" \"d\""},
        {{"\"a\"", "\"a\"", "\"b\",\"a\""}, "\"a\" \"b\""},
        {{"", "\"a\"", "", "\"a\",\"b\""}, "\"a\" \"b\""},
        {{"\"a\",\"b\",\"c\",\"d\"", "\"a\",\"b\",\"e\",\"c\",\"f\""},
         "\"a\" \"b\" \"c\" \"d\" \"e\" \"f\""},
        /* an id that is part of another */
        {{"\"ab\",\"abc\"", "\"a\",\"abcd\",\"ab\""}, "\"ab\" \"abc\" \"a\" \"abcd\""},
        {{"\"abcdefgh\",\"abcdefghi\"", "\"abcdefghi\",\"abcdefghij\""},
         "\"abcdefgh\" \"abcdefghi\" \"abcdefghij\""},
        /* white space, which does not come along */
        {{" \"a\" ,\n\"b\" ", "\"b\" , \"c\"\t", " \"d\",\"e\" , \"c\" , \"f\" "},
         "\"a\" \"b\" \"c\" \"d\" \"e\" \"f\""},
        {{"\"b\" ,\"a\"", " \"c\" , \"b\" ,\"d\""}, "\"b\" \"a\" \"c\" \"d\""},
        /* the same id, written in another way */
        {{"\"a\",\"b\"", "\"\\u0062\",\"c\""}, "\"a\" \"b\" \"c\""},
        {{"\"\\u0061\",\"b\"", "\"a\",\"\\u0062\",\"c\""}, "\"\\u0061\" \"b\" \"c\""},
        {{"\"b\",\"a\"", "\"\\u0061\",\"c\""}, "\"b\" \"a\" \"c\""},
        /* text that is the same as it is written, and another as it is meant */
        {{"\"a\\\\b\"", "\"a\\b\",\"a\\\\b\""}, "\"a\\\\b\" \"a\\b\""},
        {{"\"a\\\"b\",\"a\"", "\"a\\\"b\",\"c\""}, "\"a\\\"b\" \"a\" \"c\""},
        /* objects by their id, and what has none */
        {{"{\"n\":1,\"id\":\"a\"},{\"id\":\"b\",\"n\":[{}]}", "{\"id\":\"b\"},{\"id\":\"c\"}"},
         "{\"n\":1,\"id\":\"a\"} {\"id\":\"b\",\"n\":[{}]} {\"id\":\"c\"}"},
        {{"1,{},\"\"", "1,{\"id\":7},null", "\"\""}, "1 {} \"\" 1 {\"id\":7} null \"\""},
        {{"1,\"a\"", "\"a\",1", "\"b\",2,\"a\",[\"a\"]"}, "1 \"a\" 1 \"b\" 2 [\"a\"]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        read_pages(&plan, rows[i].pages, COUNT(rows[i].pages));
        expect_order(&plan, rows[i].joined);
        done(&plan);
    }
}

/* ------------------------------------------------------------------ many */

/* How the numbers of the ids follow each other. */
enum walk { UP, DOWN, MIXED, UP_THEN_MIXED };

static int number_at(enum walk walk, int i)
{
    if (walk == UP || (walk == UP_THEN_MIXED && i < MOST / 2))
        return 10000 + i;
    if (walk == DOWN)
        return 90000 - i;
    return 20000 + (int)((unsigned)i * 7919u % 60000u);
}

/* Every page begins with the last item of the one before, and every third shows some from long ago. */
static void add_page(struct buf *text, enum walk walk, int from, int n, int *shown)
{
    buf_init(text, 1 << 20);
    buf_adds(text, "{\"meta\":{\"pagination\":{\"after\":\"t");
    buf_addf(text, "%d\"}},\"resources\":[", from);
    *shown = 0;
    for (int i = from > 0 ? from - 1 : 0; i < from + n; i++, ++*shown) {
        buf_addf(text, "%s\"case-%06d-of-many\"", *shown > 0 ? "," : "", number_at(walk, i));
        if (from > 0 && from / n % 3 == 0 && i % 10 == 0 && ++*shown > 0)
            buf_addf(text, ",\"case-%06d-of-many\"", number_at(walk, i / 2));
    }
    buf_adds(text, "]}");
}

static void thousands_of_ids_count_once_in_any_order(void **state)
{
    (void)state;
    for (enum walk walk = UP; walk <= UP_THEN_MIXED; walk++) {
        struct plan plan;
        struct buf expected;
        int each = 75, shown;

        plan_it(&plan, &by_after, "{\"all\":true}");
        buf_init(&expected, 1 << 20);
        for (int from = 0; from < MOST; from += each) {
            struct buf text;
            add_page(&text, walk, from, each, &shown);
            take(&plan, text.ptr);
            expect_next(&plan, PAGE_MORE);
            buf_done(&text);
        }
        for (int i = 0; i < MOST; i++)
            buf_addf(&expected, "%s\"case-%06d-of-many\"", i > 0 ? " " : "", number_at(walk, i));
        assert_int_equal(plan.pages.items, MOST);
        expect_order(&plan, expected.ptr);
        buf_done(&expected);
        done(&plan);
    }
}

/* ------------------------------------------------------------------ windows and memory */

static void a_page_that_begins_with_what_is_known_leaves_no_gap_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        bool gap;
    } rows[] = {
        {"\"a\",\"b\",\"c\"", "\"c\",\"d\",\"e\"", false},
        {"\"c\",\"b\",\"a\"", "\"a\",\"d\",\"e\"", false},
        {"\"a\",\"c\",\"b\"", "\"b\",\"d\",\"e\"", false},
        {"\"a\",\"b\",\"c\"", "\"a\",\"d\",\"e\"", false}, /* moved down */
        {"\"a\",\"b\",\"c\"", "\"\\u0063\",\"d\",\"e\"", false},
        {"\"a\",\"b\",\"c\"", "\"d\",\"e\",\"f\"", true},
        {"\"x\",\"y\",\"z\"", "\"d\",\"e\",\"f\"", true},
        {"\"a\",\"c\",\"b\"", "\"d\",\"e\",\"f\"", true},
        {"\"a\",\"b\",\"c\"", "\"\\u0064\",\"d\",\"e\"", true},
        {"\"a\",\"b\",\"c\"", "", true},
        {"\"a\",\"b\",\"c\"", "7,\"d\",\"e\"", false}, /* cannot be said */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct plan plan;
        char text[200];
        plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":3}");
        snprintf(text, sizeof(text), "{\"meta\":{\"pagination\":{\"total\":9}},\"resources\":[%s]}",
                 rows[i].first);
        take(&plan, text);
        expect_next(&plan, PAGE_MORE);
        snprintf(text, sizeof(text), "{\"meta\":{\"pagination\":{\"total\":9}},\"resources\":[%s]}",
                 rows[i].second);
        take(&plan, text);
        if (plan.pages.gap != rows[i].gap)
            fail_msg("%s, then %s: gap %d", rows[i].first, rows[i].second, plan.pages.gap);
        done(&plan);
    }
}

static void what_is_more_than_was_asked_for_is_cut_off(void **state)
{
    (void)state;
    static const char *const orders[][2] = {{"\"a\",\"b\"", "\"b\",\"c\",\"d\",\"e\""},
                                            {"\"b\",\"a\"", "\"a\",\"c\",\"d\",\"e\""},
                                            {"\"a\",\"b\"", "\"a\",\"c\", \"b\",\"d\",\"e\""}};
    static const char *const joined[] = {"\"a\" \"b\" \"c\" \"d\"", "\"b\" \"a\" \"c\" \"d\"",
                                         "\"a\" \"b\" \"c\" \"d\""};

    for (size_t i = 0; i < COUNT(orders); i++) {
        struct plan plan;
        char text[200];
        plan_it(&plan, &by_offset, "{\"max_items\":4,\"limit\":2}");
        for (int k = 0; k < 2; k++) {
            snprintf(text, sizeof(text),
                     "{\"meta\":{\"pagination\":{\"total\":90}},\"resources\":[%s]}", orders[i][k]);
            take(&plan, text);
            expect_next(&plan, k == 0 ? PAGE_MORE : PAGE_END);
        }
        assert_int_equal(plan.pages.items, 4);
        assert_false(plan.pages.complete);
        expect_order(&plan, joined[i]);
        done(&plan);
    }
}

static void of_the_pages_before_the_last_no_memory_is_held(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_offset, "{\"all\":true,\"limit\":50}");
    for (int i = 0; i < 8; i++) {
        take_items(&plan, i * 49, 50, "{\"total\":1000000}");
        expect_next(&plan, PAGE_MORE);
    }
    assert_int_equal(plan.pages.n, 8);
    for (size_t i = 0; i < plan.pages.n; i++) {
        assert_null(plan.pages.list[i].outline.items);
        assert_true((plan.pages.list[i].body.cap > 0) == (i == 7));
    }
    assert_true(plan.pages.bytes >= 393 * (int64_t)sizeof("\"id000\""));
    assert_true(plan.pages.bytes < 393 * 10 + 2048);
    done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_counts_once_whatever_its_pages_look_like),
        cmocka_unit_test(thousands_of_ids_count_once_in_any_order),
        cmocka_unit_test(a_page_that_begins_with_what_is_known_leaves_no_gap_in_any_order),
        cmocka_unit_test(what_is_more_than_was_asked_for_is_cut_off),
        cmocka_unit_test(of_the_pages_before_the_last_no_memory_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
