/* What becomes of pages and parts that were asked for before their turn, where something else comes than
 * was expected. */
#include "ahead_world.h"

/* ------------------------------------------------------------------ what was in vain */

static void where_the_list_has_moved_what_went_ahead_is_given_up(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 3);
    struct call *call = read_first(&world, 20);
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    struct http_request *d = expect_ahead(&world, call, page_url(6, 3));
    arrive(&world, call, d, 200, items(7, 10, 19), &early);
    answer(&world, call, 200, items(3, 6, 19)); /* n2 is gone, or one before it */
    expect_unwanted(&world, call, c, true);
    assert_ptr_equal(call_unwanted(call), d);
    call_ahead_over(call, d, &early.response, world.now);
    http_response_done(&early.response);
    assert_null(call_unwanted(call));
    expect_send(&world, call, "GET", page_url(1, 3));
    assert_null(call_ahead(call, world.now));
    answer(&world, call, 200, items(2, 5, 19));
    expect_send(&world, call, "GET", page_url(3, 3));
    expect_ahead(&world, call, page_url(5, 3));
    call_free(call);
    close_world(&world);
}

static void of_what_was_given_up_only_what_went_out_counts(void **state)
{
    (void)state;
    for (int sent = 0; sent < 2; sent++) {
        struct call_world world;
        open_ahead(&world, 2);
        struct call *call = read_first(&world, 20);
        expect_send(&world, call, "GET", page_url(2, 3));
        struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
        answer(&world, call, 403, "{}");
        expect_unwanted(&world, call, c, sent);
        struct json_object *document = finish(&world, call, SOAR_PARTIAL);
        expect_json(document, "/resources", "[\"n0\",\"n1\",\"n2\"]");
        assert_int_equal(json_int_at(document, "/meta/requests", 0), 2 + sent);
        json_object_put(document);
        close_world(&world);
    }
}

static void a_call_that_ends_gives_up_what_went_ahead(void **state)
{
    (void)state;
    for (int too_late = 0; too_late < 2; too_late++) {
        struct call_world world;
        open_ahead(&world, 2);
        struct call *call = read_first(&world, 20);
        expect_send(&world, call, "GET", page_url(2, 3));
        struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
        answer(&world, call, 200, items(2, 5, 20));
        assert_true(call_has_answer_ahead(call));
        if (too_late)
            later(&world, 60000);
        else
            call_cancel(call);
        assert_int_equal(call_step(call, world.now).want, CALL_DONE);
        expect_unwanted(&world, call, c, true);
        struct json_object *document = finish(&world, call, SOAR_PARTIAL);
        expect_text(document, "/error/reason", too_late ? "deadline" : "cancelled");
        assert_int_equal(json_object_array_length(json_at(document, "/resources")), 5);
        json_object_put(document);
        close_world(&world);
    }
}

/* ------------------------------------------------------------------ answers that are none */

static void another_attempt_at_a_page_keeps_what_went_ahead(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 2);
    struct call *call = read_first(&world, 7);
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    no_answer(&world, call, HTTP_CUT, true);
    expect_wait(&world, call, 100);
    arrive(&world, call, c, 200, items(4, 7, 7), &early);
    assert_null(call_unwanted(call));
    later(&world, 100);
    expect_send(&world, call, "GET", page_url(2, 3));
    answer(&world, call, 200, items(2, 5, 7));
    give(&world, call, c, &early);
    struct json_object *document = finish(&world, call, SOAR_OK);
    assert_int_equal(json_object_array_length(json_at(document, "/resources")), 7);
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 4);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 2);
    json_object_put(document);
    close_world(&world);
}

static void what_fails_ahead_is_tried_again_in_its_turn(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum http_failure failure;
    } rows[] = {{500, HTTP_FINE}, {503, HTTP_FINE}, {0, HTTP_CUT}, {0, HTTP_LOST}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        struct early early;
        open_ahead(&world, 3);
        struct call *call = read_first(&world, 20);
        expect_send(&world, call, "GET", page_url(2, 3));
        struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
        world.response.failure = rows[i].failure;
        arrive(&world, call, c, rows[i].status, "", &early);
        assert_null(call_ahead(call, world.now)); /* not even where there is room */
        answer(&world, call, 200, items(2, 5, 20));
        give(&world, call, c, &early);
        expect_wait(&world, call, 100);
        later(&world, 100);
        struct http_request *again = expect_send(&world, call, "GET", page_url(4, 3));
        assert_string_equal(again->authorization, "Authorization: Bearer tok-1");
        answer(&world, call, 200, items(4, 7, 20));
        expect_send(&world, call, "GET", page_url(6, 3));
        expect_ahead(&world, call, page_url(8, 3));
        call_free(call);
        close_world(&world);
    }
}

static void a_429_ahead_holds_all_back_at_once_and_its_wait_begins_when_it_came(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 2);
    struct call *call = read_first(&world, 20);
    struct call *other = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    world.response.retry_after_s = 7;
    arrive(&world, call, c, 429, "", &early);
    expect_wait(&world, other, 7000);
    later(&world, 5000);
    answer(&world, call, 200, items(2, 5, 20));
    give(&world, call, c, &early);
    expect_wait(&world, call, 2100); /* with base_ms on top */
    later(&world, 2100);
    expect_send(&world, other, "GET", LIST);
    answer(&world, other, 200, items(0, 1, 1));
    later(&world, 1000);
    expect_send(&world, call, "GET", page_url(4, 3));
    answer(&world, call, 200, items(4, 7, 20));
    json_object_put(finish(&world, other, SOAR_OK));
    call_free(call);
    close_world(&world);
}

static void
a_401_ahead_is_answered_with_a_new_token_and_does_not_harm_one_that_is_new_already(void **state)
{
    (void)state;
    for (int renewed = 0; renewed < 2; renewed++) {
        struct call_world world;
        struct early early;
        open_ahead(&world, 2);
        struct call *call = read_first(&world, 7);
        expect_send(&world, call, "GET", page_url(2, 3));
        struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
        arrive(&world, call, c, 401, "", &early);
        if (renewed) { /* it was the token of both */
            answer(&world, call, 401, "{}");
            expect_send(&world, call, "POST", BASE "/oauth2/token");
            answer(&world, call, 201, "{\"access_token\":\"tok-2\",\"expires_in\":1799}");
            expect_send(&world, call, "GET", page_url(2, 3));
        }
        answer(&world, call, 200, items(2, 5, 7));
        give(&world, call, c, &early);
        if (!renewed) {
            expect_send(&world, call, "POST", BASE "/oauth2/token");
            answer(&world, call, 201, "{\"access_token\":\"tok-2\",\"expires_in\":1799}");
        }
        struct http_request *again = expect_send(&world, call, "GET", page_url(4, 3));
        assert_string_equal(again->authorization, "Authorization: Bearer tok-2");
        answer(&world, call, 200, items(4, 7, 7));
        json_object_put(finish(&world, call, SOAR_OK));
        close_world(&world);
    }
}

/* The one 401 that a page may get is that of a request in its turn. */
static void a_401_ahead_leaves_the_page_its_own_new_token(void **state)
{
    (void)state;
    struct call_world world;
    struct early early;

    open_ahead(&world, 2);
    struct call *call = read_first(&world, 7);
    expect_send(&world, call, "GET", page_url(2, 3));
    struct http_request *c = expect_ahead(&world, call, page_url(4, 3));
    answer(&world, call, 200, items(2, 5, 7));
    arrive(&world, call, c, 401, "", &early);
    give(&world, call, c, &early);
    for (int i = 0; i < 2; i++) {
        give_token(&world, call);
        expect_send(&world, call, "GET", page_url(4, 3));
        answer(&world, call, 401, "{}");
    }
    struct json_object *document = finish(&world, call, SOAR_PARTIAL);
    expect_text(document, "/error/reason", "token_refused");
    json_object_put(document);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_the_list_has_moved_what_went_ahead_is_given_up),
        cmocka_unit_test(of_what_was_given_up_only_what_went_out_counts),
        cmocka_unit_test(a_call_that_ends_gives_up_what_went_ahead),
        cmocka_unit_test(another_attempt_at_a_page_keeps_what_went_ahead),
        cmocka_unit_test(what_fails_ahead_is_tried_again_in_its_turn),
        cmocka_unit_test(a_429_ahead_holds_all_back_at_once_and_its_wait_begins_when_it_came),
        cmocka_unit_test(
            a_401_ahead_is_answered_with_a_new_token_and_does_not_harm_one_that_is_new_already),
        cmocka_unit_test(a_401_ahead_leaves_the_page_its_own_new_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
