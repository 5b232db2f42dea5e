/* A disk that takes its time holds up the calls whose files are on it, and no other: fsync and pread
 * are this program's own (it exports them, see the Makefile) and wait as long as a test wants. */
#include "async.h"
#include "check.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define SIZE (1 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static bool slow;      /* the disk */
static size_t waiting; /* for it */
static size_t swift;   /* bytes that are read at once whatever the disk */

static void wait_for_the_disk(void)
{
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_broadcast(&moved);
    while (slow) {
        pthread_cond_wait(&moved, &lock);
    }
    waiting--;
    pthread_mutex_unlock(&lock);
}

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int fsync(int fd)
{
    wait_for_the_disk();
    return (int)syscall(SYS_fsync, fd);
}

EXPORTED ssize_t pread(int fd, void *bytes, size_t n, off_t offset)
{
    pthread_mutex_lock(&lock);
    bool at_once = swift > 0;
    swift -= n < swift ? n : swift;
    pthread_mutex_unlock(&lock);
    if (!at_once) {
        wait_for_the_disk();
    }
    return syscall(SYS_pread64, fd, bytes, n, offset);
}

static void set_slow(bool now, size_t bytes)
{
    pthread_mutex_lock(&lock);
    slow = now;
    swift = bytes;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}

static void wait_until_somebody_waits(void)
{
    pthread_mutex_lock(&lock);
    while (waiting == 0) {
        pthread_cond_wait(&moved, &lock);
    }
    pthread_mutex_unlock(&lock);
}

/* ------------------------------------------------------------------ calls */

static void expect(struct async *async, uint64_t id, soar_status wanted)
{
    uint64_t found = 0;
    soar_status status = SOAR_OK;
    struct json_object *document = async_document(async, &found, &status);
    if (found != id || status != wanted) {
        fail_msg("call %u: %s", (unsigned)found, json_object_to_json_string(document));
    }
    json_object_put(document);
}

static void others_go_on(struct async *async)
{
    async_submit(async, 1000, "query_slas", "{}");
    expect(async, 1000, SOAR_OK);
}

/* A world with a file at the service; its id, heap. */
static char *file_at_service(struct world *world, char **ret_case)
{
    char input[256];
    struct json_object *found = NULL;
    *ret_case = world_new_case(world, "With a file");
    tmpdir_write_pattern(world->dir, "in/sent.bin", SIZE);
    snprintf(input, sizeof input, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", *ret_case);
    struct json_object *document = plugin_call(world->instance, "upload_file", input, NULL);
    assert_int_equal(json_pointer_get(document, "/resources/0/id", &found), 0);
    char *id = strdup(json_object_get_string(found));
    json_object_put(document);
    return id;
}

static void submit_download(struct async *async, const char *file_id)
{
    char input[256];
    snprintf(input, sizeof input, "{\"id\":\"%s\",\"save_as\":\"got.bin\"}", file_id);
    async_submit(async, 1, "download_existing_files", input);
}

static void a_download_that_is_synced_holds_up_no_other_call(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    size_t size = 0;
    char *case_id, *id = file_at_service(world, &case_id);
    async_open(&async, world, NULL, NULL);
    set_slow(true, 0);
    submit_download(&async, id);
    wait_until_somebody_waits();
    others_go_on(&async);
    set_slow(false, 0);
    expect(&async, 1, SOAR_OK);
    char *got = tmpdir_read(world->dir, "out/got.bin", &size);
    assert_int_equal(size, SIZE);
    free(got);
    async_close(&async);
    free(id);
    free(case_id);
    world_free(world);
}

static void a_download_that_was_cancelled_while_it_is_synced_has_its_true_outcome(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    char *case_id, *id = file_at_service(world, &case_id);
    async_open(&async, world, NULL, NULL);
    set_slow(true, 0);
    submit_download(&async, id);
    wait_until_somebody_waits();
    assert_int_equal(plugin_functions()->cancel(async.instance, 1), SOAR_OK);
    others_go_on(&async);
    set_slow(false, 0);
    expect(&async, 1, SOAR_OK); /* the file is there */
    struct json_object *there = tmpdir_list(world->dir, "out");
    assert_int_equal(json_object_array_length(there), 1);
    json_object_put(there);
    async_close(&async);
    free(id);
    free(case_id);
    world_free(world);
}

static void a_shutdown_waits_for_the_disk_and_leaves_nothing(void **state)
{
    (void)state;
    struct world *world = world_open_new(NULL, NULL);
    struct async async;
    char *case_id, *id = file_at_service(world, &case_id);
    size_t fds = async_fds(), threads = async_threads();
    async_open(&async, world, NULL, NULL);
    set_slow(true, 0);
    submit_download(&async, id);
    wait_until_somebody_waits();
    assert_int_equal(plugin_functions()->shutdown(async.instance, 0), SOAR_FAILED_PRECONDITION);
    set_slow(false, 0);
    expect(&async, 1, SOAR_OK);
    async_close(&async);
    async_wait_for_threads(threads);
    assert_int_equal(async_fds(), fds);
    free(id);
    free(case_id);
    world_free(world);
}

static void an_upload_that_is_told_apart_by_its_hash_holds_up_no_other_call(void **state)
{
    (void)state;
    static const char *const lost[] = {"--fault", "upload_file:reset_after:1", NULL};
    struct world *world = world_open_new(lost, NULL);
    struct async async;
    char input[256], *case_id = world_new_case(world, "With a file");
    tmpdir_write_pattern(world->dir, "in/sent.bin", SIZE);
    async_open(&async, world, NULL, NULL);
    snprintf(input, sizeof input, "{\"case_id\":\"%s\",\"file\":\"sent.bin\"}", case_id);
    set_slow(true, SIZE); /* what is sent is read at once, and then once more */
    async_submit(&async, 1, "upload_file", input);
    wait_until_somebody_waits();
    others_go_on(&async);
    set_slow(false, 0);
    expect(&async, 1, SOAR_OK);
    async_close(&async);
    free(case_id);
    world_free(world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_download_that_is_synced_holds_up_no_other_call),
        cmocka_unit_test(a_download_that_was_cancelled_while_it_is_synced_has_its_true_outcome),
        cmocka_unit_test(a_shutdown_waits_for_the_disk_and_leaves_nothing),
        cmocka_unit_test(an_upload_that_is_told_apart_by_its_hash_holds_up_no_other_call),
    };
    alarm(GUARD_SECONDS);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
