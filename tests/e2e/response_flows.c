/* The five response flows of tests/flows: each works its trigger to the end and leaves the service
 * as it says, and together they use every documented operation. */
#include "flow_run.h"
#include "world.h"
#include <stdio.h>

static const char *const flows[] = {"ransomware", "credential_theft", "business_unit", "sla_risk",
                                    "insider_leak"};

/* A flow on a sandbox that goes on after it. */
struct flow_world {
    struct world *world;
    struct program program;
    struct json_object *events;
};

static char *configuration(struct world *world)
{
    char *work = tmpdir_path(world->dir, "out"), *text = NULL;
    struct json_object *dirs = json_object_new_array();
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    json_object_array_add(dirs, json_object_new_string(work));
    json_object_object_add(settings, "files.read_dirs", dirs);
    text = settings_text(settings);
    tmpdir_write(world->dir, "falcon.conf", text, strlen(text));
    json_object_put(settings);
    free(text);
    free(work);
    return tmpdir_path(world->dir, "falcon.conf");
}

static void flow_world_run(struct flow_world *at, const char *flow)
{
    char path[64], trigger[64];
    char *soarhost = plugin_built("soarhost"), *config = configuration(at->world);
    char *work = tmpdir_path(at->world->dir, at->events == NULL ? "out/first" : "out/again");
    snprintf(path, sizeof path, "tests/flows/%s.json", flow);
    snprintf(trigger, sizeof trigger, "tests/flows/%s.alert.json", flow);
    const char *argv[] = {soarhost, "--json", "--config", config,  "--work-dir", work,
                          "run",    path,     "--input",  trigger, NULL};
    program_run(&at->program, argv, NULL);
    at->events = flow_lines(at->program.out);
    free(soarhost);
    free(config);
    free(work);
}

static struct flow_world flow_world_new(const char *flow, const char *const *sandbox_args)
{
    struct flow_world at = {.world = world_open_new(sandbox_args, NULL)};
    flow_world_run(&at, flow);
    if (at.program.code != 0) {
        fail_msg("%s: exit code %d, %s", flow, at.program.code, at.program.out);
    }
    return at;
}

static void flow_world_done(struct flow_world *at)
{
    json_object_put(at->events);
    program_done(&at->program);
    world_free(at->world);
}

/* ------------------------------------------------------------------ the state that each leaves */

struct end_state {
    const char *flow, *what;
    const char *query, *filter, *get; /* get NULL: the ids themselves are looked at */
    const char *resources;
};

#define CLOSED "\"status\":\"closed\""
#define RECORDS(n) "{\"records\":{\"$length\":" #n "}}"

static const struct end_state states[] = {
    {"ransomware", "one closed case with alerts, events and tags", "query_case_ids",
     "{\"filter\":\"tags:'ransomware'\"}", "get_cases",
     "[{" CLOSED ",\"severity\":100,\"version\":6,\"tags\":[\"untriaged\",\"auto\",\"ransomware\"],"
     "\"evidence\":{\"alerts\":" RECORDS(2) ",\"events\":" RECORDS(2) "}}]"},
    {"ransomware", "encrypter, ransom note and report", "query_file_detail_ids",
     "{\"filter\":\"name:['svch0st.exe','README_DECRYPT.txt','report.md']\"}", "get_file_details",
     "{\"$length\":3}"},
    {"ransomware", "the verdict on the encrypter", "query_file_detail_ids",
     "{\"filter\":\"name:'svch0st.exe'\"}", "get_file_details",
     "[{\"description\":\"Encrypter of FIN-WS-042: ransomware\",\"file_size_bytes\":262144}]"},
    {"credential_theft", "four closed parts of 75, and what came late in the first",
     "query_case_ids", "{\"filter\":\"tags:'campaign-CT-2026-014'\",\"sort\":\"name|asc\"}",
     "get_cases",
     "[{" CLOSED ",\"tags\":[\"campaign-CT-2026-014\",\"true_positive\"],"
     "\"assigned_to\":{\"full_name\":\"Ada Analyst\"},"
     "\"evidence\":{\"alerts\":" RECORDS(76) ",\"events\":" RECORDS(
         1) "}},"
            "{" CLOSED ",\"evidence\":{\"alerts\":" RECORDS(
                75) "}},"
                    "{" CLOSED ",\"evidence\":{\"alerts\":" RECORDS(
                        75) "}},"
                            "{" CLOSED ",\"evidence\":{\"alerts\":" RECORDS(75) "}}]"},
    {"credential_theft", "memory dump and timeline", "query_file_detail_ids",
     "{\"filter\":\"name:['lsass.dmp','timeline.md']\"}", NULL, "{\"$length\":2}"},
    {"business_unit", "a template with SLA and access tag", "query_templates",
     "{\"filter\":\"name:'Treasury incident'\"}", "get_templates",
     "[{\"fields\":[{\"name\":\"Treasury desk\"}],\"access_tags\":[{\"key\":\"finance\"}],"
     "\"sla_id\":{\"$regex\":\"^[0-9a-f-]{36}$\"}}]"},
    {"business_unit", "an SLA that escalates", "query_slas",
     "{\"filter\":\"name:'Treasury incidents'\"}", "get_slas",
     "[{\"goals\":[{\"type\":\"ack\",\"escalation_policy\":{\"steps\":{\"$length\":1}}},"
     "{\"type\":\"resolve\",\"duration_seconds\":86400}]}]"},
    {"business_unit", "the group that it tells", "query_notification_groups_v2",
     "{\"filter\":\"name:'Treasury on call'\"}", "get_notification_groups_v2",
     "[{\"channels\":[{\"type\":\"email\",\"params\":{\"$regex\":\"treasury-soc\"}}]}]"},
    {"business_unit", "a closed case under the template, guarded by the tag", "query_case_ids",
     "{\"filter\":\"case_template_name:'Treasury incident'\"}", "get_cases",
     "[{" CLOSED ",\"access_tags\":[{\"key\":\"finance\"}],"
     "\"fields\":[{\"name\":\"Treasury desk\",\"values\":[\"Treasury\"]}]}]"},
    {"business_unit", "the template as code in it", "query_file_detail_ids",
     "{\"filter\":\"name:'templates.zip'\"}", "get_file_details",
     "[{\"description\":\"Template of Treasury, version 2\"}]"},
    {"sla_risk", "a case that the lead closed in time", "query_case_ids",
     "{\"filter\":\"tags:'sla-risk'\"}", "get_cases",
     "[{" CLOSED ",\"severity\":90,\"assigned_to\":{\"full_name\":\"Leo Lead\"},"
     "\"sla\":{\"timers\":{\"acknowledgement\":{\"status\":\"achieved\"},"
     "\"resolution\":{\"status\":\"achieved\"}}}}]"},
    {"sla_risk", "the escalation as it was", "query_notification_groups_v2",
     "{\"filter\":\"name:'On-call analysts'\"}", "get_notification_groups_v2",
     "[{\"description\":\"Who is told when a case waits\",\"channels\":["
     "{\"type\":\"email\",\"params\":\"{\\\"recipients\\\":[\\\"soc@example.com\\\"]}\"},"
     "{\"type\":\"slack\",\"params\":\"{\\\"channel\\\":\\\"soc-oncall\\\"}\"}]}]"},
    {"sla_risk", "more time to acknowledge", "query_slas",
     "{\"filter\":\"name:'Critical incidents'\"}", "get_slas",
     "[{\"goals\":[{\"type\":\"ack\",\"duration_seconds\":1800,"
     "\"escalation_policy\":{\"steps\":{\"$length\":1}}},"
     "{\"type\":\"resolve\",\"duration_seconds\":14400}]}]"},
    {"sla_risk", "the least evidence", "query_file_detail_ids",
     "{\"filter\":\"name:'evidence.md'\"}", NULL, "{\"$length\":1}"},
    {"insider_leak", "a closed case with stopped timers, guarded by the tag", "query_case_ids",
     "{\"filter\":\"tags:'legal-hold'\"}", "get_cases",
     "[{" CLOSED ",\"access_tags\":[{\"key\":\"hr\"}],\"evidence\":{\"events\":" RECORDS(
         1) "},"
            "\"fields\":[{\"name\":\"Custodian\",\"values\":[\"asmith\"]}]}]"},
    {"insider_leak", "the manifest and one of two equal files", "query_file_detail_ids",
     "{\"filter\":\"name:['manifest.md','invoice.xlsm','INVOICE.XLSM']\"}", NULL,
     "{\"$length\":2}"},
    {"insider_leak", "no template of the hold", "query_templates",
     "{\"filter\":\"name:'Hold 2026-07'\"}", NULL, "[]"},
    {"insider_leak", "no SLA of the hold", "query_slas", "{\"filter\":\"name:'Hold 2026-07'\"}",
     NULL, "[]"},
    {"insider_leak", "no group of the hold", "query_notification_groups_v2",
     "{\"filter\":\"name:*'*Hold 2026-07*'\"}", NULL, "[]"},
};

static void expect_state(struct flow_world *at, const struct end_state *expected)
{
    soar_plugin *instance = at->world->instance;
    char what[160];
    soar_status status = SOAR_OK;
    struct json_object *answer = plugin_call(instance, expected->query, expected->filter, &status);
    snprintf(what, sizeof what, "%s leaves %s", expected->flow, expected->what);
    assert_int_equal(status, SOAR_OK);
    if (expected->get != NULL) {
        struct json_object *input = json_object_new_object();
        json_object_object_add(input, "ids",
                               json_object_get(json_object_object_get(answer, "resources")));
        json_object_put(answer);
        answer = plugin_call(instance, expected->get, json_object_to_json_string(input), &status);
        json_object_put(input);
        if (status != SOAR_OK) {
            fail_msg("%s: %s", what, json_object_to_json_string(answer));
        }
    }
    flow_expect(json_object_object_get(answer, "resources"), expected->resources, what);
    json_object_put(answer);
}

static void each_flow_leaves_the_state_that_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct flow_world at = flow_world_new(flows[i], NULL);
        size_t checked = 0;
        for (size_t j = 0; j < sizeof states / sizeof *states; j++) {
            if (strcmp(states[j].flow, flows[i]) == 0) {
                expect_state(&at, &states[j]);
                checked++;
            }
        }
        assert_true(checked > 0);
        flow_world_done(&at);
    }
}

/* ------------------------------------------------------------------ a second time, a slow host */

static void each_flow_runs_again_on_what_it_has_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct flow_world at = flow_world_new(flows[i], NULL);
        struct flow_world again = {.world = at.world, .events = at.events};
        program_done(&at.program);
        flow_world_run(&again, flows[i]);
        assert_int_equal(again.program.code, 0);
        json_object_put(at.events);
        at = again;
        flow_world_done(&at);
    }
}

static void files_that_come_late_from_a_host_are_waited_for(void **state)
{
    static const char *const slow[] = {"--rtr-delay=300", NULL};
    (void)state;
    const char *const waiting[] = {"ransomware", "credential_theft", "insider_leak"};
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
        struct flow_world at = flow_world_new(waiting[i], slow);
        flow_world_done(&at);
    }
}

/* ------------------------------------------------------------------ all operations */

static void note_actions(struct json_object *used, struct json_object *events)
{
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        struct json_object *event = json_object_array_get_idx(events, i);
        const char *kind = json_object_get_string(json_object_object_get(event, "event"));
        const char *status = json_object_get_string(json_object_object_get(event, "status"));
        const char *action = json_object_get_string(json_object_object_get(event, "action"));
        if (strcmp(kind, "step") == 0 && strcmp(status, "OK") == 0) {
            json_object_object_add(used, action, json_object_new_boolean(1));
        }
    }
}

static void together_they_use_all_documented_operations(void **state)
{
    (void)state;
    struct json_object *used = json_object_new_object(), *actions = plugin_actions();
    struct json_object *tools = json_object_object_get(actions, "tools");
    size_t documented = 0;
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct flow_world at = flow_world_new(flows[i], NULL);
        note_actions(used, at.events);
        flow_world_done(&at);
    }
    for (size_t i = 0; i < json_object_array_length(tools); i++) {
        struct json_object *tool = json_object_array_get_idx(tools, i), *known = NULL;
        const char *name = json_object_get_string(json_object_object_get(tool, "name"));
        json_pointer_get(tool, "/_meta/documented", &known);
        if (known != NULL && !json_object_get_boolean(known)) {
            continue;
        }
        documented++;
        if (!json_object_object_get_ex(used, name, NULL)) {
            fail_msg("no flow uses %s with success", name);
        }
    }
    assert_int_equal(documented, 53);
    json_object_put(actions);
    json_object_put(used);
}

/* ------------------------------------------------------------------ slices */

static void by_cuts_a_list_into_slices_the_last_of_which_may_be_shorter(void **state)
{
    (void)state;
    struct flow_run run =
        flow_run_text("{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"for_each\":[1,2,3,4,5],\"by\":2,"
                      "\"action\":\"create_case\",\"input\":{\"name\":\"${/index}: ${/item}\","
                      "\"severity\":{\"$ref\":\"/item/0\"}}}]}",
                      NULL);
    assert_int_equal(run.program.code, 0);
    flow_expect(flow_event(&run, "a", 0), "{\"result\":{\"resources\":[{\"name\":\"0: [1,2]\"}]}}",
                "the first slice");
    flow_expect(flow_event(&run, "a", 2),
                "{\"result\":{\"resources\":[{\"name\":\"2: [5]\",\"severity\":5}]}}",
                "the last slice");
    assert_int_equal(json_object_array_length(run.events), 4);
    flow_run_done(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flow_leaves_the_state_that_it_says),
        cmocka_unit_test(each_flow_runs_again_on_what_it_has_left),
        cmocka_unit_test(files_that_come_late_from_a_host_are_waited_for),
        cmocka_unit_test(together_they_use_all_documented_operations),
        cmocka_unit_test(by_cuts_a_list_into_slices_the_last_of_which_may_be_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
