/* falcon-sandbox as a child process on a free port of 127.0.0.1. Failures fail the running test.
 * One thread. */
#ifndef E2E_SANDBOX_H
#define E2E_SANDBOX_H

#include <json-c/json.h>
#include <sys/types.h>

struct sandbox {
    pid_t pid;
    char *url;           /* http://127.0.0.1:PORT                                               */
    char *client_id;     /* of the client with all scopes                                       */
    char *client_secret; /* its secret                                                          */
    char *token;         /* of the control endpoint (X-Sandbox-Token)                           */
    char *record;        /* file that each request is written to                                */
};

/* Starts a sandbox with --strict, recording to `record` (copied), and with the further arguments of
 * the NULL-terminated list `args` (NULL = none). Waits until it is ready. */
void sandbox_start(struct sandbox *sandbox, const char *record, const char *const *args);
/* Ends the process, waits for it, frees. It must end cleanly, or the test fails. All zero, or
 * stopped already: nothing happens. */
void sandbox_stop(struct sandbox *sandbox);
/* Ends it by kill -9 in the midst of whatever it does, waits for it, frees. */
void sandbox_kill(struct sandbox *sandbox);
/* The recorded requests from number `from` on (0 = the first), token requests among them only with
 * `with_token`, as a list of objects; the caller puts it. */
struct json_object *sandbox_requests(const struct sandbox *sandbox, size_t from, int with_token);
/* How many requests were recorded so far, token requests included. */
size_t sandbox_count(const struct sandbox *sandbox);

#endif
