/* What is no HTTP, no JSON and no form gets the service's error shape or a closed connection, and the
 * sandbox stays up. */
#include "bad_world.h"

/* Sends the bytes, says that there are no more, and expects a refusal. */
static void refuse_bytes(const char *what, const void *bytes, size_t size)
{
    int fd = raw_connect(world->sandbox.url);
    assert_true(fd >= 0);
    raw_send(fd, bytes, size);
    shutdown(fd, SHUT_WR);
    struct raw_answer answer = raw_receive_one(fd);
    expect_refusal(what, &answer);
    raw_done(&answer);
}

/* ------------------------------------------------------------------ HTTP */

#define GET "GET /cases/queries/cases/v1 HTTP/1.1\r\nHost: s\r\n"
#define PUT "PUT /cases/entities/cases/v2 HTTP/1.1\r\nHost: s\r\n"
#define TEXT(t) t, sizeof t - 1

static void malformed_http_is_refused(void **state)
{
    static const struct {
        const char *what, *bytes;
        size_t size;
    } rows[] = {
        {"nothing", TEXT("")},
        {"a letter", TEXT("G")},
        {"control characters", TEXT("\x01\x02\x03\r\n\r\n")},
        {"NUL bytes", TEXT("\0\0\0\0\r\n\r\n\0")},
        {"a greeting of TLS", TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
        {"the preface of HTTP/2", TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
        {"another protocol", TEXT("SSH-2.0-OpenSSH_9.2\r\n")},
        {"HTTP/0.9", TEXT("GET /\r\n\r\n")},
        {"HTTP/9.9", TEXT("GET /cases HTTP/9.9\r\nHost: s\r\n\r\n")},
        {"no version", TEXT("GET /cases \r\nHost: s\r\n\r\n")},
        {"no path", TEXT("GET HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"no Host", TEXT("GET /cases HTTP/1.1\r\n\r\n")},
        {"a strange method", TEXT("B\xc3\xa4H / HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a space before the colon", TEXT(GET "X-A : b\r\n\r\n")},
        {"a header without a colon", TEXT(GET "nonsense\r\n\r\n")},
        {"a header without a name", TEXT(GET ": b\r\n\r\n")},
        {"a folded first header", TEXT("GET /cases HTTP/1.1\r\n folded\r\nHost: s\r\n\r\n")},
        {"a NUL in a header", TEXT(GET "X-A: b\0c\r\n\r\n")},
        {"a bare CR", TEXT(GET "X-A: b\rc\r\n\r\n")},
        {"half a head", TEXT(GET "X-A: b")},
        {"a path with a NUL", TEXT("GET /cases%00 HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a path with a lone percent", TEXT("GET /cases%zz HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a path that is no UTF-8", TEXT("GET /\xff\xfe HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a path that climbs", TEXT("GET /../../etc/passwd HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a proxy's request", TEXT("CONNECT example.com:443 HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"an absolute URL", TEXT("GET http://example.com/ HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a bearer that is none", TEXT(GET "Authorization: Bearer\r\n\r\n")},
        {"a bearer with spaces", TEXT(GET "Authorization: Bearer  a b c \r\n\r\n")},
        {"a bearer of control characters", TEXT(GET "Authorization: Bearer \x01\x7f\r\n\r\n")},
        {"a negative length", TEXT(PUT "Content-Length: -1\r\n\r\n{}")},
        {"a length that is a word", TEXT(PUT "Content-Length: many\r\n\r\n{}")},
        {"a length past 64 bits", TEXT(PUT "Content-Length: 99999999999999999999999\r\n\r\n{}")},
        {"two lengths", TEXT(PUT "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")},
        {"less body than announced", TEXT(PUT "Content-Length: 200\r\n\r\n{}")},
        {"a chunk size that is none", TEXT(PUT "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")},
        {"a negative chunk size", TEXT(PUT "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n")},
        {"a chunk size past 64 bits",
         TEXT(PUT "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")},
        {"a chunk that breaks off", TEXT(PUT "Transfer-Encoding: chunked\r\n\r\n10\r\n{")},
        {"chunks without the last", TEXT(PUT "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")},
        {"an unknown coding", TEXT(PUT "Transfer-Encoding: zip\r\n\r\n{}")},
        {"an expectation that nobody meets",
         TEXT(PUT "Expect: a miracle\r\nContent-Length: 2\r\n\r\n{}")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        refuse_bytes(rows[i].what, rows[i].bytes, rows[i].size);
    }
    is_well();
}

static void more_of_it_than_fits_is_refused(void **state)
{
    static const struct {
        const char *what, *before, *part;
        size_t times;
        const char *after;
    } rows[] = {
        {"a long method", "", "A", 1000000, " / HTTP/1.1\r\nHost: s\r\n\r\n"},
        {"a long path", "GET /", "a", 1000000, " HTTP/1.1\r\nHost: s\r\n\r\n"},
        {"a long query", "GET /cases/queries/cases/v1?q=", "a", 1000000,
         " HTTP/1.1\r\nHost: s\r\n\r\n"},
        {"many parameters", "GET /cases/queries/cases/v1?", "a=b&", 100000,
         " HTTP/1.1\r\nHost: s\r\n\r\n"},
        {"a long header", GET "X-A: ", "a", 1000000, "\r\n\r\n"},
        {"a long bearer", GET "Authorization: Bearer ", "a", 100000, "\r\n\r\n"},
        {"many headers", GET, "X-A: b\r\n", 100000, "\r\n"},
        {"many empty lines", "", "\r\n", 500000, "GET"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = repeat(rows[i].before, rows[i].part, rows[i].times, rows[i].after);
        refuse_bytes(rows[i].what, text, strlen(text));
        free(text);
    }
    is_well();
}

static void what_follows_an_answered_request_is_taken_by_itself(void **state)
{
    static const char text[] = GET "\r\n" GET "\r\n\x01garbage\r\n\r\n";
    (void)state;
    int fd = raw_connect(world->sandbox.url);
    assert_true(raw_send(fd, text, sizeof text - 1));
    struct raw_answer answer = raw_receive(fd, SIZE_MAX);
    const char *first = strstr(answer.text, "HTTP/1.1 401 ");
    const char *second = first != NULL ? strstr(first + 1, "HTTP/1.1 401 ") : NULL;
    assert_non_null(second);
    assert_null(strcasestr(second, "<html"));
    raw_done(&answer);
    is_well();
}

/* ------------------------------------------------------------------ bodies */

static void malformed_json_is_refused(void **state)
{
    static const char *const bodies[] = {
        "",
        " ",
        "{",
        "}",
        "nonsense",
        "null",
        "1",
        "\"text\"",
        "[]",
        "[{}]",
        "{\"name\":\"n\",\"severity\":60",
        "{\"name\":\"n\",\"severity\":60}}",
        "{\"name\":\"n\",\"severity\":60} x",
        "{\"name\":\"n\",\"severity\":60,}",
        "{'name':'n','severity':60}",
        "{name:\"n\",severity:60}",
        "{\"name\":\"n\",\"severity\":060}",
        "{\"name\":\"n\",\"severity\":+60}",
        "{\"name\":\"n\",\"severity\":NaN}",
        "{\"name\":\"n\",\"severity\":60/*c*/}",
        "{\"name\":\"\x01\",\"severity\":60}",
        "{\"name\":\"\xff\",\"severity\":60}",
        "{\"name\":\"\xed\xa0\x80\",\"severity\":60}",
        "{\"name\":\"\\q\",\"severity\":60}",
        "{\"name\":\"\\ud800\",\"severity\":99999999999999999999}",
        "{\"name\":null,\"severity\":60}",
        "{\"name\":[\"n\"],\"severity\":60}",
        "{\"name\":{},\"severity\":60}",
        "{\"name\":\"n\",\"severity\":\"60\"}",
        "{\"name\":\"n\",\"severity\":1e999}",
        "{\"name\":\"n\",\"severity\":-9223372036854775809}",
        "{\"name\":\"n\",\"severity\":60,\"evidence\":[]}",
        "{\"name\":\"n\",\"severity\":60,\"evidence\":{\"alerts\":{}}}",
        "{\"name\":\"n\",\"severity\":60,\"evidence\":{\"alerts\":[null]}}",
        "{\"name\":\"n\",\"severity\":60,\"tags\":\"t\"}",
        "{\"name\":\"n\",\"severity\":60,\"template\":[]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct raw_answer answer =
            raw_call(world->sandbox.url, "PUT", "/cases/entities/cases/v2", login, bodies[i]);
        if (answer.status != 400) {
            fail_msg("%s: %s", bodies[i], answer.text);
        }
        expect_refusal(bodies[i], &answer);
        raw_done(&answer);
    }
    is_well();
}

static void json_that_is_too_deep_or_too_long_is_refused(void **state)
{
    static const struct {
        const char *what, *before, *part;
        size_t times;
        const char *after;
    } rows[] = {
        {"lists", "", "[", 1000000, ""},
        {"objects", "", "{\"a\":", 1000000, ""},
        {"a long name", "{\"severity\":60,\"name\":\"", "abcdefgh", 1000000, "\"}"},
        {"20 MB", "{\"severity\":60,\"name\":\"", "0123456789abcdef0123", 1000000, "\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *body = repeat(rows[i].before, rows[i].part, rows[i].times, rows[i].after);
        struct raw_answer answer =
            raw_call(world->sandbox.url, "PUT", "/cases/entities/cases/v2", login, body);
        expect_refusal(rows[i].what, &answer);
        raw_done(&answer);
        free(body);
    }
    is_well();
}

#define PART "--bound\r\nContent-Disposition: form-data; "

static void malformed_multipart_is_refused(void **state)
{
    static const struct {
        const char *what, *type, *body;
    } rows[] = {
        {"no type", NULL, PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--bound--\r\n"},
        {"another type", "application/json", "{\"file\":\"x\"}"},
        {"no boundary", "multipart/form-data", PART "name=\"file\"\r\n\r\nx\r\n--bound--\r\n"},
        {"an empty boundary", "multipart/form-data; boundary=", "--\r\n\r\nx\r\n----\r\n"},
        {"an open quote", "multipart/form-data; boundary=\"b", PART "name=\"f\"\r\n\r\nx\r\n"},
        {"another boundary", "multipart/form-data; boundary=c",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--bound--\r\n"},
        {"no body", "multipart/form-data; boundary=bound", ""},
        {"an end and nothing else", "multipart/form-data; boundary=bound", "--bound--\r\n"},
        {"a part that breaks off", "multipart/form-data; boundary=bound",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nxxxx"},
        {"a head that breaks off", "multipart/form-data; boundary=bound", PART "name=\"fi"},
        {"a part without a name", "multipart/form-data; boundary=bound",
         PART "filename=\"f\"\r\n\r\nx\r\n--bound--\r\n"},
        {"no disposition", "multipart/form-data; boundary=bound",
         "--bound\r\n\r\nx\r\n--bound--\r\n"},
        {"a name that is no UTF-8", "multipart/form-data; boundary=bound",
         PART "name=\"file\"; filename=\"\xff\"\r\n\r\nx\r\n--bound--\r\n"},
        {"a value that is no UTF-8", "multipart/form-data; boundary=bound",
         PART "name=\"case_id\"\r\n\r\n\xff\r\n--bound--\r\n"},
        {"no file", "multipart/form-data; boundary=bound",
         PART "name=\"case_id\"\r\n\r\nx\r\n--bound--\r\n"},
        {"a file for no case", "multipart/form-data; boundary=bound",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n" PART
              "name=\"case_id\"\r\n\r\nno-such-case\r\n--bound--\r\n"},
    };
    char *bearer = strndup(login, strcspn(login, "\r") + 2);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *headers = NULL;
        const char *type = rows[i].type;
        assert_true(asprintf(&headers, "%s%s%s%s", bearer, type != NULL ? "Content-Type: " : "",
                             type != NULL ? type : "", type != NULL ? "\r\n" : "") > 0);
        struct raw_answer answer =
            raw_call(world->sandbox.url, "POST", "/case-files/entities/files/upload/v1", headers,
                     rows[i].body);
        expect_refusal(rows[i].what, &answer);
        raw_done(&answer);
        free(headers);
    }
    char *many = repeat("", PART "name=\"a\"\r\n\r\nx\r\n", 10000, "--bound--\r\n");
    char *headers = NULL;
    assert_true(
        asprintf(&headers, "%sContent-Type: multipart/form-data; boundary=bound\r\n", bearer) > 0);
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/case-files/entities/files/upload/v1", headers, many);
    expect_refusal("10,000 parts", &answer);
    raw_done(&answer);
    free(many);
    free(headers);
    free(bearer);
    is_well();
}

/* The form is read: what is refused is the case that it names. */
static void what_follows_a_form_is_no_part_of_it(void **state)
{
    static const char *const ends[] = {"", "\r\n", "\r\n\r\n", "\r\n--bound\r\nanything"};
    (void)state;
    char *headers = NULL;
    assert_true(asprintf(&headers, "%.*sContent-Type: multipart/form-data; boundary=bound\r\n",
                         (int)strcspn(login, "\r") + 2, login) > 0);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *body = NULL;
        assert_true(asprintf(&body,
                             PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n" PART
                                  "name=\"case_id\"\r\n\r\nno-such-case\r\n--bound--%s",
                             ends[i]) > 0);
        struct raw_answer answer = raw_call(world->sandbox.url, "POST",
                                            "/case-files/entities/files/upload/v1", headers, body);
        assert_int_equal(answer.status, 404);
        raw_done(&answer);
        free(body);
    }
    free(headers);
    is_well();
}

static void malformed_forms_get_no_token(void **state)
{
    static const char *const forms[] = {"",
                                        "&&&&",
                                        "client_id",
                                        "client_id=%",
                                        "=",
                                        "%00=%00",
                                        "client_id=%ff&client_secret=%fe",
                                        "{}",
                                        "client_id=a&client_id=b&client_secret=c"};
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        for (int typed = 0; typed < 2; typed++) {
            struct raw_answer answer = raw_call(
                world->sandbox.url, "POST", "/oauth2/token",
                typed ? "Content-Type: application/x-www-form-urlencoded\r\n" : NULL, forms[i]);
            expect_refusal(forms[i], &answer);
            raw_done(&answer);
        }
    }
    is_well();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_http_is_refused),
        cmocka_unit_test(more_of_it_than_fits_is_refused),
        cmocka_unit_test(what_follows_an_answered_request_is_taken_by_itself),
        cmocka_unit_test(malformed_json_is_refused),
        cmocka_unit_test(json_that_is_too_deep_or_too_long_is_refused),
        cmocka_unit_test(malformed_multipart_is_refused),
        cmocka_unit_test(what_follows_a_form_is_no_part_of_it),
        cmocka_unit_test(malformed_forms_get_no_token),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, start, finish);
}
