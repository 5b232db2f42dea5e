#include "audit.h"
#include "call_private.h"

#define MAX_RECORD (1u << 20)

void call_audit(const struct call *call)
{
    const struct config *config = call->env->config;
    bool failed = call->status != SOAR_OK;
    struct buf line;

    if (call->action == NULL || !call->action->scope_write || call->dry_run || !config->log.audit ||
        call->env->log->write == NULL)
        return;
    struct audit record = {
        .wall_ms = call->seen.wall_ms,
        .action = call->action,
        .tenant = config->falcon.tenant,
        .input = call->input,
        .pages = &call->pages,
        .status = call->status,
        .reason = failed ? call->error.reason : NULL,
        .outcome = failed ? call->error.outcome : OUTCOME_APPLIED,
        .http_status = call->http_status,
        .trace_id = call->trace_id,
        .traceparent = call->trace != NULL ? call->trace : "",
        .call_id = call->call_id,
        .requests = call->requests,
        .attempts = call->most_attempts,
        .plan = call->plan,
    };
    buf_init(&line, MAX_RECORD);
    audit_write(&record, &line);
    if (line.failed == BUF_FINE)
        log_record(call->env->log, SOAR_LOG_AUDIT, line.ptr, line.len);
    else
        log_line(call->env->log, SOAR_LOG_ERROR, "%s: no memory for its audit record (%s, %s)",
                 call->action->name, status_name(record.status), outcome_name(record.outcome));
    buf_done(&line);
}
