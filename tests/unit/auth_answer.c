/* What the service may answer to the token request: refusals, nonsense, other clouds. */
#include "auth_world.h"

/* ------------------------------------------------------------------ bad answers */

static void a_bad_answer_is_an_error_that_shows_no_token(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        soar_status expected;
        const char *reason;
        bool retryable;
    } rows[] = {
        {200, "", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "<html>login</html>", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "[]", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":7}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":\"\"}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":\"SECRET\\r\\nX: y\"}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":\"SECRET x\"}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":\"SECRET\\u00e9\"}", SOAR_INTERNAL, "bad_token_answer", false},
        {201, "{\"access_token\":\"SECRET\"", SOAR_INTERNAL, "bad_token_answer", false},
        {400, "{\"errors\":[{\"code\":400,\"message\":\"bad\"}]}", SOAR_UNAUTHENTICATED,
         "credentials_refused", false},
        {401, "{}", SOAR_UNAUTHENTICATED, "credentials_refused", false},
        {403, "<html>", SOAR_UNAUTHENTICATED, "credentials_refused", false},
        {404, "", SOAR_UNAUTHENTICATED, "credentials_refused", false},
        {429, "{}", SOAR_RESOURCE_EXHAUSTED, "rate_limited", true},
        {500, "", SOAR_UNAVAILABLE, "token_unavailable", true},
        {503, "{\"errors\":[{\"message\":\"down\"}]}", SOAR_UNAVAILABLE, "token_unavailable", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct auth_grant grant = {0};
        struct error err;
        open_world(&world, "auto", NULL, NULL);
        assert_int_equal(take(&world, 0, &grant), AUTH_FETCH);
        assert_int_equal(tell(&world, rows[i].status, rows[i].body, "", "", at(0), &err),
                         AUTH_FAILED);
        if (err.status != rows[i].expected || strcmp(err.reason, rows[i].reason) != 0 ||
            err.retryable != rows[i].retryable || err.http_status != rows[i].status ||
            strstr(err.message, "SECRET") != NULL || strstr(err.message, "s+e") != NULL)
            fail_msg("row %zu: %d %s: %s", i, err.status, err.reason, err.message);
        auth_abandon(world.auth, &err, at(0));
        close_world(&world);
    }
}

/* ------------------------------------------------------------------ regions */

static void a_redirect_is_followed_to_a_listed_cloud_and_nowhere_else(void **state)
{
    (void)state;
    static const struct {
        const char *base_url, *region, *location;
        enum auth_progress expected;
        const char *base;
    } rows[] = {
        {NULL, "us-2", "https://api.us-2.example.com/oauth2/token", AUTH_AGAIN,
         "https://api.us-2.example.com"},
        {NULL, "", "https://api.us-2.example.com:443/oauth2/token", AUTH_AGAIN,
         "https://api.us-2.example.com:443"},
        {NULL, "us-2", "", AUTH_AGAIN, "https://api.us-2.example.com"},
        {NULL, "us-2", "/oauth2/token", AUTH_AGAIN, "https://api.us-2.example.com"},
        {NULL, "", "", AUTH_FAILED, "https://api.example.com"},
        {NULL, "mars", "", AUTH_FAILED, "https://api.example.com"},
        {NULL, "gov", "", AUTH_FAILED, "https://api.example.com"},
        {NULL, "", "https://api.gov.example.com/oauth2/token", AUTH_FAILED,
         "https://api.example.com"},
        {NULL, "us-2", "https://evil.example/oauth2/token", AUTH_FAILED, "https://api.example.com"},
        {NULL, "us-2", "https://api.us-2.example.com.evil.example/", AUTH_FAILED,
         "https://api.example.com"},
        {NULL, "us-2", "https://api.us-2.example.com@evil.example/", AUTH_FAILED,
         "https://api.example.com"},
        {NULL, "", "http://api.us-2.example.com/oauth2/token", AUTH_FAILED,
         "https://api.example.com"},
        {NULL, "", "http://127.0.0.1:1/oauth2/token", AUTH_FAILED, "https://api.example.com"},
        {"http://127.0.0.1:9", "", "http://127.0.0.1:8/oauth2/token", AUTH_AGAIN,
         "http://127.0.0.1:8"},
        {"http://127.0.0.1:9", "us-2", "https://api.us-2.example.com/oauth2/token", AUTH_FAILED,
         "http://127.0.0.1:9"},
        {"https://127.0.0.1:9", "", "http://127.0.0.1:8/oauth2/token", AUTH_FAILED,
         "https://127.0.0.1:9"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct auth_grant grant = {0};
        struct error err;
        open_world(&world, "auto", rows[i].base_url, NULL);
        assert_int_equal(take(&world, 0, &grant), AUTH_FETCH);
        if (tell(&world, 308, "", rows[i].region, rows[i].location, at(0), &err) !=
            rows[i].expected)
            fail_msg("row %zu: %s", i, err.message);
        expect_base(&world, rows[i].base);
        if (rows[i].expected == AUTH_FAILED) {
            assert_int_equal(err.status, SOAR_FAILED_PRECONDITION);
            assert_string_equal(err.reason, "redirect_refused");
        }
        auth_abandon(world.auth, NULL, at(0));
        close_world(&world);
    }
}

static void redirects_in_a_circle_end(void **state)
{
    (void)state;
    struct world world;
    struct auth_grant grant = {0};
    struct error err;

    open_world(&world, "auto", NULL, NULL);
    assert_int_equal(take(&world, 0, &grant), AUTH_FETCH);
    int again = 0;
    while (tell(&world, 308, "", again % 2 == 0 ? "us-2" : "us-1", "", at(0), &err) == AUTH_AGAIN)
        assert_true(++again < 10);
    assert_int_equal(again, 3);
    assert_string_equal(err.reason, "redirect_refused");
    auth_abandon(world.auth, &err, at(0));
    close_world(&world);
}

static void the_region_of_a_token_moves_an_automatic_instance_only(void **state)
{
    (void)state;
    static const struct {
        const char *cloud, *base_url, *region, *base;
    } rows[] = {
        {"auto", NULL, "us-2", "https://api.us-2.example.com"},
        {"auto", NULL, "US-2", "https://api.us-2.example.com"},
        {"auto", NULL, "", "https://api.example.com"},
        {"auto", NULL, "mars", "https://api.example.com"},
        {"auto", NULL, "gov", "https://api.example.com"},
        {"us-1", NULL, "us-2", "https://api.example.com"},
        {"auto", "http://127.0.0.1:9", "us-2", "http://127.0.0.1:9"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct auth_grant grant = {0};
        struct error err;
        open_world(&world, rows[i].cloud, rows[i].base_url, NULL);
        assert_int_equal(take(&world, 0, &grant), AUTH_FETCH);
        assert_int_equal(tell(&world, 201, "{\"access_token\":\"t\",\"expires_in\":1799}",
                              rows[i].region, "", at(0), &err),
                         AUTH_DONE);
        expect_base(&world, rows[i].base);
        assert_int_equal(take(&world, 0, &grant), AUTH_READY);
        assert_string_equal(grant.base_url, rows[i].base);
        auth_token_put(grant.token);
        close_world(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_answer_is_an_error_that_shows_no_token),
        cmocka_unit_test(a_redirect_is_followed_to_a_listed_cloud_and_nowhere_else),
        cmocka_unit_test(redirects_in_a_circle_end),
        cmocka_unit_test(the_region_of_a_token_moves_an_automatic_instance_only),
    };
    return cmocka_run_group_tests_name("auth_answer", tests, NULL, NULL);
}
