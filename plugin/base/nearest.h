/*
 * nearest.h - how much a mistyped name resembles a known one. Pure; any thread.
 */
#ifndef FCM_BASE_NEAREST_H
#define FCM_BASE_NEAREST_H

#include <stddef.h>

#define NEAREST_FAR 1000u /* nothing in common worth mentioning */

/* nearest_score - 0 for names that differ only in case or in "-" for "_", more for each letter that
 * is wrong, missing, too many or swapped with its neighbour, and for names that begin with or hold
 * the other one; NEAREST_FAR where they do not resemble. name has len bytes and may hold anything;
 * known ends with NUL. No allocation; names over 64 bytes are far from all others. */
unsigned nearest_score(const char *name, size_t len, const char *known);

#endif
