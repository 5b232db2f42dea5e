/* Plans and answers for the tests of page.c. Failures fail the running test. */
#ifndef UNIT_PAGE_WORLD_H
#define UNIT_PAGE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "page.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct schema in_query = {.in = SCHEMA_IN_QUERY};
static const struct schema whole_query = {.in = SCHEMA_IN_WHOLE_QUERY};
static const struct schema_property members[] = {
    {"limit", &in_query}, {"offset", &in_query}, {"parameters", &whole_query}};
static const struct schema input_schema = {
    .types = SCHEMA_OBJECT, .properties = members, .n_properties = COUNT(members)};
static const struct action by_offset = {
    .name = "list", .paging = PAGING_OFFSET, .page_max = 100, .input = &input_schema};
static const struct action by_after = {
    .name = "list", .paging = PAGING_AFTER, .page_max = 100, .input = &input_schema};
static const struct action without = {.name = "one", .input = &input_schema};
static const struct action by_chunks = {.name = "get",
                                        .chunk_input = "ids",
                                        .chunk_max = 2,
                                        .restore_order = true,
                                        .input = &input_schema};
static const struct action chunks_as_they_come = {
    .name = "delete", .chunk_input = "ids", .chunk_max = 2, .input = &input_schema};

static const struct service usual_service = {.url_id_bytes = 6000};

/* A plan with its input. */
struct plan {
    struct json_object *input;
    struct pages pages;
};

static inline void plan_it(struct plan *plan, const struct action *action, const char *input)
{
    memset(plan, 0, sizeof(*plan));
    plan->input = json_tokener_parse(input);
    assert_non_null(plan->input);
    assert_true(page_plan(&plan->pages, action, &usual_service, 1 << 24, plan->input));
}

static inline void expect_next(struct plan *plan, enum page_more expected)
{
    enum page_more more = page_next(&plan->pages);

    if (more != expected)
        fail_msg("page_next answers %d, not %d", more, expected);
}

static inline void done(struct plan *plan)
{
    page_done(&plan->pages);
    json_object_put(plan->input);
}

static inline void take(struct plan *plan, const char *answer)
{
    struct buf body;
    struct scan_answer outline = {0};

    buf_init(&body, 1 << 20);
    buf_adds(&body, answer);
    if (scan_answer(body.ptr, body.len, 64, &outline, NULL) != SCAN_OK)
        fail_msg("%s", answer);
    assert_true(page_take(&plan->pages, &body, &outline));
    assert_int_equal(body.len, 0);
    assert_null(outline.items);
    buf_done(&body);
}

/* n resources "id<from>" ..., with this pagination. */
static inline void take_items(struct plan *plan, int from, int n, const char *pagination)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_addf(&text, "{\"meta\":{\"pagination\":%s},\"resources\":[", pagination);
    for (int i = 0; i < n; i++)
        buf_addf(&text, "%s\"id%d\"", i > 0 ? "," : "", from + i);
    buf_adds(&text, "]}");
    take(plan, text.ptr);
    buf_done(&text);
}

/* The items of a list of several pages, which stand with one comma and nothing else between: as an
 * answer, with its outline. */
static inline void outline_listed(const struct buf *listed, struct buf *text,
                                  struct scan_answer *outline)
{
    size_t bytes = 0;

    buf_init(text, 1 << 24);
    buf_adds(text, "{\"resources\":[");
    buf_add(text, listed->ptr + PAGE_TEXT_AT, listed->len - PAGE_TEXT_AT);
    buf_adds(text, "]}");
    assert_int_equal(scan_answer(text->ptr, text->len, 64, outline, NULL), SCAN_OK);
    for (size_t i = 0; i < outline->n_items; i++)
        bytes += outline->items[i].value.len + (i > 0);
    assert_int_equal(bytes, listed->len - PAGE_TEXT_AT);
}

static inline void add_listed(struct buf *joined, const struct buf *listed)
{
    struct scan_answer outline = {0};
    struct buf text;

    outline_listed(listed, &text, &outline);
    for (size_t i = 0; i < outline.n_items; i++) {
        buf_adds(joined, i > 0 ? " " : "");
        buf_add(joined, text.ptr + outline.items[i].value.at, outline.items[i].value.len);
    }
    scan_answer_done(&outline);
    buf_done(&text);
}

/* The resources in the order of the result, joined; and what is done and what failed, as JSON, ""
 * where nothing is told apart. */
static inline void expect_sum(struct plan *plan, const char *joined, const char *done_ids,
                              const char *failed)
{
    struct page_sum sum;
    struct buf text;

    assert_true(page_sum(&plan->pages, &sum));
    buf_init(&text, 1 << 20);
    if (sum.n_refs == SIZE_MAX)
        buf_adds(&text, "as it stands");
    for (size_t i = 0; sum.n_refs != SIZE_MAX && i < sum.n_refs; i++) {
        if (i > 0)
            buf_addc(&text, ' ');
        buf_add(&text, sum.refs[i].text, sum.refs[i].len);
    }
    if (sum.text != NULL)
        add_listed(&text, sum.text);
    assert_string_equal(text.ptr, joined);
    if (done_ids != NULL) {
        assert_string_equal(sum.done != NULL ? json_text(sum.done, NULL) : "", done_ids);
        assert_string_equal(sum.failed != NULL ? json_text(sum.failed, NULL) : "", failed);
    }
    buf_done(&text);
    page_sum_done(&sum);
}

static inline void expect_order(struct plan *plan, const char *joined)
{
    expect_sum(plan, joined, NULL, NULL);
}

#endif
