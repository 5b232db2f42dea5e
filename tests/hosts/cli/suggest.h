/*
 * suggest.h - the names nearest to a mistyped one.
 */
#ifndef SOARHOST_SUGGEST_H
#define SOARHOST_SUGGEST_H

#include <stddef.h>

/* Most names that are suggested at a time. */
#define SUGGEST_MAX 3

/* suggest_distance - how many single-character insertions, deletions, replacements and swaps of
 * neighbours turn a into b, letter case ignored. Texts longer than 63 bytes are far from all
 * others: the distance is then SIZE_MAX. */
size_t suggest_distance(const char *a, const char *b);

/* suggest_names - finds up to SUGGEST_MAX of the n names that are near to typed: a small distance,
 * or names that contain typed or all words of it (cut at "_" and "-"). Nearest first, then in the
 * given order. Returns how many were written to ret_names (borrowed from names). */
size_t suggest_names(const char *typed, const char *const *names, size_t n,
                     const char *ret_names[SUGGEST_MAX]);

/* suggest_hint - the same as a sentence, "nearest: a, b, c"; empty where nothing is near. */
void suggest_hint(const char *typed, const char *const *names, size_t n, char *ret_hint,
                  size_t size);

#endif
