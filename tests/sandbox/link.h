/* Following the URLs that sb_link gives out. */
#ifndef SANDBOX_LINK_H
#define SANDBOX_LINK_H

#include "sandbox.h"

#define SB_LINK_PREFIX "/_sandbox/links/"

/* Answers a GET of such a URL with the bytes, or 404. Needs the store's lock. */
void sb_link_follow(struct sb_request *req, struct sb_response *res);

#endif
