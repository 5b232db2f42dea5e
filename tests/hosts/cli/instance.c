#include "instance.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config_text.h"
#include "interrupt.h"
#include "json_text.h"
#include "memory.h"
#include "progress.h"
#include "text_file.h"

/* How long to wait for a call that was cancelled by the end of the program. */
#define SHUTDOWN_MS 10000

void outcome_done(struct outcome *outcome)
{
    json_object_put(outcome->document);
    free(outcome->json);
    memset(outcome, 0, sizeof(*outcome));
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The document of a failure that the host has found itself, in the form of the plugin's own. */
static struct json_object *own_document(soar_status status, const char *reason, const char *message)
{
    struct json_object *document = json_object_new_object();
    struct json_object *error = json_object_new_object();
    json_object_object_add(error, "code", json_object_new_string(host_status_name(status)));
    json_object_object_add(error, "reason", json_object_new_string(reason));
    json_object_object_add(error, "message", json_object_new_string(message));
    json_object_object_add(document, "ok", json_object_new_boolean(0));
    json_object_object_add(document, "status", json_object_new_string(host_status_name(status)));
    json_object_object_add(document, "error", error);
    return document;
}

/* Copies what the plugin gave and releases it. */
static void take_result(struct instance *instance, soar_result *result, struct outcome *ret)
{
    struct host_error unread;
    ret->status = result->status;
    ret->http_status = result->http_status;
    if (result->json) {
        ret->json = host_strndup(result->json, result->json_len);
        if (!json_text_parse(result->json, result->json_len, "result", &ret->document, &unread))
            ret->document = own_document(SOAR_INTERNAL, "bad_result", unread.message);
    }
    if (!ret->document)
        ret->document =
            own_document(ret->status, "no_result", "the plugin gave a status and no document");
    instance->api.release(result);
}

bool instance_open(const struct options *options, struct instance *ret, struct host_error *err)
{
    memset(ret, 0, sizeof(*ret));
    ret->options = options;
    term_init(&ret->out, stdout, options->no_color || options->json);
    term_init(&ret->err, stderr, options->no_color || options->json);
    int32_t most = options->json ? SOAR_LOG_ERROR : SOAR_LOG_WARN;
    ret->services = (struct host_services){
        .term = &ret->err, .most = options->verbose ? SOAR_LOG_DEBUG : most, .progress = NULL};
    if (!plugin_load(options->plugin, &ret->api, err))
        return false;
    if (actions_read(&ret->api, &ret->actions, err))
        return true;
    plugin_unload(&ret->api);
    return false;
}

static bool make_config(struct instance *instance, const char *const *dirs, char **ret_text,
                        size_t *ret_len, struct host_error *err)
{
    const struct options *options = instance->options;
    if (options->sandbox) {
        if (!sandbox_start(options->sandbox_bin, options->sandbox_args, &instance->sandbox, err))
            return false;
        interrupt_set_child(instance->sandbox.pid);
        *ret_text = config_text_for_sandbox(&instance->sandbox, dirs);
        *ret_len = strlen(*ret_text);
        return true;
    }
    if (options->config)
        return text_file_read(options->config, ret_text, ret_len, err);
    host_error_set(err, SOAR_INVALID_ARGUMENT, "which service? No configuration is given");
    host_error_hint(err, "--config FILE or SOARHOST_CONFIG for a real tenant, --sandbox for a "
                         "private falcon-sandbox");
    return false;
}

bool instance_connect(struct instance *instance, const char *const *dirs, struct outcome *ret,
                      struct host_error *err)
{
    char *config = NULL;
    size_t len = 0;
    soar_host host;
    soar_result result = {.struct_size = sizeof(result)};
    memset(ret, 0, sizeof(*ret));
    if (!make_config(instance, dirs, &config, &len, err))
        return false;
    host_services_fill(&instance->services, &host);
    soar_status status = instance->api.init(&host, config, len, &instance->plugin, NULL, &result);
    explicit_bzero(config, len);
    free(config);
    if (status == SOAR_OK) {
        instance->api.release(&result);
        return true;
    }
    result.status = status;
    take_result(instance, &result, ret);
    return false;
}

void instance_close(struct instance *instance)
{
    bool left = true;
    if (instance->plugin)
        left = instance->api.shutdown(instance->plugin, SHUTDOWN_MS) == SOAR_OK;
    instance->plugin = NULL;
    interrupt_set_child(0);
    sandbox_stop(&instance->sandbox);
    actions_done(&instance->actions);
    if (left)
        plugin_unload(&instance->api);
}

void instance_invoke(struct instance *instance, const soar_call *call, struct outcome *ret)
{
    soar_result result = {.struct_size = sizeof(result)};
    memset(ret, 0, sizeof(*ret));
    uint64_t begin = now_ms();
    result.status = instance->api.invoke(instance->plugin, call, &result);
    ret->ms = now_ms() - begin;
    take_result(instance, &result, ret);
}

void instance_call(struct instance *instance, const struct action *action, const char *input,
                   size_t input_len, uint32_t flags, struct outcome *ret)
{
    soar_call call = {.struct_size = sizeof(call), .flags = flags, .in_fd = -1, .out_fd = -1};
    memset(ret, 0, sizeof(*ret));
    if (interrupted()) {
        ret->status = SOAR_CANCELLED;
        ret->document = own_document(SOAR_CANCELLED, "interrupted", "a signal ended the program");
        return;
    }
    call.call_id = ++instance->last_call_id;
    call.action = action->name;
    call.action_len = strlen(action->name);
    call.input = input;
    call.input_len = input_len;
    call.timeout_ms = instance->options->timeout_ms;
    call.plan = instance->options->plan;
    call.plan_len = call.plan != NULL ? strlen(call.plan) : 0;
    call.idempotency_key = instance->options->key;
    call.idempotency_key_len = call.idempotency_key != NULL ? strlen(call.idempotency_key) : 0;
    progress_start(&instance->err, !instance->options->json, action->name, action->paged);
    interrupt_watch(&instance->api, instance->plugin, call.call_id);
    instance_invoke(instance, &call, ret);
    interrupt_unwatch();
    progress_end();
}
