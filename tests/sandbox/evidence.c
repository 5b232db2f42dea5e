#include "case_doc.h"
#include "operations.h"

static void add(struct sb_request *req, struct sb_response *res, const char *sort)
{
    struct json_object *selectors = sb_member(req->body, sort);
    size_t added = 0;
    if (sb_length(selectors) == 0) {
        sb_fail(res, 400, "%s is required", sort);
        return;
    }
    struct json_object *doc = sb_case_load(req, res, sb_text(req->body, "id"));
    if (doc != NULL && sb_case_add_evidence(req, res, doc, sort, selectors, &added)) {
        if (added > 0) {
            sb_case_change(req, doc);
        }
        sb_case_answer(res, doc);
    }
    json_object_put(doc);
}

void op_add_case_alert_evidence(struct sb_request *req, struct sb_response *res)
{
    add(req, res, "alerts");
}

void op_add_case_event_evidence(struct sb_request *req, struct sb_response *res)
{
    add(req, res, "events");
}
