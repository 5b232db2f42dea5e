/* What bad input gets: an answer that says what is wrong and where, and nothing is sent. */
#include "check.h"
#include "match.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

static struct world *world;

static int open_world(void **state)
{
    (void)state;
    world = world_open_new(NULL, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_free(world);
    return 0;
}

/* The call is refused with this status and, where it is not NULL, at this place; no request is
 * sent. The document is the caller's. */
static struct json_object *refused(soar_call *call, soar_status expected, const char *where)
{
    soar_status status = SOAR_OK;
    size_t before = sandbox_count(&world->sandbox);
    struct json_object *document = plugin_invoke(world->instance, call, &status);
    const char *text = json_object_to_json_string(document);
    if (status != expected) {
        fail_msg("expected %s: %s", plugin_status_name(expected), text);
    }
    if (where != NULL && strcmp(text_at(document, "/error/where"), where) != 0) {
        fail_msg("expected it at '%s': %s", where, text);
    }
    if (strcmp(text_at(document, "/error/outcome"), "not_sent") != 0) {
        fail_msg("expected the outcome not_sent: %s", text);
    }
    assert_int_equal(sandbox_count(&world->sandbox), before);
    return document;
}

static soar_call call_with(const char *action, const char *input, size_t size)
{
    return (soar_call){
        .action = action, .action_len = strlen(action), .input = input, .input_len = size};
}

/* ------------------------------------------------------------------ actions */

static void an_unknown_action_gets_the_nearest_names(void **state)
{
    (void)state;
    soar_call call = call_with("creat_case", "{}", 2);
    struct json_object *document = refused(&call, SOAR_NOT_FOUND, NULL);
    assert_string_equal(text_at(document, "/error/reason"), "unknown_action");
    assert_non_null(strstr(text_at(document, "/error/hint"), "create_case"));
    json_object_put(document);
}

static void odd_action_names_are_unknown(void **state)
{
    (void)state;
    static char huge[100000];
    memset(huge, 'a', sizeof huge);
    const struct {
        const char *text;
        size_t size;
    } names[] = {{"", 0},         {"create_case\0", 12}, {"create_case ", 12},
                 {"\xff\xfe", 2}, {"CREATE_CASE", 11},   {huge, sizeof huge}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        soar_call call = {.action = names[i].text, .action_len = names[i].size};
        json_object_put(refused(&call, SOAR_NOT_FOUND, NULL));
    }
}

/* ------------------------------------------------------------------ JSON */

#define TEXT(text) text, sizeof(text) - 1

static const struct bad_input {
    const char *what;
    const char *action;
    const char *text;
    size_t size;
    const char *where; /* NULL: not checked */
} bad_inputs[] = {
    {"JSON that breaks off", "create_case", TEXT("{\"name\":\"x\""), NULL},
    {"blanks only", "create_case", TEXT("  \n"), NULL},
    {"text after the object", "create_case", TEXT("{\"name\":\"x\",\"severity\":5} x"), NULL},
    {"two objects", "create_case", TEXT("{\"name\":\"x\",\"severity\":5}{}"), NULL},
    {"a list", "create_case", TEXT("[]"), NULL},
    {"a string", "create_case", TEXT("\"create\""), NULL},
    {"null", "create_case", TEXT("null"), NULL},
    {"single quotes", "create_case", TEXT("{'name':'x','severity':5}"), NULL},
    {"a comment", "create_case", TEXT("{/* */\"name\":\"x\",\"severity\":5}"), NULL},
    {"a trailing comma", "create_case", TEXT("{\"name\":\"x\",\"severity\":5,}"), NULL},
    {"NaN", "create_case", TEXT("{\"name\":\"x\",\"severity\":NaN}"), NULL},
    {"a leading zero", "create_case", TEXT("{\"name\":\"x\",\"severity\":05}"), NULL},
    {"a plus sign", "create_case", TEXT("{\"name\":\"x\",\"severity\":+5}"), NULL},
    {"a control character in a string", "create_case", TEXT("{\"name\":\"a\nb\",\"severity\":5}"),
     "/name"},
    {"a bad escape", "create_case", TEXT("{\"name\":\"\\x41\",\"severity\":5}"), "/name"},
    {"bytes that are no UTF-8", "create_case", TEXT("{\"name\":\"a\xff\",\"severity\":5}"),
     "/name"},
    {"UTF-8 in too many bytes", "create_case", TEXT("{\"name\":\"\xc0\xaf\",\"severity\":5}"),
     "/name"},
    {"a surrogate in UTF-8", "create_case", TEXT("{\"name\":\"\xed\xa0\x80\",\"severity\":5}"),
     "/name"},
    {"half a surrogate pair", "create_case", TEXT("{\"name\":\"\\ud83d\",\"severity\":5}"),
     "/name"},
    {"NUL in a string", "create_case", TEXT("{\"name\":\"a\\u0000b\",\"severity\":5}"), "/name"},
    {"a NUL byte in a string", "create_case", TEXT("{\"name\":\"a\0b\",\"severity\":5}"), "/name"},
    {"a NUL byte behind the object", "create_case", TEXT("{\"name\":\"a\",\"severity\":5}\0"),
     NULL},
    {"NUL in a name", "create_case", TEXT("{\"name\\u0000\":\"a\",\"severity\":5}"), NULL},
    {"a duplicate key", "create_case", TEXT("{\"name\":\"a\",\"severity\":5,\"name\":\"b\"}"),
     "/name"},
    {"a duplicate key with an escape", "create_case",
     TEXT("{\"name\":\"a\",\"severity\":5,\"n\\u0061me\":\"b\"}"), "/name"},
    {"a duplicate key deep inside", "add_case_alert_evidence",
     TEXT("{\"id\":\"c\",\"alerts\":[{\"id\":\"a\"},{\"id\":\"b\",\"id\":\"c\"}]}"),
     "/alerts/1/id"},
    {"an integer past 64 bits", "update_case_fields",
     TEXT("{\"id\":\"c\",\"fields\":{\"severity\":1},\"expected_version\":18446744073709551616}"),
     "/expected_version"},
    {"a negative integer past 64 bits", "query_case_ids", TEXT("{\"offset\":-9223372036854775809}"),
     "/offset"},
    {"a number past the range of double", "query_case_ids", TEXT("{\"offset\":1e400}"), "/offset"},
    {"a severity past 64 bits", "create_case",
     TEXT("{\"name\":\"a\",\"severity\":340282366920938463463374607431768211456}"), "/severity"},
};

static void the_input_is_refused(void **state)
{
    const struct bad_input *bad = *state;
    soar_call call = call_with(bad->action, bad->text, bad->size);
    json_object_put(refused(&call, SOAR_INVALID_ARGUMENT, bad->where));
}

static void an_input_that_is_too_deep_is_refused(void **state)
{
    (void)state;
    char text[4096] = "{\"body\":";
    size_t size = strlen(text);
    for (size_t i = 0; i < 1000; i++) {
        text[size++] = '[';
    }
    memset(text + size, ']', 1000);
    text[size + 1000] = '}';
    soar_call call = call_with("create_case", text, size + 1001);
    struct json_object *document = refused(&call, SOAR_INVALID_ARGUMENT, NULL);
    json_object_put(document);
}

static void a_very_long_input_that_never_ends_is_refused(void **state)
{
    (void)state;
    size_t size = (size_t)8 << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, '[', size);
    soar_call call = call_with("create_case", text, size);
    json_object_put(refused(&call, SOAR_INVALID_ARGUMENT, NULL));
    free(text);
}

static void every_violation_is_listed(void **state)
{
    (void)state;
    static const char input[] = "{\"name\":7,\"severity\":0,\"tags\":[1,2],\"colour\":\"red\"}";
    static const char expected[] = "[{\"where\":\"/name\"},{\"where\":\"/severity\"},"
                                   "{\"where\":\"/tags/0\"},{\"where\":\"/tags/1\"},"
                                   "{\"where\":\"/colour\"}]";
    soar_call call = call_with("create_case", TEXT(input));
    struct json_object *document = refused(&call, SOAR_INVALID_ARGUMENT, "/name");
    struct json_object *violations = NULL;
    struct json_object *wanted = json_tokener_parse(expected);
    assert_int_equal(json_pointer_get(document, "/error/violations", &violations), 0);
    assert_int_equal(match(wanted, violations, MATCH_SUBSET, "", stderr), 0);
    json_object_put(wanted);
    json_object_put(document);
}

/* ------------------------------------------------------------------ headers and names */

static void a_trace_that_is_no_header_value_is_refused(void **state)
{
    (void)state;
    static char huge[100000];
    memset(huge, 'a', sizeof huge);
    const struct {
        const char *text;
        size_t size;
    } traces[] = {{TEXT("a\r\nX-Evil: 1")}, {TEXT("a\nb")},      {TEXT("a\0b")},
                  {TEXT("\x7f")},           {TEXT("h\xc3\xa4")}, {huge, sizeof huge}};
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        soar_call call = call_with("query_case_ids", "{}", 2);
        call.trace = traces[i].text;
        call.trace_len = traces[i].size;
        json_object_put(refused(&call, SOAR_INVALID_ARGUMENT, "soar_call.trace"));
    }
}

static void a_control_character_in_the_name_of_a_file_is_refused(void **state)
{
    (void)state;
    tmpdir_write(world->dir, "in/a.txt", "x", 1);
    tmpdir_write(world->dir, "in/b\r\nc.txt", "x", 1);
    static const struct {
        const char *action;
        const char *text; /* @ stands for the directory */
    } inputs[] = {
        {"upload_file", "{\"file\":\"@/in/a.txt\",\"case_id\":\"c\",\"file_name\":\"a\\r\\nb\"}"},
        {"upload_file", "{\"file\":\"@/in/a.txt\",\"case_id\":\"c\",\"file_name\":\"a\\u007fb\"}"},
        {"upload_file", "{\"file\":\"@/in/b\\r\\nc.txt\",\"case_id\":\"c\"}"},
        {"import_template", "{\"file\":\"@/in/a.txt\",\"file_name\":\"a\\nb\"}"},
        {"download_existing_files", "{\"id\":\"f\",\"save_as\":\"@/out/a\\r\\nb\"}"},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        char *input = NULL;
        const char *at = strchr(inputs[i].text, '@');
        assert_true(asprintf(&input, "%.*s%s%s", (int)(at - inputs[i].text), inputs[i].text,
                             world->dir, at + 1) > 0);
        soar_call call = call_with(inputs[i].action, input, strlen(input));
        json_object_put(refused(&call, SOAR_INVALID_ARGUMENT, NULL));
        free(input);
    }
}

#define BAD_INPUTS (sizeof bad_inputs / sizeof *bad_inputs)

int main(void)
{
    static char names[BAD_INPUTS][96];
    struct CMUnitTest tests[BAD_INPUTS + 7] = {
        cmocka_unit_test(an_unknown_action_gets_the_nearest_names),
        cmocka_unit_test(odd_action_names_are_unknown),
        cmocka_unit_test(an_input_that_is_too_deep_is_refused),
        cmocka_unit_test(a_very_long_input_that_never_ends_is_refused),
        cmocka_unit_test(every_violation_is_listed),
        cmocka_unit_test(a_trace_that_is_no_header_value_is_refused),
        cmocka_unit_test(a_control_character_in_the_name_of_a_file_is_refused),
    };
    for (size_t i = 0; i < BAD_INPUTS; i++) {
        snprintf(names[i], sizeof names[i], "an input is refused for %s", bad_inputs[i].what);
        tests[7 + i] = (struct CMUnitTest){.name = names[i],
                                           .test_func = the_input_is_refused,
                                           .initial_state = (void *)(uintptr_t)&bad_inputs[i]};
    }
    return cmocka_run_group_tests_name("hostile_input", tests, open_world, close_world);
}
