/*
 * instance.h - one instance of the plugin: its configuration, token, connections, directories, and
 * the calls that are in flight. Everything in it may be used from any thread.
 */
#ifndef FCM_INSTANCE_H
#define FCM_INSTANCE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth.h"
#include "base/buf.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "call.h"
#include "config.h"
#include "files.h"
#include "soar_plugin.h"
#include "transport.h"

/* A call in flight: what soar_cancel finds by its id. Lives on the stack of its driver. */
struct flight {
    uint64_t id; /* 0 = cannot be named */
    struct interrupt interrupt;
    struct flight *previous, *next;
};

struct instance {
    soar_host host; /* copy; zeroed where the host gave none */
    struct config config;
    struct logger log;
    struct auth *auth;
    struct governor *governor;
    struct files *files;
    struct transport *transport;
    struct retry_budget retries;
    struct ledger *ledger;
    struct keys *keys;
    struct call_env env;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t idle;
    struct flight *flights;
    struct buf spare; /* memory that an answer lay in, for the next */
    int64_t inside;   /* threads inside a function of the ABI */
    bool closing;
};

/* instance_new - reads the configuration and makes what it asks for; nothing is sent. NULL with
 * *err filled. Free with instance_free when no thread is inside. */
struct instance *instance_new(const soar_host *host, const char *config, size_t config_len,
                              struct error *err);
void instance_free(struct instance *instance);

/* instance_enter - one more thread inside; false where the instance is closing. */
bool instance_enter(struct instance *instance);
void instance_leave(struct instance *instance);

/* instance_begin - puts a call in flight; false where its id is in flight already. Where the
 * instance is closing the call is interrupted at once. instance_end - takes it out. */
bool instance_begin(struct instance *instance, uint64_t call_id, struct flight *flight);
void instance_end(struct instance *instance, struct flight *flight);

/* instance_cancel - raises the interrupt of a call; false where no such call is in flight. */
bool instance_cancel(struct instance *instance, uint64_t call_id);

/* instance_take_spare - gives an empty body memory of an earlier answer, where there is some: large
 * blocks that come and go with each call cost more in page faults than the call itself.
 * instance_keep_spare - keeps *body's memory, up to 1 MiB, for the next call or frees it; the body
 * is empty afterwards. */
void instance_take_spare(struct instance *instance, struct buf *body);
void instance_keep_spare(struct instance *instance, struct buf *body);

/* instance_close - refuses new calls, cancels those in flight, and waits until nobody is inside,
 * at most until_ms (monotonic; INT64_MAX = for ever). false = time was up. */
bool instance_close(struct instance *instance, int64_t until_ms);

#endif
