/* A write with an idempotency key: the first call's outcome for all that come with the key again. */
#include <stdlib.h>
#include <string.h>

#include "call_private.h"

#define ASK_AGAIN_MS 20 /* while the first call is in flight */

static bool bad_key(struct error *err, const char *what)
{
    error_set(err, SOAR_INVALID_ARGUMENT, "bad_idempotency_key", "the idempotency key %s", what);
    error_where(err, "soar_call.idempotency_key");
    return false;
}

/* What the key stands for: the action and its input. false = no memory. */
static bool hash_asked(const struct call *call, char ret[SHA256_HEX])
{
    struct sha256 state;
    struct buf text;

    buf_init(&text, CALL_MAX_BODY);
    json_print(call->input, &text);
    bool whole = text.failed == BUF_FINE;
    sha256_begin(&state);
    sha256_add(&state, call->action->name, strlen(call->action->name) + 1);
    sha256_add(&state, text.ptr, text.len);
    sha256_end(&state, ret);
    buf_done(&text);
    return whole;
}

bool call_key_take(struct call *call, const soar_call *asked, struct error *err)
{
    if (asked->idempotency_key_len == 0 || call->action->retry == RETRY_SAFE ||
        call->env->keys == NULL)
        return true;
    if (asked->idempotency_key_len > KEYS_MAX_LEN)
        return bad_key(err, "is longer than 256 bytes");
    call->key.text = malloc((size_t)asked->idempotency_key_len);
    if (call->key.text == NULL || !hash_asked(call, call->key.asked)) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the idempotency key");
        return false;
    }
    memcpy(call->key.text, asked->idempotency_key, (size_t)asked->idempotency_key_len);
    call->key.len = (size_t)asked->idempotency_key_len;
    return true;
}

static void refuse(struct call *call, soar_status status, const char *reason, const char *message)
{
    struct error err;

    error_clear(&err);
    error_set(&err, status, reason, "%s: %s", call->action->name, message);
    error_where(&err, "soar_call.idempotency_key");
    if (status == SOAR_INVALID_ARGUMENT)
        error_hint(&err, "Give each logical write a key of its own.");
    call_end(call, &err);
}

/* The first call's outcome is this one's. */
static void repeat(struct call *call, struct keys_outcome *outcome)
{
    if (outcome->document.len > 0) {
        call->key.known = true;
        call->key.outcome = *outcome;
        call->status = outcome->status;
        call->http_status = outcome->http_status;
        call->state = STATE_DONE;
        return;
    }
    buf_done(&outcome->document);
    refuse(call, SOAR_FAILED_PRECONDITION, "outcome_not_kept",
           "the call that had this key first was carried out; its result was too big to keep "
           "(retry.keys_max_bytes)");
    call->error.outcome = outcome->status == SOAR_OK || outcome->status == SOAR_PARTIAL
                              ? OUTCOME_APPLIED
                              : OUTCOME_UNKNOWN;
}

void call_key_go_on(struct call *call)
{
    call->state = call->plan[0] != '\0' ? STATE_PLAN : STATE_TOKEN;
}

bool call_key_ready(struct call *call, struct now now)
{
    struct call_key *key = &call->key;
    struct keys_outcome outcome;

    if (key->len == 0 || key->entry != NULL)
        return true;
    switch (keys_take(call->env->keys, key->text, key->len, key->asked, now.mono_ms, &key->entry,
                      &outcome)) {
    case KEYS_FIRST:
        call_key_go_on(call);
        return true;
    case KEYS_IN_USE:
        call->state = STATE_KEY;
        call->pause_until_ms = now.mono_ms + ASK_AGAIN_MS;
        return false;
    case KEYS_KNOWN:
        repeat(call, &outcome);
        return true;
    case KEYS_OTHER:
        refuse(call, SOAR_INVALID_ARGUMENT, "idempotency_key_reused",
               "the idempotency key was used for another action or input");
        return true;
    default:
        refuse(call, SOAR_RESOURCE_EXHAUSTED, "no_memory", "out of memory");
        return true;
    }
}

/* Is another try with the key to be a new call? What was not applied and may go well later, is. */
static bool leaves_nothing(const struct call *call)
{
    const struct error *err = &call->error;

    return call->status != SOAR_OK && call->status != SOAR_PARTIAL &&
           (err->outcome == OUTCOME_NOT_SENT ||
            (err->outcome == OUTCOME_NOT_APPLIED && err->retryable));
}

void call_key_keep(struct call *call, const struct buf *document)
{
    struct call_key *key = &call->key;

    if (key->entry == NULL)
        return;
    if (leaves_nothing(call))
        keys_drop(call->env->keys, key->entry);
    else
        keys_keep(call->env->keys, key->entry, call->status, call->http_status, document,
                  call->seen.mono_ms);
    key->entry = NULL;
}

void call_key_done(struct call *call)
{
    if (call->key.entry != NULL)
        keys_drop(call->env->keys, call->key.entry);
    if (call->key.known)
        buf_done(&call->key.outcome.document);
    free(call->key.text);
}
