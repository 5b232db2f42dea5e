#include <stdlib.h>
#include <string.h>

#include "page_gather.h"
#include "page_private.h"
#include "page_settle.h"

#define MAX_STEPS_BACK 32
#define MAX_NOTHING_NEW 3

void page_over(struct pages *pages)
{
    struct page *list = pages->list;
    size_t cap = pages->cap;

    for (size_t i = 0; i < pages->n; i++) {
        buf_done(&pages->list[i].body);
        scan_answer_done(&pages->list[i].outline);
    }
    page_set_done(&pages->seen);
    page_seen_done(&pages->seen_ids);
    buf_done(&pages->text);
    free(pages->failures);
    free(pages->found);
    free(pages->after);
    free(pages->next_after);
    json_object_put(pages->errors);
    memset(pages, 0, sizeof(*pages));
    pages->list = list;
    pages->cap = cap;
}

void page_done(struct pages *pages)
{
    page_over(pages);
    free(pages->list);
    pages->list = NULL;
    pages->cap = 0;
}

/* ------------------------------------------------------------------ taking in */

static int64_t memory_of(const struct page *page)
{
    return (int64_t)(page->body.cap + page->outline.cap_items * sizeof(struct scan_item));
}

bool page_errors(struct pages *pages, struct json_object **errors)
{
    if (*errors == NULL)
        return true;
    if (pages->errors == NULL) {
        pages->errors = *errors;
        *errors = NULL;
        return true;
    }
    size_t n = json_object_array_length(*errors);
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = json_object_get(json_object_array_get_idx(*errors, i));
        if (json_object_array_add(pages->errors, one) != 0) {
            json_object_put(one);
            return false;
        }
    }
    json_object_put(*errors);
    *errors = NULL;
    return true;
}

/* What the first item of a page says. */
enum beginning { BEGINS_NEW, BEGINS_KNOWN, BEGINS_PAST_GAP, BEGINS_NO_MEMORY };

/* Another item than the last one known stands first: the list has moved up, and what stands between
 * is not read yet. */
static enum beginning beginning_of(struct pages *pages)
{
    const struct page *page = &pages->list[pages->n - 1];

    if (pages->page_limit < 2 || pages->offset <= pages->start)
        return BEGINS_NEW;
    if (page->got == 0)
        return BEGINS_PAST_GAP;
    if (page->outline.items[0].id.len == 0)
        return BEGINS_NEW;
    int known = page_gathered(pages, &page->outline.items[0]);
    return known < 0 ? BEGINS_NO_MEMORY : known > 0 ? BEGINS_KNOWN : BEGINS_PAST_GAP;
}

/* What comes after a gap is read again when the gap is closed: to count it as known would hide the
 * next gap. */
static void drop_last(struct pages *pages)
{
    struct page *page = &pages->list[--pages->n];

    buf_done(&page->body);
    scan_answer_done(&page->outline);
}

static bool read_pagination(struct pages *pages)
{
    const struct page *page = &pages->list[pages->n - 1];
    struct json_object *meta = json_parse_span(page->body.ptr, page->outline.meta);
    const char *after = json_string_at(meta, "/pagination/after");
    bool fine = true;

    pages->total = json_int_at(meta, "/pagination/total", -1);
    if (pages->first_total < 0)
        pages->first_total = pages->total;
    free(pages->next_after);
    pages->next_after = NULL;
    if (after != NULL && after[0] != '\0') {
        pages->next_after = strdup(after);
        fine = pages->next_after != NULL;
    }
    json_object_put(meta);
    return fine;
}

/* A page of a list that is read to its end. *ret_new = items that were not there before; SIZE_MAX
 * where the page was dropped. */
static bool take_listed(struct pages *pages, size_t *ret_new)
{
    if (!read_pagination(pages))
        return false;
    enum beginning beginning = beginning_of(pages);
    if (beginning == BEGINS_NO_MEMORY)
        return false;
    pages->gap = beginning == BEGINS_PAST_GAP;
    pages->moved = pages->moved || pages->gap;
    if (pages->gap && pages->steps_back < MAX_STEPS_BACK) {
        drop_last(pages);
        *ret_new = SIZE_MAX;
        return true;
    }
    if (!page_gather(pages, beginning == BEGINS_KNOWN, ret_new))
        return false;
    const struct page *page = &pages->list[pages->n - 1];
    pages->got = (int64_t)page->got;
    pages->bytes = (int64_t)pages->text.len + memory_of(page);
    return true;
}

/* An answer, or one of several to parts of what was asked. */
static bool take_part(struct pages *pages)
{
    if (pages->ids != NULL && pages->action->restore_order && page_is_long(pages) &&
        !page_settle(pages))
        return false;
    if (pages->n_settled == pages->n)
        pages->bytes = (int64_t)pages->text.len;
    pages->bytes += memory_of(&pages->list[pages->n - 1]);
    return true;
}

bool page_take(struct pages *pages, struct buf *body, struct scan_answer *outline)
{
    if (pages->n == pages->cap) {
        size_t cap = pages->cap == 0 ? 1 : pages->cap * 2;
        struct page *list = realloc(pages->list, cap * sizeof(*list));
        if (list == NULL)
            return false;
        pages->list = list;
        pages->cap = cap;
    }
    struct page *page = &pages->list[pages->n++];
    size_t max = body->max;
    page->body = *body;
    page->outline = *outline;
    page->got = outline->n_items;
    page->lacks = false;
    buf_init(body, max);
    memset(outline, 0, sizeof(*outline));
    pages->got = (int64_t)page->got;
    pages->gap = false;
    size_t news = page->got;
    if (pages->all ? !take_listed(pages, &news) : !take_part(pages))
        return false;
    if (news == SIZE_MAX)
        return true;
    pages->items += (int64_t)news;
    pages->nothing_new = news > 0 ? 0 : pages->nothing_new + 1;
    return true;
}

bool page_failed(struct pages *pages, int code, enum outcome outcome, const char *message)
{
    if (pages->ids == NULL)
        return true;
    struct page_failure *list = realloc(pages->failures, (pages->n_failures + 1) * sizeof(*list));
    if (list == NULL)
        return false;
    pages->failures = list;
    struct page_failure *failure = &list[pages->n_failures++];
    *failure = (struct page_failure){pages->ids_from, pages->ids_to, code, outcome, ""};
    strncpy(failure->message, message, sizeof(failure->message) - 1);
    return true;
}

/* ------------------------------------------------------------------ what comes next */

bool page_next_chunk(struct pages *pages)
{
    if (pages->ids == NULL || pages->ids_to >= json_object_array_length(pages->ids))
        return false;
    pages->ids_from = pages->ids_to;
    pages->ids_to = page_chunk_end(pages, pages->ids_from);
    return true;
}

/* As many as are wanted still, and the one that overlaps. */
static void set_limit(struct pages *pages, int64_t overlap)
{
    pages->limit = pages->page_limit;
    if (pages->max_items >= 0 && pages->max_items - pages->items < pages->limit - overlap)
        pages->limit = pages->max_items - pages->items + overlap;
}

static enum page_more end_of_list(struct pages *pages)
{
    pages->complete = !pages->unstable;
    return pages->unstable ? PAGE_UNSTABLE : PAGE_END;
}

static enum page_more next_after(struct pages *pages)
{
    if (pages->next_after == NULL ||
        (pages->after != NULL && strcmp(pages->after, pages->next_after) == 0))
        return end_of_list(pages);
    free(pages->after);
    pages->after = pages->next_after;
    pages->next_after = NULL;
    set_limit(pages, 0);
    return PAGE_MORE;
}

static bool step_back(struct pages *pages)
{
    bool back = pages->gap && pages->steps_back < MAX_STEPS_BACK;

    pages->unstable = pages->unstable || (pages->gap && !back);
    if (!back) {
        pages->back = 0;
        return false;
    }
    pages->steps_back++;
    pages->back = pages->back > 0 ? pages->back * 2 : pages->page_limit / 2;
    pages->offset =
        pages->offset - pages->start > pages->back ? pages->offset - pages->back : pages->start;
    pages->limit = pages->page_limit;
    return true;
}

static enum page_more next_offset(struct pages *pages)
{
    int64_t overlap = pages->page_limit < 2 ? 0 : 1, got = pages->got;

    if (step_back(pages))
        return PAGE_MORE;
    if (got == 0 || got > INT64_MAX - pages->offset)
        return end_of_list(pages);
    int64_t end = pages->offset + got;
    if (pages->total >= 0 ? end >= pages->total : got < pages->limit)
        return end_of_list(pages);
    if (pages->offset > pages->start && got <= overlap)
        return end_of_list(pages); /* nothing but the item that overlaps, whatever the total says */
    pages->offset = end - overlap;
    set_limit(pages, overlap);
    return PAGE_MORE;
}

/* Pages that show nothing new, though nothing was put in before them, are the same ones again. */
static bool goes_in_circles(const struct pages *pages)
{
    int64_t grown = pages->total - pages->first_total;
    int64_t allowed = MAX_NOTHING_NEW + pages->steps_back;

    if (grown > 0)
        allowed += grown / (pages->page_limit > 1 ? pages->page_limit - 1 : 1);
    return pages->nothing_new > allowed;
}

static enum page_more next_page(struct pages *pages)
{
    if (!pages->gap && pages->offset >= 0 && pages->got <= INT64_MAX - pages->offset &&
        pages->offset + pages->got > pages->end)
        pages->end = pages->offset + pages->got;
    if (goes_in_circles(pages))
        return PAGE_UNSTABLE;
    bool enough = pages->max_items >= 0 && pages->items >= pages->max_items;
    if (enough && (pages->action->paging == PAGING_AFTER ? pages->next_after != NULL
                                                         : pages->end < pages->total)) {
        return PAGE_END;
    }
    if (enough)
        return end_of_list(pages);
    return pages->action->paging == PAGING_AFTER ? next_after(pages) : next_offset(pages);
}

enum page_more page_next(struct pages *pages)
{
    enum page_more more = PAGE_END;

    if (pages->ids != NULL)
        more = page_next_chunk(pages) ? PAGE_MORE : PAGE_END;
    else if (pages->all && pages->n > 0)
        more = next_page(pages);
    return more == PAGE_MORE && pages->bytes > pages->max_bytes ? PAGE_TOO_BIG : more;
}

/* ------------------------------------------------------------------ progress */

bool page_is_long(const struct pages *pages)
{
    return pages->all ||
           (pages->ids != NULL &&
            (pages->ids_from > 0 || pages->ids_to < json_object_array_length(pages->ids)));
}

void page_progress(const struct pages *pages, uint64_t *ret_done, uint64_t *ret_total)
{
    if (pages->ids != NULL) {
        *ret_done = pages->ids_from;
        *ret_total = json_object_array_length(pages->ids);
        return;
    }
    int64_t total = pages->total >= 0 ? pages->total - pages->start : 0;
    if (pages->max_items >= 0 && (total <= 0 || total > pages->max_items))
        total = pages->max_items;
    if (total < pages->items)
        total = total > 0 ? pages->items : 0;
    *ret_done = (uint64_t)pages->items;
    *ret_total = (uint64_t)total;
}
