#include "page_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "page_hash.h"

#define FREE UINT32_MAX

/* An item's id as it is meant; owned where it had to be unescaped. */
struct id {
    const char *ptr;
    size_t len;
    struct json_object *owned;
};

static struct id id_at(const struct page *list, struct page_place place)
{
    const struct page *page = &list[place.page];
    const struct scan_item *item = &page->outline.items[place.item];
    struct id id = {page->body.ptr + item->id.at, item->id.len, NULL};

    if (item->id_escaped)
        id.owned =
            json_parse_span(page->body.ptr, (struct span){item->id.at - 1, item->id.len + 2});
    if (id.owned != NULL) {
        id.ptr = json_object_get_string(id.owned);
        id.len = (size_t)json_object_get_string_len(id.owned);
    }
    return id;
}

/* The slot that holds the id, or the free one where it belongs. cap > n. */
static size_t slot_for(const struct page_set *set, const struct page *list, const char *id,
                       size_t len, uint32_t hash)
{
    for (size_t at = hash & (set->cap - 1);; at = (at + 1) & (set->cap - 1)) {
        const struct page_slot *slot = &set->slots[at];
        if (slot->place.page == FREE)
            return at;
        if (slot->hash != hash)
            continue;
        struct id there = id_at(list, slot->place);
        bool same = there.len == len && memcmp(there.ptr, id, len) == 0;
        json_object_put(there.owned);
        if (same)
            return at;
    }
}

static bool grow(struct page_set *set)
{
    struct page_set wide = {.cap = set->cap == 0 ? 64 : set->cap * 2, .n = set->n};

    wide.slots = malloc(wide.cap * sizeof(*wide.slots));
    if (wide.slots == NULL)
        return false;
    memset(wide.slots, 0xff, wide.cap * sizeof(*wide.slots));
    for (size_t i = 0; i < set->cap; i++) {
        if (set->slots[i].place.page == FREE)
            continue;
        size_t at = set->slots[i].hash & (wide.cap - 1);
        while (wide.slots[at].place.page != FREE)
            at = (at + 1) & (wide.cap - 1);
        wide.slots[at] = set->slots[i];
    }
    free(set->slots);
    *set = wide;
    return true;
}

int page_set_add(struct page_set *set, const struct page *list, struct page_place place)
{
    struct id id = id_at(list, place);
    int answer = 1;

    if (id.len > 0 && set->n >= set->cap / 2 && !grow(set)) {
        answer = -1;
    } else if (id.len > 0) {
        uint32_t hash = (uint32_t)page_hash(id.ptr, id.len);
        struct page_slot *slot = &set->slots[slot_for(set, list, id.ptr, id.len, hash)];
        answer = slot->place.page == FREE;
        if (answer == 1) {
            *slot = (struct page_slot){place, hash};
            set->n++;
        }
    }
    json_object_put(id.owned);
    return answer;
}

size_t page_set_find(const struct page_set *set, const struct page *list, const char *id,
                     size_t len)
{
    if (set->cap == 0 || len == 0)
        return SIZE_MAX;
    size_t at = slot_for(set, list, id, len, (uint32_t)page_hash(id, len));
    return set->slots[at].place.page == FREE ? SIZE_MAX : at;
}

size_t page_set_slot(const struct page_set *set, const struct page *list, struct page_place place)
{
    struct id id = id_at(list, place);
    size_t slot = page_set_find(set, list, id.ptr, id.len);

    json_object_put(id.owned);
    return slot;
}

void page_set_done(struct page_set *set)
{
    free(set->slots);
    memset(set, 0, sizeof(*set));
}
