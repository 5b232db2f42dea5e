#include "record.h"
#include "exchange.h"
#include "redact.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sb_record {
    pthread_mutex_t lock;
    FILE *file;
};

struct sb_record *sb_record_new(const char *file)
{
    struct sb_record *record = calloc(1, sizeof *record);
    if (record == NULL || (record->file = fopen(file, "we")) == NULL) {
        free(record);
        return NULL;
    }
    pthread_mutex_init(&record->lock, NULL);
    return record;
}

void sb_record_free(struct sb_record *record)
{
    if (record != NULL) {
        fclose(record->file);
        pthread_mutex_destroy(&record->lock);
        free(record);
    }
}

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct json_object *headers = cls;
    char lower[128];
    size_t n = 0;
    (void)kind;
    if (sb_is_secret(name)) {
        return MHD_YES;
    }
    for (; n < sizeof lower - 1 && name[n] != '\0'; n++) {
        lower[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] + 32 : name[n]);
    }
    lower[n] = '\0';
    sb_set(headers, lower, sb_text_or_note(value != NULL ? value : ""));
    return MHD_YES;
}

struct json_object *sb_record_headers(struct sb_exchange *ex)
{
    struct json_object *headers = json_object_new_object();
    MHD_get_connection_values(ex->connection, MHD_HEADER_KIND, add_header, headers);
    return headers;
}

static struct json_object *part_list(const struct sb_request *req)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < req->part_count; i++) {
        const struct sb_part *part = &req->parts[i];
        struct json_object *entry = json_object_new_object();
        sb_set(entry, "name", sb_text_or_note(part->name));
        if (part->filename != NULL) {
            sb_set(entry, "filename", sb_text_or_note(part->filename));
            sb_set_text(entry, "sha256", part->sha256);
        }
        if (part->content_type != NULL) {
            sb_set(entry, "content_type", sb_text_or_note(part->content_type));
        }
        sb_set_int(entry, "size", (int64_t)part->size);
        if (part->value != NULL) {
            sb_set(entry, "value", sb_text_or_note(part->value));
        }
        json_object_array_add(list, entry);
    }
    return list;
}

struct json_object *sb_record_body(const struct sb_exchange *ex)
{
    struct json_object *body = NULL;
    if (ex->req.body != NULL) {
        return sb_redact_json(ex->req.body);
    }
    if (ex->req.part_count > 0) {
        body = json_object_new_object();
        sb_set(body, "parts", part_list(&ex->req));
    } else if (ex->fields.count > 0) {
        body = json_object_new_object();
        sb_set(body, "form", sb_redact_params(&ex->fields));
    } else if (ex->text != NULL) {
        body = json_object_new_object();
        sb_set_int(body, "bytes", ex->text->bpos);
    }
    return body;
}

void sb_record_write(struct sb_record *record, struct sb_exchange *ex, bool dropped)
{
    struct json_object *line = json_object_new_object();
    sb_set_text(line, "method", ex->req.method);
    sb_set(line, "path", sb_redact_path(ex->req.path));
    sb_set(line, "query", sb_redact_params(&ex->req.query));
    sb_set(line, "headers", sb_record_headers(ex));
    sb_set(line, "body", sb_record_body(ex));
    sb_set_int(line, "status", dropped ? 0 : (int64_t)ex->res.status);
    sb_set_text(line, "trace_id", ex->req.trace_id);
    const char *text = json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE);
    pthread_mutex_lock(&record->lock);
    fprintf(record->file, "%s\n", text);
    fflush(record->file);
    pthread_mutex_unlock(&record->lock);
    json_object_put(line);
}
