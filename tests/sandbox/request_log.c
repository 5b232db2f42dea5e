#include "request_log.h"
#include "exchange.h"
#include "redact.h"
#include "request.h"
#include "routes.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PATH 2048

struct body {
    char *text; /* the first SB_LOG_BODY bytes, NUL-terminated; NULL: nothing to show */
    size_t size, total;
    char type[96];
    bool has_secrets; /* shown only with its members checked */
};

struct entry {
    int64_t number;
    char *summary; /* JSON texts */
    char *details;
    struct body request, response;
    size_t bytes;
};

struct sb_request_log {
    pthread_mutex_t lock;
    struct entry entries[SB_LOG_ENTRIES]; /* number N lies at N modulo SB_LOG_ENTRIES */
    int64_t first, next;                  /* from 1 */
    size_t bytes;
};

struct sb_request_log *sb_request_log_new(void)
{
    struct sb_request_log *log = calloc(1, sizeof *log);
    if (log != NULL) {
        pthread_mutex_init(&log->lock, NULL);
        log->first = log->next = 1;
    }
    return log;
}

static struct entry *place(struct sb_request_log *log, int64_t number)
{
    return &log->entries[number % SB_LOG_ENTRIES];
}

static void drop_first(struct sb_request_log *log)
{
    struct entry *entry = place(log, log->first++);
    log->bytes -= entry->bytes;
    free(entry->summary);
    free(entry->details);
    free(entry->request.text);
    free(entry->response.text);
    memset(entry, 0, sizeof *entry);
}

void sb_request_log_free(struct sb_request_log *log)
{
    if (log == NULL) {
        return;
    }
    while (log->first < log->next) {
        drop_first(log);
    }
    pthread_mutex_destroy(&log->lock);
    free(log);
}

/* ------------------------------------------------------------------ taking in */

static char *json_text(struct json_object *object)
{
    char *text = strdup(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
                                                                   JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(object);
    return text;
}

/* The text may hold NULs; one more follows it. */
static char *copy_bytes(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy != NULL) {
        memcpy(copy, bytes, size);
        copy[size] = '\0';
    }
    return copy;
}

static void keep(struct body *body, const char *text, size_t size)
{
    body->total = size;
    body->size = size < SB_LOG_BODY ? size : SB_LOG_BODY;
    body->text = copy_bytes(text, body->size);
}

void sb_request_log_keep_answer(struct sb_exchange *ex, const char *text, size_t size)
{
    free(ex->shown);
    ex->shown_size = size < SB_LOG_BODY ? size : SB_LOG_BODY;
    ex->shown = text != NULL ? copy_bytes(text, ex->shown_size) : NULL;
    ex->sent_size = size;
}

static struct json_object *shown_path(const char *path)
{
    char cut[MAX_PATH + 1];
    snprintf(cut, sizeof cut, "%s", path);
    return sb_redact_path(cut);
}

static const char *operation_of(const struct sb_exchange *ex)
{
    switch (ex->target) {
    case SB_TO_OPERATION:
        return ex->req.route->name;
    case SB_TO_TOKEN:
        return "token";
    case SB_TO_REVOKE:
        return "revoke";
    case SB_TO_LINK:
        return "link";
    default:
        return "";
    }
}

static struct json_object *summary_of(struct sb_exchange *ex, bool dropped)
{
    struct json_object *summary = json_object_new_object();
    char at[SB_TIME_SIZE];
    sb_time_text(ex->req.now_ms, at);
    sb_set_text(summary, "at", at);
    sb_set_text(summary, "method", ex->req.method);
    sb_set(summary, "path", shown_path(ex->req.path));
    sb_set_text(summary, "operation", operation_of(ex));
    sb_set_int(summary, "status", dropped ? 0 : (int64_t)ex->res.status);
    sb_set_text(summary, "trace_id", ex->req.trace_id);
    sb_set_int(summary, "ms", (sb_monotonic_us() - ex->started_us) / 1000);
    sb_set_text(summary, "cid", ex->req.caller.cid);
    sb_set_bool(summary, "fault", ex->has_fault);
    return summary;
}

static struct json_object *details_of(struct sb_exchange *ex)
{
    struct json_object *details = json_object_new_object();
    sb_set(details, "query", sb_redact_params(&ex->req.query));
    sb_set(details, "headers", sb_record_headers(ex));
    if (ex->text == NULL) {
        sb_set(details, "body", sb_record_body(ex));
    }
    return details;
}

static void copy_type(struct body *body, const char *type)
{
    bool text = type != NULL && sb_utf8_valid(type, strlen(type));
    snprintf(body->type, sizeof body->type, "%.95s", text ? type : "");
}

static void take_bodies(struct entry *entry, struct sb_exchange *ex, bool dropped)
{
    bool secrets = ex->target == SB_TO_TOKEN || ex->target == SB_TO_REVOKE;
    entry->request.has_secrets = entry->response.has_secrets = secrets;
    copy_type(&entry->request, sb_header_of(ex, "Content-Type"));
    if (ex->text != NULL) {
        keep(&entry->request, ex->text->buf, (size_t)ex->text->bpos);
    }
    if (!dropped) {
        copy_type(&entry->response,
                  ex->res.content_type != NULL ? ex->res.content_type : "application/json");
        entry->response.text = ex->shown;
        entry->response.size = ex->shown != NULL ? ex->shown_size : 0;
        entry->response.total = ex->sent_size;
        ex->shown = NULL;
    }
}

static void number_summary(struct entry *entry, struct json_object *summary, int64_t number)
{
    entry->number = number;
    sb_set_int(summary, "number", number);
    entry->summary = json_text(summary);
}

char *sb_request_log_add(struct sb_request_log *log, struct sb_exchange *ex, bool dropped)
{
    struct entry entry;
    memset(&entry, 0, sizeof entry);
    struct json_object *summary = summary_of(ex, dropped);
    entry.details = json_text(details_of(ex));
    take_bodies(&entry, ex, dropped);
    pthread_mutex_lock(&log->lock);
    number_summary(&entry, summary, log->next);
    entry.bytes =
        strlen(entry.summary) + strlen(entry.details) + entry.request.size + entry.response.size;
    while (log->first < log->next &&
           (log->next - log->first == SB_LOG_ENTRIES || log->bytes + entry.bytes > SB_LOG_BYTES)) {
        drop_first(log);
    }
    *place(log, log->next++) = entry;
    log->bytes += entry.bytes;
    char *copy = strdup(entry.summary);
    pthread_mutex_unlock(&log->lock);
    return copy;
}

/* ------------------------------------------------------------------ giving out */

struct json_object *sb_request_log_list(struct sb_request_log *log, int64_t before, int64_t limit)
{
    struct json_object *answer = json_object_new_object();
    struct json_object *list = json_object_new_array();
    pthread_mutex_lock(&log->lock);
    int64_t number = before > 0 && before < log->next ? before : log->next;
    while (--number >= log->first && limit-- > 0) {
        json_object_array_add(list, json_tokener_parse(place(log, number)->summary));
    }
    sb_set_int(answer, "oldest", log->first);
    pthread_mutex_unlock(&log->lock);
    sb_set(answer, "requests", list);
    return answer;
}

/* A text that was cut may end within a character, which is cut off. */
static bool is_text(struct body *body)
{
    size_t most = body->size < body->total ? 4 : 1;
    for (size_t less = 0; less < most && less <= body->size; less++) {
        if (sb_utf8_valid(body->text, body->size - less)) {
            body->text[body->size - less] = '\0';
            return true;
        }
    }
    return false;
}

static const char *why_hidden(struct body *body)
{
    if (body->text == NULL) {
        return body->total > 0 ? "bytes are not kept" : "";
    }
    if (strlen(body->text) != body->size || !is_text(body)) {
        return "it is no UTF-8 text";
    }
    return body->has_secrets || sb_smells_of_secret(body->text) ? "it may hold a secret" : NULL;
}

/* JSON is shown with the secrets taken out, any other text only where it holds none. */
static void show(struct json_object *shown, struct body *body)
{
    const char *error;
    struct json_object *json = body->text != NULL && body->size == body->total
                                   ? sb_json_parse(body->text, body->size, &error)
                                   : NULL;
    const char *note = json != NULL ? NULL : why_hidden(body);
    const char *text = body->text;
    if (json != NULL) {
        struct json_object *redacted = sb_redact_json(json);
        json_object_put(json);
        json = redacted;
        text =
            json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                     JSON_C_TO_STRING_NOSLASHESCAPE);
    }
    if (note == NULL) {
        char *redacted = sb_redact_links(text);
        sb_set_text(shown, "text", redacted != NULL ? redacted : "");
        free(redacted);
    } else {
        sb_set_text(shown, "note", note);
    }
    json_object_put(json);
}

static struct json_object *body_json(const struct body *kept)
{
    struct json_object *shown = json_object_new_object();
    struct body body = *kept;
    body.text = kept->text != NULL ? copy_bytes(kept->text, kept->size) : NULL;
    sb_set_text(shown, "type", body.type);
    sb_set_int(shown, "bytes", (int64_t)body.total);
    sb_set_bool(shown, "cut", body.size < body.total && body.text != NULL);
    show(shown, &body);
    free(body.text);
    return shown;
}

/* A form or the parts of an upload were made JSON, secrets out, when they were noted. */
static void show_form(struct json_object *details, struct json_object *request)
{
    struct json_object *form = sb_member(details, "body");
    if (form != NULL) {
        sb_set_text(request, "text",
                    json_object_to_json_string_ext(form, JSON_C_TO_STRING_PRETTY |
                                                             JSON_C_TO_STRING_SPACED |
                                                             JSON_C_TO_STRING_NOSLASHESCAPE));
        json_object_object_del(request, "note");
    }
    json_object_object_del(details, "body");
}

struct json_object *sb_request_log_get(struct sb_request_log *log, int64_t number)
{
    struct json_object *whole = NULL;
    pthread_mutex_lock(&log->lock);
    if (number >= log->first && number < log->next) {
        struct entry *entry = place(log, number);
        struct json_object *details = json_tokener_parse(entry->details);
        struct json_object *request = body_json(&entry->request);
        whole = json_tokener_parse(entry->summary);
        show_form(details, request);
        sb_set(whole, "query", sb_copy(sb_member(details, "query")));
        sb_set(whole, "headers", sb_copy(sb_member(details, "headers")));
        sb_set(whole, "request", request);
        sb_set(whole, "response", body_json(&entry->response));
        json_object_put(details);
    }
    pthread_mutex_unlock(&log->lock);
    return whole;
}
