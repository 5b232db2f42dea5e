#include <stdlib.h>
#include <string.h>

#include "page_private.h"
#include "page_settle.h"

/* ------------------------------------------------------------------ errors by id */

/* The error that the service gave for this id; NULL = none. */
static struct json_object *named(const struct pages *pages, size_t n_errors, const char *id)
{
    for (size_t i = 0; i < n_errors; i++) {
        struct json_object *error = json_object_array_get_idx(pages->errors, i);
        const char *name = json_string_at(error, "/id");
        if (name != NULL && strcmp(name, id) == 0)
            return error;
    }
    return NULL;
}

static size_t count_errors(const struct pages *pages)
{
    return pages->errors != NULL ? json_object_array_length(pages->errors) : 0;
}

static const struct page_failure *failure_of(const struct pages *pages, size_t i)
{
    for (size_t k = 0; k < pages->n_failures; k++)
        if (i >= pages->failures[k].from && i < pages->failures[k].to)
            return &pages->failures[k];
    return NULL;
}

/* ------------------------------------------------------------------ what became of an id */

/* Of one of the ids that were asked for. */
struct fate {
    bool done;
    int code; /* where it is not done */
    enum outcome outcome;
    const char *message;
    bool known_error; /* stands in errors already */
};

/* The ids of each chunk that an answer names: where it names some, those left out are not done. */
struct naming {
    size_t from, to;
    bool some;
};

static struct fate fate_of(const struct pages *pages, size_t n_errors, size_t i,
                           struct json_object *asked, bool found, struct naming *naming)
{
    const char *id = json_object_get_string(asked);
    const struct page_failure *failure = failure_of(pages, i);
    struct json_object *error = n_errors > 0 ? named(pages, n_errors, id) : NULL;

    if (error != NULL)
        return (struct fate){.code = (int)json_int_at(error, "/code", 500),
                             .outcome = OUTCOME_NOT_APPLIED,
                             .message = json_string_at(error, "/message"),
                             .known_error = true};
    if (failure != NULL)
        return (struct fate){
            .code = failure->code, .outcome = failure->outcome, .message = failure->message};
    if (i >= pages->ids_to)
        return (struct fate){.code = pages->n_failures > 0 ? pages->failures[0].code : 499,
                             .outcome = OUTCOME_NOT_SENT,
                             .message = "not asked for"};
    if (found)
        return (struct fate){.done = true};
    if (pages->action->restore_order)
        return (struct fate){.code = 404,
                             .outcome = OUTCOME_NOT_APPLIED,
                             .message = "no such resource in the answer"};
    if (naming->some)
        return (struct fate){
            .code = 404, .outcome = OUTCOME_UNKNOWN, .message = "the answer does not name it"};
    return (struct fate){.done = true};
}

static size_t find(const struct pages *pages, size_t i)
{
    struct json_object *asked = json_object_array_get_idx(pages->ids, i);

    return page_set_find(&pages->seen, pages->list, json_object_get_string(asked),
                         (size_t)json_object_get_string_len(asked));
}

/* Does the answer to the chunk of this id name any id of it? */
static void look_at_chunk(const struct pages *pages, size_t i, struct naming *naming)
{
    struct pages plan = *pages;

    if (i < naming->to || pages->action->restore_order)
        return;
    naming->from = i;
    naming->to = page_chunk_end(&plan, i);
    naming->some = false;
    for (size_t k = naming->from; k < naming->to && !naming->some; k++)
        naming->some = find(pages, k) != SIZE_MAX;
}

/* ------------------------------------------------------------------ order */

static struct page_ref ref_of(const struct pages *pages, struct page_place place)
{
    const struct page *page = &pages->list[place.page];
    const struct span value = page->outline.items[place.item].value;

    return (struct page_ref){page->body.ptr + value.at, value.len};
}

/* The resources of all answers as they came, each once; and the table of their ids. */
static size_t gather(struct pages *pages, struct page_place *places)
{
    size_t n = 0;

    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->list[p].outline.n_items; i++) {
            struct page_place place = {(uint32_t)p, (uint32_t)i};
            int is_new = pages->all ? 1 : page_set_add(&pages->seen, pages->list, place);
            if (is_new < 0)
                return SIZE_MAX;
            if (is_new > 0)
                places[n++] = place;
        }
    return n;
}

static bool in_asked_order(const struct pages *pages)
{
    if (pages->n != 1 || pages->n_failures > 0 || pages->errors != NULL ||
        !pages->action->restore_order)
        return false;
    const struct page *page = &pages->list[0];
    size_t n = page->outline.n_items;
    if (json_object_array_length(pages->ids) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct json_object *asked = json_object_array_get_idx(pages->ids, i);
        const struct scan_item *item = &page->outline.items[i];
        if ((size_t)json_object_get_string_len(asked) != item->id.len || item->id_escaped ||
            memcmp(json_object_get_string(asked), page->body.ptr + item->id.at, item->id.len) != 0)
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------ done and failed */

static bool add_text(struct json_object *list, const char *text, size_t len)
{
    struct json_object *one = json_object_new_string_len(text, (int)len);

    if (one != NULL && json_object_array_add(list, one) == 0)
        return true;
    json_object_put(one);
    return false;
}

/* Takes *error over. */
static bool add_failed(struct json_object *list, struct json_object *error, enum outcome outcome)
{
    if (error != NULL &&
        json_object_object_add(error, "outcome", json_object_new_string(outcome_name(outcome))) ==
            0 &&
        json_object_array_add(list, error) == 0)
        return true;
    json_object_put(error);
    return false;
}

static struct json_object *error_object(int code, const char *message, const char *id)
{
    struct json_object *error = json_object_new_object();

    if (error != NULL && json_object_object_add(error, "code", json_object_new_int(code)) == 0 &&
        json_object_object_add(error, "message", json_object_new_string(message)) == 0 &&
        json_object_object_add(error, "id", json_object_new_string(id)) == 0)
        return error;
    json_object_put(error);
    return NULL;
}

static bool new_lists(struct pages *pages, struct page_sum *sum)
{
    sum->done = json_object_new_array();
    sum->failed = json_object_new_array();
    if (pages->errors == NULL)
        pages->errors = json_object_new_array();
    return sum->done != NULL && sum->failed != NULL && pages->errors != NULL;
}

static bool sort_one(struct pages *pages, struct json_object *asked, const struct fate *fate,
                     struct page_sum *sum)
{
    const char *id = json_object_get_string(asked);
    const char *message = fate->message != NULL ? fate->message : "";

    if (fate->done)
        return add_text(sum->done, id, (size_t)json_object_get_string_len(asked));
    if (!add_failed(sum->failed, error_object(fate->code, message, id), fate->outcome))
        return false;
    if (fate->known_error)
        return true;
    struct json_object *error = error_object(fate->code, message, id);
    if (error != NULL && json_object_array_add(pages->errors, error) == 0)
        return true;
    json_object_put(error);
    return false;
}

/* What became of each asked id: counted, or sorted into the lists. */
static bool walk_asked(struct pages *pages, size_t n_errors, bool into_lists, struct page_sum *sum)
{
    size_t n = json_object_array_length(pages->ids);
    struct naming naming = {0};

    sum->n_done = sum->n_failed = 0;
    for (size_t i = 0; i < n; i++) {
        struct json_object *asked = json_object_array_get_idx(pages->ids, i);
        look_at_chunk(pages, i, &naming);
        bool found = pages->n_settled > 0 ? pages->found[i] : find(pages, i) != SIZE_MAX;
        struct fate fate = fate_of(pages, n_errors, i, asked, found, &naming);
        sum->n_done += fate.done;
        sum->n_failed += !fate.done;
        if (into_lists && !sort_one(pages, asked, &fate, sum))
            return false;
    }
    return true;
}

/* The asked ids' resources in the asked order; what was not asked for is not hidden either. */
static bool order(const struct pages *pages, const struct page_place *places, size_t n_places,
                  struct page_sum *sum)
{
    size_t n = json_object_array_length(pages->ids), kept = 0;
    unsigned char *used = calloc(pages->seen.cap + 1, 1);

    if (used == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t slot = find(pages, i);
        if (slot == SIZE_MAX)
            continue;
        sum->refs[kept++] = ref_of(pages, pages->seen.slots[slot].place);
        used[slot] = 1;
    }
    for (size_t i = 0; i < n_places && kept < n_places; i++) {
        size_t slot = page_set_slot(&pages->seen, pages->list, places[i]);
        if (slot == SIZE_MAX || !used[slot])
            sum->refs[kept++] = ref_of(pages, places[i]);
    }
    sum->n_refs = kept;
    free(used);
    return true;
}

/* The ids that were asked for, told apart where not all are done. */
static bool tell_apart(struct pages *pages, struct page_sum *ret)
{
    size_t n_errors = count_errors(pages);

    return walk_asked(pages, n_errors, false, ret) &&
           (ret->n_failed == 0 ||
            (new_lists(pages, ret) && walk_asked(pages, n_errors, true, ret)));
}

static bool sum_up(struct pages *pages, struct page_place *places, struct page_sum *ret)
{
    size_t n = gather(pages, places);

    if (n == SIZE_MAX)
        return false;
    if (pages->ids != NULL && pages->action->restore_order) {
        if (!order(pages, places, n, ret))
            return false;
    } else {
        ret->n_refs = n;
        for (size_t i = 0; i < ret->n_refs; i++)
            ret->refs[i] = ref_of(pages, places[i]);
    }
    return pages->ids == NULL || tell_apart(pages, ret);
}

/* The resources lie in text as they are to be. */
static bool sum_up_text(struct pages *pages, struct page_sum *ret)
{
    ret->n_refs = 0;
    ret->text = &pages->text;
    if (pages->ids == NULL || tell_apart(pages, ret))
        return true;
    page_sum_done(ret);
    return false;
}

bool page_sum(struct pages *pages, struct page_sum *ret)
{
    bool whole = !pages->all || (pages->n == 1 && !pages->list[0].lacks);
    bool started = pages->n > 0 || pages->ids_from > 0;

    *ret = (struct page_sum){.n_refs = SIZE_MAX};
    if (!started || (pages->ids == NULL && whole))
        return true;
    if (pages->text.cap > 0 && (pages->all || pages->n_settled == pages->n))
        return sum_up_text(pages, ret);
    if (pages->n_settled > 0 && !page_unsettle(pages))
        return false;
    if (pages->ids != NULL && in_asked_order(pages)) {
        ret->n_done = json_object_array_length(pages->ids);
        return true;
    }
    size_t total = 0;
    for (size_t p = 0; p < pages->n; p++)
        total += pages->list[p].outline.n_items;
    struct page_place *places = calloc(total + 1, sizeof(*places));
    ret->refs = calloc(total + 1, sizeof(*ret->refs));
    bool fine = places != NULL && ret->refs != NULL && sum_up(pages, places, ret);
    free(places);
    if (!fine)
        page_sum_done(ret);
    return fine;
}

/* Where they were only counted; false = no memory. */
static bool find_items(struct page *page)
{
    struct scan_answer *outline = &page->outline;

    if (!outline->count_only)
        return true;
    outline->count_only = false;
    return scan_answer(page->body.ptr, page->body.len, SCAN_MAX_DEPTH, outline, NULL) == SCAN_OK;
}

bool page_sum_apart(struct pages *pages, enum outcome outcome, struct page_sum *ret)
{
    size_t n_errors = count_errors(pages);

    if (!new_lists(pages, ret))
        return false;
    for (size_t p = 0; p < pages->n; p++)
        if (!find_items(&pages->list[p]))
            return false;
    for (size_t p = 0; p < pages->n; p++)
        for (size_t i = 0; i < pages->list[p].outline.n_items; i++) {
            struct span id = pages->list[p].outline.items[i].id;
            struct json_object *text =
                id.len > 0
                    ? json_parse_span(pages->list[p].body.ptr, (struct span){id.at - 1, id.len + 2})
                    : NULL;
            if (text != NULL && json_object_array_add(ret->done, text) != 0) {
                json_object_put(text);
                return false;
            }
        }
    for (size_t i = 0; i < n_errors; i++) {
        struct json_object *error = json_object_array_get_idx(pages->errors, i), *copy = NULL;
        if (!json_object_is_type(error, json_type_object))
            continue;
        if (json_object_deep_copy(error, &copy, NULL) != 0 ||
            !add_failed(ret->failed, copy, outcome))
            return false;
    }
    return true;
}

void page_sum_done(struct page_sum *sum)
{
    free(sum->refs);
    json_object_put(sum->done);
    json_object_put(sum->failed);
    memset(sum, 0, sizeof(*sum));
}
