/* The files of cases: upload, details, download. */
#include "archive.h"
#include "download.h"
#include "file_doc.h"
#include "history.h"
#include "operations.h"
#include "query.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

static const struct sb_query_spec query_spec = {
    .kind = "file", .collection = &fql_files, .limit_min = 1, .limit_max = 10, .limit_default = 10};

void op_query_file_details(struct sb_request *req, struct sb_response *res)
{
    sb_query_docs(req, res, &query_spec);
}

void op_query_file_detail_ids(struct sb_request *req, struct sb_response *res)
{
    sb_query_ids(req, res, &query_spec);
}

void op_get_file_details(struct sb_request *req, struct sb_response *res)
{
    sb_get_by_ids(req, res, "file", "file");
}

static const char *value_of(struct sb_request *req, const char *name)
{
    struct sb_part *part = sb_part(req, name);
    return part == NULL ? NULL : part->value;
}

void op_upload_file(struct sb_request *req, struct sb_response *res)
{
    struct sb_part *part = sb_part(req, "file");
    const char *case_id = value_of(req, "case_id");
    bool typed = part->content_type != NULL && *part->content_type != '\0' &&
                 strcmp(part->content_type, "application/octet-stream") != 0;
    if (part->filename == NULL || *part->filename == '\0') {
        sb_fail(res, 400, "file name is required");
        return;
    }
    if (!sb_file_check_case(req, res, case_id)) {
        return;
    }
    struct sb_new_file file = {.case_id = case_id,
                               .name = part->filename,
                               .description = value_of(req, "description"),
                               .type = typed ? part->content_type : NULL,
                               .source = "upload",
                               .blob = part->blob,
                               .size = part->size,
                               .sha256 = part->sha256};
    part->keep = true;
    sb_file_add(req, res, &file, 0);
}

void op_update_file_details(struct sb_request *req, struct sb_response *res)
{
    const char *id = sb_text(req->body, "id");
    struct json_object *description = sb_member(req->body, "description");
    struct json_object *doc =
        id == NULL ? NULL : sb_store_get(req->store, "file", req->caller.cid, id, NULL);
    if (doc == NULL) {
        sb_fail(res, 404, "file not found");
        return;
    }
    if (description != NULL) {
        sb_set_text(doc, "description", json_object_get_string(description));
        sb_store_put(req->store, "file", req->caller.cid, id, doc, NULL);
    }
    sb_set_writes(res, 1);
    sb_add_object(res, doc);
}

void op_delete_file_details(struct sb_request *req, struct sb_response *res)
{
    int64_t deleted = 0;
    for (size_t i = 0; i < sb_query_count(req, "ids") && !sb_failed(res); i++) {
        const char *id = sb_query_nth(req, "ids", i);
        struct json_object *doc = sb_store_get(req->store, "file", req->caller.cid, id, NULL);
        int64_t blob = sb_file_blob(req, id, NULL);
        if (sb_store_delete(req->store, "file", req->caller.cid, id)) {
            sb_blob_delete(req->store, blob);
            sb_history_note_file(req, sb_text(doc, "case_id"), sb_text(doc, "name"), true);
            sb_add_string(res, id);
            deleted++;
        } else {
            sb_add_missing(req, res, id, "file");
        }
        json_object_put(doc);
    }
    if (!sb_failed(res)) {
        sb_set_writes(res, deleted);
    }
}

static void download_one(struct sb_request *req, struct sb_response *res, const char *id)
{
    char *name = NULL;
    int64_t blob = sb_file_blob(req, id, &name);
    if (blob == 0) {
        sb_fail(res, 404, "file not found");
    } else if (req->options->download_links) {
        sb_download_answer_link(res, sb_link(req, blob, "application/octet-stream", name));
    } else {
        sb_reply_blob(res, blob, "application/octet-stream", name);
    }
    free(name);
}

static bool add_to_archive(struct sb_request *req, struct sb_response *res,
                           struct sb_archive *archive, const char *id)
{
    char *name = NULL;
    int64_t blob = sb_file_blob(req, id, &name);
    if (blob == 0) {
        return sb_fail(res, 404, "file not found: %.64s", id);
    }
    bool added = sb_archive_add_blob(archive, name, blob);
    free(name);
    return added || sb_fail(res, 500, "cannot make the archive");
}

static const char *id_at(struct json_object *ids, size_t position)
{
    const char *id = json_object_get_string(json_object_array_get_idx(ids, position));
    return id != NULL ? id : "";
}

static void download_many(struct sb_request *req, struct sb_response *res, struct json_object *ids)
{
    struct sb_archive *archive = sb_archive_new(req->store, req->now_ms);
    if (archive == NULL) {
        sb_fail(res, 500, "cannot make the archive");
        return;
    }
    for (size_t i = 0; i < json_object_array_length(ids); i++) {
        if (!add_to_archive(req, res, archive, id_at(ids, i))) {
            sb_archive_free(archive);
            return;
        }
    }
    if (req->options->download_links) {
        sb_download_answer_link(res, sb_download_archive_link(req, archive, "files.zip"));
    } else {
        sb_download_archive(res, archive, "application/octet-stream", "files.zip");
    }
}

void op_download_existing_files(struct sb_request *req, struct sb_response *res)
{
    download_one(req, res, sb_query(req, "id"));
}

static struct json_object *body_ids(struct sb_request *req, struct sb_response *res)
{
    struct json_object *ids = sb_member(req->body, "ids");
    if (ids == NULL || json_object_array_length(ids) == 0) {
        sb_fail(res, 400, "ids is required");
        return NULL;
    }
    return ids;
}

void op_bulk_download_files(struct sb_request *req, struct sb_response *res)
{
    struct json_object *ids = body_ids(req, res);
    if (ids != NULL) {
        download_many(req, res, ids);
    }
}

/* One id gives the file itself, several a ZIP. */
void op_download_file_by_post(struct sb_request *req, struct sb_response *res)
{
    struct json_object *ids = body_ids(req, res);
    if (ids == NULL) {
        return;
    }
    if (json_object_array_length(ids) == 1) {
        download_one(req, res, id_at(ids, 0));
    } else {
        download_many(req, res, ids);
    }
}
