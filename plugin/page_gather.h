/*
 * page_gather.h - the items of a list that is read page by page, each once, one behind the other in
 * the memory of the result. For page.c and page_sum.c. Pure.
 */
#ifndef FCM_PAGE_GATHER_H
#define FCM_PAGE_GATHER_H

#include "page.h"

/* page_gather - takes in the items of the last page of the list that were not there before. Of the
 * first page the outline keeps them, and they stay in its body; those of a page after it are copied to
 * pages->text, behind those of the first. overlaps: its first item is known. *ret_new = how many there are; no more than max_items has
 * room for, and then page->got is less too. false = no memory. */
bool page_gather(struct pages *pages, bool overlaps, size_t *ret_new);

/* page_gathered - does an item of the last page stand there already? -1 = no memory. */
int page_gathered(struct pages *pages, const struct scan_item *item);

#endif
