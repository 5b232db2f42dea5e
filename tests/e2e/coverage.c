/* Is every action of the plugin tested? Each needs in tests/cases a success and a refusal, and in
 * the sandbox a route. */
#include "case_file.h"
#include "check.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct case_file *files;
static size_t file_count;

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

static size_t count_cases(const char *action, int successes)
{
    size_t count = 0;
    for (size_t i = 0; i < file_count; i++) {
        int success = strcmp(case_file_status(&files[i]), "OK") == 0;
        count += strcmp(files[i].action, action) == 0 && success == successes;
    }
    return count;
}

/* A case whose requests are a list that holds one with this method and path. */
static int sends(const struct case_file *file, const char *method, const char *path)
{
    struct json_object *requests = NULL;
    if (json_pointer_get(file->json, "/expect/requests", &requests) != 0) {
        return 0;
    }
    for (size_t i = 0; i < json_object_array_length(requests); i++) {
        struct json_object *request = json_object_array_get_idx(requests, i);
        if (strcmp(text_at(request, "/method"), method) == 0 &&
            strcmp(text_at(request, "/path"), path) == 0) {
            return 1;
        }
    }
    return 0;
}

static void has_a_success_and_a_refusal(void **state)
{
    struct json_object *tool = *state;
    const char *action = text_at(tool, "/name");
    int sent = 0;
    if (count_cases(action, 1) == 0) {
        fail_msg("tests/cases/%s holds no success", action);
    }
    if (count_cases(action, 0) == 0) {
        fail_msg("tests/cases/%s holds no refusal", action);
    }
    for (size_t i = 0; i < file_count; i++) {
        sent = sent ||
               (strcmp(files[i].action, action) == 0 &&
                strcmp(case_file_status(&files[i]), "OK") == 0 &&
                sends(&files[i], text_at(tool, "/_meta/method"), text_at(tool, "/_meta/path")));
    }
    if (!sent) {
        fail_msg("no success in tests/cases/%s sends the action's request", action);
    }
}

/* The sandbox does not start with a fault for an operation that it lacks. */
static void has_a_route_in_the_sandbox(void **state)
{
    struct json_object *tool = *state;
    char fault[160];
    snprintf(fault, sizeof fault, "%s:slow=0", text_at(tool, "/_meta/operation_id"));
    const char *args[] = {"--fault", fault, NULL};
    struct world *world = world_new(args);
    world_free(world);
}

static void every_case_is_of_an_action(void **state)
{
    struct json_object *actions = *state;
    for (size_t i = 0; i < file_count; i++) {
        if (plugin_action(actions, files[i].action) == NULL) {
            fail_msg("%s: there is no action %s", files[i].path, files[i].action);
        }
    }
}

int main(void)
{
    struct json_object *actions = plugin_actions();
    struct json_object *tools = json_object_object_get(actions, "tools");
    size_t count = json_object_array_length(tools);
    struct CMUnitTest *tests = calloc(2 * count + 1, sizeof *tests);
    char(*names)[160] = calloc(2 * count, sizeof *names);
    if (tests == NULL || names == NULL) {
        return 1;
    }
    files = case_files(&file_count);
    tests[0] = (struct CMUnitTest)cmocka_unit_test_prestate(every_case_is_of_an_action, actions);
    for (size_t i = 0; i < count; i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i);
        const char *action = text_at(tool, "/name");
        snprintf(names[2 * i], sizeof *names, "%s: tests/cases holds a success and a refusal",
                 action);
        snprintf(names[2 * i + 1], sizeof *names, "%s: the sandbox has a route for it", action);
        tests[2 * i + 1] = (struct CMUnitTest){
            .name = names[2 * i], .test_func = has_a_success_and_a_refusal, .initial_state = tool};
        tests[2 * i + 2] = (struct CMUnitTest){.name = names[2 * i + 1],
                                               .test_func = has_a_route_in_the_sandbox,
                                               .initial_state = tool};
    }
    int failures = _cmocka_run_group_tests("coverage", tests, 2 * count + 1, NULL, NULL);
    case_files_free(files, file_count);
    free(names);
    free(tests);
    json_object_put(actions);
    return failures;
}
