/*
 * files.h - where a file may be read or written, and how: nothing outside the allowed directories,
 * regular files only, a download appears under its name only when it is whole.
 */
#ifndef FCM_FILES_H
#define FCM_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/sha256.h"

/* The allowed directories of an instance, opened. Immutable; any thread. */
struct files;

/* files_open - opens the directories. Each is an absolute path to a directory that exists
 * (write_dirs: writable); it may be reached by links, which are resolved here once.
 * max_bytes is the largest file either way. On success *ret is to be freed with files_close.
 * Errors: SOAR_INVALID_ARGUMENT or SOAR_PERMISSION_DENIED, where = the directory. */
bool files_open(const char *const *read_dirs, size_t n_read, const char *const *write_dirs,
                size_t n_write, int64_t max_bytes, struct files **ret, struct error *err);
void files_close(struct files *files);
/* files_set_quota - before the first use: most bytes that the files in all write directories, and
 * below them, may take together, whoever wrote them; 0 = no such limit. It is counted when a
 * download begins and again before it gets its name, and what downloads under way have announced or
 * written counts; only those of other instances may pass it together. The host's own descriptors are
 * not counted. */
void files_set_quota(struct files *files, int64_t quota);

/* A file to be sent. name is what the service is told. */
struct file_source {
    int fd;
    bool owned;    /* fd is closed by file_source_done */
    int64_t start; /* offset where the content begins */
    int64_t size;  /* bytes from there to the end; -1 = not known (a pipe given by the host) */
    char name[256];
    int64_t done;           /* bytes read since start */
    int64_t max_bytes;      /* most that may be read, where the size is not known */
    char bound[SHA256_HEX]; /* what it must have, "" = anything; see file_source_bind */
    struct sha256 seen;     /* of the bytes read since start, where bound */
};

/* file_source_open - opens a path for reading. The path is absolute and lies in a read directory,
 * or is relative to the first of them. ".." that leads out, a symbolic link that leads out or is
 * absolute, a device, FIFO, socket or directory is refused without being opened. (On kernels
 * without openat2 any ".." and any link is refused.) upload_name is what the service is told, NULL
 * = the last part of the path.
 * Errors: SOAR_PERMISSION_DENIED (outside, not a regular file, no read directory configured),
 * SOAR_NOT_FOUND, SOAR_RESOURCE_EXHAUSTED (larger than max_bytes), SOAR_INVALID_ARGUMENT (a name
 * with control characters, quotes' escapes are the sender's business; empty; over 255 bytes). */
bool file_source_open(const struct files *files, const char *path, const char *upload_name,
                      struct file_source *ret, struct error *err);
/* file_source_from_fd - the host's own descriptor, from its present offset, which stays where it is
 * for a regular file; not closed. upload_name NULL = "upload". A pipe or socket is read as it
 * comes. Errors: SOAR_INVALID_ARGUMENT (not
 * open for reading, a directory, the name), SOAR_RESOURCE_EXHAUSTED. */
bool file_source_from_fd(const struct files *files, int fd, const char *upload_name,
                         struct file_source *ret, struct error *err);
/* file_source_rewind - back to start for another attempt; false where that cannot be (a pipe). */
bool file_source_rewind(struct file_source *source);
/* file_source_read - up to n bytes at the present position; 0 = end, -1 = error in *err. A file
 * that grows while it is read is cut at size; one that shrinks is an error (SOAR_DATA_LOSS), and so
 * is one of unknown size that goes past max_bytes (SOAR_RESOURCE_EXHAUSTED). */
int64_t file_source_read(struct file_source *source, void *bytes, size_t n, struct error *err);
/* file_source_awaits - the descriptor that has to become readable before file_source_read does not
 * block; -1 = it does not. */
int file_source_awaits(const struct file_source *source);
/* file_source_sha256 - the SHA-256 of all that was or would be sent, in hexadecimal; "" where it
 * cannot be read a second time (a pipe), reading fails, until_ms (monotonic) passes, or interrupt is
 * raised (NULL = it cannot be). The position is anywhere afterwards. */
void file_source_sha256(struct file_source *source, struct interrupt *interrupt, int64_t until_ms,
                        char ret_hex[SHA256_HEX]);
/* file_source_bind - from now on, what is read must have this SHA-256: the last bytes are withheld
 * and reading fails with SOAR_FAILED_PRECONDITION, reason "plan_changed", where it has another. */
void file_source_bind(struct file_source *source, const char sha256[SHA256_HEX]);
void file_source_done(struct file_source *source);

/* A file that is being received. One thread at a time. */
struct file_sink;

/* file_sink_new - prepares a download; finds the target directory, makes no file yet. save_as: a
 * path in a write directory (absolute, or relative to the first one), a directory that ends with
 * "/", or NULL: the server's name in the first write directory. out_fd >= 0: the bytes go to this
 * descriptor instead. files must outlive the sink.
 * Errors as file_source_open; SOAR_PERMISSION_DENIED where no write directory is configured;
 * SOAR_ALREADY_EXISTS where the name asked for is taken; SOAR_NOT_FOUND where its directory is not
 * there. */
bool file_sink_new(const struct files *files, const char *save_as, int out_fd,
                   struct file_sink **ret, struct error *err);
/* file_sink_begin - opens the temporary file in the target directory: mode 0600 whatever the umask,
 * and without a name, or where the file system cannot, a hidden and unique one.
 * server_name may be NULL or anything: it is reduced to a safe last path part. expected = size the
 * server announced, -1 = unknown; refused here already where it is over max_bytes or the quota
 * (SOAR_RESOURCE_EXHAUSTED, "quota"). */
bool file_sink_begin(struct file_sink *sink, const char *server_name, int64_t expected,
                     struct error *err);
/* file_sink_expect - after begin: what is written must have this SHA-256 (64 hexadecimal digits), or
 * the commit fails with SOAR_DATA_LOSS, reason "hash_mismatch". */
void file_sink_expect(struct file_sink *sink, const char *sha256);
/* file_sink_write - appends n bytes, over partial writes, and says how many of them it took: all, but
 * for a pipe or socket of the host's, which takes what it does without blocking.
 * Neither SIGPIPE nor SIGXFSZ reaches the process. Errors: SOAR_RESOURCE_EXHAUSTED over max_bytes,
 * on a full disk ("disk_full", "disk_quota") or a file size limit; SOAR_FAILED_PRECONDITION
 * "out_fd_closed"; SOAR_PERMISSION_DENIED, SOAR_DATA_LOSS or SOAR_INTERNAL otherwise. */
bool file_sink_write(struct file_sink *sink, const void *bytes, size_t n, size_t *ret_taken,
                     struct error *err);
/* file_sink_held - whoever writes holds SIGPIPE and SIGXFSZ back: the sink need not, for each write. */
void file_sink_held(struct file_sink *sink);

/* file_sink_fd - the descriptor that is written to. */
int file_sink_fd(const struct file_sink *sink);
/* file_sink_restart - drops what was received, for another attempt, which calls file_sink_begin
 * again. False where that cannot be (bytes have gone to the host's descriptor). */
bool file_sink_restart(struct file_sink *sink);
/* file_sink_commit - the file is whole: synced to disk and given its name in one step. It never
 * replaces a file: with a name from the server " (1)" and so on is added before the extension,
 * with a name asked for it is SOAR_ALREADY_EXISTS. Any number of sinks may commit one name at once;
 * each gets its own. A failure leaves nothing once the sink is freed. */
bool file_sink_commit(struct file_sink *sink, struct error *err);
/* file_sink_path - after commit: the absolute path; "" for the host's descriptor. Borrowed. */
const char *file_sink_path(const struct file_sink *sink);
const char *file_sink_name(const struct file_sink *sink); /* last part of the path, or server's */
int64_t file_sink_bytes(const struct file_sink *sink);
bool file_sink_begun(const struct file_sink *sink);
/* file_sink_free - removes what was not committed. NULL is fine. */
void file_sink_free(struct file_sink *sink);

#endif
