/* The limits of time, each on a service that lets just that one pass: the error says which one it
 * was, and what became of the request; the same under both drivers. */
#include "async.h"
#include "check.h"
#include "held.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_SECONDS 120
#define SHORT_MS 40 /* at first; longer where the machine is too busy for that */

#define HALF_ANSWER                                                                                \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n"              \
    "{\"resources\":[]}\n"

enum where { SILENT, UNREAD, HALF, SILENT_TOKEN, DEAF };

static const struct held_rule services[][3] = {
    [SILENT] = {{"POST /oauth2/token", HELD_ANSWER, NULL}, {"", HELD_SILENT, NULL}},
    [UNREAD] = {{"POST /oauth2/token", HELD_ANSWER, NULL}, {"", HELD_UNREAD, NULL}},
    [HALF] = {{"POST /oauth2/token", HELD_ANSWER, NULL}, {"", HELD_HALF, HALF_ANSWER}},
    [SILENT_TOKEN] = {{"", HELD_SILENT, NULL}},
    [DEAF] = {{NULL, HELD_LOST, NULL}},
};

struct limit {
    const char *name;
    enum where where;
    const char *setting; /* that is short; NULL = the time of the call */
    const char *action, *input;
    soar_status status;
    const char *reason, *outcome;
};

#define READ "query_case_ids", "{\"limit\":2}"
#define WRITE "create_case", "{\"name\":\"Held\",\"severity\":60}"
#define UPLOAD "upload_file", "{\"case_id\":\"c1\",\"file\":\"large.bin\"}"

static const struct limit limits[] = {
    {"no connection", DEAF, "http.connect_timeout_ms", WRITE, SOAR_UNAVAILABLE, "connect_timeout",
     "not_sent"},
    {"no answer to the token request", SILENT_TOKEN, "http.first_byte_timeout_ms", WRITE,
     SOAR_DEADLINE_EXCEEDED, "first_byte_timeout", "not_sent"},
    {"no answer to a read", SILENT, "http.first_byte_timeout_ms", READ, SOAR_DEADLINE_EXCEEDED,
     "first_byte_timeout", "not_applied"},
    {"no answer to a write", SILENT, "http.first_byte_timeout_ms", WRITE, SOAR_UNKNOWN,
     "first_byte_timeout", "unknown"},
    {"an answer that stops half way", HALF, "http.stall_timeout_ms", READ, SOAR_DEADLINE_EXCEEDED,
     "stalled", "not_applied"},
    {"an upload that is not read", UNREAD, "http.stall_timeout_ms", UPLOAD, SOAR_DEADLINE_EXCEEDED,
     "stalled", "not_applied"},
    {"the call's time while it connects", DEAF, NULL, WRITE, SOAR_DEADLINE_EXCEEDED, "deadline",
     "not_sent"},
    {"the call's time while it fetches its token", SILENT_TOKEN, NULL, WRITE,
     SOAR_DEADLINE_EXCEEDED, "deadline", "not_sent"},
    {"the call's time while a read waits", SILENT, NULL, READ, SOAR_DEADLINE_EXCEEDED, "deadline",
     "not_applied"},
    {"the call's time while a write waits", SILENT, NULL, WRITE, SOAR_UNKNOWN, "deadline",
     "unknown"},
    {"the call's time in the middle of an answer", HALF, NULL, READ, SOAR_DEADLINE_EXCEEDED,
     "deadline", "not_applied"},
    {"the call's time in the middle of an upload", UNREAD, NULL, UPLOAD, SOAR_DEADLINE_EXCEEDED,
     "deadline", "not_applied"},
};
#define LIMITS (sizeof limits / sizeof *limits)

static void open_for(struct async *async, const struct limit *limit, char *url, const char *dir,
                     int short_ms)
{
    struct sandbox address = {.url = url,
                              .client_id = (char *)(uintptr_t) "id",
                              .client_secret = (char *)(uintptr_t) "secret"};
    struct json_object *settings = settings_new(&address, dir);
    json_object_object_add(settings, "retry.attempts", json_object_new_int(1));
    if (limit->setting != NULL) {
        json_object_object_add(settings, limit->setting, json_object_new_int(short_ms));
    }
    memset(async, 0, sizeof *async);
    async->instance = plugin_open_host(settings, NULL, &async->fd);
    json_object_put(settings);
}

static struct json_object *call_by(struct async *async, const struct limit *limit, bool submit,
                                   int short_ms, soar_status *ret)
{
    soar_call call = async_call(1, limit->action, limit->input);
    call.timeout_ms = limit->setting != NULL ? SOAR_NO_TIMEOUT : (uint64_t)short_ms;
    if (!submit) {
        return plugin_invoke(async->instance, &call, ret);
    }
    assert_int_equal(plugin_functions()->submit(async->instance, &call), SOAR_OK);
    return async_document(async, NULL, ret);
}

static void expect_text(struct json_object *document, const char *pointer, const char *text)
{
    struct json_object *found = NULL;
    if (json_pointer_get(document, pointer, &found) != 0 ||
        strcmp(json_object_get_string(found), text) != 0) {
        fail_msg("%s is not %s: %s", pointer, text, json_object_to_json_string(document));
    }
}

static void check_document(const struct limit *limit, struct json_object *document)
{
    expect_text(document, "/error/reason", limit->reason);
    expect_text(document, "/error/outcome", limit->outcome);
    if (limit->setting != NULL) { /* and the message names the setting */
        struct json_object *message = NULL;
        assert_int_equal(json_pointer_get(document, "/error/message", &message), 0);
        assert_non_null(strstr(json_object_get_string(message), limit->setting));
    }
}

/* false = the call was over before its request came to the service. */
static bool try_with(const struct limit *limit, bool submit, const char *dir, int short_ms)
{
    struct async async;
    soar_status status = SOAR_OK;
    struct held *held = held_start(services[limit->where]);
    open_for(&async, limit, (char *)(uintptr_t)held_url(held), dir, short_ms);
    struct json_object *document = call_by(&async, limit, submit, short_ms, &status);
    bool came = held_now(held) > 0;
    if (came) {
        check_document(limit, document);
        assert_int_equal(status, limit->status);
    }
    json_object_put(document);
    async_close(&async);
    held_stop(held);
    return came;
}

static void try_deaf(const struct limit *limit, bool submit)
{
    struct async async;
    struct deaf deaf;
    soar_status status = SOAR_OK;
    deaf_start(&deaf);
    open_for(&async, limit, deaf.url, NULL, SHORT_MS);
    struct json_object *document = call_by(&async, limit, submit, SHORT_MS, &status);
    check_document(limit, document);
    assert_int_equal(status, limit->status);
    json_object_put(document);
    async_close(&async);
    deaf_stop(&deaf);
}

static void check(const struct limit *limit, bool submit)
{
    if (limit->where == DEAF) {
        try_deaf(limit, submit);
        return;
    }
    char *dir = tmpdir_new();
    tmpdir_write_pattern(dir, "in/large.bin", 8 << 20);
    for (int short_ms = SHORT_MS; !try_with(limit, submit, dir, short_ms); short_ms *= 2) {
    }
    tmpdir_free(dir);
}

static void passes_under_soar_invoke(void **state)
{
    check(*state, false);
}

static void passes_under_soar_submit(void **state)
{
    check(*state, true);
}

int main(void)
{
    struct CMUnitTest tests[2 * LIMITS];
    char names[2 * LIMITS][160];
    for (size_t i = 0; i < 2 * LIMITS; i++) {
        const struct limit *limit = &limits[i / 2];
        snprintf(names[i], sizeof names[i], "%s (%s): %s, %s", limit->name,
                 i % 2 == 0 ? "soar_invoke" : "soar_submit", limit->reason, limit->outcome);
        tests[i] = (struct CMUnitTest){.name = names[i],
                                       .test_func = i % 2 == 0 ? passes_under_soar_invoke
                                                               : passes_under_soar_submit,
                                       .initial_state = (void *)(uintptr_t)limit};
    }
    alarm(GUARD_SECONDS);
    return _cmocka_run_group_tests("the limits of time", tests, 2 * LIMITS, NULL, NULL);
}
