/* The one result document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "output.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What a call knows at its end, on one page. */
struct known {
    struct pages pages;
    struct page_sum sum;
    struct output output;
};

static void know(struct known *known, const char *answer)
{
    struct buf body;
    struct scan_answer outline = {0};

    memset(known, 0, sizeof(*known));
    known->output.pages = &known->pages;
    known->output.status = SOAR_OK;
    known->output.http_status = 200;
    known->output.sum = &known->sum;
    known->sum.n_refs = SIZE_MAX;
    known->output.requests = 1;
    known->output.attempts = 1;
    if (answer == NULL)
        return;
    buf_init(&body, 1 << 20);
    buf_adds(&body, answer);
    assert_int_equal(scan_answer(body.ptr, body.len, 64, &outline, NULL), SCAN_OK);
    known->output.has_resources = outline.resources_is_array;
    assert_true(page_take(&known->pages, &body, &outline));
}

static void expect(const struct output *output, const char *document)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    output_write(output, &out);
    assert_int_equal(out.failed, BUF_FINE);
    assert_string_equal(out.ptr, document);
    assert_int_equal(scan_strict(out.ptr, out.len, 64, NULL), SCAN_OK);
    buf_done(&out);
}

static void resources_are_the_bytes_of_the_answer(void **state)
{
    (void)state;
    struct known known;

    know(&known,
         "{ \"meta\" : {\"trace_id\":\"t\"} , \"resources\": [ {\"n\":1.50e0} ,\t\"\\u00e9\" "
         "] , \"errors\":[] }");
    expect(&known.output,
           "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,"
           "\"resources\":[ {\"n\":1.50e0} ,\t\"\\u00e9\" ],"
           "\"meta\":{\"trace_id\":\"t\",\"requests\":1,\"attempts\":1},\"errors\":[]}");
    page_done(&known.pages);
}

static void resources_that_were_put_in_order_are_spliced(void **state)
{
    (void)state;
    static struct page_ref refs[] = {{"{\"id\":\"b\"}", 10}, {"\"a\"", 3}};
    struct known known;

    know(&known, "{\"meta\":{},\"resources\":[\"a\",{\"id\":\"b\"}]}");
    known.sum.refs = refs;
    known.sum.n_refs = 2;
    expect(&known.output, "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,"
                          "\"resources\":[{\"id\":\"b\"},\"a\"],"
                          "\"meta\":{\"requests\":1,\"attempts\":1},\"errors\":[]}");
    known.sum.n_refs = 0;
    expect(&known.output, "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,\"resources\":[],"
                          "\"meta\":{\"requests\":1,\"attempts\":1},\"errors\":[]}");
    page_done(&known.pages);
}

static void a_list_of_pages_becomes_the_document_where_it_lies(void **state)
{
    (void)state;
    static const struct {
        soar_status status;
        const char *before; /* what the document begins with already */
        const char *head;
    } rows[] = {{SOAR_OK, "", "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,"},
                {SOAR_PARTIAL, "", "{\"ok\":false,\"status\":\"PARTIAL\",\"http_status\":200,"},
                {SOAR_OK, "[", "[{\"ok\":true,\"status\":\"OK\",\"http_status\":200,"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct known known;
        struct buf out, text, expected;
        know(&known, "{\"meta\":{},\"resources\":[\"c\"]}");
        known.output.status = rows[i].status;
        buf_init(&text, 1 << 20);
        for (size_t k = 0; k < PAGE_TEXT_AT; k++)
            buf_addc(&text, '?');
        buf_adds(&text, "\"a\",\"b\",\"c\"");
        buf_reserve(&text, PAGE_TEXT_TAIL);
        const char *lies_at = text.ptr;
        known.sum.n_refs = 0;
        known.sum.text = &text;
        buf_init(&out, 1 << 20);
        buf_adds(&out, rows[i].before);
        output_write(&known.output, &out);
        buf_init(&expected, 1 << 20);
        buf_addf(&expected,
                 "%s\"resources\":[\"a\",\"b\",\"c\"],\"meta\":{\"requests\":1,"
                 "\"attempts\":1},\"errors\":[]}",
                 rows[i].head);
        assert_int_equal(out.failed, BUF_FINE);
        assert_string_equal(out.ptr, expected.ptr);
        assert_int_equal(text.cap, 0);
        if (i == 0) { /* the usual one is not even moved */
            assert_ptr_equal(out.ptr, lies_at);
            assert_int_equal(strlen(rows[i].head) + strlen("\"resources\":["), PAGE_TEXT_AT);
        }
        buf_done(&expected);
        buf_done(&out);
        page_done(&known.pages);
    }
}

static void a_list_of_pages_that_is_longer_than_a_document_may_be_fails(void **state)
{
    (void)state;
    struct known known;
    struct buf out, text;

    know(&known, "{\"meta\":{},\"resources\":[\"c\"]}");
    buf_init(&text, 1 << 20);
    for (size_t k = 0; k < PAGE_TEXT_AT + 200; k++)
        buf_addc(&text, '7');
    known.sum.n_refs = 0;
    known.sum.text = &text;
    buf_init(&out, 200);
    output_write(&known.output, &out);
    assert_int_equal(out.failed, BUF_TOO_BIG);
    buf_done(&out);
    buf_done(&text);
    page_done(&known.pages);
}

static void a_value_is_the_whole_answer(void **state)
{
    (void)state;
    static const char *const values[] = {"\"deleted\"", "null", "[1,{\"a\":2}]", "{\"link\":\"x\"}",
                                         "-0.5"};
    for (size_t i = 0; i < COUNT(values); i++) {
        struct known known;
        struct buf expected;
        know(&known, values[i]);
        known.output.has_resources = false;
        known.output.has_value = true;
        buf_init(&expected, 1000);
        buf_addf(&expected,
                 "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,\"value\":%s,"
                 "\"meta\":{\"requests\":1,\"attempts\":1},\"errors\":[]}",
                 values[i]);
        expect(&known.output, expected.ptr);
        buf_done(&expected);
        page_done(&known.pages);
    }
}

static void the_meta_of_the_service_stays_and_that_of_the_call_is_added(void **state)
{
    (void)state;
    static const struct {
        const char *answer, *trace_id, *tenant, *meta;
    } rows[] = {
        {"{\"meta\":{},\"resources\":[]}", "", NULL, "{\"requests\":1,\"attempts\":1}"},
        {"{\"meta\":{ \n },\"resources\":[]}", "", NULL, "{\"requests\":1,\"attempts\":1}"},
        {"{\"meta\":null,\"resources\":[]}", "h", NULL,
         "{\"trace_id\":\"h\",\"requests\":1,\"attempts\":1}"},
        {"{\"meta\":[1],\"resources\":[]}", "", NULL, "{\"requests\":1,\"attempts\":1}"},
        {"{\"resources\":[]}", "h", "acme",
         "{\"trace_id\":\"h\",\"tenant\":\"acme\",\"requests\":1,\"attempts\":1}"},
        {"{\"meta\":{\"trace_id\":\"b\"},\"resources\":[]}", "h", NULL,
         "{\"trace_id\":\"b\",\"requests\":1,\"attempts\":1}"},
        {"{\"meta\":{\"query_time\":0.5, \"pagination\":{\"total\":3}\n},\"resources\":[]}", "h",
         "a\"b",
         "{\"query_time\":0.5, \"pagination\":{\"total\":3},\"trace_id\":\"h\","
         "\"tenant\":\"a\\\"b\",\"requests\":1,\"attempts\":1}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct known known;
        struct buf expected;
        know(&known, rows[i].answer);
        known.output.trace_id = rows[i].trace_id;
        known.output.tenant = rows[i].tenant;
        buf_init(&expected, 1000);
        buf_addf(&expected,
                 "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,\"resources\":[],"
                 "\"meta\":%s,\"errors\":[]}",
                 rows[i].meta);
        expect(&known.output, expected.ptr);
        buf_done(&expected);
        page_done(&known.pages);
    }
}

static void a_file_is_described(void **state)
{
    (void)state;
    struct known known;
    struct http_file file = {.path = (char *)(uintptr_t) "/out/a \"b\".zip",
                             .name = (char *)(uintptr_t) "a \"b\".zip",
                             .bytes = 5000000000};

    know(&known, NULL);
    known.output.file = &file;
    known.output.file_type = "application/zip";
    expect(&known.output,
           "{\"ok\":true,\"status\":\"OK\",\"http_status\":200,"
           "\"file\":{\"path\":\"/out/a \\\"b\\\".zip\",\"name\":\"a \\\"b\\\".zip\","
           "\"bytes\":5000000000,\"content_type\":\"application/zip\"},"
           "\"meta\":{\"requests\":1,\"attempts\":1},\"errors\":[]}");
    page_done(&known.pages);
}

static void an_error_says_what_where_and_what_to_do(void **state)
{
    (void)state;
    struct known known;
    struct error err;

    know(&known, NULL);
    error_clear(&err);
    error_set(&err, SOAR_RESOURCE_EXHAUSTED, "rate_limited", "slow \"down\"");
    error_where(&err, "/ids/3");
    error_hint(&err, "Wait.");
    err.retryable = true;
    err.retry_after_ms = 0;
    err.outcome = OUTCOME_NOT_APPLIED;
    known.output.status = err.status;
    known.output.http_status = 429;
    known.output.error = &err;
    known.output.requests = 4;
    known.output.attempts = 4;
    expect(&known.output,
           "{\"ok\":false,\"status\":\"RESOURCE_EXHAUSTED\",\"http_status\":429,"
           "\"meta\":{\"requests\":4,\"attempts\":4},\"errors\":[],"
           "\"error\":{\"code\":\"RESOURCE_EXHAUSTED\",\"reason\":\"rate_limited\","
           "\"message\":\"slow \\\"down\\\"\",\"where\":\"/ids/3\",\"hint\":\"Wait.\","
           "\"retryable\":true,\"retry_after_ms\":0,\"outcome\":\"not_applied\"}}");
}

static void what_is_not_known_of_an_error_is_left_out(void **state)
{
    (void)state;
    struct error err;
    struct buf out;

    error_clear(&err);
    error_set(&err, SOAR_INVALID_ARGUMENT, NULL, "bytes \xff that are no text");
    buf_init(&out, 1000);
    output_error(&err, &out);
    assert_string_equal(out.ptr, "{\"ok\":false,\"status\":\"INVALID_ARGUMENT\",\"http_status\":0,"
                                 "\"meta\":{\"requests\":0,\"attempts\":0},\"errors\":[],"
                                 "\"error\":{\"code\":\"INVALID_ARGUMENT\",\"reason\":\"unknown\","
                                 "\"message\":\"bytes \xef\xbf\xbd that are no text\","
                                 "\"retryable\":false,\"outcome\":\"not_sent\"}}");
    assert_int_equal(scan_strict(out.ptr, out.len, 64, NULL), SCAN_OK);
    buf_done(&out);
}

static void violations_stand_in_the_error(void **state)
{
    (void)state;
    struct known known;
    struct error err;

    know(&known, NULL);
    error_clear(&err);
    error_set(&err, SOAR_INVALID_ARGUMENT, "invalid_input", "two things");
    known.output.status = err.status;
    known.output.http_status = 0;
    known.output.requests = known.output.attempts = 0;
    known.output.error = &err;
    known.output.violations = json_tokener_parse("[{\"where\":\"/a\",\"message\":\"m\"}]");
    expect(&known.output, "{\"ok\":false,\"status\":\"INVALID_ARGUMENT\",\"http_status\":0,"
                          "\"meta\":{\"requests\":0,\"attempts\":0},\"errors\":[],"
                          "\"error\":{\"code\":\"INVALID_ARGUMENT\",\"reason\":\"invalid_input\","
                          "\"message\":\"two things\",\"retryable\":false,\"outcome\":\"not_sent\","
                          "\"violations\":[{\"where\":\"/a\",\"message\":\"m\"}]}}");
    json_object_put(known.output.violations);
}

static void errors_of_the_service_stand_beside_what_it_did(void **state)
{
    (void)state;
    struct known known;
    struct error err;

    know(&known, "{\"meta\":{},\"resources\":[\"a\"]}");
    error_clear(&err);
    error_set(&err, SOAR_PARTIAL, "partial", "one of two");
    err.outcome = OUTCOME_APPLIED;
    known.pages.errors = json_tokener_parse("[{\"code\":404,\"message\":\"b/c\",\"id\":\"b\"}]");
    known.output.status = SOAR_PARTIAL;
    known.output.error = &err;
    expect(&known.output,
           "{\"ok\":false,\"status\":\"PARTIAL\",\"http_status\":200,\"resources\":[\"a\"],"
           "\"meta\":{\"requests\":1,\"attempts\":1},"
           "\"errors\":[{\"code\":404,\"message\":\"b/c\",\"id\":\"b\"}],"
           "\"error\":{\"code\":\"PARTIAL\",\"reason\":\"partial\",\"message\":\"one of two\","
           "\"retryable\":false,\"outcome\":\"applied\"}}");
    page_done(&known.pages);
}

static void a_dry_run_shows_the_request_without_the_bearer(void **state)
{
    (void)state;
    struct known known;
    struct http_request request;

    know(&known, NULL);
    known.output.http_status = 0;
    known.output.requests = known.output.attempts = 0;
    http_request_init(&request, 1000, 1000);
    request.method = "POST";
    request.content_type = "application/json";
    request.authorization = "Authorization: Bearer secret-token";
    buf_adds(&request.url, "https://a.example/x?y=%2B");
    buf_adds(&request.body, "{\"ids\":[\"a\"]}");
    request.has_body = true;
    known.output.request = &request;
    expect(&known.output, "{\"ok\":true,\"status\":\"OK\",\"http_status\":0,\"dry_run\":true,"
                          "\"request\":{\"method\":\"POST\",\"url\":\"https://a.example/x?y=%2B\","
                          "\"headers\":{\"Authorization\":\"Bearer (left out)\","
                          "\"Content-Type\":\"application/json\"},\"body\":{\"ids\":[\"a\"]}},"
                          "\"meta\":{\"requests\":0,\"attempts\":0},\"errors\":[]}");
    http_request_done(&request);
}

static void a_dry_run_shows_the_parts_of_an_upload(void **state)
{
    (void)state;
    struct known known;
    struct http_request request;

    know(&known, NULL);
    known.output.http_status = 0;
    known.output.requests = known.output.attempts = 0;
    http_request_init(&request, 1000, 1000);
    request.method = "POST";
    buf_adds(&request.url, "https://a.example/x");
    request.parts[0] = (struct http_part){
        .kind = HTTP_PART_TEXT, .name = "case_id", .text = "c\"1", .text_len = 3};
    request.parts[1] = (struct http_part){
        .kind = HTTP_PART_FILE, .name = "file", .path = "/in/a", .file_name = "b"};
    request.parts[2] = (struct http_part){.kind = HTTP_PART_FILE, .name = "file"};
    request.n_parts = 3;
    known.output.request = &request;
    expect(&known.output,
           "{\"ok\":true,\"status\":\"OK\",\"http_status\":0,\"dry_run\":true,"
           "\"request\":{\"method\":\"POST\",\"url\":\"https://a.example/x\","
           "\"headers\":{\"Authorization\":\"Bearer (left out)\","
           "\"Content-Type\":\"multipart/form-data\"},\"parts\":["
           "{\"name\":\"case_id\",\"text\":\"c\\\"1\"},"
           "{\"name\":\"file\",\"file\":\"/in/a\",\"file_name\":\"b\"},{\"name\":\"file\"}]},"
           "\"meta\":{\"requests\":0,\"attempts\":0},\"errors\":[]}");
    http_request_done(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources_are_the_bytes_of_the_answer),
        cmocka_unit_test(resources_that_were_put_in_order_are_spliced),
        cmocka_unit_test(a_list_of_pages_becomes_the_document_where_it_lies),
        cmocka_unit_test(a_list_of_pages_that_is_longer_than_a_document_may_be_fails),
        cmocka_unit_test(a_value_is_the_whole_answer),
        cmocka_unit_test(the_meta_of_the_service_stays_and_that_of_the_call_is_added),
        cmocka_unit_test(a_file_is_described),
        cmocka_unit_test(an_error_says_what_where_and_what_to_do),
        cmocka_unit_test(what_is_not_known_of_an_error_is_left_out),
        cmocka_unit_test(violations_stand_in_the_error),
        cmocka_unit_test(errors_of_the_service_stand_beside_what_it_did),
        cmocka_unit_test(a_dry_run_shows_the_request_without_the_bearer),
        cmocka_unit_test(a_dry_run_shows_the_parts_of_an_upload),
    };
    return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
