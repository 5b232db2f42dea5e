/*
 * call_private.h - shared by the files of a call: call_new.c (taking it in), call.c (what to do,
 * and what the answers mean), call_next.c (the next page or part), call_result.c (the document at its
 * end).
 */
#ifndef FCM_CALL_PRIVATE_H
#define FCM_CALL_PRIVATE_H

#include "base/json.h"
#include "call.h"
#include "page.h"

/* Longest traceparent. */
#define CALL_MAX_TRACE 512u

/* What a call waits for. */
enum state {
    STATE_TOKEN,      /* get a token */
    STATE_TOKEN_SEND, /* this call fetches it: request is built */
    STATE_TOKEN_SENT,
    STATE_TOKEN_PAUSE, /* before another attempt at the token */
    STATE_SENT,
    STATE_PAUSE, /* before another attempt */
    STATE_DONE
};

/* One invocation. Owned: input, requests, pages, names of the file, violations. */
struct call {
    const struct call_env *env;
    const struct action *action; /* NULL = not found */
    struct json_object *input;
    enum state state;
    bool cancelled, fetching, reauthorized, dry_run;
    bool uncertain; /* an attempt at the request at hand may have been applied, unanswered */
    int64_t deadline_ms, pause_until_ms;
    int64_t attempt, token_attempt, most_attempts, requests;
    char base_url[520]; /* that the request was built with */
    char trace[CALL_MAX_TRACE + 1];
    uint64_t call_id; /* the host's */
    struct now seen;  /* the time of the last step */
    struct auth_grant grant;
    struct governor_ticket ticket;
    struct http_request request, token_request;
    bool following; /* the request fetches the link of an answer */
    struct pages pages;
    soar_status part_status; /* of the first chunk that was refused while others went on */
    const char *part_reason; /* NULL = none was */
    bool has_value, has_list;
    struct http_response file; /* keeps the names of a downloaded file */
    bool has_file;
    soar_status status;
    struct error error;
    struct json_object *violations;
    int http_status;
    char trace_id[80];
};

/* call_end - the call is done, with this error. */
void call_end(struct call *call, const struct error *err);

/* call_fail - as call_end, but resources that are there already are not thrown away: the end is
 * partial. */
void call_fail(struct call *call, const struct error *err);
void call_out_of_memory(struct call *call);

/* call_give_up_token - another call may fetch the token. */
void call_give_up_token(struct call *call, const struct error *err, struct now now);

/* call_audit - tells the host's log of a write that has ended; nothing for other calls. */
void call_audit(const struct call *call);

/* call_build_request - renders the request of the page or chunk at hand. */
bool call_build_request(struct call *call, struct error *err);

/* call_next_request - after an answer that was taken in: the next page or part, or the end. */
void call_next_request(struct call *call);

/* call_is_missing_part - one of several parts of a list of ids in which nothing that was asked for
 * is there: the others go on. call_is_refused_part - one is refused for what its ids are: that says
 * nothing of the others. call_skip_part - goes on with the others. */
bool call_is_missing_part(const struct call *call, const struct http_response *response,
                          soar_status decoded);
bool call_is_refused_part(const struct call *call, const struct http_response *response);
void call_skip_part(struct call *call, const struct error *err);

#endif
