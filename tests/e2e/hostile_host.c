/* Hosts that make it hard: no standard descriptors, almost no descriptors at all, a full disk, a
 * directory that cannot be written. Each is a child process of its own, so that what it does to
 * itself stays there. */
#include "check.h"
#include "world.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define MIB (1024 * 1024)
#define CANNOT_MOUNT 77

/* What a child has: no cmocka, which writes to descriptors and jumps. */
struct guest {
    const struct plugin *soar;
    soar_plugin *instance;
    const char *out; /* the directory for downloads */
    const char *file_id;
};

static int begin(struct guest *guest, const char *config)
{
    guest->soar = plugin_functions();
    return guest->soar->init(NULL, config, strlen(config), &guest->instance, NULL, NULL) == SOAR_OK
               ? 0
               : 10;
}

static int end(struct guest *guest)
{
    return guest->soar->shutdown(guest->instance, SOAR_NO_TIMEOUT) == SOAR_OK ? 0 : 11;
}

static soar_status call_it(struct guest *guest, const char *action, const char *input,
                           const char **ret_fault)
{
    soar_status status = SOAR_OK;
    *ret_fault = plugin_try(guest->instance, action, input, &status);
    return status;
}

static soar_status download(struct guest *guest, const char **ret_fault)
{
    char input[256];
    snprintf(input, sizeof input, "{\"id\":\"%s\",\"save_as\":\"got.bin\"}", guest->file_id);
    return call_it(guest, "download_existing_files", input, ret_fault);
}

static bool is_there(const struct guest *guest)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%s/got.bin", guest->out);
    return stat(path, &st) == 0;
}

/* ------------------------------------------------------------------ the hosts */

static int without_standard_descriptors(struct guest *guest, const char *config)
{
    const char *fault = NULL;
    for (int fd = 0; fd <= 2; fd++) {
        close(fd);
    }
    int failed = begin(guest, config);
    if (failed != 0) {
        return failed;
    }
    if (call_it(guest, "query_case_ids", "{}", &fault) != SOAR_OK || fault != NULL) {
        return 1;
    }
    if (call_it(guest, "upload_file", "{\"case_id\":\"none\",\"file\":\"report.bin\"}", &fault) !=
            SOAR_NOT_FOUND ||
        fault != NULL) {
        return 2;
    }
    if (download(guest, &fault) != SOAR_OK || fault != NULL || !is_there(guest)) {
        return 3;
    }
    return end(guest);
}

static void *ask_often(void *arg)
{
    struct guest *guest = arg;
    for (int i = 0; i < 5; i++) {
        const char *fault = NULL;
        soar_status status = call_it(guest, "query_case_ids", "{\"limit\":1}", &fault);
        bool clear =
            status == SOAR_OK || status == SOAR_UNAVAILABLE || status == SOAR_RESOURCE_EXHAUSTED;
        if (fault != NULL || !clear) {
            return arg;
        }
    }
    return NULL;
}

static int with_few_descriptors(struct guest *guest, const char *config)
{
    enum { THREADS = 40 };
    const struct rlimit few = {32, 32};
    pthread_t threads[THREADS];
    const char *fault = NULL;
    int failed = begin(guest, config);
    if (failed != 0 || setrlimit(RLIMIT_NOFILE, &few) != 0) {
        return failed != 0 ? failed : 12;
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, ask_often, guest) != 0) {
            return 13;
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *unclear = NULL;
        pthread_join(threads[i], &unclear);
        failed = unclear != NULL ? 1 : failed;
    }
    if (failed != 0) {
        return failed;
    }
    if (call_it(guest, "query_case_ids", "{}", &fault) != SOAR_OK || fault != NULL) {
        return 2; /* it is none the worse for it */
    }
    return end(guest);
}

/* A file system of the child's own over the directory for downloads. */
static bool mount_over(const char *dir, unsigned long flags, const char *options)
{
    int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    return unshare(spaces) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", dir, "tmpfs", flags, options) == 0;
}

static int nothing_but(const struct guest *guest, soar_status found, soar_status wanted,
                       const char *fault)
{
    return fault != NULL ? 2 : found != wanted ? 20 + (int)found : is_there(guest) ? 3 : 0;
}

static int on_a_full_disk(struct guest *guest, const char *config)
{
    const char *fault = NULL;
    if (!mount_over(guest->out, 0, "size=512k")) {
        return CANNOT_MOUNT;
    }
    int failed = begin(guest, config);
    if (failed != 0) {
        return failed;
    }
    soar_status status = download(guest, &fault);
    failed = nothing_but(guest, status, SOAR_RESOURCE_EXHAUSTED, fault);
    return failed != 0 ? failed : end(guest);
}

static int with_a_directory_that_becomes_read_only(struct guest *guest, const char *config)
{
    const char *fault = NULL;
    if (!mount_over(guest->out, 0, NULL)) {
        return CANNOT_MOUNT;
    }
    int failed = begin(guest, config);
    if (failed != 0) {
        return failed;
    }
    if (mount("tmpfs", guest->out, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) != 0) {
        return CANNOT_MOUNT;
    }
    soar_status status = download(guest, &fault);
    failed = nothing_but(guest, status, SOAR_PERMISSION_DENIED, fault);
    return failed != 0 ? failed : end(guest);
}

static int with_a_directory_for_reading_only(struct guest *guest, const char *config)
{
    soar_result refusal = {.struct_size = sizeof refusal};
    if (!mount_over(guest->out, MS_RDONLY, NULL)) {
        return CANNOT_MOUNT;
    }
    guest->soar = plugin_functions();
    soar_status status =
        guest->soar->init(NULL, config, strlen(config), &guest->instance, NULL, &refusal);
    bool named = refusal.json != NULL && strstr(refusal.json, "files.write_dirs") != NULL;
    guest->soar->release(&refusal);
    return status != SOAR_PERMISSION_DENIED ? 20 + (int)status : named ? 0 : 1;
}

/* ------------------------------------------------------------------ running them */

static char *uploaded(struct world *world)
{
    char *case_id = world_new_case(world, "Hostile"), *input = NULL;
    struct json_object *id = NULL;
    assert_true(asprintf(&input, "{\"case_id\":\"%s\",\"file\":\"report.bin\"}", case_id) > 0);
    struct json_object *answer = plugin_call(world->instance, "upload_file", input, NULL);
    assert_int_equal(json_pointer_get(answer, "/resources/0/id", &id), 0);
    char *text = strdup(json_object_get_string(id));
    json_object_put(answer);
    free(input);
    free(case_id);
    return text;
}

static void works_or_says_clearly_why_not(void **state)
{
    int (*const *host)(struct guest *, const char *) = *state;
    struct world *world = world_open_new(NULL, NULL);
    tmpdir_write_pattern(world->dir, "in/report.bin", 2 * MIB);
    char *out = tmpdir_path(world->dir, "out"), *file_id = uploaded(world);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    char *config = settings_text(settings);
    plugin_close(world->instance);
    world->instance = NULL;
    int status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct guest guest = {.out = out, .file_id = file_id};
        _exit((*host)(&guest, config));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    json_object_put(settings);
    free(config);
    free(file_id);
    free(out);
    world_free(world);
    if (WEXITSTATUS(status) == CANNOT_MOUNT) {
        print_message("# no file system may be mounted here\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    static int (*const hosts[])(struct guest *, const char *) = {
        without_standard_descriptors,
        with_few_descriptors,
        on_a_full_disk,
        with_a_directory_that_becomes_read_only,
        with_a_directory_for_reading_only,
    };
#define RUN(name, n)                                                                               \
    {                                                                                              \
        name, works_or_says_clearly_why_not, NULL, NULL, (void *)(uintptr_t)&hosts[n]              \
    }
    const struct CMUnitTest tests[] = {
        RUN("a host without standard descriptors is served", 0),
        RUN("a host with 32 descriptors gets a clear error at most, and is served afterwards", 1),
        RUN("a full disk is told and leaves no file", 2),
        RUN("a directory that becomes read-only is told and leaves no file", 3),
        RUN("a configured directory that is for reading only is refused by its key", 4),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
