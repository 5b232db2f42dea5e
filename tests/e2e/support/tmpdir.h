/* A directory of a test's own under $TMPDIR, with in/ for files to upload and out/ for downloads.
 * Failures fail the running test. Not for use from several threads at once. */
#ifndef E2E_TMPDIR_H
#define E2E_TMPDIR_H

#include <json-c/json.h>
#include <stddef.h>

/* Makes the directory; its full path, free with tmpdir_free. */
char *tmpdir_new(void);
/* Removes the directory with all that is in it. NULL: nothing happens. */
void tmpdir_free(char *dir);
/* The path of `name` in `dir`, on the heap. */
char *tmpdir_path(const char *dir, const char *name);
/* Writes `size` bytes to `name` (such as "in/report.txt") in `dir`. */
void tmpdir_write(const char *dir, const char *name, const void *bytes, size_t size);
/* Writes `size` bytes that do not repeat and are the same each time. */
void tmpdir_write_pattern(const char *dir, const char *name, size_t size);
/* The bytes of a file, on the heap, with a NUL behind them; their count in *ret_size. */
char *tmpdir_read(const char *dir, const char *name, size_t *ret_size);
/* The names in `dir`/`sub`, sorted, as a JSON list; the caller puts it. */
struct json_object *tmpdir_list(const char *dir, const char *sub);

#endif
