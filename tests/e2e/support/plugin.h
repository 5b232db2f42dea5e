/* The built plugin, reached as any host reaches it: by dlopen and soar_plugin.h. Failures fail the
 * running test; functions that take an instance may be called from several threads where they say
 * so. */
#ifndef E2E_PLUGIN_H
#define E2E_PLUGIN_H

#include "soar_plugin.h"
#include <json-c/json.h>

/* The plugin's functions. */
struct plugin {
    uint32_t (*abi_version)(void);
    soar_status (*list_actions)(const char **ret_json, uint64_t *ret_len);
    soar_status (*init)(const soar_host *host, const char *config, uint64_t config_len,
                        soar_plugin **ret_plugin, int32_t *ret_event_fd, soar_result *err);
    soar_status (*invoke)(soar_plugin *plugin, const soar_call *call, soar_result *ret_result);
    soar_status (*cancel)(soar_plugin *plugin, uint64_t call_id);
    void (*release)(soar_result *result);
    soar_status (*shutdown)(soar_plugin *plugin, uint64_t timeout_ms);
    soar_status (*submit)(soar_plugin *plugin, const soar_call *call);
    soar_status (*next)(soar_plugin *plugin, soar_result *ret_result);
};

/* The path of a file of the build under test (environment FCM_BUILD, or build/release), heap. */
char *plugin_built(const char *name);
/* The plugin, loaded once a process. */
const struct plugin *plugin_functions(void);
/* The parsed answer of soar_list_actions; the caller puts it. */
struct json_object *plugin_actions(void);
/* The tool of that name in the answer of soar_list_actions, or NULL; borrowed from `actions`. */
struct json_object *plugin_action(struct json_object *actions, const char *name);

/* An instance from settings: an object of "section.key": value (see settings.h). */
soar_plugin *plugin_open(struct json_object *settings);
/* The same with a host's services (NULL = none) and its event descriptor (NULL = not wanted). */
soar_plugin *plugin_open_host(struct json_object *settings, const soar_host *host,
                              int32_t *ret_event_fd);
/* Tries to make an instance from configuration text and expects a refusal: the parsed error
 * document, with its status in *ret_status; the caller puts it. */
struct json_object *plugin_refused(const char *config, size_t size, soar_status *ret_status);
/* Ends the instance; every call must be over. NULL: nothing happens. */
void plugin_close(soar_plugin *instance);

/* Carries out a call (struct_size need not be set) and returns the parsed result document, with the
 * status in *ret_status (may be NULL); the caller puts it. Fails the test where the document breaks
 * its promises: valid JSON, all common members, "error" where the status is not OK and only there,
 * one status in return value, struct and document. */
struct json_object *plugin_invoke(soar_plugin *instance, soar_call *call, soar_status *ret_status);
/* The same for an action and an input text. */
struct json_object *plugin_call(soar_plugin *instance, const char *action, const char *input,
                                soar_status *ret_status);
/* As plugin_call, from any thread: says NULL where the document is as promised, else what is wrong
 * with it (constant). The status is in *ret_status. */
const char *plugin_try(soar_plugin *instance, const char *action, const char *input,
                       soar_status *ret_status);
/* "INVALID_ARGUMENT" and so on. */
const char *plugin_status_name(soar_status status);

#endif
