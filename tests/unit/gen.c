/* The compiler of the manifests: what it refuses, in which words, and what it writes. The bad
 * manifests are changes to the good tree in bad_manifests/good, one by one in cases.json:
 * "file" is changed by "set" (JSON Pointer: new value) and "remove", or replaced by "text"; "add"
 * makes more files; "problems" are the lines expected (each at least by its beginning). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gen/check.h"
#include "gen/schema.h"
#include "gen/tables.h"

#define GOOD "tests/unit/bad_manifests/good"
#define CASES "tests/unit/bad_manifests/cases.json"

/* ------------------------------------------------------------------ a tree of files */

struct tree {
    char dir[64];
};

static void tree_path(const struct tree *tree, const char *file, char ret[256])
{
    snprintf(ret, 256, "%s/%s", tree->dir, file);
}

static void tree_write(const struct tree *tree, const char *file, const char *text)
{
    char path[256], folder[256];
    tree_path(tree, file, path);
    tree_path(tree, file, folder);
    *strrchr(folder, '/') = '\0';
    mkdir(folder, 0700);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static const char *const good_files[] = {"service.json",
                                         "schemas/result.json",
                                         "schemas/item.json",
                                         "schemas/selector.json",
                                         "cases/list_items.json",
                                         "cases/return_items.json",
                                         "cases/fetch_picture.json"};

#define N_GOOD (sizeof(good_files) / sizeof(good_files[0]))

static struct json_object *good_file(const char *file)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", GOOD, file);
    struct json_object *json = json_object_from_file(path);
    if (json == NULL)
        fail_msg("%s cannot be read", path);
    return json;
}

static void tree_make(struct tree *tree)
{
    strcpy(tree->dir, "/tmp/manifests.XXXXXX");
    assert_non_null(mkdtemp(tree->dir));
    for (size_t i = 0; i < N_GOOD; i++) {
        struct json_object *json = good_file(good_files[i]);
        tree_write(tree, good_files[i], json_object_to_json_string(json));
        json_object_put(json);
    }
}

static void tree_remove_file(const struct tree *tree, const char *file)
{
    char path[256];
    tree_path(tree, file, path);
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path); /* succeeds for the last file of the folder */
}

static void tree_remove(const struct tree *tree, struct json_object *added)
{
    for (struct lh_entry *e = members_of(added); e; e = lh_entry_next(e))
        tree_remove_file(tree, lh_entry_k(e));
    for (size_t i = N_GOOD; i-- > 0;)
        tree_remove_file(tree, good_files[i]);
    rmdir(tree->dir);
}

/* ------------------------------------------------------------------ refusals */

static void remove_at(struct json_object *json, const char *pointer)
{
    char parent[256];
    snprintf(parent, sizeof(parent), "%s", pointer);
    char *name = strrchr(parent, '/');
    *name++ = '\0';
    struct json_object *from = json;
    if (parent[0] != '\0')
        assert_int_equal(json_pointer_get(json, parent, &from), 0);
    assert_true(has(from, name));
    json_object_object_del(from, name);
}

static void change(const struct tree *tree, struct json_object *test)
{
    const char *file = member_text(test, "file");
    for (struct lh_entry *e = members_of(member(test, "add")); e; e = lh_entry_next(e))
        tree_write(tree, lh_entry_k(e), json_object_to_json_string(lh_entry_v(e)));
    if (has(test, "text")) {
        tree_write(tree, file, member_text(test, "text"));
        return;
    }
    struct json_object *json = good_file(file);
    for (struct lh_entry *e = members_of(member(test, "set")); e; e = lh_entry_next(e))
        assert_int_equal(json_pointer_set(&json, lh_entry_k(e), copy_of(lh_entry_v(e))), 0);
    struct json_object *removed = member(test, "remove");
    for (size_t i = 0; i < length_of(removed); i++)
        remove_at(json, json_object_get_string(json_object_array_get_idx(removed, i)));
    tree_write(tree, file, json_object_to_json_string(json));
    json_object_put(json);
}

/* Takes every "DIR/" out. */
static void shorten(char *lines, const char *dir)
{
    size_t len = strlen(dir) + 1;
    for (char *at = lines; (at = strstr(at, dir)) != NULL;)
        memmove(at, at + len, strlen(at + len) + 1);
}

static bool are_expected(const char *lines, struct json_object *expected)
{
    for (size_t i = 0; i < length_of(expected); i++) {
        const char *want = json_object_get_string(json_object_array_get_idx(expected, i));
        if (strncmp(lines, want, strlen(want)) != 0)
            return false;
        lines = strchr(lines, '\n') + 1;
    }
    return *lines == '\0';
}

static int run_case(struct json_object *test)
{
    struct tree tree;
    struct source source;
    struct problems problems;
    tree_make(&tree);
    change(&tree, test);
    problems_init(&problems);
    source_load(&source, tree.dir, &problems);
    check_all(&source, &problems);
    shorten(problems.lines.ptr, tree.dir);
    bool good = are_expected(problems.lines.ptr, member(test, "problems")) &&
                problems.n == length_of(member(test, "problems")) && problems.n > 0;
    if (!good)
        print_error("%s:\n%s-- expected:\n%s\n", member_text(test, "what"), problems.lines.ptr,
                    json_object_to_json_string(member(test, "problems")));
    problems_done(&problems);
    source_done(&source);
    tree_remove(&tree, member(test, "add"));
    return !good;
}

static void each_bad_manifest_is_refused_with_file_pointer_and_reason(void **state)
{
    struct json_object *cases = json_object_from_file(CASES);
    int wrong = 0;
    (void)state;
    assert_true(length_of(cases) > 80);
    for (size_t i = 0; i < length_of(cases); i++)
        wrong += run_case(json_object_array_get_idx(cases, i));
    json_object_put(cases);
    assert_int_equal(wrong, 0);
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
    struct tree tree;
    struct source source;
    struct problems problems;
    (void)state;
    tree_make(&tree);
    tree_write(&tree, "cases/list_items.json", "{ \"name\": \"caf\xE9\" }");
    problems_init(&problems);
    source_load(&source, tree.dir, &problems);
    assert_int_equal(problems.n, 1);
    assert_non_null(strstr(problems.lines.ptr, "/cases/list_items.json: /name: "));
    problems_done(&problems);
    source_done(&source);
    tree_remove(&tree, NULL);
}

static void a_folder_that_does_not_exist_is_a_problem(void **state)
{
    struct source source;
    struct problems problems;
    (void)state;
    problems_init(&problems);
    source_load(&source, "/nonexistent", &problems);
    check_all(&source, &problems);
    assert_non_null(strstr(problems.lines.ptr, "/nonexistent: : cannot be read: No such file"));
    problems_done(&problems);
    source_done(&source);
}

/* ------------------------------------------------------------------ what is written */

static void load_good(struct source *source, const char *dir)
{
    struct problems problems;
    problems_init(&problems);
    source_load(source, dir, &problems);
    check_all(source, &problems);
    assert_string_equal(problems.lines.ptr, "");
    problems_done(&problems);
}

static struct json_object *tool_named(struct json_object *list, const char *name)
{
    struct json_object *tools = member(list, "tools");
    for (size_t i = 0; i < length_of(tools); i++)
        if (member_is(json_object_array_get_idx(tools, i), "name", name))
            return json_object_array_get_idx(tools, i);
    fail_msg("no tool %s", name);
    return NULL;
}

static void assert_json_at(struct json_object *json, const char *pointer, const char *expected)
{
    struct json_object *value = NULL;
    if (json_pointer_get(json, pointer, &value) != 0 && expected != NULL)
        fail_msg("nothing at %s", pointer);
    const char *text = value != NULL
                           ? json_object_to_json_string_ext(
                                 value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
                           : NULL;
    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
}

static void hosts_see_the_other_forms_and_the_exclusions_written_out(void **state)
{
    static const struct {
        const char *pointer, *value; /* NULL = nothing there                                      */
    } expected[] = {
        {"/$schema", "\"https://json-schema.org/draft/2020-12/schema\""},
        {"/required", NULL},
        {"/if", "{\"required\":[\"body\"]}"},
        {"/else", "{\"required\":[\"owner\",\"items\"]}"},
        {"/then/properties/owner/not", "{}"},
        {"/then/properties/receipt/x-reason", "\"not allowed together with \\\"body\\\"\""},
        {"/properties/notes/type", "[\"array\",\"string\"]"},
        {"/properties/notes/x-split", "true"},
        {"/properties/items/anyOf",
         "[{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/selector\"}},"
         "{\"$ref\":\"#/$defs/selector\"}]"},
        {"/properties/items/description", "\"What they get.\""},
        {"/properties/receipt/$ref", "\"#/$defs/selector\""},
        {"/$defs/selector/anyOf/0/additionalProperties", "false"},
        {"/$defs/selector/anyOf/1", "{\"type\":\"string\",\"minLength\":1}"},
        {"/$defs/selector/title", "\"Selector\""},
        {"/$defs/item", NULL},
        {"/properties/owner/x-ui/widget", "\"select\""},
    };
    struct source source;
    (void)state;
    load_good(&source, GOOD);
    struct json_object *list = list_actions_json(&source, "1.2.3");
    struct json_object *input = member(tool_named(list, "return_items"), "inputSchema");
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_json_at(input, expected[i].pointer, expected[i].value);
    json_object_put(list);
    source_done(&source);
}

static void the_list_tells_all_that_a_host_may_ask(void **state)
{
    struct source source;
    (void)state;
    load_good(&source, GOOD);
    struct json_object *list = list_actions_json(&source, "1.2.3");
    struct json_object *tool = tool_named(list, "fetch_picture");
    assert_json_at(tool, "/title", "\"Fetch a picture\"");
    assert_json_at(tool, "/annotations",
                   "{\"readOnlyHint\":false,\"destructiveHint\":false,\"idempotentHint\":true,"
                   "\"openWorldHint\":true,\"title\":\"Fetch a picture\"}");
    assert_json_at(tool, "/outputSchema/required", "[\"ok\",\"errors\"]");
    assert_json_at(tool, "/outputSchema/properties/ok/type", "\"boolean\"");
    assert_json_at(tool, "/outputSchema/properties/file/properties/path/type", "\"string\"");
    assert_json_at(tool, "/_meta/operation_id", "\"picture_get\"");
    assert_json_at(tool, "/_meta/documented", "false");
    assert_json_at(tool, "/_meta/group", "\"cases\"");
    assert_json_at(tool, "/_meta/method", "\"GET\"");
    assert_json_at(tool, "/_meta/path", "\"/items/picture/v1\"");
    assert_json_at(tool, "/_meta/retry", "\"safe\"");
    assert_json_at(tool, "/_meta/types/input", "{\"/id\":\"office.item.id\"}");
    tool = tool_named(list, "return_items");
    assert_json_at(tool, "/_meta/documented", "true");
    assert_json_at(tool, "/_meta/scope",
                   "{\"name\":\"Items\",\"access\":\"write\",\"documented\":\"Items: WRITE\"}");
    assert_json_at(tool, "/_meta/chunk", "{\"input\":\"items\",\"max\":10,\"restore_order\":true}");
    assert_json_at(tool, "/_meta/types/input",
                   "{\"/items/*/id\":\"office.item.id\",\"/receipt/id\":\"office.item.id\"}");
    assert_json_at(tool, "/_meta/types/output", "{\"/resources/*/id\":\"office.item.id\"}");
    assert_json_at(tool, "/_meta/examples/0/input/owner", "\"ada\"");
    assert_json_at(list, "/_meta/plugin_version", "\"1.2.3\"");
    assert_json_at(list, "/_meta/abi_version", "\"1.1\"");
    assert_json_at(list, "/_meta/clouds", "[\"one\"]");
    assert_json_at(list, "/_meta/servers/0/name", "\"one\"");
    assert_json_at(list, "/_meta/token_path", "\"/token\"");
    json_object_put(list);
    source_done(&source);
}

static void the_schema_of_the_configuration_is_closed_and_has_every_key(void **state)
{
    struct json_object *schema = config_schema_json();
    (void)state;
    assert_json_at(schema, "/additionalProperties", "false");
    assert_json_at(schema, "/properties/falcon/additionalProperties", "false");
    assert_json_at(schema, "/properties/falcon/properties/client_secret/x-secret", "true");
    assert_json_at(schema, "/properties/falcon/properties/cloud/default", "\"auto\"");
    assert_json_at(schema, "/properties/retry/properties/attempts/minimum", "1");
    assert_json_at(schema, "/properties/retry/properties/attempts/default", "4");
    assert_json_at(schema, "/properties/policy/properties/read_only/type", "\"boolean\"");
    assert_json_at(schema, "/properties/files/properties/read_dirs/items/type", "\"string\"");
    json_object_put(schema);
}

static void the_tables_are_the_same_whenever_they_are_written(void **state)
{
    struct source source;
    struct buf first, second;
    (void)state;
    load_good(&source, GOOD);
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    tables_write(&source, "{\"a\":\"\xC3\xA9 ?\?= \\\"\"}", &first);
    tables_write(&source, "{\"a\":\"\xC3\xA9 ?\?= \\\"\"}", &second);
    assert_string_equal(first.ptr, second.ptr);
    assert_non_null(strstr(first.ptr, "\"{\\\"a\\\":\\\"\\303\\251 \\?\\?= \\\\\\\"\\\"}\""));
    assert_non_null(strstr(first.ptr, ".success = (const int[]){200, 201, 0}"));
    assert_non_null(strstr(first.ptr, ".retry = RETRY_NEVER"));
    assert_non_null(
        strstr(first.ptr, ".links = (const char *const[]){\"/resources/0/link\", NULL}"));
    buf_done(&first);
    buf_done(&second);
    source_done(&source);
}

/* ------------------------------------------------------------------ the manifests themselves */

static void the_reference_is_what_the_manifests_say(void **state)
{
    struct source source;
    struct buf text;
    (void)state;
    load_good(&source, "manifests");
    buf_init(&text, 64u << 20);
    actions_md_write(&source, &text);
    FILE *in = fopen("manifests/ACTIONS.md", "rb");
    assert_non_null(in);
    char *kept = calloc(1, text.len + 2);
    assert_non_null(kept);
    size_t n = fread(kept, 1, text.len + 1, in);
    fclose(in);
    if (n != text.len || memcmp(kept, text.ptr, n) != 0)
        fail_msg("manifests/ACTIONS.md is not what the manifests say; run make docs");
    free(kept);
    buf_done(&text);
    source_done(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bad_manifest_is_refused_with_file_pointer_and_reason),
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
        cmocka_unit_test(a_folder_that_does_not_exist_is_a_problem),
        cmocka_unit_test(hosts_see_the_other_forms_and_the_exclusions_written_out),
        cmocka_unit_test(the_list_tells_all_that_a_host_may_ask),
        cmocka_unit_test(the_schema_of_the_configuration_is_closed_and_has_every_key),
        cmocka_unit_test(the_tables_are_the_same_whenever_they_are_written),
        cmocka_unit_test(the_reference_is_what_the_manifests_say),
    };
    int failed = cmocka_run_group_tests_name("gen", tests, NULL, NULL);
    schema_meta_done();
    return failed;
}
