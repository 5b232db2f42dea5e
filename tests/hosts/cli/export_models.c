#include "export_models.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "memory.h"

void models_init(struct models *models, struct json_object *schemas)
{
    models->schemas = schemas;
    models->raw = json_object_new_object();
}

void models_done(struct models *models)
{
    json_object_put(models->schemas);
    json_object_put(models->raw);
}

/* Turns #/$defs/NAME, or # alone, into #/components/schemas/NAME. */
static void repoint(struct json_object *value, struct json_object *names)
{
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            repoint(json_object_array_get_idx(value, i), names);
        return;
    }
    if (!json_object_is_type(value, json_type_object))
        return;
    const char *ref = json_get_text(value, "$ref");
    const char *own =
        ref && strncmp(ref, "#/$defs/", 8) == 0 ? json_get_text(names, ref + 8) : NULL;
    if (own)
        json_object_object_add(value, "$ref", make_format("#/components/schemas/%s", own));
    json_object_object_foreach(value, name, member)
    {
        (void)name;
        repoint(member, names);
    }
}

/* Whether a model refers to another that is not the kept one of its name. */
static bool refers_to_renamed(struct json_object *model, struct json_object *names)
{
    const char *text = json_object_to_json_string_ext(model, JSON_C_TO_STRING_NOSLASHESCAPE);
    json_object_object_foreach(names, name, own)
    {
        char *ref = host_format("\"#/$defs/%s\"", name);
        bool found = strcmp(name, json_object_get_string(own)) != 0 && strstr(text, ref) != NULL;
        free(ref);
        if (found)
            return true;
    }
    return false;
}

static bool rename_model(struct models *models, struct json_object *names, const char *name)
{
    if (strcmp(json_get_text(names, name), name) != 0)
        return false;
    char *own = NULL;
    for (int i = 2; !own || json_get(models->raw, own); i++) {
        free(own);
        own = host_format("%s_%d", name, i);
    }
    json_object_object_add(names, name, make_text(own));
    free(own);
    return true;
}

/* The names under which the models of a schema are kept: their own, but where another model has it
 * already, and for those that refer to such. */
static struct json_object *names_of(struct models *models, struct json_object *defs)
{
    struct json_object *names = json_object_new_object();
    bool moved = true;
    json_object_object_foreach(defs, name, model)
    {
        (void)model;
        json_object_object_add(names, name, make_text(name));
    }
    while (moved) {
        moved = false;
        json_object_object_foreach(defs, own, raw)
        {
            struct json_object *kept = json_get(models->raw, own);
            if (kept && (!json_object_equal(kept, raw) || refers_to_renamed(raw, names)))
                moved = rename_model(models, names, own) || moved;
        }
    }
    return names;
}

struct json_object *models_take_apart(struct models *models, struct json_object *schema, bool wire)
{
    struct json_object *whole = wire ? export_wire_schema(schema) : make_copy(schema);
    struct json_object *defs = make_ref(json_get(whole, "$defs"));
    json_object_object_del(whole, "$defs");
    json_object_object_del(whole, "$schema");
    if (!defs)
        return whole;
    struct json_object *names = names_of(models, defs);
    json_object_object_foreach(defs, name, model)
    {
        const char *own = json_get_text(names, name);
        if (json_get(models->raw, own))
            continue;
        json_object_object_add(models->raw, own, make_copy(model));
        repoint(model, names);
        json_object_object_add(models->schemas, own, make_ref(model));
    }
    repoint(whole, names);
    json_object_put(names);
    json_object_put(defs);
    return whole;
}
