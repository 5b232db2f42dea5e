#include "page.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ plan */

/* A parameter of the query: by its own name, or in the one that holds the whole query. */
static int64_t asked_int(const struct action *action, struct json_object *input, const char *name,
                         int64_t otherwise)
{
    struct json_object *value = NULL, *whole;

    if (!json_object_object_get_ex(input, name, &value))
        for (size_t i = 0; i < action->input->n_properties && value == NULL; i++)
            if (action->input->properties[i].schema->in == SCHEMA_IN_WHOLE_QUERY &&
                json_object_object_get_ex(input, action->input->properties[i].name, &whole))
                json_object_object_get_ex(whole, name, &value);
    return json_int_at(value, "", otherwise);
}

void page_plan(struct pages *pages, const struct action *action, struct json_object *input)
{
    struct json_object *value;

    pages->action = action;
    pages->max_items = -1;
    pages->limit = -1;
    pages->offset = -1;
    if (action->chunk_input != NULL &&
        json_object_object_get_ex(input, action->chunk_input, &value) &&
        json_object_is_type(value, json_type_array)) {
        size_t n = json_object_array_length(value);
        pages->ids = value;
        pages->ids_to = n < (size_t)action->chunk_max ? n : (size_t)action->chunk_max;
    }
    if (action->paging == PAGING_NONE)
        return;
    if (json_object_object_get_ex(input, "max_items", &value))
        pages->max_items = json_object_get_int64(value);
    pages->all = pages->max_items >= 0 || (json_object_object_get_ex(input, "all", &value) &&
                                           json_object_get_boolean(value));
    if (!pages->all)
        return;
    pages->limit = asked_int(action, input, "limit", action->page_max);
    if (pages->limit <= 0 || pages->limit > action->page_max)
        pages->limit = action->page_max;
    if (pages->max_items >= 0 && pages->max_items < pages->limit)
        pages->limit = pages->max_items > 0 ? pages->max_items : 1;
    if (action->paging == PAGING_OFFSET)
        pages->offset = asked_int(action, input, "offset", 0);
}

void page_done(struct pages *pages)
{
    for (size_t i = 0; i < pages->n; i++) {
        buf_done(&pages->list[i].body);
        scan_answer_done(&pages->list[i].outline);
    }
    free(pages->list);
    free(pages->after);
    json_object_put(pages->errors);
    memset(pages, 0, sizeof(*pages));
}

/* ------------------------------------------------------------------ taking in */

bool page_errors(struct pages *pages, struct json_object **errors)
{
    if (*errors == NULL)
        return true;
    if (pages->errors == NULL) {
        pages->errors = *errors;
        *errors = NULL;
        return true;
    }
    size_t n = json_object_array_length(*errors);
    for (size_t i = 0; i < n; i++) {
        struct json_object *one = json_object_get(json_object_array_get_idx(*errors, i));
        if (json_object_array_add(pages->errors, one) != 0) {
            json_object_put(one);
            return false;
        }
    }
    json_object_put(*errors);
    *errors = NULL;
    return true;
}

bool page_take(struct pages *pages, struct buf *body, struct scan_answer *outline)
{
    if (pages->n == pages->cap) {
        size_t cap = pages->cap == 0 ? 1 : pages->cap * 2;
        struct page *list = realloc(pages->list, cap * sizeof(*list));
        if (list == NULL)
            return false;
        pages->list = list;
        pages->cap = cap;
    }
    struct page *page = &pages->list[pages->n++];
    size_t max = body->max;
    page->body = *body;
    page->outline = *outline;
    buf_init(body, max);
    memset(outline, 0, sizeof(*outline));
    pages->items += (int64_t)page->outline.n_items;
    return true;
}

/* ------------------------------------------------------------------ what comes next */

static bool next_chunk(struct pages *pages)
{
    size_t n = json_object_array_length(pages->ids);

    if (pages->ids_to >= n)
        return false;
    pages->ids_from = pages->ids_to;
    pages->ids_to = n - pages->ids_from < (size_t)pages->action->chunk_max
                        ? n
                        : pages->ids_from + (size_t)pages->action->chunk_max;
    return true;
}

static bool next_after(struct pages *pages, struct json_object *meta)
{
    const char *after = json_string_at(meta, "/pagination/after");

    if (after == NULL || after[0] == '\0' ||
        (pages->after != NULL && strcmp(pages->after, after) == 0))
        return false;
    free(pages->after);
    pages->after = strdup(after);
    return pages->after != NULL;
}

static bool next_offset(struct pages *pages, int64_t got, struct json_object *meta)
{
    int64_t total = json_int_at(meta, "/pagination/total", -1);

    if (got > INT64_MAX - pages->offset)
        return false;
    pages->offset += got;
    return total >= 0 ? pages->offset < total : got >= pages->limit;
}

bool page_next(struct pages *pages)
{
    if (pages->ids != NULL)
        return next_chunk(pages);
    if (!pages->all || pages->n == 0)
        return false;
    int64_t got = (int64_t)pages->list[pages->n - 1].outline.n_items;
    if (got == 0 || (pages->max_items >= 0 && pages->items >= pages->max_items))
        return false;
    const struct page *last = &pages->list[pages->n - 1];
    struct json_object *meta = json_parse_span(last->body.ptr, last->outline.meta);
    bool more = pages->action->paging == PAGING_AFTER ? next_after(pages, meta)
                                                      : next_offset(pages, got, meta);
    json_object_put(meta);
    if (more && pages->max_items >= 0 && pages->max_items - pages->items < pages->limit)
        pages->limit = pages->max_items - pages->items;
    return more;
}

/* ------------------------------------------------------------------ order */

/* A resource with the id it is found by. */
struct keyed {
    const char *id;
    size_t id_len;
    size_t position; /* among all that were gathered */
    struct page_ref ref;
    char *owned; /* an id that had to be unescaped */
    bool used;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    size_t n = x->id_len < y->id_len ? x->id_len : y->id_len;
    int order = n > 0 ? memcmp(x->id, y->id, n) : 0;

    if (order != 0)
        return order;
    if (x->id_len != y->id_len)
        return x->id_len < y->id_len ? -1 : 1;
    return x->position < y->position ? -1 : x->position > y->position;
}

static bool same_id(const struct keyed *a, const struct keyed *b)
{
    return a->id_len == b->id_len && a->id_len > 0 && memcmp(a->id, b->id, a->id_len) == 0;
}

static void unescape(struct keyed *key, const char *body, struct span id)
{
    struct json_object *text = json_parse_span(body, (struct span){id.at - 1, id.len + 2});

    if (text != NULL)
        key->owned = strdup(json_object_get_string(text));
    if (key->owned != NULL) {
        key->id = key->owned;
        key->id_len = strlen(key->owned);
    }
    json_object_put(text);
}

static struct keyed *all_keyed(const struct pages *pages, size_t *ret_n)
{
    struct keyed *keys = calloc((size_t)pages->items + 1, sizeof(*keys));
    size_t n = 0;

    for (size_t p = 0; keys != NULL && p < pages->n; p++) {
        const struct page *page = &pages->list[p];
        for (size_t i = 0; i < page->outline.n_items; i++, n++) {
            const struct scan_item *item = &page->outline.items[i];
            keys[n].id = page->body.ptr + item->id.at;
            keys[n].id_len = item->id.len;
            keys[n].position = n;
            keys[n].ref.text = page->body.ptr + item->value.at;
            keys[n].ref.len = item->value.len;
            if (item->id_escaped)
                unescape(&keys[n], page->body.ptr, item->id);
        }
    }
    *ret_n = n;
    return keys;
}

static void free_keyed(struct keyed *keys, size_t n)
{
    for (size_t i = 0; keys != NULL && i < n; i++)
        free(keys[i].owned);
    free(keys);
}

static bool in_asked_order(const struct pages *pages, const struct keyed *keys, size_t n)
{
    if (pages->n != 1 || json_object_array_length(pages->ids) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct json_object *asked = json_object_array_get_idx(pages->ids, i);
        if ((size_t)json_object_get_string_len(asked) != keys[i].id_len ||
            memcmp(json_object_get_string(asked), keys[i].id, keys[i].id_len) != 0)
            return false;
    }
    return true;
}

static struct keyed *find_keyed(struct keyed *sorted, size_t n, struct json_object *asked)
{
    struct keyed wanted = {.id = json_object_get_string(asked)};
    size_t low = 0, high = n;

    wanted.id_len = (size_t)json_object_get_string_len(asked);
    while (low < high) { /* the first of those with this id: position 0 sorts before all */
        size_t middle = low + (high - low) / 2;
        if (compare_keyed(&sorted[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && same_id(&sorted[low], &wanted) ? &sorted[low] : NULL;
}

static bool add_error(struct pages *pages, int code, const char *message, const char *id)
{
    struct json_object *error = json_object_new_object();

    if (pages->errors == NULL)
        pages->errors = json_object_new_array();
    if (error != NULL && pages->errors != NULL &&
        json_object_object_add(error, "code", json_object_new_int(code)) == 0 &&
        json_object_object_add(error, "message", json_object_new_string(message)) == 0 &&
        json_object_object_add(error, "id", json_object_new_string(id)) == 0 &&
        json_object_array_add(pages->errors, error) == 0)
        return true;
    json_object_put(error);
    return false;
}

static bool named_in_errors(const struct pages *pages, size_t n_errors, const char *id)
{
    for (size_t i = 0; i < n_errors; i++) {
        const char *named = json_string_at(json_object_array_get_idx(pages->errors, i), "/id");
        if (named != NULL && strcmp(named, id) == 0)
            return true;
    }
    return false;
}

/* The asked ids in their order, each once; those that are not there go to errors. */
static bool pick_asked(struct pages *pages, bool asked_all, struct keyed *sorted, size_t n,
                       struct page_ref *refs, size_t *ret_n)
{
    size_t n_errors = pages->errors != NULL ? json_object_array_length(pages->errors) : 0;
    size_t n_asked = asked_all ? json_object_array_length(pages->ids) : pages->ids_from;
    size_t kept = 0;

    for (size_t i = 0; i < n_asked; i++) {
        struct json_object *asked = json_object_array_get_idx(pages->ids, i);
        struct keyed *key = find_keyed(sorted, n, asked);
        if (key != NULL && !key->used) {
            refs[kept++] = key->ref;
            key->used = true;
        } else if (key == NULL &&
                   !named_in_errors(pages, n_errors, json_object_get_string(asked)) &&
                   !add_error(pages, 404, "no such resource in the answer",
                              json_object_get_string(asked))) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) /* what was not asked for is not hidden either */
        if (!sorted[i].used &&
            (sorted[i].id_len == 0 || i == 0 || !same_id(&sorted[i], &sorted[i - 1])))
            refs[kept++] = sorted[i].ref;
    *ret_n = kept;
    return true;
}

static int compare_position(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    return x->position < y->position ? -1 : x->position > y->position;
}

/* Pages one after another; a resource that a moving list showed twice counts once. */
static void pick_once(struct pages *pages, struct keyed *sorted, size_t n, struct page_ref *refs,
                      size_t *ret_n)
{
    size_t kept = 0;

    for (size_t i = 1; i < n; i++)
        sorted[i].used = same_id(&sorted[i], &sorted[i - 1]);
    qsort(sorted, n, sizeof(*sorted), compare_position);
    for (size_t i = 0; i < n; i++)
        if (!sorted[i].used && (pages->max_items < 0 || (int64_t)kept < pages->max_items))
            refs[kept++] = sorted[i].ref;
    *ret_n = kept;
}

bool page_order(struct pages *pages, bool asked_all, struct page_ref **ret, size_t *ret_n)
{
    bool ordered = pages->ids != NULL && pages->action->restore_order;
    bool fits = pages->max_items < 0 || pages->items <= pages->max_items;
    size_t n = 0;

    *ret = NULL;
    *ret_n = SIZE_MAX;
    if (pages->n == 0 || (!ordered && pages->n == 1 && fits))
        return true;
    struct keyed *keys = all_keyed(pages, &n);
    struct page_ref *refs = calloc(n + 1, sizeof(*refs));
    bool fine = keys != NULL && refs != NULL;
    if (fine && ordered && asked_all && in_asked_order(pages, keys, n)) {
        free(refs);
        free_keyed(keys, n);
        return true;
    }
    if (fine) {
        qsort(keys, n, sizeof(*keys), compare_keyed);
        if (ordered)
            fine = pick_asked(pages, asked_all, keys, n, refs, ret_n);
        else
            pick_once(pages, keys, n, refs, ret_n);
    }
    free_keyed(keys, n);
    if (fine)
        *ret = refs;
    else
        free(refs);
    return fine;
}

void page_fail_rest(struct pages *pages, int code, const char *message)
{
    if (pages->ids == NULL)
        return;
    size_t n = json_object_array_length(pages->ids);
    size_t n_errors = pages->errors != NULL ? json_object_array_length(pages->errors) : 0;
    for (size_t i = pages->ids_from; i < n; i++) {
        const char *id = json_object_get_string(json_object_array_get_idx(pages->ids, i));
        if (named_in_errors(pages, n_errors, id))
            continue;
        if (!add_error(pages, code, i < pages->ids_to ? message : "not asked for", id))
            return;
    }
}
