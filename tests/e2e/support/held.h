/* A service on 127.0.0.1 that holds a call at the place that a test wants, for as long as it wants.
 * Failures fail the running test. */
#ifndef E2E_HELD_H
#define E2E_HELD_H

#include <stddef.h>

/* What is done with a request. */
enum held_way {
    HELD_ANSWER, /* its answer is given whole                                 */
    HELD_SILENT, /* it is read whole, and no answer is given                  */
    HELD_UNREAD, /* no more than its beginning is read                        */
    HELD_HALF,   /* all but the last bytes of its answer are given            */
    HELD_PAIR,   /* it waits for another one like it, which is answered first */
    HELD_LOST    /* it is read whole, and the connection closed without answer */
};

/* A request whose first line holds `line` gets this; of several rules the first. */
struct held_rule {
    const char *line; /* NULL ends the list */
    enum held_way way;
    const char *answer; /* a whole HTTP answer; NULL = the one that gives a token */
};

struct held;

/* Starts it. The rules are the caller's and live as long. */
struct held *held_start(const struct held_rule *rules);
/* "http://127.0.0.1:PORT"; the server's. */
const char *held_url(const struct held *held);
/* Waits until so many requests are held (silent, unread, half); a minute without fails the test. */
void held_wait(struct held *held, size_t n);
/* How many are held now. */
size_t held_now(struct held *held);
/* How many requests came for which the first line holds `line`. */
size_t held_count(struct held *held, const char *line);
/* Ends it and closes its connections. */
void held_stop(struct held *held);

/* An address that takes no connection, and refuses none: http://127.0.0.1:PORT. */
struct deaf {
    int fds[2];
    char url[64];
    unsigned port;
};
void deaf_start(struct deaf *deaf);
void deaf_stop(struct deaf *deaf);
/* Waits until somebody tries to connect to it. */
void deaf_wait(const struct deaf *deaf);

#endif
