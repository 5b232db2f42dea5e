/*
 * echo.so - the smallest whole plugin: written from soar_plugin.h and nothing else, to show how one
 * is made, and for soarhost check to be tried on something that is not its own.
 *
 * Two actions: echo gives a text back, wait waits for some milliseconds. No service, no
 * configuration, no asynchronous pair.
 */
#include "soar_plugin.h"

#include <json-c/json.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define INSTANCES 16
#define CALLS 64
#define CALL_SIZE_1_0 (offsetof(soar_call, out_fd) + sizeof(int32_t))

/* ------------------------------------------------------------------ what it offers */

#define OUTPUT                                                                                     \
    "{\"type\":\"object\",\"required\":[\"ok\",\"status\"],\"additionalProperties\":false,"        \
    "\"properties\":{\"ok\":{\"type\":\"boolean\"},\"status\":{\"type\":\"string\"},"              \
    "\"value\":{\"type\":\"string\"},\"request\":{\"type\":\"object\"},"                           \
    "\"error\":{\"type\":\"object\",\"required\":[\"code\",\"reason\",\"message\"]}}}"
#define READ_ONLY "{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true}"

#ifndef ECHO_LISTING
#define ECHO_LISTING                                                                               \
    "{\"tools\":[{\"name\":\"echo\",\"title\":\"Echo\",\"description\":\"Gives a text back.\","    \
    "\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false,"                         \
    "\"required\":[\"text\"],\"properties\":{\"text\":{\"type\":\"string\",\"minLength\":1}}},"    \
    "\"outputSchema\":" OUTPUT ",\"annotations\":" READ_ONLY ","                                   \
    "\"_meta\":{\"group\":\"echo\",\"examples\":[{\"input\":{\"text\":\"hello\"},"                 \
    "\"output\":{\"ok\":true,\"status\":\"OK\",\"value\":\"hello\"}}]}},"                          \
    "{\"name\":\"wait\",\"title\":\"Wait\",\"description\":\"Waits.\","                            \
    "\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false,"                         \
    "\"required\":[\"ms\"],\"properties\":{\"ms\":{\"type\":\"integer\",\"minimum\":0,"            \
    "\"maximum\":60000}}},\"outputSchema\":" OUTPUT ",\"annotations\":" READ_ONLY ","              \
    "\"_meta\":{\"group\":\"echo\",\"examples\":[{\"input\":{\"ms\":1}}]}}],"                      \
    "\"_meta\":{\"abi_version\":\"1.1\",\"plugin_version\":\"1.0.0\","                             \
    "\"configSchema\":{\"type\":\"object\"}}}"
#endif

static const char listing[] = ECHO_LISTING;

/* ------------------------------------------------------------------ instances */

struct instance {
    uintptr_t handle; /* 0 = free */
    pid_t pid;
    bool closing;
    size_t inside;
    uint64_t calls[CALLS]; /* ids in flight, 0 = free */
    bool cancelled[CALLS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct instance instances[INSTANCES];
static uintptr_t last_handle;

/* With the lock held. The handle is a number and no address. */
static soar_status find(soar_plugin *plugin, struct instance **ret)
{
    for (size_t i = 0; i < INSTANCES; i++) {
        if (plugin == NULL || instances[i].handle != (uintptr_t)plugin)
            continue;
        *ret = &instances[i];
        return instances[i].pid == getpid() && !instances[i].closing ? SOAR_OK
                                                                     : SOAR_FAILED_PRECONDITION;
    }
    return SOAR_INVALID_ARGUMENT;
}

static const char *status_name(soar_status status)
{
    static const char *const names[] = {"OK",
                                        "CANCELLED",
                                        "UNKNOWN",
                                        "INVALID_ARGUMENT",
                                        "DEADLINE_EXCEEDED",
                                        "NOT_FOUND",
                                        "ALREADY_EXISTS",
                                        "PERMISSION_DENIED",
                                        "RESOURCE_EXHAUSTED",
                                        "FAILED_PRECONDITION",
                                        "ABORTED",
                                        "OUT_OF_RANGE",
                                        "UNIMPLEMENTED"};
    return names[status];
}

/* ------------------------------------------------------------------ results */

static soar_status give(soar_result *result, uint64_t call_id, soar_status status, const char *name,
                        struct json_object *value, const char *message)
{
    struct json_object *document = json_object_new_object();
    if (result == NULL || result->struct_size < sizeof(soar_result)) {
        json_object_put(value);
        json_object_put(document);
        return status;
    }
    json_object_object_add(document, "ok", json_object_new_boolean(status == SOAR_OK));
    json_object_object_add(document, "status", json_object_new_string(status_name(status)));
    if (status == SOAR_OK) {
        json_object_object_add(document, name, value);
    } else {
        struct json_object *error = json_object_new_object();
        json_object_object_add(error, "code", json_object_new_string(status_name(status)));
        json_object_object_add(error, "reason", json_object_new_string(name));
        json_object_object_add(error, "message", json_object_new_string(message));
        json_object_object_add(document, "error", error);
    }
    uint32_t size = result->struct_size;
    memset(result, 0, sizeof(*result));
    result->struct_size = size;
    result->status = status;
    result->call_id = call_id;
    result->kind = SOAR_KIND_DONE;
    char *json = strdup(json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN));
    result->json = result->owner = json;
    result->json_len = json != NULL ? strlen(json) : 0;
    json_object_put(document);
    return status;
}

void soar_release(soar_result *result)
{
    if (result == NULL || result->struct_size < sizeof(*result))
        return;
    uint32_t size = result->struct_size;
    free(result->owner);
    memset(result, 0, sizeof(*result));
    result->struct_size = size;
}

static soar_status refuse_handle(soar_result *result, uint64_t call_id, soar_status status)
{
    return give(result, call_id, status, status == SOAR_INVALID_ARGUMENT ? "bad_handle" : "forked",
                NULL, "no instance of this process, or one that is being shut down");
}

/* ------------------------------------------------------------------ the functions of the header */

uint32_t soar_abi_version(void)
{
    return SOAR_ABI_VERSION;
}

soar_status soar_list_actions(const char **ret_json, uint64_t *ret_len)
{
    if (ret_json == NULL || ret_len == NULL)
        return SOAR_INVALID_ARGUMENT;
    *ret_json = listing;
    *ret_len = sizeof(listing) - 1;
    return SOAR_OK;
}

soar_status soar_init(const soar_host *host, const char *config, uint64_t config_len,
                      soar_plugin **ret_plugin, int32_t *ret_event_fd, soar_result *err)
{
    if (ret_plugin == NULL || (config == NULL && config_len > 0))
        return give(err, 0, SOAR_INVALID_ARGUMENT, "null_argument", NULL, "must not be NULL");
    if (host != NULL && host->struct_size < sizeof(*host))
        return give(err, 0, SOAR_INVALID_ARGUMENT, "bad_struct_size", NULL,
                    "soar_host is too small");
    if (host != NULL && host->abi_version >> 16 != SOAR_ABI_MAJOR)
        return give(err, 0, SOAR_UNIMPLEMENTED, "abi_version", NULL, "another major version");
    if (config_len > 0)
        return give(err, 0, SOAR_INVALID_ARGUMENT, "config", NULL, "it takes no configuration");
    soar_status status = SOAR_RESOURCE_EXHAUSTED;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < INSTANCES && status != SOAR_OK; i++) {
        if (instances[i].handle != 0 && instances[i].pid == getpid())
            continue;
        if (instances[i].handle != 0 && i + 1 < INSTANCES)
            continue; /* the parent's: known as such as long as there is room */
        memset(&instances[i], 0, sizeof(instances[i]));
        instances[i].handle = ++last_handle;
        instances[i].pid = getpid();
        *ret_plugin = (soar_plugin *)instances[i].handle;
        status = SOAR_OK;
    }
    pthread_mutex_unlock(&lock);
    if (ret_event_fd != NULL)
        *ret_event_fd = -1;
    return status == SOAR_OK
               ? status
               : give(err, 0, status, "too_many_instances", NULL, "no room for another");
}

/* Waits with the lock held; CANCELLED, DEADLINE_EXCEEDED, or OK where the time was up. */
static soar_status wait_for(struct instance *instance, size_t slot, uint64_t ms,
                            uint64_t timeout_ms)
{
    struct timespec end;
    bool limited = timeout_ms != 0 && timeout_ms < ms;
    clock_gettime(CLOCK_REALTIME, &end);
    uint64_t whole = (limited ? timeout_ms : ms) + (uint64_t)end.tv_nsec / 1000000;
    end.tv_sec += (time_t)(whole / 1000);
    end.tv_nsec = (long)(whole % 1000) * 1000000;
    while (!instance->cancelled[slot])
        if (pthread_cond_timedwait(&changed, &lock, &end) != 0)
            return limited ? SOAR_DEADLINE_EXCEEDED : SOAR_OK;
    return SOAR_CANCELLED;
}

/* The one member of an input, where it is as its schema says. */
static struct json_object *member(struct json_object *input, const char *name, enum json_type type)
{
    struct json_object *value = NULL;
    if (json_object_object_length(input) != 1 || !json_object_object_get_ex(input, name, &value) ||
        !json_object_is_type(value, type))
        return NULL;
    return value;
}

static soar_status carry_out(struct instance *instance, size_t slot, const soar_call *call,
                             struct json_object *input, soar_result *result)
{
    bool echo = call->action_len == 4 && memcmp(call->action, "echo", 4) == 0;
    struct json_object *text = member(input, "text", json_type_string);
    struct json_object *ms = member(input, "ms", json_type_int);
    int64_t wait = json_object_get_int64(ms);
    bool fine =
        echo ? json_object_get_string_len(text) > 0 : ms != NULL && wait >= 0 && wait <= 60000;
    if (!fine)
        return give(result, call->call_id, SOAR_INVALID_ARGUMENT, "input", NULL,
                    echo ? "/text: a text is wanted" : "/ms: 0 to 60000 is wanted");
    if (call->flags & SOAR_CALL_DRY_RUN)
        return give(result, call->call_id, SOAR_OK, "request", json_object_get(input), NULL);
    if (echo)
        return give(result, call->call_id, SOAR_OK, "value", json_object_get(text), NULL);
    soar_status status = wait_for(instance, slot, (uint64_t)wait, call->timeout_ms);
    return give(result, call->call_id, status, status == SOAR_OK ? "value" : "ended",
                status == SOAR_OK ? json_object_new_string("waited") : NULL,
                "the call was ended before its time");
}

static struct json_object *parse(const char *text, uint64_t len)
{
    struct json_tokener *tokener = json_tokener_new();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *value =
        json_tokener_parse_ex(tokener, len > 0 ? text : "{}", len > 0 ? (int)len : 2);
    bool whole = json_tokener_get_error(tokener) == json_tokener_success &&
                 json_tokener_get_parse_end(tokener) == (len > 0 ? len : 2) &&
                 json_object_is_type(value, json_type_object);
    json_tokener_free(tokener);
    if (whole)
        return value;
    json_object_put(value);
    return NULL;
}

static soar_status enter_and_carry_out(soar_plugin *plugin, const soar_call *call,
                                       struct json_object *input, soar_result *result)
{
    struct instance *instance = NULL;
    size_t slot = 0;
    soar_status status = find(plugin, &instance);
    if (status != SOAR_OK)
        return refuse_handle(result, call->call_id, status);
    if (!(call->action_len == 4 &&
          (memcmp(call->action, "echo", 4) == 0 || memcmp(call->action, "wait", 4) == 0)))
        return give(result, call->call_id, SOAR_NOT_FOUND, "no_action", NULL, "no such action");
    if (input == NULL)
        return give(result, call->call_id, SOAR_INVALID_ARGUMENT, "input", NULL, "no JSON object");
    for (size_t i = 0; i < CALLS; i++)
        if (call->call_id != 0 && instance->calls[i] == call->call_id)
            return give(result, call->call_id, SOAR_ALREADY_EXISTS, "call_id_in_flight", NULL,
                        "a call of that id is in flight");
    while (slot < CALLS && instance->calls[slot] != 0)
        slot++;
    if (slot == CALLS)
        return give(result, call->call_id, SOAR_RESOURCE_EXHAUSTED, "busy", NULL, "too many calls");
    instance->calls[slot] = call->call_id != 0 ? call->call_id : UINT64_MAX;
    instance->cancelled[slot] = false;
    instance->inside++;
    status = carry_out(instance, slot, call, input, result);
    instance->calls[slot] = 0;
    instance->inside--;
    pthread_cond_broadcast(&changed);
    return status;
}

soar_status soar_invoke(soar_plugin *plugin, const soar_call *call, soar_result *ret_result)
{
    const uint32_t known = SOAR_CALL_DRY_RUN | SOAR_CALL_IN_FD | SOAR_CALL_OUT_FD;
    if (ret_result == NULL || ret_result->struct_size < sizeof(*ret_result))
        return SOAR_INVALID_ARGUMENT;
    if (call == NULL || call->struct_size < CALL_SIZE_1_0 || call->action == NULL ||
        (call->input == NULL && call->input_len > 0) || (call->flags & ~known) != 0)
        return give(ret_result, 0, SOAR_INVALID_ARGUMENT, "bad_call", NULL,
                    "the call is malformed");
    struct json_object *input = parse(call->input, call->input_len);
    pthread_mutex_lock(&lock);
    soar_status status = enter_and_carry_out(plugin, call, input, ret_result);
    pthread_mutex_unlock(&lock);
    json_object_put(input);
    return status;
}

soar_status soar_cancel(soar_plugin *plugin, uint64_t call_id)
{
    struct instance *instance = NULL;
    if (call_id == 0)
        return SOAR_INVALID_ARGUMENT;
    pthread_mutex_lock(&lock);
    soar_status status = find(plugin, &instance);
    bool found = false;
    for (size_t i = 0; i < CALLS && status == SOAR_OK; i++) {
        if (instance->calls[i] == call_id)
            found = instance->cancelled[i] = true;
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return status != SOAR_OK ? status : found ? SOAR_OK : SOAR_NOT_FOUND;
}

soar_status soar_shutdown(soar_plugin *plugin, uint64_t timeout_ms)
{
    struct instance *instance = NULL;
    (void)timeout_ms; /* all calls end as soon as they are cancelled */
    pthread_mutex_lock(&lock);
    soar_status status = find(plugin, &instance);
    if (status == SOAR_OK) {
        instance->closing = true;
        for (size_t i = 0; i < CALLS; i++)
            instance->cancelled[i] = true;
        pthread_cond_broadcast(&changed);
        while (instance->inside > 0)
            pthread_cond_wait(&changed, &lock);
        instance->handle = 0;
    }
    pthread_mutex_unlock(&lock);
    return status;
}
