#include <stdlib.h>
#include <string.h>

#include "config_keys.h"
#include "gen/tables.h"

struct config_key {
    const char *section, *name;
    enum config_type type;
    const char *preset;
    long long min, max;
    const char *help;
};

static const struct config_key keys[] = {
#define CONFIG_KEY(section, name, type, preset, min, max, help)                                    \
    {#section, #name, type, preset, min, max, help},
    CONFIG_KEYS(CONFIG_KEY)
#undef CONFIG_KEY
};

static void add(struct json_object *object, const char *name, struct json_object *value)
{
    json_object_object_add(object, name, value);
}

static void add_bounds(struct json_object *schema, const struct config_key *key, const char *low,
                       const char *high)
{
    add(schema, low, json_object_new_int64(key->min));
    add(schema, high, json_object_new_int64(key->max));
}

static struct json_object *key_schema(const struct config_key *key)
{
    struct json_object *schema = new_object(), *preset = NULL;
    switch (key->type) {
    case CONFIG_STRING:
    case CONFIG_SECRET:
        add(schema, "type", new_string("string"));
        add_bounds(schema, key, "minLength", "maxLength");
        preset = key->preset != NULL ? new_string(key->preset) : NULL;
        if (key->type == CONFIG_SECRET)
            add(schema, "x-secret", json_object_new_boolean(true));
        break;
    case CONFIG_INT:
        add(schema, "type", new_string("integer"));
        add_bounds(schema, key, "minimum", "maximum");
        preset = key->preset != NULL ? json_object_new_int64(atoll(key->preset)) : NULL;
        break;
    case CONFIG_BOOL:
        add(schema, "type", new_string("boolean"));
        preset =
            key->preset != NULL ? json_object_new_boolean(strcmp(key->preset, "true") == 0) : NULL;
        break;
    case CONFIG_STRINGS: {
        struct json_object *items = new_object();
        add(items, "type", new_string("string"));
        add(schema, "type", new_string("array"));
        add(schema, "items", items);
        add_bounds(schema, key, "minItems", "maxItems");
        break;
    }
    }
    add(schema, "description", new_string(key->help));
    if (preset != NULL)
        add(schema, "default", preset);
    return schema;
}

static struct json_object *closed_object(void)
{
    struct json_object *schema = new_object();
    add(schema, "type", new_string("object"));
    add(schema, "additionalProperties", json_object_new_boolean(false));
    add(schema, "properties", new_object());
    return schema;
}

struct json_object *config_schema_json(void)
{
    struct json_object *schema = closed_object();
    struct json_object *sections = member(schema, "properties");
    add(schema, "$schema", new_string("https://json-schema.org/draft/2020-12/schema"));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (!has(sections, keys[i].section))
            add(sections, keys[i].section, closed_object());
        struct json_object *section = member(sections, keys[i].section);
        add(member(section, "properties"), keys[i].name, key_schema(&keys[i]));
    }
    return schema;
}
