/* What a document holds for filters and sorts: its fields' values, by their paths. */
#include "fql.h"

#include <stdlib.h>
#include <string.h>

struct collector {
    struct fql_terms *terms;
    const struct fql_field *field;
    int number;
    bool failed;
};

int fql_term_compare(const struct fql_term *a, const struct fql_term *b)
{
    if (a->field != b->field) {
        return a->field < b->field ? -1 : 1;
    }
    if (a->text == NULL || b->text == NULL) { /* integers come before texts */
        if (a->text != b->text) {
            return a->text == NULL ? -1 : 1;
        }
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    }
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    if (order != 0) {
        return order;
    }
    return a->size < b->size ? -1 : a->size > b->size;
}

static int compare(const void *a, const void *b)
{
    return fql_term_compare(a, b);
}

static void add(struct collector *collector, struct fql_term term)
{
    struct fql_terms *terms = collector->terms;
    if (terms->count == terms->room) {
        size_t room = terms->room == 0 ? 64 : terms->room * 2;
        struct fql_term *items = realloc(terms->items, room * sizeof *items);
        if (items == NULL) {
            collector->failed = true;
            return;
        }
        terms->items = items;
        terms->room = room;
    }
    terms->items[terms->count++] = term;
}

static void add_value(struct collector *collector, struct json_object *value)
{
    struct fql_term term = {.field = collector->number};
    if (json_object_is_type(value, json_type_string)) {
        term.text = json_object_get_string(value);
        term.size = (size_t)json_object_get_string_len(value);
        term.is_words = collector->field->kind == FQL_STRING;
    } else if (json_object_is_type(value, json_type_int) ||
               json_object_is_type(value, json_type_boolean)) {
        term.integer = json_object_get_int64(value);
    } else {
        return;
    }
    add(collector, term);
}

/* Follows a path from `value` to its end or the next `|`, into every item of its arrays. */
static void walk(struct collector *collector, struct json_object *value, const char *path)
{
    while (*path != '\0' && *path != '|') {
        char key[64];
        size_t size = strcspn(path, ".[|");
        if (size >= sizeof key || !json_object_is_type(value, json_type_object)) {
            return;
        }
        memcpy(key, path, size);
        key[size] = '\0';
        value = json_object_object_get(value, key);
        path += size;
        if (*path == '[') {
            path += path[2] == '.' ? 3 : 2;
            for (size_t i = 0;
                 json_object_is_type(value, json_type_array) && i < json_object_array_length(value);
                 i++) {
                walk(collector, json_object_array_get_idx(value, i), path);
            }
            return;
        }
        path += *path == '.';
    }
    add_value(collector, value);
}

/* One key for each document: the least of the values, or what stands for none. */
static void add_sort_key(struct collector *collector, const struct fql_collection *collection,
                         size_t first)
{
    const struct fql_field *field = collector->field;
    struct fql_term key = {0};
    bool found = false;
    for (size_t i = first; i < collector->terms->count; i++) {
        const struct fql_term *term = &collector->terms->items[i];
        if (!found || fql_term_compare(term, &key) < 0) {
            key = *term;
            found = true;
        }
    }
    if (!found && (field->kind == FQL_STRING || field->kind == FQL_TIME)) {
        key.text = "";
    }
    key.field = fql_sort_number(collection, field);
    key.is_words = key.is_words && key.field == collector->number;
    if (!found || key.field != collector->number) {
        add(collector, key);
    }
}

bool fql_terms_of(const struct fql_collection *collection, struct json_object *doc,
                  struct fql_terms *ret_terms)
{
    struct collector collector = {.terms = ret_terms};
    memset(ret_terms, 0, sizeof *ret_terms);
    for (size_t i = 0; i < collection->field_count; i++) {
        const struct fql_field *field = &collection->fields[i];
        size_t first = ret_terms->count;
        collector.field = field;
        collector.number = fql_field_number(collection, field);
        for (const char *path = field->paths; path != NULL;) {
            walk(&collector, doc, path);
            const char *bar = strchr(path, '|');
            path = bar != NULL ? bar + 1 : NULL;
        }
        if (field->sorts) {
            add_sort_key(&collector, collection, first);
        }
    }
    collector.number = collection->first + FQL_PRESENT;
    add(&collector, (struct fql_term){.field = collector.number});
    if (collector.failed) {
        free(ret_terms->items);
        memset(ret_terms, 0, sizeof *ret_terms);
        return false;
    }
    if (ret_terms->count > 1) {
        qsort(ret_terms->items, ret_terms->count, sizeof *ret_terms->items, compare);
    }
    size_t kept = 0;
    for (size_t i = 0; i < ret_terms->count; i++) {
        if (kept == 0 || fql_term_compare(&ret_terms->items[kept - 1], &ret_terms->items[i]) != 0) {
            ret_terms->items[kept++] = ret_terms->items[i];
        }
    }
    ret_terms->count = kept;
    return true;
}
