/* What other parts ask of access tags. */
#ifndef SANDBOX_ACCESS_TAGS_H
#define SANDBOX_ACCESS_TAGS_H

#include "sandbox.h"

/* The tenant's access tag of that id or, where `id` is empty, of that key. The caller puts it; NULL if
 * there is none. */
struct json_object *sb_access_tag_find(struct sb_request *req, const char *id, const char *key);

#endif
