#include "flow_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "report.h"
#include "result_view.h"

static void print_line(struct json_object *line)
{
    puts(json_object_to_json_string_ext(line,
                                        JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
    fflush(stdout);
    json_object_put(line);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    json_object_object_add(object, key, json_object_new_string(text));
}

static void add_count(struct json_object *object, const char *key, uint64_t n)
{
    json_object_object_add(object, key, json_object_new_int64((int64_t)n));
}

static void styled(const struct term *term, enum term_style style, const char *text)
{
    fputs(term_style(term, style), term->out);
    term_text(term, text, strlen(text));
    fputs(term_style(term, TERM_PLAIN), term->out);
}

void flow_view_start(const struct flow_view *view, const char *flow_file, const char *workdir)
{
    const struct term *term = &view->instance->out;
    const struct instance *instance = view->instance;
    if (view->json)
        return;
    styled(term, TERM_BOLD, view->flow->name);
    fprintf(term->out, " (%zu steps, %s)\n", view->flow->n_steps, flow_file);
    if (view->flow->description) {
        fputs("  ", term->out);
        term_wrap(term, view->flow->description, 2);
    }
    fprintf(term->out, "%s  plugin   %s\n", term_style(term, TERM_DIM), instance->api.path);
    if (instance->sandbox.url)
        fprintf(term->out, "  service  %s (private falcon-sandbox)\n", instance->sandbox.url);
    fprintf(term->out, "  files    %s%s\n", workdir, term_style(term, TERM_PLAIN));
    fflush(term->out);
}

void flow_view_plan(const struct flow_view *view)
{
    const struct term *term = &view->instance->out;
    for (size_t i = 0; i < view->flow->n_steps; i++) {
        const struct flow_step *step = &view->flow->steps[i];
        if (view->json) {
            struct json_object *line = json_object_new_object();
            add_text(line, "event", "plan");
            add_count(line, "index", i + 1);
            add_text(line, "id", step->id);
            add_text(line, "action", step->doing);
            print_line(line);
            continue;
        }
        fprintf(term->out, "%3zu/%zu  ", i + 1, view->flow->n_steps);
        styled(term, TERM_BOLD, step->title);
        fprintf(term->out, "\n        %s%s%s%s\n", step->doing,
                step->condition ? ", if its condition holds" : "",
                step->for_each ? ", for each item" : "", step->until ? ", until it is so" : "");
    }
}

int flow_view_problems(const struct flow_view *view, const char *file,
                       const struct flow_problems *problems)
{
    const struct term *term = &view->instance->err;
    int code = host_exit_code(problems->items[0].status);
    if (view->json) {
        struct json_object *document = flow_failure(&problems->items[0]);
        struct json_object *list = json_object_new_array();
        for (size_t i = 0; i < problems->n; i++) {
            struct json_object *one = json_object_new_object();
            add_text(one, "where", problems->items[i].where);
            add_text(one, "message", problems->items[i].message);
            if (problems->items[i].hint[0])
                add_text(one, "hint", problems->items[i].hint);
            json_object_array_add(list, one);
        }
        json_object_object_add(json_get(document, "error"), "violations", list);
        print_line(document);
        return code;
    }
    for (size_t i = 0; i < problems->n; i++)
        report_host_error(term, false, file, &problems->items[i]);
    return code;
}

void flow_view_step_begins(const struct flow_view *view, size_t index, const struct flow_step *step)
{
    const struct term *term = &view->instance->out;
    if (view->json)
        return;
    fprintf(term->out, "\n%3zu/%zu  ", index + 1, view->flow->n_steps);
    styled(term, TERM_BOLD, step->title);
    putc('\n', term->out);
    fflush(term->out);
}

static void call_as_json(const struct flow_view *view, size_t index, const struct flow_step *step,
                         const struct flow_result *result, uint64_t polls, int64_t item)
{
    struct json_object *line = json_object_new_object();
    add_text(line, "event", "step");
    add_count(line, "index", index + 1);
    add_count(line, "of", view->flow->n_steps);
    add_text(line, "id", step->id);
    add_text(line, "action", step->doing);
    if (item >= 0)
        add_count(line, "item", (uint64_t)item);
    add_text(line, "status", host_status_name(result->status));
    add_count(line, "polls", polls);
    add_count(line, "ms", result->ms);
    json_object_object_add(line, "result", json_object_get(result->document));
    print_line(line);
}

void flow_view_call_ended(const struct flow_view *view, size_t index, const struct flow_step *step,
                          const struct flow_result *result, uint64_t polls, int64_t item)
{
    const struct term *term = &view->instance->out;
    if (view->json) {
        call_as_json(view, index, step, result, polls, item);
        return;
    }
    bool ok = result->status == SOAR_OK;
    char *summary = ok ? result_summary(result->document) : NULL;
    fputs("        ", term->out);
    styled(term, ok ? TERM_GOOD : TERM_BAD, ok ? "ok" : host_status_name(result->status));
    fprintf(term->out, "  %s%s%s", term_style(term, TERM_NAMES), step->doing,
            term_style(term, TERM_PLAIN));
    if (summary) {
        fputs("  ", term->out);
        term_text(term, summary, strlen(summary));
    }
    fputs(term_style(term, TERM_DIM), term->out);
    if (polls > 1)
        fprintf(term->out, "  %" PRIu64 " calls", polls);
    fprintf(term->out, "  %" PRIu64 " ms%s\n", result->ms, term_style(term, TERM_PLAIN));
    fflush(term->out);
    if (!ok)
        report_document_error(&view->instance->err, step->id, result->status, result->document);
    free(summary);
}

void flow_view_step_ended(const struct flow_view *view, size_t index, const struct flow_step *step,
                          soar_status status, bool skipped, const char *said)
{
    const struct term *term = &view->instance->out;
    if (view->json && skipped) {
        struct json_object *line = json_object_new_object();
        add_text(line, "event", "skipped");
        add_count(line, "index", index + 1);
        add_text(line, "id", step->id);
        print_line(line);
    }
    if (view->json)
        return;
    if (skipped) {
        fputs("        ", term->out);
        styled(term, TERM_DIM, "skipped: its condition does not hold");
        putc('\n', term->out);
    }
    if (status != SOAR_OK && step->go_on)
        fputs("        the flow goes on\n", term->out);
    if (said) {
        fputs("        ", term->out);
        term_wrap(term, said, 8);
    }
    fflush(term->out);
}

void flow_view_end(const struct flow_view *view, const struct flow_summary *summary, uint64_t ms,
                   const char *workdir, size_t n_files)
{
    const struct term *term = &view->instance->out;
    bool ok = summary->status == SOAR_OK;
    if (view->json) {
        struct json_object *line = json_object_new_object();
        add_text(line, "event", "end");
        json_object_object_add(line, "ok", json_object_new_boolean(ok));
        add_text(line, "status", host_status_name(summary->status));
        add_count(line, "done", summary->done);
        add_count(line, "skipped", summary->skipped);
        add_count(line, "failed", summary->failed);
        if (summary->failed_step != SIZE_MAX)
            add_text(line, "failed_step", view->flow->steps[summary->failed_step].id);
        add_count(line, "ms", ms);
        add_text(line, "workdir", workdir);
        add_count(line, "files", n_files);
        print_line(line);
        return;
    }
    putc('\n', term->out);
    styled(term, ok ? TERM_GOOD : TERM_BAD, ok ? "Done" : host_status_name(summary->status));
    fprintf(term->out, ": %zu steps ok, %zu skipped, %zu failed", summary->done, summary->skipped,
            summary->failed);
    size_t left = view->flow->n_steps - summary->done - summary->skipped - summary->failed;
    if (left > 0)
        fprintf(term->out, ", %zu not reached", left);
    fprintf(term->out, "; %.2f s\n", (double)ms / 1000.0);
    if (n_files > 0)
        fprintf(term->out, "%zu files in %s\n", n_files, workdir);
}
