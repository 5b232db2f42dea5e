#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "flow_pointer.h"
#include "json_text.h"
#include "memory.h"
#include "schema_required.h"

#define DEPTH_MAX 12
#define LAST 1000

struct json_object *export_resolve(struct json_object *root, struct json_object *schema)
{
    for (int i = 0; i < DEPTH_MAX; i++) {
        const char *ref = json_get_text(schema, "$ref");
        struct json_object *target = NULL;
        if (!ref || ref[0] != '#' || !pointer_get(root, ref + 1, &target))
            break;
        schema = target;
    }
    return schema;
}

/* A keyword of the schema itself, or of what it refers to. */
static struct json_object *keyword(struct json_object *root, struct json_object *schema,
                                   const char *name)
{
    struct json_object *own = json_get(schema, name);
    return own ? own : json_get(export_resolve(root, schema), name);
}

static const char *text_of(struct json_object *root, struct json_object *schema, const char *name)
{
    struct json_object *value = keyword(root, schema, name);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* The branch of anyOf, oneOf or allOf that says most: the first. */
static struct json_object *first_branch(struct json_object *root, struct json_object *schema)
{
    static const char *const names[] = {"anyOf", "oneOf", "allOf"};
    schema = export_resolve(root, schema);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct json_object *all = json_get(schema, names[i]);
        if (all && !json_get(schema, "type") && json_object_array_length(all) > 0)
            return export_resolve(root, json_object_array_get_idx(all, 0));
    }
    return schema;
}

static const char *kind_of(struct json_object *root, struct json_object *schema)
{
    struct json_object *type = json_get(first_branch(root, schema), "type");
    if (json_object_is_type(type, json_type_string))
        return json_object_get_string(type);
    for (size_t i = 0; type && i < json_object_array_length(type); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(type, i));
        if (strcmp(name, "null") != 0)
            return name;
    }
    return "object";
}

static void add(struct export_fields *fields, struct json_object *root, struct json_object *schema,
                char *path)
{
    struct json_object *ui = keyword(root, schema, "x-ui"), *order = json_get(ui, "order");
    struct json_object *whole = first_branch(root, schema), *secret = json_get(schema, "x-secret");
    struct export_field field = {.path = path, .schema = schema};
    field.kind = kind_of(root, schema);
    struct json_object *items = json_get(whole, "items");
    field.text_list =
        strcmp(field.kind, "array") == 0 && items && strcmp(kind_of(root, items), "string") == 0;
    field.secret = json_object_get_boolean(secret);
    field.label = json_get_text(ui, "label") ? json_get_text(ui, "label") : "";
    field.description = text_of(root, schema, "description");
    field.type = text_of(root, schema, "x-type");
    if (!*field.type && items)
        field.type = text_of(root, items, "x-type");
    field.in = text_of(root, schema, "x-in");
    field.choice = json_get(whole, "enum");
    field.preset = json_get(schema, "default");
    field.order = order ? json_object_get_int(order) : LAST;
    fields->items = host_realloc(fields->items, (fields->n + 1) * sizeof(*fields->items));
    fields->items[fields->n++] = field;
}

/* ------------------------------------------------------------------ inputs */

static struct json_object *example_of(const struct action *action, const char *side,
                                      const char *path);

static bool is_required(const struct action *action, const char *name)
{
    const char *one;
    for (size_t i = 0; (one = schema_required(action->input_schema, NULL, i)) != NULL; i++)
        if (strcmp(one, name) == 0)
            return true;
    return false;
}

static int by_order(const void *a, const void *b)
{
    const struct export_field *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return strcmp(x->path, y->path);
}

void export_inputs(const struct action *action, struct export_fields *ret)
{
    struct json_object *properties = json_get(action->input_schema, "properties");
    memset(ret, 0, sizeof(*ret));
    if (!properties)
        return;
    json_object_object_foreach(properties, name, schema)
    {
        add(ret, action->input_schema, schema, host_strdup(name));
        struct export_field *field = &ret->items[ret->n - 1];
        field->required = is_required(action, name);
        field->example = example_of(action, "input", name);
    }
    if (ret->n > 0)
        qsort(ret->items, ret->n, sizeof(*ret->items), by_order);
}

/* ------------------------------------------------------------------ outputs */

/* The value at a path in the first example that has one; of lists the first item. */
static struct json_object *example_of(const struct action *action, const char *side,
                                      const char *path)
{
    struct json_object *examples = json_get(action->meta, "examples");
    for (size_t i = 0; examples && i < json_object_array_length(examples); i++) {
        struct json_object *at = json_get(json_object_array_get_idx(examples, i), side);
        char *copy = host_strdup(path), *rest = copy, *part;
        while (at && (part = strsep(&rest, ".")) != NULL) {
            if (strcmp(part, "*") != 0)
                at = json_get(at, part);
            else if (json_object_is_type(at, json_type_array))
                at = json_object_array_get_idx(at, 0);
            else
                at = NULL;
        }
        free(copy);
        if (at)
            return at;
    }
    return NULL;
}

struct walk {
    const struct action *action;
    struct export_fields *fields;
    struct json_object *above[DEPTH_MAX]; /* schemas that hold this one */
    int depth;
};

static bool is_above(const struct walk *walk, struct json_object *schema)
{
    for (int i = 0; i < walk->depth; i++)
        if (walk->above[i] == schema)
            return true;
    return false;
}

static void walk_output(struct walk *walk, struct json_object *schema, const char *path)
{
    struct json_object *root = walk->action->output_schema, *whole = first_branch(root, schema);
    struct json_object *properties = json_get(whole, "properties"),
                       *items = json_get(whole, "items");
    if (walk->depth == DEPTH_MAX || is_above(walk, whole))
        properties = items = NULL;
    if (!properties && !items) {
        add(walk->fields, root, schema, host_strdup(path));
        struct export_field *field = &walk->fields->items[walk->fields->n - 1];
        field->example = example_of(walk->action, "output", path);
        return;
    }
    walk->above[walk->depth++] = whole;
    if (properties) {
        json_object_object_foreach(properties, name, member)
        {
            char *below = host_format("%s.%s", path, name);
            walk_output(walk, member, below);
            free(below);
        }
    } else {
        char *below = host_format("%s.*", path);
        walk_output(walk, items, below);
        free(below);
    }
    walk->depth--;
}

void export_outputs(const struct action *action, struct export_fields *ret)
{
    static const char *const own[] = {"resources", "file", "value"};
    struct json_object *properties = json_get(action->output_schema, "properties");
    struct walk walk = {.action = action, .fields = ret};
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (json_get(properties, own[i]))
            walk_output(&walk, json_get(properties, own[i]), own[i]);
}

/* ------------------------------------------------------------------ configuration */

void export_config(const struct export *export, struct export_fields *ret)
{
    struct json_object *root = json_get(export->meta, "configSchema");
    struct json_object *sections = json_get(root, "properties");
    memset(ret, 0, sizeof(*ret));
    if (!sections)
        return;
    json_object_object_foreach(sections, section, schema)
    {
        struct json_object *keys = json_get(schema, "properties");
        if (!keys)
            continue;
        json_object_object_foreach(keys, key, own)
        {
            add(ret, root, own, host_format("%s.%s", section, key));
            const char *description = ret->items[ret->n - 1].description;
            ret->items[ret->n - 1].required = strstr(description, "; required") != NULL;
        }
    }
}

void export_fields_done(struct export_fields *fields)
{
    for (size_t i = 0; i < fields->n; i++)
        free(fields->items[i].path);
    free(fields->items);
    memset(fields, 0, sizeof(*fields));
}
