/*
 * memory.h - allocation that ends the process where memory runs out: a command line tool has
 * nothing better to do then.
 */
#ifndef SOARHOST_MEMORY_H
#define SOARHOST_MEMORY_H

#include <stddef.h>

/* host_alloc - n zeroed bytes, to be freed with free; never NULL. */
void *host_alloc(size_t n);
/* host_realloc - as realloc; never NULL. */
void *host_realloc(void *old, size_t n);
/* host_strdup, host_strndup - a copy, to be freed with free; never NULL. */
char *host_strdup(const char *text);
char *host_strndup(const char *text, size_t n);
/* host_format - printf into a new text, to be freed with free; never NULL. */
char *host_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
