#include "bare.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measure.h"

#define FILE_BUFFER 131072L /* the plugin's, for a file */
#define MOST_PARTS 64

struct part {
    char url[512];
    char *body; /* NULL: that of the work */
};

struct bare {
    CURL *easy;
    struct curl_slist *headers;
    struct memory answer;
    const struct work *work;
    char file[512];
    bool json, download, upload;
    struct part parts[MOST_PARTS];
    size_t n_parts;
};

static size_t to_file(char *bytes, size_t size, size_t n, void *userdata)
{
    return write(*(int *)userdata, bytes, size * n) == (ssize_t)(size * n) ? size * n : 0;
}

/* The file to upload, read as the plugin reads it. */
static size_t from_file(char *bytes, size_t size, size_t n, void *userdata)
{
    ssize_t got = read(*(int *)userdata, bytes, size * n);

    return got >= 0 ? (size_t)got : CURL_READFUNC_ABORT;
}

/* ------------------------------------------------------------------ setting up */

static void set_always(CURL *easy, const char *ca_file)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, to_memory);
    if (ca_file == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    /* without these, each new connection would read all certificates again */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 86400L);
}

/* On the handle of the calls, as the plugin does: its connection is used again. */
static void fetch_token(struct bare *bare, const char *base, const char *ca_file)
{
    struct curl_slist *headers;
    char url[512];

    snprintf(url, sizeof(url), "%s/oauth2/token", base);
    headers = curl_slist_append(NULL, USER_AGENT_LINE);
    headers = curl_slist_append(headers, ACCEPT_LINE);
    headers = curl_slist_append(headers, "Content-Type: application/x-www-form-urlencoded");
    set_always(bare->easy, ca_file);
    curl_easy_setopt(bare->easy, CURLOPT_URL, url);
    curl_easy_setopt(bare->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(bare->easy, CURLOPT_POSTFIELDS, "client_id=bench&client_secret=bench");
    curl_easy_setopt(bare->easy, CURLOPT_WRITEDATA, &bare->answer);
    if (curl_easy_perform(bare->easy) != CURLE_OK)
        die("token");
    curl_easy_reset(bare->easy);
    curl_slist_free_all(headers);
}

static void make_parts(struct bare *bare, const char *base)
{
    char target[256], *body;

    for (long k = 0; work_part(bare->work, k, target, sizeof(target), &body); k++) {
        struct part *part = &bare->parts[bare->n_parts++];
        if (bare->n_parts >= MOST_PARTS)
            die("too many requests");
        snprintf(part->url, sizeof(part->url), "%s%s", base, target);
        part->body = body;
    }
    if (bare->n_parts > 0)
        return;
    snprintf(bare->parts[0].url, sizeof(bare->parts[0].url), "%s%s", base, bare->work->path);
    bare->n_parts = 1;
}

/* What the plugin sends, to the byte. */
static void make_headers(struct bare *bare)
{
    const char *body = bare->parts[0].body != NULL ? bare->parts[0].body : bare->work->body;

    bare->headers = curl_slist_append(NULL, USER_AGENT_LINE);
    bare->headers = curl_slist_append(bare->headers, ACCEPT_LINE);
    if (bare->upload || (body != NULL && strlen(body) >= 1024))
        bare->headers = curl_slist_append(bare->headers, "Expect:");
    bare->headers = curl_slist_append(bare->headers, AUTHORIZATION_LINE);
    if (!bare->upload)
        bare->headers = curl_slist_append(bare->headers, JSON_LINE);
}

struct bare *bare_new(const struct work *work, const char *base, const char *directory,
                      const char *ca_file, bool json)
{
    struct bare *bare = calloc(1, sizeof(*bare));

    if (bare == NULL || (bare->easy = curl_easy_init()) == NULL)
        die("curl_easy_init");
    bare->work = work;
    bare->json = json;
    bare->download = strcmp(work->name, "download") == 0;
    bare->upload = strcmp(work->name, "upload") == 0;
    if (bare->upload)
        snprintf(bare->file, sizeof(bare->file), "%s/upload-%lld.bin", directory, work->size);
    else
        snprintf(bare->file, sizeof(bare->file), "%s/download.bin", directory);
    make_parts(bare, base);
    make_headers(bare);
    fetch_token(bare, base, ca_file);
    set_always(bare->easy, ca_file);
    curl_easy_setopt(bare->easy, CURLOPT_WRITEDATA, &bare->answer);
    curl_easy_setopt(bare->easy, CURLOPT_URL, bare->parts[0].url);
    curl_easy_setopt(bare->easy, CURLOPT_HTTPHEADER, bare->headers);
    if (work->body != NULL)
        curl_easy_setopt(bare->easy, CURLOPT_POSTFIELDS, work->body);
    if (strcmp(work->method, "GET") != 0)
        curl_easy_setopt(bare->easy, CURLOPT_CUSTOMREQUEST, work->method);
    return bare;
}

/* ------------------------------------------------------------------ a call */

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

static void exchange(struct bare *bare)
{
    long status = 0;

    bare->answer.len = 0;
    if (curl_easy_perform(bare->easy) != CURLE_OK ||
        curl_easy_getinfo(bare->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200)
        die("curl_easy_perform");
}

static void download(struct bare *bare)
{
    int fd = open(bare->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    curl_easy_setopt(bare->easy, CURLOPT_WRITEFUNCTION, to_file);
    curl_easy_setopt(bare->easy, CURLOPT_WRITEDATA, &fd);
    curl_easy_setopt(bare->easy, CURLOPT_BUFFERSIZE, FILE_BUFFER);
    exchange(bare);
    if (fd < 0 || fsync(fd) != 0 || close(fd) != 0)
        die("download.bin");
}

static void upload(struct bare *bare)
{
    int fd = open(bare->file, O_RDONLY);
    curl_mime *mime = curl_mime_init(bare->easy);
    curl_mimepart *part = curl_mime_addpart(mime);
    struct stat file;

    if (fd < 0 || fstat(fd, &file) != 0)
        die(bare->file);
    curl_mime_name(part, "case_id");
    curl_mime_data(part, "c1", 2);
    part = curl_mime_addpart(mime);
    curl_mime_name(part, "file");
    curl_mime_filename(part, strrchr(bare->file, '/') + 1);
    curl_mime_data_cb(part, file.st_size, from_file, NULL, NULL, &fd);
    curl_easy_setopt(bare->easy, CURLOPT_UPLOAD_BUFFERSIZE, FILE_BUFFER);
    curl_easy_setopt(bare->easy, CURLOPT_MIMEPOST, mime);
    exchange(bare);
    close(fd);
    curl_mime_free(mime);
}

void bare_call(struct bare *bare)
{
    if (bare->download)
        download(bare);
    else if (bare->upload)
        upload(bare);
    for (size_t i = 0; !bare->download && !bare->upload && i < bare->n_parts; i++) {
        if (bare->n_parts > 1)
            curl_easy_setopt(bare->easy, CURLOPT_URL, bare->parts[i].url);
        if (bare->parts[i].body != NULL)
            curl_easy_setopt(bare->easy, CURLOPT_POSTFIELDS, bare->parts[i].body);
        exchange(bare);
    }
    if (bare->json)
        wrap_with_json_c(&bare->answer);
}
