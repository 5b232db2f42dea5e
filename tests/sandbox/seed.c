#include "seed.h"
#include "response.h"
#include "store.h"
#include "store_private.h"
#include <stdio.h>
#include <string.h>

/* 2026-01-15T12:00:00Z: seeded worlds are equal whenever they are made. */
#define SEED_TIME_MS INT64_C(1768478400000)

void sb_seed_caller(struct sb_request *req)
{
    req->caller.user_uuid = SB_SEED_AUTOMATION;
    req->caller.username = "soar-automation@example.com";
    req->caller.full_name = "SOAR Automation";
}

/* The first `"id":"..."` of the answer is the resource's own only by chance, so it is parsed. */
static void read_id(const struct sb_response *res, char ret_id[SB_UUID_SIZE])
{
    struct json_object *resource =
        res->resources != NULL ? json_tokener_parse(res->resources->buf) : NULL;
    const char *id = sb_text(resource, "id");
    snprintf(ret_id, SB_UUID_SIZE, "%s", id != NULL ? id : "");
    json_object_put(resource);
}

bool sb_seed_run(struct sb_request *req, sb_handler *handler, struct json_object *body,
                 const char *const *preset, char ret_id[SB_UUID_SIZE])
{
    struct sb_response res;
    sb_response_init(&res);
    req->body = body;
    req->preset_ids = preset;
    handler(req, &res);
    req->preset_ids = NULL;
    bool good = !sb_failed(&res);
    if (!good) {
        fprintf(stderr, "falcon-sandbox: seed: %s\n", json_object_to_json_string(res.errors));
    } else if (ret_id != NULL) {
        read_id(&res, ret_id);
    }
    sb_response_done(&res);
    json_object_put(body);
    req->body = NULL;
    return good;
}

static bool is_seeded(struct sb_store *store)
{
    return sb_store_count(store, "user", SB_SEED_CID) > 0;
}

bool sb_seed(struct sb_store *store, const struct sb_options *options, unsigned cases,
             char *ret_error, size_t size)
{
    struct sb_request req = {.method = "SEED",
                             .path = "/",
                             .options = options,
                             .store = store,
                             .now_ms = SEED_TIME_MS,
                             .caller = {.client_id = SB_SEED_CLIENT_ID, .cid = SB_SEED_CID}};
    sb_seed_caller(&req);
    sb_store_lock(store);
    store->random_state = 1;
    store->seeding = true;
    bool good = sb_store_begin(store) &&
                (is_seeded(store) || (sb_seed_world(&req) && sb_seed_cases(&req, cases))) &&
                sb_store_failed(store) == NULL && sb_store_commit(store);
    if (!good) {
        const char *why = sb_store_failed(store);
        snprintf(ret_error, size, "cannot seed: %s", why != NULL ? why : "an operation refused");
        sb_store_rollback(store);
    }
    store->seeding = false;
    sb_store_unlock(store);
    return good;
}
