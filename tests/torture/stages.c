/* Memory runs out at every place of the plugin's stages, without a connection: the n-th allocation
 * fails, for every n, alone and with all after it; those of json-c count. Nothing may crash or leak,
 * and a call ends with its own status, or with one that says that memory ran out. */
#include "check.h"
#include "events.h"
#include "failing_malloc.h"
#include "scripted_call.h"
#include <json-c/json.h>
#include <stdio.h>

#define MOST_ALLOCATIONS 100000
#define CONFIG                                                                                     \
    "falcon: { base_url = \"http://127.0.0.1:9\"; client_id = \"id\"; client_secret = "            \
    "\"secret\"; "                                                                                 \
    "tenant = \"t\"; };\n"                                                                         \
    "files: { read_dirs = [\"/tmp\", \"/var/tmp\"]; write_dirs = [\"/tmp\"]; };\n"                 \
    "policy: { allow = [\"read\", \"group:cases\", \"*\"]; deny = [\"merge_cases\"]; };\n"         \
    "retry: { base_ms = 1; settle_ms = 10; marker = \"run-\"; };\n"
#define CASE(id, version)                                                                          \
    "{\"id\":\"" id "\",\"name\":\"n\",\"severity\":60,\"version\":" version                       \
    ",\"tags\":[\"a\"],\"description\":\"\\u00e4\"}"
#define LISTED(items)                                                                              \
    "{\"meta\":{\"pagination\":{\"total\":4,\"limit\":2}},\"resources\":[" items "]}"
#define IDS_10(p)                                                                                  \
    "\"" p "0\",\"" p "1\",\"" p "2\",\"" p "3\",\"" p "4\",\"" p "5\",\"" p "6\",\"" p "7\",\"" p \
    "8\",\"" p "9\""
#define IDS_101                                                                                    \
    IDS_10("a")                                                                                    \
    "," IDS_10("b") "," IDS_10("c") "," IDS_10("d") "," IDS_10("e") "," IDS_10("f") "," IDS_10(    \
        "g") "," IDS_10("h") "," IDS_10("i") "," IDS_10("j") ",\"k\""

static const struct script scripts[] = {
    {.name = "the pages of a list",
     .action = "query_case_ids",
     .input = "{\"filter\":\"status:'new'\",\"all\":true,\"limit\":2}",
     .answers = {{200, LISTED("\"a\",\"b\""), 0},
                 {200, LISTED("\"c\",\"d\""), 0},
                 {200, LISTED(""), 0}}},
    {.name = "the parts of a long list of ids, put back in order",
     .action = "get_fields",
     .input = "{\"ids\":[" IDS_101 "]}",
     .status = SOAR_PARTIAL,
     .answers = {{200, "{\"resources\":[{\"id\":\"a1\"},{\"id\":\"a0\"}]}", 0},
                 {500, "{\"errors\":[{\"code\":500,\"message\":\"no\"}]}", 0}}},
    {.name = "an answer with errors beside what it has",
     .action = "get_cases",
     .input = "{\"ids\":[\"a\",\"b\"]}",
     .status = SOAR_PARTIAL,
     .answers = {{207,
                  "{\"meta\":{\"trace_id\":\"t\"},\"resources\":[" CASE(
                      "a",
                      "1") "],"
                           "\"errors\":[{\"code\":404,\"message\":\"not there\",\"id\":\"b\"}]}",
                  0}}},
    {.name = "an answer that is no JSON",
     .action = "get_cases",
     .input = "{\"ids\":\"a\"}",
     .status = SOAR_DATA_LOSS,
     .answers = {{200, "<html>", 0}}},
    {.name = "a refusal",
     .action = "query_slas",
     .input = "{\"filter\":\"no fql\"}",
     .status = SOAR_INVALID_ARGUMENT,
     .answers = {{400, "{\"errors\":[{\"code\":400,\"message\":\"bad filter\"}]}", 0}}},
    {.name = "an input with many faults",
     .action = "create_case",
     .input =
         "{\"name\":7,\"severity\":1000,\"nme\":1,\"tags\":[1,2],\"evidence\":{\"alerts\":[{}]}}",
     .status = SOAR_INVALID_ARGUMENT,
     .answers = {{500, "", 0}}},
    {.name = "an input that is no JSON",
     .action = "create_case",
     .input = "{\"name\":\"\\ud800\"",
     .status = SOAR_INVALID_ARGUMENT,
     .answers = {{500, "", 0}}},
    {.name = "a new case with evidence and its key, twice",
     .action = "create_case",
     .input = "{\"name\":\"n\",\"severity\":60,\"tags\":\"a, "
              "b\",\"evidence\":{\"alerts\":[\"x:ind:1\"]}}",
     .writes = true,
     .key = "one logical write",
     .answers = {{201, "{\"resources\":[" CASE("a", "1") "]}", 0}}},
    {.name = "a lost write that is looked for and sent again",
     .action = "create_case",
     .input = "{\"name\":\"n\",\"severity\":60}",
     .writes = true,
     .answers = {{0, NULL, HTTP_LOST},
                 {200, "{\"meta\":{\"pagination\":{\"total\":0}},\"resources\":[]}", 0},
                 {200, "{\"meta\":{\"pagination\":{\"total\":0}},\"resources\":[]}", 0},
                 {200, "{\"meta\":{\"pagination\":{\"total\":0}},\"resources\":[]}", 0},
                 {201, "{\"resources\":[" CASE("a", "1") "]}", 0}}},
    {.name = "a lost write of which something like it is there",
     .action = "update_case_fields",
     .input =
         "{\"id\":\"a\",\"fields\":{\"severity\":70,\"description\":\"d\"},\"expected_version\":1}",
     .status = SOAR_UNKNOWN,
     .writes = true,
     .answers = {{503, "{}", 0}, {200, "{\"resources\":[" CASE("a", "3") "]}", 0}}},
    {.name = "a refused version, with the one that is there",
     .action = "update_case_fields",
     .input = "{\"id\":\"a\",\"fields\":{\"severity\":70},\"expected_version\":1}",
     .status = SOAR_ABORTED,
     .writes = true,
     .answers = {{409, "{\"errors\":[{\"code\":409,\"message\":\"version\"}]}", 0},
                 {200, "{\"resources\":[" CASE("a", "3") "]}", 0}}},
    {.name = "the parts of a list of objects to delete",
     .action = "delete_sla",
     .input = "{\"ids\":[" IDS_101 "]}",
     .writes = true,
     .answers = {{200, "{\"resources\":[]}", 0}}},
    {.name = "a plan",
     .action = "create_case",
     .input = "{\"name\":\"n\",\"severity\":60,\"evidence\":{\"events\":[\"e\"]}}",
     .flags = SOAR_CALL_DRY_RUN,
     .answers = {{500, "", 0}}},
    {.name = "a count",
     .action = "get_sla_aggregations",
     .input = "{\"field\":\"name\",\"type\":\"terms\"}",
     .answers = {{200,
                  "{\"resources\":[{\"name\":\"n\",\"buckets\":[{\"label\":\"a\",\"count\":2}]}]}",
                  0}}},
    {.name = "a token that is refused and fetched anew",
     .action = "query_slas",
     .input = "{\"parameters\":{\"limit\":3}}",
     .answers = {{401, "{}", 0}, {200, "{\"resources\":[\"s\"]}", 0}}},
};

static struct config config;

/* ------------------------------------------------------------------ other subjects */

static void read_config(void)
{
    struct config other;
    struct error err;
    error_clear(&err);
    if (config_read(CONFIG, strlen(CONFIG), NULL, &catalog_service, &other, &err)) {
        config_done(&other);
    } else if (err.status != SOAR_RESOURCE_EXHAUSTED) {
        failing_malloc_disarm();
        fail_msg("%s: %s", err.where, err.message);
    }
}

static void refuse_config(void)
{
    static const char text[] = "falcon: { client_id = \"i\"; client_secret = \"s\"; };\npolicy: { "
                               "deny = [\"nothing_*\"]; };";
    struct config other;
    struct error err;
    error_clear(&err);
    if (config_read(text, sizeof text - 1, NULL, &catalog_service, &other, &err)) {
        config_done(&other);
        failing_malloc_disarm();
        fail_msg("it was accepted");
    }
}

static void pass_events(void)
{
    struct events events;
    soar_result result = {.struct_size = sizeof result};
    events_init(&events, 3);
    for (uint64_t id = 1; id <= 4; id++) {
        struct event *event = events_admit(&events, id);
        struct buf document;
        if (event == NULL) {
            continue;
        }
        buf_init(&document, 1 << 16);
        buf_adds(&document, "{}");
        events_log(&events, SOAR_LOG_INFO, "a line", 6);
        events_progress(&events, event, id, 4);
        events_outcome(&events, event, SOAR_OK, 200, &document);
        buf_done(&document);
    }
    while (events_take(&events, &result)) {
        free(result.owner);
    }
    events_done(&events);
}

static void fill_ledger(void)
{
    static const struct action action = {.name = "create"};
    struct ledger *ledger = ledger_new();
    struct ledger_write write = {0};
    char id[32];
    for (unsigned i = 0; i < 600; i++) {
        snprintf(id, sizeof id, "%u", i);
        ledger_sent(ledger, &write, &action, i);
        ledger_made(ledger, id);
        ledger_over(ledger, &write);
    }
    ledger_free(ledger);
}

static void fill_keys(void)
{
    struct keys *keys = keys_new(2, 1 << 16, 1000);
    for (char name = 'a'; keys != NULL && name < 'f'; name++) {
        char asked[SHA256_HEX] = {name};
        struct keys_entry *entry = NULL;
        struct keys_outcome outcome = {0};
        struct buf document;
        buf_init(&document, 1 << 16);
        buf_adds(&document, "{\"ok\":true}");
        enum keys_state state = keys_take(keys, &name, 1, asked, name, &entry, &outcome);
        if (state == KEYS_FIRST) {
            keys_keep(keys, entry, SOAR_OK, 200, &document, name);
            state = keys_take(keys, &name, 1, asked, name, &entry, &outcome);
        }
        if (state == KEYS_KNOWN) {
            buf_done(&outcome.document);
        }
        buf_done(&document);
    }
    keys_free(keys);
}

static const struct subject {
    const char *name;
    void (*run)(void);
} subjects[] = {
    {"the reading of a configuration", read_config},
    {"the refusal of a configuration", refuse_config},
    {"what waits for soar_next", pass_events},
    {"the ledger of writes", fill_ledger},
    {"the idempotency keys", fill_keys},
};

/* ------------------------------------------------------------------ the torture */

static void expect_no_leak(int64_t before, int64_t n, bool onwards)
{
    if (failing_malloc_live() != before && !failing_malloc_was_losers()) {
        fail_msg("allocation %lld%s: %lld blocks were not freed", (long long)n,
                 onwards ? " and all after it" : "", (long long)(failing_malloc_live() - before));
    }
}

static void memory_may_run_out_anywhere_in_it(void **state)
{
    const struct subject *subject = *state;
    for (int onwards = 0; onwards < 2; onwards++) {
        subject->run();
        int64_t n = 0;
        for (bool failed = true; failed;) {
            int64_t before = failing_malloc_live();
            assert_true(++n < MOST_ALLOCATIONS);
            failing_malloc_arm(n, onwards != 0);
            subject->run();
            failed = failing_malloc_disarm();
            expect_no_leak(before, n, onwards != 0);
        }
        assert_true(n > 1); /* the switch reaches it */
    }
}

static const char *text_at(struct json_object *root, const char *pointer)
{
    struct json_object *found = NULL;
    return json_pointer_get(root, pointer, &found) == 0 ? json_object_get_string(found) : "";
}

static void expect_clean(const struct script *script, const struct scripted_end *end, int64_t n)
{
    const char *reason;
    const char *text = end->document.len > 0 ? end->document.ptr : "(no document)";
    bool whole = end->document.failed == BUF_FINE && end->document.len > 0;
    struct json_object *document = whole ? json_tokener_parse(text) : NULL;
    reason = text_at(document, "/error/reason");
    bool told = strcmp(reason, "no_memory") == 0;
    bool kept = script->key != NULL && strcmp(reason, "outcome_not_kept") == 0;
    bool fine = kept || end->status == script->status || end->status == SOAR_RESOURCE_EXHAUSTED ||
                (end->status == SOAR_PARTIAL && (told || !whole)) ||
                (end->status == SOAR_UNKNOWN && script->writes);
    if (end->stuck || !fine || (whole && document == NULL)) {
        fail_msg("allocation %lld: %s, status %d: %s", (long long)n, end->stuck ? "stuck" : "ended",
                 (int)end->status, text);
    }
    json_object_put(document);
}

static void memory_may_run_out_anywhere_in_a_call(void **state)
{
    const struct script *script = *state;
    struct scripted_end end = {.status = SOAR_OK};
    for (int onwards = 0; onwards < 2; onwards++) {
        int64_t n = 0;
        for (bool failed = true; failed;) {
            failing_malloc_arm(n, onwards != 0); /* 0: none fails, so that the rest is warm */
            int64_t before = failing_malloc_live();
            buf_init(&end.document, 1 << 22);
            scripted_call(script, &config, &end);
            failed = failing_malloc_disarm() || n == 0;
            expect_clean(script, &end, n);
            if (n == 0) {
                assert_int_equal(end.status, script->status);
            }
            buf_done(&end.document);
            if (n++ > 0) {
                expect_no_leak(before, n - 1, onwards != 0);
            }
            assert_true(n < MOST_ALLOCATIONS);
        }
        assert_true(n > 5);
        print_message("# %s: %lld allocations failed in turn%s\n", script->action, (long long)n - 2,
                      onwards != 0 ? ", with all after them" : "");
    }
}

int main(void)
{
    enum {
        SCRIPTS = sizeof scripts / sizeof *scripts,
        SUBJECTS = sizeof subjects / sizeof *subjects
    };
    static struct CMUnitTest tests[SCRIPTS + SUBJECTS];
    static char names[SCRIPTS + SUBJECTS][128];
    struct error err;
    error_clear(&err);
    if (!config_read(CONFIG, strlen(CONFIG), NULL, &catalog_service, &config, &err)) {
        print_message("# %s: %s\n", err.where, err.message);
        return 1;
    }
    for (size_t i = 0; i < SCRIPTS + SUBJECTS; i++) {
        bool call = i < SCRIPTS;
        const struct subject *subject = &subjects[call ? 0 : i - SCRIPTS];
        snprintf(names[i], sizeof names[i], "memory may run out anywhere in %s",
                 call ? scripts[i].name : subject->name);
        tests[i] = (struct CMUnitTest){
            names[i],
            call ? memory_may_run_out_anywhere_in_a_call : memory_may_run_out_anywhere_in_it, NULL,
            NULL, call ? (void *)(uintptr_t)&scripts[i] : (void *)(uintptr_t)subject};
    }
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    config_done(&config);
    return failures;
}
