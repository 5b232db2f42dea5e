/* What became of a write without an answer: judges what a look has found by the rules of the action,
 * and ends the call with the truth, or repeats the write where it certainly did not take effect. */
#include <string.h>

#include "call_private.h"

#define CLAIM_MS 20   /* how long another call is given to get its answer, before asking again */
#define CLOCK_MS 2000 /* times of answers differ so much without meaning anything */
#define MAX_DEPTH 256u

static bool makes_new(const struct call *call)
{
    return call->action->reconcile != NULL && call->action->reconcile->finds == RECONCILE_NEW;
}

/* ------------------------------------------------------------------ the write itself */

void call_reconcile_sent(struct call *call, struct now now)
{
    if (!call->look.sent) {
        int64_t ahead = ledger_clock(call->env->ledger);
        call->look.sent = true;
        call->look.sent_mono_ms = now.mono_ms;
        call->look.sent_service_ms = ahead != LEDGER_NO_CLOCK ? now.mono_ms + ahead : now.wall_ms;
    }
    if (!makes_new(call))
        return;
    size_t len = 0;
    const char *text = json_text(call->input, &len);
    ledger_sent(call->env->ledger, &call->look.write, call->action,
                ledger_hash(0, text != NULL ? text : "", len));
}

void call_reconcile_answered(struct call *call, const struct http_response *response,
                             const struct decoded *decoded)
{
    char id[256];

    if (!makes_new(call))
        return;
    for (size_t i = 0; i < decoded->outline.n_items; i++) {
        struct span span = decoded->outline.items[i].id;
        if (span.len == 0 || span.len >= sizeof(id))
            continue;
        memcpy(id, response->body.ptr + span.at, span.len);
        id[span.len] = '\0';
        ledger_made(call->env->ledger, id);
    }
    ledger_over(call->env->ledger, &call->look.write);
}

void call_reconcile_over(struct call *call)
{
    ledger_over(call->env->ledger, &call->look.write);
}

/* ------------------------------------------------------------------ beginning */

static bool wants_file(const struct reconcile *rules)
{
    for (size_t i = 0; i < rules->n_match; i++) {
        enum fact_from from = rules->match[i].fact.from;
        if (from == FACT_FILE_NAME || from == FACT_FILE_SIZE || from == FACT_FILE_SHA256)
            return true;
    }
    return false;
}

/* The input as it would be with no more ids than those of the chunk at hand. */
static bool cut_chunk(struct call *call)
{
    const struct pages *pages = &call->pages;
    struct json_object *chunk = json_object_new_object(), *ids = json_object_new_array();
    bool fine = chunk != NULL && ids != NULL;

    json_object_object_foreach(call->input, name, value) fine =
        fine && json_object_object_add(chunk, name, json_object_get(value)) == 0;
    for (size_t i = pages->ids_from; fine && i < pages->ids_to; i++)
        fine = json_object_array_add(
                   ids, json_object_get(json_object_array_get_idx(pages->ids, i))) == 0;
    if (fine && json_object_object_add(chunk, call->action->chunk_input, ids) == 0) {
        json_object_put(call->look.chunk);
        call->look.chunk = chunk;
        return true;
    }
    json_object_put(chunk);
    json_object_put(ids);
    return false;
}

bool call_reconcile_lost(struct call *call, const struct error *err,
                         const struct http_response *response, struct now now)
{
    struct call_look *look = &call->look;

    ledger_lost(call->env->ledger, &look->write);
    if (call->action->reconcile == NULL || (err->outcome != OUTCOME_UNKNOWN && !call->uncertain) ||
        now.mono_ms >= call->deadline_ms)
        return false;
    switch (response->failure) {
    case HTTP_DEADLINE:
    case HTTP_CANCELLED:
    case HTTP_NO_MEMORY:
        return false;
    default:
        break;
    }
    if (call->pages.ids != NULL && !cut_chunk(call))
        return false;
    if (!call_look_begin(call, err))
        return false;
    look->lost_ms = now.mono_ms;
    look->looks = 0;
    json_object_put(look->errors);
    look->errors = NULL;
    look->still_running = response->failure == HTTP_FIRST_BYTE || response->failure == HTTP_STALL ||
                          response->status == 504 || response->status == 408;
    log_line(call->env->log, SOAR_LOG_WARN, "%s: looking whether it was applied", err->message);
    call_look_step(call, 0);
    if (wants_file(call->action->reconcile) && look->lost->file_name[0] == '\0')
        call->state = STATE_DIGEST;
    return true;
}

void call_digest(struct call *call, const char *name, int64_t size, const char *sha256)
{
    struct call_lost *lost = call->look.lost;
    size_t len = strlen(name);

    if (len < sizeof(lost->file_name))
        memcpy(lost->file_name, name, len + 1);
    if (strlen(sha256) < sizeof(lost->file_sha256))
        memcpy(lost->file_sha256, sha256, strlen(sha256) + 1);
    call->look.file_size = size;
    call->state = STATE_TOKEN;
}

/* ------------------------------------------------------------------ ending */

static void keep_fitting(struct call *call, struct reconcile_finding *finding)
{
    json_object_put(call->look.fitting);
    call->look.fitting = finding->fitting;
    call->look.verdict = finding->verdict;
    call->look.told = true;
    finding->fitting = NULL;
}

void call_reconcile_show_errors(struct call *call)
{
    if (call->look.errors != NULL && !page_errors(&call->pages, &call->look.errors))
        json_object_put(call->look.errors);
    call->look.errors = NULL;
}

void call_reconcile_unknown(struct call *call, const char *why)
{
    struct error lost = call->look.lost->error;
    size_t n = json_object_is_type(call->look.fitting, json_type_array)
                   ? json_object_array_length(call->look.fitting)
                   : 0;

    call_reconcile_show_errors(call);
    call->http_status = lost.http_status;
    call->look.active = false;
    call->look.verdict = VERDICT_UNKNOWN;
    call->look.told = true;
    if (lost.outcome == OUTCOME_UNKNOWN) /* else it is an attempt before that nothing is known of */
        lost.status = SOAR_UNKNOWN;
    lost.outcome = OUTCOME_UNKNOWN;
    lost.retryable = call->action->retry == RETRY_IDEMPOTENT;
    error_hint(&lost, "It may have been applied; %s%s. Look before you repeat it.", why,
               n > 0 ? " (meta.reconciled.found names what may be it)" : "");
    call_fail(call, &lost);
}

/* Certainly not applied, and not to be sent again. */
static void end_absent(struct call *call, const char *why)
{
    struct error lost = call->look.lost->error;

    call_reconcile_show_errors(call);
    call->http_status = lost.http_status;
    call->look.active = false;
    call->uncertain = false;
    if (lost.status == SOAR_UNKNOWN)
        lost.status = SOAR_UNAVAILABLE;
    lost.outcome = OUTCOME_NOT_APPLIED;
    lost.retryable = true;
    error_hint(&lost, "It was looked for and had not been applied; %s.", why);
    call_fail(call, &lost);
}

static void end_refused(struct call *call, struct json_object *resource)
{
    const struct stale *stale = call->action->stale;
    struct error err;

    error_clear(&err);
    error_set(&err, SOAR_ABORTED, "version_conflict",
              "%s: somebody else's change came before this one, whose answer was lost",
              call->action->name);
    error_hint(&err, "Someone else changed it: read it again, merge, and send the new version.");
    err.outcome = OUTCOME_NOT_APPLIED;
    err.http_status = call->http_status;
    call->look.active = false;
    call->uncertain = false;
    if (stale != NULL)
        call_look_present(call, resource);
    call_fail(call, &err);
}

/* Ends the call as the lost answer would have, with the resource as it is. */
static void end_applied(struct call *call, size_t at)
{
    struct call_look *look = &call->look;
    struct scan_answer outline = {0};
    struct buf body;
    struct json_object *ids = NULL;

    buf_init(&body, look->body.len + 65536);
    buf_adds(&body, "{\"resources\":[");
    if (at < look->outline.n_items) {
        struct span span = look->outline.items[at].value;
        buf_add(&body, look->body.ptr + span.at, span.len);
    } else if (call->action->reconcile->gone_of != NULL) {
        ids = json_at(reconcile_root(call->action, call_look_facts(call).input),
                      call->action->reconcile->gone_of);
        size_t len = 0;
        const char *text = ids != NULL ? json_text(ids, &len) : NULL;
        bool list = json_object_is_type(ids, json_type_array) && len > 2;
        if (text != NULL)
            buf_add(&body, list ? text + 1 : text, list ? len - 2 : len);
    }
    buf_adds(&body, "]}");
    look->active = false;
    call->uncertain = false;
    ledger_over(call->env->ledger, &look->write);
    log_line(call->env->log, SOAR_LOG_INFO, "%s: found that it was applied", call->action->name);
    if (body.failed != BUF_FINE ||
        scan_answer(body.ptr, body.len, MAX_DEPTH, &outline, NULL) != SCAN_OK ||
        !page_take(&call->pages, &body, &outline)) {
        scan_answer_done(&outline);
        buf_done(&body);
        call_out_of_memory(call);
        call->error.outcome = OUTCOME_APPLIED;
        return;
    }
    call->has_list = true;
    call->has_value = false; /* a bare answer to a part before says nothing of this one */
    call_next_request(call);
}

/* ------------------------------------------------------------------ judging */

static bool is_taken(void *ctx, const char *id)
{
    return ledger_is_made(ctx, id);
}

static void look_again(struct call *call, int64_t at_ms)
{
    call->pause_until_ms = at_ms;
    json_object_put(call->look.resources);
    call->look.resources = NULL;
    call_look_step(call, 0);
    call->state = STATE_PAUSE;
}

/* Not there. It may only be slow to show; what a look that began after settle_ms does not show is
 * taken as not applied. And it must have begun after all claims: another lost write that asked for
 * the same may have taken what this one made, and its own is there by now. */
static void absent(struct call *call, struct now now)
{
    const struct config *config = call->env->config;
    struct call_look *look = &call->look;

    if (makes_new(call) && call_look_since(call) < look->since_ms - CLOCK_MS) {
        look_again(call, now.mono_ms); /* the clocks are not what they were taken for */
        return;
    }
    if (look->begun_ms - look->lost_ms < config->retry.settle_ms) {
        int64_t first = look->lost_ms + config->retry.settle_ms / 4;
        look_again(call, look->looks == 1 && first > now.mono_ms
                             ? first
                             : look->lost_ms + config->retry.settle_ms);
        return;
    }
    if (makes_new(call) && ledger_claimed_since(call->env->ledger, look->begun)) {
        look_again(call, now.mono_ms + CLAIM_MS);
        return;
    }
    if (look->still_running) {
        call_reconcile_unknown(call, "it is not there, but the service may still be at it");
    } else if (call->attempt >= config->retry.attempts) {
        end_absent(call, "it has been tried as often as retry.attempts allows");
    } else if (call->action->retry == RETRY_IDEMPOTENT) { /* what could be repeated was */
        end_absent(call, "the answer was none that another attempt would mend");
    } else if (!call->action->reconcile->repeat) {
        call_reconcile_unknown(call, "it is not there yet, and may come later");
    } else if (!retry_budget_take(call->env->retries)) {
        end_absent(call, "the repeats of this instance are spent (retry.budget)");
    } else {
        log_line(call->env->log, SOAR_LOG_WARN, "%s: it was not applied; sent again",
                 call->action->name);
        look->active = false;
        look->repeated = true;
        call->state = STATE_TOKEN;
    }
}

void call_reconcile_judge(struct call *call, struct now now)
{
    struct call_look *look = &call->look;
    struct ledger *ledger = call->env->ledger;
    struct reconcile_facts facts = call_look_facts(call);
    /* first this: a call that is not on its way any more is among the equals, or has its own */
    bool other = ledger_unsettled(ledger, &look->write, look->ticket);
    struct reconcile_finding finding =
        reconcile_judge(&facts, look->resources, look->complete, is_taken, ledger,
                        ledger_equals(ledger, &look->write));
    struct json_object *resource =
        json_object_is_type(look->resources, json_type_array)
            ? json_object_array_get_idx(look->resources, finding.at == SIZE_MAX ? 0 : finding.at)
            : NULL;
    const char *id = json_string_at(resource, "/id");

    if (makes_new(call) && finding.fitting != NULL && look->marker[0] == '\0') {
        bool lost = !other && finding.verdict == VERDICT_APPLIED &&
                    (id == NULL || !ledger_claim(ledger, id));
        if (other || lost) {
            reconcile_finding_done(&finding);
            call->pause_until_ms = now.mono_ms + (other ? CLAIM_MS : 0);
            call->state = STATE_CLAIM;
            return;
        }
        if (ledger_forgot(ledger, look->write.ticket))
            finding.verdict = VERDICT_UNKNOWN;
    }
    enum reconcile_verdict verdict = finding.verdict;
    size_t at = finding.at;
    keep_fitting(call, &finding);
    if (verdict == VERDICT_APPLIED)
        end_applied(call, at);
    else if (verdict == VERDICT_ABSENT)
        absent(call, now);
    else if (verdict == VERDICT_REFUSED)
        end_refused(call, resource);
    else
        call_reconcile_unknown(call,
                               "what is there proves neither that it was nor that it was not");
}
