/*
 * OAuth2: clients, tokens, the two endpoints, and who may call what.
 *
 * Tokens live in memory: a restart with --db ends them, as an expiry does. All functions may be
 * called from any thread.
 */
#ifndef SANDBOX_AUTH_H
#define SANDBOX_AUTH_H

#include "sandbox.h"

#define SB_MAX_CLIENTS 32

struct sb_client {
    char id[64];
    char secret[64];
    char cid[40];
    char region[16]; /* its cloud; "": the first of those that are played */
    unsigned scopes; /* bits of routes.h */
};

struct sb_auth;

/* `options` must outlive it; their region is that of the first cloud. */
struct sb_auth *sb_auth_new(const struct sb_options *options);
/* One more cloud, beside the first, by its options, which must outlive `auth`; the first one has to
 * be named too where there are others. Not while requests are handled. */
void sb_auth_add_cloud(struct sb_auth *auth, const struct sb_options *cloud);
void sb_auth_free(struct sb_auth *auth);

/* Adds a client; false when there are too many or the id is taken. */
bool sb_auth_add_client(struct sb_auth *auth, const struct sb_client *client);
/* Reads "id:secret:scopes[:[cid][:cloud]]"; scopes are `all`, `none`, or some of cases-read,
 * cases-write, templates-read, templates-write joined by commas. False if it is malformed;
 * `default_cid` is used where no cid is given. */
bool sb_client_parse(const char *text, const char *default_cid, struct sb_client *ret_client);
/* Lets clients of the main tenant ask for this tenant by member_cid. False when there are too many.
 */
bool sb_auth_add_member(struct sb_auth *auth, const char *cid);

/* POST /oauth2/token and POST /oauth2/revoke. `form` holds the body; `authorization` is the header
 * or NULL. Both fill the response; req->options say which cloud was asked: a client of another one
 * is sent there by 308. */
void sb_auth_token(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                   const struct sb_params *form);
void sb_auth_revoke(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                    const struct sb_params *form, const char *authorization);

/* Checks the bearer in the Authorization header (may be NULL), that it is one of this cloud's, and
 * the scope that the route needs. Fills req->caller; false: the response holds 401 or 403. */
bool sb_auth_check(struct sb_auth *auth, struct sb_request *req, struct sb_response *res,
                   const char *authorization);
/* Ends the token of this header, as if it had expired. */
void sb_auth_expire(struct sb_auth *auth, const char *authorization);

#endif
