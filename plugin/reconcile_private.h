/*
 * reconcile_private.h - shared by the files of the stage: reconcile_look.c (what to ask),
 * reconcile.c (what the answer proves), reconcile_time.c.
 */
#ifndef FCM_RECONCILE_PRIVATE_H
#define FCM_RECONCILE_PRIVATE_H

#include "reconcile.h"

/* reconcile_fact - the value of a fact, which the caller puts; NULL where there is none. */
struct json_object *reconcile_fact(const struct fact *fact, const struct reconcile_facts *facts,
                                   struct json_object *before);

#endif
