/*
 * flow_lint.h - a flow checked against the types of the actions before it runs. Pure.
 */
#ifndef SOARHOST_FLOW_LINT_H
#define SOARHOST_FLOW_LINT_H

#include "flow.h"

/* flow_lint - all that flow_check finds, and: values that their input does not take, results of
 * steps that have no such member, results fed where another type belongs (x-type), and more items or
 * characters than an action takes. Each problem has its place as a JSON Pointer. True where nothing
 * was added. */
bool flow_lint(const struct flow *flow, const struct actions *actions,
               struct flow_problems *problems);

/* flow_lint_limits - the limits of an action over several inputs (_meta.limits) against a step's
 * input, as far as it can be known. */
void flow_lint_limits(struct json_object *limits, struct json_object *input, const char *where,
                      const char *action, struct flow_problems *problems);

#endif
