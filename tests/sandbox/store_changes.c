#include "store_changes.h"
#include "store_private.h"
#include <stdio.h>
#include <string.h>

void sb_store_listen(struct sb_store *store, sb_change_listener *listener, void *cls)
{
    store->listener = listener;
    store->listener_cls = cls;
}

static bool is_of(const struct sb_change *change, const char *kind, const char *cid, const char *id)
{
    return strcmp(change->id, id) == 0 && strcmp(change->kind, kind) == 0 &&
           strcmp(change->cid, cid) == 0;
}

void sb_store_note_change(struct sb_store *store, const char *kind, const char *cid, const char *id,
                          bool gone)
{
    struct sb_changes *changes = &store->changes;
    if (store->listener == NULL) {
        return;
    }
    for (size_t i = 0; i < changes->count; i++) {
        if (is_of(&changes->items[i], kind, cid, id)) {
            changes->items[i].gone = gone;
            return;
        }
    }
    struct sb_change *change = &changes->items[changes->count];
    if (changes->count == SB_MAX_CHANGES || strlen(kind) >= sizeof change->kind ||
        strlen(cid) >= sizeof change->cid || strlen(id) >= sizeof change->id) {
        changes->more = true;
        return;
    }
    snprintf(change->kind, sizeof change->kind, "%s", kind);
    snprintf(change->cid, sizeof change->cid, "%s", cid);
    snprintf(change->id, sizeof change->id, "%s", id);
    change->gone = gone;
    changes->count++;
}

void sb_store_forget_changes(struct sb_store *store)
{
    store->changes.count = 0;
    store->changes.more = false;
}

void sb_store_tell_changes(struct sb_store *store)
{
    struct sb_changes told = store->changes;
    sb_store_forget_changes(store);
    if (store->listener != NULL && (told.count > 0 || told.more)) {
        store->listener(store->listener_cls, store, &told);
    }
}
