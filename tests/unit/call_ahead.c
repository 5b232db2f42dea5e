/* One invocation whose further pages and parts are asked for before their turn: which, and when none. */
#include "ahead_world.h"

/* ------------------------------------------------------------------ which, and in which order */

static void further_pages_go_ahead_and_are_taken_in_their_order(void **state)
{
    (void)state;
    struct call_world world;
    struct early third, fourth;

    open_ahead(&world, 3);
    struct call *call = read_first(&world, 9);
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    struct http_request *d = expect_ahead(&world, call, page_url(6, 3));
    assert_null(call_ahead(call, world.now)); /* three are under way */
    arrive(&world, call, d, 200, items(6, 9, 9), &fourth);
    answer(&world, call, 200, items(2, 5, 9));
    arrive(&world, call, c, 200, items(4, 7, 9), &third);
    give(&world, call, c, &third);
    give(&world, call, d, &fourth);
    assert_null(call_unwanted(call));
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources",
                "[\"n0\",\"n1\",\"n2\",\"n3\",\"n4\",\"n5\",\"n6\",\"n7\",\"n8\"]");
    expect_json(document, "/meta/paging",
                "{\"pages\":4,\"items\":9,\"complete\":true,\"moved\":false}");
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 4);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 1);
    json_object_put(document);
    close_world(&world);
}

static void another_goes_as_soon_as_one_has_been_answered(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 2);
    struct call *call = read_first(&world, 9);
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    assert_null(call_ahead(call, world.now));
    answer(&world, call, 200, items(2, 5, 9));
    struct call_step step = call_step(call, world.now);
    assert_int_equal(step.want, CALL_AWAIT); /* it is not there yet */
    assert_ptr_equal(step.request, c);
    struct http_request *d = expect_ahead(&world, call, page_url(6, 3));
    assert_null(call_ahead(call, world.now)); /* that was the last page */
    arrive(&world, call, d, 200, items(6, 9, 9), &early);
    answer(&world, call, 200, items(4, 7, 9));
    give(&world, call, d, &early);
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static struct call *ask_ids(struct call_world *world, const char *action, int n)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_adds(&text, "{\"ids\":[");
    for (int i = 0; i < n; i++)
        buf_addf(&text, "%s\"i%d\"", i > 0 ? "," : "", i);
    buf_adds(&text, "]}");
    struct call *call = ask(world, action, text.ptr);
    buf_done(&text);
    give_token(world, call);
    return call;
}

static void parts_of_many_ids_go_ahead_from_the_first_on(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 4);
    world.config.limits.govern = false;
    struct call *call = ask_ids(&world, "get_cases", 2500);
    expect_send(&world, call, "POST", GET);
    struct http_request *b = expect_ahead(&world, call, GET), *c = expect_ahead(&world, call, GET);
    assert_string_equal(b->method, "POST");
    assert_int_equal(strncmp(b->body.ptr, "{\"ids\":[\"i1000\",", 16), 0);
    assert_non_null(strstr(c->body.ptr, "\"i2499\"]}"));
    assert_null(call_ahead(call, world.now));
    answer(&world, call, 200, "{\"resources\":[{\"id\":\"i0\"}]}");
    arrive(&world, call, b, 200, "{\"resources\":[{\"id\":\"i1000\"}]}", &early);
    give(&world, call, b, &early);
    arrive(&world, call, c, 200, "{\"resources\":[{\"id\":\"i2000\"}]}", &early);
    give(&world, call, c, &early);
    struct json_object *document = finish(&world, call, SOAR_PARTIAL);
    assert_int_equal(json_object_array_length(json_at(document, "/resources")), 3);
    assert_int_equal(json_object_array_length(json_at(document, "/failed")), 2497);
    json_object_put(document);
    close_world(&world);
}

/* ------------------------------------------------------------------ none */

static void nothing_goes_ahead_of_a_call_that_writes_or_is_short_or_pages_by_token(void **state)
{
    (void)state;
    static const struct {
        const char *action;
        int ids; /* 0 = input */
        const char *input;
        int64_t most;
    } rows[] = {
        {"delete_sla", 250, NULL, 4},       {"delete_templates", 250, NULL, 4},
        {"get_cases", 1000, NULL, 4},       {"query_access_tags", 0, "{\"all\":true}", 4},
        {"query_case_ids", 0, "{}", 4},     {"get_cases", 2500, NULL, 1},
        {"query_case_ids", 0, BY_THREE, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_ahead(&world, rows[i].most);
        world.config.limits.govern = false;
        struct call *call;
        if (rows[i].ids > 0) {
            call = ask_ids(&world, rows[i].action, rows[i].ids);
        } else {
            call = ask(&world, rows[i].action, rows[i].input);
            give_token(&world, call);
        }
        assert_int_equal(call_step(call, world.now).want, CALL_SEND);
        if (call_goes_ahead(call) || call_ahead(call, world.now) != NULL)
            fail_msg("%s", rows[i].action);
        answer(&world, call, 200, items(0, 3, 90));
        (void)call_step(call, world.now);
        assert_null(call_ahead(call, world.now));
        call_free(call);
        close_world(&world);
    }
}

static void nothing_goes_ahead_before_the_request_at_hand_or_after_it_went_wrong(void **state)
{
    (void)state;
    struct call_world world;

    open_ahead(&world, 4);
    struct call *call = read_first(&world, 90);
    assert_null(call_ahead(call, world.now));
    expect_send(&world, call, "GET", page_url(2, 3));
    answer(&world, call, 503, "{}");
    expect_wait(&world, call, 100);
    assert_null(call_ahead(call, world.now));
    later(&world, 100);
    expect_send(&world, call, "GET", page_url(2, 3));
    assert_null(call_ahead(call, world.now)); /* the service is in trouble */
    answer(&world, call, 200, items(2, 5, 90));
    expect_send(&world, call, "GET", page_url(4, 3));
    expect_ahead(&world, call, page_url(6, 3));
    call_cancel(call);
    assert_null(call_ahead(call, world.now));
    call_free(call);
    close_world(&world);
}

static void nothing_goes_ahead_with_a_token_that_is_to_be_renewed(void **state)
{
    (void)state;
    struct call_world world;

    open_ahead(&world, 4);
    world.config.http.timeout_ms = 3600000;
    struct call *call = read_first(&world, 90);
    expect_send(&world, call, "GET", page_url(2, 3));
    expect_ahead(&world, call, page_url(4, 3));
    later(&world, 1790000);
    assert_null(call_ahead(call, world.now));
    call_free(call);
    close_world(&world);
}

static void nothing_goes_ahead_where_the_limit_has_no_room_to_spare(void **state)
{
    (void)state;
    static const struct {
        int64_t limit, remaining; /* said with the first page; -1 = not */
        bool ahead;
    } rows[] = {
        {-1, -1, true}, {100, 50, true}, {100, 11, false}, {100, 12, true}, {100, 3, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_ahead(&world, 2);
        struct call *call = ask(&world, "query_case_ids", BY_THREE);
        give_token(&world, call);
        expect_send(&world, call, "GET", page_url(0, 3));
        world.response.rate_limit = rows[i].limit;
        world.response.rate_remaining = rows[i].remaining;
        answer(&world, call, 200, items(0, 3, 90));
        expect_send(&world, call, "GET", page_url(2, 3));
        if ((call_ahead(call, world.now) != NULL) != rows[i].ahead)
            fail_msg("%lld of %lld are left", (long long)rows[i].remaining,
                     (long long)rows[i].limit);
        call_free(call);
        close_world(&world);
    }
}

static void nothing_goes_ahead_before_the_limit_is_known(void **state)
{
    (void)state;
    struct call_world world;

    open_ahead(&world, 4);
    struct call *call = ask_ids(&world, "get_cases", 2500);
    expect_send(&world, call, "POST", GET);
    assert_null(call_ahead(call, world.now));
    answer(&world, call, 200, "{\"resources\":[]}");
    expect_send(&world, call, "POST", GET);
    expect_ahead(&world, call, GET);
    call_free(call);
    close_world(&world);
}

static void nothing_goes_ahead_while_another_call_waits_for_its_turn(void **state)
{
    (void)state;
    struct call_world world;

    open_ahead(&world, 2);
    struct call *call = ask(&world, "query_case_ids", BY_THREE);
    struct call *third = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    expect_send(&world, call, "GET", page_url(0, 3));
    expect_send(&world, third, "GET", LIST);
    world.response.rate_limit = 100;
    world.response.rate_remaining = 5;
    answer(&world, call, 200, items(0, 3, 90));
    expect_send(&world, call, "GET", page_url(2, 3));
    struct call *waits = ask(&world, "query_case_ids", "{}");
    assert_int_equal(call_step(waits, world.now).want, CALL_WAIT);
    world.response.rate_limit = 1000;
    world.response.rate_remaining = 900;
    answer(&world, third, 200, items(0, 3, 3));
    assert_null(call_ahead(call, world.now));
    call_cancel(waits);
    expect_end(&world, waits, SOAR_CANCELLED, "cancelled", "not_sent");
    expect_ahead(&world, call, page_url(4, 3));
    call_free(third);
    call_free(call);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(further_pages_go_ahead_and_are_taken_in_their_order),
        cmocka_unit_test(another_goes_as_soon_as_one_has_been_answered),
        cmocka_unit_test(parts_of_many_ids_go_ahead_from_the_first_on),
        cmocka_unit_test(nothing_goes_ahead_of_a_call_that_writes_or_is_short_or_pages_by_token),
        cmocka_unit_test(nothing_goes_ahead_before_the_request_at_hand_or_after_it_went_wrong),
        cmocka_unit_test(nothing_goes_ahead_with_a_token_that_is_to_be_renewed),
        cmocka_unit_test(nothing_goes_ahead_where_the_limit_has_no_room_to_spare),
        cmocka_unit_test(nothing_goes_ahead_before_the_limit_is_known),
        cmocka_unit_test(nothing_goes_ahead_while_another_call_waits_for_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
