/* Writes whose answers are lost, by many threads at once on the real sandbox: what they made is there
 * once each, and each call is told of its own. */
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 240
#define THREADS 8
#define MOST 1000

/* What the threads of a test share. */
struct crowd {
    soar_plugin *instance;
    int calls, names; /* calls in all, and how many different names they use */
    atomic_int next;
    char *ids[MOST]; /* what each call was told */
    soar_status statuses[MOST];
    atomic_int reconciled;
};

static struct json_object *act(soar_plugin *instance, const char *action, const char *input,
                               soar_status *ret_status)
{
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call,
                      .action = action,
                      .action_len = strlen(action),
                      .input = input,
                      .input_len = strlen(input),
                      .timeout_ms = SOAR_NO_TIMEOUT};
    *ret_status = plugin_functions()->invoke(instance, &call, &result);
    struct json_object *document = json_tokener_parse(result.json);
    plugin_functions()->release(&result);
    return document;
}

static struct json_object *at(struct json_object *document, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(document, pointer, &found) == 0 ? found : NULL;
}

static void *create(void *arg)
{
    struct crowd *crowd = arg;
    for (int i = atomic_fetch_add(&crowd->next, 1); i < crowd->calls;
         i = atomic_fetch_add(&crowd->next, 1)) {
        char input[128];
        snprintf(input, sizeof input, "{\"name\":\"Case %d\",\"severity\":50}", i % crowd->names);
        struct json_object *document =
            act(crowd->instance, "create_case", input, &crowd->statuses[i]);
        const char *id = json_object_get_string(at(document, "/resources/0/id"));
        crowd->ids[i] = id != NULL ? strdup(id) : NULL;
        if (crowd->statuses[i] != SOAR_OK) {
            print_message("call %d: %s\n", i, json_object_to_json_string(document));
        }
        atomic_fetch_add(&crowd->reconciled, at(document, "/meta/reconciled") != NULL);
        json_object_put(document);
    }
    return NULL;
}

static void run(struct crowd *crowd, soar_plugin *instance, int calls, int names)
{
    pthread_t threads[THREADS];
    memset(crowd, 0, sizeof *crowd);
    crowd->instance = instance;
    crowd->calls = calls;
    crowd->names = names;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, create, crowd), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

static void done(struct crowd *crowd)
{
    for (int i = 0; i < crowd->calls; i++) {
        free(crowd->ids[i]);
    }
}

static int64_t count_cases(soar_plugin *instance)
{
    soar_status status;
    struct json_object *document = act(instance, "query_case_ids", "{\"limit\":1}", &status);
    int64_t total = json_object_get_int64(at(document, "/meta/pagination/total"));
    assert_int_equal(status, SOAR_OK);
    json_object_put(document);
    return total;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every call was told OK, and of a case that no other was told of. */
static void expect_one_each(struct crowd *crowd)
{
    for (int i = 0; i < crowd->calls; i++) {
        if (crowd->statuses[i] != SOAR_OK || crowd->ids[i] == NULL) {
            fail_msg("call %d: %s", i, plugin_status_name(crowd->statuses[i]));
        }
    }
    qsort(crowd->ids, (size_t)crowd->calls, sizeof crowd->ids[0], by_text);
    for (int i = 1; i < crowd->calls; i++) {
        if (strcmp(crowd->ids[i - 1], crowd->ids[i]) == 0) {
            fail_msg("two calls were told of case %s", crowd->ids[i]);
        }
    }
}

static void a_thousand_creates_without_an_answer_make_a_thousand_cases(void **state)
{
    static const char *const args[] = {"--fault", "create_case:reset_after", NULL};
    struct crowd crowd;
    (void)state;
    struct world *world = world_open_new(args, "{\"limits.govern\":false}");
    run(&crowd, world->instance, MOST, MOST);
    expect_one_each(&crowd);
    assert_int_equal(atomic_load(&crowd.reconciled), MOST);
    assert_int_equal(count_cases(world->instance), MOST);
    done(&crowd);
    world_free(world);
}

/* Threads that ask for the same at the same time must not take each other's. */
static void equal_creates_at_once_get_a_case_each(void **state)
{
    static const char *const args[] = {"--fault", "create_case:reset_after", NULL};
    struct crowd crowd;
    (void)state;
    struct world *world = world_open_new(args, NULL);
    run(&crowd, world->instance, 200, 3);
    expect_one_each(&crowd);
    assert_int_equal(count_cases(world->instance), 200);
    done(&crowd);
    world_free(world);
}

/* Some of the equal creates were applied, some were not, and some got their answer. */
static void equal_creates_of_which_some_were_not_applied_get_a_case_each(void **state)
{
    static const char *const args[] = {
        "--fault", "create_case:reset_before:15", "--fault", "create_case:reset_after:15",
        "--fault", "create_case:reset_before:10", "--fault", "create_case:truncated:10",
        NULL};
    struct crowd crowd;
    (void)state;
    struct world *world = world_open_new(args, "{\"retry.attempts\":20}");
    run(&crowd, world->instance, 120, 2);
    expect_one_each(&crowd);
    assert_int_equal(count_cases(world->instance), 120);
    assert_in_range(atomic_load(&crowd.reconciled), 1, 50);
    done(&crowd);
    world_free(world);
}

/* Another computer's equal case, made in the same moment, is told apart by nothing but a mark. */
static void a_mark_tells_our_case_from_an_equal_one_of_another_process(void **state)
{
    static const char *const args[] = {
        "--fault", "create_case:slow=0:1", /* the stranger's */
        "--fault", "create_case:reset_before:1", "--fault", "create_case:reset_after:1", NULL};
    static const char input[] = "{\"name\":\"n\",\"severity\":5}";
    soar_status status;
    (void)state;
    struct world *world = world_open_new(args, "{\"retry.marker\":\"soar\",\"retry.attempts\":1}");
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    soar_plugin *stranger = plugin_open(settings);
    json_object_put(settings);
    json_object_put(act(stranger, "create_case", input, &status));
    assert_int_equal(status, SOAR_OK);
    struct json_object *document = act(world->instance, "create_case", input, &status);
    assert_int_equal(status, SOAR_UNAVAILABLE);
    assert_string_equal(json_object_get_string(at(document, "/error/outcome")), "not_applied");
    json_object_put(document);
    assert_int_equal(count_cases(stranger), 1);
    document = act(world->instance, "create_case", input, &status);
    assert_int_equal(status, SOAR_OK);
    assert_string_equal(json_object_get_string(at(document, "/meta/reconciled/verdict")),
                        "applied");
    assert_memory_equal(json_object_get_string(at(document, "/resources/0/tags/0")), "soar-", 5);
    json_object_put(document);
    assert_int_equal(count_cases(stranger), 2);
    plugin_close(stranger);
    world_free(world);
}

int main(void)
{
    alarm(GUARD_SECONDS);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_creates_without_an_answer_make_a_thousand_cases),
        cmocka_unit_test(equal_creates_at_once_get_a_case_each),
        cmocka_unit_test(equal_creates_of_which_some_were_not_applied_get_a_case_each),
        cmocka_unit_test(a_mark_tells_our_case_from_an_equal_one_of_another_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
