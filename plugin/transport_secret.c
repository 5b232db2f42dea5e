/* A body that holds a secret is not given to libcurl as a whole: it would copy it behind the headers
 * into memory that it frees without wiping. It is asked for piece by piece instead, and the buffer
 * that libcurl offers for the last piece is the one that the first stood in. */
#include <string.h>

#include "base/secret.h"
#include "transport_private.h"

static size_t on_secret_read(char *bytes, size_t size, size_t n, void *userdata)
{
    struct exchange *exchange = userdata;
    const struct buf *body = &exchange->request->body;
    size_t room = size * n, left = body->len - exchange->body_at;

    if (left > 1 && left <= room)
        left--; /* the last byte comes alone */
    if (left > room)
        left = room;
    secret_wipe(bytes, room);
    memcpy(bytes, body->ptr + exchange->body_at, left);
    exchange->body_at += left;
    return left;
}

static int on_secret_seek(void *userdata, curl_off_t offset, int origin)
{
    struct exchange *exchange = userdata;

    if (offset != 0 || origin != SEEK_SET)
        return CURL_SEEKFUNC_FAIL;
    exchange->body_at = 0;
    return CURL_SEEKFUNC_OK;
}

void transport_secret_body(struct exchange *exchange)
{
    CURL *easy = exchange->easy;

    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->request->body.len);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_secret_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_secret_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, exchange);
}

void transport_secret_over(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, NULL);
    curl_easy_setopt(easy, CURLOPT_READDATA, NULL);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, NULL);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, NULL);
}
