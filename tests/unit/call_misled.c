/* What must not mislead the look for a lost write: clocks, a request that went out twice, and
 * answers that contradict each other. */
#include "lost_world.h"

static void a_clock_that_is_set_meanwhile_hides_nothing(void **state)
{
    (void)state;
    static const struct {
        int64_t here, there; /* set ahead by so much, this computer's and the service's */
    } rows[] = {{0, 0}, {-7200000, 0}, {7200000, 0}, {0, 7200000}, {-60000, 86400000}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_lost_world(&world);
        struct call *call = ask(&world, "create_case", NEW);
        world.response.date_ms = world.now.wall_ms;
        give_token(&world, call);
        expect_send(&world, call, "PUT", CASES);
        int64_t date_ms = world.now.wall_ms + rows[i].there;
        world.now.wall_ms += rows[i].here;
        no_answer(&world, call, HTTP_LOST, true);
        world.response.date_ms = date_ms;
        show_none(&world, call);
        expect_wait(&world, call, 250);
        later(&world, 250);
        show_cases(&world, call, A_CASE("a", "")); /* asked with the same filter */
        json_object_put(finish(&world, call, SOAR_OK));
        close_lost_world(&world);
    }
}

static void an_absence_by_a_wrong_clock_is_looked_at_again_by_a_right_one(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    world.config.retry.settle_ms = 0;
    struct call *call = ask(&world, "create_case", NEW);
    world.now.wall_ms += 7200000; /* two hours ahead, and no answer has told so */
    give_token(&world, call);
    expect_send(&world, call, "PUT", CASES);
    no_answer(&world, call, HTTP_LOST, true);
    assert_non_null(
        strstr(call_step(call, world.now).request->url.ptr, "2023-11-15T00%3A13%3A15Z"));
    world.response.date_ms = world.now.wall_ms - 7200000;
    answer(&world, call, 200, "{\"meta\":{\"pagination\":{\"total\":0}},\"resources\":[]}");
    show_cases(&world, call, A_CASE("a", ""));
    json_object_put(finish(&world, call, SOAR_OK));
    close_lost_world(&world);
}

static void what_the_transport_sent_twice_is_not_denied_by_the_second_answer(void **state)
{
    (void)state;
    static const struct {
        bool again;
        const char *outcome;
    } rows[] = {{false, "not_applied"}, {true, "unknown"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_lost_world(&world);
        struct call *call = ask(&world, "delete_case_tags", "{\"id\":\"c\",\"tag\":[\"a\"]}");
        give_token(&world, call);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(call_step(call, world.now).want, CALL_SEND);
            world.response.sent_again = rows[i].again && k == 0;
            answer(&world, call, k == 0 ? 401 : 403, "{}");
            if (k == 0)
                give_token(&world, call);
        }
        while (call_step(call, world.now).want == CALL_SEND) /* looks */
            no_answer(&world, call, HTTP_LOCAL, false);
        struct json_object *document = finish(&world, call, SOAR_PERMISSION_DENIED);
        expect_text(document, "/error/outcome", rows[i].outcome);
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void what_a_search_has_found_is_there_whatever_the_reading_says(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *read;
    } rows[] = {{404, "{}"}, {200, "{\"resources\":[]}"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_lost_world(&world);
        world.config.retry.settle_ms = 0;
        struct call *call = send_create(&world, NEW, true);
        no_answer(&world, call, HTTP_LOST, true);
        expect_send(&world, call, "GET", LIST);
        answer(&world, call, 200,
               "{\"meta\":{\"pagination\":{\"total\":1}},\"resources\":[\"x\"]}");
        expect_send(&world, call, "POST", CASES);
        answer(&world, call, rows[i].status, rows[i].read);
        json_object_put(finish(&world, call, SOAR_UNKNOWN)); /* and no second case */
        close_lost_world(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_is_set_meanwhile_hides_nothing),
        cmocka_unit_test(an_absence_by_a_wrong_clock_is_looked_at_again_by_a_right_one),
        cmocka_unit_test(what_the_transport_sent_twice_is_not_denied_by_the_second_answer),
        cmocka_unit_test(what_a_search_has_found_is_there_whatever_the_reading_says),
    };
    return cmocka_run_group_tests_name("call_misled", tests, NULL, NULL);
}
