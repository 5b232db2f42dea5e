#include "works.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define PAGE 10000 /* items of a page; each begins with the last item of the one before */
#define CHUNK 1000
#define PATCH_BODY "{\"fields\":{\"severity\":70},\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\"}"

static char path[256], input[256];

static struct work works[] = {
    {"query", "GET", "/cases/queries/cases/v1?limit=100", NULL, "query_case_ids", "{\"limit\":100}",
     0},
    {"ids10k", "GET", "/cases/queries/cases/v1?limit=10000", NULL, "query_case_ids",
     "{\"limit\":10000}", 0},
    {"cases", "POST", "/cases/entities/cases/v2", NULL, "get_cases", NULL, 0},
    {"patch", "PATCH", "/cases/entities/cases/v2", PATCH_BODY, "update_case_fields", PATCH_BODY, 0},
    {"all", "GET", "/cases/queries/cases/v1", NULL, "query_case_ids", input, 0},
    {"get", "POST", "/cases/entities/cases/v2", NULL, "get_cases", NULL, 0},
    {"download", "GET", path, NULL, "download_existing_files", input, 0},
    {"upload", "POST", "/case-files/entities/files/upload/v1", NULL, "upload_file", input, 0},
};

char *ids_json(long first, long n)
{
    char *text = malloc((size_t)n * 40 + 64), *at = text;

    if (text == NULL)
        die("malloc");
    at += sprintf(at, "{\"ids\":[");
    for (long i = first; i < first + n; i++)
        at += sprintf(at, "%s\"0198f2c4-7b1e-7c3a-9d52-%012ld\"", i > first ? "," : "", i);
    sprintf(at, "]}");
    return text;
}

static void complete(struct work *work)
{
    if (strcmp(work->name, "cases") == 0) {
        work->body = work->input = ids_json(0, 100);
    } else if (strcmp(work->name, "get") == 0) {
        work->input = ids_json(0, (long)work->size);
    } else if (strcmp(work->name, "all") == 0) {
        sprintf(input, "{\"all\":true,\"max_items\":%lld}", work->size);
    } else if (strcmp(work->name, "download") == 0) {
        sprintf(path, "/case-files/entities/files/download/v1?id=f%lld", work->size);
        sprintf(input, "{\"id\":\"f%lld\",\"save_as\":\"download.bin\"}", work->size);
    } else if (strcmp(work->name, "upload") == 0) {
        sprintf(input, "{\"case_id\":\"c1\",\"file\":\"upload-%lld.bin\"}", work->size);
    }
}

const struct work *work_named(const char *text)
{
    size_t len = strcspn(text, "=");

    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        if (strlen(works[i].name) != len || memcmp(works[i].name, text, len) != 0)
            continue;
        works[i].size = text[len] == '=' ? atoll(text + len + 1) : 0;
        complete(&works[i]);
        return &works[i];
    }
    die("no such work");
}

int work_part(const struct work *work, long k, char *target, size_t size, char **ret_body)
{
    long all = (long)work->size;

    *ret_body = NULL;
    if (strcmp(work->name, "all") == 0) {
        long offset = k * (PAGE - 1), left = all - offset;
        if (k > 0 && offset + 1 >= all)
            return 0;
        snprintf(target, size, "%s?limit=%ld&offset=%ld&sort=created_timestamp%%7Cdesc", work->path,
                 left < PAGE ? left : PAGE, offset);
        return 1;
    }
    if (strcmp(work->name, "get") != 0 || k * CHUNK >= all)
        return 0;
    snprintf(target, size, "%s", work->path);
    *ret_body = ids_json(k * CHUNK, all - k * CHUNK < CHUNK ? all - k * CHUNK : CHUNK);
    return 1;
}
