#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "decode.h"
#include "retry.h"

#define TOKEN_POLL_MS 1000

/* ------------------------------------------------------------------ ending */

void call_give_up_token(struct call *call, const struct error *err, struct now now)
{
    if (call->fetching)
        auth_abandon(call->env->auth, err, now);
    call->fetching = false;
}

void call_end(struct call *call, const struct error *err)
{
    call->error = *err;
    call->status = err->status;
    call->state = STATE_DONE;
    governor_leave(call->env->governor, &call->ticket);
}

/* What an earlier attempt may have done is not undone by how the last one ended. */
static void remember_attempts(struct error *err)
{
    bool said = err->http_status >= 400 && err->http_status < 500;

    err->outcome = OUTCOME_UNKNOWN;
    if (!said)
        err->status = SOAR_UNKNOWN;
    error_hint(err, "An attempt before may have been applied; repeating it does no harm.");
}

/* Resources that are there already are not thrown away: the end is partial. */
void call_fail(struct call *call, const struct error *err)
{
    call_end(call, err);
    if (call->uncertain && err->outcome != OUTCOME_UNKNOWN)
        remember_attempts(&call->error);
    call->status = call->error.status;
    if (call->pages.n == 0 && call->pages.ids_from == 0)
        return;
    (void)page_failed(&call->pages, err->http_status >= 400 ? err->http_status : 500,
                      call->attempt == 0 ? OUTCOME_NOT_SENT : call->error.outcome,
                      err->message); /* without memory for it they are missing */
    if (call->action->retry != RETRY_SAFE && call->error.outcome != OUTCOME_UNKNOWN)
        call->error.outcome = OUTCOME_APPLIED;
    call->error.status = SOAR_PARTIAL;
    call->status = SOAR_PARTIAL;
}

void call_out_of_memory(struct call *call)
{
    struct error err;

    error_clear(&err);
    error_set(&err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "out of memory");
    call_fail(call, &err);
}

/* ------------------------------------------------------------------ what to do */

static struct call_step send_it(struct call *call, struct http_request *request, enum state next)
{
    call->state = next;
    return (struct call_step){CALL_SEND, request, call->deadline_ms};
}

static struct call_step wait_until(enum call_want want, int64_t until, const struct call *call)
{
    if (until > call->deadline_ms)
        until = call->deadline_ms;
    return (struct call_step){want, NULL, until};
}

static struct call_step done(struct call *call)
{
    call->state = STATE_DONE;
    return (struct call_step){CALL_DONE, NULL, 0};
}

/* Ends a call between requests; what went out before has been answered. */
static struct call_step stop(struct call *call, soar_status status, const char *reason,
                             const char *message, struct now now)
{
    struct error err;

    error_clear(&err);
    error_set(&err, status, reason, "%s: %s", call->action->name, message);
    err.outcome = call->requests > 0 ? OUTCOME_NOT_APPLIED : OUTCOME_NOT_SENT;
    err.retryable = true;
    call_give_up_token(call, NULL, now);
    call_fail(call, &err);
    return done(call);
}

/* Not before the tenant's limit has room, and not at all where that would be too late. */
static struct call_step wait_turn(struct call *call, const struct governor_turn *turn,
                                  struct now now)
{
    struct error err;

    if (turn->expected_ms < call->deadline_ms)
        return wait_until(CALL_WAIT, turn->again_ms, call);
    error_clear(&err);
    error_set(&err, SOAR_RESOURCE_EXHAUSTED, "rate_limited",
              "%s: the service's request limit leaves no room within the time of the call",
              call->action->name);
    error_hint(&err, "Give the call more time, or send less; limits.* say how far it may go.");
    err.outcome = call->requests > 0 ? OUTCOME_NOT_APPLIED : OUTCOME_NOT_SENT;
    err.retryable = true;
    err.retry_after_ms = turn->expected_ms - now.mono_ms;
    call_fail(call, &err);
    return done(call);
}

/* The token is there: make the request fit the cloud, and hand it out. */
static struct call_step send_data(struct call *call, struct now now)
{
    struct governor_turn turn;
    struct error err;

    error_clear(&err);
    if (!call->following && strcmp(call->base_url, call->grant.base_url) != 0) {
        memcpy(call->base_url, call->grant.base_url, sizeof(call->base_url));
        if (!call_build_request(call, &err)) {
            call_fail(call, &err);
            return done(call);
        }
    }
    bool same = !call->following || http_same_origin(call->request.url.ptr, call->grant.base_url);
    if (same) {
        turn = governor_ask(call->env->governor, call->base_url, &call->ticket, now);
        if (!turn.go)
            return wait_turn(call, &turn, now);
    }
    call->request.authorization = same ? call->grant.token->line.ptr : NULL;
    call->requests++;
    call->attempt++;
    if (call->attempt > call->most_attempts)
        call->most_attempts = call->attempt;
    return send_it(call, &call->request, STATE_SENT);
}

static struct call_step send_token(struct call *call, struct now now)
{
    struct error err;

    error_clear(&err);
    if (!auth_request(call->env->auth, &call->token_request, &err)) {
        call_give_up_token(call, NULL, now);
        call_fail(call, &err);
        return done(call);
    }
    call->token_request.trace = call->request.trace;
    call->token_attempt++;
    return send_it(call, &call->token_request, STATE_TOKEN_SENT);
}

static struct call_step need_token(struct call *call, struct now now)
{
    struct error err;

    error_clear(&err);
    switch (auth_take(call->env->auth, now, &call->grant, &err)) {
    case AUTH_READY:
        return send_data(call, now);
    case AUTH_FETCH:
        call->fetching = true;
        call->token_attempt = 0;
        return send_token(call, now);
    case AUTH_WAIT:
        return wait_until(CALL_WAIT_TOKEN, now.mono_ms + TOKEN_POLL_MS, call);
    default:
        call_fail(call, &err);
        return done(call);
    }
}

struct call_step call_step(struct call *call, struct now now)
{
    call->seen = now;
    if (call->state == STATE_DONE)
        return done(call);
    if (call->cancelled)
        return stop(call, SOAR_CANCELLED, "cancelled", "the call was cancelled", now);
    if (now.mono_ms >= call->deadline_ms)
        return stop(call, SOAR_DEADLINE_EXCEEDED, "deadline", "the time of the call was up", now);
    switch (call->state) {
    case STATE_PAUSE:
    case STATE_TOKEN_PAUSE:
        if (now.mono_ms < call->pause_until_ms)
            return wait_until(CALL_WAIT, call->pause_until_ms, call);
        return call->state == STATE_PAUSE ? need_token(call, now) : send_token(call, now);
    case STATE_TOKEN_SEND:
        return send_token(call, now);
    default:
        return need_token(call, now);
    }
}

/* ------------------------------------------------------------------ answers: the token */

static int64_t pause_before_retry(const struct call *call, enum action_retry kind, int64_t attempt,
                                  const struct http_response *response, struct now now)
{
    const struct config *config = call->env->config;
    struct retry_limits limits = {config->retry.attempts, config->retry.base_ms,
                                  config->retry.max_ms};

    return retry_wait_ms(&limits, kind, attempt, response, now, call->deadline_ms,
                         call->env->random_up_to);
}

static void token_failed(struct call *call, const struct http_response *response, struct error *err,
                         struct now now)
{
    bool renewal = auth_alive(call->env->auth, now); /* the old token does meanwhile */
    int64_t pause =
        renewal ? -1 : pause_before_retry(call, RETRY_SAFE, call->token_attempt, response, now);

    if (pause >= 0) {
        log_line(call->env->log, SOAR_LOG_WARN, "token: %s; again in %lld ms", err->message,
                 (long long)pause);
        call->pause_until_ms = now.mono_ms + pause;
        call->state = STATE_TOKEN_PAUSE;
        return;
    }
    err->retry_after_ms = retry_asked_ms(response, now);
    err->outcome = OUTCOME_NOT_SENT;
    bool alive = call->fetching && auth_abandon(call->env->auth, err, now);
    call->fetching = false;
    if (alive) {
        log_line(call->env->log, SOAR_LOG_WARN, "token: not renewed yet: %s", err->message);
        call->state = STATE_TOKEN;
        return;
    }
    call->http_status = response->status;
    memcpy(call->trace_id, response->trace_id, sizeof(call->trace_id));
    call_fail(call, err);
}

static void token_answer(struct call *call, struct http_response *response, struct now now)
{
    static const struct action token_action = {.name = "token request", .retry = RETRY_SAFE};
    struct error err;

    error_clear(&err);
    if (response->failure != HTTP_FINE) {
        decode_failure(&token_action, response, &err);
        token_failed(call, response, &err, now);
    } else {
        enum auth_progress progress = auth_answer(call->env->auth, response, now, &err);
        if (progress == AUTH_DONE) {
            call->fetching = false;
            call->state = STATE_TOKEN;
            log_line(call->env->log, SOAR_LOG_DEBUG, "token: fetched");
        } else if (progress == AUTH_AGAIN) {
            call->state = STATE_TOKEN_SEND;
        } else {
            token_failed(call, response, &err, now);
        }
    }
    secret_wipe(response->body.ptr, response->body.len);
    buf_wipe_done(&call->token_request.body);
}

/* ------------------------------------------------------------------ answers: data */

static bool try_again(struct call *call, const struct http_response *response, struct now now)
{
    int64_t pause = pause_before_retry(call, call->action->retry, call->attempt, response, now);

    if (pause < 0)
        return false;
    log_line(call->env->log, SOAR_LOG_WARN, "%s: HTTP %d%s%s, attempt %lld; again in %lld ms",
             call->action->name, response->status, response->detail[0] != '\0' ? " " : "",
             response->detail, (long long)call->attempt, (long long)pause);
    if (http_effect(call->action->retry, response) == OUTCOME_UNKNOWN)
        call->uncertain = true;
    call->pause_until_ms = now.mono_ms + pause;
    call->state = STATE_PAUSE;
    return true;
}

static void no_answer(struct call *call, const struct http_response *response, struct now now)
{
    struct error err;

    if (try_again(call, response, now))
        return;
    error_clear(&err);
    decode_failure(call->action, response, &err);
    err.retry_after_ms = retry_asked_ms(response, now);
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

static void keep_file(struct call *call, struct http_response *response)
{
    call->file.file_path = response->file_path;
    call->file.file_name = response->file_name;
    call->file.file_bytes = response->file_bytes;
    memcpy(call->file.content_type, response->content_type, sizeof(call->file.content_type));
    response->file_path = NULL;
    response->file_name = NULL;
    call->has_file = true;
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
        keep_file(call, response);
        call->state = STATE_DONE;
        return;
    }
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

static void tell_governor(struct call *call, const struct http_response *response, struct now now)
{
    struct gate_word word = {.answered = response->status != 0,
                             .limit = response->rate_limit,
                             .remaining = response->rate_remaining,
                             .refused = response->status == 429,
                             .wait_ms = retry_asked_ms(response, now)};
    bool arrived = response->status != 0 || response->request_sent;

    governor_told(call->env->governor, &call->ticket, arrived ? &word : NULL, now);
}

static void data_answer(struct call *call, struct http_response *response, struct now now)
{
    struct decoded decoded = {0};

    tell_governor(call, response, now);
    call->http_status = response->status;
    memcpy(call->trace_id, response->trace_id, sizeof(call->trace_id));
    if (response->failure != HTTP_FINE) {
        no_answer(call, response, now);
        return;
    }
    if (response->status == 401 && !call->reauthorized && call->request.authorization != NULL) {
        call->reauthorized = true;
        auth_reject(call->env->auth, call->grant.generation);
        call->state = STATE_TOKEN;
        return;
    }
    if (http_is_passing(response) && try_again(call, response, now))
        return;
    decode(call->action, response, &decoded);
    if (call_is_missing_part(call, response, decoded.status))
        decoded.status = SOAR_PARTIAL;
    if (decoded.errors != NULL && !page_errors(&call->pages, &decoded.errors)) {
        lost_answer(call);
    } else if (decoded.status == SOAR_OK || decoded.status == SOAR_PARTIAL) {
        success(call, response, &decoded);
    } else if (call_is_refused_part(call, response)) {
        call_skip_part(call, &decoded.error);
    } else {
        decoded.error.retry_after_ms = retry_asked_ms(response, now);
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

void call_answer(struct call *call, struct http_response *response, struct now now)
{
    if (call->state == STATE_TOKEN_SENT)
        token_answer(call, response, now);
    else
        data_answer(call, response, now);
}

const struct http_request *call_request(const struct call *call)
{
    return call->state == STATE_DONE ? NULL : &call->request;
}

void call_refuse(struct call *call, const struct error *err)
{
    call_end(call, err);
}

void call_cancel(struct call *call)
{
    call->cancelled = true;
}
