/*
 * plan.h - what a call would send, as a text that a later call can be bound to: a SHA-256 over all
 * of it, and beginnings of those over its parts, so that what differs can be named. Pure.
 *
 * The hash is the SHA-256 of the text "falcon plan 1", a newline, and for each part its name, a
 * space, the SHA-256 of the part in hexadecimal and a newline. A part is a row of fields, each its
 * length in bytes in decimal, ":", and its bytes:
 *   tenant  falcon.cloud, base_url, member_cid, tenant, client_id of the configuration
 *   action  its name
 *   target  of each request: method, path (what stands between origin and "?")
 *   query   of each request: what stands after "?"
 *   body    of each request: Content-Type, body; of each part: name, and its text unless it is a file
 *   file    of each file part: name of the part, name of the file, size, SHA-256
 */
#ifndef FCM_PLAN_H
#define FCM_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "catalog.h"
#include "config.h"
#include "http.h"

#define PLAN_PARTS 6
#define PLAN_PART_HEX 12
/* Room for a plan: the hash, then "." and the beginning of each part's, and a NUL. */
#define PLAN_TEXT (SHA256_HEX + PLAN_PARTS * (1 + PLAN_PART_HEX))

/* The file of an upload. */
struct plan_file {
    char name[256]; /* that the service is told */
    int64_t size;
    char sha256[SHA256_HEX]; /* "" = not known */
};

struct plan {
    struct sha256 parts[PLAN_PARTS];
};

/* plan_begin - for a call of the action; plan_add - each request, in order; plan_end - the text. */
void plan_begin(struct plan *plan, const struct config *config, const struct action *action);
void plan_add(struct plan *plan, const struct http_request *request, const struct plan_file *file);
void plan_end(struct plan *plan, char ret[PLAN_TEXT]);

/* plan_is_text - is it a plan, or the hash of one? */
bool plan_is_text(const char *text, size_t len);

/* plan_differs - does the call differ from what was planned? If so ret names how: "the query, the
 * body", or "" where only the hash was kept. */
bool plan_differs(const char *planned, const char now[PLAN_TEXT], char *ret, size_t size);

#endif
