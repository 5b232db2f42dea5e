/* An exchange that waits for the host: a pipe that has nothing yet, or no room. The thread waits for
 * that beside the connection and is free for others, for the deadline and for soar_cancel. */
#include "transport_private.h"

void transport_await(struct exchange *exchange, int fd, short events)
{
    exchange->awaits = events;
    exchange->awaits_fd = fd;
    if (exchange->loop != NULL)
        transport_loop_watch(exchange->loop, exchange);
}

bool transport_resume(struct exchange *exchange)
{
    exchange->awaits = 0;
    transport_moved(exchange);
    return curl_easy_pause(exchange->easy, CURLPAUSE_CONT) != CURLE_OUT_OF_MEMORY;
}
