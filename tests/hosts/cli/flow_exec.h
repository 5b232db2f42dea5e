/*
 * flow_exec.h - carries out a flow, step by step. What touches the world (calls, files, time, the
 * screen) is given as functions, so that all of it can be tested without a plugin.
 */
#ifndef SOARHOST_FLOW_EXEC_H
#define SOARHOST_FLOW_EXEC_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "flow.h"
#include "host_error.h"

/* What came of one call or built-in within a step. */
struct flow_result {
    soar_status status;
    struct json_object *document; /* in the form of a result document; never NULL; owned */
    uint64_t ms;
};

/* The world. ctx is handed back; all functions are called in the caller's thread. */
struct flow_world {
    void *ctx;
    /* Calls an action with a JSON object as input. */
    void (*invoke)(void *ctx, const char *action, struct json_object *input,
                   struct flow_result *ret);
    /* compare_files (operands: list of two paths) and write_file (operands: {path, text}). */
    void (*files)(void *ctx, enum flow_kind kind, struct json_object *operands,
                  struct flow_result *ret);
    /* Waits; false where the user has had enough. */
    bool (*wait_ms)(void *ctx, uint64_t ms);
    /* What happens, for the screen: a step begins; one call of it is through (polls: how many it
     * took, item: which of for_each, -1 = no loop); the step has ended or was skipped. said is
     * NULL or its "say", filled. Any of the three may be NULL. */
    void (*step_begins)(void *ctx, size_t index, const struct flow_step *step);
    void (*call_ended)(void *ctx, size_t index, const struct flow_step *step,
                       const struct flow_result *result, uint64_t polls, int64_t item);
    void (*step_ended)(void *ctx, size_t index, const struct flow_step *step, soar_status status,
                       bool skipped, const char *said);
};

/* How a flow came to its end. */
struct flow_summary {
    soar_status status; /* OK; that of the step that stopped it; PARTIAL where steps failed and the
                           flow went on                                                          */
    size_t done, skipped, failed; /* steps */
    size_t failed_step;           /* of the one that stopped it; SIZE_MAX = none */
};

/* flow_exec - carries out the steps with the trigger (borrowed, may be NULL) and the directory for
 * files. Returns the context at the end, with the results of all steps; the caller puts it. */
struct json_object *flow_exec(const struct flow *flow, struct json_object *trigger,
                              const char *workdir, const struct flow_world *world,
                              struct flow_summary *ret);

/* flow_failure - a result document for what the host itself found wrong; takes nothing. */
struct json_object *flow_failure(const struct host_error *err);

#endif
