/*
 * worker.h - a thread that does one thing after another for a thread that must not wait: what a disk
 * holds up, for the thread of the connections.
 */
#ifndef FCM_BASE_WORKER_H
#define FCM_BASE_WORKER_H

#include <pthread.h>
#include <stdbool.h>

/* One thing to do. The caller's; must not move until it is done. run is called in the worker's thread;
 * the worker does not touch the struct once run has begun, so run may give it back. */
struct work {
    void (*run)(struct work *work);
    struct work *next;
};

/* Zeroed = not started. */
struct worker {
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t moved;
    struct work *first, *last;
    bool started, ending;
};

/* worker_start - with all signals blocked in its thread. false = no thread to be had; nothing else
 * may be called then. One thread. */
bool worker_start(struct worker *worker);
/* worker_give - does it after all that was given before. Any thread; takes no memory. */
void worker_give(struct worker *worker, struct work *work);
/* worker_end - does what was given, and ends the thread. Nothing where it was not started. */
void worker_end(struct worker *worker);

#endif
