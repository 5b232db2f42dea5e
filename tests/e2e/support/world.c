#include "world.h"
#include "check.h"
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct world *world_new(const char *const *sandbox_args)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->dir = tmpdir_new();
    char *record = tmpdir_path(world->dir, "requests.jsonl");
    sandbox_start(&world->sandbox, record, sandbox_args);
    free(record);
    return world;
}

void world_open(struct world *world, struct json_object *changes)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    settings_change(settings, changes);
    world->instance = plugin_open(settings);
    json_object_put(settings);
    json_object_put(changes);
}

struct world *world_open_new(const char *const *sandbox_args, const char *changes)
{
    struct world *world = world_new(sandbox_args);
    world_open(world, changes != NULL ? json_tokener_parse(changes) : NULL);
    return world;
}

void world_free(struct world *world)
{
    if (world != NULL) {
        plugin_close(world->instance);
        tmpdir_free(world->dir);
        struct sandbox sandbox = world->sandbox;
        free(world);
        sandbox_stop(&sandbox);
    }
}

char *world_new_case(struct world *world, const char *name)
{
    struct json_object *input = json_object_new_object();
    struct json_object *id = NULL;
    json_object_object_add(input, "name", json_object_new_string(name));
    json_object_object_add(input, "severity", json_object_new_int(50));
    struct json_object *document =
        plugin_call(world->instance, "create_case", json_object_to_json_string(input), NULL);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &id), 0);
    char *text = strdup(json_object_get_string(id));
    json_object_put(document);
    json_object_put(input);
    return text;
}
