/* One HTTP request on its way through the server: from its first header to its recorded answer. */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include "answers.h"
#include "auth.h"
#include "clock.h"
#include "control.h"
#include "delay.h"
#include "events.h"
#include "fault.h"
#include "form_end.h"
#include "front.h"
#include "listen.h"
#include "ratelimit.h"
#include "record.h"
#include "request_log.h"
#include "response.h"
#include "store.h"
#include "timekeeper.h"
#include <microhttpd.h>

#define SB_CONSOLE_TOKEN_SIZE 65 /* 64 characters and NUL */
/* One of the clouds that the server plays: where it listens, and what is said there. */
struct sb_cloud {
    struct sb_options options; /* region and base_url are its own */
    char url[320];
    unsigned port;
};

/* What all exchanges of one server share. */
struct sb_server {
    const struct sb_options *options; /* of the first cloud */
    struct sb_cloud clouds[SB_MAX_CLOUDS];
    size_t cloud_count;
    struct sb_store *store;
    struct sb_clock *clock;
    struct sb_timekeeper *timekeeper;
    struct sb_auth *auth;
    struct sb_faults *faults;
    struct sb_ratelimit *limiter;    /* by tenant */
    struct sb_ratelimit *for_tokens; /* of token calls, by address */
    struct sb_ratelimit *for_others; /* of calls without a valid token, by address */
    struct sb_delay *delay;
    struct sb_front *front;
    struct sb_listen *listen;
    struct sb_record *record;   /* NULL: nothing is recorded */
    struct sb_answers *answers; /* NULL: nothing is kept */
    struct sb_request_log *log;
    struct sb_events *events;
    char console_token[SB_CONSOLE_TOKEN_SIZE];
    struct MHD_Daemon *daemon;
};

/* Who answers. */
enum sb_target {
    SB_TO_NOBODY,
    SB_TO_OPERATION,
    SB_TO_TOKEN,
    SB_TO_REVOKE,
    SB_TO_CONTROL,
    SB_TO_LINK,
    SB_TO_PAGE
};

/* How far an exchange has come. */
enum sb_stage { SB_READING, SB_READ, SB_ANSWERED, SB_SENT };

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
    enum sb_stage stage;
    bool has_fault;
    struct sb_fault fault;
    int64_t ahead_ms;  /* by how much this call's clock is wrong */
    uint64_t received; /* bytes of the body, as sent */
    /* the body as it comes in */
    struct printbuf *text;          /* JSON or anything else that is no form */
    struct MHD_PostProcessor *form; /* multipart or urlencoded */
    struct sb_form_end form_end;
    struct sb_params fields;          /* urlencoded */
    struct printbuf *part_text;       /* of the part being read, if it is a plain value */
    struct sb_blob_writer *part_blob; /* of the part being read, if it is a file */
    uint64_t body_size;
    /* what was answered, for the log: the start of its text, or NULL, and its size */
    char *shown;
    size_t shown_size;
    uint64_t sent_size;
    struct MHD_Response *stream; /* of events, in place of res's body */
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

/* gateway.c: MHD_queue_response for the answers of the sandbox itself. */
enum MHD_Result sb_queue(struct MHD_Connection *connection, unsigned status,
                         struct MHD_Response *response);

/* The value of a request header, or NULL. */
const char *sb_header_of(struct sb_exchange *ex, const char *name);

#endif
