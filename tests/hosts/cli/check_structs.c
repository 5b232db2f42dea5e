/* struct_size: hosts older and newer than the plugin, and ones that forgot it. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check_world.h"

/* Sizes in version 1.0 of the contract. They never change. */
#define HOST_1_0 56u
#define CALL_1_0 80u
#define RESULT_1_0 64u
#define NEWER 512u
#define CANARY 0xA5

/* n bytes that end where a page ends behind which nothing may be touched. */
static void *at_the_edge(size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0)
        abort();
    return pages + page - n;
}

static void too_small_call(struct check_run *run, struct check_world *world, uint32_t size)
{
    soar_call call = check_call_of("none", "{}", 0);
    struct json_object *document;
    call.struct_size = size;
    char what[64];
    snprintf(what, sizeof(what), "soar_call.struct_size %u", size);
    soar_status status = check_invoke(run, world, &call, what, &document);
    if (status != SOAR_INVALID_ARGUMENT)
        check_fail(run, "%s: %s instead of INVALID_ARGUMENT", what, host_status_name(status));
}

static bool untouched(const soar_result *result, uint32_t size)
{
    soar_result expected;
    memset(&expected, CANARY, sizeof(expected));
    expected.struct_size = size;
    return memcmp(result, &expected, sizeof(expected)) == 0;
}

static void too_small_result(struct check_run *run, struct check_world *world, uint32_t size)
{
    soar_call call = check_call_of("none", "{}", 0);
    soar_result result;
    memset(&result, CANARY, sizeof(result));
    result.struct_size = size;
    soar_status status = world->api.invoke(world->plugin, &call, &result);
    if (status != SOAR_INVALID_ARGUMENT || !untouched(&result, size))
        check_fail(run, "soar_result.struct_size %u: %s, and the result is%s touched", size,
                   host_status_name(status), untouched(&result, size) ? " not" : "");
    world->api.release(&result);
    if (!untouched(&result, size))
        check_fail(run, "soar_release touches a result of struct_size %u", size);
}

static void too_small(struct check_run *run)
{
    struct check_world world;
    if (!check_world_open(run, &world))
        return;
    for (uint32_t size = 0; size < CALL_1_0; size += 4)
        too_small_call(run, &world, size);
    for (uint32_t size = 0; size < RESULT_1_0; size += 4)
        too_small_result(run, &world, size);
    for (uint32_t size = 0; size < HOST_1_0; size += 4) {
        soar_plugin *plugin = NULL;
        soar_host host = {.struct_size = size, .abi_version = SOAR_ABI_VERSION};
        soar_status status =
            world.api.init(&host, run->input->config, run->input->config_len, &plugin, NULL, NULL);
        if (status != SOAR_INVALID_ARGUMENT || plugin)
            check_fail(run, "soar_host.struct_size %u: %s instead of INVALID_ARGUMENT", size,
                       host_status_name(status));
    }
}

/* The structs of 1.0, at the end of a page: who reads or writes on, faults. */
static void old_host(struct check_run *run)
{
    struct check_world world;
    soar_call now;
    soar_host *host = at_the_edge(HOST_1_0);
    soar_call *call = at_the_edge(CALL_1_0);
    soar_result *result = at_the_edge(RESULT_1_0);
    *host = (soar_host){.struct_size = HOST_1_0, .abi_version = 1u << 16};
    if (!check_world_load(run, &world) || !check_world_init(run, &world, host, &world.plugin) ||
        !check_probe_call(run, &world, &now))
        return;
    memcpy(call, &now, CALL_1_0);
    call->struct_size = CALL_1_0;
    memset(result, 0, RESULT_1_0);
    result->struct_size = RESULT_1_0;
    soar_status status = world.api.invoke(world.plugin, call, result);
    check_result(run, status, result, "a host of version 1.0", NULL);
    if (status == SOAR_INVALID_ARGUMENT)
        check_fail(run, "the call of a host of version 1.0 is refused: %.200s", result->json);
    world.api.release(result);
}

static void new_host(struct check_run *run)
{
    struct check_world world;
    soar_call now;
    union {
        char bytes[NEWER];
        soar_host host;
        soar_call call;
        soar_result result;
    } host, call, result;
    memset(&host, CANARY, sizeof(host));
    host.host = (soar_host){.struct_size = NEWER, .abi_version = (1u << 16) | 0xffffu};
    if (!check_world_load(run, &world) ||
        !check_world_init(run, &world, &host.host, &world.plugin) ||
        !check_probe_call(run, &world, &now))
        return;
    if (world.api.version > SOAR_ABI_VERSION) {
        check_skip(run, "the plugin is of a later version than this check");
        return;
    }
    soar_status usual = check_invoke(run, &world, &now, "the usual call", NULL);
    static const uint32_t sizes[] = {NEWER, UINT32_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(&call, CANARY, sizeof(call));
        memcpy(&call, &now, sizeof(now));
        memset(&result, CANARY, sizeof(result));
        memset(&result, 0, sizeof(soar_result));
        call.call.struct_size = result.result.struct_size = sizes[i];
        soar_status status = world.api.invoke(world.plugin, &call.call, &result.result);
        check_result(run, status, &result.result, "a host of a later version", NULL);
        if (status != usual)
            check_fail(run, "%s with structs of %u bytes, %s with those of this version",
                       host_status_name(status), sizes[i], host_status_name(usual));
        if (result.result.struct_size != sizes[i])
            check_fail(run, "soar_result.struct_size was changed");
        for (size_t at = sizeof(soar_result); at < NEWER; at++)
            if ((unsigned char)result.bytes[at] != CANARY) {
                check_fail(run, "writes behind the soar_result that it knows, at byte %zu", at);
                break;
            }
        world.api.release(&result.result);
    }
}

const struct check checks_structs[] = {
    {"structs.too_small", "Structs smaller than those of version 1.0 are refused and not touched",
     too_small, 30},
    {"structs.old_host",
     "A host with the structs of version 1.0 is served, and not one byte more read", old_host, 30},
    {"structs.new_host",
     "A host with larger structs is served; what the plugin doesn't know is left "
     "alone",
     new_host, 30},
    {NULL, NULL, NULL, 0},
};
