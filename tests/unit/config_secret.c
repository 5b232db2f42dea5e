/* Where secrets come from, and that none is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_texts.h"

static soar_status host_secret(void *ctx, const char *name, uint64_t name_len, char *buf,
                               uint64_t cap, uint64_t *out_len)
{
    const char *value = ctx;
    if (name_len != 4 || memcmp(name, "fcid", 4) != 0)
        return SOAR_NOT_FOUND;
    *out_len = strlen(value);
    if (*out_len > cap)
        return SOAR_OUT_OF_RANGE;
    memcpy(buf, value, *out_len);
    return SOAR_OK;
}

static char directory[] = "/tmp/config-test-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

/* Reads falcon.client_secret = value, with a host whose store holds "fcid". */
static bool read_secret(const char *value, char *store, struct config *c, struct error *err)
{
    char text[600];
    struct soar_host host = {.struct_size = sizeof(host), .ctx = store, .get_secret = host_secret};
    snprintf(text, sizeof(text), "falcon = { client_id = \"id\"; client_secret = \"%s\"; };",
             value);
    error_clear(err);
    return config_read(text, strlen(text), store ? &host : NULL, &service, c, err);
}

static void write_file(const char *path, const char *bytes, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(bytes, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static void a_secret_comes_from_where_it_is_said_to_be(void **state)
{
    (void)state;
    char path[100], file[120], store[] = "from-host";
    snprintf(path, sizeof(path), "%s/secret", directory);
    snprintf(file, sizeof(file), "file:%s", path);
    setenv("FCM_TEST_SECRET", "from-env", 1);
    write_file(path, "from-file\n", 0600);
    const struct {
        const char *value, *want;
    } rows[] = {
        {"plain", "plain"},
        {"env:FCM_TEST_SECRET", "from-env"},
        {file, "from-file"},
        {"secret:fcid", "from-host"},
        {"literal:env:FCM_TEST_SECRET", "env:FCM_TEST_SECRET"},
        {"literal:literal:", "literal:"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct error err;
        if (!read_secret(rows[i].value, store, &c, &err))
            fail_msg("%s: %s", rows[i].value, err.message);
        assert_string_equal(c.falcon.client_secret.ptr, rows[i].want);
        config_done(&c);
    }
    unlink(path);
    unsetenv("FCM_TEST_SECRET");
}

static void only_one_line_break_at_the_end_of_a_file_is_dropped(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *want; /* NULL = refused                                              */
    } rows[] = {{"abc", "abc"},    {"abc\n", "abc"}, {"abc\r\n", "abc"}, {"abc \n", "abc "},
                {"abc\n\n", NULL}, {"a\nb", NULL},   {"\n", NULL},       {"", NULL}};
    char path[100], file[120];
    snprintf(path, sizeof(path), "%s/secret", directory);
    snprintf(file, sizeof(file), "file:%s", path);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct error err;
        write_file(path, rows[i].bytes, 0600);
        bool ok = read_secret(file, NULL, &c, &err);
        assert_int_equal(ok, rows[i].want != NULL);
        if (ok) {
            assert_string_equal(c.falcon.client_secret.ptr, rows[i].want);
            config_done(&c);
        }
    }
    unlink(path);
}

static void the_mode_of_a_secret_file_is_checked(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool ok;
    } rows[] = {{0400, true},  {0600, true},  {0640, true},  {0440, true},  {0700, true},
                {0644, false}, {0604, false}, {0660, false}, {0620, false}, {0602, false}};
    char path[100], link[100], file[120];
    snprintf(path, sizeof(path), "%s/secret", directory);
    snprintf(link, sizeof(link), "%s/link", directory);
    snprintf(file, sizeof(file), "file:%s", link);
    assert_int_equal(symlink("secret", link), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct error err;
        write_file(path, "abc", rows[i].mode);
        bool ok = read_secret(file, NULL, &c, &err);
        if (ok != rows[i].ok)
            fail_msg("mode %04o: %s", (unsigned)rows[i].mode, ok ? "accepted" : err.message);
        if (ok) {
            config_done(&c);
        } else {
            assert_int_equal(err.status, SOAR_PERMISSION_DENIED);
            assert_string_equal(err.reason, "secret_file_mode");
            assert_holds(err.hint, "chmod 600");
        }
        unlink(path);
    }
    unlink(link);
}

static void a_secret_that_cannot_be_had_is_refused_by_its_source(void **state)
{
    (void)state;
    char missing[120], fifo[100], fifo_value[120], dir_value[120], store[] = "x";
    snprintf(missing, sizeof(missing), "file:%s/none", directory);
    snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
    snprintf(fifo_value, sizeof(fifo_value), "file:%s", fifo);
    snprintf(dir_value, sizeof(dir_value), "file:%s", directory);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    unsetenv("FCM_TEST_NONE");
    setenv("FCM_TEST_EMPTY", "", 1);
    const struct {
        const char *value;
        char *store;
        soar_status status;
        const char *message;
    } rows[] = {
        {"env:FCM_TEST_NONE", NULL, SOAR_NOT_FOUND, "no variable FCM_TEST_NONE"},
        {"env:FCM_TEST_EMPTY", NULL, SOAR_INVALID_ARGUMENT, "is empty"},
        {"env:", NULL, SOAR_NOT_FOUND, "no variable"},
        {missing, NULL, SOAR_NOT_FOUND, "No such file"},
        {fifo_value, NULL, SOAR_PERMISSION_DENIED, "not a regular file"},
        {dir_value, NULL, SOAR_PERMISSION_DENIED, "not a regular file"},
        {"file:/dev/null", NULL, SOAR_PERMISSION_DENIED, "not a regular file"},
        {"file:relative", NULL, SOAR_INVALID_ARGUMENT, "not absolute"},
        {"secret:fcid", NULL, SOAR_FAILED_PRECONDITION, "no store of secrets"},
        {"secret:other", store, SOAR_NOT_FOUND, "NOT_FOUND for the secret other"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct config c;
        struct error err;
        assert_false(read_secret(rows[i].value, rows[i].store, &c, &err));
        if (err.status != rows[i].status)
            fail_msg("%s: %s %s", rows[i].value, status_name(err.status), err.message);
        assert_holds(err.message, rows[i].message);
        assert_holds(err.where, "falcon.client_secret");
    }
    unlink(fifo);
    unsetenv("FCM_TEST_EMPTY");
}

static void a_secret_that_is_too_long_is_refused_and_not_shown(void **state)
{
    (void)state;
    char path[100], file[120], longest[1100], store[1100];
    struct config c;
    struct error err;
    memset(longest, 'z', 1025);
    longest[1025] = '\0';
    memcpy(store, longest, sizeof(store));
    snprintf(path, sizeof(path), "%s/secret", directory);
    snprintf(file, sizeof(file), "file:%s", path);
    write_file(path, longest, 0600);
    setenv("FCM_TEST_SECRET", longest, 1);
    const char *const values[] = {file, "env:FCM_TEST_SECRET", "secret:fcid"};
    for (size_t i = 0; i < COUNT(values); i++) {
        assert_false(read_secret(values[i], store, &c, &err));
        assert_holds(err.message, "1024 bytes");
        assert_null(strstr(err.message, "zzz"));
    }
    unlink(path);
    unsetenv("FCM_TEST_SECRET");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_comes_from_where_it_is_said_to_be),
        cmocka_unit_test(only_one_line_break_at_the_end_of_a_file_is_dropped),
        cmocka_unit_test(the_mode_of_a_secret_file_is_checked),
        cmocka_unit_test(a_secret_that_cannot_be_had_is_refused_by_its_source),
        cmocka_unit_test(a_secret_that_is_too_long_is_refused_and_not_shown),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
