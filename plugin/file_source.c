#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "files.h"
#include "files_parts.h"

static bool too_large(int64_t max, const char *what, struct error *err)
{
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "file_too_large",
              "%.300s is larger than the %lld bytes allowed", what, (long long)max);
    error_where(err, "%s", what);
    error_hint(err, "Raise files.max_bytes in the configuration.");
    return false;
}

static bool not_regular(const char *path, struct error *err)
{
    error_set(err, SOAR_PERMISSION_DENIED, "not_a_regular_file",
              "%.300s is not a regular file; it was not opened", path);
    error_where(err, "%s", path);
    error_hint(err, "Directories, devices, FIFOs and sockets are never read.");
    return false;
}

static bool set_name(const char *name, struct file_source *source, struct error *err)
{
    if (!file_name_check(name, err))
        return false;
    memcpy(source->name, name, strlen(name) + 1);
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Opens for reading the file that an O_PATH descriptor has found to be a regular one, and makes
 * sure that it is that very file. */
static int open_found(const struct files *files, const struct files_dir *dir, const char *rest,
                      int found, const struct stat *expected)
{
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    char link[64];
    struct stat st;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", found);
    int fd = files->lack & FILES_LACK_PROC ? -1 : open(link, flags);
    if (fd < 0 && (files->lack & FILES_LACK_PROC || errno == ENOENT))
        fd = files_open_beneath(files, dir->fd, rest, flags);
    else if (fd < 0)
        fd = -errno;
    if (fd < 0)
        return fd;
    if (fstat(fd, &st) == 0 && files_same(&st, expected) && S_ISREG(st.st_mode))
        return fd;
    close(fd);
    return -EXDEV;
}

static bool open_path(const struct files *files, const struct files_dir *dir, const char *path,
                      const char *rest, struct file_source *source, struct error *err)
{
    struct stat st;
    int found = files_open_beneath(files, dir->fd, rest, O_PATH);
    if (found < 0) {
        files_open_error(err, path, -found);
        return false;
    }
    bool ok = fstat(found, &st) == 0 && S_ISREG(st.st_mode);
    if (!ok)
        not_regular(path, err);
    else if (st.st_size > files->max_bytes)
        ok = too_large(files->max_bytes, path, err);
    if (ok) {
        source->fd = open_found(files, dir, rest, found, &st);
        source->size = st.st_size;
        ok = source->fd >= 0;
        if (!ok)
            files_open_error(err, path, -source->fd);
    }
    close(found);
    return ok;
}

bool file_source_open(const struct files *files, const char *path, const char *upload_name,
                      struct file_source *ret, struct error *err)
{
    struct file_source source = {.fd = -1, .owned = true, .max_bytes = files->max_bytes};
    const char *rest = NULL;
    if (!*path)
        return file_name_check(path, err);
    const struct files_dir *dir = files_locate(&files->read, "files.read_dirs", path, &rest, err);
    if (!dir || !open_path(files, dir, path, rest, &source, err))
        return false;
    if (!set_name(upload_name ? upload_name : last_part(path), &source, err)) {
        close(source.fd);
        return false;
    }
    (void)posix_fadvise(source.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    *ret = source;
    return true;
}

static bool bad_descriptor(struct error *err, const char *problem)
{
    error_set(err, SOAR_INVALID_ARGUMENT, "in_fd", "in_fd %s", problem);
    error_where(err, "in_fd");
    error_hint(err, "Pass a descriptor of a file or a pipe that is open for reading.");
    return false;
}

bool file_source_from_fd(const struct files *files, int fd, const char *upload_name,
                         struct file_source *ret, struct error *err)
{
    struct file_source source = {.fd = fd, .size = -1, .max_bytes = files->max_bytes};
    struct stat st;
    int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &st) != 0)
        return bad_descriptor(err, "is not an open descriptor");
    if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_PATH))
        return bad_descriptor(err, "is not open for reading");
    if (S_ISDIR(st.st_mode))
        return bad_descriptor(err, "is a directory");
    if (S_ISREG(st.st_mode)) {
        source.start = lseek(fd, 0, SEEK_CUR);
        if (source.start < 0)
            return bad_descriptor(err, "has no offset");
        source.size = st.st_size > source.start ? st.st_size - source.start : 0;
        if (source.size > files->max_bytes)
            return too_large(files->max_bytes, "in_fd", err);
    }
    if (!set_name(upload_name ? upload_name : "upload", &source, err))
        return false;
    *ret = source;
    return true;
}

bool file_source_rewind(struct file_source *source)
{
    if (source->size < 0 && source->done > 0)
        return false;
    source->done = 0;
    sha256_begin(&source->seen);
    return true;
}

static int64_t read_failed(struct file_source *source, int errnum, struct error *err)
{
    error_set(err, SOAR_DATA_LOSS, "read_failed", "reading %.255s failed: %s", source->name,
              strerrordesc_np(errnum));
    error_where(err, "%s", source->name);
    return -1;
}

static int64_t shrank(struct file_source *source, struct error *err)
{
    error_set(err, SOAR_DATA_LOSS, "file_changed",
              "%.255s became shorter while it was sent: %lld of %lld bytes", source->name,
              (long long)source->done, (long long)source->size);
    error_where(err, "%s", source->name);
    error_hint(err, "Send it again when nothing writes to it any more.");
    return -1;
}

static int64_t not_as_planned(struct file_source *source, struct error *err)
{
    error_set(err, SOAR_FAILED_PRECONDITION, "plan_changed",
              "%.255s has changed since the call was planned; its last bytes were not sent",
              source->name);
    error_where(err, "soar_call.plan");
    error_hint(err, "Plan the call again, and let nothing write to the file meanwhile.");
    return -1;
}

/* Are these bytes, which end the file if anything does, those that the plan saw? */
static bool as_planned(struct file_source *source, const void *bytes, int64_t got)
{
    char sha256[SHA256_HEX];

    if (source->bound[0] == '\0')
        return true;
    sha256_add(&source->seen, bytes, (size_t)got);
    if (source->done + got < source->size)
        return true;
    struct sha256 all = source->seen;
    sha256_end(&all, sha256);
    return strcmp(sha256, source->bound) == 0;
}

void file_source_bind(struct file_source *source, const char sha256[SHA256_HEX])
{
    memcpy(source->bound, sha256, SHA256_HEX);
    sha256_begin(&source->seen);
}

int file_source_awaits(const struct file_source *source)
{
    struct pollfd one = {.fd = source->fd, .events = POLLIN};
    return source->size >= 0 || poll(&one, 1, 0) != 0 ? -1 : source->fd;
}

int64_t file_source_read(struct file_source *source, void *bytes, size_t n, struct error *err)
{
    ssize_t got;
    if (source->size >= 0 && (uint64_t)n > (uint64_t)(source->size - source->done))
        n = (size_t)(source->size - source->done);
    if (n == 0)
        return 0;
    /* By position, so that the host's offset stays and another attempt begins where this did. */
    do {
        got = source->size >= 0 ? pread(source->fd, bytes, n, source->start + source->done)
                                : read(source->fd, bytes, n);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return read_failed(source, errno, err);
    if (got == 0 && source->size >= 0)
        return shrank(source, err);
    if (!as_planned(source, bytes, got))
        return not_as_planned(source, err);
    source->done += got;
    if (source->done > source->max_bytes) {
        too_large(source->max_bytes, source->name, err);
        return -1;
    }
    return got;
}

static bool may_go_on(struct interrupt *interrupt, int64_t until_ms)
{
    return clock_mono_coarse() < until_ms && (interrupt == NULL || !interrupt_raised(interrupt));
}

void file_source_sha256(struct file_source *source, struct interrupt *interrupt, int64_t until_ms,
                        char ret_hex[SHA256_HEX])
{
    struct sha256 state;
    struct error err;
    char bytes[16384];
    int64_t got = -1;

    ret_hex[0] = '\0';
    if (source->size < 0 || !file_source_rewind(source))
        return;
    sha256_begin(&state);
    while (may_go_on(interrupt, until_ms) &&
           (got = file_source_read(source, bytes, sizeof(bytes), &err)) > 0)
        sha256_add(&state, bytes, (size_t)got);
    if (got == 0)
        sha256_end(&state, ret_hex);
}

void file_source_done(struct file_source *source)
{
    if (source->owned && source->fd >= 0)
        close(source->fd);
    *source = (struct file_source){.fd = -1};
}
