/* The sandbox's template files: YAML, import with and without dry_run, export and back. */
#include "sandbox_call.h"

#include "../sandbox/template_file.h"
#include "../sandbox/yaml_json.h"

#include <unistd.h>
#include <zip.h>

static void yaml_values_are_what_the_core_schema_says(void **state)
{
    static const struct {
        const char *yaml, *json;
    } rows[] = {
        {"a: 1", "{\"a\":1}"},
        {"a: -0.5", "{\"a\":-0.5}"},
        {"a: true\nb: False", "{\"a\":true,\"b\":false}"},
        {"a: '1'\nb: \"true\"", "{\"a\":\"1\",\"b\":\"true\"}"},
        {"a:\nb: ~\nc: null", "{\"a\":null,\"b\":null,\"c\":null}"},
        {"a: yes\nb: 1.2.3\nc: -", NULL},
        {"a: yes\nb: 1.2.3\nc: 1-2", "{\"a\":\"yes\",\"b\":\"1.2.3\",\"c\":\"1-2\"}"},
        {"- a\n- [1, {b: c}]", "[\"a\",[1,{\"b\":\"c\"}]]"},
        {"a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}"},
        {"a: 99999999999999999999", "{\"a\":\"99999999999999999999\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char error[YAML_ERROR_SIZE];
        struct json_object *value = yaml_json_parse(rows[i].yaml, strlen(rows[i].yaml), error);
        if (rows[i].json == NULL) {
            assert_null(value);
            continue;
        }
        assert_string_equal(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN),
                            rows[i].json);
        json_object_put(value);
    }
}

static void yaml_that_is_broken_or_could_blow_up_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *yaml, *error;
    } rows[] = {
        {"a: 1\na: 2", "line 2: duplicate key"},
        {"a: &x 1\nb: *x", "line 2: aliases are not supported"},
        {"? [a]\n: b", "line 1: a key must be text"},
        {"a\n---\nb", "line 2: more than one document"},
        {"", "line 1: no value"},
        {"a: [1", "line 2"},
        {"a: \"x\\0y\"", "line 1: NUL in a value"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 1: nested too deeply"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char error[YAML_ERROR_SIZE];
        assert_null(yaml_json_parse(rows[i].yaml, strlen(rows[i].yaml), error));
        if (strncmp(error, rows[i].error, strlen(rows[i].error)) != 0) {
            fail_msg("%s: '%s', expected '%s'", rows[i].yaml, error, rows[i].error);
        }
    }
}

static void json_printed_as_yaml_reads_back_the_same(void **state)
{
    static const char *const texts[] = {
        "{\"a\":[],\"b\":{},\"c\":\"\",\"d\":\"null\",\"e\":\"true\",\"f\":\"12\",\"g\":-3}",
        "{\"h\":null,\"i\":1.5}",
        "{\"text\":\"two\\nlines: #no comment\",\"quote\":\"it's \\\"so\\\"\",\"tab\":\"\\t\"}",
        "[{\"x\":[[1,2],[3]]},\"- a\",\"*b\",\"&c\",\"\\u00e9\\u4e2d\"]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char error[YAML_ERROR_SIZE];
        struct json_object *value = json_tokener_parse(texts[i]);
        char *yaml = yaml_json_print(value);
        struct json_object *read = yaml_json_parse(yaml, strlen(yaml), error);
        if (!json_object_equal(value, read)) {
            fail_msg("%s became %s", texts[i], yaml);
        }
        free(yaml);
        json_object_put(read);
        json_object_put(value);
    }
}

static void words_that_older_readers_take_for_booleans_are_quoted(void **state)
{
    struct json_object *value = json_tokener_parse("[\"no\",\"Yes\",\"off\",\"none\"]");
    char *yaml = yaml_json_print(value);
    (void)state;
    assert_string_equal(yaml, "- 'no'\n- 'Yes'\n- 'off'\n- none\n");
    free(yaml);
    json_object_put(value);
}

static struct json_object *import(struct sb_store *store, const char *text, const char *dry_run)
{
    struct sb_part parts[] = {
        {.name = (char *)(uintptr_t) "file",
         .filename = (char *)(uintptr_t) "t.yaml",
         .size = strlen(text)},
        {.name = (char *)(uintptr_t) "dry_run", .value = (char *)(uintptr_t)dry_run}};
    parts[0].blob = sb_blob_put(store, text, strlen(text), parts[0].sha256);
    return call(store, &(struct call){.operation = op_import_template,
                                      .parts = parts,
                                      .part_count = dry_run != NULL ? 2 : 1});
}

static size_t count_templates(struct sb_store *store)
{
    struct json_object *answer = call(store, &(struct call){.operation = op_query_templates});
    size_t count = json_object_array_length(answer);
    json_object_put(answer);
    return count;
}

static void an_import_saves_unless_it_is_a_dry_run(void **state)
{
    static const char *const texts[] = {
        "name: Phishing\nfields:\n- name: Verdict\n  id: theirs\n  required: true\n",
        "  {\"name\":\"Phishing\",\"id\":\"theirs\",\"fields\":[{\"name\":\"Verdict\"}]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json_object *answer = import(*state, texts[i], "true");
        struct json_object *doc = json_object_array_get_idx(answer, 0);
        assert_string_equal(sb_text(doc, "name"), "Phishing");
        assert_string_not_equal(sb_text(doc, "id"), "theirs");
        assert_int_equal(count_templates(*state), i);
        json_object_put(answer);
        json_object_put(import(*state, texts[i], i == 0 ? "false" : NULL));
        assert_int_equal(count_templates(*state), i + 1);
    }
}

static void a_bad_template_file_is_refused_and_nothing_saved(void **state)
{
    static const struct {
        const char *text, *dry_run, *message;
    } rows[] = {
        {"- a", NULL, "invalid template file: not an object"},
        {"a: [", NULL, "invalid template file: line 2"},
        {"{\"name\":", NULL, "invalid template file: "},
        {"\xff\xfe", NULL, "invalid template file: not UTF-8 text"},
        {"name: 1", NULL, "invalid template file: "},
        {"fields: []", NULL, "name is required"},
        {"name: a\nsla_id: x", "true", "SLA not found: x"},
        {"name: a", "maybe", "invalid dry_run: expected true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *answer = import(*state, rows[i].text, rows[i].dry_run);
        const char *message = sb_text(answer, "message");
        if (message == NULL || strncmp(message, rows[i].message, strlen(rows[i].message)) != 0) {
            fail_msg("%s: '%s', expected '%s'", rows[i].text, message, rows[i].message);
        }
        assert_int_equal(json_object_get_int(sb_member(answer, "status")), 400);
        json_object_put(answer);
    }
    assert_int_equal(count_templates(*state), 0);
}

/* The text of the only entry of the ZIP that an export answers; the caller frees it. */
static char *export_one(struct sb_store *store, const char *format, const char *entry)
{
    struct sb_options options = {0};
    struct sb_param param = {(char *)(uintptr_t) "format", (char *)(uintptr_t)format};
    struct sb_request req = {.query = {&param, 1},
                             .caller = {.cid = CALL_CID},
                             .now_ms = CALL_NOW_MS,
                             .options = &options,
                             .store = store};
    struct sb_response res;
    int code;
    sb_response_init(&res);
    op_export_templates(&req, &res);
    assert_int_equal(res.shape, SB_SHAPE_FD);
    zip_t *zip = zip_fdopen(res.fd, 0, &code);
    res.fd = -1;
    assert_non_null(zip);
    assert_int_equal(zip_get_num_entries(zip, 0), 1);
    assert_string_equal(zip_get_name(zip, 0, 0), entry);
    char *text = calloc(1, 65536);
    zip_file_t *file = zip_fopen_index(zip, 0, 0);
    assert_true(zip_fread(file, text, 65535) > 0);
    zip_fclose(file);
    zip_discard(zip);
    sb_response_done(&res);
    return text;
}

static void an_exported_template_imports_as_the_same(void **state)
{
    static const char *const formats[] = {"yaml", "json"};
    json_object_put(
        import(*state,
               "{\"name\":\"A/B: #1\",\"description\":\"x\\ny\",\"fields\":[{\"name\":\"F\","
               "\"options\":[{\"value\":\"yes\"},{\"value\":\"1\"}],\"required\":true,"
               "\"display_order\":7}],\"workflows\":[{\"id\":\"w\",\"display_order\":2}]}",
               NULL));
    for (size_t i = 0; i < 2; i++) {
        char *text = export_one(*state, formats[i], i == 0 ? "A_B_ #1.yaml" : "A_B_ #1.json");
        assert_null(strstr(text, "created_by"));
        struct json_object *answer = import(*state, text, "true");
        struct json_object *doc = json_object_array_get_idx(answer, 0);
        char *again = sb_template_file_print(doc, i == 0);
        assert_string_equal(again, text);
        assert_string_equal(sb_text(doc, "name"), "A/B: #1");
        free(again);
        free(text);
        json_object_put(answer);
    }
}

static void an_export_answers_a_bare_link_by_default(void **state)
{
    struct sb_options links = {.export_links = true, .base_url = "http://h:1"};
    char *text =
        call_text(*state, &(struct call){.operation = op_export_templates, .options = links});
    assert_int_equal(strncmp(text, "{\"link\":\"http://h:1/", 19), 0);
    free(text);
    assert_call(*state, &(struct call){.operation = op_export_templates, .query = "format=xml"},
                "400 invalid format: expected yaml or json");
    assert_call(*state, &(struct call){.operation = op_export_templates, .query = "ids=nope"},
                "404 template not found");
    assert_call(*state, &(struct call){.operation = op_export_templates, .query = "filter=x:1"},
                "400 unexpected filter field");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(yaml_values_are_what_the_core_schema_says),
        TEST(yaml_that_is_broken_or_could_blow_up_is_refused_with_its_line),
        TEST(json_printed_as_yaml_reads_back_the_same),
        TEST(words_that_older_readers_take_for_booleans_are_quoted),
        TEST(an_import_saves_unless_it_is_a_dry_run),
        TEST(a_bad_template_file_is_refused_and_nothing_saved),
        TEST(an_exported_template_imports_as_the_same),
        TEST(an_export_answers_a_bare_link_by_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
