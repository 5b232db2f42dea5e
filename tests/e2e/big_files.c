/* Files of any size: memory stays flat, bytes stay the same, and what breaks leaves nothing. Each
 * measured call runs in a process of its own: this program again, with what to do as arguments. */
#include "check.h"
#include "plugin.h"
#include "program.h"
#include "settings.h"
#include "tmpdir.h"
#include "world.h"
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)
#define MAX_RSS_KIB (24 * 1024)
#define GUARD_SECONDS 300

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#define BIG (SANITIZED ? 32 * MIB : 256 * MIB)

/* ------------------------------------------------------------------ in the child */

static long peak_rss_kib(void)
{
    long kib = -1;
    char *line = NULL;
    size_t cap = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && getline(&line, &cap, status) > 0) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    free(line);
    if (status != NULL) {
        fclose(status);
    }
    return kib;
}

/* CONFIG-FILE ACTION INPUT [LIMIT]: one call, with files of at most LIMIT bytes; prints the result
 * and then the peak of the process's memory. */
static int one_call(int argc, char **argv)
{
    soar_plugin *instance = NULL;
    soar_result result = {.struct_size = sizeof result};
    size_t size = 0;
    char *config = tmpdir_read(".", argv[1], &size);
    if (argc > 4) {
        rlim_t limit = (rlim_t)strtoull(argv[4], NULL, 10);
        struct rlimit files = {limit, limit};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &files);
    }
    soar_status status = plugin_functions()->init(NULL, config, size, &instance, NULL, &result);
    if (status == SOAR_OK) {
        soar_call call = {.struct_size = sizeof call,
                          .action = argv[2],
                          .action_len = strlen(argv[2]),
                          .input = argv[3],
                          .input_len = strlen(argv[3])};
        status = plugin_functions()->invoke(instance, &call, &result);
    }
    puts(result.json);
    printf("%ld\n", peak_rss_kib());
    plugin_functions()->release(&result);
    if (instance != NULL) {
        plugin_functions()->shutdown(instance, SOAR_NO_TIMEOUT);
    }
    free(config);
    return status;
}

/* ------------------------------------------------------------------ calls in a child */

struct outcome {
    soar_status status;
    struct json_object *document;
    long rss_kib;
};

/* Runs the call in a child; the caller puts the document. */
static struct outcome call_in_child(struct world *world, const char *action, const char *input,
                                    const char *limit)
{
    struct outcome outcome = {.status = SOAR_OK};
    struct program run;
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    char *text = settings_text(settings);
    tmpdir_write(world->dir, "child.conf", text, strlen(text));
    char *build =
        realpath(getenv("FCM_BUILD") != NULL ? getenv("FCM_BUILD") : "build/release", NULL);
    char *variable = NULL;
    assert_true(asprintf(&variable, "FCM_BUILD=%s", build) > 0);
    const char *env[] = {variable, NULL};
    const char *argv[] = {"/proc/self/exe", "child.conf", action, input, limit, NULL};
    program_start(&run, argv, &(struct program_setting){.dir = world->dir, .env = env});
    char *document = program_line(&run), *rss = program_line(&run);
    program_end(&run);
    if (document == NULL || rss == NULL || run.signal != 0) {
        fail_msg("%s: signal %d, %s", action, run.signal, run.err);
    }
    outcome.status = run.code;
    outcome.document = json_tokener_parse(document);
    outcome.rss_kib = strtol(rss, NULL, 10);
    assert_non_null(outcome.document);
    program_done(&run);
    char *all[] = {document, rss, build, variable, text};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
    json_object_put(settings);
    return outcome;
}

static void expect_ok_and_little_memory(const char *what, struct outcome *outcome)
{
    if (outcome->status != SOAR_OK) {
        fail_msg("%s: %s", what, json_object_to_json_string(outcome->document));
    }
    if (!SANITIZED && outcome->rss_kib >= MAX_RSS_KIB) {
        fail_msg("%s: peak memory of %ld KiB", what, outcome->rss_kib);
    }
    print_message("# %s: peak memory of %ld KiB\n", what, outcome->rss_kib);
}

/* ------------------------------------------------------------------ the files */

/* A sparse file with a number at the beginning of each MiB and at its end. */
static void write_sparse(const char *dir, const char *name, size_t size)
{
    char *path = tmpdir_path(dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (uint64_t i = 0; i < size / MIB; i++) {
        uint64_t number = (i + 1) * 0x9e3779b97f4a7c15u;
        off_t at = (off_t)(i * MIB);
        assert_int_equal(pwrite(fd, &number, sizeof number, at), sizeof number);
    }
    assert_int_equal(pwrite(fd, "end", 3, (off_t)size - 3), 3);
    close(fd);
    free(path);
}

static void assert_same_files(const char *dir, const char *one, const char *other)
{
    static char left[1 << 16], right[1 << 16];
    char *paths[] = {tmpdir_path(dir, one), tmpdir_path(dir, other)};
    FILE *a = fopen(paths[0], "rb"), *b = fopen(paths[1], "rb");
    assert_non_null(a);
    assert_non_null(b);
    for (size_t n = 1; n > 0;) {
        n = fread(left, 1, sizeof left, a);
        assert_int_equal(fread(right, 1, sizeof right, b), n);
        assert_memory_equal(left, right, n);
    }
    fclose(a);
    fclose(b);
    free(paths[0]);
    free(paths[1]);
}

static void assert_nothing_in(const struct world *world, const char *sub)
{
    struct json_object *names = tmpdir_list(world->dir, sub);
    if (json_object_array_length(names) != 0) {
        fail_msg("left in %s: %s", sub, json_object_to_json_string(names));
    }
    json_object_put(names);
}

static char *id_in(struct json_object *document)
{
    struct json_object *id = NULL;
    if (json_pointer_get(document, "/resources/0/id", &id) != 0) {
        fail_msg("no id: %s", json_object_to_json_string(document));
    }
    return strdup(json_object_get_string(id));
}

/* The input of upload_file for in/NAME and a new case, heap. */
static char *upload_input(struct world *world, const char *name)
{
    char *case_id = world_new_case(world, "Files"), *input = NULL;
    assert_true(asprintf(&input, "{\"file\":\"%s\",\"case_id\":\"%s\"}", name, case_id) > 0);
    free(case_id);
    return input;
}

static char *download_input(const char *id)
{
    char *input = NULL;
    assert_true(asprintf(&input, "{\"id\":\"%s\",\"save_as\":\"back.bin\"}", id) > 0);
    return input;
}

/* Puts a file of that size on the sandbox; its id, heap. */
static char *uploaded(struct world *world, size_t size)
{
    soar_status status = SOAR_OK;
    tmpdir_write_pattern(world->dir, "in/some.bin", size);
    char *input = upload_input(world, "some.bin");
    struct json_object *document = plugin_call(world->instance, "upload_file", input, &status);
    assert_int_equal(status, SOAR_OK);
    char *id = id_in(document);
    json_object_put(document);
    free(input);
    return id;
}

/* ------------------------------------------------------------------ flat memory */

static void expect_flat_memory(const char *const *sandbox_args, const char *form)
{
    struct world *world = world_open_new(sandbox_args, NULL);
    char what[64];
    write_sparse(world->dir, "in/big.bin", BIG);
    char *input = upload_input(world, "big.bin");
    struct outcome up = call_in_child(world, "upload_file", input, NULL);
    snprintf(what, sizeof what, "upload of %zu MiB", BIG / MIB);
    expect_ok_and_little_memory(what, &up);
    char *id = id_in(up.document), *back = download_input(id);
    struct outcome down = call_in_child(world, "download_existing_files", back, NULL);
    snprintf(what, sizeof what, "download of %zu MiB as %s", BIG / MIB, form);
    expect_ok_and_little_memory(what, &down);
    assert_same_files(world->dir, "in/big.bin", "out/back.bin");
    json_object_put(up.document);
    json_object_put(down.document);
    free(input);
    free(id);
    free(back);
    world_free(world);
}

static void a_big_file_goes_up_and_comes_down_as_bytes_in_little_memory(void **state)
{
    (void)state;
    expect_flat_memory(NULL, "bytes");
}

static void a_big_file_comes_down_by_link_in_little_memory(void **state)
{
    (void)state;
    expect_flat_memory((const char *[]){"--downloads", "link", NULL}, "link");
}

/* ------------------------------------------------------------------ what breaks leaves nothing */

static void a_download_that_is_cut_leaves_no_file(void **state)
{
    (void)state;
    static const char *const args[] = {"--fault", "download_existing_files:truncated", NULL};
    struct world *world = world_open_new(args, NULL);
    char *id = uploaded(world, 3 * MIB), *input = download_input(id);
    soar_status status = SOAR_OK;
    struct json_object *document =
        plugin_call(world->instance, "download_existing_files", input, &status);
    if (status != SOAR_DATA_LOSS && status != SOAR_UNAVAILABLE) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    assert_nothing_in(world, "out");
    json_object_put(document);
    free(id);
    free(input);
    world_free(world);
}

static void a_download_that_is_cut_leaves_the_old_file_as_it_was(void **state)
{
    (void)state;
    static const char *const args[] = {"--fault", "download_existing_files:truncated", NULL};
    struct world *world = world_open_new(args, NULL);
    char *id = uploaded(world, 3 * MIB), *input = download_input(id);
    soar_status status = SOAR_OK;
    size_t size = 0;
    tmpdir_write(world->dir, "out/back.bin", "old", 3);
    json_object_put(plugin_call(world->instance, "download_existing_files", input, &status));
    assert_int_not_equal(status, SOAR_OK);
    char *kept = tmpdir_read(world->dir, "out/back.bin", &size);
    assert_string_equal(kept, "old");
    free(kept);
    free(id);
    free(input);
    world_free(world);
}

static void a_full_disk_is_told_and_leaves_no_file(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    char *id = uploaded(world, 3 * MIB), *input = download_input(id);
    struct outcome down = call_in_child(world, "download_existing_files", input, "1048576");
    struct json_object *message = NULL;
    assert_int_equal(down.status, SOAR_RESOURCE_EXHAUSTED);
    assert_int_equal(json_pointer_get(down.document, "/error/message", &message), 0);
    assert_non_null(strcasestr(json_object_get_string(message), "file too large"));
    assert_nothing_in(world, "out");
    json_object_put(down.document);
    free(id);
    free(input);
    world_free(world);
}

/* ------------------------------------------------------------------ descriptors of the host */

static void a_file_goes_up_from_a_descriptor_and_comes_down_into_one(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    soar_status status = SOAR_OK;
    tmpdir_write_pattern(world->dir, "source.bin", 5 * MIB + 17);
    char *source = tmpdir_path(world->dir, "source.bin");
    char *target = tmpdir_path(world->dir, "target.bin");
    char *up_input = upload_input(world, "evidence.bin");
    soar_call up = {.flags = SOAR_CALL_IN_FD,
                    .action = "upload_file",
                    .action_len = strlen("upload_file"),
                    .input = up_input,
                    .input_len = strlen(up_input),
                    .in_fd = open(source, O_RDONLY | O_CLOEXEC)};
    struct json_object *document = plugin_invoke(world->instance, &up, &status);
    assert_int_equal(status, SOAR_OK);
    char *id = id_in(document);
    json_object_put(document);
    char *down_input = NULL;
    assert_true(asprintf(&down_input, "{\"id\":\"%s\"}", id) > 0);
    soar_call down = {.flags = SOAR_CALL_OUT_FD,
                      .action = "download_existing_files",
                      .action_len = strlen("download_existing_files"),
                      .input = down_input,
                      .input_len = strlen(down_input),
                      .out_fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    document = plugin_invoke(world->instance, &down, &status);
    assert_int_equal(status, SOAR_OK);
    json_object_put(document);
    assert_int_equal(close(up.in_fd), 0); /* they are the host's, and still open */
    assert_int_equal(close(down.out_fd), 0);
    assert_same_files(world->dir, "source.bin", "target.bin");
    assert_nothing_in(world, "out");
    char *all[] = {source, target, up_input, down_input, id};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
    world_free(world);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_big_file_goes_up_and_comes_down_as_bytes_in_little_memory),
        cmocka_unit_test(a_big_file_comes_down_by_link_in_little_memory),
        cmocka_unit_test(a_download_that_is_cut_leaves_no_file),
        cmocka_unit_test(a_download_that_is_cut_leaves_the_old_file_as_it_was),
        cmocka_unit_test(a_full_disk_is_told_and_leaves_no_file),
        cmocka_unit_test(a_file_goes_up_from_a_descriptor_and_comes_down_into_one),
    };
    if (argc > 3) {
        return one_call(argc, argv);
    }
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
