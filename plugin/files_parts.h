/*
 * files_parts.h - what files.c, file_source.c and file_sink.c share. No one else includes it, but
 * for the tests.
 */
#ifndef FCM_FILES_PARTS_H
#define FCM_FILES_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "files.h"

#define FILE_NAME_BYTES 255 /* of a name, without the NUL */

/* An allowed directory. given is as configured, real without links; both absolute. */
struct files_dir {
    char *given, *real;
    int fd; /* O_PATH */
};

struct files_dirs {
    struct files_dir *items;
    size_t n;
};

/* What to do without, as on a kernel, a file system or in a container that lacks it. Always 0 but
 * in tests; what really lacks is noticed call by call. */
enum files_lack {
    FILES_LACK_OPENAT2 = 1,
    FILES_LACK_PROC = 2,
    FILES_LACK_TMPFILE = 4,
    FILES_LACK_RENAMEAT2 = 8
};

struct files {
    struct files_dirs read, write;
    int64_t max_bytes;
    int64_t quota;              /* of all write directories together; 0 = none */
    struct quota_state *shared; /* what the downloads under way take of it */
    unsigned lack;              /* enum files_lack */
};

/* ------------------------------------------------------------------ paths (file_beneath.c) */

/* files_locate - the directory that a path lies in by its text, and the rest of the path below it
 * ("" = the directory itself); a relative path lies in the first one. NULL with *err filled.
 * setting names the list in the error: "files.read_dirs". */
const struct files_dir *files_locate(const struct files_dirs *dirs, const char *setting,
                                     const char *path, const char **ret_rest, struct error *err);

/* files_open_beneath - opens what rest names, never leaving dir_fd, neither by ".." nor by links.
 * Answers a descriptor, or -errno: -EXDEV where it would leave; -ELOOP for any link on kernels
 * without openat2. */
int files_open_beneath(const struct files *files, int dir_fd, const char *rest, int flags);

/* files_open_error - an errno of opening, as an error; path is what the caller named. */
void files_open_error(struct error *err, const char *path, int errnum);

/* files_same - do both stand for one and the same file? */
bool files_same(const struct stat *a, const struct stat *b);

/* ------------------------------------------------------------------ quota (file_quota.c) */

/* What a download under way takes of the quota. Zero at first. */
struct quota_share {
    int64_t taken; /* announced or written, whichever is more */
    int64_t shown; /* of it, what is counted among the files that are there */
};

/* quota_state_new - NULL = no memory. quota_state_free - NULL is fine. */
struct quota_state *quota_state_new(void);
void quota_state_free(struct quota_state *state);

/* files_room - how many bytes the write directories may still take; counts what is there and what
 * other downloads of these files have taken. */
int64_t files_room(const struct files *files);
/* files_take - counts anew and takes so many bytes (0 = not known) for a download that begins; false
 * = there is no room for more than nothing, or not so much. */
bool files_take(const struct files *files, struct quota_share *share, int64_t bytes);
/* files_grow - the download is about to have so many bytes in all, in a file that has a name or has
 * none; false = no room. */
bool files_grow(const struct files *files, struct quota_share *share, int64_t bytes, bool named);
/* files_settle - counts anew, calls place (0 = it went well) while no other download can take
 * anything, and if it went well the bytes belong to the files that are there. Answers what place
 * did, or -1 where there is no room any more. */
int files_settle(const struct files *files, struct quota_share *share, int (*place)(void *ctx),
                 void *ctx);
/* files_give_back - the download takes nothing any more. */
void files_give_back(const struct files *files, struct quota_share *share);
/* files_over_quota - the error for it; false. */
bool files_over_quota(const struct files *files, const char *path, struct error *err);

/* ------------------------------------------------------------------ names (file_name.c) */

/* file_name_check - may this name be told to the service or given to a file? */
bool file_name_check(const char *name, struct error *err);

/* file_name_reduce - makes a safe name of what a server sent (NULL too) in ret, which has room for
 * FILE_NAME_BYTES + 1: last part of the path, no control or invisible characters, no dots or dashes
 * in front, no name that some system reserves, not too long, the extension kept. */
void file_name_reduce(const char *server_name, char *ret);

/* file_name_number - name with " (number)" before the extension, in room as above; number 0 = the
 * name itself. */
void file_name_number(const char *name, unsigned number, char *ret);

/* ------------------------------------------------------------------ writing (file_write.c) */

/* file_write - writes n bytes at the present position, over partial writes and interruptions, and
 * without SIGPIPE or SIGXFSZ reaching the process, which the caller may have seen to (held). Where the
 * descriptor may block, what does not go out at once is left. Answers 0 or the errno; *ret_written says
 * how many bytes went out. */
int file_write(int fd, const void *bytes, size_t n, bool may_block, bool held, size_t *ret_written);

#endif
