/*
 * events.h - what waits for soar_next: outcomes, progress, lines of the log. Bounded: no more calls
 * are admitted than are allowed to be under way, progress is kept once for a call, and lines of the
 * log beyond a number are counted and not kept. An outcome is never dropped, and needs no memory
 * when it comes. Thread-safe.
 */
#ifndef FCM_EVENTS_H
#define FCM_EVENTS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "soar_plugin.h"

/* Most lines of the log that wait at a time. */
#define EVENTS_MAX_LOG 1024

/* What is told of one call, one after the other: progress, and then its outcome. */
struct event;

struct events {
    pthread_mutex_t lock; /* of what follows */
    struct event *first, *last;
    int fd;                 /* readable while there is something; -1 = not wanted */
    uint64_t said;          /* that there is something, and not taken back yet */
    unsigned long gatherer; /* the thread that says so only now and then; 0 = none */
    uint64_t gathered;      /* events of it that are not told of yet; its own */
    uint64_t most;          /* calls under way */
    uint64_t calls;         /* admitted, and their outcome not taken */
    uint64_t n_log;         /* lines waiting */
    struct event *spare;    /* to be used again, so many */
    uint64_t n_spare;
    uint64_t dropped; /* lines since the last that was kept */
};

/* events_gather - the calling thread, one at most, makes the descriptor readable only by events_tell,
 * or when some events have come together: to wake the host for each of them costs more than all else.
 * events_tell - also does nothing where there is nothing to tell; that thread only.
 * events_gather_no_more - before it ends. */
void events_gather(struct events *events);
void events_tell(struct events *events);
void events_gather_no_more(struct events *events);

/* events_init - most: calls under way. */
void events_init(struct events *events, uint64_t most);
/* events_done - frees what was not taken, and closes the descriptor. */
void events_done(struct events *events);

/* events_fd - makes the descriptor, where there is none yet; -1 where the process has none left. */
int events_fd(struct events *events);

/* events_admit - room for one more call until its outcome is taken; NULL where there is none, or no
 * memory. events_retract - gives it back, where the call was not accepted after all. */
struct event *events_admit(struct events *events, uint64_t call_id);
void events_retract(struct events *events, struct event *event);

/* events_progress - replaces what waits of it. */
void events_progress(struct events *events, struct event *event, uint64_t done, uint64_t total);
/* events_outcome - takes the document over; the event is not the caller's any more. A document that
 * has failed is told without one. */
void events_outcome(struct events *events, struct event *event, soar_status status, int http_status,
                    struct buf *document);
/* events_log - a line; kept where there is room. */
void events_log(struct events *events, int32_t level, const char *line, uint64_t len);

/* events_take - the next one: fills *ret, all but struct_size; its memory is ret->owner (free).
 * false = there is none. */
bool events_take(struct events *events, soar_result *ret);

#endif
