/* One invocation of several requests: pages, chunks, files behind links; and ends in the middle. */
#include "call_world.h"

#define LIST BASE "/cases/queries/cases/v1"
#define TAGS BASE "/casemgmt/queries/access-tags/v1"
#define FILE_URL BASE "/case-files/entities/files/download/v1?id=f"

static void all_pages_become_one_list(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call =
        ask(&world, "query_case_ids", "{\"all\":true,\"limit\":2,\"filter\":\"x\"}");
    give_token(&world, call);
    expect_send(&world, call, "GET", LIST "?filter=x&limit=2&offset=0");
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"a\",\"b\"]}");
    expect_send(&world, call, "GET", LIST "?filter=x&limit=2&offset=2");
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":5}},\"resources\":[\"c\",\"d\"]}");
    assert_int_equal(call_items(call), 4);
    expect_send(&world, call, "GET", LIST "?filter=x&limit=2&offset=4");
    answer(&world, call, 200,
           "{\"meta\":{\"pagination\":{\"total\":5},\"trace_id\":\"t3\"},\"resources\":[\"e\"]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources", "[\"a\",\"b\",\"c\",\"d\",\"e\"]");
    assert_int_equal(json_int_at(document, "/meta/requests", 0), 3);
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 1);
    expect_text(document, "/meta/trace_id", "t3");
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
        snprintf(url, sizeof(url), LIST "?limit=1&offset=%d", page);
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
        expect_send(&world, call, "GET", LIST "?limit=1&offset=0");
        answer(&world, call, 200, "{\"resources\":[\"a\"]}");
        if (how == REFUSED) {
            expect_send(&world, call, "GET", LIST "?limit=1&offset=1");
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

/* {"ids": ["i0", "i1", ...]} and the resources of a part of them, in reverse. */
static void ids_text(struct buf *text, int n)
{
    buf_init(text, 1 << 20);
    buf_adds(text, "{\"ids\":[");
    for (int i = 0; i < n; i++)
        buf_addf(text, "%s\"i%d\"", i > 0 ? "," : "", i);
    buf_adds(text, "]}");
}

static void answer_ids(struct call_world *world, struct call *call, int from, int to)
{
    struct buf text;

    buf_init(&text, 1 << 20);
    buf_adds(&text, "{\"resources\":[");
    for (int i = to - 1; i >= from; i--)
        buf_addf(&text, "{\"id\":\"i%d\"}%s", i, i > from ? "," : "");
    buf_adds(&text, "],\"errors\":[]}");
    answer(world, call, 200, text.ptr);
    buf_done(&text);
}

static void many_ids_are_asked_for_in_chunks_and_come_back_in_order(void **state)
{
    (void)state;
    struct call_world world;
    struct buf ids;

    open_world(&world);
    ids_text(&ids, 1500);
    struct call *call = ask(&world, "get_cases", ids.ptr);
    give_token(&world, call);
    struct http_request *request =
        expect_send(&world, call, "POST", BASE "/cases/entities/cases/v2");
    assert_non_null(strstr(request->body.ptr, "\"i999\"]}"));
    answer_ids(&world, call, 0, 1000);
    request = expect_send(&world, call, "POST", BASE "/cases/entities/cases/v2");
    assert_int_equal(strncmp(request->body.ptr, "{\"ids\":[\"i1000\",", 16), 0);
    answer_ids(&world, call, 1000, 1500);
    struct json_object *document = finish(&world, call, SOAR_OK);
    struct json_object *resources = json_at(document, "/resources");
    assert_int_equal(json_object_array_length(resources), 1500);
    expect_text(document, "/resources/0/id", "i0");
    expect_text(document, "/resources/999/id", "i999");
    expect_text(document, "/resources/1000/id", "i1000");
    expect_text(document, "/resources/1499/id", "i1499");
    json_object_put(document);
    buf_done(&ids);
    close_world(&world);
}

static void a_chunk_that_fails_is_named_id_by_id(void **state)
{
    (void)state;
    struct call_world world;
    struct buf ids;

    open_world(&world);
    ids_text(&ids, 250);
    struct call *call = ask(&world, "get_fields", ids.ptr);
    give_token(&world, call);
    call_step(call, world.now);
    answer_ids(&world, call, 0, 100);
    call_step(call, world.now);
    answer(&world, call, 403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}");
    struct json_object *document = finish(&world, call, SOAR_PARTIAL);
    assert_int_equal(json_object_array_length(json_at(document, "/resources")), 100);
    expect_text(document, "/resources/0/id", "i0");
    struct json_object *errors = json_at(document, "/errors");
    assert_int_equal(json_object_array_length(errors), 151); /* the service's own, and 150 ids */
    expect_text(document, "/errors/1/id", "i100");
    expect_text(document, "/errors/150/id", "i249");
    expect_text(document, "/errors/150/message", "not asked for");
    json_object_put(document);
    buf_done(&ids);
    close_world(&world);
}

static void a_chunk_in_which_nothing_is_there_lets_the_others_go_on(void **state)
{
    (void)state;
    struct call_world world;
    struct buf ids;

    open_world(&world);
    ids_text(&ids, 150);
    struct call *call = ask(&world, "get_fields", ids.ptr);
    give_token(&world, call);
    call_step(call, world.now);
    answer(&world, call, 200, "{\"resources\":[],\"errors\":[{\"code\":404,\"message\":\"x\"}]}");
    assert_int_equal(call_step(call, world.now).want, CALL_SEND);
    answer_ids(&world, call, 100, 150);
    struct json_object *document = finish(&world, call, SOAR_PARTIAL);
    assert_int_equal(json_object_array_length(json_at(document, "/resources")), 50);
    expect_text(document, "/resources/0/id", "i100");
    expect_text(document, "/errors/1/id", "i0");
    json_object_put(document);
    buf_done(&ids);
    close_world(&world);
}

static void a_delete_in_chunks_that_fails_says_that_some_was_applied(void **state)
{
    (void)state;
    struct call_world world;
    struct buf ids;

    open_world(&world);
    ids_text(&ids, 150);
    struct call *call = ask(&world, "delete_sla", ids.ptr);
    give_token(&world, call);
    call_step(call, world.now);
    answer(&world, call, 200, "{\"resources\":[\"i0\"]}");
    call_step(call, world.now);
    answer(&world, call, 403, "{}");
    expect_end(&world, call, SOAR_PARTIAL, "forbidden", "applied");
    buf_done(&ids);
    close_world(&world);
}

static void an_id_that_is_not_there_makes_the_answer_partial(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        soar_status status;
        const char *reason;
    } rows[] = {
        {"{\"resources\":[{\"id\":\"a\"}]}", SOAR_PARTIAL, "partial"},
        {"{\"resources\":[]}", SOAR_NOT_FOUND, "not_found"},
        {"{\"resources\":[{\"id\":\"b\"}],\"errors\":[{\"code\":404,\"message\":\"x\",\"id\":"
         "\"a\"}]}",
         SOAR_PARTIAL, "partial"},
        {"{\"resources\":[],\"errors\":[{\"code\":404,\"message\":\"x\"}]}", SOAR_NOT_FOUND,
         "not_found"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "get_cases", "{\"ids\":[\"a\",\"b\"]}");
        give_token(&world, call);
        expect_send(&world, call, "POST", BASE "/cases/entities/cases/v2");
        answer(&world, call, 200, rows[i].answer);
        expect_end(&world, call, rows[i].status, rows[i].reason, "not_applied");
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
    world->response.file_path = strdup("/out/a.zip");
    world->response.file_name = strdup("a.zip");
    world->response.file_bytes = 12;
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
        cmocka_unit_test(pages_by_token_carry_the_token),
        cmocka_unit_test(each_page_has_its_own_attempts),
        cmocka_unit_test(what_was_read_before_a_page_failed_is_not_thrown_away),
        cmocka_unit_test(many_ids_are_asked_for_in_chunks_and_come_back_in_order),
        cmocka_unit_test(a_chunk_that_fails_is_named_id_by_id),
        cmocka_unit_test(a_chunk_in_which_nothing_is_there_lets_the_others_go_on),
        cmocka_unit_test(a_delete_in_chunks_that_fails_says_that_some_was_applied),
        cmocka_unit_test(an_id_that_is_not_there_makes_the_answer_partial),
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
