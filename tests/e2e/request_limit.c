/* The service's request limit under many threads and several processes: nobody runs into it, nobody
 * waits for ever, and a process that is killed holds up nobody. */
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUARD_SECONDS 150
#define THREADS 50

/* 30 requests in 4 seconds; the plugin is told that it is not a minute. */
static const char *const limited[] = {"--rate-limit", "30", "--rate-window", "4000", NULL};
#define LIMITED "\"limits.window_ms\":4000,\"retry.attempts\":1"

/* Threads that make one call each, and what became of them. */
struct crowd {
    soar_plugin *instance;
    atomic_int fine, refused, other;
};

static void *call_once(void *arg)
{
    struct crowd *crowd = arg;
    soar_status status;
    const char *problem = plugin_try(crowd->instance, "query_case_ids", "{\"limit\":1}", &status);
    if (problem == NULL && status == SOAR_OK) {
        atomic_fetch_add(&crowd->fine, 1);
    } else if (problem == NULL && status == SOAR_RESOURCE_EXHAUSTED) {
        atomic_fetch_add(&crowd->refused, 1);
    } else {
        atomic_fetch_add(&crowd->other, 1);
    }
    return NULL;
}

static void run_crowd(struct crowd *crowd, int n)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < n; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, call_once, crowd), 0);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* Requests for data that got this status. */
static int answered(const struct world *world, int status)
{
    struct json_object *list = sandbox_requests(&world->sandbox, 0, 0);
    int n = 0;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *one = json_object_array_get_idx(list, i), *code = NULL;
        json_object_object_get_ex(one, "status", &code);
        n += json_object_get_int(code) == status;
    }
    json_object_put(list);
    return n;
}

static void fifty_threads_at_a_low_limit_get_no_429(void **state)
{
    (void)state;
    struct world *world = world_open_new(limited, "{" LIMITED "}");
    struct crowd crowd = {.instance = world->instance};
    run_crowd(&crowd, THREADS);
    assert_int_equal(atomic_load(&crowd.fine), THREADS);
    assert_int_equal(answered(world, 429), 0);
    assert_int_equal(answered(world, 200), THREADS);
    world_free(world);
}

static void without_the_governor_they_would(void **state)
{
    (void)state;
    struct world *world = world_open_new(limited, "{\"limits.govern\":false," LIMITED "}");
    struct crowd crowd = {.instance = world->instance};
    run_crowd(&crowd, THREADS);
    assert_true(atomic_load(&crowd.refused) >= THREADS - 30 - 1);
    assert_int_equal(answered(world, 429), atomic_load(&crowd.refused));
    world_free(world);
}

static void a_call_without_the_time_to_wait_is_refused_before_it_is_sent(void **state)
{
    (void)state;
    struct world *world = world_open_new(limited, "{" LIMITED "}");
    struct crowd crowd = {.instance = world->instance};
    run_crowd(&crowd, 27); /* all that goes without waiting */
    int sent = answered(world, 200);
    soar_call call = {.action = "query_case_ids", .action_len = 14, .timeout_ms = 1};
    soar_status status = SOAR_OK;
    for (int i = 0; i < 20 && status != SOAR_RESOURCE_EXHAUSTED; i++) {
        call.timeout_ms = 100;
        json_object_put(plugin_invoke(world->instance, &call, &status));
        sent += status == SOAR_OK;
    }
    assert_int_equal(status, SOAR_RESOURCE_EXHAUSTED);
    assert_int_equal(answered(world, 200), sent);
    assert_int_equal(answered(world, 429), 0);
    world_free(world);
}

/* ------------------------------------------------------------------ processes */

/* The settings of an instance that shares a file in the world's directory. */
static struct json_object *shared_settings(const struct world *world)
{
    char *path = tmpdir_path(world->dir, "limits");
    struct json_object *settings = settings_new(&world->sandbox, NULL);
    struct json_object *changes = json_tokener_parse("{" LIMITED "}");
    json_object_object_add(changes, "limits.shared_file", json_object_new_string(path));
    settings_change(settings, changes);
    json_object_put(changes);
    free(path);
    return settings;
}

/* In a process of its own: so many threads make a call each. Its exit code is how many did not
 * succeed. */
static pid_t start_crowd(const struct world *world, int n)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct json_object *settings = shared_settings(world);
        struct crowd crowd = {.instance = plugin_open(settings)};
        run_crowd(&crowd, n);
        _exit(n - atomic_load(&crowd.fine));
    }
    return pid;
}

static void two_processes_that_share_the_file_stay_under_the_limit_together(void **state)
{
    (void)state;
    struct world *world = world_new(limited);
    pid_t children[2];
    for (int i = 0; i < 2; i++) {
        children[i] = start_crowd(world, 24);
        assert_true(children[i] > 0);
    }
    for (int i = 0; i < 2; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(answered(world, 429), 0);
    assert_int_equal(answered(world, 200), 48);
    world_free(world);
}

/* In a process of its own: threads that call without end, each call a byte to the pipe. */
static void call_for_ever(const struct world *world, int out)
{
    struct json_object *settings = shared_settings(world);
    struct crowd crowd = {.instance = plugin_open(settings)};
    for (;;) {
        run_crowd(&crowd, 4);
        if (write(out, "....", 4) != 4) {
            _exit(1);
        }
    }
}

static void a_process_that_is_killed_holds_up_nobody_and_its_requests_count(void **state)
{
    (void)state;
    struct world *world = world_new(limited);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        call_for_ever(world, ends[1]);
    }
    close(ends[1]);
    for (int seen = 0; seen < 20; seen++) {
        char byte;
        assert_int_equal(read(ends[0], &byte, 1), 1);
    }
    int status = 0;
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(ends[0]);
    struct json_object *settings = shared_settings(world);
    struct crowd crowd = {.instance = plugin_open(settings)};
    json_object_put(settings);
    run_crowd(&crowd, 25); /* the 20 and more of the killed one fill most of the window */
    plugin_close(crowd.instance);
    assert_int_equal(atomic_load(&crowd.fine), 25);
    assert_int_equal(answered(world, 429), 0);
    world_free(world);
}

static void a_shared_file_that_is_not_safe_is_refused_with_the_key(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    char *path = tmpdir_path(world->dir, "limits"), *target = tmpdir_path(world->dir, "target");
    struct json_object *settings = shared_settings(world), *where = NULL;
    char *text = settings_text(settings);
    soar_status status;
    assert_int_equal(symlink(target, path), 0);
    struct json_object *document = plugin_refused(text, strlen(text), &status);
    assert_int_equal(status, SOAR_PERMISSION_DENIED);
    assert_int_equal(json_pointer_get(document, "/error/where", &where), 0);
    assert_string_equal(json_object_get_string(where), "config, limits.shared_file");
    assert_int_equal(access(target, F_OK), -1);
    json_object_put(document);
    json_object_put(settings);
    free(text);
    free(target);
    free(path);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_processes_that_share_the_file_stay_under_the_limit_together),
        cmocka_unit_test(a_process_that_is_killed_holds_up_nobody_and_its_requests_count),
        cmocka_unit_test(fifty_threads_at_a_low_limit_get_no_429),
        cmocka_unit_test(without_the_governor_they_would),
        cmocka_unit_test(a_call_without_the_time_to_wait_is_refused_before_it_is_sent),
        cmocka_unit_test(a_shared_file_that_is_not_safe_is_refused_with_the_key),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
