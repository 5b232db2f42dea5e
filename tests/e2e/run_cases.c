/* Runs every tests/cases/<action>/<scenario>.json against the built plugin and a fresh sandbox. An
 * argument is a pattern of test names, such as "create_case:*". */
#include "case_file.h"
#include "check.h"
#include "fill.h"
#include "match.h"
#include "world.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One case on its way. */
struct run {
    const struct case_file *file;
    struct world *world;
    soar_plugin *other;         /* instance with the case's own settings, where it has some     */
    struct json_object *values; /* what "${name}" stands for                                    */
    FILE *out;                  /* differences                                                  */
    char *differences;
    size_t size;
};

static struct json_object *at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? value : NULL;
}

static size_t length(struct json_object *list)
{
    return list != NULL ? json_object_array_length(list) : 0;
}

/* ------------------------------------------------------------------ preparing */

static const char **sandbox_args(struct json_object *json)
{
    struct json_object *args = at(json, "/sandbox/args");
    struct json_object *faults = at(json, "/sandbox/faults");
    const char **list = calloc(length(args) + 2 * length(faults) + 1, sizeof *list);
    size_t n = 0;
    assert_non_null(list);
    for (size_t i = 0; i < length(args); i++) {
        list[n++] = json_object_get_string(json_object_array_get_idx(args, i));
    }
    for (size_t i = 0; i < length(faults); i++) {
        list[n++] = "--fault";
        list[n++] = json_object_get_string(json_object_array_get_idx(faults, i));
    }
    return list;
}

static void save_text(struct run *run, const char *name, const char *text)
{
    json_object_object_add(run->values, name, json_object_new_string(text));
}

static void save_places(struct run *run)
{
    static const char *const subs[] = {"in", "out"};
    for (size_t i = 0; i < 2; i++) {
        char *path = tmpdir_path(run->world->dir, subs[i]);
        save_text(run, subs[i], path);
        free(path);
    }
    save_text(run, "url", run->world->sandbox.url);
}

static void write_files(struct run *run)
{
    struct json_object *files = at(run->file->json, "/files");
    if (files == NULL) {
        return;
    }
    json_object_object_foreach(files, name, content)
    {
        char *path = tmpdir_path("in", name);
        if (json_object_is_type(content, json_type_string)) {
            tmpdir_write(run->world->dir, path, json_object_get_string(content),
                         (size_t)json_object_get_string_len(content));
        } else {
            tmpdir_write_pattern(run->world->dir, path,
                                 (size_t)json_object_get_int64(at(content, "/size")));
        }
        free(path);
    }
}

/* Requests are compared in the order in which they came. */
static struct json_object *usual_changes(void)
{
    return json_tokener_parse("{\"limits.ahead\":1}");
}

static void open_other(struct run *run)
{
    struct json_object *config = at(run->file->json, "/config");
    if (config != NULL) {
        struct json_object *settings = settings_new(&run->world->sandbox, run->world->dir);
        struct json_object *usual = usual_changes(), *changes = fill(config, run->values);
        settings_change(settings, usual);
        settings_change(settings, changes);
        json_object_put(usual);
        run->other = plugin_open(settings);
        json_object_put(changes);
        json_object_put(settings);
    }
}

/* ------------------------------------------------------------------ steps */

static struct json_object *call(struct run *run, soar_plugin *instance, const char *action,
                                struct json_object *step)
{
    struct json_object *input = fill(at(step, "/input"), run->values);
    const char *text = json_object_to_json_string_ext(input, JSON_C_TO_STRING_PLAIN);
    const char *trace = json_object_get_string(at(step, "/trace"));
    soar_call asked = {
        .action = action,
        .action_len = strlen(action),
        .input = input != NULL ? text : NULL,
        .input_len = input != NULL ? strlen(text) : 0,
        .timeout_ms = (uint64_t)json_object_get_int64(at(step, "/timeout_ms")),
        .flags = json_object_get_boolean(at(step, "/dry_run")) ? SOAR_CALL_DRY_RUN : 0,
        .trace = trace,
        .trace_len = trace != NULL ? strlen(trace) : 0,
    };
    struct json_object *document = plugin_invoke(instance, &asked, NULL);
    json_object_put(input);
    return document;
}

static void prepare(struct run *run, struct json_object *step)
{
    const char *action = json_object_get_string(at(step, "/action"));
    struct json_object *document = call(run, run->world->instance, action, step);
    if (!json_object_get_boolean(at(document, "/ok"))) {
        fail_msg("setup: %s: %s", action, json_object_to_json_string(document));
    }
    struct json_object *save = at(step, "/save");
    if (save != NULL) {
        json_object_object_foreach(save, name, pointer)
        {
            struct json_object *value = at(document, json_object_get_string(pointer));
            if (value == NULL) {
                fail_msg("setup: %s: nothing at %s", action, json_object_get_string(pointer));
            }
            json_object_object_add(run->values, name, json_object_get(value));
        }
    }
    json_object_put(document);
}

/* ------------------------------------------------------------------ comparing */

static void expect(struct run *run, struct json_object *expected, struct json_object *found,
                   enum match_mode mode, const char *name)
{
    struct json_object *filled = fill(expected, run->values);
    match(filled, found, mode, name, run->out);
    json_object_put(filled);
}

/* Those members of a recorded request that the expectation is about. */
static struct json_object *seen_of(struct json_object *request, struct json_object *expected)
{
    static const char *const members[] = {"method", "path", "query", "body", "headers", "status"};
    struct json_object *seen = json_object_new_object();
    struct json_object *value = NULL;
    bool parts = at(expected, "/parts") != NULL;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        bool optional = i >= 4 || (i == 3 && parts);
        if ((!optional || json_object_object_get_ex(expected, members[i], NULL)) &&
            json_object_object_get_ex(request, members[i], &value)) {
            json_object_object_add(seen, members[i], json_object_get(value));
        }
    }
    if (parts) {
        json_object_object_add(seen, "parts", json_object_get(at(request, "/body/parts")));
    }
    return seen;
}

/* The expectation with what it may leave out: no query, no body, headers and parts in part. */
static struct json_object *whole_expectation(struct json_object *expected)
{
    struct json_object *whole = NULL;
    static const char *const in_part[] = {"headers", "parts"};
    json_object_deep_copy(expected, &whole, NULL);
    if (at(whole, "/query") == NULL) {
        json_object_object_add(whole, "query", json_object_new_array());
    }
    if (at(whole, "/parts") == NULL && at(whole, "/body") == NULL) {
        json_object_object_add(whole, "body", NULL);
    }
    for (size_t i = 0; i < 2; i++) {
        struct json_object *value = at(whole, i == 0 ? "/headers" : "/parts");
        if (value != NULL) {
            struct json_object *subset = json_object_new_object();
            json_object_object_add(subset, "$subset", json_object_get(value));
            json_object_object_add(whole, in_part[i], subset);
        }
    }
    return whole;
}

static void expect_requests(struct run *run, size_t from)
{
    struct json_object *pattern = at(run->file->json, "/expect/requests");
    bool token = json_object_get_boolean(at(run->file->json, "/expect/token"));
    struct json_object *expected = fill(pattern, run->values);
    struct json_object *found = sandbox_requests(&run->world->sandbox, from, token);
    size_t count = length(found);
    if (count != length(expected)) {
        fprintf(run->out, "  requests: expected %zu, found %zu:\n", length(expected), count);
        for (size_t i = 0; i < count; i++) {
            fprintf(run->out, "    %s\n",
                    json_object_to_json_string(json_object_array_get_idx(found, i)));
        }
    }
    for (size_t i = 0; i < count && i < length(expected); i++) {
        char name[64];
        struct json_object *whole = whole_expectation(json_object_array_get_idx(expected, i));
        struct json_object *seen = seen_of(json_object_array_get_idx(found, i), whole);
        snprintf(name, sizeof name, "requests/%zu", i);
        match(whole, seen, MATCH_EXACT, name, run->out);
        json_object_put(seen);
        json_object_put(whole);
    }
    json_object_put(found);
    json_object_put(expected);
}

static void expect_content(struct run *run, const char *name, struct json_object *content)
{
    size_t size = 0;
    size_t wanted_size = 0;
    char *path = tmpdir_path("out", name);
    char *found = tmpdir_read(run->world->dir, path, &size);
    const char *source = json_object_get_string(at(content, "/same_as"));
    if (source != NULL) {
        char *source_path = tmpdir_path("in", source);
        char *wanted = tmpdir_read(run->world->dir, source_path, &wanted_size);
        if (size != wanted_size || memcmp(found, wanted, size) != 0) {
            fprintf(run->out, "  files/%s: is not the same as %s\n", name, source);
        }
        free(wanted);
        free(source_path);
    } else if (json_object_is_type(content, json_type_string)) {
        if (strcmp(found, json_object_get_string(content)) != 0) {
            fprintf(run->out, "  files/%s: expected %s, found %s\n", name,
                    json_object_get_string(content), found);
        }
    } else if (strncmp(found, json_object_get_string(at(content, "/starts_with")),
                       (size_t)json_object_get_string_len(at(content, "/starts_with"))) != 0) {
        fprintf(run->out, "  files/%s: does not start as expected\n", name);
    }
    free(found);
    free(path);
}

/* The write directory holds these files and no other. */
static void expect_files(struct run *run)
{
    struct json_object *files = at(run->file->json, "/expect/files");
    struct json_object *found = tmpdir_list(run->world->dir, "out");
    size_t expected = 0;
    if (files != NULL) {
        expected = (size_t)json_object_object_length(files);
        json_object_object_foreach(files, name, content)
        {
            expect_content(run, name, content);
        }
    }
    if (expected != length(found)) {
        fprintf(run->out, "  files: expected %zu, found %s\n", expected,
                json_object_to_json_string(found));
    }
    json_object_put(found);
}

static void expect_then(struct run *run)
{
    struct json_object *steps = at(run->file->json, "/expect/then");
    for (size_t i = 0; i < length(steps); i++) {
        struct json_object *step = json_object_array_get_idx(steps, i);
        const char *action = json_object_get_string(at(step, "/action"));
        struct json_object *document = call(run, run->world->instance, action, step);
        char name[64];
        snprintf(name, sizeof name, "then/%zu/result", i);
        expect(run, at(step, "/result"), document, MATCH_SUBSET, name);
        json_object_put(document);
    }
}

/* ------------------------------------------------------------------ one case */

static void run_case(void **state)
{
    struct run *run = *state;
    struct json_object *json = run->file->json;
    if (run->file->problem != NULL) {
        fail_msg("%s: %s", run->file->path, run->file->problem);
    }
    const char **args = sandbox_args(json);
    run->world = world_new(args);
    free(args);
    save_places(run);
    write_files(run);
    world_open(run->world, usual_changes());
    struct json_object *steps = at(json, "/setup");
    for (size_t i = 0; i < length(steps); i++) {
        prepare(run, json_object_array_get_idx(steps, i));
    }
    open_other(run);
    size_t before = sandbox_count(&run->world->sandbox);
    struct json_object *document = call(run, run->other != NULL ? run->other : run->world->instance,
                                        run->file->action, at(json, "/call"));
    expect(run, at(json, "/expect/result"), document, MATCH_SUBSET, "result");
    expect_requests(run, before);
    expect_files(run);
    expect_then(run);
    fflush(run->out);
    if (run->size > 0) {
        fail_msg("%s\n%sThe result: %s", run->file->path, run->differences,
                 json_object_to_json_string(document));
    }
    json_object_put(document);
}

static int begin(void **state)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        return -1;
    }
    run->file = *state;
    run->values = json_object_new_object();
    run->out = open_memstream(&run->differences, &run->size);
    *state = run;
    return run->out != NULL ? 0 : -1;
}

static int end(void **state)
{
    struct run *run = *state;
    fclose(run->out);
    free(run->differences);
    json_object_put(run->values);
    plugin_close(run->other);
    world_free(run->world);
    free(run);
    return 0;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    struct case_file *files = case_files(&count);
    struct CMUnitTest *tests = calloc(count + 1, sizeof *tests);
    if (files == NULL || tests == NULL) {
        fputs("no case was found in tests/cases\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        tests[i] = (struct CMUnitTest){.name = files[i].name,
                                       .test_func = run_case,
                                       .setup_func = begin,
                                       .teardown_func = end,
                                       .initial_state = &files[i]};
    }
    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    int failures = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
    free(tests);
    case_files_free(files, count);
    return failures;
}
