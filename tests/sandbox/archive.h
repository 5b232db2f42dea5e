/*
 * ZIP archives, made in a temporary file through libzip, so that big files never fill the memory.
 * An archive belongs to one request and is used in its thread, under the store's lock.
 */
#ifndef SANDBOX_ARCHIVE_H
#define SANDBOX_ARCHIVE_H

#include "sandbox.h"

struct sb_archive;

/* An empty archive whose entries are dated `now_ms`. NULL when no temporary file can be made. */
struct sb_archive *sb_archive_new(struct sb_store *store, int64_t now_ms);

/* Throws an unfinished archive away; NULL is fine. */
void sb_archive_free(struct sb_archive *archive);

/* Adds an entry: a copy of a text, or the bytes of a blob, which must stay until sb_archive_finish.
 * The entry's name is the last part of `name` without what file systems can't hold; where another
 * entry has it (in any letter case), " (2)", " (3)" and so on goes before the extension. False when
 * libzip refuses. */
bool sb_archive_add_text(struct sb_archive *archive, const char *name, const char *text);
bool sb_archive_add_blob(struct sb_archive *archive, const char *name, int64_t blob);

/* Writes the archive and frees it. Gives an open file at its start, whose name is gone already and
 * which the caller closes, and its size; -1 when something failed. */
int sb_archive_finish(struct sb_archive *archive, uint64_t *ret_size);

#endif
