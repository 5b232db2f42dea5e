/*
 * check.h - the conformance suite for plugins of soar_plugin.h: what a check is, and what it may do.
 *
 * Each check runs in a child process of its own, which loads the plugin anew; the process that
 * counts never loads it. So a crash, a hang or a quiet exit is a finding like any other.
 */
#ifndef SOARHOST_CHECK_H
#define SOARHOST_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "options.h"

enum check_verdict { CHECK_PASSED, CHECK_FAILED, CHECK_SKIPPED };

/* What all checks are given. Constant while they run. */
struct check_input {
    const char *plugin; /* path, absolute */
    const char *config; /* text for soar_init; "" where none is given */
    size_t config_len;
    bool has_config; /* then a refusal of it is a finding and not a reason to skip */
    bool may_write;  /* the service is a private sandbox: actions that write are carried out */
    uint64_t seed;
};

/* A check while it runs, in its child process. One thread uses it. */
struct check_run {
    const struct check_input *input;
    uint64_t random; /* state of check_random */
    FILE *report;    /* to the parent */
    int output_fd;   /* takes what the child process writes to stdout and stderr */
};

/* One check. */
struct check {
    const char *name; /* group.name */
    const char *says; /* what holds where it passes */
    void (*run)(struct check_run *run);
    unsigned seconds; /* time limit */
};

/* The checks of each group; a NULL name at the end. */
extern const struct check checks_load[], checks_listing[], checks_structs[], checks_calls[],
    checks_results[], checks_threads[], checks_process[];

/* check_fail - a finding; the check goes on and has failed. check_note - a fact for the reader.
 * check_skip - the check cannot be made, and says why; return after it. */
void check_fail(struct check_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void check_note(struct check_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void check_skip(struct check_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* check_random - the next number below n (n > 0) of the seeded row; the same for a seed and a name
 * of a check, whatever else runs. */
uint64_t check_random(struct check_run *run, uint64_t n);

/* What became of a check. Texts are owned; "" where there is nothing to tell. */
struct check_outcome {
    const struct check *check;
    enum check_verdict verdict;
    char *findings; /* a line each */
    char *notes;    /* the same; for a skipped one the reason */
    uint64_t ms;
};

/* check_child - runs a check in a child process and waits for its end, or its time limit (limit_ms,
 * 0 = the check's own). *ret is to be freed with check_outcome_done. False where a signal for
 * soarhost has come meanwhile. */
bool check_child(const struct check *check, const struct check_input *input, uint64_t limit_ms,
                 struct check_outcome *ret);
void check_outcome_done(struct check_outcome *outcome);

#endif
