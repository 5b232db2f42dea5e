#include "base/scan.h"

#include "base/scan_private.h"

const char *scan_begin(struct scan *s, const char *text, size_t len, unsigned max_depth,
                       bool strict)
{
    const char *p;

    s->end = len != 0 ? text + len : text;
    s->max_depth = max_depth < SCAN_MAX_DEPTH ? max_depth : SCAN_MAX_DEPTH;
    s->strict = strict;
    s->problem = SCAN_OK;
    s->wrong = text;
    p = scan_skip(s, text);
    return p != s->end ? p : scan_fail(s, p, SCAN_EMPTY);
}

enum scan_problem scan_finish(struct scan *s, const char *text, const char *p,
                              struct scan_error *ret_error)
{
    if (p != NULL) {
        p = scan_skip(s, p);
        if (p != s->end)
            scan_fail(s, p, SCAN_TRAILING);
    }
    if (ret_error != NULL) {
        ret_error->problem = s->problem;
        ret_error->offset = s->problem != SCAN_OK ? (size_t)(s->wrong - text) : 0;
    }
    return s->problem;
}

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

const char *scan_problem_text(enum scan_problem problem)
{
    switch (problem) {
    case SCAN_OK:
        return "no problem";
    case SCAN_EMPTY:
        return "there is no JSON value";
    case SCAN_TRUNCATED:
        return "the text ends inside a value";
    case SCAN_SYNTAX:
        return "not valid JSON";
    case SCAN_UTF8:
        return "not valid UTF-8";
    case SCAN_TOO_DEEP:
        return "nested too deep";
    case SCAN_TRAILING:
        return "more follows after the value";
    case SCAN_BIG_NUMBER:
        return "number out of range";
    case SCAN_NUL:
        return "NUL in a string";
    case SCAN_DUPLICATE:
        return "member name stands twice";
    case SCAN_NO_MEMORY:
        return "out of memory";
    }
    return "unknown problem";
}
