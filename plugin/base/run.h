/*
 * run.h - how far a run of bytes goes: the inner loops of the scanner and of the writer of JSON
 * strings. SSE2 where the compiler has it, and AVX2 in the one file that is compiled for it
 * (scan_avx2.c); FCM_PORTABLE_RUNS chooses the portable loops and FCM_SSE2_RUNS keeps to SSE2, so
 * that tests run all. None reads a byte at or past end.
 */
#ifndef FCM_BASE_RUN_H
#define FCM_BASE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__) && !defined(FCM_PORTABLE_RUNS)
#define FCM_RUN_SSE2 1
#include <immintrin.h>
#else
#define FCM_RUN_SSE2 0
#endif

/* Is there a choice between SSE2 and AVX2 when the program runs? */
#if FCM_RUN_SSE2 && defined(__x86_64__) && !defined(FCM_SSE2_RUNS)
#define FCM_RUN_DISPATCH 1
#else
#define FCM_RUN_DISPATCH 0
#endif
#ifndef FCM_RUN_AVX2
#define FCM_RUN_AVX2 0
#endif

/* run_is_plain - a byte that may stand as it is in a JSON string and is ASCII. */
static inline bool run_is_plain(char c)
{
    return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* run_is_space - white space of JSON. */
static inline bool run_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* run_is_digit - a decimal digit. */
static inline bool run_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* run_plain - the first byte of p .. end that is no plain one, or end. */
static inline const char *run_plain(const char *p, const char *end)
{
#if FCM_RUN_AVX2
    while (end - p >= 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);
        __m256i stop = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                       _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
        stop = _mm256_or_si256(stop, _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), bytes));
        unsigned mask = (unsigned)_mm256_movemask_epi8(stop);
        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 32;
    }
#endif
#if FCM_RUN_SSE2
    while (end - p >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        /* As signed bytes, control characters and all that is not ASCII are below a space. */
        stop = _mm_or_si128(stop, _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p != end && run_is_plain(*p))
        p++;
    return p;
}

#if FCM_RUN_SSE2
/* run_stops - of the 64 bytes at p, a bit for each that is no plain one; the lowest is the first. */
static inline uint64_t run_stops(const char *p)
{
    uint64_t stops = 0;
#if FCM_RUN_AVX2
    for (int i = 0; i < 64; i += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
        __m256i stop = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')),
                                       _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
        stop = _mm256_or_si256(stop, _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), bytes));
        stops |= (uint64_t)(unsigned)_mm256_movemask_epi8(stop) << i;
    }
#else
    for (int i = 0; i < 64; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        stop = _mm_or_si128(stop, _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')));
        stops |= (uint64_t)(unsigned)_mm_movemask_epi8(stop) << i;
    }
#endif
    return stops;
}
#endif

/* run_space - the first byte of p .. end that is no white space, or end. */
static inline const char *run_space(const char *p, const char *end)
{
#if FCM_RUN_SSE2
    while (end - p >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i space = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
        space = _mm_or_si128(space, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
        space = _mm_or_si128(space, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')));
        unsigned mask = (unsigned)_mm_movemask_epi8(space) ^ 0xffffu;
        if (mask != 0)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p != end && run_is_space(*p))
        p++;
    return p;
}

#endif
