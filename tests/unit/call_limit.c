/* A call and the request limit of its tenant: when it sends, when it waits, when it gives up. */
#include "call_world.h"

#define LIST BASE "/cases/queries/cases/v1"
#define SORT "&sort=created_timestamp%7Cdesc"

/* The answer to what was sent last, with what it says of the limit. */
static void answer_limited(struct call_world *world, struct call *call, int status, int64_t limit,
                           int64_t remaining)
{
    world->response.rate_limit = limit;
    world->response.rate_remaining = remaining;
    answer(world, call, status, status == 200 ? "{\"resources\":[\"a\"]}" : "{}");
}

/* A call that is through, and from which the limit is known. */
static void learn(struct call_world *world, int64_t limit, int64_t remaining)
{
    struct call *call = ask(world, "query_case_ids", "{}");

    give_token(world, call);
    expect_send(world, call, "GET", LIST);
    answer_limited(world, call, 200, limit, remaining);
    json_object_put(finish(world, call, SOAR_OK));
}

static void where_little_is_left_calls_are_spaced(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 5);
    struct call *first = ask(&world, "query_case_ids", "{}");
    struct call *second = ask(&world, "query_case_ids", "{}");
    expect_send(&world, first, "GET", LIST);
    expect_wait(&world, second, 1000); /* to look again; its turn is in 15 seconds */
    later(&world, 15000);
    expect_send(&world, second, "GET", LIST);
    answer_limited(&world, first, 200, 100, 4);
    answer_limited(&world, second, 200, 100, 3);
    json_object_put(finish(&world, first, SOAR_OK));
    json_object_put(finish(&world, second, SOAR_OK));
    close_world(&world);
}

static void a_429_holds_back_all_calls_of_the_instance(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 50);
    struct call *refused = ask(&world, "query_case_ids", "{}");
    struct call *other = ask(&world, "query_case_ids", "{}");
    expect_send(&world, refused, "GET", LIST);
    world.response.rate_retry_after = world.now.wall_ms / 1000 + 7;
    answer_limited(&world, refused, 429, 100, 0);
    expect_wait(&world, other, 7000);
    expect_wait(&world, refused, 7100); /* with up to base_ms on top */
    later(&world, 7100);
    expect_send(&world, other, "GET", LIST);
    expect_wait(&world, refused, 10); /* one at a time, until one is let through */
    answer_limited(&world, other, 200, 100, 40);
    later(&world, 10);
    expect_send(&world, refused, "GET", LIST);
    answer_limited(&world, refused, 200, 100, 39);
    json_object_put(finish(&world, other, SOAR_OK));
    json_object_put(finish(&world, refused, SOAR_OK));
    close_world(&world);
}

/* Who shows no good token is counted by address, and the headers speak of that. */
static void what_a_401_says_of_a_limit_is_not_the_tenants(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 50);
    struct call *rejected = ask(&world, "query_case_ids", "{}");
    struct call *other = ask(&world, "query_case_ids", "{}");
    expect_send(&world, rejected, "GET", LIST);
    answer_limited(&world, rejected, 401, 15, 0);
    give_token(&world, rejected);
    expect_send(&world, rejected, "GET", LIST);
    expect_send(&world, other, "GET", LIST);
    answer_limited(&world, rejected, 200, 100, 48);
    answer_limited(&world, other, 200, 100, 47);
    json_object_put(finish(&world, rejected, SOAR_OK));
    json_object_put(finish(&world, other, SOAR_OK));
    close_world(&world);
}

static void a_call_whose_turn_would_come_too_late_is_refused_at_once(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 1);
    struct call *last = ask(&world, "query_case_ids", "{}");
    expect_send(&world, last, "GET", LIST);
    struct call *call = ask_with(&world, "create_case", "{\"name\":\"n\",\"severity\":1}", 500, 0);
    struct json_object *document = finish(&world, call, SOAR_RESOURCE_EXHAUSTED);
    expect_text(document, "/error/reason", "rate_limited");
    expect_text(document, "/error/outcome", "not_sent");
    assert_true(json_object_get_boolean(json_at(document, "/error/retryable")));
    assert_true(json_int_at(document, "/error/retry_after_ms", 0) >= 500);
    assert_int_equal(json_int_at(document, "/meta/requests", -1), 0);
    json_object_put(document);
    answer_limited(&world, last, 200, 100, 0);
    json_object_put(finish(&world, last, SOAR_OK));
    close_world(&world);
}

static void a_call_that_ends_while_it_waits_gives_up_its_place(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 3);
    struct call *first = ask(&world, "query_case_ids", "{}");
    struct call *cancelled = ask(&world, "query_case_ids", "{}");
    struct call *next = ask(&world, "query_case_ids", "{}");
    expect_send(&world, first, "GET", LIST);
    assert_int_equal(call_step(cancelled, world.now).want, CALL_WAIT);
    assert_int_equal(call_step(next, world.now).want, CALL_WAIT);
    call_cancel(cancelled);
    expect_end(&world, cancelled, SOAR_CANCELLED, "cancelled", "not_sent");
    later(&world, 30000);
    expect_send(&world, next, "GET", LIST);
    answer_limited(&world, first, 200, 100, 2);
    answer_limited(&world, next, 200, 100, 1);
    json_object_put(finish(&world, first, SOAR_OK));
    json_object_put(finish(&world, next, SOAR_OK));
    close_world(&world);
}

static void each_page_and_each_attempt_takes_its_turn(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 50);
    struct call *call = ask(&world, "query_case_ids", "{\"all\":true,\"limit\":1}");
    expect_send(&world, call, "GET", LIST "?limit=1&offset=0" SORT);
    answer_limited(&world, call, 502, 100, 5);
    later(&world, 100); /* the pause before the second attempt */
    expect_send(&world, call, "GET", LIST "?limit=1&offset=0" SORT);
    answer_limited(&world, call, 200, 100, 4);
    assert_int_equal(call_step(call, world.now).want, CALL_WAIT); /* for the next page */
    call_cancel(call);
    json_object_put(finish(&world, call, SOAR_PARTIAL));
    close_world(&world);
}

static void what_never_left_is_not_counted(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    world.config.retry.attempts = 1;
    learn(&world, 100, 12);
    for (int i = 0; i < 50; i++) {
        struct call *call = ask(&world, "query_case_ids", "{}");
        expect_send(&world, call, "GET", LIST);
        no_answer(&world, call, HTTP_CONNECT, false);
        expect_end(&world, call, SOAR_UNAVAILABLE, "connect_failed", "not_sent");
    }
    close_world(&world);
}

static void token_requests_and_links_elsewhere_take_no_turn(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    learn(&world, 100, 12);
    for (int i = 0; i < 3; i++) {
        struct call *call = ask(&world, "download_existing_files", "{\"id\":\"f\"}");
        expect_send(&world, call, "GET", BASE "/case-files/entities/files/download/v1?id=f");
        world.response.rate_limit = 100;
        world.response.rate_remaining = 12;
        answer(&world, call, 200, "{\"resources\":[{\"link\":\"https://store.example/f\"}]}");
        assert_null(expect_send(&world, call, "GET", "https://store.example/f")->authorization);
        answer(&world, call, 404, "");
        json_object_put(finish(&world, call, SOAR_NOT_FOUND));
    }
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_little_is_left_calls_are_spaced),
        cmocka_unit_test(a_429_holds_back_all_calls_of_the_instance),
        cmocka_unit_test(what_a_401_says_of_a_limit_is_not_the_tenants),
        cmocka_unit_test(a_call_whose_turn_would_come_too_late_is_refused_at_once),
        cmocka_unit_test(a_call_that_ends_while_it_waits_gives_up_its_place),
        cmocka_unit_test(each_page_and_each_attempt_takes_its_turn),
        cmocka_unit_test(what_never_left_is_not_counted),
        cmocka_unit_test(token_requests_and_links_elsewhere_take_no_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
