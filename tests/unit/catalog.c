/* The generated tables as they are in the plugin: lookup, and that they say what the list of
 * actions says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/nearest.h"
#include "catalog.h"
#include "validate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct json_object *list;

static int parse_list(void **state)
{
    struct error err;
    (void)state;
    error_clear(&err);
    list = json_parse(catalog_list_json, catalog_list_json_len, 64, &err);
    if (list == NULL)
        print_error("%s: %s\n", err.where, err.message);
    return list == NULL;
}

static int drop_list(void **state)
{
    (void)state;
    json_object_put(list);
    return 0;
}

/* ------------------------------------------------------------------ lookup */

static void every_action_is_found_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog_n_actions; i++) {
        const char *name = catalog_actions[i].name;
        assert_ptr_equal(catalog_find(name, strlen(name)), &catalog_actions[i]);
        if (i > 0)
            assert_true(strcmp(catalog_actions[i - 1].name, name) < 0);
    }
}

static void only_the_whole_name_is_found(void **state)
{
    static const char *const names[] = {"create_cas", "create_case_", "Create_case",
                                        "a",          "zzz",          "create_case\n"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_null(catalog_find(names[i], strlen(names[i])));
    assert_null(catalog_find("", 0));
    assert_null(catalog_find("create_case\0x", 13));
    assert_null(catalog_find("create_case", 6));
    assert_string_equal(catalog_find("create_case_and_more", 11)->name, "create_case");
}

static void a_mistyped_action_gets_the_nearest_names(void **state)
{
    static const struct {
        const char *asked, *nearest; /* NULL = none                                               */
    } examples[] = {{"create_cas", "create_case"},
                    {"crate_case", "create_case"},
                    {"create-case", "create_case"},
                    {"CreateCase", "create_case"},
                    {"get_case", "get_cases"},
                    {"upload", "upload_file"},
                    {"add_case_tag", "add_case_tags"},
                    {"creaet_case", "create_case"},
                    {"", NULL},
                    {"q", NULL},
                    {"launch_the_missiles", NULL},
                    {"\xFF\xFE", NULL}};
    const char *names[3];
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        size_t n = catalog_nearest(examples[i].asked, strlen(examples[i].asked), names, 3);
        assert_true(n <= 3);
        if (examples[i].nearest == NULL && n > 0)
            fail_msg("%s is said to resemble %s", examples[i].asked, names[0]);
        if (examples[i].nearest != NULL) {
            assert_true(n > 0);
            assert_string_equal(names[0], examples[i].nearest);
        }
    }
    assert_int_equal(catalog_nearest("create_case", 11, names, 0), 0);
}

static void resemblance_is_counted_in_letters(void **state)
{
    char longest[200];
    (void)state;
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(nearest_score("tags", 4, "tags"), 0);
    assert_int_equal(nearest_score("TAGS", 4, "tags"), 0);
    assert_int_equal(nearest_score("tgas", 4, "tags"), 2);
    assert_int_equal(nearest_score("tag", 3, "tags"), 2);
    assert_true(nearest_score("notification", 12, "get_notification_groups") < NEAREST_FAR);
    assert_int_equal(nearest_score("ab", 2, "xy"), NEAREST_FAR);
    assert_int_equal(nearest_score(longest, sizeof(longest), "aaa"), NEAREST_FAR);
}

/* ------------------------------------------------------------------ tables and list agree */

static struct json_object *tool(size_t i)
{
    return json_object_array_get_idx(json_at(list, "/tools"), i);
}

static void the_list_holds_the_actions_of_the_tables(void **state)
{
    (void)state;
    assert_int_equal(json_object_array_length(json_at(list, "/tools")), catalog_n_actions);
    for (size_t i = 0; i < catalog_n_actions; i++) {
        const struct action *action = &catalog_actions[i];
        struct json_object *t = tool(i);
        const char *access = json_string_at(t, "/_meta/scope/access");
        assert_string_equal(json_string_at(t, "/name"), action->name);
        assert_string_equal(json_string_at(t, "/_meta/operation_id"), action->operation_id);
        assert_string_equal(json_string_at(t, "/_meta/group"), action->group);
        assert_string_equal(json_string_at(t, "/_meta/method"), action->method);
        assert_string_equal(json_string_at(t, "/_meta/path"), action->path);
        assert_string_equal(json_string_at(t, "/_meta/scope/name"), action->scope_name);
        assert_int_equal(strcmp(access, "write") == 0, action->scope_write);
        assert_int_equal(json_object_get_boolean(json_at(t, "/annotations/readOnlyHint")),
                         (action->annotations & ANNOTATION_READ_ONLY) != 0);
        assert_int_equal(json_object_get_boolean(json_at(t, "/annotations/destructiveHint")),
                         (action->annotations & ANNOTATION_DESTRUCTIVE) != 0);
        assert_int_equal(json_object_get_boolean(json_at(t, "/annotations/idempotentHint")),
                         (action->annotations & ANNOTATION_IDEMPOTENT) != 0);
        assert_int_equal(json_int_at(t, "/_meta/paging/max", 0), action->page_max);
        assert_int_equal(json_int_at(t, "/_meta/chunk/max", 0), action->chunk_max);
    }
}

static void every_schema_of_the_list_is_an_object_of_2020_12_without_remote_references(void **state)
{
    static const char dialect[] = "https://json-schema.org/draft/2020-12/schema";
    (void)state;
    for (size_t i = 0; i < catalog_n_actions; i++) {
        struct json_object *t = tool(i);
        assert_string_equal(json_string_at(t, "/inputSchema/$schema"), dialect);
        assert_string_equal(json_string_at(t, "/outputSchema/$schema"), dialect);
        assert_string_equal(json_string_at(t, "/inputSchema/type"), "object");
        assert_string_equal(json_string_at(t, "/outputSchema/type"), "object");
        assert_false(json_object_get_boolean(json_at(t, "/inputSchema/additionalProperties")));
        const char *text = json_text(t, NULL);
        for (const char *at = text; (at = strstr(at, "\"$ref\":")) != NULL; at++)
            if (strncmp(at, "\"$ref\":\"#/$defs/", 16) != 0)
                fail_msg("%s: %.60s", json_string_at(t, "/name"), at);
    }
}

static void assert_valid(const struct action *action, const char *what, const struct schema *schema,
                         struct json_object *value)
{
    struct violations violations = {0};
    if (validate(schema, value, &violations) != 0)
        fail_msg("%s: %s%s: %s", action->name, what, violations.items[0].pointer,
                 violations.items[0].message);
}

static void every_example_of_the_list_is_valid_by_the_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog_n_actions; i++) {
        const struct action *action = &catalog_actions[i];
        struct json_object *examples = json_at(tool(i), "/_meta/examples");
        assert_true(json_object_array_length(examples) > 0);
        for (size_t j = 0; j < json_object_array_length(examples); j++) {
            struct json_object *example = json_object_array_get_idx(examples, j);
            struct json_object *input = json_at(example, "/input");
            struct json_object *output = json_at(example, "/output");
            struct json_object *common =
                json_tokener_parse("{\"ok\": true, \"status\": \"OK\", \"http_status\": 200,"
                                   " \"meta\": {}, \"errors\": []}");
            for (struct lh_entry *e = lh_table_head(json_object_get_object(output)); e;
                 e = lh_entry_next(e))
                json_object_object_add(common, lh_entry_k(e), json_object_get(lh_entry_v(e)));
            assert_valid(action, "input", action->input, input);
            assert_valid(action, "output", catalog_outputs[i], common);
            assert_int_equal(validate_limits(action, input, NULL), 0);
            json_object_put(common);
        }
    }
}

static void every_action_refuses_an_unknown_input(void **state)
{
    struct json_object *input = json_tokener_parse("{\"no_such_input\": 1}");
    (void)state;
    for (size_t i = 0; i < catalog_n_actions; i++) {
        struct violations violations = {0};
        bool found = false;
        assert_true(validate(catalog_actions[i].input, input, &violations) > 0);
        for (size_t j = 0; j < violations.n; j++)
            found |= strcmp(violations.items[j].pointer, "/no_such_input") == 0;
        assert_true(found);
        violations_done(&violations);
    }
    json_object_put(input);
}

static void every_input_has_a_place_and_nothing_below_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < catalog_n_actions; i++) {
        const struct schema *input = catalog_actions[i].input;
        assert_true(input->n_properties > 0);
        for (size_t j = 0; j < input->n_properties; j++) {
            const struct schema *property = input->properties[j].schema;
            assert_int_not_equal(property->in, SCHEMA_IN_NONE);
            for (size_t k = 0; k < property->n_properties; k++)
                assert_int_equal(property->properties[k].schema->in, SCHEMA_IN_NONE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_is_found_by_its_name),
        cmocka_unit_test(only_the_whole_name_is_found),
        cmocka_unit_test(a_mistyped_action_gets_the_nearest_names),
        cmocka_unit_test(resemblance_is_counted_in_letters),
        cmocka_unit_test(the_list_holds_the_actions_of_the_tables),
        cmocka_unit_test(
            every_schema_of_the_list_is_an_object_of_2020_12_without_remote_references),
        cmocka_unit_test(every_example_of_the_list_is_valid_by_the_tables),
        cmocka_unit_test(every_action_refuses_an_unknown_input),
        cmocka_unit_test(every_input_has_a_place_and_nothing_below_has),
    };
    return cmocka_run_group_tests_name("catalog", tests, parse_list, drop_list);
}
