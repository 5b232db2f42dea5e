#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"

static void headline(const struct term *term, const char *what, soar_status status,
                     const char *message)
{
    fprintf(term->out, "%ssoarhost: ", term_style(term, TERM_BAD));
    if (what) {
        term_text(term, what, strlen(what));
        fputs(": ", term->out);
    }
    fprintf(term->out, "%s%s: ", host_status_name(status), term_style(term, TERM_PLAIN));
    term_text(term, message, strlen(message));
    putc('\n', term->out);
}

static void detail(const struct term *term, const char *name, const char *text)
{
    if (!text || !*text)
        return;
    fprintf(term->out, "  %-10s ", name);
    term_wrap(term, text, 13);
}

static void own_as_json(const char *what, const struct host_error *err)
{
    struct json_object *document = json_object_new_object();
    struct json_object *error = json_object_new_object();
    const char *name = host_status_name(err->status);
    json_object_object_add(document, "ok", json_object_new_boolean(0));
    json_object_object_add(document, "status", json_object_new_string(name));
    json_object_object_add(error, "code", json_object_new_string(name));
    json_object_object_add(error, "reason", json_object_new_string("host"));
    json_object_object_add(error, "message", json_object_new_string(err->message));
    if (err->where[0] || what)
        json_object_object_add(error, "where",
                               json_object_new_string(err->where[0] ? err->where : what));
    if (err->hint[0])
        json_object_object_add(error, "hint", json_object_new_string(err->hint));
    json_object_object_add(document, "error", error);
    puts(json_object_to_json_string_ext(document,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(document);
}

int report_host_error(const struct term *term, bool json, const char *what,
                      const struct host_error *err)
{
    if (json) {
        own_as_json(what, err);
    } else {
        headline(term, what, err->status, err->message);
        detail(term, "where", err->where);
        detail(term, "what to do", err->hint);
    }
    return host_exit_code(err->status);
}

/* [{where, message}] of the plugin, and [{code, message, id}] of the service. */
static void list_details(const struct term *term, const char *name, struct json_object *list,
                         const char *where_key)
{
    size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < n; i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        const char *where = json_get_text(entry, where_key);
        const char *message = json_get_text(entry, "message");
        char line[1024];
        snprintf(line, sizeof(line), "%s%s%s", where ? where : "", where && *where ? ": " : "",
                 message ? message : "");
        detail(term, i == 0 ? name : "", line);
    }
}

void report_document_error(const struct term *term, const char *what, soar_status status,
                           struct json_object *document)
{
    struct json_object *error = json_get(document, "error");
    struct json_object *errors = json_get(document, "errors");
    struct json_object *violations = json_get(error, "violations");
    const char *message = json_get_text(error, "message");
    const char *outcome = json_get_text(error, "outcome");
    if (!error && status == SOAR_OK)
        return;
    headline(term, what, status, message ? message : "failed");
    bool several = json_object_is_type(violations, json_type_array) &&
                   json_object_array_length(violations) > 1;
    if (several)
        list_details(term, "where", violations, "where");
    else
        detail(term, "where", json_get_text(error, "where"));
    list_details(term, "service", errors, "id");
    detail(term, "what to do", json_get_text(error, "hint"));
    detail(term, "trace id", json_get_text(json_get(document, "meta"), "trace_id"));
    if (outcome && strcmp(outcome, "unknown") == 0)
        detail(term, "effect", "unknown: it may have been applied");
    else if (outcome && strcmp(outcome, "applied") == 0)
        detail(term, "effect", "applied");
}

int report_outcome_error(const struct term *term, bool json, const char *what,
                         const struct outcome *outcome)
{
    if (json && outcome->json)
        puts(outcome->json);
    else if (json)
        puts(json_object_to_json_string_ext(outcome->document, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE));
    else
        report_document_error(term, what, outcome->status, outcome->document);
    return host_exit_code(outcome->status);
}
