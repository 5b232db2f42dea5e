#include "result_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "memory.h"
#include "progress.h"
#include "render_json.h"
#include "table.h"

#define TABLE_FITS 6

static size_t length_of(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

/* ------------------------------------------------------------------ one line */

struct part {
    const char *key, *before;
};

/* What says most about a resource, in this order. */
static const struct part parts[] = {
    {"reference_id", ""}, {"status", "status "}, {"version", "version "}, {"severity", "severity "},
    {"name", ""},         {"file_name", ""},     {"file_size", ""},       {"key", ""},
};

/* "2 alerts, 1 event" of a case. */
static void describe_evidence(FILE *out, struct json_object *evidence)
{
    static const char *const kinds[] = {"alerts", "events", "leads"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t n = length_of(json_get(json_get(evidence, kinds[i]), "records"));
        if (n > 0)
            fprintf(out, ", %zu %.*s", n, (int)(strlen(kinds[i]) - (n == 1)), kinds[i]);
    }
}

static void describe_resource(FILE *out, struct json_object *resource)
{
    bool any = false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct json_object *value = json_get(resource, parts[i].key);
        if (!value || json_object_is_type(value, json_type_object) ||
            json_object_is_type(value, json_type_array))
            continue;
        char *text = json_text_of(value);
        if (*text)
            fprintf(out, "%s%s%s", any ? ", " : "", parts[i].before, text);
        any = any || *text;
        free(text);
    }
    const char *id = json_get_text(resource, "id");
    if (!any && id)
        fputs(id, out);
    describe_evidence(out, json_get(resource, "evidence"));
}

static void describe_resources(FILE *out, struct json_object *resources)
{
    size_t n = length_of(resources);
    struct json_object *first = n ? json_object_array_get_idx(resources, 0) : NULL;
    if (n == 0) {
        fputs("no results", out);
    } else if (json_object_is_type(first, json_type_object)) {
        if (n > 1)
            fprintf(out, "%zu results: ", n);
        describe_resource(out, first);
        if (n > 1)
            fputs(", ...", out);
    } else {
        char *text = json_text_of(first);
        fprintf(out, "%zu %s: %s%s", n, n == 1 ? "result" : "results", text, n > 1 ? ", ..." : "");
        free(text);
    }
}

static void describe_file(FILE *out, struct json_object *file)
{
    char size[24];
    const char *path = json_get_text(file, "path");
    int64_t bytes = json_object_get_int64(json_get(file, "bytes"));
    progress_bytes(bytes > 0 ? (uint64_t)bytes : 0, size);
    fprintf(out, "%s, %s (%" PRId64 " bytes)", path && *path ? path : "file", size, bytes);
}

static void describe_document(FILE *out, struct json_object *document)
{
    struct json_object *error = json_get(document, "error");
    struct json_object *request = json_get(document, "request");
    const char *message = json_get_text(error, "message");
    const char *said = json_get_text(document, "summary");
    if (said)
        fputs(said, out);
    else if (json_get(document, "file"))
        describe_file(out, json_get(document, "file"));
    else if (message)
        fputs(message, out);
    else if (request)
        fprintf(out, "would send %s %s", json_get_text(request, "method"),
                json_get_text(request, "url"));
    else if (json_get(document, "resources"))
        describe_resources(out, json_get(document, "resources"));
    else if (json_get(document, "value"))
        fputs("one value", out);
    else
        fputs("done", out);
}

char *result_summary(struct json_object *document)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return host_strdup("");
    describe_document(out, document);
    fclose(out);
    return text;
}

/* ------------------------------------------------------------------ the whole */

static bool is_scalar(struct json_object *value)
{
    return value && !json_object_is_type(value, json_type_object) &&
           !json_object_is_type(value, json_type_array);
}

/* Which members make the columns: those above that are there, and the id first. */
static size_t choose_columns(struct json_object *first, const char *columns[TABLE_FITS])
{
    size_t n = 0;
    if (is_scalar(json_get(first, "id")))
        columns[n++] = "id";
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && n < TABLE_FITS; i++)
        if (is_scalar(json_get(first, parts[i].key)))
            columns[n++] = parts[i].key;
    json_object_object_foreach(first, key, value)
    {
        bool chosen = !is_scalar(value) || n >= TABLE_FITS;
        for (size_t i = 0; i < n && !chosen; i++)
            chosen = strcmp(columns[i], key) == 0;
        if (!chosen && n < 3)
            columns[n++] = key;
    }
    return n;
}

static void print_table(const struct term *term, struct json_object *resources)
{
    const char *columns[TABLE_FITS];
    size_t n = choose_columns(json_object_array_get_idx(resources, 0), columns);
    if (n == 0) {
        render_json(term, resources, 0);
        return;
    }
    struct table *table = table_new(columns, n);
    for (size_t i = 0; i < length_of(resources); i++) {
        char *cells[TABLE_FITS];
        for (size_t k = 0; k < n; k++) {
            struct json_object *value =
                json_get(json_object_array_get_idx(resources, i), columns[k]);
            cells[k] = value ? json_text_of(value) : host_strdup("");
        }
        table_add(table, (const char *const *)cells, TERM_PLAIN);
        for (size_t k = 0; k < n; k++)
            free(cells[k]);
    }
    table_print(table, term, 0);
    table_free(table);
}

static void print_resources(const struct term *term, struct json_object *resources)
{
    size_t n = length_of(resources);
    struct json_object *first = n ? json_object_array_get_idx(resources, 0) : NULL;
    if (n == 0) {
        if (term->tty)
            fputs("no results\n", term->out);
    } else if (n == 1) {
        render_json(term, first, 0);
    } else if (json_object_is_type(first, json_type_object)) {
        print_table(term, resources);
    } else {
        for (size_t i = 0; i < n; i++)
            render_json(term, json_object_array_get_idx(resources, i), 0);
    }
}

static void print_footer(const struct term *term, struct json_object *document, uint64_t ms)
{
    struct json_object *meta = json_get(document, "meta");
    struct json_object *total = json_get(json_get(meta, "pagination"), "total");
    size_t n = length_of(json_get(document, "resources"));
    const char *trace = json_get_text(meta, "trace_id");
    int64_t requests = json_object_get_int64(json_get(meta, "requests"));
    fputs(term_style(term, TERM_DIM), term->out);
    fprintf(term->out, "\n%" PRIu64 " ms, %" PRId64 " %s", ms, requests,
            requests == 1 ? "request" : "requests");
    if (json_get(document, "resources"))
        fprintf(term->out, ", %zu %s", n, n == 1 ? "result" : "results");
    if (total)
        fprintf(term->out, " of %" PRId64, json_object_get_int64(total));
    if (trace) {
        fputs(", trace id ", term->out);
        term_text(term, trace, strlen(trace));
    }
    fprintf(term->out, "%s\n", term_style(term, TERM_PLAIN));
}

void result_print(const struct term *term, struct json_object *document, uint64_t ms)
{
    struct json_object *request = json_get(document, "request");
    struct json_object *file = json_get(document, "file");
    struct json_object *value = json_get(document, "value");
    struct json_object *resources = json_get(document, "resources");
    if (request)
        render_json_pretty(term, request, 0);
    if (file)
        render_json(term, file, 0);
    if (value)
        render_json(term, value, 0);
    if (resources)
        print_resources(term, resources);
    if (term->tty && !request)
        print_footer(term, document, ms);
}
