/*
 * render.h - an action and its input as an HTTP request. Pure: no I/O, no clock.
 */
#ifndef FCM_RENDER_H
#define FCM_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "catalog.h"
#include "http.h"

/* What paging and chunks put in place of the input's own values. -1, NULL and 0 mean: as in the
 * input. */
struct render_window {
    int64_t limit;
    int64_t offset;
    const char *after;
    const char *sort;
    size_t ids_from, ids_to; /* items of the chunk input that go into this request; to 0 = all */
};

/* render - fills *request (initialised, and emptied first) for a validated and normalized input.
 * base_url has no "/" at the end. Query lists repeat their key, every byte but RFC 3986's
 * unreserved ones is percent-encoded ("+" is %2B), booleans are lower case, integers keep all
 * their 64 bits, and only what the input holds is sent. The request borrows from the input, which
 * must outlive it.
 * Errors: SOAR_INVALID_ARGUMENT with a JSON Pointer (a query value that is no scalar, control
 * characters in file_name), SOAR_RESOURCE_EXHAUSTED where the request passes its ceilings. */
bool render(const struct action *action, struct json_object *input,
            const struct render_window *window, const char *base_url, struct http_request *request,
            struct error *err);

#endif
