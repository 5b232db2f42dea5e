/* Every write whose answer is lost after it took effect, by the rules in its manifest: what the host
 * is told, and what is at the service afterwards. */
#include "check.h"
#include "fill.h"
#include "match.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALERT "5a9dbd0c0ffee0000000000000000001:ind:a1d00000000000000000000000000001:1001-10-1001"
#define GOALS "[{\"type\":\"ack\",\"duration_seconds\":60}]"
#define CHANNELS "[{\"type\":\"email\",\"config_name\":\"c\",\"recipients\":[\"a@example.com\"]}]"
#define FIELDS                                                                                     \
    "[{\"name\":\"f\",\"data_type\":\"string\",\"input_type\":\"text\",\"required\":true}]"

/* ${case} is a case, ${in} the directory with the file note.txt, ${made} what setup made. */
struct row {
    const char *action, *setup, *setup_input, *input, *fault;
    const char *expected;     /* of the result */
    const char *then, *found; /* a read afterwards, and what it shows: input and result */
    const char *then_input;
};

#define APPLIED                                                                                    \
    "{\"status\":\"OK\",\"meta\":{\"reconciled\":{\"verdict\":\"applied\"}},\"resources\":"
#define ONE "{\"resources\":{\"$length\":1}}"
#define CASES "get_cases"
#define FILES "query_file_details"
#define NOT_APPLIED "{\"status\":\"UNAVAILABLE\",\"error\":{\"outcome\":\"not_applied\"}}"
#define OF_CASE "{\"filter\":\"case_id:'${case}'\"}"

static const struct row rows[] = {
    {"update_case_fields", NULL, NULL,
     "{\"id\":\"${case}\",\"fields\":{\"status\":\"closed\"},\"expected_version\":1}",
     "reset_after", APPLIED "[{\"id\":\"${case}\",\"status\":\"closed\",\"version\":2}]}", CASES,
     "{\"resources\":[{\"version\":2}]}", "{\"ids\":[\"${case}\"]}"},
    {"add_case_alert_evidence", NULL, NULL, "{\"id\":\"${case}\",\"alerts\":\"" ALERT "\"}",
     "reset_after", APPLIED "[{\"id\":\"${case}\",\"version\":2}]}", CASES,
     "{\"resources\":[{\"evidence\":{\"alerts\":{\"records\":{\"$length\":1}}}}]}",
     "{\"ids\":[\"${case}\"]}"},
    {"add_case_event_evidence", NULL, NULL, "{\"id\":\"${case}\",\"events\":\"e1\"}", "truncated",
     APPLIED "[{\"id\":\"${case}\",\"version\":2}]}", CASES,
     "{\"resources\":[{\"evidence\":{\"events\":{\"records\":{\"$length\":1}}}}]}",
     "{\"ids\":[\"${case}\"]}"},
    {"add_case_tags", NULL, NULL, "{\"id\":\"${case}\",\"tags\":[\"a\",\"b\"]}", "reset_after",
     APPLIED "[{\"id\":\"${case}\",\"tags\":[\"a\",\"b\"]}]}", CASES,
     "{\"resources\":[{\"tags\":[\"a\",\"b\"]}]}", "{\"ids\":[\"${case}\"]}"},
    {"delete_case_tags", "add_case_tags", "{\"id\":\"${case}\",\"tags\":[\"a\",\"b\"]}",
     "{\"id\":\"${case}\",\"tag\":[\"a\"]}", "reset_after",
     APPLIED "[{\"id\":\"${case}\",\"tags\":[\"b\"]}]}", CASES,
     "{\"resources\":[{\"tags\":[\"b\"]}]}", "{\"ids\":[\"${case}\"]}"},
    {"delete_case_tags", "add_case_tags", "{\"id\":\"${case}\",\"tags\":[\"a\",\"b\"]}",
     "{\"parameters\":{\"id\":\"${case}\",\"tag\":[\"a\"]}}", "reset_after",
     APPLIED "[{\"id\":\"${case}\",\"tags\":[\"b\"]}]}", CASES,
     "{\"resources\":[{\"tags\":[\"b\"]}]}", "{\"ids\":[\"${case}\"]}"},
    {"delete_case_tags", "add_case_tags", "{\"id\":\"${case}\",\"tags\":[\"a\"]}",
     "{\"id\":\"${case}\",\"tag\":[\"a\"]}", "reset_before", NOT_APPLIED, CASES,
     "{\"resources\":[{\"tags\":[\"a\"]}]}", "{\"ids\":[\"${case}\"]}"},
    {"delete_templates", "create_template", "{\"name\":\"t\",\"fields\":" FIELDS "}",
     "{\"ids\":[\"${made}\"]}", "reset_after", APPLIED "[\"${made}\"]}", "query_templates",
     "{\"resources\":[]}", "{\"filter\":\"name:'t'\"}"},
    {"update_template", "create_template", "{\"name\":\"t\",\"fields\":" FIELDS "}",
     "{\"id\":\"${made}\",\"description\":\"d\"}", "reset_after",
     APPLIED "[{\"id\":\"${made}\",\"description\":\"d\"}]}", "query_templates", ONE,
     "{\"filter\":\"name:'t'\"}"},
    {"update_sla", "create_sla", "{\"name\":\"s\",\"goals\":" GOALS "}",
     "{\"id\":\"${made}\",\"name\":\"u\"}", "reset_after",
     APPLIED "[{\"id\":\"${made}\",\"name\":\"u\"}]}", "query_slas", ONE,
     "{\"filter\":\"name:'u'\"}"},
    {"update_sla", "create_sla", "{\"name\":\"s\",\"goals\":" GOALS "}",
     "{\"id\":\"${made}\",\"name\":\"u\"}", "reset_before", NOT_APPLIED, "query_slas",
     "{\"resources\":[]}", "{\"filter\":\"name:'u'\"}"},
    {"update_notification_group", "create_notification_group",
     "{\"name\":\"g\",\"channels\":" CHANNELS "}", "{\"id\":\"${made}\",\"name\":\"h\"}",
     "reset_after", APPLIED "[{\"id\":\"${made}\",\"name\":\"h\"}]}", "query_notification_groups",
     ONE, "{\"filter\":\"name:'h'\"}"},
    {"update_notification_group_v2", "create_notification_group",
     "{\"name\":\"g\",\"channels\":" CHANNELS "}", "{\"id\":\"${made}\",\"name\":\"h\"}",
     "reset_after", APPLIED "[{\"id\":\"${made}\",\"name\":\"h\"}]}",
     "query_notification_groups_v2", ONE, "{\"filter\":\"name:'h'\"}"},
    {"update_file_details", "upload_file", "{\"file\":\"${in}/note.txt\",\"case_id\":\"${case}\"}",
     "{\"id\":\"${made}\",\"description\":\"d\"}", "reset_after",
     APPLIED "[{\"id\":\"${made}\",\"description\":\"d\"}]}", FILES, ONE, OF_CASE},
    {"upload_file", NULL, NULL, "{\"file\":\"${in}/note.txt\",\"case_id\":\"${case}\"}",
     "reset_after", APPLIED "[{\"case_id\":\"${case}\",\"name\":\"note.txt\"}]}", FILES, ONE,
     OF_CASE},
    {"upload_file", "upload_file",
     "{\"file\":\"${in}/other.txt\",\"file_name\":\"note.txt\",\"case_id\":\"${case}\"}",
     "{\"file\":\"${in}/note.txt\",\"case_id\":\"${case}\"}", "reset_before:1",
     "{\"status\":\"OK\",\"meta\":{\"reconciled\":{\"verdict\":\"repeated\"}}}", FILES,
     "{\"resources\":{\"$length\":2}}", OF_CASE}, /* the file before is that of the call before */
    {"retrieve_rtr_file", NULL, NULL,
     "{\"aid\":\"a1d00000000000000000000000000001\",\"case_id\":\"${case}\",\"file_path\":"
     "\"C:\\\\Windows\\\\Temp\\\\svch0st.exe\"}",
     "reset_after", APPLIED "[{\"name\":\"svch0st.exe\"}]}", FILES, ONE, OF_CASE},
    {"retrieve_rtr_file", NULL, NULL,
     "{\"aid\":\"a1d00000000000000000000000000001\",\"case_id\":\"${case}\",\"file_path\":"
     "\"C:\\\\Windows\\\\Temp\\\\svch0st.exe\"}",
     "reset_before", "{\"status\":\"UNKNOWN\",\"error\":{\"outcome\":\"unknown\"}}", FILES,
     "{\"resources\":[]}", OF_CASE},
    {"retrieve_rtr_recent_file", NULL, NULL,
     "{\"case_id\":\"${case}\",\"session_id\":\"00000000-0000-4000-8000-000000000090\",\"sha256\":"
     "\"a41bfcf88fdca070e82c5a53893305c84ba4fe58f337752137cfb6b2ec12af7b\"}",
     "reset_after", APPLIED "[{\"name\":\"lsass.dmp\"}]}", FILES, ONE, OF_CASE},
    {"create_sla", NULL, NULL, "{\"name\":\"s\",\"goals\":" GOALS "}", "reset_after",
     APPLIED "[{\"name\":\"s\"}]}", "query_slas", ONE, "{\"filter\":\"name:'s'\"}"},
    {"create_template", NULL, NULL, "{\"name\":\"t\",\"fields\":" FIELDS "}", "reset_after",
     APPLIED "[{\"name\":\"t\"}]}", "query_templates", ONE, "{\"filter\":\"name:'t'\"}"},
    {"create_notification_group", NULL, NULL, "{\"name\":\"g\",\"channels\":" CHANNELS "}",
     "reset_after", APPLIED "[{\"name\":\"g\"}]}", "query_notification_groups", ONE,
     "{\"filter\":\"name:'g'\"}"},
    {"create_notification_group_v2", NULL, NULL,
     "{\"name\":\"g\",\"channels\":[{\"type\":\"email\",\"config_name\":\"c\",\"params\":{}}]}",
     "reset_after", APPLIED "[{\"name\":\"g\"}]}", "query_notification_groups_v2", ONE,
     "{\"filter\":\"name:'g'\"}"},
    {"delete_sla", "create_sla", "{\"name\":\"s\",\"goals\":" GOALS "}", "{\"ids\":[\"${made}\"]}",
     "reset_after", APPLIED "[\"${made}\"]}", "query_slas", "{\"resources\":[]}",
     "{\"filter\":\"name:'s'\"}"},
    {"delete_file_details", "upload_file", "{\"file\":\"${in}/note.txt\",\"case_id\":\"${case}\"}",
     "{\"ids\":[\"${made}\"]}", "reset_after", APPLIED "[\"${made}\"]}", FILES,
     "{\"resources\":[]}", OF_CASE},
    {"merge_cases", "create_case", "{\"name\":\"m\",\"severity\":5}",
     "{\"source_id\":\"${made}\",\"destination_id\":\"${case}\"}", "reset_after",
     "{\"status\":\"UNKNOWN\",\"error\":{\"outcome\":\"unknown\"},\"meta\":{\"requests\":1}}",
     CASES, ONE, "{\"ids\":[\"${case}\"]}"},
};

static struct json_object *call(struct world *world, const char *action, const char *text,
                                struct json_object *values, soar_status *ret_status)
{
    struct json_object *pattern = json_tokener_parse(text), *input = fill(pattern, values);
    struct json_object *document =
        plugin_call(world->instance, action, json_object_to_json_string(input), ret_status);
    json_object_put(input);
    json_object_put(pattern);
    return document;
}

static void expect(struct json_object *document, const char *text, struct json_object *values,
                   const struct row *row)
{
    struct json_object *pattern = json_tokener_parse(text);
    assert_non_null(pattern);
    struct json_object *expected = fill(pattern, values);
    if (match(expected, document, MATCH_SUBSET, "", stdout) != 0) {
        fail_msg("%s, %s: %s", row->action, row->fault, json_object_to_json_string(document));
    }
    json_object_put(expected);
    json_object_put(pattern);
}

static void the_host_is_told_what_became_of_it(void **state)
{
    const struct row *row = *state;
    struct json_object *values = json_object_new_object(), *made = NULL;
    char fault[128];
    soar_status status;
    snprintf(fault, sizeof fault, "%s:%s", row->action, row->fault);
    /* what makes ready by the same action gets through */
    bool same = row->setup != NULL && strcmp(row->setup, row->action) == 0;
    char pass[128];
    snprintf(pass, sizeof pass, "%s:slow=0:1", row->action);
    const char *args[] = {"--fault", same ? pass : fault, same ? "--fault" : NULL, fault, NULL};
    struct world *world = world_open_new(args, "{\"retry.attempts\":2}");
    char *id = world_new_case(world, "Lost"), *in = tmpdir_path(world->dir, "in");
    tmpdir_write(world->dir, "in/note.txt", "one", 3);
    tmpdir_write(world->dir, "in/other.txt", "two", 3);
    json_object_object_add(values, "case", json_object_new_string(id));
    json_object_object_add(values, "in", json_object_new_string(in));
    if (row->setup != NULL) {
        struct json_object *document = call(world, row->setup, row->setup_input, values, &status);
        assert_int_equal(status, SOAR_OK);
        assert_int_equal(json_pointer_get(document, "/resources/0/id", &made), 0);
        json_object_object_add(values, "made", json_object_get(made));
        json_object_put(document);
    }
    struct json_object *document = call(world, row->action, row->input, values, &status);
    expect(document, row->expected, values, row);
    json_object_put(document);
    document = call(world, row->then, row->then_input, values, &status);
    expect(document, row->found, values, row);
    json_object_put(document);
    json_object_put(values);
    free(id);
    free(in);
    world_free(world);
}

int main(void)
{
    enum { N = sizeof rows / sizeof rows[0] };
    static char names[N][128];
    static struct CMUnitTest tests[N];
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%s, %s, %zu", rows[i].action, rows[i].fault, i);
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = the_host_is_told_what_became_of_it,
                                       .initial_state = (void *)(uintptr_t)&rows[i]};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
