/*
 * call.h - one invocation as a state machine that does no I/O. A driver asks call_step what to do,
 * does it, and tells call_answer; retry, paging, token renewal, deadlines and cancellation are
 * decided here and so are the same under every driver, and are tested with a fake clock and no
 * socket. A call belongs to one thread at a time.
 */
#ifndef FCM_CALL_H
#define FCM_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "auth.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "catalog.h"
#include "config.h"
#include "governor.h"
#include "http.h"
#include "keys.h"
#include "ledger.h"
#include "retry.h"
#include "soar_plugin.h"

/* Memory that the calls of an instance use one after the other, so that a small one needs none of its own
 * but for its result. Thread-safe. call_memory_free - when no call is left; NULL is fine. */
struct call_memory;
struct call_memory *call_memory_new(void);
void call_memory_free(struct call_memory *memory);

/* What the calls of an instance share; borrowed, outlives them. */
struct call_env {
    const struct config *config;
    const struct service *service;
    struct auth *auth;
    struct governor *governor;
    struct retry_budget *retries; /* NULL = as many as each call may make */
    struct ledger *ledger;        /* NULL = each call is alone */
    struct keys *keys;            /* NULL = idempotency keys are not looked at */
    struct call_memory *memory;   /* NULL = none is kept */
    const struct logger *log;
    uint64_t (*random_up_to)(uint64_t bound); /* for jitter */
};

struct call;

enum call_want {
    CALL_SEND,       /* send *request and give its answer to call_answer */
    CALL_AWAIT,      /* *request is one of call_ahead: give its answer to call_answer */
    CALL_WAIT,       /* ask again at until_ms */
    CALL_WAIT_TOKEN, /* another call is fetching the token: auth_wait until until_ms, ask again */
    CALL_DIGEST,     /* tell call_digest what the file of *request holds, then ask again */
    CALL_DONE        /* call_result */
};

struct call_step {
    enum call_want want;
    struct http_request *request; /* the call's; valid until call_answer */
    int64_t until_ms; /* monotonic; of a request: the call's deadline, INT64_MAX = none */
};

/* call_new - takes in what the host asks: finds the action, parses and validates the input, checks
 * the policy, builds the request. Whatever is wrong makes a call that is done. The input is copied
 * where needed; *asked need not outlive this. NULL = no memory. */
struct call *call_new(const struct call_env *env, const soar_call *asked, struct now now);
void call_free(struct call *call);

/* call_request - the request that was built, for a driver that readies files before anything is
 * sent; NULL for a call that is done already. Borrowed. */
const struct http_request *call_request(const struct call *call);

/* call_plans_file - the call is being planned, or bound to a plan, and its request has a file: the
 * driver gives what is in it to call_plan_file before the first step. sha256 "" = it cannot be read
 * twice. Answers the SHA-256 that the file must have while it is sent, or NULL for any. */
bool call_plans_file(const struct call *call);
const char *call_plan_file(struct call *call, const char *name, int64_t size, const char *sha256);

/* call_refuse - ends a call before anything was sent (a file that may not be read). */
void call_refuse(struct call *call, const struct error *err);

/* call_step - what to do now. */
struct call_step call_step(struct call *call, struct now now);

/* call_answer - what came of the request of the last CALL_SEND. Takes the body and the file's names
 * out of *response where it keeps them. */
void call_answer(struct call *call, struct http_response *response, struct now now);

/* Further requests of a call that only reads may be under way beside the one at hand: the next pages of
 * a list, the next parts of a list of ids, limits.ahead requests at most. A driver need not send any.
 *
 * call_goes_ahead - may call_ahead ever give one? call_ahead - after CALL_SEND or CALL_AWAIT: one more to
 * be sent now; NULL = none. It has been counted; the call's, valid until its answer was given to
 * call_answer, or call_ahead_over. call_ahead_told - its answer is there, and its turn has not come yet;
 * the driver keeps it, and when CALL_AWAIT names it, gives it to call_answer with the time at which it
 * came.
 *
 * call_unwanted - after each step and each answer: one that will not be awaited, NULL = none. The driver
 * stops it, and says so by call_ahead_over, with its answer as far as there is one; so also of one that
 * could not be sent.
 *
 * call_has_answer_ahead - the next step sends nothing: it awaits a request that went out ahead, or ends
 * the call. */
bool call_goes_ahead(const struct call *call);
struct http_request *call_ahead(struct call *call, struct now now);
void call_ahead_told(struct call *call, const struct http_request *request,
                     const struct http_response *response, struct now now);
struct http_request *call_unwanted(struct call *call);
void call_ahead_over(struct call *call, const struct http_request *request,
                     const struct http_response *response, struct now now);
bool call_has_answer_ahead(const struct call *call);

/* call_digest - the file that was uploaded: the name that the service was told, its size (-1 = not
 * known) and its SHA-256 in hexadecimal ("" = it cannot be read a second time). */
void call_digest(struct call *call, const char *name, int64_t size, const char *sha256);

/* call_cancel - from the driver: the next call_step ends the call. */
void call_cancel(struct call *call);

/* call_is_done - has it come to its end? call_deadline_ms - when its time is up (monotonic;
 * INT64_MAX = never). */
bool call_is_done(const struct call *call);
int64_t call_deadline_ms(const struct call *call);

/* call_result - the status and the document of a call that is done; appended to *ret. */
soar_status call_result(struct call *call, struct buf *ret);
int call_http_status(const struct call *call);

/* call_take_memory - the memory of an answer that a call still holds, for another to use; only when
 * its result has been written. *ret is empty where it holds none. */
void call_take_memory(struct call *call, struct buf *ret);

/* call_action - the action's name for the log, "" where it is unknown. call_items - resources
 * gathered so far, for progress. */
const char *call_action(const struct call *call);
int64_t call_items(const struct call *call);

/* call_progress - does the call take several requests? Then how far it is, in items or ids, and of
 * how many (0 = not known). */
bool call_progress(const struct call *call, uint64_t *ret_done, uint64_t *ret_total);

#endif
