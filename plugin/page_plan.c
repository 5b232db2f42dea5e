#include <stdlib.h>
#include <string.h>

#include "page_hash.h"
#include "page_private.h"

/* ------------------------------------------------------------------ chunks of ids */

static size_t url_len(const char *text, size_t len)
{
    size_t n = len;

    for (size_t i = 0; i < len; i++) {
        char c = text[i], low = (char)(c | 0x20);
        bool plain = (c >= '0' && c <= '9') || (low >= 'a' && low <= 'z') || c == '-' || c == '.' ||
                     c == '_' || c == '~';
        n += plain ? 0 : 2;
    }
    return n;
}

size_t page_chunk_end(const struct pages *pages, size_t from)
{
    const struct action *action = pages->action;
    size_t n = json_object_array_length(pages->ids), bytes = 0, to = from;

    while (to < n && to - from < (size_t)action->chunk_max) {
        struct json_object *id = json_object_array_get_idx(pages->ids, to);
        if (pages->url_bytes > 0)
            bytes += strlen(action->chunk_input) + 2 /* & and = */ +
                     url_len(json_object_get_string(id), (size_t)json_object_get_string_len(id));
        if (bytes > pages->url_bytes && to > from)
            break;
        to++;
    }
    return to;
}

/* Where the id stands in a table of places (from 1) in a list, or would stand. */
static size_t place_of(const uint32_t *table, size_t cap, struct json_object *list,
                       struct json_object *id)
{
    const char *text = json_object_get_string(id);
    size_t len = (size_t)json_object_get_string_len(id);
    size_t at = (size_t)page_hash(text, len) & (cap - 1);

    for (; table[at] != 0; at = (at + 1) & (cap - 1)) {
        struct json_object *there = json_object_array_get_idx(list, table[at] - 1);
        if ((size_t)json_object_get_string_len(there) == len &&
            memcmp(json_object_get_string(there), text, len) == 0)
            break;
    }
    return at;
}

static bool append(struct json_object *list, struct json_object *id)
{
    if (json_object_array_add(list, json_object_get(id)) == 0)
        return true;
    json_object_put(id);
    return false;
}

/* The ids, each once, as a new list; NULL where each stands there once already or memory ran out. */
static struct json_object *each_once(struct json_object *ids, bool *no_memory)
{
    size_t n = json_object_array_length(ids), cap = 4;
    struct json_object *once = NULL;

    while (cap < 2 * n)
        cap *= 2;
    uint32_t *table = calloc(cap, sizeof(*table));
    *no_memory = table == NULL;
    for (size_t i = 0; i < n && !*no_memory; i++) {
        struct json_object *id = json_object_array_get_idx(ids, i);
        size_t at = place_of(table, cap, ids, id);
        bool twice = table[at] != 0;
        if (!twice)
            table[at] = (uint32_t)i + 1;
        if (twice && once == NULL) {
            once = json_object_new_array();
            *no_memory = once == NULL;
            for (size_t k = 0; k < i && !*no_memory; k++)
                *no_memory = !append(once, json_object_array_get_idx(ids, k));
        } else if (!twice && once != NULL) {
            *no_memory = !append(once, id);
        }
    }
    free(table);
    if (!*no_memory)
        return once;
    json_object_put(once);
    return NULL;
}

static bool is_in_query(const struct action *action, const char *name)
{
    for (size_t i = 0; i < action->input->n_properties; i++)
        if (strcmp(action->input->properties[i].name, name) == 0)
            return action->input->properties[i].schema->in == SCHEMA_IN_QUERY;
    return false;
}

static bool plan_chunks(struct pages *pages, const struct service *service,
                        struct json_object *input)
{
    const struct action *action = pages->action;
    struct json_object *ids;
    bool no_memory;

    if (action->chunk_input == NULL ||
        !json_object_object_get_ex(input, action->chunk_input, &ids) ||
        !json_object_is_type(ids, json_type_array))
        return true;
    struct json_object *once = each_once(ids, &no_memory);
    if (no_memory)
        return false;
    if (once != NULL && json_object_object_add(input, action->chunk_input, once) != 0) {
        json_object_put(once);
        return false;
    }
    pages->ids = once != NULL ? once : ids;
    if (is_in_query(action, action->chunk_input))
        pages->url_bytes = (size_t)service->url_id_bytes;
    pages->ids_to = page_chunk_end(pages, 0);
    return true;
}

/* ------------------------------------------------------------------ pages */

/* A parameter of the query: by its own name, or in the one that holds the whole query. */
static struct json_object *asked(const struct action *action, struct json_object *input,
                                 const char *name)
{
    struct json_object *value = NULL, *whole;

    if (!json_object_object_get_ex(input, name, &value))
        for (size_t i = 0; i < action->input->n_properties && value == NULL; i++)
            if (action->input->properties[i].schema->in == SCHEMA_IN_WHOLE_QUERY &&
                json_object_object_get_ex(input, action->input->properties[i].name, &whole))
                json_object_object_get_ex(whole, name, &value);
    return value;
}

static void plan_pages(struct pages *pages, struct json_object *input)
{
    const struct action *action = pages->action;
    struct json_object *value;

    if (json_object_object_get_ex(input, "max_items", &value))
        pages->max_items = json_object_get_int64(value);
    pages->all = pages->max_items >= 0 || (json_object_object_get_ex(input, "all", &value) &&
                                           json_object_get_boolean(value));
    if (!pages->all)
        return;
    pages->page_limit = json_int_at(asked(action, input, "limit"), "", action->page_max);
    if (pages->page_limit <= 0 || pages->page_limit > action->page_max)
        pages->page_limit = action->page_max;
    pages->limit = pages->page_limit;
    if (pages->max_items >= 0 && pages->max_items < pages->limit)
        pages->limit = pages->max_items > 0 ? pages->max_items : 1;
    if (action->page_sort != NULL && asked(action, input, "sort") == NULL)
        pages->sort = action->page_sort;
    if (action->paging == PAGING_OFFSET) {
        pages->offset = json_int_at(asked(action, input, "offset"), "", 0);
        pages->start = pages->end = pages->offset;
    }
}

bool page_plan(struct pages *pages, const struct action *action, const struct service *service,
               int64_t max_bytes, struct json_object *input)
{
    pages->action = action;
    pages->max_bytes = max_bytes;
    pages->max_items = pages->limit = pages->offset = -1;
    pages->total = pages->first_total = -1;
    if (action->paging != PAGING_NONE)
        plan_pages(pages, input);
    return plan_chunks(pages, service, input);
}
