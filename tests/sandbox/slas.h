/* What other parts ask of SLAs. */
#ifndef SANDBOX_SLAS_H
#define SANDBOX_SLAS_H

#include "sandbox.h"

/* An SLA, and the id of its snapshot as it is now. The caller puts it; NULL if there is none. */
struct json_object *sb_sla_get(struct sb_request *req, const char *id,
                               char ret_snapshot_id[SB_UUID_SIZE]);

/* What an SLA was when a case was bound to it: every change of an SLA leaves a snapshot. The caller puts
 * it; NULL if there is none. */
struct json_object *sb_sla_snapshot(struct sb_request *req, const char *id);

/* Before a notification group goes: refuses if an SLA's step notifies it (the response holds the
 * 400), or, under
 * --in-use cascade, takes such steps out. True: the group may go. */
bool sb_sla_release_group(struct sb_request *req, struct sb_response *res, const char *group);

#endif
