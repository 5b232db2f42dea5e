/* Parameters, filters and ids that make no sense, and clients that are slow, do not read or go away:
 * the sandbox refuses what it must, stays up and loses nothing. */
#include "bad_world.h"

#define PART "--bound\r\nContent-Disposition: form-data; "

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
    assert_true(
        asprintf(&headers, "%sContent-Type: multipart/form-data; boundary=bound\r\n", bearer) > 0);
    char *request = raw_request("POST", "/case-files/entities/files/upload/v1", headers,
                                PART "name=\"file\"; filename=\"gone.txt\"\r\n\r\nbytes\r\n" PART
                                     "name=\"case_id\"\r\n\r\nno-such-case\r\n--bound--\r\n");
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
