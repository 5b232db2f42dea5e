/* The sandbox's notification groups: v1 and v2 over one store. */
#include "sandbox_call.h"

/* The channels of a resource as text, for a group made by one version and read by another. */
static void check_channels(struct sb_store *store, const struct call *make, sb_handler *read,
                           const char *channels)
{
    struct json_object *made = call(store, make);
    const char *id = sb_text(json_object_array_get_idx(made, 0), "id");
    char *query = NULL;
    assert_non_null(id);
    assert_true(asprintf(&query, "ids=%s", id) > 0);
    struct json_object *answer = call(store, &(struct call){.operation = read, .query = query});
    struct json_object *group = json_object_array_get_idx(answer, 0);
    assert_int_equal(json_object_object_length(group), 11);
    assert_string_equal(
        json_object_to_json_string_ext(sb_member(group, "channels"),
                                       JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
        channels);
    free(query);
    json_object_put(answer);
    json_object_put(made);
}

static void each_version_answers_its_own_shape_of_the_same_group(void **state)
{
    static const struct call v1 = {
        .operation = op_create_notification_group,
        .body = "{\"name\":\"SOC\",\"channels\":[{\"type\":\"email\",\"config_name\":\"mail\","
                "\"recipients\":[\"a@b.c\"],\"severity\":\"high\"}]}"};
    static const struct call v2 = {
        .operation = op_create_notification_group_v2,
        .body = "{\"name\":\"SOC\",\"channels\":[{\"type\":\"ms_teams\",\"config_name\":\"t\","
                "\"params\":{\"url\":\"https://x/y\",\"n\":[1]}},{\"type\":\"slack\",\"config_id\":"
                "\"7\",\"config_name\":\"s\",\"params\":\"#soc\"}]}"};
    check_channels(*state, &v1, op_get_notification_groups,
                   "[{\"config_id\":\"\",\"config_name\":\"mail\",\"recipients\":[\"a@b.c\"],"
                   "\"severity\":\"high\",\"type\":\"email\"}]");
    check_channels(*state, &v1, op_get_notification_groups_v2,
                   "[{\"config_id\":\"\",\"config_name\":\"mail\",\"type\":\"email\",\"params\":"
                   "\"{\\\"recipients\\\":[\\\"a@b.c\\\"],\\\"severity\\\":\\\"high\\\"}\"}]");
    check_channels(*state, &v2, op_get_notification_groups_v2,
                   "[{\"config_id\":\"\",\"config_name\":\"t\",\"type\":\"ms_teams\",\"params\":"
                   "\"{\\\"url\\\":\\\"https://x/y\\\",\\\"n\\\":[1]}\"},{\"config_id\":\"7\","
                   "\"config_name\":\"s\",\"type\":\"slack\",\"params\":\"#soc\"}]");
    check_channels(
        *state, &v2, op_get_notification_groups,
        "[{\"config_id\":\"7\",\"config_name\":\"s\",\"recipients\":[],\"severity\":\"\","
        "\"type\":\"slack\"}]");
}

static void types_of_channels_depend_on_the_version(void **state)
{
    static const struct {
        sb_handler *operation;
        const char *type;
        bool refused;
    } rows[] = {
        {op_create_notification_group, "email", false},
        {op_create_notification_group, "slack", false},
        {op_create_notification_group, "pagerduty", false},
        {op_create_notification_group, "webhook", false},
        {op_create_notification_group, "ms_teams", true},
        {op_create_notification_group_v2, "ms_teams", false},
        {op_create_notification_group_v2, "pigeon", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[128], refusal[64];
        snprintf(body, sizeof body, "{\"name\":\"n\",\"channels\":[{\"type\":\"%s\"}]}",
                 rows[i].type);
        snprintf(refusal, sizeof refusal, "400 invalid channel type: \"%s\"", rows[i].type);
        char *text =
            call_text(*state, &(struct call){.operation = rows[i].operation, .body = body});
        assert_int_equal(strcmp(text, refusal) == 0, rows[i].refused);
        free(text);
    }
}

static void a_v1_update_keeps_the_channels_that_v1_cannot_see(void **state)
{
    struct json_object *made =
        call(*state, &(struct call){.operation = op_create_notification_group_v2,
                                    .body = "{\"name\":\"n\",\"channels\":[{\"type\":\"ms_teams\"},"
                                            "{\"type\":\"slack\"}]}"});
    const char *id = sb_text(json_object_array_get_idx(made, 0), "id");
    char *body = NULL, *query = NULL;
    assert_true(asprintf(&body, "{\"id\":\"%s\",\"channels\":[{\"type\":\"email\"}]}", id) > 0);
    assert_true(asprintf(&query, "ids=%s", id) > 0);
    struct json_object *answer =
        call(*state, &(struct call){.operation = op_update_notification_group, .body = body});
    assert_int_equal(
        json_object_array_length(sb_member(json_object_array_get_idx(answer, 0), "channels")), 1);
    json_object_put(answer);
    answer =
        call(*state, &(struct call){.operation = op_get_notification_groups_v2, .query = query});
    struct json_object *channels = sb_member(json_object_array_get_idx(answer, 0), "channels");
    assert_int_equal(json_object_array_length(channels), 2);
    assert_string_equal(sb_text(json_object_array_get_idx(channels, 1), "type"), "ms_teams");
    free(body);
    free(query);
    json_object_put(answer);
    json_object_put(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, call_setup, call_teardown)
        TEST(each_version_answers_its_own_shape_of_the_same_group),
        TEST(types_of_channels_depend_on_the_version),
        TEST(a_v1_update_keeps_the_channels_that_v1_cannot_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
