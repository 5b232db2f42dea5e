/* Files of calls in flight: by path and by the host's descriptors, which the host may close at once;
 * and pipes that have nothing yet or no room, which hold up nobody and outlast no deadline. */
#include "async.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define SIZE (1 << 20)

struct files {
    struct world *world;
    struct async async;
    char *case_id, *bytes;
};

static void open_files(struct files *files)
{
    size_t size = 0;
    files->world = world_open_new(NULL, NULL);
    files->case_id = world_new_case(files->world, "With files");
    tmpdir_write_pattern(files->world->dir, "in/sent.bin", SIZE);
    files->bytes = tmpdir_read(files->world->dir, "in/sent.bin", &size);
    async_open(&files->async, files->world, NULL, NULL);
}

static void close_files(struct files *files)
{
    async_close(&files->async);
    free(files->bytes);
    free(files->case_id);
    world_free(files->world);
}

static soar_call upload_call(const struct files *files, uint64_t id, char *input, size_t size)
{
    snprintf(input, size, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", files->case_id);
    return async_call(id, "upload_file", input);
}

static soar_call download_call(uint64_t id, const char *file_id, char *input, size_t size)
{
    snprintf(input, size, "{\"id\":\"%s\",\"save_as\":\"got.bin\"}", file_id);
    return async_call(id, "download_existing_files", input);
}

static void submit(struct files *files, const soar_call *call)
{
    assert_int_equal(plugin_functions()->submit(files->async.instance, call), SOAR_OK);
}

/* The outcome of the only call in flight, which is this one and went well. */
static struct json_object *outcome_of(struct files *files, uint64_t id)
{
    uint64_t found = 0;
    soar_status status = SOAR_OK;
    struct json_object *document = async_document(&files->async, &found, &status);
    if (found != id || status != SOAR_OK) {
        fail_msg("call %u: %s", (unsigned)found, json_object_to_json_string(document));
    }
    return document;
}

/* The outcome of an upload; the id of the file, heap. */
static char *uploaded(struct files *files, uint64_t id)
{
    struct json_object *file = NULL, *document = outcome_of(files, id);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &file), 0);
    char *text = strdup(json_object_get_string(file));
    json_object_put(document);
    return text;
}

/* Another call goes through meanwhile. */
static void others_go_on(struct files *files)
{
    async_submit(&files->async, 1000, "query_slas", "{}");
    json_object_put(outcome_of(files, 1000));
}

static void expect_at_service(struct files *files, const char *file_id)
{
    char input[256];
    size_t size = 0;
    soar_call call = download_call(77, file_id, input, sizeof input);
    submit(files, &call);
    json_object_put(outcome_of(files, 77));
    char *got = tmpdir_read(files->world->dir, "out/got.bin", &size);
    assert_int_equal(size, SIZE);
    assert_memory_equal(got, files->bytes, SIZE);
    free(got);
}

static void write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        assert_true(n > 0);
        bytes += n;
        size -= (size_t)n;
    }
}

/* ------------------------------------------------------------------ files */

static void a_file_goes_up_and_comes_down_unchanged(void **state)
{
    (void)state;
    struct files files;
    char input[256];
    open_files(&files);
    soar_call call = upload_call(&files, 1, input, sizeof input);
    submit(&files, &call);
    char *id = uploaded(&files, 1);
    expect_at_service(&files, id);
    free(id);
    close_files(&files);
}

static void the_hosts_descriptors_may_be_closed_at_once(void **state)
{
    (void)state;
    struct files files;
    char input[256];
    size_t size = 0;
    open_files(&files);
    char *path = tmpdir_path(files.world->dir, "in/sent.bin");
    soar_call call = upload_call(&files, 1, input, sizeof input);
    call.flags = SOAR_CALL_IN_FD;
    call.in_fd = open(path, O_RDONLY | O_CLOEXEC);
    submit(&files, &call);
    close(call.in_fd);
    char *id = uploaded(&files, 1);
    char *other = tmpdir_path(files.world->dir, "in/back.bin");
    call = download_call(2, id, input, sizeof input);
    call.flags = SOAR_CALL_OUT_FD;
    call.out_fd = open(other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    submit(&files, &call);
    close(call.out_fd);
    json_object_put(outcome_of(&files, 2));
    char *got = tmpdir_read(files.world->dir, "in/back.bin", &size);
    assert_int_equal(size, SIZE);
    assert_memory_equal(got, files.bytes, SIZE);
    free(got);
    free(other);
    free(id);
    free(path);
    close_files(&files);
}

/* ------------------------------------------------------------------ pipes */

static void a_pipe_without_bytes_holds_up_nobody(void **state)
{
    (void)state;
    const int *flags = *state;
    struct files files;
    char input[256];
    int ends[2];
    open_files(&files);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, *flags), 0);
    soar_call call = upload_call(&files, 1, input, sizeof input);
    call.flags = SOAR_CALL_IN_FD;
    call.in_fd = ends[0];
    submit(&files, &call);
    close(ends[0]);
    others_go_on(&files);
    write_all(ends[1], files.bytes, 100);
    others_go_on(&files);
    write_all(ends[1], files.bytes + 100, SIZE - 100);
    others_go_on(&files);
    close(ends[1]);
    char *id = uploaded(&files, 1);
    expect_at_service(&files, id);
    free(id);
    close_files(&files);
}

static void a_pipe_without_room_holds_up_nobody(void **state)
{
    (void)state;
    const int *flags = *state;
    struct files files;
    char input[256];
    char *got = malloc(SIZE + 1);
    size_t size = 0;
    int ends[2];
    open_files(&files);
    soar_call call = upload_call(&files, 1, input, sizeof input);
    submit(&files, &call);
    char *id = uploaded(&files, 1);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, *flags), 0);
    call = download_call(2, id, input, sizeof input);
    call.flags = SOAR_CALL_OUT_FD;
    call.out_fd = ends[1];
    submit(&files, &call);
    close(ends[1]);
    assert_int_equal(read(ends[0], got, 1), 1); /* it has begun */
    others_go_on(&files);
    for (ssize_t n = 1; n > 0; size += (size_t)n) {
        n = read(ends[0], got + 1 + size, SIZE - size);
        assert_true(n >= 0);
    }
    assert_int_equal(size + 1, SIZE);
    assert_memory_equal(got, files.bytes, SIZE);
    json_object_put(outcome_of(&files, 2));
    close(ends[0]);
    free(got);
    free(id);
    close_files(&files);
}

/* A call that reads from a pipe that nobody writes to, or writes to one that nobody reads. */
static soar_call stuck_call(struct files *files, bool up, const char *file_id, int ends[2],
                            char *input, size_t size)
{
    soar_call call;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    if (up) {
        call = upload_call(files, 1, input, size);
        call.flags = SOAR_CALL_IN_FD;
        call.in_fd = ends[0];
    } else {
        call = download_call(1, file_id, input, size);
        call.flags = SOAR_CALL_OUT_FD;
        call.out_fd = ends[1];
    }
    return call;
}

static void expect_error(struct json_object *document, const char *reason)
{
    struct json_object *found = NULL;
    if (json_pointer_get(document, "/error/reason", &found) != 0 ||
        strcmp(json_object_get_string(found), reason) != 0) {
        fail_msg("not %s: %s", reason, json_object_to_json_string(document));
    }
    json_object_put(document);
}

static void no_call_waits_for_a_pipe_past_its_deadline(void **state)
{
    (void)state;
    struct files files;
    char input[256];
    int ends[2];
    open_files(&files);
    for (int submitted = 0; submitted < 2; submitted++) {
        soar_call call = stuck_call(&files, true, NULL, ends, input, sizeof input);
        call.timeout_ms = 100;
        if (submitted) {
            submit(&files, &call);
            expect_error(async_document(&files.async, NULL, NULL), "deadline");
        } else {
            expect_error(plugin_invoke(files.async.instance, &call, NULL), "deadline");
        }
        close(ends[0]);
        close(ends[1]);
    }
    close_files(&files);
}

struct stuck {
    struct files *files;
    soar_call call;
    pthread_t thread;
    struct json_object *document;
};

static void *invoke_it(void *arg)
{
    struct stuck *stuck = arg;
    soar_result result = {.struct_size = sizeof result};
    (void)plugin_functions()->invoke(stuck->files->async.instance, &stuck->call, &result);
    stuck->document = json_tokener_parse(result.json);
    plugin_functions()->release(&result);
    return NULL;
}

static void a_call_that_waits_for_a_pipe_can_be_cancelled(void **state)
{
    (void)state;
    struct files files;
    char input[256];
    int ends[2];
    char byte;
    open_files(&files);
    soar_call call = upload_call(&files, 1, input, sizeof input);
    submit(&files, &call);
    char *id = uploaded(&files, 1);
    for (int kind = 0; kind < 2; kind++) { /* a download whose first byte is there */
        struct stuck stuck = {&files, stuck_call(&files, false, id, ends, input, sizeof input), 0,
                              NULL};
        if (kind == 0) {
            submit(&files, &stuck.call);
        } else {
            assert_int_equal(pthread_create(&stuck.thread, NULL, invoke_it, &stuck), 0);
        }
        assert_int_equal(read(ends[0], &byte, 1), 1);
        assert_int_equal(plugin_functions()->cancel(files.async.instance, 1), SOAR_OK);
        if (kind == 0) {
            stuck.document = async_document(&files.async, NULL, NULL);
        } else {
            pthread_join(stuck.thread, NULL);
        }
        expect_error(stuck.document, "file_cut"); /* what went to the host is told */
        close(ends[0]);
        close(ends[1]);
    }
    free(id);
    close_files(&files);
}

static void a_pipe_whose_reader_is_gone_ends_its_call_alone(void **state)
{
    (void)state;
    struct files files;
    char input[256];
    int ends[2];
    char byte;
    open_files(&files);
    soar_call call = upload_call(&files, 1, input, sizeof input);
    submit(&files, &call);
    char *id = uploaded(&files, 1);
    call = stuck_call(&files, false, id, ends, input, sizeof input);
    submit(&files, &call);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    expect_error(async_document(&files.async, NULL, NULL), "out_fd_closed");
    others_go_on(&files);
    free(id);
    close_files(&files);
}

int main(void)
{
    static int blocking = 0, non_blocking = O_NONBLOCK;
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_goes_up_and_comes_down_unchanged),
        cmocka_unit_test(the_hosts_descriptors_may_be_closed_at_once),
        cmocka_unit_test_prestate(a_pipe_without_bytes_holds_up_nobody, &blocking),
        cmocka_unit_test_prestate(a_pipe_without_bytes_holds_up_nobody, &non_blocking),
        cmocka_unit_test_prestate(a_pipe_without_room_holds_up_nobody, &blocking),
        cmocka_unit_test_prestate(a_pipe_without_room_holds_up_nobody, &non_blocking),
        cmocka_unit_test(no_call_waits_for_a_pipe_past_its_deadline),
        cmocka_unit_test(a_call_that_waits_for_a_pipe_can_be_cancelled),
        cmocka_unit_test(a_pipe_whose_reader_is_gone_ends_its_call_alone),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
