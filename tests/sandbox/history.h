/*
 * The history of a case: who changed what, when, by which call. Kept in the store beside the case,
 * for the console alone; the service has no such call. A seeded case begins without one.
 */
#ifndef SANDBOX_HISTORY_H
#define SANDBOX_HISTORY_H

#include "sandbox.h"

/* Notes a case that is about to be stored as `doc`, beside what the store has of it. Needs the
 * store's lock, before the store is given the new one. */
void sb_history_note(struct sb_request *req, struct json_object *doc);
/* Notes a file that a case gets, or that it loses (`gone`). */
void sb_history_note_file(struct sb_request *req, const char *case_id, const char *name, bool gone);
/*
 * The entries of a case, newest first, at most `limit` of those before number `before` (0: all):
 *   {number, version, at, by, action, trace_id, changes: [{what, from, to} | {what, added, removed}]}
 * `by` is null for what time does by itself. The caller puts it. Needs the store's lock.
 */
struct json_object *sb_history_list(struct sb_store *store, const char *cid, const char *case_id,
                                    int64_t before, int64_t limit);

/* ---- case_changes.c ---- */

/* What differs between two versions of a case, as `changes` above. `what` is a path of names, by
 * slashes; items of lists are told apart by their ids. Left out is what follows from something else.
 * The caller puts it. */
struct json_object *sb_case_changes(struct json_object *before, struct json_object *after);

#endif
