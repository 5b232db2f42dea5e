#include "page_settle.h"

#include <stdlib.h>
#include <string.h>

#include "page_hash.h"
#include "page_text.h"

/* The ids of a part: a table of their places (from 1), and which item of the answer each is (from 1,
 * 0 = none). */
struct part {
    struct json_object *ids;
    size_t from, n, cap;
    uint32_t *table, *items; /* one block */
};

static struct json_object *asked(const struct part *part, size_t place)
{
    return json_object_array_get_idx(part->ids, part->from + place);
}

/* The slot of an id, or the free one where it belongs. */
static uint32_t *slot_of(const struct part *part, const char *id, size_t len)
{
    size_t at = (size_t)page_hash(id, len) & (part->cap - 1);

    for (; part->table[at] != 0; at = (at + 1) & (part->cap - 1)) {
        struct json_object *there = asked(part, part->table[at] - 1);
        if ((size_t)json_object_get_string_len(there) == len &&
            memcmp(json_object_get_string(there), id, len) == 0)
            break;
    }
    return &part->table[at];
}

static bool open_part(const struct pages *pages, struct part *part)
{
    *part =
        (struct part){pages->ids, pages->ids_from, pages->ids_to - pages->ids_from, 4, NULL, NULL};
    while (part->cap < 2 * part->n)
        part->cap *= 2;
    part->table = calloc(part->cap + part->n, sizeof(*part->table));
    if (part->table == NULL)
        return false;
    part->items = part->table + part->cap;
    for (size_t i = 0; i < part->n; i++) {
        struct json_object *id = asked(part, i);
        size_t len = (size_t)json_object_get_string_len(id);
        *slot_of(part, json_object_get_string(id), len) = (uint32_t)i + 1;
    }
    return true;
}

/* Is each item one of those that were asked for, and no other item the same? */
static bool find_places(const struct page *page, struct part *part)
{
    size_t n = page->outline.n_items;

    for (size_t i = 0; i < n; i++) {
        const struct scan_item *item = &page->outline.items[i];
        if (item->id.len == 0 || item->id_escaped)
            return false;
        uint32_t place = *slot_of(part, page->body.ptr + item->id.at, item->id.len);
        if (place == 0 || part->items[place - 1] != 0)
            return false;
        part->items[place - 1] = (uint32_t)i + 1;
    }
    return true;
}

static bool make_room(struct pages *pages, const struct page *page)
{
    size_t n = json_object_array_length(pages->ids);

    if (pages->found == NULL)
        pages->found = calloc(n, sizeof(*pages->found));
    return pages->found != NULL && (pages->text.cap > 0 || page_text_begin(pages, n)) &&
           page_text_reserve(pages, page->outline.resources.len + page->outline.n_items);
}

static void move_in_order(struct pages *pages, const struct page *page, const struct part *part)
{
    for (size_t i = 0; i < part->n; i++) {
        if (part->items[i] == 0)
            continue;
        const struct span value = page->outline.items[part->items[i] - 1].value;
        if (pages->text.len > PAGE_TEXT_AT)
            buf_addc(&pages->text, ',');
        buf_add(&pages->text, page->body.ptr + value.at, value.len);
        pages->found[part->from + i] = true;
    }
}

bool page_settle(struct pages *pages)
{
    struct page *page = &pages->list[pages->n - 1];
    struct part part;

    if (pages->n_settled < pages->n - 1)
        return true;
    if (!open_part(pages, &part))
        return false;
    bool fits = find_places(page, &part), fine = !fits || make_room(pages, page);
    if (fits && fine) {
        move_in_order(pages, page, &part);
        page_drop_items(page);
        if (pages->n > 1)
            buf_done(&page[-1].body);
        pages->n_settled = pages->n;
    }
    free(part.table);
    return fine;
}

bool page_unsettle(struct pages *pages)
{
    struct page *first = &pages->list[0];
    struct scan_answer outline = {0};

    if (!page_text_reserve(pages, 0) || !page_text_scan(pages, pages->text.len, &outline)) {
        scan_answer_done(&outline);
        return false;
    }
    buf_done(&first->body);
    scan_answer_done(&first->outline);
    first->body = pages->text;
    first->outline = outline;
    buf_init(&pages->text, 0);
    pages->n_settled = 0;
    return true;
}
