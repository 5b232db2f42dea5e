/*
 * flow.h - a response flow as data: tests/flows/README.md tells the format.
 */
#ifndef SOARHOST_FLOW_H
#define SOARHOST_FLOW_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actions.h"
#include "host_error.h"

/* What a step does. */
enum flow_kind { FLOW_ACTION, FLOW_COMPARE_FILES, FLOW_WRITE_FILE, FLOW_REQUIRE };

/* One step. Everything is borrowed from the flow's document; NULL where it is not there. */
struct flow_step {
    const char *id;
    const char *title; /* the id where none is given */
    const char *doing; /* the action, or the name of the built-in */
    const char *say;
    enum flow_kind kind;
    struct json_object *input; /* of the action; operands of a built-in */
    struct json_object *condition;
    struct json_object *for_each;
    size_t by;      /* items of a slice of the list; 0: item by item */
    const char *as; /* "item" where none is given */
    struct json_object *until;
    uint64_t until_every_ms, until_max;
    bool go_on; /* "on_error": "continue" */
};

struct flow {
    struct json_object *document;
    const char *name, *description;
    struct json_object *trigger; /* what it must be, or NULL */
    struct flow_step *steps;
    size_t n_steps;
};

/* What is wrong with a flow: all of it, not only the first. Zero-initialise; flow_problems_done. */
struct flow_problems {
    struct host_error *items; /* where = JSON Pointer into the flow */
    size_t n;
};
/* flow_problem - adds one; printf for the message. Returns it, for a hint. */
struct host_error *flow_problem(struct flow_problems *problems, const char *where,
                                const char *format, ...) __attribute__((format(printf, 3, 4)));
void flow_problems_done(struct flow_problems *problems);

/* flow_from_json - reads the form of a flow and takes document, also on failure. On success (true,
 * no problem was added) *ret is to be freed with flow_done. */
bool flow_from_json(struct json_object *document, struct flow *ret, struct flow_problems *problems);
void flow_done(struct flow *flow);

/* flow_check - what can be known before the start: that the actions exist, that inputs have the
 * required names and no unknown ones, that every pointer leads to the trigger, to an earlier step
 * or to the loop's own names. Adds to problems; true where nothing was added. */
bool flow_check(const struct flow *flow, const struct actions *actions,
                struct flow_problems *problems);

/* flow_check_trigger - trigger against what the flow says it must be: "type", "required" and
 * "properties", all the way down. Adds to problems; true where nothing was added. */
bool flow_check_trigger(const struct flow *flow, struct json_object *trigger,
                        struct flow_problems *problems);

#endif
