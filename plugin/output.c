#include "output.h"

#include <string.h>

#define ROOM 512u

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_adds(out, name);
    buf_add_json(out, text, strlen(text));
}

static void add_flag(struct buf *out, const char *name, bool flag)
{
    buf_adds(out, name);
    buf_adds(out, flag ? "true" : "false");
}

static void add_json_value(struct buf *out, const char *name, struct json_object *value,
                           const char *otherwise)
{
    buf_adds(out, name);
    if (value != NULL)
        json_print(value, out);
    else
        buf_adds(out, otherwise);
}

/* ------------------------------------------------------------------ what came back */

static void add_span(struct buf *out, const struct page *page, struct span span)
{
    buf_add(out, page->body.ptr + span.at, span.len);
}

/* The document goes on in the memory that holds the items: what was written of it so far is put ahead of
 * them, where it most often fits to the byte. */
static void go_on_in(struct buf *text, struct buf *out)
{
    size_t begin = out->len, items = text->len - PAGE_TEXT_AT, max = out->max;

    if (out->failed != BUF_FINE)
        return;
    if (begin + items > max) {
        out->failed = BUF_TOO_BIG;
        return;
    }
    if (begin > PAGE_TEXT_AT && !buf_reserve(text, begin - PAGE_TEXT_AT)) {
        out->failed = text->failed;
        return;
    }
    if (begin != PAGE_TEXT_AT)
        memmove(text->ptr + begin, text->ptr + PAGE_TEXT_AT, items);
    memcpy(text->ptr, out->ptr, begin);
    buf_done(out);
    *out = *text;
    out->len = begin + items;
    out->max = max;
    buf_init(text, 0);
    buf_addc(out, ']');
}

/* Room for a usual document in one go: what comes from the service, and ROOM for the rest. */
static void make_room(const struct output *output, struct buf *out)
{
    const struct pages *pages = output->pages;
    const struct page_sum *sum = output->sum;
    size_t total = ROOM, n = sum != NULL && output->has_resources ? sum->n_refs : 0;

    if (sum != NULL && sum->text != NULL)
        return; /* it goes on in the memory of the items */
    if (pages != NULL && pages->n > 0) {
        const struct scan_answer *last = &pages->list[pages->n - 1].outline;
        total += last->meta.len + (output->has_value ? last->whole.len : 0);
    }
    if (n == SIZE_MAX)
        total += pages->list[0].outline.resources.len;
    else
        for (size_t i = 0; i < n; i++)
            total += sum->refs[i].len + 1;
    buf_reserve(out, total);
}

static void add_resources(const struct output *output, struct buf *out)
{
    const struct pages *pages = output->pages;
    const struct page_sum *sum = output->sum;
    size_t n = sum != NULL ? sum->n_refs : 0;

    if (n == SIZE_MAX) {
        buf_adds(out, ",\"resources\":");
        add_span(out, &pages->list[0], pages->list[0].outline.resources);
        return;
    }
    if (sum != NULL && sum->text != NULL) {
        buf_adds(out, ",\"resources\":[");
        go_on_in(sum->text, out);
        return;
    }
    buf_adds(out, ",\"resources\":[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_addc(out, ',');
        buf_add(out, sum->refs[i].text, sum->refs[i].len);
    }
    buf_addc(out, ']');
}

static void add_file(const struct http_file *file, const char *type, struct buf *out)
{
    buf_adds(out, ",\"file\":{");
    add_text(out, "\"path\":", file->path);
    add_text(out, ",\"name\":", file->name);
    buf_adds(out, ",\"bytes\":");
    buf_add_int(out, file->bytes);
    add_text(out, ",\"content_type\":", type);
    buf_addc(out, '}');
}

/* ------------------------------------------------------------------ about the call */

/* Of a list that was read to its end, or as far as was wanted or possible. */
static void add_paging(const struct pages *pages, struct buf *out)
{
    buf_addf(out, "\"paging\":{\"pages\":%zu,\"items\":", pages->n);
    buf_add_int(out, pages->items);
    add_flag(out, ",\"complete\":", pages->complete);
    add_flag(out, ",\"moved\":", pages->moved);
    if (!pages->complete && pages->action->paging == PAGING_OFFSET) {
        buf_adds(out, ",\"next_offset\":");
        buf_add_int(out, pages->end);
    } else if (!pages->complete) {
        const char *token = pages->next_after != NULL ? pages->next_after : pages->after;
        if (token != NULL)
            add_text(out, ",\"next_after\":", token);
    }
    buf_adds(out, "},");
}

static void add_reconciled(const struct output *output, struct buf *out)
{
    add_text(out, ",\"reconciled\":{\"verdict\":", output->verdict);
    buf_adds(out, ",\"looks\":");
    buf_add_int(out, output->looks);
    add_json_value(out, ",\"found\":", output->found, "[]");
    buf_addc(out, '}');
}

/* The service's own meta of the last answer goes first, as it was sent. */
static void add_meta(const struct output *output, struct buf *out)
{
    const struct pages *pages = output->pages;
    bool traced = false, empty = true;

    buf_adds(out, ",\"meta\":{");
    if (pages != NULL && pages->n > 0) {
        const struct page *last = &pages->list[pages->n - 1];
        struct span meta = last->outline.meta;
        const char *text = last->body.ptr + meta.at;
        if (meta.len > 2 && text[0] == '{') {
            size_t end = meta.len - 1;
            while (end > 1 && strchr(" \t\r\n", text[end - 1]) != NULL)
                end--;
            buf_add(out, text + 1, end - 1);
            empty = end == 1;
            traced = memmem(text, meta.len, "\"trace_id\"", 10) != NULL;
        }
    }
    if (!empty)
        buf_addc(out, ',');
    if (!traced && output->trace_id != NULL && output->trace_id[0] != '\0') {
        add_text(out, "\"trace_id\":", output->trace_id);
        buf_addc(out, ',');
    }
    if (output->tenant != NULL) {
        add_text(out, "\"tenant\":", output->tenant);
        buf_addc(out, ',');
    }
    if (pages != NULL && pages->all)
        add_paging(pages, out);
    buf_adds(out, "\"requests\":");
    buf_add_int(out, output->requests);
    buf_adds(out, ",\"attempts\":");
    buf_add_int(out, output->attempts);
    if (output->reconciled)
        add_reconciled(output, out);
    buf_addc(out, '}');
}

static void add_error(const struct output *output, struct buf *out)
{
    const struct error *err = output->error;

    add_text(out, ",\"error\":{\"code\":", status_name(err->status));
    add_text(out, ",\"reason\":", err->reason != NULL ? err->reason : "unknown");
    add_text(out, ",\"message\":", err->message);
    if (err->where[0] != '\0')
        add_text(out, ",\"where\":", err->where);
    if (err->hint[0] != '\0')
        add_text(out, ",\"hint\":", err->hint);
    add_flag(out, ",\"retryable\":", err->retryable);
    if (err->retry_after_ms >= 0) {
        buf_adds(out, ",\"retry_after_ms\":");
        buf_add_int(out, err->retry_after_ms);
    }
    add_text(out, ",\"outcome\":", outcome_name(err->outcome));
    if (output->present != NULL)
        add_json_value(out, ",\"present\":", output->present, "{}");
    if (output->violations != NULL)
        add_json_value(out, ",\"violations\":", output->violations, "[]");
    buf_addc(out, '}');
}

void output_write(const struct output *output, struct buf *ret)
{
    const struct pages *pages = output->pages;

    make_room(output, ret);
    add_flag(ret, "{\"ok\":", output->status == SOAR_OK);
    add_text(ret, ",\"status\":", status_name(output->status));
    buf_adds(ret, ",\"http_status\":");
    buf_add_int(ret, output->http_status);
    if (output->has_resources)
        add_resources(output, ret);
    if (output->sum != NULL && output->sum->done != NULL) {
        add_json_value(ret, ",\"done\":", output->sum->done, "[]");
        add_json_value(ret, ",\"failed\":", output->sum->failed, "[]");
    }
    if (output->has_value) {
        buf_adds(ret, ",\"value\":");
        add_span(ret, &pages->list[pages->n - 1], pages->list[pages->n - 1].outline.whole);
    }
    if (output->file != NULL)
        add_file(output->file, output->file_type, ret);
    if (output->request != NULL) {
        buf_adds(ret, ",\"dry_run\":true,\"request\":");
        output_request(output->request, output->planned_file, ret);
        if (output->planned != NULL) {
            buf_adds(ret, ",\"plan\":");
            buf_add(ret, output->planned->ptr, output->planned->len);
        }
    }
    add_meta(output, ret);
    add_json_value(ret, ",\"errors\":", pages != NULL ? pages->errors : NULL, "[]");
    if (output->error != NULL)
        add_error(output, ret);
    buf_addc(ret, '}');
}

void output_error(const struct error *err, struct buf *ret)
{
    struct output output = {.status = err->status, .http_status = err->http_status, .error = err};

    output_write(&output, ret);
}
