/*
 * policy.h - which actions an instance may carry out. Pure.
 */
#ifndef FCM_POLICY_H
#define FCM_POLICY_H

#include <stdbool.h>

#include "base/error.h"
#include "catalog.h"
#include "config.h"

/* policy_check - true where the action is allowed. A pattern is an action's name with * and ?
 * (get_*), "group:NAME" (patterns too), or a word for its kind: "read" and "write" (the scope it
 * needs at the service), "destructive" and "idempotent" (its annotations), "local_read" (sends a
 * file of this machine), "local_write" (writes one on this machine), "undocumented".
 * deny counts before allow; an empty allow list allows all; read_only refuses everything whose
 * scope is write. Errors: SOAR_PERMISSION_DENIED, reason "policy", with the setting that refused it
 * in the message and how to change it in the hint. */
bool policy_check(const struct config *config, const struct action *action, struct error *err);

/* policy_pattern_ok - is this a pattern that policy_check understands and that matches at least one
 * of the catalogue's actions? Used when the configuration is read, so that a mistyped name is
 * found. */
bool policy_pattern_ok(const char *pattern, const struct action *actions, size_t n_actions);

#endif
