#include "page_seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/run.h"
#include "page_hash.h"

#define WHERE_BITS 40 /* of a slot; a result is no longer */
#define WHERE_MASK ((UINT64_C(1) << WHERE_BITS) - 1)
#define MOST_EXPECTED (UINT32_C(1) << 20)
#define BATCH 16

/* ------------------------------------------------------------------ order */

/* As memcmp; the shorter first. */
static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order != 0 || a_len == b_len ? order : a_len < b_len ? -1 : 1;
}

#if FCM_RUN_SSE2
#define BLOCK sizeof(__m128i)

/* The first of the bytes of a block that differ; BLOCK = none. */
static inline size_t differ_at(const char *a, const char *b)
{
    __m128i left = _mm_loadu_si128((const __m128i *)(const void *)a);
    __m128i right = _mm_loadu_si128((const __m128i *)(const void *)b);
    unsigned other = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)) ^ 0xffffu;

    return other == 0 ? BLOCK : (size_t)__builtin_ctz(other);
}
#else
#define BLOCK sizeof(uint64_t)

static inline size_t differ_at(const char *a, const char *b)
{
    size_t i = 0;

    while (i < BLOCK && a[i] == b[i])
        i++;
    return i;
}
#endif

static inline int by_byte(char a, char b)
{
    return (unsigned char)a < (unsigned char)b ? -1 : 1;
}

/* compare, for ids of one length, most of which differ late: without a call, and the last block
 * overlaps the one before. */
static inline __attribute__((always_inline)) int compare_equal(const char *a, const char *b,
                                                               size_t len)
{
    if (len < BLOCK)
        return memcmp(a, b, len);
    const char *a_last = a + (len - BLOCK), *b_last = b + (len - BLOCK);
    size_t i;
    for (; a < a_last; a += BLOCK, b += BLOCK)
        if ((i = differ_at(a, b)) < BLOCK)
            return by_byte(a[i], b[i]);
    i = differ_at(a_last, b_last);
    return i < BLOCK ? by_byte(a_last[i], b_last[i]) : 0;
}

/* Of the last id before this one, where there is one. */
static enum seen_answer by_order(enum seen_how how, int order)
{
    if (order == 0)
        return SEEN_KNOWN;
    if (how == SEEN_ONE || (order < 0) == (how == SEEN_RISING))
        return SEEN_NEW;
    return SEEN_REBUILD;
}

static enum seen_answer add_in_order(struct page_seen *seen, struct seen_text text,
                                     struct seen_id id)
{
    enum seen_answer answer = SEEN_NEW;
    enum seen_how how = SEEN_ONE;

    if (id.escaped)
        return SEEN_REBUILD;
    if (seen->how != SEEN_NOTHING) {
        int order =
            compare(text.ptr + seen->last.at, seen->last.len, text.ptr + id.span.at, id.span.len);
        answer = by_order(seen->how, order);
        how = order < 0 ? SEEN_RISING : SEEN_FALLING;
    }
    if (answer == SEEN_NEW) {
        seen->how = how;
        seen->last = id.span;
    }
    return answer;
}

/* ------------------------------------------------------------------ table */

/* An id as it is meant; owned where it had to be unescaped. */
struct meant {
    const char *ptr;
    size_t len;
    struct json_object *owned;
};

static bool mean(const char *text, struct seen_id id, struct meant *ret)
{
    *ret = (struct meant){text + id.span.at, id.span.len, NULL};
    if (!id.escaped)
        return true;
    bool memory_ran_out = false;
    ret->owned =
        json_parse_part(text, (struct span){id.span.at - 1, id.span.len + 2}, &memory_ran_out);
    if (ret->owned == NULL)
        return !memory_ran_out;
    ret->ptr = json_object_get_string(ret->owned);
    ret->len = (size_t)json_object_get_string_len(ret->owned);
    return true;
}

static struct seen_id id_at(const char *text, size_t at)
{
    struct seen_id id = {.span = {at, 0}};
    const char *p = text + at;

    for (; *p != '"'; p++)
        if (*p == '\\') {
            id.escaped = true;
            p++;
        }
    id.span.len = (size_t)(p - (text + at));
    return id;
}

/* Does this id begin there? */
static enum seen_answer is_at(struct seen_text text, size_t at, const struct meant *id)
{
    struct meant there;

    if (id->owned == NULL && at + id->len < text.len && text.ptr[at + id->len] == '"' &&
        memcmp(text.ptr + at, id->ptr, id->len) == 0)
        return SEEN_KNOWN;
    struct seen_id other = id_at(text.ptr, at);
    if (id->owned == NULL && !other.escaped)
        return SEEN_NEW;
    if (!mean(text.ptr, other, &there))
        return SEEN_NO_MEMORY;
    bool same = there.len == id->len && memcmp(there.ptr, id->ptr, id->len) == 0;
    json_object_put(there.owned);
    return same ? SEEN_KNOWN : SEEN_NEW;
}

/* The slot that holds the id (KNOWN), or the free one where it belongs (NEW). */
static enum seen_answer look(const struct page_seen *seen, struct seen_text text,
                             const struct meant *id, uint64_t hash, size_t *ret)
{
    enum seen_answer answer = SEEN_NEW;
    size_t at = (size_t)hash & (seen->cap - 1);

    for (; answer == SEEN_NEW && seen->slots[at] != 0; at = (at + 1) & (seen->cap - 1)) {
        uint64_t slot = seen->slots[at];
        if ((slot ^ hash) >> WHERE_BITS == 0)
            answer = is_at(text, (size_t)(slot & WHERE_MASK), id);
    }
    *ret = at;
    return answer;
}

static bool is_full(const struct page_seen *seen)
{
    return seen->n >= seen->cap / 5 * 4;
}

static void put(struct page_seen *seen, size_t slot, uint64_t hash, size_t where)
{
    seen->slots[slot] = (hash & ~WHERE_MASK) | (uint64_t)where;
    seen->n++;
}

enum seen_answer page_seen_add(struct page_seen *seen, struct seen_text text, struct seen_id id)
{
    struct meant meant;
    size_t slot;

    if (seen->how != SEEN_TABLE)
        return add_in_order(seen, text, id);
    if (is_full(seen))
        return SEEN_REBUILD;
    if (!mean(text.ptr, id, &meant))
        return SEEN_NO_MEMORY;
    uint64_t hash = page_hash(meant.ptr, meant.len);
    enum seen_answer answer = look(seen, text, &meant, hash, &slot);
    if (answer == SEEN_NEW)
        put(seen, slot, hash, id.span.at);
    json_object_put(meant.owned);
    return answer;
}

enum seen_answer page_seen_has(const struct page_seen *seen, struct seen_text text,
                               struct seen_text other, struct seen_id id)
{
    struct meant meant;
    size_t slot;

    if (seen->how == SEEN_NOTHING)
        return SEEN_NEW;
    if (seen->how != SEEN_TABLE)
        return id.escaped ? SEEN_REBUILD
                          : by_order(seen->how, compare(text.ptr + seen->last.at, seen->last.len,
                                                        other.ptr + id.span.at, id.span.len));
    if (!mean(other.ptr, id, &meant))
        return SEEN_NO_MEMORY;
    enum seen_answer answer = look(seen, text, &meant, page_hash(meant.ptr, meant.len), &slot);
    json_object_put(meant.owned);
    return answer;
}

/* ------------------------------------------------------------------ many at once */

/* Has the item an id that reads as it is meant, and follows the one before it after a comma alone? */
static inline bool goes_on(const struct scan_item *item, size_t begins)
{
    return item->value.at == begins && item->id.len > 0 && !item->id_escaped;
}

static inline size_t next_begins(const struct scan_item *item)
{
    return item->value.at + item->value.len + 1;
}

static size_t add_ordered(struct page_seen *seen, struct seen_text text, const char *body,
                          size_t shift, const struct scan_item *items, size_t n)
{
    const char *last = text.ptr + seen->last.at;
    size_t last_len = seen->last.len, begins = items[0].value.at, k = 0;
    bool rising = seen->how == SEEN_RISING;

    for (; k < n && goes_on(&items[k], begins); k++) {
        const char *id = body + items[k].id.at;
        size_t len = items[k].id.len;
        int order =
            len == last_len ? compare_equal(last, id, len) : compare(last, last_len, id, len);
        if (order == 0 || (order < 0) != rising)
            break;
        begins = next_begins(&items[k]);
        last = id;
        last_len = len;
    }
    if (k > 0)
        seen->last = (struct span){items[k - 1].id.at + shift, last_len};
    return k;
}

/* The slots of some ids are on the way here before the first is looked at. */
static size_t add_batch(struct page_seen *seen, const char *body, size_t shift,
                        const struct scan_item *items, size_t n)
{
    size_t mask = seen->cap - 1, begins = items[0].value.at, k = 0;
    uint64_t hashes[BATCH];

    for (; k < n && goes_on(&items[k], begins); k++) {
        hashes[k] = page_hash(body + items[k].id.at, items[k].id.len);
        __builtin_prefetch(&seen->slots[hashes[k] & mask], 1);
        begins = next_begins(&items[k]);
    }
    n = k;
    for (k = 0; k < n && !is_full(seen); k++) {
        size_t at = (size_t)hashes[k] & mask;
        while (seen->slots[at] != 0 && (seen->slots[at] ^ hashes[k]) >> WHERE_BITS != 0)
            at = (at + 1) & mask;
        if (seen->slots[at] != 0)
            break; /* may be known */
        put(seen, at, hashes[k], items[k].id.at + shift);
    }
    return k;
}

static size_t add_unknown(struct page_seen *seen, const char *body, size_t shift,
                          const struct scan_item *items, size_t n)
{
    size_t done = 0, some;

    do {
        some = add_batch(seen, body, shift, items + done, n - done < BATCH ? n - done : BATCH);
        done += some;
    } while (some == BATCH && done < n && items[done].value.at == next_begins(&items[done - 1]));
    return done;
}

size_t page_seen_add_run(struct page_seen *seen, struct seen_text text, const char *body,
                         size_t shift, const struct scan_item *items, size_t n)
{
    if (seen->how == SEEN_TABLE)
        return add_unknown(seen, body, shift, items, n);
    if (seen->how == SEEN_RISING || seen->how == SEEN_FALLING)
        return add_ordered(seen, text, body, shift, items, n);
    return 0;
}

/* ------------------------------------------------------------------ building */

static bool make_room(struct page_seen *seen, size_t n)
{
    size_t wanted = seen->expected < MOST_EXPECTED ? seen->expected : MOST_EXPECTED, cap = 64;

    while (cap / 5 * 4 <= n + 1 || cap / 5 * 4 <= wanted)
        cap *= 2;
    if (cap > seen->cap) {
        uint64_t *slots = calloc(cap, sizeof(*slots));
        if (slots == NULL)
            return false;
        free(seen->slots);
        seen->slots = slots;
        seen->cap = cap;
    } else {
        memset(seen->slots, 0, seen->cap * sizeof(*seen->slots));
    }
    seen->n = 0;
    return true;
}

bool page_seen_build(struct page_seen *seen, struct seen_text text, const struct scan_item *items,
                     size_t n)
{
    if (!make_room(seen, n))
        return false;
    seen->how = SEEN_TABLE;
    for (size_t i = 0; i < n; i++) {
        i += add_unknown(seen, text.ptr, 0, items + i, n - i);
        if (i < n && items[i].id.len > 0 &&
            page_seen_add(seen, text, (struct seen_id){items[i].id, items[i].id_escaped}) ==
                SEEN_NO_MEMORY)
            return false;
    }
    return true;
}

void page_seen_clear(struct page_seen *seen)
{
    seen->how = SEEN_NOTHING;
    seen->n = 0;
}

void page_seen_done(struct page_seen *seen)
{
    free(seen->slots);
    memset(seen, 0, sizeof(*seen));
}
