/* An accepted input in the one form that goes on the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "normalize.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* {"alerts": [{"id"}], "ids": "a,b", "rules": one or more {"tags", "next": {"template": {"id"}}}}
 */
static const struct schema text = {.types = SCHEMA_STRING};
static const struct schema id_object = {.types = SCHEMA_OBJECT, .wrap = "id"};
static const struct schema id_objects = {
    .types = SCHEMA_ARRAY, .flags = SCHEMA_LIST, .items = &id_object};
static const struct schema split_ids = {
    .types = SCHEMA_ARRAY, .flags = SCHEMA_SPLIT, .items = &id_object};
static const struct schema split_texts = {
    .types = SCHEMA_ARRAY, .flags = SCHEMA_SPLIT, .items = &text};
static const struct schema_property next_members[] = {{"template", &id_object}};
static const struct schema next = {
    .types = SCHEMA_OBJECT, .properties = next_members, .n_properties = 1};
static const struct schema_property rule_members[] = {{"next", &next}, {"tags", &split_texts}};
static const struct schema rule = {
    .types = SCHEMA_OBJECT, .properties = rule_members, .n_properties = 2};
static const struct schema rules = {.types = SCHEMA_ARRAY, .flags = SCHEMA_LIST, .items = &rule};
static const struct schema anything = {.types = 0};
static const struct schema_property members[] = {{"alerts", &id_objects}, {"events", &split_ids},
                                                 {"free", &anything},     {"ids", &split_texts},
                                                 {"rules", &rules},       {"template", &id_object}};
static const struct schema input = {
    .types = SCHEMA_OBJECT, .properties = members, .n_properties = COUNT(members)};

static void the_short_forms_become_the_long_one(void **state)
{
    (void)state;
    static const struct {
        const char *given, *sent;
    } rows[] = {
        {"{}", "{}"},
        {"{\"ids\":\"a\"}", "{\"ids\":[\"a\"]}"},
        {"{\"ids\":\"a,b\"}", "{\"ids\":[\"a\",\"b\"]}"},
        {"{\"ids\":\" a ,, b , \"}", "{\"ids\":[\"a\",\"b\"]}"},
        {"{\"ids\":\"\"}", "{\"ids\":[]}"},
        {"{\"ids\":\" , \"}", "{\"ids\":[]}"},
        {"{\"ids\":[\"a,b\",\"c\"]}", "{\"ids\":[\"a,b\",\"c\"]}"},
        {"{\"ids\":7}", "{\"ids\":[7]}"},
        {"{\"template\":\"t\"}", "{\"template\":{\"id\":\"t\"}}"},
        {"{\"template\":{\"id\":\"t\"}}", "{\"template\":{\"id\":\"t\"}}"},
        {"{\"alerts\":\"a,b\"}", "{\"alerts\":[{\"id\":\"a,b\"}]}"},
        {"{\"alerts\":{\"id\":\"a\"}}", "{\"alerts\":[{\"id\":\"a\"}]}"},
        {"{\"alerts\":[\"a\",{\"id\":\"b\"}]}", "{\"alerts\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"},
        {"{\"events\":\"a,b\"}", "{\"events\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"},
        {"{\"rules\":{\"tags\":\"x,y\",\"next\":{\"template\":\"t\"}}}",
         "{\"rules\":[{\"tags\":[\"x\",\"y\"],\"next\":{\"template\":{\"id\":\"t\"}}}]}"},
        {"{\"rules\":[{\"tags\":\"x\"},{\"tags\":[\"y\"]}]}",
         "{\"rules\":[{\"tags\":[\"x\"]},{\"tags\":[\"y\"]}]}"},
        {"{\"free\":\"a,b\"}", "{\"free\":\"a,b\"}"},
        {"{\"free\":{\"ids\":\"a,b\"}}", "{\"free\":{\"ids\":\"a,b\"}}"},
        {"{\"unknown\":\"a,b\"}", "{\"unknown\":\"a,b\"}"},
        {"{\"alerts\":null,\"ids\":null,\"template\":null}",
         "{\"alerts\":null,\"ids\":null,\"template\":null}"},
        {"{\"ids\":\"\\u00e9,\\u4e2d\"}", "{\"ids\":[\"\xc3\xa9\",\"\xe4\xb8\xad\"]}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct json_object *value = json_tokener_parse(rows[i].given);
        assert_non_null(value);
        assert_true(normalize(&input, value));
        assert_string_equal(json_text(value, NULL), rows[i].sent);
        json_object_put(value);
    }
}

static void what_has_the_long_form_stays_as_it_is(void **state)
{
    (void)state;
    static const char given[] =
        "{\"ids\":[\"a\"],\"rules\":[{\"next\":{\"template\":{\"id\":\"t\"}},\"more\":1.50}]}";
    struct json_object *value = json_tokener_parse(given);

    assert_true(normalize(&input, value));
    assert_true(normalize(&input, value));
    assert_string_equal(json_text(value, NULL), given);
    json_object_put(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_short_forms_become_the_long_one),
        cmocka_unit_test(what_has_the_long_form_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("normalize", tests, NULL, NULL);
}
