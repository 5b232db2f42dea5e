/*
 * page_private.h - shared by the files of page.h: page_plan.c (what is asked first), page.c (what
 * next), page_sum.c (what it came to).
 */
#ifndef FCM_PAGE_PRIVATE_H
#define FCM_PAGE_PRIVATE_H

#include "page.h"

/* page_chunk_end - the end of the chunk that begins at from: as many as one request takes, and its
 * URL. */
size_t page_chunk_end(const struct pages *pages, size_t from);

#endif
