/* Where an easy handle goes. Given a URL, libcurl takes it apart and puts it together again for every
 * exchange; given one that was taken apart before, it copies it. */
#include <stdlib.h>
#include <string.h>

#include "transport_private.h"

static bool go_whole(struct transport_place *place, CURL *easy, const char *url)
{
    free(place->origin);
    place->origin = NULL;
    curl_easy_setopt(easy, CURLOPT_CURLU, NULL);
    return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;
}

bool transport_place_go(struct transport_place *place, CURL *easy, const char *url,
                        size_t origin_len)
{
    if (place->origin != NULL && place->len == origin_len &&
        memcmp(place->origin, url, origin_len) == 0)
        return true;
    if (origin_len == 0)
        return go_whole(place, easy, url);
    char *origin = strndup(url, origin_len);
    if (place->url == NULL)
        place->url = curl_url();
    CURLUcode code = origin != NULL && place->url != NULL
                         ? curl_url_set(place->url, CURLUPART_URL, origin, 0)
                         : CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OK && curl_easy_setopt(easy, CURLOPT_URL, origin) == CURLE_OK &&
        curl_easy_setopt(easy, CURLOPT_CURLU, place->url) == CURLE_OK) {
        free(place->origin);
        place->origin = origin;
        place->len = origin_len;
        return true;
    }
    free(origin);
    /* what libcurl cannot read, it says more of when it is asked to go there */
    return code != CURLUE_OK && code != CURLUE_OUT_OF_MEMORY && go_whole(place, easy, url);
}

void transport_place_done(struct transport_place *place)
{
    curl_url_cleanup(place->url);
    free(place->origin);
    *place = (struct transport_place){0};
}
