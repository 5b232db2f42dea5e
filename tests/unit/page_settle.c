/* Answers to parts, put in the asked order as they come: the same result as if all were looked at
 * together. */
#include "page_world.h"

#define ASKED 12 /* in parts of two */
#define MOST 64

/* What an item of an answer may be, beside one that was asked for in its part. */
enum oddity { NONE, OF_ANOTHER_PART, NEVER_ASKED, TWICE, ESCAPED, WITHOUT_ID, ODDITIES };

static uint64_t random_number(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* All that came, and what it is called. */
struct came {
    struct {
        char text[64];
        int id; /* -1 = none */
    } items[MOST];
    size_t n;
};

static void come(struct came *came, int id, bool escaped)
{
    char first[8] = "i";

    if (escaped)
        strcpy(first, "\\u0069");
    if (id < 0)
        snprintf(came->items[came->n].text, sizeof(came->items[0].text), "{\"n\":%zu}", came->n);
    else
        snprintf(came->items[came->n].text, sizeof(came->items[0].text),
                 "{\"n\":%zu,\"id\":\"%s%d\"}", came->n, first, id);
    came->items[came->n++].id = id;
}

static void come_oddly(struct came *came, enum oddity oddity, int from)
{
    if (oddity == OF_ANOTHER_PART)
        come(came, (from + 5) % ASKED, false);
    else if (oddity == NEVER_ASKED)
        come(came, ASKED + from, false);
    else if (oddity == TWICE && came->n > 0 && came->items[came->n - 1].id >= 0)
        come(came, came->items[came->n - 1].id, false);
    else if (oddity == ESCAPED)
        come(came, from + 1, true);
    else if (oddity == WITHOUT_ID)
        come(came, -1, false);
}

static void part_comes(struct came *came, int from, uint64_t *seed)
{
    bool backwards = random_number(seed) % 2 == 0;
    enum oddity oddity =
        random_number(seed) % 3 == 0 ? (enum oddity)(random_number(seed) % ODDITIES) : NONE;

    for (int k = 0; k < 2; k++)
        if (random_number(seed) % 6 != 0)
            come(came, from + (backwards ? 1 - k : k), false);
    come_oddly(came, oddity, from);
}

/* The items of a part as an answer, with white space between where there are many. */
static void take_part(struct plan *plan, const struct came *came, size_t first)
{
    struct buf text;

    buf_init(&text, 1 << 16);
    buf_adds(&text, "{\"meta\":{},\"resources\":[");
    for (size_t i = first; i < came->n; i++)
        buf_addf(&text, "%s%s", i == first ? "" : i % 2 == 0 ? "," : " , ", came->items[i].text);
    buf_adds(&text, "]}");
    take(plan, text.ptr);
    buf_done(&text);
}

static bool came_before(const struct came *came, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (came->items[i].id >= 0 && came->items[k].id == came->items[i].id)
            return true;
    return false;
}

/* The asked ones in their order, each as it came first; then what else came, in its own. */
static void expect_asked_order(struct plan *plan, const struct came *came)
{
    struct buf expected;
    size_t n = 0;

    buf_init(&expected, 1 << 16);
    for (int id = 0; id < ASKED; id++)
        for (size_t i = 0; i < came->n; i++)
            if (came->items[i].id == id && !came_before(came, i))
                buf_addf(&expected, "%s%s", n++ > 0 ? " " : "", came->items[i].text);
    for (size_t i = 0; i < came->n; i++)
        if ((came->items[i].id < 0 || came->items[i].id >= ASKED) && !came_before(came, i))
            buf_addf(&expected, "%s%s", n++ > 0 ? " " : "", came->items[i].text);
    expect_order(plan, expected.ptr);
    buf_done(&expected);
}

static void parts_come_out_in_the_asked_order_whatever_they_hold(void **state)
{
    (void)state;
    size_t settled = 0, unsettled = 0;

    for (uint64_t round = 1; round <= 3000; round++) {
        struct came came = {0};
        struct plan plan;
        uint64_t seed = round * 7919;
        plan_it(&plan, &by_chunks,
                "{\"ids\":[\"i0\",\"i1\",\"i2\",\"i3\",\"i4\",\"i5\",\"i6\",\"i7\",\"i8\",\"i9\","
                "\"i10\",\"i11\"]}");
        for (int from = 0; from < ASKED; from += 2) {
            size_t first = came.n;
            part_comes(&came, from, &seed);
            take_part(&plan, &came, first);
            expect_next(&plan, from + 2 < ASKED ? PAGE_MORE : PAGE_END);
        }
        settled += plan.pages.n_settled == plan.pages.n;
        unsettled += plan.pages.n_settled > 0 && plan.pages.n_settled < plan.pages.n;
        expect_asked_order(&plan, &came);
        done(&plan);
    }
    assert_true(settled > 100);
    assert_true(unsettled > 100);
}

static void what_did_not_come_is_told_apart(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
    take(&plan, "{\"resources\":[{\"id\":\"b\"},{\"id\":\"a\"}]}");
    expect_next(&plan, PAGE_MORE);
    assert_true(page_failed(&plan.pages, 400, OUTCOME_NOT_APPLIED, "no"));
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[]}");
    expect_next(&plan, PAGE_END);
    expect_sum(&plan, "{\"id\":\"a\"} {\"id\":\"b\"}", "[\"a\",\"b\"]",
               "[{\"code\":400,\"message\":\"no\",\"id\":\"c\",\"outcome\":\"not_applied\"},"
               "{\"code\":400,\"message\":\"no\",\"id\":\"d\",\"outcome\":\"not_applied\"},"
               "{\"code\":404,\"message\":\"no such resource in the answer\",\"id\":\"e\","
               "\"outcome\":\"not_applied\"}]");
    done(&plan);
}

static void of_answers_before_the_last_no_memory_is_held(void **state)
{
    (void)state;
    struct plan plan;

    plan_it(&plan, &by_chunks, "{\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}");
    take(&plan, "{\"resources\":[{\"id\":\"b\"},{\"id\":\"a\"}]}");
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[{\"id\":\"d\"}]}");
    expect_next(&plan, PAGE_MORE);
    take(&plan, "{\"resources\":[{\"id\":\"e\"},{\"id\":\"f\"}]}");
    assert_int_equal(plan.pages.n_settled, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_null(plan.pages.list[i].outline.items);
        assert_true((plan.pages.list[i].body.cap > 0) == (i == 2));
    }
    expect_order(&plan,
                 "{\"id\":\"a\"} {\"id\":\"b\"} {\"id\":\"d\"} {\"id\":\"e\"} {\"id\":\"f\"}");
    done(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_out_in_the_asked_order_whatever_they_hold),
        cmocka_unit_test(what_did_not_come_is_told_apart),
        cmocka_unit_test(of_answers_before_the_last_no_memory_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
