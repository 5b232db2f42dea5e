/* The history of a case: what differs between two versions of it, and who is told to have done it. */
#include "../sandbox/history.h"
#include "../sandbox/routes.h"
#include "../sandbox/store_changes.h"
#include "sandbox_call.h"

static void what_differs_is_told_once_and_by_its_path(void **state)
{
    static const struct {
        const char *before, *after, *changes;
    } rows[] = {
        {"{}", "{}", "[]"},
        {"{\"status\":\"new\"}", "{\"status\":\"closed\"}",
         "[{\"what\":\"status\",\"from\":\"new\",\"to\":\"closed\"}]"},
        {"{\"a\":{\"b\":1}}", "{\"a\":{\"b\":2,\"c\":\"x\"}}",
         "[{\"what\":\"a/b\",\"from\":1,\"to\":2},{\"what\":\"a/c\",\"from\":null,\"to\":\"x\"}]"},
        {"{\"tags\":[\"x\",\"y\"]}", "{\"tags\":[\"y\",\"z\",\"w\"]}",
         "[{\"what\":\"tags\",\"added\":[\"z\",\"w\"],\"removed\":[\"x\"]}]"},
        {"{\"tags\":[\"x\",\"y\"]}", "{\"tags\":[\"y\",\"x\"]}", "[]"},
        /* items of lists are known by their ids, and called by their names */
        {"{\"fields\":[{\"id\":\"1\",\"name\":\"Cause\",\"values\":[]}]}",
         "{\"fields\":[{\"id\":\"1\",\"name\":\"Cause\",\"values\":[\"a\"]},{\"id\":\"2\"}]}",
         "[{\"what\":\"fields\",\"added\":[\"2\"],\"removed\":[]},"
         "{\"what\":\"fields/Cause/values\",\"added\":[\"a\"],\"removed\":[]}]"},
        {"{\"evidence\":{\"alerts\":{\"records\":[]}}}",
         "{\"evidence\":{\"alerts\":{\"records\":[{\"id\":\"r\",\"selector\":{\"id\":\"s\"}}]}}}",
         "[{\"what\":\"evidence/alerts/records\",\"added\":[\"s\"],\"removed\":[]}]"},
        /* what follows from something else */
        {"{\"version\":1,\"severity\":1,\"severity_info\":{\"level\":\"low\"}}",
         "{\"version\":2,\"severity\":90,\"severity_info\":{\"level\":\"critical\"}}",
         "[{\"what\":\"severity\",\"from\":1,\"to\":90}]"},
        {"{\"a\":[1]}", "{\"a\":\"text\"}", "[{\"what\":\"a\",\"from\":[1],\"to\":\"text\"}]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *before = json_tokener_parse(rows[i].before);
        struct json_object *after = json_tokener_parse(rows[i].after);
        struct json_object *changes = sb_case_changes(before, after);
        assert_string_equal(json_object_to_json_string_ext(
                                changes, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                            rows[i].changes);
        json_object_put(before);
        json_object_put(after);
        json_object_put(changes);
    }
}

static void a_long_text_is_cut_at_a_character(void **state)
{
    char text[800];
    struct json_object *before = json_tokener_parse("{\"name\":\"\"}");
    struct json_object *after = json_object_new_object();
    (void)state;
    size_t size = 1;
    text[0] = 'a';
    for (; size < 701; size += 2) {
        memcpy(text + size, "\xc3\xa9", 2);
    }
    text[size] = '\0';
    sb_set_text(after, "name", text);
    struct json_object *changes = sb_case_changes(before, after);
    const char *to = sb_text(json_object_array_get_idx(changes, 0), "to");
    assert_int_equal(strlen(to), 299 + strlen("..."));
    assert_memory_equal(to, text, 299);
    json_object_put(before);
    json_object_put(after);
    json_object_put(changes);
}

/* The history of the only case, as the page gets it. The caller puts it. */
static struct json_object *history_of(struct sb_store *store, char ret_id[SB_UUID_SIZE])
{
    sqlite3_stmt *statement = sb_store_prepare(store, "SELECT id FROM docs WHERE kind = 'case'");
    assert_true(sb_store_step(store, statement));
    snprintf(ret_id, SB_UUID_SIZE, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_reset(statement);
    return sb_history_list(store, CALL_CID, ret_id, 0, 100);
}

static void every_change_of_a_case_has_an_entry_and_no_refused_one_has(void **state)
{
    static const struct call create = {.operation = op_create_case,
                                       .body = "{\"name\":\"n\",\"severity\":5}"};
    char id[SB_UUID_SIZE], body[256];
    json_object_put(call(*state, &create));
    json_object_put(history_of(*state, id));
    static const char *const fields[] = {
        "{\"severity\":50}", "{\"severity\":50,\"status\":\"bad\"}", "{\"status\":\"closed\"}"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        snprintf(body, sizeof body, "{\"id\":\"%s\",\"fields\":%s}", id, fields[i]);
        json_object_put(
            call(*state, &(struct call){.operation = op_update_case_fields, .body = body}));
    }
    struct json_object *history = history_of(*state, id);
    static const char *const expected[] = {
        "[{\"what\":\"status\",\"from\":\"new\",\"to\":\"closed\"}]",
        "[{\"what\":\"severity\",\"from\":5,\"to\":50}]", "[]"};
    assert_int_equal(json_object_array_length(history), 3);
    for (size_t i = 0; i < 3; i++) {
        struct json_object *entry = json_object_array_get_idx(history, i);
        assert_int_equal(json_object_get_int(sb_member(entry, "version")), (int)(3 - i));
        assert_string_equal(
            json_object_to_json_string_ext(sb_member(entry, "changes"), JSON_C_TO_STRING_PLAIN),
            expected[i]);
    }
    json_object_put(history);
}

/* ------------------------------------------------------------------ changes of a transaction */

struct told {
    struct sb_changes last;
    size_t times;
};

static void listen(void *cls, struct sb_store *store, const struct sb_changes *changes)
{
    struct told *told = cls;
    (void)store;
    told->last = *changes;
    told->times++;
}

static void put(struct sb_store *store, const char *id)
{
    call_put(store, "host", "c", id, "{\"hostname\":\"h\"}");
}

static void changes_are_told_when_they_are_committed_each_document_once(void **state)
{
    struct sb_store *store = *state;
    struct told told = {.times = 0};
    sb_store_listen(store, listen, &told);
    assert_true(sb_store_begin(store));
    put(store, "a");
    put(store, "a");
    put(store, "b");
    sb_store_delete(store, "host", "c", "b");
    assert_int_equal(told.times, 0);
    assert_true(sb_store_commit(store));
    assert_int_equal(told.times, 1);
    assert_int_equal(told.last.count, 2);
    assert_string_equal(told.last.items[0].id, "a");
    assert_false(told.last.items[0].gone);
    assert_true(told.last.items[1].gone);
    assert_false(told.last.more);
}

static void what_was_rolled_back_is_never_told(void **state)
{
    struct sb_store *store = *state;
    struct told told = {.times = 0};
    sb_store_listen(store, listen, &told);
    assert_true(sb_store_begin(store));
    put(store, "a");
    sb_store_rollback(store);
    assert_true(sb_store_begin(store));
    assert_true(sb_store_commit(store));
    assert_int_equal(told.times, 0);
}

static void of_very_many_changes_it_is_told_that_there_were_more(void **state)
{
    struct sb_store *store = *state;
    struct told told = {.times = 0};
    char id[16];
    sb_store_listen(store, listen, &told);
    assert_true(sb_store_begin(store));
    for (int i = 0; i < SB_MAX_CHANGES + 1; i++) {
        snprintf(id, sizeof id, "h%d", i);
        put(store, id);
    }
    assert_true(sb_store_commit(store));
    assert_int_equal(told.last.count, SB_MAX_CHANGES);
    assert_true(told.last.more);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_is_told_once_and_by_its_path),
        cmocka_unit_test(a_long_text_is_cut_at_a_character),
        cmocka_unit_test_setup_teardown(every_change_of_a_case_has_an_entry_and_no_refused_one_has,
                                        call_setup, call_teardown),
        cmocka_unit_test_setup_teardown(changes_are_told_when_they_are_committed_each_document_once,
                                        call_setup, call_teardown),
        cmocka_unit_test_setup_teardown(what_was_rolled_back_is_never_told, call_setup,
                                        call_teardown),
        cmocka_unit_test_setup_teardown(of_very_many_changes_it_is_told_that_there_were_more,
                                        call_setup, call_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
