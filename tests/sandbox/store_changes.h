/* What a transaction has changed, told to one listener once it is committed. */
#ifndef SANDBOX_STORE_CHANGES_H
#define SANDBOX_STORE_CHANGES_H

#include "sandbox.h"

#define SB_MAX_CHANGES 64 /* of a transaction; of more, only that there were */

struct sb_change {
    char kind[16]; /* of a document, or `notification` (then `id` is its case) */
    char cid[40];
    char id[64];
    bool gone;
};

struct sb_changes {
    struct sb_change items[SB_MAX_CHANGES];
    size_t count;
    bool more; /* there were others */
};

/* Called in the committing thread, with the store's lock held, outside of a transaction. */
typedef void sb_change_listener(void *cls, struct sb_store *store,
                                const struct sb_changes *changes);

/* Sets the listener; NULL for none. Needs the store's lock. */
void sb_store_listen(struct sb_store *store, sb_change_listener *listener, void *cls);
/* Notes a change of the running transaction, once for each document. Needs the store's lock. */
void sb_store_note_change(struct sb_store *store, const char *kind, const char *cid, const char *id,
                          bool gone);

#endif
