/* The plugin as a guest in a process: forks, loading and unloading, and everything that belongs to
 * the host and must stay as it was. */
#include "check.h"
#include "world.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char *config_of(const struct world *world)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    char *text = settings_text(settings);
    json_object_put(settings);
    return text;
}

static soar_status ask(soar_plugin *instance, const char **ret_fault)
{
    soar_status status = SOAR_OK;
    *ret_fault = plugin_try(instance, "query_case_ids", "{\"limit\":1}", &status);
    return status;
}

/* ------------------------------------------------------------------ fork */

/* In a child: 0, or the number of the check that failed. */
static int refused_as_forked(soar_plugin *parents)
{
    const struct plugin *soar = plugin_functions();
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call, .action = "query_case_ids", .action_len = 14};
    if (soar->invoke(parents, &call, &result) != SOAR_FAILED_PRECONDITION) {
        return 1;
    }
    if (result.json == NULL || strstr(result.json, "\"reason\":\"forked\"") == NULL) {
        return 2;
    }
    soar->release(&result);
    return soar->cancel(parents, 1) != SOAR_FAILED_PRECONDITION     ? 3
           : soar->shutdown(parents, 0) != SOAR_FAILED_PRECONDITION ? 4
                                                                    : 0;
}

static int works_on_its_own(const char *config)
{
    const struct plugin *soar = plugin_functions();
    soar_plugin *own = NULL;
    const char *fault = NULL;
    if (soar->init(NULL, config, strlen(config), &own, NULL, NULL) != SOAR_OK) {
        return 5;
    }
    if (ask(own, &fault) != SOAR_OK || fault != NULL) {
        return 6;
    }
    return soar->shutdown(own, SOAR_NO_TIMEOUT) == SOAR_OK ? 0 : 7;
}

static void expect_good_end(pid_t pid)
{
    int status = -1;
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_forked_child_is_told_so_and_works_on_its_own(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *config = config_of(world);
    const char *fault = NULL;
    assert_int_equal(ask(world->instance, &fault), SOAR_OK);
    pid_t pid = fork();
    if (pid == 0) {
        int failed = refused_as_forked(world->instance);
        failed = failed == 0 ? works_on_its_own(config) : failed;
        _exit(failed == 0 ? refused_as_forked(world->instance) : failed);
    }
    expect_good_end(pid);
    assert_int_equal(ask(world->instance, &fault), SOAR_OK); /* the parent never noticed */
    assert_null(fault);
    free(config);
    world_free(world);
}

/* A sanitizer's allocator may be locked for ever in a child that was forked while other threads were
 * in it: there a child is held to what needs no memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_AFTER_FORK 0
#else
#define MEMORY_AFTER_FORK 1
#endif

static int after_fork_in_the_middle(soar_plugin *parents, const char *config)
{
    if (!MEMORY_AFTER_FORK) {
        return plugin_functions()->cancel(parents, 1) == SOAR_FAILED_PRECONDITION ? 0 : 8;
    }
    int failed = refused_as_forked(parents);
    return failed == 0 ? works_on_its_own(config) : failed;
}

static atomic_bool enough;

static void *ask_until_enough(void *arg)
{
    const char *fault = NULL;
    while (!atomic_load(&enough) && fault == NULL) {
        if (ask(arg, &fault) != SOAR_OK) {
            fault = "not OK";
        }
    }
    return (void *)(uintptr_t)fault;
}

static void a_fork_in_the_middle_of_calls_harms_nobody(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *config = config_of(world);
    pthread_t threads[4];
    atomic_store(&enough, false);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_until_enough, world->instance), 0);
    }
    for (int i = 0; i < 10; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            _exit(after_fork_in_the_middle(world->instance, config));
        }
        expect_good_end(pid);
    }
    atomic_store(&enough, true);
    for (size_t i = 0; i < 4; i++) {
        void *fault = NULL;
        pthread_join(threads[i], &fault);
        assert_null(fault);
    }
    free(config);
    world_free(world);
}

/* ------------------------------------------------------------------ coming and going */

static size_t count_entries(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n;
}

static void *symbol(void *library, const char *name)
{
    void *found = dlsym(library, name);
    assert_non_null(found);
    return found;
}

/* The whole life of the plugin in a host. */
static void live_once(const char *path, const char *config)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    struct plugin soar;
    soar_plugin *instance = NULL;
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call, .action = "query_case_ids", .action_len = 14};
    assert_non_null(library);
    void *init = symbol(library, "soar_init"), *invoke = symbol(library, "soar_invoke");
    void *release = symbol(library, "soar_release"), *shut = symbol(library, "soar_shutdown");
    memcpy(&soar.init, &init, sizeof init);
    memcpy(&soar.invoke, &invoke, sizeof invoke);
    memcpy(&soar.release, &release, sizeof release);
    memcpy(&soar.shutdown, &shut, sizeof shut);
    assert_int_equal(soar.init(NULL, config, strlen(config), &instance, NULL, NULL), SOAR_OK);
    assert_int_equal(soar.invoke(instance, &call, &result), SOAR_OK);
    soar.release(&result);
    assert_int_equal(soar.shutdown(instance, SOAR_NO_TIMEOUT), SOAR_OK);
    assert_int_equal(dlclose(library), 0);
}

static void a_hundred_lives_leave_no_descriptor_and_no_thread(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    char *config = config_of(world), *path = plugin_built("falcon_case_management.so");
    live_once(path, config);
    size_t descriptors = count_entries("/proc/self/fd");
    size_t threads = count_entries("/proc/self/task");
    for (int i = 0; i < 100; i++) {
        live_once(path, config);
    }
    assert_int_equal(count_entries("/proc/self/fd"), descriptors);
    assert_int_equal(count_entries("/proc/self/task"), threads);
    free(config);
    free(path);
    world_free(world);
}

static void *ask_and_end(void *arg)
{
    const char *fault = NULL;
    return ask(arg, &fault) == SOAR_OK ? (void *)(uintptr_t)fault : arg;
}

static void run_a_thread(soar_plugin *instance)
{
    pthread_t thread;
    void *fault = NULL;
    assert_int_equal(pthread_create(&thread, NULL, ask_and_end, instance), 0);
    pthread_join(thread, &fault);
    assert_null(fault);
}

#if defined(__SANITIZE_THREAD__)
#define OF_THE_SANITIZER 1
#else
#define OF_THE_SANITIZER 0
#endif

/* The system may still list a thread for a moment after it was joined. */
static void threads_become(size_t count)
{
    for (int i = 0; i < 100000 && count_entries("/proc/self/task") != count; i++) {
        sched_yield();
    }
    assert_int_equal(count_entries("/proc/self/task"), count);
}

static void a_thread_may_outlive_the_instance_that_it_used(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    for (int i = 0; i < 20; i++) {
        run_a_thread(world->instance);
    }
    threads_become(3 + OF_THE_SANITIZER); /* ".", ".." and this one */
    world_free(world);
}

/* ------------------------------------------------------------------ the host's own */

/* What belongs to the process and not to a guest. */
struct belongings {
    char *environment, *directory, *locale;
    mode_t mask;
    sigset_t blocked;
    struct sigaction actions[65];
};

static char *environment_text(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (char **entry = environ; *entry != NULL; entry++) {
        fprintf(out, "%p %s\n", (void *)*entry, *entry);
    }
    fclose(out);
    return text;
}

static void look_at(struct belongings *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->environment = environment_text();
    ret->directory = getcwd(NULL, 0);
    ret->locale = strdup(setlocale(LC_ALL, NULL));
    ret->mask = umask(0);
    umask(ret->mask);
    pthread_sigmask(SIG_SETMASK, NULL, &ret->blocked);
    for (int number = 1; number <= 64; number++) {
        sigaction(number, NULL, &ret->actions[number]);
    }
}

static void done(struct belongings *belongings)
{
    free(belongings->environment);
    free(belongings->directory);
    free(belongings->locale);
}

static void expect_same(struct belongings *before)
{
    struct belongings after;
    look_at(&after);
    assert_string_equal(before->environment, after.environment);
    assert_string_equal(before->directory, after.directory);
    assert_string_equal(before->locale, after.locale);
    assert_int_equal(before->mask, after.mask);
    for (int number = 1; number <= 64; number++) {
        assert_int_equal(sigismember(&before->blocked, number),
                         sigismember(&after.blocked, number));
        assert_ptr_equal(before->actions[number].sa_handler, after.actions[number].sa_handler);
        assert_int_equal(before->actions[number].sa_flags, after.actions[number].sa_flags);
    }
    done(&after);
}

/* Calls of every kind of end. */
static void live_fully(struct world *world)
{
    static const char *const calls[][2] = {
        {"query_case_ids", "{\"all\":true}"},
        {"get_cases", "{\"ids\":[\"none\"]}"},
        {"create_case", "{\"name\":\"Guest\",\"severity\":60}"},
        {"create_case", "{\"name\":7}"},
        {"no_such_action", "{}"},
        {"upload_file", "{\"case_id\":\"c\",\"file\":\"/etc/hostname\"}"},
        {"export_templates", "{\"filter\":\"name:'x'\"}"},
        {"query_slas", "{\"filter\":\"not fql\"}"},
    };
    world_open(world, NULL);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        json_object_put(plugin_call(world->instance, calls[i][0], calls[i][1], NULL));
    }
    json_object_put(plugin_actions());
    soar_status status = SOAR_OK;
    json_object_put(plugin_refused("nonsense", 8, &status));
    plugin_close(world->instance);
    world->instance = NULL;
}

static void what_belongs_to_the_host_stays_as_it_was(void **state)
{
    (void)state;
    static const char *const reset[] = {"--fault", "query_case_ids:reset_after:1", NULL};
    struct world *world = world_new(reset);
    struct belongings before;
    look_at(&before);
    assert_ptr_equal(before.actions[SIGPIPE].sa_handler, SIG_DFL);
    live_fully(world);
    expect_same(&before);
    done(&before);
    world_free(world);
}

/* `make e2e` names the locales that it made only where that leaks nothing in glibc. */
#if defined(__SANITIZE_ADDRESS__)
#define LOCALES_ARE_MADE 0
#else
#define LOCALES_ARE_MADE 1
#endif

static void a_german_or_turkish_locale_changes_no_answer(void **state)
{
    (void)state;
    static const char *const locales[] = {"de_DE.UTF-8", "tr_TR.UTF-8", "C.UTF-8"};
    struct world *world = world_new(NULL);
    for (size_t i = 0; i < 3; i++) {
        if (setlocale(LC_ALL, locales[i]) == NULL) {
            if (!LOCALES_ARE_MADE) {
                continue;
            }
            fail_msg("%s: no such locale; `make e2e` makes it and names it by LOCPATH", locales[i]);
        }
        live_fully(world);
        assert_string_equal(setlocale(LC_ALL, NULL), locales[i]);
    }
    assert_non_null(setlocale(LC_ALL, "C"));
    world_free(world);
}

static void nothing_is_written_to_the_hosts_terminal(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    char *path = tmpdir_path(world->dir, "terminal");
    int file = open(path, O_CREAT | O_RDWR, 0600);
    assert_true(out >= 0 && err >= 0 && file >= 0);
    fflush(NULL);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    live_fully(world);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    struct stat st;
    assert_int_equal(fstat(file, &st), 0);
    assert_int_equal(st.st_size, 0);
    close(out);
    close(err);
    close(file);
    free(path);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_may_outlive_the_instance_that_it_used),
        cmocka_unit_test(a_forked_child_is_told_so_and_works_on_its_own),
        cmocka_unit_test(a_fork_in_the_middle_of_calls_harms_nobody),
        cmocka_unit_test(a_hundred_lives_leave_no_descriptor_and_no_thread),
        cmocka_unit_test(what_belongs_to_the_host_stays_as_it_was),
        cmocka_unit_test(a_german_or_turkish_locale_changes_no_answer),
        cmocka_unit_test(nothing_is_written_to_the_hosts_terminal),
    };
    return cmocka_run_group_tests_name("abi_process", tests, NULL, NULL);
}
