/* A write whose answer was lost: what is asked, when, and how the call ends. */
#include "lost_world.h"

static void what_is_found_is_judged_by_the_rules_of_the_action(void **state)
{
    (void)state;
    static const struct {
        const char *cases;
        soar_status status;
    } rows[] = {
        {A_CASE("a", ""), SOAR_OK},
        /* a difference that a colleague may have made leaves doubt */
        {A_CASE("a", "\"tags\":[\"triage\"],"), SOAR_UNKNOWN},
        {A_CASE("a", "\"status\":\"closed\","), SOAR_UNKNOWN},
        {A_CASE("a", "\"description\":\"other\","), SOAR_UNKNOWN},
        {A_CASE("a", "\"created_timestamp\":\"soon\","), SOAR_UNKNOWN},
        /* two that fit: one of them is somebody else's */
        {A_CASE("a", "") "," A_CASE("b", ""), SOAR_UNKNOWN},
        /* other cases beside it do not matter */
        {A_CASE("a", "") "," A_CASE("b", "\"severity\":61,"), SOAR_OK},
        {A_CASE("b", "\"name\":\"m\",") "," A_CASE("a", ""), SOAR_OK},
        {A_CASE("b", "\"created_timestamp\":\"2023-11-14T22:13:14Z\",") "," A_CASE("a", ""),
         SOAR_OK},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_lost_world(&world);
        struct call *call = send_create(&world, NEW, true);
        no_answer(&world, call, HTTP_LOST, true);
        show_cases(&world, call, rows[i].cases);
        struct json_object *document = finish(&world, call, rows[i].status);
        if (rows[i].status == SOAR_OK) {
            expect_text(document, "/resources/0/id", "a");
            expect_text(document, "/meta/reconciled/verdict", "applied");
            assert_int_equal(json_int_at(document, "/meta/requests", 0), 3);
        } else {
            expect_text(document, "/meta/reconciled/verdict", "unknown");
            expect_text(document, "/meta/reconciled/found/0", "a");
            expect_text(document, "/error/outcome", "unknown");
        }
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void what_is_not_there_until_it_must_be_is_sent_again(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    struct call *call = send_create(&world, NEW, true);
    no_answer(&world, call, HTTP_LOST, true);
    show_none(&world, call);
    expect_wait(&world, call, 250);
    later(&world, 250);
    show_none(&world, call);
    expect_wait(&world, call, 750);
    later(&world, 750);
    show_none(&world, call);
    struct http_request *request = expect_send(&world, call, "PUT", CASES);
    assert_string_equal(request->body.ptr, NEW);
    answer(&world, call, 201, "{\"resources\":[{\"id\":\"a\"}]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_text(document, "/meta/reconciled/verdict", "repeated");
    assert_int_equal(json_int_at(document, "/meta/reconciled/looks", 0), 3);
    json_object_put(document);
    close_lost_world(&world);
}

static void what_shows_late_is_found_and_not_sent_again(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    struct call *call = send_create(&world, NEW, true);
    answer(&world, call, 502, "{}");
    show_none(&world, call);
    later(&world, 250);
    show_cases(&world, call, A_CASE("a", ""));
    json_object_put(finish(&world, call, SOAR_OK));
    close_lost_world(&world);
}

/* The service may still be at it: that nothing is there proves nothing. */
static void after_a_time_out_nothing_found_is_not_known(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct call_world world;
        open_lost_world(&world);
        world.config.retry.settle_ms = 0;
        struct call *call = send_create(&world, NEW, true);
        if (how == 0)
            no_answer(&world, call, HTTP_STALL, true);
        else
            answer(&world, call, how == 1 ? 504 : 408, "{}");
        show_none(&world, call);
        struct json_object *document = finish(&world, call, SOAR_UNKNOWN);
        assert_non_null(strstr(json_string_at(document, "/error/hint"), "may still be at it"));
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void a_look_that_fails_leaves_it_unknown(void **state)
{
    (void)state;
    for (int how = 0; how < 4; how++) {
        struct call_world world;
        open_lost_world(&world);
        struct call *call = send_create(&world, NEW, true);
        no_answer(&world, call, HTTP_CUT, true);
        if (how == 0) {
            expect_send(&world, call, "GET", LIST);
            answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
        } else if (how == 1) {
            call_cancel(call);
        } else if (how == 2) {
            later(&world, 60000);
        } else { /* one page does not show all that may fit */
            expect_send(&world, call, "GET", LIST);
            answer(&world, call, 200,
                   "{\"meta\":{\"pagination\":{\"total\":1001}},\"resources\":[]}");
        }
        struct json_object *document = finish(&world, call, SOAR_UNKNOWN);
        expect_text(document, "/error/reason", "answer_cut");
        expect_text(document, "/error/outcome", "unknown");
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void a_look_is_a_read_and_is_tried_again_like_one(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    struct call *call = send_create(&world, NEW, true);
    no_answer(&world, call, HTTP_LOST, true);
    expect_send(&world, call, "GET", LIST);
    answer(&world, call, 503, "{}");
    expect_wait(&world, call, 100);
    later(&world, 100);
    expect_send(&world, call, "GET", LIST);
    answer(&world, call, 401, "{}");
    give_token(&world, call);
    show_cases(&world, call, A_CASE("a", ""));
    json_object_put(finish(&world, call, SOAR_OK));
    close_lost_world(&world);
}

static void two_equal_lost_calls_take_one_case_each(void **state)
{
    (void)state;
    static const char both[] = A_CASE("a", "") "," A_CASE("b", "");
    struct call_world world;

    open_lost_world(&world);
    struct call *one = send_create(&world, NEW, true), *two = send_create(&world, NEW, false);
    no_answer(&world, one, HTTP_LOST, true);
    no_answer(&world, two, HTTP_LOST, true);
    show_cases(&world, one, both);
    show_cases(&world, two, both);
    struct json_object *first = finish(&world, one, SOAR_OK),
                       *second = finish(&world, two, SOAR_OK);
    expect_text(first, "/resources/0/id", "a");
    expect_text(second, "/resources/0/id", "b");
    json_object_put(first);
    json_object_put(second);
    close_lost_world(&world);
}

/* Another lost call took what this one made, before its own showed in this one's look. */
static void a_lost_call_whose_case_was_taken_looks_again_before_it_is_sent_again(void **state)
{
    (void)state;
    static const char both[] = A_CASE("a", "") "," A_CASE("b", "");
    struct call_world world;

    open_lost_world(&world);
    world.config.retry.settle_ms = 0;
    struct call *one = send_create(&world, NEW, true), *two = send_create(&world, NEW, false);
    no_answer(&world, one, HTTP_LOST, true);
    no_answer(&world, two, HTTP_LOST, true);
    expect_send(&world, one, "GET", LIST);
    answer(&world, one, 200, "{\"resources\":[\"a\"]}");
    expect_send(&world, one, "POST", CASES);
    show_cases(&world, two, both);
    struct json_object *document = finish(&world, two, SOAR_OK);
    expect_text(document, "/resources/0/id", "a");
    json_object_put(document);
    answer(&world, one, 200, "{\"resources\":[" A_CASE("a", "") "]}");
    expect_wait(&world, one, 20);
    later(&world, 20);
    show_cases(&world, one, both);
    document = finish(&world, one, SOAR_OK);
    expect_text(document, "/resources/0/id", "b");
    json_object_put(document);
    close_lost_world(&world);
}

/* The one case there may be that of the call that has no answer yet. */
static void a_lost_call_waits_for_those_that_may_still_get_their_answer(void **state)
{
    (void)state;
    for (int applied = 0; applied < 2; applied++) {
        struct call_world world;
        open_lost_world(&world);
        world.config.retry.settle_ms = 0;
        struct call *lost = send_create(&world, NEW, true),
                    *other = send_create(&world, NEW, false);
        no_answer(&world, lost, HTTP_LOST, true);
        show_cases(&world, lost, A_CASE("a", ""));
        expect_wait(&world, lost, 20);
        if (applied != 0)
            answer(&world, other, 201, "{\"resources\":[{\"id\":\"a\"}]}");
        else
            answer(&world, other, 403, "{}");
        later(&world, 20);
        if (applied != 0) { /* so it was not the lost one's, which is sent again */
            expect_send(&world, lost, "PUT", CASES);
            answer(&world, lost, 201, "{\"resources\":[{\"id\":\"b\"}]}");
        }
        struct json_object *document = finish(&world, lost, SOAR_OK);
        expect_text(document, "/resources/0/id", applied != 0 ? "b" : "a");
        json_object_put(document);
        json_object_put(finish(&world, other, applied != 0 ? SOAR_OK : SOAR_PERMISSION_DENIED));
        close_lost_world(&world);
    }
}

static void the_clock_of_the_service_says_since_when_to_look(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    struct call *call = ask(&world, "create_case", NEW);
    expect_send(&world, call, "POST", BASE "/oauth2/token");
    world.response.date_ms = world.now.wall_ms + 3600000; /* an hour ahead */
    answer(&world, call, 201, TOKEN);
    expect_send(&world, call, "PUT", CASES);
    no_answer(&world, call, HTTP_LOST, true);
    struct call_step step = call_step(call, world.now);
    assert_non_null(strstr(step.request->url.ptr, "2023-11-14T23%3A13%3A15Z"));
    call_free(call);
    close_lost_world(&world);
}

/* ------------------------------------------------------------------ versions */

#define UPDATE "{\"id\":\"c\",\"fields\":{\"severity\":10},\"expected_version\":4}"

static void a_change_is_judged_by_the_version_that_is_there(void **state)
{
    (void)state;
    static const struct {
        const char *found;
        soar_status status;
        const char *verdict;
    } rows[] = {
        {"\"version\":5,\"severity\":10", SOAR_OK, "applied"},
        {"\"version\":5,\"severity\":60", SOAR_ABORTED, "refused"},
        {"\"version\":6,\"severity\":10", SOAR_UNKNOWN, "unknown"},
        {"\"version\":6,\"severity\":60", SOAR_UNKNOWN, "unknown"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        char body[256];
        open_lost_world(&world);
        struct call *call = ask(&world, "update_case_fields", UPDATE);
        give_token(&world, call);
        expect_send(&world, call, "PATCH", CASES);
        no_answer(&world, call, HTTP_LOST, true);
        expect_send(&world, call, "POST", CASES);
        snprintf(
            body, sizeof(body),
            "{\"resources\":[{\"id\":\"c\",\"updated_timestamp\":\"2023-11-14T22:13:20Z\",%s}]}",
            rows[i].found);
        answer(&world, call, 200, body);
        struct json_object *document = finish(&world, call, rows[i].status);
        expect_text(document, "/meta/reconciled/verdict", rows[i].verdict);
        if (rows[i].status == SOAR_ABORTED)
            assert_int_equal(json_int_at(document, "/error/present/version", 0), 5);
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void a_change_that_left_the_version_as_it_was_is_sent_again(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    world.config.retry.settle_ms = 0;
    struct call *call = ask(&world, "update_case_fields", UPDATE);
    give_token(&world, call);
    expect_send(&world, call, "PATCH", CASES);
    no_answer(&world, call, HTTP_LOST, true);
    expect_send(&world, call, "POST", CASES);
    answer(&world, call, 200, "{\"resources\":[{\"id\":\"c\",\"version\":4,\"severity\":60}]}");
    expect_send(&world, call, "PATCH", CASES);
    answer(&world, call, 200, "{\"resources\":[{\"id\":\"c\",\"version\":5}]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_lost_world(&world);
}

static void a_stale_version_is_aborted_with_the_present_one(void **state)
{
    (void)state;
    static const struct {
        const char *refusal, *present;
        bool asked;
    } rows[] = {
        {"{\"errors\":[{\"code\":409,\"message\":\"Version conflict\"}],\"resources\":[]}", "7",
         true},
        {"{\"errors\":[{\"code\":409}],\"resources\":[{\"id\":\"c\",\"version\":8}]}", "8", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_lost_world(&world);
        struct call *call = ask(&world, "update_case_fields", UPDATE);
        give_token(&world, call);
        expect_send(&world, call, "PATCH", CASES);
        answer(&world, call, 409, rows[i].refusal);
        if (rows[i].asked) {
            expect_send(&world, call, "POST", CASES);
            answer(
                &world, call, 200,
                "{\"resources\":[{\"id\":\"c\",\"version\":7,\"consistency\":{\"version\":9}}]}");
        }
        struct json_object *document = finish(&world, call, SOAR_ABORTED);
        expect_json(document, "/error/present/version", rows[i].present);
        expect_text(document, "/error/outcome", "not_applied");
        assert_int_equal(json_int_at(document, "/http_status", 0), 409);
        assert_null(json_at(document, "/meta/reconciled"));
        json_object_put(document);
        close_lost_world(&world);
    }
}

static void a_version_that_cannot_be_read_does_not_hide_the_refusal(void **state)
{
    (void)state;
    struct call_world world;

    open_lost_world(&world);
    struct call *call = ask(&world, "update_case_fields", UPDATE);
    give_token(&world, call);
    expect_send(&world, call, "PATCH", CASES);
    answer(&world, call, 409, "{\"errors\":[{\"code\":409,\"message\":\"Version conflict\"}]}");
    expect_send(&world, call, "POST", CASES);
    answer(&world, call, 403, "{}");
    struct json_object *document = finish(&world, call, SOAR_ABORTED);
    expect_text(document, "/errors/0/message", "Version conflict");
    assert_null(json_at(document, "/error/present"));
    json_object_put(document);
    close_lost_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_judged_by_the_rules_of_the_action),
        cmocka_unit_test(what_is_not_there_until_it_must_be_is_sent_again),
        cmocka_unit_test(what_shows_late_is_found_and_not_sent_again),
        cmocka_unit_test(after_a_time_out_nothing_found_is_not_known),
        cmocka_unit_test(a_look_that_fails_leaves_it_unknown),
        cmocka_unit_test(a_look_is_a_read_and_is_tried_again_like_one),
        cmocka_unit_test(two_equal_lost_calls_take_one_case_each),
        cmocka_unit_test(a_lost_call_whose_case_was_taken_looks_again_before_it_is_sent_again),
        cmocka_unit_test(a_lost_call_waits_for_those_that_may_still_get_their_answer),
        cmocka_unit_test(the_clock_of_the_service_says_since_when_to_look),
        cmocka_unit_test(a_change_is_judged_by_the_version_that_is_there),
        cmocka_unit_test(a_change_that_left_the_version_as_it_was_is_sent_again),
        cmocka_unit_test(a_stale_version_is_aborted_with_the_present_one),
        cmocka_unit_test(a_version_that_cannot_be_read_does_not_hide_the_refusal),
    };
    return cmocka_run_group_tests_name("call_reconcile", tests, NULL, NULL);
}
