/*
 * page.h - calls that take more than one request: the next page of a list, the next chunk of ids;
 * and what comes back put together: in the asked order, nothing twice, done and failed apart.
 * Pure. Belongs to one call.
 *
 * A list may change while it is read. Each page by offset begins with the last item of the one
 * before; where another item stands there, the list has moved up, and the plan steps back until it
 * meets an item that it knows. What moved down shows twice and counts once. So nothing that stays in
 * the list is lost, as long as the service keeps its order.
 */
#ifndef FCM_PAGE_H
#define FCM_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "base/scan.h"
#include "catalog.h"
#include "page_seen.h"
#include "page_set.h"

/* What of the resources goes where: a part of a page's bytes. */
struct page_ref {
    const char *text;
    size_t len;
};

/* Ids that were asked for in one request, and in vain. */
struct page_failure {
    size_t from, to;
    int code;
    enum outcome outcome;
    char message[256];
};

/* Bytes left free ahead of the items of a list that was read to its end, and behind them, for what
 * a usual result has there: so its document is made in the memory that holds them already. */
#define PAGE_TEXT_AT 56u
#define PAGE_TEXT_TAIL 512u

/* The plan of a call and what it gathered. */
struct pages {
    const struct action *action;
    struct page *list; /* owned */
    size_t n, cap;
    struct page_set seen;      /* ids in list, of chunks */
    struct page_seen seen_ids; /* ids in the pages of a list that is read to its end */
    struct buf text;           /* resources of several answers: what lies behind PAGE_TEXT_AT bytes,
                                   with commas between; cap 0 = those of list stand in list */
    struct json_object *errors; /* owned array of all answers' errors; NULL = none */
    int64_t items;              /* resources gathered, each once */
    int64_t bytes, max_bytes;   /* of memory in list, and the most before it ends */

    struct json_object *ids; /* borrowed from the input: the chunk input; NULL = no chunks */
    size_t ids_from, ids_to; /* of the request at hand */
    size_t n_settled;        /* so many answers from the first lie in text, in the asked order */
    bool *found;             /* owned: of the ids, which came with these; NULL = none */
    size_t url_bytes;        /* most that the ids of a request may take in its URL; 0 = no matter */
    struct page_failure *failures; /* owned */
    size_t n_failures;

    bool all;                   /* page to the end, or to max_items */
    int64_t max_items;          /* -1 = no such limit */
    int64_t limit, offset;      /* of the request at hand; -1 = as in the input */
    const char *sort;           /* where the input has none; NULL = as in the input */
    char *after;                /* of the request at hand, owned */
    char *next_after;           /* of the last answer, owned */
    int64_t page_limit;         /* limit of a full page */
    int64_t start, end;         /* first offset, and how far the list was read */
    int64_t total, first_total; /* the service's count of the whole list; -1 = not said */
    int64_t got;                /* resources in the last answer */
    bool gap;                   /* it did not begin with what was there before, and was dropped */
    int64_t back;               /* how far the last step went back; 0 = the last went on */
    int steps_back;
    int64_t nothing_new; /* pages in a row that showed nothing new */
    bool moved;          /* the list changed while it was read */
    bool unstable;       /* so often that items may be lost */
    bool complete;       /* the end was reached */
};

/* page_plan - looks at a normalized input, which must outlive *pages (zeroed, or as
 * page_over leaves it). Ids that the input
 * names twice are left in it once. max_bytes: most memory for all answers. false = no memory. */
bool page_plan(struct pages *pages, const struct action *action, const struct service *service,
               int64_t max_bytes, struct json_object *input);
void page_done(struct pages *pages);
/* page_over - as page_done, but the room for pages stays, for the next plan. */
void page_over(struct pages *pages);

/* page_take - takes in a successful answer: body and outline change hands and are empty
 * afterwards. false = no memory. */
bool page_take(struct pages *pages, struct buf *body, struct scan_answer *outline);

/* page_errors - adds the errors that an answer listed; *errors changes hands and is NULL
 * afterwards. false = no memory. */
bool page_errors(struct pages *pages, struct json_object **errors);

enum page_more {
    PAGE_MORE,     /* there is another request to make; the plan has moved on to it */
    PAGE_END,      /* all is there */
    PAGE_UNSTABLE, /* the list changes too fast, or the service pages in circles */
    PAGE_TOO_BIG   /* max_bytes is passed */
};
enum page_more page_next(struct pages *pages);
/* page_next_chunk - moves on to the next chunk of ids without an answer; false = there is none. */
bool page_next_chunk(struct pages *pages);

/* page_is_long - does the call take several requests? page_progress - how much of it is done, and of
 * how much (0 = not known). */
bool page_is_long(const struct pages *pages);
void page_progress(const struct pages *pages, uint64_t *ret_done, uint64_t *ret_total);

/* page_failed - the request at hand was in vain: its ids are not done. false = no memory. */
bool page_failed(struct pages *pages, int code, enum outcome outcome, const char *message);

/* What the call came to. */
struct page_sum {
    struct page_ref *refs; /* resources in order, owned; NULL with n_refs SIZE_MAX = as the one
                              page's array stands */
    size_t n_refs;
    struct buf *text;                  /* those of several answers, instead: pages->text, which its
                                          user may take away; NULL = in refs */
    size_t n_done, n_failed;           /* of the ids that were asked for */
    struct json_object *done, *failed; /* owned lists; NULL = there is nothing to tell apart */
};

/* page_sum - puts it together, once, at the end. Where ids were asked for and not all of them are
 * done, each is in done (its id) or in failed (id, code, message, outcome), once; and those that
 * the service has not named in errors are added there. false = no memory. */
bool page_sum(struct pages *pages, struct page_sum *ret);
/* page_sum_apart - fills done and failed where no ids were asked for: the ids of the resources, and
 * the errors with this outcome. */
bool page_sum_apart(struct pages *pages, enum outcome outcome, struct page_sum *ret);
void page_sum_done(struct page_sum *sum);

#endif
