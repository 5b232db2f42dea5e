#include "instance.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define MAX_SPARE_BYTES ((size_t)1 << 20)
#define MOST_IN_FLIGHT 10000u

/* ------------------------------------------------------------------ the host's callbacks */

bool instance_may_call_back(struct instance *instance)
{
    return (instance->host.flags & SOAR_HOST_ANY_THREAD) != 0 ||
           atomic_load(&instance->own_thread) != (unsigned long)pthread_self();
}

static void log_any(void *ctx, int32_t level, const char *line, uint64_t len)
{
    struct instance *instance = ctx;
    bool own = atomic_load(&instance->own_thread) == (unsigned long)pthread_self();

    if (instance->host.log != NULL && instance_may_call_back(instance)) {
        if (own)
            events_tell(&instance->events); /* the host may take its time */
        instance->host.log(instance->host.ctx, level, line, len);
    } else if (own) {
        events_log(&instance->events, level, line, len);
    }
}

/* ------------------------------------------------------------------ making */

static bool make_parts(struct instance *instance, struct error *err)
{
    const struct config *config = &instance->config;

    if (!files_open((const char *const *)config->files.read_dirs.items, config->files.read_dirs.n,
                    (const char *const *)config->files.write_dirs.items, config->files.write_dirs.n,
                    config->files.max_bytes, &instance->files, err))
        return false;
    files_set_quota(instance->files, config->files.quota_bytes);
    instance->auth = auth_new(config, &catalog_service);
    instance->ledger = ledger_new();
    instance->memory = call_memory_new();
    instance->keys =
        keys_new(config->retry.keys, config->retry.keys_max_bytes, config->retry.key_ttl_ms);
    if (instance->auth == NULL || instance->ledger == NULL || instance->keys == NULL ||
        instance->memory == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the instance");
        return false;
    }
    instance->governor = governor_new(config, &instance->any_log, err);
    if (instance->governor == NULL)
        return false;
    return transport_new(config, config_is_loopback(auth_base_url(instance->auth)),
                         &instance->transport, err);
}

struct instance *instance_new(const soar_host *host, const char *config, size_t config_len,
                              struct error *err)
{
    struct instance *instance = calloc(1, sizeof(*instance));
    pthread_condattr_t attr;

    if (instance == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the instance");
        return NULL;
    }
    instance->host = *host;
    events_init(&instance->events, host->max_inflight > 0 ? host->max_inflight : MOST_IN_FLIGHT);
    pthread_mutex_init(&instance->making, NULL);
    pthread_mutex_init(&instance->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&instance->idle, &attr);
    pthread_condattr_destroy(&attr);
    if (!config_read(config, config_len, host, &catalog_service, &instance->config, err) ||
        !make_parts(instance, err)) {
        instance_free(instance);
        return NULL;
    }
    instance->log.write = instance->host.log;
    instance->log.ctx = instance->host.ctx;
    instance->log.level = instance->config.log_level;
    instance->any_log = (struct logger){log_any, instance, instance->config.log_level};
    instance->env.config = &instance->config;
    instance->env.service = &catalog_service;
    instance->env.auth = instance->auth;
    instance->env.governor = instance->governor;
    retry_budget_init(&instance->retries, instance->config.retry.budget,
                      instance->config.retry.budget_percent);
    instance->env.retries = &instance->retries;
    instance->env.ledger = instance->ledger;
    instance->env.keys = instance->keys;
    instance->env.memory = instance->memory;
    instance->env.log = &instance->log;
    instance->env.random_up_to = clock_random;
    return instance;
}

void instance_free(struct instance *instance)
{
    if (instance == NULL)
        return;
    transport_free(instance->transport);
    governor_free(instance->governor);
    ledger_free(instance->ledger);
    keys_free(instance->keys);
    call_memory_free(instance->memory);
    auth_free(instance->auth);
    files_close(instance->files);
    config_done(&instance->config);
    while (instance->spare.n > 0)
        buf_done(&instance->spare.bodies[--instance->spare.n]);
    flights_done(&instance->flights);
    events_done(&instance->events);
    pthread_cond_destroy(&instance->idle);
    pthread_mutex_destroy(&instance->lock);
    pthread_mutex_destroy(&instance->making);
    free(instance);
}

/* ------------------------------------------------------------------ who is inside */

bool instance_enter(struct instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    bool open = !instance->closing;
    if (open)
        instance->inside++;
    pthread_mutex_unlock(&instance->lock);
    return open;
}

void instance_stay(struct instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    instance->inside++;
    pthread_mutex_unlock(&instance->lock);
}

void instance_leave(struct instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    instance->inside--;
    if (instance->inside == 0)
        pthread_cond_broadcast(&instance->idle);
    pthread_mutex_unlock(&instance->lock);
}

bool instance_begin(struct instance *instance, uint64_t call_id, struct flight *flight)
{
    flight->id = call_id;
    interrupt_init(&flight->interrupt);
    pthread_mutex_lock(&instance->lock);
    bool fine = flights_find(&instance->flights, call_id) == NULL;
    if (fine) {
        flights_add(&instance->flights, flight);
        if (instance->closing)
            interrupt_raise(&flight->interrupt);
    }
    pthread_mutex_unlock(&instance->lock);
    if (!fine)
        interrupt_done(&flight->interrupt);
    return fine;
}

void instance_end(struct instance *instance, struct flight *flight)
{
    pthread_mutex_lock(&instance->lock);
    flights_remove(&instance->flights, flight);
    pthread_mutex_unlock(&instance->lock);
    interrupt_done(&flight->interrupt);
}

bool instance_cancel(struct instance *instance, uint64_t call_id)
{
    pthread_mutex_lock(&instance->lock);
    struct flight *flight = flights_find(&instance->flights, call_id);
    if (flight != NULL)
        interrupt_raise(&flight->interrupt);
    pthread_mutex_unlock(&instance->lock);
    if (flight != NULL)
        auth_wake(instance->auth);
    return flight != NULL;
}

void instance_take_spare(struct instance *instance, struct buf *body)
{
    struct spare *spare = &instance->spare;
    size_t max = body->max;

    pthread_mutex_lock(&instance->lock);
    if (spare->n > 0) {
        *body = spare->bodies[--spare->n];
        body->max = max;
        spare->bytes -= body->cap;
    }
    pthread_mutex_unlock(&instance->lock);
    buf_clear(body);
}

void instance_keep_spare(struct instance *instance, struct buf *body)
{
    struct spare *spare = &instance->spare;
    struct buf rest = *body;

    buf_init(body, rest.max);
    pthread_mutex_lock(&instance->lock);
    if (rest.cap > 0 && spare->n < INSTANCE_MOST_SPARE &&
        rest.cap <= MAX_SPARE_BYTES - spare->bytes) {
        spare->bytes += rest.cap;
        spare->bodies[spare->n++] = rest;
        buf_init(&rest, 0);
    }
    pthread_mutex_unlock(&instance->lock);
    buf_done(&rest);
}

bool instance_close(struct instance *instance, int64_t until_ms)
{
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};
    int timed_out = 0;

    pthread_mutex_lock(&instance->lock);
    instance->closing = true;
    for (struct flight *flight = instance->flights.first; flight != NULL; flight = flight->next)
        interrupt_raise(&flight->interrupt);
    auth_wake(instance->auth);
    while (instance->inside > 0 && timed_out == 0)
        timed_out = until_ms == INT64_MAX
                        ? pthread_cond_wait(&instance->idle, &instance->lock)
                        : pthread_cond_timedwait(&instance->idle, &instance->lock, &until);
    bool empty = instance->inside == 0;
    pthread_mutex_unlock(&instance->lock);
    return empty;
}

bool instance_is_empty(struct instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    bool empty = instance->inside == 0;
    pthread_mutex_unlock(&instance->lock);
    return empty;
}

soar_status instance_conclude(struct instance *instance, const struct logger *log,
                              struct call *call, struct buf *document)
{
    struct buf body;

    soar_status status = call_result(call, document);
    log_line(log, SOAR_LOG_INFO, "%s: %s, HTTP %d", call_action(call), status_name(status),
             call_http_status(call));
    call_take_memory(call, &body);
    instance_keep_spare(instance, &body);
    call_free(call);
    return status;
}
