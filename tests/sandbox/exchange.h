/* One HTTP request on its way through the server: from its first header to its recorded answer. */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include "answers.h"
#include "auth.h"
#include "clock.h"
#include "control.h"
#include "delay.h"
#include "fault.h"
#include "ratelimit.h"
#include "record.h"
#include "response.h"
#include "store.h"
#include "timekeeper.h"
#include <microhttpd.h>

#define SB_CONSOLE_TOKEN_SIZE 65 /* 64 characters and NUL */

/* What all exchanges of one server share. */
struct sb_server {
    const struct sb_options *options;
    struct sb_store *store;
    struct sb_clock *clock;
    struct sb_timekeeper *timekeeper;
    struct sb_auth *auth;
    struct sb_faults *faults;
    struct sb_ratelimit *limiter;
    struct sb_delay *delay;
    struct sb_record *record;   /* NULL: nothing is recorded */
    struct sb_answers *answers; /* NULL: nothing is kept */
    char url[320];              /* where it listens */
    char console_token[SB_CONSOLE_TOKEN_SIZE];
    int socket;
    struct MHD_Daemon *daemon;
};

/* Who answers. */
enum sb_target {
    SB_TO_NOBODY,
    SB_TO_OPERATION,
    SB_TO_TOKEN,
    SB_TO_REVOKE,
    SB_TO_CONTROL,
    SB_TO_LINK
};

struct sb_exchange {
    struct sb_server *server;
    struct MHD_Connection *connection;
    struct sb_request req;
    struct sb_response res;
    enum sb_target target;
    const struct sb_control *control; /* of SB_TO_CONTROL */
    int64_t started_us;
    bool refused;     /* res holds the answer before the body was read */
    bool body_failed; /* the body can't be taken; res holds why */
    bool limited;     /* `rate` is meant for this answer */
    struct sb_rate rate;
    bool has_fault;
    bool delayed;
    struct sb_fault fault;
    /* the body as it comes in */
    struct printbuf *text;            /* JSON or anything else that is no form */
    struct MHD_PostProcessor *form;   /* multipart or urlencoded */
    struct sb_params fields;          /* urlencoded */
    struct printbuf *part_text;       /* of the part being read, if it is a plain value */
    struct sb_blob_writer *part_blob; /* of the part being read, if it is a file */
    uint64_t body_size;
};

/* body.c: taking in a body. Failures are kept in the exchange. */
void sb_body_begin(struct sb_exchange *ex);
void sb_body_take(struct sb_exchange *ex, const char *data, size_t size);
/* Ends it: parts are whole, JSON is parsed. */
void sb_body_end(struct sb_exchange *ex);
/* Frees all, and deletes blobs that no document refers to. */
void sb_body_done(struct sb_exchange *ex);

/* dispatch.c: checks made before the body is read (route, bearer, scope, rate); false when res
 * holds the refusal. */
bool sb_admit(struct sb_exchange *ex);
/* Checks the whole request and carries it out; res holds the answer. */
void sb_dispatch(struct sb_exchange *ex);

/* reply.c: sends the answer. MHD_NO drops the connection. */
enum MHD_Result sb_send(struct sb_exchange *ex);

/* The value of a request header, or NULL. */
const char *sb_header_of(struct sb_exchange *ex, const char *name);

#endif
