/* The compiler of the manifests on a tree of which one file is of any bytes: "FILE\nTEXT", FILE one
 * of the good tree below. It names each problem in one line, "DIR/FILE: POINTER: reason", or writes
 * everything: tables, documents, and a list that is valid JSON. */
#include "fuzz.h"
#include "gen/check.h"
#include "gen/schema.h"
#include "gen/tables.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOOD "tests/unit/bad_manifests/good/"

static const char *const files[] = {"service.json",
                                    "schemas/result.json",
                                    "schemas/item.json",
                                    "schemas/selector.json",
                                    "cases/list_items.json",
                                    "cases/return_items.json",
                                    "cases/fetch_picture.json"};
#define N_FILES (sizeof files / sizeof files[0])
static char *good[N_FILES], dir[] = "/tmp/fuzz_manifests.XXXXXX";

static void path_of(const char *file, char path[128])
{
    snprintf(path, 128, "%s/%s", dir, file);
}

static void put(const char *file, const void *text, size_t size)
{
    char path[128];
    path_of(file, path);
    FILE *out = fopen(path, "wbe");
    fuzz_assert(out != NULL && fwrite(text, 1, size, out) == size && fclose(out) == 0);
}

static void clean_up(void)
{
    char path[128];
    for (size_t i = 0; i < N_FILES; i++) {
        path_of(files[i], path);
        unlink(path);
        free(good[i]);
    }
    path_of("schemas", path);
    rmdir(path);
    path_of("cases", path);
    rmdir(path);
    rmdir(dir);
}

static void make_tree(void)
{
    char path[128];
    fuzz_assert(mkdtemp(dir) != NULL);
    path_of("schemas", path);
    mkdir(path, 0700);
    path_of("cases", path);
    mkdir(path, 0700);
    for (size_t i = 0; i < N_FILES; i++) {
        snprintf(path, sizeof path, GOOD "%s", files[i]);
        struct json_object *json = json_object_from_file(path);
        fuzz_assert(json != NULL);
        good[i] = strdup(json_object_to_json_string(json));
        json_object_put(json);
        put(files[i], good[i], strlen(good[i]));
    }
    atexit(clean_up);
}

static void check_lines(const struct problems *problems)
{
    size_t n = 0, len = strlen(dir);
    for (const char *line = problems->lines.ptr, *end; *line != '\0'; line = end + 1, n++) {
        end = strchr(line, '\n');
        fuzz_assert(end != NULL && strncmp(line, dir, len) == 0 && line[len] == '/');
        const char *pointer = memmem(line, (size_t)(end - line), ": ", 2);
        fuzz_assert(pointer != NULL && (pointer[2] == '/' || pointer[2] == ':'));
        for (const char *at = line; at < end; at++) {
            fuzz_assert((unsigned char)*at >= 0x20);
        }
    }
    fuzz_assert(n == problems->n || problems->lines.failed != BUF_FINE);
}

static void write_everything(const struct source *source)
{
    struct buf out;
    struct scan_answer answer = {0};
    struct json_object *list = list_actions_json(source, "0");
    const char *json = json_object_to_json_string(list);
    fuzz_assert(scan_answer(json, strlen(json), SCAN_MAX_DEPTH, &answer, NULL) == SCAN_OK);
    buf_init(&out, 1 << 24);
    tables_write(source, json, &out);
    actions_md_write(source, &out);
    fuzz_assert(out.failed == BUF_FINE);
    buf_done(&out);
    scan_answer_done(&answer);
    json_object_put(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(bytes, '\n', size) : NULL;
    size_t len = end != NULL ? (size_t)(end - bytes) : 0, which = 0;
    if (good[0] == NULL) {
        make_tree();
    }
    while (which < N_FILES &&
           (strlen(files[which]) != len || memcmp(files[which], bytes, len) != 0)) {
        which++;
    }
    if (end == NULL || which == N_FILES) {
        return 0;
    }
    struct source source;
    struct problems problems;
    put(files[which], end + 1, size - len - 1);
    problems_init(&problems);
    source_load(&source, dir, &problems);
    check_all(&source, &problems);
    check_lines(&problems);
    if (problems.n == 0) {
        write_everything(&source);
    }
    problems_done(&problems);
    source_done(&source);
    put(files[which], good[which], strlen(good[which]));
    return 0;
}
