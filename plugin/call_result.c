#include <stdlib.h>

#include "call_private.h"
#include "output.h"

/* "error" is there whenever the status is not SOAR_OK. */
static void explain_partial(struct call *call)
{
    size_t n = call->pages.errors != NULL ? json_object_array_length(call->pages.errors) : 0;
    bool nothing = call->pages.items == 0 && call->pages.ids != NULL;

    if (call->error.status != SOAR_OK || n == 0)
        return;
    error_set(&call->error, nothing ? SOAR_NOT_FOUND : SOAR_PARTIAL,
              nothing ? "not_found" : "partial",
              nothing ? "%s: none of what was asked for is there (%zu)"
                      : "%s: not all was done; errors names what was not (%zu)",
              call->action->name, n);
    error_hint(&call->error, "Check the ids: they are the long opaque ones, and belong to this "
                             "tenant.");
    call->error.http_status = call->http_status;
    call->error.outcome =
        nothing || call->action->retry == RETRY_SAFE ? OUTCOME_NOT_APPLIED : OUTCOME_APPLIED;
    call->status = call->error.status;
}

soar_status call_result(struct call *call, struct buf *ret)
{
    struct page_ref *refs = NULL;
    size_t n_refs = 0;
    bool list = call->has_list;

    if (list && !page_order(&call->pages, call->error.status == SOAR_OK, &refs, &n_refs))
        call_out_of_memory(call);
    if (call->status == SOAR_OK || call->status == SOAR_PARTIAL)
        explain_partial(call);
    bool failed = call->status != SOAR_OK;
    struct output output = {
        .status = call->status,
        .http_status = call->http_status,
        .pages = &call->pages,
        .refs = refs,
        .n_refs = list ? n_refs : 0,
        .has_resources = list || (!failed && !call->dry_run && !call->has_value &&
                                  !call->has_file && call->action->answer == ANSWER_RESOURCES),
        .has_value = call->has_value && call->pages.n == 1,
        .file = call->has_file ? &call->file : NULL,
        .error = failed ? &call->error : NULL,
        .violations = call->violations,
        .request = call->dry_run ? &call->request : NULL,
        .trace_id = call->trace_id,
        .tenant = call->env->config->falcon.tenant,
        .requests = call->requests,
        .attempts = call->most_attempts,
    };
    output_write(&output, ret);
    free(refs);
    call_audit(call);
    return call->status;
}

void call_take_memory(struct call *call, struct buf *ret)
{
    buf_init(ret, 0);
    if (call->pages.n == 0)
        return;
    *ret = call->pages.list[0].body;
    buf_init(&call->pages.list[0].body, 0);
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
