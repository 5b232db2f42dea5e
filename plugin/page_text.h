/*
 * page_text.h - pages->text: resources of several answers, behind each other where the result will
 * have them. For the files of page.h. Pure.
 */
#ifndef FCM_PAGE_TEXT_H
#define FCM_PAGE_TEXT_H

#include "page.h"

/* page_text_begin - makes it, with room for so many resources like those of the first page, as far as
 * that is believed. false = no memory. */
bool page_text_begin(struct pages *pages, size_t expected);

/* page_text_reserve - room for so many more bytes. false = no memory. */
bool page_text_reserve(struct pages *pages, size_t bytes);

/* page_text_scan - the outline of the resources in it up to end, in *ret (zeroed; its owner frees it),
 * its items' spans from the beginning of the text. false = no memory. */
bool page_text_scan(struct pages *pages, size_t end, struct scan_answer *ret);

/* page_drop_items - the resources of a page are not needed any more; where its meta stands is. */
void page_drop_items(struct page *page);

#endif
