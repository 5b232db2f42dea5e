/* How much a download may take of the disk, and which one is not kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "file_world.h"

static struct file_sink *new_sink(const char *save_as, int out_fd)
{
    struct file_sink *sink = NULL;
    struct error err;
    if (!file_sink_new(files, save_as, out_fd, &sink, &err))
        fail_msg("%s: %s", save_as ? save_as : "NULL", err.message);
    return sink;
}

static void downloads_stay_within_the_quota(void **state)
{
    (void)state;
    struct error err;

    for (size_t i = 0; i < COUNT(lacks); i++) {
        files->lack = lacks[i];
        make_file("write/sub/there", "1234567890", 10);
        files_set_quota(files, 0);
        struct file_sink *sink = new_sink("any", -1);
        error_clear(&err);
        assert_true(file_sink_begin(sink, NULL, 90000, &err)); /* no quota */
        file_sink_free(sink);

        int64_t free_bytes = 4;
        files_set_quota(files, INT64_MAX / 2);
        int64_t used = INT64_MAX / 2 - files_room(files);
        assert_true(used >= 10);
        files_set_quota(files, used + free_bytes);
        sink = new_sink("any", -1);
        assert_false(file_sink_begin(sink, NULL, 5, &err)); /* as announced */
        assert_int_equal(err.status, SOAR_RESOURCE_EXHAUSTED);
        assert_string_equal(err.reason, "quota");
        file_sink_free(sink);

        sink = new_sink("any", -1);
        assert_true(file_sink_begin(sink, NULL, -1, &err));
        assert_true(write_all(sink, "1234", 4, &err));
        assert_false(write_all(sink, "5", 1, &err));
        assert_string_equal(err.reason, "quota");
        file_sink_free(sink);

        sink = new_sink("any", -1);
        assert_true(file_sink_begin(sink, NULL, -1, &err));
        assert_true(write_all(sink, "1234", 4, &err));
        assert_true(file_sink_commit(sink, &err));
        file_sink_free(sink);
        sink = new_sink("more", -1);
        assert_false(file_sink_begin(sink, NULL, -1, &err)); /* nothing is left */
        file_sink_free(sink);
        assert_int_equal(unlink(in_root("write/any")), 0);
        assert_int_equal(unlink(in_root("write/sub/there")), 0);
    }
    files->lack = 0;
    files_set_quota(files, 0);
}

static void downloads_at_one_time_stay_within_it_together(void **state)
{
    (void)state;
    struct error err;

    for (size_t i = 0; i < COUNT(lacks); i++) {
        files->lack = lacks[i];
        files_set_quota(files, INT64_MAX / 2);
        files_set_quota(files, INT64_MAX / 2 - files_room(files) + 10);
        struct file_sink *one = new_sink("one", -1), *two = new_sink("two", -1);
        size_t taken = 0;
        error_clear(&err);
        assert_true(file_sink_begin(one, NULL, 6, &err)); /* announced, and not yet there */
        assert_false(file_sink_begin(two, NULL, 5, &err));
        assert_string_equal(err.reason, "quota");
        assert_true(file_sink_begin(two, NULL, -1, &err));
        assert_true(file_sink_write(two, "1234", 4, &taken, &err));
        assert_false(file_sink_write(two, "5", 1, &taken, &err));
        assert_true(file_sink_write(one, "123456", 6, &taken, &err));
        assert_int_equal(files_room(files), 0);
        assert_true(file_sink_restart(two)); /* gives back what it took */
        assert_int_equal(files_room(files), 4);
        assert_true(file_sink_begin(two, NULL, 4, &err));
        assert_true(file_sink_commit(one, &err));
        assert_int_equal(files_room(files), 0); /* the one that is there and the one announced */
        file_sink_free(one);
        file_sink_free(two);
        assert_int_equal(files_room(files), 4);
        assert_int_equal(unlink(in_root("write/one")), 0);
    }
    files_set_quota(files, 0);
}

static void a_download_with_another_hash_than_expected_is_not_kept(void **state)
{
    (void)state;
    static const char abc[] = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    struct error err;

    for (int good = 0; good < 2; good++) {
        struct file_sink *sink = new_sink("hashed", -1);
        error_clear(&err);
        assert_true(file_sink_begin(sink, NULL, -1, &err));
        file_sink_expect(sink, abc);
        assert_true(write_all(sink, "lost", 4, &err));
        assert_true(file_sink_restart(sink)); /* another attempt */
        assert_true(file_sink_begin(sink, NULL, -1, &err));
        file_sink_expect(sink, abc);
        assert_true(write_all(sink, "a", 1, &err));
        assert_true(write_all(sink, good ? "bc" : "bd", 2, &err));
        assert_int_equal(file_sink_commit(sink, &err), good);
        if (!good) {
            assert_int_equal(err.status, SOAR_DATA_LOSS);
            assert_string_equal(err.reason, "hash_mismatch");
        }
        file_sink_free(sink);
        assert_int_equal(access(in_root("write/hashed"), F_OK) == 0, good);
    }
    assert_int_equal(unlink(in_root("write/hashed")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(downloads_stay_within_the_quota),
        cmocka_unit_test(downloads_at_one_time_stay_within_it_together),
        cmocka_unit_test(a_download_with_another_hash_than_expected_is_not_kept),
    };
    return cmocka_run_group_tests_name("file_quota", tests, make_world, remove_world);
}
