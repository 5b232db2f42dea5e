/*
 * A host as it was compiled against version 1.0 of the contract (header_1_0, which never changes):
 * old_host PLUGIN CONFIGURATION. It opens a case, reads it back, cancels, submits and takes the
 * outcome, each with structs that end where they ended then, behind which nothing may be touched.
 * Ends with 0 where all went as it did then; otherwise says what did not.
 */
#include "soar_plugin.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Static_assert(SOAR_ABI_MINOR == 0, "compile this against header_1_0");
_Static_assert(sizeof(soar_host) == 56 && sizeof(soar_call) == 80 && sizeof(soar_result) == 64,
               "the structs of 1.0");

static void fail(const char *what, const soar_result *result)
{
    printf("%s: %s\n", what, result != NULL && result->json != NULL ? result->json : "");
    exit(1);
}

/* n zero bytes that end where a page ends; the page behind it cannot be touched. */
static void *at_the_edge(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0)
        fail("mmap", NULL);
    return pages + page - n;
}

static void *symbol(void *object, const char *name)
{
    void *address = dlsym(object, name);
    if (address == NULL)
        fail(name, NULL);
    return address;
}

static size_t lines;

static void on_log(void *ctx, int32_t level, const char *msg, uint64_t msg_len)
{
    (void)ctx, (void)level, (void)msg;
    lines += msg_len > 0;
}

int main(int argc, char **argv)
{
    void *object = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (object == NULL)
        fail("dlopen", NULL);
#define GET(name) __typeof__(&soar_##name) name = (__typeof__(name))symbol(object, "soar_" #name)
    GET(abi_version);
    GET(init);
    GET(invoke);
    GET(cancel);
    GET(release);
    GET(shutdown);
    GET(submit);
    GET(next);
    if (abi_version() >> 16 != SOAR_ABI_MAJOR)
        fail("the version", NULL);

    soar_plugin *plugin = NULL;
    int32_t event_fd = -1;
    soar_host *host = at_the_edge(sizeof(*host));
    soar_call *call = at_the_edge(sizeof(*call));
    soar_result *result = at_the_edge(sizeof(*result));
    host->struct_size = sizeof(*host);
    host->abi_version = SOAR_ABI_VERSION;
    host->log = on_log;
    result->struct_size = sizeof(*result);
    if (init(host, argv[2], strlen(argv[2]), &plugin, &event_fd, result) != SOAR_OK)
        fail("soar_init", result);

    call->struct_size = sizeof(*call);
    call->call_id = 1;
    call->action = "create_case";
    call->action_len = strlen(call->action);
    call->input = "{\"name\":\"From 1.0\",\"severity\":40}";
    call->input_len = strlen(call->input);
    if (invoke(plugin, call, result) != SOAR_OK || result->http_status != 201)
        fail("soar_invoke", result);
    if (strstr(result->json, "\"From 1.0\"") == NULL || result->call_id != 1)
        fail("the case that was opened", result);
    release(result);
    if (lines == 0)
        fail("the log of a write", NULL);
    if (cancel(plugin, 1) != SOAR_NOT_FOUND)
        fail("soar_cancel", NULL);

    call->call_id = 2;
    call->action = "query_case_ids";
    call->action_len = strlen(call->action);
    call->input = "";
    call->input_len = 0;
    if (submit(plugin, call) != SOAR_OK)
        fail("soar_submit", NULL);
    soar_status status;
    while ((status = next(plugin, result)) == SOAR_EMPTY || result->kind != SOAR_KIND_DONE) {
        struct pollfd wait = {.fd = event_fd, .events = POLLIN};
        release(result);
        if (poll(&wait, 1, 30000) <= 0)
            fail("no outcome of soar_submit", NULL);
    }
    if (status != SOAR_OK || result->status != SOAR_OK || result->call_id != 2)
        fail("soar_next", result);
    if (shutdown(plugin, 5000) != SOAR_OK)
        fail("soar_shutdown", NULL);
    release(result);
    return 0;
}
