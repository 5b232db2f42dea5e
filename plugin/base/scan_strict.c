#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan_private.h"

#define NAMES_ON_STACK 64
#define HASH_PRIME 0x9e3779b97f4a7c15u
#define PAIRWISE_NAMES 16 /* up to so many, comparing all pairs of hashes beats sorting */

/* A name of an object that is still open, or the mark (at = SIZE_MAX) where its names begin. */
struct name {
    size_t at, len; /* between the quotes */
    uint64_t hash;  /* set when the object ends */
};

struct names {
    const char *text;
    struct name *all;
    size_t n, cap;
    size_t twice; /* the least offset of a name that stood before; SIZE_MAX = none */
    struct name room[NAMES_ON_STACK];
};

/* Of the unescaped name, so that equal names have equal hashes however they are written. */
static uint64_t hash_escaped(const char *p, const char *end)
{
    uint64_t hash = 0;

    while (p != end) {
        char bytes[4];
        size_t n = scan_unescape(&p, end, bytes);
        for (size_t i = 0; i < n; i++)
            hash = (hash ^ (unsigned char)bytes[i]) * HASH_PRIME;
    }
    return hash;
}

static uint64_t hash_plain(const char *p, size_t len)
{
    uint64_t hash = len, word;

    for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        hash = (hash ^ word) * HASH_PRIME;
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, p, len);
    hash = (hash ^ word) * HASH_PRIME;
    return hash ^ hash >> 32;
}

/* One escaped name among them makes all hashes those of the unescaped text. */
static void hash_names(const char *text, struct name *own, size_t n)
{
    bool escaped = false;

    for (size_t i = 0; i < n && !escaped; i++)
        escaped = memchr(text + own[i].at, '\\', own[i].len) != NULL;
    for (size_t i = 0; i < n; i++) {
        const char *p = text + own[i].at;
        own[i].hash = escaped ? hash_escaped(p, p + own[i].len) : hash_plain(p, own[i].len);
    }
}

static bool push(struct names *names, struct name name)
{
    if (names->n == names->cap) {
        size_t cap = names->cap * 2;
        bool moved = names->all != names->room;
        struct name *all = NULL;

        if (cap <= SIZE_MAX / sizeof(*all))
            all = realloc(moved ? names->all : NULL, cap * sizeof(*all));
        if (all == NULL)
            return false;
        if (!moved)
            memcpy(all, names->room, sizeof(names->room));
        names->all = all;
        names->cap = cap;
    }
    names->all[names->n++] = name;
    return true;
}

/* By hash, then by the unescaped name, so that a flood of equal hashes costs no more; then by
 * place, so that of two equal names the second follows the first. */
static int compare_names(const void *left, const void *right, void *text)
{
    const struct name *a = left, *b = right;
    const char *bytes = text;
    int order;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    order = scan_compare(bytes + a->at, a->len, bytes + b->at, b->len);
    if (order != 0)
        return order;
    return a->at < b->at ? -1 : a->at > b->at;
}

static void note_pair(struct names *names, const struct name *first, const struct name *second)
{
    const char *text = names->text;

    if (first->hash == second->hash && second->at - 1 < names->twice &&
        scan_compare(text + first->at, first->len, text + second->at, second->len) == 0)
        names->twice = second->at - 1;
}

/* An object ends: looks for names that stand twice and forgets all of them. */
static void close_object(struct names *names)
{
    size_t from = names->n;

    while (names->all[from - 1].at != SIZE_MAX)
        from--;
    struct name *own = names->all + from;
    size_t n = names->n - from;
    names->n = from - 1;
    if (n < 2)
        return;
    hash_names(names->text, own, n);
    if (n <= PAIRWISE_NAMES) {
        for (size_t i = 1; i < n; i++)
            for (size_t k = 0; k < i; k++)
                note_pair(names, &own[k], &own[i]);
        return;
    }
    qsort_r(own, n, sizeof(*own), compare_names, (void *)(uintptr_t)names->text);
    for (size_t i = 1; i < n; i++)
        note_pair(names, &own[i - 1], &own[i]);
}

/* Walks a text that is known to be valid. */
static bool collect(struct names *names, const char *p, const char *end)
{
    bool in_object[SCAN_MAX_DEPTH];
    unsigned depth = 0;
    bool name_next = false;

    while (p != end) {
        char c = *p++;
        if (c == '"') {
            const char *stop = scan_skip_string(p, end);
            if (name_next) {
                struct name name = {(size_t)(p - names->text), (size_t)(stop - p) - 1, 0};
                if (!push(names, name))
                    return false;
            }
            name_next = false;
            p = stop;
        } else if (c == '{') {
            struct name mark = {SIZE_MAX, 0, 0};
            if (!push(names, mark))
                return false;
            in_object[depth++] = true;
            name_next = true;
        } else if (c == '[') {
            in_object[depth++] = false;
        } else if (c == ',') {
            name_next = in_object[depth - 1];
        } else if (c == '}') {
            close_object(names);
            depth--;
            name_next = false;
        } else if (c == ']') {
            depth--;
        }
    }
    return true;
}

static const char *refuse_duplicates(struct scan *s, const char *text, const char *p)
{
    struct names names;
    bool whole;

    names.text = text;
    names.all = names.room;
    names.n = 0;
    names.cap = NAMES_ON_STACK;
    names.twice = SIZE_MAX;
    whole = collect(&names, text, p);
    if (names.all != names.room)
        free(names.all);
    if (!whole)
        return scan_fail(s, text, SCAN_NO_MEMORY);
    if (names.twice != SIZE_MAX)
        return scan_fail(s, text + names.twice, SCAN_DUPLICATE);
    return p;
}

enum scan_problem scan_strict(const char *text, size_t len, unsigned max_depth,
                              struct scan_error *ret_error)
{
    struct scan s;
    const char *p = scan_begin(&s, text, len, max_depth, true);

    if (p != NULL)
        p = scan_value(&s, p, 0);
    if (scan_finish(&s, text, p, ret_error) != SCAN_OK)
        return s.problem;
    p = refuse_duplicates(&s, text, p);
    return scan_finish(&s, text, p, ret_error);
}
