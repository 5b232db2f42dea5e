/* Calls that are ended from outside in every phase, under both drivers: the truth about each, one
 * outcome for each, and nothing that stays behind; and a fork in the midst of them. */
#include "phases.h"
#include <sys/wait.h>
#include <unistd.h>

#define GUARD_SECONDS 120

/* ------------------------------------------------------------------ soar_cancel */

static void cancelled_by_soar_cancel_async(void **state)
{
    struct stage stage;
    stage_open(&stage, *state);
    size_t left = stage_submit(&stage);
    assert_int_equal(plugin_functions()->cancel(stage.async.instance, GUARDED), SOAR_OK);
    uint64_t id = 0;
    soar_status status = SOAR_OK;
    struct json_object *document = async_document(&stage.async, &id, &status);
    assert_int_equal(id, GUARDED);
    expect_the_truth(stage.phase, status, document);
    json_object_put(document);
    assert_int_equal(plugin_functions()->cancel(stage.async.instance, GUARDED), SOAR_NOT_FOUND);
    if (left > 1) { /* nobody else was ended */
        assert_true(in_flight(&stage, FIRST));
    }
    stage_close(&stage);
}

static void cancelled_by_soar_cancel_blocking(void **state)
{
    struct stage stage;
    struct blocking calls[2];
    stage_open(&stage, *state);
    size_t n = stage_invoke(&stage, calls);
    assert_int_equal(plugin_functions()->cancel(stage.async.instance, GUARDED), SOAR_OK);
    pthread_join(calls[0].thread, NULL);
    expect_the_truth(stage.phase, calls[0].status, calls[0].document);
    json_object_put(calls[0].document);
    if (n > 1) {
        assert_true(in_flight(&stage, FIRST));
        assert_int_equal(plugin_functions()->cancel(stage.async.instance, FIRST), SOAR_OK);
        pthread_join(calls[1].thread, NULL);
        json_object_put(calls[1].document);
    }
    stage_close(&stage);
}

/* ------------------------------------------------------------------ soar_shutdown */

static void expect_outcomes(struct stage *stage, size_t n)
{
    size_t seen[FENCE + 1] = {0};
    soar_result more = {.struct_size = sizeof more};
    for (size_t i = 0; i < n; i++) {
        uint64_t id = 0;
        soar_status status = SOAR_OK;
        struct json_object *document = async_document(&stage->async, &id, &status);
        assert_in_range(id, GUARDED, FIRST);
        assert_int_equal(seen[id]++, 0);
        if (id == GUARDED) {
            expect_the_truth(stage->phase, status, document);
        }
        json_object_put(document);
    }
    soar_status last = plugin_functions()->next(stage->async.instance, &more);
    assert_int_equal(last, SOAR_EMPTY);
}

static void ended_by_soar_shutdown_async(void **state)
{
    struct stage stage;
    size_t threads = async_threads(), fds = async_fds();
    stage_open(&stage, *state);
    size_t n = stage_submit(&stage);
    soar_status status = plugin_functions()->shutdown(stage.async.instance, 0);
    if (status != SOAR_OK) { /* they had not ended yet, and their outcomes can still be taken */
        assert_int_equal(status, SOAR_FAILED_PRECONDITION);
        expect_outcomes(&stage, n);
        soar_call late = stage_call(&stage, GUARDED);
        assert_int_equal(plugin_functions()->submit(stage.async.instance, &late),
                         SOAR_FAILED_PRECONDITION);
        status = plugin_functions()->shutdown(stage.async.instance, SOAR_NO_TIMEOUT);
    }
    assert_int_equal(status, SOAR_OK);
    stage.async.instance = NULL;
    stage_close(&stage);
    async_wait_for_threads(threads);
    assert_int_equal(async_fds(), fds);
}

static void ended_by_soar_shutdown_blocking(void **state)
{
    struct stage stage;
    struct blocking calls[2];
    size_t threads = async_threads(), fds = async_fds();
    stage_open(&stage, *state);
    size_t n = stage_invoke(&stage, calls);
    assert_int_equal(plugin_functions()->shutdown(stage.async.instance, SOAR_NO_TIMEOUT), SOAR_OK);
    stage.async.instance = NULL;
    for (size_t i = 0; i < n; i++) {
        pthread_join(calls[i].thread, NULL);
    }
    expect_the_truth(stage.phase, calls[0].status, calls[0].document);
    for (size_t i = 0; i < n; i++) {
        json_object_put(calls[i].document);
    }
    stage_close(&stage);
    async_wait_for_threads(threads);
    assert_int_equal(async_fds(), fds);
}

/* ------------------------------------------------------------------ fork */

/* In the child: each function says that the handle came through a fork. */
static int refused_in_the_child(soar_plugin *instance)
{
    const struct plugin *soar = plugin_functions();
    soar_call call = async_call(9, READ, "{}");
    soar_result result = {.struct_size = sizeof result};
    bool refused = soar->submit(instance, &call) == SOAR_FAILED_PRECONDITION &&
                   soar->next(instance, &result) == SOAR_FAILED_PRECONDITION &&
                   soar->cancel(instance, GUARDED) == SOAR_FAILED_PRECONDITION &&
                   soar->invoke(instance, &call, &result) == SOAR_FAILED_PRECONDITION &&
                   result.json != NULL && strstr(result.json, "\"forked\"") != NULL;
    soar->release(&result);
    return refused && soar->shutdown(instance, 0) == SOAR_FAILED_PRECONDITION ? 0 : 1;
}

static void a_fork_refuses_in_the_child_and_leaves_the_parent_alone(void **state)
{
    struct stage stage;
    int status = -1;
    stage_open(&stage, *state);
    size_t n = stage_submit(&stage);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(GUARD_SECONDS);
        _exit(refused_in_the_child(stage.async.instance));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(plugin_functions()->cancel(stage.async.instance, GUARDED), SOAR_OK);
    if (n > 1) {
        assert_int_equal(plugin_functions()->cancel(stage.async.instance, FIRST), SOAR_OK);
    }
    expect_outcomes(&stage, n);
    stage_close(&stage);
}

/* ------------------------------------------------------------------ all of them */

static const struct {
    const char *text;
    CMUnitTestFunction function;
    bool async;
} ends[] = {
    {"cancelled (soar_submit): ", cancelled_by_soar_cancel_async, true},
    {"cancelled (soar_invoke): ", cancelled_by_soar_cancel_blocking, false},
    {"shut down (soar_submit): ", ended_by_soar_shutdown_async, true},
    {"shut down (soar_invoke): ", ended_by_soar_shutdown_blocking, false},
    {"forked (soar_submit): ", a_fork_refuses_in_the_child_and_leaves_the_parent_alone, true},
};
#define ENDS (sizeof ends / sizeof *ends)

int main(void)
{
    struct CMUnitTest tests[PHASES * ENDS];
    char names[PHASES * ENDS][128];
    size_t n = 0;
    for (size_t e = 0; e < ENDS; e++) {
        for (size_t p = 0; p < PHASES; p++) {
            if (phases[p].async_only && !ends[e].async) {
                continue;
            }
            snprintf(names[n], sizeof names[n], "%s%s: %s, %s", ends[e].text, phases[p].name,
                     plugin_status_name(phases[p].status), phases[p].outcome);
            tests[n] = (struct CMUnitTest){.name = names[n],
                                           .test_func = ends[e].function,
                                           .initial_state = (void *)(uintptr_t)&phases[p]};
            n++;
        }
    }
    alarm(GUARD_SECONDS);
    return _cmocka_run_group_tests("calls in flight, ended from outside", tests, n, NULL, NULL);
}
