#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "files.h"
#include "files_parts.h"

#define NUMBER_MAX 9999

struct file_sink {
    const struct files *files;
    int dir_fd; /* O_PATH of the target directory; -1 with out_fd */
    int fd;     /* of the temporary file, or out_fd */
    bool to_host, begun, committed;
    bool may_block; /* it is the host's, and no file */
    bool held;      /* signals are held back by who writes */
    bool asked;     /* name was asked for, not the server's */
    char name[FILE_NAME_BYTES + 1];
    char temporary[40]; /* "" = the temporary file has no name */
    char *path;         /* of the directory, then of the file */
    int64_t bytes;
    struct quota_share share;  /* not of the host's descriptor */
    char expected[SHA256_HEX]; /* "" = anything */
    struct sha256 seen;        /* of what was written, where something is expected */
    pid_t owner;               /* a forked child must not remove the parent's file */
};

/* ------------------------------------------------------------------ where to */

static bool exists_already(const struct file_sink *sink, struct error *err)
{
    error_set(err, SOAR_ALREADY_EXISTS, "file_exists", "%.255s exists already in %.200s",
              sink->name, sink->path);
    error_where(err, "%s/%s", sink->path, sink->name);
    error_hint(err, "Choose another name, or a directory with / at its end to have one made up.");
    return false;
}

/* The directory by its true name, for the result. */
static char *path_of(const struct files *files, int dir_fd, const struct files_dir *dir,
                     const char *below)
{
    char link[64], real[PATH_MAX];
    char *path = NULL;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir_fd);
    ssize_t n = files->lack & FILES_LACK_PROC ? -1 : readlink(link, real, sizeof(real));
    if (n > 0 && (size_t)n < sizeof(real))
        return strndup(real, (size_t)n);
    if (asprintf(&path, "%s%s%s", dir->real, *below ? "/" : "", below) < 0)
        return NULL;
    return path;
}

/* Splits save_as into a directory below an allowed one and a name, and opens the directory. */
static bool open_target(struct file_sink *sink, const char *save_as, struct error *err)
{
    const char *rest = "";
    char below[PATH_MAX];
    const struct files_dir *dir =
        files_locate(&sink->files->write, "files.write_dirs", save_as ? save_as : ".", &rest, err);
    if (!dir)
        return false;
    const char *slash = strrchr(rest, '/');
    const char *name = slash ? slash + 1 : rest;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        name += strlen(name);
    (void)snprintf(below, sizeof(below), "%.*s", (int)(name - rest), rest);
    if (*name && !file_name_check(name, err))
        return false;
    sink->asked = *name != '\0';
    (void)snprintf(sink->name, sizeof(sink->name), "%s", name);
    int fd = files_open_beneath(sink->files, dir->fd, below, O_PATH | O_DIRECTORY);
    if (fd < 0) {
        files_open_error(err, save_as ? save_as : dir->given, -fd);
        if (err->status == SOAR_NOT_FOUND)
            error_hint(err, "Make the directory first.");
        return false;
    }
    sink->dir_fd = fd;
    sink->path = path_of(sink->files, fd, dir, below);
    if (!sink->path) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for a path");
        return false;
    }
    struct stat st;
    if (sink->asked && fstatat(fd, sink->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return exists_already(sink, err);
    return true;
}

static bool check_descriptor(int fd, struct error *err)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && !(flags & O_PATH) && (flags & O_ACCMODE) != O_RDONLY)
        return true;
    error_set(err, SOAR_INVALID_ARGUMENT, "out_fd", "out_fd is not open for writing");
    error_where(err, "out_fd");
    return false;
}

bool file_sink_new(const struct files *files, const char *save_as, int out_fd,
                   struct file_sink **ret, struct error *err)
{
    struct file_sink *sink = calloc(1, sizeof(*sink));
    if (!sink) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for a download");
        return false;
    }
    sink->files = files;
    sink->dir_fd = sink->fd = -1;
    sink->owner = getpid();
    sink->to_host = out_fd >= 0;
    if (sink->to_host ? !check_descriptor(out_fd, err) : !open_target(sink, save_as, err)) {
        file_sink_free(sink);
        return false;
    }
    if (sink->to_host) {
        struct stat st;
        sink->fd = out_fd;
        sink->may_block = fstat(out_fd, &st) != 0 || !S_ISREG(st.st_mode);
    }
    *ret = sink;
    return true;
}

/* ------------------------------------------------------------------ temporary file */

/* A file without a name can get one only through /proc. */
static bool can_be_named(int fd)
{
    char link[64];
    struct stat by_link, by_fd;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return stat(link, &by_link) == 0 && fstat(fd, &by_fd) == 0 && files_same(&by_link, &by_fd);
}

static int open_nameless(const struct file_sink *sink)
{
    if (sink->files->lack & (FILES_LACK_TMPFILE | FILES_LACK_PROC))
        return -1;
    int fd = openat(sink->dir_fd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0 && !can_be_named(fd)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int open_hidden(struct file_sink *sink)
{
    int fd = -1;
    for (int attempt = 0; attempt < 16 && fd < 0; attempt++) {
        (void)snprintf(sink->temporary, sizeof(sink->temporary), ".%016" PRIx64 ".part",
                       clock_random(UINT64_MAX) ^ (uint64_t)attempt);
        fd = openat(sink->dir_fd, sink->temporary,
                    O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0)
        sink->temporary[0] = '\0';
    return fd;
}

static bool write_failed(const struct file_sink *sink, int errnum, struct error *err)
{
    soar_status status = SOAR_INTERNAL;
    const char *reason = "write_failed", *hint = "";
    if (errnum == ENOSPC || errnum == EDQUOT) {
        status = SOAR_RESOURCE_EXHAUSTED;
        reason = errnum == ENOSPC ? "disk_full" : "disk_quota";
        hint = "Make room in the directory, or name another one in files.write_dirs.";
    } else if (errnum == EFBIG) {
        status = SOAR_RESOURCE_EXHAUSTED;
        reason = "file_size_limit";
        hint = "The file system or a limit of the process (RLIMIT_FSIZE) does not allow more.";
    } else if (errnum == EPIPE) {
        status = SOAR_FAILED_PRECONDITION;
        reason = "out_fd_closed";
        hint = "Keep the reading end of out_fd open until the call is over.";
    } else if (errnum == EIO) {
        status = SOAR_DATA_LOSS;
    } else if (errnum == EACCES || errnum == EPERM || errnum == EROFS) {
        status = SOAR_PERMISSION_DENIED;
        hint = "Let the user that runs the host write to the directory.";
    } else if (errnum == EMFILE || errnum == ENFILE || errnum == ENOMEM) {
        status = SOAR_RESOURCE_EXHAUSTED;
    }
    const char *where = sink->to_host ? "out_fd" : sink->path;
    error_set(err, status, reason, "writing to %.200s failed after %lld bytes: %s", where,
              (long long)sink->bytes, strerrordesc_np(errnum));
    error_where(err, "%s", where);
    error_hint(err, "%s", hint);
    return false;
}

static bool too_large(const struct file_sink *sink, struct error *err)
{
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "file_too_large",
              "the download is larger than the %lld bytes allowed",
              (long long)sink->files->max_bytes);
    error_where(err, "%s", sink->to_host ? "out_fd" : sink->path);
    error_hint(err, "Raise files.max_bytes in the configuration.");
    return false;
}

bool file_sink_begin(struct file_sink *sink, const char *server_name, int64_t expected,
                     struct error *err)
{
    if (expected > sink->files->max_bytes)
        return too_large(sink, err);
    if (!sink->to_host && !files_take(sink->files, &sink->share, expected > 0 ? expected : 0))
        return files_over_quota(sink->files, sink->path, err);
    if (!sink->asked)
        file_name_reduce(server_name, sink->name);
    if (sink->fd < 0) {
        sink->fd = open_nameless(sink);
        if (sink->fd < 0)
            sink->fd = open_hidden(sink);
        if (sink->fd < 0)
            return write_failed(sink, errno, err);
        /* Whatever umask the host has; file systems without modes refuse it. */
        (void)fchmod(sink->fd, 0600);
    }
    sink->begun = true;
    return true;
}

void file_sink_expect(struct file_sink *sink, const char *sha256)
{
    (void)snprintf(sink->expected, sizeof(sink->expected), "%s", sha256);
    sha256_begin(&sink->seen);
}

static bool as_expected(struct file_sink *sink, struct error *err)
{
    char sha256[SHA256_HEX];
    if (!sink->expected[0])
        return true;
    sha256_end(&sink->seen, sha256);
    if (strcasecmp(sha256, sink->expected) == 0)
        return true;
    error_set(err, SOAR_DATA_LOSS, "hash_mismatch",
              "what was downloaded has the SHA-256 %s, not %s; it was not kept", sha256,
              sink->expected);
    error_where(err, "/sha256");
    error_hint(err, "Read hash_value of the file's details again; if it is that, download again.");
    return false;
}

bool file_sink_write(struct file_sink *sink, const void *bytes, size_t n, size_t *ret_taken,
                     struct error *err)
{
    *ret_taken = 0;
    if (!sink->begun) {
        error_set(err, SOAR_INTERNAL, "not_begun", "bytes for a file that was not begun");
        return false;
    }
    if ((uint64_t)n > (uint64_t)(sink->files->max_bytes - sink->bytes))
        return too_large(sink, err);
    if (!sink->to_host && !files_grow(sink->files, &sink->share, sink->bytes + (int64_t)n,
                                      sink->temporary[0] != '\0'))
        return files_over_quota(sink->files, sink->path, err);
    int failure = file_write(sink->fd, bytes, n, sink->may_block, sink->held, ret_taken);
    if (sink->expected[0] != '\0')
        sha256_add(&sink->seen, bytes, *ret_taken);
    sink->bytes += (int64_t)*ret_taken;
    return failure == 0 || write_failed(sink, failure, err);
}

void file_sink_held(struct file_sink *sink)
{
    sink->held = true;
}

int file_sink_fd(const struct file_sink *sink)
{
    return sink->fd;
}

bool file_sink_restart(struct file_sink *sink)
{
    if (sink->committed || (sink->to_host && sink->bytes > 0))
        return false;
    if (!sink->to_host && sink->fd >= 0 && sink->bytes > 0 &&
        (ftruncate(sink->fd, 0) != 0 || lseek(sink->fd, 0, SEEK_SET) != 0))
        return false;
    if (!sink->to_host)
        files_give_back(sink->files, &sink->share);
    sink->bytes = 0;
    sink->begun = false;
    sink->expected[0] = '\0';
    return true;
}

/* ------------------------------------------------------------------ commit */

/* Gives the temporary file a name that is not taken; 0 or the errno. */
static int place(struct file_sink *sink, const char *name)
{
    char link[64];
    if (!sink->temporary[0]) {
        (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", sink->fd);
        return linkat(AT_FDCWD, link, sink->dir_fd, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
    }
    if (!(sink->files->lack & FILES_LACK_RENAMEAT2)) {
        if (renameat2(sink->dir_fd, sink->temporary, sink->dir_fd, name, RENAME_NOREPLACE) == 0)
            return 0;
        if (errno != ENOSYS && errno != EINVAL && errno != EPERM)
            return errno;
    }
    if (linkat(sink->dir_fd, sink->temporary, sink->dir_fd, name, 0) != 0)
        return errno;
    (void)unlinkat(sink->dir_fd, sink->temporary, 0);
    return 0;
}

/* 0 or the errno. */
static int place_by_name(void *ctx)
{
    struct file_sink *sink = ctx;
    char name[FILE_NAME_BYTES + 1];
    int failure = EEXIST;
    for (unsigned number = 0; failure == EEXIST && number <= NUMBER_MAX; number++) {
        file_name_number(sink->name, number, name);
        failure = place(sink, name);
        if (sink->asked)
            break;
    }
    if (failure != 0)
        return failure;
    memcpy(sink->name, name, sizeof(name));
    sink->temporary[0] = '\0';
    return 0;
}

static bool settle(struct file_sink *sink, struct error *err)
{
    int failure = files_settle(sink->files, &sink->share, place_by_name, sink);
    if (failure == -1)
        return files_over_quota(sink->files, sink->path, err);
    if (failure == EEXIST)
        return exists_already(sink, err);
    return failure == 0 || write_failed(sink, failure, err);
}

/* The name is there and stays there even after a power cut. Not every file system can, and the
 * content is safe already. */
static void sync_directory(const struct file_sink *sink)
{
    int fd = openat(sink->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

bool file_sink_commit(struct file_sink *sink, struct error *err)
{
    char *path = NULL;
    if (!sink->begun || sink->committed) {
        error_set(err, SOAR_INTERNAL, "not_begun", "a file that was not begun cannot be kept");
        return false;
    }
    if (!as_expected(sink, err))
        return false;
    if (sink->to_host) {
        sink->committed = true;
        return true;
    }
    if (fsync(sink->fd) != 0 && errno != EINVAL && errno != ENOSYS)
        return write_failed(sink, errno, err);
    /* Room for the longest name before the point of no return. */
    size_t room = strlen(sink->path) + 1 + FILE_NAME_BYTES + 1;
    path = malloc(room);
    if (!path) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for a path");
        return false;
    }
    if (!settle(sink, err)) {
        free(path);
        return false;
    }
    sync_directory(sink);
    bool root = strcmp(sink->path, "/") == 0;
    (void)snprintf(path, room, "%s/%s", root ? "" : sink->path, sink->name);
    free(sink->path);
    sink->path = path;
    sink->committed = true;
    return true;
}

const char *file_sink_path(const struct file_sink *sink)
{
    return sink->committed && !sink->to_host ? sink->path : "";
}

const char *file_sink_name(const struct file_sink *sink)
{
    return sink->name;
}

int64_t file_sink_bytes(const struct file_sink *sink)
{
    return sink->bytes;
}

bool file_sink_begun(const struct file_sink *sink)
{
    return sink->begun;
}

void file_sink_free(struct file_sink *sink)
{
    if (!sink)
        return;
    if (!sink->to_host && sink->fd >= 0)
        close(sink->fd);
    if (!sink->to_host && !sink->committed && sink->owner == getpid())
        files_give_back(sink->files, &sink->share);
    if (sink->temporary[0] && sink->owner == getpid())
        (void)unlinkat(sink->dir_fd, sink->temporary, 0);
    if (sink->dir_fd >= 0)
        close(sink->dir_fd);
    free(sink->path);
    free(sink);
}
