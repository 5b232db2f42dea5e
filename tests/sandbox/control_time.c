#include "control_time.h"
#include "notifications.h"
#include <string.h>

static bool move(struct sb_exchange *ex)
{
    struct json_object *advance = sb_member(ex->req.body, "advance_ms");
    struct json_object *set = sb_member(ex->req.body, "set_ms");
    struct json_object *ms = advance != NULL ? advance : set;
    if (!json_object_is_type(ms, json_type_int) || (advance != NULL && set != NULL)) {
        return sb_fail(&ex->res, 400, "expected {\"advance_ms\": N} or {\"set_ms\": N}");
    }
    int64_t number = json_object_get_int64(ms);
    if (!(advance != NULL ? sb_timekeeper_advance(ex->server->timekeeper, number)
                          : sb_timekeeper_set(ex->server->timekeeper, number))) {
        return sb_fail(&ex->res, 400, "the clock only moves ahead, and not past the year 9999");
    }
    return true;
}

void sb_control_clock(struct sb_exchange *ex)
{
    char text[SB_TIME_SIZE];
    if (strcmp(ex->req.method, "POST") == 0 && !move(ex)) {
        return;
    }
    if (strcmp(ex->req.method, "POST") == 0) {
        sb_events_tell(ex->server->events, "clock", "{}");
    }
    int64_t now = sb_clock_ms(ex->server->clock);
    struct json_object *answer = json_object_new_object();
    sb_time_text(now, text);
    sb_set_text(answer, "now", text);
    sb_set_int(answer, "now_ms", now);
    sb_set_int(answer, "offset_ms", sb_clock_offset_ms(ex->server->clock));
    sb_reply_object(&ex->res, answer);
}

void sb_control_notifications(struct sb_exchange *ex)
{
    sb_notifications_list(&ex->req, &ex->res);
}
