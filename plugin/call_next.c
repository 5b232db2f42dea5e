#include "call_private.h"

/* ------------------------------------------------------------------ the next page or part */

/* What was read so far is there; that it is all cannot be said. */
static void stop_paging(struct call *call, enum page_more why)
{
    struct error err;

    error_clear(&err);
    if (why == PAGE_TOO_BIG) {
        error_set(&err, SOAR_RESOURCE_EXHAUSTED, "result_too_big",
                  "%s: what was read so far passes limits.max_result_bytes", call->action->name);
        error_hint(&err, "Read the rest in further calls (meta.paging says where), or raise it.");
    } else {
        error_set(&err, SOAR_ABORTED, "list_unstable",
                  "%s: the list changes faster than it can be read, or its pages repeat",
                  call->action->name);
        error_hint(&err, "Some items may be missing: narrow the filter, or sort by what stays.");
        err.retryable = true;
    }
    err.http_status = call->http_status;
    err.outcome = call->action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_APPLIED;
    call_fail(call, &err);
}

void call_next_request(struct call *call)
{
    struct error err;

    error_clear(&err);
    enum page_more more = page_next(&call->pages);
    if (more == PAGE_END) {
        call->state = STATE_DONE;
        return;
    }
    call->attempt = 0;
    if (more != PAGE_MORE) {
        stop_paging(call, more);
        return;
    }
    call->reauthorized = false;
    call->uncertain = false;
    if (call_ahead_comes_next(call))
        call->state = STATE_AHEAD;
    else if (call_build_request(call, &err))
        call->state = STATE_TOKEN;
    else
        call_fail(call, &err);
}

/* ------------------------------------------------------------------ parts in vain */

bool call_is_missing_part(const struct call *call, const struct http_response *response,
                          soar_status decoded)
{
    return decoded == SOAR_NOT_FOUND && response->status < 300 && call->pages.ids != NULL &&
           page_is_long(&call->pages);
}

bool call_is_refused_part(const struct call *call, const struct http_response *response)
{
    static const int about_ids[] = {400, 404, 409, 410, 422};
    bool repeatable = call->action->retry == RETRY_SAFE || call->action->retry == RETRY_IDEMPOTENT;

    for (size_t i = 0; i < sizeof(about_ids) / sizeof(about_ids[0]); i++)
        if (response->status == about_ids[i])
            return repeatable && call->pages.ids != NULL && page_is_long(&call->pages);
    return false;
}

void call_skip_part(struct call *call, const struct error *err)
{
    if (call->part_reason == NULL) {
        call->part_status = err->status;
        call->part_reason = err->reason;
    }
    if (page_failed(&call->pages, err->http_status,
                    call->uncertain ? OUTCOME_UNKNOWN : err->outcome, err->message))
        call_next_request(call);
    else
        call_out_of_memory(call);
}
