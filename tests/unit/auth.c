/* The token: fetched once, shared, renewed ahead, given up. */
#include "auth_world.h"

/* ------------------------------------------------------------------ the request */

static void the_request_is_a_form_with_the_credentials_in_its_body(void **state)
{
    (void)state;
    static const struct {
        const char *member_cid, *body;
    } rows[] = {
        {NULL, "client_id=my%20id&client_secret=s%2Be%26c%3Dr"},
        {"c+1", "client_id=my%20id&client_secret=s%2Be%26c%3Dr&member_cid=c%2B1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct http_request request;
        struct error err;
        open_world(&world, "us-2", NULL, rows[i].member_cid);
        http_request_init(&request, 65536, 65536);
        assert_true(auth_request(world.auth, &request, &err));
        assert_string_equal(request.method, "POST");
        assert_string_equal(request.url.ptr, "https://api.us-2.example.com/oauth2/token");
        assert_string_equal(request.content_type, "application/x-www-form-urlencoded");
        assert_string_equal(request.body.ptr, rows[i].body);
        assert_true(request.has_body);
        assert_null(request.authorization);
        assert_int_equal(request.sink, HTTP_TO_MEMORY);
        http_request_done(&request);
        close_world(&world);
    }
}

static void the_configuration_says_where_to_begin(void **state)
{
    (void)state;
    static const struct {
        const char *cloud, *base_url, *expected;
    } rows[] = {
        {"auto", NULL, "https://api.example.com"},
        {"US-2", NULL, "https://api.us-2.example.com"},
        {"gov", NULL, "https://api.gov.example.com"},
        {"us-2", "http://127.0.0.1:9", "http://127.0.0.1:9"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        open_world(&world, rows[i].cloud, rows[i].base_url, NULL);
        expect_base(&world, rows[i].expected);
        close_world(&world);
    }
}

/* ------------------------------------------------------------------ fetching and sharing */

static void one_fetches_and_the_others_wait(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    assert_int_equal(take(&world, 0, &first), AUTH_FETCH);
    assert_int_equal(take(&world, 0, &second), AUTH_WAIT);
    assert_int_equal(take(&world, 1, &second), AUTH_WAIT);
    assert_int_equal(
        tell(&world, 201, "{\"access_token\":\"tok\",\"expires_in\":1799}", "", "", at(1), &err),
        AUTH_DONE);
    assert_int_equal(take(&world, 1, &first), AUTH_READY);
    assert_int_equal(take(&world, 1, &second), AUTH_READY);
    assert_string_equal(first.token->line.ptr, "Authorization: Bearer tok");
    assert_ptr_equal(first.token, second.token);
    assert_int_equal(first.generation, second.generation);
    assert_string_equal(first.base_url, "https://api.example.com");
    auth_token_put(first.token);
    auth_token_put(second.token);
    close_world(&world);
}

static void the_token_is_renewed_ahead_by_one_while_the_others_use_the_old(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    fetch(&world, 0, "old", &first);
    assert_int_equal(take(&world, 1678, &first), AUTH_READY);
    assert_int_equal(take(&world, 1679, &first), AUTH_FETCH);
    assert_int_equal(take(&world, 1680, &second), AUTH_READY);
    assert_string_equal(second.token->line.ptr, "Authorization: Bearer old");
    assert_int_equal(
        tell(&world, 201, "{\"access_token\":\"new\",\"expires_in\":1799}", "", "", at(1680), &err),
        AUTH_DONE);
    assert_int_equal(take(&world, 1680, &first), AUTH_READY);
    assert_string_equal(first.token->line.ptr, "Authorization: Bearer new");
    assert_string_equal(second.token->line.ptr, "Authorization: Bearer old");
    auth_token_put(first.token);
    auth_token_put(second.token);
    close_world(&world);
}

static void a_token_that_ended_is_not_used(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0};

    open_world(&world, "auto", NULL, NULL);
    fetch(&world, 0, "old", &first);
    assert_int_equal(take(&world, 1799, &first), AUTH_FETCH);
    assert_int_equal(take(&world, 1799, &second), AUTH_WAIT);
    auth_abandon(world.auth, NULL, at(1799));
    auth_token_put(first.token);
    close_world(&world);
}

static void a_living_token_survives_a_renewal_that_failed(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant grant = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    fetch(&world, 0, "old", &grant);
    assert_int_equal(take(&world, 1700, &grant), AUTH_FETCH);
    assert_int_equal(tell(&world, 503, "", "", "", at(1700), &err), AUTH_FAILED);
    assert_true(auth_abandon(world.auth, &err, at(1700)));
    assert_int_equal(take(&world, 1700, &grant), AUTH_READY);
    assert_int_equal(take(&world, 1709, &grant), AUTH_READY);
    assert_int_equal(take(&world, 1710, &grant), AUTH_FETCH); /* and is tried again later */
    assert_false(auth_abandon(world.auth, &err, at(1800)));
    auth_token_put(grant.token);
    close_world(&world);
}

static void how_long_a_token_lives_is_taken_from_the_answer_within_reason(void **state)
{
    (void)state;
    static const struct {
        const char *expires_in;
        int64_t fresh_to, renew_at;
    } rows[] = {
        {"1799", 1678, 1679},  {"600", 479, 480},    {"100", 49, 50},
        {"0", 1678, 1679},     {"-5", 1678, 1679},   {"99999999999", 1678, 1679},
        {"\"x\"", 1678, 1679}, {"null", 1678, 1679},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct auth_grant grant = {0};
        struct error err;
        char body[128];
        open_world(&world, "auto", NULL, NULL);
        assert_int_equal(take(&world, 0, &grant), AUTH_FETCH);
        snprintf(body, sizeof(body), "{\"access_token\":\"t\",\"expires_in\":%s}",
                 rows[i].expires_in);
        assert_int_equal(tell(&world, 201, body, "", "", at(0), &err), AUTH_DONE);
        if (take(&world, rows[i].fresh_to, &grant) != AUTH_READY ||
            take(&world, rows[i].renew_at, &grant) != AUTH_FETCH)
            fail_msg("expires_in %s", rows[i].expires_in);
        auth_abandon(world.auth, NULL, at(0));
        auth_token_put(grant.token);
        close_world(&world);
    }
}

static void those_who_waited_share_the_refusal_and_the_next_call_tries_again(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0}, third = {0};
    struct error err, shared;

    open_world(&world, "auto", NULL, NULL);
    assert_int_equal(take(&world, 0, &first), AUTH_FETCH);
    assert_int_equal(take(&world, 0, &second), AUTH_WAIT);
    assert_int_equal(tell(&world, 403,
                          "{\"errors\":[{\"code\":403,\"message\":\"access denied\"}]}", "", "",
                          at(1), &err),
                     AUTH_FAILED);
    assert_false(auth_abandon(world.auth, &err, at(1)));
    error_clear(&shared);
    assert_int_equal(auth_take(world.auth, at(1), &second, &shared), AUTH_REFUSED);
    assert_int_equal(shared.status, SOAR_UNAUTHENTICATED);
    assert_string_equal(shared.message, err.message);
    assert_int_equal(take(&world, 1, &third), AUTH_FETCH);
    auth_abandon(world.auth, NULL, at(1));
    close_world(&world);
}

static void what_is_not_the_credentials_fault_lets_the_next_one_try(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    assert_int_equal(take(&world, 0, &first), AUTH_FETCH);
    assert_int_equal(take(&world, 0, &second), AUTH_WAIT);
    assert_int_equal(tell(&world, 503, "", "", "", at(1), &err), AUTH_FAILED);
    auth_abandon(world.auth, &err, at(1));
    assert_int_equal(take(&world, 1, &second), AUTH_FETCH);
    auth_abandon(world.auth, NULL, at(1));
    close_world(&world);
}

static void a_rejected_token_is_fetched_anew_once(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant first = {0}, second = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    fetch(&world, 0, "old", &first);
    assert_int_equal(take(&world, 0, &second), AUTH_READY);
    auth_reject(world.auth, first.generation);
    assert_int_equal(take(&world, 1, &first), AUTH_FETCH);
    assert_int_equal(
        tell(&world, 201, "{\"access_token\":\"new\",\"expires_in\":1799}", "", "", at(1), &err),
        AUTH_DONE);
    auth_reject(world.auth, second.generation); /* of the old one: the new one stays */
    assert_int_equal(take(&world, 1, &second), AUTH_READY);
    assert_string_equal(second.token->line.ptr, "Authorization: Bearer new");
    auth_token_put(first.token);
    auth_token_put(second.token);
    close_world(&world);
}

/* ------------------------------------------------------------------ waiting */

static void *wait_for_it(void *arg)
{
    struct world *world = arg;
    struct auth_grant grant = {0};
    struct error err;
    enum auth_state got;

    error_clear(&err);
    while ((got = auth_take(world->auth, clock_now(NULL, NULL), &grant, &err)) == AUTH_WAIT)
        auth_wait(world->auth, clock_now(NULL, NULL).mono_ms + 60000, NULL);
    auth_token_put(grant.token);
    return got == AUTH_READY ? world : NULL;
}

static void threads_that_wait_are_woken_by_the_token(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant grant = {0};
    struct error err;
    pthread_t threads[8];
    void *ready = NULL;

    open_world(&world, "auto", NULL, NULL);
    assert_int_equal(auth_take(world.auth, clock_now(NULL, NULL), &grant, &err), AUTH_FETCH);
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_it, &world), 0);
    assert_int_equal(tell(&world, 201, "{\"access_token\":\"t\",\"expires_in\":1799}", "", "",
                          clock_now(NULL, NULL), &err),
                     AUTH_DONE);
    for (size_t i = 0; i < COUNT(threads); i++) {
        assert_int_equal(pthread_join(threads[i], &ready), 0);
        assert_ptr_equal(ready, &world);
    }
    close_world(&world);
}

static void nobody_waits_where_nobody_fetches(void **state)
{
    (void)state;
    struct world world;

    open_world(&world, "auto", NULL, NULL);
    auth_wait(world.auth, INT64_MAX / 2, NULL);
    auth_wake(world.auth);
    auth_token_put(NULL);
    close_world(&world);
    auth_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_is_a_form_with_the_credentials_in_its_body),
        cmocka_unit_test(the_configuration_says_where_to_begin),
        cmocka_unit_test(one_fetches_and_the_others_wait),
        cmocka_unit_test(the_token_is_renewed_ahead_by_one_while_the_others_use_the_old),
        cmocka_unit_test(a_token_that_ended_is_not_used),
        cmocka_unit_test(a_living_token_survives_a_renewal_that_failed),
        cmocka_unit_test(how_long_a_token_lives_is_taken_from_the_answer_within_reason),
        cmocka_unit_test(those_who_waited_share_the_refusal_and_the_next_call_tries_again),
        cmocka_unit_test(what_is_not_the_credentials_fault_lets_the_next_one_try),
        cmocka_unit_test(a_rejected_token_is_fetched_anew_once),
        cmocka_unit_test(threads_that_wait_are_woken_by_the_token),
        cmocka_unit_test(nobody_waits_where_nobody_fetches),
    };
    return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
