/* What a small call of an instance that has carried out some takes of memory: its result, and what
 * json-c needs for the values of its input. Counted where it is asked for: by the code of the plugin
 * and of json-c, wherever that lies; what libcurl needs is libcurl's. */
#include "async.h"
#include "check.h"
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM 70 /* more than are kept of anything */
#define CALLS 50
#define IN_FLIGHT 16
#define FOR_ALL __attribute__((visibility("default")))
#define CALLER ((uintptr_t)__builtin_return_address(0))

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* it counts by itself, and the plugin keeps nothing then (base/kept.h) */
#else
#define SANITIZED 0
#endif

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static atomic_long counted;

/* Code of the plugin and of json-c. */
static struct {
    uintptr_t from, to;
} code[8];
static size_t n_code;

#if !SANITIZED
static void count(uintptr_t caller)
{
    for (size_t i = 0; i < n_code; i++) {
        if (caller >= code[i].from && caller < code[i].to) {
            atomic_fetch_add(&counted, 1);
        }
    }
}

FOR_ALL void *malloc(size_t size)
{
    count(CALLER);
    return __libc_malloc(size);
}

FOR_ALL void *calloc(size_t n, size_t size)
{
    count(CALLER);
    return __libc_calloc(n, size);
}

FOR_ALL void *realloc(void *block, size_t size)
{
    count(CALLER);
    return __libc_realloc(block, size);
}

static char *copy(const char *text, size_t len)
{
    char *block = __libc_malloc(len + 1);
    if (block != NULL) {
        memcpy(block, text, len);
        block[len] = '\0';
    }
    return block;
}

FOR_ALL char *strdup(const char *text)
{
    count(CALLER);
    return copy(text, strlen(text));
}

FOR_ALL char *strndup(const char *text, size_t most)
{
    count(CALLER);
    return copy(text, strnlen(text, most));
}
#endif

static int find_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (strstr(info->dlpi_name, "falcon_case_management.so") == NULL &&
        strstr(info->dlpi_name, "libjson-c.so") == NULL) {
        return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            assert_true(n_code < sizeof code / sizeof *code);
            code[n_code].from = info->dlpi_addr + part->p_vaddr;
            code[n_code++].to = info->dlpi_addr + part->p_vaddr + part->p_memsz;
        }
    }
    return 0;
}

/* What json-c takes for the values of the text, with a tokener that has read it before. */
static long taken_by_values(const char *text)
{
    struct json_tokener *tokener = json_tokener_new();
    long taken = 0;
    for (int i = 0; i < 2; i++) {
        long before = atomic_load(&counted);
        struct json_object *value = json_tokener_parse_ex(tokener, text, (int)strlen(text));
        taken = atomic_load(&counted) - before;
        assert_non_null(value);
        json_object_put(value);
        json_tokener_reset(tokener);
    }
    json_tokener_free(tokener);
    return taken;
}

struct row {
    const char *action, *members;
    bool of_case; /* its id is in the input too */
};

static const struct row rows[] = {
    {"query_case_ids", "\"limit\":100", false},
    {"query_case_ids",
     "\"filter\":\"status:'new'+severity:>50\",\"sort\":\"created_timestamp|desc\"", false},
    {"update_case_fields", "\"fields\":{\"severity\":70}", true},
    {"query_slas", "\"limit\":10", false},
};

struct input {
    char text[256];
};

static struct input input_of(const struct row *row, const char *id)
{
    struct input input;
    (void)snprintf(input.text, sizeof input.text, "{%s%s%s%s}", row->of_case ? "\"id\":\"" : "",
                   row->of_case ? id : "", row->of_case ? "\"," : "", row->members);
    return input;
}

static void invoke(soar_plugin *instance, const char *action, const char *input)
{
    const struct plugin *plugin = plugin_functions();
    soar_call call = async_call(0, action, input);
    soar_result result = {.struct_size = sizeof result};
    assert_int_equal(plugin->invoke(instance, &call, &result), SOAR_OK);
    plugin->release(&result);
}

static void
a_small_call_takes_no_memory_but_for_its_result_and_the_values_of_its_input(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *id = world_new_case(world, "Memory");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct input input = input_of(&rows[r], id);
        for (int i = 0; i < WARM; i++) {
            invoke(world->instance, rows[r].action, input.text);
        }
        long expected = CALLS * (1 + taken_by_values(input.text)), before = atomic_load(&counted);
        for (int i = 0; i < CALLS; i++) {
            invoke(world->instance, rows[r].action, input.text);
        }
        assert_int_equal(atomic_load(&counted) - before, expected);
    }
    free(id);
    world_free(world);
}

/* So many in flight, each with its outcome taken. */
static void round_of(struct async *async, const char *action, const char *input)
{
    for (int i = 1; i <= IN_FLIGHT; i++) {
        async_submit(async, (uint64_t)i, action, input);
    }
    for (int i = 0; i < IN_FLIGHT; i++) {
        soar_result result;
        async_outcome(async, &result);
        assert_int_equal(result.status, SOAR_OK);
        plugin_functions()->release(&result);
    }
}

static void nor_does_one_of_sixteen_in_flight(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    char *id = world_new_case(world, "Memory");
    /* a line of the log is an event of its own, and its text the host's */
    async_open(&async, world, NULL, "{\"log.level\":\"warn\",\"log.audit\":false}");
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct input input = input_of(&rows[r], id);
        for (int i = 0; i < WARM; i++) {
            round_of(&async, rows[r].action, input.text);
        }
        long expected = IN_FLIGHT * CALLS * (1 + taken_by_values(input.text));
        long before = atomic_load(&counted);
        for (int i = 0; i < CALLS; i++) {
            round_of(&async, rows[r].action, input.text);
        }
        /* how many are in flight at a time is not always the same: blocks may grow a last time */
        assert_in_range(atomic_load(&counted) - before, expected, expected + IN_FLIGHT * 4);
    }
    free(id);
    async_close(&async);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_small_call_takes_no_memory_but_for_its_result_and_the_values_of_its_input),
        cmocka_unit_test(nor_does_one_of_sixteen_in_flight),
    };
    if (SANITIZED) {
        printf("1..0 # SKIP memory is the sanitizer's\n");
        return 0;
    }
    (void)plugin_functions();
    dl_iterate_phdr(find_code, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
