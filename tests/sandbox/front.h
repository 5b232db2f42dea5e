/*
 * The raw side of the server: one thread that sends scripts (wire.h) straight to the sockets of
 * suspended connections, behind libmicrohttpd's back, and resumes each connection at its end: the
 * handler is then called again and is to drop it. Safe to call from any thread.
 */
#ifndef SANDBOX_FRONT_H
#define SANDBOX_FRONT_H

#include "wire.h"
#include <microhttpd.h>

struct sb_front;

/* NULL when no thread could be made. */
struct sb_front *sb_front_new(void);
/* Breaks off all scripts and takes no more; to be called before MHD_stop_daemon. */
void sb_front_stop(struct sb_front *front);
void sb_front_free(struct sb_front *front);
/* Suspends the connection and sends the script (taken, also on failure). False (and not suspended)
 * when it can't. */
bool sb_front_play(struct sb_front *front, struct MHD_Connection *connection,
                   struct sb_script *script);
/* Ends a connection with a reset: what the peer has not read yet is lost. */
void sb_front_reset(struct MHD_Connection *connection);

#endif
