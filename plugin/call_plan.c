#include <stdio.h>
#include <string.h>

#include "call_private.h"
#include "output.h"

/* ------------------------------------------------------------------ what the host gives */

bool call_plan_take(struct call *call, const soar_call *asked, struct error *err)
{
    if (asked->plan_len == 0)
        return true;
    if (!plan_is_text(asked->plan, asked->plan_len)) {
        error_set(err, SOAR_INVALID_ARGUMENT, "bad_plan", "soar_call.plan is no plan");
        error_where(err, "soar_call.plan");
        error_hint(err, "Give the plan.text of a dry run, unchanged.");
        return false;
    }
    memcpy(call->plan, asked->plan, asked->plan_len);
    return true;
}

static bool has_file(const struct http_request *request)
{
    for (size_t i = 0; i < request->n_parts; i++)
        if (request->parts[i].kind == HTTP_PART_FILE)
            return true;
    return false;
}

bool call_plans_file(const struct call *call)
{
    bool planned = call->state == STATE_PLAN || (call->state == STATE_KEY && call->plan[0] != '\0');

    return planned && has_file(&call->request);
}

const char *call_plan_file(struct call *call, const char *name, int64_t size, const char *sha256)
{
    snprintf(call->file_seen.name, sizeof(call->file_seen.name), "%s", name);
    snprintf(call->file_seen.sha256, sizeof(call->file_seen.sha256), "%s", sha256);
    call->file_seen.size = size;
    return call->plan[0] != '\0' && sha256[0] != '\0' ? call->file_seen.sha256 : NULL;
}

/* ------------------------------------------------------------------ what would be sent */

/* All requests of the call go into the plan, those after the first into more. The further pages of a
 * list are known only when they come. */
static bool plan_requests(struct call *call, char ret[PLAN_TEXT], int64_t *ret_n, struct buf *more,
                          struct error *err)
{
    size_t from = call->pages.ids_from, to = call->pages.ids_to;
    struct plan plan;
    bool fine = true;

    plan_begin(&plan, call->env->config, call->action);
    for (*ret_n = 1;; (*ret_n)++) {
        plan_add(&plan, &call->request, &call->file_seen);
        if (*ret_n > 1) {
            buf_adds(more, *ret_n > 2 ? "," : "");
            output_request(&call->request, &call->file_seen, more);
        }
        if (!page_next_chunk(&call->pages))
            break;
        fine = call_build_request(call, err);
        if (!fine)
            break;
    }
    call->pages.ids_from = from;
    call->pages.ids_to = to;
    if (fine && *ret_n > 1)
        fine = call_build_request(call, err); /* the first one again */
    plan_end(&plan, ret);
    return fine;
}

static void add_flag(struct buf *out, const char *name, bool flag)
{
    buf_adds(out, name);
    buf_adds(out, flag ? "true" : "false");
}

static void add_effect(const struct call *call, struct buf *out)
{
    static const char *const retries[] = {"safe", "idempotent", "reconcile", "never"};
    const struct action *action = call->action;

    buf_adds(out, ",\"scope\":{\"name\":");
    buf_add_json(out, action->scope_name, strlen(action->scope_name));
    buf_adds(out, action->scope_write ? ",\"access\":\"write\"}" : ",\"access\":\"read\"}");
    add_flag(out, ",\"effect\":{\"writes\":", action->scope_write);
    add_flag(out, ",\"destructive\":", (action->annotations & ANNOTATION_DESTRUCTIVE) != 0);
    add_flag(out, ",\"idempotent\":", (action->annotations & ANNOTATION_IDEMPOTENT) != 0);
    add_flag(out, ",\"sends_file\":", has_file(&call->request));
    add_flag(out, ",\"writes_file\":", call->request.sink != HTTP_TO_MEMORY);
    buf_addf(out, ",\"retry\":\"%s\"}", retries[action->retry]);
}

static void describe(struct call *call, const char *text, int64_t n, const struct buf *more)
{
    struct buf *out = &call->plan_json;

    buf_adds(out, "{\"action\":");
    buf_add_json(out, call->action->name, strlen(call->action->name));
    if (!has_file(&call->request) || call->file_seen.sha256[0] != '\0')
        buf_addf(out, ",\"hash\":\"%.*s\",\"text\":\"%s\"", SHA256_HEX - 1, text, text);
    add_effect(call, out);
    buf_adds(out, ",\"requests\":");
    buf_add_int(out, n);
    add_flag(out, ",\"more_pages\":", call->pages.all);
    buf_adds(out, ",\"further\":[");
    buf_add(out, more->ptr, more->len);
    buf_adds(out, "]}");
}

/* ------------------------------------------------------------------ saying or checking it */

static void check_bound(struct call *call, const char *now, struct error *err)
{
    char what[128];
    bool unread = has_file(&call->request) && call->file_seen.sha256[0] == '\0';

    if (!unread && !plan_differs(call->plan, now, what, sizeof(what)))
        return;
    if (unread)
        snprintf(what, sizeof(what), "the file cannot be read twice");
    error_set(err, SOAR_FAILED_PRECONDITION, "plan_changed",
              "%s: this call would not send what was planned%s%s", call->action->name,
              what[0] != '\0' ? (unread ? ": " : "; what differs: ") : "", what);
    error_where(err, "soar_call.plan");
    error_hint(err, "Plan the call again and have the new plan approved.");
}

void call_plan_check(struct call *call)
{
    char now[PLAN_TEXT];
    struct error err;
    struct buf more;
    int64_t n = 0;

    error_clear(&err);
    buf_init(&more, call->plan_json.max);
    call->state = STATE_TOKEN;
    if (plan_requests(call, now, &n, &more, &err) && call->plan[0] != '\0')
        check_bound(call, now, &err);
    if (err.status == SOAR_OK && call->dry_run)
        describe(call, now, n, &more);
    if (err.status == SOAR_OK && (more.failed || call->plan_json.failed))
        error_set(&err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the plan");
    if (err.status != SOAR_OK)
        call_end(call, &err);
    else if (call->dry_run)
        call->state = STATE_DONE;
    buf_done(&more);
}
