/* What the benchmark's server answers with, made before it is asked. */
#ifndef BENCH_SERVER_ANSWERS_H
#define BENCH_SERVER_ANSWERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BLOCK 1048576
#define LIST_ITEMS 100000 /* of the list that is read page by page */
#define ITEM_WIDTH 39     /* of an id, with quotes and comma */
#define MANY_CASES                                                                                 \
    10000 /* that can be asked for, as many of them that follow each other as one likes */
#define IDS_HEAD                                                                                   \
    "{\"ids\":[\"0198f2c4-7b1e-7c3a-9d52-" /* what asks for them begins with; then a number */
#define IDS_FIXED 9                        /* bytes of it beside ITEM_WIDTH for each id */

struct answer {
    char *bytes;
    size_t len;
};

struct answers {
    struct answer token, ids_100, ids_10000, cases_100, patched, uploaded, file_head;
    long long file_bytes;
    char *block;
    char *list; /* LIST_ITEMS ids, each as wide as the others */
    char *many; /* MANY_CASES cases, each as wide as the others, the last one first */
    size_t case_width;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static struct answer with_head(const char *status, char *body)
{
    struct answer answer;
    size_t len = strlen(body);

    answer.bytes = malloc(len + 512);
    if (answer.bytes == NULL)
        die("malloc");
    int head = snprintf(answer.bytes, 512,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "X-Cs-TraceId: 7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\r\n"
                        "X-RateLimit-Limit: 6000\r\nX-RateLimit-Remaining: 5999\r\n\r\n",
                        status, len);
    memcpy(answer.bytes + head, body, len);
    answer.len = (size_t)head + len;
    free(body);
    return answer;
}

static char *envelope(const char *resources, size_t len, int total)
{
    char *body = malloc(len + 512);

    if (body == NULL)
        die("malloc");
    snprintf(body, len + 512,
             "{\"meta\":{\"query_time\":0.004,\"pagination\":{\"limit\":%d,\"offset\":0,"
             "\"total\":%d},\"powered_by\":\"cases\",\"trace_id\":"
             "\"7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\"},\"resources\":[%s],\"errors\":[]}",
             total, total, resources);
    return body;
}

/* Case i of the benchmark; clients ask for the same ids. */
static void case_id(char *ret, int i)
{
    sprintf(ret, "0198f2c4-7b1e-7c3a-9d52-%012d", i);
}

static struct answer ids_answer(int n)
{
    char *list = malloc((size_t)n * 40 + 1), *at = list;
    struct answer answer;

    if (list == NULL)
        die("malloc");
    for (int i = 0; i < n; i++) {
        char id[64];
        case_id(id, i);
        at += sprintf(at, "%s\"%s\"", i > 0 ? "," : "", id);
    }
    answer = with_head("200 OK", envelope(list, (size_t)(at - list), n));
    free(list);
    return answer;
}

/* n cases in the reverse of the asked order, as the service does not keep it. */
static struct answer cases_answer(const char *template, int n)
{
    const char *mark = strstr(template, "@ID@");
    size_t one = strlen(template) + 64;
    char *list = malloc((size_t)n * one + 1), *at = list;
    struct answer answer;

    if (list == NULL || mark == NULL)
        die("case template");
    for (int i = n - 1; i >= 0; i--) {
        char id[64];
        case_id(id, i);
        at += sprintf(at, "%s%.*s%s%s", i < n - 1 ? "," : "", (int)(mark - template), template, id,
                      mark + 4);
    }
    answer = with_head("200 OK", envelope(list, (size_t)(at - list), n));
    free(list);
    return answer;
}

static void make_many(struct answers *a, const char *template)
{
    const char *mark = strstr(template, "@ID@");
    char id[64], *at;

    case_id(id, 0);
    a->case_width = strlen(template) - 4 + strlen(id) + 1;
    a->many = at = malloc(MANY_CASES * a->case_width + 1);
    if (at == NULL)
        die("malloc");
    for (int i = MANY_CASES - 1; i >= 0; i--) {
        case_id(id, i);
        at += sprintf(at, "%.*s%s%s,", (int)(mark - template), template, id, mark + 4);
    }
}

static struct answers make_answers(const char *case_file, long long file_bytes)
{
    struct answers a = {.file_bytes = file_bytes, .block = malloc(FILE_BLOCK)};
    static char template[65536];
    FILE *file = fopen(case_file, "r");
    size_t n = file != NULL ? fread(template, 1, sizeof(template) - 1, file) : 0;

    if (n == 0 || a.block == NULL)
        die(case_file);
    fclose(file);
    while (n > 0 && template[n - 1] == '\n')
        n--;
    template[n] = '\0';
    for (size_t i = 0; i < FILE_BLOCK; i++)
        a.block[i] = (char)(i * 2654435761u >> 13);
    a.token = with_head("201 Created", strdup("{\"access_token\":\"eyJhbGciOiJSUzI1NiJ9.bench\","
                                              "\"expires_in\":1799,\"token_type\":\"bearer\"}"));
    a.ids_100 = ids_answer(100);
    a.ids_10000 = ids_answer(10000);
    a.cases_100 = cases_answer(template, 100);
    a.patched = cases_answer(template, 1);
    make_many(&a, template);
    a.list = malloc((size_t)LIST_ITEMS * ITEM_WIDTH + 1);
    if (a.list == NULL)
        die("malloc");
    for (int i = 0; i < LIST_ITEMS; i++) {
        char id[64];
        case_id(id, i);
        sprintf(a.list + (size_t)i * ITEM_WIDTH, "\"%s\",", id);
    }
    a.uploaded = with_head("200 OK", envelope("{\"id\":\"f1\"}", 11, 1));
    a.file_head.bytes = malloc(512);
    if (a.file_head.bytes == NULL)
        die("malloc");
    a.file_head.len = (size_t)snprintf(a.file_head.bytes, 512,
                                       "HTTP/1.1 200 OK\r\nContent-Type: "
                                       "application/octet-stream\r\nContent-Length: %lld\r\n"
                                       "Content-Disposition: attachment; filename=\"bench.bin\""
                                       "\r\n\r\n",
                                       file_bytes);
    return a;
}

#endif
