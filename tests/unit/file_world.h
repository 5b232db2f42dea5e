/* A directory of its own for the tests of files, with everything in it that must not be read. */
#ifndef TEST_FILE_WORLD_H
#define TEST_FILE_WORLD_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files_parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MAX_BYTES 100000

/* Every way through: as it is, and without what a kernel, container or file system may lack. */
static const unsigned lacks[] = {0,
                                 FILES_LACK_OPENAT2,
                                 FILES_LACK_PROC,
                                 FILES_LACK_TMPFILE,
                                 FILES_LACK_TMPFILE | FILES_LACK_RENAMEAT2,
                                 FILES_LACK_OPENAT2 | FILES_LACK_PROC | FILES_LACK_TMPFILE |
                                     FILES_LACK_RENAMEAT2};

static char root[64];
static struct files *files;

static inline const char *in_root(const char *path)
{
    static char buffers[8][400];
    static unsigned next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof(buffers[0]), "%s/%s", root, path);
    return buffer;
}

static inline void make_file(const char *path, const char *bytes, size_t n)
{
    int fd = open(in_root(path), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static inline int make_world(void **state)
{
    (void)state;
    struct error err;
    snprintf(root, sizeof(root), "%s", "/tmp/files-test-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    static const char *const dirs[] = {"read",  "read/sub",  "read2",
                                       "write", "write/sub", "outside"};
    for (size_t i = 0; i < COUNT(dirs); i++)
        if (mkdir(in_root(dirs[i]), 0700) != 0)
            return -1;
    const char *read_dirs[] = {in_root("read"), in_root("read2")}, *write_dir = in_root("write");
    return files_open(read_dirs, 2, &write_dir, 1, MAX_BYTES, &files, &err) ? 0 : -1;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline int remove_world(void **state)
{
    (void)state;
    files_close(files);
    files = NULL;
    return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Entries of a directory, hidden ones too. */
static inline unsigned entries(const char *path)
{
    unsigned n = 0;
    DIR *dir = opendir(in_root(path));
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

static inline size_t content(const char *path, char *bytes, size_t size)
{
    int fd = open(in_root(path), O_RDONLY);
    assert_true(fd >= 0);
    ssize_t n = read(fd, bytes, size - 1);
    close(fd);
    assert_true(n >= 0);
    bytes[n] = '\0';
    return (size_t)n;
}

/* All of it; what a pipe has no room for yet waits until it has. */
static inline bool write_all(struct file_sink *sink, const char *bytes, size_t n, struct error *err)
{
    size_t taken = 0;
    for (size_t done = 0; done < n; done += taken) {
        struct pollfd one = {.fd = file_sink_fd(sink), .events = POLLOUT};
        if (!file_sink_write(sink, bytes + done, n - done, &taken, err))
            return false;
        if (taken < n - done)
            poll(&one, 1, -1);
    }
    return true;
}

#endif
