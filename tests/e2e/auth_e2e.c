/* Tokens, regions and tenants: how often a token is fetched, when anew, and where the bearer goes. */
#include "canned.h"
#include "check.h"
#include "world.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 16
#define CALLS 50
#define MEMBER "5a9dbd0c0ffee0000000000000000002"

static const char *text_at(struct json_object *json, const char *pointer)
{
    struct json_object *value = NULL;
    return json_pointer_get(json, pointer, &value) == 0 ? json_object_get_string(value) : "";
}

/* Of all recorded requests: how many are token requests, or (status not 0) have this status. */
static size_t count(const struct sandbox *sandbox, int token, int status)
{
    struct json_object *requests = sandbox_requests(sandbox, 0, 1);
    size_t found = 0;
    for (size_t i = 0; i < json_object_array_length(requests); i++) {
        struct json_object *request = json_object_array_get_idx(requests, i);
        int is_token = strcmp(text_at(request, "/path"), "/oauth2/token") == 0;
        int own = json_object_get_int(json_object_object_get(request, "status"));
        found += is_token == token && (status == 0 || status == own);
    }
    json_object_put(requests);
    return found;
}

static void succeeds(soar_plugin *instance)
{
    soar_status status = SOAR_OK;
    struct json_object *document = plugin_call(instance, "query_slas", "{}", &status);
    if (status != SOAR_OK) {
        fail_msg("%s", json_object_to_json_string(document));
    }
    json_object_put(document);
}

/* ------------------------------------------------------------------ threads */

struct caller {
    pthread_t thread;
    soar_plugin *instance;
    const char *fault; /* of a result document, or NULL */
    size_t others;     /* calls that did not end as `expected` */
    soar_status expected;
};

static void *call_often(void *arg)
{
    struct caller *caller = arg;
    for (int i = 0; i < CALLS && caller->fault == NULL; i++) {
        soar_status status = SOAR_OK;
        caller->fault = plugin_try(caller->instance, "query_slas", "{\"limit\":1}", &status);
        caller->others += status != caller->expected;
    }
    return NULL;
}

static void call_from_threads(soar_plugin *instance, soar_status expected)
{
    struct caller callers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.instance = instance, .expected = expected};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_null(callers[i].fault);
        assert_int_equal(callers[i].others, 0);
    }
}

static void one_token_serves_many_threads_and_calls(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    call_from_threads(world->instance, SOAR_OK);
    assert_int_equal(count(&world->sandbox, 1, 0), 1);
    assert_int_equal(count(&world->sandbox, 0, 200), THREADS * CALLS);
    world_free(world);
}

static void many_threads_renew_a_lost_token_once(void **state)
{
    const char *args[] = {"--fault", "query_slas:expired_token:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, NULL);
    call_from_threads(world->instance, SOAR_OK);
    assert_int_equal(count(&world->sandbox, 1, 0), 2);
    assert_int_equal(count(&world->sandbox, 0, 200), THREADS * CALLS);
    world_free(world);
}

static void wrong_credentials_refuse_every_thread(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, "{\"falcon.client_secret\":\"wrong\"}");
    call_from_threads(world->instance, SOAR_UNAUTHENTICATED);
    assert_int_equal(count(&world->sandbox, 0, 0), 0);
    world_free(world);
}

/* ------------------------------------------------------------------ renewal */

static void a_token_is_renewed_before_the_service_refuses_it(void **state)
{
    const char *args[] = {"--token-ttl", "2", NULL};
    size_t tokens = 0;
    (void)state;
    struct world *world = world_open_new(args, NULL);
    for (int i = 0; i < 1000 && tokens < 2; i++) {
        for (int k = 0; k < 100; k++) {
            succeeds(world->instance);
        }
        tokens = count(&world->sandbox, 1, 0);
    }
    assert_int_equal(tokens, 2);
    assert_int_equal(count(&world->sandbox, 0, 401), 0);
    world_free(world);
}

static void a_401_fetches_a_new_token_and_the_call_succeeds(void **state)
{
    const char *args[] = {"--fault", "query_slas:expired_token:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, NULL);
    succeeds(world->instance);
    assert_int_equal(count(&world->sandbox, 1, 201), 2);
    assert_int_equal(count(&world->sandbox, 0, 401), 1);
    assert_int_equal(count(&world->sandbox, 0, 200), 1);
    world_free(world);
}

static void a_second_401_ends_the_call(void **state)
{
    const char *args[] = {"--fault", "query_slas:expired_token", NULL};
    soar_status status = SOAR_OK;
    (void)state;
    struct world *world = world_open_new(args, NULL);
    struct json_object *document = plugin_call(world->instance, "query_slas", "{}", &status);
    assert_int_equal(status, SOAR_UNAUTHENTICATED);
    assert_string_equal(text_at(document, "/error/reason"), "token_refused");
    assert_int_equal(count(&world->sandbox, 0, 401), 2);
    assert_int_equal(count(&world->sandbox, 1, 201), 2);
    json_object_put(document);
    world_free(world);
}

static void a_write_that_met_a_401_is_sent_again_once(void **state)
{
    const char *args[] = {"--fault", "create_case:expired_token:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, NULL);
    free(world_new_case(world, "n"));
    assert_int_equal(count(&world->sandbox, 0, 401), 1);
    assert_int_equal(count(&world->sandbox, 0, 201), 1);
    world_free(world);
}

static void a_token_request_is_repeated_after_a_503_and_a_rate_limit(void **state)
{
    const char *args[] = {"--fault", "token:status=503:1", "--fault", "token:ratelimit=0:1", NULL};
    (void)state;
    struct world *world = world_open_new(args, NULL);
    succeeds(world->instance);
    assert_int_equal(count(&world->sandbox, 1, 0), 3);
    world_free(world);
}

/* ------------------------------------------------------------------ regions */

static void a_token_request_follows_308_to_another_region_and_calls_go_there(void **state)
{
    struct world *there = world_new(NULL);
    const char *args[] = {"--redirect-token", there->sandbox.url, "--region", "us-2", NULL};
    (void)state;
    struct world *here = world_open_new(args, NULL);
    succeeds(here->instance);
    succeeds(here->instance);
    assert_int_equal(count(&here->sandbox, 1, 308), 1);
    assert_int_equal(count(&here->sandbox, 0, 0), 0);
    assert_int_equal(count(&there->sandbox, 1, 201), 1);
    assert_int_equal(count(&there->sandbox, 0, 200), 2);
    world_free(here);
    world_free(there);
}

static void a_token_request_goes_to_no_address_that_is_not_a_cloud(void **state)
{
    static const char *const addresses[] = {
        "https://api.crowdstrike.com.example.net", "http://api.us-2.crowdstrike.com",
        "https://user@api.us-2.crowdstrike.com.example.net", "ftp://127.0.0.1", "nonsense"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const char *args[] = {"--redirect-token", addresses[i], NULL};
        soar_status status = SOAR_OK;
        struct world *world = world_open_new(args, NULL);
        struct json_object *document = plugin_call(world->instance, "query_slas", "{}", &status);
        if (status != SOAR_FAILED_PRECONDITION ||
            strcmp(text_at(document, "/error/reason"), "redirect_refused") != 0) {
            fail_msg("%s: %s", addresses[i], json_object_to_json_string(document));
        }
        assert_int_equal(count(&world->sandbox, 1, 0), 1);
        json_object_put(document);
        world_free(world);
    }
}

static void token_requests_that_go_in_circles_end(void **state)
{
    char *moved = canned_answer("308 Permanent Redirect", "Location: /oauth2/token\r\n", "");
    const char *answers[] = {moved, NULL};
    soar_status status = SOAR_OK;
    (void)state;
    struct world *world = world_new(NULL);
    struct canned *server = canned_start(answers);
    struct json_object *settings = settings_new(&world->sandbox, NULL);
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(canned_url(server)));
    soar_plugin *instance = plugin_open(settings);
    json_object_put(plugin_call(instance, "query_slas", "{}", &status));
    assert_int_equal(status, SOAR_FAILED_PRECONDITION);
    plugin_close(instance);
    struct json_object *requests = canned_stop(server);
    assert_in_range(json_object_array_length(requests), 1, 5);
    json_object_put(requests);
    json_object_put(settings);
    free(moved);
    world_free(world);
}

/* ------------------------------------------------------------------ where the bearer goes */

/* The API of these answers gives a link to `there`; what `there` was asked, and what the call gave. */
static struct json_object *download_by_link(struct world *world, struct canned *there,
                                            struct json_object **ret_api_requests)
{
    char body[256];
    snprintf(body, sizeof body, "{\"meta\":{},\"resources\":[{\"link\":\"%s/file?sig=x\"}]}",
             canned_url(there));
    char *token = canned_token();
    char *link = canned_answer("200 OK", "Content-Type: application/json\r\n", body);
    const char *answers[] = {token, link, NULL};
    struct canned *api = canned_start(answers);
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    json_object_object_add(settings, "falcon.base_url", json_object_new_string(canned_url(api)));
    soar_plugin *instance = plugin_open(settings);
    struct json_object *document =
        plugin_call(instance, "download_existing_files", "{\"id\":\"f\"}", NULL);
    plugin_close(instance);
    json_object_put(settings);
    *ret_api_requests = canned_stop(api);
    free(token);
    free(link);
    return document;
}

static void the_bearer_goes_to_the_api_and_to_no_other_origin(void **state)
{
    char *file = canned_answer("200 OK", "Content-Type: application/octet-stream\r\n", "payload");
    const char *answers[] = {file, NULL};
    struct json_object *to_api = NULL;
    (void)state;
    struct world *world = world_new(NULL);
    struct canned *there = canned_start(answers);
    struct json_object *document = download_by_link(world, there, &to_api);
    struct json_object *to_there = canned_stop(there);
    assert_string_equal(text_at(document, "/status"), "OK");
    assert_int_equal(json_object_array_length(to_there), 1);
    assert_non_null(strstr(text_at(to_api, "/1"), "Authorization: Bearer canned-token"));
    assert_non_null(strstr(text_at(to_there, "/0"), "GET /file?sig=x HTTP/1.1"));
    assert_null(strcasestr(text_at(to_there, "/0"), "authorization"));
    assert_null(strstr(text_at(to_there, "/0"), "canned-token"));
    json_object_put(to_there);
    json_object_put(to_api);
    json_object_put(document);
    world_free(world);
    free(file);
}

static void a_redirect_of_a_call_is_not_followed(void **state)
{
    char *file = canned_answer("200 OK", "Content-Type: application/json\r\n", "{}");
    const char *answers[] = {file, NULL};
    char fault[128];
    soar_status status = SOAR_OK;
    (void)state;
    struct canned *there = canned_start(answers);
    snprintf(fault, sizeof fault, "query_slas:redirect=%s/", canned_url(there));
    const char *args[] = {"--fault", fault, NULL};
    struct world *world = world_open_new(args, NULL);
    json_object_put(plugin_call(world->instance, "query_slas", "{}", &status));
    struct json_object *to_there = canned_stop(there);
    assert_int_equal(status, SOAR_FAILED_PRECONDITION);
    assert_int_equal(json_object_array_length(to_there), 0);
    json_object_put(to_there);
    world_free(world);
    free(file);
}

/* ------------------------------------------------------------------ tenants */

static void two_instances_work_in_two_tenants_with_tokens_of_their_own(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, "{\"falcon.tenant\":\"parent\"}");
    struct json_object *settings = settings_new(&world->sandbox, NULL);
    json_object_object_add(settings, "falcon.member_cid", json_object_new_string(MEMBER));
    soar_plugin *child = plugin_open(settings);
    char *id = world_new_case(world, "of the parent");
    struct json_object *of_parent = plugin_call(world->instance, "query_case_ids", "{}", NULL);
    struct json_object *of_child = plugin_call(child, "query_case_ids", "{}", NULL);
    assert_string_equal(text_at(of_parent, "/resources/0"), id);
    assert_string_equal(text_at(of_child, "/resources"), "[ ]");
    assert_string_equal(text_at(of_parent, "/meta/tenant"), "parent");
    assert_string_equal(text_at(of_child, "/meta/tenant"), MEMBER);
    assert_int_equal(count(&world->sandbox, 1, 201), 2);
    json_object_put(of_parent);
    json_object_put(of_child);
    plugin_close(child);
    json_object_put(settings);
    free(id);
    world_free(world);
}

/* ------------------------------------------------------------------ secrets */

static void keep_line(void *ctx, int32_t level, const char *msg, uint64_t msg_len)
{
    (void)level;
    fprintf(ctx, "%.*s\n", (int)msg_len, msg);
}

static void no_log_and_no_result_holds_a_secret(void **state)
{
    char *lines = NULL;
    size_t size = 0;
    soar_plugin *instance = NULL;
    (void)state;
    const char *args[] = {"--fault", "query_slas:status=503:1", "--fault",
                          "query_slas:expired_token:1", NULL};
    struct world *world = world_new(args);
    FILE *out = open_memstream(&lines, &size);
    soar_host host = {
        .struct_size = sizeof host, .abi_version = SOAR_ABI_VERSION, .ctx = out, .log = keep_line};
    struct json_object *settings = settings_new(&world->sandbox, NULL);
    json_object_object_add(settings, "log.level", json_object_new_string("debug"));
    char *config = settings_text(settings);
    assert_int_equal(plugin_functions()->init(&host, config, strlen(config), &instance, NULL, NULL),
                     SOAR_OK);
    struct json_object *document = plugin_call(instance, "query_slas", "{}", NULL);
    plugin_close(instance);
    fclose(out);
    const char *text = json_object_to_json_string(document);
    assert_string_equal(text_at(document, "/status"), "OK");
    assert_true(size > 0);
    assert_null(strstr(lines, world->sandbox.client_secret));
    assert_null(strstr(text, world->sandbox.client_secret));
    assert_null(strstr(lines, "eyJ"));
    assert_null(strstr(text, "eyJ"));
    json_object_put(document);
    json_object_put(settings);
    free(config);
    free(lines);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_token_serves_many_threads_and_calls),
        cmocka_unit_test(many_threads_renew_a_lost_token_once),
        cmocka_unit_test(wrong_credentials_refuse_every_thread),
        cmocka_unit_test(a_token_is_renewed_before_the_service_refuses_it),
        cmocka_unit_test(a_401_fetches_a_new_token_and_the_call_succeeds),
        cmocka_unit_test(a_second_401_ends_the_call),
        cmocka_unit_test(a_write_that_met_a_401_is_sent_again_once),
        cmocka_unit_test(a_token_request_is_repeated_after_a_503_and_a_rate_limit),
        cmocka_unit_test(a_token_request_follows_308_to_another_region_and_calls_go_there),
        cmocka_unit_test(a_token_request_goes_to_no_address_that_is_not_a_cloud),
        cmocka_unit_test(token_requests_that_go_in_circles_end),
        cmocka_unit_test(the_bearer_goes_to_the_api_and_to_no_other_origin),
        cmocka_unit_test(a_redirect_of_a_call_is_not_followed),
        cmocka_unit_test(two_instances_work_in_two_tenants_with_tokens_of_their_own),
        cmocka_unit_test(no_log_and_no_result_holds_a_secret),
    };
    return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
