#include "tmpdir.h"
#include "check.h"
#include <dirent.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *tmpdir_path(const char *dir, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", dir, name) < 0) {
        fail_msg("out of memory");
    }
    return path;
}

char *tmpdir_new(void)
{
    const char *base = getenv("TMPDIR");
    char *dir = tmpdir_path(base != NULL ? base : "/tmp", "fcm-e2e-XXXXXX");
    assert_non_null(mkdtemp(dir));
    char *in = tmpdir_path(dir, "in");
    char *out = tmpdir_path(dir, "out");
    assert_int_equal(mkdir(in, 0700), 0);
    assert_int_equal(mkdir(out, 0700), 0);
    free(in);
    free(out);
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void tmpdir_free(char *dir)
{
    if (dir != NULL) {
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        free(dir);
    }
}

void tmpdir_write(const char *dir, const char *name, const void *bytes, size_t size)
{
    char *path = tmpdir_path(dir, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(path);
}

void tmpdir_write_pattern(const char *dir, const char *name, size_t size)
{
    uint64_t state = 88172645463325252u;
    char *bytes = malloc(size + 8);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i += 8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(bytes + i, &state, 8);
    }
    tmpdir_write(dir, name, bytes, size);
    free(bytes);
}

char *tmpdir_read(const char *dir, const char *name, size_t *ret_size)
{
    char *path = tmpdir_path(dir, name);
    char *bytes = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s: cannot be opened", path);
    }
    FILE *memory = open_memstream(&bytes, &size);
    char part[8192];
    for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) {
        fwrite(part, 1, n, memory);
    }
    fclose(file);
    fclose(memory);
    free(path);
    *ret_size = size;
    return bytes;
}

struct json_object *tmpdir_list(const char *dir, const char *sub)
{
    char *path = tmpdir_path(dir, sub);
    struct dirent **entries = NULL;
    struct json_object *list = json_object_new_array();
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            json_object_array_add(list, json_object_new_string(name));
        }
        free(entries[i]);
    }
    free(entries);
    free(path);
    return list;
}
