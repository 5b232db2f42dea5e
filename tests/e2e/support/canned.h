/* A TCP server on 127.0.0.1 that answers each connection with a fixed text, for answers that no
 * well-behaved server library sends. One request a connection. Failures fail the running test. */
#ifndef E2E_CANNED_H
#define E2E_CANNED_H

#include <json-c/json.h>

struct canned;

/* Starts the server; the n-th connection gets the n-th of the NULL-terminated `answers` (copied),
 * whole HTTP answers, and each one after the last gets the last. */
struct canned *canned_start(const char *const *answers);
/* "http://127.0.0.1:PORT"; the server's. */
const char *canned_url(const struct canned *canned);
/* Ends the server and frees it; the texts of the requests it got, in order, as a list of strings
 * that the caller puts. */
struct json_object *canned_stop(struct canned *canned);
/* An answer with this status line's rest ("200 OK"), further headers (each ended by \r\n, "" = none)
 * and body, heap. */
char *canned_answer(const char *status, const char *headers, const char *body);
/* The answer that gives a token, heap. */
char *canned_token(void);

#endif
