/* A call of the plugin's state machine under a clock of its own, with the answers of a script in
 * place of a connection: every stage that allocates, without a socket. Nothing in here fails a test:
 * memory may run out anywhere. */
#ifndef TORTURE_SCRIPTED_CALL_H
#define TORTURE_SCRIPTED_CALL_H

#include "call.h"
#include <stdlib.h>
#include <string.h>

#define SCRIPT_ANSWERS 8u
#define SCRIPT_STEPS 400u
#define SCRIPT_START_MS 1700000000000

/* An answer: a status and a body, or a failure after the request had been sent. */
struct scripted_answer {
    int status;
    const char *body;
    enum http_failure failure;
};

struct script {
    const char *name; /* completes "memory may run out anywhere in ..." */
    const char *action, *input;
    soar_status status; /* where memory suffices */
    bool writes;
    uint32_t flags;
    const char *key;                                /* idempotency key: the call is made twice */
    struct scripted_answer answers[SCRIPT_ANSWERS]; /* the last one is given again and again */
};

/* What became of it. */
struct scripted_end {
    soar_status status;
    struct buf document;
    bool stuck; /* it never came to its end */
};

static inline uint64_t scripted_highest(uint64_t bound)
{
    return bound;
}

static inline void scripted_send(const struct script *script, struct call *call,
                                 const struct http_request *request, size_t *at,
                                 struct http_response *response, struct now now)
{
    const struct scripted_answer *answer = &script->answers[*at];
    bool token = strstr(request->url.ptr, "/oauth2/token") != NULL;
    http_response_reset(response);
    response->request_sent = true;
    response->date_ms = now.wall_ms;
    if (token) {
        response->status = 201;
        buf_adds(&response->body, "{\"access_token\":\"t\",\"expires_in\":1799}");
    } else {
        response->status = answer->status;
        response->failure = answer->failure;
        buf_adds(&response->body, answer->body != NULL ? answer->body : "");
        bool last = *at + 1 == SCRIPT_ANSWERS || (answer[1].status == 0 && answer[1].failure == 0);
        *at += last ? 0 : 1;
    }
    if (response->body.failed != BUF_FINE) { /* as the transport says it */
        response->status = 0;
        response->failure = HTTP_NO_MEMORY;
    }
    call_answer(call, response, now);
}

static inline void scripted_run(const struct script *script, struct call *call, struct now *now,
                                struct scripted_end *ret)
{
    struct http_response response;
    size_t at = 0, steps = 0;
    http_response_init(&response, 1 << 20);
    for (; steps < SCRIPT_STEPS; steps++) {
        struct call_step step = call_step(call, *now);
        if (step.want == CALL_DONE) {
            break;
        }
        if (step.want == CALL_SEND) {
            scripted_send(script, call, step.request, &at, &response, *now);
        } else if (step.want == CALL_DIGEST) {
            call_digest(call, "note.txt", 3, "");
        } else if (step.until_ms > now->mono_ms) {
            now->wall_ms += step.until_ms - now->mono_ms;
            now->mono_ms = step.until_ms;
        }
    }
    ret->stuck = steps == SCRIPT_STEPS;
    if (!ret->stuck) {
        buf_clear(&ret->document);
        ret->status = call_result(call, &ret->document);
    }
    http_response_done(&response);
}

/* Makes an instance's world and the call in it, and ends both. */
static inline void scripted_call(const struct script *script, const struct config *config,
                                 struct scripted_end *ret)
{
    static const struct logger silent = {NULL, NULL, 0};
    struct error err;
    struct retry_budget budget;
    struct now now = {.mono_ms = 1000000, .wall_ms = SCRIPT_START_MS};
    soar_call asked = {.struct_size = sizeof asked,
                       .flags = script->flags,
                       .action = script->action,
                       .action_len = strlen(script->action),
                       .input = script->input,
                       .input_len = strlen(script->input),
                       .idempotency_key = script->key,
                       .idempotency_key_len = script->key != NULL ? strlen(script->key) : 0};
    struct call_env env = {.config = config,
                           .service = &catalog_service,
                           .retries = &budget,
                           .log = &silent,
                           .random_up_to = scripted_highest};
    error_clear(&err);
    retry_budget_init(&budget, 1000, 10);
    ret->status = SOAR_RESOURCE_EXHAUSTED;
    env.auth = auth_new(config, &catalog_service);
    env.governor = governor_new(config, &silent, &err);
    env.ledger = ledger_new();
    env.keys = keys_new(100, 1 << 20, 60000);
    for (int turn = 0; turn < (script->key != NULL ? 2 : 1); turn++) {
        bool whole = env.auth != NULL && env.governor != NULL && env.ledger != NULL;
        struct call *call = whole ? call_new(&env, &asked, now) : NULL;
        if (call != NULL) {
            scripted_run(script, call, &now, ret);
            call_free(call);
        }
    }
    keys_free(env.keys);
    ledger_free(env.ledger);
    governor_free(env.governor);
    auth_free(env.auth);
}

#endif
