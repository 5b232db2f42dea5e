#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/check.h"
#include "gen/schema.h"
#include "gen/tables.h"

struct options {
    const char *tables, *list, *actions_md, *version, *dir;
};

static const struct argp_option known_options[] = {
    {"tables", 't', "FILE", 0, "Write the constant tables as C source", 0},
    {"list", 'l', "FILE", 0, "Write the list of actions as JSON", 0},
    {"actions-md", 'm', "FILE", 0, "Write the reference of all actions as Markdown", 0},
    {"version", 'v', "TEXT", 0, "Version of the plugin, for the list of actions", 0},
    {0}};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 't':
        options->tables = arg;
        return 0;
    case 'l':
        options->list = arg;
        return 0;
    case 'm':
        options->actions_md = arg;
        return 0;
    case 'v':
        options->version = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (options->dir != NULL)
            argp_usage(state);
        options->dir = arg;
        return 0;
    case ARGP_KEY_END:
        if (options->dir == NULL)
            argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp parser = {
    known_options,
    parse_option,
    "MANIFEST_DIR",
    "Checks the manifests, names all that is wrong with them, and compiles them.\v"
    "Without an option it only checks. Nothing is written where something is wrong.",
    NULL,
    NULL,
    NULL};

/* The file appears under its name when it is whole. */
static bool write_file(const char *file, const char *text, size_t len)
{
    char part[4096];
    int n = snprintf(part, sizeof(part), "%s.part", file);
    FILE *out = n > 0 && (size_t)n < sizeof(part) ? fopen(part, "wbe") : NULL;
    bool good = out != NULL && fwrite(text, 1, len, out) == len;
    if (out != NULL)
        good &= fclose(out) == 0;
    if (good && rename(part, file) == 0)
        return true;
    fprintf(stderr, "mkcatalog: %s: %s\n", file, strerror(errno));
    return false;
}

static bool write_buf(const char *file, struct buf *text)
{
    if (text->failed != BUF_FINE) {
        fprintf(stderr, "mkcatalog: %s: more than the compiler can hold\n", file);
        return false;
    }
    return write_file(file, text->ptr, text->len);
}

static bool write_all(const struct source *source, const struct options *options)
{
    bool good = true;
    struct json_object *list = list_actions_json(source, options->version);
    const char *json = json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE);
    struct buf tables, md;
    buf_init(&tables, 256u << 20);
    buf_init(&md, 64u << 20);
    if (options->tables != NULL) {
        tables_write(source, json, &tables);
        good &= write_buf(options->tables, &tables);
    }
    if (options->actions_md != NULL) {
        actions_md_write(source, &md);
        good &= write_buf(options->actions_md, &md);
    }
    if (options->list != NULL)
        good &= write_file(options->list, json, strlen(json));
    buf_done(&tables);
    buf_done(&md);
    json_object_put(list);
    return good;
}

int main(int argc, char **argv)
{
    struct options options = {.version = "0"};
    argp_parse(&parser, argc, argv, 0, NULL, &options);
    struct source source;
    struct problems problems;
    problems_init(&problems);
    source_load(&source, options.dir, &problems);
    check_all(&source, &problems);
    fputs(problems.lines.ptr, stderr);
    bool good = problems.n == 0 && write_all(&source, &options);
    problems_done(&problems);
    source_done(&source);
    schema_meta_done();
    return good ? 0 : 1;
}
