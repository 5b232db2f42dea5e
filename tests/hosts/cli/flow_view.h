/*
 * flow_view.h - a flow on the screen while it runs, or as JSON lines for machines.
 */
#ifndef SOARHOST_FLOW_VIEW_H
#define SOARHOST_FLOW_VIEW_H

#include "flow.h"
#include "flow_exec.h"
#include "instance.h"

/* Where a flow is shown. */
struct flow_view {
    const struct instance *instance;
    const struct flow *flow;
    bool json;
};

/* flow_view_start - name and surroundings of the flow. */
void flow_view_start(const struct flow_view *view, const char *flow_file, const char *workdir);
/* flow_view_plan - the steps, for --dry-run. */
void flow_view_plan(const struct flow_view *view);
/* flow_view_problems - what is wrong with a flow or its trigger, on stderr (JSON: on stdout).
 * Returns the exit code. */
int flow_view_problems(const struct flow_view *view, const char *file,
                       const struct flow_problems *problems);

void flow_view_step_begins(const struct flow_view *view, size_t index,
                           const struct flow_step *step);
void flow_view_call_ended(const struct flow_view *view, size_t index, const struct flow_step *step,
                          const struct flow_result *result, uint64_t polls, int64_t item);
void flow_view_step_ended(const struct flow_view *view, size_t index, const struct flow_step *step,
                          soar_status status, bool skipped, const char *said);

/* flow_view_end - the summary. n_files: files in workdir. */
void flow_view_end(const struct flow_view *view, const struct flow_summary *summary, uint64_t ms,
                   const char *workdir, size_t n_files);

#endif
