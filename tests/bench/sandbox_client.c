/*
 * A client that measures falcon-sandbox: repeats each request on kept connections, one thread each,
 * until the time is up.
 *
 *     sandbox_client URL TOKEN
 *
 * Standard input: one job a line, {"method", "path", "body", "connections", "seconds", "most"}. For
 * each it prints one line {"requests", "per_s", "median_ms", "p99_ms", "status", "total"}: `status`
 * is that of the answers, 0 when one differed or failed; `total` is meta.pagination.total of the
 * last, -1 without one. "most" bounds the requests of a connection.
 */
#include <curl/curl.h>
#include <json-c/json.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_CONNECTIONS 64
#define MOST_REQUESTS 200000

static const char *base_url, *token;

struct job {
    const char *method, *path, *body; /* body NULL: none */
    double seconds;
    int most;
};

struct connection {
    pthread_t thread;
    const struct job *job;
    double *times; /* seconds of each request */
    int count;
    long status;
    char *answer; /* the last one */
    size_t size, room;
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t keep(char *bytes, size_t size, size_t n, void *userdata)
{
    struct connection *connection = userdata;
    size_t len = size * n;
    if (connection->size + len + 1 > connection->room) {
        size_t room = (connection->size + len + 1) * 2;
        char *answer = realloc(connection->answer, room);
        if (answer == NULL) {
            return 0;
        }
        connection->answer = answer;
        connection->room = room;
    }
    memcpy(connection->answer + connection->size, bytes, len);
    connection->size += len;
    connection->answer[connection->size] = '\0';
    return len;
}

static CURL *handle_new(struct connection *connection, struct curl_slist **ret_headers)
{
    const struct job *job = connection->job;
    char text[8192];
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(text, sizeof text, "Authorization: Bearer %s", token);
    headers = curl_slist_append(headers, text);
    snprintf(text, sizeof text, "%s%s", base_url, job->path);
    curl_easy_setopt(curl, CURLOPT_URL, text);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, job->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, connection);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 120L);
    if (job->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, job->body);
    }
    *ret_headers = headers;
    return curl;
}

static void *repeat(void *arg)
{
    struct connection *connection = arg;
    struct curl_slist *headers = NULL;
    CURL *curl = handle_new(connection, &headers);
    double end = now() + connection->job->seconds, before = now();
    do {
        long status = 0;
        connection->size = 0;
        if (curl_easy_perform(curl) == CURLE_OK) {
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        }
        double after = now();
        connection->times[connection->count] = after - before;
        connection->status = connection->count == 0 || connection->status == status ? status : 0;
        connection->count++;
        before = after;
    } while (before < end && connection->count < connection->job->most);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static long long total_of(const char *answer)
{
    struct json_object *document = answer != NULL ? json_tokener_parse(answer) : NULL;
    struct json_object *total = NULL;
    long long number = json_pointer_get(document, "/meta/pagination/total", &total) == 0
                           ? json_object_get_int64(total)
                           : -1;
    json_object_put(document);
    return number;
}

static void measure(const struct job *job, int connections)
{
    static struct connection all[MOST_CONNECTIONS];
    double *times = malloc((size_t)connections * (size_t)job->most * sizeof *times);
    double started = now();
    long status = -1;
    int count = 0;
    if (times == NULL) {
        exit(1);
    }
    memset(all, 0, sizeof all);
    for (int i = 0; i < connections; i++) {
        all[i].job = job;
        all[i].times = times + (size_t)i * (size_t)job->most;
        if (pthread_create(&all[i].thread, NULL, repeat, &all[i]) != 0) {
            exit(1);
        }
    }
    for (int i = 0; i < connections; i++) {
        pthread_join(all[i].thread, NULL);
        memmove(times + count, all[i].times, (size_t)all[i].count * sizeof *times);
        count += all[i].count;
        status = i == 0 || status == all[i].status ? all[i].status : 0;
    }
    double seconds = now() - started;
    qsort(times, (size_t)count, sizeof *times, by_time);
    printf("{\"requests\":%d,\"per_s\":%.1f,\"median_ms\":%.4f,\"p99_ms\":%.4f,\"status\":%ld,"
           "\"total\":%lld}\n",
           count, count / seconds, times[count / 2] * 1e3, times[count * 99 / 100] * 1e3, status,
           total_of(all[0].answer));
    fflush(stdout);
    for (int i = 0; i < connections; i++) {
        free(all[i].answer);
    }
    free(times);
}

static const char *text_of(struct json_object *object, const char *key)
{
    return json_object_get_string(json_object_object_get(object, key));
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: sandbox_client URL TOKEN < JOBS\n");
        return 64;
    }
    base_url = argv[1];
    token = argv[2];
    curl_global_init(CURL_GLOBAL_DEFAULT);
    while (getline(&line, &size, stdin) > 0) {
        struct json_object *given = json_tokener_parse(line);
        struct job job = {.method = text_of(given, "method"),
                          .path = text_of(given, "path"),
                          .body = text_of(given, "body"),
                          .seconds =
                              json_object_get_double(json_object_object_get(given, "seconds")),
                          .most = json_object_get_int(json_object_object_get(given, "most"))};
        int connections = json_object_get_int(json_object_object_get(given, "connections"));
        if (job.method == NULL || job.path == NULL || connections < 1 ||
            connections > MOST_CONNECTIONS || job.most < 1 || job.most > MOST_REQUESTS) {
            fprintf(stderr, "sandbox_client: no job: %s", line);
            return 1;
        }
        measure(&job, connections);
        json_object_put(given);
    }
    free(line);
    curl_global_cleanup();
    return 0;
}
