/* The clocks of a case's SLA: when its timers start, pause, are achieved and missed, and whom its
 * escalation steps tell. */
#include "sandbox_call.h"

#include "../sandbox/case_doc.h"
#include "../sandbox/notifications.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

/* A tenant with a group of two channels, an SLA (acknowledged in 15 minutes, the group told after 10;
 * resolved in 4 hours, told after 1 and 3 hours) and a template with it. */
struct world {
    struct sb_store *store;
    char group[SB_UUID_SIZE], sla[SB_UUID_SIZE], template_id[SB_UUID_SIZE], id[SB_UUID_SIZE];
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

/* Calls with a body (freed) so long after the start; the answer's first resource, which the caller
 * puts. */
static struct json_object *first_of(struct world *world, sb_handler *operation, char *body,
                                    int64_t later_ms)
{
    struct json_object *answer = call(
        world->store, &(struct call){.operation = operation, .body = body, .later_ms = later_ms});
    struct json_object *resource = json_object_get(json_object_array_get_idx(answer, 0));
    if (resource == NULL || sb_text(resource, "id") == NULL) {
        fail_msg("%s: %s", body, json_object_to_json_string(answer));
    }
    json_object_put(answer);
    free(body);
    return resource;
}

static void make(struct world *world, sb_handler *operation, char *body, char ret_id[SB_UUID_SIZE])
{
    struct json_object *made = first_of(world, operation, body, 0);
    snprintf(ret_id, SB_UUID_SIZE, "%s", sb_text(made, "id"));
    json_object_put(made);
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
    make(
        &world, op_create_notification_group_v2,
        strdup("{\"name\":\"On call\",\"channels\":[{\"type\":\"email\",\"config_id\":\"m1\","
               "\"config_name\":\"Mail\",\"params\":{\"recipients\":[\"soc@example.com\"]}},"
               "{\"type\":\"ms_teams\",\"config_name\":\"Teams\",\"params\":{\"room\":\"soc\"}}]}"),
        world.group);
    make(&world, op_create_sla,
         format_text("{\"name\":\"Gold\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":900,"
                     "\"escalation_policy\":{\"steps\":[{\"escalate_after_seconds\":600,"
                     "\"notification_group_id\":\"%s\"}]}},{\"type\":\"resolve\","
                     "\"duration_seconds\":14400,\"escalation_policy\":{\"steps\":["
                     "{\"escalate_after_seconds\":10800,\"notification_group_id\":\"%s\"},"
                     "{\"escalate_after_seconds\":3600,\"notification_group_id\":\"%s\"}]}}]}",
                     world.group, world.group, world.group),
         world.sla);
    make(&world, op_create_template, format_text("{\"name\":\"T\",\"sla_id\":\"%s\"}", world.sla),
         world.template_id);
    make(&world, op_create_case,
         format_text("{\"name\":\"A\",\"severity\":60,\"template\":{\"id\":\"%s\"}}",
                     world.template_id),
         world.id);
    return 0;
}

static int teardown(void **state)
{
    void *store = ((struct world *)*state)->store;
    return call_teardown(&store);
}

static struct json_object *case_at(struct world *world, int64_t later_ms)
{
    return first_of(world, op_get_cases, format_text("{\"ids\":[\"%s\"]}", world->id), later_ms);
}

static void update(struct world *world, const char *fields, int64_t later_ms)
{
    json_object_put(first_of(world, op_update_case_fields,
                             format_text("{\"id\":\"%s\",\"fields\":%s}", world->id, fields),
                             later_ms));
}

static int64_t number(struct json_object *timer, const char *key)
{
    return json_object_get_int64(sb_member(timer, key));
}

/* Expects both timers' statuses and the active one's, and that a filter finds the case by it. */
static void assert_timers(struct world *world, int64_t later_ms, const char *acknowledgement,
                          const char *resolution, const char *active)
{
    char query[96];
    struct json_object *doc = case_at(world, later_ms);
    const char *own[] = {sb_text(sb_case_timer(doc, "acknowledgement"), "status"),
                         sb_text(sb_case_timer(doc, "resolution"), "status"),
                         sb_text(sb_member(doc, "sla"), "active_timer_status")};
    if (strcmp(own[0], acknowledgement) != 0 || strcmp(own[1], resolution) != 0 ||
        strcmp(own[2], active) != 0) {
        fail_msg("after %lld s: %s, %s, active %s", (long long)later_ms / 1000, own[0], own[1],
                 own[2]);
    }
    json_object_put(doc);
    snprintf(query, sizeof query, "filter=sla_active_timer.status:'%s'", active);
    struct json_object *found =
        call(world->store,
             &(struct call){.operation = op_query_case_ids, .query = query, .later_ms = later_ms});
    assert_int_equal(json_object_array_length(found), 1);
    json_object_put(found);
}

/* All notifications by then, `DUE/SENT goal step channel` each, minutes after the start. */
static char *notifications(struct world *world, int64_t later_ms)
{
    struct json_object *answer = call(
        world->store, &(struct call){.operation = sb_notifications_list, .later_ms = later_ms});
    struct json_object *list = sb_member(answer, "notifications");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (size_t i = 0; i < sb_length(list); i++) {
        struct json_object *n = json_object_array_get_idx(list, i);
        int64_t due = 0, sent = 0;
        assert_true(sb_time_parse(sb_text(n, "due"), &due));
        assert_true(sb_time_parse(sb_text(n, "sent"), &sent));
        fprintf(out, "%s%d/%d %s %d %s", i > 0 ? ", " : "", (int)((due - CALL_NOW_MS) / MINUTE),
                (int)((sent - CALL_NOW_MS) / MINUTE), sb_text(n, "goal"), (int)number(n, "step"),
                sb_text(sb_member(n, "channel"), "type"));
    }
    assert_int_equal(number(answer, "total"), sb_length(list));
    assert_int_equal(fclose(out), 0);
    json_object_put(answer);
    return text;
}

static void assert_notifications(struct world *world, int64_t later_ms, const char *expected)
{
    char *text = notifications(world, later_ms);
    assert_string_equal(text, expected);
    free(text);
}

/* ------------------------------------------------------------------ timers */

static void both_timers_start_when_the_template_is_bound(void **state)
{
    struct json_object *doc = case_at(*state, 0);
    struct json_object *acknowledgement = sb_case_timer(doc, "acknowledgement");
    struct json_object *resolution = sb_case_timer(doc, "resolution");
    assert_int_equal(number(acknowledgement, "time_started"), CALL_NOW_MS / 1000);
    assert_int_equal(number(acknowledgement, "duration_seconds"), 900);
    assert_int_equal(number(acknowledgement, "time_due"), CALL_NOW_MS / 1000 + 900);
    assert_int_equal(number(resolution, "time_due"), CALL_NOW_MS / 1000 + 14400);
    assert_string_not_equal(sb_text(acknowledgement, "goal_id"), sb_text(resolution, "goal_id"));
    assert_int_equal(number(sb_member(doc, "sla"), "active_timer_time_due"),
                     CALL_NOW_MS / 1000 + 900);
    json_object_put(doc);
    assert_timers(*state, 0, "in_progress", "in_progress", "in_progress");
}

static void taking_a_case_up_in_time_achieves_its_acknowledgement(void **state)
{
    update(*state, "{\"status\":\"in_progress\"}", 899 * 1000);
    assert_timers(*state, 899 * 1000, "achieved", "in_progress", "in_progress");
    struct json_object *doc = case_at(*state, HOUR);
    assert_int_equal(number(sb_case_timer(doc, "acknowledgement"), "time_completed"),
                     CALL_NOW_MS / 1000 + 899);
    assert_int_equal(number(sb_member(doc, "sla"), "active_timer_time_due"),
                     CALL_NOW_MS / 1000 + 14400);
    json_object_put(doc);
}

static void a_timer_is_missed_when_its_time_is_over_though_nobody_touches_the_case(void **state)
{
    struct json_object *before = case_at(*state, 899 * 1000);
    assert_timers(*state, 899 * 1000, "in_progress", "in_progress", "in_progress");
    assert_timers(*state, 900 * 1000, "missed", "in_progress", "missed");
    assert_timers(*state, 4 * HOUR, "missed", "missed", "missed");
    struct json_object *after = case_at(*state, 4 * HOUR);
    static const char *const unchanged[] = {"version", "consistency", "updated_timestamp"};
    for (size_t i = 0; i < sizeof unchanged / sizeof *unchanged; i++) {
        assert_true(
            json_object_equal(sb_member(before, unchanged[i]), sb_member(after, unchanged[i])));
    }
    assert_int_equal(number(sb_case_timer(after, "acknowledgement"), "time_completed"), 0);
    json_object_put(before);
    json_object_put(after);
}

static void a_goal_reached_late_stays_missed_and_says_when(void **state)
{
    update(*state, "{\"status\":\"in_progress\"}", HOUR);
    assert_timers(*state, HOUR, "missed", "in_progress", "in_progress");
    update(*state, "{\"status\":\"closed\"}", 5 * HOUR);
    assert_timers(*state, 6 * HOUR, "missed", "missed", "missed");
    struct json_object *doc = case_at(*state, 6 * HOUR);
    assert_int_equal(number(sb_case_timer(doc, "acknowledgement"), "time_completed"),
                     CALL_NOW_MS / 1000 + 3600);
    assert_int_equal(number(sb_case_timer(doc, "resolution"), "time_completed"),
                     CALL_NOW_MS / 1000 + 5 * 3600);
    json_object_put(doc);
}

static void closing_a_new_case_in_time_achieves_both(void **state)
{
    update(*state, "{\"status\":\"closed\"}", MINUTE);
    assert_timers(*state, 9 * HOUR, "achieved", "achieved", "achieved");
}

static void a_pause_moves_what_is_due_by_as_long_as_it_lasts(void **state)
{
    update(*state, "{\"slas_active\":false}", 5 * MINUTE);
    assert_timers(*state, 20 * HOUR, "paused", "paused", "paused");
    update(*state, "{\"slas_active\":true}", 65 * MINUTE);
    struct json_object *doc = case_at(*state, 65 * MINUTE);
    struct json_object *timer = sb_case_timer(doc, "acknowledgement");
    assert_int_equal(number(timer, "total_pause_time"), 3600);
    assert_int_equal(number(timer, "time_paused"), 0);
    assert_int_equal(number(timer, "time_due"), CALL_NOW_MS / 1000 + 900 + 3600);
    json_object_put(doc);
    assert_timers(*state, 74 * MINUTE, "in_progress", "in_progress", "in_progress");
    assert_timers(*state, 75 * MINUTE, "missed", "in_progress", "missed");
}

static void a_goal_reached_in_a_pause_counts_only_the_time_before_it(void **state)
{
    update(*state, "{\"slas_active\":false}", 5 * MINUTE);
    update(*state, "{\"status\":\"closed\"}", 20 * HOUR);
    assert_timers(*state, 20 * HOUR, "achieved", "achieved", "achieved");
}

static void a_reopened_case_goes_on_where_it_was_closed(void **state)
{
    update(*state, "{\"status\":\"closed\"}", HOUR / 6);
    update(*state, "{\"status\":\"reopened\"}", 10 * HOUR);
    assert_timers(*state, 10 * HOUR, "achieved", "in_progress", "in_progress");
    struct json_object *doc = case_at(*state, 10 * HOUR);
    int64_t left = number(sb_case_timer(doc, "resolution"), "time_due") -
                   (CALL_NOW_MS + 10 * (int64_t)HOUR) / 1000;
    assert_int_equal(left, 14400 - 600);
    json_object_put(doc);
    assert_timers(*state, 10 * HOUR + left * 1000, "achieved", "missed", "missed");
}

static void a_case_closed_by_a_clock_that_ran_ahead_has_no_pause(void **state)
{
    update(*state, "{\"status\":\"closed\"}", 2 * HOUR);
    update(*state, "{\"status\":\"reopened\"}", HOUR);
    struct json_object *doc = case_at(*state, HOUR);
    struct json_object *resolution = sb_case_timer(doc, "resolution");
    assert_int_equal(number(resolution, "total_pause_time"), 0);
    assert_int_equal(number(resolution, "time_due"), CALL_NOW_MS / 1000 + 14400);
    json_object_put(doc);
}

static void a_case_made_in_progress_is_acknowledged_at_once(void **state)
{
    struct world *world = *state;
    make(world, op_create_case,
         format_text("{\"name\":\"B\",\"severity\":60,\"status\":\"in_progress\",\"template\":"
                     "{\"id\":\"%s\"}}",
                     world->template_id),
         world->id);
    struct json_object *doc = case_at(world, 0);
    assert_true(sb_timer_is(sb_case_timer(doc, "acknowledgement"), "achieved"));
    assert_true(sb_timer_is(sb_case_timer(doc, "resolution"), "in_progress"));
    json_object_put(doc);
}

static void binding_the_same_sla_again_does_not_start_it_anew(void **state)
{
    struct world *world = *state;
    char *fields = format_text("{\"template\":{\"id\":\"%s\"}}", world->template_id);
    struct json_object *before = case_at(world, 0);
    update(world, fields, 5 * MINUTE);
    struct json_object *after = case_at(world, 5 * MINUTE);
    assert_true(json_object_equal(sb_member(before, "sla"), sb_member(after, "sla")));
    json_object_put(before);
    json_object_put(after);
    free(fields);
}

static void a_template_without_an_sla_ends_the_timers(void **state)
{
    struct world *world = *state;
    char plain[SB_UUID_SIZE];
    make(world, op_create_template, strdup("{\"name\":\"Plain\"}"), plain);
    char *fields = format_text("{\"template\":{\"id\":\"%s\"}}", plain);
    update(world, fields, 5 * MINUTE);
    free(fields);
    struct json_object *doc = case_at(world, 20 * HOUR);
    assert_string_equal(sb_text(sb_member(doc, "sla"), "active_timer_status"), "");
    json_object_put(doc);
    assert_notifications(world, 20 * HOUR, "");
}

/* ------------------------------------------------------------------ escalation */

static void each_step_tells_each_channel_of_its_group_once(void **state)
{
    static const char all[] = "10/10 ack 1 email, 10/10 ack 1 ms_teams, 60/60 resolve 1 email, "
                              "60/60 resolve 1 ms_teams, 180/180 resolve 2 email, "
                              "180/180 resolve 2 ms_teams";
    assert_notifications(*state, 10 * MINUTE - 1, "");
    assert_notifications(*state, 10 * MINUTE, "10/10 ack 1 email, 10/10 ack 1 ms_teams");
    assert_notifications(*state, 10 * MINUTE, "10/10 ack 1 email, 10/10 ack 1 ms_teams");
    assert_timers(*state, 60 * MINUTE, "missed", "in_progress", "missed");
    assert_timers(*state, 180 * MINUTE, "missed", "in_progress", "missed");
    assert_notifications(*state, 180 * MINUTE, all);
    assert_notifications(*state, 400 * HOUR, all);
}

static void steps_that_a_moved_clock_passed_are_sent_in_the_order_of_their_times(void **state)
{
    assert_notifications(*state, 4 * HOUR,
                         "10/240 ack 1 email, 10/240 ack 1 ms_teams, 60/240 resolve 1 email, "
                         "60/240 resolve 1 ms_teams, 180/240 resolve 2 email, "
                         "180/240 resolve 2 ms_teams");
}

static void a_notification_says_which_case_goal_step_group_and_channel(void **state)
{
    struct world *world = *state;
    struct json_object *answer = call(
        world->store, &(struct call){.operation = sb_notifications_list, .later_ms = 10 * MINUTE});
    struct json_object *list = sb_member(answer, "notifications");
    struct json_object *email = json_object_array_get_idx(list, 0);
    struct json_object *teams = json_object_array_get_idx(list, 1);
    struct json_object *doc = case_at(world, 10 * MINUTE);
    const struct {
        const char *member, *expected;
    } rows[] = {{"case_id", world->id},
                {"reference_id", sb_text(doc, "reference_id")},
                {"case_name", "A"},
                {"cid", CALL_CID},
                {"sla_id", world->sla},
                {"sla_name", "Gold"},
                {"goal", "ack"},
                {"goal_id", sb_text(sb_case_timer(doc, "acknowledgement"), "goal_id")},
                {"notification_group_id", world->group},
                {"notification_group_name", "On call"},
                {"due", "2025-11-24T16:10:00.000Z"},
                {"sent", "2025-11-24T16:10:00.000Z"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(sb_text(email, rows[i].member), rows[i].expected);
    }
    assert_int_equal(number(email, "step"), 1);
    assert_int_equal(number(email, "escalate_after_seconds"), 600);
    assert_string_equal(
        json_object_to_json_string_ext(sb_member(email, "channel"), JSON_C_TO_STRING_PLAIN),
        "{\"type\":\"email\",\"config_id\":\"m1\",\"config_name\":\"Mail\",\"recipients\":"
        "[\"soc@example.com\"],\"params\":{\"recipients\":[\"soc@example.com\"]}}");
    assert_string_equal(
        json_object_to_json_string_ext(sb_member(teams, "channel"), JSON_C_TO_STRING_PLAIN),
        "{\"type\":\"ms_teams\",\"config_id\":\"\",\"config_name\":\"Teams\",\"recipients\":[],"
        "\"params\":{\"room\":\"soc\"}}");
    json_object_put(doc);
    json_object_put(answer);
}

static void a_goal_that_is_reached_ends_its_steps(void **state)
{
    update(*state, "{\"status\":\"in_progress\"}", 5 * MINUTE);
    assert_notifications(*state, 60 * MINUTE, "60/60 resolve 1 email, 60/60 resolve 1 ms_teams");
    update(*state, "{\"status\":\"closed\"}", 2 * HOUR);
    assert_notifications(*state, 90 * HOUR, "60/60 resolve 1 email, 60/60 resolve 1 ms_teams");
}

static void a_pause_holds_steps_back_and_repeats_none(void **state)
{
    assert_notifications(*state, 10 * MINUTE, "10/10 ack 1 email, 10/10 ack 1 ms_teams");
    update(*state, "{\"slas_active\":false}", 12 * MINUTE);
    assert_notifications(*state, 90 * HOUR, "10/10 ack 1 email, 10/10 ack 1 ms_teams");
    update(*state, "{\"slas_active\":true}", 90 * HOUR + 12 * MINUTE);
    assert_notifications(*state, 91 * HOUR,
                         "10/10 ack 1 email, 10/10 ack 1 ms_teams, "
                         "5460/5460 resolve 1 email, 5460/5460 resolve 1 ms_teams");
}

static void a_case_keeps_to_the_goals_it_was_bound_to(void **state)
{
    struct world *world = *state;
    json_object_put(
        first_of(world, op_update_sla,
                 format_text("{\"id\":\"%s\",\"goals\":[{\"type\":\"ack\",\"duration_seconds\":60}"
                             "]}",
                             world->sla),
                 MINUTE));
    assert_notifications(world, 10 * MINUTE, "10/10 ack 1 email, 10/10 ack 1 ms_teams");
    assert_timers(world, 10 * MINUTE, "in_progress", "in_progress", "in_progress");
}

static void a_group_that_is_gone_is_told_nothing(void **state)
{
    struct world *world = *state;
    char *ids = format_text("ids=%s", world->group);
    json_object_put(call(world->store, &(struct call){.operation = op_delete_notification_group,
                                                      .query = ids,
                                                      .options = {.in_use_cascades = true}}));
    free(ids);
    assert_notifications(world, 90 * HOUR, "");
    assert_timers(world, 90 * HOUR, "missed", "missed", "missed");
}

static void notifications_are_listed_by_case_and_in_pages(void **state)
{
    struct world *world = *state;
    char *first = strdup(world->id);
    make(world, op_create_case,
         format_text("{\"name\":\"B\",\"severity\":60,\"template\":{\"id\":\"%s\"}}",
                     world->template_id),
         world->id);
    char *queries[] = {format_text("case_id=%s", first), format_text("case_id=%s", world->id),
                       strdup("cid=other"), strdup("limit=3"), strdup("limit=3&after=3")};
    static const int expected[][3] = {{2, 2, 0}, {2, 2, 0}, {0, 0, 0}, {3, 4, 3}, {1, 4, 0}};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        struct json_object *answer =
            call(world->store, &(struct call){.operation = sb_notifications_list,
                                              .query = queries[i],
                                              .later_ms = 10 * MINUTE});
        assert_int_equal(sb_length(sb_member(answer, "notifications")), expected[i][0]);
        assert_int_equal(number(answer, "total"), expected[i][1]);
        assert_int_equal(number(answer, "next"), expected[i][2]);
        json_object_put(answer);
        free(queries[i]);
    }
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(both_timers_start_when_the_template_is_bound),
        TEST(taking_a_case_up_in_time_achieves_its_acknowledgement),
        TEST(a_timer_is_missed_when_its_time_is_over_though_nobody_touches_the_case),
        TEST(a_goal_reached_late_stays_missed_and_says_when),
        TEST(closing_a_new_case_in_time_achieves_both),
        TEST(a_pause_moves_what_is_due_by_as_long_as_it_lasts),
        TEST(a_goal_reached_in_a_pause_counts_only_the_time_before_it),
        TEST(a_reopened_case_goes_on_where_it_was_closed),
        TEST(a_case_closed_by_a_clock_that_ran_ahead_has_no_pause),
        TEST(a_case_made_in_progress_is_acknowledged_at_once),
        TEST(binding_the_same_sla_again_does_not_start_it_anew),
        TEST(a_template_without_an_sla_ends_the_timers),
        TEST(each_step_tells_each_channel_of_its_group_once),
        TEST(steps_that_a_moved_clock_passed_are_sent_in_the_order_of_their_times),
        TEST(a_notification_says_which_case_goal_step_group_and_channel),
        TEST(a_goal_that_is_reached_ends_its_steps),
        TEST(a_pause_holds_steps_back_and_repeats_none),
        TEST(a_case_keeps_to_the_goals_it_was_bound_to),
        TEST(a_group_that_is_gone_is_told_nothing),
        TEST(notifications_are_listed_by_case_and_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
