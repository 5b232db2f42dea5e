#include "answers.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define LIST_ITEMS 100000 /* of the list that is read page by page */
#define ITEM_WIDTH 39     /* of an id, with quotes and comma */

static void *room_for(size_t len)
{
    void *room = malloc(len);

    if (room == NULL)
        die("malloc");
    return room;
}

static struct answer with_head(const struct answers *a, const char *status, char *body)
{
    struct answer answer;
    size_t len = strlen(body);

    answer.bytes = room_for(len + 512);
    int head = snprintf(answer.bytes, 512,
                        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
                        "X-Cs-TraceId: 7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\r\n"
                        "X-RateLimit-Limit: 6000\r\nX-RateLimit-Remaining: 5999\r\n%s\r\n",
                        status, len, a->line);
    memcpy(answer.bytes + head, body, len);
    answer.len = (size_t)head + len;
    free(body);
    return answer;
}

static char *envelope(const char *resources, size_t len, int total)
{
    char *body = room_for(len + 512);

    snprintf(body, len + 512,
             "{\"meta\":{\"query_time\":0.004,\"pagination\":{\"limit\":%d,\"offset\":0,"
             "\"total\":%d},\"powered_by\":\"cases\",\"trace_id\":"
             "\"7f6a4e0a-9a9f-4c8e-8a0d-5d1f2a3b4c5d\"},\"resources\":[%.*s],\"errors\":[]}",
             total, total, (int)len, resources);
    return body;
}

/* Case i of the benchmark; clients ask for the same ids. */
static void case_id(char *ret, int i)
{
    sprintf(ret, "0198f2c4-7b1e-7c3a-9d52-%012d", i);
}

static struct answer ids_answer(const struct answers *a, int n)
{
    return with_head(a, "200 OK", envelope(a->list, (size_t)n * ITEM_WIDTH - 1, n));
}

/* n cases in the reverse of the asked order, as the service does not keep it. */
static struct answer cases_answer(const struct answers *a, const char *template, int first, int n)
{
    const char *mark = strstr(template, "@ID@");
    size_t one = strlen(template) + 64;
    char *list = room_for((size_t)n * one + 1), *at = list;

    if (mark == NULL)
        die("case template");
    for (int i = n - 1; i >= 0; i--) {
        char id[64];
        case_id(id, first + i);
        at += sprintf(at, "%s%.*s%s%s", i < n - 1 ? "," : "", (int)(mark - template), template, id,
                      mark + 4);
    }
    struct answer answer = with_head(a, "200 OK", envelope(list, (size_t)(at - list), n));
    free(list);
    return answer;
}

static const char *make_list(void)
{
    char *list = room_for((size_t)LIST_ITEMS * ITEM_WIDTH + 1);

    for (int i = 0; i < LIST_ITEMS; i++) {
        char id[64];
        case_id(id, i);
        sprintf(list + (size_t)i * ITEM_WIDTH, "\"%s\",", id);
    }
    return list;
}

static const char *make_block(void)
{
    char *block = room_for(FILE_BLOCK);

    for (size_t i = 0; i < FILE_BLOCK; i++)
        block[i] = (char)(i * 2654435761u >> 13);
    return block;
}

struct answers make_answers(const char *case_file, const char *line)
{
    struct answers a = {.line = line, .block = make_block(), .list = make_list()};
    static char template[65536];
    FILE *file = fopen(case_file, "r");
    size_t n = file != NULL ? fread(template, 1, sizeof(template) - 1, file) : 0;

    if (n == 0)
        die(case_file);
    fclose(file);
    while (n > 0 && template[n - 1] == '\n')
        n--;
    template[n] = '\0';
    a.token = with_head(
        &a, "201 Created",
        strdup("{\"access_token\":\"" TOKEN "\",\"expires_in\":1799,\"token_type\":\"bearer\"}"));
    a.ids_100 = ids_answer(&a, 100);
    a.ids_10000 = ids_answer(&a, 10000);
    a.cases_100 = cases_answer(&a, template, 0, 100);
    for (int i = 0; i < CHUNKS; i++)
        a.chunks[i] = cases_answer(&a, template, i * CHUNK, CHUNK);
    a.patched = cases_answer(&a, template, 0, 1);
    a.uploaded = with_head(&a, "200 OK", envelope("{\"id\":\"f1\"}", 11, 1));
    return a;
}

/* ------------------------------------------------------------------ choosing */

static long long number_of(const char *head, const char *name, long long otherwise)
{
    const char *end = strstr(head, "\r\n"), *at = strstr(head, name);

    return at != NULL && at < end ? atoll(at + strlen(name)) : otherwise;
}

/* A page of the list, for whoever says from where. */
static struct answer page_of(const struct answers *a, const char *head)
{
    long offset = (long)number_of(head, "offset=", 0), limit = (long)number_of(head, "limit=", 100);
    long n = offset >= LIST_ITEMS ? 0 : LIST_ITEMS - offset;

    n = n < limit ? n : limit;
    int len = n > 0 ? (int)n * ITEM_WIDTH - 1 : 0;
    char *body = room_for((size_t)len + 512);
    snprintf(body, (size_t)len + 512,
             "{\"meta\":{\"query_time\":0.004,\"pagination\":{\"limit\":%ld,\"offset\":%ld,"
             "\"total\":%d},\"powered_by\":\"cases\"},\"resources\":[%.*s],\"errors\":[]}",
             limit, offset, LIST_ITEMS, len, a->list + (size_t)offset * ITEM_WIDTH);
    return with_head(a, "200 OK", body);
}

/* A file of as many bytes as its id says. */
static struct answer file_head(const struct answers *a, long long size)
{
    struct answer answer = {.bytes = room_for(512)};

    answer.len =
        (size_t)snprintf(answer.bytes, 512,
                         "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                         "Content-Length: %lld\r\n"
                         "Content-Disposition: attachment; filename=\"bench.bin\"\r\n%s\r\n",
                         size, a->line);
    return answer;
}

/* 100 cases, or the chunk that begins with the first of the ids. */
static const struct answer *cases_asked(const struct answers *a, const char *head)
{
    const char *body = strstr(head, "\r\n\r\n"), *length = strcasestr(head, "Content-Length:");
    const char *last = body != NULL ? strstr(body, "-9d52-") : NULL;
    int first = last != NULL ? atoi(last + 6) : 0;

    if (length == NULL || atol(length + 15) < CHUNK * ITEM_WIDTH || first / CHUNK >= CHUNKS)
        return &a->cases_100;
    return &a->chunks[first / CHUNK];
}

const struct answer *choose_answer(const struct answers *a, const char *head, size_t have,
                                   struct answer *room, long long *ret_file)
{
    *ret_file = 0;
    if (strncmp(head, "POST /oauth2/token", 18) == 0)
        return &a->token;
    if (strncmp(head, "PATCH", 5) == 0)
        return &a->patched;
    if (strncmp(head, "POST /cases/entities/cases", 26) == 0)
        return cases_asked(a, head);
    if (strncmp(head, "POST /case-files/entities/files/upload", 38) == 0)
        return &a->uploaded;
    bool file = strncmp(head, "GET /case-files/entities/files/download", 39) == 0;
    if (file || strstr(head, "offset=") != NULL) {
        *ret_file = file ? number_of(head, "id=f", 0) : 0;
        free(room->bytes);
        *room = file ? file_head(a, *ret_file) : page_of(a, head);
        return room;
    }
    return memmem(head, have, "limit=10000", 11) != NULL ? &a->ids_10000 : &a->ids_100;
}
