/*
 * instance.h - one instance of the plugin: its configuration, token, connections, directories, and
 * the calls that are in flight. Everything in it may be used from any thread.
 */
#ifndef FCM_INSTANCE_H
#define FCM_INSTANCE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth.h"
#include "base/buf.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "call.h"
#include "config.h"
#include "events.h"
#include "files.h"
#include "flights.h"
#include "soar_plugin.h"
#include "transport.h"

struct async;

/* Memory that answers lay in, for the next ones. */
#define INSTANCE_MOST_SPARE 16u
struct spare {
    struct buf bodies[INSTANCE_MOST_SPARE]; /* last used last */
    size_t n, bytes;
};

struct instance {
    soar_host host; /* copy; zeroed where the host gave none */
    struct config config;
    struct logger log; /* to the host; for threads that are inside */
    struct logger
        any_log; /* for whatever thread: to the host, or an event where it may not be told */
    struct auth *auth;
    struct governor *governor;
    struct files *files;
    struct transport *transport;
    struct retry_budget retries;
    struct ledger *ledger;
    struct keys *keys;
    struct call_memory *memory;
    struct call_env env;
    struct events events;
    _Atomic(struct async *) async; /* run_async.c's; NULL until it is needed */
    pthread_mutex_t making;        /* held by who makes it */
    atomic_ulong own_thread;       /* that drives the calls of soar_submit; 0 = none */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t idle;
    struct flights flights;
    struct spare spare;
    int64_t inside; /* threads inside a function of the ABI, and calls accepted by soar_submit */
    bool closing;
};

/* instance_new - reads the configuration and makes what it asks for; nothing is sent. NULL with
 * *err filled. Free with instance_free when no thread is inside. */
struct instance *instance_new(const soar_host *host, const char *config, size_t config_len,
                              struct error *err);
void instance_free(struct instance *instance);

/* instance_enter - one more thread inside; false where the instance is closing. instance_stay - one
 * more, whether it is closing or not; for who is inside, or holds the handle's lock. */
bool instance_enter(struct instance *instance);
void instance_stay(struct instance *instance);
void instance_leave(struct instance *instance);

/* instance_may_call_back - may the host's callbacks be called on this thread? */
bool instance_may_call_back(struct instance *instance);

/* instance_begin - puts a call in flight; false where its id is in flight already. Where the
 * instance is closing the call is interrupted at once. instance_end - takes it out. */
bool instance_begin(struct instance *instance, uint64_t call_id, struct flight *flight);
void instance_end(struct instance *instance, struct flight *flight);

/* instance_cancel - raises the interrupt of a call; false where no such call is in flight. */
bool instance_cancel(struct instance *instance, uint64_t call_id);

/* instance_take_spare - gives an empty body memory of an earlier answer, where there is some: large
 * blocks that come and go with each call cost more in page faults than the call itself.
 * instance_keep_spare - keeps *body's memory for the next answers, where there is room (1 MiB and
 * INSTANCE_MOST_SPARE blocks), or frees it; the body is empty afterwards. */
void instance_take_spare(struct instance *instance, struct buf *body);
void instance_keep_spare(struct instance *instance, struct buf *body);

/* instance_conclude - the end of a call that is done: writes its document, logs a line, and frees
 * the call. */
soar_status instance_conclude(struct instance *instance, const struct logger *log,
                              struct call *call, struct buf *document);

/* instance_close - refuses new calls, cancels those in flight, and waits until nobody is inside,
 * at most until_ms (monotonic; INT64_MAX = for ever). false = time was up. */
bool instance_close(struct instance *instance, int64_t until_ms);
/* instance_is_empty - is nobody inside? */
bool instance_is_empty(struct instance *instance);

#endif
