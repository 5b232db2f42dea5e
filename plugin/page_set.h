/*
 * page_set.h - which ids the answers of a call have shown: a table of some 24 bytes an id, since
 * the ids themselves lie in the answers. Pure. Belongs to one call.
 */
#ifndef FCM_PAGE_SET_H
#define FCM_PAGE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/scan.h"

/* One answer that was taken in: its bytes and its outline. */
struct page {
    struct buf body;
    struct scan_answer outline;
    size_t got; /* resources that it held */
    bool lacks; /* the outline lacks some of them, that were there before */
};

/* Where an item stands. */
struct page_place {
    uint32_t page, item;
};

/* A place of the table, with part of the hash of the id there: most ids that are others need not be
 * looked at to be told apart. */
struct page_slot {
    struct page_place place; /* page UINT32_MAX = free */
    uint32_t hash;
};

/* A table of places by id; zeroed = empty. */
struct page_set {
    struct page_slot *slots;
    size_t cap, n; /* cap is a power of two */
};

/* page_set_add - adds an item of a list of pages by its id: 1 = it is new, or has no id; 0 = the id
 * was there; -1 = no memory. */
int page_set_add(struct page_set *set, const struct page *list, struct page_place place);

/* page_set_find - where the item with this id stands: an index into slots, SIZE_MAX = nowhere. */
size_t page_set_find(const struct page_set *set, const struct page *list, const char *id,
                     size_t len);

/* page_set_slot - the slot for the id of an item; SIZE_MAX where it has none. */
size_t page_set_slot(const struct page_set *set, const struct page *list, struct page_place place);

void page_set_done(struct page_set *set);

#endif
