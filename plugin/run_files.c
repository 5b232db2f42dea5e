#include "run_files.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static const struct http_part *file_part(const struct http_request *request)
{
    for (size_t i = 0; i < request->n_parts; i++)
        if (request->parts[i].kind == HTTP_PART_FILE)
            return &request->parts[i];
    return NULL;
}

static bool open_source(struct run_files *run, const struct http_part *part, struct error *err)
{
    const char *name = part->file_name != NULL ? part->file_name : last_part(part->path);

    if (run->has_source)
        return true;
    if ((run->flags & SOAR_CALL_IN_FD) != 0)
        run->has_source = file_source_from_fd(run->files, run->in_fd, name, &run->source, err);
    else
        run->has_source =
            file_source_open(run->files, part->path, part->file_name, &run->source, err);
    return run->has_source;
}

static int out_fd(const struct run_files *run)
{
    return (run->flags & SOAR_CALL_OUT_FD) != 0 ? run->out_fd : -1;
}

static bool misused_fd(const struct run_files *run, const struct http_request *request,
                       bool has_file, struct error *err)
{
    bool in = (run->flags & SOAR_CALL_IN_FD) != 0 && !has_file;
    bool out = (run->flags & SOAR_CALL_OUT_FD) != 0 && request->sink == HTTP_TO_MEMORY;

    if (!in && !out)
        return false;
    error_set(err, SOAR_INVALID_ARGUMENT, "no_file", "%s %s no file", call_action(run->call),
              in ? "sends" : "receives");
    error_where(err, "soar_call.flags");
    return true;
}

/* A plan names the very bytes of the file, and a call that is bound to one sends no others. */
static void plan_file(struct run_files *run)
{
    struct file_source *source = &run->source;
    char sha256[SHA256_HEX] = "";

    if (source->size >= 0)
        file_source_sha256(source, run->interrupt, call_deadline_ms(run->call), sha256);
    const char *bound = call_plan_file(run->call, source->name, source->size, sha256);
    if (bound != NULL)
        file_source_bind(source, bound);
    (void)file_source_rewind(source);
}

bool run_files_check(struct run_files *run, struct error *err)
{
    const struct http_request *request = call_request(run->call);
    struct file_sink *sink = NULL;

    if (request == NULL)
        return true;
    const struct http_part *part = file_part(request);
    if (misused_fd(run, request, part != NULL, err))
        return false;
    if (part != NULL && !open_source(run, part, err))
        return false;
    if (part != NULL && call_plans_file(run->call))
        plan_file(run);
    if (request->sink == HTTP_TO_MEMORY)
        return true;
    bool fine = file_sink_new(run->files, request->save_as, out_fd(run), &sink, err);
    file_sink_free(sink);
    return fine;
}

void run_files_close(struct run_files *run)
{
    bool matters = run->source_used || run->source.bound[0] != '\0';

    if (!run->has_source || !run->source.owned || matters)
        return;
    file_source_done(&run->source);
    run->has_source = false;
}

bool run_files_copy(struct run_files *run)
{
    bool in = (run->flags & SOAR_CALL_IN_FD) != 0, out = (run->flags & SOAR_CALL_OUT_FD) != 0;

    run->in_fd = in ? fcntl(run->in_fd, F_DUPFD_CLOEXEC, 3) : -1;
    run->out_fd = out ? fcntl(run->out_fd, F_DUPFD_CLOEXEC, 3) : -1;
    run->owns_fds = true;
    if (in && run->has_source)
        run->source.fd = run->in_fd;
    return (!in || run->in_fd >= 0) && (!out || run->out_fd >= 0);
}

/* ------------------------------------------------------------------ an exchange */

static bool rewind_source(struct run_files *run, struct error *err)
{
    if (!run->source_used || file_source_rewind(&run->source)) {
        run->source_used = true;
        return true;
    }
    error_set(err, SOAR_FAILED_PRECONDITION, "source_spent",
              "the host's descriptor cannot be read a second time");
    error_hint(err, "Give a file instead of a pipe, or make the call again.");
    return false;
}

bool run_files_begin(struct run_files *run, const struct http_request *request,
                     struct transport_io *io, struct http_response *response)
{
    const struct http_part *part = file_part(request);
    struct error *err = &response->local_error;
    bool fine = part == NULL || (open_source(run, part, err) && rewind_source(run, err));

    if (fine && request->sink != HTTP_TO_MEMORY)
        fine = file_sink_new(run->files, request->save_as, out_fd(run), &run->sink, err);
    if (!fine)
        response->failure = HTTP_LOCAL;
    io->source = part != NULL ? &run->source : NULL;
    io->sink = run->sink;
    return fine;
}

static void keep_file(struct run_files *run, struct http_response *response)
{
    struct file_sink *sink = run->sink;

    if (out_fd(run) >= 0)
        run->out_bytes += file_sink_bytes(sink);
    if (response->has_file && !file_sink_commit(sink, &response->local_error)) {
        response->has_file = false;
        response->failure = HTTP_LOCAL;
    }
    if (response->has_file) {
        response->file.path = strdup(file_sink_path(sink));
        response->file.name = strdup(file_sink_name(sink));
        response->file.bytes = file_sink_bytes(sink);
        if (response->file.path == NULL || response->file.name == NULL)
            response->failure = HTTP_NO_MEMORY;
    } else if (run->out_bytes > 0 && response->failure != HTTP_LOCAL) {
        error_set(&response->local_error, SOAR_DATA_LOSS, "file_cut",
                  "the download broke off after %lld bytes had gone to the host's descriptor",
                  (long long)run->out_bytes);
        response->failure = HTTP_LOCAL;
    }
}

void run_files_end(struct run_files *run, struct http_response *response)
{
    if (run->sink != NULL)
        keep_file(run, response);
    file_sink_free(run->sink);
    run->sink = NULL;
}

bool run_files_keeps(const struct run_files *run, const struct http_response *response)
{
    return run->sink != NULL && response->has_file && out_fd(run) < 0;
}

void run_files_hash(struct run_files *run)
{
    run->sha256[0] = '\0';
    if (run->has_source)
        file_source_sha256(&run->source, run->interrupt, call_deadline_ms(run->call), run->sha256);
}

void run_files_digest(struct run_files *run)
{
    const struct file_source *source = &run->source;

    call_digest(run->call, run->has_source ? source->name : "",
                run->has_source && source->size >= 0 ? source->size : -1, run->sha256);
}

void run_files_done(struct run_files *run)
{
    if (run->has_source)
        file_source_done(&run->source);
    if (run->owns_fds && run->in_fd >= 0)
        close(run->in_fd);
    if (run->owns_fds && run->out_fd >= 0)
        close(run->out_fd);
    file_sink_free(run->sink);
}
