#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files_parts.h"

/* Over slashes and "." parts. */
static const char *next_part(const char *path)
{
    for (;;) {
        while (*path == '/')
            path++;
        if (path[0] != '.' || (path[1] != '/' && path[1] != '\0'))
            return path;
        path++;
    }
}

/* What follows dir in path, or NULL where path does not begin with it. */
static const char *rest_below(const char *dir, const char *path)
{
    dir = next_part(dir);
    path = next_part(path);
    while (*dir) {
        size_t n = strcspn(dir, "/");
        if (strcspn(path, "/") != n || memcmp(dir, path, n) != 0)
            return NULL;
        dir = next_part(dir + n);
        path = next_part(path + n);
    }
    return path;
}

const struct files_dir *files_locate(const struct files_dirs *dirs, const char *setting,
                                     const char *path, const char **ret_rest, struct error *err)
{
    const struct files_dir *found = NULL;
    const char *shortest = NULL;
    if (dirs->n == 0) {
        error_set(err, SOAR_PERMISSION_DENIED, "no_directory",
                  "no directory is allowed: %s is not configured", setting);
        error_hint(err, "Add %s = [\"/a/directory\"] to files = { ... } of the configuration.",
                   setting);
        return NULL;
    }
    if (strlen(path) >= PATH_MAX) {
        files_open_error(err, path, ENAMETOOLONG);
        return NULL;
    }
    if (path[0] != '/') {
        found = &dirs->items[0];
        shortest = next_part(path);
    }
    for (size_t i = 0; path[0] == '/' && i < dirs->n; i++) {
        const char *rest = rest_below(dirs->items[i].given, path);
        if (!rest)
            rest = rest_below(dirs->items[i].real, path);
        if (rest && (!shortest || rest > shortest)) {
            found = &dirs->items[i];
            shortest = rest;
        }
    }
    if (!found) {
        error_set(err, SOAR_PERMISSION_DENIED, "outside_directories",
                  "%.300s lies in none of the directories of %s", path, setting);
        error_where(err, "%s", path);
        error_hint(err, "Name a path in one of them, or add its directory to the configuration.");
        return NULL;
    }
    *ret_rest = shortest;
    return found;
}

static int open_with_openat2(int dir_fd, const char *rest, int flags)
{
    struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = -1;
    /* EAGAIN: something was renamed meanwhile, so that the kernel could not tell. */
    for (int attempt = 0; attempt < 64; attempt++) {
        fd = syscall(SYS_openat2, dir_fd, *rest ? rest : ".", &how, sizeof(how));
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
            break;
    }
    return fd >= 0 ? (int)fd : -errno;
}

/* Opens one part of a path; a link is -ELOOP. */
static int open_part(int dir_fd, const char *part, size_t len, int flags)
{
    char name[NAME_MAX + 1];
    struct stat st;
    if (len > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, part, len);
    name[len] = '\0';
    if (strcmp(name, "..") == 0)
        return -EXDEV;
    int fd = openat(dir_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        int why = errno;
        bool link = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
        return link ? -ELOOP : -why;
    }
    /* With O_PATH a link itself is opened. */
    if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
        close(fd);
        return -ELOOP;
    }
    return fd;
}

static int open_part_by_part(int dir_fd, const char *rest, int flags)
{
    int at = openat(dir_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return -errno;
    rest = next_part(rest);
    if (!*rest) {
        close(at);
        at = openat(dir_fd, ".", flags | O_CLOEXEC);
        return at < 0 ? -errno : at;
    }
    while (at >= 0 && *rest) {
        size_t len = strcspn(rest, "/");
        const char *after = next_part(rest + len);
        bool last = rest[len] == '\0';
        int next =
            open_part(at, rest, len, last ? flags : O_PATH | O_DIRECTORY | (*after ? 0 : flags));
        close(at);
        at = next;
        rest = after;
    }
    return at;
}

int files_open_beneath(const struct files *files, int dir_fd, const char *rest, int flags)
{
    int fd = -ENOSYS;
    if (!(files->lack & FILES_LACK_OPENAT2))
        fd = open_with_openat2(dir_fd, rest, flags);
    /* Some containers answer EPERM to system calls that they do not know. */
    if (fd == -ENOSYS || fd == -EPERM)
        fd = open_part_by_part(dir_fd, rest, flags);
    return fd;
}

static soar_status status_of(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return SOAR_NOT_FOUND;
    case ENAMETOOLONG:
    case EINVAL:
        return SOAR_INVALID_ARGUMENT;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return SOAR_RESOURCE_EXHAUSTED;
    case EIO:
        return SOAR_DATA_LOSS;
    default:
        return SOAR_PERMISSION_DENIED;
    }
}

void files_open_error(struct error *err, const char *path, int errnum)
{
    soar_status status = status_of(errnum);
    if (errnum == EXDEV || errnum == ELOOP) {
        error_set(err, status, "outside_directories",
                  "%.300s leads out of the allowed directory, or through a link that may", path);
        error_hint(err, "Name the file itself by a path without .. and without links to other "
                        "directories.");
    } else {
        error_set(err, status, status == SOAR_NOT_FOUND ? "no_such_file" : "open_failed",
                  "%.300s: %s", path, strerrordesc_np(errnum));
        if (status == SOAR_RESOURCE_EXHAUSTED)
            err->retryable = true;
    }
    error_where(err, "%s", path);
}

bool files_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}
