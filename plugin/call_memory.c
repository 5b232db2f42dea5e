/* Memory that one call after the other uses: what a small call needs beside its result is there. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/kept.h"
#include "call_private.h"

/* Bytes and pages of a call that is kept: what a large one took is given back. */
#define MOST_BYTES 16384u
#define MOST_PAGES 4u
#define MOST_READERS 16u

struct call_memory {
    pthread_mutex_t lock; /* of what follows */
    struct call *idle;    /* last used first; owned */
    size_t n_idle;
    struct json_reader readers[MOST_READERS]; /* as many as read at a time */
    size_t n_readers;
};

struct call_memory *call_memory_new(void)
{
    struct call_memory *memory = calloc(1, sizeof(*memory));

    if (memory != NULL)
        pthread_mutex_init(&memory->lock, NULL);
    return memory;
}

static void free_call(struct call *call)
{
    http_request_done(&call->request);
    free(call->items);
    free(call->pages.list);
    free(call);
}

void call_memory_free(struct call_memory *memory)
{
    if (memory == NULL)
        return;
    while (memory->idle != NULL) {
        struct call *call = memory->idle;
        memory->idle = call->next;
        free_call(call);
    }
    while (memory->n_readers > 0)
        json_reader_done(&memory->readers[--memory->n_readers]);
    pthread_mutex_destroy(&memory->lock);
    free(memory);
}

struct call *call_memory_take(struct call_memory *memory)
{
    struct call *call = NULL;

    if (memory != NULL) {
        pthread_mutex_lock(&memory->lock);
        call = memory->idle;
        if (call != NULL) {
            memory->idle = call->next;
            memory->n_idle--;
        }
        pthread_mutex_unlock(&memory->lock);
    }
    if (call != NULL) {
        call->next = NULL;
        return call;
    }
    call = calloc(1, sizeof(*call));
    if (call != NULL)
        http_request_init(&call->request, CALL_MAX_URL, CALL_MAX_BODY);
    return call;
}

/* What its first answer lay in goes to the first answer of the next call. */
static void save_items(struct call *call)
{
    struct pages *pages = &call->pages;

    if (call->items != NULL || pages->n == 0)
        return;
    struct scan_answer *outline = &pages->list[0].outline;
    if (outline->cap_items > MOST_BYTES / sizeof(*outline->items))
        return;
    call->items = outline->items;
    call->cap_items = outline->cap_items;
    memset(outline, 0, sizeof(*outline));
}

/* As it was made, but for memory to be used again; nothing of what was asked stays in it. */
static void make_empty(struct call *call)
{
    struct scan_item *items = call->items;
    size_t cap_items = call->cap_items, cap = call->pages.cap;
    struct page *list = call->pages.list;
    struct buf url = call->request.url, body = call->request.body;

    memset(call, 0, sizeof(*call));
    http_request_init(&call->request, CALL_MAX_URL, CALL_MAX_BODY);
    call->items = items;
    call->cap_items = cap_items;
    buf_keep(&url, MOST_BYTES, &call->request.url);
    buf_keep(&body, MOST_BYTES, &call->request.body);
    if (cap > MOST_PAGES) {
        free(list);
        return;
    }
    call->pages.list = list;
    call->pages.cap = cap;
}

void call_memory_give(struct call_memory *memory, struct call *call)
{
    bool keep = false;

    save_items(call);
    page_over(&call->pages);
    if (memory != NULL) {
        make_empty(call);
        pthread_mutex_lock(&memory->lock);
        keep = memory->n_idle != MOST_KEPT;
        if (keep) {
            call->next = memory->idle;
            memory->idle = call;
            memory->n_idle++;
        }
        pthread_mutex_unlock(&memory->lock);
    }
    if (!keep)
        free_call(call);
}

/* ------------------------------------------------------------------ readers */

struct json_reader call_memory_take_reader(struct call_memory *memory)
{
    struct json_reader reader = {0};

    if (memory == NULL)
        return reader;
    pthread_mutex_lock(&memory->lock);
    if (memory->n_readers > 0)
        reader = memory->readers[--memory->n_readers];
    pthread_mutex_unlock(&memory->lock);
    return reader;
}

void call_memory_give_reader(struct call_memory *memory, struct json_reader *reader)
{
    bool keep = false;

    json_reader_clear(reader, MOST_BYTES);
    if (memory != NULL && reader->tokener != NULL && MOST_KEPT > 0) {
        pthread_mutex_lock(&memory->lock);
        keep = memory->n_readers < MOST_READERS;
        if (keep)
            memory->readers[memory->n_readers++] = *reader;
        pthread_mutex_unlock(&memory->lock);
    }
    if (!keep)
        json_reader_done(reader);
}
