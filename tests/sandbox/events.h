/*
 * Server-sent events: what happens, told to all viewers of the console as it happens.
 *
 * The last events lie in one ring; each viewer reads from it at its own pace, in the server's
 * threads. So telling costs the same however slow a viewer is, and memory is bounded: who falls behind
 * by more than the ring holds gets the event `reset`, after which it reads the state anew. While there
 * is nothing to read a viewer's connection sleeps; a beat at intervals finds out who has gone.
 */
#ifndef SANDBOX_EVENTS_H
#define SANDBOX_EVENTS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SB_EVENTS_KEPT 512
#define SB_MAX_VIEWERS 256

/* Safe to use from any thread. */
struct sb_events;

/* `beat_ms`: how often viewers get a sign of life. NULL when there is no memory or no thread. */
struct sb_events *sb_events_new(int64_t beat_ms);
/* Ends all streams: those who read get no more, and no connection sleeps any longer. */
void sb_events_stop(struct sb_events *events);
/* All viewers must be gone; NULL is fine. */
void sb_events_free(struct sb_events *events);

/* Tells all viewers; `json` is one line. Never waits for a viewer. */
void sb_events_tell(struct sb_events *events, const char *name, const char *json);
/* How many there are. */
size_t sb_events_viewers(struct sb_events *events);

/* The stream for one more viewer on this connection, from `after` (the number of the last event it
 * has seen) if that is still there, else from now on. First comes the event `hello`, or `reset` where
 * some were missed. NULL when there are SB_MAX_VIEWERS or memory is short. */
struct MHD_Response *sb_events_stream(struct sb_events *events, struct MHD_Connection *connection,
                                      const char *after);

#endif
