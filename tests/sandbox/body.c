#include "exchange.h"
#include "request.h"
#include "routes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_PART_TEXT 65536
#define MAX_PARTS 64

static void fail_body(struct sb_exchange *ex, unsigned status, const char *why)
{
    if (!ex->body_failed && !ex->refused) {
        ex->body_failed = true;
        sb_fail(&ex->res, status, "%s", why);
    }
}

/* Ends the part that was being read, if any. */
static void end_part(struct sb_exchange *ex)
{
    if (ex->req.part_count == 0) {
        return;
    }
    struct sb_part *part = &ex->req.parts[ex->req.part_count - 1];
    if (ex->part_blob != NULL) {
        part->blob = sb_blob_finish(ex->part_blob, &part->size, part->sha256);
        ex->part_blob = NULL;
        if (part->blob == 0) {
            fail_body(ex, 500, "the file could not be stored");
        }
    }
    if (ex->part_text != NULL) {
        part->size = (uint64_t)ex->part_text->bpos;
        part->value = strndup(ex->part_text->buf, (size_t)ex->part_text->bpos);
        if (!sb_utf8_valid(part->value, strlen(part->value)) || strlen(part->value) != part->size) {
            fail_body(ex, 400, "a form value is no UTF-8 text");
        }
        printbuf_free(ex->part_text);
        ex->part_text = NULL;
    }
}

static bool begin_part(struct sb_exchange *ex, const char *name, const char *filename,
                       const char *content_type)
{
    struct sb_part *parts = reallocarray(ex->req.parts, ex->req.part_count + 1, sizeof *parts);
    if (parts == NULL || ex->req.part_count >= MAX_PARTS) {
        ex->req.parts = parts != NULL ? parts : ex->req.parts;
        fail_body(ex, 400, "too many form parts");
        return false;
    }
    ex->req.parts = parts;
    struct sb_part *part = &parts[ex->req.part_count++];
    *part = (struct sb_part){.name = strdup(name)};
    part->filename = filename != NULL ? strdup(filename) : NULL;
    part->content_type = content_type != NULL ? strdup(content_type) : NULL;
    if (!sb_utf8_valid(name, strlen(name)) ||
        (filename != NULL && !sb_utf8_valid(filename, strlen(filename)))) {
        fail_body(ex, 400, "a name in the form is no UTF-8 text");
    }
    if (filename != NULL) {
        ex->part_blob = sb_blob_writer_new(ex->server->store, false);
    } else {
        ex->part_text = printbuf_new();
    }
    return true;
}

/* libmicrohttpd may announce a part with no bytes first and then again with its first bytes. */
static bool is_new_part(const struct sb_exchange *ex, const char *name, uint64_t offset)
{
    if (ex->req.part_count == 0) {
        return true;
    }
    const struct sb_part *part = &ex->req.parts[ex->req.part_count - 1];
    bool open_and_empty = (ex->part_text != NULL && ex->part_text->bpos == 0) ||
                          (ex->part_blob != NULL && ex->body_size == 0);
    return offset == 0 && !(open_and_empty && strcmp(part->name, name) == 0);
}

static enum MHD_Result take_part(struct sb_exchange *ex, const char *name, const char *filename,
                                 const char *content_type, const char *data, uint64_t offset,
                                 size_t size)
{
    if (is_new_part(ex, name, offset)) {
        end_part(ex);
        ex->body_size = 0;
        if (ex->body_failed || !begin_part(ex, name, filename, content_type)) {
            return MHD_YES;
        }
    }
    ex->body_size += size;
    if (ex->part_blob != NULL) {
        if (ex->body_size > ex->server->options->max_upload_bytes) {
            fail_body(ex, 413, "the file is too large");
            sb_blob_abandon(ex->part_blob);
            ex->part_blob = NULL;
        } else if (!sb_blob_append(ex->part_blob, data, size)) {
            fail_body(ex, 500, "the file could not be stored");
        }
    } else if (ex->part_text != NULL && size > 0) {
        if (ex->body_size > MAX_PART_TEXT) {
            fail_body(ex, 413, "a form value is too large");
        } else {
            printbuf_memappend(ex->part_text, data, (int)size);
        }
    }
    return MHD_YES;
}

/* A urlencoded value may come in pieces. */
static enum MHD_Result take_field(struct sb_exchange *ex, const char *name, const char *data,
                                  uint64_t offset, size_t size)
{
    if (offset == 0) {
        sb_params_add(&ex->fields, name, strlen(name), data, size);
    } else if (ex->fields.count > 0) {
        struct sb_param *last = &ex->fields.items[ex->fields.count - 1];
        size_t old = strlen(last->value);
        char *longer = realloc(last->value, old + size + 1);
        if (longer != NULL) {
            memcpy(longer + old, data, size);
            longer[old + size] = '\0';
            last->value = longer;
        }
    }
    return MHD_YES;
}

static enum MHD_Result take_form(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *filename, const char *content_type,
                                 const char *encoding, const char *data, uint64_t offset,
                                 size_t size)
{
    struct sb_exchange *ex = cls;
    (void)kind;
    (void)encoding;
    if (ex->body_failed || name == NULL) {
        return MHD_YES;
    }
    if (ex->target == SB_TO_OPERATION) {
        return take_part(ex, name, filename, content_type, data, offset, size);
    }
    return take_field(ex, name, data, offset, size);
}

void sb_body_begin(struct sb_exchange *ex)
{
    const char *type = sb_header_of(ex, "Content-Type");
    bool wants_form = ex->target == SB_TO_TOKEN || ex->target == SB_TO_REVOKE ||
                      (ex->req.route != NULL && ex->req.route->body == SB_BODY_MULTIPART);
    if (wants_form && type != NULL) {
        ex->form = MHD_create_post_processor(ex->connection, 65536, take_form, ex);
        sb_form_end_begin(&ex->form_end, type);
    }
}

void sb_body_take(struct sb_exchange *ex, const char *data, size_t size)
{
    if (ex->refused || ex->body_failed) {
        return;
    }
    if (ex->form != NULL) {
        size = sb_form_end_take(&ex->form_end, data, size);
        if (size > 0 && MHD_post_process(ex->form, data, size) != MHD_YES) {
            fail_body(ex, 400, "the form is malformed");
        }
        return;
    }
    ex->body_size += size;
    if (ex->body_size > SB_MAX_JSON) {
        fail_body(ex, 413, "the body is too large");
        return;
    }
    if (ex->text == NULL) {
        ex->text = printbuf_new();
    }
    printbuf_memappend(ex->text, data, (int)size);
}

static void parse_text(struct sb_exchange *ex)
{
    const char *text = ex->text->buf;
    size_t size = (size_t)ex->text->bpos;
    const char *error = "it breaks the grammar";
    if (!sb_utf8_valid(text, size)) {
        fail_body(ex, 400, "the body is no UTF-8 text");
        return;
    }
    ex->req.body = sb_json_parse(text, size, &error);
    sb_store_lock(ex->server->store);
    bool valid = ex->req.body != NULL && sb_store_json_valid(ex->server->store, text, size);
    sb_store_unlock(ex->server->store);
    if (!valid) {
        char why[160];
        snprintf(why, sizeof why, "the body is no JSON: %s", error);
        fail_body(ex, 400, why);
    }
}

void sb_body_end(struct sb_exchange *ex)
{
    if (ex->form != NULL) {
        if (MHD_destroy_post_processor(ex->form) != MHD_YES) {
            fail_body(ex, 400, "the form breaks off");
        }
        ex->form = NULL;
        end_part(ex);
    }
    bool json = ex->target == SB_TO_CONTROL ||
                (ex->req.route != NULL && ex->req.route->body != SB_BODY_MULTIPART);
    if (json && ex->text != NULL && !ex->refused && !ex->body_failed) {
        parse_text(ex);
    }
}

void sb_body_done(struct sb_exchange *ex)
{
    if (ex->form != NULL) {
        MHD_destroy_post_processor(ex->form);
    }
    sb_blob_abandon(ex->part_blob);
    if (ex->part_text != NULL) {
        printbuf_free(ex->part_text);
    }
    if (ex->text != NULL) {
        printbuf_free(ex->text);
    }
    for (size_t i = 0; i < ex->req.part_count; i++) {
        struct sb_part *part = &ex->req.parts[i];
        if (part->blob != 0 && !part->keep) {
            sb_store_lock(ex->server->store);
            sb_blob_delete(ex->server->store, part->blob);
            sb_store_unlock(ex->server->store);
        }
        free(part->name);
        free(part->filename);
        free(part->content_type);
        free(part->value);
    }
    free(ex->req.parts);
    sb_params_done(&ex->fields);
    sb_params_done(&ex->req.query);
    json_object_put(ex->req.body);
}
