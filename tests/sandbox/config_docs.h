/*
 * What templates, SLAs and notification groups have in common: a name, a description, audit
 * members, a PATCH that keeps what it doesn't mention, a delete by ids. All functions are for
 * handlers.
 */
#ifndef SANDBOX_CONFIG_DOCS_H
#define SANDBOX_CONFIG_DOCS_H

#include "operations.h"
#include "query.h"
#include "store.h"

enum { SB_CONFIG_LIMIT_MAX = 200, SB_CONFIG_LIMIT_DEFAULT = 100 };

/* What a member of a document becomes: the body's; where that has none, the old document's (`old`
 * NULL for a new one), unless --patch replace clears it; else NULL. Borrowed. */
struct json_object *sb_config_member(const struct sb_request *req, struct json_object *body,
                                     struct json_object *old, const char *key);
/* The same as text, "" for none. Borrowed. */
const char *sb_config_text(const struct sb_request *req, struct json_object *body,
                           struct json_object *old, const char *key);

/* A document with `id` (new, or the old one's), cid, name, description and audit members. The
 * caller owns it. NULL: the name is missing or empty, and the response holds the 400. */
struct json_object *sb_config_new(struct sb_request *req, struct sb_response *res,
                                  struct json_object *body, struct json_object *old);

/* The document that a PATCH names by the body's `id`. The caller puts it. NULL: the response holds
 * the 404. */
struct json_object *sb_config_named(struct sb_request *req, struct sb_response *res,
                                    const char *kind, const char *what);

/* Copies audit members from `from` to `to`, or sets new ones where `from` is NULL. */
void sb_config_keep_audit(const struct sb_request *req, struct json_object *to,
                          struct json_object *from);

/* Called for each id that a DELETE names and that exists. False: the response holds a refusal. */
typedef bool sb_config_deleter(struct sb_request *req, struct sb_response *res, const char *id);

/* Deletes all documents that `ids` names through `deleter`, answers with their ids and meta.writes.
 * Every id is checked before SQLite commits, so a refusal deletes none. */
void sb_config_delete(struct sb_request *req, struct sb_response *res, const char *kind,
                      const char *what, sb_config_deleter *deleter);

#endif
