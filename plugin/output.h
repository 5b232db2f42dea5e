/*
 * output.h - the one result document (include/soar_plugin.h, struct soar_result). What the service
 * sent is copied from the wire bytes and not printed anew. Pure.
 */
#ifndef FCM_OUTPUT_H
#define FCM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json.h"
#include "http.h"
#include "page.h"
#include "plan.h"

/* What is known of a call at its end. All borrowed; zero what is not there. */
struct output {
    soar_status status;
    int http_status;
    const struct pages *pages;  /* answers gathered; NULL = none */
    const struct page_sum *sum; /* what they came to; NULL = nothing */
    bool has_resources;
    bool has_value;               /* the last page as a whole is the value */
    const struct http_file *file; /* a downloaded file, and its type; NULL = none */
    const char *file_type;
    const struct error *error;          /* NULL where status is SOAR_OK */
    struct json_object *violations;     /* array of {where, message}; NULL = none */
    struct json_object *present;        /* object: what is there instead of what was expected */
    bool reconciled;                    /* the write's answer was lost, and it was looked for: */
    const char *verdict;                /* what that has shown */
    int64_t looks;                      /* how often it was looked */
    struct json_object *found;          /* ids of what may be the write's; NULL = none */
    const struct http_request *request; /* dry run: what would be sent */
    const struct plan_file *planned_file;
    const struct buf *planned; /* and "plan"; NULL = none */
    const char *trace_id;      /* of the last answer, or "" */
    const char *tenant;        /* NULL = none */
    int64_t requests;          /* sent to the service, without those for the token */
    int64_t attempts;          /* most that one page took */
};

/* output_write - appends the document to *ret; check ret->failed afterwards. */
void output_write(const struct output *output, struct buf *ret);

/* output_request - appends a request as it would be sent: method, url, headers, body, parts, and no
 * secret. file = what its file part holds, NULL = not known. */
void output_request(const struct http_request *request, const struct plan_file *file,
                    struct buf *ret);

/* output_error - appends a document that holds nothing but an error. */
void output_error(const struct error *err, struct buf *ret);

#endif
