/* The walk over an answer: the outline of its envelope. Compiled twice, as scan_value.c. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan_private.h"

#define MOST_FIRST_ITEMS 1024u
#define USUAL_ID 40u /* bytes of an id in a list, with quotes and comma */

/* One walk over an answer. */
struct outline {
    struct scan scan;
    const char *text;
    struct scan_answer *answer;
};

static struct span span_of(const struct outline *o, const char *from, const char *to)
{
    struct span span = {(size_t)(from - o->text), (size_t)(to - from)};
    return span;
}

/* Whether a name is this word. Escaped spellings are the rare case, and count too. */
static inline bool is_name(const struct outline *o, struct span name, const char *word, size_t len)
{
    const char *at = o->text + name.at;

    if (name.len < len || (*at != *word && *at != '\\'))
        return false;
    if (name.len == len)
        return memcmp(at, word, len) == 0;
    return memchr(at, '\\', name.len) != NULL && scan_compare(at, name.len, word, len) == 0;
}

static struct scan_item *add_item(struct scan_answer *answer)
{
    if (answer->n_items == answer->cap_items) {
        size_t cap = answer->cap_items != 0 ? answer->cap_items * 2 : answer->first_items;
        struct scan_item *items = NULL;

        if (cap <= SIZE_MAX / sizeof(*items))
            items = realloc(answer->items, cap * sizeof(*items));
        if (items == NULL)
            return NULL;
        answer->items = items;
        answer->cap_items = cap;
    }
    return &answer->items[answer->n_items++];
}

static void set_id(struct outline *o, struct scan_item *item, const char *from, const char *to)
{
    item->id = span_of(o, from + 1, to - 1);
    item->id_escaped = memchr(from + 1, '\\', item->id.len) != NULL;
}

/* The members of an element of resources; p is behind its brace. */
static const char *item_members(struct outline *o, const char *p, struct scan_item *item)
{
    struct scan *s = &o->scan;
    struct span name;
    bool done = false;

    p = scan_skip(s, p);
    if (p != s->end && *p == '}')
        return p + 1;
    while (!done) {
        const char *value = scan_name(s, p, o->text, &name);
        if (value == NULL)
            return NULL;
        if (value != s->end && *value == '"')
            p = scan_string(s, value);
        else
            p = scan_value(s, value, 3);
        if (p == NULL)
            return NULL;
        if (is_name(o, name, "id", 2)) {
            item->id.len = 0;
            if (*value == '"')
                set_id(o, item, value, p);
        }
        p = scan_next(s, p, '}', &done);
        if (p == NULL)
            return NULL;
    }
    return p;
}

static const char *one_item(struct outline *o, const char *p)
{
    struct scan *s = &o->scan;
    bool count = o->answer->count_only;
    struct scan_item counted = {0}, *item = count ? &counted : add_item(o->answer);
    const char *from = p;

    o->answer->n_items += count;

    if (item == NULL)
        return scan_fail(s, p, SCAN_NO_MEMORY);
    memset(item, 0, sizeof(*item));
    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (*p == '"') {
        p = scan_string(s, p);
        if (p != NULL)
            set_id(o, item, from, p);
    } else if (*p == '{' && s->max_depth > 2) {
        p = item_members(o, p + 1, item);
    } else {
        p = scan_value(s, p, 2);
    }
    if (p != NULL)
        item->value = span_of(o, from, p);
    return p;
}

/* The usual answer to a query: strings without escapes, one behind the other. p is at the first
 * element; answers the first that is anything else, of which nothing is taken in. */
static const char *plain_ids(struct outline *o, const char *p)
{
    struct scan_answer *answer = o->answer;
    const char *end = o->scan.end;

    while (p != end && *p == '"') {
        const char *stop = scan_plain(&o->scan, p + 1);
        if (end - stop < 3 || *stop != '"' || stop[1] != ',')
            return p;
        if (answer->count_only) {
            answer->n_items++;
            p = scan_skip(&o->scan, stop + 2);
            continue;
        }
        struct scan_item *item = answer->n_items < answer->cap_items
                                     ? &answer->items[answer->n_items++]
                                     : add_item(answer);
        if (item == NULL)
            return p;
        item->value = span_of(o, p, stop + 1);
        item->id = span_of(o, p + 1, stop);
        item->id_escaped = false;
        p = scan_skip(&o->scan, stop + 2);
    }
    return p;
}

/* The elements of resources; p is behind its bracket. */
static const char *resource_items(struct outline *o, const char *p)
{
    struct scan *s = &o->scan;
    bool done = false;

    p = scan_skip(s, p);
    if (p != s->end && *p == ']')
        return p + 1;
    while (!done && p != NULL) {
        p = one_item(o, plain_ids(o, p));
        if (p != NULL)
            p = scan_next(s, p, ']', &done);
    }
    return p;
}

static const char *resources(struct outline *o, const char *p)
{
    struct scan *s = &o->scan;

    o->answer->n_items = 0;
    o->answer->resources_is_array = p != s->end && *p == '[';
    if (o->answer->resources_is_array && s->max_depth > 1)
        return resource_items(o, p + 1);
    return scan_value(s, p, 1);
}

static const char *top_members(struct outline *o, const char *p)
{
    struct scan *s = &o->scan;
    bool done = false;
    struct span name;

    p = scan_skip(s, p);
    if (p != s->end && *p == '}')
        return p + 1;
    while (!done) {
        const char *value = scan_name(s, p, o->text, &name);
        if (value == NULL)
            return NULL;
        bool is_resources = is_name(o, name, "resources", 9);
        p = is_resources ? resources(o, value) : scan_value(s, value, 1);
        if (p == NULL)
            return NULL;
        if (is_resources)
            o->answer->resources = span_of(o, value, p);
        else if (is_name(o, name, "meta", 4))
            o->answer->meta = span_of(o, value, p);
        else if (is_name(o, name, "errors", 6))
            o->answer->errors = span_of(o, value, p);
        p = scan_next(s, p, '}', &done);
        if (p == NULL)
            return NULL;
    }
    return p;
}

/* Empties an answer and keeps the memory of its items, and what was asked for. */
static void empty(struct scan_answer *answer)
{
    struct scan_item *items = answer->items;
    size_t cap = answer->cap_items;
    bool count_only = answer->count_only;

    memset(answer, 0, sizeof(*answer));
    answer->items = items;
    answer->cap_items = cap;
    answer->count_only = count_only;
}

static size_t first_items(size_t len)
{
    return len / USUAL_ID < MOST_FIRST_ITEMS ? len / USUAL_ID + 8 : MOST_FIRST_ITEMS;
}

enum scan_problem scan_walk(const char *text, size_t len, unsigned max_depth,
                            struct scan_answer *answer, struct scan_error *ret_error)
{
    struct outline o;
    const char *from, *p;

    empty(answer);
    answer->first_items = first_items(len);
    o.text = text;
    o.answer = answer;
    from = p = scan_begin(&o.scan, text, len, max_depth, false);
    if (p != NULL) {
        p = *p == '{' && o.scan.max_depth > 0 ? top_members(&o, p + 1) : scan_value(&o.scan, p, 0);
        if (p != NULL) {
            answer->whole = span_of(&o, from, p);
            answer->kind = *from;
        }
    }
    if (scan_finish(&o.scan, text, p, ret_error) != SCAN_OK)
        empty(answer);
    return o.scan.problem;
}
