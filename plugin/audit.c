#include "audit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

struct writer {
    struct buf *out;
    int64_t n, left_out;
    bool first; /* of its list */
};

/* ------------------------------------------------------------------ ids */

/* raw = already as it stands between the quotes of a JSON string. */
static void add_id(struct writer *w, const char *text, size_t len, bool raw)
{
    if (w->n == AUDIT_MAX_IDS) {
        w->left_out++;
        return;
    }
    w->n++;
    if (!w->first)
        buf_addc(w->out, ',');
    w->first = false;
    if (raw && len <= AUDIT_MAX_ID) {
        buf_addc(w->out, '"');
        buf_add(w->out, text, len);
        buf_addc(w->out, '"');
    } else {
        buf_add_json(w->out, text, utf8_cut(text, len, AUDIT_MAX_ID));
    }
}

static const struct schema *schema_of(const struct schema *schema, const char *name)
{
    for (size_t i = 0; schema != NULL && i < schema->n_properties; i++)
        if (strcmp(schema->properties[i].name, name) == 0)
            return schema->properties[i].schema;
    return NULL;
}

/* The ids in a value; of an object, those that stand in its members. */
static void add_ids(struct writer *w, const struct schema *schema, struct json_object *value)
{
    if (schema == NULL)
        return;
    switch (json_object_get_type(value)) {
    case json_type_string: {
        bool item = schema->items != NULL && (schema->items->flags & SCHEMA_ID) != 0;
        const struct schema *inner = schema_of(schema->items != NULL ? schema->items : schema,
                                               schema->wrap != NULL ? schema->wrap : "id");
        if (item || (schema->flags & SCHEMA_ID) != 0 ||
            (inner != NULL && (inner->flags & SCHEMA_ID) != 0))
            add_id(w, json_object_get_string(value), (size_t)json_object_get_string_len(value),
                   false);
        break;
    }
    case json_type_array:
        for (size_t i = 0; i < json_object_array_length(value); i++)
            add_ids(w, schema->items, json_object_array_get_idx(value, i));
        break;
    case json_type_object: {
        json_object_object_foreach(value, name, member)
        {
            add_ids(w, schema_of(schema, name), member);
        }
        break;
    }
    default:
        break;
    }
}

/* Does the member hold the whole query, body or form in place of the named inputs? */
static bool is_whole(const struct schema *schema)
{
    return schema != NULL && schema->in >= SCHEMA_IN_WHOLE_QUERY;
}

static void add_named(struct writer *w, const struct schema *schema, struct json_object *input,
                      bool *first_name)
{
    if (!json_object_is_type(input, json_type_object))
        return;
    json_object_object_foreach(input, name, value)
    {
        const struct schema *inner = schema_of(schema, name);
        if (is_whole(inner)) {
            add_named(w, schema, value, first_name);
            continue;
        }
        struct buf *out = w->out;
        struct buf list;
        buf_init(&list, AUDIT_MAX_IDS * (AUDIT_MAX_ID * 6 + 3));
        w->out = &list;
        w->first = true;
        add_ids(w, inner, value);
        w->out = out;
        if (list.len > 0) {
            if (!*first_name)
                buf_addc(out, ',');
            *first_name = false;
            buf_add_json(out, name, strlen(name));
            buf_adds(out, ":[");
            buf_add(out, list.ptr, list.len);
            buf_addc(out, ']');
        }
        if (list.failed)
            out->failed = list.failed;
        buf_done(&list);
    }
}

static void add_resources(struct writer *w, const struct pages *pages)
{
    w->first = true;
    for (size_t i = 0; pages != NULL && i < pages->n; i++) {
        const struct page *page = &pages->list[i];
        for (size_t k = 0; k < page->outline.n_items; k++) {
            struct span id = page->outline.items[k].id;
            if (id.len > 0)
                add_id(w, page->body.ptr + id.at, id.len, true);
        }
    }
}

/* ------------------------------------------------------------------ the record */

static void add_text(struct buf *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_adds(out, name);
    buf_add_json(out, text, strlen(text));
}

static void add_number(struct buf *out, const char *name, int64_t value)
{
    buf_adds(out, name);
    buf_add_int(out, value);
}

static void add_time(struct buf *out, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;

    if (gmtime_r(&seconds, &utc) == NULL)
        memset(&utc, 0, sizeof(utc));
    buf_addf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", utc.tm_year + 1900, utc.tm_mon + 1,
             utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(wall_ms % 1000));
}

void audit_write(const struct audit *record, struct buf *ret)
{
    struct writer w = {.out = ret};
    bool first_name = true;

    buf_adds(ret, "{\"audit\":\"write\",\"time\":");
    add_time(ret, record->wall_ms);
    add_text(ret, ",\"tenant\":", record->tenant);
    add_text(ret, ",\"action\":", record->action->name);
    add_text(ret, ",\"status\":", status_name(record->status));
    add_text(ret, ",\"outcome\":", outcome_name(record->outcome));
    add_text(ret, ",\"reason\":", record->reason);
    add_number(ret, ",\"http_status\":", record->http_status);
    buf_adds(ret, ",\"ids\":{");
    add_named(&w, record->action->input, record->input, &first_name);
    buf_adds(ret, "},\"resources\":[");
    add_resources(&w, record->pages);
    buf_addc(ret, ']');
    if (w.left_out > 0)
        add_number(ret, ",\"ids_left_out\":", w.left_out);
    add_text(ret, ",\"trace_id\":", record->trace_id);
    add_text(ret, ",\"traceparent\":", record->traceparent);
    if (record->call_id != 0)
        buf_addf(ret, ",\"call_id\":%llu", (unsigned long long)record->call_id);
    add_number(ret, ",\"requests\":", record->requests);
    add_number(ret, ",\"attempts\":", record->attempts);
    add_text(ret, ",\"plan\":", record->plan);
    buf_addc(ret, '}');
}
