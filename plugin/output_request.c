#include <string.h>

#include "output.h"

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_adds(out, name);
    buf_add_json(out, text, strlen(text));
}

static void add_file(const struct http_part *part, const struct plan_file *file, struct buf *out)
{
    const char *name = file != NULL && file->name[0] != '\0' ? file->name : part->file_name;

    if (part->path != NULL)
        add_text(out, ",\"file\":", part->path);
    if (name != NULL)
        add_text(out, ",\"file_name\":", name);
    if (file == NULL || file->sha256[0] == '\0')
        return;
    buf_adds(out, ",\"size\":");
    buf_add_int(out, file->size);
    add_text(out, ",\"sha256\":", file->sha256);
}

static void add_part(const struct http_part *part, const struct plan_file *file, struct buf *out)
{
    add_text(out, "{\"name\":", part->name);
    if (part->kind == HTTP_PART_FILE) {
        add_file(part, file, out);
    } else {
        buf_adds(out, ",\"text\":");
        buf_add_json(out, part->text, part->text_len);
    }
    buf_addc(out, '}');
}

void output_request(const struct http_request *request, const struct plan_file *file,
                    struct buf *out)
{
    add_text(out, "{\"method\":", request->method);
    buf_adds(out, ",\"url\":");
    buf_add_json(out, request->url.ptr, request->url.len);
    buf_adds(out, ",\"headers\":{\"Authorization\":\"Bearer (left out)\"");
    if (request->content_type != NULL || request->n_parts > 0)
        add_text(out, ",\"Content-Type\":",
                 request->n_parts > 0 ? "multipart/form-data" : request->content_type);
    if (request->trace != NULL)
        add_text(out, ",\"traceparent\":", request->trace);
    buf_addc(out, '}');
    if (request->has_body) {
        buf_adds(out, ",\"body\":");
        buf_add(out, request->body.ptr, request->body.len);
    }
    if (request->n_parts > 0) {
        buf_adds(out, ",\"parts\":[");
        for (size_t i = 0; i < request->n_parts; i++) {
            if (i > 0)
                buf_addc(out, ',');
            add_part(&request->parts[i], file, out);
        }
        buf_addc(out, ']');
    }
    buf_addc(out, '}');
}
