/* The parts around the sandbox's operations: texts, times, the store. */
#include "../sandbox/request.h"
#include "../sandbox/routes.h"
#include "../sandbox/seed.h"
#include "../sandbox/store.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void only_well_formed_utf8_is_text(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"\xc3\xa9", true},
        {"\xe2\x82\xac", true},
        {"\xf0\x9f\x98\x80", true},
        {"\xc3", false},
        {"\xff", false},
        {"\x80", false},
        {"\xc0\xaf", false},
        {"\xe0\x80\xaf", false},
        {"\xed\xa0\x80", false},
        {"\xf4\x90\x80\x80", false},
        {"\xf0\x9f\x98", false},
        {"a\xe2\x82", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(sb_utf8_valid(rows[i].text, strlen(rows[i].text)), rows[i].good);
    }
}

static void a_json_body_is_one_whole_value(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"{\"a\":1}", true},   {" [1] ", true}, {"7", true},
        {"", false},           {"{", false},    {"{} {}", false},
        {"{\"a\":1,}", false}, {"null", false}, {"\"\xff\"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *error = NULL;
        struct json_object *value = sb_json_parse(rows[i].text, strlen(rows[i].text), &error);
        if ((value != NULL) != rows[i].good) {
            fail_msg("%s: %s", rows[i].text, error != NULL ? error : "taken");
        }
        assert_true(rows[i].good || error != NULL);
        json_object_put(value);
    }
}

static void times_and_sizes_are_written_as_the_service_does(void **state)
{
    char text[SB_TIME_SIZE];
    int64_t ms;
    (void)state;
    sb_time_text(1764000000123, text);
    assert_string_equal(text, "2025-11-24T16:00:00.123Z");
    assert_true(sb_time_parse("2025-11-24T17:00:00.123+01:00", &ms));
    assert_int_equal(ms, 1764000000123);
    assert_false(sb_time_parse("now-1d", &ms));
    assert_false(sb_time_parse("yesterday", &ms));
    sb_size_text(117555, text);
    assert_string_equal(text, "114.8 KB");
    sb_size_text(1023, text);
    assert_string_equal(text, "1023 B");
}

static void a_blob_reads_back_piece_by_piece(void **state)
{
    static unsigned char bytes[2 * SB_BLOB_CHUNK + 17], back[sizeof bytes];
    struct sb_store *store = *state;
    char sha256[SB_SHA256_SIZE];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    }
    int64_t blob = sb_blob_put(store, bytes, sizeof bytes, sha256);
    assert_true(blob > 0);
    assert_int_equal(sb_blob_size(store, blob), sizeof bytes);
    uint64_t offset = 0;
    int64_t got;
    while ((got = sb_blob_read(store, blob, offset, back + offset, 100003)) > 0) {
        offset += (uint64_t)got;
    }
    assert_int_equal(offset, sizeof bytes);
    assert_memory_equal(bytes, back, sizeof bytes);
    sb_blob_delete(store, blob);
    assert_int_equal(sb_blob_read(store, blob, 0, back, 1), -1);
}

static void a_body_is_json_by_the_letter(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {{"{\"a\":[1.5e3,null]}", true},
                {"{'a':1}", false},
                {"[NaN]", false},
                {"[1,]", false},
                {"/**/[]", false},
                {"[01]", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(sb_store_json_valid(*state, rows[i].text, strlen(rows[i].text)),
                         rows[i].good);
    }
}

static void a_rolled_back_change_was_never_made(void **state)
{
    struct sb_store *store = *state;
    struct json_object *doc = json_tokener_parse("{\"id\":\"x\"}");
    char sha256[SB_SHA256_SIZE], byte = 'b';
    assert_true(sb_store_begin(store));
    sb_store_put(store, "case", "c", "x", doc, NULL);
    int64_t blob = sb_blob_put(store, "a", 1, sha256);
    assert_int_equal(sb_blob_read(store, blob, 0, &byte, 1), 1);
    sb_store_rollback(store);
    assert_false(sb_store_has(store, "case", "c", "x"));
    assert_int_equal(sb_blob_read(store, blob, 0, &byte, 1), -1);
    json_object_put(doc);
}

/* Makes a database file with this SQL done to it, a sandbox's own if `sandbox`, and expects the store
 * to refuse it in these words. */
static void assert_refused(bool sandbox, const char *sql, const char *words)
{
    char path[] = "/tmp/falcon-sandbox-test-XXXXXX", error[256] = "";
    sqlite3 *db = NULL;
    close(mkstemp(path));
    if (sandbox) {
        struct sb_store *store = sb_store_new(path, error, sizeof error);
        assert_non_null(store);
        sb_store_free(store);
    }
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_null(sb_store_new(path, error, sizeof error));
    assert_string_equal(error, words);
    unlink(path);
}

static void a_database_of_another_schema_is_refused(void **state)
{
    (void)state;
    assert_refused(false, "PRAGMA user_version = 1",
                   "schema version 1, but this sandbox knows 5: use another file");
    assert_refused(false, "PRAGMA user_version = 99",
                   "schema version 99, but this sandbox knows 5: use another file");
    assert_refused(true, "UPDATE terms_are_of SET fields = 0",
                   "its index is of other filter fields than this sandbox has: use another file");
}

static void the_fixed_world_is_there_and_seeding_twice_adds_nothing(void **state)
{
    struct sb_store *store = *state;
    struct sb_options options = {0};
    char error[256] = "";
    static const struct {
        const char *kind, *id;
    } rows[] = {
        {"user", SB_SEED_ANALYST},
        {"host", SB_SEED_HOST},
        {"sla", SB_SEED_SLA},
        {"template", SB_SEED_TEMPLATE},
        {"group", SB_SEED_GROUP},
        {"rtr_session", SB_SEED_SESSION},
        {"host_file", SB_SEED_HOST " C:\\Windows\\Temp\\svch0st.exe"},
    };
    sb_store_unlock(store);
    assert_true(sb_seed(store, &options, 12, error, sizeof error));
    assert_true(sb_seed(store, &options, 12, error, sizeof error));
    sb_store_lock(store);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(sb_store_has(store, rows[i].kind, SB_SEED_CID, rows[i].id));
    }
    for (size_t i = 0; i < 4; i++) {
        assert_true(sb_store_has(store, "alert", SB_SEED_CID, sb_seed_alert(i)));
    }
    assert_int_equal(sb_store_count(store, "case", SB_SEED_CID), 12);
}

static int open_store(void **state)
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

static int close_store(void **state)
{
    sb_store_unlock(*state);
    sb_store_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_well_formed_utf8_is_text),
        cmocka_unit_test(a_json_body_is_one_whole_value),
        cmocka_unit_test(times_and_sizes_are_written_as_the_service_does),
        cmocka_unit_test(a_database_of_another_schema_is_refused),
        cmocka_unit_test_setup_teardown(a_blob_reads_back_piece_by_piece, open_store, close_store),
        cmocka_unit_test_setup_teardown(a_body_is_json_by_the_letter, open_store, close_store),
        cmocka_unit_test_setup_teardown(a_rolled_back_change_was_never_made, open_store,
                                        close_store),
        cmocka_unit_test_setup_teardown(the_fixed_world_is_there_and_seeding_twice_adds_nothing,
                                        open_store, close_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
