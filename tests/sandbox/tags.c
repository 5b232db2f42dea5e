/* Adding tags goes by a JSON body, taking them off by query parameters: the service is like that.
 */
#include "case_doc.h"
#include "operations.h"
#include <string.h>

void op_add_case_tags(struct sb_request *req, struct sb_response *res)
{
    struct json_object *doc = sb_case_load(req, res, sb_text(req->body, "id"));
    size_t added = 0;
    if (doc != NULL && sb_case_add_tags(res, doc, sb_member(req->body, "tags"), &added)) {
        if (added > 0) {
            sb_case_change(req, doc);
        }
        sb_case_answer(res, doc);
    }
    json_object_put(doc);
}

static bool is_named(const struct sb_request *req, const char *tag)
{
    for (size_t i = 0; i < sb_query_count(req, "tag"); i++) {
        if (strcmp(sb_query_nth(req, "tag", i), tag) == 0) {
            return true;
        }
    }
    return false;
}

void op_delete_case_tags(struct sb_request *req, struct sb_response *res)
{
    struct json_object *doc = sb_case_load(req, res, sb_query(req, "id"));
    if (doc == NULL) {
        return;
    }
    struct json_object *tags = sb_member(doc, "tags");
    struct json_object *kept = json_object_new_array();
    size_t before = sb_length(tags);
    for (size_t i = 0; i < before; i++) {
        struct json_object *tag = json_object_array_get_idx(tags, i);
        if (!is_named(req, json_object_get_string(tag))) {
            json_object_array_add(kept, json_object_get(tag));
        }
    }
    bool changed = sb_length(kept) < before;
    sb_set(doc, "tags", kept);
    if (changed) {
        sb_case_change(req, doc);
    }
    sb_case_answer(res, doc);
    json_object_put(doc);
}
