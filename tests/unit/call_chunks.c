/* One invocation for many ids: parts of them in requests of their own, and what of them is done. */
#include "call_world.h"

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

/* What the lists of a document say of n ids i0, i1, ...: 'd' done, or the first letter of how the
 * failed one ended, as a text of n letters; each id must stand in one of them, once. */
static void expect_fates(struct json_object *document, const char *fates)
{
    size_t n = strlen(fates), seen = 0;
    char found[512] = "";
    struct json_object *lists[] = {json_at(document, "/done"), json_at(document, "/failed")};

    assert_true(n < sizeof(found));
    memset(found, '-', n);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < json_object_array_length(lists[k]); i++) {
            struct json_object *one = json_object_array_get_idx(lists[k], i);
            const char *id = k == 0 ? json_object_get_string(one) : json_string_at(one, "/id");
            size_t number = (size_t)atoi(id + 1);
            assert_true(number < n && found[number] == '-');
            const char *outcome = k == 0 ? "done" : json_string_at(one, "/outcome");
            found[number] = strcmp(outcome, "not_sent") == 0 ? '0' : outcome[0];
            seen++;
        }
    assert_int_equal(seen, n);
    assert_string_equal(found, fates);
}

/* 100 letters, twice or three times, and a rest of 50. */
static const char *letters(char *ret, char first, char second, char third)
{
    memset(ret, first, 100);
    memset(ret + 100, second, 100);
    memset(ret + 200, third, 50);
    ret[250] = '\0';
    return ret;
}

static void of_a_write_in_parts_each_id_is_done_or_not_done_or_unknown(void **state)
{
    (void)state;
    static const struct {
        int statuses[3]; /* of the parts; 0: the answer is lost, -1: cancelled before it */
        soar_status status;
        const char *reason, *outcome;
        char fates[4];
    } rows[] = {
        {{200, 403}, SOAR_PARTIAL, "forbidden", "applied", "dn0"},
        {{200, 200, 403}, SOAR_PARTIAL, "forbidden", "applied", "ddn"},
        {{200, 0}, SOAR_PARTIAL, "connection_lost", "unknown", "du0"},
        {{200, -1}, SOAR_PARTIAL, "cancelled", "applied", "d00"},
        {{200, 404, 200}, SOAR_PARTIAL, "partial", "applied", "dnd"},
        {{404, 200, 200}, SOAR_PARTIAL, "partial", "applied", "ndd"},
        {{404, 404, 200}, SOAR_PARTIAL, "partial", "applied", "nnd"},
        {{404, 404, 404}, SOAR_NOT_FOUND, "not_found", "not_applied", "nnn"},
        {{404, 403}, SOAR_PARTIAL, "forbidden", "applied", "nn0"},
        {{400, 400, 400}, SOAR_INVALID_ARGUMENT, "bad_request", "not_applied", "nnn"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        struct buf ids;
        char fates[256];
        open_world(&world);
        world.config.retry.attempts = 1;
        ids_text(&ids, 250);
        struct call *call = ask(&world, "delete_sla", ids.ptr);
        give_token(&world, call);
        for (int part = 0; part < 3; part++) {
            int status = rows[i].statuses[part], to = part < 2 ? part * 100 + 100 : 250;
            if (status < 0)
                call_cancel(call);
            if (call_step(call, world.now).want == CALL_DONE)
                break;
            if (status == 0)
                no_answer(&world, call, HTTP_LOST, true);
            else if (status != 200)
                answer(&world, call, status, "{\"errors\":[]}");
            else
                answer_ids(&world, call, part * 100, to);
        }
        struct json_object *document = finish(&world, call, rows[i].status);
        expect_text(document, "/error/reason", rows[i].reason);
        expect_text(document, "/error/outcome", rows[i].outcome);
        expect_fates(document,
                     letters(fates, rows[i].fates[0], rows[i].fates[1], rows[i].fates[2]));
        json_object_put(document);
        buf_done(&ids);
        close_world(&world);
    }
}

static void done_and_failed_are_apart_where_the_service_did_a_part(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *answer, *done, *failed;
    } rows[] = {
        {200, "{\"resources\":[{\"id\":\"c\"}],\"errors\":[{\"code\":400,\"message\":\"x\"}]}",
         "[\"c\"]", "[{\"code\":400,\"message\":\"x\",\"outcome\":\"not_applied\"}]"},
        {207, "{\"errors\":[{\"code\":404,\"message\":\"x\",\"id\":\"a2\"}]}", "[]",
         "[{\"code\":404,\"message\":\"x\",\"id\":\"a2\",\"outcome\":\"not_applied\"}]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call =
            ask(&world, "add_case_alert_evidence", "{\"id\":\"c\",\"alerts\":[\"a1\",\"a2\"]}");
        give_token(&world, call);
        call_step(call, world.now);
        answer(&world, call, rows[i].status, rows[i].answer);
        struct json_object *document = finish(&world, call, SOAR_PARTIAL);
        expect_text(document, "/error/outcome", "applied");
        expect_json(document, "/done", rows[i].done);
        expect_json(document, "/failed", rows[i].failed);
        json_object_put(document);
        close_world(&world);
    }
}

static void nothing_is_told_apart_where_all_or_nothing_was_done(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *answer;
        soar_status expected;
    } rows[] = {
        {200, "{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", SOAR_OK},
        {403, "{\"errors\":[{\"code\":403,\"message\":\"no\"}]}", SOAR_PERMISSION_DENIED},
        {404, "{\"errors\":[{\"code\":404,\"message\":\"no\"}]}", SOAR_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call_world world;
        open_world(&world);
        struct call *call = ask(&world, "get_cases", "{\"ids\":[\"a\",\"b\"]}");
        give_token(&world, call);
        call_step(call, world.now);
        answer(&world, call, rows[i].status, rows[i].answer);
        struct json_object *document = finish(&world, call, rows[i].expected);
        assert_null(json_at(document, "/done"));
        assert_null(json_at(document, "/failed"));
        json_object_put(document);
        close_world(&world);
    }
}

static void ids_that_are_named_twice_are_asked_for_once(void **state)
{
    (void)state;
    struct call_world world;

    open_world(&world);
    struct call *call = ask(&world, "get_fields", "{\"ids\":\"b,a,b,a,b\"}");
    give_token(&world, call);
    expect_send(&world, call, "GET", BASE "/casemgmt/entities/fields/v1?ids=b&ids=a");
    answer(&world, call, 200, "{\"resources\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
    struct json_object *document = finish(&world, call, SOAR_OK);
    expect_json(document, "/resources", "[{\"id\":\"b\"},{\"id\":\"a\"}]");
    json_object_put(document);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_ids_are_asked_for_in_chunks_and_come_back_in_order),
        cmocka_unit_test(a_chunk_that_fails_is_named_id_by_id),
        cmocka_unit_test(a_chunk_in_which_nothing_is_there_lets_the_others_go_on),
        cmocka_unit_test(a_delete_in_chunks_that_fails_says_that_some_was_applied),
        cmocka_unit_test(of_a_write_in_parts_each_id_is_done_or_not_done_or_unknown),
        cmocka_unit_test(done_and_failed_are_apart_where_the_service_did_a_part),
        cmocka_unit_test(nothing_is_told_apart_where_all_or_nothing_was_done),
        cmocka_unit_test(ids_that_are_named_twice_are_asked_for_once),
        cmocka_unit_test(an_id_that_is_not_there_makes_the_answer_partial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
