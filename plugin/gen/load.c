#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gen/gen.h"

#define MOST_DOCUMENTS 4096
#define MOST_BYTES (16u << 20)
#define MOST_DEPTH 64

static bool read_file(const char *file, struct buf *ret_text)
{
    FILE *in = fopen(file, "rbe");
    if (in == NULL)
        return false;
    char part[16384];
    size_t n;
    while ((n = fread(part, 1, sizeof(part), in)) > 0)
        buf_add(ret_text, part, n);
    bool good = !ferror(in) && ret_text->failed == BUF_FINE;
    fclose(in);
    return good;
}

static struct json_object *read_json(const char *file, struct problems *problems)
{
    struct place place = {file, ""};
    struct buf text;
    struct error err;
    struct json_object *json = NULL;
    buf_init(&text, MOST_BYTES);
    error_clear(&err);
    if (!read_file(file, &text))
        problem(problems, &place, "", "cannot be read: %s", strerror(errno));
    else if ((json = json_parse(text.ptr, text.len, MOST_DEPTH, &err)) == NULL)
        problem(problems, &place, err.where, "%s", err.message);
    buf_done(&text);
    return json;
}

static int by_name(const void *left, const void *right)
{
    const struct document *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->file, b->file);
}

static bool is_json(const char *name)
{
    size_t len = strlen(name);
    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".json") == 0;
}

/* Adds the documents of one folder to a list that has room for MOST_DOCUMENTS. */
static void load_folder(struct source *source, const char *dir, const char *group,
                        struct document *list, size_t *n, struct problems *problems)
{
    const char *folder = arena_printf(&source->arena, "%s/%s", dir, group);
    struct place place = {folder, ""};
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        problem(problems, &place, "", "cannot be read: %s", strerror(errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (!is_json(entry->d_name))
            continue;
        if (*n == MOST_DOCUMENTS) {
            problem(problems, &place, "", "more than %d files", MOST_DOCUMENTS);
            break;
        }
        struct document *document = &list[(*n)++];
        document->file = arena_printf(&source->arena, "%s/%s", folder, entry->d_name);
        document->group = arena_printf(&source->arena, "%s", group);
        document->name =
            arena_printf(&source->arena, "%.*s", (int)strlen(entry->d_name) - 5, entry->d_name);
        document->json = read_json(document->file, problems);
    }
    closedir(entries);
}

static void refuse_same_names(const struct source *source, struct problems *problems)
{
    for (size_t i = 1; i < source->n_actions; i++)
        if (strcmp(source->actions[i - 1].name, source->actions[i].name) == 0) {
            struct place place = {source->actions[i].file, ""};
            problem(problems, &place, "/name", "stands twice, also in %s",
                    source->actions[i - 1].file);
        }
}

void source_load(struct source *source, const char *dir, struct problems *problems)
{
    memset(source, 0, sizeof(*source));
    source->actions = arena_alloc(&source->arena, MOST_DOCUMENTS * sizeof(struct document));
    source->models = arena_alloc(&source->arena, MOST_DOCUMENTS * sizeof(struct document));
    struct place place = {dir, ""};
    DIR *entries = opendir(dir);
    if (entries == NULL) {
        problem(problems, &place, "", "cannot be read: %s", strerror(errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        struct stat info;
        const char *path = arena_printf(&source->arena, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
            continue;
        if (strcmp(entry->d_name, "schemas") == 0)
            load_folder(source, dir, "schemas", source->models, &source->n_models, problems);
        else
            load_folder(source, dir, entry->d_name, source->actions, &source->n_actions, problems);
    }
    closedir(entries);
    qsort(source->actions, source->n_actions, sizeof(struct document), by_name);
    qsort(source->models, source->n_models, sizeof(struct document), by_name);
    refuse_same_names(source, problems);
    source->service.file = arena_printf(&source->arena, "%s/service.json", dir);
    source->service.name = "service";
    source->service.group = "";
    source->service.json = read_json(source->service.file, problems);
}

void source_done(struct source *source)
{
    for (size_t i = 0; i < source->n_actions; i++)
        json_object_put(source->actions[i].json);
    for (size_t i = 0; i < source->n_models; i++)
        json_object_put(source->models[i].json);
    json_object_put(source->service.json);
    arena_done(&source->arena);
    memset(source, 0, sizeof(*source));
}

struct document *source_model(const struct source *source, const char *ref)
{
    size_t len = strlen(ref);
    if (strncmp(ref, "schemas/", 8) != 0 || len < 14 || strcmp(ref + len - 5, ".json") != 0)
        return NULL;
    for (size_t i = 0; i < source->n_models; i++) {
        const char *name = source->models[i].name;
        if (strlen(name) == len - 13 && strncmp(name, ref + 8, len - 13) == 0)
            return &source->models[i];
    }
    return NULL;
}

struct json_object *source_resolve(const struct source *source, struct json_object *schema)
{
    for (int steps = 0; has(schema, "$ref"); steps++) {
        const struct document *model = source_model(source, member_text(schema, "$ref"));
        if (model == NULL || steps > 32)
            return NULL;
        schema = model->json;
    }
    return schema;
}
