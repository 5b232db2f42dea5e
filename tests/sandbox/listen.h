/*
 * The listening sockets, one for each cloud, and the thread that accepts connections and hands them
 * to libmicrohttpd. It is not left to do so itself, because it cannot refuse connections for a
 * while, nor listen on several ports.
 */
#ifndef SANDBOX_LISTEN_H
#define SANDBOX_LISTEN_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sb_listen;

/* NULL when memory is short. */
struct sb_listen *sb_listen_new(void);
/* Ends the thread, if it runs, and closes the sockets. */
void sb_listen_free(struct sb_listen *listen);
/* Opens a socket on a numeric address; port 0 takes any, and ret_port says which. Connections wait
 * until the start. False on failure, with the reason in ret_error. */
bool sb_listen_open(struct sb_listen *listen, const char *host, unsigned port, unsigned *ret_port,
                    char *ret_error, size_t size);
/* Starts to accept. False when no thread could be made. */
bool sb_listen_start(struct sb_listen *listen, struct MHD_Daemon *daemon);
/* Ends the thread: nothing is accepted any more. */
void sb_listen_stop(struct sb_listen *listen);
/* From now on for `ms` milliseconds new connections are refused, those that wait included. From any
 * thread. */
void sb_listen_refuse(struct sb_listen *listen, int64_t ms);

#endif
