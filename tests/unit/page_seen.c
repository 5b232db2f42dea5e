/* Which ids were seen: told by order alone, or by a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "page_seen.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LONGEST 70

/* Ids in an array, and where they stand. */
struct ids {
    char text[4 * (LONGEST + 3) + 64];
    struct scan_answer outline;
};

static struct seen_text text_of(const struct ids *ids)
{
    return (struct seen_text){ids->text, strlen(ids->text)};
}

static void read_ids(struct ids *ids, const char *const *list, size_t n)
{
    memset(ids, 0, sizeof(*ids));
    strcpy(ids->text, "{\"resources\":[");
    for (size_t i = 0; i < n; i++) {
        strcat(ids->text, i > 0 ? ",\"" : "\"");
        strcat(ids->text, list[i]);
        strcat(ids->text, "\"");
    }
    strcat(ids->text, "]}");
    assert_int_equal(scan_answer(ids->text, strlen(ids->text), 8, &ids->outline, NULL), SCAN_OK);
    assert_int_equal(ids->outline.n_items, n);
}

static enum seen_answer add(struct page_seen *seen, const struct ids *ids, size_t i)
{
    const struct scan_item *item = &ids->outline.items[i];

    return page_seen_add(seen, text_of(ids), (struct seen_id){item->id, item->id_escaped});
}

static size_t add_run(struct page_seen *seen, const struct ids *ids, size_t from)
{
    return page_seen_add_run(seen, text_of(ids), ids->text, 0, ids->outline.items + from,
                             ids->outline.n_items - from);
}

/* Two ids of this length that are the same up to a byte; what follows it says the contrary. */
static void differ(char *less, char *more, size_t len, size_t at)
{
    for (size_t i = 0; i < len; i++)
        less[i] = more[i] = (char)('b' + i % 7);
    less[at] = at % 2 == 0 ? 'a' : '~';
    more[at] = at % 2 == 0 ? 'z' : (char)0xc3; /* as bytes without a sign */
    for (size_t i = at + 1; i < len; i++) {
        less[i] = 'y';
        more[i] = '0';
    }
    if (at % 2 != 0 && at + 1 < len)
        more[at + 1] = (char)0xa9;
    less[len] = more[len] = '\0';
}

/* first, second: in this order; then the one before, the same, and one after. */
static void order_tells_them_apart_at_every_byte_of_every_length(void **state)
{
    (void)state;
    for (size_t len = 2; len <= LONGEST; len++)
        for (size_t at = 0; at < len; at++) {
            char less[LONGEST + 1], more[LONGEST + 1];
            bool whole = at % 2 == 0 || at + 1 < len; /* no half of a character */
            differ(less, more, len, at);
            for (int falling = 0; falling < 2 && whole; falling++) {
                const char *list[] = {falling ? "~~~" : " ", falling ? more : less,
                                      falling ? less : more, falling ? less : more};
                struct page_seen seen = {0};
                struct ids ids;
                if (falling && at == 0)
                    list[0] = "\xf0\x9f\x98\x80";
                if (falling && at % 2 != 0)
                    list[0] = "\xf0\x9f\x98\x80";
                read_ids(&ids, list, 4);
                assert_int_equal(add(&seen, &ids, 0), SEEN_NEW);
                assert_int_equal(add(&seen, &ids, 1), SEEN_NEW);
                assert_int_equal(seen.how, falling ? SEEN_FALLING : SEEN_RISING);
                if (add_run(&seen, &ids, 2) != 1)
                    fail_msg("length %zu, byte %zu, falling %d", len, at, falling);
                assert_int_equal(add_run(&seen, &ids, 3), 0); /* the same */
                assert_int_equal(add_run(&seen, &ids, 1), 0); /* the one before */
                assert_int_equal(add(&seen, &ids, 3), SEEN_KNOWN);
                assert_int_equal(add(&seen, &ids, 1), SEEN_REBUILD);
                scan_answer_done(&ids.outline);
                page_seen_done(&seen);
            }
        }
}

static void a_run_ends_where_it_cannot_be_sure(void **state)
{
    (void)state;
    static const struct {
        const char *list[6];
        size_t run;
    } rows[] = {
        {{"a", "b", "c", "d"}, 2},      {{"a", "b", "c", "ca", "cb", "d"}, 4},
        {{"b", "a", "Z", "Y"}, 2},      {{"a", "b", "c", "c", "d"}, 1},
        {{"a", "b", "c", "a", "d"}, 1}, {{"a", "b", "c", "\\u0064", "e"}, 1},
        {{"a", "b", "c", "", "e"}, 1},  {{"a", "b", "bb", "bba", "bb"}, 2},
        {{"a", "b", "a"}, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct page_seen seen = {0};
        struct ids ids;
        size_t n = 0;
        while (n < COUNT(rows[i].list) && rows[i].list[n] != NULL)
            n++;
        read_ids(&ids, rows[i].list, n);
        assert_int_equal(add(&seen, &ids, 0), SEEN_NEW);
        assert_int_equal(add(&seen, &ids, 1), SEEN_NEW);
        if (add_run(&seen, &ids, 2) != rows[i].run)
            fail_msg("row %zu", i);
        scan_answer_done(&ids.outline);
        page_seen_done(&seen);
    }
}

static void a_table_knows_what_was_added_however_it_is_written(void **state)
{
    (void)state;
    static const char *const list[] = {"b", "a", "\\u0063", "d\\\\"};
    static const struct {
        const char *id;
        enum seen_answer answer;
    } rows[] = {{"a", SEEN_KNOWN},     {"\\u0061", SEEN_KNOWN},
                {"c", SEEN_KNOWN},     {"\\u0063", SEEN_KNOWN},
                {"d\\\\", SEEN_KNOWN}, {"d\\u005c", SEEN_KNOWN},
                {"d", SEEN_NEW},       {"d\\/", SEEN_NEW},
                {"ab", SEEN_NEW},      {"\\u0062\\u0062", SEEN_NEW}};
    struct page_seen seen = {0};
    struct ids ids, other;

    read_ids(&ids, list, COUNT(list));
    assert_true(page_seen_build(&seen, text_of(&ids), ids.outline.items, COUNT(list)));
    assert_int_equal(seen.n, COUNT(list));
    for (size_t i = 0; i < COUNT(rows); i++) {
        read_ids(&other, &rows[i].id, 1);
        struct seen_id id = {other.outline.items[0].id, other.outline.items[0].id_escaped};
        if (page_seen_has(&seen, text_of(&ids), text_of(&other), id) != rows[i].answer)
            fail_msg("%s", rows[i].id);
        scan_answer_done(&other.outline);
    }
    for (size_t i = 0; i < COUNT(list); i++)
        assert_int_equal(add(&seen, &ids, i), SEEN_KNOWN);
    scan_answer_done(&ids.outline);
    page_seen_done(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_tells_them_apart_at_every_byte_of_every_length),
        cmocka_unit_test(a_run_ends_where_it_cannot_be_sure),
        cmocka_unit_test(a_table_knows_what_was_added_however_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
