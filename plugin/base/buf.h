/*
 * buf.h - a growing byte string with a ceiling.
 *
 * Invariants: ptr is never NULL after buf_init and ptr[len] is NUL. An append that would pass max,
 * or for which there is no memory, changes nothing and makes the buffer failed; it stays failed, so
 * that callers append freely and check once at the end. What is appended must not lie in the buffer
 * itself. Not thread-safe.
 */
#ifndef FCM_BASE_BUF_H
#define FCM_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum buf_failure { BUF_FINE, BUF_TOO_BIG, BUF_NO_MEMORY };

struct buf {
    char *ptr;
    size_t len;
    size_t cap; /* bytes allocated, at most max + 1; 0 = ptr is a static empty string */
    size_t max; /* most bytes that len may reach */
    enum buf_failure failed;
    bool secret; /* memory that is left when the buffer grows is overwritten first */
};

/* buf_init - empty, allocates nothing. max in bytes, at most SIZE_MAX / 4. */
void buf_init(struct buf *b, size_t max);
/* buf_init_secret - as buf_init, for what may hold a secret: no copy stays behind when the buffer
 * grows. End it with buf_wipe_done. */
void buf_init_secret(struct buf *b, size_t max);
/* buf_done - frees; the buffer is as after buf_init. */
void buf_done(struct buf *b);
/* buf_wipe_done - overwrites all its memory, then buf_done. */
void buf_wipe_done(struct buf *b);
/* buf_keep - overwrites all of *from's memory and hands it to *to, which is empty and without memory,
 * where it has at most most bytes and *to may have as many; else it is freed. */
void buf_keep(struct buf *from, size_t most, struct buf *to);
/* buf_clear - empties and keeps the memory; clears a failure. */
void buf_clear(struct buf *b);
/* buf_reserve - makes room for n more bytes in one go; false = failed. */
bool buf_reserve(struct buf *b, size_t n);
/* buf_add_growing - the rare part of buf_add: where there is no room for n more bytes yet. */
void buf_add_growing(struct buf *b, const void *bytes, size_t n);

static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (b->failed != BUF_FINE || n >= b->cap - b->len) {
        buf_add_growing(b, bytes, n);
        return;
    }
    memcpy(b->ptr + b->len, bytes, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

/* text ends with NUL */
static inline void buf_adds(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

static inline void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

/* buf_addf - as printf. %f and the like follow the host's locale; keep them out. */
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_int(struct buf *b, int64_t value);
/* buf_add_json - text as a JSON string with quotes. Bytes that are not UTF-8 become U+FFFD. */
void buf_add_json(struct buf *b, const char *text, size_t n);
/* buf_add_url - text percent-encoded (RFC 3986 unreserved bytes stay; a space is %20, + is %2B). */
void buf_add_url(struct buf *b, const char *text, size_t n);
/* buf_take - hands the memory to the caller, who frees it with free(); NULL where the buffer has
 * failed or memory runs out. Sets *ret_len where not NULL and on success. The buffer is empty
 * afterwards; after a NULL, failed still says why, until buf_clear or buf_done. */
char *buf_take(struct buf *b, size_t *ret_len);

#endif
