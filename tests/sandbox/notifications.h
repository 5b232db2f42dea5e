/* What escalation steps have told whom: nothing leaves the sandbox, it is recorded. */
#ifndef SANDBOX_NOTIFICATIONS_H
#define SANDBOX_NOTIFICATIONS_H

#include "sandbox.h"

/* A step that is taken. Everything is borrowed. */
struct sb_escalation {
    struct json_object *doc; /* the case */
    const char *goal;        /* ack, resolve */
    const char *goal_id;
    struct json_object *step; /* {escalate_after_seconds, notification_group_id} */
    int64_t number;           /* of the step, from 1 */
    int64_t due_ms;
};

/* Records one notification for each channel that the step's group has by now; none if the group is gone.
 */
void sb_notify(struct sb_request *req, const struct sb_escalation *escalation);

/*
 * {"notifications": [...], "total", "next"?} in the order in which they were sent, or with `newest=true` in
 * the opposite one: those of the query
 * parameters `case_id` and `cid`, after the number `after`, at most `limit` (100). `next` is the `after`
 * of the next page; it is missing on the last.
 */
void sb_notifications_list(struct sb_request *req, struct sb_response *res);

#endif
