#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files_parts.h"

static bool no_memory(struct error *err)
{
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the directories");
    return false;
}

static bool refuse(struct error *err, soar_status status, const char *setting, const char *path,
                   const char *problem, const char *hint)
{
    error_set(err, status, "directory", "%s: %.300s: %s", setting, path, problem);
    error_where(err, "%s", path);
    error_hint(err, "%s", hint);
    return false;
}

static bool open_dir(struct files_dir *dir, const char *setting, const char *path, bool writable,
                     struct error *err)
{
    dir->fd = -1;
    if (path[0] != '/')
        return refuse(err, SOAR_INVALID_ARGUMENT, setting, path, "not an absolute path",
                      "Write the full path.");
    dir->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir->fd < 0) {
        bool denied = errno == EACCES || errno == EPERM;
        return refuse(err, denied ? SOAR_PERMISSION_DENIED : SOAR_INVALID_ARGUMENT, setting, path,
                      strerrordesc_np(errno), "Name a directory that exists.");
    }
    if (writable && faccessat(dir->fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
        return refuse(err, SOAR_PERMISSION_DENIED, setting, path, strerrordesc_np(errno),
                      "Name a directory that the user running the host may write to.");
    dir->given = strdup(path);
    dir->real = realpath(path, NULL);
    if (dir->given && !dir->real)
        dir->real = strdup(path);
    return (dir->given && dir->real) || no_memory(err);
}

static bool open_dirs(struct files_dirs *dirs, const char *setting, const char *const *paths,
                      size_t n, bool writable, struct error *err)
{
    if (n == 0)
        return true;
    dirs->items = calloc(n, sizeof(*dirs->items));
    if (!dirs->items)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        dirs->n = i + 1;
        if (!open_dir(&dirs->items[i], setting, paths[i], writable, err))
            return false;
    }
    return true;
}

static void close_dirs(struct files_dirs *dirs)
{
    for (size_t i = 0; i < dirs->n; i++) {
        if (dirs->items[i].fd >= 0)
            close(dirs->items[i].fd);
        free(dirs->items[i].given);
        free(dirs->items[i].real);
    }
    free(dirs->items);
}

bool files_open(const char *const *read_dirs, size_t n_read, const char *const *write_dirs,
                size_t n_write, int64_t max_bytes, struct files **ret, struct error *err)
{
    struct files *files = calloc(1, sizeof(*files));
    if (!files)
        return no_memory(err);
    files->shared = quota_state_new();
    if (!files->shared) {
        free(files);
        return no_memory(err);
    }
    files->max_bytes = max_bytes;
    if (!open_dirs(&files->read, "files.read_dirs", read_dirs, n_read, false, err) ||
        !open_dirs(&files->write, "files.write_dirs", write_dirs, n_write, true, err)) {
        files_close(files);
        return false;
    }
    *ret = files;
    return true;
}

void files_close(struct files *files)
{
    if (!files)
        return;
    close_dirs(&files->read);
    close_dirs(&files->write);
    quota_state_free(files->shared);
    free(files);
}
