#include "call.h"

#include <string.h>

#include "call_private.h"

/* ------------------------------------------------------------------ ending */

void call_end(struct call *call, const struct error *err)
{
    call->error = *err;
    call->status = err->status;
    call->state = STATE_DONE;
    call_reconcile_over(call);
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
    if (call->look.active) {
        call_look_failed(call, err);
        return;
    }
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

struct call_step call_send_it(struct call *call, struct http_request *request, enum state next)
{
    call->state = next;
    return (struct call_step){CALL_SEND, request, call->deadline_ms};
}

struct call_step call_wait_until(enum call_want want, int64_t until, const struct call *call)
{
    if (until > call->deadline_ms)
        until = call->deadline_ms;
    return (struct call_step){want, NULL, until};
}

struct call_step call_done(struct call *call)
{
    call->state = STATE_DONE;
    return (struct call_step){CALL_DONE, NULL, 0};
}

/* ------------------------------------------------------------------ another attempt */

struct retry_plan call_plan_retry(const struct call *call, enum action_retry kind, int64_t attempt,
                                  const struct http_response *response, struct now now)
{
    const struct config *config = call->env->config;
    struct retry_limits limits = {config->retry.attempts, config->retry.base_ms,
                                  config->retry.max_ms};

    return retry_plan(&limits, call->env->retries, kind, attempt, response, now, call->deadline_ms,
                      call->env->random_up_to);
}

/* Why there is no further attempt, where that is not plain from the error itself. */
void call_say_why_not(const struct retry_plan *plan, struct error *err)
{
    err->retry_after_ms = plan->wait_ms;
    if (plan->why == RETRY_PAST_DEADLINE)
        error_hint(err, "Waiting before another attempt would have passed the time of the call: "
                        "call again after retry_after_ms.");
    else if (plan->why == RETRY_OVER_BUDGET)
        error_hint(err, "Too many calls of this instance fail for each to be repeated "
                        "(retry.budget): call again after retry_after_ms.");
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
    return call_done(call);
}

/* Not before the tenant's limit has room, and not at all where that would be too late. */
static struct call_step wait_turn(struct call *call, const struct governor_turn *turn,
                                  struct now now)
{
    struct error err;

    if (turn->expected_ms < call->deadline_ms)
        return call_wait_until(CALL_WAIT, turn->again_ms, call);
    error_clear(&err);
    error_set(&err, SOAR_RESOURCE_EXHAUSTED, "rate_limited",
              "%s: the service's request limit leaves no room within the time of the call",
              call->action->name);
    error_hint(&err, "Give the call more time, or send less; limits.* say how far it may go.");
    err.outcome = call->requests > 0 ? OUTCOME_NOT_APPLIED : OUTCOME_NOT_SENT;
    err.retryable = true;
    err.retry_after_ms = turn->expected_ms - now.mono_ms;
    call_fail(call, &err);
    return call_done(call);
}

/* Makes the request at hand fit the cloud that the token is for. */
static bool fit_cloud(struct call *call, struct error *err)
{
    bool moved = strcmp(call->base_url, call->grant.base_url) != 0;

    if (call->look.active) {
        call->base_url = call->grant.base_url;
        call->moved = call->moved || moved;
        return call_look_request(call, err);
    }
    if (call->following || (!moved && !call->moved))
        return true;
    call->base_url = call->grant.base_url;
    call->moved = false;
    return call_build_request(call, err);
}

/* The token is there: hand the request out, when it is its turn. */
struct call_step call_send_data(struct call *call, struct now now)
{
    struct governor_turn turn;
    struct error err;

    error_clear(&err);
    if (!fit_cloud(call, &err)) {
        call_fail(call, &err);
        return call_done(call);
    }
    struct http_request *request = call->look.active ? &call->look.lost->request : &call->request;
    bool same = !call->following || http_same_origin(request->url.ptr, call->grant.base_url);
    if (same) {
        turn = governor_ask(call->env->governor, call->base_url, &call->ticket, now);
        if (!turn.go)
            return wait_turn(call, &turn, now);
    }
    request->authorization = same ? call->grant.token->line.ptr : NULL;
    call->requests++;
    if (call->look.active) {
        call_look_begun(call, now);
        call->look.attempt++;
        return call_send_it(call, request, STATE_LOOK_SENT);
    }
    if (call->attempt++ == 0)
        retry_budget_first(call->env->retries);
    if (call->attempt > call->most_attempts)
        call->most_attempts = call->attempt;
    call_reconcile_sent(call, now);
    return call_send_it(call, request, STATE_SENT);
}

struct call_step call_step(struct call *call, struct now now)
{
    call->seen = now;
    if (call->state == STATE_DONE)
        return call_done(call);
    if (call->cancelled)
        return stop(call, SOAR_CANCELLED, "cancelled", "the call was cancelled", now);
    if (now.mono_ms >= call->deadline_ms)
        return stop(call, SOAR_DEADLINE_EXCEEDED, "deadline", "the time of the call was up", now);
    switch (call->state) {
    case STATE_KEY:
        if (now.mono_ms < call->pause_until_ms || !call_key_ready(call, now))
            return call_wait_until(CALL_WAIT, call->pause_until_ms, call);
        return call_step(call, now);
    case STATE_PAUSE:
    case STATE_TOKEN_PAUSE:
        if (now.mono_ms < call->pause_until_ms)
            return call_wait_until(CALL_WAIT, call->pause_until_ms, call);
        return call->state == STATE_PAUSE ? call_need_token(call, now) : call_send_token(call, now);
    case STATE_DIGEST:
        return (struct call_step){CALL_DIGEST, &call->request, call->deadline_ms};
    case STATE_CLAIM:
        if (now.mono_ms < call->pause_until_ms)
            return call_wait_until(CALL_WAIT, call->pause_until_ms, call);
        call_reconcile_judge(call, now);
        return call_step(call, now);
    case STATE_TOKEN_SEND:
        return call_send_token(call, now);
    case STATE_AHEAD:
        return call_ahead_take(call);
    case STATE_PLAN:
        call_plan_check(call);
        return call_step(call, now);
    default:
        return call_need_token(call, now);
    }
}

void call_answer(struct call *call, struct http_response *response, struct now now)
{
    if (response->date_ms >= 0)
        ledger_note_clock(call->env->ledger, response->date_ms - now.mono_ms);
    if (call->state == STATE_TOKEN_SENT)
        call_token_answer(call, response, now);
    else if (call->state == STATE_LOOK_SENT)
        call_look_answer(call, response, now);
    else
        call_data_answer(call, response, now);
    call_ahead_answered(call);
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

bool call_is_done(const struct call *call)
{
    return call->state == STATE_DONE;
}

int64_t call_deadline_ms(const struct call *call)
{
    return call->deadline_ms;
}
