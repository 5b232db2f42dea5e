/*
 * The two timers of a case's SLA.
 *
 * A timer runs from when the SLA is bound until its goal is reached: acknowledgement until the case is
 * no longer new, resolution until it is closed. While it runs it is in_progress, and missed from
 * time_due on. Reached, it is achieved if that was before time_due, else it stays missed. A pause, and
 * the time that a case was closed before it was taken up again, move time_due by as long as they
 * lasted.
 */
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

static int64_t number(struct json_object *timer, const char *key)
{
    return json_object_get_int64(sb_member(timer, key));
}

bool sb_timer_is(struct json_object *timer, const char *status)
{
    const char *own = sb_text(timer, "status");
    return own != NULL && strcmp(own, status) == 0;
}

static bool is_completed(struct json_object *timer)
{
    return number(timer, "time_completed") > 0;
}

bool sb_timer_runs(struct json_object *timer)
{
    return sb_timer_is(timer, "in_progress") ||
           (sb_timer_is(timer, "missed") && !is_completed(timer));
}

struct json_object *sb_case_timer(struct json_object *doc, const char *name)
{
    return sb_member(sb_member(sb_member(doc, "sla"), "timers"), name);
}

/* The active timer is the first whose goal isn't reached; when both are, the last. */
static void choose_active(struct json_object *doc)
{
    struct json_object *sla = sb_member(doc, "sla");
    struct json_object *active = sb_case_timer(doc, "acknowledgement");
    struct json_object *resolution = sb_case_timer(doc, "resolution");
    if (!sb_timer_runs(active) && !sb_timer_is(active, "paused") && !sb_timer_is(resolution, "")) {
        active = resolution;
    }
    sb_set_text(sla, "active_timer_status", sb_text(active, "status"));
    sb_set_int(sla, "active_timer_time_due", number(active, "time_due"));
}

static void start_timer(struct sb_request *req, struct json_object *timer, struct json_object *goal)
{
    int64_t now = req->now_ms / 1000;
    int64_t duration = number(goal, "duration_seconds");
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
    struct json_object *goals = sb_member(sla, "goals");
    sb_set_text(own, "id", sb_text(sla, "id"));
    sb_set_text(own, "name", sb_text(sla, "name"));
    sb_set_text(own, "snapshot_id", snapshot_id);
    sb_set(doc, "sla", own);
    for (size_t i = 0; i < sb_length(goals); i++) {
        struct json_object *goal = json_object_array_get_idx(goals, i);
        const char *type = sb_text(goal, "type");
        bool acknowledge = type != NULL && strcmp(type, "ack") == 0;
        start_timer(req, sb_case_timer(doc, acknowledge ? "acknowledgement" : "resolution"), goal);
    }
    sb_case_move_sla(req, doc, NULL);
}

static void pause_timer(struct json_object *timer, int64_t now)
{
    if (sb_timer_runs(timer)) {
        sb_set_text(timer, "status", "paused");
        sb_set_int(timer, "time_paused", now);
    }
}

/* Goes on with a timer that stood still since then; what a clock that ran ahead has put into the future
 * was no pause. */
static void resume_timer(struct json_object *timer, int64_t since, int64_t now)
{
    int64_t pause = now > since ? now - since : 0;
    sb_set_text(timer, "status", "in_progress");
    sb_set_int(timer, "time_paused", 0);
    sb_set_int(timer, "time_completed", 0);
    sb_set_int(timer, "total_pause_time", number(timer, "total_pause_time") + pause);
    sb_set_int(timer, "time_due", number(timer, "time_due") + pause);
}

static void reach_goal(struct json_object *timer, int64_t now)
{
    if (sb_timer_is(timer, "paused")) {
        resume_timer(timer, number(timer, "time_paused"), now);
    }
    if (sb_timer_runs(timer)) {
        sb_set_text(timer, "status", now < number(timer, "time_due") ? "achieved" : "missed");
        sb_set_int(timer, "time_completed", now);
    }
}

bool sb_case_pass_time(struct json_object *doc, int64_t now_ms)
{
    static const char *const names[] = {"acknowledgement", "resolution"};
    bool changed = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json_object *timer = sb_case_timer(doc, names[i]);
        if (sb_timer_is(timer, "in_progress") && now_ms >= number(timer, "time_due") * 1000) {
            sb_set_text(timer, "status", "missed");
            changed = true;
        }
    }
    if (changed) {
        choose_active(doc);
    }
    return changed;
}

static void set_active(struct json_object *timer, bool active, int64_t now)
{
    if (!active) {
        pause_timer(timer, now);
    } else if (sb_timer_is(timer, "paused")) {
        resume_timer(timer, number(timer, "time_paused"), now);
    }
}

void sb_case_move_sla(struct sb_request *req, struct json_object *doc, const bool *active)
{
    struct json_object *acknowledgement = sb_case_timer(doc, "acknowledgement");
    struct json_object *resolution = sb_case_timer(doc, "resolution");
    const char *status = sb_text(doc, "status");
    int64_t now = req->now_ms / 1000;
    if (active != NULL) {
        set_active(acknowledgement, *active, now);
        set_active(resolution, *active, now);
    }
    if (strcmp(status, "new") != 0) {
        reach_goal(acknowledgement, now);
    }
    if (strcmp(status, "closed") == 0) {
        reach_goal(resolution, now);
    } else if (is_completed(resolution)) {
        resume_timer(resolution, number(resolution, "time_completed"), now);
    }
    sb_case_pass_time(doc, req->now_ms);
    choose_active(doc);
}
