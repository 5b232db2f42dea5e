#include "flow_exec.h"

#include <stdlib.h>
#include <string.h>

#include "flow_eval.h"
#include "json_text.h"

/* A flow under way. */
struct run {
    const struct flow *flow;
    const struct flow_world *world;
    struct json_object *context, *results; /* results = context /steps */
    size_t index;
    const struct flow_step *step;
};

struct json_object *flow_failure(const struct host_error *err)
{
    struct json_object *document = json_object_new_object();
    struct json_object *error = json_object_new_object();
    const char *name = host_status_name(err->status);
    json_object_object_add(document, "ok", json_object_new_boolean(0));
    json_object_object_add(document, "status", json_object_new_string(name));
    json_object_object_add(error, "code", json_object_new_string(name));
    json_object_object_add(error, "reason", json_object_new_string("flow"));
    json_object_object_add(error, "message", json_object_new_string(err->message));
    if (err->where[0])
        json_object_object_add(error, "where", json_object_new_string(err->where));
    if (err->hint[0])
        json_object_object_add(error, "hint", json_object_new_string(err->hint));
    json_object_object_add(document, "error", error);
    return document;
}

static void fail(struct flow_result *ret, const struct host_error *err)
{
    json_object_put(ret->document);
    ret->status = err->status;
    ret->document = flow_failure(err);
}

static void require(struct run *run, struct flow_result *ret)
{
    struct host_error err;
    bool holds = false;
    struct json_object *input = run->step->input;
    if (!flow_test(run->context, json_get(input, "condition"), &holds, &err)) {
        fail(ret, &err);
        return;
    }
    const char *message = json_get_text(input, "message");
    char *text = NULL;
    if (!holds) {
        bool filled = message && flow_text(run->context, message, true, &text, &err);
        host_error_set(&err, SOAR_FAILED_PRECONDITION, "%s",
                       filled ? text : "what the flow requires does not hold");
        free(text);
        fail(ret, &err);
        return;
    }
    ret->status = SOAR_OK;
    ret->document = json_object_new_object();
    json_object_object_add(ret->document, "ok", json_object_new_boolean(1));
    json_object_object_add(ret->document, "status", json_object_new_string("OK"));
    json_object_object_add(ret->document, "summary", json_object_new_string("it holds"));
}

static void carry_out(struct run *run, struct flow_result *ret)
{
    const struct flow_step *step = run->step;
    struct json_object *input = NULL;
    struct host_error err;
    memset(ret, 0, sizeof(*ret));
    if (step->kind == FLOW_REQUIRE) {
        require(run, ret);
        return;
    }
    if (!flow_value(run->context, step->input, &input, &err)) {
        fail(ret, &err);
        return;
    }
    if (!input)
        input = json_object_new_object();
    if (step->kind == FLOW_ACTION)
        run->world->invoke(run->world->ctx, step->doing, input, ret);
    else
        run->world->files(run->world->ctx, step->kind, input, ret);
    json_object_put(input);
}

/* Sets the step's result, so that its own condition and the steps after it can refer to it. */
static void remember(struct run *run, struct json_object *document)
{
    json_object_object_add(run->results, run->step->id, json_object_get(document));
}

/* Once, or again until the condition holds. Gives the number of calls. */
static uint64_t carry_out_until(struct run *run, struct flow_result *ret)
{
    const struct flow_step *step = run->step;
    struct host_error err;
    for (uint64_t polls = 1;; polls++) {
        bool holds = true;
        carry_out(run, ret);
        remember(run, ret->document);
        if (ret->status != SOAR_OK || !step->until)
            return polls;
        if (!flow_test(run->context, step->until, &holds, &err)) {
            fail(ret, &err);
            return polls;
        }
        if (holds)
            return polls;
        if (polls == step->until_max) {
            host_error_set(&err, SOAR_DEADLINE_EXCEEDED,
                           "after %llu calls the condition of \"until\" still does not hold",
                           (unsigned long long)polls);
            fail(ret, &err);
            return polls;
        }
        if (!run->world->wait_ms(run->world->ctx, step->until_every_ms)) {
            host_error_set(&err, SOAR_CANCELLED, "interrupted while waiting");
            fail(ret, &err);
            return polls;
        }
        json_object_put(ret->document);
    }
}

static void one_call(struct run *run, int64_t item, struct flow_result *ret)
{
    uint64_t polls = carry_out_until(run, ret);
    if (run->world->call_ended)
        run->world->call_ended(run->world->ctx, run->index, run->step, ret, polls, item);
}

static struct json_object *loop_document(soar_status status, struct json_object *items)
{
    struct json_object *document = json_object_new_object();
    json_object_object_add(document, "ok", json_object_new_boolean(status == SOAR_OK));
    json_object_object_add(document, "status", json_object_new_string(host_status_name(status)));
    json_object_object_add(document, "count",
                           json_object_new_int64((int64_t)json_object_array_length(items)));
    json_object_object_add(document, "items", items);
    return document;
}

/* The list of slices of at most n items each; puts list. */
static struct json_object *sliced(struct json_object *list, size_t n)
{
    struct json_object *slices = json_object_new_array();
    struct json_object *slice = NULL;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (i % n == 0) {
            slice = json_object_new_array();
            json_object_array_add(slices, slice);
        }
        json_object_array_add(slice, json_object_get(json_object_array_get_idx(list, i)));
    }
    json_object_put(list);
    return slices;
}

/* One call for each item. Stops at the first that fails, unless the step is to go on. */
static void loop(struct run *run, struct flow_result *ret)
{
    const struct flow_step *step = run->step;
    struct json_object *list = NULL, *documents = json_object_new_array();
    struct host_error err;
    soar_status status = SOAR_OK;
    bool there = flow_value(run->context, step->for_each, &list, &err);
    if (there && !json_object_is_type(list, json_type_array)) {
        host_error_set(&err, SOAR_INVALID_ARGUMENT, "for_each takes a list");
        there = false;
    }
    if (there && step->by > 0)
        list = sliced(list, step->by);
    for (size_t i = 0; there && i < json_object_array_length(list); i++) {
        struct flow_result one;
        json_object_object_add(run->context, step->as,
                               json_object_get(json_object_array_get_idx(list, i)));
        json_object_object_add(run->context, "index", json_object_new_int64((int64_t)i));
        one_call(run, (int64_t)i, &one);
        json_object_array_add(documents, one.document);
        if (one.status != SOAR_OK && status == SOAR_OK)
            status = one.status;
        if (status != SOAR_OK && (!step->go_on || one.status == SOAR_CANCELLED))
            break;
    }
    json_object_object_del(run->context, step->as);
    json_object_object_del(run->context, "index");
    json_object_put(list);
    memset(ret, 0, sizeof(*ret));
    if (there) {
        ret->status = status;
        ret->document = loop_document(status, documents);
    } else {
        json_object_put(documents);
        fail(ret, &err);
    }
}

static void skip(struct run *run)
{
    struct json_object *document = json_object_new_object();
    json_object_object_add(document, "skipped", json_object_new_boolean(1));
    remember(run, document);
    json_object_put(document);
}

static void end_step(struct run *run, soar_status status, bool skipped)
{
    struct host_error unused;
    char *said = NULL;
    const struct flow_step *step = run->step;
    if (!run->world->step_ended)
        return;
    if (step->say && !skipped && status == SOAR_OK)
        (void)flow_text(run->context, step->say, true, &said, &unused);
    run->world->step_ended(run->world->ctx, run->index, step, status, skipped, said);
    free(said);
}

static soar_status carry_out_step(struct run *run, bool *ret_skipped)
{
    const struct flow_step *step = run->step;
    struct flow_result result = {0};
    struct host_error err;
    bool wanted = true;
    *ret_skipped = false;
    if (run->world->step_begins)
        run->world->step_begins(run->world->ctx, run->index, step);
    bool sound = !step->condition || flow_test(run->context, step->condition, &wanted, &err);
    if (sound && !wanted) {
        skip(run);
        *ret_skipped = true;
        end_step(run, SOAR_OK, true);
        return SOAR_OK;
    }
    if (!sound)
        fail(&result, &err);
    else if (step->for_each)
        loop(run, &result);
    else
        one_call(run, -1, &result);
    /* A failure outside of a call has not been shown yet. */
    bool shown = sound && (!step->for_each || json_get(result.document, "items"));
    if (!shown && run->world->call_ended)
        run->world->call_ended(run->world->ctx, run->index, step, &result, 1, -1);
    remember(run, result.document);
    json_object_put(result.document);
    end_step(run, result.status, false);
    return result.status;
}

static struct json_object *new_context(const struct flow *flow, struct json_object *trigger,
                                       const char *workdir)
{
    struct json_object *context = json_object_new_object();
    struct json_object *about = json_object_new_object();
    json_object_object_add(about, "name", json_object_new_string(flow->name));
    json_object_object_add(about, "workdir", json_object_new_string(workdir));
    json_object_object_add(context, "trigger", json_object_get(trigger));
    json_object_object_add(context, "steps", json_object_new_object());
    json_object_object_add(context, "flow", about);
    return context;
}

struct json_object *flow_exec(const struct flow *flow, struct json_object *trigger,
                              const char *workdir, const struct flow_world *world,
                              struct flow_summary *ret)
{
    struct run run = {.flow = flow, .world = world};
    run.context = new_context(flow, trigger, workdir);
    run.results = json_get(run.context, "steps");
    memset(ret, 0, sizeof(*ret));
    ret->failed_step = SIZE_MAX;
    for (size_t i = 0; i < flow->n_steps; i++) {
        bool skipped = false;
        run.index = i;
        run.step = &flow->steps[i];
        soar_status status = carry_out_step(&run, &skipped);
        if (skipped) {
            ret->skipped++;
        } else if (status == SOAR_OK) {
            ret->done++;
        } else if (run.step->go_on && status != SOAR_CANCELLED) {
            ret->failed++;
            ret->status = SOAR_PARTIAL;
        } else {
            ret->failed++;
            ret->status = status;
            ret->failed_step = i;
            break;
        }
    }
    return run.context;
}
