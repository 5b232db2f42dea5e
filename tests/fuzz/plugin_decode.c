/* Answers of any status, Content-Type and body, to any action. Only a success without errors is OK;
 * an error has a status, a reason and one line of text; every span lies within the body; a write
 * that may have been done is never called safe to repeat unless it is idempotent.
 * "ACTION\n", a byte for the status, one for the Content-Type, the body. */
#include "action_of.h"
#include "decode.h"

static void check_span(const struct http_response *response, struct span part)
{
    fuzz_assert(part.at <= response->body.len && part.len <= response->body.len - part.at);
}

static void check_error(const struct action *action, const struct error *err)
{
    fuzz_assert(err->status != SOAR_OK && err->status != SOAR_PARTIAL);
    fuzz_assert(err->reason != NULL);
    assert_line(err->message);
    bool write = action->retry == RETRY_RECONCILE || action->retry == RETRY_NEVER;
    fuzz_assert(!write || err->outcome != OUTCOME_UNKNOWN || !err->retryable);
    fuzz_assert(err->outcome != OUTCOME_UNKNOWN || action->retry != RETRY_SAFE);
    fuzz_assert(err->outcome != OUTCOME_UNKNOWN || err->status == SOAR_UNKNOWN);
}

/* A list with anything in it, or another value that says something. */
static bool has_errors(const struct http_response *response, const struct decoded *decoded)
{
    struct json_object *errors = json_parse_span(response->body.ptr, decoded->outline.errors);
    bool some = errors != NULL && !json_object_is_type(errors, json_type_array) &&
                json_object_get_boolean(errors);
    some |= json_object_is_type(errors, json_type_array) && json_object_array_length(errors) > 0;
    json_object_put(errors);
    return some;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const int statuses[] = {200, 200, 200, 201, 202, 204, 206, 207, 299, 300, 302,
                                   308, 400, 401, 403, 404, 405, 409, 410, 412, 413, 415,
                                   422, 429, 500, 501, 502, 503, 504, 599, 999, 100};
    static const char *const types[] = {"application/json", "text/html", "", "application/zip"};
    const struct action *action = action_of(&bytes, &size);
    if (action == NULL || size < 2) {
        return 0;
    }
    struct http_response response;
    struct decoded decoded = {0};
    http_response_init(&response, 1 << 20);
    response.status = statuses[bytes[0] % 32];
    response.request_sent = true;
    snprintf(response.content_type, sizeof response.content_type, "%s", types[bytes[1] & 3]);
    buf_add(&response.body, (const char *)bytes + 2, size - 2);
    fuzz_assert(response.body.failed == BUF_FINE);

    decode(action, &response, &decoded);
    bool success = response.status >= 200 && response.status < 300;
    if (decoded.status == SOAR_OK || decoded.status == SOAR_PARTIAL) {
        fuzz_assert(success);
        fuzz_assert((decoded.status == SOAR_PARTIAL) == (decoded.errors != NULL));
        fuzz_assert(decoded.status == SOAR_PARTIAL || !has_errors(&response, &decoded));
        fuzz_assert(!decoded.has_resources || !decoded.has_value);
        fuzz_assert(action->answer != ANSWER_FILE || decoded.status == SOAR_PARTIAL ||
                    decoded.link != NULL || decoded.has_resources);
    } else {
        fuzz_assert(decoded.error.status == decoded.status);
        check_error(action, &decoded.error);
    }
    fuzz_assert(decoded.link == NULL || (action->answer == ANSWER_FILE && decoded.link[0] != '\0'));
    check_span(&response, decoded.outline.whole);
    check_span(&response, decoded.outline.meta);
    check_span(&response, decoded.outline.errors);
    check_span(&response, decoded.outline.resources);
    for (size_t i = 0; i < decoded.outline.n_items; i++) {
        check_span(&response, decoded.outline.items[i].value);
        check_span(&response, decoded.outline.items[i].id);
    }
    fuzz_assert(decoded.errors == NULL ||
                json_object_array_length(decoded.errors) <= DECODE_MAX_ERRORS);
    decode_done(&decoded);

    response.failure = 1 + (bytes[0] + bytes[1]) % HTTP_OTHER;
    if (response.failure != HTTP_LOCAL) {
        struct error err;
        decode_failure(action, &response, &err);
        check_error(action, &err);
    }
    http_response_done(&response);
    return 0;
}
