/* The sandbox's files: upload, details, deletion, and what comes from hosts by RTR. */
#include "sandbox_call.h"

#include "../sandbox/file_doc.h"

#include <zip.h>

static int setup(void **state)
{
    if (call_setup(state) != 0) {
        return -1;
    }
    char sha256[SB_SHA256_SIZE], json[512];
    int64_t blob = sb_blob_put(*state, "MZ-evil", 7, sha256);
    call_put(*state, "case", CALL_CID, "k1", "{\"id\":\"k1\"}");
    call_put(*state, "host", CALL_CID, "h1",
             "{\"aid\":\"h1\",\"platform\":\"Windows\",\"online\":true}");
    call_put(*state, "host", CALL_CID, "h2",
             "{\"aid\":\"h2\",\"platform\":\"Linux\",\"online\":false}");
    call_put(*state, "host", CALL_CID, "h3",
             "{\"aid\":\"h3\",\"platform\":\"Linux\",\"online\":true}");
    snprintf(json, sizeof json,
             "{\"aid\":\"h1\",\"path\":\"C:\\\\Temp\\\\evil.exe\",\"name\":\"evil.exe\",\"size\":7,"
             "\"sha256\":\"%s\",\"blob\":%lld}",
             sha256, (long long)blob);
    call_put(*state, "host_file", CALL_CID, "h1 C:\\Temp\\evil.exe", json);
    call_put(*state, "host_file", CALL_CID, "h3 /tmp/Evil", json);
    snprintf(
        json, sizeof json,
        "{\"session_id\":\"r1\",\"aid\":\"h2\",\"files\":[{\"sha256\":\"%s\",\"name\":\"dump.bin\","
        "\"size\":7,\"blob\":%lld}]}",
        sha256, (long long)blob);
    call_put(*state, "rtr_session", CALL_CID, "r1", json);
    return 0;
}

/* What an upload of `bytes` to a case answers; the caller puts it. */
static struct json_object *upload(struct sb_store *store, const char *name, const char *type,
                                  const char *bytes, const char *case_id)
{
    struct sb_part parts[] = {
        {.name = (char *)(uintptr_t) "file",
         .filename = (char *)(uintptr_t)name,
         .content_type = (char *)(uintptr_t)type,
         .size = strlen(bytes)},
        {.name = (char *)(uintptr_t) "case_id", .value = (char *)(uintptr_t)case_id},
        {.name = (char *)(uintptr_t) "description", .value = (char *)(uintptr_t) "the report"}};
    parts[0].blob = sb_blob_put(store, bytes, strlen(bytes), parts[0].sha256);
    struct json_object *answer =
        call(store, &(struct call){.operation = op_upload_file, .parts = parts, .part_count = 3});
    assert_int_equal(parts[0].keep, json_object_is_type(answer, json_type_array));
    return answer;
}

static char *query_of_file(const char *name, struct json_object *answer)
{
    char *query = NULL;
    assert_true(
        asprintf(&query, "%s=%s", name, sb_text(json_object_array_get_idx(answer, 0), "id")) > 0);
    return query;
}

static size_t count_files(struct sb_store *store)
{
    struct json_object *answer = call(store, &(struct call){.operation = op_query_file_details});
    size_t count = json_object_array_length(answer);
    json_object_put(answer);
    return count;
}

static void an_upload_answers_every_detail(void **state)
{
    struct json_object *answer = upload(*state, "report.txt", NULL, "abc", "k1");
    struct json_object *file = json_object_array_get_idx(answer, 0);
    static const struct {
        const char *key, *value;
    } texts[] = {{"case_id", "k1"},
                 {"cid", CALL_CID},
                 {"description", "the report"},
                 {"file_size", "3 B"},
                 {"file_type", "text/plain"},
                 {"hash_value", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                 {"name", "report.txt"},
                 {"source", "upload"},
                 {"uploaded_by", "ann@example.com"},
                 {"uploaded_on", "2025-11-24T16:00:00.000Z"}};
    assert_int_equal(json_object_object_length(file), 12);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_string_equal(sb_text(file, texts[i].key), texts[i].value);
    }
    assert_int_equal(json_object_get_int64(sb_member(file, "file_size_bytes")), 3);
    assert_non_null(sb_text(file, "id"));
    json_object_put(answer);
}

static void the_type_is_the_one_given_else_the_one_the_name_tells(void **state)
{
    static const struct {
        const char *name, *given, *type;
    } rows[] = {
        {"a.json", "text/x-odd", "text/x-odd"},
        {"a.PDF", "application/octet-stream", "application/pdf"},
        {"a.exe", NULL, "application/x-dosexec"},
        {"noextension", NULL, "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *answer = upload(*state, rows[i].name, rows[i].given, "x", "k1");
        assert_string_equal(sb_text(json_object_array_get_idx(answer, 0), "file_type"),
                            rows[i].type);
        json_object_put(answer);
    }
}

static void an_upload_to_no_case_or_without_a_name_is_refused(void **state)
{
    struct json_object *answer = upload(*state, "a", NULL, "x", "nope");
    assert_string_equal(sb_text(answer, "message"), "Case not found");
    json_object_put(answer);
    answer = upload(*state, "", NULL, "x", "k1");
    assert_string_equal(sb_text(answer, "message"), "file name is required");
    json_object_put(answer);
    assert_int_equal(count_files(*state), 0);
}

static void a_description_changes_alone(void **state)
{
    struct json_object *answer = upload(*state, "a", NULL, "x", "k1");
    char *body = NULL;
    assert_true(asprintf(&body, "{\"id\":\"%s\",\"description\":\"new\"}",
                         sb_text(json_object_array_get_idx(answer, 0), "id")) > 0);
    struct json_object *changed =
        call(*state, &(struct call){.operation = op_update_file_details, .body = body});
    sb_set_text(json_object_array_get_idx(answer, 0), "description", "new");
    assert_true(json_object_equal(changed, answer));
    assert_call(*state,
                &(struct call){.operation = op_update_file_details, .body = "{\"id\":\"x\"}"},
                "404 file not found");
    free(body);
    json_object_put(changed);
    json_object_put(answer);
}

static void deleting_a_file_takes_its_bytes_too(void **state)
{
    struct json_object *answer = upload(*state, "a", NULL, "x", "k1");
    char *ids = query_of_file("ids", answer), *text = NULL;
    struct json_object *aux = NULL;
    json_object_put(sb_store_get(*state, "file", CALL_CID, ids + 4, &aux));
    int64_t blob = json_object_get_int64(sb_member(aux, "blob"));
    assert_int_equal(sb_blob_size(*state, blob), 1);
    assert_true(asprintf(&text, "[\"%s\"]", ids + 4) > 0);
    assert_call(*state, &(struct call){.operation = op_delete_file_details, .query = ids}, text);
    assert_int_equal(sb_blob_size(*state, blob), -1);
    assert_int_equal(count_files(*state), 0);
    free(ids);
    free(text);
    json_object_put(aux);
    json_object_put(answer);
}

static void a_missing_id_is_left_out_or_told_as_the_switch_says(void **state)
{
    static const char absent[] = "ids=nope";
    assert_call(*state, &(struct call){.operation = op_get_file_details, .query = absent}, "[]");
    assert_call(*state,
                &(struct call){.operation = op_get_file_details,
                               .query = absent,
                               .options = {.missing = SB_MISSING_404}},
                "404 file not found");
    assert_call(*state, &(struct call){.operation = op_download_existing_files, .query = "id=nope"},
                "404 file not found");
    assert_call(*state,
                &(struct call){.operation = op_bulk_download_files, .body = "{\"ids\":[\"nope\"]}"},
                "404 file not found: nope");
    assert_call(*state, &(struct call){.operation = op_bulk_download_files, .body = "{\"ids\":[]}"},
                "400 ids is required");
}

static void downloads_answer_a_link_where_the_switch_says(void **state)
{
    struct json_object *answer = upload(*state, "a", NULL, "x", "k1");
    char *id = query_of_file("id", answer);
    char *text = call_text(
        *state, &(struct call){.operation = op_download_existing_files,
                               .query = id,
                               .options = {.download_links = true, .base_url = "http://h:1"}});
    assert_int_equal(strncmp(text, "[{\"link\":\"http://h:1/", 20), 0);
    free(text);
    free(id);
    json_object_put(answer);
}

/* The ZIP that a bulk download of a JSON list of ids answers; the caller discards it. */
static zip_t *bulk_download(struct sb_store *store, const char *ids)
{
    struct sb_options options = {0};
    struct json_object *body = json_object_new_object();
    sb_set(body, "ids", json_tokener_parse(ids));
    struct sb_request req = {.body = body,
                             .caller = {.cid = CALL_CID},
                             .now_ms = CALL_NOW_MS,
                             .options = &options,
                             .store = store};
    struct sb_response res;
    int code;
    sb_response_init(&res);
    op_bulk_download_files(&req, &res);
    assert_int_equal(res.shape, SB_SHAPE_FD);
    zip_t *zip = zip_fdopen(res.fd, 0, &code);
    res.fd = -1;
    assert_non_null(zip);
    sb_response_done(&res);
    json_object_put(body);
    return zip;
}

static void files_of_the_same_name_stand_side_by_side_in_a_bulk_download(void **state)
{
    static const struct {
        const char *name, *bytes, *entry;
    } files[] = {{"report.txt", "one", "report.txt"},
                 {"report.txt", "two", "report (2).txt"},
                 {"REPORT.txt", "three", "REPORT (3).txt"},
                 {"report (2).txt", "four", "report (2) (2).txt"}};
    char ids[256] = "[";
    for (size_t i = 0; i < 4; i++) {
        struct json_object *answer = upload(*state, files[i].name, NULL, files[i].bytes, "k1");
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s\"%s\"", i > 0 ? "," : "",
                 sb_text(json_object_array_get_idx(answer, 0), "id"));
        json_object_put(answer);
    }
    zip_t *zip = bulk_download(*state, strcat(ids, "]"));
    assert_int_equal(zip_get_num_entries(zip, 0), 4);
    for (size_t i = 0; i < 4; i++) {
        char bytes[16] = "";
        zip_file_t *file = zip_fopen_index(zip, i, 0);
        assert_string_equal(zip_get_name(zip, i, 0), files[i].entry);
        assert_int_equal(zip_fread(file, bytes, sizeof bytes), strlen(files[i].bytes));
        assert_string_equal(bytes, files[i].bytes);
        zip_fclose(file);
    }
    zip_discard(zip);
    assert_call(*state,
                &(struct call){.operation = op_bulk_download_files, .body = "{\"ids\":[\"nope\"]}"},
                "404 file not found: nope");
    assert_call(*state, &(struct call){.operation = op_bulk_download_files, .body = "{\"ids\":[]}"},
                "400 ids is required");
}

static void a_hosts_file_is_described_without_being_fetched(void **state)
{
    static const struct {
        const char *body, *answer;
    } rows[] = {
        {"{\"aid\":\"h1\",\"file_path\":\"C:\\\\Temp\\\\evil.exe\"}",
         "[{\"file_name\":\"evil.exe\",\"file_size\":\"7 B\"}]"},
        {"{\"aid\":\"h1\",\"file_path\":\"c:\\\\temp\\\\EVIL.exe\"}",
         "[{\"file_name\":\"evil.exe\",\"file_size\":\"7 B\"}]"},
        {"{\"aid\":\"h3\",\"file_path\":\"/tmp/evil\"}", "404 file not found on host: /tmp/evil"},
        {"{\"aid\":\"h1\",\"file_path\":\"C:\\\\x\"}", "404 file not found on host: C:\\x"},
        {"{\"aid\":\"h2\",\"file_path\":\"/x\"}", "400 host is offline: h2"},
        {"{\"aid\":\"h9\",\"file_path\":\"/x\"}", "404 host not found: h9"},
        {"{\"aid\":\"h1\",\"file_path\":\"\"}", "400 aid and file_path are required"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_call(*state,
                    &(struct call){.operation = op_get_rtr_file_metadata, .body = rows[i].body},
                    rows[i].answer);
    }
    assert_int_equal(count_files(*state), 0);
}

static void a_retrieved_file_is_a_copy_among_the_cases_files(void **state)
{
    struct json_object *answer = call(
        *state, &(struct call){.operation = op_retrieve_rtr_file,
                               .body = "{\"aid\":\"h1\",\"case_id\":\"k1\",\"description\":\"d\","
                                       "\"file_path\":\"C:\\\\Temp\\\\evil.exe\"}"});
    struct json_object *file = json_object_array_get_idx(answer, 0);
    assert_string_equal(sb_text(file, "source"), "rtr");
    assert_string_equal(sb_text(file, "name"), "evil.exe");
    assert_int_equal(count_files(*state), 1);
    char *ids = query_of_file("ids", answer);
    json_object_put(
        call(*state, &(struct call){.operation = op_delete_file_details, .query = ids}));
    assert_call(*state,
                &(struct call){.operation = op_get_rtr_file_metadata,
                               .body = "{\"aid\":\"h1\",\"file_path\":\"C:\\\\Temp\\\\evil.exe\"}"},
                "[{\"file_name\":\"evil.exe\",\"file_size\":\"7 B\"}]");
    free(ids);
    json_object_put(answer);
}

static void a_file_that_cannot_be_had_is_refused_and_leaves_none(void **state)
{
    static const struct {
        const char *aid, *path, *case_id, *answer;
    } rows[] = {
        {"h2", "/x", "k1", "400 host is offline: h2"},
        {"h9", "/x", "k1", "404 host not found: h9"},
        {"h3", "/tmp/evil", "k1", "404 file not found on host: /tmp/evil"},
        {"h3", "/tmp/Evil", "nope", "404 Case not found"},
    };
    char body[256];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(body, sizeof body, "{\"aid\":\"%s\",\"file_path\":\"%s\",\"case_id\":\"%s\"}",
                 rows[i].aid, rows[i].path, rows[i].case_id);
        assert_call(*state, &(struct call){.operation = op_retrieve_rtr_file, .body = body},
                    rows[i].answer);
    }
    assert_int_equal(count_files(*state), 0);
}

static void a_slow_retrieval_shows_up_only_when_its_time_has_come(void **state)
{
    struct call retrieve = {.operation = op_retrieve_rtr_file,
                            .body = "{\"aid\":\"h1\",\"case_id\":\"k1\","
                                    "\"file_path\":\"C:\\\\Temp\\\\evil.exe\"}",
                            .options = {.rtr_delay_ms = 5000}};
    static const struct call all = {.operation = op_query_file_details};
    struct call then = all;
    json_object_put(call(*state, &retrieve));
    then.later_ms = 4999;
    assert_call(*state, &then, "[]");
    then.later_ms = 5000;
    struct json_object *files = call(*state, &then);
    struct json_object *file = json_object_array_get_idx(files, 0);
    assert_int_equal(json_object_array_length(files), 1);
    assert_string_equal(sb_text(file, "name"), "evil.exe");
    assert_string_equal(sb_text(file, "uploaded_on"), "2025-11-24T16:00:05.000Z");
    json_object_put(files);
    then.operation = op_aggregates_file_details_post_v1;
    then.body = "[{\"field\":\"name\",\"type\":\"terms\",\"name\":\"n\"}]";
    char *counted = call_text(*state, &then);
    assert_non_null(strstr(counted, "evil.exe"));
    free(counted);
}

static void a_recent_file_is_found_by_session_and_hash(void **state)
{
    char sha256[SB_SHA256_SIZE], body[512];
    static const struct {
        const char *session, *aid, *case_id, *answer;
    } rows[] = {
        {"r1", "h2", "k1", NULL},
        {"r1", "", "k1", NULL},
        {"r1", "h1", "k1", "404 session not found: r1"},
        {"r2", "h2", "k1", "404 session not found: r2"},
        {"r1", "h2", "nope", "404 Case not found"},
    };
    sb_blob_put(*state, "MZ-evil", 7, sha256);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(body, sizeof body,
                 "{\"session_id\":\"%s\",\"aid\":\"%s\",\"case_id\":\"%s\",\"sha256\":\"%s\"}",
                 rows[i].session, rows[i].aid, rows[i].case_id, sha256);
        struct call retrieve = {.operation = op_retrieve_rtr_recent_file, .body = body};
        if (rows[i].answer != NULL) {
            assert_call(*state, &retrieve, rows[i].answer);
            continue;
        }
        struct json_object *answer = call(*state, &retrieve);
        assert_string_equal(sb_text(json_object_array_get_idx(answer, 0), "name"), "dump.bin");
        json_object_put(answer);
    }
    assert_call(
        *state,
        &(struct call){.operation = op_retrieve_rtr_recent_file,
                       .body = "{\"session_id\":\"r1\",\"case_id\":\"k1\",\"sha256\":\"ab\"}"},
        "404 file not found in session: ab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, call_teardown)
        TEST(an_upload_answers_every_detail),
        TEST(the_type_is_the_one_given_else_the_one_the_name_tells),
        TEST(an_upload_to_no_case_or_without_a_name_is_refused),
        TEST(a_description_changes_alone),
        TEST(deleting_a_file_takes_its_bytes_too),
        TEST(a_missing_id_is_left_out_or_told_as_the_switch_says),
        TEST(downloads_answer_a_link_where_the_switch_says),
        TEST(files_of_the_same_name_stand_side_by_side_in_a_bulk_download),
        TEST(a_hosts_file_is_described_without_being_fetched),
        TEST(a_retrieved_file_is_a_copy_among_the_cases_files),
        TEST(a_file_that_cannot_be_had_is_refused_and_leaves_none),
        TEST(a_slow_retrieval_shows_up_only_when_its_time_has_come),
        TEST(a_recent_file_is_found_by_session_and_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
