#include "case_file.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Members that may stand at a pointer of a case file. */
static const struct {
    const char *pointer;
    const char *members; /* each between blanks */
} allowed[] = {
    {"", " title sandbox config files setup call expect "},
    {"/sandbox", " args faults "},
    {"/call", " input timeout_ms dry_run trace "},
    {"/expect", " result requests files token then "},
};

static char *unknown_member(struct json_object *json)
{
    char *problem = NULL;
    char wanted[128];
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        struct json_object *object = NULL;
        if (json_pointer_get(json, allowed[i].pointer, &object) != 0) {
            continue;
        }
        json_object_object_foreach(object, key, value)
        {
            (void)value;
            snprintf(wanted, sizeof wanted, " %s ", key);
            if (strstr(allowed[i].members, wanted) == NULL &&
                asprintf(&problem, "%s/%s: unknown member", allowed[i].pointer, key) > 0) {
                return problem;
            }
        }
    }
    return NULL;
}

static char *missing_member(struct json_object *json)
{
    static const char *const pointers[] = {"/title", "/call", "/expect/result/status",
                                           "/expect/requests"};
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
        struct json_object *value = NULL;
        char *problem = NULL;
        if (json_pointer_get(json, pointers[i], &value) != 0 &&
            asprintf(&problem, "%s: is missing", pointers[i]) > 0) {
            return problem;
        }
    }
    return NULL;
}

static struct case_file read_one(const char *path)
{
    struct case_file file = {.path = strdup(path)};
    const char *action = path + strlen("tests/cases/");
    file.action = strndup(action, strcspn(action, "/"));
    file.json = json_object_from_file(path);
    if (file.json == NULL) {
        file.problem = strdup(json_util_get_last_err());
    } else {
        file.problem = unknown_member(file.json);
        if (file.problem == NULL) {
            file.problem = missing_member(file.json);
        }
    }
    const char *title = json_object_get_string(json_object_object_get(file.json, "title"));
    if (asprintf(&file.name, "%s: %s", file.action, title != NULL ? title : path) < 0) {
        abort();
    }
    return file;
}

struct case_file *case_files(size_t *ret_count)
{
    glob_t found;
    if (glob("tests/cases/*/*.json", 0, NULL, &found) != 0) {
        *ret_count = 0;
        return NULL;
    }
    struct case_file *files = calloc(found.gl_pathc, sizeof *files);
    for (size_t i = 0; files != NULL && i < found.gl_pathc; i++) {
        files[i] = read_one(found.gl_pathv[i]);
    }
    *ret_count = files != NULL ? found.gl_pathc : 0;
    globfree(&found);
    return files;
}

void case_files_free(struct case_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(files[i].path);
        free(files[i].action);
        free(files[i].name);
        free(files[i].problem);
        json_object_put(files[i].json);
    }
    free(files);
}

const char *case_file_status(const struct case_file *file)
{
    struct json_object *status = NULL;
    if (json_pointer_get(file->json, "/expect/result/status", &status) != 0) {
        return "";
    }
    return json_object_get_string(status);
}
