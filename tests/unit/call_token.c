/* One invocation and its token: refused, renewed, waited for, moved to another cloud. */
#include "call_world.h"

#define LIST BASE "/cases/queries/cases/v1"

static void after_a_401_the_token_is_fetched_once_more(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    expect_send(&world, call, "GET", LIST);
    answer(&world, call, 401, "{\"errors\":[{\"code\":401,\"message\":\"expired\"}]}");
    expect_send(&world, call, "POST", BASE "/oauth2/token");
    answer(&world, call, 201, "{\"access_token\":\"second\",\"expires_in\":1799}");
    struct http_request *request = expect_send(&world, call, "GET", LIST);
    assert_string_equal(request->authorization, "Authorization: Bearer second");
    answer(&world, call, 200, "{\"resources\":[\"a\"]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void a_second_401_ends_the_call(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}");
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    answer(&world, call, 401, "{}");
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    answer(&world, call, 401, "{\"errors\":[{\"code\":401,\"message\":\"no\"}]}");
    expect_end(&world, call, SOAR_UNAUTHENTICATED, "token_refused", "not_applied");
    close_world(&world);
}

static void refused_credentials_end_the_call_with_what_to_check(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "POST", BASE "/oauth2/token");
    snprintf(world.response.trace_id, sizeof(world.response.trace_id), "t-3");
    answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"access denied\"}]}");
    struct json_object *document = finish(&world, call, SOAR_UNAUTHENTICATED);
    expect_text(document, "/error/reason", "credentials_refused");
    expect_text(document, "/error/outcome", "not_sent");
    expect_text(document, "/error/where", "falcon.client_id");
    expect_text(document, "/meta/trace_id", "t-3");
    assert_int_equal(json_int_at(document, "/http_status", 0), 403);
    assert_int_equal(json_int_at(document, "/meta/requests", -1), 0);
    assert_non_null(strstr(json_string_at(document, "/error/message"), "access denied"));
    json_object_put(document);
    close_world(&world);
}

static void trouble_with_the_token_is_tried_again(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}");
    expect_send(&world, call, "POST", BASE "/oauth2/token");
    no_answer(&world, call, HTTP_LOST, true);
    expect_wait(&world, call, 100);
    later(&world, 100);
    struct http_request *request = expect_send(&world, call, "POST", BASE "/oauth2/token");
    assert_string_equal(request->body.ptr, "client_id=id&client_secret=hidden");
    world.response.retry_after_s = 9;
    answer(&world, call, 429, "{}");
    expect_wait(&world, call, 9100); /* as asked, and up to base_ms on top */
    later(&world, 9100);
    give_token(&world, call);
    expect_send(&world, call, "PUT", BASE "/cases/entities/cases/v2");
    answer(&world, call, 201, "{\"resources\":[{\"id\":\"a\"}]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void trouble_with_the_token_that_stays_ends_the_call_unsent(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    world.config.retry.attempts = 2;
    struct call *call = ask(&world, "create_case", "{\"name\":\"n\",\"severity\":60}");
    for (int i = 0; i < 2; i++) {
        expect_send(&world, call, "POST", BASE "/oauth2/token");
        no_answer(&world, call, HTTP_LOST, true);
        later(&world, 100);
    }
    expect_end(&world, call, SOAR_UNAVAILABLE, "connection_lost", "not_sent");
    close_world(&world);
}

static void another_calls_fetch_is_waited_for(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *first = ask(&world, "query_case_ids", "{}");
    struct call *second = ask_with(&world, "query_case_ids", "{}", 500, 0);
    expect_send(&world, first, "POST", BASE "/oauth2/token");
    struct call_step step = call_step(second, world.now);
    assert_int_equal(step.want, CALL_WAIT_TOKEN);
    assert_int_equal(step.until_ms, START_MS + 500); /* not past its own deadline */
    answer(&world, first, 201, TOKEN);
    struct http_request *request = expect_send(&world, second, "GET", LIST);
    assert_string_equal(request->authorization, "Authorization: Bearer tok-1");
    answer(&world, second, 200, "{\"resources\":[]}");
    json_object_put(finish(&world, second, SOAR_OK));
    call_free(first);
    close_world(&world);
}

static void a_refusal_is_shared_with_those_who_waited(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *first = ask(&world, "query_case_ids", "{}");
    struct call *second = ask(&world, "query_case_ids", "{}");
    expect_send(&world, first, "POST", BASE "/oauth2/token");
    assert_int_equal(call_step(second, world.now).want, CALL_WAIT_TOKEN);
    answer(&world, first, 401, "{}");
    expect_end(&world, first, SOAR_UNAUTHENTICATED, "credentials_refused", "not_sent");
    expect_end(&world, second, SOAR_UNAUTHENTICATED, "credentials_refused", "not_sent");
    close_world(&world);
}

static void a_call_that_waits_takes_over_where_the_fetch_was_given_up(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *first = ask(&world, "query_case_ids", "{}");
    struct call *second = ask(&world, "query_case_ids", "{}");
    expect_send(&world, first, "POST", BASE "/oauth2/token");
    assert_int_equal(call_step(second, world.now).want, CALL_WAIT_TOKEN);
    call_free(first);
    give_token(&world, second);
    call_free(second);
    close_world(&world);
}

static void a_renewal_that_fails_leaves_the_living_token(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    call_free(call);
    later(&world, 1700 * 1000);
    call = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "POST", BASE "/oauth2/token");
    answer(&world, call, 503, "{}"); /* no pause: the token at hand does */
    struct http_request *request = expect_send(&world, call, "GET", LIST);
    assert_string_equal(request->authorization, "Authorization: Bearer tok-1");
    answer(&world, call, 200, "{\"resources\":[]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void the_cloud_that_the_service_names_gets_the_request(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    move_to_cloud(&world, "auto");
    struct call *call = ask(&world, "query_case_ids", "{\"filter\":\"a\"}");
    expect_send(&world, call, "POST", "https://api.crowdstrike.com/oauth2/token");
    snprintf(world.response.region, sizeof(world.response.region), "us-2");
    answer(&world, call, 201, TOKEN);
    expect_send(&world, call, "GET",
                "https://api.us-2.crowdstrike.com/cases/queries/cases/v1?filter=a");
    answer(&world, call, 200, "{\"resources\":[]}");
    json_object_put(finish(&world, call, SOAR_OK));
    close_world(&world);
}

static void a_redirected_token_request_is_sent_whole_to_the_other_cloud(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    move_to_cloud(&world, "us-1");
    struct call *call = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "POST", "https://api.crowdstrike.com/oauth2/token");
    snprintf(world.response.location, sizeof(world.response.location),
             "https://api.eu-1.crowdstrike.com/oauth2/token");
    answer(&world, call, 308, "");
    struct http_request *request =
        expect_send(&world, call, "POST", "https://api.eu-1.crowdstrike.com/oauth2/token");
    assert_string_equal(request->body.ptr, "client_id=id&client_secret=hidden");
    answer(&world, call, 201, TOKEN);
    expect_send(&world, call, "GET", "https://api.eu-1.crowdstrike.com/cases/queries/cases/v1");
    call_free(call);
    close_world(&world);
}

static void a_token_request_redirected_to_a_stranger_ends_the_call(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    move_to_cloud(&world, "us-1");
    struct call *call = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "POST", "https://api.crowdstrike.com/oauth2/token");
    snprintf(world.response.location, sizeof(world.response.location), "https://evil.example/x");
    answer(&world, call, 308, "");
    expect_end(&world, call, SOAR_FAILED_PRECONDITION, "redirect_refused", "not_sent");
    close_world(&world);
}

static void a_data_request_follows_no_redirect(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{}");
    give_token(&world, call);
    expect_send(&world, call, "GET", LIST);
    snprintf(world.response.location, sizeof(world.response.location), "https://evil.example/x");
    answer(&world, call, 308, "");
    expect_end(&world, call, SOAR_FAILED_PRECONDITION, "redirect_refused", "not_applied");
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_401_the_token_is_fetched_once_more),
        cmocka_unit_test(a_second_401_ends_the_call),
        cmocka_unit_test(refused_credentials_end_the_call_with_what_to_check),
        cmocka_unit_test(trouble_with_the_token_is_tried_again),
        cmocka_unit_test(trouble_with_the_token_that_stays_ends_the_call_unsent),
        cmocka_unit_test(another_calls_fetch_is_waited_for),
        cmocka_unit_test(a_refusal_is_shared_with_those_who_waited),
        cmocka_unit_test(a_call_that_waits_takes_over_where_the_fetch_was_given_up),
        cmocka_unit_test(a_renewal_that_fails_leaves_the_living_token),
        cmocka_unit_test(the_cloud_that_the_service_names_gets_the_request),
        cmocka_unit_test(a_redirected_token_request_is_sent_whole_to_the_other_cloud),
        cmocka_unit_test(a_token_request_redirected_to_a_stranger_ends_the_call),
        cmocka_unit_test(a_data_request_follows_no_redirect),
    };
    return cmocka_run_group_tests_name("call_token", tests, NULL, NULL);
}
