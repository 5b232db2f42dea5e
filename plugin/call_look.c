/* A call looks at the service by another action: for what became of its write, or for the version
 * that is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_private.h"
#include "normalize.h"
#include "policy.h"
#include "render.h"

static const struct look *look_at_hand(const struct call *call)
{
    return call->look.stale ? &call->action->stale->look
                            : &call->action->reconcile->looks[call->look.step];
}

/* When the write may have taken effect at the earliest, by the service's clock. That clock and this
 * computer's may have been set since: the earlier of what was known then and is known now. */
int64_t call_look_since(const struct call *call)
{
    const struct call_look *look = &call->look;
    int64_t ahead = ledger_clock(call->env->ledger), since = look->sent_service_ms;

    if (ahead != LEDGER_NO_CLOCK && look->sent_mono_ms + ahead < since)
        since = look->sent_mono_ms + ahead;
    return since - call->env->config->retry.skew_ms;
}

struct reconcile_facts call_look_facts(const struct call *call)
{
    const struct call_look *look = &call->look;

    return (struct reconcile_facts){
        .action = call->action,
        .input = look->chunk != NULL ? look->chunk : call->input,
        .since_ms = look->since_ms,
        .file_name = look->lost->file_name,
        .file_size = look->file_size,
        .file_sha256 = look->lost->file_sha256,
        .marker = look->marker,
    };
}

/* ------------------------------------------------------------------ asking */

bool call_look_begin(struct call *call, const struct error *err)
{
    struct call_look *look = &call->look;

    if (look->lost == NULL) {
        look->lost = calloc(1, sizeof(*look->lost));
        if (look->lost == NULL)
            return false;
        http_request_init(&look->lost->request, CALL_MAX_URL, CALL_MAX_BODY);
    }
    look->lost->error = *err;
    look->active = true;
    return true;
}

void call_look_step(struct call *call, size_t step)
{
    call->look.step = step;
    call->look.attempt = 0;
    call->look.reauthorized = false;
    call->state = STATE_TOKEN;
}

void call_look_begun(struct call *call, struct now now)
{
    if (call->look.step > 0)
        return;
    call->look.begun_ms = now.mono_ms;
    call->look.begun = ledger_ticket(call->env->ledger);
}

bool call_look_request(struct call *call, struct error *err)
{
    static const struct render_window whole = {.limit = -1, .offset = -1};
    const struct look *at_hand = look_at_hand(call);
    struct call_look *look = &call->look;

    if (look->step == 0)
        look->since_ms = call_look_since(call);
    struct reconcile_facts facts = call_look_facts(call);
    look->action = catalog_find(at_hand->action, strlen(at_hand->action));
    json_object_put(look->input);
    look->input = reconcile_look(at_hand, &facts, look->resources);
    if (look->input == NULL || !normalize(look->action->input, look->input)) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "out of memory");
        return false;
    }
    if (!policy_check(call->env->config, look->action, err) ||
        !render(look->action, look->input, &whole, call->base_url, &look->lost->request, err))
        return false;
    look->lost->request.trace = call->trace;
    look->lost->request.max_response_bytes = call->env->config->http.max_response_bytes;
    return true;
}

/* ------------------------------------------------------------------ the version that is there */

/* The end of a look for a version: the refusal, with or without what was found. */
static void end_stale(struct call *call)
{
    struct error refused = call->look.lost->error;

    call_reconcile_show_errors(call);
    call->http_status = refused.http_status;
    call->look.active = false;
    call->look.told = false;
    call_fail(call, &refused);
}

void call_look_failed(struct call *call, const struct error *why)
{
    char text[200];

    if (call->look.stale) {
        end_stale(call);
        return;
    }
    snprintf(text, sizeof(text), "looking for it failed: %.170s", why->message);
    call_reconcile_unknown(call, text);
}

/* Members of error.present, from a resource. */
void call_look_present(struct call *call, struct json_object *resource)
{
    const struct stale *stale = call->action->stale;

    for (size_t i = 0; i < stale->n; i++) {
        struct json_object *value = json_at(resource, stale->pointers[i]);
        if (value == NULL)
            continue;
        if (call->look.present == NULL)
            call->look.present = json_object_new_object();
        if (call->look.present != NULL)
            json_object_object_add(call->look.present, stale->names[i], json_object_get(value));
    }
}

bool call_look_stale(struct call *call, const struct decoded *decoded,
                     const struct http_response *response, struct now now)
{
    struct call_look *look = &call->look;

    if (call->action->stale == NULL || decoded->error.status != SOAR_ABORTED || call->uncertain ||
        now.mono_ms >= call->deadline_ms)
        return false;
    if (decoded->outline.n_items > 0) {
        struct json_object *resource =
            json_parse_span(response->body.ptr, decoded->outline.items[0].value);
        call_look_present(call, resource);
        json_object_put(resource);
        if (look->present != NULL)
            return false;
    }
    if (!call_look_begin(call, &decoded->error))
        return false;
    look->stale = true;
    call_look_step(call, 0);
    return true;
}

/* ------------------------------------------------------------------ answers */

/* The resources of an answer as JSON; NULL = none or no memory. */
static struct json_object *resources_of(const struct http_response *response,
                                        const struct decoded *decoded)
{
    if (!decoded->outline.resources_is_array)
        return json_object_new_array();
    return json_parse_span(response->body.ptr, decoded->outline.resources);
}

static bool all_are_missing(struct json_object *errors)
{
    for (size_t i = 0; errors != NULL && i < json_object_array_length(errors); i++)
        if (json_int_at(json_object_array_get_idx(errors, i), "/code", 0) != 404)
            return false;
    return true;
}

static bool is_complete(const struct http_response *response, const struct decoded *decoded)
{
    if (decoded->status == SOAR_NOT_FOUND)
        return true;
    struct json_object *meta = json_parse_span(response->body.ptr, decoded->outline.meta);
    int64_t total = json_int_at(meta, "/pagination/total", 0);
    json_object_put(meta);
    return total <= (int64_t)decoded->outline.n_items && all_are_missing(decoded->errors);
}

static void found(struct call *call, struct http_response *response, struct decoded *decoded,
                  struct now now)
{
    struct call_look *look = &call->look;
    bool complete = is_complete(response, decoded);

    /* what the search has found and the reading does not show may well be what is looked for, and
     * a search itself is never "not found" */
    if ((look->step > 0 && json_object_is_type(look->resources, json_type_array) &&
         decoded->outline.n_items < json_object_array_length(look->resources)) ||
        (look->step == 0 && decoded->status == SOAR_NOT_FOUND && call->action->reconcile != NULL &&
         call->action->reconcile->finds == RECONCILE_NEW))
        complete = false;
    json_object_put(look->resources);
    look->resources = resources_of(response, decoded);
    if (look->stale) {
        call_look_present(call, json_at(look->resources, "/0"));
        end_stale(call);
        return;
    }
    look->complete = look->step == 0 ? complete : look->complete && complete;
    look->ticket = ledger_ticket(call->env->ledger);
    buf_done(&look->body);
    look->body = response->body;
    buf_init(&response->body, look->body.max);
    scan_answer_done(&look->outline);
    look->outline = decoded->outline;
    memset(&decoded->outline, 0, sizeof(decoded->outline));
    if (look->step + 1 < call->action->reconcile->n_looks && look->outline.n_items > 0) {
        call_look_step(call, look->step + 1);
    } else {
        look->looks++;
        call_reconcile_judge(call, now);
    }
}

void call_look_answer(struct call *call, struct http_response *response, struct now now)
{
    struct call_look *look = &call->look;
    struct decoded decoded = {0};
    struct error err;

    call_tell_governor(call, &call->ticket, response, now);
    if (response->failure == HTTP_FINE && response->status == 401 && !look->reauthorized) {
        look->reauthorized = true;
        auth_reject(call->env->auth, call->grant.generation);
        call->state = STATE_TOKEN;
        return;
    }
    struct retry_plan plan = call_plan_retry(call, RETRY_SAFE, look->attempt, response, now);
    if (plan.why == RETRY_GO) {
        call->pause_until_ms = now.mono_ms + plan.wait_ms;
        call->state = STATE_PAUSE;
        return;
    }
    call->http_status = response->status;
    if (response->trace_id[0] != '\0')
        memcpy(call->trace_id, response->trace_id, sizeof(call->trace_id));
    if (response->failure != HTTP_FINE) {
        error_clear(&err);
        decode_failure(look->action, response, &err);
        call_look_failed(call, &err);
        return;
    }
    decode(look->action, response, &decoded);
    if (decoded.status == SOAR_OK || decoded.status == SOAR_PARTIAL ||
        decoded.status == SOAR_NOT_FOUND)
        found(call, response, &decoded, now);
    else
        call_look_failed(call, &decoded.error);
    decode_done(&decoded);
}

void call_look_done(struct call *call)
{
    struct call_look *look = &call->look;

    call_reconcile_over(call);
    if (look->lost != NULL)
        http_request_done(&look->lost->request);
    free(look->lost);
    json_object_put(look->errors);
    json_object_put(look->chunk);
    json_object_put(look->input);
    json_object_put(look->resources);
    json_object_put(look->fitting);
    json_object_put(look->present);
    scan_answer_done(&look->outline);
    buf_done(&look->body);
}
