#include "actions.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "memory.h"
#include "suggest.h"

static const char *text_or_empty(struct json_object *object, const char *key)
{
    const char *text = json_get_text(object, key);
    return text ? text : "";
}

static void read_action(struct json_object *tool, struct action *ret)
{
    struct json_object *annotations = json_get(tool, "annotations");
    ret->name = text_or_empty(tool, "name");
    ret->title = text_or_empty(tool, "title");
    ret->description = text_or_empty(tool, "description");
    ret->input_schema = json_get(tool, "inputSchema");
    ret->output_schema = json_get(tool, "outputSchema");
    ret->meta = json_get(tool, "_meta");
    ret->group = text_or_empty(ret->meta, "group");
    ret->paged = json_get(ret->meta, "paging") != NULL;
    const char *access = text_or_empty(json_get(ret->meta, "scope"), "access");
    if (json_get_bool(annotations, "destructiveHint"))
        ret->effect = EFFECT_DESTRUCTIVE;
    else if (json_get_bool(annotations, "readOnlyHint"))
        ret->effect = EFFECT_READ;
    else
        ret->effect = strcmp(access, "read") == 0 ? EFFECT_SAVES_FILE : EFFECT_WRITE;
}

bool actions_from_json(struct json_object *listing, struct actions *ret, struct host_error *err)
{
    struct json_object *tools = json_get(listing, "tools");
    if (!json_object_is_type(tools, json_type_array)) {
        json_object_put(listing);
        return host_error_set(err, SOAR_DATA_LOSS, "the plugin's list of actions has no tools");
    }
    ret->document = listing;
    ret->n = json_object_array_length(tools);
    ret->items = host_alloc(ret->n * sizeof(*ret->items));
    ret->names = host_alloc(ret->n * sizeof(*ret->names));
    for (size_t i = 0; i < ret->n; i++) {
        read_action(json_object_array_get_idx(tools, i), &ret->items[i]);
        ret->names[i] = ret->items[i].name;
    }
    return true;
}

bool actions_read(const struct plugin_api *api, struct actions *ret, struct host_error *err)
{
    const char *json = NULL;
    uint64_t len = 0;
    struct json_object *listing = NULL;
    soar_status status = api->list_actions(&json, &len);
    if (status != SOAR_OK || !json) {
        host_error_set(err, status ? status : SOAR_DATA_LOSS, "the plugin does not list actions");
        host_error_where(err, "%s", api->path);
        return false;
    }
    if (!json_text_parse(json, len, "soar_list_actions", &listing, err)) {
        err->status = SOAR_DATA_LOSS;
        return false;
    }
    return actions_from_json(listing, ret, err);
}

void actions_done(struct actions *actions)
{
    free(actions->items);
    free((void *)actions->names);
    json_object_put(actions->document);
    memset(actions, 0, sizeof(*actions));
}

const struct action *actions_find(const struct actions *actions, const char *name,
                                  struct host_error *err)
{
    for (size_t i = 0; i < actions->n; i++)
        if (strcmp(actions->names[i], name) == 0)
            return &actions->items[i];
    if (err) {
        host_error_set(err, SOAR_NOT_FOUND, "no action is called \"%s\"", name);
        suggest_hint(name, actions->names, actions->n, err->hint, sizeof(err->hint));
        if (!err->hint[0])
            host_error_hint(err, "soarhost list shows all %zu actions", actions->n);
    }
    return NULL;
}

const char *action_effect_name(enum action_effect effect)
{
    static const char *const names[] = {[EFFECT_READ] = "read",
                                        [EFFECT_SAVES_FILE] = "saves file",
                                        [EFFECT_WRITE] = "write",
                                        [EFFECT_DESTRUCTIVE] = "destructive"};
    return names[effect];
}
