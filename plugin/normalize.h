/*
 * normalize.h - brings an accepted input into the one form that goes on the wire: comma-separated
 * strings become lists, lone items lists of one, plain ids objects (x-split, x-list, x-wrap of the
 * manifests). Pure.
 */
#ifndef FCM_NORMALIZE_H
#define FCM_NORMALIZE_H

#include <stdbool.h>

#include "base/json.h"
#include "catalog.h"

/* normalize - changes a validated input object in place. Nothing is added that the caller did not
 * give. false = no memory. */
bool normalize(const struct schema *schema, struct json_object *input);

#endif
