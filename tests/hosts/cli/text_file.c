#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

static bool failed(struct host_error *err, const char *path)
{
    soar_status status = SOAR_INTERNAL;
    if (errno == ENOENT || errno == ENOTDIR)
        status = SOAR_NOT_FOUND;
    else if (errno == EACCES || errno == EPERM)
        status = SOAR_PERMISSION_DENIED;
    host_error_set(err, status, "the file cannot be read: %s", strerror(errno));
    host_error_where(err, "%s", path);
    return false;
}

static bool read_all(int fd, const char *path, char **ret_text, size_t *ret_len,
                     struct host_error *err)
{
    size_t len = 0, room = 16384;
    char *text = host_alloc(room + 1);
    for (;;) {
        ssize_t n = read(fd, text + len, room - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            free(text);
            return failed(err, path);
        }
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > TEXT_FILE_MAX) {
            free(text);
            host_error_set(err, SOAR_RESOURCE_EXHAUSTED, "the text is larger than %u MiB",
                           TEXT_FILE_MAX / (1024u * 1024u));
            host_error_where(err, "%s", path);
            return false;
        }
        if (len == room) {
            room *= 2;
            text = host_realloc(text, room + 1);
        }
    }
    text[len] = '\0';
    *ret_text = text;
    *ret_len = len;
    return true;
}

bool text_file_read(const char *path, char **ret_text, size_t *ret_len, struct host_error *err)
{
    if (strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, "standard input", ret_text, ret_len, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed(err, path);
    bool ok = read_all(fd, path, ret_text, ret_len, err);
    close(fd);
    return ok;
}
