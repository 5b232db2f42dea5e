/* What is committed to the store, told as events. */
#ifndef SANDBOX_WATCH_H
#define SANDBOX_WATCH_H

#include "events.h"
#include "store.h"

/*
 * From now on tells the viewers of each change: `case` with what a board shows of it, or {cid, id,
 * gone}; for documents of other kinds `changed` {kind, cid, id, gone}; `reset` where a transaction
 * changed more than can be told. Takes the store's lock.
 */
void sb_watch(struct sb_store *store, struct sb_events *events);
/* Ends it. */
void sb_unwatch(struct sb_store *store);

/* What a board shows of a case. The caller puts it. */
struct json_object *sb_case_summary(struct json_object *doc);

#endif
