/*
 * One peer doing one kind of work N times against the benchmark's server; prints what it cost as a
 * line of JSON: {"peer","work","n","cpu_us","wall_us","rss_kib"} (us for each call, of the loop
 * alone, after a warm-up).
 *
 *     client PEER WORK N URL DIRECTORY PLUGIN
 *
 * Peers: bare (libcurl, handle used again, answer to memory, not looked at), json-c (the same, then
 * json-c parse, wrapped, printed), plugin (soar_invoke of the shared object).
 * Works: query, cases, patch, ids10k, download, upload, all=ITEMS (a list read page by page, and bare
 * libcurl asks for the same pages), get=CASES (in parts of 1,000, and bare libcurl asks for the same). DIRECTORY holds upload.bin.
 */
#include <curl/curl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "soar_plugin.h"

struct work {
    const char *name, *method, *path, *body; /* on the wire                                      */
    const char *action, *input;              /* through the plugin                               */
};

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.bench" /* the server's */
#define TOKEN "eyJhbGciOiJSUzI1NiJ9.bench" /* the server's */
#define FILE_BUFFER 131072L                /* the plugin's, for a file */
#define PART 1000                          /* cases asked for at once */
#define MOST_PARTS 10
#define PAGE 10000 /* items of a page; each begins with the last item of the one before */

static char cases_body[8192], cases_input[8192], all_input[64];
static long all_items, get_cases;
static char *get_input;
static char download_input[512], upload_input[512];

static struct work works[] = {
    {"query", "GET", "/cases/queries/cases/v1?limit=100", NULL, "query_case_ids",
     "{\"limit\":100}"},
    {"ids10k", "GET", "/cases/queries/cases/v1?limit=10000", NULL, "query_case_ids",
     "{\"limit\":10000}"},
    {"cases", "POST", "/cases/entities/cases/v2", cases_body, "get_cases", cases_input},
    {"patch", "PATCH", "/cases/entities/cases/v2",
     "{\"fields\":{\"severity\":70},\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\"}",
     "update_case_fields",
     "{\"id\":\"0198f2c4-7b1e-7c3a-9d52-000000000000\",\"fields\":{\"severity\":70}}"},
    {"download", "GET", "/case-files/entities/files/download/v1?id=f1", NULL,
     "download_existing_files", download_input},
    {"all", "GET", "/cases/queries/cases/v1", NULL, "query_case_ids", all_input},
    {"get", "POST", "/cases/entities/cases/v2", "", "get_cases", NULL},
    {"upload", "POST", "/case-files/entities/files/upload/v1", NULL, "upload_file", upload_input},
};

static void die(const char *what)
{
    fprintf(stderr, "client: %s\n", what);
    exit(1);
}

/* {"ids":[...]} of n cases from the first; to free(). */
static char *ids_body(long first, long n)
{
    char *body = malloc((size_t)n * 40 + 32), *at = body;

    if (body == NULL)
        die("malloc");
    at += sprintf(at, "{\"ids\":[");
    for (long i = first; i < first + n; i++)
        at += sprintf(at, "%s\"0198f2c4-7b1e-7c3a-9d52-%012ld\"", i > first ? "," : "", i);
    sprintf(at, "]}");
    return body;
}

static void make_inputs(void)
{
    char *ids = ids_body(0, 100);

    strcpy(cases_input, ids);
    strcpy(cases_body, ids);
    free(ids);
    sprintf(upload_input, "{\"case_id\":\"c1\",\"file\":\"upload.bin\"}");
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ------------------------------------------------------------------ libcurl, bare or with json-c
 */

struct memory {
    char *bytes;
    size_t len, cap;
};

static size_t to_memory(char *bytes, size_t size, size_t n, void *userdata)
{
    struct memory *memory = userdata;
    size_t len = size * n;

    if (memory->len + len + 1 > memory->cap) {
        memory->cap = (memory->len + len + 1) * 2;
        memory->bytes = realloc(memory->bytes, memory->cap);
        if (memory->bytes == NULL)
            die("realloc");
    }
    memcpy(memory->bytes + memory->len, bytes, len);
    memory->len += len;
    return len;
}

/* The file to upload, read as the plugin reads it. */
static size_t from_file(char *bytes, size_t size, size_t n, void *userdata)
{
    ssize_t got = read(*(int *)userdata, bytes, size * n);

    return got >= 0 ? (size_t)got : CURL_READFUNC_ABORT;
}

static size_t to_file(char *bytes, size_t size, size_t n, void *userdata)
{
    return write(*(int *)userdata, bytes, size * n) == (ssize_t)(size * n) ? size * n : 0;
}

struct curl_peer {
    CURL *easy;
    struct curl_slist *headers;
    struct memory answer;
    const struct work *work;
    char url[512], file[512];
    bool json;
};

static void curl_setup(struct curl_peer *peer, const struct work *work, const char *base,
                       const char *directory, bool json)
{
    peer->work = work;
    peer->json = json;
    snprintf(peer->url, sizeof(peer->url), "%s%s", base, work->path);
    snprintf(peer->file, sizeof(peer->file), "%s/%s", directory,
             strcmp(work->name, "upload") == 0 ? "upload.bin" : "download.bin");
    /* what the plugin sends, to the byte */
    bool upload = strcmp(work->name, "upload") == 0;
    peer->headers = curl_slist_append(NULL, "User-Agent: falcon-case-management/0.1.0");
    peer->headers = curl_slist_append(peer->headers, "Accept: application/json, */*;q=0.5");
    if (upload || (work->body != NULL && (strlen(work->body) >= 1024 || get_cases > 0)))
        peer->headers = curl_slist_append(peer->headers, "Expect:");
    peer->headers = curl_slist_append(peer->headers, "Authorization: Bearer " TOKEN);
    if (!upload)
        peer->headers = curl_slist_append(peer->headers, "Content-Type: application/json");
    curl_easy_setopt(peer->easy, CURLOPT_URL, peer->url);
    curl_easy_setopt(peer->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(peer->easy, CURLOPT_HTTPHEADER, peer->headers);
    curl_easy_setopt(peer->easy, CURLOPT_WRITEFUNCTION, to_memory);
    curl_easy_setopt(peer->easy, CURLOPT_WRITEDATA, &peer->answer);
    if (work->body != NULL)
        curl_easy_setopt(peer->easy, CURLOPT_POSTFIELDS, work->body);
    if (strcmp(work->method, "GET") != 0)
        curl_easy_setopt(peer->easy, CURLOPT_CUSTOMREQUEST, work->method);
}

static void wrap_with_json_c(const struct memory *answer)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *parsed = json_tokener_parse_ex(tokener, answer->bytes, (int)answer->len);
    struct json_object *result = json_object_new_object();

    if (parsed == NULL)
        die("the answer is not JSON");
    json_object_object_add(result, "ok", json_object_new_boolean(1));
    json_object_object_add(result, "answer", parsed);
    if (json_object_to_json_string_ext(result, JSON_C_TO_STRING_PLAIN) == NULL)
        die("json-c cannot print");
    json_object_put(result);
    json_tokener_free(tokener);
}

static void curl_call(struct curl_peer *peer)
{
    curl_mime *mime = NULL;
    int fd = -1;

    peer->answer.len = 0;
    if (strcmp(peer->work->name, "download") == 0) {
        fd = open(peer->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        curl_easy_setopt(peer->easy, CURLOPT_WRITEFUNCTION, to_file);
        curl_easy_setopt(peer->easy, CURLOPT_WRITEDATA, &fd);
        curl_easy_setopt(peer->easy, CURLOPT_BUFFERSIZE, FILE_BUFFER);
    } else if (strcmp(peer->work->name, "upload") == 0) {
        struct stat file;
        fd = open(peer->file, O_RDONLY);
        if (fd < 0 || fstat(fd, &file) != 0)
            die("upload.bin");
        mime = curl_mime_init(peer->easy);
        curl_mimepart *part = curl_mime_addpart(mime);
        curl_mime_name(part, "case_id");
        curl_mime_data(part, "c1", 2);
        part = curl_mime_addpart(mime);
        curl_mime_name(part, "file");
        curl_mime_filename(part, "upload.bin");
        curl_mime_data_cb(part, file.st_size, from_file, NULL, NULL, &fd);
        curl_easy_setopt(peer->easy, CURLOPT_UPLOAD_BUFFERSIZE, FILE_BUFFER);
        curl_easy_setopt(peer->easy, CURLOPT_MIMEPOST, mime);
    }
    if (curl_easy_perform(peer->easy) != CURLE_OK)
        die("curl_easy_perform");
    if (fd >= 0 && ((mime == NULL && fsync(fd) != 0) || close(fd) != 0))
        die("download.bin");
    curl_mime_free(mime);
    if (peer->json)
        wrap_with_json_c(&peer->answer);
}

static void curl_pages(struct curl_peer *peer, const char *base)
{
    for (long offset = 0; offset == 0 || offset + 1 < all_items; offset += PAGE - 1) {
        long left = all_items - offset;
        snprintf(peer->url, sizeof(peer->url),
                 "%s%s?limit=%ld&offset=%ld&sort=created_timestamp%%7Cdesc", base, peer->work->path,
                 left < PAGE ? left : PAGE, offset);
        curl_easy_setopt(peer->easy, CURLOPT_URL, peer->url);
        curl_call(peer);
    }
}

/* On the handle of the calls, as the plugin does: its connection is used again. */
static void curl_parts(struct curl_peer *peer)
{
    static char *bodies[MOST_PARTS];

    for (long part = 0; part * PART < get_cases; part++) {
        long left = get_cases - part * PART;
        if (bodies[part] == NULL)
            bodies[part] = ids_body(part * PART, left < PART ? left : PART);
        curl_easy_setopt(peer->easy, CURLOPT_POSTFIELDS, bodies[part]);
        curl_call(peer);
    }
}

static void curl_token(struct curl_peer *peer, const char *base)
{
    struct curl_slist *headers;
    char url[512];

    snprintf(url, sizeof(url), "%s/oauth2/token", base);
    headers = curl_slist_append(NULL, "User-Agent: falcon-case-management/0.1.0");
    headers = curl_slist_append(headers, "Accept: application/json, */*;q=0.5");
    headers = curl_slist_append(headers, "Content-Type: application/x-www-form-urlencoded");
    peer->easy = curl_easy_init();
    curl_easy_setopt(peer->easy, CURLOPT_URL, url);
    curl_easy_setopt(peer->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(peer->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(peer->easy, CURLOPT_POSTFIELDS, "client_id=bench&client_secret=bench");
    curl_easy_setopt(peer->easy, CURLOPT_WRITEFUNCTION, to_memory);
    curl_easy_setopt(peer->easy, CURLOPT_WRITEDATA, &peer->answer);
    if (curl_easy_perform(peer->easy) != CURLE_OK)
        die("token");
    curl_easy_reset(peer->easy);
    curl_slist_free_all(headers);
}

/* ------------------------------------------------------------------ the plugin */

struct plugin_peer {
    soar_plugin *plugin;
    soar_status (*invoke)(soar_plugin *, const soar_call *, soar_result *);
    void (*release)(soar_result *);
    const struct work *work;
    char directory[512];
};

static void plugin_setup(struct plugin_peer *peer, const struct work *work, const char *base,
                         const char *directory, const char *object)
{
    soar_status (*init)(const soar_host *, const char *, uint64_t, soar_plugin **, int32_t *,
                        soar_result *);
    char config[2048];
    soar_result err = {.struct_size = sizeof(err)};
    void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        die(dlerror());
    *(void **)&init = dlsym(library, "soar_init");
    *(void **)&peer->invoke = dlsym(library, "soar_invoke");
    *(void **)&peer->release = dlsym(library, "soar_release");
    snprintf(config, sizeof(config),
             "falcon: { base_url = \"%s\"; client_id = \"bench\"; client_secret = \"bench\"; };\n"
             "files: { read_dirs = [\"%s\"]; write_dirs = [\"%s\"]; };\n",
             base, directory, directory);
    peer->work = work;
    snprintf(peer->directory, sizeof(peer->directory), "%s", directory);
    if (init(NULL, config, strlen(config), &peer->plugin, NULL, &err) != SOAR_OK)
        die(err.json);
}

static void plugin_call(struct plugin_peer *peer)
{
    soar_call call = {.struct_size = sizeof(call)};
    soar_result result = {.struct_size = sizeof(result)};

    if (strcmp(peer->work->name, "download") == 0) {
        char file[600];
        snprintf(file, sizeof(file), "%s/download.bin", peer->directory);
        unlink(file);
        sprintf(download_input, "{\"id\":\"f1\",\"save_as\":\"download.bin\"}");
    }
    call.action = peer->work->action;
    call.action_len = strlen(call.action);
    call.input = peer->work->input != NULL ? peer->work->input : get_input;
    call.input_len = strlen(call.input);
    call.timeout_ms = SOAR_NO_TIMEOUT;
    if (peer->invoke(peer->plugin, &call, &result) != SOAR_OK)
        die(result.json);
    peer->release(&result);
}

/* ------------------------------------------------------------------ measuring */

/* Peak of resident memory since exec; getrusage would count the parent's before it. */
static long peak_rss_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && kib < 0 && fgets(line, sizeof(line), status) != NULL)
        sscanf(line, "VmHWM: %ld", &kib);
    if (status != NULL)
        fclose(status);
    return kib;
}

int main(int argc, char **argv)
{
    struct curl_peer curl_peer = {0};
    struct plugin_peer plugin_peer = {0};
    const struct work *work = NULL;

    if (argc != 7)
        die("PEER WORK N URL DIRECTORY PLUGIN");
    const char *peer = argv[1];
    bool is_plugin = strcmp(peer, "plugin") == 0;
    long n = atol(argv[3]);
    make_inputs();
    if (strncmp(argv[2], "all=", 4) == 0) {
        all_items = atol(argv[2] + 4);
        snprintf(all_input, sizeof(all_input), "{\"all\":true,\"max_items\":%ld}", all_items);
        argv[2][3] = '\0';
    }
    if (strncmp(argv[2], "get=", 4) == 0) {
        get_cases = atol(argv[2] + 4);
        if (get_cases < 1 || get_cases > PART * MOST_PARTS)
            die("get=CASES");
        argv[2][3] = '\0';
        get_input = ids_body(0, get_cases);
    }
    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
        if (strcmp(works[i].name, argv[2]) == 0)
            work = &works[i];
    if (work == NULL || n < 1)
        die("no such work");
    if (is_plugin)
        plugin_setup(&plugin_peer, work, argv[4], argv[5], argv[6]);
    else
        curl_token(&curl_peer, argv[4]);
    if (!is_plugin)
        curl_setup(&curl_peer, work, argv[4], argv[5], strcmp(peer, "json-c") == 0);
    double cpu = 0, wall = 0;
    long warm_up = n == 1 ? 0 : n / 10 + 1;
    for (long i = -warm_up; i < n; i++) {
        if (i == 0) {
            cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
            wall = seconds(CLOCK_MONOTONIC);
        }
        if (is_plugin)
            plugin_call(&plugin_peer);
        else if (all_items > 0)
            curl_pages(&curl_peer, argv[4]);
        else if (get_cases > 0)
            curl_parts(&curl_peer);
        else
            curl_call(&curl_peer);
    }
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    printf("{\"peer\":\"%s\",\"work\":\"%s\",\"n\":%ld,\"cpu_us\":%.2f,\"wall_us\":%.2f,"
           "\"rss_kib\":%ld}\n",
           peer, work->name, n, cpu * 1e6 / (double)n, wall * 1e6 / (double)n, peak_rss_kib());
    return 0;
}
