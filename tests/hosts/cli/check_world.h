/*
 * check_world.h - what most checks need: the loaded plugin, its actions, an instance, and a call
 * that changes nothing. In the child process of a check; nothing is freed but what a check is about.
 */
#ifndef SOARHOST_CHECK_WORLD_H
#define SOARHOST_CHECK_WORLD_H

#include "actions.h"
#include "check.h"
#include "plugin_load.h"

/* A call that reads, or is a dry run, with an input that the plugin itself gives as an example. */
struct check_probe {
    const char *action; /* NULL: the plugin has none */
    const char *input;
    uint32_t flags;
};

struct check_world {
    struct plugin_api api;
    struct actions actions;
    struct check_probe probe;
    soar_plugin *plugin;
    int32_t event_fd;
};

/* check_world_load - loads the plugin and reads its actions. False, with a finding, where that
 * fails. */
bool check_world_load(struct check_run *run, struct check_world *ret);
/* check_world_open - the same and makes an instance. False where there is none, with a finding, or
 * as skipped where the plugin wants a configuration and none was given. */
bool check_world_open(struct check_run *run, struct check_world *ret);
/* check_world_init - one more instance, with these services (may be NULL); as check_world_open. */
bool check_world_init(struct check_run *run, struct check_world *world, const soar_host *host,
                      soar_plugin **ret_plugin);

/* check_call_of - a call of an action with that input; both texts are borrowed. */
soar_call check_call_of(const char *action, const char *input, uint32_t flags);
/* check_probe_call - the call of the world's probe; false, as skipped, where there is none. */
bool check_probe_call(struct check_run *run, const struct check_world *world, soar_call *ret_call);

/* check_invoke - makes the call and holds what comes against the promises of the header on result
 * documents. *ret_document (may be NULL) is the parsed document, to be put; NULL where it breaks
 * one. The breach is a finding, with `what` before it. */
soar_status check_invoke(struct check_run *run, const struct check_world *world,
                         const soar_call *call, const char *what,
                         struct json_object **ret_document);
/* check_result - the same for a result that is there. */
bool check_result(struct check_run *run, soar_status returned, const soar_result *result,
                  const char *what, struct json_object **ret_document);

/* check_example - the i-th input example of an action as text, to be freed; NULL where there is
 * none. */
char *check_example(const struct action *action, size_t i);

#endif
