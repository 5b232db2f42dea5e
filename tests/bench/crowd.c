/*
 * Many calls at once against the benchmark's server, by the plugin and by bare libcurl driven the same
 * way; prints what each cost as a line of JSON, as client.c does.
 *
 *     crowd PEER threads K N URL PLUGIN    K threads, each with N queries one after the other
 *     crowd PEER flight K N URL PLUGIN     N queries, K of them in flight from one thread
 *
 * Peers: bare (an easy handle for each thread; a multi handle with as many connections as the plugin
 * has), plugin (soar_invoke; soar_submit and soar_next).
 */
#include <curl/curl.h>
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "soar_plugin.h"

#define CONNECTIONS 16
#define PATH "/cases/queries/cases/v1?limit=100"
#define MOST 16384
#define TOKEN "eyJhbGciOiJSUzI1NiJ9.bench" /* the server's */

struct crowd {
    const char *url;
    size_t k;
    long n;
    char target[512];
    struct curl_slist *headers;
    soar_plugin *plugin;
    int event_fd;
    soar_status (*invoke)(soar_plugin *, const soar_call *, soar_result *);
    soar_status (*submit)(soar_plugin *, const soar_call *);
    soar_status (*next)(soar_plugin *, soar_result *);
    void (*release)(soar_result *);
    soar_status (*shutdown)(soar_plugin *, uint64_t);
};

static void die(const char *what)
{
    fprintf(stderr, "crowd: %s\n", what);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ------------------------------------------------------------------ bare */

struct memory {
    char *bytes;
    size_t len, cap;
};

static size_t to_memory(char *bytes, size_t size, size_t n, void *userdata)
{
    struct memory *memory = userdata;
    size_t len = size * n;

    if (memory->len + len > memory->cap) {
        memory->cap = (memory->len + len) * 2;
        memory->bytes = realloc(memory->bytes, memory->cap);
        if (memory->bytes == NULL)
            die("realloc");
    }
    memcpy(memory->bytes + memory->len, bytes, len);
    memory->len += len;
    return len;
}

static CURL *make_easy(const struct crowd *crowd, struct memory *answer)
{
    CURL *easy = curl_easy_init();

    curl_easy_setopt(easy, CURLOPT_URL, crowd->target);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, crowd->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, to_memory);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, answer);
    return easy;
}

static void *bare_thread(void *arg)
{
    const struct crowd *crowd = arg;
    struct memory answer = {0};
    CURL *easy = make_easy(crowd, &answer);

    for (long i = 0; i < crowd->n; i++) {
        answer.len = 0;
        if (curl_easy_perform(easy) != CURLE_OK)
            die("curl_easy_perform");
    }
    curl_easy_cleanup(easy);
    free(answer.bytes);
    return NULL;
}

static void bare_flight(const struct crowd *crowd)
{
    struct memory *answers = calloc(crowd->k, sizeof(*answers));
    CURLM *multi = curl_multi_init();
    long begun = 0, ended = 0;
    int running, left;

    if (answers == NULL)
        die("calloc");
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
    for (size_t i = 0; i < crowd->k && begun < crowd->n; i++, begun++)
        curl_multi_add_handle(multi, make_easy(crowd, &answers[i]));
    while (ended < crowd->n) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            die("curl_multi_perform");
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
            CURL *easy = message->easy_handle;
            struct memory *answer = NULL;
            if (message->data.result != CURLE_OK)
                die("an exchange failed");
            ended++;
            curl_multi_remove_handle(multi, easy);
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&answer);
            answer->len = 0;
            if (begun < crowd->n) {
                begun++;
                curl_multi_add_handle(multi, easy);
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (ended < crowd->n)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    curl_multi_cleanup(multi);
    for (size_t i = 0; i < crowd->k; i++)
        free(answers[i].bytes);
    free(answers);
}

/* ------------------------------------------------------------------ the plugin */

static soar_call query(uint64_t id)
{
    static const char action[] = "query_case_ids", input[] = "{\"limit\":100}";
    soar_call call = {.struct_size = sizeof(call), .call_id = id, .timeout_ms = SOAR_NO_TIMEOUT};

    call.action = action;
    call.action_len = sizeof(action) - 1;
    call.input = input;
    call.input_len = sizeof(input) - 1;
    return call;
}

static void *plugin_thread(void *arg)
{
    const struct crowd *crowd = arg;

    for (long i = 0; i < crowd->n; i++) {
        soar_call call = query(0);
        soar_result result = {.struct_size = sizeof(result)};
        if (crowd->invoke(crowd->plugin, &call, &result) != SOAR_OK)
            die(result.json);
        crowd->release(&result);
    }
    return NULL;
}

static void plugin_flight(const struct crowd *crowd)
{
    long begun = 0, ended = 0;

    while (ended < crowd->n) {
        while (begun < crowd->n && begun - ended < (long)crowd->k) {
            soar_call call = query((uint64_t)++begun);
            if (crowd->submit(crowd->plugin, &call) != SOAR_OK)
                die("soar_submit");
        }
        struct pollfd fd = {.fd = crowd->event_fd, .events = POLLIN};
        poll(&fd, 1, -1);
        soar_result result = {.struct_size = sizeof(result)};
        while (crowd->next(crowd->plugin, &result) == SOAR_OK) {
            if (result.kind == SOAR_KIND_DONE && result.status != SOAR_OK)
                die(result.json);
            ended += result.kind == SOAR_KIND_DONE;
            crowd->release(&result);
        }
    }
}

static void load_plugin(struct crowd *crowd, const char *object)
{
    soar_status (*init)(const soar_host *, const char *, uint64_t, soar_plugin **, int32_t *,
                        soar_result *);
    soar_host host = {.struct_size = sizeof(host), .abi_version = SOAR_ABI_VERSION};
    soar_result err = {.struct_size = sizeof(err)};
    void *library = dlopen(object, RTLD_NOW | RTLD_LOCAL);
    char config[1024];

    if (library == NULL)
        die(dlerror());
    *(void **)&init = dlsym(library, "soar_init");
    *(void **)&crowd->invoke = dlsym(library, "soar_invoke");
    *(void **)&crowd->submit = dlsym(library, "soar_submit");
    *(void **)&crowd->next = dlsym(library, "soar_next");
    *(void **)&crowd->release = dlsym(library, "soar_release");
    *(void **)&crowd->shutdown = dlsym(library, "soar_shutdown");
    /* the server tells each answer that 5,999 are left: nothing is to be spaced */
    snprintf(config, sizeof(config),
             "falcon: { base_url = \"%s\"; client_id = \"bench\"; client_secret = \"bench\"; };\n"
             "http: { max_connections = %d; };\nlimits: { govern = false; };\n",
             crowd->url, CONNECTIONS);
    if (init(&host, config, strlen(config), &crowd->plugin, &crowd->event_fd, &err) != SOAR_OK)
        die(err.json);
}

/* ------------------------------------------------------------------ measuring */

static void run(struct crowd *crowd, bool plugin, bool threads)
{
    pthread_t all[MOST];

    if (!threads && plugin)
        plugin_flight(crowd);
    else if (!threads)
        bare_flight(crowd);
    for (size_t i = 0; threads && i < crowd->k; i++)
        if (pthread_create(&all[i], NULL, plugin ? plugin_thread : bare_thread, crowd) != 0)
            die("pthread_create");
    for (size_t i = 0; threads && i < crowd->k; i++)
        pthread_join(all[i], NULL);
}

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
    struct crowd crowd = {0};

    if (argc != 7)
        die("PEER threads|flight K N URL PLUGIN");
    bool plugin = strcmp(argv[1], "plugin") == 0, threads = strcmp(argv[2], "threads") == 0;
    crowd.k = (size_t)atol(argv[3]);
    crowd.url = argv[5];
    if (crowd.k < 1 || crowd.k > MOST)
        die("K");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    snprintf(crowd.target, sizeof(crowd.target), "%s%s", crowd.url, PATH);
    crowd.headers = curl_slist_append(NULL, "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.bench");
    crowd.headers = curl_slist_append(crowd.headers, "Accept: application/json, */*;q=0.5");
    crowd.headers = curl_slist_append(crowd.headers, "Content-Type: application/json");
    if (plugin)
        load_plugin(&crowd, argv[6]);
    long n = atol(argv[4]);
    crowd.n = n / 10 + 1; /* to warm up */
    run(&crowd, plugin, threads);
    crowd.n = n;
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    run(&crowd, plugin, threads);
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    double calls = (double)n * (threads ? (double)crowd.k : 1);
    printf("{\"peer\":\"%s\",\"work\":\"%s\",\"n\":%.0f,\"cpu_us\":%.2f,\"wall_us\":%.2f,"
           "\"rss_kib\":%ld}\n",
           argv[1], argv[2], calls, cpu * 1e6 / calls, wall * 1e6 / calls, peak_rss_kib());
    if (plugin)
        crowd.shutdown(crowd.plugin, 10000);
    return 0;
}
