#include <stdlib.h>

#include "transport_private.h"

struct transport_ride *transport_ride_new(const struct transport *transport)
{
    struct transport_ride *ride = calloc(1, sizeof(*ride));

    if (ride == NULL)
        return NULL;
    ride->watched_fd = -1;
    ride->easy = curl_easy_init();
    if (ride->easy != NULL && transport_settle(transport, ride->easy))
        return ride;
    transport_rides_free(ride);
    return NULL;
}

void transport_rides_free(struct transport_ride *rides)
{
    while (rides != NULL) {
        struct transport_ride *ride = rides;
        rides = ride->next;
        if (ride->easy != NULL)
            curl_easy_cleanup(ride->easy);
        transport_place_done(&ride->place);
        free(ride);
    }
}
