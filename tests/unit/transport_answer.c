/* What arrives: headers, and bytes to memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "transport_private.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* An exchange that nobody runs. */
struct world {
    struct http_request request;
    struct http_response response;
    struct transport_io io;
    struct exchange exchange;
};

static void open_world(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->request.max_response_bytes = 10;
    http_response_init(&world->response, 10);
    world->exchange.request = &world->request;
    world->exchange.response = &world->response;
    world->exchange.io = &world->io;
    world->exchange.content_length = -1;
    world->exchange.easy = curl_easy_init();
    assert_non_null(world->exchange.easy);
}

static void close_world(struct world *world)
{
    curl_easy_cleanup(world->exchange.easy);
    http_response_done(&world->response);
}

static void header(struct world *world, const char *line)
{
    assert_int_equal(
        transport_on_header((char *)(uintptr_t)line, 1, strlen(line), &world->exchange),
        strlen(line));
}

static size_t body(struct world *world, const char *bytes)
{
    return transport_on_body((char *)(uintptr_t)bytes, 1, strlen(bytes), &world->exchange);
}

static void text_headers_are_kept_printable_and_cut(void **state)
{
    (void)state;
    static const struct {
        const char *line, *type, *trace, *region, *location;
    } rows[] = {
        {"Content-Type: application/json\r\n", "application/json", "", "", ""},
        {"content-type:application/json; charset=utf-8\r\n", "application/json; charset=utf-8", "",
         "", ""},
        {"CONTENT-TYPE:  \t text/html \t\r\n", "text/html", "", "", ""},
        {"X-Cs-TraceId: 0123-abc\r\n", "", "0123-abc", "", ""},
        {"x-cs-traceid: a\x01\x7f\xff"
         "b\r\n",
         "", "ab", "", ""},
        {"X-CS-REGION: us-2\r\n", "", "", "us-2", ""},
        {"X-Cs-Region: this-region-has-a-name-of-more-than-its-room\r\n", "", "",
         "this-region-has-a-name-of-more-", ""},
        {"Location: https://x.example/y?z\r\n", "", "", "", "https://x.example/y?z"},
        {"Location:\r\n", "", "", "", ""},
        {"X-Other: x\r\n", "", "", "", ""},
        {"Content-Typ: x\r\n", "", "", "", ""},
        {"no colon here\r\n", "", "", "", ""},
        {"\r\n", "", "", "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        open_world(&world);
        header(&world, rows[i].line);
        assert_string_equal(world.response.content_type, rows[i].type);
        assert_string_equal(world.response.trace_id, rows[i].trace);
        assert_string_equal(world.response.region, rows[i].region);
        assert_string_equal(world.response.location, rows[i].location);
        close_world(&world);
    }
}

static void numbers_are_plain_digits_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t number;
    } rows[] = {
        {"0", 0},
        {"17", 17},
        {"1700000005250", 1700000005250},
        {"007", 7},
        {"-1", -1},
        {"+1", -1},
        {"1.5", -1},
        {"1 ", 1},
        {"", -1},
        {"ten", -1},
        {"12x", -1},
        {"999999999999999999", 999999999999999999},
        {"1000000000000000000", -1},
        {"Wed, 21 Oct 2026 07:28:00 GMT", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        char line[128];
        open_world(&world);
        snprintf(line, sizeof(line), "Retry-After: %s\r\n", rows[i].value);
        header(&world, line);
        snprintf(line, sizeof(line), "x-ratelimit-retryafter: %s\r\n", rows[i].value);
        header(&world, line);
        snprintf(line, sizeof(line), "X-RateLimit-Limit: %s\r\n", rows[i].value);
        header(&world, line);
        snprintf(line, sizeof(line), "X-RateLimit-Remaining: %s\r\n", rows[i].value);
        header(&world, line);
        snprintf(line, sizeof(line), "Content-Length: %s\r\n", rows[i].value);
        header(&world, line);
        if (world.response.retry_after_s != rows[i].number ||
            world.response.rate_retry_after != rows[i].number ||
            world.response.rate_limit != rows[i].number ||
            world.response.rate_remaining != rows[i].number ||
            world.exchange.content_length != rows[i].number)
            fail_msg("\"%s\"", rows[i].value);
        close_world(&world);
    }
}

static void dates_are_read_in_all_three_forms_of_http(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t ms;
    } rows[] = {
        {"Wed, 21 Oct 2026 07:28:00 GMT", 1792567680000},
        {"Wednesday, 21-Oct-26 07:28:00 GMT", 1792567680000},
        {"Wed Oct 21 07:28:00 2026", 1792567680000},
        {"Thu, 01 Jan 1970 00:00:01 GMT", 1000},
        {"soon", -1},
        {"", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        char line[128];
        open_world(&world);
        snprintf(line, sizeof(line), "Date: %s\r\n", rows[i].value);
        header(&world, line);
        snprintf(line, sizeof(line), "retry-after: %s\r\n", rows[i].value);
        header(&world, line);
        if (world.response.date_ms != rows[i].ms ||
            world.response.retry_after_date_ms != rows[i].ms || world.response.retry_after_s != -1)
            fail_msg("\"%s\": %lld, %lld", rows[i].value, (long long)world.response.date_ms,
                     (long long)world.response.retry_after_date_ms);
        close_world(&world);
    }
}

static void the_file_name_of_an_attachment_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *value, *name;
    } rows[] = {
        {"attachment; filename=a.zip", "a.zip"},
        {"attachment; filename=\"a b.zip\"", "a b.zip"},
        {"attachment;filename=\"a;b.zip\"; size=3", "a;b.zip"},
        {"attachment; FileName=\"a\\\"b\\\\c.zip\"", "a\"b\\c.zip"},
        {"attachment; filename=a.zip; size=3", "a.zip"},
        {"attachment; filename*=UTF-8''r%C3%A9port%20x.txt", "r\xc3\xa9port x.txt"},
        {"attachment; filename=\"plain\"; filename*=utf-8''%e2%82%ac", "\xe2\x82\xac"},
        {"attachment; filename*=UTF-8''%2e%2E%2fetc; filename=x", "../etc"},
        {"attachment; filename*=UTF-8''100%", "100%"},
        {"attachment; filename*=UTF-8''a%zz", "a%zz"},
        {"attachment; filename=\"first\"; filename=\"second\"", "first"},
        {"attachment; xfilename=no", ""},
        {"attachment", ""},
        {"attachment; filename=", ""},
        {"attachment; filename=\"\"", ""},
        {"attachment; filename=\"open", "open"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        char line[256];
        open_world(&world);
        snprintf(line, sizeof(line), "Content-Disposition: %s\r\n", rows[i].value);
        header(&world, line);
        assert_true(world.exchange.attachment);
        assert_string_equal(world.exchange.file_name, rows[i].name);
        close_world(&world);
    }
}

static void a_file_name_of_any_length_fits(void **state)
{
    (void)state;
    static const char *const starts[] = {"Content-Disposition: attachment; filename=\"",
                                         "Content-Disposition: attachment; filename=",
                                         "Content-Disposition: attachment; filename*=UTF-8''"};
    for (size_t i = 0; i < COUNT(starts); i++) {
        struct world world;
        static char line[2000];
        open_world(&world);
        snprintf(line, sizeof(line), "%s%0*d\r\n", starts[i], 1500, 0);
        header(&world, line);
        assert_int_equal(strlen(world.exchange.file_name), sizeof(world.exchange.file_name) - 1);
        close_world(&world);
    }
}

static void a_new_status_line_forgets_the_headers_before_it(void **state)
{
    (void)state;
    struct world world;

    open_world(&world);
    header(&world, "HTTP/1.1 200 Connection established\r\n");
    header(&world, "Content-Type: text/html\r\n");
    header(&world, "Content-Length: 5\r\n");
    header(&world, "Retry-After: 5\r\n");
    header(&world, "Location: x\r\n");
    header(&world, "X-Cs-TraceId: x\r\n");
    header(&world, "Content-Disposition: attachment; filename=x\r\n");
    header(&world, "HTTP/1.1 200 OK\r\n");
    assert_string_equal(world.response.content_type, "");
    assert_string_equal(world.response.location, "");
    assert_string_equal(world.response.trace_id, "");
    assert_int_equal(world.response.retry_after_s, -1);
    assert_int_equal(world.exchange.content_length, -1);
    assert_false(world.exchange.attachment);
    assert_string_equal(world.exchange.file_name, "");
    close_world(&world);
}

static void a_header_in_pieces_of_any_size_is_counted_whole(void **state)
{
    (void)state;
    struct world world;
    char line[] = "Retry-After: 5\r\n";

    open_world(&world);
    assert_int_equal(transport_on_header(line, 4, 4, &world.exchange), 16);
    assert_int_equal(world.response.retry_after_s, 5);
    close_world(&world);
}

static void a_body_is_gathered_up_to_its_limit(void **state)
{
    (void)state;
    struct world world;

    open_world(&world);
    assert_int_equal(body(&world, "01234"), 5);
    assert_int_equal(body(&world, "56789"), 5);
    assert_string_equal(world.response.body.ptr, "0123456789");
    assert_int_not_equal(body(&world, "x"), 1);
    assert_true(world.exchange.too_big);
    assert_int_equal(world.response.body.len, 10);
    close_world(&world);
}

static void an_announced_length_reserves_no_more_than_the_limit(void **state)
{
    (void)state;
    struct world world;

    open_world(&world);
    world.exchange.content_length = 999999999999999999;
    assert_int_equal(body(&world, "0"), 1);
    assert_true(world.response.body.cap < 1000);
    assert_false(world.exchange.too_big);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_headers_are_kept_printable_and_cut),
        cmocka_unit_test(numbers_are_plain_digits_or_nothing),
        cmocka_unit_test(dates_are_read_in_all_three_forms_of_http),
        cmocka_unit_test(the_file_name_of_an_attachment_is_read),
        cmocka_unit_test(a_file_name_of_any_length_fits),
        cmocka_unit_test(a_new_status_line_forgets_the_headers_before_it),
        cmocka_unit_test(a_header_in_pieces_of_any_size_is_counted_whole),
        cmocka_unit_test(a_body_is_gathered_up_to_its_limit),
        cmocka_unit_test(an_announced_length_reserves_no_more_than_the_limit),
    };
    return cmocka_run_group_tests_name("transport_answer", tests, NULL, NULL);
}
