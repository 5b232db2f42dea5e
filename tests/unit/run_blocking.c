/* A call driven in its caller's thread: files made ready, sent, kept; progress; cancelling. */
#include "run_world.h"

#define FILE_ANSWER                                                                                \
    "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; "        \
    "filename=a.zip\r\nContent-Length: 5\r\n\r\nbytes"
#define CUT_ANSWER                                                                                 \
    "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: 9\r\n\r\nbytes"

static const char *upload_input(void)
{
    static char input[600];

    make_file("read/report.txt", "the report", 10);
    snprintf(input, sizeof(input), "{\"case_id\":\"c\",\"file\":\"%s\"}",
             in_root("read/report.txt"));
    return input;
}

static void an_upload_reads_the_file_and_reads_it_again_for_another_attempt(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, SLOW_DOWN, LIST_ANSWER};
    struct run_world world;

    open_world(&world, NULL, answers, 3);
    soar_call call = call_of("upload_file", upload_input());
    json_object_put(invoke(&world, &call, SOAR_OK));
    for (size_t i = 1; i < 3; i++) {
        const char *request = loopback_request(&world.server, i);
        assert_non_null(strstr(request, "filename=\"report.txt\""));
        assert_non_null(strstr(request, "\r\n\r\nthe report\r\n"));
    }
    close_world(&world);
}

static void an_upload_reads_the_hosts_descriptor(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, LIST_ANSWER};
    struct run_world world;

    open_world(&world, NULL, answers, 2);
    soar_call call = call_of("upload_file", upload_input());
    call.flags = SOAR_CALL_IN_FD;
    call.in_fd = open(in_root("read/report.txt"), O_RDONLY);
    assert_int_equal(lseek(call.in_fd, 4, SEEK_SET), 4);
    json_object_put(invoke(&world, &call, SOAR_OK));
    const char *request = loopback_request(&world.server, 1);
    assert_non_null(strstr(request, "\r\n\r\nreport\r\n"));
    assert_int_equal(fcntl(call.in_fd, F_GETFD) >= 0, 1); /* not closed */
    close(call.in_fd);
    close_world(&world);
}

static void a_pipe_is_not_read_twice(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, SLOW_DOWN};
    struct run_world world;
    int ends[2];

    open_world(&world, NULL, answers, 2);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    soar_call call = call_of("upload_file", upload_input());
    call.flags = SOAR_CALL_IN_FD;
    call.in_fd = ends[0];
    expect_reason(&world, &call, SOAR_FAILED_PRECONDITION, "source_spent");
    assert_non_null(strstr(loopback_request(&world.server, 1), "piped"));
    close(ends[0]);
    close_world(&world);
}

static void a_file_that_may_not_be_read_is_refused_before_anything_is_sent(void **state)
{
    (void)state;
    struct run_world world;
    static const struct {
        const char *input;
        soar_status status;
    } rows[] = {
        {"{\"case_id\":\"c\",\"file\":\"/etc/hostname\"}", SOAR_PERMISSION_DENIED},
        {"{\"case_id\":\"c\",\"file\":\"../outside/x\"}", SOAR_PERMISSION_DENIED},
        {"{\"case_id\":\"c\",\"file\":\"no-such-file\"}", SOAR_NOT_FOUND},
    };

    open_world(&world, NULL, NULL, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        soar_call call = call_of("upload_file", rows[i].input);
        struct json_object *document = invoke(&world, &call, rows[i].status);
        assert_string_equal(json_string_at(document, "/error/outcome"), "not_sent");
        json_object_put(document);
    }
    close_world(&world);
}

static void a_download_is_given_its_name_when_it_is_whole(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, CUT_ANSWER, FILE_ANSWER};
    struct run_world world;
    char bytes[16];

    open_world(&world, NULL, answers, 3);
    soar_call call = call_of("download_existing_files", "{\"id\":\"f\"}");
    struct json_object *document = invoke(&world, &call, SOAR_OK);
    assert_string_equal(json_string_at(document, "/file/name"), "a.zip");
    assert_string_equal(json_string_at(document, "/file/path"), in_root("write/a.zip"));
    assert_int_equal(json_int_at(document, "/file/bytes", 0), 5);
    assert_string_equal(json_string_at(document, "/file/content_type"), "application/zip");
    assert_int_equal(json_int_at(document, "/meta/attempts", 0), 2);
    assert_int_equal(content("write/a.zip", bytes, sizeof(bytes)), 5);
    assert_string_equal(bytes, "bytes");
    assert_int_equal(entries("write"), 2); /* it and sub: no temporary file is left */
    json_object_put(document);
    close_world(&world);
}

static void a_download_goes_to_the_hosts_descriptor_once(void **state)
{
    (void)state;
    static const char *const whole[] = {TOKEN_ANSWER, FILE_ANSWER};
    static const char *const cut[] = {TOKEN_ANSWER, CUT_ANSWER};
    struct run_world world;
    char bytes[16];

    for (int i = 0; i < 2; i++) {
        open_world(&world, NULL, i == 0 ? whole : cut, 2);
        soar_call call = call_of("download_existing_files", "{\"id\":\"f\"}");
        call.flags = SOAR_CALL_OUT_FD;
        call.out_fd = open(in_root("outside/taken"), O_CREAT | O_TRUNC | O_WRONLY, 0600);
        if (i == 0) {
            struct json_object *document = invoke(&world, &call, SOAR_OK);
            assert_string_equal(json_string_at(document, "/file/path"), "");
            assert_int_equal(json_int_at(document, "/file/bytes", 0), 5);
            json_object_put(document);
        } else {
            expect_reason(&world, &call, SOAR_DATA_LOSS, "file_cut");
        }
        assert_int_equal(content("outside/taken", bytes, sizeof(bytes)), 5);
        assert_int_equal(entries("write"), 1);
        close(call.out_fd);
        close_world(&world);
    }
}

static void a_descriptor_is_refused_where_no_file_is_moved(void **state)
{
    (void)state;
    static const uint32_t flags[] = {SOAR_CALL_IN_FD, SOAR_CALL_OUT_FD};
    struct run_world world;

    open_world(&world, NULL, NULL, 0);
    for (size_t i = 0; i < COUNT(flags); i++) {
        soar_call call = call_of("query_case_ids", "{}");
        call.flags = flags[i];
        expect_reason(&world, &call, SOAR_INVALID_ARGUMENT, "no_file");
    }
    close_world(&world);
}

static void a_name_that_is_taken_is_not_overwritten(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, FILE_ANSWER, FILE_ANSWER};
    struct run_world world;
    char bytes[16];

    make_file("write/a.zip", "mine", 4);
    open_world(&world, NULL, answers, 3);
    soar_call call = call_of("download_existing_files", "{\"id\":\"f\"}");
    struct json_object *document = invoke(&world, &call, SOAR_OK);
    assert_string_equal(json_string_at(document, "/file/name"), "a (1).zip");
    json_object_put(document);
    call = call_of("download_existing_files", "{\"id\":\"f\",\"save_as\":\"a.zip\"}");
    json_object_put(invoke(&world, &call, SOAR_ALREADY_EXISTS));
    content("write/a.zip", bytes, sizeof(bytes));
    assert_string_equal(bytes, "mine");
    close_world(&world);
}

/* ------------------------------------------------------------------ progress and cancelling */

struct heard {
    uint64_t call_id, done, total;
    int32_t answer;
    int times;
};

static int32_t hear(void *ctx, uint64_t call_id, uint64_t done, uint64_t total)
{
    struct heard *heard = ctx;

    heard->total = total;
    heard->call_id = call_id;
    heard->done = done;
    heard->times++;
    return done > 0 ? heard->answer : 0;
}

static void the_host_hears_of_progress_and_may_stop_it(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, FILE_ANSWER};
    for (int32_t stop = 0; stop < 2; stop++) {
        struct heard heard = {.answer = stop};
        soar_host host = {.struct_size = sizeof(host),
                          .abi_version = SOAR_ABI_VERSION,
                          .ctx = &heard,
                          .progress = hear};
        struct run_world world;
        open_world(&world, &host, answers, 2);
        soar_call call = call_of("download_existing_files", "{\"id\":\"f\"}");
        call.call_id = 77;
        json_object_put(invoke(&world, &call, stop ? SOAR_CANCELLED : SOAR_OK));
        assert_int_equal(heard.call_id, 77);
        assert_int_equal(heard.done, 5);
        assert_int_equal(entries("write"), stop ? 1 : 2);
        if (!stop)
            assert_int_equal(unlink(in_root("write/a.zip")), 0);
        close_world(&world);
    }
}

static void a_long_list_is_progress_too(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER,
                                          HEAD("application/json") "{\"resources\":[\"a\"]}",
                                          HEAD("application/json") "{\"resources\":[\"b\"]}"};
    for (int32_t stop = 0; stop < 2; stop++) {
        struct heard heard = {.answer = stop};
        soar_host host = {.struct_size = sizeof(host),
                          .abi_version = SOAR_ABI_VERSION,
                          .ctx = &heard,
                          .progress = hear};
        struct run_world world;
        open_world(&world, &host, answers, 3);
        soar_call call = call_of("query_case_ids", "{\"max_items\":2,\"limit\":1}");
        if (stop)
            expect_reason(&world, &call, SOAR_PARTIAL, "cancelled");
        else
            json_object_put(invoke(&world, &call, SOAR_OK));
        assert_int_equal(heard.done, stop ? 1 : 2); /* after each page */
        assert_int_equal(heard.total, 2);
        close_world(&world);
    }
}

static void *cancel_when_it_is_sent(void *arg)
{
    struct run_world *world = arg;

    loopback_wait(&world->server, 2);
    soar_cancel(world->plugin, 5);
    return NULL;
}

static void another_thread_ends_a_call_by_its_id(void **state)
{
    (void)state;
    static const char *const answers[] = {TOKEN_ANSWER, LOOPBACK_HOLD};
    static const struct {
        const char *action, *input;
        soar_status status;
    } rows[] = {{"query_case_ids", "{}", SOAR_CANCELLED},
                {"create_case", "{\"name\":\"n\",\"severity\":60}", SOAR_UNKNOWN}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run_world world;
        pthread_t thread;
        open_world(&world, NULL, answers, 2);
        soar_call call = call_of(rows[i].action, rows[i].input);
        call.call_id = 5;
        assert_int_equal(pthread_create(&thread, NULL, cancel_when_it_is_sent, &world), 0);
        expect_reason(&world, &call, rows[i].status, "cancelled");
        pthread_join(thread, NULL);
        close_world(&world);
    }
}

static void the_calls_time_ends_an_exchange(void **state)
{
    (void)state;
    static const char *const answers[] = {LOOPBACK_HOLD};
    struct run_world world;

    open_world(&world, NULL, answers, 1);
    soar_call call = call_of("query_case_ids", "{}");
    call.timeout_ms = 50;
    expect_reason(&world, &call, SOAR_DEADLINE_EXCEEDED, "deadline");
    close_world(&world);
}

#define WITH_FILES(test) cmocka_unit_test_setup_teardown(test, make_world, remove_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILES(an_upload_reads_the_file_and_reads_it_again_for_another_attempt),
        WITH_FILES(an_upload_reads_the_hosts_descriptor),
        WITH_FILES(a_pipe_is_not_read_twice),
        WITH_FILES(a_file_that_may_not_be_read_is_refused_before_anything_is_sent),
        WITH_FILES(a_download_is_given_its_name_when_it_is_whole),
        WITH_FILES(a_download_goes_to_the_hosts_descriptor_once),
        WITH_FILES(a_descriptor_is_refused_where_no_file_is_moved),
        WITH_FILES(a_name_that_is_taken_is_not_overwritten),
        WITH_FILES(the_host_hears_of_progress_and_may_stop_it),
        cmocka_unit_test(a_long_list_is_progress_too),
        cmocka_unit_test(another_thread_ends_a_call_by_its_id),
        cmocka_unit_test(the_calls_time_ends_an_exchange),
    };
    return cmocka_run_group_tests_name("run_blocking", tests, NULL, NULL);
}
