/* Who may call what: clients and their scopes, tokens and the clouds they are good for, and how many
 * requests a minute are let through. */
#include "../sandbox/auth.h"
#include "../sandbox/ratelimit.h"
#include "../sandbox/request.h"
#include "../sandbox/response.h"
#include "../sandbox/routes.h"
#include "../sandbox/seed.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_client_is_read_from_its_option(void **state)
{
    static const struct {
        const char *text;
        bool good;
        unsigned scopes;
        const char *cid, *region;
    } rows[] = {
        {"a:b:all", true, SB_ALL_SCOPES, "def", ""},
        {"a:b:none:CID9-AB", true, 0, "cid9", ""},
        {"a:b:none:CID9:eu-1", true, 0, "cid9", "eu-1"},
        {"a:b:none::eu-1", true, 0, "def", "eu-1"},
        {"a:b:cases-read,templates-write", true, SB_CASES_READ | SB_TEMPLATES_WRITE, "def", ""},
        {"a:b", false, 0, NULL, NULL},
        {"", false, 0, NULL, NULL},
        {":b:all", false, 0, NULL, NULL},
        {"a::all", false, 0, NULL, NULL},
        {"a:b:all:c:d:e", false, 0, NULL, NULL},
        {"a:b:all:c:a-cloud-of-a-long-name", false, 0, NULL, NULL},
        {"a:b:cases", false, 0, NULL, NULL},
        {"a:b:cases-read,", false, 0, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_client client;
        if (sb_client_parse(rows[i].text, "def", &client) != rows[i].good) {
            fail_msg("%s", rows[i].text);
        }
        if (rows[i].good) {
            assert_int_equal(client.scopes, rows[i].scopes);
            assert_string_equal(client.cid, rows[i].cid);
            assert_string_equal(client.region, rows[i].region);
        }
    }
}

/* ------------------------------------------------------------------ tokens */

struct gate {
    struct sb_options clouds[2];
    struct sb_auth *auth;
};

static void open_gate(struct gate *gate, unsigned ttl_s, bool two_clouds)
{
    memset(gate, 0, sizeof *gate);
    for (int i = 0; i < 2; i++) {
        gate->clouds[i] = (struct sb_options){.token_ttl_s = ttl_s,
                                              .bad_credentials = 401,
                                              .region = i == 0 ? "us-1" : "eu-1",
                                              .base_url = i == 0 ? "http://us" : "http://eu"};
    }
    gate->auth = sb_auth_new(&gate->clouds[0]);
    for (int i = 0; two_clouds && i < 2; i++) {
        sb_auth_add_cloud(gate->auth, &gate->clouds[i]);
    }
}

static void add_client(struct gate *gate, const char *text)
{
    struct sb_client client;
    assert_true(sb_client_parse(text, SB_SEED_CID, &client));
    assert_true(sb_auth_add_client(gate->auth, &client));
}

/* Asks a cloud for a token: the status, and "Bearer ..." where there is one. */
static unsigned ask(struct gate *gate, int cloud, const char *id, const char *member,
                    char ret_bearer[256], char ret_location[128])
{
    struct sb_request req = {.options = &gate->clouds[cloud], .path = "/oauth2/token"};
    struct sb_params form = {0};
    struct sb_response res;
    sb_response_init(&res);
    sb_params_add(&form, "client_id", 9, id, strlen(id));
    sb_params_add(&form, "client_secret", 13, "s", 1);
    if (member != NULL) {
        sb_params_add(&form, "member_cid", 10, member, strlen(member));
    }
    sb_auth_token(gate->auth, &req, &res, &form);
    unsigned status = res.status;
    const char *token = sb_text(res.object, "access_token");
    snprintf(ret_bearer, 256, "Bearer %s", token != NULL ? token : "");
    snprintf(ret_location, 128, "-");
    for (size_t i = 0; i < res.header_count; i++) {
        if (strcmp(res.headers[i].name, "Location") == 0) {
            snprintf(ret_location, 128, "%s", res.headers[i].value);
        } else if (status == 308) {
            assert_string_equal(res.headers[i].name, "X-Cs-Region");
            assert_string_equal(res.headers[i].value, gate->clouds[1 - cloud].region);
        }
    }
    sb_params_done(&form);
    sb_response_done(&res);
    return status;
}

/* The status that a call of the operation gets at a cloud; 200 where it is let through. */
static unsigned call(struct gate *gate, int cloud, const struct sb_route *route, const char *bearer,
                     char ret_cid[40])
{
    struct sb_request req = {.options = &gate->clouds[cloud], .route = route, .path = route->path};
    struct sb_response res;
    sb_response_init(&res);
    unsigned status = sb_auth_check(gate->auth, &req, &res, bearer) ? 200 : res.status;
    memcpy(ret_cid, req.caller.cid, 40);
    sb_response_done(&res);
    return status;
}

static void every_operation_wants_its_own_scope(void **state)
{
    static const struct {
        const char *name;
        unsigned bit;
    } scopes[] = {{"cases-read", SB_CASES_READ},
                  {"cases-write", SB_CASES_WRITE},
                  {"templates-read", SB_TEMPLATES_READ},
                  {"templates-write", SB_TEMPLATES_WRITE}};
    struct gate gate;
    (void)state;
    open_gate(&gate, 60, false);
    for (size_t i = 0; i < 4; i++) {
        char text[64], bearer[256], location[128], cid[40];
        snprintf(text, sizeof text, "%s:s:%s", scopes[i].name, scopes[i].name);
        add_client(&gate, text);
        assert_int_equal(ask(&gate, 0, scopes[i].name, NULL, bearer, location), 201);
        for (size_t k = 0; k < sb_route_count; k++) {
            unsigned wanted = sb_routes[k].scope == scopes[i].bit ? 200 : 403;
            if (call(&gate, 0, &sb_routes[k], bearer, cid) != wanted) {
                fail_msg("%s with %s", sb_routes[k].name, scopes[i].name);
            }
        }
    }
    sb_auth_free(gate.auth);
}

static void a_token_ends_with_its_time(void **state)
{
    struct gate gate;
    char bearer[256], location[128], cid[40];
    (void)state;
    open_gate(&gate, 0, false);
    add_client(&gate, "a:s:all");
    assert_int_equal(ask(&gate, 0, "a", NULL, bearer, location), 201);
    assert_int_equal(call(&gate, 0, &sb_routes[0], bearer, cid), 401);
    sb_auth_free(gate.auth);
}

static void a_revoked_token_is_good_for_nothing(void **state)
{
    struct gate gate;
    char bearer[256], other[256], location[128], cid[40];
    (void)state;
    open_gate(&gate, 60, false);
    add_client(&gate, "a:s:all");
    ask(&gate, 0, "a", NULL, bearer, location);
    ask(&gate, 0, "a", NULL, other, location);
    static const struct {
        const char *authorization;
        unsigned status, then;
    } rows[] = {
        {NULL, 401, 200},         {"Basic bm8=", 401, 200}, {"Basic YTp4", 401, 200}, /* a:x */
        {"Basic ????", 401, 200}, {"Basic YTpz", 200, 401},                           /* a:s */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_request req = {.options = &gate.clouds[0], .path = "/oauth2/revoke"};
        struct sb_params form = {0};
        struct sb_response res;
        sb_response_init(&res);
        sb_params_add(&form, "token", 5, bearer + 7, strlen(bearer + 7));
        sb_auth_revoke(gate.auth, &req, &res, &form, rows[i].authorization);
        assert_int_equal(res.status, rows[i].status);
        assert_int_equal(call(&gate, 0, &sb_routes[0], bearer, cid), rows[i].then);
        assert_int_equal(call(&gate, 0, &sb_routes[0], other, cid), 200);
        sb_params_done(&form);
        sb_response_done(&res);
    }
    sb_auth_free(gate.auth);
}

static void a_member_is_reached_by_the_main_tenant_alone(void **state)
{
    struct gate gate;
    char bearer[256], location[128], cid[40];
    (void)state;
    open_gate(&gate, 60, false);
    add_client(&gate, "parent:s:all");
    add_client(&gate, "child:s:all:member1");
    assert_true(sb_auth_add_member(gate.auth, "MEMBER1-AB"));
    assert_int_equal(ask(&gate, 0, "parent", "Member1-ab", bearer, location), 201);
    assert_int_equal(call(&gate, 0, &sb_routes[0], bearer, cid), 200);
    assert_string_equal(cid, "member1");
    assert_int_equal(ask(&gate, 0, "parent", "stranger", bearer, location), 403);
    assert_int_equal(ask(&gate, 0, "child", SB_SEED_CID, bearer, location), 403);
    assert_int_equal(ask(&gate, 0, "child", NULL, bearer, location), 201);
    assert_int_equal(call(&gate, 0, &sb_routes[0], bearer, cid), 200);
    assert_string_equal(cid, "member1");
    sb_auth_free(gate.auth);
}

/* ------------------------------------------------------------------ clouds */

static void a_client_is_sent_to_its_own_cloud(void **state)
{
    struct gate gate;
    char bearer[256], location[128], cid[40];
    (void)state;
    open_gate(&gate, 60, true);
    add_client(&gate, "us:s:all");
    add_client(&gate, "eu:s:all::eu-1");
    static const struct {
        const char *id;
        int cloud;
        unsigned status;
        const char *location;
    } rows[] = {
        {"us", 0, 201, "-"},
        {"us", 1, 308, "http://us/oauth2/token"},
        {"eu", 0, 308, "http://eu/oauth2/token"},
        {"eu", 1, 201, "-"},
        {"nobody", 0, 401, "-"},
        {"nobody", 1, 401, "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(ask(&gate, rows[i].cloud, rows[i].id, NULL, bearer, location),
                         rows[i].status);
        assert_string_equal(location, rows[i].location);
        if (rows[i].status == 201) {
            assert_int_equal(call(&gate, rows[i].cloud, &sb_routes[0], bearer, cid), 200);
            assert_int_equal(call(&gate, 1 - rows[i].cloud, &sb_routes[0], bearer, cid), 401);
        }
    }
    sb_auth_free(gate.auth);
}

/* ------------------------------------------------------------------ requests a minute */

static void the_rate_limit_slides_over_a_minute_for_each_key(void **state)
{
    struct sb_ratelimit *limiter = sb_ratelimit_new(2, 6000);
    struct sb_rate rate;
    (void)state;
    assert_true(sb_ratelimit_take(limiter, "a", 1000000, &rate));
    assert_int_equal(rate.limit, 2);
    assert_int_equal(rate.remaining, 1);
    assert_true(sb_ratelimit_take(limiter, "a", 1030000, &rate));
    assert_int_equal(rate.remaining, 0);
    assert_false(sb_ratelimit_take(limiter, "a", 1059999, &rate));
    assert_int_equal(rate.retry_at_ms, 1060000);
    assert_true(sb_ratelimit_take(limiter, "b", 1059999, &rate));
    assert_true(sb_ratelimit_take(limiter, "a", 1060000, &rate));
    assert_false(sb_ratelimit_take(limiter, "a", 1060001, &rate));
    assert_int_equal(rate.retry_at_ms, 1090000);
    sb_ratelimit_free(limiter);
}

static void a_limit_that_is_not_enforced_is_shown(void **state)
{
    struct sb_ratelimit *limiter = sb_ratelimit_new(0, 300);
    struct sb_rate rate;
    (void)state;
    for (int i = 0; i < 400; i++) {
        assert_true(sb_ratelimit_take(limiter, "a", 5, &rate));
    }
    assert_int_equal(rate.limit, 300);
    assert_int_equal(rate.remaining, 299);
    sb_ratelimit_free(limiter);
}

static void who_has_been_quiet_longest_makes_room(void **state)
{
    struct sb_ratelimit *limiter = sb_ratelimit_new(1, 300);
    struct sb_rate rate;
    char key[32];
    (void)state;
    for (int i = 0; i < 65; i++) {
        snprintf(key, sizeof key, "10.0.0.%d", i);
        assert_true(sb_ratelimit_take(limiter, key, 1000 + i, &rate));
    }
    assert_false(sb_ratelimit_take(limiter, "10.0.0.64", 1100, &rate));
    assert_false(sb_ratelimit_take(limiter, "10.0.0.1", 1100, &rate));
    assert_true(sb_ratelimit_take(limiter, "10.0.0.0", 1100, &rate));
    sb_ratelimit_free(limiter);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_is_read_from_its_option),
        cmocka_unit_test(every_operation_wants_its_own_scope),
        cmocka_unit_test(a_token_ends_with_its_time),
        cmocka_unit_test(a_revoked_token_is_good_for_nothing),
        cmocka_unit_test(a_member_is_reached_by_the_main_tenant_alone),
        cmocka_unit_test(a_client_is_sent_to_its_own_cloud),
        cmocka_unit_test(the_rate_limit_slides_over_a_minute_for_each_key),
        cmocka_unit_test(a_limit_that_is_not_enforced_is_shown),
        cmocka_unit_test(who_has_been_quiet_longest_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
