/*
 * auth.h - the OAuth2 token of an instance: fetched once, shared by all calls, renewed ahead of its
 * end by one of them while the others go on with the old one, and fetched anew after a 401.
 * Also region discovery: the service's answer to the token request says which cloud the tenant
 * lives in. Service documentation: POST /oauth2/token (api "OAuth2").
 *
 * No I/O here: auth_take says what to do, the driver does it and tells auth_answer. Thread-safe.
 */
#ifndef FCM_AUTH_H
#define FCM_AUTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/secret.h"
#include "catalog.h"
#include "config.h"
#include "http.h"

struct auth;

/* A token as header line, shared by the calls that use it; wiped when the last one puts it. */
struct auth_token {
    atomic_int users;
    struct secret line; /* "Authorization: Bearer ..." */
};

/* auth_token_put - gives it back. NULL is fine. */
void auth_token_put(struct auth_token *token);

/* auth_new - borrows config and service, which must outlive it. NULL = no memory. */
struct auth *auth_new(const struct config *config, const struct service *service);
/* auth_free - wipes the token. No call may be using it. NULL is fine. */
void auth_free(struct auth *auth);

enum auth_state {
    AUTH_READY,  /* *ret is filled */
    AUTH_FETCH,  /* this caller fetches: auth_request, send, auth_answer (or auth_abandon) */
    AUTH_WAIT,   /* another call is fetching: auth_wait, then ask again */
    AUTH_REFUSED /* the credentials were refused while this call waited; see *err */
};

/* What a call needs of the token. */
struct auth_grant {
    uint64_t generation;      /* for auth_reject; 0 = never had one */
    uint64_t seen;            /* of the fetch last waited for; kept by the call, starts at 0 */
    struct auth_token *token; /* the call's use of it: auth_token_put */
    const char *base_url;     /* where data calls go; valid as long as the auth */
};

/* auth_take - the token, or what to do to get it. */
enum auth_state auth_take(struct auth *auth, struct now now, struct auth_grant *grant,
                          struct error *err);

/* auth_ready - as auth_take, where the token is there and need not be renewed yet; false = it is not,
 * and nothing has changed. */
bool auth_ready(struct auth *auth, struct now now, struct auth_grant *grant);

/* auth_base_url - where data calls go as far as is known now, without "/" at the end. Valid as long
 * as the auth. */
const char *auth_base_url(struct auth *auth);

/* auth_request - builds the token request: form-encoded, the secret only in its body. Only for the
 * call that got AUTH_FETCH. */
bool auth_request(struct auth *auth, struct http_request *request, struct error *err);

enum auth_progress {
    AUTH_DONE,  /* there is a token now */
    AUTH_AGAIN, /* redirected to another cloud: build and send the request once more */
    AUTH_FAILED /* *err says why; the fetch is still this call's until auth_abandon */
};

/* auth_answer - takes the answer to the token request. A 308 to a cloud that service.json lists
 * (or from a loopback address to another one) moves the instance there; any other place is refused.
 * The token itself never appears in *err. */
enum auth_progress auth_answer(struct auth *auth, const struct http_response *response,
                               struct now now, struct error *err);

/* auth_abandon - the fetch is given up. err = why: shared with the calls that wait, where it is
 * the credentials' fault; NULL or anything else lets the next of them try. Answers whether the old
 * token can still be used (it was renewed ahead of its end; the next try is some seconds off). */
bool auth_abandon(struct auth *auth, const struct error *err, struct now now);

/* auth_alive - is there a token that can still be used? */
bool auth_alive(struct auth *auth, struct now now);

/* auth_reject - the service answered 401 to a token of that generation: it is not used again. */
void auth_reject(struct auth *auth, uint64_t generation);

/* auth_wait - blocks until a fetch ends, auth_wake is called, or until_ms (monotonic) is reached;
 * not at all where nobody fetches or *interrupt is raised already. interrupt NULL = none. */
void auth_wait(struct auth *auth, int64_t until_ms, struct interrupt *interrupt);
/* auth_wake - wakes all that wait, so that they look again: called after an interrupt was raised.
 * Between the two no wake-up is lost. */
void auth_wake(struct auth *auth);

/* auth_listen - told(arg) is called whenever a fetch ends, in the thread that ended it and under the
 * lock: for a driver that waits for many calls at once and cannot block here. One listener; NULL =
 * none. After this returns the former one is not called any more. */
void auth_listen(struct auth *auth, void (*told)(void *arg), void *arg);

#endif
