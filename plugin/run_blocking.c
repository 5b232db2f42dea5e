#include "run_blocking.h"

#include "base/clock.h"
#include "run_ahead.h"
#include "run_files.h"
#include "transport.h"

/* One call on its way. */
struct run {
    struct instance *instance;
    struct flight *flight;
    struct call *call;
    uint64_t call_id;
    struct run_files files;
    struct run_ahead *ahead; /* NULL = its requests go one after the other */
};

static int32_t tell_progress(void *arg, uint64_t done, uint64_t total)
{
    struct run *run = arg;

    return run->instance->host.progress(run->instance->host.ctx, run->call_id, done, total);
}

static void send_one(struct run *run, const struct call_step *step, struct http_response *response)
{
    struct transport_io io = {
        .progress = run->instance->host.progress != NULL ? tell_progress : NULL,
        .progress_arg = run,
        .interrupt = &run->flight->interrupt,
        .deadline_ms = step->until_ms,
    };

    if (run_files_begin(&run->files, step->request, &io, response)) {
        transport_send(run->instance->transport, step->request, &io, response);
        run_files_end(&run->files, response);
    }
}

static struct now time_now(const struct run *run)
{
    return clock_now(run->instance->host.now_ms, run->instance->host.ctx);
}

static struct now send_and_answer(struct run *run, const struct call_step *step,
                                  struct http_response *response)
{
    http_response_reset(response);
    response->body.max = (size_t)step->request->max_response_bytes;
    send_one(run, step, response);
    struct now now = time_now(run);
    call_answer(run->call, response, now);
    return now;
}

static struct now exchange(struct run *run, const struct call_step *step,
                           struct http_response *response)
{
    uint64_t before, done, total;
    struct now now;

    call_progress(run->call, &before, &total);
    if (run->ahead != NULL) {
        run_ahead_exchange(run->ahead, step);
        now = time_now(run);
    } else {
        now = send_and_answer(run, step, response);
    }
    if (call_progress(run->call, &done, &total) && done > before &&
        run->instance->host.progress != NULL && tell_progress(run, done, total) != 0)
        call_cancel(run->call);
    return now;
}

/* Until the call can go on. */
static void wait(struct run *run, const struct call_step *step)
{
    struct interrupt *interrupt = &run->flight->interrupt;

    if (step->want == CALL_WAIT_TOKEN)
        auth_wait(run->instance->auth, step->until_ms, interrupt);
    else if (run->ahead != NULL)
        run_ahead_wait(run->ahead, step->until_ms);
    else
        interrupt_wait(interrupt, step->until_ms);
}

void run_blocking(struct instance *instance, struct flight *flight, struct call *call,
                  const soar_call *asked, struct now now)
{
    struct run run = {.instance = instance,
                      .flight = flight,
                      .call = call,
                      .call_id = asked->call_id,
                      .files = {.files = instance->files,
                                .call = call,
                                .interrupt = &flight->interrupt,
                                .flags = asked->flags,
                                .in_fd = asked->in_fd,
                                .out_fd = asked->out_fd}};
    struct http_response response;
    struct error err;

    error_clear(&err);
    http_response_init(&response, (size_t)instance->config.http.max_response_bytes);
    if (!run_files_check(&run.files, &err))
        call_refuse(call, &err);
    if (call_goes_ahead(call))
        run.ahead = run_ahead_new(instance, flight, call);
    if (run.ahead == NULL)
        instance_take_spare(instance, &response.body);
    for (;;) {
        if (interrupt_raised(&flight->interrupt))
            call_cancel(call);
        struct call_step step = call_step(call, now);
        if (run.ahead != NULL)
            run_ahead_drop(run.ahead);
        if (step.want == CALL_DONE)
            break;
        if (step.want == CALL_SEND || step.want == CALL_AWAIT) {
            now = exchange(&run, &step, &response);
            continue;
        }
        if (step.want == CALL_DIGEST) {
            run_files_hash(&run.files);
            run_files_digest(&run.files);
        } else {
            wait(&run, &step);
        }
        now = time_now(&run);
    }
    run_ahead_free(run.ahead);
    instance_keep_spare(instance, &response.body);
    http_response_done(&response);
    run_files_done(&run.files);
}
