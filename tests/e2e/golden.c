/* The built plugin's actions against tests/golden/operations.json, which was written from the
 * service's documentation and not from the manifests. */
#include "check.h"
#include "plugin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNDOCUMENTED 2

static struct json_object *actions;
static struct json_object *operations;

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : NULL;
}

static const char *shown(const char *text)
{
    return text != NULL ? text : "(none)";
}

static void check_text(struct json_object *tool, const char *pointer, struct json_object *operation,
                       const char *documented)
{
    const char *own = text_at(tool, pointer);
    const char *wanted = text_at(operation, documented);
    if (strcmp(shown(own), shown(wanted)) != 0) {
        fail_msg("%s is %s, documented is %s", pointer, shown(own), shown(wanted));
    }
}

/* Do the plugin's x-in and the documentation mean the same place? */
static int same_place(const char *in, const char *documented)
{
    static const struct {
        const char *documented;
        const char *in; /* each between blanks */
    } places[] = {{"query", " query whole-query "},
                  {"body", " body whole-body "},
                  {"formData", " form file whole-form "}};
    char word[32];
    snprintf(word, sizeof word, " %s ", in);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strcmp(places[i].documented, documented) == 0) {
            return strstr(places[i].in, word) != NULL;
        }
    }
    return 0;
}

static void check_parameter(struct json_object *tool, const char *name, const char *place)
{
    char pointer[128];
    snprintf(pointer, sizeof pointer, "/inputSchema/properties/%s", name);
    if (text_at(tool, pointer) == NULL) {
        fail_msg("the documented parameter %s is no input", name);
    }
    snprintf(pointer, sizeof pointer, "/inputSchema/properties/%s/x-in", name);
    const char *in = text_at(tool, pointer);
    if (in == NULL || !same_place(in, place)) {
        fail_msg("%s goes to %s, documented is %s", name, shown(in), place);
    }
}

static void the_action_is_as_documented(void **state)
{
    struct json_object *operation = *state;
    struct json_object *tool = plugin_action(actions, text_at(operation, "/name"));
    if (tool == NULL) {
        fail_msg("the plugin has no such action");
    }
    check_text(tool, "/_meta/operation_id", operation, "/operation_id");
    check_text(tool, "/_meta/method", operation, "/method");
    check_text(tool, "/_meta/path", operation, "/path");
    check_text(tool, "/_meta/scope/documented", operation, "/scope");
    json_object_object_foreach(json_object_object_get(operation, "parameters"), name, place)
    {
        check_parameter(tool, name, json_object_get_string(place));
    }
}

static int is_in_table(const char *name)
{
    for (size_t i = 0; i < json_object_array_length(operations); i++) {
        if (strcmp(text_at(json_object_array_get_idx(operations, i), "/name"), name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void all_other_actions_are_marked_undocumented(void **state)
{
    struct json_object *tools = json_object_object_get(actions, "tools");
    size_t undocumented = 0;
    (void)state;
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i);
        int documented = is_in_table(text_at(tool, "/name"));
        if (strcmp(shown(text_at(tool, "/_meta/documented")), documented ? "true" : "false") != 0) {
            fail_msg("%s: documented is %s", text_at(tool, "/name"),
                     shown(text_at(tool, "/_meta/documented")));
        }
        undocumented += !documented;
    }
    assert_int_equal(undocumented, UNDOCUMENTED);
}

static int load(void **state)
{
    (void)state;
    actions = plugin_actions();
    return 0;
}

static int unload(void **state)
{
    (void)state;
    json_object_put(actions);
    return 0;
}

int main(void)
{
    operations = json_object_from_file("tests/golden/operations.json");
    size_t count = operations != NULL ? json_object_array_length(operations) : 0;
    struct CMUnitTest *tests = calloc(count + 1, sizeof *tests);
    char *names = calloc(count + 1, 128);
    if (count == 0 || tests == NULL || names == NULL) {
        fputs("tests/golden/operations.json cannot be read\n", stderr);
        return 1;
    }
    tests[0] = (struct CMUnitTest)cmocka_unit_test(all_other_actions_are_marked_undocumented);
    for (size_t i = 0; i < count; i++) {
        struct json_object *operation = json_object_array_get_idx(operations, i);
        char *name = names + i * 128;
        snprintf(name, 128, "%s: method, path, scope and parameters are as documented",
                 text_at(operation, "/name"));
        tests[i + 1] = (struct CMUnitTest){
            .name = name, .test_func = the_action_is_as_documented, .initial_state = operation};
    }
    int failures = _cmocka_run_group_tests("golden", tests, count + 1, load, unload);
    json_object_put(operations);
    free(names);
    free(tests);
    return failures;
}
