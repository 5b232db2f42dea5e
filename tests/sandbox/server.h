/* The HTTP server: libmicrohttpd with a few threads, each with many connections. */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "exchange.h"

/* Starts listening on a numeric address; port 0 takes any. The members of `server` but `daemon`
 * must be set and outlive it. False on failure, with the reason in ret_error. */
bool sb_server_start(struct sb_server *server, const char *host, unsigned port, unsigned *ret_port,
                     char *ret_error, size_t size);
/* Ends all connections and waits for the threads. */
void sb_server_stop(struct sb_server *server);

#endif
