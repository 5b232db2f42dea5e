#include "governor_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first eight bytes; the lowest of them is the version of all that follows. */
#define MAGIC UINT64_C(0x46434d4c494d5401)
#define IDLE_MS 86400000

struct place {
    _Atomic uint64_t hash; /* 0 = free */
    _Atomic int64_t used_ms;
    struct gate_state state;
};

struct content {
    _Atomic uint64_t magic; /* 0 = just made */
    uint64_t reserved[7];
    struct place places[GOVERNOR_FILE_TENANTS];
};

_Static_assert(sizeof(struct content) <= GOVERNOR_FILE_BYTES, "the file is too small");
_Static_assert(sizeof(_Atomic uint64_t) == 8 && sizeof(_Atomic int64_t) == 8,
               "atomic numbers have other sizes here");

struct governor_file {
    int fd;
    struct content *content;
};

/* ------------------------------------------------------------------ opening */

static bool refuse(struct error *err, soar_status status, const char *path, const char *what,
                   const char *hint)
{
    error_set(err, status, "shared_file", "limits.shared_file: %.200s: %s", path, what);
    error_where(err, "config, limits.shared_file");
    if (hint != NULL)
        error_hint(err, "%s", hint);
    return false;
}

static bool is_ours(const struct stat *st, const char *path, struct error *err)
{
    static const char hint[] = "Give a path in a directory that only the plugin's user may write.";

    if (!S_ISREG(st->st_mode))
        return refuse(err, SOAR_PERMISSION_DENIED, path, "is not a regular file", hint);
    if (st->st_uid != geteuid())
        return refuse(err, SOAR_PERMISSION_DENIED, path, "belongs to another user", hint);
    if ((st->st_mode & 077) != 0)
        return refuse(err, SOAR_PERMISSION_DENIED, path, "can be used by other users",
                      "chmod 600 it, or remove it; it is made anew.");
    if (st->st_nlink != 1)
        return refuse(err, SOAR_PERMISSION_DENIED, path, "has other links", hint);
    return true;
}

/* Room on the disk for all of it, since a write to memory cannot say that the disk is full. */
static bool make_room(int fd, const struct stat *st, const char *path, struct error *err)
{
    uint64_t first = 0;

    if (st->st_size == GOVERNOR_FILE_BYTES)
        return true;
    ssize_t n = pread(fd, &first, sizeof(first), 0);
    if (st->st_size > GOVERNOR_FILE_BYTES || n < 0 || first != 0)
        return refuse(err, SOAR_FAILED_PRECONDITION, path,
                      "is of another size: not made by this version, or no such file at all",
                      "Remove it, or give another path.");
    int failed = posix_fallocate(fd, 0, GOVERNOR_FILE_BYTES); /* the maker was killed, or is us */
    if (failed != 0 || fchmod(fd, 0600) != 0)
        return refuse(err, SOAR_RESOURCE_EXHAUSTED, path, "could not be made: no room on the disk?",
                      NULL);
    return true;
}

static bool map(struct governor_file *file, const char *path, struct error *err)
{
    void *memory = mmap(NULL, GOVERNOR_FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
    uint64_t none = 0;

    if (memory == MAP_FAILED)
        return refuse(err, SOAR_RESOURCE_EXHAUSTED, path, "could not be mapped into memory", NULL);
    file->content = memory;
    if (!atomic_compare_exchange_strong(&file->content->magic, &none, MAGIC) && none != MAGIC)
        return refuse(err, SOAR_FAILED_PRECONDITION, path,
                      "is of another version, or no such file at all",
                      "Remove it, or give another path.");
    return true;
}

static bool open_it(struct governor_file *file, const char *path, struct error *err)
{
    struct stat st;

    file->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file->fd < 0 && errno == ELOOP)
        return refuse(err, SOAR_PERMISSION_DENIED, path, "is a symbolic link",
                      "Give the path of the file itself.");
    if (file->fd < 0 || fstat(file->fd, &st) != 0)
        return refuse(err, errno == ENOENT ? SOAR_NOT_FOUND : SOAR_PERMISSION_DENIED, path,
                      strerrordesc_np(errno),
                      "Its directory must be there, and the plugin's user must be able to write "
                      "in it.");
    return is_ours(&st, path, err) && make_room(file->fd, &st, path, err) && map(file, path, err);
}

struct governor_file *governor_file_open(const char *path, struct error *err)
{
    struct governor_file *file = calloc(1, sizeof(*file));

    if (file == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the instance");
        return NULL;
    }
    file->fd = -1;
    if (open_it(file, path, err))
        return file;
    governor_file_close(file);
    return NULL;
}

void governor_file_close(struct governor_file *file)
{
    if (file == NULL)
        return;
    if (file->content != NULL)
        munmap(file->content, GOVERNOR_FILE_BYTES);
    if (file->fd >= 0)
        close(file->fd);
    free(file);
}

bool governor_file_alive(const struct governor_file *file)
{
    struct stat st;

    return fstat(file->fd, &st) == 0 && st.st_size == GOVERNOR_FILE_BYTES && st.st_nlink == 1;
}

/* ------------------------------------------------------------------ places */

uint64_t governor_hash(const char *cloud, const char *tenant, int64_t window_ms)
{
    const char *texts[] = {cloud, tenant};
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (size_t i = 0; i < 2; i++)
        for (const char *c = texts[i];; c++) {
            hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
            if (*c == '\0')
                break;
        }
    hash = (hash ^ (uint64_t)window_ms) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

static struct place *place_of(struct gate_state *state)
{
    return (struct place *)(void *)((char *)state - offsetof(struct place, state));
}

/* A place is free, or its tenant has not been seen for a day. */
static bool may_take(struct place *place, uint64_t hash, int64_t now_ms)
{
    int64_t used = atomic_load(&place->used_ms);

    return hash == 0 || now_ms - used > IDLE_MS || used - now_ms > IDLE_MS;
}

struct gate_state *governor_file_place(struct governor_file *file, uint64_t hash,
                                       struct gate_state *at, int64_t now_ms)
{
    struct place *places = file->content->places;
    struct place *found = NULL;

    if (at != NULL && atomic_load(&place_of(at)->hash) == hash)
        found = place_of(at);
    for (size_t i = 0; i < GOVERNOR_FILE_TENANTS && found == NULL; i++)
        if (atomic_load(&places[i].hash) == hash)
            found = &places[i];
    for (size_t i = 0; i < GOVERNOR_FILE_TENANTS && found == NULL; i++) {
        struct place *place = &places[(hash + i) % GOVERNOR_FILE_TENANTS];
        uint64_t before = atomic_load(&place->hash);
        if (before == hash ||
            (may_take(place, before, now_ms) &&
             (atomic_compare_exchange_strong(&place->hash, &before, hash) || before == hash)))
            found = place;
    }
    if (found == NULL)
        return NULL;
    if (atomic_load(&found->used_ms) != now_ms)
        atomic_store(&found->used_ms, now_ms);
    return &found->state;
}
