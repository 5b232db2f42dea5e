/*
 * How long soar_cancel takes to end a call whose request is out and not answered: from soar_cancel to
 * the return of soar_invoke, or to the outcome from soar_next; alone, and as one of 10,000 in flight.
 *
 *     cancel PLUGIN
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "soar_plugin.h"

#define ROUNDS 200
#define CROWDED_ROUNDS 20
#define CROWD 10000

struct bench {
    int listener;
    char config[256];
    soar_plugin *instance;
    int32_t event_fd;
    soar_status (*init)(const soar_host *, const char *, uint64_t, soar_plugin **, int32_t *,
                        soar_result *);
    soar_status (*invoke)(soar_plugin *, const soar_call *, soar_result *);
    soar_status (*submit)(soar_plugin *, const soar_call *);
    soar_status (*next)(soar_plugin *, soar_result *);
    soar_status (*cancel)(soar_plugin *, uint64_t);
    void (*release)(soar_result *);
    soar_status (*shutdown)(soar_plugin *, uint64_t);
};

static void need(bool fine, const char *what)
{
    if (!fine) {
        fprintf(stderr, "cancel: %s\n", what);
        exit(1);
    }
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void load(struct bench *bench, const char *path)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    need(library != NULL, "the plugin cannot be loaded");
#define FUNCTION(name) *(void **)&bench->name = dlsym(library, "soar_" #name)
    FUNCTION(init);
    FUNCTION(invoke);
    FUNCTION(submit);
    FUNCTION(next);
    FUNCTION(cancel);
    FUNCTION(release);
    FUNCTION(shutdown);
    bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    need(bind(bench->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
             listen(bench->listener, 64) == 0 &&
             getsockname(bench->listener, (struct sockaddr *)&address, &len) == 0,
         "no socket");
    snprintf(bench->config, sizeof bench->config,
             "falcon: { base_url = \"http://127.0.0.1:%u\"; client_id = \"i\"; client_secret = "
             "\"s\"; };",
             ntohs(address.sin_port));
}

static void open_instance(struct bench *bench)
{
    need(bench->init(NULL, bench->config, strlen(bench->config), &bench->instance, &bench->event_fd,
                     NULL) == SOAR_OK,
         "no instance");
}

static soar_call call_of(uint64_t id)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .call_id = id,
                       .action = "query_case_ids",
                       .action_len = 14,
                       .timeout_ms = SOAR_NO_TIMEOUT};
}

/* The token request is here, and gets no answer. */
static int take_request(const struct bench *bench)
{
    char bytes[4096];
    int fd = accept(bench->listener, NULL, NULL);
    need(fd >= 0 && read(fd, bytes, sizeof bytes) > 0, "no request came");
    return fd;
}

static void *invoke_it(void *arg)
{
    struct bench *bench = arg;
    soar_call call = call_of(1);
    soar_result result = {.struct_size = sizeof result};
    (void)bench->invoke(bench->instance, &call, &result);
    bench->release(&result);
    return NULL;
}

static void take_outcome(struct bench *bench, uint64_t id)
{
    for (bool found = false; !found;) {
        struct pollfd ready = {.fd = bench->event_fd, .events = POLLIN};
        soar_result result = {.struct_size = sizeof result};
        poll(&ready, 1, -1);
        if (bench->next(bench->instance, &result) == SOAR_OK) {
            found = result.kind == SOAR_KIND_DONE && result.call_id == id;
        }
        bench->release(&result);
    }
}

static double once(struct bench *bench, bool submit)
{
    pthread_t thread;
    soar_call call = call_of(1);
    if (submit) {
        need(bench->submit(bench->instance, &call) == SOAR_OK, "not accepted");
    } else {
        need(pthread_create(&thread, NULL, invoke_it, bench) == 0, "no thread");
    }
    int fd = take_request(bench);
    double begun = now_ms();
    need(bench->cancel(bench->instance, 1) == SOAR_OK, "not in flight");
    if (submit) {
        take_outcome(bench, 1);
    } else {
        pthread_join(thread, NULL);
    }
    double took = now_ms() - begun;
    close(fd);
    return took;
}

static int by_size(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static void tell(const char *what, double *took, size_t n)
{
    qsort(took, n, sizeof took[0], by_size);
    printf("%-38s median %6.2f ms, worst of %zu %6.2f ms\n", what, took[n / 2], n, took[n - 1]);
}

static void measure_alone(struct bench *bench, const char *what, bool submit)
{
    double took[ROUNDS];
    open_instance(bench);
    for (size_t i = 0; i < ROUNDS; i++) {
        took[i] = once(bench, submit);
    }
    (void)bench->shutdown(bench->instance, SOAR_NO_TIMEOUT);
    tell(what, took, ROUNDS);
}

/* The first call's token request is out, and all others wait for the token. */
static double once_in_a_crowd(struct bench *bench)
{
    int fd = -1;
    open_instance(bench);
    for (uint64_t id = 1; id <= CROWD; id++) {
        soar_call call = call_of(id);
        need(bench->submit(bench->instance, &call) == SOAR_OK, "not accepted");
        if (id == 1) {
            fd = take_request(bench);
        }
    }
    double begun = now_ms();
    need(bench->cancel(bench->instance, CROWD / 2) == SOAR_OK, "not in flight");
    take_outcome(bench, CROWD / 2);
    double took = now_ms() - begun;
    (void)bench->shutdown(bench->instance, SOAR_NO_TIMEOUT);
    close(fd);
    return took;
}

static void measure_in_a_crowd(struct bench *bench, const char *what)
{
    double took[CROWDED_ROUNDS];
    for (size_t i = 0; i < CROWDED_ROUNDS; i++) {
        took[i] = once_in_a_crowd(bench);
    }
    tell(what, took, CROWDED_ROUNDS);
}

int main(int argc, char **argv)
{
    struct bench bench = {0};
    need(argc == 2, "usage: cancel PLUGIN");
    load(&bench, argv[1]);
    measure_alone(&bench, "soar_invoke", false);
    measure_alone(&bench, "soar_submit", true);
    measure_in_a_crowd(&bench, "soar_submit, one of 10,000 in flight");
    return 0;
}
