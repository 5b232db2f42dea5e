/*
 * page_seen.h - the ids that a list has shown, so that each item counts once. As long as they come in
 * strict order, rising or falling, each is another than all before it, and nothing is kept but where
 * the last one stands. From the first that does not there is a table of 10 to 20 bytes an id, since
 * the ids themselves lie in a text of the caller's. Pure. Belongs to one call.
 */
#ifndef FCM_PAGE_SEEN_H
#define FCM_PAGE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

enum seen_how { SEEN_NOTHING, SEEN_ONE, SEEN_RISING, SEEN_FALLING, SEEN_TABLE };

/* Zeroed = nothing seen. */
struct page_seen {
    enum seen_how how;
    struct span last; /* the last id, where there is no table */
    uint64_t *slots;  /* where an id begins in the text, and part of its hash; 0 = free */
    size_t cap, n;    /* cap is a power of two */
    size_t expected;  /* ids to make room for at once; the caller may set it */
};

/* The text that the ids lie in. */
struct seen_text {
    const char *ptr;
    size_t len;
};

/* An id in it, between its quotes. */
struct seen_id {
    struct span span;
    bool escaped;
};

enum seen_answer {
    SEEN_NO_MEMORY = -1,
    SEEN_KNOWN,
    SEEN_NEW,
    SEEN_REBUILD /* cannot be said before page_seen_build with all that was added so far */
};

/* page_seen_add - adds an id of the text, which keeps all that was added. len > 0. */
enum seen_answer page_seen_add(struct page_seen *seen, struct seen_text text, struct seen_id id);

/* page_seen_add_run - adds the ids of the first so many of these items, each new, as go on in order
 * (in whatever order, where there is a table) and stand with one comma and nothing else between;
 * answers how many. Their spans are of body; with shift, which may wrap around, of the text, that
 * holds them too. n > 0. */
size_t page_seen_add_run(struct page_seen *seen, struct seen_text text, const char *body,
                         size_t shift, const struct scan_item *items, size_t n);

/* page_seen_has - was this id, of any text, added? KNOWN, NEW = no, NO_MEMORY or REBUILD. */
enum seen_answer page_seen_has(const struct page_seen *seen, struct seen_text text,
                               struct seen_text other, struct seen_id id);

/* page_seen_build - makes the table anew, with room, from the items added so far; those without an
 * id are left out. false = no memory. */
bool page_seen_build(struct page_seen *seen, struct seen_text text, const struct scan_item *items,
                     size_t n);

/* page_seen_clear - as if nothing was seen; keeps its memory. page_seen_done frees it. */
void page_seen_clear(struct page_seen *seen);
void page_seen_done(struct page_seen *seen);

#endif
