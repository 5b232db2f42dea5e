#include "page_ahead.h"

#include "page_private.h"

struct page_window page_at_hand(const struct pages *pages)
{
    return (struct page_window){.limit = pages->limit,
                                .offset = pages->offset,
                                .ids_from = pages->ids_from,
                                .ids_to = pages->ids_to,
                                .items = pages->items,
                                .bytes = pages->bytes};
}

static bool next_chunk(const struct pages *pages, const struct page_window *last,
                       struct page_window *ret)
{
    if (last->ids_to >= json_object_array_length(pages->ids))
        return false;
    ret->ids_from = last->ids_to;
    ret->ids_to = page_chunk_end(pages, ret->ids_from);
    return true;
}

static bool next_page(const struct pages *pages, const struct page_window *last,
                      struct page_window *ret)
{
    int64_t overlap = pages->page_limit < 2 ? 0 : 1;
    int64_t left = pages->total - last->offset;
    int64_t got = left < last->limit ? left : last->limit;

    if (pages->total < 0 || pages->gap || pages->unstable || got >= left || got <= overlap)
        return false;
    ret->items = last->items + got - (last->offset > pages->start ? overlap : 0);
    ret->offset = last->offset + got - overlap;
    ret->limit = pages->page_limit;
    if (pages->max_items < 0)
        return true;
    int64_t wanted = pages->max_items - ret->items;
    if (wanted < ret->limit - overlap)
        ret->limit = wanted + overlap;
    return wanted > 0;
}

bool page_goes_ahead(const struct pages *pages)
{
    return page_is_long(pages) && (pages->ids != NULL || pages->action->paging == PAGING_OFFSET);
}

bool page_ahead(const struct pages *pages, const struct page_window *last, struct page_window *ret)
{
    int64_t each = pages->n > 0 ? pages->bytes / (int64_t)pages->n : 0;

    if (!page_goes_ahead(pages))
        return false;
    *ret = *last;
    ret->bytes = last->bytes + each;
    if (ret->bytes + each > pages->max_bytes)
        return false;
    return pages->ids != NULL ? next_chunk(pages, last, ret) : next_page(pages, last, ret);
}

bool page_is_at_hand(const struct pages *pages, const struct page_window *window)
{
    return window->limit == pages->limit && window->offset == pages->offset &&
           window->ids_from == pages->ids_from && window->ids_to == pages->ids_to;
}
