/* The bytes of an answer's body, wherever they are. For one thread at a time. */
#ifndef SANDBOX_SOURCE_H
#define SANDBOX_SOURCE_H

#include "store.h"
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sb_source;

/* A text that malloc gave, or an open file from its start: taken, also on failure. */
struct sb_source *sb_source_text(char *text, size_t size);
struct sb_source *sb_source_fd(int fd, uint64_t size);
/* A stored blob; the store must outlive it. NULL when there is none. */
struct sb_source *sb_source_blob(struct sb_store *store, int64_t blob);
void sb_source_free(struct sb_source *source);
uint64_t sb_source_size(const struct sb_source *source);
/* Up to `max` bytes from `position` on, which must be less than the size; 0 or less on failure. */
ssize_t sb_source_read(struct sb_source *source, uint64_t position, char *buffer, size_t max);

#endif
