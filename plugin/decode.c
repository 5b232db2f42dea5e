#include "decode.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 256u
#define MAX_SMALL (4u << 20) /* largest list of errors, or document with a link, for json-c */

soar_status decode_status(int http_status)
{
    switch (http_status) {
    case 400:
    case 405:
    case 406:
    case 411:
    case 414:
    case 415:
    case 422:
        return SOAR_INVALID_ARGUMENT;
    case 401:
        return SOAR_UNAUTHENTICATED;
    case 403:
        return SOAR_PERMISSION_DENIED;
    case 404:
    case 410:
        return SOAR_NOT_FOUND;
    case 409:
    case 412:
        return SOAR_ABORTED;
    case 408:
    case 504:
        return SOAR_DEADLINE_EXCEEDED;
    case 413:
    case 429:
        return SOAR_RESOURCE_EXHAUSTED;
    case 501:
        return SOAR_UNIMPLEMENTED;
    case 502:
    case 503:
        return SOAR_UNAVAILABLE;
    default:
        return http_status >= 300 && http_status < 400 ? SOAR_FAILED_PRECONDITION : SOAR_INTERNAL;
    }
}

static const char *reason_for(int http_status)
{
    switch (http_status) {
    case 400:
        return "bad_request";
    case 401:
        return "token_refused";
    case 403:
        return "forbidden";
    case 404:
        return "not_found";
    case 409:
        return "version_conflict";
    case 413:
        return "too_large";
    case 429:
        return "rate_limited";
    default:
        return http_status >= 500                        ? "service_error"
               : http_status >= 300 && http_status < 400 ? "redirect_refused"
                                                         : "refused";
    }
}

static void hint_for(const struct action *action, int http_status, struct error *err)
{
    switch (http_status) {
    case 400:
        error_hint(err, "Correct the input: inputSchema and the examples of %s say what it may be.",
                   action->name);
        break;
    case 401:
        error_hint(err, "The token was refused twice: check that the API client still exists and "
                        "belongs to this cloud (falcon.cloud).");
        break;
    case 403:
        error_hint(err,
                   "Grant the API client the scope \"%s: %s\", and check "
                   "falcon.member_cid.",
                   action->scope_name, action->scope_write ? "write" : "read");
        break;
    case 404:
        error_hint(err, "Check the ids: they are the long opaque ones, and belong to this tenant.");
        break;
    case 409:
        error_hint(err, "Someone else changed it: read it again, merge, and send the new "
                        "version.");
        break;
    case 413:
        error_hint(err, "Send less in one call.");
        break;
    case 429:
        error_hint(err, "The limit is shared by all clients of the customer: wait as long as "
                        "retry_after_ms says.");
        break;
    default:
        if (http_status >= 300 && http_status < 400)
            error_hint(err, "Calls follow no redirects: check falcon.cloud and falcon.base_url.");
    }
}

/* ------------------------------------------------------------------ errors in answers */

/* "errors" of an answer as an array, or NULL where there are none. */
static struct json_object *errors_of(const char *body, const struct scan_answer *outline)
{
    if (outline->errors.len == 0 || outline->errors.len > MAX_SMALL ||
        body[outline->errors.at] != '[' || outline->errors.len == 2)
        return NULL;
    struct json_object *errors = json_parse_span(body, outline->errors);
    if (json_object_is_type(errors, json_type_array) && json_object_array_length(errors) > 0) {
        size_t n = json_object_array_length(errors);
        if (n > DECODE_MAX_ERRORS)
            json_object_array_del_idx(errors, DECODE_MAX_ERRORS, n - DECODE_MAX_ERRORS);
        return errors;
    }
    json_object_put(errors);
    return NULL;
}

/* Fills the error for an HTTP status that the service, or one of its errors, gave. */
static void service_error(const struct action *action, const struct http_response *response,
                          int code, const char *said, struct error *err)
{
    error_set(err, decode_status(code), reason_for(code), "%s: HTTP %d%s%s", action->name, code,
              said != NULL && said[0] != '\0' ? ", " : "", said != NULL ? said : "");
    hint_for(action, code, err);
    err->http_status = response->status;
}

/* http_effect for a status that stands inside the answer instead of in its head. */
static enum outcome effect_of_code(const struct action *action, int code)
{
    struct http_response as_if = {.status = code, .request_sent = true};

    return http_effect(action->retry, &as_if);
}

static void settle(const struct action *action, const struct http_response *response,
                   enum outcome outcome, struct error *err)
{
    err->http_status = response->status;
    err->outcome = outcome;
    if (outcome == OUTCOME_UNKNOWN) {
        err->status = SOAR_UNKNOWN;
        err->retryable = action->retry == RETRY_IDEMPOTENT;
        if (err->hint[0] == '\0' || action->retry != RETRY_IDEMPOTENT)
            error_hint(err, action->retry == RETRY_IDEMPOTENT
                                ? "It may have been applied; repeating it does no harm."
                                : "It may have been applied: look before you repeat it.");
    }
}

/* ------------------------------------------------------------------ answers that are no JSON */

/* The service's answer is lost for want of memory, not what it did. */
static void no_memory(const struct action *action, const struct http_response *response,
                      struct error *err)
{
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "%s: no memory to read the answer",
              action->name);
    err->http_status = response->status;
    err->outcome = action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_APPLIED;
}

static void unreadable(const struct action *action, const struct http_response *response,
                       const struct scan_error *problem, struct error *err)
{
    bool success = response->status >= 200 && response->status < 300;
    const char *type =
        response->content_type[0] != '\0' ? response->content_type : "no Content-Type";

    if (success && problem->problem == SCAN_NO_MEMORY) {
        no_memory(action, response, err);
    } else if (success) {
        error_set(err, SOAR_DATA_LOSS, "bad_answer",
                  "%s: the answer (HTTP %d, %s, %zu bytes) is not valid JSON: %s at byte %zu",
                  action->name, response->status, type, response->body.len,
                  scan_problem_text(problem->problem), problem->offset);
        err->retryable = action->retry == RETRY_SAFE || action->retry == RETRY_IDEMPOTENT;
        settle(action, response,
               action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_UNKNOWN, err);
    } else {
        service_error(action, response, response->status, NULL, err);
        char sample[96];
        size_t n = 0;
        for (size_t i = 0; i < response->body.len && n + 1 < sizeof(sample); i++) {
            unsigned char c = (unsigned char)response->body.ptr[i];
            sample[n++] = c >= 0x20 && c < 0x7f ? (char)c : ' ';
        }
        sample[n] = '\0';
        error_set(err, err->status, err->reason, "%s: HTTP %d, with %s instead of JSON%s%s",
                  action->name, response->status, type, n > 0 ? ": " : "", sample);
        hint_for(action, response->status, err);
        err->retryable = http_is_passing(response);
        settle(action, response, http_effect(action->retry, response), err);
    }
}

/* ------------------------------------------------------------------ successes */

static bool find_link(const struct action *action, const struct http_response *response,
                      struct decoded *ret)
{
    if (action->links == NULL || ret->outline.whole.len > MAX_SMALL)
        return false;
    bool memory_ran_out = false;
    struct json_object *document =
        json_parse_part(response->body.ptr, ret->outline.whole, &memory_ran_out);
    for (size_t i = 0; action->links[i] != NULL && ret->link == NULL; i++) {
        const char *link = json_string_at(document, action->links[i]);
        if (link != NULL && link[0] != '\0') {
            ret->link = strdup(link);
            memory_ran_out = ret->link == NULL;
        }
    }
    json_object_put(document);
    if (memory_ran_out) {
        no_memory(action, response, &ret->error);
        ret->status = ret->error.status;
    }
    return ret->link != NULL || memory_ran_out;
}

/* null, "", {}, [] and 0 say that there are none. */
static bool says_none(const char *text, size_t len)
{
    return len == 0 || (len == 1 && text[0] == '0') ||
           (len == 2 && strchr("\"[{", text[0]) != NULL) ||
           (len == 4 && memcmp(text, "null", 4) == 0);
}

/* HTTP success, and "errors" is no list, or one too long: a list of one, so that it is not
 * taken for none. NULL where it says none. */
static struct json_object *odd_errors(const char *body, struct span errors)
{
    if (says_none(body + errors.at, errors.len) ||
        (body[errors.at] == '[' && errors.len <= MAX_SMALL))
        return NULL;
    struct json_object *list = json_object_new_array();
    struct json_object *one = errors.len > MAX_SMALL ? NULL : json_parse_span(body, errors);
    if (!json_object_is_type(one, json_type_object)) {
        struct json_object *object = json_object_new_object();
        if (object != NULL) {
            json_object_object_add(object, "code", json_object_new_int(500));
            json_object_object_add(object, "message",
                                   one != NULL ? one : json_object_new_string("too long to read"));
        }
        one = object;
    }
    if (one != NULL && json_object_array_add(list, one) == 0)
        return list;
    json_object_put(one);
    json_object_put(list);
    return NULL;
}

/* HTTP success, and the answer lists errors: all failed, or some (207 says the latter itself). */
static void with_errors(const struct action *action, const struct http_response *response,
                        struct decoded *ret)
{
    if (ret->outline.n_items > 0 || response->status == 207) {
        ret->status = SOAR_PARTIAL;
        return;
    }
    int code = (int)json_int_at(ret->errors, "/0/code", 0);
    if (code < 400 || code > 599)
        code = 500;
    service_error(action, response, code, json_string_at(ret->errors, "/0/message"), &ret->error);
    ret->error.retryable = code == 429 || (code >= 500 && action->retry != RETRY_RECONCILE &&
                                           action->retry != RETRY_NEVER);
    settle(action, response, effect_of_code(action, code), &ret->error);
    ret->status = ret->error.status;
}

/* JSON, but not what the operation answers with: nothing says that it was done, or that these are
 * all. What came is handed on beside the error. */
static void without_envelope(const struct action *action, const struct http_response *response,
                             struct decoded *ret)
{
    error_set(&ret->error, SOAR_DATA_LOSS, "no_envelope",
              "%s: the answer (HTTP %d) is JSON without meta, errors or resources", action->name,
              response->status);
    error_hint(&ret->error, "The answer stands in value. Check falcon.base_url and any gateway.");
    settle(action, response, action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_UNKNOWN,
           &ret->error);
    ret->status = ret->error.status;
}

static void success(const struct action *action, const struct http_response *response,
                    struct decoded *ret)
{
    const struct scan_answer *outline = &ret->outline;
    bool envelope = outline->kind == '{' && (outline->meta.len > 0 || outline->errors.len > 0 ||
                                             outline->resources.len > 0);

    ret->status = SOAR_OK;
    if (envelope && ret->errors == NULL)
        ret->errors = odd_errors(response->body.ptr, outline->errors);
    if (envelope && ret->errors != NULL) {
        with_errors(action, response, ret);
    } else if (action->answer == ANSWER_FILE) {
        if (find_link(action, response, ret))
            return;
        error_set(&ret->error, SOAR_DATA_LOSS, "no_file",
                  "%s: the answer holds neither a file nor a link to one", action->name);
        ret->error.http_status = response->status;
        ret->error.outcome = OUTCOME_NOT_APPLIED;
        ret->status = SOAR_DATA_LOSS;
        return;
    } else if (!envelope) {
        ret->has_value = true;
        if (action->answer == ANSWER_RESOURCES)
            without_envelope(action, response, ret);
        return;
    }
    ret->has_resources = outline->resources_is_array;
}

/* A read that was answered 200 with no byte at all lost its resources on the way; and of a write that
 * can be looked for, nothing but its effect is taken for a success. */
static bool may_be_empty(const struct action *action, int status)
{
    if (action->answer == ANSWER_FILE || action->reconcile != NULL)
        return false;
    return action->answer != ANSWER_RESOURCES || action->retry != RETRY_SAFE || status == 204;
}

void decode(const struct action *action, const struct http_response *response, struct decoded *ret)
{
    bool ok = response->status >= 200 && response->status < 300;
    struct scan_error problem = {0};

    ret->status = SOAR_OK;
    error_clear(&ret->error);
    if (response->has_file && ok)
        return;
    if (ok && response->body.len == 0 && may_be_empty(action, response->status))
        return;
    if (scan_answer(response->body.ptr, response->body.len, MAX_DEPTH, &ret->outline, &problem) !=
        SCAN_OK) {
        unreadable(action, response, &problem, &ret->error);
        ret->status = ret->error.status;
        return;
    }
    ret->errors = errors_of(response->body.ptr, &ret->outline);
    if (ok) {
        success(action, response, ret);
        return;
    }
    service_error(action, response, response->status, json_string_at(ret->errors, "/0/message"),
                  &ret->error);
    ret->error.retryable = http_is_passing(response);
    settle(action, response, http_effect(action->retry, response), &ret->error);
    ret->status = ret->error.status;
}

void decode_done(struct decoded *decoded)
{
    scan_answer_done(&decoded->outline);
    json_object_put(decoded->errors);
    free(decoded->link);
    memset(decoded, 0, sizeof(*decoded));
}

/* ------------------------------------------------------------------ no answer */

struct failure_text {
    soar_status status;
    const char *reason;
    const char *what;
    const char *hint;
};

static struct failure_text failure_text(enum http_failure failure)
{
    switch (failure) {
    case HTTP_RESOLVE:
        return (struct failure_text){SOAR_UNAVAILABLE, "resolve_failed",
                                     "the service's host name was not found",
                                     "Check falcon.cloud or falcon.base_url, and DNS."};
    case HTTP_CONNECT:
        return (struct failure_text){SOAR_UNAVAILABLE, "connect_failed",
                                     "no connection to the service",
                                     "Check the network and the proxy (http.proxy)."};
    case HTTP_CONNECT_TIMEOUT:
        return (struct failure_text){SOAR_UNAVAILABLE, "connect_timeout",
                                     "no connection to the service within "
                                     "http.connect_timeout_ms",
                                     "Check the network, the proxy (http.proxy) and "
                                     "http.connect_timeout_ms."};
    case HTTP_TLS:
        return (struct failure_text){SOAR_UNAVAILABLE, "tls_failed",
                                     "no trusted TLS connection to the service",
                                     "Check the certificates: http.ca_file, http.client_cert, and "
                                     "a proxy that intercepts TLS."};
    case HTTP_PROXY:
        return (struct failure_text){SOAR_UNAVAILABLE, "proxy_failed", "the proxy refused",
                                     "Check http.proxy and http.proxy_credentials."};
    case HTTP_FIRST_BYTE:
        return (struct failure_text){SOAR_DEADLINE_EXCEEDED, "first_byte_timeout",
                                     "no answer began within http.first_byte_timeout_ms", ""};
    case HTTP_STALL:
        return (struct failure_text){SOAR_DEADLINE_EXCEEDED, "stalled",
                                     "the connection stalled for http.stall_timeout_ms", ""};
    case HTTP_DEADLINE:
        return (struct failure_text){SOAR_DEADLINE_EXCEEDED, "deadline",
                                     "the time of the call was up", "Give the call more time."};
    case HTTP_CANCELLED:
        return (struct failure_text){SOAR_CANCELLED, "cancelled", "the call was cancelled", ""};
    case HTTP_TOO_BIG:
        return (struct failure_text){SOAR_RESOURCE_EXHAUSTED, "answer_too_big",
                                     "the answer passes http.max_response_bytes",
                                     "Ask for less in one call, or raise the limit."};
    case HTTP_BIG_HEAD:
        return (struct failure_text){SOAR_RESOURCE_EXHAUSTED, "answer_too_big",
                                     "the head of the answer is too long to be read",
                                     "Look at what stands between this host and the service."};
    case HTTP_CUT:
        return (struct failure_text){SOAR_DATA_LOSS, "answer_cut",
                                     "the answer ended before its end", ""};
    case HTTP_NO_MEMORY:
        return (struct failure_text){SOAR_RESOURCE_EXHAUSTED, "no_memory", "out of memory", ""};
    case HTTP_LOST:
        return (struct failure_text){SOAR_UNAVAILABLE, "connection_lost",
                                     "the connection broke before the answer was there", ""};
    default:
        return (struct failure_text){SOAR_INTERNAL, "transport", "the exchange failed", ""};
    }
}

void decode_failure(const struct action *action, const struct http_response *response,
                    struct error *ret)
{
    struct failure_text text = failure_text(response->failure);
    enum outcome outcome = http_effect(action->retry, response);

    if (response->failure == HTTP_LOCAL) {
        *ret = response->local_error;
        ret->outcome = outcome == OUTCOME_UNKNOWN ? OUTCOME_NOT_APPLIED : outcome;
        ret->http_status = response->status;
        return;
    }
    error_set(ret, text.status, text.reason, "%s: %s%s%s", action->name, text.what,
              response->detail[0] != '\0' ? ": " : "", response->detail);
    if (text.hint[0] != '\0')
        error_hint(ret, "%s", text.hint);
    ret->retryable = response->failure != HTTP_TOO_BIG && response->failure != HTTP_BIG_HEAD &&
                     response->failure != HTTP_TLS &&
                     (action->retry == RETRY_SAFE || action->retry == RETRY_IDEMPOTENT ||
                      outcome == OUTCOME_NOT_SENT);
    settle(action, response, outcome, ret);
}
