#include "flow_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow_eval.h"
#include "flow_pointer.h"
#include "json_text.h"

/* Deeper references than this are taken for anything. */
#define DEEPEST 24

static const char builtin_text[] =
    "{\"file\":{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"},"
    "\"status\":{\"type\":\"string\"},\"summary\":{\"type\":\"string\"},"
    "\"skipped\":{\"type\":\"boolean\"},\"file\":{\"type\":\"object\",\"properties\":{"
    "\"path\":{\"type\":\"string\",\"x-type\":\"local.path\"},\"name\":{\"type\":\"string\"},"
    "\"bytes\":{\"type\":\"integer\"}}}}},"
    "\"loop\":{\"ok\":{\"type\":\"boolean\"},\"status\":{\"type\":\"string\"},"
    "\"count\":{\"type\":\"integer\"},\"skipped\":{\"type\":\"boolean\"}},"
    "\"flow\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"workdir\":{\"type\":\"string\",\"x-type\":\"local.path\"}}},"
    "\"index\":{\"type\":\"integer\"},\"text\":{\"type\":\"string\"},"
    "\"skipped\":{\"type\":\"boolean\"}}";

struct json_object *flow_type_builtin(void)
{
    return json_tokener_parse(builtin_text);
}

/* ------------------------------------------------------------------ alternatives */

static struct json_object *local_ref(struct json_object *root, const char *ref)
{
    struct json_object *found = NULL;
    if (ref[0] != '#' || !pointer_get(root, ref + 1, &found))
        return NULL;
    return found;
}

static void expand(struct json_object *root, struct json_object *node, const char *semantic,
                   size_t most, int depth, struct flow_type *ret, const char **ret_semantic,
                   size_t *n)
{
    const char *own = json_get_text(node, "x-type");
    const char *ref = json_get_text(node, "$ref");
    struct json_object *any = json_get(node, "anyOf");
    if (own)
        semantic = own;
    if (!node || depth > DEEPEST || *n == FLOW_TYPE_MAX)
        return;
    if (ref) {
        expand(root, local_ref(root, ref), semantic, most, depth + 1, ret, ret_semantic, n);
        return;
    }
    if (json_object_is_type(any, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(any); i++)
            expand(root, json_object_array_get_idx(any, i), semantic, most, depth + 1, ret,
                   ret_semantic, n);
        return;
    }
    ret[*n] = (struct flow_type){root, node, most};
    ret_semantic[*n] = semantic;
    ++*n;
}

size_t flow_type_expand(const struct flow_type *type, struct flow_type ret[FLOW_TYPE_MAX],
                        const char *ret_semantic[FLOW_TYPE_MAX])
{
    size_t n = 0;
    expand(type->root, type->node, NULL, type->most, 0, ret, ret_semantic, &n);
    return n;
}

/* ------------------------------------------------------------------ pointers */

static bool is_number(const char *part)
{
    return part[0] && strspn(part, "0123456789") == strlen(part);
}

/* Into one alternative. -1: it lacks the part for certain; 0: it may have it; 1: found. */
static int step_into(const struct flow_type *at, const char *part, struct flow_type *ret)
{
    struct json_object *properties = json_get(at->node, "properties");
    struct json_object *items = json_get(at->node, "items");
    struct json_object *more = json_get(at->node, "additionalProperties");
    *ret = (struct flow_type){at->root, NULL, 0};
    if (items && is_number(part)) {
        ret->node = items;
        return 1;
    }
    ret->node = json_get(properties, part);
    if (ret->node)
        return 1;
    if (properties || items)
        return json_object_is_type(more, json_type_object) ||
                       json_get_bool(at->node, "additionalProperties")
                   ? 0
                   : -1;
    if (!json_get(at->node, "type") || flow_type_has(at, "object") || flow_type_has(at, "array"))
        return 0;
    return -1;
}

static bool descend(struct flow_type *type, const char *part, struct json_object **ret_in)
{
    struct flow_type alternatives[FLOW_TYPE_MAX];
    const char *semantic[FLOW_TYPE_MAX];
    size_t n = flow_type_expand(type, alternatives, semantic);
    bool possible = n == 0;
    for (size_t i = 0; i < n; i++) {
        struct flow_type below;
        int found = step_into(&alternatives[i], part, &below);
        if (found > 0) {
            *type = below;
            return true;
        }
        possible = possible || found == 0;
        if (json_get(alternatives[i].node, "properties"))
            *ret_in = alternatives[i].node;
    }
    *type = (struct flow_type){type->root, NULL, 0};
    return possible;
}

/* What a step's action answers, or what a built-in step leaves. */
static struct flow_type result_of(const struct flow_place *place, const struct flow_step *step)
{
    struct json_object *file = json_get(place->builtin, "file");
    if (step->kind != FLOW_ACTION)
        return (struct flow_type){file, file, 0};
    const struct action *action = actions_find(place->actions, step->doing, NULL);
    struct json_object *schema = action ? action->output_schema : NULL;
    return (struct flow_type){schema, schema, 0};
}

static const struct flow_step *find_step(const struct flow *flow, const char *id, size_t *ret_index)
{
    for (size_t i = 0; i < flow->n_steps; i++)
        if (strcmp(flow->steps[i].id, id) == 0) {
            *ret_index = i;
            return &flow->steps[i];
        }
    return NULL;
}

/* The type of /steps/ID and how many parts of the pointer that took; a loop's items take two more. */
static struct flow_type step_type(const struct flow_place *place, const char *pointer,
                                  size_t *ret_taken)
{
    char id[128] = "", part[128] = "", number[32] = "";
    size_t index = 0;
    pointer_part(pointer, 1, id, sizeof(id));
    const struct flow_step *step = find_step(place->flow, id, &index);
    *ret_taken = 2;
    if (!step)
        return (struct flow_type){NULL, NULL, 0};
    /* inside "until" of a loop the own result is still that of one call */
    bool loop = step->for_each && !(place->own && place->looping && index == place->step);
    bool more = pointer_part(pointer, 2, part, sizeof(part));
    if (more && strcmp(part, "skipped") == 0) {
        *ret_taken = 3;
        return (struct flow_type){NULL, json_get(place->builtin, "skipped"), 0};
    }
    if (!loop)
        return result_of(place, step);
    if (more && strcmp(part, "items") == 0 && pointer_part(pointer, 3, number, sizeof(number)) &&
        is_number(number)) {
        *ret_taken = 4;
        return result_of(place, step);
    }
    struct json_object *known = json_get(json_get(place->builtin, "loop"), part);
    *ret_taken = known ? 3 : 99; /* items as a whole: a list of results, told by item_type alone */
    return (struct flow_type){NULL, known, 0};
}

/* What for_each goes through, one of it. */
static struct flow_type item_type(const struct flow_place *place)
{
    const struct flow_step *step = &place->flow->steps[place->step];
    struct flow_place before = *place;
    struct flow_type list = {NULL, NULL, 0};
    struct json_object *value = step->for_each, *in = NULL;
    char part[128], id[128] = "", tail[32] = "";
    before.looping = before.own = false;
    if (json_object_is_type(value, json_type_array)) {
        value = json_object_array_get_idx(value, 0);
        if (json_object_is_type(value, json_type_string))
            return (struct flow_type){NULL, json_get(place->builtin, "text"), 0};
        if (!flow_is_ref(value))
            return list;
    }
    struct json_object *pointer = json_get(value, "$ref");
    if (json_object_is_type(pointer, json_type_array))
        pointer = json_object_array_get_idx(pointer, 0);
    const char *text = json_object_get_string(pointer);
    if (!text)
        return list;
    size_t index = 0;
    const struct flow_step *source = NULL;
    if (strncmp(text, "/steps/", 7) == 0 && pointer_part(text, 1, id, sizeof(id)) &&
        pointer_part(text, 2, tail, sizeof(tail)) && !pointer_part(text, 3, part, sizeof(part)))
        source = find_step(place->flow, id, &index);
    if (source && source->for_each && strcmp(tail, "items") == 0)
        return result_of(place, source);
    if (!flow_type_at(&before, text, &list, part, sizeof(part), &in))
        return (struct flow_type){NULL, NULL, 0};
    if (json_object_is_type(step->for_each, json_type_array))
        return list;
    if (step->by > 0) {
        list.most = step->by;
        return list;
    }
    (void)descend(&list, "0", &in);
    return list;
}

bool flow_type_at(const struct flow_place *place, const char *pointer, struct flow_type *ret_type,
                  char *ret_part, size_t size, struct json_object **ret_in)
{
    char root[128] = "";
    size_t taken = 1;
    struct flow_type type = {NULL, NULL, 0};
    bool open = false; /* a trigger may hold more than its schema says */
    *ret_in = NULL;
    ret_part[0] = '\0';
    pointer_part(pointer, 0, root, sizeof(root));
    if (strcmp(root, "steps") == 0) {
        type = step_type(place, pointer, &taken);
    } else if (strcmp(root, "trigger") == 0) {
        type = (struct flow_type){place->flow->trigger, place->flow->trigger, 0};
        open = true;
    } else if (strcmp(root, "flow") == 0 || strcmp(root, "index") == 0) {
        type.node = json_get(place->builtin, root);
    } else if (place->looping) {
        type = item_type(place);
        open = true;
    }
    while (type.node && pointer_part(pointer, taken, ret_part, size)) {
        if (!descend(&type, ret_part, ret_in) && !open)
            return false;
        taken++;
    }
    ret_part[0] = '\0';
    *ret_type = type;
    return true;
}
