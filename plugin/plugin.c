/* The edge of the ABI: checks what comes in, owns what goes out. No logic of the service here. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "call.h"
#include "catalog.h"
#include "handles.h"
#include "instance.h"
#include "output.h"
#include "run_async.h"
#include "run_blocking.h"
#include "soar_plugin.h"

#define MAX_RESULT (SIZE_MAX / 8)

/* Sizes of the structs in version 1.0; smaller ones are refused, larger ones read so far. */
#define HOST_SIZE_1_0 sizeof(soar_host)
#define CALL_SIZE_1_0 (offsetof(soar_call, out_fd) + sizeof(int32_t))
#define RESULT_SIZE_1_0 sizeof(soar_result)
#define CALL_FLAGS (SOAR_CALL_DRY_RUN | SOAR_CALL_IN_FD | SOAR_CALL_OUT_FD)

/* ------------------------------------------------------------------ results */

static bool usable(const soar_result *result)
{
    return result != NULL && result->struct_size >= RESULT_SIZE_1_0;
}

/* Hands a document to the host. The buffer is empty afterwards. */
static soar_status give(soar_result *result, uint64_t call_id, soar_status status, int http_status,
                        struct buf *document)
{
    if (!usable(result)) {
        buf_done(document);
        return status;
    }
    uint32_t struct_size = result->struct_size;
    size_t len = 0;
    char *json = document->failed ? NULL : buf_take(document, &len);
    if (json == NULL) {
        buf_done(document);
        status = status == SOAR_OK ? SOAR_RESOURCE_EXHAUSTED : status;
    }
    memset(result, 0, sizeof(*result));
    result->struct_size = struct_size;
    result->status = status;
    result->call_id = call_id;
    result->kind = SOAR_KIND_DONE;
    result->http_status = http_status;
    result->json = json;
    result->json_len = len;
    result->owner = json;
    return status;
}

static soar_status give_error(soar_result *result, uint64_t call_id, const struct error *err)
{
    struct buf document;

    buf_init(&document, MAX_RESULT);
    if (usable(result))
        output_error(err, &document);
    return give(result, call_id, err->status, err->http_status, &document);
}

static soar_status refuse(soar_result *result, uint64_t call_id, soar_status status,
                          const char *reason, const char *where, const char *message)
{
    struct error err;

    error_clear(&err);
    error_set(&err, status, reason, "%s", message);
    error_where(&err, "%s", where);
    return give_error(result, call_id, &err);
}

static soar_status refuse_handle(soar_result *result, uint64_t call_id, enum handle_state state)
{
    switch (state) {
    case HANDLE_FORKED:
        return refuse(result, call_id, SOAR_FAILED_PRECONDITION, "forked", "plugin",
                      "the instance belongs to the process before fork(); call soar_init in this "
                      "one");
    case HANDLE_CLOSING:
        return refuse(result, call_id, SOAR_FAILED_PRECONDITION, "shutting_down", "plugin",
                      "the instance is being shut down");
    default:
        return refuse(result, call_id, SOAR_INVALID_ARGUMENT, "bad_handle", "plugin",
                      "no instance of that handle: never made, or shut down");
    }
}

void soar_release(soar_result *result)
{
    if (!usable(result))
        return;
    uint32_t struct_size = result->struct_size;
    free(result->owner);
    memset(result, 0, sizeof(*result));
    result->struct_size = struct_size;
}

/* ------------------------------------------------------------------ about the plugin */

uint32_t soar_abi_version(void)
{
    return SOAR_ABI_VERSION;
}

soar_status soar_list_actions(const char **ret_json, uint64_t *ret_len)
{
    if (ret_json == NULL || ret_len == NULL)
        return SOAR_INVALID_ARGUMENT;
    *ret_json = catalog_list_json;
    *ret_len = catalog_list_json_len;
    return SOAR_OK;
}

/* ------------------------------------------------------------------ instances */

static bool take_host(const soar_host *given, soar_host *ret, struct error *err)
{
    memset(ret, 0, sizeof(*ret));
    if (given == NULL)
        return true;
    if (given->struct_size < HOST_SIZE_1_0) {
        error_set(err, SOAR_INVALID_ARGUMENT, "bad_struct_size",
                  "soar_host.struct_size is %u; version 1.0 has %zu", given->struct_size,
                  HOST_SIZE_1_0);
        error_where(err, "soar_host.struct_size");
        return false;
    }
    memcpy(ret, given, sizeof(*ret));
    if (ret->abi_version >> 16 == SOAR_ABI_MAJOR)
        return true;
    error_set(err, SOAR_UNIMPLEMENTED, "abi_version",
              "the host speaks version %u of the plugin contract, this plugin version %u",
              ret->abi_version >> 16, SOAR_ABI_MAJOR);
    error_where(err, "soar_host.abi_version");
    return false;
}

soar_status soar_init(const soar_host *host, const char *config, uint64_t config_len,
                      soar_plugin **ret_plugin, int32_t *ret_event_fd, soar_result *err_result)
{
    struct error err;
    soar_host own;

    error_clear(&err);
    if (ret_plugin == NULL || (config == NULL && config_len > 0))
        return refuse(err_result, 0, SOAR_INVALID_ARGUMENT, "null_argument",
                      ret_plugin == NULL ? "ret_plugin" : "config", "must not be NULL");
    if (!take_host(host, &own, &err))
        return give_error(err_result, 0, &err);
    struct instance *instance =
        instance_new(&own, config != NULL ? config : "", (size_t)config_len, &err);
    if (instance == NULL)
        return give_error(err_result, 0, &err);
    if (ret_event_fd != NULL && events_fd(&instance->events) < 0) {
        instance_free(instance);
        return refuse(err_result, 0, SOAR_RESOURCE_EXHAUSTED, "no_descriptor", "ret_event_fd",
                      "the process has no descriptor left");
    }
    soar_plugin *handle = handles_add(instance);
    if (handle == NULL) {
        instance_free(instance);
        return refuse(err_result, 0, SOAR_RESOURCE_EXHAUSTED, "too_many_instances", "",
                      "no room for another instance");
    }
    *ret_plugin = handle;
    if (ret_event_fd != NULL)
        *ret_event_fd = instance->events.fd;
    return SOAR_OK;
}

soar_status soar_shutdown(soar_plugin *plugin, uint64_t timeout_ms)
{
    int64_t now = clock_now(NULL, NULL).mono_ms;
    bool idle = false;
    int64_t until =
        timeout_ms >= (uint64_t)(INT64_MAX - now) ? INT64_MAX : now + (int64_t)timeout_ms;

    switch (handles_close(plugin, until, &idle)) {
    case HANDLE_FINE:
        return idle ? SOAR_OK : SOAR_FAILED_PRECONDITION;
    case HANDLE_UNKNOWN:
        return SOAR_INVALID_ARGUMENT;
    default:
        return SOAR_FAILED_PRECONDITION;
    }
}

/* ------------------------------------------------------------------ calls */

static soar_status handle_status(enum handle_state state)
{
    switch (state) {
    case HANDLE_FINE:
        return SOAR_OK;
    case HANDLE_UNKNOWN:
        return SOAR_INVALID_ARGUMENT;
    default:
        return SOAR_FAILED_PRECONDITION;
    }
}

static bool take_call(const soar_call *given, soar_call *ret, struct error *err)
{
    const char *wrong = NULL;

    if (given == NULL || given->struct_size < CALL_SIZE_1_0) {
        error_set(err, SOAR_INVALID_ARGUMENT, given == NULL ? "null_argument" : "bad_struct_size",
                  given == NULL ? "call must not be NULL"
                                : "soar_call.struct_size is smaller than that of version 1.0");
        error_where(err, "soar_call.struct_size");
        return false;
    }
    memset(ret, 0, sizeof(*ret));
    memcpy(ret, given, given->struct_size < sizeof(*ret) ? given->struct_size : sizeof(*ret));
    if (ret->action == NULL)
        wrong = "action";
    else if (ret->input == NULL && ret->input_len > 0)
        wrong = "input";
    else if (ret->trace == NULL && ret->trace_len > 0)
        wrong = "trace";
    else if (ret->plan == NULL && ret->plan_len > 0)
        wrong = "plan";
    else if (ret->idempotency_key == NULL && ret->idempotency_key_len > 0)
        wrong = "idempotency_key";
    else if ((ret->flags & ~CALL_FLAGS) != 0)
        wrong = "flags";
    if (wrong == NULL)
        return true;
    error_set(err, SOAR_INVALID_ARGUMENT, "bad_call", "soar_call.%s %s", wrong,
              strcmp(wrong, "flags") == 0 ? "has bits that this version does not know"
                                          : "must not be NULL");
    error_where(err, "soar_call.%s", wrong);
    return false;
}

static soar_status carry_out(struct instance *instance, struct flight *flight,
                             const soar_call *asked, soar_result *ret_result)
{
    struct now now = clock_now(instance->host.now_ms, instance->host.ctx);
    struct call *call = call_new(&instance->env, asked, now);
    struct buf document;

    if (call == NULL)
        return refuse(ret_result, asked->call_id, SOAR_RESOURCE_EXHAUSTED, "no_memory", "",
                      "out of memory");
    run_blocking(instance, flight, call, asked, now);
    buf_init(&document, MAX_RESULT);
    int http_status = call_http_status(call);
    soar_status status = instance_conclude(instance, &instance->log, call, &document);
    return give(ret_result, asked->call_id, status, http_status, &document);
}

soar_status soar_invoke(soar_plugin *plugin, const soar_call *call, soar_result *ret_result)
{
    struct instance *instance;
    struct flight flight;
    struct error err;
    soar_call asked;

    if (!usable(ret_result))
        return SOAR_INVALID_ARGUMENT;
    error_clear(&err);
    if (!take_call(call, &asked, &err))
        return give_error(ret_result, 0, &err);
    enum handle_state state = handles_enter(plugin, &instance);
    if (state != HANDLE_FINE)
        return refuse_handle(ret_result, asked.call_id, state);
    soar_status status;
    if (instance_begin(instance, asked.call_id, &flight)) {
        status = carry_out(instance, &flight, &asked, ret_result);
        instance_end(instance, &flight);
    } else {
        status = refuse(ret_result, asked.call_id, SOAR_ALREADY_EXISTS, "call_id_in_flight",
                        "soar_call.call_id", "a call of that id is in flight");
    }
    instance_leave(instance);
    return status;
}

soar_status soar_cancel(soar_plugin *plugin, uint64_t call_id)
{
    struct instance *instance;

    if (call_id == 0)
        return SOAR_INVALID_ARGUMENT;
    soar_status status = handle_status(handles_enter(plugin, &instance));
    if (status != SOAR_OK)
        return status;
    bool found = instance_cancel(instance, call_id);
    instance_leave(instance);
    return found ? SOAR_OK : SOAR_NOT_FOUND;
}

/* ------------------------------------------------------------------ the asynchronous pair */

soar_status soar_submit(soar_plugin *plugin, const soar_call *call)
{
    struct instance *instance;
    struct error err;
    soar_call asked;

    error_clear(&err);
    if (!take_call(call, &asked, &err))
        return err.status;
    soar_status status = handle_status(handles_enter(plugin, &instance));
    if (status != SOAR_OK)
        return status;
    status = run_async_submit(instance, &asked);
    instance_leave(instance);
    return status;
}

soar_status soar_next(soar_plugin *plugin, soar_result *ret_result)
{
    struct instance *instance;

    if (!usable(ret_result))
        return SOAR_INVALID_ARGUMENT;
    uint32_t struct_size = ret_result->struct_size;
    memset(ret_result, 0, sizeof(*ret_result));
    ret_result->struct_size = struct_size;
    soar_status status = handle_status(handles_enter_to_take(plugin, &instance));
    if (status != SOAR_OK)
        return status;
    bool taken = events_take(&instance->events, ret_result);
    instance_leave(instance);
    return taken ? SOAR_OK : SOAR_EMPTY;
}
