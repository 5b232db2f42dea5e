/* An action and its input as an HTTP request: multipart parts, files, ceilings. */
#include "render_world.h"

static void a_form_is_sent_as_parts_in_the_order_of_their_names(void **state)
{
    (void)state;
    struct rendered r;

    render_it(&r, &upload,
              "{\"file\":\"/in/report.txt\",\"dry_run\":true,\"case_id\":\"c+1\","
              "\"file_name\":\"r\\u00e9port.txt\"}",
              &as_given, 65536, 65536);
    assert_true(r.fine);
    assert_string_equal(r.request.url.ptr, BASE "/files/v1");
    assert_int_equal(r.request.n_parts, 3);
    assert_string_equal(r.request.parts[0].name, "case_id");
    assert_int_equal(r.request.parts[0].kind, HTTP_PART_TEXT);
    assert_string_equal(r.request.parts[0].text, "c+1");
    assert_int_equal(r.request.parts[0].text_len, 3);
    assert_string_equal(r.request.parts[1].name, "dry_run");
    assert_string_equal(r.request.parts[1].text, "true");
    assert_string_equal(r.request.parts[2].name, "file");
    assert_int_equal(r.request.parts[2].kind, HTTP_PART_FILE);
    assert_string_equal(r.request.parts[2].path, "/in/report.txt");
    assert_string_equal(r.request.parts[2].file_name, "r\xc3\xa9port.txt");
    done(&r);
}

static void a_whole_form_gives_the_parts_with_the_file_by_its_documented_name(void **state)
{
    (void)state;
    struct rendered r;

    render_it(&r, &upload, "{\"data\":{\"file\":\"/in/a\",\"level\":7,\"more\":[1,2]}}", &as_given,
              65536, 65536);
    assert_true(r.fine);
    assert_int_equal(r.request.n_parts, 3);
    assert_int_equal(r.request.parts[0].kind, HTTP_PART_FILE);
    assert_string_equal(r.request.parts[0].path, "/in/a");
    assert_null(r.request.parts[0].file_name);
    assert_string_equal(r.request.parts[1].text, "7");
    assert_string_equal(r.request.parts[2].text, "[1,2]");
    done(&r);
}

static void a_form_that_cannot_be_sent_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *input, *where;
    } rows[] = {
        {"{\"file\":\"/a\",\"file_name\":\"a\\r\\nX: y\"}", "/file_name"},
        {"{\"file\":\"/a\",\"file_name\":\"a\\u007f\"}", "/file_name"},
        {"{\"data\":{\"\":true}}", "/data"},
        {"{\"data\":{\"file\":7}}", "/file"},
        {"{\"data\":{\"note\":null}}", "/note"},
        {"{\"data\":{\"a\\\"b\":\"x\"}}", "/data"},
        {"{\"data\":{\"a\\r\\nb\":\"x\"}}", "/data"},
        {"{\"data\":{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1}}",
         "/9"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rendered r;
        render_it(&r, &upload, rows[i].input, &as_given, 65536, 65536);
        if (r.fine)
            fail_msg("%s", rows[i].input);
        assert_int_equal(r.err.status, SOAR_INVALID_ARGUMENT);
        assert_string_equal(r.err.where, rows[i].where);
        done(&r);
    }
}

static void where_a_download_goes_is_not_sent(void **state)
{
    (void)state;
    struct rendered r;

    render_it(&r, &download, "{\"save_as\":\"/out/x.zip\"}", &as_given, 65536, 65536);
    assert_true(r.fine);
    assert_string_equal(r.request.url.ptr, BASE "/files/v1");
    assert_string_equal(r.request.save_as, "/out/x.zip");
    done(&r);
    render_it(&r, &download, "{}", &as_given, 65536, 65536);
    assert_null(r.request.save_as);
    done(&r);
}

static void a_request_past_its_ceiling_is_refused(void **state)
{
    (void)state;
    struct rendered r;

    render_it(&r, &list_things, "{\"filter\":\"0123456789\"}", &as_given, sizeof(BASE) + 20, 1000);
    assert_false(r.fine);
    assert_int_equal(r.err.status, SOAR_RESOURCE_EXHAUSTED);
    assert_string_equal(r.err.reason, "request_too_big");
    assert_non_null(strstr(r.err.message, "URL"));
    assert_string_not_equal(r.err.hint, "");
    done(&r);
    render_it(&r, &post_thing, "{\"name\":\"0123456789\"}", &as_given, 1000, 10);
    assert_false(r.fine);
    assert_string_equal(r.err.reason, "request_too_big");
    assert_non_null(strstr(r.err.message, "body"));
    done(&r);
}

static void a_request_is_built_anew_in_the_same_place(void **state)
{
    (void)state;
    struct rendered r;

    render_it(&r, &upload, "{\"file\":\"/a\"}", &as_given, 65536, 65536);
    assert_true(render(&post_thing, r.input, &as_given, BASE, &r.request, &r.err));
    assert_int_equal(r.request.n_parts, 0);
    assert_true(render(&list_things, r.input, &as_given, BASE, &r.request, &r.err));
    assert_false(r.request.has_body);
    assert_int_equal(r.request.body.len, 0);
    assert_string_equal(r.request.url.ptr, BASE "/things/v1");
    done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_is_sent_as_parts_in_the_order_of_their_names),
        cmocka_unit_test(a_whole_form_gives_the_parts_with_the_file_by_its_documented_name),
        cmocka_unit_test(a_form_that_cannot_be_sent_is_refused_with_its_place),
        cmocka_unit_test(where_a_download_goes_is_not_sent),
        cmocka_unit_test(a_request_past_its_ceiling_is_refused),
        cmocka_unit_test(a_request_is_built_anew_in_the_same_place),
    };
    return cmocka_run_group_tests_name("render_form", tests, NULL, NULL);
}
