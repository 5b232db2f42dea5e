#include "keys.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024u

struct keys_entry {
    struct keys_entry *next;          /* in its bucket */
    struct keys_entry *older, *newer; /* among those that have ended */
    size_t len;
    char asked[SHA256_HEX];
    bool ended;
    soar_status status;
    int http_status;
    char *document; /* owned; NULL = not kept */
    size_t document_len;
    int64_t ended_ms;
    char key[];
};

struct keys {
    pthread_mutex_t lock;
    struct keys_entry *buckets[BUCKETS];
    struct keys_entry *oldest, *newest;
    int64_t n, bytes; /* of those that have ended */
    int64_t most, max_bytes, ttl_ms;
};

struct keys *keys_new(int64_t most, int64_t max_bytes, int64_t ttl_ms)
{
    struct keys *keys = calloc(1, sizeof(*keys));

    if (keys == NULL)
        return NULL;
    pthread_mutex_init(&keys->lock, NULL);
    keys->most = most;
    keys->max_bytes = max_bytes;
    keys->ttl_ms = ttl_ms;
    return keys;
}

static void free_entry(struct keys_entry *entry)
{
    free(entry->document);
    free(entry);
}

void keys_free(struct keys *keys)
{
    if (keys == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (keys->buckets[i] != NULL) {
            struct keys_entry *entry = keys->buckets[i];
            keys->buckets[i] = entry->next;
            free_entry(entry);
        }
    pthread_mutex_destroy(&keys->lock);
    free(keys);
}

/* ------------------------------------------------------------------ the table; under the lock */

static size_t bucket_of(const char *key, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash % BUCKETS;
}

static struct keys_entry *find(struct keys *keys, const char *key, size_t len)
{
    struct keys_entry *entry = keys->buckets[bucket_of(key, len)];

    while (entry != NULL && (entry->len != len || memcmp(entry->key, key, len) != 0))
        entry = entry->next;
    return entry;
}

static int64_t size_of(const struct keys_entry *entry)
{
    return (int64_t)(sizeof(*entry) + entry->len + entry->document_len);
}

static void forget(struct keys *keys, struct keys_entry *entry)
{
    struct keys_entry **at = &keys->buckets[bucket_of(entry->key, entry->len)];

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    if (entry->ended) {
        *(entry->older != NULL ? &entry->older->newer : &keys->oldest) = entry->newer;
        *(entry->newer != NULL ? &entry->newer->older : &keys->newest) = entry->older;
        keys->n--;
        keys->bytes -= size_of(entry);
    }
    free_entry(entry);
}

static void forget_old(struct keys *keys, int64_t now_ms)
{
    while (keys->oldest != NULL && (keys->n > keys->most || keys->bytes > keys->max_bytes ||
                                    now_ms - keys->oldest->ended_ms >= keys->ttl_ms))
        forget(keys, keys->oldest);
}

static bool copy_outcome(const struct keys_entry *entry, struct keys_outcome *ret)
{
    ret->status = entry->status;
    ret->http_status = entry->http_status;
    buf_init(&ret->document, entry->document_len + 1);
    if (entry->document != NULL)
        buf_add(&ret->document, entry->document, entry->document_len);
    if (ret->document.failed == BUF_FINE)
        return true;
    buf_done(&ret->document);
    return false;
}

/* ------------------------------------------------------------------ calls */

static struct keys_entry *begin(struct keys *keys, const char *key, size_t len,
                                const char asked[SHA256_HEX])
{
    struct keys_entry *entry = calloc(1, sizeof(*entry) + len);

    if (entry == NULL)
        return NULL;
    entry->len = len;
    memcpy(entry->key, key, len);
    memcpy(entry->asked, asked, SHA256_HEX);
    struct keys_entry **bucket = &keys->buckets[bucket_of(key, len)];
    entry->next = *bucket;
    *bucket = entry;
    return entry;
}

enum keys_state keys_take(struct keys *keys, const char *key, size_t len,
                          const char asked[SHA256_HEX], int64_t now_ms,
                          struct keys_entry **ret_entry, struct keys_outcome *ret_outcome)
{
    enum keys_state state = KEYS_FIRST;

    pthread_mutex_lock(&keys->lock);
    forget_old(keys, now_ms);
    struct keys_entry *entry = find(keys, key, len);
    if (entry == NULL) {
        *ret_entry = begin(keys, key, len, asked);
        state = *ret_entry != NULL ? KEYS_FIRST : KEYS_NO_MEMORY;
    } else if (memcmp(entry->asked, asked, SHA256_HEX) != 0) {
        state = KEYS_OTHER;
    } else if (!entry->ended) {
        state = KEYS_IN_USE;
    } else {
        state = copy_outcome(entry, ret_outcome) ? KEYS_KNOWN : KEYS_NO_MEMORY;
    }
    pthread_mutex_unlock(&keys->lock);
    return state;
}

void keys_keep(struct keys *keys, struct keys_entry *entry, soar_status status, int http_status,
               const struct buf *document, int64_t now_ms)
{
    bool fits = document->failed == BUF_FINE &&
                (int64_t)(sizeof(*entry) + entry->len + document->len) <= keys->max_bytes;
    char *copy = fits ? malloc(document->len + 1) : NULL;

    if (copy != NULL)
        memcpy(copy, document->ptr, document->len);
    pthread_mutex_lock(&keys->lock);
    entry->status = status;
    entry->http_status = http_status;
    entry->document = copy;
    entry->document_len = copy != NULL ? document->len : 0;
    entry->ended_ms = now_ms;
    entry->ended = true;
    entry->older = keys->newest;
    *(keys->newest != NULL ? &keys->newest->newer : &keys->oldest) = entry;
    keys->newest = entry;
    keys->n++;
    keys->bytes += size_of(entry);
    forget_old(keys, now_ms);
    pthread_mutex_unlock(&keys->lock);
}

void keys_drop(struct keys *keys, struct keys_entry *entry)
{
    pthread_mutex_lock(&keys->lock);
    forget(keys, entry);
    pthread_mutex_unlock(&keys->lock);
}
