#include "flow_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_text.h"
#include "memory.h"

static bool failed(struct host_error *err, const char *path, const char *what)
{
    soar_status status = errno == ENOENT ? SOAR_NOT_FOUND : SOAR_INTERNAL;
    if (errno == EACCES || errno == EPERM || errno == ELOOP)
        status = SOAR_PERMISSION_DENIED;
    host_error_set(err, status, "%s: %s", what, strerror(errno));
    host_error_where(err, "%s", path);
    return false;
}

bool flow_workdir_open(const char *wanted, char **ret_path, bool *ret_temporary,
                       struct host_error *err)
{
    const char *tmp = getenv("TMPDIR");
    char *path = wanted ? host_strdup(wanted)
                        : host_format("%s/soarhost-run-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    bool made = wanted ? mkdir(path, 0700) == 0 || errno == EEXIST : mkdtemp(path) != NULL;
    char *whole = made ? realpath(path, NULL) : NULL;
    if (!whole) {
        failed(err, path, "the directory for files cannot be made");
        free(path);
        return false;
    }
    free(path);
    *ret_path = whole;
    *ret_temporary = !wanted;
    return true;
}

size_t flow_workdir_close(const char *path, bool temporary)
{
    size_t n = 0;
    DIR *directory = opendir(path);
    for (struct dirent *entry = directory ? readdir(directory) : NULL; entry;
         entry = readdir(directory))
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (directory)
        closedir(directory);
    if (n == 0 && temporary)
        (void)rmdir(path);
    return n;
}

/* The absolute path of a file in workdir; NULL and *err where it lies outside. */
static char *path_within(const char *workdir, const char *path, struct host_error *err)
{
    char *joined = path[0] == '/' ? host_strdup(path) : host_format("%s/%s", workdir, path);
    char *copy = host_strdup(joined);
    char *parent = realpath(dirname(copy), NULL);
    size_t n = strlen(workdir);
    bool inside = parent && strncmp(parent, workdir, n) == 0 &&
                  (parent[n] == '/' || parent[n] == '\0' || n == 1);
    free(copy);
    copy = host_strdup(joined);
    const char *name = basename(copy);
    inside = inside && strcmp(name, "..") != 0 && strcmp(name, ".") != 0;
    char *whole = inside ? host_format("%s/%s", parent, name) : NULL;
    if (!whole) {
        host_error_set(err, SOAR_PERMISSION_DENIED, "the path is not in the flow's directory");
        host_error_where(err, "%s", path);
        host_error_hint(err, "the flow's files lie in %s", workdir);
    }
    free(copy);
    free(parent);
    free(joined);
    return whole;
}

static int open_within(const char *workdir, const char *path, int flags, struct host_error *err)
{
    struct stat about;
    char *whole = path ? path_within(workdir, path, err) : NULL;
    if (!path)
        host_error_set(err, SOAR_INVALID_ARGUMENT, "a path is a string");
    if (!whole)
        return -1;
    int fd = open(whole, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0) {
        failed(err, whole, "the file cannot be opened");
    } else if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        host_error_set(err, SOAR_PERMISSION_DENIED, "not a regular file");
        host_error_where(err, "%s", whole);
        close(fd);
        fd = -1;
    }
    free(whole);
    return fd;
}

static struct json_object *success(const char *summary)
{
    struct json_object *document = json_object_new_object();
    json_object_object_add(document, "ok", json_object_new_boolean(1));
    json_object_object_add(document, "status", json_object_new_string("OK"));
    if (summary)
        json_object_object_add(document, "summary", json_object_new_string(summary));
    return document;
}

/* ------------------------------------------------------------------ compare_files */

/* Gives whether both streams hold the same bytes, and how many are alike from the start. */
static bool same_bytes(FILE *a, FILE *b, int64_t *ret_alike)
{
    char part_a[65536], part_b[sizeof(part_a)];
    int64_t alike = 0;
    for (;;) {
        size_t n_a = fread(part_a, 1, sizeof(part_a), a);
        size_t n_b = fread(part_b, 1, sizeof(part_b), b);
        size_t least = n_a < n_b ? n_a : n_b, same = 0;
        while (same < least && part_a[same] == part_b[same])
            same++;
        alike += (int64_t)same;
        *ret_alike = alike;
        if (same < least || n_a != n_b || ferror(a) || ferror(b))
            return false;
        if (n_a == 0)
            return true;
    }
}

static bool compare(const char *workdir, struct json_object *paths, struct flow_result *ret,
                    struct host_error *err)
{
    const char *names[2];
    FILE *streams[2] = {NULL, NULL};
    int64_t alike = 0;
    bool ok = true, same = false;
    for (size_t i = 0; i < 2; i++) {
        names[i] = json_object_get_string(json_object_array_get_idx(paths, i));
        int fd = ok ? open_within(workdir, names[i], O_RDONLY, err) : -1;
        ok = ok && fd >= 0;
        streams[i] = fd >= 0 ? fdopen(fd, "r") : NULL;
    }
    if (ok)
        same = same_bytes(streams[0], streams[1], &alike);
    for (size_t i = 0; i < 2; i++)
        if (streams[i])
            fclose(streams[i]);
    if (ok && same) {
        char summary[96];
        snprintf(summary, sizeof(summary), "identical, %" PRId64 " bytes", alike);
        ret->document = success(summary);
        json_object_object_add(ret->document, "bytes", json_object_new_int64(alike));
    } else if (ok) {
        host_error_set(err, SOAR_DATA_LOSS, "the files differ from byte %" PRId64 " on", alike);
        host_error_where(err, "%s and %s", names[0], names[1]);
    }
    return ok && same;
}

/* ------------------------------------------------------------------ write_file */

/* A text, or a list of lines. */
static char *whole_text(struct json_object *text)
{
    char *whole = NULL;
    size_t len = 0;
    if (!json_object_is_type(text, json_type_array))
        return json_text_of(text);
    FILE *out = open_memstream(&whole, &len);
    if (!out)
        return host_strdup("");
    for (size_t i = 0; i < json_object_array_length(text); i++) {
        char *line = json_text_of(json_object_array_get_idx(text, i));
        fprintf(out, "%s\n", line);
        free(line);
    }
    fclose(out);
    return whole;
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_file(const char *workdir, struct json_object *operands, struct flow_result *ret,
                       struct host_error *err)
{
    const char *path = json_get_text(operands, "path");
    int fd = open_within(workdir, path, O_WRONLY | O_CREAT | O_TRUNC, err);
    if (fd < 0)
        return false;
    char *text = whole_text(json_get(operands, "text"));
    size_t len = strlen(text);
    bool ok = write_all(fd, text, len);
    ok = close(fd) == 0 && ok;
    free(text);
    if (!ok)
        return failed(err, path, "the file cannot be written");
    struct json_object *file = json_object_new_object();
    char *whole = path_within(workdir, path, err);
    json_object_object_add(file, "path", json_object_new_string(whole ? whole : path));
    json_object_object_add(file, "bytes", json_object_new_int64((int64_t)len));
    ret->document = success(NULL);
    json_object_object_add(ret->document, "file", file);
    free(whole);
    return true;
}

void flow_files(const char *workdir, enum flow_kind kind, struct json_object *operands,
                struct flow_result *ret)
{
    struct host_error err;
    bool ok = kind == FLOW_COMPARE_FILES ? compare(workdir, operands, ret, &err)
                                         : write_file(workdir, operands, ret, &err);
    ret->status = ok ? SOAR_OK : err.status;
    if (!ok)
        ret->document = flow_failure(&err);
}
