/*
 * progress.h - one line on stderr that shows how far a file transfer or a long list has come.
 */
#ifndef SOARHOST_PROGRESS_H
#define SOARHOST_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "term.h"

/* progress_start - from now on progress_update shows a line that begins with label (borrowed until
 * progress_end). items: numbers count items and not bytes. Nothing is ever shown where the term is
 * no terminal or wanted is false, nor for the first 150 ms of a call. */
void progress_start(const struct term *term, bool wanted, const char *label, bool items);

/* progress_update - done of total (0 = not known). At most ten times a second the line is drawn.
 * Any thread. */
void progress_update(uint64_t done, uint64_t total);

/* progress_clear - takes the line off the screen, for other output on the same terminal; the next
 * update draws it again. Any thread. */
void progress_clear(void);
void progress_end(void);

/* progress_line - the line as text: label, bar, percent and amounts, at most width columns.
 * For the tests. */
void progress_line(char *ret_line, size_t size, int width, const char *label, uint64_t done,
                   uint64_t total, bool items);

/* progress_bytes - "114.8 KB"; powers of 1024. */
void progress_bytes(uint64_t bytes, char ret_text[24]);

#endif
