/* What the write directories hold already, so that downloads cannot fill them without end. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files_parts.h"

#define MAX_DEPTH 16

/* Bytes of the regular files in a directory and below it; no link is followed. fd is closed. What
 * cannot be looked at is not counted. */
static int64_t sum_of(int fd, int depth)
{
    int64_t sum = 0;
    struct stat st;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return 0;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISREG(st.st_mode)) {
            sum += st.st_size;
        } else if (S_ISDIR(st.st_mode) && depth < MAX_DEPTH) {
            int below =
                openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (below >= 0)
                sum += sum_of(below, depth + 1);
        }
    }
    closedir(dir);
    return sum;
}

void files_set_quota(struct files *files, int64_t quota)
{
    files->quota = quota;
}

int64_t files_room(const struct files *files)
{
    int64_t used = 0;
    if (files->quota == 0)
        return INT64_MAX;
    for (size_t i = 0; i < files->write.n; i++) {
        int fd = openat(files->write.items[i].fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0)
            used += sum_of(fd, 0);
    }
    return used < files->quota ? files->quota - used : 0;
}

bool files_over_quota(const struct files *files, const char *path, struct error *err)
{
    error_set(err, SOAR_RESOURCE_EXHAUSTED, "quota",
              "the download would bring files.write_dirs above the %lld bytes allowed in all",
              (long long)files->quota);
    error_where(err, "%s", path);
    error_hint(err, "Take files away from these directories, or raise files.quota_bytes.");
    return false;
}
