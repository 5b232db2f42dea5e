#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "export.h"
#include "memory.h"

static bool failed(const struct export *export, const char *path, const char *what)
{
    host_error_set(export->err, errno == EACCES ? SOAR_PERMISSION_DENIED : SOAR_INTERNAL, "%s: %s",
                   what, strerror(errno));
    host_error_where(export->err, "%s", path);
    return false;
}

/* The directories on the way to a file. */
static bool make_dirs(const struct export *export, char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool fine = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!fine)
            failed(export, path, "the directory cannot be made");
        *at = '/';
        if (!fine)
            return false;
    }
    return true;
}

__attribute__((format(printf, 3, 0))) static bool
write_at(const struct export *export, const char *text, const char *path, va_list args)
{
    char *relative = NULL;
    if (vasprintf(&relative, path, args) < 0)
        _Exit(SOAR_RESOURCE_EXHAUSTED);
    char *whole = host_format("%s/%s", export->dir, relative);
    bool fine = make_dirs(export, whole);
    FILE *out = fine ? fopen(whole, "we") : NULL;
    if (fine && !out)
        fine = failed(export, whole, "the file cannot be written");
    if (out) {
        size_t len = strlen(text);
        bool whole_text = fwrite(text, 1, len, out) == len;
        if (fclose(out) != 0 || !whole_text)
            fine = failed(export, whole, "the file cannot be written");
    }
    free(whole);
    free(relative);
    return fine;
}

#define WITH_ARGS(fine, text)                                                                      \
    va_list args;                                                                                  \
    va_start(args, path);                                                                          \
    bool fine = write_at(export, text, path, args);                                                \
    va_end(args)

bool export_write_text(const struct export *export, const char *text, const char *path, ...)
{
    WITH_ARGS(fine, text);
    return fine;
}

bool export_write_json(const struct export *export, struct json_object *value, const char *path,
                       ...)
{
    char *text = host_format("%s\n", json_object_to_json_string_ext(
                                         value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                    JSON_C_TO_STRING_NOSLASHESCAPE));
    WITH_ARGS(fine, text);
    free(text);
    json_object_put(value);
    return fine;
}

bool export_write_yaml(const struct export *export, struct json_object *value, const char *path,
                       ...)
{
    char *text = export_yaml_text(value);
    WITH_ARGS(fine, text);
    free(text);
    json_object_put(value);
    return fine;
}

bool export_write_listing(const struct export *export, const char *path)
{
    return export_write_json(export, make_ref(export->actions->document), "%s", path);
}
