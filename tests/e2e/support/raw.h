/* HTTP by hand: the bytes that go out are the test's own, and so are those that come back, whatever
 * they are. One connection a request. Nothing here fails the running test but what says so, and all
 * may be called from any thread. */
#ifndef E2E_RAW_H
#define E2E_RAW_H

#include "sandbox.h"
#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

/* What came back on a connection. */
struct raw_answer {
    char *text;       /* all bytes, NUL behind them                                    */
    size_t size;      /* of them                                                       */
    int status;       /* of the status line; 0 = there is none                         */
    char *body;       /* what follows the empty line, in `text`; NULL = there is none  */
    size_t body_size; /* of that                                                       */
    bool reset;       /* the connection ended in a reset; else the server closed it, or
                       * as many bytes as were wanted had come                         */
};

/* A connection to http://127.0.0.1:PORT, or -1 (errno says why). */
int raw_connect(const char *url);
/* Sends all; false where the connection breaks. */
bool raw_send(int fd, const void *bytes, size_t size);
/* Reads up to `most` bytes or to the end, and closes the connection. */
struct raw_answer raw_receive(int fd, size_t most);
/* Reads one whole answer, by its Content-Length, or to the end, and closes the connection. */
struct raw_answer raw_receive_one(int fd);
void raw_done(struct raw_answer *answer);

/* Connects, sends, reads to the end. Where no connection is made the answer is empty. */
struct raw_answer raw_exchange(const char *url, const void *bytes, size_t size);

/* A request as text, heap: the request line, Host, Connection: close, the further header lines (each
 * with its \r\n; NULL = none), and the body with its length (NULL = none). */
char *raw_request(const char *method, const char *target, const char *headers, const char *body);
/* raw_request and raw_exchange. */
struct raw_answer raw_call(const char *url, const char *method, const char *target,
                           const char *headers, const char *body);

/* The value of a header, heap, or NULL. */
char *raw_header(const struct raw_answer *answer, const char *name);
/* The body as JSON, which the caller puts; NULL where it is none. */
struct json_object *raw_json(const struct raw_answer *answer);

/* The header lines that a call with a JSON body needs: a new token of this client, and the type;
 * heap. NULL where there is no token. */
char *raw_bearer(const char *url, const char *client_id, const char *client_secret);
/* The same of the client with all scopes; fails the running test where there is none. */
char *raw_login(const struct sandbox *sandbox);
/* Sets the faults in place of all others, as a NULL-terminated list; fails the running test where
 * one is refused. */
void raw_set_faults(const struct sandbox *sandbox, const char *const *faults);
/* GET of /_sandbox/NAME; the caller puts it. */
struct json_object *raw_control(const struct sandbox *sandbox, const char *name);

#endif
