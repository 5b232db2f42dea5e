/*
 * page_settle.h - the answers to parts of an action that restores the asked order: put in order as
 * they come, so that the result lies there at the end. For page.c and page_sum.c. Pure.
 */
#ifndef FCM_PAGE_SETTLE_H
#define FCM_PAGE_SETTLE_H

#include "page.h"

/* page_settle - moves the resources of the last answer to pages->text, where that is all there is to do:
 * it names ids of its part alone, each once, and so did all answers before. Else it stays as it came.
 * false = no memory. */
bool page_settle(struct pages *pages);

/* page_unsettle - makes what lies there the first of the answers again, so that all can be put in order
 * by what all of them say. false = no memory. */
bool page_unsettle(struct pages *pages);

#endif
