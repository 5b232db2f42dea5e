/* Memory runs out at every place where it can: for each call below, the n-th allocation of its
 * whole life (init, invoke, shutdown) fails, for every n, first alone and then with all after it.
 * json-c's and libcurl's allocations count too. Nothing may crash, leak, or lie about what was done. */
#include "check.h"
#include "failing_malloc.h"
#include "fill.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_ALLOCATIONS 200000

struct scenario {
    const char *name; /* a sentence */
    const char *action, *input;
    soar_status status;                   /* where memory suffices */
    enum { READS, WRITES, OPENS } effect; /* OPENS: one case more */
};

/* What an input may name: a case, and a file of it. */
#define CASE "${case}"
#define FILE_OF_CASE "${file}"

static const struct scenario scenarios[] = {
    {"a list", "query_case_ids", "{\"filter\":\"status:'new'\",\"all\":true,\"limit\":10}", SOAR_OK,
     READS},
    {"cases, put back in order", "get_cases", "{\"ids\":[\"" CASE "\"]}", SOAR_OK, READS},
    {"a new case", "create_case",
     "{\"name\":\"Out of memory\",\"severity\":60,\"tags\":[\"a\",\"b\"],"
     "\"evidence\":{\"alerts\":[\"x:ind:1\",\"x:ind:2\"]}}",
     SOAR_OK, OPENS},
    {"pages that overlap", "query_case_ids", "{\"max_items\":20,\"limit\":5}", SOAR_OK, READS},
    {"a change", "update_case_fields", "{\"id\":\"" CASE "\",\"fields\":{\"severity\":70}}",
     SOAR_OK, WRITES},
    {"a count", "get_sla_aggregations", "{\"field\":\"name\",\"type\":\"terms\"}", SOAR_OK, READS},
    {"an upload", "upload_file", "{\"case_id\":\"" CASE "\",\"file\":\"report.bin\"}", SOAR_OK,
     WRITES},
    {"a download", "download_existing_files", "{\"id\":\"" FILE_OF_CASE "\"}", SOAR_OK, READS},
    {"an export by link", "export_templates", "{\"filter\":\"name:'Endpoint incident'\"}", SOAR_OK,
     READS},
    {"an input with many faults", "create_case",
     "{\"name\":7,\"severity\":1000,\"nme\":1,\"tags\":[1,2],\"evidence\":{\"alerts\":[{}]}}",
     SOAR_INVALID_ARGUMENT, READS},
    {"an action that is unknown", "create_cases", "{}", SOAR_NOT_FOUND, READS},
    {"a refusal by the service", "query_slas", "{\"filter\":\"not fql\"}", SOAR_INVALID_ARGUMENT,
     READS},
    {"an object that is not there", "add_case_tags", "{\"id\":\"none\",\"tags\":[\"a\"]}",
     SOAR_NOT_FOUND, WRITES},
};

static char *config;

struct outcome {
    soar_status init, invoke;
    char *json; /* heap; NULL where the plugin had no memory for it */
};

/* One whole life. The test's own memory is not part of it. */
static bool live_once(const struct scenario *scenario, const char *input, int64_t n, bool onwards,
                      struct outcome *ret_outcome)
{
    const struct plugin *soar = plugin_functions();
    soar_plugin *instance = NULL;
    soar_result refusal = {.struct_size = sizeof refusal};
    soar_result result = {.struct_size = sizeof result};
    soar_call call = {.struct_size = sizeof call,
                      .action = scenario->action,
                      .action_len = strlen(scenario->action),
                      .input = input,
                      .input_len = strlen(input)};
    failing_malloc_arm(n, onwards);
    ret_outcome->init = soar->init(NULL, config, strlen(config), &instance, NULL, &refusal);
    if (ret_outcome->init == SOAR_OK) {
        ret_outcome->invoke = soar->invoke(instance, &call, &result);
    }
    bool failed = failing_malloc_disarm();
    const char *json = ret_outcome->init == SOAR_OK ? result.json : refusal.json;
    ret_outcome->json = json != NULL ? strdup(json) : NULL;
    soar->release(&refusal);
    soar->release(&result);
    if (instance != NULL) {
        assert_int_equal(soar->shutdown(instance, SOAR_NO_TIMEOUT), SOAR_OK);
    }
    return failed;
}

static const char *text_at(struct json_object *root, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(root, pointer, &found) == 0 ? json_object_get_string(found) : "";
}

/* What a call may say of itself when an allocation failed. */
static bool is_clean(const struct scenario *scenario, soar_status status,
                     struct json_object *document)
{
    if (status == SOAR_PARTIAL) { /* what had come before is kept */
        const char *reason = document != NULL ? text_at(document, "/error/reason") : "no_memory";
        return strcmp(reason, "no_memory") == 0 ||
               strcmp(reason, "answer_too_big") == 0; /* libcurl says one thing of both in a head */
    }
    return status == SOAR_RESOURCE_EXHAUSTED || status == scenario->status ||
           (scenario->effect != READS && status == SOAR_UNKNOWN);
}

static void expect_clean(const struct scenario *scenario, const struct outcome *outcome, int64_t n)
{
    soar_status status = outcome->init != SOAR_OK ? outcome->init : outcome->invoke;
    struct json_object *document = NULL;
    if (outcome->json != NULL && (document = json_tokener_parse(outcome->json)) == NULL) {
        fail_msg("allocation %lld: no JSON: %s", (long long)n, outcome->json);
    }
    if (!is_clean(scenario, status, document)) {
        fail_msg("allocation %lld: status %d: %s", (long long)n, (int)status,
                 outcome->json != NULL ? outcome->json : "(no document)");
    }
    if (document != NULL) {
        assert_string_equal(text_at(document, "/status"), plugin_status_name(status));
    }
    json_object_put(document);
}

/* How many cases the scenario has opened. */
static int64_t cases_there(struct world *world)
{
    struct json_object *total = NULL;
    struct json_object *answer =
        plugin_call(world->instance, "query_case_ids",
                    "{\"filter\":\"name:'Out of memory'\",\"limit\":1}", NULL);
    assert_int_equal(json_pointer_get(answer, "/meta/pagination/total", &total), 0);
    int64_t there = json_object_get_int64(total);
    json_object_put(answer);
    return there;
}

/* 1: applied, 0: not applied, -1: not known. */
static int said(const struct outcome *outcome)
{
    if (outcome->init != SOAR_OK) {
        return 0;
    }
    if (outcome->invoke == SOAR_OK) {
        return 1;
    }
    if (outcome->json == NULL) {
        return -1;
    }
    struct json_object *document = json_tokener_parse(outcome->json);
    const char *effect = text_at(document, "/error/outcome");
    int applied = strcmp(effect, "applied") == 0 ? 1 : strcmp(effect, "unknown") == 0 ? -1 : 0;
    json_object_put(document);
    return applied;
}

static void expect_truth(struct world *world, const struct outcome *outcome, int64_t *there,
                         int64_t n)
{
    int64_t now = cases_there(world);
    int done = said(outcome);
    if (done >= 0 && now - *there != done) {
        fail_msg("allocation %lld: %lld cases more, and the result says: %s", (long long)n,
                 (long long)(now - *there), outcome->json != NULL ? outcome->json : "(nothing)");
    }
    assert_in_range(now - *there, 0, 1);
    *there = now;
}

/* Whatever was downloaded goes; half of a file must never be there under any name. */
static void clear_downloads(const struct world *world, int64_t n)
{
    struct json_object *names = tmpdir_list(world->dir, "out");
    for (size_t i = 0; i < json_object_array_length(names); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        char *path = NULL;
        assert_true(asprintf(&path, "%s/out/%s", world->dir, name) > 0);
        if (name[0] == '.') {
            fail_msg("allocation %lld: %s was left behind", (long long)n, name);
        }
        unlink(path);
        free(path);
    }
    json_object_put(names);
}

static void run_out(struct world *world, const struct scenario *scenario, const char *input,
                    bool onwards)
{
    struct outcome outcome = {SOAR_OK, SOAR_OK, NULL};
    int64_t n = 0;
    for (int warm_up = 0; warm_up < 3; warm_up++) {
        live_once(scenario, input, 0, false, &outcome);
        if (outcome.invoke != scenario->status) {
            fail_msg("%s", outcome.json);
        }
        free(outcome.json);
        clear_downloads(world, 0);
    }
    int64_t there = scenario->effect == OPENS ? cases_there(world) : 0;
    for (bool failed = true; failed;) {
        assert_true(++n < MOST_ALLOCATIONS);
        int64_t before = failing_malloc_live();
        failed = live_once(scenario, input, n, onwards, &outcome);
        expect_clean(scenario, &outcome, n);
        if (scenario->effect == OPENS) {
            expect_truth(world, &outcome, &there, n);
        }
        free(outcome.json);
        outcome.json = NULL;
        clear_downloads(world, n);
        if (failing_malloc_live() > before && !failing_malloc_was_losers()) {
            fail_msg("allocation %lld: %lld blocks were not freed", (long long)n,
                     (long long)(failing_malloc_live() - before));
        }
    }
    assert_true(n > 50); /* the switch reaches the plugin and its libraries */
    print_message("# %s: %lld allocations failed in turn%s\n", scenario->action, (long long)n - 1,
                  onwards ? ", with all after them" : "");
}

static char *id_of(struct world *world, const char *action, const char *input)
{
    struct json_object *id = NULL;
    struct json_object *answer = plugin_call(world->instance, action, input, NULL);
    assert_int_equal(json_pointer_get(answer, "/resources/0/id", &id), 0);
    char *text = strdup(json_object_get_string(id));
    json_object_put(answer);
    return text;
}

/* The scenario's input, with the ids of what this world holds. */
static char *make_input(struct world *world, const struct scenario *scenario)
{
    char upload[256];
    struct json_object *values = json_object_new_object();
    char *opened = world_new_case(world, "Torture");
    snprintf(upload, sizeof upload, "{\"case_id\":\"%s\",\"file\":\"report.bin\"}", opened);
    char *file = id_of(world, "upload_file", upload);
    json_object_object_add(values, "case", json_object_new_string(opened));
    json_object_object_add(values, "file", json_object_new_string(file));
    struct json_object *pattern = json_tokener_parse(scenario->input);
    struct json_object *filled = fill(pattern, values);
    char *input = strdup(json_object_to_json_string_ext(filled, JSON_C_TO_STRING_PLAIN));
    json_object_put(filled);
    json_object_put(pattern);
    json_object_put(values);
    free(opened);
    free(file);
    return input;
}

static void memory_may_run_out_anywhere(void **state)
{
    const struct scenario *scenario = *state;
    struct world *world = world_open_new((const char *const[]){"--seed", "24", NULL}, NULL);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    config = settings_text(settings);
    json_object_put(settings);
    tmpdir_write_pattern(world->dir, "in/report.bin", 5000);
    char *input = make_input(world, scenario);
    run_out(world, scenario, input, false);
    run_out(world, scenario, input, true);
    free(input);
    free(config);
    world_free(world);
}

int main(void)
{
    enum { COUNT = sizeof scenarios / sizeof *scenarios };
    struct CMUnitTest tests[COUNT];
    char names[COUNT][128];
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "memory may run out anywhere in the life of %s",
                 scenarios[i].name);
        tests[i] = (struct CMUnitTest){names[i], memory_may_run_out_anywhere, NULL, NULL,
                                       (void *)(uintptr_t)&scenarios[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
