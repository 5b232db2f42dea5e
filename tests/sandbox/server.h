/* The HTTP server: libmicrohttpd with a few threads, each with many connections. */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "exchange.h"

/* Opens a socket for each of the server's clouds on a numeric address: the first on this port (0
 * takes any), the others on any; fills in where they are. Connections wait until the server is
 * started. False on failure, with the reason in ret_error. */
bool sb_server_listen(struct sb_server *server, const char *host, unsigned port, char *ret_error,
                      size_t size);
/* Starts the threads. The members of `server` but `daemon` must be set and outlive it, and are not
 * changed any more. False on failure, as above. */
bool sb_server_start(struct sb_server *server, char *ret_error, size_t size);
/* Ends all connections and waits for the threads. */
void sb_server_stop(struct sb_server *server);

#endif
