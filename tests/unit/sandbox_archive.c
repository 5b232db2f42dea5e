/* The sandbox's ZIP archives, read back with libzip. */
#include "../sandbox/archive.h"
#include "../sandbox/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zip.h>

static const int64_t NOW_MS = 1764000000000;

static int setup(void **state)
{
    char error[256];
    struct sb_store *store = sb_store_new(NULL, error, sizeof error);
    if (store == NULL) {
        return -1;
    }
    sb_store_lock(store);
    *state = store;
    return 0;
}

static int teardown(void **state)
{
    sb_store_unlock(*state);
    sb_store_free(*state);
    return 0;
}

static zip_t *finish(struct sb_archive *archive)
{
    uint64_t size = 0;
    int code = 0, fd = sb_archive_finish(archive, &size);
    assert_true(fd >= 0);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    assert_int_equal(lseek(fd, 0, SEEK_END), size);
    lseek(fd, 0, SEEK_SET);
    zip_t *zip = zip_fdopen(fd, ZIP_CHECKCONS, &code);
    assert_non_null(zip);
    return zip;
}

static void assert_entry(zip_t *zip, zip_uint64_t index, const char *name, const void *bytes,
                         size_t size)
{
    zip_stat_t stat;
    unsigned char *found = malloc(size + 1);
    assert_non_null(found);
    assert_string_equal(zip_get_name(zip, index, 0), name);
    assert_int_equal(zip_stat_index(zip, index, 0, &stat), 0);
    assert_int_equal(stat.size, size);
    zip_file_t *file = zip_fopen_index(zip, index, 0);
    assert_non_null(file);
    assert_int_equal(zip_fread(file, found, size + 1), size);
    assert_int_equal(zip_fclose(file), 0);
    assert_memory_equal(found, bytes, size);
    free(found);
}

static void texts_and_blobs_come_out_as_they_went_in(void **state)
{
    char sha256[SB_SHA256_SIZE];
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    int64_t blob = sb_blob_put(*state, "a\0b", 3, sha256);
    assert_true(sb_archive_add_text(archive, "note.txt", "hello"));
    assert_true(sb_archive_add_blob(archive, "bytes.bin", blob));
    zip_t *zip = finish(archive);
    assert_int_equal(zip_get_num_entries(zip, 0), 2);
    assert_entry(zip, 0, "note.txt", "hello", 5);
    assert_entry(zip, 1, "bytes.bin", "a\0b", 3);
    zip_discard(zip);
}

static void a_blob_of_several_chunks_comes_out_whole(void **state)
{
    size_t size = 3 * SB_BLOB_CHUNK + 17;
    unsigned char *bytes = malloc(size);
    char sha256[SB_SHA256_SIZE];
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(i * 31 + i / 251);
    }
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    assert_true(sb_archive_add_blob(archive, "big.bin", sb_blob_put(*state, bytes, size, sha256)));
    zip_t *zip = finish(archive);
    assert_entry(zip, 0, "big.bin", bytes, size);
    zip_discard(zip);
    free(bytes);
}

static void names_never_collide_and_never_leave_their_folder(void **state)
{
    static const struct {
        const char *given, *entry;
    } rows[] = {
        {"report.txt", "report.txt"},
        {"report.txt", "report (2).txt"},
        {"REPORT.txt", "REPORT (3).txt"},
        {"../../etc/passwd", "passwd"},
        {"C:\\Windows\\evil.dll", "evil.dll"},
        {"", "file"},
        {"..", "file (2)"},
        {".bashrc", ".bashrc"},
        {".bashrc", ".bashrc (2)"},
        {"a\r\nb:c?.txt", "a__b_c_.txt"},
        {"r\xC3\xA9sum\xC3\xA9.pdf", "r\xC3\xA9sum\xC3\xA9.pdf"},
    };
    size_t count = sizeof rows / sizeof *rows;
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    for (size_t i = 0; i < count; i++) {
        assert_true(sb_archive_add_text(archive, rows[i].given, "x"));
    }
    zip_t *zip = finish(archive);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(zip_get_name(zip, i, 0), rows[i].entry);
    }
    zip_discard(zip);
}

static void a_name_is_cut_between_characters(void **state)
{
    char name[601] = "";
    for (size_t i = 0; i < 600; i += 2) {
        memcpy(name + i, "\xC3\xA9", 2);
    }
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    assert_true(sb_archive_add_text(archive, name, "x"));
    zip_t *zip = finish(archive);
    size_t length = strlen(zip_get_name(zip, 0, 0));
    assert_true(length > 200 && length < 256);
    assert_int_equal(length % 2, 0);
    zip_discard(zip);
}

static void an_archive_without_entries_is_a_valid_one(void **state)
{
    zip_t *zip = finish(sb_archive_new(*state, NOW_MS));
    assert_int_equal(zip_get_num_entries(zip, 0), 0);
    zip_discard(zip);
}

static void a_blob_that_does_not_exist_fails_the_archive(void **state)
{
    uint64_t size;
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    assert_false(sb_archive_add_blob(archive, "gone.bin", 4711));
    assert_int_equal(sb_archive_finish(archive, &size), -1);
}

static void an_archive_may_be_thrown_away(void **state)
{
    struct sb_archive *archive = sb_archive_new(*state, NOW_MS);
    assert_true(sb_archive_add_text(archive, "a", "b"));
    sb_archive_free(archive);
    sb_archive_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_blobs_come_out_as_they_went_in),
        cmocka_unit_test(a_blob_of_several_chunks_comes_out_whole),
        cmocka_unit_test(names_never_collide_and_never_leave_their_folder),
        cmocka_unit_test(a_name_is_cut_between_characters),
        cmocka_unit_test(an_archive_without_entries_is_a_valid_one),
        cmocka_unit_test(a_blob_that_does_not_exist_fails_the_archive),
        cmocka_unit_test(an_archive_may_be_thrown_away),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
