/* The token of a call: taken where it is there, fetched by one call for all. */
#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "decode.h"

#define TOKEN_POLL_MS 1000

void call_give_up_token(struct call *call, const struct error *err, struct now now)
{
    if (call->fetching)
        auth_abandon(call->env->auth, err, now);
    call->fetching = false;
}

/* ------------------------------------------------------------------ getting it */

/* Few calls fetch a token: only those carry its request. */
static bool make_request(struct call *call, struct error *err)
{
    if (call->token_request == NULL) {
        call->token_request = calloc(1, sizeof(*call->token_request));
        if (call->token_request == NULL) {
            error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the token request");
            return false;
        }
        http_request_init(call->token_request, CALL_MAX_URL, CALL_MAX_URL);
        buf_init_secret(&call->token_request->body, CALL_MAX_URL); /* holds the client's secret */
    }
    return auth_request(call->env->auth, call->token_request, err);
}

void call_token_done(struct call *call)
{
    if (call->token_request == NULL)
        return;
    http_request_done(call->token_request);
    free(call->token_request);
    call->token_request = NULL;
}

struct call_step call_send_token(struct call *call, struct now now)
{
    struct error err;

    error_clear(&err);
    if (!make_request(call, &err)) {
        call_give_up_token(call, NULL, now);
        call_fail(call, &err);
        return call_done(call);
    }
    call->token_request->trace = call->request.trace;
    call->token_attempt++;
    return call_send_it(call, call->token_request, STATE_TOKEN_SENT);
}

struct call_step call_need_token(struct call *call, struct now now)
{
    struct error err;

    error_clear(&err);
    switch (auth_take(call->env->auth, now, &call->grant, &err)) {
    case AUTH_READY:
        return call_send_data(call, now);
    case AUTH_FETCH:
        call->fetching = true;
        call->token_attempt = 0;
        return call_send_token(call, now);
    case AUTH_WAIT:
        return call_wait_until(CALL_WAIT_TOKEN, now.mono_ms + TOKEN_POLL_MS, call);
    default:
        call_fail(call, &err);
        return call_done(call);
    }
}

/* ------------------------------------------------------------------ its answer */

static void token_failed(struct call *call, const struct http_response *response, struct error *err,
                         struct now now)
{
    bool renewal = auth_alive(call->env->auth, now); /* the old token does meanwhile */
    struct retry_plan plan = {RETRY_LASTING, retry_asked_ms(response, now)};

    if (!renewal)
        plan = call_plan_retry(call, RETRY_SAFE, call->token_attempt, response, now);
    if (plan.why == RETRY_GO) {
        log_line(call->env->log, SOAR_LOG_WARN, "token: %s; again in %lld ms", err->message,
                 (long long)plan.wait_ms);
        call->pause_until_ms = now.mono_ms + plan.wait_ms;
        call->state = STATE_TOKEN_PAUSE;
        return;
    }
    call_say_why_not(&plan, err);
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

void call_token_answer(struct call *call, struct http_response *response, struct now now)
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
    buf_wipe_done(&call->token_request->body);
}
