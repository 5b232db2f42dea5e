/*
 * page.h - calls that take more than one request: the next page of a list, the next chunk of ids;
 * and what comes back put together: in the asked order, nothing twice, what is missing named.
 * Pure. Belongs to one call.
 */
#ifndef FCM_PAGE_H
#define FCM_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/scan.h"
#include "catalog.h"

/* One answer that was taken in: its bytes and its outline. */
struct page {
    struct buf body;
    struct scan_answer outline;
};

/* What of the resources goes where: a part of a page's bytes. */
struct page_ref {
    const char *text;
    size_t len;
};

/* The plan of a call and what it gathered. */
struct pages {
    const struct action *action;
    struct page *list; /* owned */
    size_t n, cap;
    struct json_object *errors; /* owned array of all answers' errors; NULL = none */
    int64_t items;              /* resources gathered */

    struct json_object *ids; /* borrowed from the input: the chunk input; NULL = no chunks */
    size_t ids_from, ids_to; /* of the request at hand */
    bool all;                /* page to the end, or to max_items */
    int64_t max_items;       /* -1 = no such limit */
    int64_t limit, offset;   /* of the request at hand; -1 = as in the input */
    char *after;             /* owned */
};

/* page_plan - looks at a normalized input, which must outlive *pages (zeroed). */
void page_plan(struct pages *pages, const struct action *action, struct json_object *input);
void page_done(struct pages *pages);

/* page_take - takes in a successful answer: body and outline change hands and are empty
 * afterwards. false = no memory (nothing changed hands). */
bool page_take(struct pages *pages, struct buf *body, struct scan_answer *outline);

/* page_errors - adds the errors that an answer listed; *errors changes hands and is NULL
 * afterwards. false = no memory. */
bool page_errors(struct pages *pages, struct json_object **errors);

/* page_next - is there another request to make? Moves the plan on to it. */
bool page_next(struct pages *pages);

/* page_order - the resources in the order of the result: *ret = array of *ret_n parts (free it),
 * or NULL with *ret_n = SIZE_MAX where the one page's array is right as it stands. Ids that were
 * asked for, are not there and not in errors yet, are added to errors (code 404). false = no
 * memory. Call once, at the end; asked_all = every chunk was asked for. */
bool page_order(struct pages *pages, bool asked_all, struct page_ref **ret, size_t *ret_n);

/* page_fail_rest - names the ids of the chunk at hand and of those not asked for in errors. */
void page_fail_rest(struct pages *pages, int code, const char *message);

#endif
