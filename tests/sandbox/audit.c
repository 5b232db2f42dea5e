#include "sandbox.h"

struct json_object *sb_actor(const struct sb_request *req)
{
    struct json_object *actor = json_object_new_object();
    sb_set_text(actor, "cid", req->caller.cid);
    sb_set_text(actor, "client_id", req->caller.client_id);
    sb_set_text(actor, "user_uuid", req->caller.user_uuid);
    sb_set_text(actor, "username", req->caller.username);
    return actor;
}

static void set_side(const struct sb_request *req, struct json_object *doc, const char *by,
                     const char *name, const char *time, const char *now)
{
    sb_set(doc, by, sb_actor(req));
    sb_set_text(doc, name, req->caller.full_name);
    sb_set_text(doc, time, now);
}

void sb_set_audit(const struct sb_request *req, struct json_object *doc, bool created)
{
    char now[SB_TIME_SIZE];
    sb_time_text(req->now_ms, now);
    if (created) {
        set_side(req, doc, "created_by", "created_by_name", "created_timestamp", now);
    }
    set_side(req, doc, "updated_by", "updated_by_name", "updated_timestamp", now);
}
