#include "case_doc.h"
#include <string.h>

static struct json_object *empty_timer(void)
{
    static const char *const numbers[] = {"duration_seconds", "time_completed", "time_due",
                                          "time_paused",      "time_started",   "total_pause_time"};
    struct json_object *timer = json_object_new_object();
    sb_set_text(timer, "goal_id", "");
    sb_set_text(timer, "status", "");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        sb_set_int(timer, numbers[i], 0);
    }
    return timer;
}

struct json_object *sb_case_no_sla(void)
{
    struct json_object *sla = json_object_new_object();
    struct json_object *timers = json_object_new_object();
    sb_set_text(sla, "active_timer_status", "");
    sb_set_int(sla, "active_timer_time_due", 0);
    sb_set_text(sla, "id", "");
    sb_set_text(sla, "name", "");
    sb_set_text(sla, "snapshot_id", "");
    sb_set(timers, "acknowledgement", empty_timer());
    sb_set(timers, "resolution", empty_timer());
    sb_set(sla, "timers", timers);
    return sla;
}

static bool timer_is(struct json_object *timer, const char *status)
{
    return strcmp(sb_text(timer, "status"), status) == 0;
}

/* The active timer is the first that still runs or is paused; when none does, the last that ended.
 */
static void choose_active(struct json_object *sla)
{
    struct json_object *timers = sb_member(sla, "timers");
    struct json_object *active = sb_member(timers, "acknowledgement");
    struct json_object *resolution = sb_member(timers, "resolution");
    if (!timer_is(active, "in_progress") && !timer_is(active, "paused") &&
        !timer_is(resolution, "")) {
        active = resolution;
    }
    sb_set_text(sla, "active_timer_status", sb_text(active, "status"));
    sb_set_int(sla, "active_timer_time_due", json_object_get_int64(sb_member(active, "time_due")));
}

static void start_timer(struct sb_request *req, struct json_object *timer, struct json_object *goal)
{
    int64_t now = req->now_ms / 1000;
    int64_t duration = json_object_get_int64(sb_member(goal, "duration_seconds"));
    char id[SB_UUID_SIZE];
    sb_new_id(req, id);
    sb_set_text(timer, "goal_id", id);
    sb_set_text(timer, "status", "in_progress");
    sb_set_int(timer, "duration_seconds", duration);
    sb_set_int(timer, "time_started", now);
    sb_set_int(timer, "time_due", now + duration);
}

void sb_case_start_sla(struct sb_request *req, struct json_object *doc, struct json_object *sla,
                       const char *snapshot_id)
{
    struct json_object *own = sb_case_no_sla();
    struct json_object *timers = sb_member(own, "timers");
    struct json_object *goals = sb_member(sla, "goals");
    sb_set_text(own, "id", sb_text(sla, "id"));
    sb_set_text(own, "name", sb_text(sla, "name"));
    sb_set_text(own, "snapshot_id", snapshot_id);
    for (size_t i = 0; i < sb_length(goals); i++) {
        struct json_object *goal = json_object_array_get_idx(goals, i);
        const char *type = sb_text(goal, "type");
        bool acknowledge = type != NULL && strcmp(type, "ack") == 0;
        start_timer(req, sb_member(timers, acknowledge ? "acknowledgement" : "resolution"), goal);
    }
    sb_set(doc, "sla", own);
    sb_case_move_sla(req, doc, NULL);
}

/* When a timer ends, it was kept or missed. */
static void end_timer(struct json_object *timer, int64_t now)
{
    if (timer_is(timer, "in_progress")) {
        int64_t due = json_object_get_int64(sb_member(timer, "time_due"));
        sb_set_text(timer, "status", now <= due ? "achieved" : "missed");
        sb_set_int(timer, "time_completed", now);
    }
}

/* A pause moves the due time by as long as it lasted. */
static void pause_timer(struct json_object *timer, bool active, int64_t now)
{
    if (!active && timer_is(timer, "in_progress")) {
        sb_set_text(timer, "status", "paused");
        sb_set_int(timer, "time_paused", now);
    } else if (active && timer_is(timer, "paused")) {
        int64_t pause = now - json_object_get_int64(sb_member(timer, "time_paused"));
        int64_t total = json_object_get_int64(sb_member(timer, "total_pause_time"));
        int64_t due = json_object_get_int64(sb_member(timer, "time_due"));
        sb_set_text(timer, "status", "in_progress");
        sb_set_int(timer, "time_paused", 0);
        sb_set_int(timer, "total_pause_time", total + pause);
        sb_set_int(timer, "time_due", due + pause);
    }
}

void sb_case_move_sla(struct sb_request *req, struct json_object *doc, const bool *active)
{
    struct json_object *sla = sb_member(doc, "sla");
    struct json_object *timers = sb_member(sla, "timers");
    struct json_object *acknowledgement = sb_member(timers, "acknowledgement");
    struct json_object *resolution = sb_member(timers, "resolution");
    const char *status = sb_text(doc, "status");
    int64_t now = req->now_ms / 1000;
    if (active != NULL) {
        pause_timer(acknowledgement, *active, now);
        pause_timer(resolution, *active, now);
    }
    if (strcmp(status, "new") != 0) {
        end_timer(acknowledgement, now);
    }
    if (strcmp(status, "closed") == 0) {
        end_timer(resolution, now);
    } else if (strcmp(status, "reopened") == 0 &&
               json_object_get_int64(sb_member(resolution, "time_completed")) > 0) {
        sb_set_text(resolution, "status", "in_progress");
        sb_set_int(resolution, "time_completed", 0);
    }
    choose_active(sla);
}
