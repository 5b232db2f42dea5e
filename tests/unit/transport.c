/* Bytes out, bytes in, over loopback connections. */
#include "transport_world.h"

/* ------------------------------------------------------------------ requests */

static void a_request_goes_out_as_it_was_built(void **state)
{
    (void)state;
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    for (size_t i = 0; i < 2 * COUNT(methods); i++) {
        struct world world;
        char first[64];
        open_one(&world, JSON);
        world.request.method = methods[i / 2];
        world.request.repeatable = i % 2 == 0;
        world.request.authorization = "Authorization: Bearer tok";
        world.request.trace = "00-abc-def-01";
        give_body(&world, "{\"ids\":[\"a\"]}");
        send_it(&world);
        const char *got = loopback_request(&world.server, 0);
        snprintf(first, sizeof(first), "%s /things?x=%%2B HTTP/1.1\r\n", methods[i / 2]);
        assert_int_equal(strncmp(got, first, strlen(first)), 0);
        expect_in(got, "\r\nAuthorization: Bearer tok\r\n");
        expect_in(got, "\r\nContent-Type: application/json\r\n");
        expect_in(got, "\r\nContent-Length: 13\r\n");
        expect_in(got, "\r\ntraceparent: 00-abc-def-01\r\n");
        expect_in(got, "\r\nUser-Agent: falcon-case-management/");
        expect_in(got, "\r\n\r\n{\"ids\":[\"a\"]}");
        assert_null(strcasestr(got, "\r\nExpect:"));
        assert_int_equal(world.response.failure, HTTP_FINE);
        close_world(&world);
    }
}

static void a_request_without_body_has_none(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET", "DELETE"};
    for (size_t i = 0; i < COUNT(methods); i++) {
        struct world world;
        open_one(&world, JSON);
        world.request.method = methods[i];
        world.request.content_type = "application/json";
        send_it(&world);
        const char *got = loopback_request(&world.server, 0);
        assert_int_equal(strncmp(got, methods[i], strlen(methods[i])), 0);
        expect_in(got, "\r\nContent-Type: application/json\r\n");
        assert_null(strcasestr(got, "\r\nContent-Length:"));
        assert_null(strcasestr(got, "\r\nTransfer-Encoding:"));
        assert_null(strcasestr(got, "\r\nAuthorization:"));
        assert_null(strcasestr(got, "\r\ntraceparent:"));
        close_world(&world);
    }
}

static void nothing_of_one_request_is_left_in_the_next(void **state)
{
    (void)state;
    static const char *const answers[] = {JSON, JSON};
    struct world world;

    open_world(&world, answers, 2);
    world.request.method = "POST";
    world.request.authorization = "Authorization: Bearer tok";
    give_body(&world, "{\"a\":1}");
    send_it(&world);
    http_response_reset(&world.response);
    world.request.method = "GET";
    world.request.authorization = NULL;
    world.request.has_body = false;
    world.request.content_type = NULL;
    send_it(&world);
    const char *got = loopback_request(&world.server, 1);
    assert_int_equal(strncmp(got, "GET ", 4), 0);
    assert_null(strcasestr(got, "\r\nAuthorization:"));
    assert_null(strcasestr(got, "\r\nContent-"));
    assert_null(strstr(got, "{\"a\":1}"));
    close_world(&world);
}

/* ------------------------------------------------------------------ answers */

static void an_answer_is_status_headers_and_body(void **state)
{
    (void)state;
    struct world world;

    open_one(&world, "HTTP/1.1 429 Slow\r\nContent-Type: application/json\r\nRetry-After: 3\r\n"
                     "X-Cs-TraceId: t-1\r\nX-Cs-Region: us-2\r\nX-RateLimit-Remaining: 0\r\n"
                     "Content-Length: 9\r\n\r\n{\"a\": 12}");
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_FINE);
    assert_int_equal(world.response.status, 429);
    assert_true(world.response.request_sent);
    assert_string_equal(world.response.body.ptr, "{\"a\": 12}");
    assert_string_equal(world.response.content_type, "application/json");
    assert_string_equal(world.response.trace_id, "t-1");
    assert_string_equal(world.response.region, "us-2");
    assert_int_equal(world.response.retry_after_s, 3);
    assert_int_equal(world.response.rate_remaining, 0);
    assert_int_equal(world.response.rate_limit, -1);
    assert_false(world.response.has_file);
    close_world(&world);
}

static void a_redirect_is_an_answer_and_is_not_followed(void **state)
{
    (void)state;
    struct world world;

    open_one(&world, "HTTP/1.1 308 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_FINE);
    assert_int_equal(world.response.status, 308);
    assert_string_equal(world.response.location, "/elsewhere");
    assert_int_equal(loopback_count(&world.server), 1);
    close_world(&world);
}

static void an_answer_that_fails_says_how(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        enum http_failure failure;
        int status;
    } rows[] = {
        {"", HTTP_LOST, 0},
        {JSON_HEAD "Content-Length: 9\r\n\r\n{}", HTTP_CUT, 200},
        {JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\n{}", HTTP_CUT, 200},
        {JSON_HEAD "Content-Length: 20\r\n\r\n01234567890123456789", HTTP_TOO_BIG, 200},
        {JSON_HEAD "\r\n01234567890123456789", HTTP_TOO_BIG, 200},
        {"nonsense\r\n\r\n", HTTP_OTHER, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        open_one(&world, rows[i].answer);
        world.request.method = "POST";
        world.request.max_response_bytes = 10;
        give_body(&world, "{}");
        send_it(&world);
        if (world.response.failure != rows[i].failure || world.response.status != rows[i].status)
            fail_msg("row %zu: failure %d, status %d: %s", i, world.response.failure,
                     world.response.status, world.response.detail);
        assert_true(world.response.request_sent);
        assert_string_not_equal(world.response.detail, "");
        assert_int_equal(loopback_count(&world.server), 1); /* not sent twice behind our back */
        close_world(&world);
    }
}

static void what_must_not_be_repeated_is_not_sent_again_on_a_fresh_connection(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_KEEP JSON, JSON};
    for (int repeatable = 0; repeatable < 2; repeatable++) {
        struct world world;
        open_world(&world, answers, 2);
        world.request.method = "POST";
        world.request.repeatable = repeatable;
        give_body(&world, "{\"a\":1}");
        send_it(&world);
        assert_int_equal(world.response.failure, HTTP_FINE);
        http_response_reset(&world.response);
        send_it(&world); /* the connection that was kept breaks under it */
        assert_int_equal(world.response.failure, repeatable ? HTTP_FINE : HTTP_LOST);
        assert_true(world.response.request_sent);
        assert_int_equal(loopback_count(&world.server), repeatable ? 3 : 2);
        close_world(&world);
    }
}

static void where_nobody_listens_nothing_is_sent(void **state)
{
    (void)state;
    struct world world;

    open_world(&world, NULL, 0);
    shutdown(world.server.fd, SHUT_RDWR);
    close(world.server.fd);
    world.server.fd = dup(0);
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_CONNECT);
    assert_non_null(strstr(world.response.detail, ": Connection refused"));
    assert_false(world.response.request_sent);
    assert_int_equal(world.response.status, 0);
    close_world(&world);
}

static void plain_http_is_refused_where_it_is_not_allowed(void **state)
{
    (void)state;
    struct world world;
    struct error err;

    open_world(&world, NULL, 0);
    transport_free(world.transport);
    assert_true(transport_new(&world.config, false, &world.transport, &err));
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_OTHER);
    assert_false(world.response.request_sent);
    close_world(&world);
}

/* ------------------------------------------------------------------ ends from outside */

static void *raise_when_it_is_sent(void *arg)
{
    struct world *world = arg;

    loopback_wait(&world->server, 1);
    interrupt_raise(world->io.interrupt);
    return NULL;
}

static void an_interrupt_ends_the_exchange(void **state)
{
    (void)state;
    for (int early = 0; early < 2; early++) {
        struct world world;
        struct interrupt interrupt;
        pthread_t thread;
        open_one(&world, LOOPBACK_HOLD);
        interrupt_init(&interrupt);
        world.io.interrupt = &interrupt;
        if (early)
            interrupt_raise(&interrupt);
        else
            assert_int_equal(pthread_create(&thread, NULL, raise_when_it_is_sent, &world), 0);
        send_it(&world);
        assert_int_equal(world.response.failure, HTTP_CANCELLED);
        assert_null(interrupt.kick);
        if (!early) {
            assert_true(world.response.request_sent);
            pthread_join(thread, NULL);
        }
        interrupt_done(&interrupt);
        close_world(&world);
    }
}

static void a_deadline_ends_the_exchange(void **state)
{
    (void)state;
    struct world world;

    open_one(&world, LOOPBACK_HOLD);
    world.io.deadline_ms = clock_now(NULL, NULL).mono_ms;
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_DEADLINE);
    close_world(&world);
}

static void the_threads_signal_mask_stays_as_it_was(void **state)
{
    (void)state;
    struct world world;
    sigset_t before, after;
    struct sigaction action_before, action_after;

    open_world(&world, NULL, 0);
    buf_clear(&world.request.url);
    buf_addf(&world.request.url, "https%s/x", world.server.url + 4);
    shutdown(world.server.fd, SHUT_RDWR);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    sigaction(SIGPIPE, NULL, &action_before);
    send_it(&world);
    assert_int_not_equal(world.response.failure, HTTP_FINE);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    sigaction(SIGPIPE, NULL, &action_after);
    for (int signal = 1; signal < 32; signal++)
        assert_int_equal(sigismember(&before, signal), sigismember(&after, signal));
    assert_ptr_equal(action_before.sa_handler, action_after.sa_handler);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_goes_out_as_it_was_built),
        cmocka_unit_test(a_request_without_body_has_none),
        cmocka_unit_test(nothing_of_one_request_is_left_in_the_next),
        cmocka_unit_test(an_answer_is_status_headers_and_body),
        cmocka_unit_test(a_redirect_is_an_answer_and_is_not_followed),
        cmocka_unit_test(an_answer_that_fails_says_how),
        cmocka_unit_test(what_must_not_be_repeated_is_not_sent_again_on_a_fresh_connection),
        cmocka_unit_test(where_nobody_listens_nothing_is_sent),
        cmocka_unit_test(plain_http_is_refused_where_it_is_not_allowed),
        cmocka_unit_test(an_interrupt_ends_the_exchange),
        cmocka_unit_test(a_deadline_ends_the_exchange),
        cmocka_unit_test(the_threads_signal_mask_stays_as_it_was),
    };
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
