/*
 * The process's allocator, with a switch: the n-th allocation from now on fails, or all from the
 * n-th on. It stands in for malloc in the whole process, libraries included. Blocks are counted, so
 * that a leak shows as a number. Not for builds with a sanitizer, which has its own allocator.
 */
#ifndef TORTURE_FAILING_MALLOC_H
#define TORTURE_FAILING_MALLOC_H

#include <stdbool.h>
#include <stdint.h>

/* The n-th allocation fails (n from 1); with `onwards` all after it too. */
void failing_malloc_arm(int64_t n, bool onwards);
/* Back to an allocator that does not fail; true where one did. */
bool failing_malloc_disarm(void);
/* True where an allocation failed that libcurl made, or json-c for an item of a list that it reads:
 * they lose a block of their own on such ways out, which is their limit. */
bool failing_malloc_was_losers(void);
/* Blocks that are allocated now. */
int64_t failing_malloc_live(void);

#endif
