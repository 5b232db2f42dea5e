/*
 * text_file.h - whole small files as text.
 */
#ifndef SOARHOST_TEXT_FILE_H
#define SOARHOST_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "host_error.h"

/* Most bytes of a configuration, an input or a flow. */
#define TEXT_FILE_MAX (64u * 1024u * 1024u)

/* text_file_read - reads a file, or standard input where path is "-". On success *ret_text is a
 * text with a NUL at its end, to be freed with free, and *ret_len its length without the NUL.
 * Errors: SOAR_NOT_FOUND, SOAR_PERMISSION_DENIED, SOAR_RESOURCE_EXHAUSTED (over TEXT_FILE_MAX),
 * SOAR_INTERNAL (cannot be read), where = the path. */
bool text_file_read(const char *path, char **ret_text, size_t *ret_len, struct host_error *err);

#endif
