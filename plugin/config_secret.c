#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "config_parts.h"

/* One secret being read; bytes has room for max + 3: a line break, and one too many. */
struct reading {
    const struct soar_host *host;
    struct config_report *report;
    unsigned line;
    const char *key;
    size_t min, max;
    char *bytes;
    size_t cap;
    size_t len;
};

#define REFUSE(r, status, reason, hint, ...)                                                       \
    (config_report_add((r)->report, (r)->line, (r)->key, status, reason, hint, __VA_ARGS__), false)

static bool read_text(struct reading *r, const char *text)
{
    r->len = strnlen(text, r->cap);
    memcpy(r->bytes, text, r->len);
    return true;
}

static bool read_env(struct reading *r, const char *name)
{
    const char *value = *name ? getenv(name) : NULL;
    if (!value)
        return REFUSE(r, SOAR_NOT_FOUND, "secret_not_found",
                      "Set the variable in the environment of the process that loads the plugin.",
                      "the environment has no variable %.64s", name);
    return read_text(r, value);
}

static bool check_mode(struct reading *r, int fd, const char *path)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return REFUSE(r, SOAR_PERMISSION_DENIED, "secret_file", NULL, "%.200s: %s", path,
                      strerrordesc_np(errno));
    if (!S_ISREG(st.st_mode))
        return REFUSE(r, SOAR_PERMISSION_DENIED, "secret_file", "Name a regular file.",
                      "%.200s is not a regular file", path);
    if (st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP))
        return REFUSE(r, SOAR_PERMISSION_DENIED, "secret_file_mode",
                      "Run chmod 600 on the file (Kubernetes: defaultMode: 0440 of the volume).",
                      "%.200s has mode %04o: %s", path, (unsigned)(st.st_mode & 07777),
                      st.st_mode & S_IROTH ? "everybody may read it"
                                           : "others than its owner may write it");
    return true;
}

static bool read_descriptor(struct reading *r, int fd, const char *path)
{
    while (r->len < r->cap) {
        ssize_t n = read(fd, r->bytes + r->len, r->cap - r->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return REFUSE(r, SOAR_PERMISSION_DENIED, "secret_file", NULL, "%.200s: %s", path,
                          strerrordesc_np(errno));
        if (n == 0)
            break;
        r->len += (size_t)n;
    }
    if (r->len > 0 && r->bytes[r->len - 1] == '\n')
        r->len--;
    if (r->len > 0 && r->bytes[r->len - 1] == '\r')
        r->len--;
    return true;
}

/* Links are followed: mounted secrets usually are some. What counts is the file they lead to. */
static bool read_file(struct reading *r, const char *path)
{
    if (path[0] != '/')
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value", "Write file:/full/path.",
                      "the path after file: is not absolute");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        int why = errno;
        bool absent = why == ENOENT || why == ENOTDIR;
        return REFUSE(r, absent ? SOAR_NOT_FOUND : SOAR_PERMISSION_DENIED,
                      absent ? "secret_not_found" : "secret_file",
                      "Make the file readable for the user that loads the plugin.", "%.200s: %s",
                      path, strerrordesc_np(why));
    }
    bool ok = check_mode(r, fd, path) && read_descriptor(r, fd, path);
    close(fd);
    return ok;
}

static bool ask_host(struct reading *r, const char *name)
{
    if (!r->host || !r->host->get_secret)
        return REFUSE(r, SOAR_FAILED_PRECONDITION, "secret_not_found",
                      "Use env:NAME or file:PATH, or a host that keeps secrets.",
                      "the host has no store of secrets to ask for %.64s", name);
    uint64_t len = 0;
    soar_status status =
        r->host->get_secret(r->host->ctx, name, strlen(name), r->bytes, (uint64_t)r->cap, &len);
    if (status == SOAR_OUT_OF_RANGE || (status == SOAR_OK && len > r->cap))
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value", NULL,
                      "the host's secret %.64s is longer than %zu bytes", name, r->max);
    if (status != SOAR_OK)
        return REFUSE(r, status == SOAR_NOT_FOUND ? SOAR_NOT_FOUND : SOAR_FAILED_PRECONDITION,
                      "secret_not_found", "Add it to the host's store of secrets.",
                      "the host answers %s for the secret %.64s", status_name(status), name);
    r->len = (size_t)len;
    return true;
}

static bool read_source(struct reading *r, const char *value)
{
    if (strncmp(value, "env:", 4) == 0)
        return read_env(r, value + 4);
    if (strncmp(value, "file:", 5) == 0)
        return read_file(r, value + 5);
    if (strncmp(value, "secret:", 7) == 0)
        return ask_host(r, value + 7);
    return read_text(r, strncmp(value, "literal:", 8) == 0 ? value + 8 : value);
}

static bool check_value(struct reading *r)
{
    if (r->len == 0)
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value", NULL, "is empty");
    if (r->len > r->max)
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value", NULL,
                      "has more than %zu bytes, the most allowed", r->max);
    if (r->len < r->min)
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value", NULL,
                      "has fewer than %zu bytes, the least allowed", r->min);
    const char *problem = config_text_problem(r->bytes, r->len);
    if (problem)
        return REFUSE(r, SOAR_INVALID_ARGUMENT, "config_value",
                      "Look for a line break or a stray character.", "%s", problem);
    return true;
}

bool config_secret_read(const char *value, size_t min, size_t max, const struct soar_host *host,
                        struct secret *ret, struct config_report *report, unsigned line,
                        const char *key)
{
    struct reading r = {.host = host,
                        .report = report,
                        .line = line,
                        .key = key,
                        .min = min,
                        .max = max,
                        .cap = max + 3};
    r.bytes = calloc(1, r.cap);
    bool ok = r.bytes && read_source(&r, value) && check_value(&r);
    if (!r.bytes || (ok && !secret_set(ret, r.bytes, r.len))) {
        config_report_add(report, line, key, SOAR_RESOURCE_EXHAUSTED, "no_memory", NULL,
                          "no memory");
        ok = false;
    }
    if (r.bytes)
        secret_wipe(r.bytes, r.cap);
    free(r.bytes);
    return ok;
}

const char *config_text_problem(const char *value, size_t len)
{
    for (size_t at = 0; at < len;) {
        unsigned char c = (unsigned char)value[at];
        size_t n = utf8_length(value + at, len - at);
        if (n == 0)
            return "is not UTF-8";
        if (c < 0x20 || c == 0x7F || (c == 0xC2 && (unsigned char)value[at + 1] < 0xA0))
            return "holds a control character";
        at += n;
    }
    return NULL;
}
