/*
 * call_private.h - shared by the files of a call: call_new.c (taking it in), call.c (what to do),
 * call_token.c (the token), call_answer.c (what the answers mean), call_next.c (the next page or
 * part), call_ahead.c (what is sent before its turn), call_reconcile.c (what became of a write without an answer), call_look.c (asking the service
 * for that), call_key.c (the idempotency key), call_result.c (the document at its end),
 * call_memory.c (what the next call uses too).
 */
#ifndef FCM_CALL_PRIVATE_H
#define FCM_CALL_PRIVATE_H

#include "base/json.h"
#include "base/sha256.h"
#include "call.h"
#include "decode.h"
#include "keys.h"
#include "ledger.h"
#include "page.h"
#include "page_ahead.h"
#include "plan.h"
#include "reconcile.h"
#include "retry.h"

/* Longest traceparent. */
#define CALL_MAX_TRACE 512u
/* Most bytes of a request's URL and body. */
#define CALL_MAX_URL 65536u
#define CALL_MAX_BODY (64u << 20)

/* What a call waits for. */
enum state {
    STATE_KEY,        /* another call with the idempotency key is in flight */
    STATE_TOKEN,      /* get a token */
    STATE_PLAN,       /* say or check what would be sent, before anything is */
    STATE_TOKEN_SEND, /* this call fetches it: request is built */
    STATE_TOKEN_SENT,
    STATE_TOKEN_PAUSE, /* before another attempt at the token */
    STATE_SENT,
    STATE_AHEAD,  /* the request at hand went out before its turn */
    STATE_PAUSE,  /* before another attempt */
    STATE_DIGEST, /* what was uploaded is to be told apart from other files */
    STATE_LOOK_SENT,
    STATE_CLAIM, /* something fits, and may be that of another call without its answer yet */
    STATE_DONE
};

/* A write that is looked for, or a look for the version: what only such a call carries. */
struct call_lost {
    struct error error; /* how the write ended */
    struct http_request request;
    char file_name[256]; /* of the file that was uploaded; "" = none, or not known yet */
    char file_sha256[SHA256_HEX];
};

/* A call looks at the service: what became of its write, or which version is there. Owned: lost,
 * errors, chunk, input, resources, body, outline, fitting, present. */
struct call_look {
    bool active;
    bool stale; /* for the version, after the service has refused the write */
    bool reauthorized;
    bool still_running; /* the service may still be at it: that nothing is there proves nothing */
    bool complete;      /* these are all resources that the search had */
    bool repeated;      /* the write was sent again since it was not there */
    bool told;          /* verdict and fitting are to be told */
    struct call_lost *lost;     /* NULL = never looked */
    struct json_object *errors; /* that the answer of the write listed */
    int64_t lost_ms;            /* when, monotonic */
    bool sent;                  /* the write went out, */
    int64_t sent_mono_ms;       /* first at this time, */
    int64_t sent_service_ms;    /* which by the service's clock was this, as far as known */
    int64_t since_ms;           /* from then on the looks at hand ask for what was made */
    size_t step;
    int64_t attempt, looks;
    const struct action *action;
    struct json_object *chunk; /* the call's input with the ids of the chunk at hand; NULL = all */
    struct json_object *input;
    struct json_object *resources; /* that the last look found */
    struct buf body;               /* where they stand */
    struct scan_answer outline;
    int64_t begun_ms; /* when the looks at hand began, monotonic, */
    uint64_t begun;   /* and by the ledger */
    uint64_t ticket;
    struct ledger_write write;
    enum reconcile_verdict verdict;
    struct json_object *fitting;
    struct json_object *present; /* what is there instead of the version expected */
    int64_t file_size;
    char marker[64];
};

/* Requests that were sent before their turn, in order. Owned. */
struct call_ahead {
    struct ahead *first;
    struct ahead *taken;    /* whose turn has come, until it has been answered */
    struct ahead *unwanted; /* to be stopped by the driver */
    struct ahead *spare;
};

/* The host's idempotency key. Owned: entry, and where known the outcome. */
struct call_key {
    size_t len; /* 0 = none */
    char *text; /* owned */
    char asked[SHA256_HEX];
    struct keys_entry *entry; /* the key is this call's */
    bool known;               /* outcome is that of the first call, and this one's */
    struct keys_outcome outcome;
};

/* One invocation. Owned: input, requests, pages, names of the file, violations, items. */
struct call {
    struct call *next;       /* among those that are kept */
    struct scan_item *items; /* owned: room for those of an answer */
    size_t cap_items;
    const struct call_env *env;
    const struct action *action; /* NULL = not found */
    struct json_object *input;
    enum state state;
    bool cancelled, fetching, reauthorized, dry_run;
    bool uncertain; /* an attempt at the request at hand may have been applied, unanswered */
    int64_t deadline_ms, pause_until_ms;
    int64_t attempt, token_attempt, most_attempts, requests;
    const char *base_url; /* that the request was built with; the auth's */
    char *trace;          /* owned; NULL = none */
    uint64_t call_id;     /* the host's */
    struct now seen;      /* the time of the last step */
    char plan[PLAN_TEXT]; /* that it is bound to, "" = none */
    struct plan_file file_seen;
    struct buf plan_json; /* of a dry run */
    struct auth_grant grant;
    struct governor_ticket ticket;
    struct http_request request;
    struct http_request *token_request; /* owned; NULL = this call fetches no token */
    bool moved;                         /* the request is to be built anew: the cloud has changed */
    bool following;                     /* the request fetches the link of an answer */
    struct call_look look;
    struct call_key key;
    struct pages pages;
    struct call_ahead ahead;
    soar_status part_status; /* of the first chunk that was refused while others went on */
    const char *part_reason; /* NULL = none was */
    bool has_value, has_list;
    struct http_file file; /* a downloaded one */
    char *file_type;       /* its Content-Type; owned */
    bool has_file;
    soar_status status;
    struct error error;
    struct json_object *violations;
    int http_status;
    char trace_id[80];
};

/* call_memory_take - a call as zeroed but for memory that its request, answer and pages may use; NULL =
 * no memory. call_memory_give - back, when all but its pages and that memory is freed. memory NULL = none is
 * kept. */
struct call *call_memory_take(struct call_memory *memory);
void call_memory_give(struct call_memory *memory, struct call *call);
/* call_memory_take_reader - one that may have read before, of what call_memory_give_reader has put back. */
struct json_reader call_memory_take_reader(struct call_memory *memory);
void call_memory_give_reader(struct call_memory *memory, struct json_reader *reader);

/* call_end - the call is done, with this error. */
void call_end(struct call *call, const struct error *err);

/* call_fail - as call_end, but resources that are there already are not thrown away: the end is
 * partial. */
void call_fail(struct call *call, const struct error *err);
void call_out_of_memory(struct call *call);

/* call_give_up_token - another call may fetch the token. */
void call_give_up_token(struct call *call, const struct error *err, struct now now);

/* call_plan_take - keeps the plan that the host binds the call to. call_plan_check - ends a dry run
 * with what would be sent, and refuses a call that would send something else than planned; the
 * others go on. */
bool call_plan_take(struct call *call, const soar_call *asked, struct error *err);
void call_plan_check(struct call *call);

/* call_audit - tells the host's log of a write that has ended; nothing for other calls. */
void call_audit(const struct call *call);

/* call_build_request - renders the request of the page or chunk at hand. */
bool call_build_request(struct call *call, struct error *err);

/* ------------------------------------------------------------------ call_next.c */

/* call_next_request - after an answer that was taken in: the next page or part, or the end. */
void call_next_request(struct call *call);

/* call_is_missing_part - one of several parts of a list of ids in which nothing that was asked for
 * is there: the others go on. call_is_refused_part - one is refused for what its ids are: that says
 * nothing of the others. call_skip_part - goes on with the others. */
bool call_is_missing_part(const struct call *call, const struct http_response *response,
                          soar_status decoded);
bool call_is_refused_part(const struct call *call, const struct http_response *response);
void call_skip_part(struct call *call, const struct error *err);

/* ------------------------------------------------------------------ call_ahead.c */

/* call_ahead_comes_next - has the request that is at hand now been sent before its turn? Where another
 * one was, all are given up. call_ahead_take - its turn. call_ahead_answered - and it was answered. */
bool call_ahead_comes_next(struct call *call);
struct call_step call_ahead_take(struct call *call);
void call_ahead_answered(struct call *call);
void call_ahead_done(struct call *call);

/* ------------------------------------------------------------------ steps (call.c) */

struct call_step call_send_it(struct call *call, struct http_request *request, enum state next);
struct call_step call_wait_until(enum call_want want, int64_t until, const struct call *call);
struct call_step call_done(struct call *call);
/* call_send_data - the request at hand, now that the token is there. */
struct call_step call_send_data(struct call *call, struct now now);
/* call_plan_retry - whether and when an exchange is repeated, by the settings of the instance. */
struct retry_plan call_plan_retry(const struct call *call, enum action_retry kind, int64_t attempt,
                                  const struct http_response *response, struct now now);
void call_say_why_not(const struct retry_plan *plan, struct error *err);

/* ------------------------------------------------------------------ call_key.c */

/* call_key_take - notes the key that the host gave. call_key_ready - may the call go on (or has it
 * ended by the outcome of the first call)? false = ask again at pause_until_ms. */
bool call_key_take(struct call *call, const soar_call *asked, struct error *err);
bool call_key_ready(struct call *call, struct now now);
/* call_key_go_on - what comes first after the key. */
void call_key_go_on(struct call *call);
/* call_key_keep - the call has ended with this document. call_key_done - frees. */
void call_key_keep(struct call *call, const struct buf *document);
void call_key_done(struct call *call);

/* ------------------------------------------------------------------ call_token.c */

struct call_step call_need_token(struct call *call, struct now now);
struct call_step call_send_token(struct call *call, struct now now);
void call_token_answer(struct call *call, struct http_response *response, struct now now);
/* call_token_done - frees and wipes what the call needed to fetch a token. */
void call_token_done(struct call *call);

/* ------------------------------------------------------------------ call_answer.c */

void call_data_answer(struct call *call, struct http_response *response, struct now now);
void call_tell_governor(const struct call *call, struct governor_ticket *ticket,
                        const struct http_response *response, struct now now);

/* ------------------------------------------------------------------ call_reconcile.c */

/* call_reconcile_sent - the write goes out. call_reconcile_answered - and was answered well. */
void call_reconcile_sent(struct call *call, struct now now);
void call_reconcile_answered(struct call *call, const struct http_response *response,
                             const struct decoded *decoded);
/* call_reconcile_lost - the write ended without saying whether it took effect: begins to look, where
 * the action has rules for that. false = it cannot be looked up. */
bool call_reconcile_lost(struct call *call, const struct error *err,
                         const struct http_response *response, struct now now);
/* call_reconcile_judge - decides by what the looks have found; also when asked again later. */
void call_reconcile_judge(struct call *call, struct now now);
/* call_reconcile_unknown - ends the call without having found out. */
void call_reconcile_unknown(struct call *call, const char *why);
/* call_reconcile_show_errors - the errors of the write's answer are those of the call after all. */
void call_reconcile_show_errors(struct call *call);
/* call_reconcile_over - the write is not looked for any more. */
void call_reconcile_over(struct call *call);

/* ------------------------------------------------------------------ call_look.c */

/* call_look_begin - the write ended like that and is looked for, or the version; false = no
 * memory. */
bool call_look_begin(struct call *call, const struct error *err);
/* call_look_step - the look number step is next. */
void call_look_step(struct call *call, size_t step);
/* call_look_since - when the write took effect at the earliest, by the service's clock. */
int64_t call_look_since(const struct call *call);
struct reconcile_facts call_look_facts(const struct call *call);
/* call_look_request - builds the request of the look at hand. */
bool call_look_request(struct call *call, struct error *err);
/* call_look_begun - a request of the look goes out. */
void call_look_begun(struct call *call, struct now now);
void call_look_answer(struct call *call, struct http_response *response, struct now now);
/* call_look_stale - the service refused a stale version: tells the present one, from the answer or
 * by a look. false = nothing to do with that. call_look_present - takes it from a resource. */
bool call_look_stale(struct call *call, const struct decoded *decoded,
                     const struct http_response *response, struct now now);
void call_look_present(struct call *call, struct json_object *resource);
/* call_look_failed - the look cannot go on; the call ends as the write did. */
void call_look_failed(struct call *call, const struct error *why);
void call_look_done(struct call *call);

#endif
