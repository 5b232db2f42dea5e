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
    page_plan(&plan->pages, action, plan->input);
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

/* The resources in the order of the result, joined. */
static inline void expect_order(struct plan *plan, bool asked_all, const char *joined)
{
    struct page_ref *refs = NULL;
    size_t n = 0;
    struct buf text;

    assert_true(page_order(&plan->pages, asked_all, &refs, &n));
    buf_init(&text, 1 << 20);
    if (n == SIZE_MAX)
        buf_adds(&text, "as it stands");
    for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
        if (i > 0)
            buf_addc(&text, ' ');
        buf_add(&text, refs[i].text, refs[i].len);
    }
    assert_string_equal(text.ptr, joined);
    buf_done(&text);
    free(refs);
}

#endif
