/* A download: it appears under its name whole or not at all, never in the place of another file,
 * and no failure leaves a trace or a signal behind. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "file_world.h"

static int make_write_world(void **state)
{
    return make_world(state) || symlink("../outside", in_root("write/link_out"));
}

static struct file_sink *new_sink(const char *save_as, int out_fd)
{
    struct file_sink *sink = NULL;
    struct error err;
    if (!file_sink_new(files, save_as, out_fd, &sink, &err))
        fail_msg("%s: %s", save_as ? save_as : "NULL", err.message);
    return sink;
}

/* A sink that has received text. */
static struct file_sink *received(const char *save_as, const char *server_name, const char *text)
{
    struct file_sink *sink = new_sink(save_as, -1);
    struct error err;
    if (!file_sink_begin(sink, server_name, -1, &err) || !write_all(sink, text, strlen(text), &err))
        fail_msg("%s", err.message);
    return sink;
}

static void commit(struct file_sink *sink)
{
    struct error err;
    if (!file_sink_commit(sink, &err))
        fail_msg("%s", err.message);
}

static void assert_content(const char *path, const char *want)
{
    char bytes[100];
    content(path, bytes, sizeof(bytes));
    assert_string_equal(bytes, want);
}

static void a_download_appears_whole_and_only_when_it_is_committed(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        struct file_sink *sink = new_sink(NULL, -1);
        struct error err;
        struct stat st;
        assert_false(file_sink_begun(sink));
        assert_true(file_sink_begin(sink, "report.pdf", 6, &err));
        assert_true(file_sink_begun(sink));
        assert_true(write_all(sink, "abc", 3, &err));
        assert_true(write_all(sink, "def", 3, &err));
        assert_int_equal(access(in_root("write/report.pdf"), F_OK), -1);
        assert_string_equal(file_sink_path(sink), "");
        commit(sink);
        assert_string_equal(file_sink_path(sink), in_root("write/report.pdf"));
        assert_string_equal(file_sink_name(sink), "report.pdf");
        assert_int_equal(file_sink_bytes(sink), 6);
        assert_content("write/report.pdf", "abcdef");
        assert_int_equal(stat(in_root("write/report.pdf"), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        assert_int_equal(st.st_nlink, 1);
        file_sink_free(sink);
        assert_int_equal(unlink(in_root("write/report.pdf")), 0);
        assert_int_equal(entries("write"), 2);
    }
}

static void the_hosts_umask_does_not_change_the_mode(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        struct stat st;
        files->lack = lacks[m];
        mode_t old = umask(0777);
        struct file_sink *sink = received("masked", NULL, "x");
        umask(old);
        commit(sink);
        file_sink_free(sink);
        assert_int_equal(stat(in_root("write/masked"), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        unlink(in_root("write/masked"));
    }
}

static void a_download_that_is_not_committed_leaves_nothing(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        struct file_sink *sink = received(NULL, "gone.bin", "abc");
        bool hidden = (files->lack & (FILES_LACK_TMPFILE | FILES_LACK_PROC)) != 0;
        assert_int_equal(entries("write"), hidden ? 3 : 2);
        file_sink_free(sink);
        assert_int_equal(entries("write"), 2);
    }
    file_sink_free(NULL);
}

static void a_servers_name_that_is_taken_gets_a_number(void **state)
{
    (void)state;
    static const char *const want[] = {"a.tar.gz", "a (1).tar.gz", "a (2).tar.gz"};
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (size_t i = 0; i < COUNT(want); i++) {
            struct file_sink *sink = received("sub/", "a.tar.gz", want[i]);
            commit(sink);
            assert_string_equal(file_sink_name(sink), want[i]);
            file_sink_free(sink);
        }
        for (size_t i = 0; i < COUNT(want); i++) {
            char path[60];
            snprintf(path, sizeof(path), "write/sub/%s", want[i]);
            assert_content(path, want[i]);
            unlink(in_root(path));
        }
    }
}

static void a_name_asked_for_is_never_replaced(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        struct error err;
        struct file_sink *none;
        files->lack = lacks[m];
        struct file_sink *first = received("mine.txt", "theirs.txt", "first");
        struct file_sink *second = received(in_root("write/mine.txt"), NULL, "second");
        commit(first);
        assert_string_equal(file_sink_name(first), "mine.txt");
        assert_false(file_sink_commit(second, &err));
        assert_int_equal(err.status, SOAR_ALREADY_EXISTS);
        assert_false(file_sink_new(files, "mine.txt", -1, &none, &err));
        assert_int_equal(err.status, SOAR_ALREADY_EXISTS);
        file_sink_free(first);
        file_sink_free(second);
        assert_content("write/mine.txt", "first");
        unlink(in_root("write/mine.txt"));
        assert_int_equal(entries("write"), 2);
    }
}

static void a_link_that_leads_nowhere_is_not_written_through(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        struct error err;
        struct file_sink *sink = received("trap", NULL, "x");
        assert_int_equal(symlink("../outside/new", in_root("write/trap")), 0);
        assert_false(file_sink_commit(sink, &err));
        assert_int_equal(err.status, SOAR_ALREADY_EXISTS);
        file_sink_free(sink);
        assert_int_equal(access(in_root("outside/new"), F_OK), -1);
        unlink(in_root("write/trap"));
    }
}

static void a_target_outside_is_refused_before_anything_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *save_as;
        soar_status status;
    } rows[] = {
        {"../outside/x", SOAR_PERMISSION_DENIED},
        {"sub/../../outside/x", SOAR_PERMISSION_DENIED},
        {"..", SOAR_PERMISSION_DENIED},
        {"link_out/x", SOAR_PERMISSION_DENIED},
        {"@outside/x", SOAR_PERMISSION_DENIED},
        {"@read/x", SOAR_PERMISSION_DENIED},
        {"@writex", SOAR_PERMISSION_DENIED},
        {"/tmp/x", SOAR_PERMISSION_DENIED},
        {"none/x", SOAR_NOT_FOUND},
        {"none/", SOAR_NOT_FOUND},
        {"sub", SOAR_ALREADY_EXISTS},
        {"line\nbreak", SOAR_INVALID_ARGUMENT},
        {"sub/\xFF", SOAR_INVALID_ARGUMENT},
    };
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct file_sink *sink = NULL;
            struct error err;
            const char *path = rows[i].save_as;
            path = path[0] == '@' ? in_root(path + 1) : path;
            if (file_sink_new(files, path, -1, &sink, &err))
                fail_msg("%s was accepted", path);
            assert_null(sink);
            if (err.status != rows[i].status)
                fail_msg("%s (lack %u): %s", path, files->lack, err.message);
        }
    }
    struct files *none;
    struct file_sink *sink;
    struct error err;
    assert_true(files_open(NULL, 0, NULL, 0, 10, &none, &err));
    assert_false(file_sink_new(none, NULL, -1, &sink, &err));
    assert_int_equal(err.status, SOAR_PERMISSION_DENIED);
    assert_non_null(strstr(err.hint, "files.write_dirs"));
    files_close(none);
}

enum { WRITERS = 4, ROUNDS = 25 };

static void *commit_many(void *arg)
{
    uintptr_t failures = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct file_sink *sink = NULL;
        struct error err;
        bool ok = file_sink_new(files, NULL, -1, &sink, &err) &&
                  file_sink_begin(sink, "same.txt", -1, &err) && write_all(sink, arg, 5, &err) &&
                  file_sink_commit(sink, &err);
        failures += !ok;
        file_sink_free(sink);
    }
    return (void *)failures;
}

static void downloads_of_one_name_at_once_all_get_their_own(void **state)
{
    (void)state;
    static char texts[WRITERS][6] = {"one..", "two..", "three", "four."};
    for (size_t m = 0; m < COUNT(lacks); m++) {
        pthread_t threads[WRITERS];
        files->lack = lacks[m];
        for (size_t i = 0; i < WRITERS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, commit_many, texts[i]), 0);
        for (size_t i = 0; i < WRITERS; i++) {
            void *failures;
            pthread_join(threads[i], &failures);
            assert_null(failures);
        }
        unsigned per_text[WRITERS] = {0};
        for (unsigned n = 0; n < WRITERS * ROUNDS; n++) {
            char path[60], bytes[10];
            snprintf(path, sizeof(path), n ? "write/same (%u).txt" : "write/same.txt", n);
            assert_int_equal(content(path, bytes, sizeof(bytes)), 5);
            for (size_t i = 0; i < WRITERS; i++)
                per_text[i] += strcmp(bytes, texts[i]) == 0;
            unlink(in_root(path));
        }
        for (size_t i = 0; i < WRITERS; i++)
            assert_int_equal(per_text[i], ROUNDS);
        assert_int_equal(entries("write"), 2);
    }
}

static void a_download_over_the_limit_is_refused(void **state)
{
    (void)state;
    static char bytes[MAX_BYTES + 1];
    struct error err;
    files->lack = 0;
    struct file_sink *sink = new_sink(NULL, -1);
    assert_false(file_sink_begin(sink, "x", MAX_BYTES + 1, &err));
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    assert_true(file_sink_begin(sink, "x", MAX_BYTES, &err));
    assert_true(write_all(sink, bytes, MAX_BYTES, &err));
    assert_false(write_all(sink, bytes, 1, &err));
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    assert_string_equal(err.reason, "file_too_large");
    assert_int_equal(file_sink_bytes(sink), MAX_BYTES);
    file_sink_free(sink);
}

static void another_attempt_begins_with_an_empty_file(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        struct error err;
        files->lack = lacks[m];
        struct file_sink *sink = received(NULL, "first.txt", "half of i");
        assert_true(file_sink_restart(sink));
        assert_false(file_sink_begun(sink));
        assert_int_equal(file_sink_bytes(sink), 0);
        assert_false(file_sink_commit(sink, &err));
        assert_true(file_sink_begin(sink, "second.txt", -1, &err));
        assert_true(write_all(sink, "all", 3, &err));
        commit(sink);
        assert_false(file_sink_restart(sink));
        file_sink_free(sink);
        assert_content("write/second.txt", "all");
        unlink(in_root("write/second.txt"));
        assert_int_equal(entries("write"), 2);
    }
}

static void a_file_size_limit_is_an_error_and_no_signal(void **state)
{
    (void)state;
    struct rlimit old, tight;
    struct error err;
    char bytes[100] = {0};
    files->lack = 0;
    struct file_sink *sink = received(NULL, "limited", "12345678");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight = old;
    tight.rlim_cur = 50;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    bool ok = write_all(sink, bytes, sizeof(bytes), &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_false(ok);
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    assert_string_equal(err.reason, "file_size_limit");
    sigset_t pending;
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGXFSZ), 0);
    file_sink_free(sink);
}

static void a_forked_child_does_not_take_the_file_away(void **state)
{
    (void)state;
    files->lack = FILES_LACK_TMPFILE;
    struct file_sink *sink = received(NULL, "kept.txt", "kept");
    pid_t child = fork();
    if (child == 0) {
        file_sink_free(sink);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    commit(sink);
    file_sink_free(sink);
    assert_content("write/kept.txt", "kept");
    unlink(in_root("write/kept.txt"));
}

/* ------------------------------------------------------------------ the host's descriptor */

static void *drain(void *arg)
{
    static char bytes[4096];
    uintptr_t total = 0;
    ssize_t n;
    while ((n = read(*(int *)arg, bytes, sizeof(bytes))) > 0)
        total += (uintptr_t)n;
    return (void *)total;
}

static void the_hosts_pipe_gets_every_byte_over_partial_writes(void **state)
{
    (void)state;
    static char bytes[MAX_BYTES];
    struct error err;
    int ends[2];
    void *total;
    pthread_t reader;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, 0), 0);
    assert_int_equal(pthread_create(&reader, NULL, drain, &ends[0]), 0);
    struct file_sink *sink = new_sink(NULL, ends[1]);
    assert_true(file_sink_begin(sink, "../their name", -1, &err));
    assert_true(write_all(sink, bytes, sizeof(bytes), &err));
    commit(sink);
    assert_string_equal(file_sink_path(sink), "");
    assert_string_equal(file_sink_name(sink), "their name");
    assert_int_equal(file_sink_bytes(sink), MAX_BYTES);
    assert_false(file_sink_restart(sink));
    file_sink_free(sink);
    assert_int_equal(close(ends[1]), 0);
    pthread_join(reader, &total);
    assert_int_equal((uintptr_t)total, MAX_BYTES);
    close(ends[0]);
}

static void a_full_pipe_takes_what_it_can_and_never_blocks(void **state)
{
    (void)state;
    static char bytes[MAX_BYTES];
    struct error err;
    size_t taken = 0;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 0);
    struct file_sink *sink = new_sink(NULL, ends[1]);
    assert_true(file_sink_begin(sink, NULL, -1, &err));
    assert_true(file_sink_write(sink, bytes, 5000, &taken, &err));
    assert_int_equal(taken, 4096);
    assert_true(file_sink_write(sink, bytes, 904, &taken, &err));
    assert_int_equal(taken, 0);
    assert_int_equal(read(ends[0], bytes, 4096), 4096);
    assert_true(file_sink_write(sink, bytes, 904, &taken, &err));
    assert_int_equal(taken, 904);
    assert_int_equal(file_sink_bytes(sink), 5000);
    file_sink_free(sink);
    close(ends[0]);
    close(ends[1]);
}

static void a_closed_pipe_is_an_error_and_no_signal(void **state)
{
    (void)state;
    struct error err;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct file_sink *sink = new_sink(NULL, ends[1]);
    assert_true(file_sink_restart(sink));
    assert_true(file_sink_begin(sink, NULL, -1, &err));
    assert_false(write_all(sink, "x", 1, &err));
    assert_string_equal(err.reason, "out_fd_closed");
    sigset_t pending;
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);

    /* A SIGPIPE that the host has waiting stays the host's. */
    sigset_t pipe_signal, old;
    int got = 0;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
    pthread_kill(pthread_self(), SIGPIPE);
    assert_false(write_all(sink, "x", 1, &err));
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    sigwait(&pipe_signal, &got);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    file_sink_free(sink);
    close(ends[1]);
}

static void a_full_disk_is_named(void **state)
{
    (void)state;
    struct error err;
    int full = open("/dev/full", O_WRONLY);
    struct file_sink *sink = new_sink(NULL, full);
    assert_true(file_sink_begin(sink, NULL, -1, &err));
    assert_false(write_all(sink, "x", 1, &err));
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    assert_string_equal(err.reason, "disk_full");
    file_sink_free(sink);
    close(full);
}

static void a_descriptor_that_cannot_be_written_is_refused(void **state)
{
    (void)state;
    struct file_sink *sink;
    struct error err;
    int fd = open("/dev/null", O_RDONLY);
    assert_false(file_sink_new(files, NULL, fd, &sink, &err));
    assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
    close(fd);
    assert_false(file_sink_new(files, NULL, fd, &sink, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_download_appears_whole_and_only_when_it_is_committed),
        cmocka_unit_test(the_hosts_umask_does_not_change_the_mode),
        cmocka_unit_test(a_download_that_is_not_committed_leaves_nothing),
        cmocka_unit_test(a_servers_name_that_is_taken_gets_a_number),
        cmocka_unit_test(a_name_asked_for_is_never_replaced),
        cmocka_unit_test(a_link_that_leads_nowhere_is_not_written_through),
        cmocka_unit_test(a_target_outside_is_refused_before_anything_is_asked),
        cmocka_unit_test(downloads_of_one_name_at_once_all_get_their_own),
        cmocka_unit_test(a_download_over_the_limit_is_refused),
        cmocka_unit_test(another_attempt_begins_with_an_empty_file),
        cmocka_unit_test(a_file_size_limit_is_an_error_and_no_signal),
        cmocka_unit_test(a_forked_child_does_not_take_the_file_away),
        cmocka_unit_test(the_hosts_pipe_gets_every_byte_over_partial_writes),
        cmocka_unit_test(a_full_pipe_takes_what_it_can_and_never_blocks),
        cmocka_unit_test(a_closed_pipe_is_an_error_and_no_signal),
        cmocka_unit_test(a_full_disk_is_named),
        cmocka_unit_test(a_descriptor_that_cannot_be_written_is_refused),
    };
    return cmocka_run_group_tests(tests, make_write_world, remove_world);
}
