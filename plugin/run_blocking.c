#include "run_blocking.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "files.h"
#include "transport.h"

/* One call on its way. */
struct run {
    struct instance *instance;
    struct flight *flight;
    struct call *call;
    const soar_call *asked;
    struct file_source source;
    bool has_source, source_used;
    int64_t out_bytes; /* gone to the host's own descriptor */
};

static int32_t tell_progress(void *arg, uint64_t done, uint64_t total)
{
    struct run *run = arg;

    return run->instance->host.progress(run->instance->host.ctx, run->asked->call_id, done, total);
}

/* ------------------------------------------------------------------ files */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool open_source(struct run *run, const struct http_part *part, struct error *err)
{
    const struct files *files = run->instance->files;
    const char *name = part->file_name != NULL ? part->file_name : last_part(part->path);

    if ((run->asked->flags & SOAR_CALL_IN_FD) != 0)
        run->has_source = file_source_from_fd(files, run->asked->in_fd, name, &run->source, err);
    else
        run->has_source = file_source_open(files, part->path, part->file_name, &run->source, err);
    return run->has_source;
}

static int out_fd(const struct run *run)
{
    return (run->asked->flags & SOAR_CALL_OUT_FD) != 0 ? run->asked->out_fd : -1;
}

static bool misused_fd(const struct run *run, const struct http_request *request, bool has_file,
                       struct error *err)
{
    bool in = (run->asked->flags & SOAR_CALL_IN_FD) != 0 && !has_file;
    bool out = (run->asked->flags & SOAR_CALL_OUT_FD) != 0 && request->sink == HTTP_TO_MEMORY;

    if (!in && !out)
        return false;
    error_set(err, SOAR_INVALID_ARGUMENT, "no_file", "%s %s no file", call_action(run->call),
              in ? "sends" : "receives");
    error_where(err, "soar_call.flags");
    return true;
}

/* A plan names the very bytes of the file, and a call that is bound to one sends no others. */
static void plan_file(struct run *run)
{
    struct file_source *source = &run->source;
    char sha256[SHA256_HEX] = "";

    if (source->size >= 0)
        file_source_sha256(source, sha256);
    const char *bound = call_plan_file(run->call, source->name, source->size, sha256);
    if (bound != NULL)
        file_source_bind(source, bound);
    (void)file_source_rewind(source);
}

/* Everything local that can be refused is refused before the first byte is sent. */
static bool ready_files(struct run *run, struct error *err)
{
    const struct http_request *request = call_request(run->call);
    const struct http_part *part = NULL;
    struct file_sink *sink = NULL;

    if (request == NULL)
        return true;
    for (size_t i = 0; i < request->n_parts; i++)
        if (request->parts[i].kind == HTTP_PART_FILE)
            part = &request->parts[i];
    if (misused_fd(run, request, part != NULL, err))
        return false;
    if (part != NULL && !open_source(run, part, err))
        return false;
    if (part != NULL && call_plans_file(run->call))
        plan_file(run);
    if (request->sink == HTTP_TO_MEMORY)
        return true;
    bool fine = file_sink_new(run->instance->files, request->save_as, out_fd(run), &sink, err);
    file_sink_free(sink);
    return fine;
}

/* A file that came whole is given its name. */
static void keep_file(struct run *run, struct file_sink *sink, struct http_response *response)
{
    if (out_fd(run) >= 0)
        run->out_bytes += file_sink_bytes(sink);
    if (response->has_file && !file_sink_commit(sink, &response->local_error)) {
        response->has_file = false;
        response->failure = HTTP_LOCAL;
    }
    if (response->has_file) {
        response->file_path = strdup(file_sink_path(sink));
        response->file_name = strdup(file_sink_name(sink));
        response->file_bytes = file_sink_bytes(sink);
        if (response->file_path == NULL || response->file_name == NULL)
            response->failure = HTTP_NO_MEMORY;
    } else if (run->out_bytes > 0 && response->failure != HTTP_LOCAL) {
        error_set(&response->local_error, SOAR_DATA_LOSS, "file_cut",
                  "the download broke off after %lld bytes had gone to the host's descriptor",
                  (long long)run->out_bytes);
        response->failure = HTTP_LOCAL;
    }
}

/* ------------------------------------------------------------------ sending */

static bool rewind_source(struct run *run, struct http_response *response)
{
    if (!run->source_used || file_source_rewind(&run->source)) {
        run->source_used = true;
        return true;
    }
    error_set(&response->local_error, SOAR_FAILED_PRECONDITION, "source_spent",
              "the host's descriptor cannot be read a second time");
    error_hint(&response->local_error, "Give a file instead of a pipe, or make the call again.");
    response->failure = HTTP_LOCAL;
    return false;
}

static void send_one(struct run *run, const struct call_step *step, struct http_response *response)
{
    struct file_sink *sink = NULL;
    bool uploads = step->request->n_parts > 0 && run->has_source;
    struct transport_io io = {
        .source = uploads ? &run->source : NULL,
        .progress = run->instance->host.progress != NULL ? tell_progress : NULL,
        .progress_arg = run,
        .interrupt = &run->flight->interrupt,
        .deadline_ms = step->until_ms,
    };

    if (uploads && !rewind_source(run, response))
        return;
    if (step->request->sink != HTTP_TO_MEMORY &&
        !file_sink_new(run->instance->files, step->request->save_as, out_fd(run), &sink,
                       &response->local_error)) {
        response->failure = HTTP_LOCAL;
        return;
    }
    io.sink = sink;
    transport_send(run->instance->transport, step->request, &io, response);
    if (sink != NULL)
        keep_file(run, sink, response);
    file_sink_free(sink);
}

/* What the file holds that was uploaded, so that it is known again at the service. */
static void tell_digest(struct run *run)
{
    struct file_source *source = &run->source;
    char sha256[SHA256_HEX] = "";

    if (run->has_source)
        file_source_sha256(source, sha256);
    call_digest(run->call, run->has_source ? source->name : "",
                run->has_source && source->size >= 0 ? source->size : -1, sha256);
}

static struct now time_now(const struct run *run)
{
    return clock_now(run->instance->host.now_ms, run->instance->host.ctx);
}

static void exchange(struct run *run, const struct call_step *step, struct http_response *response)
{
    uint64_t before, done, total;

    call_progress(run->call, &before, &total);
    http_response_reset(response);
    response->body.max = (size_t)step->request->max_response_bytes;
    send_one(run, step, response);
    call_answer(run->call, response, time_now(run));
    if (call_progress(run->call, &done, &total) && done > before &&
        run->instance->host.progress != NULL && tell_progress(run, done, total) != 0)
        call_cancel(run->call);
}

void run_blocking(struct instance *instance, struct flight *flight, struct call *call,
                  const soar_call *asked)
{
    struct run run = {.instance = instance, .flight = flight, .call = call, .asked = asked};
    struct http_response response;
    struct error err;

    error_clear(&err);
    http_response_init(&response, (size_t)instance->config.http.max_response_bytes);
    instance_take_spare(instance, &response.body);
    if (!ready_files(&run, &err))
        call_refuse(call, &err);
    for (;;) {
        if (interrupt_raised(&flight->interrupt))
            call_cancel(call);
        struct call_step step = call_step(call, time_now(&run));
        if (step.want == CALL_DONE)
            break;
        if (step.want == CALL_SEND)
            exchange(&run, &step, &response);
        else if (step.want == CALL_DIGEST)
            tell_digest(&run);
        else if (step.want == CALL_WAIT)
            interrupt_wait(&flight->interrupt, step.until_ms);
        else
            auth_wait(instance->auth, step.until_ms, &flight->interrupt);
    }
    instance_keep_spare(instance, &response.body);
    http_response_done(&response);
    if (run.has_source)
        file_source_done(&run.source);
}
