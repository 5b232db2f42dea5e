#include "case_doc.h"
#include "operations.h"
#include "query.h"
#include "store.h"
#include <stdlib.h>
#include <string.h>

#define MAX_IDS 1000 /* of one get_cases: what other clients send at most */

static bool add_all_evidence(struct sb_request *req, struct sb_response *res,
                             struct json_object *doc)
{
    static const char *const sorts[] = {"alerts", "events", "leads"};
    struct json_object *evidence = sb_member(req->body, "evidence");
    size_t added;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        if (!sb_case_add_evidence(req, res, doc, sorts[i], sb_member(evidence, sorts[i]), &added)) {
            return false;
        }
    }
    return true;
}

static bool fill_new_case(struct sb_request *req, struct sb_response *res, struct json_object *doc)
{
    const char *status = sb_text(req->body, "status");
    const char *template_id = sb_text(sb_member(req->body, "template"), "id");
    size_t added;
    if (sb_member(req->body, "severity") == NULL && sb_member(req->body, "severity_info") == NULL) {
        return sb_fail(res, 400, "severity is required");
    }
    if (status != NULL && *status != '\0' && strcmp(status, "new") != 0 &&
        strcmp(status, "in_progress") != 0) {
        return sb_fail(res, 400, "status: a new case is new or in_progress, not %.40s", status);
    }
    if (status != NULL && *status == '\0') {
        json_object_object_del(req->body, "status");
    }
    return sb_case_set_fields(req, res, doc, req->body) &&
           (template_id == NULL || *template_id == '\0' ||
            sb_case_bind_template(req, res, doc, template_id)) &&
           sb_case_add_tags(res, doc, sb_member(req->body, "tags"), &added) &&
           add_all_evidence(req, res, doc);
}

void op_create_case(struct sb_request *req, struct sb_response *res)
{
    struct json_object *doc = sb_case_new(req);
    if (fill_new_case(req, res, doc)) {
        sb_case_store(req, doc);
        sb_set_status(res, 201);
        sb_case_answer(res, doc);
    }
    json_object_put(doc);
}

/* Puts the found texts into an order that isn't the asked one. */
static void shuffle(struct sb_store *store, char **texts, size_t count)
{
    bool moved = false;
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)(sb_random(store) % i);
        char *text = texts[i - 1];
        texts[i - 1] = texts[k];
        texts[k] = text;
        moved = moved || k != i - 1;
    }
    if (!moved && count > 1) {
        char *text = texts[0];
        texts[0] = texts[1];
        texts[1] = text;
    }
}

static bool asked_before(struct json_object *ids, size_t at)
{
    const char *id = json_object_get_string(json_object_array_get_idx(ids, at));
    for (size_t i = 0; i < at; i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(ids, i)), id) == 0) {
            return true;
        }
    }
    return false;
}

void op_get_cases(struct sb_request *req, struct sb_response *res)
{
    struct json_object *ids = sb_member(req->body, "ids");
    size_t asked = sb_length(ids);
    size_t found = 0;
    if (asked == 0 || asked > MAX_IDS) {
        sb_fail(res, 400, "ids: expected 1 to %d ids, but got %zu", MAX_IDS, asked);
        return;
    }
    char **texts = calloc(asked, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < asked && !sb_failed(res); i++) {
        const char *id = json_object_get_string(json_object_array_get_idx(ids, i));
        char *text = asked_before(ids, i)
                         ? NULL
                         : sb_store_get_text(req->store, "case", req->caller.cid, id);
        if (text != NULL) {
            texts[found++] = text;
        } else if (!asked_before(ids, i)) {
            sb_add_missing(req, res, id, "Case");
        }
    }
    if (texts != NULL) {
        shuffle(req->store, texts, found);
    }
    for (size_t i = 0; i < found; i++) {
        if (!sb_failed(res)) {
            sb_add_json(res, texts[i]);
        }
        free(texts[i]);
    }
    free(texts);
}

static bool version_is(struct json_object *body, const char *key, struct json_object *version)
{
    struct json_object *expected = sb_member(body, key);
    return expected == NULL || json_object_get_int64(expected) == json_object_get_int64(version);
}

static bool has_changes(struct json_object *fields)
{
    json_object_object_foreach(fields, key, value)
    {
        (void)key;
        if (value != NULL) {
            return true;
        }
    }
    return false;
}

static bool apply(struct sb_request *req, struct sb_response *res, struct json_object *doc,
                  struct json_object *fields)
{
    struct json_object *slas_active = sb_member(fields, "slas_active");
    struct json_object *custom_fields = sb_member(fields, "custom_fields");
    const char *template_id = sb_text(sb_member(fields, "template"), "id");
    bool active = json_object_get_boolean(slas_active);
    if (!sb_case_set_fields(req, res, doc, fields) ||
        (template_id != NULL && !sb_case_bind_template(req, res, doc, template_id)) ||
        (custom_fields != NULL && !sb_case_set_custom_fields(req, res, doc, custom_fields))) {
        return false;
    }
    sb_case_move_sla(req, doc, slas_active != NULL ? &active : NULL);
    return true;
}

/* Only what stands in `fields` counts: a flat body is answered 200 and changes nothing. (--strict
 * has refused it before.) */
void op_update_case_fields(struct sb_request *req, struct sb_response *res)
{
    struct json_object *fields = sb_member(req->body, "fields");
    if (fields == NULL && req->options->strict) {
        sb_fail(res, 400, "fields is required");
        return;
    }
    struct json_object *doc = sb_case_load(req, res, sb_text(req->body, "id"));
    if (doc == NULL) {
        return;
    }
    if (!version_is(req->body, "expected_version", sb_member(doc, "version")) ||
        !version_is(req->body, "expected_consistency_version",
                    sb_member(sb_member(doc, "consistency"), "version"))) {
        sb_fail(res, 409, "Version conflict");
    } else if (fields == NULL || !has_changes(fields)) {
        sb_case_answer(res, doc);
    } else if (apply(req, res, doc, fields)) {
        sb_case_change(req, doc);
        sb_case_answer(res, doc);
    }
    json_object_put(doc);
}

void op_query_case_ids(struct sb_request *req, struct sb_response *res)
{
    static const struct sb_query_spec spec = {.kind = "case",
                                              .collection = &fql_cases,
                                              .limit_min = 0,
                                              .limit_max = 10000,
                                              .limit_default = 100,
                                              .sorts = true,
                                              .free_text = true};
    sb_query_ids(req, res, &spec);
}
