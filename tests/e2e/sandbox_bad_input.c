/* Whatever arrives gets the service's error shape or a closed connection; the sandbox stays up. */
#include "check.h"
#include "raw.h"
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUARD_SECONDS 120

static struct world *world;
static char *login; /* header lines */
static char *kept;  /* id of a case that has to stay as it is */
static char *as_kept;

static char *read_case(const char *id)
{
    char *body = NULL, *resources = NULL;
    assert_true(asprintf(&body, "{\"ids\":[\"%s\"]}", id) > 0);
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/cases/entities/cases/v2", login, body);
    assert_int_equal(answer.status, 200);
    resources = strdup(strstr(answer.text, "\"resources\""));
    raw_done(&answer);
    free(body);
    return resources;
}

static int start(void **state)
{
    (void)state;
    world = world_open_new(NULL, NULL);
    kept = world_new_case(world, "Kept");
    login = raw_login(&world->sandbox);
    as_kept = read_case(kept);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    world_free(world);
    free(login);
    free(kept);
    free(as_kept);
    return 0;
}

/* The sandbox answers, and has lost nothing. */
static void is_well(void)
{
    char *now = read_case(kept);
    assert_string_equal(now, as_kept);
    free(now);
}

/* NULL: no answer and a closed connection, or a refusal in the service's shape; else what is wrong. */
static const char *problem_of(const struct raw_answer *answer)
{
    if (answer->size == 0) {
        return NULL;
    }
    struct json_object *json = raw_json(answer), *code = NULL, *message = NULL, *trace = NULL;
    char *header = raw_header(answer, "X-Cs-TraceId");
    const char *problem = NULL;
    if (answer->status < 400 || answer->status > 599) {
        problem = "it is no refusal";
    } else if (json_pointer_get(json, "/errors/0/code", &code) != 0 ||
               json_object_get_int(code) != answer->status ||
               json_pointer_get(json, "/errors/0/message", &message) != 0 ||
               !json_object_is_type(message, json_type_string)) {
        problem = "it has no error of the service's shape";
    } else if (json_pointer_get(json, "/meta/trace_id", &trace) != 0 || header == NULL ||
               strcmp(json_object_get_string(trace), header) != 0) {
        problem = "its trace ids differ or are missing";
    }
    free(header);
    json_object_put(json);
    return problem;
}

static void expect_refusal(const char *what, const struct raw_answer *answer)
{
    const char *problem = problem_of(answer);
    if (problem != NULL) {
        fail_msg("%s: %s: %.600s", what, problem, answer->text);
    }
}

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
        {"HTTP/9.9", TEXT("GET / HTTP/9.9\r\nHost: s\r\n\r\n")},
        {"no version", TEXT("GET / \r\nHost: s\r\n\r\n")},
        {"no path", TEXT("GET HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"no Host", TEXT("GET / HTTP/1.1\r\n\r\n")},
        {"a strange method", TEXT("B\xc3\xa4H / HTTP/1.1\r\nHost: s\r\n\r\n")},
        {"a space before the colon", TEXT(GET "X-A : b\r\n\r\n")},
        {"a header without a colon", TEXT(GET "nonsense\r\n\r\n")},
        {"a header without a name", TEXT(GET ": b\r\n\r\n")},
        {"a folded first header", TEXT("GET / HTTP/1.1\r\n folded\r\nHost: s\r\n\r\n")},
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

static char *repeat(const char *before, const char *part, size_t times, const char *after)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fputs(before, out);
    for (size_t i = 0; i < times; i++) {
        fputs(part, out);
    }
    fputs(after, out);
    fclose(out);
    return text;
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

#define PART "--b\r\nContent-Disposition: form-data; "

static void malformed_multipart_is_refused(void **state)
{
    static const struct {
        const char *what, *type, *body;
    } rows[] = {
        {"no type", NULL, PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n"},
        {"another type", "application/json", "{\"file\":\"x\"}"},
        {"no boundary", "multipart/form-data", PART "name=\"file\"\r\n\r\nx\r\n--b--\r\n"},
        {"an empty boundary", "multipart/form-data; boundary=", "--\r\n\r\nx\r\n----\r\n"},
        {"an open quote", "multipart/form-data; boundary=\"b", PART "name=\"f\"\r\n\r\nx\r\n"},
        {"another boundary", "multipart/form-data; boundary=c",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n"},
        {"no body", "multipart/form-data; boundary=b", ""},
        {"an end and nothing else", "multipart/form-data; boundary=b", "--b--\r\n"},
        {"a part that breaks off", "multipart/form-data; boundary=b",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nxxxx"},
        {"a head that breaks off", "multipart/form-data; boundary=b", PART "name=\"fi"},
        {"a part without a name", "multipart/form-data; boundary=b",
         PART "filename=\"f\"\r\n\r\nx\r\n--b--\r\n"},
        {"no disposition", "multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n"},
        {"a name that is no UTF-8", "multipart/form-data; boundary=b",
         PART "name=\"file\"; filename=\"\xff\"\r\n\r\nx\r\n--b--\r\n"},
        {"a value that is no UTF-8", "multipart/form-data; boundary=b",
         PART "name=\"case_id\"\r\n\r\n\xff\r\n--b--\r\n"},
        {"no file", "multipart/form-data; boundary=b",
         PART "name=\"case_id\"\r\n\r\nx\r\n--b--\r\n"},
        {"a file for no case", "multipart/form-data; boundary=b",
         PART "name=\"file\"; filename=\"f\"\r\n\r\nx\r\n" PART
              "name=\"case_id\"\r\n\r\nno-such-case\r\n--b--\r\n"},
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
    char *many = repeat("", PART "name=\"a\"\r\n\r\nx\r\n", 10000, "--b--\r\n");
    char *headers = NULL;
    assert_true(asprintf(&headers, "%sContent-Type: multipart/form-data; boundary=b\r\n", bearer) >
                0);
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/case-files/entities/files/upload/v1", headers, many);
    expect_refusal("10,000 parts", &answer);
    raw_done(&answer);
    free(many);
    free(headers);
    free(bearer);
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

/* ------------------------------------------------------------------ parameters */

#define QUERY "/cases/queries/cases/v1?"

static void malformed_parameters_are_refused(void **state)
{
    static const char *const targets[] = {
        QUERY "filter=",
        QUERY "filter=%00",
        QUERY "filter=%ff",
        QUERY "filter=status",
        QUERY "filter=status:",
        QUERY "filter=status:%27",
        QUERY "filter=status:%27new",
        QUERY "filter=%27new%27:status",
        QUERY "filter=:%27new%27",
        QUERY "filter=(status:%27new%27",
        QUERY "filter=status:%27new%27)",
        QUERY "filter=status:%27new%27%2B",
        QUERY "filter=status:%27new%27status:%27new%27",
        QUERY "filter=status:[",
        QUERY "filter=status:[%27a%27",
        QUERY "filter=status:[]",
        QUERY "filter=no_such_field:%27a%27",
        QUERY "filter=%27%3BDROP+TABLE+docs%3B--",
        QUERY "filter=severity:%3E%27high%27",
        QUERY "filter=created_timestamp:%3E%27soon%27",
        QUERY "filter=created_timestamp:%3E%27now-99999999999999999999d%27",
        QUERY "limit=x",
        QUERY "limit=-1",
        QUERY "limit=1.5",
        QUERY "limit=99999999999999999999",
        QUERY "limit=0x10",
        QUERY "limit=",
        QUERY "offset=-1",
        QUERY "offset=99999999999999999999",
        "/cases/entities/case-tags/v1",
        "/case-files/entities/file-details/v1",
        "/case-files/entities/files/download/v1?id=%00",
        "/casemgmt/entities/templates/v1",
        "/casemgmt/entities/template-snapshots/v1?template_ids=a&versions=x",
        "/cases/queries/cases",
        "/cases/queries/cases/v1/",
        "//cases/queries/cases/v1",
        "/",
    };
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct raw_answer answer = raw_call(world->sandbox.url, "GET", targets[i], login, NULL);
        if (answer.status == 200 && strcmp(targets[i], QUERY "filter=") == 0) {
            raw_done(&answer); /* as good as none */
            continue;
        }
        if (answer.status == 200 && strcmp(targets[i], "/") == 0) {
            raw_done(&answer); /* the page for people */
            continue;
        }
        expect_refusal(targets[i], &answer);
        if (answer.status == 0 || answer.status >= 500) {
            fail_msg("%s: %s", targets[i], answer.text);
        }
        raw_done(&answer);
    }
    is_well();
}

static void filters_that_grow_without_measure_are_refused(void **state)
{
    static const struct {
        const char *before, *part;
        size_t times;
        const char *after;
    } rows[] = {
        {QUERY "filter=", "(", 20000, ""},
        {QUERY "filter=", "(", 20000, "status:%27new%27"},
        {QUERY "filter=", "!", 20000, "status:%27new%27"},
        {QUERY "filter=", "status:%27new%27%2B", 2000, "status:%27new%27"},
        {QUERY "filter=", "status:%27new%27,", 2000, "status:%27new%27"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *target = repeat(rows[i].before, rows[i].part, rows[i].times, rows[i].after);
        struct raw_answer answer = raw_call(world->sandbox.url, "GET", target, login, NULL);
        expect_refusal(rows[i].part, &answer);
        raw_done(&answer);
        free(target);
    }
    is_well();
}

/* Ids may be anything; what they don't name is refused or left out. */
static void strange_ids_name_nothing(void **state)
{
    static const char *const ids[] = {"",
                                      " ",
                                      "'",
                                      "\\\"",
                                      "\\u0000",
                                      "..",
                                      "%00",
                                      "\\ud83d\\ude00",
                                      "a' OR '1'='1",
                                      "../../etc/passwd",
                                      "null",
                                      "-1"};
    (void)state;
    for (size_t i = 0; i <= sizeof ids / sizeof *ids; i++) {
        char *longest = repeat("", "0123456789", 100000, "");
        const char *id = i < sizeof ids / sizeof *ids ? ids[i] : longest;
        char *get = repeat("{\"ids\":[\"", id, 1, "\"]}");
        char *patch = repeat("{\"id\":\"", id, 1, "\",\"fields\":{\"severity\":1}}");
        struct raw_answer read =
            raw_call(world->sandbox.url, "POST", "/cases/entities/cases/v2", login, get);
        struct raw_answer write =
            raw_call(world->sandbox.url, "PATCH", "/cases/entities/cases/v2", login, patch);
        if (read.status != 400 && strstr(read.text, "\"resources\":[]") == NULL) {
            fail_msg("%s: %s", get, read.text);
        }
        expect_refusal(patch, &write);
        raw_done(&read);
        raw_done(&write);
        free(longest);
        free(get);
        free(patch);
    }
    is_well();
}

/* ------------------------------------------------------------------ clients */

static void a_slow_client_is_served_and_keeps_nobody_waiting(void **state)
{
    char *request = raw_request("GET", QUERY "limit=1", login, NULL);
    size_t size = strlen(request);
    (void)state;
    int fd = raw_connect(world->sandbox.url);
    for (size_t i = 0; i < size; i++) {
        assert_true(raw_send(fd, request + i, 1));
        if (i % 16 == 0) {
            is_well();
        }
    }
    struct raw_answer answer = raw_receive(fd, SIZE_MAX);
    assert_int_equal(answer.status, 200);
    raw_done(&answer);
    free(request);
}

static void a_client_that_does_not_read_keeps_nobody_waiting(void **state)
{
    char *request = raw_request("GET", QUERY "limit=1", login, NULL);
    int fds[50];
    (void)state;
    raw_set_faults(&world->sandbox, (const char *[]){"query_case_ids:endless:50", NULL});
    for (int i = 0; i < 50; i++) {
        fds[i] = raw_connect(world->sandbox.url);
        assert_true(raw_send(fds[i], request, strlen(request)));
    }
    is_well();
    for (int i = 0; i < 50; i++) {
        close(fds[i]);
    }
    raw_set_faults(&world->sandbox, (const char *[]){NULL});
    is_well();
    free(request);
}

/* At each byte of an upload the client goes away; nothing of it is left. */
static void a_client_that_goes_away_leaves_nothing_behind(void **state)
{
    char *headers = NULL;
    char *bearer = strndup(login, strcspn(login, "\r") + 2);
    (void)state;
    assert_true(asprintf(&headers, "%sContent-Type: multipart/form-data; boundary=b\r\n", bearer) >
                0);
    char *request = raw_request("POST", "/case-files/entities/files/upload/v1", headers,
                                PART "name=\"file\"; filename=\"gone.txt\"\r\n\r\nbytes\r\n" PART
                                     "name=\"case_id\"\r\n\r\nno-such-case\r\n--b--\r\n");
    for (size_t i = 0; i < strlen(request); i++) {
        int fd = raw_connect(world->sandbox.url);
        assert_true(raw_send(fd, request, i));
        struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, i % 2 == 0 ? &at_once : &(struct linger){0},
                   sizeof at_once);
        close(fd);
    }
    struct raw_answer answer =
        raw_call(world->sandbox.url, "GET",
                 "/case-files/queries/file-details/v1?filter=name:%27gone.txt%27", login, NULL);
    assert_non_null(strstr(answer.text, "\"resources\":[]"));
    raw_done(&answer);
    is_well();
    free(request);
    free(headers);
    free(bearer);
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
        cmocka_unit_test(malformed_forms_get_no_token),
        cmocka_unit_test(malformed_parameters_are_refused),
        cmocka_unit_test(filters_that_grow_without_measure_are_refused),
        cmocka_unit_test(strange_ids_name_nothing),
        cmocka_unit_test(a_slow_client_is_served_and_keeps_nobody_waiting),
        cmocka_unit_test(a_client_that_does_not_read_keeps_nobody_waiting),
        cmocka_unit_test(a_client_that_goes_away_leaves_nothing_behind),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, start, finish);
}
