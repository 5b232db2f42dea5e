/* A closer look at those faults of the sandbox that are about time, tokens, files and packing, and at
 * its end while they last. */
#include "fault_world.h"
#include "program.h"
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

#define GUARD_SECONDS 120

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#define QUERY "/cases/queries/cases/v1?limit=1"

static void waits_last_as_long_as_they_say(void **state)
{
    static const struct {
        const char *rule;
        int64_t least_ms; /* 0: one for each byte of the body, -1: of the answer */
    } rows[] = {{"query_case_ids:slow=60:1", 60},
                {"query_case_ids:slow_after=60:1", 60},
                {"query_case_ids:stall=60:1", 60},
                {"query_case_ids:drip=1:1", 0},
                {"query_case_ids:drip_head=1:1", -1}};
    char *login = raw_login(&world->sandbox);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        raw_set_faults(&world->sandbox, (const char *[]){rows[i].rule, NULL});
        int64_t before = now_us();
        struct raw_answer answer = raw_call(world->sandbox.url, "GET", QUERY, login, NULL);
        int64_t took_ms = (now_us() - before) / 1000;
        int64_t bytes = (int64_t)(rows[i].least_ms == 0 ? answer.body_size : answer.size);
        assert_int_equal(answer.status, 200);
        if (took_ms < (rows[i].least_ms > 0 ? rows[i].least_ms : bytes - 1)) {
            fail_msg("%s: %lld ms", rows[i].rule, (long long)took_ms);
        }
        raw_done(&answer);
    }
    free(login);
}

static void wait_until_struck(void)
{
    for (bool left = true; left;) {
        struct json_object *faults = raw_control(&world->sandbox, "faults"), *list = NULL;
        assert_true(json_object_object_get_ex(faults, "faults", &list));
        left = json_object_array_length(list) > 0;
        json_object_put(faults);
    }
}

/* Sends the creation of a case that meets a wait of an hour; the connection. */
static int wait_for_an_hour(const char *rule, const char *name)
{
    char *login = raw_login(&world->sandbox), *body = NULL;
    assert_true(asprintf(&body, "{\"name\":\"%s\",\"severity\":60}", name) > 0);
    raw_set_faults(&world->sandbox, (const char *[]){rule, NULL});
    char *request = raw_request("PUT", "/cases/entities/cases/v2", login, body);
    int fd = raw_connect(world->sandbox.url);
    assert_true(raw_send(fd, request, strlen(request)));
    wait_until_struck();
    free(request);
    free(body);
    free(login);
    return fd;
}

static void slow_waits_before_it_is_done_and_slow_after_when_it_is(void **state)
{
    char byte;
    (void)state;
    int fd = wait_for_an_hour("create_case:slow=3600000:1", "Not-yet");
    assert_int_equal(cases_named("Not-yet"), 0);
    close(fd);
    fd = wait_for_an_hour("create_case:slow_after=3600000:1", "Done-already");
    while (cases_named("Done-already") == 0) {
    }
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    close(fd);
}

static void a_stall_comes_half_way_through_the_body(void **state)
{
    char text[4096] = "", byte;
    size_t size = 0, half = SIZE_MAX;
    (void)state;
    int fd = wait_for_an_hour("create_case:stall=3600000:1", "Stalled");
    while (size < half) {
        ssize_t n = recv(fd, text + size, 1, 0);
        assert_int_equal(n, 1);
        size++;
        const char *body = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "Content-Length: ");
        if (half == SIZE_MAX && body != NULL) {
            half = (size_t)(body + 4 - text) + strtoul(length + 16, NULL, 10) / 2;
        }
    }
    assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    close(fd);
}

static void new_connections_are_refused_for_as_long_as_told(void **state)
{
    (void)state;
    char *login = raw_login(&world->sandbox);
    raw_set_faults(&world->sandbox, (const char *[]){"query_case_ids:refused=300:1", NULL});
    int64_t before = now_us();
    struct raw_answer answer = raw_call(world->sandbox.url, "GET", QUERY, login, NULL);
    int fd = raw_connect(world->sandbox.url);
    assert_true(answer.reset);
    if (now_us() - before < 300000) {
        assert_int_equal(fd, -1);
    }
    raw_done(&answer);
    close(fd >= 0 ? fd : connect_at_last());
    assert_true(now_us() - before >= 300000);
    answer = raw_call(world->sandbox.url, "GET", QUERY, login, NULL);
    assert_int_equal(answer.status, 200);
    raw_done(&answer);
    free(login);
}

static void a_token_that_has_expired_is_gone(void **state)
{
    (void)state;
    char *login = raw_login(&world->sandbox);
    raw_set_faults(&world->sandbox, (const char *[]){"query_case_ids:expired_token:1", NULL});
    for (int i = 0; i < 2; i++) {
        struct raw_answer answer = raw_call(world->sandbox.url, "GET", QUERY, login, NULL);
        assert_int_equal(answer.status, 401);
        raw_done(&answer);
    }
    free(login);
}

static int64_t clock_ms(void)
{
    struct json_object *clock = raw_control(&world->sandbox, "clock");
    int64_t now = json_object_get_int64(json_object_object_get(clock, "now_ms"));
    json_object_put(clock);
    return now;
}

static int64_t seconds_of(const char *text, const char *format)
{
    struct tm t = {0};
    assert_non_null(text);
    assert_non_null(strptime(text, format, &t));
    return timegm(&t);
}

static void a_clock_that_runs_ahead_shows_in_the_date_and_in_what_is_stored(void **state)
{
    (void)state;
    char *login = raw_login(&world->sandbox);
    raw_set_faults(&world->sandbox, (const char *[]){"create_case:clock_ahead=86400:1", NULL});
    int64_t before = clock_ms() / 1000;
    struct raw_answer answer = create_case(login, "Tomorrow");
    int64_t after = clock_ms() / 1000;
    struct json_object *json = raw_json(&answer), *created = NULL;
    char *date = raw_header(&answer, "Date");
    assert_int_equal(json_pointer_get(json, "/resources/0/created_timestamp", &created), 0);
    int64_t said[] = {seconds_of(date, "%a, %d %b %Y %H:%M:%S GMT"),
                      seconds_of(json_object_get_string(created), "%Y-%m-%dT%H:%M:%S")};
    for (int i = 0; i < 2; i++) {
        assert_in_range(said[i], before + 86400, after + 86400);
    }
    free(date);
    json_object_put(json);
    raw_done(&answer);
    free(login);
}

static void a_rate_limit_names_its_end_in_seconds_or_milliseconds(void **state)
{
    static const struct {
        const char *rule;
        int64_t unit_ms;
    } rows[] = {{"query_case_ids:ratelimit=50:1", 1000}, {"query_case_ids:ratelimit_ms=50:1", 1}};
    char *login = raw_login(&world->sandbox);
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        raw_set_faults(&world->sandbox, (const char *[]){rows[i].rule, NULL});
        int64_t before = clock_ms();
        struct raw_answer answer = raw_call(world->sandbox.url, "GET", QUERY, login, NULL);
        char *header = raw_header(&answer, "X-RateLimit-RetryAfter");
        assert_non_null(header);
        assert_in_range(strtoll(header, NULL, 10) * rows[i].unit_ms, before + 50000,
                        clock_ms() + 51000);
        free(header);
        raw_done(&answer);
    }
    free(login);
}

static void half_of_several_resources_are_reported(void **state)
{
    (void)state;
    char *login = raw_login(&world->sandbox), ids[3][64], body[256];
    for (int i = 0; i < 3; i++) {
        struct raw_answer answer = create_case(login, "One-of-three");
        struct json_object *json = raw_json(&answer), *id = NULL;
        assert_int_equal(json_pointer_get(json, "/resources/0/id", &id), 0);
        snprintf(ids[i], sizeof ids[i], "%s", json_object_get_string(id));
        json_object_put(json);
        raw_done(&answer);
    }
    raw_set_faults(&world->sandbox, (const char *[]){"get_cases:partial:1", NULL});
    snprintf(body, sizeof body, "{\"ids\":[\"%s\",\"%s\",\"%s\"]}", ids[0], ids[1], ids[2]);
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/cases/entities/cases/v2", login, body);
    struct json_object *json = raw_json(&answer);
    assert_int_equal(answer.status, 207);
    assert_int_equal(json_object_array_length(json_object_object_get(json, "resources")), 1);
    assert_int_equal(json_object_array_length(json_object_object_get(json, "errors")), 2);
    json_object_put(json);
    raw_done(&answer);
    free(login);
}

static void an_upload_that_is_cut_off_leaves_no_file(void **state)
{
    (void)state;
    static const char head[] = "--bound\r\nContent-Disposition: form-data; name=\"file\"; "
                               "filename=\"cut.bin\"\r\n\r\n";
    char *login = raw_login(&world->sandbox), *headers = NULL;
    size_t size = 2 * 1024 * 1024;
    char *body = malloc(size + 1);
    memset(body, 'x', size);
    body[size] = '\0';
    memcpy(body, head, sizeof head - 1);
    assert_true(asprintf(&headers, "%.*sContent-Type: multipart/form-data; boundary=bound\r\n",
                         (int)(strcspn(login, "\r") + 2), login) > 0);
    raw_set_faults(&world->sandbox, (const char *[]){"upload_file:reset_upload=1000000:1", NULL});
    struct raw_answer answer =
        raw_call(world->sandbox.url, "POST", "/case-files/entities/files/upload/v1", headers, body);
    assert_int_equal(answer.size, 0);
    raw_done(&answer);
    wait_until_struck();
    answer = raw_call(world->sandbox.url, "GET",
                      "/case-files/queries/file-details/v1?filter=name:%27cut.bin%27", login, NULL);
    assert_non_null(strstr(answer.text, "\"resources\":[]"));
    raw_done(&answer);
    free(body);
    free(headers);
    free(login);
}

/* curl's exit code for a call that meets the rule, and how much it unpacked. */
static int curl_unpacks(const char *rule, size_t *ret_size)
{
    char *login = raw_login(&world->sandbox), *url = NULL;
    struct program curl;
    login[strcspn(login, "\r")] = '\0';
    assert_true(asprintf(&url, "%s%s", world->sandbox.url, QUERY) > 0);
    raw_set_faults(&world->sandbox, (const char *[]){rule, NULL});
    program_run(&curl, (const char *[]){"curl", "-sS", "--compressed", "-H", login, url, NULL},
                NULL);
    struct json_object *json = json_tokener_parse(curl.out);
    *ret_size = json != NULL ? strlen(curl.out) : 0;
    int code = curl.code;
    json_object_put(json);
    program_done(&curl);
    free(url);
    free(login);
    return code;
}

static void gzip_unpacks_to_json_and_a_bomb_to_much_of_it(void **state)
{
    size_t size = 0;
    (void)state;
    assert_int_equal(curl_unpacks("query_case_ids:gzip:1", &size), 0);
    assert_in_range(size, 50, 1000);
    assert_int_equal(curl_unpacks("query_case_ids:gzip_bomb=8:1", &size), 0);
    assert_in_range(size, 8 << 20, (8 << 20) + 1000);
    assert_int_equal(curl_unpacks("query_case_ids:gzip_bad:1", &size), 61);
}

static void the_token_call_meets_faults_too(void **state)
{
    (void)state;
    raw_set_faults(&world->sandbox, (const char *[]){"token@2:no_http:1", NULL});
    for (int i = 1; i <= 3; i++) {
        char *login =
            raw_bearer(world->sandbox.url, world->sandbox.client_id, world->sandbox.client_secret);
        assert_int_equal(login != NULL, i != 2);
        free(login);
    }
}

static void a_sandbox_ends_while_answers_are_still_being_spoiled(void **state)
{
    static const char *const kinds[] = {"slow=3600000",  "slow_after=3600000",
                                        "stall=3600000", "drip=3600000",
                                        "endless",       "refused=3600000"};
    struct world *own = world_new(NULL);
    int fds[6];
    (void)state;
    char *login = raw_login(&own->sandbox);
    for (size_t i = 0; i < 6; i++) {
        char rule[64];
        snprintf(rule, sizeof rule, "query_case_ids:%s:1", kinds[i]);
        raw_set_faults(&own->sandbox, (const char *[]){rule, NULL});
        char *request = raw_request("GET", QUERY, login, NULL);
        fds[i] = raw_connect(own->sandbox.url);
        assert_true(raw_send(fds[i], request, strlen(request)));
        for (size_t struck = 0; i < 5 && struck == 0;) {
            struct json_object *faults = raw_control(&own->sandbox, "faults"), *list = NULL;
            json_object_object_get_ex(faults, "faults", &list);
            struck = json_object_array_length(list) == 0;
            json_object_put(faults);
        }
        free(request);
    }
    world_free(own); /* which fails where it does not end well */
    for (size_t i = 0; i < 6; i++) {
        close(fds[i]);
    }
    free(login);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_last_as_long_as_they_say),
        cmocka_unit_test(slow_waits_before_it_is_done_and_slow_after_when_it_is),
        cmocka_unit_test(a_stall_comes_half_way_through_the_body),
        cmocka_unit_test(new_connections_are_refused_for_as_long_as_told),
        cmocka_unit_test(a_token_that_has_expired_is_gone),
        cmocka_unit_test(a_clock_that_runs_ahead_shows_in_the_date_and_in_what_is_stored),
        cmocka_unit_test(a_rate_limit_names_its_end_in_seconds_or_milliseconds),
        cmocka_unit_test(half_of_several_resources_are_reported),
        cmocka_unit_test(an_upload_that_is_cut_off_leaves_no_file),
        cmocka_unit_test(gzip_unpacks_to_json_and_a_bomb_to_much_of_it),
        cmocka_unit_test(the_token_call_meets_faults_too),
        cmocka_unit_test(a_sandbox_ends_while_answers_are_still_being_spoiled),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, start, end);
}
