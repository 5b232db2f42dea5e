#include "page_gather.h"

#include <string.h>

#include "page_text.h"

static struct page *last_of(struct pages *pages)
{
    return &pages->list[pages->n - 1];
}

static struct seen_text seen_text(const struct pages *pages)
{
    if (pages->text.cap > 0)
        return (struct seen_text){pages->text.ptr, pages->text.len};
    return (struct seen_text){pages->list[0].body.ptr, pages->list[0].body.len};
}

/* ------------------------------------------------------------------ the table of ids */

/* From what was gathered, which ends at end. */
static bool build_from_text(struct pages *pages, size_t end)
{
    struct scan_answer outline = {0};
    bool fine = page_text_scan(pages, end, &outline) &&
                page_seen_build(&pages->seen_ids, seen_text(pages), outline.items, outline.n_items);

    scan_answer_done(&outline);
    return fine;
}

int page_gathered(struct pages *pages, const struct scan_item *item)
{
    const struct page *page = last_of(pages);
    struct seen_text body = {page->body.ptr, page->body.len};
    struct seen_id id = {item->id, item->id_escaped};
    enum seen_answer answer = page_seen_has(&pages->seen_ids, seen_text(pages), body, id);

    if (answer == SEEN_REBUILD) {
        bool fine = pages->text.cap > 0 ? build_from_text(pages, pages->text.len)
                                        : page_seen_build(&pages->seen_ids, seen_text(pages),
                                                          pages->list[0].outline.items,
                                                          pages->list[0].outline.n_items);
        answer =
            fine ? page_seen_has(&pages->seen_ids, seen_text(pages), body, id) : SEEN_NO_MEMORY;
    }
    return answer == SEEN_NO_MEMORY ? -1 : answer == SEEN_KNOWN;
}

/* Items that are taken in, one after the other. */
struct intake {
    struct scan_item *items;
    size_t n, i, kept;
    const char *body; /* that their spans are of */
};

/* How many more are wanted. */
static size_t room_for(const struct pages *pages)
{
    return pages->max_items < 0              ? SIZE_MAX
           : pages->max_items > pages->items ? (size_t)(pages->max_items - pages->items)
                                             : 0;
}

/* ------------------------------------------------------------------ the first page */

static bool keep_in_place(struct pages *pages, struct page *page, size_t room, size_t *ret_new)
{
    struct seen_text text = {page->body.ptr, page->body.len};
    struct intake in = {page->outline.items, page->outline.n_items, 0, 0, text.ptr};
    struct page_seen *seen = &pages->seen_ids;
    enum seen_answer answer = SEEN_NEW;

    for (; in.i < in.n && answer != SEEN_NO_MEMORY; in.i++) {
        const struct scan_item item = in.items[in.i];
        struct seen_id id = {item.id, item.id_escaped};
        size_t run = in.kept == in.i
                         ? page_seen_add_run(seen, text, text.ptr, 0, in.items + in.i, in.n - in.i)
                         : 0;
        if (run > 0) {
            in.kept += run;
            in.i += run - 1;
            continue;
        }
        answer = id.span.len > 0 ? page_seen_add(seen, text, id) : SEEN_NEW;
        if (answer == SEEN_REBUILD)
            answer = page_seen_build(seen, text, in.items, in.kept)
                         ? page_seen_add(&pages->seen_ids, seen_text(pages), id)
                         : SEEN_NO_MEMORY;
        if (answer == SEEN_NEW)
            in.items[in.kept++] = item;
    }
    page->outline.n_items = in.kept < room ? in.kept : room;
    *ret_new = in.kept;
    return answer != SEEN_NO_MEMORY;
}

/* ------------------------------------------------------------------ the pages after it */

/* How long the service says that the list is. */
static size_t expected_items(const struct pages *pages)
{
    int64_t total = pages->first_total - pages->start;

    if (pages->max_items >= 0 && pages->max_items < total)
        total = pages->max_items;
    return total > 0 ? (size_t)total : 0;
}

/* Where the next item goes, and where what is wanted of them ends. */
struct place {
    size_t to, stop, room;
    size_t shift; /* from an item's span in the body to where it was copied; may wrap around */
};

/* Those that go on in order, and stand where they belong already. */
static size_t take_run(struct pages *pages, struct intake *in, struct place *place)
{
    size_t most = in->n - in->i, left = place->room - in->kept;

    if (in->kept >= place->room || in->items[in->i].value.at + place->shift != place->to)
        return 0;
    size_t run = page_seen_add_run(&pages->seen_ids, seen_text(pages), in->body, place->shift,
                                   in->items + in->i, most < left ? most : left);
    if (run == 0)
        return 0;
    const struct span value = in->items[in->i + run - 1].value;
    place->stop = value.at + value.len + place->shift;
    place->to = place->stop + 1;
    in->kept += run;
    return run;
}

/* One item, moved to where it belongs; the next one takes its place where it is known. false = no
 * memory. */
static bool take_one(struct pages *pages, struct intake *in, struct place *place)
{
    const struct scan_item *item = &in->items[in->i];
    char *text = pages->text.ptr;
    size_t at = item->value.at + place->shift, to = place->to;
    struct seen_id id = {{item->id.at - item->value.at + to, item->id.len}, item->id_escaped};
    enum seen_answer answer = SEEN_NEW;

    if (at != to) {
        memmove(text + to, text + at, item->value.len);
        if (to > PAGE_TEXT_AT)
            text[to - 1] = ',';
    }
    if (id.span.len > 0)
        answer = page_seen_add(&pages->seen_ids, seen_text(pages), id);
    if (answer == SEEN_REBUILD)
        answer = build_from_text(pages, to > PAGE_TEXT_AT ? to - 1 : to)
                     ? page_seen_add(&pages->seen_ids, seen_text(pages), id)
                     : SEEN_NO_MEMORY;
    if (answer == SEEN_NEW) {
        in->kept++;
        place->to += item->value.len + 1;
        if (in->kept <= place->room)
            place->stop = place->to - 1;
    }
    return answer != SEEN_NO_MEMORY;
}

/* Copies all items from first on at once, then closes the gaps that known ones and white space leave:
 * most often there are none. */
static bool copy_new(struct pages *pages, struct page *page, size_t first, size_t room,
                     size_t *ret_new)
{
    struct intake in = {page->outline.items, page->outline.n_items, first, 0, page->body.ptr};
    struct buf *text = &pages->text;
    struct place place = {text->len + (text->len > PAGE_TEXT_AT), text->len, room, 0};
    bool fine = true;

    *ret_new = 0;
    if (first >= in.n)
        return true;
    const struct span last = in.items[in.n - 1].value;
    size_t from = in.items[first].value.at, bytes = last.at + last.len - from;
    if (!page_text_reserve(pages, bytes))
        return false;
    memcpy(text->ptr + place.to, in.body + from, bytes);
    if (place.to > PAGE_TEXT_AT)
        text->ptr[place.to - 1] = ',';
    place.shift = place.to - from;
    text->len = place.to + bytes;
    while (in.i < in.n && fine) {
        size_t run = take_run(pages, &in, &place);
        if (run == 0)
            fine = take_one(pages, &in, &place);
        in.i += run > 0 ? run : 1;
    }
    text->len = place.stop;
    *ret_new = in.kept;
    return fine;
}

/* Its items go where those of the pages after it will follow them. */
static bool move_first(struct pages *pages)
{
    size_t moved;

    page_seen_clear(&pages->seen_ids);
    if (page_text_begin(pages, expected_items(pages)) &&
        copy_new(pages, &pages->list[0], 0, SIZE_MAX, &moved))
        return true;
    buf_done(&pages->text);
    return false;
}

bool page_gather(struct pages *pages, bool overlaps, size_t *ret_new)
{
    struct page *page = last_of(pages);
    size_t n = page->outline.n_items, room = room_for(pages);

    pages->seen_ids.expected = expected_items(pages);
    if (pages->n == 1) {
        if (!keep_in_place(pages, page, room, ret_new))
            return false;
    } else {
        if ((pages->text.cap == 0 && !move_first(pages)) ||
            !copy_new(pages, page, overlaps ? 1 : 0, room, ret_new)) {
            page_drop_items(page);
            return false;
        }
        page_drop_items(&page[-1]);
        page_drop_items(page);
        buf_done(&page[-1].body);
    }
    page->lacks = *ret_new < n || *ret_new > room;
    if (*ret_new > room) { /* more than was asked for */
        page->got -= *ret_new - room;
        *ret_new = room;
    }
    return true;
}
