/* Files on their way: uploads as parts, downloads to a sink. */
#include "transport_world.h"

static int32_t count_progress(void *arg, uint64_t done, uint64_t total)
{
    uint64_t *seen = arg;

    (void)total;
    if (done > *seen)
        *seen = done;
    return 0;
}

static int32_t stop(void *arg, uint64_t done, uint64_t total)
{
    (void)arg, (void)total;
    return done > 0;
}

static void make_upload(struct world *world, struct file_source *source)
{
    struct error err;

    make_file("read/report.txt", "the report", 10);
    assert_true(file_source_open(files, in_root("read/report.txt"), "r\"1.txt", source, &err));
    world->request.method = "POST";
    world->request.parts[0] =
        (struct http_part){.kind = HTTP_PART_TEXT, .name = "case_id", .text = "c+1", .text_len = 3};
    world->request.parts[1] = (struct http_part){.kind = HTTP_PART_FILE, .name = "file"};
    world->request.n_parts = 2;
    world->io.source = source;
}

static void an_upload_goes_out_as_parts(void **state)
{
    (void)state;
    struct world world;
    struct file_source source;
    uint64_t seen = 0;

    open_one(&world, JSON);
    make_upload(&world, &source);
    world.io.progress = count_progress;
    world.io.progress_arg = &seen;
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_FINE);
    const char *got = loopback_request(&world.server, 0);
    expect_in(got, "\r\nContent-Type: multipart/form-data; boundary=");
    expect_in(got, "Content-Disposition: form-data; name=\"case_id\"\r\n\r\nc+1\r\n");
    expect_in(got, "Content-Disposition: form-data; name=\"file\"; filename=\"r%221.txt\"\r\n");
    expect_in(got, "\r\n\r\nthe report\r\n");
    assert_true(seen >= 10);
    file_source_done(&source);
    close_world(&world);
}

static void a_file_that_shrinks_ends_the_upload(void **state)
{
    (void)state;
    struct world world;
    struct file_source source;

    open_one(&world, LOOPBACK_HOLD);
    make_upload(&world, &source);
    assert_int_equal(truncate(in_root("read/report.txt"), 3), 0);
    send_it(&world);
    assert_int_equal(world.response.failure, HTTP_LOCAL);
    assert_int_equal(world.response.local_error.status, SOAR_DATA_LOSS);
    file_source_done(&source);
    close_world(&world);
}

static void the_head_decides_whether_an_answer_is_a_file(void **state)
{
    (void)state;
    static const struct {
        enum http_sink sink;
        const char *head;
        bool file;
        const char *sha256;
    } rows[] = {
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: application/octet-stream", true, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nX: y", true, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: application/json", false, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: application/json;charset=utf-8", false,
         NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: application/problem+json", false, NULL},
        {HTTP_TO_FILE_UNLESS_JSON,
         "200 OK\r\nContent-Type: application/json\r\nContent-Disposition: attachment", true, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: text/html; charset=utf-8", false, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "200 OK\r\nContent-Type: text/html", true,
         "0000000000000000000000000000000000000000000000000000000000000000"},
        {HTTP_TO_FILE_UNLESS_JSON,
         "200 OK\r\nContent-Type: text/html\r\nContent-Disposition: attachment", true, NULL},
        {HTTP_TO_FILE, "200 OK\r\nContent-Type: text/html", true, NULL},
        {HTTP_TO_FILE_UNLESS_JSON, "404 No\r\nContent-Type: application/zip", false, NULL},
        {HTTP_TO_FILE, "200 OK\r\nContent-Type: application/json", true, NULL},
        {HTTP_TO_FILE, "302 Found\r\nContent-Type: application/zip", false, NULL},
        {HTTP_TO_MEMORY, "200 OK\r\nContent-Type: application/zip", false, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        struct error err;
        struct file_sink *sink = NULL;
        char reply[256];
        snprintf(reply, sizeof(reply), "HTTP/1.1 %s\r\nContent-Length: 5\r\n\r\nbytes",
                 rows[i].head);
        open_one(&world, reply);
        assert_true(file_sink_new(files, NULL, -1, &sink, &err));
        world.io.sink = sink;
        world.request.sink = rows[i].sink;
        world.request.sha256 = rows[i].sha256;
        send_it(&world);
        assert_int_equal(world.response.failure, HTTP_FINE);
        if (world.response.has_file != rows[i].file || file_sink_begun(sink) != rows[i].file)
            fail_msg("row %zu", i);
        assert_int_equal(file_sink_bytes(sink), rows[i].file ? 5 : 0);
        assert_string_equal(world.response.body.ptr, rows[i].file ? "" : "bytes");
        file_sink_free(sink);
        close_world(&world);
    }
}

static void a_file_that_was_not_whole_is_none(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct world world;
        struct error err;
        struct file_sink *sink = NULL;
        open_one(&world, how == 2 ? "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\nbytes"
                                  : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbytes");
        assert_true(file_sink_new(files, NULL, -1, &sink, &err));
        world.io.sink = sink;
        world.io.progress = how == 1 ? stop : NULL;
        world.request.sink = HTTP_TO_FILE;
        send_it(&world);
        static const enum http_failure failures[] = {HTTP_CUT, HTTP_CANCELLED, HTTP_LOCAL};
        assert_int_equal(world.response.failure, failures[how]);
        assert_false(world.response.has_file);
        if (how == 2)
            assert_int_equal(world.response.local_error.status, SOAR_RESOURCE_EXHAUSTED);
        file_sink_free(sink);
        close_world(&world);
    }
}

static void an_empty_file_is_a_file(void **state)
{
    (void)state;
    struct world world;
    struct error err;
    struct file_sink *sink = NULL;

    open_one(&world, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                     "Content-Disposition: attachment; filename=empty.bin\r\n\r\n");
    assert_true(file_sink_new(files, NULL, -1, &sink, &err));
    world.io.sink = sink;
    world.request.sink = HTTP_TO_FILE_UNLESS_JSON;
    send_it(&world);
    assert_true(world.response.has_file);
    assert_true(file_sink_commit(sink, &err));
    assert_string_equal(file_sink_name(sink), "empty.bin");
    file_sink_free(sink);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_upload_goes_out_as_parts, make_world, remove_world),
        cmocka_unit_test_setup_teardown(a_file_that_shrinks_ends_the_upload, make_world,
                                        remove_world),
        cmocka_unit_test_setup_teardown(the_head_decides_whether_an_answer_is_a_file, make_world,
                                        remove_world),
        cmocka_unit_test_setup_teardown(a_file_that_was_not_whole_is_none, make_world,
                                        remove_world),
        cmocka_unit_test_setup_teardown(an_empty_file_is_a_file, make_world, remove_world),
    };
    return cmocka_run_group_tests_name("transport_file", tests, NULL, NULL);
}
