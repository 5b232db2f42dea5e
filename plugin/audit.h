/*
 * audit.h - the record of a write: who did what to which things, and what became of it, as one JSON
 * object on one line. Ids and statuses only: no secret, no text that was written, nothing that the
 * service sent but ids. Pure.
 */
#ifndef FCM_AUDIT_H
#define FCM_AUDIT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "catalog.h"
#include "page.h"

/* Most ids in a record, in all; most bytes of one, longer ones are cut. */
#define AUDIT_MAX_IDS 64
#define AUDIT_MAX_ID 160

/* What is known of a write at its end. All borrowed; NULL or "" what is not there. */
struct audit {
    int64_t wall_ms; /* since the epoch */
    const struct action *action;
    const char *tenant;
    struct json_object *input; /* as it was given or normalized; ids are picked from it */
    const struct pages *pages; /* answers gathered; the ids of their resources are taken */
    soar_status status;
    const char *reason; /* of the error */
    enum outcome outcome;
    int http_status;
    const char *trace_id;    /* the service's, of the last answer */
    const char *traceparent; /* the host's */
    uint64_t call_id;
    int64_t requests, attempts;
    const char *plan; /* hash that the call was bound to */
};

/* audit_write - appends the record to *ret, without a newline; check ret->failed afterwards.
 * {"audit":"write","time","tenant","action","status","outcome","reason","http_status",
 *  "ids":{INPUT:[...]},"resources":[...],"ids_left_out","trace_id","traceparent","call_id",
 *  "requests","attempts","plan"}; what is not there is left out. ids are those that the input names
 * (by the manifest's x-type), by the name of the input; resources those of the answers. */
void audit_write(const struct audit *record, struct buf *ret);

#endif
