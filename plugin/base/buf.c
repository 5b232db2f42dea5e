#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/run.h"
#include "base/utf8.h"

#define FIRST_CAP 128

static char *empty_string(void)
{
    return (char *)""; /* never written to: cap is 0 */
}

void buf_init(struct buf *b, size_t max)
{
    b->ptr = empty_string();
    b->len = 0;
    b->cap = 0;
    b->max = max;
    b->failed = BUF_FINE;
    b->secret = false;
}

void buf_init_secret(struct buf *b, size_t max)
{
    buf_init(b, max);
    b->secret = true;
}

static void drop_memory(struct buf *b)
{
    if (b->cap != 0) {
        if (b->secret)
            explicit_bzero(b->ptr, b->cap);
        free(b->ptr);
    }
    b->ptr = empty_string();
    b->len = 0;
    b->cap = 0;
}

void buf_done(struct buf *b)
{
    drop_memory(b);
    b->failed = BUF_FINE;
}

void buf_wipe_done(struct buf *b)
{
    if (b->cap != 0)
        explicit_bzero(b->ptr, b->cap);
    buf_done(b);
}

void buf_keep(struct buf *from, size_t most, struct buf *to)
{
    if (from->cap == 0 || from->cap > most || from->cap > to->max + 1) {
        buf_wipe_done(from);
        return;
    }
    explicit_bzero(from->ptr, from->cap);
    to->ptr = from->ptr;
    to->cap = from->cap;
    from->cap = 0;
    buf_done(from);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = BUF_FINE;
    if (b->cap != 0)
        b->ptr[0] = '\0';
}

/* Moves to memory of cap bytes. A secret is not left behind in the old block. */
static bool move_to(struct buf *b, size_t cap)
{
    char *ptr;

    if (b->cap == 0 || b->secret)
        ptr = malloc(cap);
    else
        ptr = realloc(b->ptr, cap);
    if (ptr == NULL) {
        b->failed = BUF_NO_MEMORY;
        return false;
    }
    if (b->cap != 0 && b->secret) {
        memcpy(ptr, b->ptr, b->len);
        explicit_bzero(b->ptr, b->cap);
        free(b->ptr);
    }
    ptr[b->len] = '\0';
    b->ptr = ptr;
    b->cap = cap;
    return true;
}

static bool grow(struct buf *b, size_t n)
{
    size_t need, cap;

    if (b->failed != BUF_FINE)
        return false;
    if (n > b->max || b->len > b->max - n) {
        b->failed = BUF_TOO_BIG;
        return false;
    }
    need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    cap = b->cap * 2 > FIRST_CAP ? b->cap * 2 : FIRST_CAP;
    if (cap > b->max + 1)
        cap = b->max + 1;
    return move_to(b, cap > need ? cap : need);
}

bool buf_reserve(struct buf *b, size_t n)
{
    return grow(b, n);
}

void buf_add_growing(struct buf *b, const void *bytes, size_t n)
{
    if (!grow(b, n) || n == 0)
        return;
    memcpy(b->ptr + b->len, bytes, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    size_t room;
    int n;

    if (b->failed != BUF_FINE)
        return;
    room = b->cap != 0 ? b->cap - b->len : 0;
    va_start(args, format);
    n = vsnprintf(room != 0 ? b->ptr + b->len : NULL, room, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < room) {
        b->len += (size_t)n;
        return;
    }
    if (room != 0)
        b->ptr[b->len] = '\0';
    if (n < 0) {
        b->failed = BUF_NO_MEMORY;
        return;
    }
    if (!grow(b, (size_t)n) || n == 0)
        return;
    va_start(args, format);
    vsnprintf(b->ptr + b->len, (size_t)n + 1, format, args);
    va_end(args);
    b->len += (size_t)n;
}

void buf_add_int(struct buf *b, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        digits[--at] = '-';
    buf_add(b, digits + at, sizeof(digits) - at);
}

static void add_escape(struct buf *b, unsigned char c)
{
    static const char short_forms[] = "\bb\ff\nn\rr\tt\"\"\\\\";
    static const char hex[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

    for (size_t i = 0; i + 1 < sizeof(short_forms); i += 2) {
        if ((unsigned char)short_forms[i] == c) {
            escape[1] = short_forms[i + 1];
            buf_add(b, escape, 2);
            return;
        }
    }
    buf_add(b, escape, 6);
}

void buf_add_json(struct buf *b, const char *text, size_t n)
{
    const char *end;

    if (n > b->max || !buf_reserve(b, n + 2)) {
        if (b->failed == BUF_FINE)
            b->failed = BUF_TOO_BIG;
        return;
    }
    end = text + n;
    buf_addc(b, '"');
    while (text != end) {
        const char *stop = run_plain(text, end);
        size_t length;

        if (stop != text) {
            buf_add(b, text, (size_t)(stop - text));
            text = stop;
            continue;
        }
        if ((unsigned char)*text < 0x80) {
            add_escape(b, (unsigned char)*text);
            text++;
            continue;
        }
        length = utf8_length(text, (size_t)(end - text));
        if (length != 0)
            buf_add(b, text, length);
        else
            buf_add(b, "\xef\xbf\xbd", 3);
        text += length != 0 ? length : 1;
    }
    buf_addc(b, '"');
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void buf_add_url(struct buf *b, const char *text, size_t n)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t i = 0;

    while (i < n) {
        size_t from = i;
        while (i < n && is_unreserved((unsigned char)text[i]))
            i++;
        buf_add(b, text + from, i - from);
        if (i < n) {
            unsigned char c = (unsigned char)text[i++];
            char code[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_add(b, code, sizeof(code));
        }
    }
}

char *buf_take(struct buf *b, size_t *ret_len)
{
    char *ptr;

    if (b->failed != BUF_FINE || (b->cap == 0 && !move_to(b, 1))) {
        drop_memory(b);
        return NULL;
    }
    ptr = b->ptr;
    if (ret_len != NULL)
        *ret_len = b->len;
    b->ptr = empty_string();
    b->len = 0;
    b->cap = 0;
    return ptr;
}
