/* soarhost lint: what it finds in a flow before anything runs, with the real actions' types. */
#include "check.h"
#include "match.h"
#include "plugin.h"
#include "program.h"
#include "tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct program lint_file(const char *path, bool json)
{
    struct program program;
    char *soarhost = plugin_built("soarhost");
    const char *argv[] = {soarhost, "lint", path, json ? "--json" : NULL, NULL};
    program_run(&program, argv, NULL);
    free(soarhost);
    return program;
}

static struct program lint_text(const char *text, bool json)
{
    char *dir = tmpdir_new();
    tmpdir_write(dir, "flow.json", text, strlen(text));
    char *path = tmpdir_path(dir, "flow.json");
    struct program program = lint_file(path, json);
    free(path);
    tmpdir_free(dir);
    return program;
}

static void expect_problems(const char *what, const char *text, int code, const char *expected)
{
    struct program program = lint_text(text, true);
    struct json_object *document = json_tokener_parse(program.out), *problems = NULL;
    struct json_object *pattern = json_tokener_parse(expected);
    char *differences = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&differences, &size);
    if (program.code != code || pattern == NULL) {
        fail_msg("%s: exit code %d, %s%s", what, program.code, program.out, program.err);
    }
    json_pointer_get(document, "/problems", &problems);
    if (match(pattern, problems, MATCH_SUBSET, "  ", out) != 0) {
        fclose(out);
        fail_msg("%s:\n%s%s", what, differences, program.out);
    }
    fclose(out);
    free(differences);
    json_object_put(pattern);
    json_object_put(document);
    program_done(&program);
}

struct flaw {
    const char *what;
    const char *steps; /* of the flow, without the brackets */
    int code;
    const char *problems;
};

#define FIND "{\"id\":\"find\",\"action\":\"query_case_ids\"},"
#define TEMPLATES "{\"id\":\"templates\",\"action\":\"query_templates\"},"
#define CASES                                                                                      \
    FIND "{\"id\":\"cases\",\"action\":\"get_cases\",\"input\":{\"ids\":"                          \
         "{\"$ref\":\"/steps/find/resources\"}}},"
#define WHERE(pointer, regex) "[{\"where\":\"" pointer "\",\"message\":{\"$regex\":\"" regex "\"}}]"

static const struct flaw flaws[] = {
    {"an unknown action, with the nearest names", "{\"id\":\"a\",\"action\":\"get_casess\"}",
     SOAR_NOT_FOUND, "[{\"where\":\"/steps/0/action\",\"hint\":{\"$regex\":\"get_cases\"}}]"},
    {"a missing input", "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input", "wants .ids.")},
    {"an unknown input, with the nearest names",
     "{\"id\":\"a\",\"action\":\"query_case_ids\",\"input\":{\"filtre\":\"x\"}}",
     SOAR_INVALID_ARGUMENT, "[{\"where\":\"/steps/0/input\",\"hint\":{\"$regex\":\"filter\"}}]"},
    {"a step that is not there, with the nearest names",
     FIND "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":"
          "{\"$ref\":\"/steps/fnd/resources\"}}}",
     SOAR_INVALID_ARGUMENT, "[{\"where\":\"/steps/1/input\",\"hint\":{\"$regex\":\"find\"}}]"},
    {"a step that comes later",
     "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/steps/b/"
     "resources\"}}},"
     "{\"id\":\"b\",\"action\":\"query_case_ids\"}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input", "no result yet")},
    {"a text where a number belongs",
     "{\"id\":\"a\",\"action\":\"query_case_ids\",\"input\":{\"limit\":\"10\"}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input/limit", "integer")},
    {"a number that is too large",
     "{\"id\":\"a\",\"action\":\"query_case_ids\",\"input\":{\"limit\":10001}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input/limit", "10000")},
    {"a word that is none of those allowed, deep in an input",
     CASES "{\"id\":\"a\",\"action\":\"update_case_fields\",\"input\":{"
           "\"id\":{\"$ref\":\"/steps/cases/resources/0/id\"},\"fields\":{\"status\":\"shut\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/input/fields/status", ".")},
    {"an unknown member, beside a reference",
     CASES "{\"id\":\"a\",\"action\":\"update_case_fields\",\"input\":{\"id\":\"c\",\"fields\":{"
           "\"severity\":{\"$ref\":\"/steps/cases/resources/0/severity\"},\"state\":\"new\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/input/fields/state", "no .state.")},
    {"a template id where a case id belongs",
     TEMPLATES "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
               "{\"$ref\":\"/steps/templates/resources/0\"}}}",
     SOAR_INVALID_ARGUMENT,
     WHERE("/steps/1/input/id", "a falcon.template.id, where a falcon.case.id belongs")},
    {"the same as a text that is nothing but the reference",
     TEMPLATES "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
               "\"${/steps/templates/resources/0}\"}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/id", "falcon.template.id")},
    {"the same in a list of ids",
     TEMPLATES "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":"
               "[{\"$ref\":\"/steps/templates/resources/0\"}]}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/ids/0", "falcon.case.id")},
    {"the same as a whole list",
     TEMPLATES "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":"
               "{\"$ref\":\"/steps/templates/resources\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/ids", "falcon.template.id")},
    {"the same as the second of two references",
     FIND TEMPLATES "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
                    "{\"$ref\":[\"/steps/find/resources/0\",\"/steps/templates/resources/0\"]}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/input/id", "falcon.template.id")},
    {"the same by the item of a loop",
     TEMPLATES "{\"id\":\"a\",\"for_each\":{\"$ref\":\"/steps/templates/resources\"},"
               "\"as\":\"one\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
               "{\"$ref\":\"/one\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/id", "falcon.template.id")},
    {"the same by the results of a loop",
     CASES "{\"id\":\"l\",\"for_each\":{\"$ref\":\"/steps/find/resources\"},\"action\":"
           "\"get_cases\",\"input\":{\"ids\":[{\"$ref\":\"/item\"}]}},"
           "{\"id\":\"a\",\"for_each\":{\"$ref\":\"/steps/l/items\"},\"action\":\"get_slas\","
           "\"input\":{\"ids\":[{\"$ref\":\"/item/resources/0/id\"}]}}",
     SOAR_INVALID_ARGUMENT,
     WHERE("/steps/3/input/ids/0", "a falcon.case.id, where a falcon.sla.id belongs")},
    {"a case id as the template of a case",
     FIND "{\"id\":\"a\",\"action\":\"create_case\",\"input\":{\"name\":\"x\",\"severity\":1,"
          "\"template\":{\"id\":{\"$ref\":\"/steps/find/resources/0\"}}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/template/id", "falcon.case.id")},
    {"a whole case where its id belongs",
     CASES "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
           "{\"$ref\":\"/steps/cases/resources/0\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/input/id", "object, where string belongs")},
    {"a text with a reference where a number belongs",
     CASES "{\"id\":\"a\",\"action\":\"query_case_ids\",\"input\":{\"limit\":"
           "\"${/steps/cases/resources/0/severity}\"}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/input/limit", "string, where integer belongs")},
    {"a member that no result has, with the nearest names",
     CASES "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"tags\":[\"x\"],\"id\":"
           "{\"$ref\":\"/steps/cases/resources/0/idd\"}}}",
     SOAR_INVALID_ARGUMENT,
     "[{\"where\":\"/steps/2/input/id\",\"message\":{\"$regex\":\"idd\"},\"hint\":{\"$regex\":"
     "\"id\"}}]"},
    {"the same in a condition",
     CASES "{\"id\":\"a\",\"if\":{\"exists\":\"/steps/cases/resources/0/verison\"},\"action\":"
           "\"query_case_ids\"}",
     SOAR_INVALID_ARGUMENT, "[{\"where\":\"/steps/2/if\",\"hint\":{\"$regex\":\"version\"}}]"},
    {"the same in a text for people",
     "{\"id\":\"a\",\"action\":\"query_case_ids\",\"say\":\"${/steps/a/resource}\"}",
     SOAR_INVALID_ARGUMENT, "[{\"where\":\"/steps/0/say\",\"hint\":{\"$regex\":\"resources\"}}]"},
    {"a loop over what is no list",
     CASES "{\"id\":\"a\",\"for_each\":{\"$ref\":\"/steps/cases/resources/0/name\"},\"action\":"
           "\"query_case_ids\"}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/2/for_each", "takes a list")},
    {"slices that are larger than the input takes",
     FIND "{\"id\":\"a\",\"for_each\":{\"$ref\":\"/trigger/alerts\"},\"by\":150,\"action\":"
          "\"add_case_alert_evidence\",\"input\":{\"id\":{\"$ref\":\"/steps/find/resources/0\"},"
          "\"alerts\":{\"$ref\":\"/item\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/1/input/alerts", "150 items, where 100 are the most")},
    {"a list of the trigger that may be longer than the input takes",
     "{\"id\":\"a\",\"action\":\"add_case_alert_evidence\",\"input\":{\"id\":\"c\",\"alerts\":"
     "{\"$ref\":\"/trigger/alerts\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input/alerts", "300 items, where 100 are the most")},
    {"what the trigger says to be of another type",
     "{\"id\":\"a\",\"action\":\"get_cases\",\"input\":{\"ids\":{\"$ref\":\"/trigger/template\"}}}",
     SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input/ids", "falcon.template.id")},
    {"tags that are longer together than a case takes",
     "{\"id\":\"a\",\"action\":\"add_case_tags\",\"input\":{\"id\":\"${/trigger/x}\",\"tags\":["
     "\"0123456789012345678901234567890123456789012345678901234567890123456789\","
     "\"9876543210987654321098765432109876543210987654321098765432109876543210\"]}}",
     SOAR_INVALID_ARGUMENT,
     WHERE("/steps/0/input", "140 characters, where add_case_tags takes 128")},
    {"all flaws at once",
     TEMPLATES "{\"id\":\"a\",\"action\":\"query_case_ids\",\"input\":{\"limit\":\"1\"}},"
               "{\"id\":\"b\",\"action\":\"get_cases\",\"input\":{\"ids\":"
               "{\"$ref\":\"/steps/templates/resources\"}}}",
     SOAR_INVALID_ARGUMENT,
     "[{\"where\":\"/steps/1/input/limit\"},{\"where\":\"/steps/2/input/ids\"}]"},
};

#define TRIGGER                                                                                    \
    "\"trigger\":{\"type\":\"object\",\"properties\":{"                                            \
    "\"alerts\":{\"type\":\"array\",\"maxItems\":300},"                                            \
    "\"template\":{\"type\":\"string\",\"x-type\":\"falcon.template.id\"}}}"

static void a_flow_is_found_to_have(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++) {
        char *text = NULL;
        assert_true(asprintf(&text, "{\"name\":\"F\"," TRIGGER ",\"steps\":[%s]}", flaws[i].steps) >
                    0);
        expect_problems(flaws[i].what, text, flaws[i].code, flaws[i].problems);
        free(text);
    }
}

/* Lists of literals: alerts from 0 on, events from 0 on. */
static char *evidence(size_t alerts, size_t events)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fputs("{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"create_case\",\"input\":{"
          "\"name\":\"x\",\"severity\":1,\"evidence\":{\"alerts\":[",
          out);
    for (size_t i = 0; i < alerts; i++) {
        fprintf(out, "%s{\"id\":\"a%zu\"}", i ? "," : "", i);
    }
    fputs("],\"events\":[", out);
    for (size_t i = 0; i < events; i++) {
        fprintf(out, "%s\"e%zu\"", i ? "," : "", i);
    }
    fputs("]}}}]}", out);
    fclose(out);
    return text;
}

static void evidence_beyond_what_a_case_holds_is_found_one_list_or_two(void **state)
{
    static const struct {
        size_t alerts, events;
        int code;
        const char *problems;
    } rows[] = {
        {100, 0, SOAR_OK, "[]"},
        {60, 40, SOAR_OK, "[]"},
        {60, 41, SOAR_INVALID_ARGUMENT, WHERE("/steps/0/input", "101 items, where create_case")},
        {101, 0, SOAR_INVALID_ARGUMENT, "{\"$contains\":{\"where\":\"/steps/0/input\"}}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = evidence(rows[i].alerts, rows[i].events);
        expect_problems("evidence", text, rows[i].code, rows[i].problems);
        free(text);
    }
}

static void the_flows_of_the_repository_are_sound(void **state)
{
    static const char *const paths[] = {
        "tests/flows/endpoint_alert.json",   "tests/flows/ransomware.json",
        "tests/flows/credential_theft.json", "tests/flows/business_unit.json",
        "tests/flows/sla_risk.json",         "tests/flows/insider_leak.json",
        "tests/flows/alert_group.json",
    };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct program program = lint_file(paths[i], false);
        if (program.code != 0 || strstr(program.out, "nothing is wrong") == NULL) {
            fail_msg("%s: %s%s", paths[i], program.out, program.err);
        }
        program_done(&program);
    }
}

static void scopes_and_effects_are_summed_up_for_people_and_for_machines(void **state)
{
    (void)state;
    struct program text = lint_file("tests/flows/business_unit.json", false);
    assert_non_null(strstr(text.out, "A new business unit, 26 steps"));
    assert_non_null(strstr(text.out, "scope   Cases: read, write\n"));
    assert_non_null(strstr(text.out, "scope   Case Templates: read, write\n"));
    assert_non_null(strstr(text.out, "  destructive: update_template update_case_fields\n"));
    program_done(&text);
    struct program json =
        lint_text("{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"query_slas\"}]}", true);
    assert_string_equal(json.out,
                        "{\"ok\":true,\"status\":\"OK\",\"flow\":\"F\",\"steps\":1,"
                        "\"scopes\":[{\"name\":\"Case Templates\",\"access\":[\"read\"]}],"
                        "\"effects\":{\"read\":[\"query_slas\"],\"saves file\":[],\"write\":[],"
                        "\"destructive\":[]},\"problems\":[]}\n");
    program_done(&json);
}

static void problems_for_people_say_where_and_what_to_do(void **state)
{
    (void)state;
    struct program program =
        lint_text("{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"get_casess\"}]}", false);
    assert_int_equal(program.code, SOAR_NOT_FOUND);
    assert_non_null(strstr(program.err, "/steps/0/action"));
    assert_non_null(strstr(program.err, "nearest: get_cases"));
    program_done(&program);
}

static void a_flow_whose_form_is_wrong_is_refused_without_a_summary(void **state)
{
    (void)state;
    expect_problems("form", "{\"name\":\"F\",\"steps\":[{\"id\":\"a\"}]}", SOAR_INVALID_ARGUMENT,
                    "[{\"where\":\"/steps/0\"}]");
    expect_problems(
        "by without a loop",
        "{\"name\":\"F\",\"steps\":[{\"id\":\"a\",\"action\":\"query_slas\",\"by\":2}]}",
        SOAR_INVALID_ARGUMENT, "[{\"where\":\"/steps/0\"}]");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_is_found_to_have),
        cmocka_unit_test(evidence_beyond_what_a_case_holds_is_found_one_list_or_two),
        cmocka_unit_test(the_flows_of_the_repository_are_sound),
        cmocka_unit_test(scopes_and_effects_are_summed_up_for_people_and_for_machines),
        cmocka_unit_test(problems_for_people_say_where_and_what_to_do),
        cmocka_unit_test(a_flow_whose_form_is_wrong_is_refused_without_a_summary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
