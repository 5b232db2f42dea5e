/* A long life in one process: a million calls, in flight and blocking, reads and writes, with faults
 * among them and instances that come and go. After each round with nothing in flight the process must
 * hold what it held before: memory, descriptors and threads are flat. Faults are rare, since each has
 * a wait.
 *     SOAK_CALLS=1000000 SOAK_SECONDS=1800 build/release/soak/soak */
#include "async.h"
#include "check.h"
#include "raw.h"
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUND 10000u  /* calls */
#define IN_FLIGHT 64u /* of them at a time */
#define THREADS 2u    /* that block, each with a quarter of a round */
#define WARM_UP 3u    /* rounds until everything has its size */
#define LIFE 5u /* rounds of an instance, and of a sandbox, whose writes grow slow by number */
#define GROWTH_KIB 1024 /* that is no growth: pages of the heap that were not given back */

/* else it would keep to the 6,000 requests a minute that the sandbox tells */
#define UNGOVERNED "{\"limits.govern\":false}"

struct held {
    long rss_kib;
    size_t heap, fds, threads;
};

struct asker {
    soar_plugin *instance;
    unsigned seed, calls;
    pthread_t thread;
};

static const char *const kinds[] = {"create_case:reset_after", "get_cases:status=503",
                                    "add_case_tags:truncated", "query_case_ids:bad_json",
                                    "*:expired_token"};
static char *case_id;
static atomic_ullong outcomes[SOAR_EMPTY + 1];

static unsigned long number_of(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

/* ------------------------------------------------------------------ what the process holds */

static long rss_kib(void)
{
    char line[128];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    fclose(file);
    return kib;
}

static struct held look(void)
{
    malloc_trim(0);
    return (struct held){.rss_kib = rss_kib(),
                         .heap = mallinfo2().uordblks,
                         .fds = async_fds(),
                         .threads = async_threads()};
}

/* ------------------------------------------------------------------ calls */

/* The call of that number: mostly reads, some writes. */
static const char *call_of(unsigned number, char *ret_input, size_t size)
{
    switch (number % 10) {
    case 0:
        snprintf(ret_input, size, "{\"id\":\"%s\",\"tags\":[\"t%u\"]}", case_id, number % 7);
        return "add_case_tags";
    case 1:
        snprintf(ret_input, size, "{\"id\":\"%s\",\"fields\":{\"severity\":%u}}", case_id,
                 1 + number % 100);
        return "update_case_fields";
    case 2:
        snprintf(ret_input, size, "{\"id\":\"%s\",\"tag\":[\"t%u\"]}", case_id, number % 7);
        return "delete_case_tags";
    case 3:
    case 4:
        snprintf(ret_input, size, "{\"filter\":\"severity:>%u\",\"limit\":20}", number % 90);
        return "query_case_ids";
    case 5:
        snprintf(ret_input, size, "{\"limit\":%u}", number % 5);
        return "query_slas";
    case 6: /* refused before anything is sent */
        snprintf(ret_input, size, "{\"limit\":\"many\",\"number\":%u}", number);
        return "query_slas";
    default:
        snprintf(ret_input, size, "{\"ids\":[\"%s\"]}", case_id);
        return "get_cases";
    }
}

static void *ask(void *arg)
{
    struct asker *asker = arg;
    char input[256];
    for (unsigned i = 0; i < asker->calls; i++) {
        const char *action = call_of(asker->seed + i, input, sizeof input);
        soar_call call = async_call(0, action, input);
        soar_result result = {.struct_size = sizeof result};
        plugin_functions()->invoke(asker->instance, &call, &result);
        atomic_fetch_add(&outcomes[result.status], 1);
        plugin_functions()->release(&result);
    }
    return NULL;
}

static void submit(struct async *async, unsigned number)
{
    char input[256];
    const char *action = call_of(number, input, sizeof input);
    async_submit(async, number + 1, action, input);
}

static void run_in_flight(struct async *async, unsigned first, unsigned calls)
{
    unsigned sent = 0;
    while (sent < IN_FLIGHT && sent < calls) {
        submit(async, first + sent++);
    }
    for (unsigned done = 0; done < calls; done++) {
        soar_result result;
        async_outcome(async, &result);
        atomic_fetch_add(&outcomes[result.status], 1);
        plugin_functions()->release(&result);
        if (sent < calls) {
            submit(async, first + sent++);
        }
    }
}

static void run_round(struct world *world, struct async *async, unsigned number)
{
    struct asker askers[THREADS];
    char fault[96];
    raw_set_faults(&world->sandbox, (const char *[]){NULL});
    free(case_id); /* a new one, since the sandbox keeps each change of a case */
    world->instance = async->instance;
    case_id = world_new_case(world, "Soak");
    world->instance = NULL;
    snprintf(fault, sizeof fault, "%s:3", kinds[number % (sizeof kinds / sizeof *kinds)]);
    raw_set_faults(&world->sandbox, (const char *[]){fault, NULL});
    for (unsigned i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){async->instance, number * 31 + i * 7, ROUND / 4, 0};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    run_in_flight(async, number * ROUND, ROUND / 2);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
    }
}

/* ------------------------------------------------------------------ the test */

static void show(unsigned long calls, const struct held *held, time_t seconds)
{
    print_message("# %lu calls, %lld s: RSS %ld KiB, heap %zu KiB, %zu descriptors, %zu threads\n",
                  calls, (long long)seconds, held->rss_kib, held->heap / 1024, held->fds,
                  held->threads);
}

static void show_outcomes(void)
{
    for (soar_status status = SOAR_OK; status <= SOAR_EMPTY; status++) {
        if (outcomes[status] > 0) {
            print_message("#   %llu %s\n", (unsigned long long)outcomes[status],
                          plugin_status_name(status));
        }
    }
}

static struct world *open_world(void)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->dir = tmpdir_new();
    sandbox_start(&world->sandbox, "/dev/null", NULL);
    return world;
}

static void a_long_life_holds_no_more_than_a_short_one(void **state)
{
    unsigned long wanted = number_of("SOAK_CALLS", 1000000), calls = 0;
    time_t begun = time(NULL), most = (time_t)number_of("SOAK_SECONDS", 1800);
    struct world *world = open_world();
    struct held first = {0}, now = {0};
    struct async async = {0};
    (void)state;
    for (unsigned round = 0; calls < wanted && time(NULL) - begun < most; round++) {
        if (round % LIFE == 0) {
            if (async.instance != NULL) {
                async_close(&async);
                world_free(world);
                world = open_world();
            }
            async_open(&async, world, NULL, UNGOVERNED);
        }
        run_round(world, &async, round);
        calls += ROUND;
        now = look();
        if (round < WARM_UP || round % 10 == 9) {
            show(calls, &now, time(NULL) - begun);
        }
        if (round == WARM_UP) {
            first = now;
        }
    }
    show(calls, &now, time(NULL) - begun);
    show_outcomes();
    assert_true(calls > (WARM_UP + 1) * ROUND);
    assert_true(now.rss_kib <= first.rss_kib + GROWTH_KIB);
    assert_int_equal(now.threads, first.threads);
    assert_true(now.fds <= first.fds);
    async_close(&async);
    free(case_id);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_life_holds_no_more_than_a_short_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
