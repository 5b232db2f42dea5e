/* One invocation of several requests: pages, files behind links; and ends in the middle. */
#include "call_world.h"

#define LIST BASE "/cases/queries/cases/v1"
#define SORT "&sort=created_timestamp%7Cdesc" /* where the caller wants none */
#define TAGS BASE "/casemgmt/queries/access-tags/v1"
#define FILE_URL BASE "/case-files/entities/files/download/v1?id=f"

static void all_pages_become_one_list(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call =
        ask(&world, "query_case_ids", "{\"all\":true,\"limit\":3,\"filter\":\"x\"}");
    give_token(&world, call);
    uint64_t gone, total;
    expect_send(&world, call, "GET", LIST "?filter=x&limit=3&offset=0" SORT);
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":6}},\"resources\":[\"a\",\"b\",\"c\"]}");
    assert_true(call_progress(call, &gone, &total));
    assert_int_equal(gone, 3);
    assert_int_equal(total, 6);
    expect_send(&world, call, "GET", LIST "?filter=x&limit=3&offset=2" SORT);
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":6}},\"resources\":[\"c\",\"d\",\"e\"]}");
    assert_int_equal(call_items(call), 5);
    expect_send(&world, call, "GET", LIST "?filter=x&limit=3&offset=4" SORT);
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":6},\"trace_id\":\"t3\"},\"resources\":[\"e\","
           "\"f\"]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]");
    expect_json(document, "/meta/paging",
                "{\"pages\":3,\"items\":6,\"complete\":true,\"moved\":false}");
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 3);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 1);
    expect_text(document, "/meta/trace_id", "t3");
    json_object_put(document);
    close_world(&world);
}

static void what_came_of_a_list_with_errors_is_told_by_its_ids(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_case_ids", "{\"limit\":3}");
    give_token(&world, call);
    expect_send(&world, call, "GET", LIST "?limit=3");
    answer(&world, call, 200,
           "{\"meta\":{},\"resources\":[\"a\",\"b\\u002f\"],\"errors\":[{\"code\":500,"
           "\"message\":\"a shard is away\"}]}");
    struct json_object *document = finish(&world, call, SOAR_PARTIAL);
    expect_json(document, "/resources", "[\"a\",\"b/\"]");
    expect_json(document, "/done", "[\"a\",\"b/\"]");
    assert_int_equal(json_int_at(document, "/failed/0/code", 0), 500);
    json_object_put(document);
    close_world(&world);
}

static void pages_by_token_carry_the_token(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "query_access_tags", "{\"max_items\":3}");
    give_token(&world, call);
    expect_send(&world, call, "GET", TAGS "?limit=3");
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"after\":\"x+1\"}},\"resources\":[\"a\",\"b\"]}");
    expect_send(&world, call, "GET", TAGS "?after=x%2B1&limit=1");
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"after\":\"x+2\"}},\"resources\":[\"c\"]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources", "[\"a\",\"b\",\"c\"]");
    json_object_put(document);
    close_world(&world);
}

static void each_page_has_its_own_attempts(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    world.config.retry.attempts = 2;
    struct call *call = ask(&world, "query_case_ids", "{\"max_items\":2,\"limit\":1}");
    give_token(&world, call);
    for (int page = 0; page < 2; page++) {
        char url[128], body[64];
        snprintf(url, sizeof(url), "%s?limit=1&offset=%d%s", LIST, page, SORT);
        snprintf(body, sizeof(body), "{\"resources\":[\"%d\"]}", page);
        expect_send(&world, call, "GET", url);
        answer(&world, call, 502, "");
        expect_wait(&world, call, 100);
        later(&world, 100);
        expect_send(&world, call, "GET", url);
        answer(&world, call, 200, body);
    }
    struct json_object *document = finish(&world, call, SOAR_OK);
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 4);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 2);
    json_object_put(document);
    close_world(&world);
}

static void what_was_read_before_a_page_failed_is_not_thrown_away(void **state)
{
    (void)state;
    enum { REFUSED, CANCELLED, TOO_LATE };
    static const char *const reasons[] = {"forbidden", "cancelled", "deadline"};

    for (int how = REFUSED; how <= TOO_LATE; how++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "query_case_ids", "{\"all\":true,\"limit\":1}");
        give_token(&world, call);
        expect_send(&world, call, "GET", LIST "?limit=1&offset=0" SORT);
        answer(&world, call, 200, "{\"resources\":[\"a\"]}");
        if (how == REFUSED) {
            expect_send(&world, call, "GET", LIST "?limit=1&offset=1" SORT);
            answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
        } else if (how == CANCELLED) {
            call_cancel(call);
        } else {
            later(&world, 60000);
        }
        struct json_object *document = finish(&world, call, SOAR_PARTIAL);
        expect_json(document, "/resources", "[\"a\"]");
        expect_text(document, "/error/code", "PARTIAL");
        expect_text(document, "/error/reason", reasons[how]);
        json_object_put(document);
        close_world(&world);
    }
}

static void a_list_that_was_cut_says_where_it_goes_on(void **state)
{
    (void)state;
    static const char *const rows[][4] = {
        {"query_case_ids", "{\"max_items\":2,\"offset\":5}",
         "{\"meta\":{\"pagination\":{\"total\":9}},\"resources\":[\"a\",\"b\"]}",
         "{\"pages\":1,\"items\":2,\"complete\":false,\"moved\":false,\"next_offset\":7}"},
        {"query_case_ids", "{\"max_items\":4,\"offset\":5}",
         "{\"meta\":{\"pagination\":{\"total\":9}},\"resources\":[\"a\",\"b\",\"c\",\"d\"]}",
         "{\"pages\":1,\"items\":4,\"complete\":true,\"moved\":false}"},
        {"query_access_tags", "{\"max_items\":2}",
         "{\"meta\":{\"pagination\":{\"after\":\"t\"}},\"resources\":[\"a\",\"b\"]}",
         "{\"pages\":1,\"items\":2,\"complete\":false,\"moved\":false,\"next_after\":\"t\"}"},
        {"query_access_tags", "{\"all\":true}", "{\"resources\":[\"a\",\"b\"]}",
         "{\"pages\":1,\"items\":2,\"complete\":true,\"moved\":false}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, rows[i][0], rows[i][1]);
        give_token(&world, call);
        call_step(call, world.now);
        answer(&world, call, 200, rows[i][2]);
        struct json_object *document = finish(&world, call, SOAR_OK);
        expect_json(document, "/meta/paging", rows[i][3]);
        json_object_put(document);
        close_world(&world);
    }
}

static void what_cannot_be_read_to_its_end_is_partial(void **state)
{
    (void)state;
    enum { IN_CIRCLES, TOO_BIG };
    static const char *const reasons[] = {"list_unstable", "result_too_big"};

    for (int how = IN_CIRCLES; how <= TOO_BIG; how++) {
        struct call_world world;
        open_world(&world);
        world.config.limits.max_result_bytes = how == TOO_BIG ? 500 : 1 << 24;
        struct call *call = ask(&world, "query_case_ids", "{\"all\":true,\"limit\":2}");
        give_token(&world, call);
        for (int i = 0; i < 100 && call_step(call, world.now).want == CALL_SEND; i++) {
            char text[128];
            snprintf(text, sizeof(text),
                     "{\"meta\":{\"pagination\":{\"total\":900}},\"resources\":[\"n%d\",\"n%d\"]}",
                     how == TOO_BIG ? i : 0, how == TOO_BIG ? i + 1 : 1);
            answer(&world, call, 200, text);
        }
        struct json_object *document = finish(&world, call, SOAR_PARTIAL);
        expect_text(document, "/error/reason", reasons[how]);
        assert_false(json_object_get_boolean(json_at(document, "/meta/paging/complete")));
        assert_non_null(json_at(document, "/meta/paging/next_offset"));
        assert_null(json_at(document, "/done"));
        json_object_put(document);
        close_world(&world);
    }
}

static void a_bare_answer_is_the_value(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "delete_templates", "{\"ids\":[\"a\"]}");
    give_token(&world, call);
    expect_send(&world, call, "DELETE", BASE "/casemgmt/entities/templates/v1?ids=a");
    answer(&world, call, 200, "\"done\"");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_text(document, "/value", "done");
    json_object_put(document);
    close_world(&world);
}

static void an_answer_without_resources_has_an_empty_list(void **state)
{
    (void)state;
    static const char *const bodies[] = {"", "{\"meta\":{}}", "{\"resources\":null}",
                                         "{\"resources\":[],\"errors\":null}"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "query_case_ids", "{}");
        give_token(&world, call);
        expect_send(&world, call, "GET", LIST);
        answer(&world, call, bodies[i][0] == '\0' ? 204 : 200, bodies[i]);
        struct json_object *document = finish(&world, call, SOAR_OK);
        expect_json(document, "/resources", "[]");
        json_object_put(document);
        close_world(&world);
    }
}

/* ------------------------------------------------------------------ files */

static struct call *ask_file(struct call_world *world)
{
    struct call *call = ask(world, "download_existing_files", "{\"id\":\"f\"}");

    give_token(world, call);
    struct http_request *request = expect_send(world, call, "GET", FILE_URL);
    assert_int_equal(request->sink, HTTP_TO_FILE_UNLESS_JSON);
    return call;
}

static void answer_file(struct call_world *world, struct call *call)
{
    world->response.has_file = true;
    world->response.file.path = strdup("/out/a.zip");
    world->response.file.name = strdup("a.zip");
    world->response.file.bytes = 12;
    snprintf(world->response.content_type, sizeof(world->response.content_type), "application/zip");
    answer(world, call, 200, "");
}

static void a_file_that_came_is_described(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask_file(&world);
    answer_file(&world, call);
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/file",
                "{\"path\":\"/out/a.zip\",\"name\":\"a.zip\",\"bytes\":12,"
                "\"content_type\":\"application/zip\"}");
    assert_null(json_at(document, "/resources"));
    json_object_put(document);
    close_world(&world);
}

static void a_link_is_followed_with_the_bearer_to_the_api_alone(void **state)
{
    (void)state;
    static const struct {
        const char *link, *url;
        bool bearer;
    } rows[] = {
        {BASE "/files/f", BASE "/files/f", true},
        {"/files/f", BASE "/files/f", true},
        {"http://127.0.0.1:8/f", "http://127.0.0.1:8/f", false},
        {"https://127.0.0.1:9/f", "https://127.0.0.1:9/f", false},
        {"https://bucket.example/f?sig=1", "https://bucket.example/f?sig=1", false},
        {"https://127.0.0.1:9@bucket.example/f", "https://127.0.0.1:9@bucket.example/f", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        char body[256];
        open_world(&world);
        struct call *call = ask_file(&world);
        snprintf(body, sizeof(body), "{\"meta\":{},\"resources\":[{\"link\":\"%s\"}]}",
                 rows[i].link);
        answer(&world, call, 200, body);
        struct http_request *request = expect_send(&world, call, "GET", rows[i].url);
        assert_int_equal(request->authorization != NULL, rows[i].bearer);
        assert_int_equal(request->sink, HTTP_TO_FILE);
        assert_false(request->has_body);
        answer_file(&world, call);
        struct json_object *document = finish(&world, call, SOAR_OK);
        expect_text(document, "/file/name", "a.zip");
        assert_int_equal(json_int_at(document, "/meta/requests", 0), 2);
        json_object_put(document);
        close_world(&world);
    }
}

static void a_link_that_is_not_safe_is_refused(void **state)
{
    (void)state;
    static const char *const links[] = {"http://bucket.example/f", "//bucket.example/f",
                                        "file:///etc/passwd",      "ftp://bucket.example/f",
                                        "bucket.example/f",        "javascript:1"};
    for (size_t i = 0; i < COUNT(links); i++) {
        struct call_world world;
        char body[128];
        open_world(&world);
        struct call *call = ask_file(&world);
        snprintf(body, sizeof(body), "{\"resources\":[{\"link\":\"%s\"}]}", links[i]);
        answer(&world, call, 200, body);
        expect_end(&world, call, SOAR_FAILED_PRECONDITION, "link_refused", "not_applied");
        close_world(&world);
    }
}

static void a_link_is_tried_again_too(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask_file(&world);
    answer(&world, call, 200, "{\"resources\":[{\"link\":\"https://bucket.example/f\"}]}");
    expect_send(&world, call, "GET", "https://bucket.example/f");
    answer(&world, call, 503, "<Error/>");
    expect_wait(&world, call, 100);
    later(&world, 100);
    struct http_request *request = expect_send(&world, call, "GET", "https://bucket.example/f");
    assert_null(request->authorization);
    answer(&world, call, 403, "<Error/>");
    expect_end(&world, call, SOAR_PERMISSION_DENIED, "forbidden", "not_applied");
    close_world(&world);
}

static void a_strangers_401_is_not_the_tokens_fault(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask_file(&world);
    answer(&world, call, 200, "{\"resources\":[{\"link\":\"https://bucket.example/f\"}]}");
    expect_send(&world, call, "GET", "https://bucket.example/f");
    answer(&world, call, 401, "<Error/>");
    expect_end(&world, call, SOAR_UNAUTHENTICATED, "token_refused", "not_applied");
    call = ask(&world, "query_case_ids", "{}");
    expect_send(&world, call, "GET", LIST); /* with the token that is there */
    call_free(call);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pages_become_one_list),
        cmocka_unit_test(what_came_of_a_list_with_errors_is_told_by_its_ids),
        cmocka_unit_test(pages_by_token_carry_the_token),
        cmocka_unit_test(each_page_has_its_own_attempts),
        cmocka_unit_test(what_was_read_before_a_page_failed_is_not_thrown_away),
        cmocka_unit_test(a_list_that_was_cut_says_where_it_goes_on),
        cmocka_unit_test(what_cannot_be_read_to_its_end_is_partial),
        cmocka_unit_test(a_bare_answer_is_the_value),
        cmocka_unit_test(an_answer_without_resources_has_an_empty_list),
        cmocka_unit_test(a_file_that_came_is_described),
        cmocka_unit_test(a_link_is_followed_with_the_bearer_to_the_api_alone),
        cmocka_unit_test(a_link_that_is_not_safe_is_refused),
        cmocka_unit_test(a_link_is_tried_again_too),
        cmocka_unit_test(a_strangers_401_is_not_the_tokens_fault),
    };
    return cmocka_run_group_tests_name("call_pages", tests, NULL, NULL);
}
