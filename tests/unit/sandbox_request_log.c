/* The log of requests for the console: what it keeps, how much of it, and what it never shows. */
#include "../sandbox/exchange.h"
#include "../sandbox/redact.h"
#include "../sandbox/request_log.h"
#include "../sandbox/routes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Notes an exchange with these texts; they may be NULL. */
static void add(struct sb_request_log *log, enum sb_target target, const char *path,
                const char *request, const char *answer)
{
    struct sb_exchange ex;
    memset(&ex, 0, sizeof ex);
    ex.target = target;
    ex.req.method = "POST";
    ex.req.path = path;
    ex.req.route = &sb_routes[0];
    ex.res.status = 200;
    if (request != NULL) {
        ex.text = printbuf_new();
        printbuf_memappend(ex.text, request, (int)strlen(request));
    }
    sb_request_log_keep_answer(&ex, answer, answer != NULL ? strlen(answer) : 77);
    free(sb_request_log_add(log, &ex, false));
    free(ex.shown);
    if (ex.text != NULL) {
        printbuf_free(ex.text);
    }
}

static int64_t oldest(struct sb_request_log *log)
{
    struct json_object *list = sb_request_log_list(log, 0, 1);
    int64_t number = json_object_get_int64(sb_member(list, "oldest"));
    json_object_put(list);
    return number;
}

static void so_many_are_kept_and_the_oldest_go_first(void **state)
{
    struct sb_request_log *log = sb_request_log_new();
    (void)state;
    for (int i = 0; i < SB_LOG_ENTRIES + 7; i++) {
        add(log, SB_TO_OPERATION, "/p", "{}", "{}");
    }
    assert_int_equal(oldest(log), 8);
    assert_null(sb_request_log_get(log, 7));
    struct json_object *first = sb_request_log_get(log, 8);
    assert_int_equal(json_object_get_int(sb_member(first, "number")), 8);
    struct json_object *page = sb_request_log_list(log, 10, 50);
    struct json_object *requests = sb_member(page, "requests");
    assert_int_equal(json_object_array_length(requests), 2);
    assert_int_equal(
        json_object_get_int(sb_member(json_object_array_get_idx(requests, 0), "number")), 9);
    json_object_put(page);
    json_object_put(first);
    sb_request_log_free(log);
}

static void big_bodies_are_cut_and_all_together_stay_within_the_bound(void **state)
{
    struct sb_request_log *log = sb_request_log_new();
    char *big = malloc(3 * SB_LOG_BODY);
    (void)state;
    memset(big, 'x', 3 * SB_LOG_BODY - 1);
    big[3 * SB_LOG_BODY - 1] = '\0';
    /* a character lies across the cut */
    memcpy(big + SB_LOG_BODY - 1, "\xc3\xa9", 2);
    for (int i = 0; i < 300; i++) {
        add(log, SB_TO_OPERATION, "/p", big, big);
    }
    int64_t kept = 300 - oldest(log) + 1;
    assert_in_range(kept, 100, SB_LOG_BYTES / (2 * SB_LOG_BODY));
    struct json_object *whole = sb_request_log_get(log, 300);
    struct json_object *answer = sb_member(whole, "response");
    assert_true(json_object_get_boolean(sb_member(answer, "cut")));
    assert_int_equal(json_object_get_int(sb_member(answer, "bytes")), 3 * SB_LOG_BODY - 1);
    assert_int_equal(strlen(sb_text(answer, "text")), SB_LOG_BODY - 1);
    json_object_put(whole);
    sb_request_log_free(log);
    free(big);
}

static void what_may_hold_a_secret_is_redacted_or_not_shown(void **state)
{
    static const struct {
        enum sb_target target;
        const char *body;
        const char *text; /* that is shown; NULL: a note stands in its place */
    } rows[] = {
        {SB_TO_OPERATION, "{\"a\":\"secret\"}", "{\n  \"a\": \"secret\"\n}"},
        {SB_TO_OPERATION, "{\"a\":[{\"Client_Secret\":\"s3\"}]}",
         "{\n  \"a\": [\n    {\n      \"Client_Secret\": \"(redacted)\"\n    }\n  ]\n}"},
        {SB_TO_OPERATION, "{\"password\":{\"x\":\"s3\"}}", "{\n  \"password\": \"(redacted)\"\n}"},
        {SB_TO_OPERATION, "<p>the token is gone</p>", "<p>the token is gone</p>"},
        {SB_TO_OPERATION, "client_secret=s3", NULL},
        {SB_TO_OPERATION, "{\"access_token\" : \"s3", NULL},
        {SB_TO_OPERATION, "Authorization: Bearer s3", NULL},
        {SB_TO_OPERATION, "a \xff s3", NULL},
        {SB_TO_TOKEN, "{\"access_token\":\"s3\"}", "{\n  \"access_token\": \"(redacted)\"\n}"},
        {SB_TO_TOKEN, "s3", NULL},
        {SB_TO_OPERATION, "{\"link\":\"http://h/_sandbox/links/0a1b-53\"}",
         "{\n  \"link\": \"http://h/_sandbox/links/(redacted)\"\n}"},
        {SB_TO_OPERATION, "{\"params\":{\"room\":\"soc\",\"Webhook_URL\":\"s3\",\"n\":[1,null]}}",
         "{\n  \"params\": {\n    \"room\": \"soc\",\n    \"Webhook_URL\": \"(redacted)\",\n"
         "    \"n\": [\n      1,\n      null\n    ]\n  }\n}"},
        {SB_TO_OPERATION,
         "{\"params\":[\"https://hooks.example/s3\",{\"integration_key\":{\"a\":\"s3\"}}]}",
         "{\n  \"params\": [\n    \"(redacted)\",\n    {\n"
         "      \"integration_key\": \"(redacted)\"\n    }\n  ]\n}"},
        {SB_TO_OPERATION, "{\"params\":\"{\\\"token\\\":\\\"s3\\\",\\\"to\\\":\\\"#soc\\\"}\"}",
         "{\n  \"params\": \"{\\\"token\\\":\\\"(redacted)\\\",\\\"to\\\":\\\"#soc\\\"}\"\n}"},
        {SB_TO_OPERATION, "{\"params\":\"https://hooks.example/s3\"}",
         "{\n  \"params\": \"(redacted)\"\n}"},
        {SB_TO_OPERATION, "{\"params\":\"#soc\"}", "{\n  \"params\": \"#soc\"\n}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sb_request_log *log = sb_request_log_new();
        add(log, rows[i].target, "/p", rows[i].body, rows[i].body);
        struct json_object *whole = sb_request_log_get(log, 1);
        const char *const sides[] = {"request", "response"};
        for (size_t side = 0; side < 2; side++) {
            struct json_object *body = sb_member(whole, sides[side]);
            const char *text = sb_text(body, "text");
            if (rows[i].text == NULL) {
                assert_null(text);
                assert_non_null(sb_text(body, "note"));
            } else {
                assert_non_null(text);
                assert_string_equal(text, rows[i].text);
            }
        }
        if (rows[i].text == NULL) {
            assert_null(strstr(json_object_to_json_string(whole), "s3"));
        }
        json_object_put(whole);
        sb_request_log_free(log);
    }
}

static void the_token_of_a_link_is_not_in_its_path(void **state)
{
    struct sb_request_log *log = sb_request_log_new();
    (void)state;
    add(log, SB_TO_LINK, "/_sandbox/links/00000000-1111-4222-8333-444444444444", NULL, NULL);
    struct json_object *whole = sb_request_log_get(log, 1);
    assert_string_equal(sb_text(whole, "path"), "/_sandbox/links/(redacted)");
    assert_string_equal(sb_text(sb_member(whole, "response"), "note"), "bytes are not kept");
    json_object_put(whole);
    sb_request_log_free(log);
}

static void a_body_with_a_nul_or_none_at_all_is_no_text(void **state)
{
    struct sb_request_log *log = sb_request_log_new();
    struct sb_exchange ex;
    (void)state;
    memset(&ex, 0, sizeof ex);
    ex.req.method = "GET";
    ex.req.path = "/\xff";
    sb_request_log_keep_answer(&ex, "a\0b", 3);
    free(sb_request_log_add(log, &ex, false));
    add(log, SB_TO_NOBODY, "/", NULL, "");
    struct json_object *odd = sb_request_log_get(log, 1), *none = sb_request_log_get(log, 2);
    assert_string_equal(sb_text(odd, "path"), "(not UTF-8)");
    assert_string_equal(sb_text(sb_member(odd, "response"), "note"), "it is no UTF-8 text");
    assert_string_equal(sb_text(sb_member(none, "response"), "text"), "");
    json_object_put(odd);
    json_object_put(none);
    sb_request_log_free(log);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_kept_and_the_oldest_go_first),
        cmocka_unit_test(big_bodies_are_cut_and_all_together_stay_within_the_bound),
        cmocka_unit_test(what_may_hold_a_secret_is_redacted_or_not_shown),
        cmocka_unit_test(the_token_of_a_link_is_not_in_its_path),
        cmocka_unit_test(a_body_with_a_nul_or_none_at_all_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
