/*
 * actions.h - the actions that a plugin offers, read from soar_list_actions.
 */
#ifndef SOARHOST_ACTIONS_H
#define SOARHOST_ACTIONS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "host_error.h"
#include "plugin_load.h"

/* What an action does to the world, told by its annotations and its scope. EFFECT_SAVES_FILE reads
 * from the service and writes a local file. */
enum action_effect { EFFECT_READ, EFFECT_SAVES_FILE, EFFECT_WRITE, EFFECT_DESTRUCTIVE };

/* One action. Borrowed from the listing. Members may be "" but never NULL, schemas may be NULL. */
struct action {
    const char *name, *title, *description, *group;
    enum action_effect effect;
    bool paged; /* its progress counts items, else bytes */
    struct json_object *input_schema, *output_schema;
    struct json_object *meta; /* _meta of the tool, or NULL */
};

/* All actions, in the plugin's order. Immutable after actions_read. */
struct actions {
    struct json_object *document;
    struct action *items;
    const char **names; /* names[i] is items[i].name */
    size_t n;
};

/* actions_read - asks the plugin. On success *ret is to be freed with actions_done and must not
 * outlive the plugin. Errors: SOAR_DATA_LOSS where the listing is no JSON or lacks its parts, or
 * what the plugin answered. */
bool actions_read(const struct plugin_api *api, struct actions *ret, struct host_error *err);

/* actions_from_json - the same from a parsed listing, which it takes. */
bool actions_from_json(struct json_object *listing, struct actions *ret, struct host_error *err);
void actions_done(struct actions *actions);

/* actions_find - NULL where there is none of that name; *err (may be NULL) is then SOAR_NOT_FOUND
 * with the nearest names. */
const struct action *actions_find(const struct actions *actions, const char *name,
                                  struct host_error *err);

/* action_effect_name - "read", "saves file", "write", "destructive". */
const char *action_effect_name(enum action_effect effect);

#endif
