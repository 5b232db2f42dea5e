/*
 * page_ahead.h - the requests of a long call that come after the one at hand, foretold: what the plan
 * of page.h will ask for if the answers are as expected and the list does not change meanwhile. A
 * guess only: page_next decides, whatever was foretold. Pure. Belongs to one call.
 */
#ifndef FCM_PAGE_AHEAD_H
#define FCM_PAGE_AHEAD_H

#include "page.h"

/* What one request of a long call asks for, and what is expected to be there before its answer. */
struct page_window {
    int64_t limit, offset;   /* of a list; -1 = as in the input */
    size_t ids_from, ids_to; /* of a list of ids */
    int64_t items, bytes;
};

/* page_at_hand - the request that the plan asks for now. */
struct page_window page_at_hand(const struct pages *pages);

/* page_ahead - the request after *last. false = there is none, or it cannot be told: the service has
 * not said how long the list is, or pages follow by token, or the list has just moved, or the limits
 * of items or bytes would be reached before. */
bool page_ahead(const struct pages *pages, const struct page_window *last, struct page_window *ret);

/* page_goes_ahead - may page_ahead ever tell one? */
bool page_goes_ahead(const struct pages *pages);

/* page_is_at_hand - is that what the plan asks for now? */
bool page_is_at_hand(const struct pages *pages, const struct page_window *window);

#endif
