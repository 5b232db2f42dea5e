/*
 * plugin_load.h - opens a plugin and finds its functions.
 */
#ifndef SOARHOST_PLUGIN_LOAD_H
#define SOARHOST_PLUGIN_LOAD_H

#include <stdbool.h>

#include "host_error.h"
#include "soar_plugin.h"

/* The functions of a plugin. submit and next are NULL where the plugin has no asynchronous pair.
 * Immutable after plugin_load; any thread. */
struct plugin_api {
    void *object; /* of dlopen */
    char *path;
    uint32_t version;
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

/* plugin_load - opens the object at path, or, where path is NULL, the first that is there of:
 * $SOARHOST_PLUGIN, falcon_case_management.so beside this program, in ../lib/soar and in ../lib of
 * it. On success *ret is to be closed with plugin_unload.
 * Errors: SOAR_NOT_FOUND (no such file), SOAR_UNIMPLEMENTED (a function is missing or the contract
 * is of another major version), SOAR_FAILED_PRECONDITION (the loader refuses it). */
bool plugin_load(const char *path, struct plugin_api *ret, struct host_error *err);
void plugin_unload(struct plugin_api *api);

#endif
