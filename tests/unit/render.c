/* An action and its input as an HTTP request: the very bytes of URL and JSON body. */
#include "render_world.h"

static void the_query_holds_what_the_input_holds_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *input, *url;
    } rows[] = {
        {"{}", BASE "/things/v1"},
        {"{\"filter\":\"\"}", BASE "/things/v1?filter="},
        {"{\"filter\":\"a b\"}", BASE "/things/v1?filter=a%20b"},
        {"{\"filter\":\"name:'x'+severity:>50\"}",
         BASE "/things/v1?filter=name%3A%27x%27%2Bseverity%3A%3E50"},
        {"{\"filter\":\"-._~azAZ09\"}", BASE "/things/v1?filter=-._~azAZ09"},
        {"{\"filter\":\"&=#?/%,!*()\"}",
         BASE "/things/v1?filter=%26%3D%23%3F%2F%25%2C%21%2A%28%29"},
        {"{\"filter\":\"\\u00e9\\u20ac\\ud83d\\ude00\"}",
         BASE "/things/v1?filter=%C3%A9%E2%82%AC%F0%9F%98%80"},
        {"{\"ids\":[\"a\",\"b,c\",\"d\"]}", BASE "/things/v1?ids=a&ids=b%2Cc&ids=d"},
        {"{\"ids\":[]}", BASE "/things/v1"},
        {"{\"limit\":9223372036854775807}", BASE "/things/v1?limit=9223372036854775807"},
        {"{\"limit\":18446744073709551615}", BASE "/things/v1?limit=18446744073709551615"},
        {"{\"limit\":-9223372036854775808}", BASE "/things/v1?limit=-9223372036854775808"},
        {"{\"filter\":true,\"limit\":false}", BASE "/things/v1?filter=true&limit=false"},
        {"{\"limit\":1.5}", BASE "/things/v1?limit=1.5"},
        {"{\"offset\":3,\"limit\":2,\"filter\":\"f\"}",
         BASE "/things/v1?filter=f&limit=2&offset=3"},
        {"{\"all\":true,\"max_items\":7,\"filter\":\"f\"}", BASE "/things/v1?filter=f"},
        {"{\"parameters\":{\"filter\":\"x+y\",\"new\":[1,true,\"z\"]}}",
         BASE "/things/v1?filter=x%2By&new=1&new=true&new=z"},
        {"{\"parameters\":{\"a b\":\"1\"}}", BASE "/things/v1?a%20b=1"},
        {"{\"parameters\":{}}", BASE "/things/v1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_url(&list_things, rows[i].input, &as_given, rows[i].url);
}

static void a_query_value_that_is_no_scalar_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *input, *where;
    } rows[] = {
        {"{\"filter\":{}}", "/filter"},
        {"{\"filter\":null}", "/filter"},
        {"{\"ids\":[\"a\",[]]}", "/ids"},
        {"{\"ids\":[null]}", "/ids"},
        {"{\"parameters\":{\"x\":{\"y\":1}}}", "/x"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rendered r;
        render_it(&r, &list_things, rows[i].input, &as_given, 65536, 65536);
        assert_false(r.fine);
        assert_int_equal(r.err.status, SOAR_INVALID_ARGUMENT);
        assert_int_equal(r.err.outcome, OUTCOME_NOT_SENT);
        assert_non_null(strstr(r.err.where, rows[i].where));
        done(&r);
    }
}

static void paging_puts_its_own_values_in_place_of_the_inputs(void **state)
{
    (void)state;
    static const struct {
        struct render_window window;
        const char *input, *url;
    } rows[] = {
        {{.limit = 100, .offset = 200},
         "{\"filter\":\"f\",\"limit\":5,\"offset\":1}",
         BASE "/things/v1?filter=f&limit=100&offset=200"},
        {{.limit = 100, .offset = 0}, "{}", BASE "/things/v1?limit=100&offset=0"},
        {{.limit = 100, .offset = -1, .after = "t+/=="},
         "{\"after\":\"old\"}",
         BASE "/things/v1?after=t%2B%2F%3D%3D&limit=100"},
        {{.limit = -1, .offset = -1}, "{\"limit\":5}", BASE "/things/v1?limit=5"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_url(&list_things, rows[i].input, &rows[i].window, rows[i].url);
}

static void paging_does_not_name_a_parameter_twice(void **state)
{
    (void)state;
    static const struct render_window window = {.limit = 100, .offset = 200};
    struct rendered r;

    render_it(&r, &list_things, "{\"parameters\":{\"limit\":5,\"offset\":1}}", &window, 65536,
              65536);
    assert_true(r.fine);
    const char *limit = strstr(r.request.url.ptr, "limit=");
    const char *offset = strstr(r.request.url.ptr, "offset=");
    assert_non_null(limit);
    assert_non_null(offset);
    assert_null(strstr(limit + 1, "limit="));
    assert_null(strstr(offset + 1, "offset="));
    done(&r);
}

static void an_action_without_pages_sends_limit_as_given(void **state)
{
    (void)state;
    static const struct render_window window = {.limit = 100, .offset = 200};

    expect_url(&get_things, "{\"limit\":5}", &window, BASE "/things/v1?limit=5");
}

static void a_chunk_of_ids_goes_into_the_query(void **state)
{
    (void)state;
    static const char input[] = "{\"filter\":\"f\",\"ids\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}";
    static const struct {
        size_t from, to;
        const char *url;
    } rows[] = {
        {0, 2, BASE "/things/v1?filter=f&ids=a&ids=b"},
        {2, 4, BASE "/things/v1?filter=f&ids=c&ids=d"},
        {4, 5, BASE "/things/v1?filter=f&ids=e"},
        {4, 9, BASE "/things/v1?filter=f&ids=e"},
        {0, 0, BASE "/things/v1?filter=f&ids=a&ids=b&ids=c&ids=d&ids=e"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct render_window window = {-1, -1, NULL, NULL, rows[i].from, rows[i].to};
        expect_url(&get_things, input, &window, rows[i].url);
    }
}

static void a_chunk_of_ids_goes_into_the_body(void **state)
{
    (void)state;
    static const char input[] = "{\"name\":\"n\",\"ids\":[\"a\",\"b\",\"c\"]}";
    static const struct {
        size_t from, to;
        const char *body;
    } rows[] = {
        {0, 2, "{\"ids\":[\"a\",\"b\"],\"name\":\"n\"}"},
        {2, 3, "{\"ids\":[\"c\"],\"name\":\"n\"}"},
        {0, 3, "{\"ids\":[\"a\",\"b\",\"c\"],\"name\":\"n\"}"},
        {0, 0, "{\"ids\":[\"a\",\"b\",\"c\"],\"name\":\"n\"}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct render_window window = {-1, -1, NULL, NULL, rows[i].from, rows[i].to};
        expect_body(&post_ids, input, &window, rows[i].body);
    }
}

static void the_body_holds_what_the_input_holds_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *input, *body;
    } rows[] = {
        {"{}", "{}"},
        {"{\"name\":\"a\"}", "{\"name\":\"a\"}"},
        {"{\"severity\":60,\"name\":\"a/b\",\"filter\":\"f\"}",
         "{\"name\":\"a/b\",\"severity\":60}"},
        {"{\"severity\":9223372036854775807}", "{\"severity\":9223372036854775807}"},
        {"{\"severity\":18446744073709551615}", "{\"severity\":18446744073709551615}"},
        {"{\"severity\":1.50}", "{\"severity\":1.50}"},
        {"{\"name\":\"\\u00e9\\n\\\"\"}", "{\"name\":\"\xc3\xa9\\n\\\"\"}"},
        {"{\"body\":{\"anything\":[1,{\"x\":false}]}}", "{\"anything\":[1,{\"x\":false}]}"},
        {"{\"body\":{}}", "{}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_body(&post_thing, rows[i].input, &as_given, rows[i].body);
}

static void a_list_body_is_a_list_even_for_one(void **state)
{
    (void)state;
    static const struct {
        const char *input, *body;
    } rows[] = {
        {"{\"name\":\"a\"}", "[{\"name\":\"a\"}]"},
        {"{\"body\":{\"name\":\"a\"}}", "[{\"name\":\"a\"}]"},
        {"{\"body\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "[{\"name\":\"a\"},{\"name\":\"b\"}]"},
        {"{\"body\":[]}", "[]"},
        {"{}", "[{}]"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        expect_body(&post_list, rows[i].input, &as_given, rows[i].body);
}

static void query_and_body_stand_side_by_side(void **state)
{
    (void)state;
    static const char input[] = "{\"filter\":\"a+b\",\"name\":\"n\"}";

    expect_url(&post_thing, input, &as_given, BASE "/things/v2?filter=a%2Bb");
    expect_body(&post_thing, input, &as_given, "{\"name\":\"n\"}");
}

static void a_null_in_the_body_is_sent(void **state)
{
    (void)state;
    expect_body(&post_list, "{\"body\":{\"name\":null}}", &as_given, "[{\"name\":null}]");
}

static void the_request_carries_method_type_and_class(void **state)
{
    (void)state;
    static const struct {
        const struct action *action;
        const char *input, *method, *content_type;
        bool has_body, repeatable;
        enum http_sink sink;
    } rows[] = {
        {&list_things, "{}", "GET", "application/json", false, true, HTTP_TO_MEMORY},
        {&post_thing, "{}", "POST", "application/json", true, false, HTTP_TO_MEMORY},
        {&post_list, "{}", "POST", "application/json", true, true, HTTP_TO_MEMORY},
        {&download, "{}", "GET", "application/json", false, true, HTTP_TO_FILE_UNLESS_JSON},
        {&upload, "{\"file\":\"/a\"}", "POST", NULL, false, false, HTTP_TO_MEMORY},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rendered r;
        render_it(&r, rows[i].action, rows[i].input, &as_given, 65536, 65536);
        assert_true(r.fine);
        assert_string_equal(r.request.method, rows[i].method);
        assert_int_equal(r.request.has_body, rows[i].has_body);
        assert_int_equal(r.request.repeatable, rows[i].repeatable);
        assert_int_equal(r.request.sink, rows[i].sink);
        if (rows[i].content_type == NULL)
            assert_null(r.request.content_type);
        else
            assert_string_equal(r.request.content_type, rows[i].content_type);
        done(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_query_holds_what_the_input_holds_and_nothing_else),
        cmocka_unit_test(a_query_value_that_is_no_scalar_is_refused_with_its_place),
        cmocka_unit_test(paging_puts_its_own_values_in_place_of_the_inputs),
        cmocka_unit_test(paging_does_not_name_a_parameter_twice),
        cmocka_unit_test(an_action_without_pages_sends_limit_as_given),
        cmocka_unit_test(a_chunk_of_ids_goes_into_the_query),
        cmocka_unit_test(a_chunk_of_ids_goes_into_the_body),
        cmocka_unit_test(the_body_holds_what_the_input_holds_and_nothing_else),
        cmocka_unit_test(a_list_body_is_a_list_even_for_one),
        cmocka_unit_test(query_and_body_stand_side_by_side),
        cmocka_unit_test(a_null_in_the_body_is_sent),
        cmocka_unit_test(the_request_carries_method_type_and_class),
    };
    return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
