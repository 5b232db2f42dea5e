#include "delay.h"
#include "clock.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct sleeper {
    struct sleeper *next;
    struct MHD_Connection *connection;
    int64_t wake_us; /* monotonic */
};

struct sb_delay {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct sleeper *sleepers; /* by wake_us */
    bool stopping;
};

static void wake_first(struct sb_delay *delay)
{
    struct sleeper *first = delay->sleepers;
    delay->sleepers = first->next;
    MHD_resume_connection(first->connection);
    free(first);
}

static void *run(void *cls)
{
    struct sb_delay *delay = cls;
    pthread_mutex_lock(&delay->lock);
    while (!delay->stopping) {
        if (delay->sleepers == NULL) {
            pthread_cond_wait(&delay->changed, &delay->lock);
        } else if (delay->sleepers->wake_us <= sb_monotonic_us()) {
            wake_first(delay);
        } else {
            int64_t wake = delay->sleepers->wake_us;
            struct timespec until = {.tv_sec = wake / 1000000, .tv_nsec = wake % 1000000 * 1000};
            pthread_cond_timedwait(&delay->changed, &delay->lock, &until);
        }
    }
    pthread_mutex_unlock(&delay->lock);
    return NULL;
}

struct sb_delay *sb_delay_new(void)
{
    struct sb_delay *delay = calloc(1, sizeof *delay);
    pthread_condattr_t monotonic;
    if (delay == NULL) {
        return NULL;
    }
    pthread_mutex_init(&delay->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&delay->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&delay->thread, NULL, run, delay) != 0) {
        pthread_cond_destroy(&delay->changed);
        pthread_mutex_destroy(&delay->lock);
        free(delay);
        return NULL;
    }
    return delay;
}

void sb_delay_wake_all(struct sb_delay *delay)
{
    pthread_mutex_lock(&delay->lock);
    delay->stopping = true;
    while (delay->sleepers != NULL) {
        wake_first(delay);
    }
    pthread_cond_signal(&delay->changed);
    pthread_mutex_unlock(&delay->lock);
}

void sb_delay_free(struct sb_delay *delay)
{
    if (delay == NULL) {
        return;
    }
    sb_delay_wake_all(delay);
    pthread_join(delay->thread, NULL);
    pthread_cond_destroy(&delay->changed);
    pthread_mutex_destroy(&delay->lock);
    free(delay);
}

bool sb_delay_suspend(struct sb_delay *delay, struct MHD_Connection *connection, int64_t ms)
{
    struct sleeper *sleeper = malloc(sizeof *sleeper);
    if (sleeper == NULL) {
        return false;
    }
    sleeper->connection = connection;
    sleeper->wake_us = sb_monotonic_us() + ms * 1000;
    pthread_mutex_lock(&delay->lock);
    bool accepted = !delay->stopping;
    if (accepted) {
        MHD_suspend_connection(connection);
        struct sleeper **at = &delay->sleepers;
        while (*at != NULL && (*at)->wake_us <= sleeper->wake_us) {
            at = &(*at)->next;
        }
        sleeper->next = *at;
        *at = sleeper;
        pthread_cond_signal(&delay->changed);
    }
    pthread_mutex_unlock(&delay->lock);
    if (!accepted) {
        free(sleeper);
    }
    return accepted;
}
