/*
 * Escalation: while a timer runs and its goal isn't reached, the steps of the goal fall due one after
 * the other, and each tells its notification group.
 *
 * A case keeps to the goals as they were when its SLA was bound. How many steps of
 * a timer have been taken stands in escalations(goal_id, sent): a timer that starts anew has a new id.
 */
#include "case_doc.h"
#include "notifications.h"
#include "slas.h"
#include "store.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *timer, *goal;
} clocks[] = {{"acknowledgement", "ack"}, {"resolution", "resolve"}};

#define CLOCKS (sizeof clocks / sizeof *clocks)

/* The next step of a timer. */
struct step {
    int64_t due_ms;
    size_t clock;
    int64_t number; /* from 1 */
    struct json_object *step;
};

static int64_t number_of(struct json_object *object, const char *key)
{
    return json_object_get_int64(sb_member(object, key));
}

static int64_t steps_sent(struct sb_store *store, const char *goal_id)
{
    sqlite3_stmt *statement =
        sb_store_prepare(store, "SELECT sent FROM escalations WHERE goal_id = ?");
    int64_t sent = 0;
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, goal_id, -1, SQLITE_STATIC);
        if (sb_store_step(store, statement)) {
            sent = sqlite3_column_int64(statement, 0);
            sqlite3_reset(statement);
        }
        sqlite3_clear_bindings(statement);
    }
    return sent;
}

static void note_sent(struct sb_store *store, const char *goal_id, int64_t sent)
{
    sqlite3_stmt *statement =
        sb_store_prepare(store, "INSERT INTO escalations(goal_id, sent) VALUES(?1, ?2)"
                                " ON CONFLICT DO UPDATE SET sent = ?2");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, goal_id, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 2, sent);
        sb_store_step(store, statement);
        sqlite3_clear_bindings(statement);
    }
}

static struct json_object *steps_of(struct json_object *sla, const char *goal_type)
{
    struct json_object *goals = sb_member(sla, "goals");
    for (size_t i = 0; i < sb_length(goals); i++) {
        struct json_object *goal = json_object_array_get_idx(goals, i);
        if (strcmp(sb_text(goal, "type"), goal_type) == 0) {
            return sb_member(sb_member(goal, "escalation_policy"), "steps");
        }
    }
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = number_of(*(struct json_object *const *)a, "escalate_after_seconds");
    int64_t y = number_of(*(struct json_object *const *)b, "escalate_after_seconds");
    return x < y ? -1 : x > y;
}

/* The SLA that the case was bound to, its steps in the order of their times; the caller puts it. NULL
 * if no timer runs. */
static struct json_object *running_sla(struct sb_request *req, struct json_object *doc)
{
    struct json_object *sla = NULL;
    for (size_t i = 0; i < CLOCKS; i++) {
        if (sla == NULL && sb_timer_runs(sb_case_timer(doc, clocks[i].timer))) {
            sla = sb_sla_snapshot(req, sb_text(sb_member(doc, "sla"), "snapshot_id"));
        }
    }
    for (size_t i = 0; i < CLOCKS; i++) {
        struct json_object *steps = steps_of(sla, clocks[i].goal);
        if (steps != NULL) {
            json_object_array_sort(steps, by_time);
        }
    }
    return sla;
}

/* Which step is next of both timers; false if there is none. */
static bool next_step(struct sb_request *req, struct json_object *doc, struct json_object *sla,
                      struct step *ret_step)
{
    bool found = false;
    for (size_t i = 0; i < CLOCKS; i++) {
        struct json_object *timer = sb_case_timer(doc, clocks[i].timer);
        struct json_object *steps = steps_of(sla, clocks[i].goal);
        int64_t sent = sb_length(steps) > 0 && sb_timer_runs(timer)
                           ? steps_sent(req->store, sb_text(timer, "goal_id"))
                           : (int64_t)sb_length(steps);
        if (sent >= (int64_t)sb_length(steps)) {
            continue;
        }
        struct json_object *step = json_object_array_get_idx(steps, (size_t)sent);
        int64_t due = number_of(timer, "time_due") - number_of(timer, "duration_seconds") +
                      number_of(step, "escalate_after_seconds");
        if (!found || due * 1000 < ret_step->due_ms) {
            *ret_step =
                (struct step){.due_ms = due * 1000, .clock = i, .number = sent + 1, .step = step};
            found = true;
        }
    }
    return found;
}

static void take_step(struct sb_request *req, struct json_object *doc, const struct step *step,
                      bool tell)
{
    struct json_object *timer = sb_case_timer(doc, clocks[step->clock].timer);
    note_sent(req->store, sb_text(timer, "goal_id"), step->number);
    if (tell) {
        sb_notify(req, &(struct sb_escalation){.doc = doc,
                                               .goal = clocks[step->clock].goal,
                                               .goal_id = sb_text(timer, "goal_id"),
                                               .step = step->step,
                                               .number = step->number,
                                               .due_ms = step->due_ms});
    }
}

/* Takes all steps that are due, in their order. */
static void take_steps(struct sb_request *req, struct json_object *doc, struct json_object *sla,
                       int64_t until_ms, bool tell)
{
    struct step step;
    while (sb_store_failed(req->store) == NULL && next_step(req, doc, sla, &step) &&
           step.due_ms <= until_ms) {
        take_step(req, doc, &step, tell);
    }
}

void sb_case_schedule(struct sb_request *req, struct json_object *doc)
{
    struct json_object *sla = running_sla(req, doc);
    struct step step;
    int64_t next = INT64_MAX;
    if (next_step(req, doc, sla, &step)) {
        next = step.due_ms;
    }
    for (size_t i = 0; i < CLOCKS; i++) {
        struct json_object *timer = sb_case_timer(doc, clocks[i].timer);
        int64_t due = number_of(timer, "time_due") * 1000;
        if (sb_timer_is(timer, "in_progress") && due < next) {
            next = due;
        }
    }
    if (next < INT64_MAX) {
        sb_store_due_set(req->store, "case", req->caller.cid, sb_text(doc, "id"), next);
    } else {
        sb_store_due_clear(req->store, "case", req->caller.cid, sb_text(doc, "id"));
    }
    json_object_put(sla);
}

void sb_case_come_due(struct sb_request *req, const char *id, int64_t at_ms)
{
    struct json_object *doc = sb_store_get(req->store, "case", req->caller.cid, id, NULL);
    if (doc == NULL) {
        return;
    }
    struct json_object *sla = running_sla(req, doc);
    take_steps(req, doc, sla, at_ms, true);
    if (sb_case_pass_time(doc, at_ms)) {
        sb_case_store(req, doc);
    } else {
        sb_case_schedule(req, doc);
    }
    json_object_put(sla);
    json_object_put(doc);
}

void sb_case_live_through(struct sb_request *req, struct json_object *doc, int64_t until_ms)
{
    struct json_object *sla = running_sla(req, doc);
    take_steps(req, doc, sla, until_ms, false);
    sb_case_pass_time(doc, until_ms);
    json_object_put(sla);
}
