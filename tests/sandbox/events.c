#include "events.h"
#include "clock.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct viewer {
    struct sb_events *events;
    struct viewer *next, *previous;
    struct MHD_Connection *connection;
    int64_t seen; /* the number of the last event it was given */
    int64_t beat; /* the last beat it was given */
    bool asleep;
    char *text; /* what is on its way to it */
    size_t size, sent;
};

struct sb_events {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* the first viewer came, or it stops */
    int64_t beat_ms;
    bool stopping;
    struct viewer *viewers;
    size_t viewer_count;
    int64_t last; /* the number of the newest event */
    int64_t beat;
    char *ring[SB_EVENTS_KEPT]; /* event N lies at N modulo SB_EVENTS_KEPT, NULL: there was none */
};

static void wake_all(struct sb_events *events)
{
    for (struct viewer *v = events->viewers; v != NULL; v = v->next) {
        if (v->asleep) {
            v->asleep = false;
            MHD_resume_connection(v->connection);
        }
    }
}

static void wait_a_beat(struct sb_events *events)
{
    int64_t wake = sb_monotonic_us() + events->beat_ms * 1000;
    struct timespec until = {.tv_sec = wake / 1000000, .tv_nsec = wake % 1000000 * 1000};
    int code = 0;
    while (!events->stopping && code != ETIMEDOUT) {
        code = pthread_cond_timedwait(&events->changed, &events->lock, &until);
    }
}

static void *keep_time(void *cls)
{
    struct sb_events *events = cls;
    pthread_mutex_lock(&events->lock);
    while (!events->stopping) {
        if (events->viewers == NULL) {
            pthread_cond_wait(&events->changed, &events->lock);
            continue;
        }
        wait_a_beat(events);
        events->beat++;
        wake_all(events);
    }
    pthread_mutex_unlock(&events->lock);
    return NULL;
}

struct sb_events *sb_events_new(int64_t beat_ms)
{
    struct sb_events *events = calloc(1, sizeof *events);
    pthread_condattr_t monotonic;
    if (events == NULL) {
        return NULL;
    }
    events->beat_ms = beat_ms;
    pthread_mutex_init(&events->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&events->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&events->thread, NULL, keep_time, events) != 0) {
        pthread_cond_destroy(&events->changed);
        pthread_mutex_destroy(&events->lock);
        free(events);
        return NULL;
    }
    return events;
}

void sb_events_stop(struct sb_events *events)
{
    pthread_mutex_lock(&events->lock);
    events->stopping = true;
    wake_all(events);
    pthread_cond_signal(&events->changed);
    pthread_mutex_unlock(&events->lock);
}

void sb_events_free(struct sb_events *events)
{
    if (events == NULL) {
        return;
    }
    sb_events_stop(events);
    pthread_join(events->thread, NULL);
    for (size_t i = 0; i < SB_EVENTS_KEPT; i++) {
        free(events->ring[i]);
    }
    pthread_cond_destroy(&events->changed);
    pthread_mutex_destroy(&events->lock);
    free(events);
}

void sb_events_tell(struct sb_events *events, const char *name, const char *json)
{
    char *text = NULL;
    pthread_mutex_lock(&events->lock);
    if (events->viewers == NULL) {
        /* nobody is there to be told, and whoever comes back has missed something */
        events->last += SB_EVENTS_KEPT + 1;
    } else if (asprintf(&text, "id: %lld\nevent: %s\ndata: %s\n\n", (long long)events->last + 1,
                        name, json) >= 0) {
        char **place = &events->ring[++events->last % SB_EVENTS_KEPT];
        free(*place);
        *place = text;
        wake_all(events);
    }
    pthread_mutex_unlock(&events->lock);
}

size_t sb_events_viewers(struct sb_events *events)
{
    pthread_mutex_lock(&events->lock);
    size_t count = events->viewer_count;
    pthread_mutex_unlock(&events->lock);
    return count;
}

/* ------------------------------------------------------------------ one viewer */

/* The first event: where it is, and whether it has missed any. */
static char *greeting(const struct viewer *viewer, bool missed)
{
    char *text = NULL;
    int size = asprintf(&text, "id: %lld\nevent: %s\ndata: {}\n\n", (long long)viewer->seen,
                        missed ? "reset" : "hello");
    return size >= 0 ? text : NULL;
}

/* The next text for it; NULL: there is none, or no memory. */
static char *next_text(struct viewer *viewer)
{
    struct sb_events *events = viewer->events;
    if (events->last - viewer->seen > SB_EVENTS_KEPT) {
        viewer->seen = events->last;
        return greeting(viewer, true);
    }
    if (viewer->seen < events->last) {
        return strdup(events->ring[++viewer->seen % SB_EVENTS_KEPT]);
    }
    if (viewer->beat != events->beat) {
        viewer->beat = events->beat;
        return strdup(": still here\n\n");
    }
    return NULL;
}

static ssize_t fill(struct viewer *viewer, char *buffer, size_t max)
{
    size_t rest = viewer->size - viewer->sent;
    size_t count = rest < max ? rest : max;
    memcpy(buffer, viewer->text + viewer->sent, count);
    viewer->sent += count;
    if (viewer->sent == viewer->size) {
        free(viewer->text);
        viewer->text = NULL;
    }
    return (ssize_t)count;
}

/* Called whenever the connection can take more. */
static ssize_t read_viewer(void *cls, uint64_t position, char *buffer, size_t max)
{
    struct viewer *viewer = cls;
    struct sb_events *events = viewer->events;
    (void)position;
    if (viewer->text == NULL) {
        pthread_mutex_lock(&events->lock);
        bool stopping = events->stopping;
        viewer->text = stopping ? NULL : next_text(viewer);
        if (viewer->text == NULL && !stopping) {
            viewer->asleep = true;
            MHD_suspend_connection(viewer->connection);
        }
        pthread_mutex_unlock(&events->lock);
        if (viewer->text == NULL) {
            return stopping ? MHD_CONTENT_READER_END_OF_STREAM : 0;
        }
        viewer->size = strlen(viewer->text);
        viewer->sent = 0;
    }
    return fill(viewer, buffer, max);
}

static void free_viewer(void *cls)
{
    struct viewer *viewer = cls;
    struct sb_events *events = viewer->events;
    pthread_mutex_lock(&events->lock);
    if (viewer->next != NULL) {
        viewer->next->previous = viewer->previous;
    }
    *(viewer->previous != NULL ? &viewer->previous->next : &events->viewers) = viewer->next;
    events->viewer_count--;
    pthread_mutex_unlock(&events->lock);
    free(viewer->text);
    free(viewer);
}

/* From the event after `after` on where those are still there; else from now on. */
static void place_viewer(struct viewer *viewer, const char *after)
{
    struct sb_events *events = viewer->events;
    char *end = NULL;
    long long seen = after != NULL ? strtoll(after, &end, 10) : -1;
    bool known = after != NULL && *after != '\0' && *end == '\0' && seen >= 0 &&
                 seen <= events->last && events->last - seen <= SB_EVENTS_KEPT;
    viewer->seen = known ? seen : events->last;
    viewer->beat = events->beat;
    viewer->text = greeting(viewer, after != NULL && !known);
    viewer->size = viewer->text != NULL ? strlen(viewer->text) : 0;
}

static bool add_viewer(struct viewer *viewer, const char *after)
{
    struct sb_events *events = viewer->events;
    pthread_mutex_lock(&events->lock);
    bool room = events->viewer_count < SB_MAX_VIEWERS && !events->stopping;
    if (room) {
        place_viewer(viewer, after);
        viewer->next = events->viewers;
        if (viewer->next != NULL) {
            viewer->next->previous = viewer;
        }
        events->viewers = viewer;
        if (++events->viewer_count == 1) {
            pthread_cond_signal(&events->changed);
        }
    }
    pthread_mutex_unlock(&events->lock);
    return room;
}

struct MHD_Response *sb_events_stream(struct sb_events *events, struct MHD_Connection *connection,
                                      const char *after)
{
    struct viewer *viewer = calloc(1, sizeof *viewer);
    if (viewer == NULL) {
        return NULL;
    }
    viewer->events = events;
    viewer->connection = connection;
    if (!add_viewer(viewer, after)) {
        free(viewer);
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_viewer, viewer, free_viewer);
    if (response == NULL) {
        free_viewer(viewer);
    }
    return response;
}
