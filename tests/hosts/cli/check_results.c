/* Results: whose they are, how long they live, that all of them can be given back. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "check_world.h"
#include "memory.h"

#define HELD 64
#define WARM_CALLS 200
#define CALLS 2000
#define PER_CALL_MAX 32

/* A call that needs no service: an action that there is not, and the probe as a dry run. */
static soar_call call_of(const struct check_world *world, size_t i)
{
    return i % 2 && world->probe.action
               ? check_call_of(world->probe.action, world->probe.input, SOAR_CALL_DRY_RUN)
               : check_call_of("no_action_has_this_name", "{}", 0);
}

/* Of either kind of call some are kept to the end. */
static bool is_released_early(size_t i)
{
    return i / 2 % 2 == 0;
}

static void owned(struct check_run *run)
{
    struct check_world world;
    soar_result results[HELD];
    char *copies[HELD];
    if (!check_world_open(run, &world))
        return;
    for (size_t i = 0; i < HELD; i++) {
        soar_call call = call_of(&world, i);
        call.call_id = i + 1;
        results[i] = (soar_result){.struct_size = sizeof(soar_result)};
        world.api.invoke(world.plugin, &call, &results[i]);
        copies[i] = host_strndup(results[i].json ? results[i].json : "", results[i].json_len);
        if (results[i].call_id != i + 1)
            check_fail(run, "a result has the call_id %llu, its call %zu",
                       (unsigned long long)results[i].call_id, i + 1);
    }
    for (size_t i = 0; i < HELD; i++)
        if (is_released_early(i))
            world.api.release(&results[i]);
    if (world.api.shutdown(world.plugin, SOAR_NO_TIMEOUT) != SOAR_OK)
        check_fail(run, "soar_shutdown fails");
    bool same = true;
    for (size_t i = 0; i < HELD; i++) {
        if (is_released_early(i))
            continue;
        same = same && results[i].json && strcmp(results[i].json, copies[i]) == 0;
        world.api.release(&results[i]);
    }
    if (!same)
        check_fail(run, "a result has changed before it was released");
}

static void released(struct check_run *run)
{
    struct check_world world;
    soar_result result = {.struct_size = sizeof(result)};
    if (!check_world_open(run, &world))
        return;
    world.api.release(NULL);
    world.api.release(&result);
    for (size_t i = 0; i < 4; i++) {
        soar_call call = call_of(&world, i);
        world.api.invoke(world.plugin, &call, &result);
        world.api.release(&result);
        if (result.json || result.json_len || result.owner ||
            result.struct_size != sizeof(result)) {
            check_fail(run, "soar_release does not clear the result");
            return;
        }
        world.api.release(&result);
    }
}

static size_t in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void all_freed(struct check_run *run)
{
    struct check_world world;
    size_t before = 0;
    if (!check_world_open(run, &world))
        return;
    for (size_t i = 0; i < WARM_CALLS + CALLS; i++) {
        soar_result result = {.struct_size = sizeof(result)};
        soar_call call = call_of(&world, i);
        if (i == WARM_CALLS)
            before = in_use();
        world.api.invoke(world.plugin, &call, &result);
        world.api.release(&result);
    }
    size_t after = in_use();
    if (after > before + (size_t)CALLS * PER_CALL_MAX)
        check_fail(run, "memory grows by %zu bytes a call, though every result is released",
                   (after - before) / CALLS);
}

const struct check checks_results[] = {
    {"results.owned", "A result stays as it is until it is released, whatever else is called",
     owned, 30},
    {"results.released", "soar_release clears the result, and a second time does nothing", released,
     30},
    {"results.all_freed", "2,000 calls whose results are released leave no memory behind",
     all_freed, 60},
    {NULL, NULL, NULL, 0},
};
