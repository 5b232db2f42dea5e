#include "async.h"
#include "check.h"
#include <dirent.h>
#include <json-c/json.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 60000

void async_open(struct async *async, struct world *world, const soar_host *host,
                const char *changes)
{
    struct json_object *settings = settings_new(&world->sandbox, world->dir);
    struct json_object *wanted = changes != NULL ? json_tokener_parse(changes) : NULL;
    memset(async, 0, sizeof *async);
    settings_change(settings, wanted);
    async->instance = plugin_open_host(settings, host, &async->fd);
    assert_true(async->fd >= 0);
    json_object_put(wanted);
    json_object_put(settings);
}

void async_close(struct async *async)
{
    plugin_close(async->instance);
    async->instance = NULL;
}

soar_call async_call(uint64_t call_id, const char *action, const char *input)
{
    return (soar_call){.struct_size = sizeof(soar_call),
                       .call_id = call_id,
                       .action = action,
                       .action_len = strlen(action),
                       .input = input,
                       .input_len = strlen(input)};
}

void async_submit(struct async *async, uint64_t call_id, const char *action, const char *input)
{
    soar_call call = async_call(call_id, action, input);
    assert_int_equal(plugin_functions()->submit(async->instance, &call), SOAR_OK);
}

static int wait_for(const struct async *async, int timeout_ms)
{
    struct pollfd ready = {.fd = async->fd, .events = POLLIN};
    return poll(&ready, 1, timeout_ms);
}

void async_wait(const struct async *async)
{
    if (wait_for(async, PATIENCE_MS) != 1) {
        fail_msg("no event within a minute");
    }
}

bool async_readable(const struct async *async)
{
    return wait_for(async, 0) == 1;
}

void async_next(struct async *async, soar_result *ret)
{
    *ret = (soar_result){.struct_size = sizeof *ret};
    soar_status status;
    do { /* another thread may have taken it */
        async_wait(async);
        status = plugin_functions()->next(async->instance, ret);
    } while (status == SOAR_EMPTY);
    assert_int_equal(status, SOAR_OK);
    async->logs += ret->kind == SOAR_KIND_LOG;
    async->progress += ret->kind == SOAR_KIND_PROGRESS;
    async->outcomes += ret->kind == SOAR_KIND_DONE;
}

void async_outcome(struct async *async, soar_result *ret)
{
    async_next(async, ret);
    while (ret->kind != SOAR_KIND_DONE) {
        plugin_functions()->release(ret);
        async_next(async, ret);
    }
}

struct json_object *async_document(struct async *async, uint64_t *ret_call_id,
                                   soar_status *ret_status)
{
    soar_result result;
    async_outcome(async, &result);
    assert_int_equal(strlen(result.json), result.json_len);
    struct json_object *document = json_tokener_parse(result.json);
    assert_non_null(document);
    struct json_object *name = json_object_object_get(document, "status");
    assert_string_equal(json_object_get_string(name), plugin_status_name(result.status));
    if (ret_call_id != NULL) {
        *ret_call_id = result.call_id;
    }
    if (ret_status != NULL) {
        *ret_status = result.status;
    }
    plugin_functions()->release(&result);
    return document;
}

static void expect_text(struct json_object *document, const char *pointer, const char *text)
{
    struct json_object *found = NULL;
    if (text == NULL) {
        return;
    }
    if (json_pointer_get(document, pointer, &found) != 0 ||
        strcmp(json_object_get_string(found), text) != 0) {
        fail_msg("%s is not %s: %s", pointer, text, json_object_to_json_string(document));
    }
}

soar_status async_expect(struct async *async, uint64_t call_id, const char *reason,
                         const char *outcome)
{
    uint64_t found = 0;
    soar_status status = SOAR_OK;
    struct json_object *document = async_document(async, &found, &status);
    assert_int_equal(found, call_id);
    expect_text(document, "/error/reason", reason);
    expect_text(document, "/error/outcome", outcome);
    json_object_put(document);
    return status;
}

static size_t entries(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n;
}

size_t async_fds(void)
{
    return entries("/proc/self/fd");
}

size_t async_threads(void)
{
    return entries("/proc/self/task");
}

void async_wait_for_threads(size_t threads)
{
    time_t until = time(NULL) + PATIENCE_MS / 1000;
    while (async_threads() != threads && time(NULL) < until) {
        sched_yield();
    }
    assert_int_equal(async_threads(), threads);
}
