#include "due.h"
#include "case_doc.h"
#include "history.h"
#include "seed.h"
#include "store.h"
#include <string.h>

static void file_arrives(struct sb_request *req, const char *id, int64_t at_ms)
{
    (void)at_ms;
    sb_store_move(req->store, "file_pending", req->caller.cid, id, "file");
    struct json_object *doc = sb_store_get(req->store, "file", req->caller.cid, id, NULL);
    if (doc != NULL) {
        sb_history_note_file(req, sb_text(doc, "case_id"), sb_text(doc, "name"), false);
    }
    json_object_put(doc);
}

static const struct {
    const char *kind;
    void (*happen)(struct sb_request *req, const char *id, int64_t at_ms);
} kinds[] = {{"case", sb_case_come_due}, {"file_pending", file_arrives}};

static void happen(struct sb_request *req, const struct sb_due *due)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].kind, due->kind) == 0) {
            kinds[i].happen(req, due->id, due->at_ms);
        }
    }
}

bool sb_due_settle(struct sb_store *store, const struct sb_options *options, int64_t now_ms)
{
    struct sb_request req = {.method = "DUE",
                             .path = "/",
                             .options = options,
                             .store = store,
                             .now_ms = now_ms,
                             .caller = {.client_id = SB_SEED_CLIENT_ID}};
    struct sb_due due;
    if (sb_store_due_next(store) > now_ms) {
        return true;
    }
    if (!sb_store_begin(store)) {
        return false;
    }
    sb_seed_caller(&req);
    while (sb_store_due_first(store, now_ms, &due)) {
        memcpy(req.caller.cid, due.cid, sizeof due.cid);
        sb_store_due_clear(store, due.kind, due.cid, due.id);
        happen(&req, &due);
    }
    if (sb_store_failed(store) != NULL || !sb_store_commit(store)) {
        sb_store_rollback(store);
        return false;
    }
    return true;
}
