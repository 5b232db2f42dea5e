#include "case_doc.h"
#include "operations.h"
#include <string.h>

/* The selectors of a sort of evidence, as they stand in requests. */
static struct json_object *selectors_of(struct json_object *doc, const char *sort)
{
    struct json_object *records = sb_case_records(doc, sort);
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < sb_length(records); i++) {
        struct json_object *selector = sb_member(json_object_array_get_idx(records, i), "selector");
        json_object_array_add(list, json_object_get(selector));
    }
    return list;
}

static bool move_all(struct sb_request *req, struct sb_response *res, struct json_object *from,
                     struct json_object *to)
{
    static const char *const sorts[] = {"alerts", "events", "leads"};
    size_t added;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        struct json_object *selectors = selectors_of(from, sorts[i]);
        bool good = sb_case_add_evidence(req, res, to, sorts[i], selectors, &added);
        json_object_put(selectors);
        if (!good) {
            return false;
        }
        struct json_object *evidence = sb_member(sb_member(from, "evidence"), sorts[i]);
        sb_set(evidence, "records", json_object_new_array());
    }
    if (!sb_case_add_tags(res, to, sb_member(from, "tags"), &added)) {
        return false;
    }
    sb_set(from, "tags", json_object_new_array());
    return true;
}

void op_merge_cases(struct sb_request *req, struct sb_response *res)
{
    const char *from_id = sb_text(req->body, "source_id");
    const char *to_id = sb_text(req->body, "destination_id");
    if (strcmp(from_id, to_id) == 0) {
        sb_fail(res, 400, "source_id and destination_id are the same case");
        return;
    }
    struct json_object *from = sb_case_load(req, res, from_id);
    struct json_object *to = from != NULL ? sb_case_load(req, res, to_id) : NULL;
    if (to != NULL && move_all(req, res, from, to)) {
        sb_set_text(from, "status", "closed");
        sb_case_move_sla(req, from, NULL);
        sb_case_change(req, from);
        sb_case_change(req, to);
        sb_set_writes(res, 2);
        sb_reply_meta_only(res);
    }
    json_object_put(from);
    json_object_put(to);
}
