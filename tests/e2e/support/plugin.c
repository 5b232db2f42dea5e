#include "plugin.h"
#include "check.h"
#include "settings.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *plugin_built(const char *name)
{
    const char *build = getenv("FCM_BUILD");
    char *path = NULL;
    if (asprintf(&path, "%s/%s", build != NULL ? build : "build/release", name) < 0) {
        fail_msg("out of memory");
    }
    return path;
}

static void find(void *library, const char *name, void *ret_function)
{
    void *symbol = dlsym(library, name);
    if (symbol == NULL) {
        fail_msg("the plugin has no %s", name);
    }
    memcpy(ret_function, &symbol, sizeof symbol);
}

/* An instance unloads libconfig once it has read its configuration. The dynamic linker then frees,
 * under its own lock that ThreadSanitizer does not see, what another thread allocated; and a report of
 * that, suppressed or not, waits for ThreadSanitizer's threads while another report may hold these
 * and wait for the linker. A libconfig that stays loaded is not freed. */
static void keep_libconfig(void)
{
#ifdef __SANITIZE_THREAD__
    if (dlopen("libconfig.so.9", RTLD_NOW | RTLD_LOCAL) == NULL) {
        fail_msg("%s", dlerror());
    }
#endif
}

const struct plugin *plugin_functions(void)
{
    static struct plugin plugin;
    if (plugin.init != NULL) {
        return &plugin;
    }
    char *path = plugin_built("falcon_case_management.so");
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fail_msg("%s", dlerror());
    }
    free(path);
    keep_libconfig();
    find(library, "soar_abi_version", &plugin.abi_version);
    find(library, "soar_list_actions", &plugin.list_actions);
    find(library, "soar_invoke", &plugin.invoke);
    find(library, "soar_cancel", &plugin.cancel);
    find(library, "soar_release", &plugin.release);
    find(library, "soar_shutdown", &plugin.shutdown);
    find(library, "soar_submit", &plugin.submit);
    find(library, "soar_next", &plugin.next);
    find(library, "soar_init", &plugin.init);
    return &plugin;
}

struct json_object *plugin_actions(void)
{
    const char *text = NULL;
    uint64_t len = 0;
    assert_int_equal(plugin_functions()->list_actions(&text, &len), SOAR_OK);
    assert_int_equal(strlen(text), len);
    struct json_object *actions = json_tokener_parse(text);
    assert_non_null(actions);
    return actions;
}

struct json_object *plugin_action(struct json_object *actions, const char *name)
{
    struct json_object *tools = json_object_object_get(actions, "tools");
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i);
        struct json_object *own = json_object_object_get(tool, "name");
        if (strcmp(json_object_get_string(own), name) == 0) {
            return tool;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ instances */

soar_plugin *plugin_open_host(struct json_object *settings, const soar_host *host,
                              int32_t *ret_event_fd)
{
    soar_plugin *instance = NULL;
    soar_result err = {.struct_size = sizeof err};
    char *config = settings_text(settings);
    soar_status status =
        plugin_functions()->init(host, config, strlen(config), &instance, ret_event_fd, &err);
    if (status != SOAR_OK) {
        fail_msg("soar_init: %s: %s\n%s", plugin_status_name(status), err.json, config);
    }
    free(config);
    return instance;
}

soar_plugin *plugin_open(struct json_object *settings)
{
    return plugin_open_host(settings, NULL, NULL);
}

struct json_object *plugin_refused(const char *config, size_t size, soar_status *ret_status)
{
    soar_plugin *instance = NULL;
    soar_result err = {.struct_size = sizeof err};
    *ret_status = plugin_functions()->init(NULL, config, size, &instance, NULL, &err);
    assert_int_not_equal(*ret_status, SOAR_OK);
    assert_null(instance);
    assert_int_equal(err.status, *ret_status);
    struct json_object *document = json_tokener_parse(err.json);
    assert_non_null(document);
    plugin_functions()->release(&err);
    return document;
}

void plugin_close(soar_plugin *instance)
{
    if (instance != NULL) {
        assert_int_equal(plugin_functions()->shutdown(instance, SOAR_NO_TIMEOUT), SOAR_OK);
    }
}

/* ------------------------------------------------------------------ calls */

static int has(struct json_object *object, const char *key, enum json_type type)
{
    struct json_object *value = NULL;
    return json_object_object_get_ex(object, key, &value) && json_object_is_type(value, type);
}

static const char *error_fault(struct json_object *document, soar_status status)
{
    struct json_object *error = NULL;
    if (status == SOAR_OK) {
        return json_object_object_get_ex(document, "error", &error) ? "an error beside OK" : NULL;
    }
    if (!json_object_object_get_ex(document, "error", &error)) {
        return "no error, though the status is not OK";
    }
    struct json_object *code = json_object_object_get(error, "code");
    if (code == NULL || strcmp(json_object_get_string(code), plugin_status_name(status)) != 0) {
        return "error.code is not the status";
    }
    return has(error, "reason", json_type_string) && has(error, "message", json_type_string) &&
                   has(error, "retryable", json_type_boolean) &&
                   has(error, "outcome", json_type_string)
               ? NULL
               : "the error lacks reason, message, retryable or outcome";
}

static const char *document_fault(struct json_object *document, const soar_result *result)
{
    struct json_object *status = NULL;
    if (!json_object_is_type(document, json_type_object)) {
        return "the result is no JSON object";
    }
    if (!has(document, "ok", json_type_boolean) || !has(document, "http_status", json_type_int) ||
        !has(document, "meta", json_type_object) || !has(document, "errors", json_type_array) ||
        !json_object_object_get_ex(document, "status", &status)) {
        return "the result lacks ok, status, http_status, meta or errors";
    }
    if (strcmp(json_object_get_string(status), plugin_status_name(result->status)) != 0) {
        return "the status in the document is another than in the struct";
    }
    if (json_object_get_boolean(json_object_object_get(document, "ok")) !=
        (result->status == SOAR_OK)) {
        return "ok contradicts status";
    }
    if (json_object_get_int(json_object_object_get(document, "http_status")) !=
        result->http_status) {
        return "http_status in the document is another than in the struct";
    }
    return error_fault(document, result->status);
}

/* Strict, so that what only json-c would take is noticed. */
static struct json_object *parse(const soar_result *result)
{
    struct json_tokener *tokener = json_tokener_new_ex(512);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *document =
        result->json != NULL
            ? json_tokener_parse_ex(tokener, result->json, (int)result->json_len + 1)
            : NULL;
    json_tokener_free(tokener);
    return document;
}

static const char *invoke(soar_plugin *instance, soar_call *call, soar_status *ret_status,
                          struct json_object **ret_document)
{
    soar_result result = {.struct_size = sizeof result};
    call->struct_size = sizeof *call;
    soar_status status = plugin_functions()->invoke(instance, call, &result);
    const char *fault = status != result.status ? "the returned status is not the struct's" : NULL;
    *ret_status = status;
    *ret_document = parse(&result);
    if (fault == NULL) {
        fault = document_fault(*ret_document, &result);
    }
    if (fault == NULL && (result.kind != SOAR_KIND_DONE || result.call_id != call->call_id)) {
        fault = "kind or call_id of the result is wrong";
    }
    plugin_functions()->release(&result);
    return fault;
}

struct json_object *plugin_invoke(soar_plugin *instance, soar_call *call, soar_status *ret_status)
{
    struct json_object *document = NULL;
    soar_status status = SOAR_OK;
    const char *fault = invoke(instance, call, &status, &document);
    if (fault != NULL) {
        fail_msg("%s: %s: %s", call->action, fault, json_object_to_json_string(document));
    }
    if (ret_status != NULL) {
        *ret_status = status;
    }
    return document;
}

static soar_call call_of(const char *action, const char *input)
{
    return (soar_call){.action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = input != NULL ? strlen(input) : 0};
}

struct json_object *plugin_call(soar_plugin *instance, const char *action, const char *input,
                                soar_status *ret_status)
{
    soar_call call = call_of(action, input);
    return plugin_invoke(instance, &call, ret_status);
}

const char *plugin_try(soar_plugin *instance, const char *action, const char *input,
                       soar_status *ret_status)
{
    struct json_object *document = NULL;
    soar_call call = call_of(action, input);
    const char *fault = invoke(instance, &call, ret_status, &document);
    json_object_put(document);
    return fault;
}

const char *plugin_status_name(soar_status status)
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
                                        "UNIMPLEMENTED",
                                        "INTERNAL",
                                        "UNAVAILABLE",
                                        "DATA_LOSS",
                                        "UNAUTHENTICATED",
                                        "PARTIAL",
                                        "EMPTY"};
    return status >= 0 && (size_t)status < sizeof names / sizeof *names ? names[status] : "?";
}
