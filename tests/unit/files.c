/* Which files may be read: those below the allowed directories, regular ones, and nothing else.
 * Every test runs on every way through the kernel. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <cmocka.h>

#include "file_world.h"

static char long_name[300];

static int make_read_world(void **state)
{
    if (make_world(state) != 0)
        return -1;
    char big[MAX_BYTES + 1] = {0};
    make_file("read/a.txt", "hello", 5);
    make_file("read/sub/b.bin", "bee", 3);
    make_file("read/empty", "", 0);
    make_file("read/most", big, MAX_BYTES);
    make_file("read/more", big, MAX_BYTES + 1);
    make_file("read/line\nbreak", "x", 1);
    make_file("read2/c.txt", "see", 3);
    make_file("outside/secret", "secret", 6);
    memset(long_name, 'n', 256);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", in_root("read/socket"));
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    int failed = bind(listener, (struct sockaddr *)&address, sizeof(address));
    close(listener);
    failed |= mkfifo(in_root("read/fifo"), 0600);
    failed |= symlink("a.txt", in_root("read/link_in"));
    failed |= symlink("sub", in_root("read/link_dir_in"));
    failed |= symlink("../outside/secret", in_root("read/link_out"));
    failed |= symlink(in_root("outside/secret"), in_root("read/link_absolute"));
    failed |= symlink("../outside", in_root("read/link_dir_out"));
    failed |= symlink("..", in_root("read/sub/link_up"));
    failed |= symlink("/dev/null", in_root("read/link_device"));
    failed |= symlink("fifo", in_root("read/link_fifo"));
    failed |= symlink("loop", in_root("read/loop"));
    failed |= symlink("/proc/self/root/etc/passwd", in_root("read/link_magic"));
    return failed;
}

/* Reads it all; the number of bytes, or -1. */
static int64_t read_all(struct file_source *source, char *bytes, size_t size, struct error *err)
{
    int64_t total = 0, n;
    while ((n = file_source_read(source, bytes + total, size - (size_t)total, err)) > 0)
        total += n;
    return n < 0 ? n : total;
}

static void a_file_below_an_allowed_directory_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *path, *want, *name;
        bool by_link; /* needs openat2                                                           */
    } rows[] = {
        {"a.txt", "hello", "a.txt", false},
        {"./a.txt", "hello", "a.txt", false},
        {".//sub/./b.bin", "bee", "b.bin", false},
        {"empty", "", "empty", false},
        {"@read/a.txt", "hello", "a.txt", false},
        {"@./read//./sub/b.bin", "bee", "b.bin", false},
        {"@read2/c.txt", "see", "c.txt", false},
        {"link_in", "hello", "link_in", true},
        {"link_dir_in/b.bin", "bee", "b.bin", true},
        {"sub/../a.txt", "hello", "a.txt", true},
        {"sub/link_up/a.txt", "hello", "a.txt", true},
    };
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct file_source source;
            struct error err;
            char bytes[100];
            const char *path = rows[i].path[0] == '@' ? in_root(rows[i].path + 1) : rows[i].path;
            bool ok = file_source_open(files, path, NULL, &source, &err);
            if (rows[i].by_link && (files->lack & FILES_LACK_OPENAT2)) {
                assert_false(ok);
                assert_int_equal(err.status, SOAR_PERMISSION_DENIED);
                continue;
            }
            if (!ok)
                fail_msg("%s: %s", path, err.message);
            int64_t n = read_all(&source, bytes, sizeof(bytes), &err);
            assert_int_equal(n, strlen(rows[i].want));
            assert_int_equal(source.size, n);
            assert_memory_equal(bytes, rows[i].want, (size_t)n);
            assert_string_equal(source.name, rows[i].name);
            file_source_done(&source);
        }
    }
}

static void all_else_is_refused_and_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        soar_status status;
        const char *reason;
    } rows[] = {
        {"", SOAR_INVALID_ARGUMENT, "file_name"},
        {"none", SOAR_NOT_FOUND, "no_such_file"},
        {"none/a.txt", SOAR_NOT_FOUND, "no_such_file"},
        {"a.txt/x", SOAR_NOT_FOUND, "no_such_file"},
        {"a.txt/", SOAR_NOT_FOUND, "no_such_file"},
        {"..", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"../outside/secret", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"sub/../../outside/secret", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"@read/../outside/secret", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"@outside/secret", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"@readx", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"/etc/passwd", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"/", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"/proc/self/environ", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"link_out", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"link_absolute", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"link_dir_out/secret", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"link_device", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"link_magic", SOAR_PERMISSION_DENIED, "outside_directories"},
        {"loop", SOAR_PERMISSION_DENIED, "outside_directories"},
        {".", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"sub", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"sub/", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"@read", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"fifo", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"socket", SOAR_PERMISSION_DENIED, "not_a_regular_file"},
        {"more", SOAR_RESOURCE_EXHAUSTED, "file_too_large"},
        {"line\nbreak", SOAR_INVALID_ARGUMENT, "file_name"},
        {long_name, SOAR_INVALID_ARGUMENT, "open_failed"},
    };
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (size_t i = 0; i < COUNT(rows); i++) {
            struct file_source source = {.fd = -2};
            struct error err = {0};
            const char *path = rows[i].path[0] == '@' ? in_root(rows[i].path + 1) : rows[i].path;
            if (file_source_open(files, path, NULL, &source, &err))
                fail_msg("%s was opened", path);
            assert_int_equal(source.fd, -2);
            if (err.status != rows[i].status || strcmp(err.reason, rows[i].reason) != 0)
                fail_msg("%s (lack %u): %s %s", path, files->lack, err.reason, err.message);
        }
    }
}

static void what_is_refused_is_not_even_opened(void **state)
{
    (void)state;
    char events[4096];
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    assert_true(inotify_add_watch(watch, in_root("read/fifo"), IN_OPEN) >= 0);
    assert_true(inotify_add_watch(watch, in_root("outside/secret"), IN_OPEN) >= 0);
    static const char *const paths[] = {
        "fifo",          "link_fifo",           "link_out",
        "link_absolute", "link_dir_out/secret", "../outside/secret"};
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (size_t i = 0; i < COUNT(paths); i++) {
            struct file_source source;
            struct error err;
            assert_false(file_source_open(files, paths[i], NULL, &source, &err));
        }
    }
    assert_int_equal(read(watch, events, sizeof(events)), -1);
    char bytes[10];
    content("outside/secret", bytes, sizeof(bytes));
    assert_true(read(watch, events, sizeof(events)) > 0);
    close(watch);
}

/* Puts the good file and a link that leads out in each other's place until told to stop. */
static void *swap_names(void *arg)
{
    atomic_bool *stop = arg;
    const char *a = in_root("read/swap"), *b = in_root("read/swap_link");
    while (!atomic_load(stop))
        syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2 /* RENAME_EXCHANGE */);
    return NULL;
}

static void a_name_that_is_swapped_meanwhile_never_leads_out(void **state)
{
    (void)state;
    make_file("read/swap", "good", 4);
    assert_int_equal(symlink("../outside/secret", in_root("read/swap_link")), 0);
    atomic_bool stop = false;
    pthread_t swapper;
    assert_int_equal(pthread_create(&swapper, NULL, swap_names, &stop), 0);
    unsigned leaked = 0;
    for (size_t m = 0; m < COUNT(lacks); m++) {
        files->lack = lacks[m];
        for (int i = 0; i < 400; i++) {
            struct file_source source;
            struct error err;
            char bytes[10] = "";
            if (!file_source_open(files, "swap", NULL, &source, &err))
                continue;
            leaked += read_all(&source, bytes, sizeof(bytes), &err) != 4 || bytes[0] != 'g';
            file_source_done(&source);
        }
    }
    atomic_store(&stop, true);
    pthread_join(swapper, NULL);
    unlink(in_root("read/swap"));
    unlink(in_root("read/swap_link"));
    assert_int_equal(leaked, 0);
}

static void without_a_directory_nothing_is_read(void **state)
{
    (void)state;
    struct files *none;
    struct file_source source;
    struct error err;
    assert_true(files_open(NULL, 0, NULL, 0, 10, &none, &err));
    assert_false(file_source_open(none, in_root("read/a.txt"), NULL, &source, &err));
    assert_int_equal(err.status, SOAR_PERMISSION_DENIED);
    assert_string_equal(err.reason, "no_directory");
    assert_non_null(strstr(err.hint, "files.read_dirs"));
    files_close(none);
    files_close(NULL);
}

static void a_directory_that_cannot_be_used_is_refused_when_it_is_configured(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool to_write, is_root_exempt;
        soar_status status;
    } rows[] = {
        {"relative", false, false, SOAR_INVALID_ARGUMENT},
        {"@none", false, false, SOAR_INVALID_ARGUMENT},
        {"@read/a.txt", false, false, SOAR_INVALID_ARGUMENT},
        {"/proc/self/fdinfo", true, true, SOAR_PERMISSION_DENIED},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *path = rows[i].path[0] == '@' ? in_root(rows[i].path + 1) : rows[i].path;
        struct files *opened = NULL;
        struct error err;
        if (rows[i].is_root_exempt && access(path, W_OK) == 0)
            continue;
        assert_false(
            files_open(&path, !rows[i].to_write, &path, rows[i].to_write, 10, &opened, &err));
        assert_null(opened);
        assert_int_equal(err.status, rows[i].status);
        assert_string_equal(err.where, path);
    }
}

static void a_path_by_another_name_of_the_directory_is_fine(void **state)
{
    (void)state;
    struct files *opened;
    struct file_source source;
    struct error err;
    const char *alias = in_root("alias");
    assert_int_equal(symlink("read", alias), 0);
    assert_true(files_open(&alias, 1, NULL, 0, MAX_BYTES, &opened, &err));
    static const char *const paths[] = {"alias/a.txt", "read/a.txt"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        assert_true(file_source_open(opened, in_root(paths[i]), NULL, &source, &err));
        file_source_done(&source);
    }
    files_close(opened);
    unlink(alias);
}

static void the_upload_may_have_a_name_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool ok;
    } rows[] = {{"report.pdf", true},    {"\xC3\xA4 \"b\"", true}, {"line\nbreak", false},
                {"return\rhere", false}, {"bell\x07", false},      {"\x7F", false},
                {"\xC2\x85", false},     {"\xFF", false},          {"", false},
                {long_name, false}};
    files->lack = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct file_source source;
        struct error err;
        bool ok = file_source_open(files, "a.txt", rows[i].name, &source, &err);
        assert_int_equal(ok, rows[i].ok);
        if (ok) {
            assert_string_equal(source.name, rows[i].name);
            file_source_done(&source);
        } else {
            assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
        }
    }
}

static void a_file_that_shrinks_while_it_is_read_is_an_error(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    char bytes[10];
    make_file("read/shrinks", "0123456789", 10);
    assert_true(file_source_open(files, "shrinks", NULL, &source, &err));
    assert_int_equal(file_source_read(&source, bytes, 4, &err), 4);
    assert_int_equal(truncate(in_root("read/shrinks"), 6), 0);
    assert_int_equal(file_source_read(&source, bytes, 10, &err), 2);
    assert_int_equal(file_source_read(&source, bytes, 10, &err), -1);
    assert_int_equal(err.status, SOAR_DATA_LOSS);
    assert_string_equal(err.reason, "file_changed");
    file_source_done(&source);
}

static void a_file_that_grows_while_it_is_read_is_cut_at_its_size(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    char bytes[100];
    make_file("read/grows", "0123", 4);
    assert_true(file_source_open(files, "grows", NULL, &source, &err));
    make_file("read/grows", "0123456789", 10);
    assert_int_equal(read_all(&source, bytes, sizeof(bytes), &err), 4);
    assert_true(file_source_rewind(&source));
    assert_int_equal(read_all(&source, bytes, sizeof(bytes), &err), 4);
    assert_memory_equal(bytes, "0123", 4);
    file_source_done(&source);
}

static void the_hosts_descriptor_is_read_from_where_it_stands(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    char bytes[100];
    int fd = open(in_root("read/a.txt"), O_RDONLY);
    assert_int_equal(lseek(fd, 2, SEEK_SET), 2);
    assert_true(file_source_from_fd(files, fd, "up.txt", &source, &err));
    assert_int_equal(source.size, 3);
    for (int attempt = 0; attempt < 2; attempt++) {
        assert_int_equal(read_all(&source, bytes, sizeof(bytes), &err), 3);
        assert_memory_equal(bytes, "llo", 3);
        assert_true(file_source_rewind(&source));
    }
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 2);
    file_source_done(&source);
    assert_int_equal(close(fd), 0);
}

static void a_pipe_is_read_once_and_within_the_limit(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    char bytes[64];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "abcdef", 6), 6);
    close(ends[1]);
    assert_true(file_source_from_fd(files, ends[0], NULL, &source, &err));
    assert_int_equal(source.size, -1);
    assert_true(file_source_rewind(&source));
    assert_int_equal(file_source_read(&source, bytes, 4, &err), 4);
    assert_false(file_source_rewind(&source));
    assert_int_equal(file_source_read(&source, bytes, 4, &err), 2);
    assert_int_equal(file_source_read(&source, bytes, 4, &err), 0);
    file_source_done(&source);
    close(ends[0]);

    assert_int_equal(pipe(ends), 0);
    assert_true(file_source_from_fd(files, ends[0], NULL, &source, &err));
    source.max_bytes = 5;
    assert_int_equal(write(ends[1], "abcdef", 6), 6);
    assert_int_equal(file_source_read(&source, bytes, 64, &err), -1);
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    close(ends[0]);
    close(ends[1]);
}

static void a_descriptor_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    int closed = dup(0), bad[] = {-1, closed, open(in_root("read/a.txt"), O_WRONLY),
                                  open(in_root("read"), O_RDONLY), open(in_root("read"), O_PATH)};
    close(closed);
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(file_source_from_fd(files, bad[i], NULL, &source, &err));
        assert_int_equal(err.status, SOAR_INVALID_ARGUMENT);
    }
    for (size_t i = 2; i < COUNT(bad); i++)
        close(bad[i]);
    int big = open(in_root("read/more"), O_RDONLY);
    assert_false(file_source_from_fd(files, big, NULL, &source, &err));
    assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
    close(big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_below_an_allowed_directory_is_read),
        cmocka_unit_test(all_else_is_refused_and_says_why),
        cmocka_unit_test(what_is_refused_is_not_even_opened),
        cmocka_unit_test(a_name_that_is_swapped_meanwhile_never_leads_out),
        cmocka_unit_test(without_a_directory_nothing_is_read),
        cmocka_unit_test(a_directory_that_cannot_be_used_is_refused_when_it_is_configured),
        cmocka_unit_test(a_path_by_another_name_of_the_directory_is_fine),
        cmocka_unit_test(the_upload_may_have_a_name_of_its_own),
        cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_an_error),
        cmocka_unit_test(a_file_that_grows_while_it_is_read_is_cut_at_its_size),
        cmocka_unit_test(the_hosts_descriptor_is_read_from_where_it_stands),
        cmocka_unit_test(a_pipe_is_read_once_and_within_the_limit),
        cmocka_unit_test(a_descriptor_that_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests(tests, make_read_world, remove_world);
}
