/* One JSON value, checked from its first byte to its last. Compiled twice where the processor may be
 * of more than one kind: see scan_avx2.c. */
#include "base/scan_private.h"

static inline const char *scan_number(struct scan *s, const char *p)
{
    const char *from = p;
    bool real = false;

    if (*p == '-')
        p++;
    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (!run_is_digit(*p) || (*p == '0' && s->end - p > 1 && run_is_digit(p[1])))
        return scan_fail(s, run_is_digit(*p) ? p + 1 : p, SCAN_SYNTAX);
    do
        p++;
    while (p != s->end && run_is_digit(*p));
    if (p != s->end && (*p == '.' || *p == 'e' || *p == 'E')) {
        real = true;
        p = scan_fraction(s, p);
        if (p == NULL)
            return NULL;
    }
    if (s->strict && (real || p - from > 18) && !scan_number_fits(from, p))
        return scan_fail(s, from, SCAN_BIG_NUMBER);
    return p;
}

static const char *scan_literal(struct scan *s, const char *p)
{
    const char *word = *p == 't' ? "true" : *p == 'f' ? "false" : *p == 'n' ? "null" : NULL;

    if (word == NULL)
        return scan_fail(s, p, SCAN_SYNTAX);
    for (; *word != '\0'; word++, p++) {
        if (p == s->end)
            return scan_fail(s, p, SCAN_TRUNCATED);
        if (*p != *word)
            return scan_fail(s, p, SCAN_SYNTAX);
    }
    return p;
}

/* A value that opens no container. */
static inline const char *scan_scalar(struct scan *s, const char *p)
{
    if (*p == '"')
        return scan_string(s, p);
    if (*p == '-' || run_is_digit(*p))
        return scan_number(s, p);
    return scan_literal(s, p);
}

const char *scan_value(struct scan *s, const char *p, unsigned depth)
{
    char closers[SCAN_MAX_DEPTH]; /* what ends each open container: no recursion */
    unsigned outer = depth;
    char close = 0;
    struct span name;
    bool done;

    for (;;) {
        if (p == s->end)
            return scan_fail(s, p, SCAN_TRUNCATED);
        if (*p == '{' || *p == '[') {
            if (depth == s->max_depth)
                return scan_fail(s, p, SCAN_TOO_DEEP);
            close = *p == '{' ? '}' : ']';
            closers[depth++] = close;
            p = scan_skip(s, p + 1);
            if (p == s->end || *p != close) {
                if (close == '}' && (p = scan_name(s, p, p, &name)) == NULL)
                    return NULL;
                continue;
            }
            done = true;
            p++;
        } else if (*p == '"' && close == '}') {
            p = scan_plain(s, p + 1);
            if (s->end - p > 2 && p[0] == '"' && p[1] == ',' && p[2] == '"') {
                p = scan_name(s, p + 2, p, &name); /* as most services write it */
                if (p == NULL)
                    return NULL;
                continue;
            }
            p = scan_string_end(s, p);
            if (p == NULL)
                return NULL;
            done = false;
            p = scan_next(s, p, close, &done);
            if (p == NULL)
                return NULL;
        } else {
            p = scan_scalar(s, p);
            if (p == NULL || depth == outer)
                return p;
            done = false;
            p = scan_next(s, p, close, &done);
            if (p == NULL)
                return NULL;
        }
        while (done) {
            if (--depth == outer)
                return p;
            close = closers[depth - 1];
            done = false;
            p = scan_next(s, p, close, &done);
            if (p == NULL)
                return NULL;
        }
        if (close == '}' && (p = scan_name(s, p, p, &name)) == NULL)
            return NULL;
    }
}
