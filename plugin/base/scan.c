#include "base/scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan_private.h"

#if FCM_RUN_DISPATCH
#include <cpuid.h>
#include <stdatomic.h>
#endif

const char *scan_begin(struct scan *s, const char *text, size_t len, unsigned max_depth,
                       bool strict)
{
    const char *p;

    s->text = text;
    s->block = SIZE_MAX;
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

#if FCM_RUN_DISPATCH
/* Does the processor have AVX2, and the system keep its registers? By the instructions themselves: the
 * compiler's own test for it would put a constructor into the object. */
static bool ask_avx2(void)
{
    unsigned a, b, c, d, low, high;

    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_OSXSAVE) == 0 || (c & bit_AVX) == 0)
        return false;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    const unsigned wanted = bit_AVX2 | bit_BMI | bit_BMI2;
    return (low & 6) == 6 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & wanted) == wanted;
}

/* The answer never changes; it is kept, since cpuid takes long on a virtual machine. */
static bool has_avx2(void)
{
    static atomic_int known; /* 0 = not asked yet, 1 = no, 2 = yes */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);

    if (answer == 0) {
        answer = ask_avx2() ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

enum scan_problem scan_answer(const char *text, size_t len, unsigned max_depth,
                              struct scan_answer *answer, struct scan_error *ret_error)
{
    return has_avx2() ? scan_walk_avx2(text, len, max_depth, answer, ret_error)
                      : scan_walk(text, len, max_depth, answer, ret_error);
}
#else
enum scan_problem scan_answer(const char *text, size_t len, unsigned max_depth,
                              struct scan_answer *answer, struct scan_error *ret_error)
{
    return scan_walk(text, len, max_depth, answer, ret_error);
}
#endif

void scan_answer_done(struct scan_answer *answer)
{
    if (answer == NULL)
        return;
    free(answer->items);
    memset(answer, 0, sizeof(*answer));
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
