/* A case and its template: the fields it is bound to, their values, and what a later version changes. */
#include "sandbox_call.h"

#include "../sandbox/case_doc.h"

/* A template with a field of options, one of many values and one with a default; a case with it. */
struct world {
    struct sb_store *store;
    char template_id[SB_UUID_SIZE], case_id[SB_UUID_SIZE];
    char cause[SB_UUID_SIZE], hosts[SB_UUID_SIZE], contained[SB_UUID_SIZE];
};

static char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *format_text(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    assert_true(vasprintf(&text, format, args) > 0);
    va_end(args);
    return text;
}

/* Calls with a body, which is freed; the first resource, which the caller puts. */
static struct json_object *make(struct world *world, sb_handler *operation, char *body)
{
    struct json_object *answer =
        call(world->store, &(struct call){.operation = operation, .body = body});
    struct json_object *resource = json_object_get(json_object_array_get_idx(answer, 0));
    if (resource == NULL) {
        fail_msg("%s: %s", body, json_object_to_json_string(answer));
    }
    json_object_put(answer);
    free(body);
    return resource;
}

static void keep_id(struct json_object *doc, char ret_id[SB_UUID_SIZE])
{
    snprintf(ret_id, SB_UUID_SIZE, "%s", sb_text(doc, "id"));
}

static struct json_object *field_of(struct json_object *doc, const char *name)
{
    struct json_object *fields = sb_member(doc, "fields");
    for (size_t i = 0; i < sb_length(fields); i++) {
        struct json_object *field = json_object_array_get_idx(fields, i);
        if (strcmp(sb_text(field, "name"), name) == 0) {
            return field;
        }
    }
    return NULL;
}

static int setup(void **state)
{
    static struct world world;
    void *store = NULL;
    if (call_setup(&store) != 0) {
        return -1;
    }
    world = (struct world){.store = store};
    *state = &world;
    struct json_object *doc = make(
        &world, op_create_template,
        strdup(
            "{\"name\":\"T\",\"fields\":[{\"name\":\"Cause\",\"options\":[{\"value\":\"Phishing\"},"
            "{\"value\":\"Exploit\"}]},{\"name\":\"Hosts\",\"multivalued\":true},"
            "{\"name\":\"Contained\",\"required\":true,\"default_value\":\"no\","
            "\"display_order\":9}]}"));
    keep_id(doc, world.template_id);
    keep_id(field_of(doc, "Cause"), world.cause);
    keep_id(field_of(doc, "Hosts"), world.hosts);
    keep_id(field_of(doc, "Contained"), world.contained);
    json_object_put(doc);
    doc = make(&world, op_create_case,
               format_text("{\"name\":\"A\",\"severity\":60,\"template\":{\"id\":\"%s\"}}",
                           world.template_id));
    keep_id(doc, world.case_id);
    json_object_put(doc);
    return 0;
}

static int teardown(void **state)
{
    void *store = ((struct world *)*state)->store;
    return call_teardown(&store);
}

static struct json_object *get_case(struct world *world)
{
    return make(world, op_get_cases, format_text("{\"ids\":[\"%s\"]}", world->case_id));
}

/* Sets a field to values given as a JSON list; the answer as text, which the caller frees. */
static char *set_field(struct world *world, const char *id, const char *values)
{
    char *body = format_text(
        "{\"id\":\"%s\",\"fields\":{\"custom_fields\":[{\"id\":\"%s\",\"values\":%s}]}}",
        world->case_id, id, values);
    char *text =
        call_text(world->store, &(struct call){.operation = op_update_case_fields, .body = body});
    free(body);
    return text;
}

static void assert_values(struct json_object *doc, const char *name, const char *expected)
{
    struct json_object *field = field_of(doc, name);
    assert_non_null(field);
    assert_string_equal(
        json_object_to_json_string_ext(sb_member(field, "values"), JSON_C_TO_STRING_PLAIN),
        expected);
}

/* A new version of the template: Contained goes, Exploit is no option any more, Verdict comes. */
static void change_template(struct world *world)
{
    json_object_put(
        make(world, op_update_template,
             format_text("{\"id\":\"%s\",\"name\":\"T2\",\"fields\":[{\"id\":\"%s\",\"name\":"
                         "\"Cause\",\"options\":[{\"value\":\"Phishing\"}]},{\"id\":\"%s\","
                         "\"name\":\"Hosts\",\"multivalued\":false},{\"name\":\"Verdict\","
                         "\"default_value\":\"open\"}]}",
                         world->template_id, world->cause, world->hosts)));
}

static void bind(struct world *world)
{
    json_object_put(make(world, op_update_case_fields,
                         format_text("{\"id\":\"%s\",\"fields\":{\"template\":{\"id\":\"%s\"}}}",
                                     world->case_id, world->template_id)));
}

static void a_case_has_the_fields_of_its_template_with_their_defaults(void **state)
{
    struct world *world = *state;
    struct json_object *doc = get_case(world);
    struct json_object *bound = sb_member(doc, "template");
    struct json_object *contained = field_of(doc, "Contained");
    assert_int_equal(sb_length(sb_member(doc, "fields")), 3);
    assert_string_equal(sb_text(bound, "name"), "T");
    assert_int_equal(json_object_get_int(sb_member(bound, "version")), 1);
    assert_string_equal(sb_text(contained, "id"), world->contained);
    assert_string_equal(sb_text(contained, "snapshot_id"), sb_text(bound, "snapshot_id"));
    assert_int_equal(json_object_get_int(sb_member(contained, "display_order")), 9);
    assert_true(json_object_get_boolean(sb_member(contained, "required")));
    assert_values(doc, "Contained", "[\"no\"]");
    assert_values(doc, "Cause", "[]");
    json_object_put(doc);
}

static void values_are_written_as_custom_fields_and_read_as_fields(void **state)
{
    struct world *world = *state;
    free(set_field(world, world->cause, "[\"Exploit\"]"));
    free(set_field(world, world->hosts, "[\"a\",\"b\"]"));
    free(set_field(world, world->contained, "[]"));
    struct json_object *doc = get_case(world);
    assert_values(doc, "Cause", "[\"Exploit\"]");
    assert_values(doc, "Hosts", "[\"a\",\"b\"]");
    assert_values(doc, "Contained", "[]");
    assert_int_equal(sb_length(sb_member(field_of(doc, "Cause"), "option_ids")), 1);
    assert_int_equal(sb_length(sb_member(field_of(doc, "Hosts"), "option_ids")), 0);
    json_object_put(doc);
}

static void what_a_field_does_not_take_is_refused(void **state)
{
    struct world *world = *state;
    const struct {
        const char *id, *values, *answer;
    } rows[] = {
        {world->cause, "[\"Weather\"]", "400 custom field Cause: a value is none of its options"},
        {world->contained, "[\"a\",\"b\"]", "400 custom field Contained takes one value"},
        {world->contained, "null", "400 custom field "},
        {"nope", "[]", "400 custom field not found in the case's template: nope"},
    };
    struct json_object *before = get_case(world);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = set_field(world, rows[i].id, rows[i].values);
        assert_int_equal(strncmp(text, rows[i].answer, strlen(rows[i].answer)), 0);
        free(text);
    }
    struct json_object *after = get_case(world);
    assert_true(json_object_equal(before, after));
    json_object_put(before);
    json_object_put(after);
}

static void a_case_stays_with_the_version_it_was_bound_to(void **state)
{
    struct world *world = *state;
    struct json_object *before = get_case(world);
    change_template(world);
    struct json_object *after = get_case(world);
    assert_true(json_object_equal(before, after));
    json_object_put(before);
    json_object_put(after);
    char *text = set_field(world, world->cause, "[\"Exploit\"]");
    assert_int_equal(text[0], '[');
    free(text);
    char *ids = format_text("ids=%s", world->template_id);
    json_object_put(
        call(world->store, &(struct call){.operation = op_delete_templates, .query = ids}));
    free(ids);
    text = set_field(world, world->cause, "[\"Phishing\"]");
    assert_int_equal(text[0], '[');
    free(text);
}

static void bound_anew_it_has_the_new_fields_and_keeps_values_that_fit(void **state)
{
    struct world *world = *state;
    free(set_field(world, world->cause, "[\"Phishing\"]"));
    free(set_field(world, world->hosts, "[\"a\",\"b\"]"));
    change_template(world);
    bind(world);
    struct json_object *doc = get_case(world);
    struct json_object *bound = sb_member(doc, "template");
    assert_string_equal(sb_text(bound, "name"), "T2");
    assert_int_equal(json_object_get_int(sb_member(bound, "version")), 2);
    assert_null(field_of(doc, "Contained"));
    assert_values(doc, "Verdict", "[\"open\"]");
    assert_values(doc, "Cause", "[\"Phishing\"]");
    assert_values(doc, "Hosts", "[]"); /* one value only, now */
    assert_string_equal(sb_text(field_of(doc, "Cause"), "snapshot_id"),
                        sb_text(bound, "snapshot_id"));
    json_object_put(doc);
}

static void a_value_that_is_no_option_any_more_is_dropped(void **state)
{
    struct world *world = *state;
    free(set_field(world, world->cause, "[\"Exploit\"]"));
    change_template(world);
    bind(world);
    struct json_object *doc = get_case(world);
    assert_values(doc, "Cause", "[]");
    json_object_put(doc);
}

static void an_access_tag_of_a_case_is_named_by_id_or_key_and_shown_with_both(void **state)
{
    struct world *world = *state;
    static const char both[] = "{\"cid\":\"c1\",\"id\":\"t1\",\"key\":\"hr\"}";
    static const struct {
        const char *given, *shown;
    } rows[] = {{"{\"id\":\"t1\"}", both},
                {"{\"key\":\"hr\"}", both},
                {"{\"key\":\"unknown\"}", "{\"cid\":\"c1\",\"id\":\"\",\"key\":\"unknown\"}"}};
    call_put(world->store, "access_tag", CALL_CID, "t1",
             "{\"id\":\"t1\",\"cid\":\"c1\",\"key\":\"hr\",\"has_access\":true}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_object *doc =
            make(world, op_update_case_fields,
                 format_text("{\"id\":\"%s\",\"fields\":{\"access_tags\":[%s]}}", world->case_id,
                             rows[i].given));
        assert_string_equal(json_object_to_json_string_ext(
                                json_object_array_get_idx(sb_member(doc, "access_tags"), 0),
                                JSON_C_TO_STRING_PLAIN),
                            rows[i].shown);
        json_object_put(doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(a_case_has_the_fields_of_its_template_with_their_defaults),
        TEST(values_are_written_as_custom_fields_and_read_as_fields),
        TEST(what_a_field_does_not_take_is_refused),
        TEST(a_case_stays_with_the_version_it_was_bound_to),
        TEST(bound_anew_it_has_the_new_fields_and_keeps_values_that_fit),
        TEST(a_value_that_is_no_option_any_more_is_dropped),
        TEST(an_access_tag_of_a_case_is_named_by_id_or_key_and_shown_with_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
