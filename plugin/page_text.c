#include "page_text.h"

#include <stdlib.h>
#include <string.h>

/* Memory for what is not there yet; it costs nothing before. An allocator keeps the more of what is
 * given back, so that the next call need not ask the system for it, the larger its blocks were. */
#define LEAST_AT_ONCE (4u << 20)
#define MOST_AT_ONCE (64u << 20)
#define TEXT_MAX (SIZE_MAX / 8)

static const char array_head[] = "{\"resources\":[";
static const char array_tail[] = "]}";

static size_t believed(const struct pages *pages, size_t expected)
{
    const struct scan_answer *first = &pages->list[0].outline;
    size_t most = pages->max_bytes < MOST_AT_ONCE ? (size_t)pages->max_bytes : MOST_AT_ONCE;

    if (first->n_items == 0)
        return 0;
    size_t each = first->resources.len / first->n_items + 1;
    size_t bytes = expected < most / each ? each * expected : most;
    bytes += bytes / 4; /* lists grow, and no resource is like the other */
    return bytes > LEAST_AT_ONCE ? bytes : most < LEAST_AT_ONCE ? most : LEAST_AT_ONCE;
}

bool page_text_begin(struct pages *pages, size_t expected)
{
    buf_init(&pages->text, TEXT_MAX);
    if (!buf_reserve(&pages->text, PAGE_TEXT_AT + believed(pages, expected) + PAGE_TEXT_TAIL)) {
        buf_clear(&pages->text); /* then as it comes */
        if (!buf_reserve(&pages->text, PAGE_TEXT_AT))
            return false;
    }
    pages->text.len = PAGE_TEXT_AT;
    return true;
}

bool page_text_reserve(struct pages *pages, size_t bytes)
{
    return buf_reserve(&pages->text, bytes + sizeof(array_tail));
}

/* It is an array, but for its brackets, which stand in it while it is looked at. */
bool page_text_scan(struct pages *pages, size_t end, struct scan_answer *ret)
{
    size_t shift = PAGE_TEXT_AT - (sizeof(array_head) - 1);
    char *from = pages->text.ptr + shift, *tail = pages->text.ptr + end;
    char kept[sizeof(array_tail) - 1];

    memcpy(kept, tail, sizeof(kept));
    memcpy(from, array_head, sizeof(array_head) - 1);
    memcpy(tail, array_tail, sizeof(kept));
    size_t len = (size_t)(tail - from) + sizeof(kept);
    bool fine = scan_answer(from, len, SCAN_MAX_DEPTH, ret, NULL) == SCAN_OK;
    memcpy(tail, kept, sizeof(kept));
    for (size_t i = 0; i < ret->n_items; i++) {
        ret->items[i].value.at += shift;
        ret->items[i].id.at += shift;
    }
    return fine;
}

void page_drop_items(struct page *page)
{
    free(page->outline.items);
    page->outline.items = NULL;
    page->outline.n_items = page->outline.cap_items = 0;
}
