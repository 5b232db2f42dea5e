/*
 * instance.h - all that a call needs: the plugin, its actions, and an instance made with the
 * configuration of the user or of a private sandbox.
 */
#ifndef SOARHOST_INSTANCE_H
#define SOARHOST_INSTANCE_H

#include <json-c/json.h>

#include "actions.h"
#include "host_services.h"
#include "options.h"
#include "plugin_load.h"
#include "sandbox.h"
#include "term.h"

/* A loaded plugin and, after instance_connect, an instance of it. One thread makes calls. */
struct instance {
    const struct options *options;
    struct term out, err; /* stdout and stderr */
    struct plugin_api api;
    struct actions actions;
    struct sandbox sandbox;
    soar_plugin *plugin; /* NULL until instance_connect */
    struct host_services services;
    uint64_t last_call_id;
};

/* What became of a call. document is the plugin's result, parsed; NULL where it gave none. */
struct outcome {
    soar_status status;
    int32_t http_status;
    struct json_object *document;
    char *json; /* the same as it came, so that --json shows every byte; may be NULL */
    uint64_t ms;
};
void outcome_done(struct outcome *outcome);

/* instance_open - loads the plugin and reads its actions. Nothing is started or sent. On success
 * instance_close is due. */
bool instance_open(const struct options *options, struct instance *ret, struct host_error *err);

/* instance_connect - starts the sandbox where it was asked for, and makes the instance. dirs: where
 * files may be read and written with a sandbox (NULL at the end). Where the plugin refuses, *ret
 * holds its error document and the status, else err is filled.
 * Returns true on success. */
bool instance_connect(struct instance *instance, const char *const *dirs, struct outcome *ret,
                      struct host_error *err);
void instance_close(struct instance *instance);

/* instance_call - carries out an action and waits for its outcome; a signal cancels it, and after a
 * signal nothing is begun any more (SOAR_CANCELLED). flags: SOAR_CALL_DRY_RUN or 0. *ret is to be
 * released with outcome_done. The outcome always holds a document. */
void instance_call(struct instance *instance, const struct action *action, const char *input,
                   size_t input_len, uint32_t flags, struct outcome *ret);

/* instance_invoke - carries out a call of the caller's own. Any thread; no progress is shown, and a
 * signal does nothing. *ret as of instance_call. */
void instance_invoke(struct instance *instance, const soar_call *call, struct outcome *ret);

#endif
