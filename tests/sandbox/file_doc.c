#include "file_doc.h"

#include "history.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *type_of_name(const char *name)
{
    static const struct {
        const char *extension, *type;
    } types[] = {
        {"txt", "text/plain"},
        {"log", "text/plain"},
        {"csv", "text/csv"},
        {"json", "application/json"},
        {"xml", "application/xml"},
        {"html", "text/html"},
        {"pdf", "application/pdf"},
        {"zip", "application/zip"},
        {"7z", "application/x-7z-compressed"},
        {"gz", "application/gzip"},
        {"png", "image/png"},
        {"jpg", "image/jpeg"},
        {"eml", "message/rfc822"},
        {"exe", "application/x-dosexec"},
        {"dll", "application/x-dosexec"},
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++) {
        if (strcasecmp(dot + 1, types[i].extension) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

bool sb_file_check_case(struct sb_request *req, struct sb_response *res, const char *case_id)
{
    return (case_id != NULL && sb_store_has(req->store, "case", req->caller.cid, case_id)) ||
           sb_fail(res, 404, "Case not found");
}

void sb_file_add(struct sb_request *req, struct sb_response *res, const struct sb_new_file *file,
                 unsigned delay_ms)
{
    char id[SB_UUID_SIZE], now[SB_TIME_SIZE], size[32];
    struct json_object *doc = json_object_new_object(), *aux = json_object_new_object();
    sb_new_id(req, id);
    sb_time_text(req->now_ms + delay_ms, now);
    sb_size_text(file->size, size);
    sb_set_text(doc, "case_id", file->case_id);
    sb_set_text(doc, "cid", req->caller.cid);
    sb_set_text(doc, "description", file->description != NULL ? file->description : "");
    sb_set_text(doc, "file_size", size);
    sb_set_int(doc, "file_size_bytes", (int64_t)file->size);
    sb_set_text(doc, "file_type", file->type != NULL ? file->type : type_of_name(file->name));
    sb_set_text(doc, "hash_value", file->sha256);
    sb_set_text(doc, "id", id);
    sb_set_text(doc, "name", file->name);
    sb_set_text(doc, "source", file->source);
    sb_set_text(doc, "uploaded_by", req->caller.username);
    sb_set_text(doc, "uploaded_on", now);
    sb_set_int(aux, "blob", file->blob);
    sb_store_add(req->store, delay_ms > 0 ? "file_pending" : "file", req->caller.cid, id, doc, aux);
    if (delay_ms == 0) {
        sb_history_note_file(req, file->case_id, file->name, false);
    } else {
        sb_store_due_set(req->store, "file_pending", req->caller.cid, id, req->now_ms + delay_ms);
    }
    sb_set_writes(res, 1);
    json_object_put(aux);
    sb_add_object(res, doc);
}

int64_t sb_file_blob(struct sb_request *req, const char *id, char **ret_name)
{
    struct json_object *aux = NULL;
    struct json_object *doc =
        id == NULL ? NULL : sb_store_get(req->store, "file", req->caller.cid, id, &aux);
    int64_t blob = json_object_get_int64(sb_member(aux, "blob"));
    if (blob != 0 && ret_name != NULL) {
        *ret_name = strdup(sb_text(doc, "name"));
    }
    json_object_put(doc);
    json_object_put(aux);
    return blob;
}
