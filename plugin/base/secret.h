/*
 * secret.h - bytes that must not be seen: kept in pages of their own that are left out of core
 * dumps and are wiped when done. Not thread-safe.
 */
#ifndef FCM_BASE_SECRET_H
#define FCM_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret {
    char *ptr; /* ends with NUL; NULL = empty */
    size_t len;
    size_t mapped; /* bytes of the mapping */
};

/* secret_set - replaces what it held by a copy; false = no memory (then empty). */
bool secret_set(struct secret *s, const char *bytes, size_t n);
/* secret_done - wipes and frees; empty afterwards. */
void secret_done(struct secret *s);
/* secret_wipe - overwrites memory in a way that the compiler does not leave out. NULL is fine. */
void secret_wipe(void *bytes, size_t n);

#endif
