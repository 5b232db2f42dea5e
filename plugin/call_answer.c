/* What the answers to the requests of a call mean. */
#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "decode.h"

/* ------------------------------------------------------------------ no answer */

static bool try_again(struct call *call, const struct http_response *response, struct now now,
                      struct retry_plan *ret_plan)
{
    *ret_plan = call_plan_retry(call, call->action->retry, call->attempt, response, now);
    if (ret_plan->why != RETRY_GO)
        return false;
    log_line(call->env->log, SOAR_LOG_WARN, "%s: HTTP %d%s%s, attempt %lld; again in %lld ms",
             call->action->name, response->status, response->detail[0] != '\0' ? " " : "",
             response->detail, (long long)call->attempt, (long long)ret_plan->wait_ms);
    if (http_effect(call->action->retry, response) == OUTCOME_UNKNOWN)
        call->uncertain = true;
    call->pause_until_ms = now.mono_ms + ret_plan->wait_ms;
    call->state = STATE_PAUSE;
    return true;
}

static void no_answer(struct call *call, const struct http_response *response, struct now now)
{
    struct retry_plan plan;
    struct error err;

    if (try_again(call, response, now, &plan))
        return;
    error_clear(&err);
    decode_failure(call->action, response, &err);
    call_say_why_not(&plan, &err);
    if (!call_reconcile_lost(call, &err, response, now))
        call_fail(call, &err);
}

/* The file is elsewhere: fetch it, with the bearer only where it is the API itself. */
static void follow(struct call *call, const char *link)
{
    struct error err;
    bool here = link[0] == '/' && link[1] != '/';

    error_clear(&err);
    if (!here && strncmp(link, "https://", 8) != 0 &&
        !(config_is_loopback(call->base_url) && config_is_loopback(link))) {
        error_set(&err, SOAR_FAILED_PRECONDITION, "link_refused",
                  "%s: the service named a link that is not https", call->action->name);
        err.outcome = OUTCOME_NOT_APPLIED;
        call_fail(call, &err);
        return;
    }
    buf_clear(&call->request.url);
    buf_clear(&call->request.body);
    if (here)
        buf_adds(&call->request.url, call->base_url);
    buf_adds(&call->request.url, link);
    if (call->request.url.failed != BUF_FINE) {
        error_set(&err, SOAR_RESOURCE_EXHAUSTED, "link_too_long",
                  "%s: the service named a link of %zu bytes", call->action->name, strlen(link));
        err.outcome = OUTCOME_NOT_APPLIED;
        call_fail(call, &err);
        return;
    }
    call->request.method = "GET";
    call->request.content_type = NULL;
    call->request.has_body = false;
    call->request.n_parts = 0;
    call->request.repeatable = true;
    call->request.sink = HTTP_TO_FILE;
    call->following = true;
    call->attempt = 0;
    call->state = STATE_TOKEN;
}

/* false = no memory */
static bool keep_file(struct call *call, struct http_response *response)
{
    call->file_type = strdup(response->content_type);
    if (call->file_type == NULL)
        return false;
    call->file = response->file;
    response->file = (struct http_file){0};
    call->has_file = true;
    return true;
}

/* No memory for an answer that says that the request went well. */
static void lost_answer(struct call *call)
{
    call_out_of_memory(call);
    call->error.outcome = call->action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_APPLIED;
}

static void success(struct call *call, struct http_response *response, struct decoded *decoded)
{
    if (decoded->link != NULL) {
        follow(call, decoded->link);
        return;
    }
    if (decoded->status == SOAR_PARTIAL)
        call->status = SOAR_PARTIAL;
    if (response->has_file) {
        if (keep_file(call, response))
            call->state = STATE_DONE;
        else
            lost_answer(call);
        return;
    }
    call_reconcile_answered(call, response, decoded);
    bool first = call->pages.n == 0;
    if (decoded->outline.whole.len > 0 &&
        !page_take(&call->pages, &response->body, &decoded->outline)) {
        lost_answer(call);
        return;
    }
    call->has_value = call->has_value || (first && decoded->has_value);
    call->has_list = call->has_list || decoded->has_resources;
    call_next_request(call);
}

void call_tell_governor(const struct call *call, struct governor_ticket *ticket,
                        const struct http_response *response, struct now now)
{
    /* who is not let in is counted by address: what the headers of a 401 say is not the tenant's */
    bool own = response->status != 401;
    struct gate_word word = {.answered = own && response->status != 0,
                             .limit = own ? response->rate_limit : -1,
                             .remaining = own ? response->rate_remaining : -1,
                             .refused = response->status == 429,
                             .wait_ms = retry_asked_ms(response, now)};
    bool arrived = response->status != 0 || response->request_sent;

    governor_told(call->env->governor, ticket, arrived ? &word : NULL, now);
}

/* Resources that are handed on as they are: nothing is left out, put in order or told by its id. */
static bool needs_no_items(const struct call *call)
{
    return call->action->retry == RETRY_SAFE && !call->action->scope_write && !call->pages.all &&
           call->pages.ids == NULL;
}

void call_data_answer(struct call *call, struct http_response *response, struct now now)
{
    struct decoded decoded = {0};
    struct retry_plan plan = {RETRY_LASTING, -1};

    call_tell_governor(call, &call->ticket, response, now);
    call->http_status = response->status;
    memcpy(call->trace_id, response->trace_id, sizeof(call->trace_id));
    if (response->sent_again && call->action->retry != RETRY_SAFE)
        call->uncertain = true; /* whatever the second one is told */
    if (response->failure != HTTP_FINE) {
        no_answer(call, response, now);
        return;
    }
    if (response->status == 401 && !call->reauthorized && call->request.authorization != NULL) {
        /* what went out before its turn may have had a token that was known to be bad by now */
        call->reauthorized = call->ahead.taken == NULL;
        auth_reject(call->env->auth, call->grant.generation);
        call->state = STATE_TOKEN;
        return;
    }
    if (http_is_passing(response) && try_again(call, response, now, &plan))
        return;
    decoded.outline.count_only = needs_no_items(call);
    decoded.outline.items = call->items;
    decoded.outline.cap_items = call->cap_items;
    call->items = NULL;
    call->cap_items = 0;
    decode(call->action, response, &decoded);
    if (call_is_missing_part(call, response, decoded.status))
        decoded.status = SOAR_PARTIAL;
    bool fine = decoded.status == SOAR_OK || decoded.status == SOAR_PARTIAL;
    if (!fine) {
        if (http_is_passing(response))
            call_say_why_not(&plan, &decoded.error);
        else
            decoded.error.retry_after_ms = retry_asked_ms(response, now);
    }
    bool looking = !fine && (call_reconcile_lost(call, &decoded.error, response, now) ||
                             call_look_stale(call, &decoded, response, now));
    if (looking) {
        call->look.errors = decoded.errors;
        decoded.errors = NULL;
    } else if (decoded.errors != NULL && !page_errors(&call->pages, &decoded.errors)) {
        lost_answer(call);
    } else if (fine) {
        success(call, response, &decoded);
    } else if (call_is_refused_part(call, response)) {
        call_skip_part(call, &decoded.error);
    } else {
        bool show = decoded.has_value && call->pages.n == 0 &&
                    page_take(&call->pages, &response->body, &decoded.outline);
        call->has_value = show;
        if (show)
            call_end(call, &decoded.error);
        else
            call_fail(call, &decoded.error);
    }
    decode_done(&decoded);
}
