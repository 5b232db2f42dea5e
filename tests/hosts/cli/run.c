#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "flow_files.h"
#include "flow_view.h"
#include "interrupt.h"
#include "json_text.h"
#include "memory.h"
#include "report.h"

/* A flow under way: what the world's functions need. */
struct running {
    struct instance *instance;
    struct flow_view view;
    const char *workdir;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void invoke(void *ctx, const char *name, struct json_object *input, struct flow_result *ret)
{
    struct running *running = ctx;
    struct outcome outcome;
    const struct action *action = actions_find(&running->instance->actions, name, NULL);
    const char *text = json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE);
    instance_call(running->instance, action, text, strlen(text), 0, &outcome);
    ret->status = outcome.status;
    ret->ms = outcome.ms;
    ret->document = outcome.document;
    outcome.document = NULL;
    outcome_done(&outcome);
}

static void files(void *ctx, enum flow_kind kind, struct json_object *operands,
                  struct flow_result *ret)
{
    struct running *running = ctx;
    uint64_t begin = now_ms();
    flow_files(running->workdir, kind, operands, ret);
    ret->ms = now_ms() - begin;
}

static bool wait_ms(void *ctx, uint64_t ms)
{
    (void)ctx;
    return interrupt_wait_ms(ms);
}

static void step_begins(void *ctx, size_t index, const struct flow_step *step)
{
    const struct running *running = ctx;
    flow_view_step_begins(&running->view, index, step);
}

static void call_ended(void *ctx, size_t index, const struct flow_step *step,
                       const struct flow_result *result, uint64_t polls, int64_t item)
{
    const struct running *running = ctx;
    flow_view_call_ended(&running->view, index, step, result, polls, item);
}

static void step_ended(void *ctx, size_t index, const struct flow_step *step, soar_status status,
                       bool skipped, const char *said)
{
    const struct running *running = ctx;
    flow_view_step_ended(&running->view, index, step, status, skipped, said);
}

static int carry_out(struct running *running, const struct flow *flow, struct json_object *trigger,
                     bool temporary)
{
    const struct flow_world world = {running,     invoke,     files,     wait_ms,
                                     step_begins, call_ended, step_ended};
    struct flow_summary summary;
    uint64_t begin = now_ms();
    struct json_object *context = flow_exec(flow, trigger, running->workdir, &world, &summary);
    json_object_put(context);
    size_t n_files = flow_workdir_close(running->workdir, temporary);
    flow_view_end(&running->view, &summary, now_ms() - begin, running->workdir, n_files);
    return host_exit_code(summary.status);
}

static int connect_and_carry_out(struct running *running, const struct flow *flow,
                                 struct json_object *trigger)
{
    struct instance *instance = running->instance;
    const struct options *options = instance->options;
    struct host_error err;
    struct outcome refused;
    char *workdir = NULL;
    bool temporary = false;
    int code;
    if (!flow_workdir_open(options->work_dir, &workdir, &temporary, &err))
        return report_host_error(&instance->err, options->json, "run", &err);
    const char *dirs[] = {workdir, NULL};
    running->workdir = workdir;
    if (instance_connect(instance, dirs, &refused, &err)) {
        flow_view_start(&running->view, options->args[0], workdir);
        code = carry_out(running, flow, trigger, temporary);
    } else {
        (void)flow_workdir_close(workdir, temporary);
        code = refused.document
                   ? report_outcome_error(&instance->err, options->json, "configuration", &refused)
                   : report_host_error(&instance->err, options->json, "run", &err);
        outcome_done(&refused);
    }
    free(workdir);
    return code;
}

static int check_and_run(struct running *running, const struct flow *flow,
                         struct json_object *trigger)
{
    const struct options *options = running->instance->options;
    struct flow_problems problems = {0};
    int code = SOAR_OK;
    running->view.flow = flow;
    if (!flow_check(flow, &running->instance->actions, &problems))
        code = flow_view_problems(&running->view, options->args[0], &problems);
    else if (!flow_check_trigger(flow, trigger, &problems))
        code = flow_view_problems(&running->view, options->input ? options->input : "no --input",
                                  &problems);
    else if (options->dry_run)
        flow_view_plan(&running->view);
    else
        code = connect_and_carry_out(running, flow, trigger);
    flow_problems_done(&problems);
    return code;
}

int command_run(struct instance *instance)
{
    const struct options *options = instance->options;
    struct running running = {instance, {instance, NULL, options->json}, NULL};
    struct json_object *document = NULL, *trigger = NULL;
    struct flow_problems problems = {0};
    struct host_error err;
    struct flow flow;
    int code;
    if (!json_text_read(options->args[0], &document, &err))
        return report_host_error(&instance->err, options->json, "run", &err);
    if (options->input && !json_text_read(options->input, &trigger, &err)) {
        json_object_put(document);
        return report_host_error(&instance->err, options->json, "run", &err);
    }
    if (flow_from_json(document, &flow, &problems)) {
        code = check_and_run(&running, &flow, trigger);
        flow_done(&flow);
    } else {
        code = flow_view_problems(&running.view, options->args[0], &problems);
    }
    flow_problems_done(&problems);
    json_object_put(trigger);
    return code;
}
