/* The phases of a call, each on a service that holds it there (held.h): how it comes into the phase,
 * and the truth about it where it is ended from outside. */
#ifndef E2E_PHASES_H
#define E2E_PHASES_H

#include "async.h"
#include "check.h"
#include "held.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARDED 1u /* id of the call that is ended in the phase */
#define FIRST 2u   /* of a call that goes before it */
#define FENCE 3u

#define HEAD_OF(type, length)                                                                      \
    "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nContent-Length: " length "\r\n\r\n"
#define IDS                                                                                        \
    HEAD_OF("application/json", "109")                                                             \
    "{\"resources\":[\"c1\",\"c2\"],\"errors\":[],\"meta\":{\"trace_id\":\"t\",\"pagination\":"    \
    "{\"offset\":0,\"limit\":2,\"total\":9}}}\r\n"
#define FILE_ANSWER                                                                                \
    HEAD_OF("application/octet-stream", "40") "0123456789012345678901234567890123456789"
#define BUSY                                                                                       \
    "HTTP/1.1 503 Busy\r\nRetry-After: 3600\r\nContent-Type: application/json\r\n"                 \
    "Content-Length: 2\r\n\r\n{}"
#define NO_ROOM                                                                                    \
    "HTTP/1.1 200 OK\r\nX-RateLimit-Limit: 2\r\nX-RateLimit-Remaining: 0\r\n"                      \
    "Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"resources\":[]}\n"
#define TOKEN                                                                                      \
    {                                                                                              \
        "POST /oauth2/token", HELD_ANSWER, NULL                                                    \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, HELD_LOST, NULL                                                                      \
    }

#define READ "query_case_ids"
#define READ_INPUT "{\"limit\":2}"
#define WRITE "create_case"
#define WRITE_INPUT "{\"name\":\"Held\",\"severity\":60}"
#define UPLOAD "upload_file"
#define UPLOAD_INPUT "{\"case_id\":\"c1\",\"file\":\"large.bin\"}"
#define DOWNLOAD "download_existing_files"
#define DOWNLOAD_INPUT "{\"id\":\"f1\",\"save_as\":\"got.bin\"}"

/* How it is known that the call is there. */
enum phase_sign {
    SIGN_HELD,   /* the service holds so many requests */
    SIGN_FLIGHT, /* the call is in flight              */
    SIGN_CONNECT,
    SIGN_PAUSE /* the log says when it goes on       */
};

struct phase {
    const char *name;
    const char *action, *input;
    const char *first; /* action of a call before it, NULL = none; held as well */
    const char *first_input;
    bool first_ends;     /* it is answered, and over */
    const char *key;     /* idempotency key of both */
    const char *changes; /* of the settings */
    enum phase_sign sign;
    size_t held; /* requests */
    bool async_only;
    soar_status status;  /* when it is ended from outside, */
    const char *outcome; /* and what that says */
    struct held_rule rules[5];
};

static const struct phase phases[] = {
    {.name = "in the queue for a connection",
     .action = WRITE,
     .input = WRITE_INPUT,
     .first = READ,
     .first_input = READ_INPUT,
     .changes = "{\"http.max_connections\":1}",
     .sign = SIGN_HELD,
     .held = 1,
     .async_only = true,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {TOKEN, {"GET ", HELD_SILENT, NULL}, END}},
    {.name = "behind another call with its key",
     .action = WRITE,
     .input = WRITE_INPUT,
     .first = WRITE,
     .first_input = WRITE_INPUT,
     .key = "one write",
     .sign = SIGN_FLIGHT,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {TOKEN, {"PUT ", HELD_SILENT, NULL}, END}},
    {.name = "waiting for room under the request limit",
     .action = WRITE,
     .input = WRITE_INPUT,
     .first = READ,
     .first_input = READ_INPUT,
     .first_ends = true,
     .sign = SIGN_FLIGHT,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {TOKEN, {"GET ", HELD_ANSWER, NO_ROOM}, END}},
    {.name = "fetching the token",
     .action = WRITE,
     .input = WRITE_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {{"POST /oauth2/token", HELD_SILENT, NULL}, END}},
    {.name = "waiting for the token that another fetches",
     .action = WRITE,
     .input = WRITE_INPUT,
     .first = READ,
     .first_input = READ_INPUT,
     .sign = SIGN_FLIGHT,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {{"POST /oauth2/token", HELD_SILENT, NULL}, END}},
    {.name = "connecting",
     .action = WRITE,
     .input = WRITE_INPUT,
     .sign = SIGN_CONNECT,
     .status = SOAR_CANCELLED,
     .outcome = "not_sent",
     .rules = {END}},
    {.name = "a read that waits for its answer",
     .action = READ,
     .input = READ_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_applied",
     .rules = {TOKEN, {"GET ", HELD_SILENT, NULL}, END}},
    {.name = "a write that waits for its answer",
     .action = WRITE,
     .input = WRITE_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_UNKNOWN,
     .outcome = "unknown",
     .rules = {TOKEN, {"PUT ", HELD_SILENT, NULL}, END}},
    {.name = "in the body of a read's answer",
     .action = READ,
     .input = READ_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_applied",
     .rules = {TOKEN, {"GET ", HELD_HALF, IDS}, END}},
    {.name = "in the body of a write's answer",
     .action = WRITE,
     .input = WRITE_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_UNKNOWN,
     .outcome = "unknown",
     .rules = {TOKEN, {"PUT ", HELD_HALF, IDS}, END}},
    {.name = "in the middle of an upload",
     .action = UPLOAD,
     .input = UPLOAD_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_applied",
     .rules = {TOKEN, {"POST ", HELD_UNREAD, NULL}, END}},
    {.name = "in the middle of a download",
     .action = DOWNLOAD,
     .input = DOWNLOAD_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_CANCELLED,
     .outcome = "not_applied",
     .rules = {TOKEN, {"GET ", HELD_HALF, FILE_ANSWER}, END}},
    {.name = "between two pages",
     .action = READ,
     .input = "{\"all\":true,\"limit\":2}",
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_PARTIAL,
     .outcome = "not_applied",
     .rules = {TOKEN, {"offset=0", HELD_ANSWER, IDS}, {"GET ", HELD_SILENT, NULL}, END}},
    {.name = "in pages that overlap",
     .action = READ,
     .input = "{\"all\":true,\"limit\":2}",
     .changes = "{\"limits.ahead\":3}",
     .sign = SIGN_HELD,
     .held = 3,
     .status = SOAR_PARTIAL,
     .outcome = "not_applied",
     .rules = {TOKEN, {"offset=0", HELD_ANSWER, IDS}, {"GET ", HELD_SILENT, NULL}, END}},
    {.name = "in the pause before another attempt",
     .action = READ,
     .input = READ_INPUT,
     .sign = SIGN_PAUSE,
     .status = SOAR_CANCELLED,
     .outcome = "not_applied",
     .rules = {TOKEN, {"GET ", HELD_ANSWER, BUSY}, END}},
    {.name = "looking what became of a lost write",
     .action = WRITE,
     .input = WRITE_INPUT,
     .sign = SIGN_HELD,
     .held = 1,
     .status = SOAR_UNKNOWN,
     .outcome = "unknown",
     .rules = {TOKEN, {"PUT ", HELD_LOST, NULL}, {"GET ", HELD_SILENT, NULL}, END}},
};
#define PHASES (sizeof phases / sizeof *phases)

/* ------------------------------------------------------------------ a call in its phase */

/* What there is around it. */
struct stage {
    const struct phase *phase;
    char *dir;
    struct held *held; /* NULL = deaf */
    struct deaf deaf;
    struct async async;
    atomic_int pauses; /* that the log told of */
};

static inline void hear(void *ctx, int32_t level, const char *line, uint64_t len)
{
    struct stage *stage = ctx;
    (void)level;
    if (memmem(line, (size_t)len, "again in", 8) != NULL) {
        atomic_fetch_add(&stage->pauses, 1);
    }
}

static inline void stage_open(struct stage *stage, const struct phase *phase)
{
    soar_host host = {.struct_size = sizeof host,
                      .abi_version = SOAR_ABI_VERSION,
                      .ctx = stage,
                      .log = hear,
                      .flags = SOAR_HOST_ANY_THREAD};
    struct sandbox address = {.client_id = (char *)(uintptr_t) "id",
                              .client_secret = (char *)(uintptr_t) "secret"};
    memset(stage, 0, sizeof *stage);
    stage->phase = phase;
    stage->dir = tmpdir_new();
    tmpdir_write_pattern(stage->dir, "in/large.bin", 8 << 20);
    if (phase->sign == SIGN_CONNECT) {
        deaf_start(&stage->deaf);
        address.url = stage->deaf.url;
    } else {
        stage->held = held_start(phase->rules);
        address.url = (char *)(uintptr_t)held_url(stage->held);
    }
    struct json_object *settings = settings_new(&address, stage->dir);
    struct json_object *changes =
        phase->changes != NULL ? json_tokener_parse(phase->changes) : NULL;
    json_object_object_add(settings, "log.level", json_object_new_string("debug"));
    settings_change(settings, changes);
    stage->async.instance = plugin_open_host(settings, &host, &stage->async.fd);
    json_object_put(changes);
    json_object_put(settings);
}

static inline void stage_close(struct stage *stage)
{
    struct json_object *left = tmpdir_list(stage->dir, "out");
    plugin_close(stage->async.instance);
    if (json_object_array_length(left) != 0) {
        fail_msg("left behind: %s", json_object_to_json_string(left));
    }
    json_object_put(left);
    if (stage->held != NULL) {
        held_stop(stage->held);
    } else {
        deaf_stop(&stage->deaf);
    }
    tmpdir_free(stage->dir);
}

static inline soar_call stage_call(const struct stage *stage, uint64_t id)
{
    const struct phase *phase = stage->phase;
    soar_call call = id == FIRST ? async_call(id, phase->first, phase->first_input)
                                 : async_call(id, phase->action, phase->input);
    call.timeout_ms = SOAR_NO_TIMEOUT;
    if (phase->key != NULL) {
        call.idempotency_key = phase->key;
        call.idempotency_key_len = strlen(phase->key);
    }
    return call;
}

/* Is a call of that id in flight? Then no other may have it. */
static inline bool in_flight(const struct stage *stage, uint64_t id)
{
    soar_result result = {.struct_size = sizeof result};
    soar_call call = async_call(id, READ, "{}");
    call.flags = SOAR_CALL_DRY_RUN;
    soar_status status = plugin_functions()->invoke(stage->async.instance, &call, &result);
    plugin_functions()->release(&result);
    return status == SOAR_ALREADY_EXISTS;
}

/* Until it is in the phase. */
static inline void stage_reached(struct stage *stage)
{
    while (stage->phase->sign == SIGN_FLIGHT && !in_flight(stage, GUARDED)) {
        sched_yield();
    }
    while (stage->phase->sign == SIGN_PAUSE && atomic_load(&stage->pauses) == 0) {
        sched_yield();
    }
    if (stage->phase->sign == SIGN_CONNECT) {
        deaf_wait(&stage->deaf);
    } else {
        held_wait(stage->held, stage->phase->held);
    }
}

/* ------------------------------------------------------------------ by soar_submit */

/* Puts a call before the thread of the instance and takes its outcome: all that was put there before
 * has been looked at. */
static inline void stage_fence(struct stage *stage)
{
    soar_call call = async_call(FENCE, READ, "{}");
    uint64_t id = 0;
    assert_int_equal(plugin_functions()->submit(stage->async.instance, &call), SOAR_OK);
    (void)plugin_functions()->cancel(stage->async.instance, FENCE);
    json_object_put(async_document(&stage->async, &id, NULL));
    assert_int_equal(id, FENCE);
}

/* Submits the calls; how many outcomes are to come. */
static inline size_t stage_submit(struct stage *stage)
{
    size_t n = 1;
    if (stage->phase->first != NULL) {
        soar_call first = stage_call(stage, FIRST);
        assert_int_equal(plugin_functions()->submit(stage->async.instance, &first), SOAR_OK);
        if (stage->phase->first_ends) {
            json_object_put(async_document(&stage->async, NULL, NULL));
        } else {
            held_wait(stage->held, stage->phase->held);
            n++;
        }
    }
    soar_call call = stage_call(stage, GUARDED);
    assert_int_equal(plugin_functions()->submit(stage->async.instance, &call), SOAR_OK);
    stage_reached(stage);
    if (stage->phase->first != NULL) {
        stage_fence(stage);
    }
    return n;
}

/* ------------------------------------------------------------------ by soar_invoke */

/* A call in a thread of its own, and what came of it. */
struct blocking {
    struct stage *stage;
    uint64_t id;
    pthread_t thread;
    soar_status status;
    struct json_object *document;
};

static inline void *invoke_it(void *arg)
{
    struct blocking *blocking = arg;
    soar_result result = {.struct_size = sizeof result};
    soar_call call = stage_call(blocking->stage, blocking->id);
    do { /* its id may be taken by in_flight */
        plugin_functions()->release(&result);
        blocking->status =
            plugin_functions()->invoke(blocking->stage->async.instance, &call, &result);
    } while (blocking->status == SOAR_ALREADY_EXISTS);
    blocking->document = json_tokener_parse(result.json);
    plugin_functions()->release(&result);
    return NULL;
}

static inline void blocking_start(struct blocking *blocking, struct stage *stage, uint64_t id)
{
    *blocking = (struct blocking){.stage = stage, .id = id};
    assert_int_equal(pthread_create(&blocking->thread, NULL, invoke_it, blocking), 0);
}

/* Starts the calls; the first one in calls[0]. How many are under way. */
static inline size_t stage_invoke(struct stage *stage, struct blocking calls[2])
{
    size_t n = 1;
    if (stage->phase->first != NULL) {
        blocking_start(&calls[1], stage, FIRST);
        if (stage->phase->first_ends) {
            pthread_join(calls[1].thread, NULL);
            json_object_put(calls[1].document);
        } else {
            held_wait(stage->held, stage->phase->held);
            n++;
        }
    }
    blocking_start(&calls[0], stage, GUARDED);
    stage_reached(stage);
    return n;
}

/* ------------------------------------------------------------------ what is expected */

/* The call that has the key may be over first where both are ended at once: its outcome, which nobody
 * knows, is then that of the one behind it. */
static inline bool is_of_the_first(const struct phase *phase, soar_status status,
                                   const char *outcome)
{
    return phase->key != NULL && status == SOAR_UNKNOWN && strcmp(outcome, "unknown") == 0;
}

static inline void expect_the_truth(const struct phase *phase, soar_status status,
                                    struct json_object *document)
{
    struct json_object *outcome = NULL;
    const char *text = json_pointer_get(document, "/error/outcome", &outcome) == 0
                           ? json_object_get_string(outcome)
                           : "none";
    if ((status != phase->status || strcmp(text, phase->outcome) != 0) &&
        !is_of_the_first(phase, status, text)) {
        fail_msg("expected status %d, %s: %s", phase->status, phase->outcome,
                 json_object_to_json_string(document));
    }
}

#endif
