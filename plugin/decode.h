/*
 * decode.h - what an answer means: a success with resources, a value, a file or a link to one, or
 * an error that says what happened. The service's odd shapes end here: errors inside HTTP 200, bare
 * strings, missing envelopes, HTML. Pure.
 */
#ifndef FCM_DECODE_H
#define FCM_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "base/scan.h"
#include "catalog.h"
#include "http.h"

/* The most errors of one answer that are read; more are counted only. */
#define DECODE_MAX_ERRORS 1000

/* What an answer holds. The spans are of response->body, which must outlive it. */
struct decoded {
    soar_status status;         /* SOAR_OK, SOAR_PARTIAL, or error.status */
    struct error error;         /* where status is neither SOAR_OK nor SOAR_PARTIAL */
    struct scan_answer outline; /* of a JSON answer */
    bool has_resources;
    bool has_value;             /* the whole answer is the value */
    struct json_object *errors; /* owned array; NULL = none */
    char *link;                 /* owned: the file is to be fetched from this URL */
};

/* decode - reads the answer to one data request of an action (response->status != 0 and no
 * failure). *ret must be zeroed or done; free with decode_done. */
void decode(const struct action *action, const struct http_response *response, struct decoded *ret);
void decode_done(struct decoded *decoded);

/* decode_failure - the error for an exchange that brought no usable answer. outcome and retryable
 * follow from the action's retry class. */
void decode_failure(const struct action *action, const struct http_response *response,
                    struct error *ret);

/* decode_status - the status code for an HTTP status that is no success. */
soar_status decode_status(int http_status);

#endif
