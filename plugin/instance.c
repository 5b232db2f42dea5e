#include "instance.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define MAX_SPARE (1u << 20)

/* ------------------------------------------------------------------ making */

static bool make_parts(struct instance *instance, struct error *err)
{
    const struct config *config = &instance->config;
    char base[520];

    if (!files_open((const char *const *)config->files.read_dirs.items, config->files.read_dirs.n,
                    (const char *const *)config->files.write_dirs.items, config->files.write_dirs.n,
                    config->files.max_bytes, &instance->files, err))
        return false;
    files_set_quota(instance->files, config->files.quota_bytes);
    instance->auth = auth_new(config, &catalog_service);
    instance->ledger = ledger_new();
    instance->keys =
        keys_new(config->retry.keys, config->retry.keys_max_bytes, config->retry.key_ttl_ms);
    if (instance->auth == NULL || instance->ledger == NULL || instance->keys == NULL) {
        error_set(err, SOAR_RESOURCE_EXHAUSTED, "no_memory", "no memory for the instance");
        return false;
    }
    instance->governor = governor_new(config, &instance->log, err);
    if (instance->governor == NULL)
        return false;
    auth_base_url(instance->auth, base, sizeof(base));
    return transport_new(config, config_is_loopback(base), &instance->transport, err);
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
    buf_init(&instance->spare, MAX_SPARE);
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
    instance->env.config = &instance->config;
    instance->env.service = &catalog_service;
    instance->env.auth = instance->auth;
    instance->env.governor = instance->governor;
    retry_budget_init(&instance->retries, instance->config.retry.budget,
                      instance->config.retry.budget_percent);
    instance->env.retries = &instance->retries;
    instance->env.ledger = instance->ledger;
    instance->env.keys = instance->keys;
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
    auth_free(instance->auth);
    files_close(instance->files);
    config_done(&instance->config);
    buf_done(&instance->spare);
    pthread_cond_destroy(&instance->idle);
    pthread_mutex_destroy(&instance->lock);
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

void instance_leave(struct instance *instance)
{
    pthread_mutex_lock(&instance->lock);
    instance->inside--;
    if (instance->inside == 0)
        pthread_cond_broadcast(&instance->idle);
    pthread_mutex_unlock(&instance->lock);
}

static struct flight *find_flight(const struct instance *instance, uint64_t call_id)
{
    struct flight *flight = instance->flights;

    while (flight != NULL && flight->id != call_id)
        flight = flight->next;
    return flight;
}

bool instance_begin(struct instance *instance, uint64_t call_id, struct flight *flight)
{
    flight->id = call_id;
    flight->previous = NULL;
    interrupt_init(&flight->interrupt);
    pthread_mutex_lock(&instance->lock);
    bool fine = call_id == 0 || find_flight(instance, call_id) == NULL;
    if (fine) {
        flight->next = instance->flights;
        if (flight->next != NULL)
            flight->next->previous = flight;
        instance->flights = flight;
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
    if (flight->previous != NULL)
        flight->previous->next = flight->next;
    else
        instance->flights = flight->next;
    if (flight->next != NULL)
        flight->next->previous = flight->previous;
    pthread_mutex_unlock(&instance->lock);
    interrupt_done(&flight->interrupt);
}

bool instance_cancel(struct instance *instance, uint64_t call_id)
{
    pthread_mutex_lock(&instance->lock);
    struct flight *flight = find_flight(instance, call_id);
    if (flight != NULL)
        interrupt_raise(&flight->interrupt);
    pthread_mutex_unlock(&instance->lock);
    if (flight != NULL)
        auth_wake(instance->auth);
    return flight != NULL;
}

void instance_take_spare(struct instance *instance, struct buf *body)
{
    size_t max = body->max;

    pthread_mutex_lock(&instance->lock);
    if (instance->spare.cap > 0) {
        *body = instance->spare;
        body->max = max;
        buf_init(&instance->spare, MAX_SPARE);
    }
    pthread_mutex_unlock(&instance->lock);
    buf_clear(body);
}

void instance_keep_spare(struct instance *instance, struct buf *body)
{
    struct buf rest = *body;

    buf_init(body, rest.max);
    pthread_mutex_lock(&instance->lock);
    if (rest.cap <= MAX_SPARE && rest.cap > instance->spare.cap) {
        struct buf before = instance->spare;
        instance->spare = rest;
        rest = before;
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
    for (struct flight *flight = instance->flights; flight != NULL; flight = flight->next)
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
