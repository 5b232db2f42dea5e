/* The hash of a file that is sent: taken, given up, and held against a plan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "file_world.h"

static void a_file_that_is_not_the_one_planned_is_never_read_to_its_end(void **state)
{
    (void)state;
    static const char *const now[] = {"other!", "planne", "planned and more"};
    char sha256[SHA256_HEX], bytes[64];
    struct file_source source;
    struct error err;

    make_file("read/plan", "planned", 7);
    assert_true(file_source_open(files, "plan", NULL, &source, &err));
    file_source_sha256(&source, NULL, INT64_MAX, sha256);
    file_source_bind(&source, sha256);
    for (int again = 0; again < 2; again++) {
        assert_true(file_source_rewind(&source));
        assert_int_equal(file_source_read(&source, bytes, 3, &err), 3);
        assert_int_equal(file_source_read(&source, bytes, 60, &err), 4);
        assert_int_equal(file_source_read(&source, bytes, 60, &err), 0);
    }
    make_file("read/plan", "PLANNED", 7); /* the same file, written over */
    assert_true(file_source_rewind(&source));
    assert_int_equal(file_source_read(&source, bytes, 3, &err), 3);
    assert_int_equal(file_source_read(&source, bytes, 60, &err), -1);
    assert_int_equal(err.status, SOAR_FAILED_PRECONDITION);
    assert_string_equal(err.reason, "plan_changed");
    file_source_done(&source);
    for (size_t i = 0; i < COUNT(now); i++) {
        make_file("read/plan", now[i], strlen(now[i]));
        assert_true(file_source_open(files, "plan", NULL, &source, &err));
        file_source_bind(&source, sha256);
        assert_int_equal(file_source_read(&source, bytes, 60, &err), -1);
        assert_string_equal(err.reason, "plan_changed");
        file_source_done(&source);
    }
}

static void a_hash_is_given_up_when_its_time_is_over_or_nobody_waits_for_it(void **state)
{
    (void)state;
    struct file_source source;
    struct interrupt interrupt;
    struct error err;
    char sha256[SHA256_HEX];
    make_file("read/hashed", "0123", 4);
    assert_true(file_source_open(files, "hashed", NULL, &source, &err));
    interrupt_init(&interrupt);
    file_source_sha256(&source, &interrupt, INT64_MAX, sha256);
    assert_int_equal(strlen(sha256), SHA256_HEX - 1);
    file_source_sha256(&source, &interrupt, 0, sha256);
    assert_string_equal(sha256, "");
    interrupt_raise(&interrupt);
    file_source_sha256(&source, &interrupt, INT64_MAX, sha256);
    assert_string_equal(sha256, "");
    interrupt_done(&interrupt);
    file_source_done(&source);
}

static void a_pipe_is_not_read_for_its_hash(void **state)
{
    (void)state;
    struct file_source source;
    struct error err;
    char sha256[SHA256_HEX];
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* nobody writes to it */
    assert_true(file_source_from_fd(files, ends[0], NULL, &source, &err));
    file_source_sha256(&source, NULL, INT64_MAX, sha256);
    assert_string_equal(sha256, "");
    assert_int_equal(file_source_awaits(&source), ends[0]);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(file_source_awaits(&source), -1);
    file_source_done(&source);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_not_the_one_planned_is_never_read_to_its_end),
        cmocka_unit_test(a_hash_is_given_up_when_its_time_is_over_or_nobody_waits_for_it),
        cmocka_unit_test(a_pipe_is_not_read_for_its_hash),
    };
    return cmocka_run_group_tests_name("file_hash", tests, make_world, remove_world);
}
