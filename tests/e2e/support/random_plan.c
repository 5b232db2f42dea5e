#include "random_plan.h"
#include <stdio.h>
#include <string.h>

/* Kinds of faults whose times are short enough for thousands of sequences. Left out are those whose
 * answer is a plain untruth of the service (it did it, and says that it refused), which nobody can
 * see through, and redirects. */
static const char *const kinds[] = {
    "refused=0",        "reset_before",
    "reset_after",      "closed_before",
    "closed_after",     "reset_upload",
    "reset_upload=400", "slow=3",
    "slow=40",          "slow_after=3",
    "slow_after=40",    "stall=3",
    "stall=40",         "drip=0",
    "drip_head=0",      "truncated",
    "reset_in_body",    "endless_after",
    "endless_head",     "big_header",
    "length_short",     "length_long",
    "length_word",      "length_twice",
    "chunk_bad",        "chunk_cut",
    "chunk_huge",       "no_http",
    "until_close",      "html",
    "html_after",       "empty",
    "empty_after",      "bare",
    "no_envelope",      "deep",
    "bad_json",         "bad_utf8",
    "wrong_type",       "gzip",
    "gzip_bad",         "gzip_bomb=4",
    "status",           "status=400",
    "status=403",       "status=404",
    "status=409",       "status=503",
    "status_after",     "ratelimit=0",
    "ratelimit_ms=0",   "expired_token",
    "errors_in_200",    "errors_in_200_after",
    "partial",          "clock_ahead=86400",
    "endless",
};

static const char *const struck[] = {
    "*",
    "token",
    "create_case",
    "create_case",
    "add_case_tags",
    "delete_case_tags",
    "add_case_alert_evidence",
    "update_case_fields",
    "upload_file",
    "get_cases",
    "query_case_ids",
    "download_existing_files",
    "query_file_details",
};

/* How often each act comes up, of their sum. */
static const unsigned weights[ACTS] = {
    [ACT_OPEN] = 4,  [ACT_OPEN_KEYED] = 2, [ACT_TAG] = 6,      [ACT_UNTAG] = 4,
    [ACT_ALERT] = 5, [ACT_UPLOAD] = 4,     [ACT_DESCRIBE] = 6, [ACT_READ] = 4,
    [ACT_LIST] = 2,  [ACT_DOWNLOAD] = 2,   [ACT_CLOCK] = 1,    [ACT_HOST_CLOCK] = 2,
};

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *state, size_t limit)
{
    return (unsigned)(next(state) % limit);
}

static enum act choose_act(uint64_t *state)
{
    unsigned sum = 0, at = 0;
    for (size_t i = 0; i < ACTS; i++) {
        sum += weights[i];
    }
    unsigned pick = below(state, sum);
    while (pick >= weights[at]) {
        pick -= weights[at++];
    }
    return (enum act)at;
}

static struct step make_step(uint64_t *state, enum act act)
{
    static const uint64_t timeouts[] = {0, 0, 0, 0, 0, 0, 300, 60, 10, 2};
    static const int64_t jumps[] = {1000, 60000, 1740000, 7200000};
    struct step step = {.act = act,
                        .slot = below(state, PLAN_SLOTS),
                        .versioned = below(state, 2) == 0,
                        .timeout_ms = timeouts[below(state, sizeof timeouts / sizeof *timeouts)],
                        .cancel_after = -1,
                        .jump_ms = jumps[below(state, sizeof jumps / sizeof *jumps)]};
    if (below(state, 6) == 0) {
        step.cancel_after = (int)below(state, 1u << below(state, 12));
    }
    if (act == ACT_HOST_CLOCK && below(state, 2) == 0) {
        step.jump_ms = -step.jump_ms;
    }
    return step;
}

static void make_fault(uint64_t *state, char *ret, size_t size)
{
    const char *where = struck[below(state, sizeof struck / sizeof *struck)];
    const char *kind = kinds[below(state, sizeof kinds / sizeof *kinds)];
    /* of a file that says itself that it is shorter nobody can see it */
    if (strcmp(kind, "length_short") == 0 &&
        (strcmp(where, "*") == 0 || strcmp(where, "download_existing_files") == 0)) {
        where = "create_case";
    }
    unsigned first = 1 + below(state, 4), times = 1 + below(state, 5);
    snprintf(ret, size, "%s@%u/%u:%s:%u", where, first, 1 + below(state, 3), kind, times);
}

void plan_make(uint64_t seed, uint64_t number, struct sequence *ret_sequence)
{
    uint64_t state = seed * 0x100000001b3u + number;
    memset(ret_sequence, 0, sizeof *ret_sequence);
    (void)next(&state);
    ret_sequence->number = number;
    ret_sequence->async = below(&state, 2) == 1;
    ret_sequence->lane_count = 1 + below(&state, PLAN_LANES);
    ret_sequence->fault_count = below(&state, PLAN_FAULTS + 1);
    for (size_t i = 0; i < ret_sequence->lane_count; i++) {
        struct lane *lane = &ret_sequence->lanes[i];
        lane->count = 2 + below(&state, PLAN_STEPS - 1);
        lane->steps[0] = make_step(&state, below(&state, 3) == 0 ? ACT_OPEN_KEYED : ACT_OPEN);
        for (size_t k = 1; k < lane->count; k++) {
            lane->steps[k] = make_step(&state, choose_act(&state));
        }
    }
    for (size_t i = 0; i < ret_sequence->fault_count; i++) {
        make_fault(&state, ret_sequence->faults[i], sizeof ret_sequence->faults[i]);
    }
}
