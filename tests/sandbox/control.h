/*
 * The control endpoint: what tests and the console ask of the sandbox itself, under /_sandbox/.
 *
 * Every path wants the console's token, in the header X-Sandbox-Token or, where no header can be
 * set, as the query parameter `token`. To add a path: a line in the table of control.c and its
 * handler. Answers are the sandbox's own: bare JSON, and the service's error shape for refusals.
 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "sandbox.h"

struct sb_exchange;

#define SB_CONTROL_PREFIX "/_sandbox/"

/* Answers one request into ex->res. Method, query and JSON body (NULL if none was sent) stand in
 * ex->req, whose caller is the sandbox's automation user in the tenant that the query parameter
 * `cid` names, or in the main one. */
typedef void sb_control_handler(struct sb_exchange *ex);

struct sb_control {
    const char *path;    /* what follows SB_CONTROL_PREFIX */
    const char *methods; /* allowed ones, by spaces */
    sb_control_handler *handler;
    bool stored; /* the handler holds the store's lock, in a transaction as an operation's does */
};

/* Finds who answers a path that begins with SB_CONTROL_PREFIX, and checks the token. False: the
 * response holds 401, 404 or 405. */
bool sb_control_admit(struct sb_exchange *ex);

/* True if `text` may be a console token: 1 to 64 letters, digits, - . _ ~, so that it stands in a
 * URL as it is. */
bool sb_console_token_valid(const char *text);

#endif
