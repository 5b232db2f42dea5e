#include <stdlib.h>

#include "call_private.h"
#include "decode.h"
#include "output.h"

/* The first of the errors that says more than that something is not there; 404 = there is none. */
static int graver_code(struct json_object *errors)
{
    for (size_t i = 0; i < json_object_array_length(errors); i++) {
        struct json_object *one = json_object_array_get_idx(errors, i);
        int code = (int)json_int_at(one, "/code", 0);
        if (code >= 400 && code <= 599 && code != 404 && code != 410)
            return code;
    }
    return 404;
}

static void explain_nothing(struct call *call, size_t n)
{
    int code = graver_code(call->pages.errors);

    if (code == 404) {
        error_set(&call->error, SOAR_NOT_FOUND, "not_found",
                  "%s: none of what was asked for is there (%zu)", call->action->name, n);
        return;
    }
    error_set(&call->error, decode_status(code), code >= 500 ? "service_error" : "refused",
              "%s: none of what was asked for came; the service answered with error %d",
              call->action->name, code);
    call->error.retryable = code == 429 || code >= 500;
}

/* "error" is there whenever the status is not SOAR_OK. */
static void explain_partial(struct call *call, const struct page_sum *sum)
{
    const struct pages *pages = &call->pages;
    size_t n = pages->errors != NULL ? json_object_array_length(pages->errors) : 0;
    bool nothing = pages->ids != NULL && (sum->n_failed > 0 ? sum->n_done == 0 : pages->items == 0);

    if (call->error.status != SOAR_OK || n == 0)
        return;
    if (!nothing)
        error_set(&call->error, SOAR_PARTIAL, "partial",
                  "%s: not all was done; failed names what was not (%zu)", call->action->name,
                  sum->n_failed > 0 ? sum->n_failed : n);
    else if (call->part_reason != NULL)
        error_set(&call->error, call->part_status, call->part_reason, "%s",
                  pages->failures[0].message);
    else
        explain_nothing(call, n);
    if (call->error.status == SOAR_PARTIAL || call->error.status == SOAR_NOT_FOUND)
        error_hint(&call->error, "Check the ids: they are the long opaque ones, and belong to this "
                                 "tenant.");
    call->error.http_status = call->http_status;
    call->error.outcome =
        nothing || call->action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_APPLIED;
    call->status = call->error.status;
}

/* What there is no memory for is said; what the answers hold is not in the document then. */
static bool sum_up(struct call *call, struct page_sum *sum)
{
    bool apart = call->status == SOAR_PARTIAL && call->pages.ids == NULL && !call->pages.all;

    if (page_sum(&call->pages, sum) &&
        (!apart || page_sum_apart(&call->pages, OUTCOME_NOT_APPLIED, sum)))
        return true;
    page_sum_done(sum);
    call_out_of_memory(call);
    return false;
}

/* The word for what looking at the service has shown. */
static const char *verdict_of(const struct call *call)
{
    if (call->look.verdict == VERDICT_APPLIED)
        return "applied";
    if (call->look.verdict == VERDICT_REFUSED)
        return "refused";
    if (call->look.verdict == VERDICT_ABSENT)
        return call->look.repeated && call->error.status == SOAR_OK ? "repeated" : "not_applied";
    return "unknown";
}

/* The document, which begins there, is that of the call's idempotency key too. */
static void keep_outcome(struct call *call, const struct buf *written, size_t begin)
{
    struct buf document = *written;

    document.ptr += begin;
    document.len -= begin;
    call_key_keep(call, &document);
}

soar_status call_result(struct call *call, struct buf *ret)
{
    struct page_sum sum = {0};
    size_t begin = ret->len;

    if (call->key.known) {
        buf_add(ret, call->key.outcome.document.ptr, call->key.outcome.document.len);
        return call->status;
    }
    bool list = sum_up(call, &sum) && call->has_list;

    if (call->status == SOAR_OK || call->status == SOAR_PARTIAL)
        explain_partial(call, &sum);
    bool failed = call->status != SOAR_OK;
    struct output output = {
        .status = call->status,
        .http_status = call->http_status,
        .pages = &call->pages,
        .sum = &sum,
        .has_resources =
            call->has_list || (!failed && !call->dry_run && !call->has_value && !call->has_file &&
                               call->action->answer == ANSWER_RESOURCES),
        .has_value = call->has_value && call->pages.n > 0,
        .file = call->has_file ? &call->file : NULL,
        .file_type = call->file_type,
        .error = failed ? &call->error : NULL,
        .violations = call->violations,
        .present = call->look.present,
        .reconciled = call->look.told,
        .verdict = verdict_of(call),
        .looks = call->look.looks,
        .found = call->look.fitting,
        .request = call->dry_run && !failed ? &call->request : NULL,
        .planned = &call->plan_json,
        .planned_file = &call->file_seen,
        .trace_id = call->trace_id,
        .tenant = call->env->config->falcon.tenant,
        .requests = call->requests,
        .attempts = call->most_attempts,
    };
    if (!list) {
        free(sum.refs);
        sum.refs = NULL;
        sum.n_refs = 0;
        sum.text = NULL;
    }
    output_write(&output, ret);
    page_sum_done(&sum);
    keep_outcome(call, ret, begin);
    call_audit(call);
    return call->status;
}

void call_take_memory(struct call *call, struct buf *ret)
{
    buf_init(ret, 0);
    if (call->pages.n == 0)
        return;
    struct page *last = &call->pages.list[call->pages.n - 1];
    *ret = last->body;
    buf_init(&last->body, 0);
}

int call_http_status(const struct call *call)
{
    return call->http_status;
}

const char *call_action(const struct call *call)
{
    return call->action != NULL ? call->action->name : "";
}

int64_t call_items(const struct call *call)
{
    return call->pages.items;
}

bool call_progress(const struct call *call, uint64_t *ret_done, uint64_t *ret_total)
{
    page_progress(&call->pages, ret_done, ret_total);
    return page_is_long(&call->pages);
}
