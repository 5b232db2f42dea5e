/* Handles are tokens: unknown, closed and forked ones are refused and never followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "handles.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char config[] = "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"i\"; "
                             "client_secret = \"s\"; };";

static struct instance *make_instance(void)
{
    static const soar_host host = {.struct_size = sizeof(host)};
    struct error err;
    struct instance *instance = instance_new(&host, config, sizeof(config) - 1, &err);

    if (instance == NULL)
        fail_msg("%s", err.message);
    return instance;
}

static soar_plugin *add(void)
{
    soar_plugin *handle = handles_add(make_instance());

    assert_non_null(handle);
    return handle;
}

static void close_it(soar_plugin *handle)
{
    bool idle = false;

    assert_int_equal(handles_close(handle, INT64_MAX, &idle), HANDLE_FINE);
    assert_true(idle);
}

static enum handle_state enter(soar_plugin *handle)
{
    struct instance *instance = NULL;
    enum handle_state state = handles_enter(handle, &instance);

    assert_int_equal(instance != NULL, state == HANDLE_FINE);
    if (instance != NULL)
        instance_leave(instance);
    return state;
}

static void a_handle_leads_to_its_instance(void **state)
{
    (void)state;
    struct instance *made[3], *found = NULL;
    soar_plugin *handles[3];

    for (size_t i = 0; i < 3; i++) {
        made[i] = make_instance();
        handles[i] = handles_add(made[i]);
        assert_non_null(handles[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(handles_enter(handles[i], &found), HANDLE_FINE);
        assert_ptr_equal(found, made[i]);
        instance_leave(found);
    }
    close_it(handles[1]);
    assert_int_equal(enter(handles[0]), HANDLE_FINE);
    assert_int_equal(enter(handles[1]), HANDLE_UNKNOWN);
    assert_int_equal(enter(handles[2]), HANDLE_FINE);
    close_it(handles[0]);
    close_it(handles[2]);
}

static void a_handle_that_was_never_given_out_is_unknown(void **state)
{
    (void)state;
    int local = 0;
    soar_plugin *good = add();
    uintptr_t token = (uintptr_t)good;
    const uintptr_t bad[] = {0,
                             1,
                             2,
                             0xdeadbeef,
                             0xdeadbeefdeadbeef,
                             UINTPTR_MAX,
                             (uintptr_t)&local,
                             (uintptr_t)config | 1,
                             token - 1,
                             token + 2,
                             token + 0x100,
                             token + 0x1000000,
                             token + ((uintptr_t)1 << 32),
                             token - ((uintptr_t)1 << 32),
                             token ^ ((uintptr_t)1 << 63)};
    bool idle = false;

    for (size_t i = 0; i < COUNT(bad); i++) {
        if (enter((soar_plugin *)bad[i]) != HANDLE_UNKNOWN ||
            handles_close((soar_plugin *)bad[i], 0, &idle) != HANDLE_UNKNOWN)
            fail_msg("%zx", (size_t)bad[i]);
    }
    assert_int_equal(enter(good), HANDLE_FINE);
    close_it(good);
}

static void a_closed_handle_stays_closed_when_its_slot_is_used_again(void **state)
{
    (void)state;
    soar_plugin *before[64];

    for (size_t i = 0; i < COUNT(before); i++) {
        before[i] = add();
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(before[i], before[k]);
            assert_int_equal(enter(before[k]), HANDLE_UNKNOWN);
        }
        close_it(before[i]);
    }
}

static void more_instances_than_the_first_table_holds_fit(void **state)
{
    (void)state;
    soar_plugin *handles[40];

    for (size_t i = 0; i < COUNT(handles); i++)
        handles[i] = add();
    for (size_t i = 0; i < COUNT(handles); i++)
        assert_int_equal(enter(handles[i]), HANDLE_FINE);
    for (size_t i = 0; i < COUNT(handles); i++)
        close_it(handles[i]);
}

static void a_busy_instance_is_closed_to_new_calls_and_can_be_closed_again(void **state)
{
    (void)state;
    soar_plugin *handle = add();
    struct instance *instance = NULL;
    bool idle = true;

    assert_int_equal(handles_enter(handle, &instance), HANDLE_FINE);
    assert_int_equal(handles_close(handle, clock_now(NULL, NULL).mono_ms, &idle), HANDLE_FINE);
    assert_false(idle);
    assert_int_equal(enter(handle), HANDLE_CLOSING);
    instance_leave(instance);
    close_it(handle);
    assert_int_equal(enter(handle), HANDLE_UNKNOWN);
}

/* Runs in a child; its exit code says which check failed, 0 = none. */
static int in_child(soar_plugin *parents, soar_plugin *closed)
{
    bool idle = false;

    if (enter(parents) != HANDLE_FORKED || handles_close(parents, 0, &idle) != HANDLE_FORKED)
        return 1;
    if (enter(NULL) != HANDLE_UNKNOWN || enter((soar_plugin *)0xdeadbeef) != HANDLE_UNKNOWN)
        return 2;
    soar_plugin *own = add();
    if (own == parents || own == closed || enter(own) != HANDLE_FINE)
        return 3;
    if (enter(parents) != HANDLE_FORKED || enter(closed) != HANDLE_FORKED)
        return 4;
    pid_t pid = fork();
    if (pid == 0)
        _exit(enter(own) == HANDLE_FORKED && enter(parents) == HANDLE_FORKED ? 0 : 1);
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        return 5;
    close_it(own);
    return enter(own) == HANDLE_UNKNOWN ? 0 : 6;
}

static void a_forked_child_is_told_so_and_makes_its_own(void **state)
{
    (void)state;
    soar_plugin *handle = add(), *closed = add();
    int status = -1;

    close_it(closed);
    pid_t pid = fork();
    if (pid == 0)
        _exit(in_child(handle, closed));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(enter(handle), HANDLE_FINE); /* the parent's own is untouched */
    close_it(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_leads_to_its_instance),
        cmocka_unit_test(a_handle_that_was_never_given_out_is_unknown),
        cmocka_unit_test(a_closed_handle_stays_closed_when_its_slot_is_used_again),
        cmocka_unit_test(more_instances_than_the_first_table_holds_fit),
        cmocka_unit_test(a_busy_instance_is_closed_to_new_calls_and_can_be_closed_again),
        cmocka_unit_test(a_forked_child_is_told_so_and_makes_its_own),
    };
    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
