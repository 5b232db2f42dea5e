/* What other parts ask of SLAs. */
#ifndef SANDBOX_SLAS_H
#define SANDBOX_SLAS_H

#include "sandbox.h"

/* Before a notification group goes: refuses if an SLA's step notifies it (the response holds the
 * 400), or, under
 * --in-use cascade, takes such steps out. True: the group may go. */
bool sb_sla_release_group(struct sb_request *req, struct sb_response *res, const char *group);

#endif
