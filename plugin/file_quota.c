/* What the write directories hold already, so that downloads cannot fill them without end. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
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

/* Of all downloads of an instance: without it those that go on at one time would each take the room
 * that all of them see. */
struct quota_state {
    pthread_mutex_t lock;
    int64_t
        there; /* bytes of the files that are there, when last counted, without those under way */
    int64_t taken, shown; /* by downloads under way, see quota_share */
};

struct quota_state *quota_state_new(void)
{
    struct quota_state *state = calloc(1, sizeof(*state));
    if (state)
        pthread_mutex_init(&state->lock, NULL);
    return state;
}

void quota_state_free(struct quota_state *state)
{
    if (state)
        pthread_mutex_destroy(&state->lock);
    free(state);
}

/* With the lock. */
static void count(const struct files *files)
{
    int64_t there = 0;
    for (size_t i = 0; i < files->write.n; i++) {
        int fd = openat(files->write.items[i].fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0)
            there += sum_of(fd, 0);
    }
    files->shared->there = there - files->shared->shown;
}

/* With the lock. */
static int64_t room(const struct files *files)
{
    int64_t used = files->shared->there + files->shared->taken;
    return used < files->quota ? files->quota - used : 0;
}

int64_t files_room(const struct files *files)
{
    if (files->quota == 0)
        return INT64_MAX;
    pthread_mutex_lock(&files->shared->lock);
    count(files);
    int64_t left = room(files);
    pthread_mutex_unlock(&files->shared->lock);
    return left;
}

bool files_take(const struct files *files, struct quota_share *share, int64_t bytes)
{
    if (files->quota == 0)
        return true;
    pthread_mutex_lock(&files->shared->lock);
    count(files);
    int64_t left = room(files);
    bool fits = left > 0 && bytes <= left;
    if (fits) {
        share->taken += bytes;
        files->shared->taken += bytes;
    }
    pthread_mutex_unlock(&files->shared->lock);
    return fits;
}

bool files_grow(const struct files *files, struct quota_share *share, int64_t bytes, bool named)
{
    if (files->quota == 0)
        return true;
    pthread_mutex_lock(&files->shared->lock);
    int64_t more = bytes > share->taken ? bytes - share->taken : 0;
    bool fits = more <= room(files);
    if (fits) {
        share->taken += more;
        files->shared->taken += more;
        files->shared->shown += named ? bytes - share->shown : 0;
        share->shown = named ? bytes : 0;
    }
    pthread_mutex_unlock(&files->shared->lock);
    return fits;
}

static void give_back(struct quota_state *state, struct quota_share *share)
{
    state->taken -= share->taken;
    state->shown -= share->shown;
    *share = (struct quota_share){0};
}

int files_settle(const struct files *files, struct quota_share *share, int (*place)(void *ctx),
                 void *ctx)
{
    if (files->quota == 0)
        return place(ctx);
    pthread_mutex_lock(&files->shared->lock);
    count(files);
    bool over = files->shared->there + files->shared->taken > files->quota;
    int failure = over ? -1 : place(ctx);
    if (failure == 0) {
        files->shared->there += share->taken;
        give_back(files->shared, share);
    }
    pthread_mutex_unlock(&files->shared->lock);
    return failure;
}

void files_give_back(const struct files *files, struct quota_share *share)
{
    if (files->quota == 0)
        return;
    pthread_mutex_lock(&files->shared->lock);
    give_back(files->shared, share);
    pthread_mutex_unlock(&files->shared->lock);
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
