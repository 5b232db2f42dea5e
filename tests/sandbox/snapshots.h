/* Template snapshots: a frozen copy of a template for each of its versions, from 1 on. */
#ifndef SANDBOX_SNAPSHOTS_H
#define SANDBOX_SNAPSHOTS_H

#include "sandbox.h"

/* Stores a snapshot of the next version of a template. */
void sb_snapshot_take(struct sb_request *req, struct json_object *template_doc);

/* The snapshot of a version of a template, 0 for the latest: {id, cid, template_id, version,
 * template (JSON as text), audit members}. The caller puts it; NULL if there is none. */
struct json_object *sb_snapshot_find(struct sb_request *req, const char *template_id,
                                     int64_t version);

#endif
