/*
 * scan_private.h - the parts of the scanner that its files share: scan.c begins and ends, scan_value.c
 * holds the machine, scan_token.c the rare forms of its tokens, scan_answer.c the outline of an
 * answer, scan_avx2.c these two for newer processors, scan_strict.c the duplicate names,
 * scan_pointer.c the way to an offset. For no one else.
 *
 * A function that answers a position answers NULL where the text is wrong, and then scan.wrong and
 * scan.problem say what and where. No function reads a byte at or past scan.end.
 */
#ifndef FCM_BASE_SCAN_PRIVATE_H
#define FCM_BASE_SCAN_PRIVATE_H

#include <string.h>

#include "base/run.h"
#include "base/scan.h"

struct scan {
    const char *text, *end;
    size_t block;       /* the 64 bytes of the text that were looked at last; SIZE_MAX = none */
    uint64_t stops;     /* run_stops of it; bytes past the end stop too */
    unsigned max_depth; /* at most SCAN_MAX_DEPTH */
    bool strict;        /* refuse big numbers and \u0000 */
    enum scan_problem problem;
    const char *wrong;
};

/* scan_fail - notes the problem; always NULL. */
static inline const char *scan_fail(struct scan *s, const char *at, enum scan_problem problem)
{
    s->problem = problem;
    s->wrong = at;
    return NULL;
}

/* scan_begin - prepares for a text and answers its first byte that is no white space. */
const char *scan_begin(struct scan *s, const char *text, size_t len, unsigned max_depth,
                       bool strict);

/* scan_finish - p is behind the value, or NULL. Checks that nothing follows and reports. */
enum scan_problem scan_finish(struct scan *s, const char *text, const char *p,
                              struct scan_error *ret_error);

/* scan_value - checks the value that begins at p, which is no white space and may be the end, with
 * depth containers open around it. Answers the position behind it. */
const char *scan_value(struct scan *s, const char *p, unsigned depth);

/* scan_walk - scan_answer by the loops that every processor of this architecture has.
 * scan_walk_avx2 - the same for those with AVX2, and only where FCM_RUN_DISPATCH is set. */
enum scan_problem scan_walk(const char *text, size_t len, unsigned max_depth,
                            struct scan_answer *answer, struct scan_error *ret_error);
enum scan_problem scan_walk_avx2(const char *text, size_t len, unsigned max_depth,
                                 struct scan_answer *answer, struct scan_error *ret_error);

/* scan_string_rest - goes on with a string at its first byte that is not plain. */
const char *scan_string_rest(struct scan *s, const char *p);

/* scan_fraction - goes on with a number behind its integer part, at '.', 'e' or 'E'. */
const char *scan_fraction(struct scan *s, const char *p);

/* scan_number_fits - whether a well-formed number is inside int64, uint64 or the finite doubles. */
bool scan_number_fits(const char *p, const char *end);

/* scan_unescape - one character, or one byte that stands for itself, of a string's text at p: its
 * bytes go to ret (room for 4), their number is answered, and *p moves behind it. Damaged escapes
 * count as U+FFFD. p < end. */
size_t scan_unescape(const char **p, const char *end, char *ret);

/* scan_skip_string - the position behind a string without checking it; p is behind its opening
 * quote. end where it is not closed. */
const char *scan_skip_string(const char *p, const char *end);

/* scan_compare - as memcmp over the unescaped texts of two names. */
int scan_compare(const char *a, size_t a_len, const char *b, size_t b_len);

/* scan_skip_run - the rare part of scan_skip: a run of white space that goes on at p. */
const char *scan_skip_run(const struct scan *s, const char *p);

/* scan_skip - the first byte that is no white space, or the end. Most often that is p itself, the byte
 * behind a single space, or that behind a line break and an indentation. */
static inline const char *scan_skip(const struct scan *s, const char *p)
{
    if (p == s->end || (unsigned char)*p > ' ' || !run_is_space(*p))
        return p;
#if FCM_RUN_SSE2
    if (s->end - p > 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
        unsigned other =
            (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))) ^ 0xffffu;
        if (other != 0 && (unsigned char)p[1 + __builtin_ctz(other)] > ' ')
            return p + 1 + __builtin_ctz(other);
    }
#endif
    return scan_skip_run(s, p + 1);
}

/* scan_plain - the first byte from p on that is no plain one, or the end. The text is looked at in
 * blocks that do not depend on where its tokens begin, each once: so the processor looks at the next
 * ones while it still finds its way through the tokens of this. */
#if FCM_RUN_SSE2
static inline void scan_look(struct scan *s, size_t block)
{
    const char *from = s->text + block * 64;
    char rest[64] = {0};

    s->block = block;
    if ((size_t)(s->end - from) < 64) {
        memcpy(rest, from, (size_t)(s->end - from));
        from = rest;
    }
    s->stops = run_stops(from);
}

static inline __attribute__((always_inline)) const char *scan_plain(struct scan *s, const char *p)
{
    size_t at = (size_t)(p - s->text);

    if (at / 64 != s->block)
        scan_look(s, at / 64);
    uint64_t stops = s->stops >> at % 64;
    if (stops != 0)
        return p + __builtin_ctzll(stops);
    do
        scan_look(s, s->block + 1);
    while (s->stops == 0);
    return s->text + s->block * 64 + __builtin_ctzll(s->stops);
}
#else
static inline const char *scan_plain(struct scan *s, const char *p)
{
    return run_plain(p, s->end);
}
#endif

/* scan_string_end - p is at the first byte of a string that is not plain, or the end. */
static inline __attribute__((always_inline)) const char *scan_string_end(struct scan *s,
                                                                         const char *p)
{
    return p != s->end && *p == '"' ? p + 1 : scan_string_rest(s, p);
}

/* scan_string - p is at the opening quote. */
static inline __attribute__((always_inline)) const char *scan_string(struct scan *s, const char *p)
{
    return scan_string_end(s, scan_plain(s, p + 1));
}

/* scan_name - a member's name and colon; p may be the end. Answers where its value begins. *name
 * is the text between the quotes. */
static inline __attribute__((always_inline)) const char *
scan_name(struct scan *s, const char *p, const char *text, struct span *name)
{
    const char *stop;

    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (*p != '"')
        return scan_fail(s, p, SCAN_SYNTAX);
    stop = scan_plain(s, p + 1);
    name->at = (size_t)(p + 1 - text);
    name->len = (size_t)(stop - p) - 1;
    if (s->end - stop > 2 && stop[0] == '"' && stop[1] == ':' && (unsigned char)stop[2] > ' ')
        return stop + 2; /* as most services write it */
    if (s->end - stop > 3 && stop[0] == '"' && stop[1] == ':' && stop[2] == ' ' &&
        (unsigned char)stop[3] > ' ')
        return stop + 3;
    stop = scan_string_end(s, stop);
    if (stop == NULL)
        return NULL;
    name->len = (size_t)(stop - p) - 2;
    p = scan_skip(s, stop);
    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (*p != ':')
        return scan_fail(s, p, SCAN_SYNTAX);
    return scan_skip(s, p + 1);
}

/* scan_next - behind an element: past the comma to the next one, or past close, which sets *done.
 */
static inline const char *scan_next(struct scan *s, const char *p, char close, bool *done)
{
    p = scan_skip(s, p);
    if (p == s->end)
        return scan_fail(s, p, SCAN_TRUNCATED);
    if (*p == ',')
        return scan_skip(s, p + 1);
    if (*p != close)
        return scan_fail(s, p, SCAN_SYNTAX);
    *done = true;
    return p + 1;
}

#endif
